"""What is typed on the pages of consignments."""

from __future__ import annotations

from django import forms

from motcua.dossiers.forms import both


class SettleForm(forms.Form):
    """Why a discrepancy is none."""

    reason = forms.CharField(
        label=both("Kết luận và lý do", "Conclusion and reason"),
        max_length=500,
        error_messages={
            "required": both("Hãy ghi kết luận và lý do.", "Give the conclusion and its reason.")
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
