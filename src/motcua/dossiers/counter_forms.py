"""The forms of the counter: who came, how and when, with which papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from motcua.dossiers.forms import both
from motcua.dossiers.officer_forms import WRITTEN, ActForm, Moment, one_of
from motcua.law.parts import Document
from motcua.law.sheets import Sheet
from motcua.lib.bilingual import Text
from motcua.people.models import Organisation

# A dossier on paper comes to the desk or by post; online ones file themselves.
CHANNELS = {"desk": Text("Nộp tại quầy", "At the desk"), "post": Text("Qua bưu chính", "By post")}


class CounterForm(forms.Form):
    """Everything about a paper dossier but the answers of its form."""

    find = forms.CharField(
        label=both("Tìm doanh nghiệp theo tên hoặc mã số thuế", "Find a firm by name or tax code"),
        required=False, max_length=200,
    )  # fmt: skip
    organisation = forms.ChoiceField(
        label=both("Doanh nghiệp", "Firm"), required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    applicant_name = forms.CharField(
        label=both("Họ tên người nộp, nếu không phải doanh nghiệp trên", "Applicant's name, if none of these"),
        required=False, max_length=200,
    )  # fmt: skip
    applicant_tax_code = forms.CharField(
        label=both("Mã số thuế hoặc số định danh", "Tax code or personal number"),
        required=False,
        max_length=20,
    )
    contact = forms.CharField(
        label=both("Điện thoại, thư điện tử", "Telephone, e-mail"), required=False, max_length=200
    )
    channel = one_of("Cách nộp", "How it came", CHANNELS)
    received_at = Moment(
        "Nhận lúc", "Received at",
        help_text=both(
            "Thời điểm hồ sơ thật sự đến, kể cả khi nhập sau; thời hạn tính từ đây.",
            "When it truly came, even if it is typed in later; the limit runs from here.",
        ),
    )  # fmt: skip
    presented = forms.MultipleChoiceField(
        label=both("Giấy tờ đã nộp", "Papers handed in"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": both("Chưa có giấy tờ nào.", "No paper was handed in.")},
    )  # fmt: skip

    def __init__(
        self, data: Mapping[str, Any] | None, *, sheet: Sheet, firms: Iterable[Organisation] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        first = {"received_at": timezone.localtime().strftime(WRITTEN), "channel": "desk"}
        super().__init__(data, initial={**first, **(initial or {})})
        open_ways = {str(way) for way in sheet.channels.open()}
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (name, both(text.vi, text.en)) for name, text in CHANNELS.items() if name in open_ways
        ]
        found = [(str(firm.pk), f"{firm.name} · {firm.tax_code or firm.code or ''}") for firm in firms]
        none = ("", both("Không phải doanh nghiệp trong danh sách", "None of these"))
        self.fields["organisation"].choices = [*found, none] if found else []  # type: ignore[attr-defined]
        self.fields["presented"].choices = [(one.id, paper_label(one)) for one in sheet.documents]  # type: ignore[attr-defined]
        # Papers that are always needed make the list a must; which one is missing is told by name.
        self.fields["presented"].required = any(one.required == "always" for one in sheet.documents)
        self.has_firms = bool(found)

    def clean(self) -> dict[str, Any]:
        """A firm, or the name of whoever files."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(name) for name in ("organisation", "applicant_name", "applicant_tax_code")):
            self.add_error(
                "applicant_name",
                both("Hãy chọn doanh nghiệp hoặc ghi họ tên.", "Choose a firm or give a name."),
            )
        return cleaned

    def clean_received_at(self) -> datetime:
        """A moment that is not still to come."""
        at: datetime = self.cleaned_data["received_at"]
        if at > timezone.now():
            raise forms.ValidationError(
                both("Thời điểm này còn ở tương lai.", "This moment is still to come.")
            )
        return at


def paper_label(document: Document) -> Any:
    """What a paper is called on the tick list: its name, how many, and when it is needed."""
    vi, en = document.name.vi, document.name.en
    if document.form:
        vi, en = f"{vi} (mẫu {document.form})", f"{en} (form {document.form})"
    count = []
    if document.originals:
        count.append((f"{document.originals} bản chính", f"{document.originals} original"))
    if document.copies:
        count.append((f"{document.copies} bản sao", f"{document.copies} copy"))
    if count:
        vi, en = f"{vi}: {', '.join(c[0] for c in count)}", f"{en}: {', '.join(c[1] for c in count)}"
    if not isinstance(document.required, str):
        vi = f"{vi}. Khi: {document.required.when.vi}"
        en = f"{en}. When: {document.required.when.en}"
    return both(vi, en)


class TakenForm(ActForm):
    """What the applicant brought after a request: papers ticked, and how they came."""

    channel = one_of("Cách nộp", "How it came", CHANNELS)
    presented = forms.MultipleChoiceField(
        label=both("Giấy tờ đã nộp bổ sung", "Papers handed in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, papers: Iterable[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["presented"].choices = list(papers)  # type: ignore[attr-defined]
