"""What comes in and goes out about an inspection, in the words of the trade, whatever door it came by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class GoodsLine:
    """One line of an application."""

    number: int
    description: str
    hs_code: str
    origin: str
    quantity: Decimal
    unit: str
    net_kg: Decimal | None = None
    declaration_key: str = ""
    declaration_line: int | None = None


@dataclass(frozen=True)
class Application:
    """
    An application to a ministry, lodged once. `office` is the branch where the goods are cleared.

    `facts` are the rest of what is told once: exporter, bill, contract, invoice, port, arrival, place of inspection.
    """

    document_type: str
    purpose: str
    office: str
    applicant: str
    tax_code: str
    lines: tuple[GoodsLine, ...]
    organisation: int | None = None
    flow: str = "import"
    facts: dict[str, str] = field(default_factory=dict)
    file_code: str = ""
    channel: str = "online"


# The facts of an application: name in messages and forms, label in both languages, longest text.
FACTS: dict[str, tuple[str, str, int]] = {
    "exporter": ("Người xuất khẩu", "Exporter", 200),
    "exporter_country": ("Nước xuất khẩu", "Country of the exporter", 2),
    "bill": ("Số vận đơn", "Bill of lading", 35),
    "contract": ("Số hợp đồng", "Contract number", 60),
    "invoice": ("Số hóa đơn", "Invoice number", 60),
    "port": ("Cảng nhập (UN/LOCODE)", "Port of entry (UN/LOCODE)", 5),
    "arrives_on": ("Ngày hàng đến", "Day of arrival", 10),
    "place": ("Địa điểm kiểm tra", "Place of inspection", 200),
    "contact": ("Người liên hệ, điện thoại", "Contact and telephone", 200),
}
# What stays the same from one lot to the next, and is therefore filled in from the last application.
LASTING = ("exporter", "exporter_country", "contract", "port", "place", "contact")


@dataclass(frozen=True)
class Covered:
    """How much of a declaration line a result covers; without a line, the whole declaration."""

    declaration_key: str
    declaration_line: int | None = None
    goods_line: int | None = None
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Notice:
    """
    Something a ministry says about an inspection. `act` is one of `ACTS`; the other fields are filled as it needs.

    `repeats_first` marks a result issued again in place of the one before it.
    """

    act: str
    at: datetime | None = None
    number: str = ""
    outcome: str = ""
    agency: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    covers: tuple[Covered, ...] = ()
    text: str = ""
    code: str = ""
    desk: str = "one-stop"
    sample: str = ""
    officer: str = ""
    request: str = ""
    answers: str = ""
    faults: tuple[str, ...] = ()


ACTS = (
    "accept", "refuse", "supplement", "result-supplement", "assign", "sample", "confirm", "withdraw-registration",
    "tested", "result", "replace", "recall", "exempt", "agree", "decline", "take-up", "received", "faulty",
)  # fmt: skip
