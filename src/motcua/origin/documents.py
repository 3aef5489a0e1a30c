"""
A certificate of origin form D as a document: thirteen boxes, in the trade's words, whichever way it came.

Nothing here judges: a form may be read with every fault it has, and `rules.py` tells them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

# The members of ATIGA as the forms write them (ISO 3166).
MEMBERS = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN")


class Flag(StrEnum):
    """The ticks of box 13."""

    THIRD_COUNTRY_INVOICING = "third-country-invoicing"
    ACCUMULATION = "accumulation"
    BACK_TO_BACK = "back-to-back"
    PARTIAL_CUMULATION = "partial-cumulation"
    EXHIBITION = "exhibition"
    DE_MINIMIS = "de-minimis"
    ISSUED_RETROACTIVELY = "issued-retroactively"


class Function(StrEnum):
    """Why a certificate is sent: for the first time, instead of another one, or once more as it was."""

    ORIGINAL = "original"
    REPLACEMENT = "replacement"
    RETRANSMISSION = "retransmission"


TARIFF_CHANGES = frozenset({"CC", "CTH", "CTSH"})
CRITERIA = frozenset({"WO", "RVC", "SP", "PC"}) | TARIFF_CHANGES

_PERCENT = re.compile(r"(?P<name>RVC|PC)?(?P<value>\d{1,3}(?:[.,]\d{1,4})?)%")


@dataclass(frozen=True)
class Criterion:
    """
    Box 8 taken apart: `WO`, `40%`, `CTH`, `SP`, `CTSH+35%`, `PC 25%`.

    `codes` holds the words as they stand, a bare percentage being RVC; `strange` what is no criterion of form D.
    """

    text: str
    codes: tuple[str, ...] = ()
    percent: Decimal | None = None
    strange: tuple[str, ...] = ()

    @property
    def has_value_content(self) -> bool:
        """Whether a regional value content is claimed, alone or beside a change of tariff."""
        return "RVC" in self.codes

    @property
    def changes_tariff(self) -> bool:
        """Whether a change of tariff classification is claimed."""
        return bool(TARIFF_CHANGES & set(self.codes))


def read_criterion(text: str) -> Criterion:
    """The criterion as it is written in box 8; nothing is guessed, what is unknown is named in `strange`."""
    codes: list[str] = []
    strange: list[str] = []
    percent: Decimal | None = None
    for part in re.split(r"\s*(?:\+|&|/|\bAND\b|\bOR\b)\s*", text.strip().upper()):
        tight = re.sub(r"\s+", "", part)
        match = _PERCENT.fullmatch(tight)
        if match is not None and percent is None:
            percent = Decimal(match["value"].replace(",", "."))
            codes.append(match["name"] or "RVC")
        elif tight in CRITERIA:
            codes.append(tight)
        elif tight:
            strange.append(part.strip())
    return Criterion(text.strip(), tuple(codes), percent, tuple(strange))


@dataclass(frozen=True)
class Party:
    """Boxes 1 and 2: who consigns, to whom."""

    name: str = ""
    address: str = ""
    country: str = ""
    tax_code: str = ""


@dataclass(frozen=True)
class Transport:
    """Box 3: when the goods leave, with what, where they are discharged, and the countries on the way."""

    departed_on: date | None = None
    conveyance: str = ""
    loading_port: str = ""
    discharge_port: str = ""
    transit: tuple[str, ...] = ()
    through_bill: str = ""


@dataclass(frozen=True)
class Invoice:
    """Box 10: an invoice, and who made it out where that is not the exporter."""

    number: str
    on: date | None = None
    issuer: str = ""
    issuer_country: str = ""


@dataclass(frozen=True)
class Item:
    """Boxes 5 to 10 of one kind of goods. `fob` is in `currency`; `invoice` names one of the form's invoices."""

    number: int
    description: str = ""
    hs_code: str = ""
    criterion: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    marks: str = ""
    packages: int | None = None
    package_kind: str = ""
    gross_kg: Decimal | None = None
    fob: Decimal | None = None
    currency: str = ""
    invoice: str = ""
    origin_country: str = ""
    # Of a back-to-back certificate: the item of the original this one is drawn from.
    original_item: int | None = None

    @property
    def origin(self) -> Criterion:
        """Box 8, taken apart."""
        return read_criterion(self.criterion)


@dataclass(frozen=True)
class Original:
    """The certificate a back-to-back certificate is drawn from (box 7)."""

    number: str
    country: str = ""
    issued_on: date | None = None


@dataclass(frozen=True)
class FormD:
    """
    One electronic form D.

    `number` is the reference of the top right corner; `replaces` the number it takes the place of; `exhibition` names
    the exhibition and its place; `issued_on` and `authority` are box 12, `declared_on` and `production_country` box 11.
    """

    number: str
    issuing_country: str
    importing_country: str
    issued_on: date | None = None
    authority: str = ""
    function: str = Function.ORIGINAL
    replaces: str = ""
    exporter: Party = field(default_factory=Party)
    consignee: Party = field(default_factory=Party)
    transport: Transport = field(default_factory=Transport)
    items: tuple[Item, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    flags: frozenset[str] = frozenset()
    production_country: str = ""
    declared_on: date | None = None
    declared_at: str = ""
    issued_at: str = ""
    original: Original | None = None
    exhibition: str = ""
    remarks: str = ""

    @property
    def key(self) -> str:
        """The number as it is compared: capitals and digits; '' where it has none."""
        return re.sub(r"[^A-Z0-9]", "", self.number.upper())

    def ticks(self, flag: Flag) -> bool:
        """Whether a tick of box 13 is set."""
        return flag in self.flags

    def item(self, number: int) -> Item | None:
        """The item with this number in box 5."""
        return next((one for one in self.items if one.number == number), None)


class NoticeKind(StrEnum):
    """What is told about a certificate, in either direction."""

    ACKNOWLEDGED = "acknowledged"
    NOT_ACKNOWLEDGED = "not-acknowledged"
    TRACKED = "tracked"
    QUERIED = "queried"
    CLARIFIED = "clarified"
    UTILISED = "utilised"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class UsedLine:
    """What customs did with one item: how much was used on which declaration line, or why it was refused."""

    item: int
    given: bool
    declaration: str = ""
    line: int | None = None
    quantity: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True)
class Notice:
    """A word about a certificate: that it came, a question, an answer, its use, its end. `code` is a reason's code."""

    kind: str
    number: str
    issuing_country: str
    sender: str
    receiver: str
    at: datetime | None
    reference: str = ""
    code: str = ""
    text: str = ""
    status: str = ""
    lines: tuple[UsedLine, ...] = ()


def as_plain(value: Any) -> Any:
    """A document as plain JSON values: decimals and dates as text, sets sorted, nothing that is empty."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, as_plain(getattr(value, f.name))) for f in fields(value))
        return {name: one for name, one in pairs if one not in (None, "", [], {})}
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, tuple):
        return [as_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
