"""The doors of a customs branch: an inspection's page, the inspections of a declaration, what must be looked at."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.casework import page as casepage
from motcua.casework.models import Case
from motcua.casework.views import case_or_404, context_of
from motcua.lib.bilingual import Text
from motcua.nsw import customs_acts, desk, doors, queries, results
from motcua.nsw.lifecycle import GOOD, OUTCOMES
from motcua.nsw.models import Alert, Inspection
from motcua.nsw.tables import inspections
from motcua.people.permissions import permission, reach
from motcua.people.request import Request

ROWS = 30
ALERTS = {
    "recalled": Text("Bộ thu hồi kết quả sau khi thông quan", "Result recalled after clearance"),
    "failed": Text("Hàng không đạt", "The goods failed"),
    "overdue": Text("Hàng về bảo quản quá hạn kết quả", "Goods in store, result overdue"),
}


def show(request: Request, case: Case) -> HttpResponse:
    """The page of an inspection for customs officers; `casework.views.case` has asked for the right already."""
    inspection = Inspection.objects.select_related("case").get(pk=case)
    may_act = reach(request.actor, "nsw.goods", timezone.localdate()).covers(office=case.office)
    ours = doors.shown(inspection)
    context = ours | context_of(request, case, queries.notes_of(case)) | {
        "acts": doors.offers("customs", desk.CUSTOMS, inspection) if may_act else [],
        "side": "customs",
        "stored": [
            (event.details["declaration"], event.details["result_by"]) for event in case.events.filter(kind="stored")
        ],
        "alerts": [(one, ALERTS[one.kind]) for one in inspection.alerts.select_related("declaration")],
        "inspection_facts": ours["facts"], "inspection_kind": ours["kind"],
    }  # fmt: skip
    return render(request, "nsw/customs.html", context)


def find(request: Request, reference: str) -> Inspection:
    """An inspection of goods at the officer's branch; elsewhere it does not exist."""
    mine = reach(request.actor, "nsw.goods", timezone.localdate())
    found = Inspection.objects.select_related("case").filter(mine.q("case__office", ""), file_code=reference)
    return doors.found_or_404(found.first())


@permission("nsw.customs")
@never_cache
@require_safe
def of_declaration(request: Request, reference: str) -> HttpResponse:
    """Which inspections a declaration has, which results came, and how much of each line they cover."""
    case = case_or_404(request.actor, "nsw.customs", reference)
    found = queries.of_declaration(case.reference)
    titles = queries.titles_of(one.ministry for one in found)
    rows = casepage.rows([one.case for one in found], timezone.now())
    kinds = inspections().vocabulary.kinds
    context = {
        "case": case,
        "row": casepage.rows([case], timezone.now())[0],
        "inspections": [
            {
                "inspection": one, "row": row, "ministry": titles[one.ministry], "kind": kinds.get(one.kind),
                "result": (current := next(iter(one.now), None)),  # type: ignore[attr-defined]
                "outcome": OUTCOMES.get(current.outcome) if current else None,
                "good": current is not None and current.outcome in GOOD and current.recalled_at is None,
                "covers": current.of_key if current else [],
            }
            for one, row in zip(found, rows, strict=True)
        ],
        "uses": [(one, kinds.get(one.kind)) for one in results.uses_of(case.reference)],
        "missing": [one for one in found if one.case.finished_at is None],
    }  # fmt: skip
    return render(request, "nsw/declaration.html", context)


@permission("nsw.customs")
@never_cache
@require_safe
def alerts(request: Request) -> HttpResponse:
    """What the branch must look at: recalled after clearance, failed, too long in store; unseen first."""
    page = Paginator(queries.alerts_of(request.actor, timezone.localdate()), ROWS).get_page(
        request.GET.get("page")
    )
    people = casepage.people([one.seen_by for one in page if one.seen_by])
    may_see = reach(request.actor, "nsw.goods", timezone.localdate())
    rows = [
        {
            "alert": one,
            "what": ALERTS[one.kind],
            "by": people.get(one.seen_by),
            "may": may_see.covers(office=one.office),
        }
        for one in page
    ]
    return render(request, "nsw/alerts.html", {"page": page, "rows": rows})


@permission("nsw.goods")
@require_POST
def see(request: Request, pk: int) -> HttpResponse:
    """Mark an alert as seen by this officer."""
    mine = reach(request.actor, "nsw.goods", timezone.localdate())
    alert = get_object_or_404(Alert.objects.filter(mine.q("office", "")), pk=pk)
    customs_acts.see(alert, actor=request.actor, at=timezone.now())
    return redirect("inspection-alerts")
