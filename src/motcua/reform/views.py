"""The pages of the plan: at a glance with red first, the tasks behind every share, the quarterly text, the workbook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework.models import Event
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.people.permissions import may, permission, public
from motcua.people.queries import office_names
from motcua.people.request import Request
from motcua.reform import actions
from motcua.reform.forms import ImportForm
from motcua.reform.models import Plan
from motcua.reform.report import report
from motcua.reform.status import FLOWS, SHARES, STATES, Share, Standing, State, Status, plan_of, status, trend
from motcua.reform.workbook import read_plan, workbook

TONES = {
    State.OPEN_OVERDUE: "bad", State.OPEN_IN_TIME: "info", State.DONE_LATE: "wait", State.DONE_ON_TIME: "ok",
    State.DROPPED: "mute",
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _quarter_end(year: int, quarter: int) -> datetime:
    return datetime(year + quarter // 4, quarter % 4 * 3 + 1, 1, tzinfo=VIETNAM)


def _asked(request: Request, plan: Plan) -> tuple[datetime, str]:
    """The moment a page speaks of: the quarter asked for, or now; else the end of the quarter in which the plan last moved."""
    now, asked = timezone.now(), request.GET.get("quarter", "")
    if asked == "now":
        return now, asked
    if asked in {"1", "2", "3", "4"} and _quarter_end(plan.year, int(asked) - 1) <= now:
        return min(_quarter_end(plan.year, int(asked)), now), asked
    last = Event.objects.filter(case__task__year=plan.year).aggregate(at=Max("happened_at"))["at"]
    for number in range(1, 5):
        if last is not None and last < _quarter_end(plan.year, number):
            return min(_quarter_end(plan.year, number), now), str(number)
    return now, "now"


def _tabs(year: int, asked: str) -> list[dict[str, Any]]:
    here, now = reverse("reform-plan", args=[year]), timezone.now()
    quarters = [number for number in range(1, 5) if _quarter_end(year, number - 1) <= now]
    moments = [(str(number), Text(f"Hết quý {number}", f"End of Q{number}")) for number in quarters]
    return [
        {"label": label, "url": f"{here}?quarter={name}", "active": name == asked}
        for name, label in (*moments, ("now", Text("Hôm nay", "Today")))
    ]


def _page(request: Request, year: int) -> tuple[Plan, Status, dict[str, Any]]:
    plan = get_object_or_404(Plan, pk=year)
    moment, quarter = _asked(request, plan)
    found = status(plan, moment, timezone.now())
    context = {
        "plan": plan,
        "found": found,
        "quarter": quarter,
        "day": found.day,
        "tabs": _tabs(year, quarter),
        "rule": {
            Plan.Regular.YEAR_END: Text("tính hoàn thành khi hết năm", "count as done at the end of the year"),
            Plan.Regular.WHEN_SHOWN: Text(
                "tính hoàn thành khi kết quả được công nhận", "count as done when their evidence is accepted"
            ),
        }[Plan.Regular(plan.regular_rule)],
        "years": [one for one in Plan.objects.order_by("-year").values_list("year", flat=True) if one != year],
        "may_keep": may(request.actor, "reform.keep"),
        "may_steer": may(request.actor, "reform.steer"),
    }  # fmt: skip
    return plan, found, context


def _lines(tasks: list[Standing]) -> list[dict[str, Any]]:
    names = office_names({one.lead for one in tasks})
    return [
        {
            "one": one, "state": STATES[one.state], "tone": TONES[one.state], "url": reverse("reform-task", args=[one.reference]),
            "unit": names[one.lead].name if one.lead in names else Text(one.lead, one.lead),
        }
        for one in tasks
    ]  # fmt: skip


@public
@require_safe
def index(request: Request) -> HttpResponse:
    """The newest plan, or that there is none yet."""
    plan = Plan.objects.order_by("-year").first()
    if plan is not None:
        return redirect("reform-plan", plan.year)
    return render(request, "reform/none.html", {"may_keep": may(request.actor, "reform.keep")})


@public
@require_safe
def glance(request: Request, year: int) -> HttpResponse:
    """The plan at a glance: four shares, what is red, who leads it, how it went month by month, what changed."""
    plan, found, context = _page(request, year)
    listing = reverse("reform-tasks", args=[year]) + f"?quarter={context['quarter']}"
    names = office_names(found.units)
    shares = found.shares()
    context |= {
        "done": len(shares["done_of_all"].value),
        "total": shares["done_of_all"].of,
        "shares": [
            {"title": text, "share": shares[name], "url": f"{listing}&share={name}"} for name, text in SHARES.items()
        ],
        "red": _lines(found.of_state(State.OPEN_OVERDUE)),
        "open": _lines(found.of_state(State.OPEN_IN_TIME)),
        "states": [
            {"title": text, "tone": TONES[state], "count": len(found.of_state(state)), "url": f"{listing}&state={state}"}
            for state, text in STATES.items()
        ],
        "areas": [
            {"title": area.title, "code": area.code, "row": _row(found.shares(lambda one, code=area.code: one.area == code)),  # type: ignore[misc]
             "url": f"{listing}&area={area.code}"}
            for area in found.areas.areas
        ],
        "units": [
            {
                "title": names[unit].name if unit in names else Text(unit, unit), "row": _row(found.of_unit(unit)),
                "url": f"{listing}&unit={unit}",
            }
            for unit in found.units
        ],
        "trend": trend(plan, found.as_of, timezone.now()),
        "flows": [
            {"flow": flow, "title": FLOWS[flow.kind], "url": reverse("reform-task", args=[flow.reference])}
            for flow in found.flows
        ],
        "with_left": found.with_those_that_left(),
        "listing": listing,
    }  # fmt: skip
    return render(request, "reform/plan.html", context)


def _row(shares: dict[str, Share]) -> list[Share]:
    return list(shares.values())


@public
@require_safe
def tasks(request: Request, year: int) -> HttpResponse:
    """The tasks behind a share, a state, an area or a unit: exactly as many rows as the figure said."""
    _, found, context = _page(request, year)
    chosen, words = list(found.tasks), []
    if (state := request.GET.get("state", "")) in set(State):
        chosen = [one for one in chosen if one.state == state]
        words.append(STATES[State(state)])
    if area := found.areas.get(request.GET.get("area", "")):
        chosen = [one for one in chosen if one.area == area.code and one.state is not State.DROPPED]
        words.append(area.title)
    if (unit := request.GET.get("unit", "")) in found.units:
        chosen = [one for one in chosen if one.lead == unit and one.state is not State.DROPPED]
        words += [office.name for office in office_names({unit}).values()]
    share = found.shares().get(request.GET.get("share", ""))
    if share is not None:
        # The rest first: what a share lacks is what its reader looks for.
        order = {reference: place for place, reference in enumerate((*share.rest, *share.value))}
        chosen = sorted(
            (one for one in chosen if one.reference in order), key=lambda one: order[one.reference]
        )
        words.append(SHARES[request.GET["share"]])
    title = (
        Text(" · ".join(word.vi for word in words), " · ".join(word.en for word in words)) if words else None
    )
    context |= {"lines": _lines(chosen), "title": title, "share": share}
    return render(request, "reform/tasks.html", context)


@public
@require_safe
def quarterly(request: Request, year: int) -> HttpResponse:
    """The quarterly report as text to be taken over, in the language of the page."""
    _, found, context = _page(request, year)
    return render(request, "reform/report.html", context | {"paragraphs": report(found)})


@public
@require_safe
def plan_xlsx(request: Request, year: int) -> HttpResponse:
    """The plan in the layout offices use."""
    _, found, context = _page(request, year)
    response = HttpResponse(workbook(found), content_type=XLSX)
    response["Content-Disposition"] = (
        f'attachment; filename="ke-hoach-cchc-{year}-q{context["quarter"]}.xlsx"'
    )
    return response


@permission("reform.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def take_plan(request: Request) -> HttpResponse:
    """Take a plan's workbook; every broken row is named by its cell, and nothing is taken then."""
    form, findings = ImportForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        try:
            return _taken(request, form.cleaned_data)
        except Invalid as invalid:
            findings = invalid.findings
        except Refused as refused:
            form.add_error(None, f"{refused.place}: {refused.text}" if refused.place else refused.text)
    refused_here = request.method == "POST"
    context = {"form": form, "findings": findings}
    return render(request, "reform/import.html", context, status=422 if refused_here else 200)


def _taken(request: Request, given: dict[str, Any]) -> HttpResponse:
    lines = read_plan(given["file"].read(), given["year"])
    with transaction.atomic():
        if given["decision"]:
            adopted_on = given["adopted_on"] or timezone.localdate()
            actions.adopt(
                given["year"],
                decision=given["decision"],
                adopted_on=adopted_on,
                regular_rule=given["regular_rule"],
            )
        plan = plan_of(given["year"])
        actions.plan_tasks(plan, lines, actor=request.actor, at=timezone.now())
    return HttpResponseRedirect(reverse("reform-plan", args=[plan.year]))
