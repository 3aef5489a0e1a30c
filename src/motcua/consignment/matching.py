"""
Which bill of lading a declaration means: pure, over two sets at once, each answer with its reason.

People write one bill in many ways: with the carrier's code in front or without, with blanks and dashes, with leading zeros or
not. What is left when all of that is taken away is the spine of a number. Two numbers with one spine may be one bill; whether
they are is decided by the carrier, the leading zeros, the consignee, in this order. Look-alikes (one letter wrong, the same
container) are told to a person and never tied.

Everything is looked up in dictionaries by spine, so that twice the bills take twice the time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from motcua.lib.bilingual import Text

_MARKS = re.compile(r"[^A-Z0-9]+")
# A carrier's code (SCAC) is four letters; an air waybill has none.
_CODED = re.compile(r"([A-Z]{4})([A-Z0-9]*[0-9][A-Z0-9]*)")
# Letters that are read as digits: the look of a number, for suggestions only.
_LOOK = str.maketrans("OIQSB", "01058")


def coded(number: str) -> tuple[str, str]:
    """The carrier's code in front of a number and the rest; no code where none stands there."""
    match = _CODED.fullmatch(number)
    return (match[1], match[2]) if match else ("", number)


class How(StrEnum):
    """How a declaration's bill was found, or why it was not."""

    EXACT = "exact"
    CARRIER = "carrier"
    ZEROS = "zeros"
    CONSIGNEE = "consignee"
    MASTER_ONLY = "master-only"
    AMBIGUOUS = "ambiguous"
    OTHER_CARRIER = "other-carrier"
    OTHER_WAY = "other-way"
    NONE = "none"


TIED = frozenset({How.EXACT, How.CARRIER, How.ZEROS, How.CONSIGNEE})


class BillId(NamedTuple):
    """What a bill is known by: its number without the carrier's code, the carrier, which way the goods go."""

    key: str
    carrier: str
    direction: str


class Bill(NamedTuple):
    """A bill as the matching sees it; parts of one bill on several ships are summed before."""

    id: BillId
    number: str
    kind: str = "simple"
    has_houses: bool = False
    consignee: str = ""
    packages: int | None = None
    gross_kg: Decimal | None = None
    containers: frozenset[str] = frozenset()
    arrived_at: datetime | None = None
    office: str = ""
    # Goods in transit or carried on are on a manifest and need no import declaration here.
    is_declared: bool = True


class Claim(NamedTuple):
    """A bill that a declaration names, and what the declaration says about itself."""

    declaration: str
    written: str
    direction: str
    tax_code: str = ""
    net_kg: Decimal | None = None
    containers: frozenset[str] = frozenset()
    registered_at: datetime | None = None
    office: str = ""


class Match(NamedTuple):
    """What became of one claim: how it was found or why not, the bill, and the bills one may mean."""

    claim: Claim
    how: How
    bill: Bill | None = None
    candidates: tuple[Bill, ...] = ()

    @property
    def why(self) -> Text:
        """The sentence that says why; made when it is asked for, since most are never read."""
        if self.bill is not None:
            return _tied(self.how, self.claim, self.bill)
        if self.how is How.NONE:
            return _none(self.claim)
        return _REASONS[self.how](self.claim, self.candidates)

    @property
    def is_tied(self) -> bool:
        """Whether the declaration is tied to a bill."""
        return self.how in TIED


class Parts(NamedTuple):
    """A number taken apart: as compared, the carrier's code in front if any, what is left, and that without zeros in front."""

    key: str
    code: str
    rest: str
    spine: str


def parts(number: str, carrier: str = "") -> Parts:
    """Take a number apart: `hlcu 000-123` is HLCU, 000123, and its spine is 123."""
    key = _MARKS.sub("", number.upper())
    code = _MARKS.sub("", carrier.upper()) if carrier else ""
    if code and key.startswith(code) and len(key) > len(code):
        rest = key[len(code) :]
    elif found := _CODED.fullmatch(key):
        code, rest = found[1], found[2]
    else:
        rest = key
    return Parts(key, code, rest, rest.lstrip("0") or rest)


@dataclass
class Index:
    """Bills by the spine of their number."""

    by_spine: dict[str, list[tuple[Parts, Bill]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, bills: Iterable[Bill]) -> Index:
        """Index every bill once."""
        index = cls()
        for bill in bills:
            taken = parts(bill.number, bill.id.carrier)
            index.by_spine[taken.spine].append((taken, bill))
        return index

    def match(self, claim: Claim) -> Match:
        """The one bill a claim means, or why there is none."""
        said = parts(claim.written)
        near = self.by_spine.get(said.spine)
        if near is None:
            return Match(claim, How.NONE)
        if len(near) > 1 or near[0][1].id.direction != claim.direction:
            same_way = [one for one in near if one[1].id.direction == claim.direction]
            if not same_way:
                return Match(claim, How.OTHER_WAY, None, _bills(near))
            near = same_way
        fitting = [one for one in near if _codes_agree(said, one[0])]
        if not fitting:
            return Match(claim, How.OTHER_CARRIER, None, _bills(near))
        best = min([_distance(said, taken) for taken, _ in fitting])
        nearest = [bill for taken, bill in fitting if _distance(said, taken) == best]
        return _decided(claim, nearest, best)


def match_all(claims: Iterable[Claim], bills: Iterable[Bill]) -> Iterator[Match]:
    """Match two sets; every claim gives one answer, in its order."""
    index = Index.of(bills)
    for claim in claims:
        yield index.match(claim)


def _codes_agree(said: Parts, taken: Parts) -> bool:
    """A code that is not written contradicts nothing."""
    return not said.code or not taken.code or said.code == taken.code


def _distance(said: Parts, taken: Parts) -> int:
    return (0 if said.rest == taken.rest else 2) + (0 if said.code == taken.code else 1)


_BY_DISTANCE = (How.EXACT, How.CARRIER, How.ZEROS, How.ZEROS)


def _decided(claim: Claim, nearest: Sequence[Bill], distance: int) -> Match:
    bills = tuple(nearest)
    usable = tuple([bill for bill in bills if not (bill.has_houses and bill.kind == "master")])
    if not usable:
        return Match(claim, How.MASTER_ONLY, None, bills)
    if len(usable) == 1:
        return Match(claim, _BY_DISTANCE[distance], usable[0], usable)
    own = [bill for bill in usable if bill.consignee and bill.consignee == claim.tax_code]
    if len(own) == 1:
        return Match(claim, How.CONSIGNEE, own[0], usable)
    return Match(claim, How.AMBIGUOUS, None, usable)


def _bills(near: Iterable[tuple[Parts, Bill]]) -> tuple[Bill, ...]:
    return tuple(bill for _, bill in near)


# Look-alikes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A bill that a claim without one may mean: for a person to look at, never tied by itself."""

    bill: Bill
    why: Text


def suggest(claims: Iterable[Claim], bills: Iterable[Bill]) -> dict[tuple[str, str], list[Suggestion]]:
    """
    For claims without a bill, by (declaration, number as written): bills of the same consignee whose number looks alike (one
    character wrong, missing or too much, a letter for a digit, cut short) or that share a container.

    Give it only what was left over on both sides.
    """
    by_look: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    by_box: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    for bill in bills:
        if not bill.consignee:
            continue
        for look in _looks(parts(bill.number, bill.id.carrier).spine):
            by_look[bill.consignee, look].append(bill)
        for box in bill.containers:
            by_box[bill.consignee, box].append(bill)
    found: dict[tuple[str, str], list[Suggestion]] = {}
    for claim in claims:
        told: dict[BillId, Suggestion] = {}
        for box in sorted(claim.containers):
            for bill in by_box.get((claim.tax_code, box), ()):
                told.setdefault(bill.id, Suggestion(bill, _same_box(box)))
        for look in _looks(parts(claim.written).spine):
            for bill in by_look.get((claim.tax_code, look), ()):
                told.setdefault(bill.id, Suggestion(bill, _alike(claim, bill)))
        if told:
            found[claim.declaration, claim.written] = list(told.values())
    return found


def _looks(spine: str) -> set[str]:
    """The spine with letters read as digits, each way of leaving one character out, and cut as narrow fields cut it."""
    look = spine.translate(_LOOK)
    return {look, look[:17], look[:20], *(look[:place] + look[place + 1 :] for place in range(len(look)))}


# The reasons -------------------------------------------------------------------------------------------------------


def _tied(how: How, claim: Claim, bill: Bill) -> Text:
    said, there = claim.written, bill.number
    if how is How.EXACT:
        return Text(f"Số vận đơn trùng: {there}.", f"The bill number is the same: {there}.")
    if how is How.CARRIER:
        return Text(
            f"“{said}” và “{there}” chỉ khác mã hãng vận chuyển đứng trước; không có vận đơn nào khác cùng số.",
            f"“{said}” and “{there}” differ only by the carrier's code in front; no other bill has this number.",
        )
    if how is How.ZEROS:
        return Text(
            f"“{said}” và “{there}” chỉ khác số 0 đứng đầu; không có vận đơn nào khác cùng số.",
            f"“{said}” and “{there}” differ only by zeros in front; no other bill has this number.",
        )
    return Text(
        f"Nhiều vận đơn có số “{said}”; chọn vận đơn có người nhận hàng {bill.consignee}, trùng mã số thuế trên tờ khai.",
        f"Several bills bear “{said}”; the one consigned to {bill.consignee}, the declarant's tax code, was taken.",
    )


def _none(claim: Claim) -> Text:
    return Text(
        f"Không bản lược khai nào có vận đơn “{claim.written}”. Hãy kiểm tra số trên tờ khai, hoặc chờ hãng tàu khai.",
        f"No manifest carries the bill “{claim.written}”. Check the number on the declaration, or wait for the manifest.",
    )


def _other_way(claim: Claim, bills: Sequence[Bill]) -> Text:
    bill = bills[0]
    vi, en = {"entry": ("hàng nhập", "goods coming in")}.get(
        bill.id.direction, ("hàng xuất", "goods going out")
    )
    return Text(
        f"Vận đơn {bill.number} là {vi}, khác chiều với tờ khai {claim.declaration}.",
        f"Bill {bill.number} is for {en}, which is not the way of declaration {claim.declaration}.",
    )


def _other_carrier(claim: Claim, bills: Sequence[Bill]) -> Text:
    said = parts(claim.written)
    codes = ", ".join(sorted({parts(bill.number, bill.id.carrier).code for bill in bills}))
    return Text(
        f"Số {said.rest} có, nhưng của hãng {codes}, không phải {said.code}. Hãy kiểm tra mã hãng vận chuyển.",
        f"The number {said.rest} exists, but of carrier {codes}, not {said.code}. Check the carrier's code.",
    )


def _master_only(claim: Claim, bills: Sequence[Bill]) -> Text:
    bill = bills[0]
    return Text(
        f"{bill.number} là vận đơn chủ có vận đơn thứ cấp; tờ khai phải ghi số vận đơn thứ cấp.",
        f"{bill.number} is a master bill with house bills under it; the declaration must name the house bill.",
    )


def _ambiguous(claim: Claim, bills: Sequence[Bill]) -> Text:
    shown = ", ".join(f"{bill.id.carrier or '?'} {bill.number}" for bill in bills[:5])
    return Text(
        f"Nhiều vận đơn có số “{claim.written}”: {shown}. Hãy ghi thêm mã hãng vận chuyển.",
        f"Several bills bear “{claim.written}”: {shown}. Put the carrier's code in front.",
    )


_REASONS = {
    How.OTHER_WAY: _other_way,
    How.OTHER_CARRIER: _other_carrier,
    How.MASTER_ONLY: _master_only,
    How.AMBIGUOUS: _ambiguous,
}


def _same_box(box: str) -> Text:
    return Text(f"Cùng công-ten-nơ {box}, cùng người nhận hàng.", f"The same container {box} and consignee.")


def _alike(claim: Claim, bill: Bill) -> Text:
    return Text(
        f"“{claim.written}” gần giống “{bill.number}”, cùng người nhận hàng.",
        f"“{claim.written}” looks like “{bill.number}”, with the same consignee.",
    )
