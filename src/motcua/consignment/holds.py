"""
What still holds some goods: what, whose move, since when, by when. A hold blocks the goods; an open matter does not.

Everything is a function of where the cases stand now; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from motcua.casework.models import Case, Event
from motcua.casework.page import HOLDERS
from motcua.consignment.gather import Consignment
from motcua.declarations.models import Declaration
from motcua.lib.bilingual import Text
from motcua.nsw.lifecycle import GOOD, STATUSES, UNDECIDED
from motcua.nsw.models import Inspection
from motcua.origin.models import Certificate

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
CARRIER = HOLDERS["agent"]
TRADER, CUSTOMS, MINISTRY = HOLDERS["trader"], HOLDERS["customs"], HOLDERS["ministry"]


@dataclass(frozen=True)
class Hold:
    """One thing that is not done: of which part and number, whose move it is. `party` is the code of who moves."""

    part: str
    number: str
    what: Text
    who: Text
    party: str
    since: datetime | None
    due: datetime | None = None
    blocks: bool = True

    def is_late(self, now: datetime) -> bool:
        """Whether its time has run out."""
        return self.due is not None and now > self.due

    def as_plain(self) -> dict[str, Any]:
        """The hold for programs."""
        return {
            "what": {"vi": self.what.vi, "en": self.what.en},
            "since": self.since.isoformat() if self.since else None,
            "whose_move": {"code": self.party, "vi": self.who.vi, "en": self.who.en},
            "due": self.due.isoformat() if self.due else None,
            "part": self.part,
            "number": self.number,
        }


def holds(found: Consignment, declare_within: timedelta) -> list[Hold]:
    """What holds the goods and what else is open, what blocks and is due first on top."""
    since = _since(found.cases)
    listed = [
        *_of_bills(found, declare_within),
        *(hold for one in found.declarations for hold in _of_declaration(one, found, since)),
        *(hold for one in found.inspections for hold in _of_inspection(one, since)),
        *(hold for one in found.certificates for hold in _of_certificate(one, since)),
        *_payments(found, since),
        *_disagreements(found),
    ]
    return sorted(
        listed,
        key=lambda one: (not one.blocks, one.due is None, one.due or one.since or FIRST),
    )


def _since(cases: Iterable[Case]) -> dict[int, datetime]:
    """When each case came to stand where it stands: its last event that moved it."""
    by_id = {case.pk: case for case in cases}
    events = Event.objects.filter(case__in=list(by_id)).order_by("case_id", "number")
    found: dict[int, datetime] = {pk: case.opened_at for pk, case in by_id.items()}
    for pk, kind, at in events.values_list("case_id", "kind", "happened_at"):
        if kind in by_id[pk].lifecycle.moving:
            found[pk] = at
    return found


def _of_bills(found: Consignment, declare_within: timedelta) -> Iterator[Hold]:
    masters = {bill.master_key for bill in found.bills if bill.master_key}
    for bill in found.bills:
        movement = bill.movement
        if bill.direction == "entry" and movement.ata is None:
            yield Hold(
                "bill", bill.number,
                Text(f"Tàu {movement.ship} chưa đến", f"The ship {movement.ship} has not come"), CARRIER, "agent",
                movement.case.opened_at, movement.eta,
            )  # fmt: skip
        if bill.nature not in ("import", "export", "") or bill.key in masters or bill.pk in found.declared:
            continue
        due = movement.ata + declare_within if movement.ata and bill.direction == "entry" else None
        yield Hold(
            "bill", bill.number, Text("Chưa có tờ khai hải quan", "No customs declaration yet"), TRADER, "trader",
            movement.ata or movement.case.opened_at, due,
        )  # fmt: skip


def _of_declaration(one: Declaration, found: Consignment, since: dict[int, datetime]) -> Iterator[Hold]:
    case = one.case
    if case.status not in ("registered", "checking"):
        return
    if "inspection" in case.paused_for:
        if not any(link.case.status in UNDECIDED for link in found.inspections):
            yield Hold(
                "declaration", one.key,
                Text("Chờ kết quả kiểm tra chuyên ngành", "Waits for the result of a specialised inspection"),
                MINISTRY, "ministry", since[case.pk], case.due_at,
            )  # fmt: skip
        return
    what = (
        Text("Chờ phân luồng", "Waits for its channel")
        if case.status == "registered"
        else Text("Hải quan đang kiểm tra, chưa thông quan", "Under check by customs, not released")
    )
    yield Hold("declaration", one.key, what, CUSTOMS, "customs", since[case.pk], case.due_at)


def _of_inspection(one: Inspection, since: dict[int, datetime]) -> Iterator[Hold]:
    case = one.case
    if case.status in UNDECIDED:
        state = STATUSES[case.status]
        party = case.holder or "ministry"
        yield Hold(
            "inspection", one.file_code, Text(f"{one.ministry}: {state.vi}", f"{one.ministry}: {state.en}"),
            HOLDERS.get(party, MINISTRY), party, since[case.pk], case.due_at,
        )  # fmt: skip
        return
    if case.status == "recalled":
        yield Hold(
            "inspection", one.file_code, Text("Kết quả kiểm tra đã bị thu hồi", "The result was recalled"),
            MINISTRY, "ministry", since[case.pk],
        )  # fmt: skip
        return
    result = one.results.filter(replaced_at=None).first()
    if case.status == "decided" and result is not None and result.outcome not in GOOD:
        last = case.events.filter(kind__in=("measure_ordered", "measure_done")).order_by("-number").first()
        if last is not None and last.kind == "measure_done":
            return
        party = "trader" if last is not None else "ministry"
        yield Hold(
            "inspection", one.file_code,
            Text("Hàng không đạt, chờ xử lý lô hàng", "The goods failed; a measure is awaited"),
            HOLDERS[party], party, last.happened_at if last else since[case.pk],
        )  # fmt: skip


def _of_certificate(one: Certificate, since: dict[int, datetime]) -> Iterator[Hold]:
    """An undecided certificate holds the preference, not the goods: they may go at the ordinary rate (rule 16)."""
    case = one.case
    if case.status not in ("received", "querying"):
        return
    querying = case.status == "querying"
    what = (
        Text("C/O đang được hỏi nước cấp", "The certificate is queried with the issuing country")
        if querying
        else Text("C/O chờ hải quan quyết định ưu đãi", "Customs has not decided on the preference")
    )
    party = "issuer" if querying else "customs"
    yield Hold(
        "certificate", one.number, what, HOLDERS[party], party, since[case.pk], case.due_at, blocks=False
    )


def _payments(found: Consignment, since: dict[int, datetime]) -> Iterator[Hold]:
    paid = set(
        Event.objects.filter(case__in=[one.pk for one in found.declarations], kind="duty_paid").values_list(
            "case_id", flat=True
        )
    )
    for one in found.declarations:
        if one.case.status == "checking" and one.pk not in paid:
            yield Hold(
                "payment", one.key,
                Text("Chưa có tin nộp thuế hoặc bảo lãnh", "No word yet that duty was paid or secured"),
                TRADER, "trader", since[one.pk], blocks=False,
            )  # fmt: skip
    for case in found.dossiers:
        if "payment" in case.paused_for:
            yield Hold(
                "payment", case.reference, Text("Phí, lệ phí chưa nộp", "A fee is not paid"), TRADER, "trader",
                since[case.pk], case.due_at,
            )  # fmt: skip


def _disagreements(found: Consignment) -> Iterator[Hold]:
    for one in found.discrepancies:
        if one.kind == "missing-declaration":
            continue
        trader = one.kind in ("missing-bill", "master-only", "ambiguous")
        yield Hold(
            "discrepancy", one.declaration or one.bill_key, Text(one.why_vi, one.why_en),
            TRADER if trader else CUSTOMS, "trader" if trader else "customs", one.since,
            blocks=one.severity == "error",
        )  # fmt: skip
