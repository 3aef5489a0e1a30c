"""The forms of the officers' acts: small, each with the number of the last event its reader saw, so that nobody is overrun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language

from motcua.dossiers.forms import both
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import parse_number
from motcua.people.models import User

# Reasons one chooses from; the words go to the applicant, the code into figures. The list is practice, not law: unverified.
REFUSALS = {
    "outside-competence": Text("Không thuộc thẩm quyền giải quyết", "Outside the office's competence"),
    "incomplete": Text("Thành phần hồ sơ không đầy đủ", "Papers are incomplete"),
    "not-valid": Text("Giấy tờ không hợp lệ", "A paper is not valid"),
    "not-eligible": Text("Không đủ điều kiện theo quy định", "The conditions of the law are not met"),
    "duplicate": Text("Đã có hồ sơ trùng đang được giải quyết", "The same dossier is being settled already"),
    "other": Text("Lý do khác", "Another reason"),
}
DELAYS = {
    "complex": (
        "hồ sơ có nội dung phức tạp, cần thêm thời gian kiểm tra",
        "the matter is complex and takes longer to examine",
    ),
    "opinion": (
        "phải chờ ý kiến của cơ quan có liên quan",
        "the opinion of another agency is still awaited",
    ),
    "workload": (
        "số lượng hồ sơ tăng cao trong thời gian này",
        "an unusually large number of dossiers came at this time",
    ),
    "system": (
        "hệ thống thông tin gặp sự cố",
        "the information system failed",
    ),
    "other": ("lý do khác (ghi rõ)", "another reason (to be stated)"),
}
SLIPS = {
    "typing": Text("Bấm nhầm, gõ nhầm", "Pressed or typed by mistake"),
    "wrong-dossier": Text("Nhầm hồ sơ", "Wrong dossier"),
    "wrong-time": Text("Ghi sai thời điểm", "Wrong time"),
    "other": Text("Lý do khác", "Another reason"),
}
WAYS = {
    "desk": Text("Tại bộ phận một cửa", "At the one-stop desk"),
    "post": Text("Qua bưu chính", "By post"),
    "online": Text("Trực tuyến", "Online"),
}
UNITS = {
    "handling": Text("Đơn vị thụ lý", "Handling unit"),
    "leader": Text("Trình lãnh đạo ký", "To the leader, for signature"),
    "one-stop": Text("Bộ phận một cửa", "One-stop desk"),
    "other-agency": Text("Cơ quan khác", "Another agency"),
}


def choices(table: Mapping[str, Any], blank: bool = False) -> list[tuple[str, Any]]:
    """The lines of a list to choose from."""
    first = [("", both("Chọn…", "Choose…"))] if blank else []
    return first + [
        (key, both(one.vi, one.en) if isinstance(one, Text) else both(*one)) for key, one in table.items()
    ]


def words(vi: str, en: str, help_vi: str = "", help_en: str = "", rows: int = 4) -> forms.CharField:
    """A text of at least five characters that the applicant will read."""
    return forms.CharField(
        label=both(vi, en),
        help_text=both(help_vi, help_en) if help_vi else "",
        min_length=5,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": both("Hãy ghi rõ bằng lời.", "Say it in words."),
            "min_length": both(
                "Hãy ghi rõ hơn, ít nhất 5 ký tự.", "Say a little more, 5 characters at least."
            ),
            "max_length": both("Tối đa 2.000 ký tự.", "At most 2,000 characters."),
        },
    )


def one_of(vi: str, en: str, table: Mapping[str, Any], *, radio: bool = True) -> forms.ChoiceField:
    """One line of a list."""
    return forms.ChoiceField(
        label=both(vi, en),
        choices=choices(table, blank=not radio),
        widget=forms.RadioSelect() if radio else forms.Select(),
        error_messages={
            "required": both("Hãy chọn một dòng.", "Choose one."),
            "invalid_choice": both("Hãy chọn một dòng trong danh sách.", "Choose one of the list."),
        },
    )


WRITTEN = "%d/%m/%Y %H:%M"


class Moment(forms.DateTimeField):
    """A moment on the Vietnamese clock, typed as 14/09/2020 08:30."""

    def __init__(self, vi: str, en: str, **options: Any) -> None:
        super().__init__(
            label=both(vi, en),
            # A browser's own field would show month before day wherever its language is English.
            widget=forms.DateTimeInput(attrs={"placeholder": "14/09/2020 08:30"}, format=WRITTEN),
            input_formats=[WRITTEN, "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            error_messages={
                "required": both("Hãy nhập ngày và giờ.", "Enter day and time."),
                "invalid": both(
                    "Hãy nhập ngày giờ có thật, như 14/09/2020 08:30.", "Enter a day and time that exist, as 14/09/2020 08:30."
                ),
            },
            **options,
        )  # fmt: skip


class ActForm(forms.Form):
    """What every act carries: the last event its reader saw, what of the text they have seen, and when it truly happened."""

    last_number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    at = Moment(
        "Việc đã xảy ra lúc (nếu không phải bây giờ)", "It happened at (if not now)", required=False,
        help_text=both("Để trống nếu việc xảy ra ngay lúc này.", "Leave empty if it happens now."),
    )  # fmt: skip

    def own_fields(self) -> list[forms.BoundField]:
        """The fields of this very act, without what every act carries."""
        return [self[name] for name in self.fields if name not in ActForm.base_fields]

    def clean_at(self) -> datetime | None:
        """A moment that is not still to come."""
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and at > timezone.now():
            raise forms.ValidationError(
                both("Thời điểm này còn ở tương lai.", "This moment is still to come.")
            )
        return at


class AcceptForm(ActForm):
    """Nothing to fill in: the receipt says it all."""


class RefuseForm(ActForm):
    """Why it is not taken in."""

    reason = one_of("Lý do", "Reason", REFUSALS)
    text = words(
        "Giải thích cho người nộp", "Explanation for the applicant",
        "Nêu việc gì chưa đúng, theo quy định nào và cách làm cho đúng.",
        "Say what is wrong, by which rule, and how to put it right.",
    )  # fmt: skip


class TransferForm(ActForm):
    """To whom it goes."""

    unit = one_of("Chuyển đến", "To", UNITS)
    officer = forms.ChoiceField(label=both("Công chức", "Officer"), required=False)

    def __init__(self, *args: Any, officers: Iterable[User] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(user.key, user.full_name) for user in officers]
        self.fields["officer"].choices = [("", both("Chưa phân công", "Not assigned yet")), *people]  # type: ignore[attr-defined]


class StepForm(ActForm):
    """Which step is done."""

    step = forms.ChoiceField(
        label=both("Bước đã xong", "Step that is done"), widget=forms.RadioSelect,
        error_messages={"required": both("Hãy chọn một bước.", "Choose a step.")},
    )  # fmt: skip

    def __init__(self, *args: Any, steps: Iterable[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["step"].choices = list(steps)  # type: ignore[attr-defined]


class SupplementForm(ActForm):
    """What is wrong with each paper and field; what has no remark is not asked for."""

    def __init__(
        self, *args: Any, documents: Iterable[tuple[str, Any]] = (), fields: Iterable[tuple[str, Any]] = (),
        exceptional: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.names: dict[str, str] = {}
        for group, entries in (("document", documents), ("field", fields)):
            for name, label in entries:
                self.names[f"{group}-{name}"] = name
                self.fields[f"{group}-{name}"] = forms.CharField(
                    label=both(label.vi, label.en), required=False, max_length=500,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )  # fmt: skip
        if exceptional:
            self.fields["exception"] = words(
                "Lý do yêu cầu bổ sung lần nữa", "Reason for asking once more",
                "Luật chỉ cho yêu cầu một lần; lần này do lãnh đạo quyết định.",
                "The law grants one request; this one is the leader's decision.", rows=2,
            )  # fmt: skip

    def papers(self) -> list[forms.BoundField]:
        """The boxes of the papers."""
        return [self[name] for name in self.names if name.startswith("document-")]

    def answers(self) -> list[forms.BoundField]:
        """The boxes of the fields of the form."""
        return [self[name] for name in self.names if name.startswith("field-")]

    def items(self) -> dict[str, str]:
        """What is asked for, by document or field id, with the remark on each."""
        given = {self.names[key]: str(self.cleaned_data.get(key) or "").strip() for key in self.names}
        return {name: remark for name, remark in given.items() if remark}

    def clean(self) -> dict[str, Any]:
        """One remark at least."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.items():
            raise forms.ValidationError(
                both(
                    "Hãy ghi điều cần bổ sung ở ít nhất một giấy tờ hoặc một mục.",
                    "Say what is lacking at one paper or field at least.",
                )
            )
        return cleaned


class AmountForm(ActForm):
    """An amount in đồng."""

    amount = forms.CharField(
        label=both("Số tiền (đồng)", "Amount (đồng)"), max_length=20,
        help_text=both("Viết 20000 hoặc 20.000.", "Write 20000 or 20.000."),
        error_messages={"required": both("Hãy nhập số tiền.", "Enter the amount.")},
    )  # fmt: skip

    def clean_amount(self) -> Decimal:
        """Whole đồng, grouped the Vietnamese way or not at all."""
        try:
            return Decimal(parse_number(self.cleaned_data["amount"], "vi"))
        except Refused as refused:
            raise forms.ValidationError(both(refused.text, refused.text_en)) from None


class ReasonForm(ActForm):
    """A reason in words."""

    reason = words("Lý do", "Reason")


class ApologyForm(ActForm):
    """Why it will be late, by when it will be done; the letter is drafted and may be changed."""

    cause = forms.ChoiceField(label=both("Nguyên nhân", "Cause"), choices=choices(DELAYS))
    promised_at = Moment("Hẹn lại lúc", "New date")
    reason = forms.CharField(
        label=both("Lời xin lỗi (bản song ngữ, có thể sửa)", "The apology (in both languages; may be changed)"),
        help_text=both(
            "Để trống và bấm Xem trước: hệ thống soạn thư theo nguyên nhân và ngày hẹn mới.",
            "Leave empty and press Preview: the letter is drafted from the cause and the new date.",
        ),
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip


class DecideForm(ActForm):
    """The result."""

    outcome = one_of(
        "Kết quả", "Result", {"approved": Text("Đồng ý", "Approved"), "rejected": Text("Không đồng ý", "Rejected")}
    )  # fmt: skip
    number = forms.CharField(
        label=both("Số văn bản", "Number of the paper"), max_length=60,
        error_messages={"required": both("Hãy nhập số văn bản.", "Enter the number.")},
    )  # fmt: skip
    text = words("Nội dung kết quả", "Words of the result", rows=6)


class HandOverForm(ActForm):
    """How the result reaches the applicant."""

    way = one_of("Cách trả", "Way", WAYS)


class StrikeForm(ActForm):
    """Why the last entry is struck out."""

    slip = one_of("Loại nhầm lẫn", "Kind of mistake", SLIPS)
    reason = words("Giải thích", "Explanation", rows=3)


def in_reader_language(text: Text) -> str:
    """A text in the language of the page."""
    return text.in_language(get_language() or "vi")
