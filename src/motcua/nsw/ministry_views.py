"""The doors of a ministry's officers and of laboratories, where they have no system of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework import page as casepage
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.nsw import acts, desk, doors, queries, requests
from motcua.nsw.desk import Act
from motcua.nsw.doing import Doing
from motcua.nsw.forms import TestForm
from motcua.nsw.lifecycle import OUTCOMES, REQUEST_KINDS, UNDECIDED
from motcua.nsw.models import Inspection
from motcua.nsw.models import Request as Asked
from motcua.people.forms import both
from motcua.people.models import Organisation, User
from motcua.people.permissions import permission
from motcua.people.request import Request

ROWS = 30


@permission("nsw.ministry")
@never_cache
@require_safe
def worklist(request: Request) -> HttpResponse:
    """The ministry's applications: what waits for it, what waits for others, what is decided; the most urgent first."""
    found = queries.at_ministry(request.actor, timezone.localdate())
    parts = {
        "ours": found.filter(case__status__in=UNDECIDED, case__holder="ministry").order_by(
            "case__due_at", "case__opened_at"
        ),
        "theirs": found.filter(case__status__in=UNDECIDED).exclude(case__holder="ministry"),
        "decided": found.exclude(case__status__in=UNDECIDED),
    }
    tab = request.GET.get("tab", "ours")
    tab = tab if tab in parts else "ours"
    page = Paginator(parts[tab], ROWS).get_page(request.GET.get("page"))
    rows = casepage.rows([one.case for one in page], timezone.now())
    people = casepage.people([one.officer for one in page if one.officer])
    tabs = [
        {"label": label, "url": f"?tab={name}", "active": name == tab, "count": parts[name].count()}
        for name, label in _TABS.items()
    ]
    asked = Asked.objects.filter(
        inspection__ministry__in=queries.ministries_of(request.actor, timezone.localdate()), case__closed_at=None
    ).select_related("case", "inspection")  # fmt: skip
    context = {
        "tabs": tabs, "page": page, "asked": [(one, desk_kind(one)) for one in asked[:ROWS]],
        "rows": [
            {"inspection": one, "row": row, "officer": people.get(one.officer)} for one, row in zip(page, rows, strict=True)
        ],
    }  # fmt: skip
    return render(request, "nsw/ministry.html", context)


_TABS = {
    "ours": Text("Chờ bộ xử lý", "Waiting for us"),
    "theirs": Text("Chờ bên khác", "Waiting for others"),
    "decided": Text("Đã xong", "Done"),
}


def desk_kind(asked: Asked) -> Any:
    """What a request asks, in words."""
    return REQUEST_KINDS[asked.kind]


def find(request: Request, reference: str) -> Inspection:
    """An inspection of the officer's ministry; for another ministry it does not exist."""
    return doors.found_or_404(
        queries.at_ministry(request.actor, timezone.localdate()).filter(file_code=reference).first()
    )


@permission("nsw.ministry")
@never_cache
@require_safe
def show(request: Request, reference: str) -> HttpResponse:
    """One application with everything that was lodged, what happened since, and what may be done now."""
    inspection = find(request, reference)
    earlier = queries.at_ministry(request.actor, timezone.localdate()).filter(tax_code=inspection.tax_code)
    context = doors.shown(inspection) | {
        "acts": doors.offers("ministry", desk.MINISTRY, inspection), "side": "ministry",
        "mine": inspection.case.holder == "ministry" and not inspection.case.finished_at,
        "earlier": list(earlier.exclude(pk=inspection.pk)[:8]),
    }  # fmt: skip
    return render(request, "nsw/inspection.html", context)


def options(request: Request, act: Act, inspection: Inspection) -> dict[str, Any]:
    """Whom an act may name: the ministry's officers, the laboratories."""
    if act.name == "assign":
        people = User.objects.filter(organisation=request.actor.organisation, is_active=True).order_by(
            "name_sort"
        )
        return {"officers": [(one.key, one.full_name) for one in people]}
    if act.name == "sample":
        places = Organisation.objects.filter(kind=Organisation.Kind.LABORATORY).order_by("name_sort")
        return {"laboratories": [(str(one.pk), one.name) for one in places]}
    return {}


@permission("nsw.ministry")
@require_POST
def answer_request(request: Request, reference: str, number: str, verdict: str) -> HttpResponse:
    """Agree to a firm's request, or decline it with a reason."""
    inspection = find(request, reference)
    asked = (
        inspection.requests.select_related("case", "inspection__case")
        .filter(case__reference=f"{inspection.file_code}/{number}")
        .first()
    )
    if asked is None or verdict not in {"agree", "decline"}:
        raise Http404
    doing = Doing.here(request.actor, timezone.now())
    with transaction.atomic():
        if verdict == "agree":
            requests.agree(asked, doing)
        else:
            requests.decline(asked, doing, text=request.POST.get("text", ""))
    messages.success(request, both("Đã trả lời yêu cầu.", "The request is answered."))
    return redirect("ministry-inspection", reference)


# Laboratories -----------------------------------------------------------------------------------------------


@permission("nsw.laboratory")
@never_cache
@require_safe
def laboratory(request: Request) -> HttpResponse:
    """The samples of one's laboratory: those to be tested first."""
    page = Paginator(queries.samples_of(request.actor, timezone.localdate()), ROWS).get_page(
        request.GET.get("page")
    )
    rows = [(one, OUTCOMES.get(one.outcome)) for one in page]
    return render(request, "nsw/laboratory.html", {"page": page, "rows": rows})


@permission("nsw.laboratory")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Request, pk: int) -> HttpResponse:
    """What was found in one sample."""
    sample = queries.samples_of(request.actor, timezone.localdate()).filter(pk=pk).first()
    if sample is None:
        raise Http404
    form = TestForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                acts.report_test(
                    sample.inspection, Doing.here(request.actor, timezone.now()), sample=sample.number,
                    outcome=data["outcome"], report_number=data["report_number"], found=data["found"],
                )  # fmt: skip
            except Refused as refused:
                form.refuse(refused)
                status = 409 if isinstance(refused, NotAllowed) else 422
            else:
                messages.success(request, both("Đã gửi kết quả thử nghiệm.", "The report is sent."))
                return redirect("laboratory")
    context = {"form": form, "sample": sample, "outcome": OUTCOMES.get(sample.outcome)}
    return render(request, "nsw/report.html", context, status=status)
