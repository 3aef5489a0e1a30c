"""The forms of the pages: what is asked of people. What an application must fulfil is checked by `rules`, not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from motcua.law.inspections import Inspections
from motcua.lib import identifiers
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.nsw.documents import FACTS, Application, GoodsLine
from motcua.nsw.lifecycle import DESKS, MEASURES, OUTCOMES, REQUEST_KINDS
from motcua.people.forms import both

REQUIRED = both("Hãy điền mục này.", "Fill this in.")
ROWS = 5


def words(
    vi: str, en: str, *, required: bool = True, help_vi: str = "", help_en: str = "", longest: int = 2000
) -> forms.CharField:
    """A box for sentences."""
    return forms.CharField(
        label=both(vi, en), required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=both(help_vi, help_en) if help_vi else "", error_messages={"required": REQUIRED},
    )  # fmt: skip


def line(
    vi: str, en: str, *, required: bool = True, longest: int = 60, help_vi: str = "", help_en: str = ""
) -> forms.CharField:
    """A box for one line."""
    return forms.CharField(
        label=both(vi, en), required=required, max_length=longest, help_text=both(help_vi, help_en) if help_vi else "",
        error_messages={"required": REQUIRED},
    )  # fmt: skip


def one_of(vi: str, en: str, choices: Mapping[str, Text], *, required: bool = True) -> forms.ChoiceField:
    """A choice of few."""
    return forms.ChoiceField(
        label=both(vi, en), required=required, choices=[(code, both(text.vi, text.en)) for code, text in choices.items()],
        widget=forms.RadioSelect, error_messages={"required": both("Hãy chọn.", "Choose one.")},
    )  # fmt: skip


class Day(forms.DateField):
    """A day as people write it."""

    def __init__(self, vi: str, en: str, *, required: bool = False) -> None:
        super().__init__(
            label=both(vi, en), required=required, input_formats=["%d/%m/%Y", "%Y-%m-%d"],
            help_text=both("Ví dụ 05/06/2026.", "For example 05/06/2026."),
            error_messages={"invalid": both("Viết ngày như 05/06/2026.", "Write the day as 05/06/2026.")},
        )  # fmt: skip


class NeededForm(forms.Form):
    """What the goods are: the question every trader begins with."""

    hs = line("Mã HS (6 hoặc 8 số)", "HS code (6 or 8 digits)", longest=12)
    purpose = forms.ChoiceField(label=both("Mục đích", "Purpose"))
    origin = line("Nước xuất xứ (2 chữ)", "Country of origin (2 letters)", longest=2)
    flow = forms.ChoiceField(
        label=both("Chiều", "Direction"), required=False,
        choices=[("import", both("Nhập khẩu", "Import")), ("export", both("Xuất khẩu", "Export"))],
    )  # fmt: skip
    on = Day("Vào ngày", "On the day")

    def __init__(self, *args: Any, tables: Inspections, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].choices = purposes(tables)  # type: ignore[attr-defined]

    def clean_hs(self) -> str:
        """Digits only."""
        return _code(identifiers.hs_code, self.cleaned_data["hs"])

    def clean_origin(self) -> str:
        """A country of ISO 3166."""
        return _code(identifiers.country, self.cleaned_data["origin"])


def purposes(tables: Inspections) -> list[tuple[str, Any]]:
    """What goods may be brought in for."""
    return [(name, both(one.title.vi, one.title.en)) for name, one in tables.vocabulary.purposes.items()]


def _code(read: Any, value: str) -> str:
    try:
        return str(read(value))
    except Refused as refused:
        raise forms.ValidationError(both(refused.text, refused.text_en)) from None


class ApplicationForm(forms.Form):
    """An application by screen: the head, and as many lines of goods as stand in `ROWS`; empty lines are left out."""

    purpose = forms.ChoiceField(label=both("Mục đích", "Purpose"))
    office = forms.ChoiceField(label=both("Chi cục làm thủ tục", "Branch of clearance"))
    exporter = line(*FACTS["exporter"][:2], required=False, longest=200)
    exporter_country = line(*FACTS["exporter_country"][:2], required=False, longest=2)
    bill = line(*FACTS["bill"][:2], required=False, longest=35)
    contract = line(*FACTS["contract"][:2], required=False)
    invoice = line(*FACTS["invoice"][:2], required=False)
    port = line(*FACTS["port"][:2], required=False, longest=5)
    arrives_on = Day(*FACTS["arrives_on"][:2])
    place = line(*FACTS["place"][:2], required=False, longest=200)
    contact = line(*FACTS["contact"][:2], required=False, longest=200)

    def __init__(
        self, *args: Any, tables: Inspections, offices: Iterable[tuple[str, Any]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].choices = purposes(tables)  # type: ignore[attr-defined]
        self.fields["office"].choices = list(offices)  # type: ignore[attr-defined]
        for number in range(1, ROWS + 1):
            self.fields[f"description-{number}"] = line("Tên hàng", "Goods", required=False, longest=300)
            self.fields[f"hs_code-{number}"] = line("Mã HS", "HS code", required=False, longest=12)
            self.fields[f"origin-{number}"] = line("Xuất xứ", "Origin", required=False, longest=2)
            self.fields[f"quantity-{number}"] = forms.DecimalField(
                label=both("Số lượng", "Quantity"), required=False, max_digits=15, decimal_places=3, min_value=Decimal("0.001"),
                error_messages={"invalid": both("Viết số như 1000 hoặc 12.5.", "Write a number such as 1000 or 12.5.")},
            )  # fmt: skip
            self.fields[f"unit-{number}"] = line("Đơn vị", "Unit", required=False, longest=10)
            self.fields[f"declaration_key-{number}"] = line(
                "Số tờ khai", "Declaration", required=False, longest=14
            )
            self.fields[f"declaration_line-{number}"] = forms.IntegerField(
                label=both("Dòng", "Line"), required=False, min_value=1, max_value=999
            )

    HEAD = (
        "purpose", "office", "bill", "exporter", "exporter_country", "contract", "invoice", "port", "arrives_on", "place",
        "contact",
    )  # fmt: skip
    COLUMNS = ("description", "hs_code", "origin", "quantity", "unit", "declaration_key", "declaration_line")

    def head(self) -> list[forms.BoundField]:
        """The fields before the lines."""
        return [self[name] for name in self.HEAD]

    def rows(self) -> list[tuple[int, list[forms.BoundField], bool]]:
        """The lines, as boxes; the first stands open, and each in which something stands or is wrong."""
        found = []
        for number in range(1, ROWS + 1):
            boxes = [self[f"{name}-{number}"] for name in self.COLUMNS]
            found.append((number, boxes, number == 1 or any(box.value() or box.errors for box in boxes)))
        return found

    def application(
        self, document_type: str, applicant: str, tax_code: str, organisation: int
    ) -> Application:
        """What was typed, as the document."""
        data = self.cleaned_data
        lines: list[GoodsLine] = []
        for number in range(1, ROWS + 1):
            row = {name: data.get(f"{name}-{number}") for name in self.COLUMNS}
            if not any(row.values()):
                continue
            lines.append(
                GoodsLine(
                    number=len(lines) + 1, description=row["description"] or "", hs_code=(row["hs_code"] or "").replace(".", ""),
                    origin=(row["origin"] or "").upper(), quantity=row["quantity"] or Decimal(0), unit=row["unit"] or "",
                    declaration_key=row["declaration_key"] or "", declaration_line=row["declaration_line"],
                )
            )  # fmt: skip
        facts = {
            name: data[name].isoformat() if isinstance(data[name], date) else data[name] for name in FACTS if data.get(name)
        }  # fmt: skip
        return Application(
            document_type=document_type, purpose=data["purpose"], office=data["office"], applicant=applicant,
            tax_code=tax_code, lines=tuple(lines), organisation=organisation, facts=facts,
        )  # fmt: skip

    def refuse(self, error: Refused) -> None:
        """Put what the rules found beside the boxes it is about."""
        if not isinstance(error, Invalid):
            self.add_error(None, both(error.text, error.text_en))
            return
        for finding in error.findings:
            place = finding.place
            if place.startswith("lines["):
                number, _, name = place[6:].partition("].")
                place = f"{name}-{number.rstrip(']')}"
            self.add_error(place if place in self.fields else None, both(finding.vi, finding.en))


def initial_of(application: Application) -> dict[str, Any]:
    """What is known already, as the boxes want it."""
    values: dict[str, Any] = {
        **application.facts,
        "purpose": application.purpose,
        "office": application.office,
    }
    for number, one in enumerate(application.lines[:ROWS], 1):
        for name in ApplicationForm.COLUMNS:
            value = getattr(one, name)
            values[f"{name}-{number}"] = (
                format(value.normalize(), "f") if isinstance(value, Decimal) else value
            )
    return values


# Acts -------------------------------------------------------------------------------------------------------


class ActForm(forms.Form):
    """The small form of one act."""

    def refuse(self, error: Refused) -> None:
        """Say what was refused, beside its box where there is one."""
        place = error.place if error.place in self.fields else NON_FIELD_ERRORS
        self.add_error(None if place == NON_FIELD_ERRORS else place, both(error.text, error.text_en))


class PlainForm(ActForm):
    """Nothing to fill in."""


class TextForm(ActForm):
    """A reason or an answer in words."""

    text = words("Nội dung", "In words")


class SupplementForm(ActForm):
    """What is lacking, all of it at once, and which desk asks."""

    desk = one_of("Nơi yêu cầu", "Which desk asks", DESKS)
    text = words(
        "Cần bổ sung", "What is lacking",
        help_vi="Ghi đủ mọi thứ còn thiếu trong một lần; doanh nghiệp đọc đúng như bạn viết.",
        help_en="Write everything at once; the firm reads exactly this.",
    )  # fmt: skip


class ConformityForm(ActForm):
    """What the designated body found."""

    outcome = one_of("Kết quả đánh giá", "Outcome", {name: OUTCOMES[name] for name in ("passed", "failed")})
    number = line("Số giấy chứng nhận hợp quy", "Number of the certificate of conformity")
    text = words("Ghi thêm", "Anything more", required=False)


class RequestForm(ActForm):
    """What the firm asks about its application."""

    kind = one_of("Yêu cầu", "What you ask", REQUEST_KINDS)
    field = forms.ChoiceField(
        label=both("Mục cần sửa (khi xin sửa)", "Field to be changed (to edit)"), required=False,
        choices=[("", "–"), *((name, both(vi, en)) for name, (vi, en, _) in FACTS.items())],
    )  # fmt: skip
    value = line("Giá trị mới", "New value", required=False, longest=200)
    text = words("Lý do", "Why")


class AssignForm(ActForm):
    """To whom it goes."""

    officer = forms.ChoiceField(label=both("Cán bộ xử lý", "Officer"))

    def __init__(self, *args: Any, officers: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["officer"].choices = list(officers)  # type: ignore[attr-defined]


class SampleForm(ActForm):
    """Which laboratory gets the sample, and what it is asked."""

    laboratory = forms.ChoiceField(label=both("Phòng thử nghiệm", "Laboratory"))
    number = line(
        "Số mẫu (để trống để hệ thống đặt)",
        "Sample number (left empty, one is given)",
        required=False,
        longest=40,
    )
    text = words("Chỉ tiêu cần thử", "What is to be tested", longest=500)

    def __init__(self, *args: Any, laboratories: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["laboratory"].choices = list(laboratories)  # type: ignore[attr-defined]


class ResultForm(ActForm):
    """The result, as it will reach the firm and customs."""

    outcome = one_of("Kết quả", "Outcome", OUTCOMES)
    number = line("Số thông báo kết quả", "Number of the result")
    agency = line("Cơ quan kiểm tra", "Inspecting agency", longest=200, required=False)
    valid_until = Day("Có giá trị đến", "Valid until")
    text = words("Ghi thêm", "Anything more", required=False)


class TestForm(ActForm):
    """What the laboratory found."""

    outcome = one_of("Kết luận", "Verdict", {name: OUTCOMES[name] for name in ("passed", "failed")})
    report_number = line("Số phiếu kết quả", "Report number")
    found = words("Kết quả từng chỉ tiêu", "What was found")


class StoreForm(ActForm):
    """Where the goods wait."""

    declaration = line("Số tờ khai", "Declaration number", longest=14)
    place = line("Địa điểm bảo quản", "Where the goods are kept", longest=200)


class MeasureForm(ActForm):
    """What must be done with goods that failed."""

    measure = one_of("Biện pháp", "Measure", MEASURES)
    text = words("Yêu cầu cụ thể", "In detail", required=False)


class UseForm(ActForm):
    """One more declaration served by the result."""

    declaration = line("Số tờ khai", "Declaration number", longest=14)
    line_number = forms.IntegerField(
        label=both("Dòng tờ khai", "Line of the declaration"), min_value=1, max_value=999
    )
    goods_line = forms.IntegerField(
        label=both("Dòng hồ sơ kiểm tra", "Line of the application"), min_value=1, max_value=999
    )
    quantity = forms.DecimalField(
        label=both("Số lượng", "Quantity"), max_digits=15, decimal_places=3, min_value=Decimal("0.001")
    )


class CheckForm(forms.Form):
    """The number printed on a result, and the file code."""

    file = line("Mã hồ sơ", "File code", longest=40)
    number = line("Số kết quả", "Number of the result", longest=60)
