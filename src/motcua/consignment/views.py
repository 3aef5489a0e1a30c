"""The consignment page for traders and officers, its search, and the list of what does not agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.consignment import models
from motcua.consignment.comparing import TITLES, Kind
from motcua.consignment.forms import SettleForm
from motcua.consignment.gather import Consignment, gather, normalised, sight_of
from motcua.consignment.holds import holds
from motcua.consignment.ledger import balance
from motcua.consignment.matching import BillId
from motcua.consignment.run import terms
from motcua.declarations.queries import channels_of, times_of
from motcua.dossiers.forms import both
from motcua.people.permissions import may, permission, reach
from motcua.people.request import Request

TONES = {"error": "bad", "warning": "wait", "note": "info"}


@permission("consignments.see")
@never_cache
@require_safe
def search(request: Request) -> HttpResponse:
    """A number of any kind leads to the consignment; one that leads nowhere is told so."""
    text = request.GET.get("q", "").strip()[:60].replace("\0", "")
    if text:
        found = gather(text, sight_of(request.actor, timezone.localdate()))
        if not found.is_empty:
            return redirect("consignment", number=normalised(text))
    return render(request, "consignment/search.html", {"q": text})


@permission("consignments.see")
@never_cache
@require_safe
def consignment(request: Request, number: str) -> HttpResponse:
    """Everything about some goods that concerns the one who asks; to anybody else there is nothing."""
    found = gather(number, sight_of(request.actor, timezone.localdate()))
    if found.is_empty:
        raise Http404
    return render(request, "consignment/consignment.html", _context(request, found))


def _context(request: Request, found: Consignment) -> dict[str, Any]:
    now = timezone.now()
    listed = holds(found, terms(now).declare_within)
    blocking = [one for one in listed if one.blocks]
    officer = may(request.actor, "cases.see")
    return {
        "found": found,
        "holds": [(one, one.due - now if one.due else None, one.is_late(now)) for one in blocking],
        "others": [(one, one.due - now if one.due else None, one.is_late(now)) for one in listed if not one.blocks],
        "first": blocking[0] if blocking else None,
        "mine": bool(blocking) and blocking[0].party == ("customs" if officer else "trader"),
        "bills": [
            {"bill": bill, "balance": balance(BillId(bill.key, bill.carrier, bill.direction)), "ship": bill.movement}
            for bill in found.bills
        ],
        "declarations": [
            {
                "one": one, "status": one.case.lifecycle.statuses[one.case.status], "times": times_of(one.case),
                "channels": channels_of(one.case),
                "matches": [match for match in found.matches if match.declaration_id == one.pk],
            }
            for one in found.declarations
        ],
        "inspections": [
            {
                "one": one, "status": one.case.lifecycle.statuses[one.case.status],
                "result": one.results.filter(replaced_at=None).first(),
            }
            for one in found.inspections
        ],
        "certificates": [
            {"one": one, "status": one.case.lifecycle.statuses[one.case.status]} for one in found.certificates
        ],
        "officer": officer,
        "run": models.MatchRun.objects.order_by("-started_at").first(),
    }  # fmt: skip


# What does not agree ----------------------------------------------------------------------------------------------


def _open_for(request: Request, name: str) -> QuerySet[models.Discrepancy]:
    mine = reach(request.actor, name, timezone.localdate())
    open_ones = models.Discrepancy.objects.filter(gone_at=None, settled_at=None)
    return open_ones.filter(mine.q(office="office", organisation=""))


@permission("consignments.compare")
@never_cache
@require_safe
def discrepancies(request: Request) -> HttpResponse:
    """What does not agree at the offices of the one who asks, the gravest kind first."""
    every = _open_for(request, "consignments.compare")
    counts = dict(every.values_list("kind").annotate(Count("pk")).values_list("kind", "pk__count"))
    kind = request.GET.get("kind", "")
    shown = every.filter(kind=kind) if kind in TITLES else every
    listed = Paginator(shown.order_by("severity", "since", "pk"), 25).get_page(request.GET.get("page"))
    context = {
        "page": listed,
        "rows": [
            {
                "one": one, "title": TITLES[Kind(one.kind)], "tone": TONES[one.severity],
                "number": normalised(one.declaration or f"{one.carrier}{one.bill_key}"),
            }
            for one in listed
        ],
        "tabs": [
            {"label": TITLES[one], "url": f"?kind={one.value}", "active": kind == one.value, "count": counts[one.value]}
            for one in TITLES
            if counts.get(one.value)
        ],
        "run": models.MatchRun.objects.order_by("-started_at").first(),
        "may_settle": may(request.actor, "consignments.settle"),
    }  # fmt: skip
    return render(request, "consignment/discrepancies.html", context)


@permission("consignments.settle")
@never_cache
@require_safe
def discrepancy(request: Request, pk: int) -> HttpResponse:
    """One discrepancy with the form that settles it."""
    return _settle_page(request, _one_or_404(request, pk), SettleForm())


@permission("consignments.settle")
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Say with a reason why something that does not agree is in order."""
    found = _one_or_404(request, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _settle_page(request, found, form)
    changed = models.Discrepancy.objects.filter(pk=found.pk, settled_at=None).update(
        settled_at=timezone.now(), settled_by=request.actor.key, reason=form.cleaned_data["reason"]
    )
    if changed:
        messages.success(request, both("Đã ghi kết luận.", "Settled."))
    return redirect("discrepancies")


def _one_or_404(request: Request, pk: int) -> models.Discrepancy:
    found = _open_for(request, "consignments.settle").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _settle_page(request: Request, found: models.Discrepancy, form: SettleForm) -> HttpResponse:
    context = {"one": found, "title": TITLES[Kind(found.kind)], "form": form}
    return render(request, "consignment/settle.html", context, status=400 if form.errors else 200)
