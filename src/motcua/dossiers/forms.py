"""The forms of the applicant's pages. What a field means is read by `law.fields`; a form here only asks and shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import lazy
from django.utils.translation import get_language

from motcua.dossiers.documents import Upload
from motcua.dossiers.queries import Asked
from motcua.law.fields import VIETNAM, as_typed, read_field
from motcua.law.parts import FieldType, FormField
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import money, number
from motcua.people.models import Office, Organisation


def _say(vi: str, en: str) -> str:
    return vi if (get_language() or "vi").startswith("vi") else en


# A text that chooses its language when it is shown, not when the form is made.
both = lazy(_say, str)

FEW_CHOICES = 6
_INPUT = {
    FieldType.INTEGER: {"inputmode": "numeric"},
    FieldType.DECIMAL: {"inputmode": "decimal"},
    FieldType.MASS: {"inputmode": "decimal"},
    FieldType.MONEY: {"inputmode": "numeric"},
    FieldType.TAX_CODE: {"autocomplete": "off"},
    FieldType.EMAIL: {"autocomplete": "email", "inputmode": "email"},
    FieldType.PHONE: {"autocomplete": "tel", "inputmode": "tel"},
    FieldType.DATE: {"placeholder": "14/09/2020"},
    FieldType.DATETIME: {"placeholder": "14/09/2020 08:30"},
}
_WIDTHS = {
    FieldType.TEXT: "",
    FieldType.LONG_TEXT: "long",
    FieldType.CHOICE: "",
    FieldType.YES_NO: "",
    FieldType.EMAIL: "",
    FieldType.INTEGER: "short",
    FieldType.COUNTRY: "short",
    FieldType.DATE: "short",
}


def width_of(field: FormField) -> str:
    """How wide the box of a field is drawn: about as wide as its answer."""
    return _WIDTHS.get(field.type, "medium")


def form_field(field: FormField) -> forms.Field:
    """The box for a field of a sheet. It takes any text: `law.fields` reads it and says what is wrong with it."""
    shared: dict[str, Any] = {"label": field.label, "help_text": field.help or "", "required": False}
    choices: list[tuple[str, Any]] = [(one.value, both(one.label.vi, one.label.en)) for one in field.choices]
    if field.type is FieldType.YES_NO:
        choices = [("yes", both("Có", "Yes")), ("no", both("Không", "No"))]
    made: forms.Field
    if choices:
        few = len(choices) <= FEW_CHOICES
        blank = [] if few else [("", both("Chọn…", "Choose…"))]
        widget: forms.Widget = forms.RadioSelect() if few else forms.Select()
        made = _AnyChoice(choices=[*blank, *choices], widget=widget, **shared)
    elif field.type is FieldType.LONG_TEXT:
        made = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), strip=False, **shared)
    else:
        made = forms.CharField(
            widget=forms.TextInput(attrs=_INPUT.get(field.type, {})), strip=False, **shared
        )
    # The label says "optional" by this; that it is needed is told when the dossier is checked, never by the browser.
    made.required = field.required
    made.widget.is_required = False
    return made


class _AnyChoice(forms.ChoiceField):
    """A choice that is only shown here; whether it is one of the list is for `law.fields` to say."""

    def valid_value(self, value: str) -> bool:
        """Everything: drafts are kept as they are."""
        return True


class AnswersForm(forms.Form):
    """The fields of a sheet, in its order; valid when `law.fields` can read every one that was filled in.

    With `complete`, required fields that are empty are faults as well. `remarks` are an officer's words by field id.
    """

    def __init__(
        self,
        fields: Iterable[FormField],
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, str] | None = None,
        complete: bool = True,
        remarks: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix="answer")
        self.asked = [field for field in fields if field.type is not FieldType.FILE]
        self.complete = complete
        for field in self.asked:
            self.fields[field.id] = form_field(field)
            if remarks and remarks.get(field.id):
                said = remarks[field.id]
                self.fields[field.id].help_text = both(f"Cơ quan ghi: {said}", f"The office says: {said}")

    def typed(self) -> dict[str, str]:
        """What was typed, by field id, as it was typed."""
        return {
            field.id: str(self.data.get(self.add_prefix(field.id), ""))[:20_000].replace("\x00", "")
            for field in self.asked
        }

    def full_clean(self) -> None:
        """Read every field by the law's own reader; all faults at once."""
        self._errors = forms.utils.ErrorDict()
        if not self.is_bound:
            return
        self.cleaned_data = {}
        typed = self.typed()
        for field in self.asked:
            try:
                value = read_field(field, typed[field.id])
            except Refused as refused:
                self.add_error(field.id, forms.ValidationError(both(refused.text, refused.text_en)))
                continue
            if value is None and field.required and self.complete:
                vi, en = f"Hãy điền «{field.label.vi}».", f"Fill in “{field.label.en}”."
                self.add_error(field.id, forms.ValidationError(both(vi, en)))
            elif value is not None:
                self.cleaned_data[field.id] = value

    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """The fields to draw, each with its width."""
        return [(self[field.id], width_of(field)) for field in self.asked]


class StartForm(forms.Form):
    """For whom, at which office, and whom to ask."""

    organisation = forms.TypedChoiceField(
        label=both("Nộp cho", "On behalf of"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": both("Hãy chọn tổ chức có hồ sơ này.", "Choose whose dossier this is."),
            "invalid_choice": both(
                "Bạn không được ủy quyền cho tổ chức này.", "You hold no mandate of this organisation."
            ),
        },
    )
    office = forms.ChoiceField(
        label=both("Nơi tiếp nhận", "Receiving office"),
        help_text=both(
            "Đơn vị sẽ kiểm tra, giải quyết và trả kết quả.", "The office that examines, settles and answers."
        ),
        error_messages={
            "required": both("Hãy chọn nơi tiếp nhận.", "Choose the receiving office."),
            "invalid_choice": both(
                "Đơn vị này không nhận hồ sơ của thủ tục.", "This office does not take this procedure."
            ),
        },
    )
    contact = forms.CharField(
        label=both("Liên hệ khi cần", "Contact"),
        help_text=both(
            "Điện thoại hoặc thư điện tử của người phụ trách hồ sơ.",
            "Telephone or e-mail of whoever looks after the dossier.",
        ),
        max_length=200,
        required=False,
        error_messages={"max_length": both("Tối đa 200 ký tự.", "At most 200 characters.")},
    )
    copy = forms.BooleanField(
        required=False, label=both("Lấy nội dung của hồ sơ trước", "Take over the last dossier")
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        organisations: list[Organisation],
        offices: list[Office],
        initial: Mapping[str, Any],
        copyable: bool,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            (
                one.pk,
                f"{one.in_language(get_language() or 'vi')}{f' · {one.tax_code}' if one.tax_code else ''}",
            )
            for one in organisations
        ]
        names = [(one.code, f"{_say(one.name_vi, one.name_en)} ({one.code})") for one in offices]
        self.fields["office"].choices = [("", both("Chọn…", "Choose…")), *names]  # type: ignore[attr-defined]
        if not copyable:
            del self.fields["copy"]


class ReasonForm(forms.Form):
    """Why a dossier is taken back."""

    reason = forms.CharField(
        label=both("Lý do", "Reason"),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": both("Hãy ghi lý do rút hồ sơ.", "Say why the dossier is withdrawn."),
            "min_length": both(
                "Hãy ghi rõ hơn, ít nhất 5 ký tự.", "Say a little more, 5 characters at least."
            ),
            "max_length": both("Tối đa 500 ký tự.", "At most 500 characters."),
        },
    )


class RatingForm(forms.Form):
    """One to five."""

    score = forms.TypedChoiceField(
        label=both("Bạn hài lòng đến mức nào?", "How satisfied are you?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (5, both("5 · Rất hài lòng", "5 · Very satisfied")),
            (4, both("4 · Hài lòng", "4 · Satisfied")),
            (3, both("3 · Bình thường", "3 · Neither")),
            (2, both("2 · Không hài lòng", "2 · Dissatisfied")),
            (1, both("1 · Rất không hài lòng", "1 · Very dissatisfied")),
        ],
        error_messages={
            "required": both("Hãy chọn một mức.", "Choose one."),
            "invalid_choice": both("Hãy chọn một mức từ 1 đến 5.", "Choose one from 1 to 5."),
        },
    )


def refuse(form: forms.Form, refused: Refused, places: Mapping[str, str] | None = None) -> None:
    """Show a refusal beside the field it names, or above the form."""
    found: list[Finding] = (
        refused.findings
        if isinstance(refused, Invalid)
        else [Finding("refused", refused.place, refused.text, refused.text_en)]
    )
    for finding in found:
        place = (places or {}).get(finding.place, finding.place)
        name = place if place in form.fields else NON_FIELD_ERRORS
        form.add_error(
            None if name == NON_FIELD_ERRORS else name, forms.ValidationError(both(finding.vi, finding.en))
        )


def upload_of(file: Any) -> Upload:
    """An uploaded file of the web as a file of ours."""
    return Upload(str(file.name), file.read())


def asked_fields(asked: Iterable[Asked]) -> list[FormField]:
    """The fields of the form an officer asked to have mended."""
    return [one.field for one in asked if one.field is not None]


def readable(field: FormField, value: Any) -> str:
    """A canonical answer as people read it: days as 14/09/2020, times on the Vietnamese clock, choices by their label."""
    language = get_language() or "vi"
    if isinstance(value, bool):
        return _say("Có", "Yes") if value else _say("Không", "No")
    if field.type is FieldType.CHOICE:
        return next(
            (one.label.in_language(language) for one in field.choices if one.value == value), str(value)
        )
    if field.type is FieldType.DATE:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    if field.type is FieldType.DATETIME:
        return f"{datetime.fromisoformat(str(value)).astimezone(VIETNAM):%H:%M, %d/%m/%Y}"
    if field.type is FieldType.MONEY:
        return money(Decimal(str(value)), language)
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MASS):
        return number(Decimal(str(value)), language) + (" kg" if field.type is FieldType.MASS else "")
    return str(value)


def typed_again(fields: Iterable[FormField], answers: Mapping[str, Any]) -> dict[str, str]:
    """Canonical answers as a person would type them, to fill a form with; days the Vietnamese way."""
    found = {}
    for field in fields:
        if field.id not in answers:
            continue
        text = as_typed(field, answers[field.id])
        if field.type is FieldType.DATE:
            text = f"{date.fromisoformat(text):%d/%m/%Y}"
        elif field.type is FieldType.DATETIME:
            # The text has no zone: it is the Vietnamese clock already.
            text = f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}"
        found[field.id] = text
    return found
