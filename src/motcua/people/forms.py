"""The forms of signing in and of mandates."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language

from motcua.lib.errors import Refused
from motcua.lib.identifiers import tax_code
from motcua.people.models import Organisation

PROCEDURE = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")


def _say(vi: str, en: str) -> str:
    return vi if (get_language() or "vi").startswith("vi") else en


# A text that chooses its language when it is shown, not when the form is made.
both = lazy(_say, str)


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=both("Tên đăng nhập", "User name"),
        max_length=60,
        error_messages={"required": both("Hãy nhập tên đăng nhập.", "Enter your user name.")},
    )
    password = forms.CharField(
        label=both("Mật khẩu", "Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": both("Hãy nhập mật khẩu.", "Enter your password.")},
    )


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MandateForm(forms.Form):
    """Who may act for the firm, in what and for how long."""

    tax_code = forms.CharField(
        label=both("Mã số thuế của bên được ủy quyền", "Tax code of the one who may act"),
        max_length=20,
        error_messages={"required": both("Hãy nhập mã số thuế.", "Enter the tax code.")},
    )
    valid_from = forms.DateField(
        label=both("Từ ngày", "From"),
        widget=_Day,
        error_messages={
            "required": both("Hãy chọn ngày bắt đầu.", "Choose the first day."),
            "invalid": both("Hãy nhập một ngày có thật.", "Enter a day that exists."),
        },
    )
    valid_to = forms.DateField(
        label=both("Đến hết ngày", "Until the end of"),
        help_text=both("Để trống nếu không có thời hạn.", "Leave empty for no end."),
        required=False,
        widget=_Day,
        error_messages={"invalid": both("Hãy nhập một ngày có thật.", "Enter a day that exists.")},
    )
    procedures = forms.CharField(
        label=both("Chỉ cho các thủ tục", "Only for these procedures"),
        help_text=both(
            "Mỗi dòng một mã, ví dụ clearance/import-declaration. Để trống nếu ủy quyền mọi thủ tục.",
            "One code a line, such as clearance/import-declaration. Leave empty for all procedures.",
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_tax_code(self) -> Organisation:
        """The organisation with this tax code."""
        try:
            code = tax_code(self.cleaned_data["tax_code"]).value
        except Refused as refused:
            raise forms.ValidationError(both(refused.text, refused.text_en)) from None
        found = Organisation.objects.filter(tax_code=code).first()
        if found is None:
            raise forms.ValidationError(
                both(
                    f"Chưa có tổ chức nào với mã số thuế {code} đăng ký ở đây; hãy đề nghị họ đăng ký trước.",
                    f"No organisation with the tax code {code} is registered here; ask them to register first.",
                )
            )
        return found

    def clean_procedures(self) -> list[str]:
        """The codes, each of a procedure that has a sheet."""
        codes = self.cleaned_data["procedures"].split()
        for code in codes:
            if not PROCEDURE.fullmatch(code) or not (Path(settings.LAW) / "procedures" / code).is_dir():
                raise forms.ValidationError(
                    both(
                        f"Không có thủ tục {code}; hãy chép mã từ trang của thủ tục.",
                        f"There is no procedure {code}; copy the code from the procedure's page.",
                    )
                )
        return sorted(set(codes))

    def refuse(self, refused: Refused) -> None:
        """Show a refusal beside the field it names."""
        field: Any = refused.place if refused.place in self.fields else None
        self.add_error(field, forms.ValidationError(both(refused.text, refused.text_en)))
