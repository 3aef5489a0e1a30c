"""The forms of the message desk and of partners; every label and fault in both languages."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from motcua.exchange.caller import fingerprint
from motcua.exchange.models import Partner
from motcua.exchange.transports import read_settings
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid
from motcua.people.forms import both
from motcua.people.models import Organisation

TRANSPORTS: dict[str, Text] = {
    "poll": Text("Đối tác tự lấy (poll)", "The partner fetches (poll)"),
    "https": Text("Gửi tới địa chỉ HTTPS", "To an HTTPS address"),
    "sftp": Text("Thư mục SFTP của đối tác", "The partner's SFTP folder"),
    "folder": Text("Thư mục trên máy này (để thử)", "A folder of this machine (for trying out)"),
}


class RepairForm(forms.Form):
    """The mended text, or a file, and why."""

    content = forms.CharField(
        label=both("Nội dung đã sửa", "The mended content"),
        help_text=both(
            "Sửa chỗ được đánh dấu. Bản gốc vẫn giữ nguyên.",
            "Mend what is marked. The original stays as it came.",
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "mono"}),
    )
    file = forms.FileField(label=both("Hoặc tải lên tệp đã sửa", "Or upload the mended file"), required=False)
    reason = forms.CharField(
        label=both("Đã sửa gì, vì sao", "What was mended, and why"),
        max_length=500,
        error_messages={"required": both("Hãy ghi đã sửa gì.", "Say what was mended.")},
    )

    def clean(self) -> dict[str, Any]:
        """One of both."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("content") and not given.get("file"):
            self.add_error(
                "content", both("Hãy sửa nội dung hoặc chọn tệp.", "Mend the content or choose a file.")
            )
        return given


class ReasonForm(forms.Form):
    """Why a message is let be."""

    reason = forms.CharField(
        label=both("Lý do", "Reason"),
        max_length=500,
        error_messages={
            "required": both(
                "Hãy ghi lý do: người gửi và người kiểm tra sau này sẽ đọc.",
                "Give the reason: the sender and whoever checks later will read it.",
            )
        },
    )


class PartnerForm(forms.Form):
    """Everything about a partner but its keys."""

    code = forms.SlugField(
        label=both("Mã đối tác", "Code"),
        max_length=40,
        help_text=both(
            "Chữ thường, số, gạch nối; không đổi được về sau.",
            "Lower-case letters, digits, hyphens; cannot be changed.",
        ),
        error_messages={
            "required": both("Hãy nhập mã.", "Enter a code."),
            "invalid": both("Chỉ dùng chữ, số và gạch nối.", "Use letters, digits and hyphens only."),
        },
    )
    name = forms.CharField(
        label=both("Tên", "Name"),
        max_length=200,
        error_messages={"required": both("Hãy nhập tên.", "Enter a name.")},
    )
    organisation = forms.CharField(
        label=both("Tổ chức (mã số thuế hoặc mã)", "Organisation (tax code or code)"),
        max_length=40,
        help_text=both(
            "Khóa của đối tác hành động thay tổ chức này.", "The partner's keys act for this organisation."
        ),
        error_messages={"required": both("Hãy nhập tổ chức.", "Enter the organisation.")},
    )
    contact = forms.CharField(
        label=both("Liên hệ khi có sự cố", "Whom to call"),
        max_length=200,
        required=False,
    )
    profile = forms.SlugField(
        label=both("Hồ sơ đọc (profile)", "Reading profile"),
        max_length=60,
        required=False,
        help_text=both("Để trống: theo chuẩn.", "Empty: the standard."),
    )
    transport = forms.ChoiceField(
        label=both("Cách gửi tới đối tác", "The way to the partner"),
        choices=[(code, both(text.vi, text.en)) for code, text in TRANSPORTS.items()],
    )
    settings = forms.CharField(
        label=both("Cài đặt của cách gửi (JSON)", "Settings of that way (JSON)"),
        required=False,
        help_text=both(
            'Ví dụ {"url": "https://doi-tac.example/exchange/v1/messages", "key_file": "acme.key"}; tự lấy thì để trống.',
            'As in {"url": "https://partner.example/exchange/v1/messages", "key_file": "acme.key"}; empty when it fetches.',
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
    )
    closed_types = forms.CharField(
        label=both("Loại thông điệp đang ngắt", "Types that are switched off"),
        required=False,
        help_text=both("Cách nhau bằng dấu cách.", "Separated by spaces."),
    )
    per_minute = forms.IntegerField(
        label=both("Tối đa một phút", "At most a minute"), min_value=1, max_value=1_000_000, required=False
    )
    per_day = forms.IntegerField(
        label=both("Tối đa một ngày", "At most a day"), min_value=1, max_value=100_000_000, required=False
    )
    largest_bytes = forms.IntegerField(
        label=both("Thông điệp lớn nhất (byte)", "Largest message (bytes)"),
        min_value=1,
        max_value=64 * 2**20,
        required=False,
    )
    certificate = forms.CharField(
        label=both("Chứng thư máy khách (PEM)", "Client certificates (PEM)"),
        required=False,
        help_text=both(
            "Có chứng thư thì đối tác bắt buộc phải dùng. Giữ dấu vân tay SHA-256; mỗi dòng một dấu, hoặc dán PEM.",
            "With one, the partner must use it. Its SHA-256 is kept; one a line, or paste PEM.",
        ),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner = partner
        if partner is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        """A code is used once."""
        code = str(self.cleaned_data["code"]).lower()
        if Partner.objects.filter(code=code).exists():
            raise forms.ValidationError(both("Mã này đã có.", "This code is taken."))
        return code

    def clean_organisation(self) -> Organisation:
        """The organisation must be known."""
        text = self.cleaned_data["organisation"].strip()
        found = (
            Organisation.objects.filter(tax_code=text).first()
            or Organisation.objects.filter(code=text).first()
        )
        if found is None:
            raise forms.ValidationError(
                both("Không có tổ chức với mã này.", "There is no organisation with this code.")
            )
        return found

    def clean_closed_types(self) -> list[str]:
        """Types as a list."""
        return sorted(set(self.cleaned_data["closed_types"].split()))

    def clean_certificate(self) -> list[str]:
        """Fingerprints: given as such, or worked out from PEM."""
        text = self.cleaned_data["certificate"].strip()
        marks = []
        end = "-----END CERTIFICATE-----"
        while end in text:
            block, _, text = text.partition(end)
            before, begin, inner = block.partition("-----BEGIN CERTIFICATE-----")
            text = before + text
            if mark := fingerprint(begin + inner + end + "\n"):
                marks.append(mark)
            else:
                raise forms.ValidationError(both("PEM không đọc được.", "The PEM cannot be read."))
        for word in text.replace(":", "").lower().split():
            if len(word) != 64 or set(word) - set("0123456789abcdef"):
                raise forms.ValidationError(
                    both("Dấu vân tay SHA-256 có 64 chữ số hex.", "A SHA-256 has 64 hexadecimal digits.")
                )
            marks.append(word)
        return sorted(set(marks))

    def clean(self) -> dict[str, Any]:
        """The settings must be those of the transport."""
        given: dict[str, Any] = super().clean() or {}
        try:
            body = json.loads(given.get("settings") or "{}")
            if not isinstance(body, dict):
                raise ValueError
        except ValueError:
            self.add_error("settings", both("Phải là một đối tượng JSON.", "This must be one JSON object."))
            return given
        try:
            read_settings(given.get("transport", "poll"), body)
        except Invalid as error:
            for one in error.findings:
                self.add_error("settings", both(one.vi, one.en))
        given["settings"] = body
        return given


class KeyForm(forms.Form):
    """What a key is called."""

    label = forms.CharField(
        label=both("Tên khóa", "Name of the key"),
        max_length=100,
        error_messages={"required": both("Hãy đặt tên cho khóa.", "Name the key.")},
    )
