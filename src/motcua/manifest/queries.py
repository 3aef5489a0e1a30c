"""What people ask about movements: my calls, who holds this ship, bills by number, what does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import fold
from motcua.manifest import approvals, register
from motcua.manifest.deadlines import Due, Moments, due_of, dues
from motcua.manifest.models import Bill, Movement, Version
from motcua.manifest.numbers import bill_key
from motcua.manifest.papers import moments, needed, owe
from motcua.manifest.provisions import Form
from motcua.people.actor import Actor
from motcua.people.permissions import reach
from motcua.procedures.catalogue import local_date


def bills_by_number(number: str) -> QuerySet[Bill]:
    """Live bills with this number, however it is written."""
    return Bill.objects.filter(key=bill_key(number), live=True).select_related("movement__case")


def bills_of_consignee(tax_code: str) -> QuerySet[Bill]:
    """Live bills of one firm by its tax code."""
    return Bill.objects.filter(consignee_code=tax_code, live=True).select_related("movement__case")


def bills_in_container(number: str) -> QuerySet[Bill]:
    """Live bills with goods in a container."""
    return Bill.objects.filter(containers__contains=[number], live=True).select_related("movement__case")


def bills_by_keys(keys: Iterable[str]) -> QuerySet[Bill]:
    """Live bills by normalised numbers, for whoever matches many at once."""
    return Bill.objects.filter(key__in=list(keys), live=True).select_related("movement__case")


# Calls ----------------------------------------------------------------------------------------------------------


def own_calls(actor: Actor, on: date) -> QuerySet[Movement]:
    """The calls of one's own firm, the paper that is due first on top."""
    mine = reach(actor, "calls.own", on)
    return Movement.objects.select_related("case").filter(
        mine.q(office="", organisation="case__organisation")
    )


def seen_calls(actor: Actor, on: date) -> QuerySet[Movement]:
    """The movements an officer may see."""
    mine = reach(actor, "calls.see", on)
    return Movement.objects.select_related("case").filter(mine.q(office="case__office", organisation=""))


# What will be late first stands on top: a paper still owed, or customs' own clock.
FIRST = (F("next_due_at").asc(nulls_last=True), F("case__due_at").asc(nulls_last=True), "-pk")
OPEN = Q(case__finished_at__isnull=True)


def matching(calls: QuerySet[Movement], text: str) -> QuerySet[Movement]:
    """Narrowed by ship, number, journey, or a bill or container aboard."""
    text = text.strip()
    if not text:
        return calls
    by_bill = Bill.objects.filter(Q(key=bill_key(text)) | Q(containers__contains=[text.upper()]))
    return calls.filter(Q(case__search__contains=fold(text)) | Q(pk__in=by_bill.values("movement_id")))


@dataclass(frozen=True)
class Hold:
    """Something that still holds a movement: what, whose move, since when, by when and why then."""

    what: Text
    who: Text
    since: datetime | None
    due: datetime | None = None
    why: Text | None = None
    party: str = ""
    reason: str = ""

    def is_late(self, now: datetime) -> bool:
        """Whether its time has run out."""
        return self.due is not None and now > self.due


def holds(movement: Movement) -> list[Hold]:
    """What still holds this movement, in the order in which it is due; empty when nothing does."""
    case = movement.case
    if case.finished_at is not None:
        return []
    law = register.law()
    papers = register.papers_of(movement)
    known_moments = moments(movement, case.received_at, case.opened_at)
    known = dues(law, known_moments)
    agent = Text("Đại lý, hãng tàu", "The ship's agent")
    found = []
    for form in owe(law, papers, case.opened_at):
        due = due_of(form.id, known)
        found.append(
            Hold(
                Text(f"Thiếu: {form.title.vi}", f"Missing: {form.title.en}"),
                agent,
                case.opened_at,
                due.at if due else None,
                due.why(known_moments) if due else None,
                "declarant",
            )
        )
    customs = Text("Hải quan", "Customs")
    for version in approvals.waiting(movement):
        title = law.forms[version.form].title
        found.append(
            Hold(
                Text(f"Chờ quyết định bản sửa: {title.vi}", f"Waits for a decision: {title.en}"),
                customs,
                version.filed_at,
                party="customs",
            )
        )
    if case.status == "amending":
        said = movement.approvals.filter(agency="customs").order_by("-pk").first()
        found.append(
            Hold(
                Text("Yêu cầu sửa đổi chưa được trả lời", "A requested correction is open"),
                agent,
                said.said_at if said else None,
                party="declarant",
                reason=said.reason if said else "",
            )
        )
    found += _agencies(movement, known, known_moments)
    return sorted(found, key=lambda hold: (hold.due is None, hold.due or case.opened_at))


def _agencies(movement: Movement, known: list[Due], known_moments: Moments) -> Iterator[Hold]:
    case, said = movement.case, approvals.words(movement)
    since = case.received_at
    due_by = {one.party: one for one in reversed(known) if one.party != "declarant"}
    for agency in approvals.asked(movement):
        word = said.get(agency.id)
        due = due_by.get(agency.id)
        title = agency.title.text
        if agency.id == "customs":
            if case.status == "complete":
                yield Hold(
                    Text("Chờ xác nhận thông quan", "Waits for clearance"),
                    title,
                    since,
                    due.at if due else case.due_at,
                    due.why(known_moments) if due else None,
                    "customs",
                )
        elif word is not None and not word.approves:
            yield Hold(
                Text(f"{title.vi} chưa chấp thuận", f"{title.en} objects"),
                Text("Đại lý, hãng tàu", "The ship's agent"),
                word.said_at,
                party="declarant",
                reason=word.reason,
            )
        elif word is None and since is not None:
            yield Hold(
                Text(f"Chờ {title.vi.lower()} chấp thuận", f"Waits for {title.en.lower()}"),
                title,
                since,
                due.at if due else None,
                due.why(known_moments) if due else None,
                agency.id,
            )


@dataclass(frozen=True)
class Paper:
    """One line of the list of papers: what it is, whether it is needed, what was filed last."""

    form: Form
    needed: bool
    version: Version | None
    versions: int
    due: Due | None
    why: Text | None


def paper_list(movement: Movement) -> list[Paper]:
    """Every paper this movement needs or has, in the order of the law."""
    law, case = register.law(), movement.case
    known_moments = moments(movement, case.received_at, case.opened_at)
    known = dues(law, known_moments)
    wanted = {form.id for form in needed(law, movement, case.opened_at)}
    filed: dict[str, list[Version]] = {}
    rows = movement.versions.defer("content", "diff").select_related("decision")
    for version in rows.order_by("number", "pk"):
        filed.setdefault(version.form, []).append(version)
    on = local_date(case.opened_at)
    found = []
    for form in law.taken(mode=movement.mode, on=on):
        versions = filed.get(form.id, [])
        due = due_of(form.id, known)
        found.append(
            Paper(
                form,
                form.id in wanted,
                versions[-1] if versions else None,
                len(versions),
                due,
                due.why(known_moments) if due else None,
            )
        )
    return found


@dataclass(frozen=True)
class Gap:
    """A bill or box that does not agree: what was declared, what the port counted."""

    number: str
    what: Text
    declared: str
    counted: str
    bad: bool


def gaps(movement: Movement) -> list[Gap]:
    """Manifest against the port's count, by bill and by container; empty when all agree or nothing was counted."""
    counted = list(movement.discharges.all())
    if not counted:
        return []
    found = list(_box_gaps(movement, {one.container for one in counted if one.container}))
    by_bill = {one.bill_key: one for one in counted if one.bill_key}
    names_bills = bool(by_bill)
    for bill in movement.bills.filter(live=True).exclude(kind="house"):
        one = by_bill.pop(bill.key, None)
        if one is None:
            if names_bills:
                found.append(
                    Gap(
                        bill.number,
                        Text("Cảng không thấy vận đơn này", "Not seen by the port"),
                        _amount(bill.packages),
                        "–",
                        True,
                    )
                )
            continue
        if one.packages is not None and one.packages != bill.packages:
            found.append(
                Gap(
                    bill.number,
                    Text("Số kiện", "Packages"),
                    _amount(bill.packages),
                    _amount(one.packages),
                    True,
                )
            )
        if one.gross_kg is not None and bill.gross_kg and _weights_differ(bill.gross_kg, one.gross_kg):
            found.append(
                Gap(
                    bill.number,
                    Text("Khối lượng (kg)", "Mass (kg)"),
                    f"{bill.gross_kg:f}",
                    f"{one.gross_kg:f}",
                    True,
                )
            )
    for key, one in by_bill.items():
        found.append(
            Gap(
                key,
                Text("Có hàng, không có trong bản khai", "Landed, not declared"),
                "–",
                _amount(one.packages),
                True,
            )
        )
    return found


def _box_gaps(movement: Movement, counted: set[str]) -> Iterator[Gap]:
    declared = set(movement.containers.values_list("number", flat=True))
    if not counted:
        return
    for number in sorted(declared - counted):
        yield Gap(
            number, Text("Khai nhưng cảng không dỡ", "Declared, not handled by the port"), "1", "0", True
        )
    for number in sorted(counted - declared):
        yield Gap(
            number, Text("Cảng dỡ nhưng không khai", "Handled by the port, not declared"), "0", "1", True
        )


def _weights_differ(declared: Decimal, counted: Decimal) -> bool:
    known = register.law().limits.tolerances
    percent, least = Decimal(str(known["gross_percent"].value)), Decimal(str(known["gross_kg"].value))
    return abs(declared - counted) > max(declared * percent / 100, least)


def _amount(value: int | None) -> str:
    return "–" if value is None else str(value)
