"""The form of a posting: when, in which form, and the proof."""

from __future__ import annotations

from django import forms

from motcua.lib.bilingual import Text

FORMS: dict[str, Text] = {
    "board": Text("Bảng niêm yết", "Notice board"),
    "screen": Text("Màn hình điện tử", "Screen"),
    "binder": Text("Quyển, kẹp tài liệu tại quầy", "Binder at the counter"),
}


class PostForm(forms.Form):
    """A version was put up."""

    posted_on = forms.DateField(
        label=Text("Ngày niêm yết", "Day of posting"),  # type: ignore[arg-type]
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
    )
    form = forms.ChoiceField(
        label=Text("Hình thức", "Form"),  # type: ignore[arg-type]
        choices=[(name, f"{text.vi} · {text.en}") for name, text in FORMS.items()],
    )
    photo = forms.FileField(
        label=Text("Ảnh chụp hoặc bản quét (JPG, PNG, PDF)", "Photograph or scan (JPG, PNG, PDF)"),  # type: ignore[arg-type]
    )
