"""The forms of the plan: a claim with its evidence, and the small ones of the reform office."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from motcua.dossiers.forms import both
from motcua.lib.bilingual import Text
from motcua.people.queries import offices_on
from motcua.reform.areas import areas_of
from motcua.reform.evidence import kinds
from motcua.reform.models import Plan, Task


def say(text: Text) -> Any:
    """A text that chooses its language when shown."""
    return both(text.vi, text.en)


class ClaimForm(forms.Form):
    """What the lead unit shows."""

    kind = forms.ChoiceField(label=both("Loại tài liệu kiểm chứng", "Kind of evidence"))
    mark = forms.CharField(
        label=both("Số, ký hiệu (hoặc mã thủ tục)", "Number and symbol (or the procedure)"), max_length=120,
        help_text=both("Ví dụ 215/HQQN-VP; với thay đổi thủ tục: warehousing/cfs-recognition.",
                       "Such as 215/HQQN-VP; for a change of a procedure: warehousing/cfs-recognition."),
    )  # fmt: skip
    dated_on = forms.CharField(
        label=both("Ngày văn bản", "Date of the document"),
        required=False,
        widget=forms.TextInput(attrs={"type": "date"}),
    )
    title = forms.CharField(label=both("Trích yếu", "About"), required=False, max_length=300)
    file = forms.FileField(
        label=both("Tệp", "File"), required=False,
        help_text=both("PDF, ảnh, Word, Excel; tối đa theo quy định của hệ thống.", "PDF, picture, Word or Excel."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, say(title)) for kind, title in kinds()]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=both("Lý do", "Reason"), max_length=300)


class PaperForm(forms.Form):
    """By which paper."""

    paper = forms.CharField(label=both("Theo văn bản số", "By paper no."), max_length=120)


class ExtendForm(PaperForm, ReasonForm):
    """A later due date."""

    due_on = forms.DateField(
        label=both("Hạn mới", "New due date"), widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("due_on", "paper", "reason")


class MoveForm(PaperForm):
    """Another lead unit or another area."""

    to = forms.ChoiceField(label=both("Chuyển đến", "Move to"))
    field_order = ("to", "paper")

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        units = [
            (f"lead:{office.code}", say(office.name))
            for office in offices_on(date(task.year, 12, 31))
            if office.code != task.lead
        ]
        areas = [
            (f"area:{one.code}", say(one.title)) for one in areas_of(task.year).areas if one.code != task.area
        ]
        field.choices = [(both("Đơn vị chủ trì", "Lead unit"), units), (both("Nội dung", "Area"), areas)]


class ImportForm(forms.Form):
    """A plan's workbook, with its decision where the plan is new."""

    year = forms.IntegerField(label=both("Năm kế hoạch", "Year of the plan"), min_value=2011, max_value=2030)
    file = forms.FileField(label=both("Sổ Excel theo mẫu", "Workbook in the layout"))
    decision = forms.CharField(
        label=both("Quyết định ban hành (kế hoạch mới)", "Decision that adopts it (a new plan)"),
        required=False,
        max_length=80,
    )
    adopted_on = forms.DateField(
        label=both("Ngày ban hành", "Day of the decision"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    regular_rule = forms.ChoiceField(
        label=both("Nhiệm vụ thường xuyên tính hoàn thành", "A regular task counts as done"), widget=forms.RadioSelect,
        initial=Plan.Regular.YEAR_END,
        choices=[(Plan.Regular.YEAR_END, both("khi hết năm", "at the end of the year")),
                 (Plan.Regular.WHEN_SHOWN, both("khi kết quả được công nhận", "when its evidence is accepted"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year
