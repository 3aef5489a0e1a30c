"""The committee with its conclusions, and the strategies with what they reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from motcua.dossiers.forms import both
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.permissions import may, permission, public
from motcua.people.queries import office_names, offices_on
from motcua.people.request import Request
from motcua.reform import committee as steering
from motcua.reform import strategies
from motcua.reform.models import Assignment, Committee, Meeting, Member, Objective, Strategy
from motcua.reform.status import STATES, Standing, plan_of, status
from motcua.reform.views import TONES

POSTS = {
    Member.Post.HEAD: Text("Trưởng ban", "Head"),
    Member.Post.DEPUTY: Text("Phó Trưởng ban", "Deputy head"),
    Member.Post.STANDING: Text("Ủy viên thường trực", "Standing member"),
    Member.Post.MEMBER: Text("Ủy viên", "Member"),
    Member.Post.WORKING: Text("Tổ giúp việc", "Working group"),
}


def _day(vi: str, en: str) -> forms.DateField:
    return forms.DateField(label=both(vi, en), widget=forms.DateInput(attrs={"type": "date"}))


class _WithOffice(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.code, both(one.name_vi, one.name_en)) for one in offices_on(timezone.localdate())
        ]


class CommitteeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A committee by its decision."""

    decided_on = _day("Ngày quyết định", "Day of the decision")
    name = forms.CharField(label=both("Tên Ban chỉ đạo", "Name of the committee"), max_length=200)
    decision = forms.CharField(label=both("Quyết định số", "Decision no."), max_length=80)
    term_to = forms.DateField(
        label=both("Hết nhiệm kỳ", "End of the term"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Committee
        fields = ("name", "decision", "decided_on", "term_to")


class SeatForm(_WithOffice):
    """Somebody joins."""

    name = forms.CharField(label=both("Họ tên", "Name"), max_length=120)
    post = forms.ChoiceField(
        label=both("Vai trò", "Role"),
        choices=[(post, both(text.vi, text.en)) for post, text in POSTS.items()],
    )
    office = forms.ChoiceField(label=both("Đơn vị", "Office"))
    since = _day("Từ ngày", "Since")


class ReplaceForm(_WithOffice):
    """Somebody comes in another's place."""

    name = forms.CharField(label=both("Người thay", "Who comes in their place"), max_length=120)
    office = forms.ChoiceField(label=both("Đơn vị", "Office"))
    on = _day("Từ ngày", "From")


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A meeting and its notice."""

    held_on = _day("Ngày họp", "Held on")
    notice = forms.CharField(label=both("Thông báo kết luận số", "Notice no."), max_length=80)
    subject = forms.CharField(label=both("Nội dung", "About"), max_length=300)

    class Meta:
        model = Meeting
        fields = ("held_on", "notice", "subject")


class AssignForm(_WithOffice):
    """A conclusion to be carried out."""

    text = forms.CharField(label=both("Kết luận", "Conclusion"), max_length=500)
    output = forms.CharField(label=both("Sản phẩm", "Output"), max_length=500)
    office = forms.ChoiceField(label=both("Đơn vị chủ trì", "Lead unit"))
    due_on = _day("Hạn", "Due")


def _given(form: forms.BaseForm) -> dict[str, Any]:
    if not form.is_valid():
        name, faults = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Refused(f"{label}: {faults[0]}", place=name)
    return form.cleaned_data


@permission("reform.steer")
@require_safe
def committee(request: Request) -> HttpResponse:
    """Committees, newest first: members, meetings, and where every conclusion stands."""
    rows = list(Committee.objects.order_by("-decided_on"))
    assignments = list(Assignment.objects.select_related("task__case", "meeting"))
    now = timezone.now()
    standing: dict[int, Standing] = {}
    for year in {one.task.year for one in assignments}:
        standing |= {one.task.pk: one for one in status(plan_of(year), now).tasks}
    names = office_names()
    context = {
        "committees": [
            {
                "row": row,
                "members": [
                    {
                        "row": one, "post": POSTS[Member.Post(one.post)],
                        "office": names[one.office].name if one.office in names else Text(one.office, one.office),
                    }
                    for one in row.members.select_related("replaced_by").order_by("until", "pk")
                ],
                "meetings": [
                    {"row": one, "assignments": [
                        {"task": given.task, "state": STATES[standing[given.task_id].state],
                         "tone": TONES[standing[given.task_id].state],
                         "due": standing[given.task_id].due_on, "lead": names[given.task.lead].name}
                        for given in assignments if given.meeting_id == one.pk and given.task_id in standing
                    ]}
                    for one in row.meetings.all()
                ],
            }
            for row in rows
        ],
        "may_keep": may(request.actor, "reform.keep"),
        "new": CommitteeForm(), "seat": SeatForm(), "replace": ReplaceForm(), "meeting": MeetingForm(), "assign": AssignForm(),
    }  # fmt: skip
    return render(request, "reform/committee.html", context)


@permission("reform.keep")
@require_POST
def add_committee(request: Request) -> HttpResponse:
    """Enter a committee by its decision."""
    form = CommitteeForm(request.POST)
    _given(form)
    form.save()
    return redirect("reform-committee")


@permission("reform.keep")
@require_POST
def add_member(request: Request, pk: int) -> HttpResponse:
    """Seat somebody."""
    found, given = get_object_or_404(Committee, pk=pk), _given(SeatForm(request.POST))
    steering.seat(found, given["name"], given["post"], given["office"], given["since"])
    return redirect("reform-committee")


@permission("reform.keep")
@require_POST
def replace_member(request: Request, pk: int) -> HttpResponse:
    """Replace somebody."""
    found, given = get_object_or_404(Member, pk=pk), _given(ReplaceForm(request.POST))
    steering.replace(found, given["name"], given["office"], given["on"])
    return redirect("reform-committee")


@permission("reform.keep")
@require_POST
def add_meeting(request: Request, pk: int) -> HttpResponse:
    """Enter a meeting."""
    found = get_object_or_404(Committee, pk=pk)
    form = MeetingForm(request.POST, instance=Meeting(committee=found))
    _given(form)
    form.save()
    return redirect("reform-committee")


@permission("reform.keep")
@require_POST
def add_assignment(request: Request, pk: int) -> HttpResponse:
    """Make a conclusion a task of the plan."""
    found, given = get_object_or_404(Meeting, pk=pk), _given(AssignForm(request.POST))
    steering.assign(
        found,
        given["text"],
        given["output"],
        given["office"],
        given["due_on"],
        actor=request.actor,
        at=timezone.now(),
    )
    return redirect("reform-committee")


@public
@require_safe
def strategy_list(request: Request) -> HttpResponse:
    """All strategies and plans of five years."""
    return render(
        request, "reform/strategies.html", {"rows": Strategy.objects.order_by("first_year", "code")}
    )


@public
@require_safe
def strategy(request: Request, code: str) -> HttpResponse:
    """One strategy: every objective with its years, the degree reached, cause and proposal."""
    found = get_object_or_404(Strategy, code=code)
    context = {
        "strategy": found,
        "rows": strategies.evaluate(found),
        "may_keep": may(request.actor, "reform.keep"),
    }
    return render(request, "reform/strategy.html", context)


@public
@require_safe
def strategy_pdf(request: Request, code: str) -> HttpResponse:
    """The evaluation as a paper."""
    found = get_object_or_404(Strategy, code=code)
    language = "vi" if (get_language() or "vi").startswith("vi") else "en"
    response = HttpResponse(
        strategies.evaluation_pdf(found, timezone.localdate(), language), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="danh-gia-{found.code}.pdf"'
    return response


@permission("reform.keep")
@require_POST
def strategy_value(request: Request, pk: int) -> HttpResponse:
    """Enter or count the value of a year, and write cause and proposal."""
    found = get_object_or_404(Objective.objects.select_related("strategy"), pk=pk)
    given = request.POST
    if given.get("cause") or given.get("proposal"):
        Objective.objects.filter(pk=pk).update(
            cause=given.get("cause", "")[:2000], proposal=given.get("proposal", "")[:2000]
        )
    else:
        _value(request, found)
    return redirect("reform-strategy", found.strategy_id)


def _value(request: Request, found: Objective) -> None:
    try:
        year = int(request.POST.get("year", ""))
        value = Decimal(request.POST.get("value", "").replace(",", ".") or "0")
    except (ValueError, ArithmeticError) as error:
        raise Refused(
            "Năm và giá trị phải là số.", "Year and value must be numbers.", place="value"
        ) from error
    if found.indicator:
        strategies.count(found, year, actor=request.actor, at=timezone.now())
    else:
        strategies.enter(
            found, year, value, request.POST.get("source", ""), actor=request.actor, at=timezone.now()
        )
