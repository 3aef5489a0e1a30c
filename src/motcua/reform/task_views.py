"""The page of one task, and one address for each thing that may be done to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from motcua.casework.models import Case
from motcua.casework.page import events_of, people
from motcua.casework.views import download
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.permissions import may, permission, public, reach
from motcua.people.queries import office_names
from motcua.people.request import Request
from motcua.reform import actions
from motcua.reform.areas import areas_of
from motcua.reform.evidence import KINDS, Given
from motcua.reform.forms import ClaimForm, ExtendForm, MoveForm, PaperForm, ReasonForm
from motcua.reform.models import Acceptance, Evidence, Plan, Task
from motcua.reform.status import STATES, status
from motcua.reform.views import TONES


def _task(reference: str) -> Task:
    return get_object_or_404(Task.objects.select_related("case"), case__reference=reference)


def _within(request: Request, name: str, task: Task) -> None:
    """A task beyond reach does not exist for the caller."""
    if not reach(request.actor, name, timezone.localdate()).covers(office=task.lead):
        raise Http404


def case_page(request: HttpRequest, case: Case) -> HttpResponse:
    """From the worklist one comes to the page of the task."""
    return redirect("reform-task", case.reference)


@public
@require_safe
def show(request: Request, reference: str) -> HttpResponse:
    """One task: where it stands, whose it is, by when, what was shown, and what may be done next."""
    return _show(request, _task(reference))


def _show(request: Request, task: Task, claim: ClaimForm | None = None) -> HttpResponse:
    now = timezone.now()
    plan = Plan.objects.filter(pk=task.year).first()
    standing = None
    if plan is not None:
        standing = next((one for one in status(plan, now).tasks if one.task.pk == task.pk), None)
    reaches = reach(request.actor, "reform.claim", timezone.localdate())
    names = office_names({task.lead, *task.co_units})
    area = areas_of(task.year).get(task.area)
    may_keep, open_now = may(request.actor, "reform.keep"), task.case.status == "open"
    context: dict[str, Any] = {
        "task": task, "case": task.case, "standing": standing,
        "state": STATES[standing.state] if standing else None, "tone": TONES[standing.state] if standing else "mute",
        "area": area.title if area else Text(task.area, task.area),
        "lead": names[task.lead].name if task.lead in names else Text(task.lead, task.lead),
        "co_units": [names[unit].name for unit in task.co_units if unit in names],
        "evidence": _evidence(task), "may_open": may(request.actor, "reform.evidence"),
        "events": events_of(task.case), "readings": task.case.readings.order_by("-on")[:12],
        "claim": claim or (ClaimForm() if open_now and not task.indicator and reaches.covers(office=task.lead) else None),
        "may_accept": task.case.status == "claimed" and may(request.actor, "reform.accept"),
        "send_back": ReasonForm(), "may_keep": may_keep,
        "extend": ExtendForm() if may_keep and open_now else None,
        "move": MoveForm(task=task) if may_keep and open_now else None,
        "drop": PaperForm() if may_keep and task.case.status in {"open", "claimed"} else None,
        "reopen": ReasonForm() if may_keep and task.case.status == "done" else None,
    }  # fmt: skip
    return render(request, "reform/task.html", context, status=422 if claim else 200)


def _evidence(task: Task) -> list[dict[str, Any]]:
    rows = list(Evidence.objects.filter(case=task.case_id).select_related("attachment").order_by("-event"))
    accepted = {one.evidence_id: one for one in Acceptance.objects.filter(evidence__in=rows)}
    names = people([row.submitted_by for row in rows] + [one.accepted_by for one in accepted.values()])
    return [
        {
            "row": row, "kind": KINDS.get(row.kind, Text(row.kind, row.kind)), "by": names[row.submitted_by],
            "accepted": accepted.get(row.pk), "accepted_by": names[accepted[row.pk].accepted_by] if row.pk in accepted else None,
        }
        for row in rows
    ]  # fmt: skip


@permission("reform.claim")
@require_POST
def claim(request: Request, reference: str) -> HttpResponse:
    """The lead unit says that its task is done, with evidence."""
    task = _task(reference)
    _within(request, "reform.claim", task)
    form = ClaimForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, task, form)
    words = {name: str(form.cleaned_data[name] or "") for name in ("mark", "dated_on", "title")}
    file = form.cleaned_data["file"]
    given = Given(words, file.name if file else "", file.read() if file else b"")
    try:
        actions.claim(task, form.cleaned_data["kind"], given, actor=request.actor, at=timezone.now())
    except Refused as refused:
        form.add_error(
            refused.place if refused.place in form.fields else None,
            refused.in_language(request.actor.language),
        )
        return _show(request, task, form)
    return redirect("reform-task", reference)


@permission("reform.accept")
@require_POST
def accept(request: Request, reference: str) -> HttpResponse:
    """Accept what a task shows."""
    actions.accept(_task(reference), actor=request.actor, at=timezone.now())
    return redirect("reform-task", reference)


def _given(form: forms.Form) -> dict[str, Any]:
    """What a small form holds, or Refused with its first fault."""
    if not form.is_valid():
        name, faults = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Refused(f"{label}: {faults[0]}", place=name)
    return form.cleaned_data


@permission("reform.accept")
@require_POST
def send_back(request: Request, reference: str) -> HttpResponse:
    """Send a claim back."""
    task, given = _task(reference), _given(ReasonForm(request.POST))
    actions.send_back(task, given["reason"], actor=request.actor, at=timezone.now())
    return redirect("reform-task", reference)


@permission("reform.keep")
@require_POST
def extend(request: Request, reference: str) -> HttpResponse:
    """Give a later due date."""
    task, given = _task(reference), _given(ExtendForm(request.POST))
    actions.extend(
        task, given["due_on"], given["paper"], given["reason"], actor=request.actor, at=timezone.now()
    )
    return redirect("reform-task", reference)


@permission("reform.keep")
@require_POST
def move(request: Request, reference: str) -> HttpResponse:
    """Move a task to another lead unit or area."""
    task = _task(reference)
    given = _given(MoveForm(request.POST, task=task))
    what, _, to = given["to"].partition(":")
    actions.move(task, what, to, given["paper"], actor=request.actor, at=timezone.now())
    return redirect("reform-task", reference)


@permission("reform.keep")
@require_POST
def drop(request: Request, reference: str) -> HttpResponse:
    """Take a task out of the plan."""
    task, given = _task(reference), _given(PaperForm(request.POST))
    actions.drop(task, given["paper"], actor=request.actor, at=timezone.now())
    return redirect("reform-task", reference)


@permission("reform.keep")
@require_POST
def reopen(request: Request, reference: str) -> HttpResponse:
    """Take an acceptance back."""
    task, given = _task(reference), _given(ReasonForm(request.POST))
    actions.reopen(task, given["reason"], actor=request.actor, at=timezone.now())
    return redirect("reform-task", reference)


@permission("reform.evidence")
@require_safe
def evidence(request: Request, reference: str, pk: int) -> HttpResponse:
    """The file of a piece of evidence, read back against its digest."""
    task = _task(reference)
    _within(request, "reform.evidence", task)
    row = get_object_or_404(Evidence, pk=pk, case=task.case_id, attachment__isnull=False)
    assert row.attachment is not None
    return download(row.attachment)
