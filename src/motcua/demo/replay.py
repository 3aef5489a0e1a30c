"""The replay: the year is made up, then sent through the doors, in the order in which a department would meet it."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from django.db import connections, transaction

from motcua.casework.batch import Filing, record_many
from motcua.casework.models import Case, Event
from motcua.casework.models import Counter as Series
from motcua.casework.registry import office_hours
from motcua.casework.seal import seal_events, signer
from motcua.demo import borders, office, trade
from motcua.demo.counter import Counter, Dossiers
from motcua.demo.firms import firms
from motcua.demo.sizes import NINE_MONTHS_2020, Sizes
from motcua.demo.trade import Declared
from motcua.dossiers.models import Dossier, Item, Letter, Version
from motcua.lib import receipts
from motcua.lib.digest import canonical
from motcua.lib.errors import Refused
from motcua.lib.worktime import OfficeHours
from motcua.people.cast import ensure_cast
from motcua.people.models import RoleGrant
from motcua.people.queries import receiving_offices
from motcua.people.roles import Role
from motcua.procedures.catalogue import catalogue
from motcua.reform.models import Act

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass
class Loaded:
    """What the replay wrote, by part."""

    parts: dict[str, int] = field(default_factory=dict)


def replay(sizes: Sizes, *, progress: Progress, jobs: int = 2) -> Loaded:
    """
    Fill an empty department with the demo year. Refused when there are cases already: two years would be one too many.

    `progress` is called with (part, done, of all).
    """
    if Case.objects.exists():
        raise Refused(
            "Cơ sở dữ liệu đã có hồ sơ; năm mẫu chỉ nạp vào cơ sở dữ liệu trống. Dùng MOTCUA_HOME khác, hoặc 'make clean'.",
            "There are cases already; the demo year goes into an empty database. Choose another MOTCUA_HOME, or 'make clean'.",
        )
    loaded = Loaded()
    ensure_cast()
    known = firms(sizes.firms)
    hours = office_hours("customs-offices")
    progress("Making up the year", 0, 1)
    declared = trade.year(sizes, hours, [firm.tax_code or "" for firm in known])
    trade.carry_over(declared, min(2, sizes.carried_over))
    progress("Making up the year", 1, 1)
    # The objects made up so far live until the end: looking through them again and again for garbage is time lost.
    gc.collect()
    gc.freeze()
    loaded.parts["feeds"] = _feed(declared, progress, jobs)
    loaded.parts["dossiers"] = _dossiers(sizes, progress)
    inspections = list(borders.inspections(declared))
    loaded.parts["inspections"] = _in_batches(
        "Inspections", (filing for filing, _ in inspections), len(inspections), progress
    )
    borders.link_inspections([(filing.new.reference, key) for filing, key in inspections])
    ships = list(borders.movements(sizes, office_hours("clock-24x7")))
    loaded.parts["movements"] = _in_batches("Movements of ships", ships, len(ships), progress)
    forms = list(borders.certificates(sizes, hours))
    loaded.parts["certificates"] = _in_batches("Certificates of origin", forms, len(forms), progress)
    record_many(office.tasks())
    Act.objects.bulk_create(office.acts(list(receiving_offices(NINE_MONTHS_2020.last))))
    return loaded


def finish(progress: Progress) -> None:
    """What follows a bulk load: seal the ledger, give the planner fresh statistics."""
    from django.utils import timezone

    total = Event.objects.count()
    done = 0

    def sealed(size: int) -> None:
        nonlocal done
        done += size
        progress("Sealing the ledger", done, total)

    seal_events(timezone.now(), progress=sealed)


def _feed(declared: list[Declared], progress: Progress, jobs: int) -> int:
    """
    The customs core's feeds, office by office: offices do not wait for each other, so two processes share them.

    Each part takes whole offices, and each office's nights go in order.
    """
    total = len({(one.number, step[1].date()) for one in declared for step in one.steps})
    shares: list[list[Declared]] = [[] for _ in range(jobs)]
    for name in sorted(trade.OFFICES, key=lambda code: -trade.OFFICES[code]):
        smallest = min(shares, key=len)
        smallest.extend(one for one in declared if one.office == name)
    done = 0

    def advanced(count: int) -> None:
        nonlocal done
        done += count
        progress("Customs core feeds", min(done, total), total)

    if jobs == 1:
        return trade.feed(shares[0], advanced)
    connections.close_all()
    context = get_context("fork")
    queue = context.SimpleQueue()
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(shares, queue)) as pool:
        futures = [pool.submit(_feed_share, index) for index in range(jobs)]
        while not all(future.done() for future in futures):
            if queue.empty():
                _wait_for_any(futures)
            else:
                advanced(queue.get())
        return sum(future.result() for future in futures)


def _wait_for_any(futures: list[Future[int]]) -> None:
    wait(futures, timeout=0.2, return_when=FIRST_COMPLETED)


_shares: list[list[Declared]] = []
_tell: Callable[[int], None] = print


def _begin(shares: list[list[Declared]], queue: Any) -> None:
    global _shares, _tell
    _shares, _tell = shares, queue.put


def _feed_share(index: int) -> int:
    connections.close_all()
    waiting = 0

    def told(count: int) -> None:
        nonlocal waiting
        waiting += count
        if waiting >= 1000:
            _tell(waiting)
            waiting = 0

    try:
        return trade.feed(_shares[index], told)
    finally:
        connections.close_all()


def counters() -> list[Counter]:
    """The receiving offices of 2020 with the people of the cast who sit there."""
    found = []
    for place in receiving_offices(NINE_MONTHS_2020.first):
        keys = {}
        for role in (Role.ONE_STOP, Role.HANDLER, Role.LEADER):
            grant = (
                RoleGrant.objects.filter(role=role, office=place.code)
                .select_related("user")
                .order_by("pk")
                .first()
            )
            keys[role] = grant.user.key if grant else "clock"
        hours: OfficeHours = office_hours(place.calendar)
        found.append(Counter(place, hours, keys[Role.ONE_STOP], keys[Role.HANDLER], keys[Role.LEADER]))
    return found


def _dossiers(sizes: Sizes, progress: Progress) -> int:
    """Dossiers through the batch door, then the papers that a counter would have made with each."""
    maker = Dossiers(sizes, counters(), firms(sizes.firms))
    total = round(
        1.015 * (sizes.online_dossiers + sizes.desk_or_post + sizes.december_2019 + sizes.october_2020 // 2)
    )
    count = _in_batches("Dossiers", maker.filings(), total, progress)
    Series.objects.bulk_create(
        Series(series=f"dossier {unit} {day:%y%m%d}", last=last) for (unit, day), last in maker.codes.items()
    )
    _papers()
    return count


def _papers() -> None:
    """Versions, document lists and signed receipts of the replayed dossiers, as `dossiers.actions` would have kept them."""
    key = signer()
    rows = Dossier.objects.select_related("case").order_by("pk")
    for chunk in _chunks(rows.iterator(chunk_size=2000), 2000):
        versions, items, letters = [], [], []
        events: dict[int, dict[int, Event]] = {}
        for event in Event.objects.filter(case__in=[d.pk for d in chunk], number__lte=2):
            events.setdefault(event.case_id, {})[event.number] = event
        for dossier in chunk:
            case = dossier.case
            assert case.sheet_since is not None
            sheet = catalogue().get(case.procedure, case.sheet_since)
            first, second = events[case.pk][1], events[case.pk].get(2)
            content = hashlib.sha256(canonical(dossier.answers)).hexdigest()
            versions.append(
                Version(
                    dossier=dossier, number=1, answers=dossier.answers, content_sha256=content,
                    filed_at=first.recorded_at, filed_by=dossier.typed_by,
                )
            )  # fmt: skip
            items += [
                Item(
                    dossier=dossier, document=document.id,
                    state=Item.State.NOT_NEEDED if document.is_conditional else Item.State.PROVIDED,
                )
                for document in sheet.documents
            ]  # fmt: skip
            if second is not None and second.kind == "accepted":
                body = receipts.receipt(
                    department=case.office, reference=case.reference, procedure=case.procedure, title=sheet.title.vi,
                    received_at=second.happened_at, due_at=case.due_at, case=case.pk, content_sha256=content, signer=key,
                    event={
                        "number": 2, "kind": "accepted", "happened_at": second.happened_at,
                        "recorded_at": second.recorded_at, "digest": bytes(second.digest), "previous": bytes(first.digest),
                    },
                )  # fmt: skip
                letters.append(
                    Letter(
                        case=case,
                        kind=Letter.Kind.RECEIPT,
                        body=body,
                        issued_at=second.recorded_at,
                        issued_by=second.actor,
                    )
                )
        with transaction.atomic():
            Version.objects.bulk_create(versions)
            Item.objects.bulk_create(items)
            Letter.objects.bulk_create(letters)


def _in_batches(
    part: str, filings: Iterable[Filing], total: int, progress: Progress, size: int = 3000
) -> int:
    done = 0
    for chunk in _chunks(iter(filings), size):
        record_many(chunk)
        done += len(chunk)
        progress(part, min(done, total), total)
    return done


def _chunks(things: Iterator[T], size: int) -> Iterator[list[T]]:
    while chunk := list(islice(things, size)):
        yield chunk
