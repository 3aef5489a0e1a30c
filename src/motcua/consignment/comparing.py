"""
What does not agree between manifest and declarations: pure, over what the matching found. Each discrepancy says what was
declared, what was found, and what to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from motcua.consignment.matching import Bill, BillId, Claim, How, Match
from motcua.lib.bilingual import Text
from motcua.lib.findings import Severity
from motcua.lib.vietnamese import VIETNAM

NO_BILL = BillId("", "", "")


class Kind(StrEnum):
    """What does not agree."""

    MISSING_BILL = "missing-bill"
    MISSING_DECLARATION = "missing-declaration"
    MASTER_ONLY = "master-only"
    AMBIGUOUS = "ambiguous"
    CONSIGNEE = "consignee"
    WEIGHT = "weight"
    PACKAGES = "packages"
    OVER_USE = "over-use"
    LATE = "late"


TITLES = {
    Kind.MISSING_BILL: Text("Tờ khai ghi vận đơn không có", "A declared bill is not on any manifest"),
    Kind.MISSING_DECLARATION: Text("Hàng đã đến, chưa có tờ khai", "Landed, not declared"),
    Kind.MASTER_ONLY: Text("Tờ khai ghi vận đơn chủ", "The declaration names a master bill"),
    Kind.AMBIGUOUS: Text("Nhiều vận đơn cùng số", "Several bills of one number"),
    Kind.CONSIGNEE: Text("Khác người nhận hàng", "Another consignee"),
    Kind.WEIGHT: Text("Lệch khối lượng", "Weights differ"),
    Kind.PACKAGES: Text("Lệch số kiện", "Packages differ"),
    Kind.OVER_USE: Text("Trừ lùi vượt vận đơn", "More written off than the bill holds"),
    Kind.LATE: Text("Nộp tờ khai muộn", "Declared late"),
}


@dataclass(frozen=True)
class Terms:
    """The numbers the comparison counts with, from the law sheets."""

    gross_percent: Decimal
    gross_kg: Decimal
    mismatch_percent: Decimal
    declare_within: timedelta

    def differ(self, most: Decimal, found: Decimal) -> Severity | None:
        """How far a mass above what is allowed is over: nothing, a warning, an error."""
        over = found - most
        if over <= max(most * self.gross_percent / 100, self.gross_kg):
            return None
        return Severity.ERROR if over > most * self.mismatch_percent / 100 else Severity.WARNING


@dataclass(frozen=True)
class Used:
    """What the ledger of write-offs holds of one bill."""

    packages: int = 0
    gross_kg: Decimal = Decimal(0)
    declarations: int = 0
    all_gone: bool = False


@dataclass(frozen=True)
class Discrepancy:
    """One thing that does not agree: between which bill and which declaration, since when, and the sentence about it."""

    kind: Kind
    severity: Severity
    why: Text
    bill: BillId = NO_BILL
    declaration: str = ""
    declared: str = ""
    found: str = ""
    office: str = ""
    since: datetime | None = None


def compare(
    matches: Sequence[Match], bills: Iterable[Bill], used: Mapping[BillId, Used], terms: Terms, now: datetime
) -> Iterator[Discrepancy]:
    """Everything that does not agree, claim by claim, then bill by bill."""
    by_bill: dict[BillId, list[Match]] = defaultdict(list)
    named: dict[str, set[BillId]] = defaultdict(set)
    for match in matches:
        if match.bill is not None:
            by_bill[match.bill.id].append(match)
            named[match.claim.declaration].add(match.bill.id)
        yield from of_match(match, terms)
    known = list(bills)
    gross = {bill.id: bill.gross_kg for bill in known}
    told: set[str] = set()
    for bill in known:
        tied = by_bill.get(bill.id, [])
        yield from _of_bill(bill, tied, used.get(bill.id), terms, now)
        yield from _weights(tied, by_bill, named, gross, told, terms)


_UNTIED = {
    How.NONE: Kind.MISSING_BILL,
    How.OTHER_CARRIER: Kind.MISSING_BILL,
    How.OTHER_WAY: Kind.MISSING_BILL,
    How.MASTER_ONLY: Kind.MASTER_ONLY,
    How.AMBIGUOUS: Kind.AMBIGUOUS,
}


def of_match(match: Match, terms: Terms) -> Iterator[Discrepancy]:
    """What one claim shows by itself."""
    claim, bill = match.claim, match.bill
    if bill is None:
        kind = _UNTIED[match.how]
        first = match.candidates[0].id if match.candidates else NO_BILL
        yield _about(kind, Severity.WARNING, claim, match.why, first, declared=claim.written)
        return
    if claim.direction != "entry":
        return
    if bill.consignee and claim.tax_code and bill.consignee[:10] != claim.tax_code[:10]:
        yield _about(
            Kind.CONSIGNEE, Severity.WARNING, claim,
            Text(
                f"Vận đơn {bill.number} ghi người nhận {bill.consignee}, tờ khai ghi {claim.tax_code}. "
                "Hãy xem giấy ủy quyền hoặc vận đơn đã ký hậu.",
                f"Bill {bill.number} is consigned to {bill.consignee}, the declaration is by {claim.tax_code}. "
                "See the mandate or the endorsed bill.",
            ),
            bill.id, declared=claim.tax_code, found=bill.consignee,
        )  # fmt: skip
    if (
        bill.arrived_at
        and claim.registered_at
        and claim.registered_at > bill.arrived_at + terms.declare_within
    ):
        due = bill.arrived_at + terms.declare_within
        yield _about(
            Kind.LATE, Severity.WARNING, claim,
            Text(
                f"Hàng đến {_day(bill.arrived_at)}, hạn nộp tờ khai {_day(due)}, đăng ký {_day(claim.registered_at)}.",
                f"Landed {_day(bill.arrived_at)}, to be declared by {_day(due)}, registered {_day(claim.registered_at)}.",
            ),
            bill.id, declared=_day(claim.registered_at), found=_day(due),
        )  # fmt: skip


def _of_bill(
    bill: Bill, tied: Sequence[Match], used: Used | None, terms: Terms, now: datetime
) -> Iterator[Discrepancy]:
    if not tied and bill.id.direction == "entry" and bill.is_declared and not bill.has_houses:
        if bill.arrived_at is not None and bill.arrived_at <= now:
            due = bill.arrived_at + terms.declare_within
            late = now > due
            yield Discrepancy(
                Kind.MISSING_DECLARATION, Severity.ERROR if late else Severity.NOTE,
                Text(
                    f"Vận đơn {bill.number} đến {_day(bill.arrived_at)}, hạn nộp tờ khai {_day(due)}, chưa có tờ khai nào.",
                    f"Bill {bill.number} landed {_day(bill.arrived_at)}, to be declared by {_day(due)}; nobody declared it.",
                ),
                bill.id, office=bill.office, since=bill.arrived_at,
            )  # fmt: skip
        return
    if used is None:
        return
    if bill.packages is not None and used.packages > bill.packages:
        yield _over(bill, str(used.packages), str(bill.packages), "kiện", "packages")
    elif bill.gross_kg is not None and terms.differ(bill.gross_kg, used.gross_kg):
        yield _over(bill, f"{used.gross_kg:f}", f"{bill.gross_kg:f}", "kg", "kg")
    if used.all_gone and bill.packages is not None and used.packages < bill.packages:
        left = bill.packages - used.packages
        yield Discrepancy(
            Kind.PACKAGES, Severity.WARNING,
            Text(
                f"Mọi tờ khai của vận đơn {bill.number} đã qua khu vực giám sát nhưng còn {left} kiện chưa trừ lùi.",
                f"All declarations of bill {bill.number} have left the supervised area, yet {left} packages are not written off.",
            ),
            bill.id, declared=str(used.packages), found=str(bill.packages), office=bill.office, since=bill.arrived_at,
        )  # fmt: skip


def _over(bill: Bill, used: str, held: str, vi: str, en: str) -> Discrepancy:
    return Discrepancy(
        Kind.OVER_USE, Severity.ERROR,
        Text(
            f"Vận đơn {bill.number} có {held} {vi}, các tờ khai đã trừ {used} {vi}. Hãy xem vận đơn có được sửa sau đó không.",
            f"Bill {bill.number} holds {held} {en}, declarations used {used} {en}. See whether the bill was amended afterwards.",
        ),
        bill.id, declared=used, found=held, office=bill.office, since=bill.arrived_at,
    )  # fmt: skip


def _weights(
    tied: Sequence[Match], by_bill: Mapping[BillId, list[Match]], named: Mapping[str, set[BillId]],
    gross: Mapping[BillId, Decimal | None], told: set[str], terms: Terms,
) -> Iterator[Discrepancy]:  # fmt: skip
    """
    Net mass declared against gross mass carried, where the two sides can be told apart: one bill for its declarations, or one
    declaration for its bills. Where several share several, nobody can say which kilogram is whose.
    """
    if not tied:
        return
    if len(tied) == 1 and len(named[tied[0].claim.declaration]) == 1:
        # One bill, one declaration: nearly always, and nearly always in order.
        net, held = tied[0].claim.net_kg, gross[tied[0].bill.id] if tied[0].bill else None
        if net is None or held is None or net <= held:
            return
    claims = [match.claim for match in tied]
    if all(len(named[claim.declaration]) == 1 for claim in claims):
        ids = [tied[0].bill.id] if tied[0].bill else []
    elif len({claim.declaration for claim in claims}) == 1:
        ids = sorted(named[claims[0].declaration])
        if any(len({m.claim.declaration for m in by_bill[one]}) > 1 for one in ids):
            return
    else:
        return
    nets = {claim.declaration: claim.net_kg for claim in claims}
    key = min(nets)
    if key in told or None in nets.values() or any(gross.get(one) is None for one in ids):
        return
    told.add(key)
    total = sum((value for value in nets.values() if value is not None), Decimal(0))
    whole = sum((value for one in ids if (value := gross[one]) is not None), Decimal(0))
    severity = terms.differ(whole, total)
    if severity is None:
        return
    bills = ", ".join(one.key for one in ids)
    yield _about(
        Kind.WEIGHT, severity, claims[0],
        Text(
            f"Khối lượng tịnh khai {total:f} kg lớn hơn khối lượng cả bì của vận đơn {bills}: {whole:f} kg.",
            f"The net mass declared, {total:f} kg, is more than the gross mass of bill {bills}: {whole:f} kg.",
        ),
        ids[0], declared=f"{total:f}", found=f"{whole:f}",
    )  # fmt: skip


def _about(
    kind: Kind,
    severity: Severity,
    claim: Claim,
    why: Text,
    bill: BillId,
    *,
    declared: str = "",
    found: str = "",
) -> Discrepancy:
    return Discrepancy(
        kind, severity, why, bill, claim.declaration, declared, found, claim.office, claim.registered_at
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"
