"""A form D that is right in every respect; tests spoil one thing at a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from motcua.origin.documents import FormD, Invoice, Item, Party, Transport
from motcua.origin.rules import Facts
from motcua.origin.terms import load_terms

LAW = Path(__file__).resolve().parents[2] / "law"
TERMS = load_terms(LAW)

ITEM = Item(
    number=1, description="Gạo thơm Hom Mali, bao 50 kg", hs_code="10063040", criterion="WO", quantity=Decimal("100"),
    unit="TNE", marks="N/M", packages=2000, package_kind="BG", gross_kg=Decimal("100200"), invoice="INV-2020-77",
)  # fmt: skip
SECOND = Item(
    number=2, description="Quạt điện để bàn", hs_code="84145110", criterion="40%", quantity=Decimal("500"), unit="PCE",
    marks="FAN 1-50", packages=50, package_kind="CT", gross_kg=Decimal("1250.5"), fob=Decimal("9100.00"), currency="USD",
    invoice="INV-2020-77",
)  # fmt: skip


def form(**changes: Any) -> FormD:
    """A Thai form for Viet Nam, issued on the day the ship leaves."""
    values: dict[str, Any] = {
        "number": "D2020-0123456",
        "issuing_country": "TH",
        "importing_country": "VN",
        "issued_on": date(2020, 5, 4),
        "authority": "Department of Foreign Trade (invented office)",
        "exporter": Party("Siam Golden Field Co., Ltd (invented)", "Bangkok", "TH"),
        "consignee": Party("Công ty TNHH Nông sản Đảo Xanh", "Móng Cái", "VN", "9900000016"),
        "transport": Transport(date(2020, 5, 4), "PACIFIC COAL 07 / 215N", "THLCH", "VNHPH"),
        "items": (ITEM, SECOND),
        "invoices": (Invoice("INV-2020-77", date(2020, 4, 28), "", "TH"),),
        "production_country": "TH",
        "declared_at": "Bangkok",
        "declared_on": date(2020, 5, 3),
        "issued_at": "Bangkok",
    }
    return FormD(**(values | changes))


def facts(**changes: Any) -> Facts:
    """Viet Nam looks at it two weeks later."""
    values: dict[str, Any] = {"on": date(2020, 5, 18), "terms": TERMS}
    return Facts(**(values | changes))
