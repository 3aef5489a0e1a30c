"""Issued reports: the shelf, one report with its signature checked while it opens, and the desk where they are issued."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework.seal import public_keys
from motcua.lib.bilingual import Text
from motcua.lib.digest import plain
from motcua.lib.errors import Invalid, Refused
from motcua.people.permissions import may, permission, public
from motcua.people.queries import names_of
from motcua.people.request import Request
from motcua.reporting import frozen, objection_views, paper, periods, spreadsheet
from motcua.reporting.asked import Asked, once, period_choices
from motcua.reporting.asof import parse_as_of
from motcua.reporting.issue import REPORTS, holds, issue, latest
from motcua.reporting.listing import title_of
from motcua.reporting.models import Issue
from motcua.reporting.pages import card, file_response, form_context, language, page_of, prose, question_of

PAGE = 25

TITLES = {
    "bulletin": Text("Bản tin định kỳ", "Periodic bulletin"),
    "06a": Text("Biểu II.06a theo đơn vị", "Form II.06a by office"),
    "06a-field": Text("Biểu II.06a theo lĩnh vực", "Form II.06a by field"),
    "06a-procedure": Text("Biểu II.06a theo thủ tục", "Form II.06a by procedure"),
}
REASONS = {
    "late_row": Text("có hồ sơ ghi nhận muộn", "rows recorded late"),
    "corrected_row": Text("có hồ sơ được sửa", "rows corrected"),
    "changed_definition": Text("định nghĩa thay đổi", "the definition changed"),
    "error": Text("lỗi", "an error"),
}
TONES = {"provisional": "wait", "revised": "info", "final": "ok"}


# The shelf --------------------------------------------------------------------------------------------------


@public
@require_safe
def shelf(request: Request) -> HttpResponse:
    """Every issue of every report, newest first."""
    question, wrong = question_of(request)
    found = Issue.objects.order_by("-issued_at", "-pk").defer("content", "changes")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = page_of(question, wrong, "figures-issued", choices=False) | {
        "page": page,
        "rows": [
            {"issue": one, "title": TITLES[one.report], "period": period_of(one), "tone": TONES[one.status]}
            for one in page
        ],
        "may_issue": may(request.actor, "figures.issue"),
    }  # fmt: skip
    return render(request, "reporting/issued.html", context, status=422 if wrong else 200)


def period_of(one: Issue) -> Text:
    """The period an issue is of, by its name where it has one."""
    return periods.between(one.period_start, one.period_end).title


@public
@require_safe
def issued(request: Request, pk: int) -> HttpResponse:
    """One report as it was issued: one row is read, and its digest and signature are checked each time."""
    one = get_object_or_404(Issue, pk=pk)
    question = Asked(
        periods.between(one.period_start, one.period_end), one.as_of, "same-period", "", chosen=True
    )
    revisions = Issue.objects.filter(
        report=one.report, period_start=one.period_start, period_end=one.period_end
    ).order_by("-revision").defer("content", "changes")  # fmt: skip
    context = page_of(question, None, "figures-issued", choices=False) | {
        "issue": one,
        "title": TITLES[one.report],
        "period": question.period,
        "tone": TONES[one.status],
        "reason": REASONS.get(one.reason),
        "issued_by": names_of([one.issued_by])[one.issued_by],
        "holds": any(holds(one, key) for key in public_keys()),
        "signature": bytes(one.signature).hex(),
        "revisions": [
            {"issue": row, "tone": TONES[row.status], "reason": REASONS.get(row.reason)} for row in revisions
        ],
        "newest": revisions[0],
        "changes": [{"change": change, "title": title_of(change["code"])} for change in one.changes],
        "files": {
            shape: reverse(f"figures-issued-{shape}", args=[one.pk]) for shape in ("pdf", "xlsx", "json")
        },
        "may_issue": may(request.actor, "figures.issue"),
        "again": reverse("figures-issue")
        + f"?report={one.report}&from={one.period_start}&to={one.period_end}",
    }
    context |= _content(one, question) | objection_views.of_issue(request, one)
    return render(request, "reporting/issued_one.html", context)


def _content(one: Issue, question: Asked) -> dict[str, Any]:
    if one.report == "bulletin":
        found = frozen.figures_of(one.content)
        top = paper.head(question.period, one.issued_at)
        return {
            "head": top,
            "question": question,
            "paragraphs": prose(found, language()),
            "cards": [card(figure, question) for figure in found],
        }
    return form_context(frozen.form_of(one.content), question, linked=False) | {
        "opening": one.content.get("opening")
    }


@public
@require_safe
def issued_file(request: Request, pk: int, shape: str) -> HttpResponse:
    """The issued report as PDF, workbook, or JSON with what was signed and the signature."""
    one = get_object_or_404(Issue, pk=pk)
    name = f"{one.report}-{one.period_start}-{one.period_end}-{one.revision}"
    if shape == "json":
        signed = {
            "statement": plain(one.statement()),
            "content": one.content,
            "key_id": one.key_id,
            "signature": b64encode(bytes(one.signature)).decode(),
        }
        return JsonResponse(signed, json_dumps_params={"ensure_ascii": False, "indent": 2})
    body = once(("issued", one.sha256, one.revision, shape, language()), lambda: _drawn(one, shape))
    return file_response(body, name, shape)


def _drawn(one: Issue, shape: str) -> bytes:
    """The PDF or the workbook of an issue, from what was frozen."""
    seal = paper.seal_of(one)
    more: dict[Text, spreadsheet.Value] = {
        Text("Bản phát hành", "Issue"): one.name,
        Text("Trạng thái", "Status"): one.status_title.vi,
        Text("Phát hành lúc", "Issued at"): one.issued_at,
        Text("SHA-256 của nội dung", "SHA-256 of the content"): one.sha256,
        Text("Khoá ký", "Key"): one.key_id,
        Text("Chữ ký Ed25519", "Ed25519 signature"): seal.signature,
        Text("Phiên bản phần mềm", "Code version"): one.code_version,
    }
    if one.report == "bulletin":
        found = frozen.figures_of(one.content)
        if shape == "pdf":
            return paper.bulletin_pdf(found, language(), seal)
        return spreadsheet.bulletin_workbook(found, more)
    form = frozen.form_of(one.content)
    if shape == "pdf":
        return paper.form_pdf(form, language(), seal)
    return spreadsheet.form_workbook(form, more)


# The desk ---------------------------------------------------------------------------------------------------


def _say(vi: str, en: str) -> str:
    return vi if language() == "vi" else en


# A text that chooses its language when it is shown, not when the form is made.
both = lazy(_say, str)


class IssueForm(forms.Form):
    """What to issue, of which period, as of when; and for a revision why."""

    report = forms.ChoiceField(
        label=both("Báo cáo", "Report"),
        choices=[(code, both(title.vi, title.en)) for code, title in TITLES.items()],
    )
    period = forms.ChoiceField(label=both("Kỳ", "Period"))
    as_of = forms.CharField(
        label=both("Thời điểm chốt số liệu", "As known at"),
        required=False,
        max_length=40,
        help_text=both(
            "Để trống: số liệu mới nhất không còn thay đổi. Một ngày nghĩa là hết ngày đó, ví dụ 2020-10-05.",
            "Left empty: the latest figures that can no longer change. A day means its end, such as 2020-10-05.",
        ),
        widget=forms.TextInput(attrs={"placeholder": "2020-10-05T17:00"}),
    )
    status = forms.ChoiceField(
        label=both("Trạng thái", "Status"),
        choices=[("provisional", both("Tạm thời", "Provisional")), ("final", both("Chính thức", "Final"))],
        widget=forms.RadioSelect,
        initial="provisional",
    )
    reason = forms.ChoiceField(
        label=both("Lý do chỉnh sửa", "Reason of the revision"),
        required=False,
        help_text=both(
            "Chỉ chọn khi kỳ này đã phát hành và số liệu đã khác.",
            "Only where this period was issued before and the figures have changed.",
        ),
        choices=[("", both("Không phải bản chỉnh sửa", "Not a revision"))]
        + [
            (code, both(f"Chỉnh sửa: {title.vi}", f"Revision: {title.en}")) for code, title in REASONS.items()
        ],
    )
    explanation = forms.CharField(
        label=both("Giải thích cho người đọc", "Explanation for readers"), required=False, max_length=1000,
        help_text=both("Bắt buộc với bản chỉnh sửa.", "Required for a revision."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, question: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = f"{question.period.start}..{question.period.end}"
        own = [] if question.name else [(days, both(question.period.dates.vi, question.period.dates.en))]
        groups: list[Any] = [
            (both(title.vi, title.en), [(name, both(text.vi, text.en)) for name, text in rows])
            for title, rows in period_choices(question)
        ]
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = own + groups
        field.initial = question.name or days


@permission("figures.issue")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def issue_desk(request: Request) -> HttpResponse:
    """Issue a report or a revision of one. What is in the way is said at the field it belongs to."""
    question, wrong = question_of(request)
    status = 422 if wrong else 200
    if request.method == "POST":
        made = IssueForm(request.POST, question=_posted(request, question))
        if made.is_valid():
            one = _issue(request, made)
            if one is not None:
                messages.success(request, both(f"Đã phát hành: {one.name}.", f"Issued: {one.name}."))
                return HttpResponseRedirect(reverse("figures-issued-one", args=[one.pk]))
        status = 422
    else:
        made = IssueForm(question=question, initial={"report": request.GET.get("report", "bulletin")[:20]})
    before = _before(made, question)
    context = page_of(question, wrong, "figures-issued", choices=False) | {"form": made, "before": before}
    return render(request, "reporting/issue.html", context, status=status)


def _posted(request: Request, question: Asked) -> Asked:
    """The days of a period without a name stand among the choices only if the form was opened with them."""
    start, dots, end = request.POST.get("period", "").partition("..")
    if not dots:
        return question
    try:
        period = frozen.period_of({"start": start, "end": end})
    except (Refused, ValueError):
        return question
    return Asked(period, question.as_of, question.base)


def _period(text: str) -> Any:
    start, dots, end = text.partition("..")
    return frozen.period_of({"start": start, "end": end}) if dots else periods.period(text)


def _before(made: IssueForm, question: Asked) -> Issue | None:
    """The issue in force of what the form asks for."""
    report = made["report"].value()
    if report not in REPORTS:
        return None
    text = str(made["period"].value() or "")
    try:
        return latest(report, _period(text) if text else question.period)
    except (Refused, ValueError):
        return None


def _issue(request: Request, made: IssueForm) -> Issue | None:
    given = made.cleaned_data
    try:
        return issue(
            given["report"], _period(given["period"]), request.actor, status=given["status"],
            as_of=parse_as_of(given["as_of"].strip()), reason=given["reason"],
            explanation=given["explanation"].strip(),
        )  # fmt: skip
    except Invalid as invalid:
        for finding in invalid.findings:
            made.add_error(None, both(finding.vi, finding.en))
    except Refused as refused:
        field = {"as-of": "as_of"}.get(refused.place, refused.place)
        vi, en = (_for_people(text) for text in (refused.text, refused.text_en))
        made.add_error(field if field in made.fields else None, both(vi, en))
    return None


def _for_people(text: str) -> str:
    """The words of a refusal without the options of the command line."""
    swaps = {
        "với --reason (late_row, corrected_row, changed_definition, error) và --why": "với lý do và lời giải thích bên dưới",
        "with --reason (late_row, corrected_row, changed_definition, error) and --why": "with a reason and an explanation below",
        "với --reason và --why": "với lý do và lời giải thích bên dưới",
        "with --reason and --why": "with a reason and an explanation below",
        "bỏ --reason": "bỏ lý do chỉnh sửa", "leave --reason out": "leave the reason out",
        "bỏ --as-of": "để trống ô này", "leave --as-of out": "leave this empty",
        " (--why)": "",
    }  # fmt: skip
    for option, words in swaps.items():
        text = text.replace(option, words)
    return text
