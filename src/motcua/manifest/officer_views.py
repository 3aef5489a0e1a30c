"""The officers' pages: movements with what will be late first on top, one movement, and each act at its own address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework.models import Case
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.manifest import approvals, call_views, page, queries, register
from motcua.manifest.models import Approval, Movement
from motcua.manifest.officer_acts import Act, agency_of, offered
from motcua.manifest.provisions import Agency
from motcua.people.permissions import may, permission, reach
from motcua.people.request import Request

ROWS = 25


# Lists ----------------------------------------------------------------------------------------------------------


@permission("calls.see")
@never_cache
@require_safe
def movements(request: Request) -> HttpResponse:
    """Open movements; what will be late first stands on top."""
    now = timezone.now()
    agency = agency_of(request.actor)
    text = request.GET.get("q", "")[:60]
    every = queries.matching(queries.seen_calls(request.actor, timezone.localdate()), text)
    tabs = _tabs(agency)
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else next(iter(tabs))
    shown = tabs[tab][1](every)
    order = ("-pk",) if tab == "done" else queries.FIRST
    listed = Paginator(shown.order_by(*order), ROWS).get_page(request.GET.get("page"))
    query = f"&{urlencode({'q': text})}" if text else ""
    context = {
        "page": listed,
        "rows": page.rows(listed, now),
        "tabs": [
            {
                "label": label,
                "url": f"?tab={name}{query}",
                "active": name == tab,
                "count": None if name == "done" else narrow(every).count(),
            }
            for name, (label, narrow) in tabs.items()
        ],
        "tab": tab,
        "q": text,
        "agency": agency,
    }
    return render(request, "manifest/movements.html", context)


Narrow = Callable[[QuerySet[Movement]], QuerySet[Movement]]


def _tabs(agency: Agency | None) -> dict[str, tuple[Text, Narrow]]:
    tabs: dict[str, tuple[Text, Narrow]] = {}
    if agency is not None:
        said = Approval.objects.filter(movement=OuterRef("pk"), agency=agency.id)
        asked = Q(pk__in=[])
        for movement, modes in agency.asked.items():
            asked |= Q(direction=movement, mode__in=modes)
        tabs["mine"] = (
            Text("Chờ tôi chấp thuận", "Waiting for me"),
            lambda calls: calls.filter(asked, ~Exists(said), case__status__in=("complete", "amending")),
        )
    else:
        tabs["mine"] = (
            Text("Chờ hải quan", "Customs' move"),
            lambda calls: calls.filter(case__status="complete"),
        )
    tabs["notified"] = (
        Text("Chưa đủ bản khai", "Papers owed"),
        lambda calls: calls.filter(case__status__in=("notified", "amending")),
    )
    tabs["late"] = (Text("Khai muộn", "Filed late"), lambda calls: calls.filter(queries.OPEN, late__gt=0))
    tabs["done"] = (Text("Đã xong", "Finished"), lambda calls: calls.exclude(queries.OPEN))
    return tabs


@permission("calls.see")
@never_cache
@require_safe
def movement(request: Request, reference: str) -> HttpResponse:
    """One movement for customs and the agencies."""
    return _page(request, page.seen_or_404(request, reference))


def show(request: Request, case: Case) -> HttpResponse:
    """The same behind the address of any case; `casework.views.case` has asked for the right already."""
    return _page(request, Movement.objects.select_related("case").get(pk=case.pk))


def _page(request: Request, found: Movement) -> HttpResponse:
    agency = agency_of(request.actor)
    context = page.context_of(found, timezone.now())
    acts = offered(found, request.actor)
    first = context["first_hold"]
    party = agency.id if agency else "customs"
    context |= {
        "side": "officer",
        "agency": agency,
        "mine": bool(acts) and first is not None and first.party == party,
        "acts": acts,
        "may_decide": reach(request.actor, "calls.decide", timezone.localdate()).covers(
            office=found.case.office
        ),
    }
    return render(request, "manifest/call.html", context)


@permission("calls.see")
@require_safe
def bills(request: Request, reference: str) -> HttpResponse:
    """The manifest in force, for officers."""
    return call_views.bills_page(request, page.seen_or_404(request, reference), "officer")


@permission("calls.see")
@require_safe
def version(request: Request, reference: str, pk: int) -> HttpResponse:
    """One version of a paper, for officers; persons are shown to customs and to agencies whose work they are."""
    agency = agency_of(request.actor)
    persons = agency.sees_persons if agency else may(request.actor, "calls.clear")
    return call_views.version_page(
        request, page.seen_or_404(request, reference), pk, "officer", persons=persons
    )


@permission("calls.see")
@require_safe
def differences(request: Request, reference: str) -> HttpResponse:
    """What does not agree, for officers."""
    return call_views.differences_page(request, page.seen_or_404(request, reference), "officer")


# Acts -----------------------------------------------------------------------------------------------------------


def door(act: Act) -> Callable[..., HttpResponse]:
    """The view of one act: its small form, and what happens when it is sent."""

    @permission(act.permission)
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, reference: str) -> HttpResponse:
        found = page.seen_or_404(request, reference)
        if not reach(request.actor, act.permission, timezone.localdate()).covers(office=found.case.office):
            raise Http404
        error: Text | None = None
        status = 200
        if request.method == "POST":
            try:
                at = _at(request.POST.get("at", ""))
                act.run(found, request.actor, request.POST.get("reason", "")[:2000], at)
            except Refused as refused:
                error = Text(refused.text, refused.text_en)
                status = 409 if isinstance(refused, NotAllowed) else 422
            else:
                page.tell(request, act.done.vi, act.done.en)
                return redirect("movement", reference)
        context: dict[str, Any] = {
            "act": act, "movement": found, "case": found.case, "error": error, "row": page.rows([found], timezone.now())[0],
            "reason": request.POST.get("reason", ""), "at": request.POST.get("at", ""),
            "timed": act.name in {"arrived", "departed"},
        }  # fmt: skip
        return render(request, "manifest/act.html", context, status=status)

    view.__doc__ = f"{act.title.en}: the form, and the act."
    return view


def _at(text: str) -> datetime:
    if not text:
        return timezone.now()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError:
        raise Refused("Ngày giờ không đúng.", "The date or time is wrong.", place="at") from None


@permission("calls.decide")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: Request, reference: str, pk: int) -> HttpResponse:
    """Consent to a correction that came after arrival, or refuse it."""
    found = page.seen_or_404(request, reference)
    waits = found.versions.filter(pk=pk).select_related("movement__case").first()
    if waits is None:
        raise Http404
    error: Text | None = None
    status = 200
    if request.method == "POST":
        accepted = request.POST.get("accepted") == "yes"
        try:
            approvals.decide(
                waits,
                accepted=accepted,
                reason=request.POST.get("reason", ""),
                actor=request.actor,
                at=timezone.now(),
            )
        except Refused as refused:
            error = Text(refused.text, refused.text_en)
            status = 409 if isinstance(refused, NotAllowed) else 422
        else:
            page.tell(request, "Đã ghi quyết định.", "Your decision is noted.")
            return redirect("movement", reference)
    context = {
        "movement": found, "case": found.case, "version": waits, "form": register.law().forms[waits.form], "error": error,
        "bill_changes": waits.diff.get("bills", {}), "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "manifest/decide.html", context, status=status)
