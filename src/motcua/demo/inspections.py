"""
Inspections of the demo, exchanged as they would be: applications go out to the ministries, their words come back in bundles,
one a ministry and day, through the gateway's own functions.

The replay's clock stands at the last second of each day, as it does for the customs core. The comparison year 2019 comes in
one bundle a ministry and month.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from django.db import transaction

from motcua.casework.batch import Continuation, Filing, record_many
from motcua.casework.models import Case, Link
from motcua.casework.record import NewCase, NewEvent
from motcua.demo.chance import OFFSET, chance, local
from motcua.demo.trade import Declared
from motcua.exchange.backlog import process_together
from motcua.exchange.models import Delivery, Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.lib.nsw_envelope import PORTAL, Envelope, Header
from motcua.nsw import bundles
from motcua.nsw.documents import Application, Covered, GoodsLine, Notice
from motcua.nsw.messages.bodies import application_body, notice_body
from motcua.nsw.models import Cover, Goods, Inspection
from motcua.nsw.sending import party_of
from motcua.nsw.tables import inspections as tables
from motcua.procedures.catalogue import catalogue, local_date


class Trade(NamedTuple):
    """A ministry of the demo: its procedure, how its file codes begin, how much of the work it has, its goods, its agency."""

    ministry: str
    document_type: str
    prefix: str
    share: float
    goods: tuple[str, ...]
    agency: str


TRADES = (
    Trade(
        "MARD", "BNNPTNT2500009", "BNNPTNT25", 0.55,
        ("Thức ăn chăn nuôi", "Thuỷ sản đông lạnh", "Hạt giống", "Phân bón", "Hoa quả tươi"), "Chi cục Thú y vùng II",
    ),
    Trade("MOIT", "BCT0700001", "BCT07", 0.15, ("Tiền chất công nghiệp", "Bánh kẹo", "Sữa chế biến"), "Sở Công Thương"),
    Trade("MOH", "BYT0300005", "BYT03", 0.15, ("Trang thiết bị y tế", "Thực phẩm chức năng"), "Cục An toàn thực phẩm"),
    Trade("MOST", "BKHCN0100001", "BKHCN01", 0.10, ("Thép xây dựng", "Mũ bảo hiểm"), "Chi cục Tiêu chuẩn Đo lường Chất lượng"),
    Trade("MONRE", "BTNMT0200001", "BTNMT02", 0.05, ("Phế liệu nhựa", "Phế liệu giấy"), "Sở Tài nguyên và Môi trường"),
)  # fmt: skip
# (what the ministry says) -> message type and function; the envelope's numbers.
SAYS = {"accept": ("12", "21"), "supplement": ("12", "25"), "sample": ("12", "28"), "result": ("19", "04")}
_ORIGINS = ("CN", "CN", "CN", "TH", "IN", "KR", "US", "JP")
# Bundles worked off in one go: a year comes faster than a worker takes it bundle by bundle.
TOGETHER = 250


@dataclass
class Inspected:
    """One inspection of the year, as it will be told by both sides."""

    trade: Trade
    code: str
    declared: Declared
    applied: datetime
    goods: str
    line: GoodsLine
    said: list[tuple[datetime, Notice]] = field(default_factory=list)
    supplemented: datetime | None = None


def year(declared: list[Declared]) -> list[Inspected]:
    """One application for each result a declaration waits for."""
    random, more = chance("inspections"), chance("inspection-goods")
    found = []
    running = 10_000
    for one in declared:
        for result_at in one.inspected_at:
            assert one.applied_at is not None
            running += 1
            found.append(_inspected(one, one.applied_at, result_at, running, random, more))
    return found


def _inspected(
    one: Declared, applied: datetime, result_at: datetime, running: int, random: Random, more: Random
) -> Inspected:
    trade = random.choices(TRADES, [trade.share for trade in TRADES])[0]
    accepted = applied + timedelta(minutes=random.randrange(20, 110))
    said = [(accepted, Notice("accept", at=accepted))]
    gap, supplemented = result_at - accepted, None
    if random.random() < 0.08:
        asked = accepted + gap * 0.2
        supplemented = accepted + gap * 0.5
        text = "Bổ sung giấy chứng nhận của nước xuất khẩu."
        said.append(
            (
                asked,
                Notice(
                    "supplement",
                    at=asked,
                    code="papers",
                    desk=more.choice(("one-stop", "specialist")),
                    text=text,
                ),
            )
        )
    if random.random() < 0.3:
        sampled = accepted + gap * 0.6
        said.append((sampled, Notice("sample", at=sampled, sample=f"M-{running}")))
    outcome = random.choices(("passed", "reduced", "exempt", "failed"), (0.86, 0.08, 0.05, 0.01))[0]
    said.append(
        (
            result_at,
            Notice(
                "result", at=result_at, number=f"{running}/KQ-{trade.ministry}", outcome=outcome, agency=trade.agency,
                issued_on=(result_at + OFFSET).date(), covers=(Covered(one.number[:11]),),
            ),
        )
    )  # fmt: skip
    goods = random.choice(trade.goods)
    quantity = Decimal(more.randrange(2, 400) * 50)
    line = GoodsLine(1, goods, one.hs_code, more.choice(_ORIGINS), quantity, "KGM", None, one.number[:11])
    return Inspected(
        trade, f"{trade.prefix}{applied:%y}{running:07d}", one, applied, goods, line, said, supplemented
    )


# Through the exchange ---------------------------------------------------------------------------------------


def exchange(found: list[Inspected], told: Callable[[int], None]) -> int:
    """Lodge every application and let the ministries answer; where they asked for more, the firm sends it in between."""
    partners = {
        trade.ministry: Partner.objects.get_or_create(
            code=trade.ministry, defaults={"name": tables().vocabulary.ministries[trade.ministry].title.vi}
        )[0]
        for trade in TRADES
    }
    for start in range(0, len(found), 2000):
        _lodge(found[start : start + 2000], partners)
    first: list[tuple[Inspected, datetime, Notice]] = []
    then: list[tuple[Inspected, datetime, Notice]] = []
    for one in found:
        for at, notice in one.said:
            waits = one.supplemented is not None and at > one.supplemented
            (then if waits else first).append((one, at, notice))
    _send(_bundles(first, "A"), partners, told)
    _supplement([one for one in found if one.supplemented is not None])
    _send(_bundles(then, "B"), partners, told)
    return len(found)


def _lodge(found: list[Inspected], partners: dict[str, Partner]) -> None:
    record_many([_filing(one) for one in found])
    pks = dict(Case.objects.filter(reference__in=[one.code for one in found]).values_list("reference", "pk"))
    Goods.objects.bulk_create(
        [
            Goods(
                inspection_id=pks[one.code], number=1, description=one.line.description, hs_code=one.line.hs_code,
                origin=one.line.origin, quantity=one.line.quantity, unit=one.line.unit,
                declaration_key=one.line.declaration_key,
            )
            for one in found
        ]
    )  # fmt: skip
    _outgoing(found, partners)


def _filing(one: Inspected) -> Filing:
    sheet = catalogue().in_force("inspection/specialised-inspection-result", local_date(one.applied))
    new = NewCase(
        kind="inspection", reference=one.code, office=one.declared.office, channel="online", opened_at=one.applied,
        procedure=sheet.procedure, sheet_since=sheet.since, calendar="customs-offices", label=one.goods,
        search=one.declared.tax_code,
    )  # fmt: skip
    applied = NewEvent(
        kind="applied", at=one.applied, recorded_at=one.applied, actor="public", channel="online"
    )
    subject = Inspection(
        file_code=one.code, ministry=one.trade.ministry, goods=one.goods, hs_code=one.declared.hs_code,
        document_type=one.trade.document_type, tax_code=one.declared.tax_code, flow=one.declared.flow,
        purpose="other", mode="normal",
    )  # fmt: skip
    return Filing(new, [applied], subject)


def _outgoing(found: list[Inspected], partners: dict[str, Partner]) -> None:
    """The applications as they went out, in bundles that the ministries have taken."""
    days: dict[tuple[str, date], list[Inspected]] = defaultdict(list)
    for one in found:
        days[one.trade.ministry, _recorded_on((one.applied + OFFSET).date())].append(one)
    messages = []
    for (ministry, day), several in sorted(days.items()):
        content = bundles.write(_application(one) for one in several)
        messages.append(
            Message(
                partner=partners[ministry], direction=Message.Direction.OUT,
                reference=f"NSW-{ministry}-{day:%Y%m%d}-{several[0].code}", type=bundles.TYPE, content=content,
                sha256=hashlib.sha256(content).hexdigest(), received_at=local(day, 23, 59, 59),
            )
        )  # fmt: skip
    stored = Message.objects.bulk_create(messages, batch_size=500)
    Delivery.objects.bulk_create(
        Delivery(
            message=one, partner=one.partner, state=Delivery.State.DELIVERED, attempts=1, queued_at=one.received_at,
            next_try_at=one.received_at, finished_at=one.received_at,
        )
        for one in stored
    )  # fmt: skip


def _application(one: Inspected) -> Envelope:
    document = Application(
        document_type=one.trade.document_type, purpose="other", office=one.declared.office, applicant="",
        tax_code=one.declared.tax_code, lines=(one.line,), flow=one.declared.flow, file_code=one.code,
    )  # fmt: skip
    header = Header(
        f"{one.code}/10-01", PORTAL, party_of(tables().vocabulary.ministries[one.trade.ministry]), one.trade.document_type,
        "10", "01", one.code, "", f"{(one.applied + OFFSET).year}", one.applied,
    )  # fmt: skip
    return Envelope(header, application_body(document))


def _recorded_on(day: date) -> date:
    if day.year >= 2020:
        return day
    return day.replace(day=monthrange(day.year, day.month)[1])


class Bundle(NamedTuple):
    """What one ministry says on one day."""

    ministry: str
    reference: str
    at: datetime
    content: bytes
    results: int


def _bundles(said: Iterable[tuple[Inspected, datetime, Notice]], part: str) -> Iterator[Bundle]:
    days: dict[tuple[date, str], list[tuple[Inspected, datetime, Notice]]] = defaultdict(list)
    for one in said:
        days[_recorded_on((one[1] + OFFSET).date()), one[0].trade.ministry].append(one)
    for (day, ministry), several in sorted(days.items(), key=lambda item: item[0]):
        several.sort(key=lambda one: (one[1], one[0].code))
        content = bundles.write(_word(*one) for one in several)
        results = sum(notice.act == "result" for _, _, notice in several)
        yield Bundle(ministry, f"{ministry}-{day:%Y%m%d}-{part}", local(day, 23, 59, 59), content, results)


def _word(one: Inspected, at: datetime, notice: Notice) -> Envelope:
    kind = SAYS[notice.act]
    header = Header(
        f"{one.code}/{kind[0]}-{kind[1]}", party_of(tables().vocabulary.ministries[one.trade.ministry]), PORTAL,
        one.trade.document_type, kind[0], kind[1], one.code, "", f"{(one.applied + OFFSET).year}", at,
    )  # fmt: skip
    return Envelope(header, notice_body(notice))


def _send(sent: Iterable[Bundle], partners: dict[str, Partner], told: Callable[[int], None]) -> None:
    """Keep the bundles, then let the worker's own function act on many of them together."""
    waiting: list[Bundle] = []
    for bundle in sent:
        waiting.append(bundle)
        if len(waiting) == TOGETHER:
            _work(waiting, partners, told)
            waiting = []
    if waiting:
        _work(waiting, partners, told)


def _work(waiting: list[Bundle], partners: dict[str, Partner], told: Callable[[int], None]) -> None:
    with transaction.atomic():
        messages = [
            receive(
                partners[one.ministry], reference=one.reference, type=bundles.TYPE, content=one.content, at=one.at
            ).message
            for one in waiting
        ]  # fmt: skip
    handlings = [Handling(message=message, next_try_at=message.received_at) for message in messages]
    outcomes = process_together(handlings, [message.received_at for message in messages])
    for message, outcome in zip(messages, outcomes, strict=True):
        if outcome != Handling.State.DONE:
            raise RuntimeError(
                f"bundle {message.reference}: {Handling.objects.get(message=message).findings}"
            )
    told(sum(one.results for one in waiting))


def _supplement(found: list[Inspected]) -> None:
    """The firms send what was asked for."""
    events = []
    for one in found:
        assert one.supplemented is not None
        at = one.supplemented
        recorded = local(_recorded_on((at + OFFSET).date()), 23, 59, 59)
        event = NewEvent(kind="supplemented", at=at, recorded_at=recorded, actor="public", channel="online")
        events.append(Continuation(one.code, [event]))
    record_many([], events)


def tie(found: list[Inspected], batch: int = 5000) -> int:
    """Tie inspections to the declarations they inspect, once both are in the register."""
    wanted = {one.code for one in found} | {one.declared.number[:11] for one in found}
    ids: dict[str, int] = {}
    opened: dict[str, datetime] = {}
    for reference, pk, at in Case.objects.filter(reference__in=wanted).values_list(
        "reference", "pk", "opened_at"
    ):
        ids[reference], opened[reference] = pk, at
    links = [
        Link(
            source_id=ids[one.code], target_id=ids[one.declared.number[:11]], kind="inspects",
            made_at=opened[one.declared.number[:11]],
        )
        for one in found
    ]  # fmt: skip
    Link.objects.bulk_create(links, batch_size=batch, ignore_conflicts=True)
    for start in range(0, len(found), batch):
        keys = [one.declared.number[:11] for one in found[start : start + batch]]
        covers = Cover.objects.filter(bound_at=None, declaration_key__in=keys).select_related("result")
        for cover in covers:
            cover.bound_at = cover.result.received_at
        Cover.objects.bulk_update(covers, ["bound_at"], batch_size=2000)
    return len(links)
