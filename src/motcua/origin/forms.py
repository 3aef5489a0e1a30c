"""The forms of the pages: what customs decides about a certificate, and what an exporter asks for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import lazy
from django.utils.translation import get_language

from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.origin.documents import MEMBERS, Flag, FormD, Invoice, Item, Party, Transport
from motcua.origin.lifecycle import REASONS

COUNTRY_NAMES: dict[str, Text] = {
    "BN": Text("Bru-nây", "Brunei"), "ID": Text("In-đô-nê-xi-a", "Indonesia"), "KH": Text("Cam-pu-chia", "Cambodia"),
    "LA": Text("Lào", "Laos"), "MM": Text("Mi-an-ma", "Myanmar"), "MY": Text("Ma-lai-xi-a", "Malaysia"),
    "PH": Text("Phi-líp-pin", "Philippines"), "SG": Text("Xinh-ga-po", "Singapore"), "TH": Text("Thái Lan", "Thailand"),
    "VN": Text("Việt Nam", "Viet Nam"),
}  # fmt: skip

FLAG_NAMES: dict[Flag, Text] = {
    Flag.THIRD_COUNTRY_INVOICING: Text("Hóa đơn nước thứ ba", "Third Country Invoicing"),
    Flag.ACCUMULATION: Text("Cộng gộp", "Accumulation"),
    Flag.BACK_TO_BACK: Text("C/O giáp lưng", "Back-to-Back CO"),
    Flag.PARTIAL_CUMULATION: Text("Cộng gộp từng phần", "Partial Cumulation"),
    Flag.EXHIBITION: Text("Triển lãm", "Exhibition"),
    Flag.DE_MINIMIS: Text("Mức vi phạm cho phép", "De Minimis"),
    Flag.ISSUED_RETROACTIVELY: Text("Cấp sau", "Issued Retroactively"),
}


def _say(vi: str, en: str) -> str:
    return vi if (get_language() or "vi").startswith("vi") else en


# A text that chooses its language when it is shown.
both = lazy(_say, str)


def _reasons(*codes: str) -> list[tuple[str, Any]]:
    return [
        ("", both("– chọn –", "– choose –")),
        *((code, both(REASONS[code].vi, REASONS[code].en)) for code in codes),
    ]


OF_CUSTOMS = (
    "signature", "criterion", "hs-mismatch", "quantity", "invoice", "direct-consignment", "retroactive", "expired",
    "no-answer", "other",
)  # fmt: skip
OF_AUTHORITY = ("incomplete", "not-originating", "error", "exporter", "other")
_DATES = ["%d/%m/%Y", "%Y-%m-%d"]


class ReasonForm(forms.Form):
    """A reason by code, and words for the other side."""

    code = forms.ChoiceField(label=both("Lý do", "Reason"), choices=_reasons(*OF_CUSTOMS))
    text = forms.CharField(
        label=both("Nội dung gửi nước cấp (tiếng Anh)", "Words for the issuing country (English)"),
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class AuthorityForm(forms.Form):
    """A reason of the issuing authority, or its answer to customs abroad."""

    code = forms.ChoiceField(label=both("Lý do", "Reason"), choices=_reasons(*OF_AUTHORITY), required=False)
    text = forms.CharField(
        label=both("Nội dung trả lời (tiếng Anh)", "The answer (English)"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class UseForm(forms.Form):
    """On which declaration and line, and how much of each item; a field for each item that has something left."""

    declaration = forms.CharField(
        label=both("Số tờ khai nhập khẩu", "Import declaration"),
        help_text=both("12 chữ số, hoặc 11 số đầu.", "12 digits, or the first 11."),
        max_length=20,
    )

    def __init__(self, data: Any, items: list[tuple[int, Decimal, str]]) -> None:
        super().__init__(data)
        self.items = items
        for number, left, unit in items:
            self.fields[f"quantity_{number}"] = forms.DecimalField(
                label=both(f"Mặt hàng {number}: lượng dùng ({unit})", f"Item {number}: quantity used ({unit})"),
                help_text=both(f"Còn {left.normalize():f}", f"{left.normalize():f} left"),
                required=False, min_value=Decimal(0), decimal_places=6,
            )  # fmt: skip
            self.fields[f"line_{number}"] = forms.IntegerField(
                label=both(f"Mặt hàng {number}: dòng hàng trên tờ khai", f"Item {number}: line of the declaration"),
                required=False, min_value=1, initial=number,
            )  # fmt: skip

    def chosen(self) -> list[tuple[int, int, Decimal]]:
        """Item, line and quantity of what was filled in."""
        return [
            (number, self.cleaned_data.get(f"line_{number}") or number, quantity)
            for number, _, _ in self.items
            if (quantity := self.cleaned_data.get(f"quantity_{number}"))
        ]


class ApplyForm(forms.Form):
    """What the exporter says; number, date and signature come from the authority."""

    importing_country = forms.ChoiceField(
        label=both("Nước nhập khẩu", "Importing country"),
        choices=[
            (code, both(COUNTRY_NAMES[code].vi, COUNTRY_NAMES[code].en)) for code in MEMBERS if code != "VN"
        ],
    )
    exporter_address = forms.CharField(
        label=both("Địa chỉ của bạn (ô 1)", "Your address (box 1)"), max_length=300
    )
    consignee = forms.CharField(
        label=both("Tên người nhận hàng (ô 2)", "Consignee's name (box 2)"), max_length=200
    )
    consignee_address = forms.CharField(
        label=both("Địa chỉ người nhận (ô 2)", "Consignee's address (box 2)"), max_length=300
    )
    departed_on = forms.DateField(
        label=both("Ngày khởi hành (ô 3)", "Departure date (box 3)"), input_formats=_DATES,
        help_text=both("Ví dụ 14/09/2020.", "Such as 14/09/2020."),
    )  # fmt: skip
    conveyance = forms.CharField(
        label=both("Tàu, chuyến bay, xe (ô 3)", "Vessel, aircraft, vehicle (box 3)"), max_length=100
    )
    discharge_port = forms.CharField(
        label=both("Nơi dỡ hàng (ô 3)", "Port of discharge (box 3)"), max_length=60
    )
    invoice = forms.CharField(label=both("Số hóa đơn (ô 10)", "Invoice number (box 10)"), max_length=60)
    invoice_on = forms.DateField(
        label=both("Ngày hóa đơn (ô 10)", "Invoice date (box 10)"), input_formats=_DATES
    )
    flags = forms.MultipleChoiceField(
        label=both("Đánh dấu ở ô 13", "Ticks of box 13"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[
            (str(flag), both(name.vi, name.en)) for flag, name in FLAG_NAMES.items() if flag is not Flag.ISSUED_RETROACTIVELY
        ],
        help_text=both("«Cấp sau» do hệ thống tự xác định từ ngày.", "'Issued Retroactively' follows from the dates."),
    )  # fmt: skip


class ItemForm(forms.Form):
    """One kind of goods, boxes 5 to 9; a row that is left empty counts for nothing."""

    description = forms.CharField(
        label=both("Mô tả hàng hóa (ô 7)", "Description (box 7)"), max_length=500, required=False
    )
    hs_code = forms.CharField(
        label=both("Mã HS của nước nhập khẩu (ô 7)", "HS code of the importing country (box 7)"), max_length=12, required=False,
    )  # fmt: skip
    marks = forms.CharField(label=both("Ký hiệu kiện (ô 6)", "Marks (box 6)"), max_length=100, required=False)
    packages = forms.IntegerField(
        label=both("Số kiện (ô 7)", "Packages (box 7)"), min_value=0, required=False
    )
    criterion = forms.CharField(
        label=both("Tiêu chí xuất xứ (ô 8)", "Origin criterion (box 8)"), max_length=20, required=False,
        help_text=both("WO, CC, CTH, CTSH, SP, 40%…", "WO, CC, CTH, CTSH, SP, 40%…"),
    )  # fmt: skip
    quantity = forms.DecimalField(
        label=both("Lượng (ô 9)", "Quantity (box 9)"), min_value=Decimal(0), decimal_places=6, required=False
    )  # fmt: skip
    unit = forms.CharField(
        label=both("Đơn vị (ô 9)", "Unit (box 9)"),
        max_length=10,
        required=False,
        help_text=both("KGM, TNE, PCE…", "KGM, TNE, PCE…"),
    )
    fob = forms.DecimalField(
        label=both("Trị giá FOB, USD (ô 9)", "FOB value, USD (box 9)"), min_value=Decimal(0), decimal_places=2, required=False,
        help_text=both("Chỉ khi dùng tỷ lệ RVC.", "Only with an RVC percentage."),
    )  # fmt: skip


ItemFormSet = forms.formset_factory(ItemForm, extra=0, min_num=3, max_num=20)


def form_d(given: dict[str, Any], rows: list[dict[str, Any]], exporter: str) -> FormD:
    """The document of what was filled in."""
    filled = [row for row in rows if row.get("description") or row.get("hs_code") or row.get("quantity")]
    items = tuple(
        Item(
            number=number, description=row.get("description", ""), hs_code=row.get("hs_code", ""),
            criterion=row.get("criterion", ""), quantity=row.get("quantity"), unit=row.get("unit", "").upper(),
            marks=row.get("marks", ""), packages=row.get("packages"), fob=row.get("fob"),
            currency="USD" if row.get("fob") is not None else "", invoice=given["invoice"],
        )
        for number, row in enumerate(filled, 1)
    )  # fmt: skip
    return FormD(
        number="", issuing_country="VN", importing_country=given["importing_country"],
        exporter=Party(exporter, given["exporter_address"], "VN"),
        consignee=Party(given["consignee"], given["consignee_address"], given["importing_country"]),
        transport=Transport(given["departed_on"], given["conveyance"], "", given["discharge_port"]), items=items,
        invoices=(Invoice(given["invoice"], given["invoice_on"], "", "VN"),), flags=frozenset(given["flags"]),
        production_country="VN",
    )  # fmt: skip


def refuse(form: forms.Form, error: Refused) -> None:
    """Put a refusal, or every finding of one, on the form."""
    if isinstance(error, Invalid):
        for finding in error.findings:
            place = finding.place if finding.place in form.fields else NON_FIELD_ERRORS
            form.add_error(None if place == NON_FIELD_ERRORS else place, both(finding.vi, finding.en))
        return
    form.add_error(error.place if error.place in form.fields else None, both(error.text, error.text_en))
