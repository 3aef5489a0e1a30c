"""The doors of objections: a unit contests a figure of an issued report, the reform office rules on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from motcua.lib.bilingual import Text
from motcua.people.permissions import may, permission
from motcua.people.queries import names_of, office_names
from motcua.people.request import Request
from motcua.reporting import objections
from motcua.reporting.frozen import figures_of
from motcua.reporting.listing import title_of
from motcua.reporting.models import Issue, Objection

OUTCOMES = {
    "upheld": (Text("Chấp nhận, sẽ phát hành bản chỉnh sửa", "Upheld: a revision follows"), "ok"),
    "partly": (Text("Chấp nhận một phần", "Partly upheld"), "wait"),
    "dismissed": (Text("Không chấp nhận", "Dismissed"), "mute"),
}


def of_issue(request: Request, one: Issue) -> dict[str, Any]:
    """What the page of an issued report shows of the objections to it."""
    rows = list(Objection.objects.filter(issue=one).select_related("ruling"))
    names = names_of([row.raised_by for row in rows])
    offices = office_names({row.office for row in rows})
    codes = [figure.code for figure in figures_of(one.content)] if one.report == "bulletin" else []
    return {
        "objections": [
            {
                "row": row, "title": title_of(row.code), "by": names[row.raised_by],
                "office": offices[row.office].name if row.office in offices else Text(row.office, row.office),
                "ruling": getattr(row, "ruling", None),
                "outcome": OUTCOMES[row.ruling.outcome] if hasattr(row, "ruling") else None,
            }
            for row in rows
        ],
        "codes": [(code, title_of(code)) for code in codes],
        "outcomes": [(code, text) for code, (text, _) in OUTCOMES.items()],
        "may_object": may(request.actor, "figures.object"),
        "may_rule": may(request.actor, "figures.rule"),
    }  # fmt: skip


def _back(issue: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("figures-issued-one", args=[issue]) + "#objections")


@permission("figures.object")
@require_POST
def object_to(request: Request, pk: int) -> HttpResponse:
    """Contest a figure."""
    issue, given = get_object_or_404(Issue, pk=pk), request.POST
    objections.object_to(
        issue, given.get("code", "")[:80], given.get("text", "")[:4000],
        objections.references_in(given.get("rows", "")[:40_000]), office=request.actor.office, actor=request.actor,
        at=timezone.now(),
    )  # fmt: skip
    return _back(pk)


@permission("figures.rule")
@require_POST
def rule_on(request: Request, pk: int) -> HttpResponse:
    """Decide an objection."""
    objection = get_object_or_404(Objection, pk=pk)
    given = request.POST
    objections.rule_on(
        objection,
        given.get("outcome", ""),
        given.get("text", "")[:4000],
        actor=request.actor,
        at=timezone.now(),
    )
    return _back(objection.issue_id)
