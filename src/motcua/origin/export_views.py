"""The exporter's and the authority's doors: apply for a form D, follow it, issue it, take it away as a paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework import page
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.origin import issuing, paper, queries
from motcua.origin.forms import COUNTRY_NAMES, ApplyForm, AuthorityForm, ItemFormSet, both, form_d, refuse
from motcua.origin.lifecycle import REASONS, TRACKING
from motcua.origin.messages import form_of
from motcua.origin.models import ExportCertificate
from motcua.origin.officer_views import boxes, said
from motcua.people.models import Organisation
from motcua.people.permissions import permission, reach
from motcua.people.request import Request

OFFICE = "20BB"
_WAY = ("5,32", "AS1", "AS2", "AS3", "AS4 (RES-REC)")


def _found(request: Request, name: str, pk: int) -> ExportCertificate:
    found = queries.exports(reach(request.actor, name, timezone.localdate())).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@permission("origin.own")
@require_safe
def mine(request: Request) -> HttpResponse:
    """One's own applications and certificates."""
    found = queries.exports(reach(request.actor, "origin.own", timezone.localdate()))
    return _list(request, found, "export-certificate", own=True)


@permission("origin.issue")
@require_safe
def to_issue(request: Request) -> HttpResponse:
    """The authority's list: what waits for it first."""
    tab = request.GET.get("tab", "applied")
    statuses = {
        "applied": ["applied"],
        "returned": ["returned"],
        "issued": ["issued"],
        "gone": ["refused", "withdrawn", "cancelled", "replaced"],
    }
    tab = tab if tab in statuses else "applied"
    every = queries.exports(reach(request.actor, "origin.issue", timezone.localdate()))
    names = {
        "applied": Text("Chờ cấp", "To issue"), "returned": Text("Chờ bổ sung", "Returned"),
        "issued": Text("Đã cấp", "Issued"), "gone": Text("Đã kết thúc", "Ended"),
    }  # fmt: skip
    tabs = [
        {
            "label": names[name], "url": f"?tab={name}", "active": name == tab,
            "count": every.filter(case__status__in=statuses[name]).count(),
        }
        for name in statuses
    ]  # fmt: skip
    return _list(
        request, every.filter(case__status__in=statuses[tab]), "export-examine", own=False, tabs=tabs
    )


def _list(request: Request, found: Any, address: str, **more: Any) -> HttpResponse:
    shown = Paginator(found, 25).get_page(request.GET.get("page"))
    cases = {row.case.pk: row for row in page.rows([one.case for one in shown], timezone.now())}
    firms = Organisation.objects.in_bulk({one.case.organisation for one in shown if one.case.organisation})
    rows = [
        (
            one, cases[one.case_id], COUNTRY_NAMES.get(one.importing_country), firms.get(one.case.organisation or 0),
            reverse(address, args=[one.pk]),
        )
        for one in shown
    ]  # fmt: skip
    return render(request, "origin/exports.html", {"page": shown, "rows": rows, **more})


@permission("origin.apply")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Request) -> HttpResponse:
    """Apply for a certificate; `replaces` names the one it shall take the place of."""
    older = _older(request)
    return _apply(request, older, None)


@permission("origin.apply")
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: Request, pk: int) -> HttpResponse:
    """Complete an application that came back."""
    found = _found(request, "origin.apply", pk)
    if found.case.status != "returned":
        raise Http404
    return _apply(request, None, found)


def _older(request: Request) -> ExportCertificate | None:
    text = request.GET.get("replaces", "")
    if not text.isdigit():
        return None
    found = _found(request, "origin.apply", int(text[:12]))
    return found if found.case.status == "issued" else None


def _apply(
    request: Request, older: ExportCertificate | None, returned: ExportCertificate | None
) -> HttpResponse:
    firm = Organisation.objects.get(pk=_firm(request, returned or older))
    before = returned or older
    if request.method != "POST":
        first, rows = _initial(before)
        form, items = ApplyForm(initial=first), ItemFormSet(initial=rows, prefix="items")
        return _apply_page(request, form, items, firm, older, returned)
    form, items = ApplyForm(request.POST), ItemFormSet(request.POST, prefix="items")
    if not (form.is_valid() & items.is_valid()):
        return _apply_page(request, form, items, firm, older, returned, 422)
    document = form_d(form.cleaned_data, [row.cleaned_data for row in items], firm.name)
    now = timezone.now()
    try:
        if returned is not None:
            issuing.complete(returned, document, actor=request.actor, at=now)
            made = returned
        else:
            made = issuing.apply(
                document, firm=firm, office=OFFICE, actor=request.actor, at=now, replaces=older
            )
    except Refused as error:
        refuse(form, error)
        return _apply_page(request, form, items, firm, older, returned, 422)
    messages.success(request, both("Đã gửi đề nghị cấp C/O.", "The application was sent."))
    return redirect(reverse("export-certificate", args=[made.pk]))


def _firm(request: Request, before: ExportCertificate | None) -> int:
    if before is not None and before.case.organisation:
        return before.case.organisation
    if request.actor.organisation is None:
        raise Http404
    return request.actor.organisation


def _initial(before: ExportCertificate | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What was said before is never asked twice."""
    if before is None:
        return {}, []
    form = form_of(before.document)
    invoice = form.invoices[0] if form.invoices else None
    first = {
        "importing_country": form.importing_country, "exporter_address": form.exporter.address,
        "consignee": form.consignee.name, "consignee_address": form.consignee.address,
        "departed_on": form.transport.departed_on, "conveyance": form.transport.conveyance,
        "discharge_port": form.transport.discharge_port, "invoice": invoice.number if invoice else "",
        "invoice_on": invoice.on if invoice else None, "flags": sorted(form.flags),
    }  # fmt: skip
    names = ("description", "hs_code", "marks", "packages", "criterion", "quantity", "unit", "fob")
    return first, [{name: getattr(item, name) for name in names} for item in form.items]


def _apply_page(
    request: Request, form: ApplyForm, items: Any, firm: Organisation, older: ExportCertificate | None,
    returned: ExportCertificate | None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {"form": form, "items": items, "firm": firm, "older": older, "returned": returned}
    return render(request, "origin/apply.html", context, status=status)


@permission("origin.own")
@require_safe
def export(request: Request, pk: int) -> HttpResponse:
    """One of one's own: where it stands, the thirteen boxes, the paper to take away."""
    return _show(request, _found(request, "origin.own", pk), own=True)


@permission("origin.issue")
@require_safe
def examine(request: Request, pk: int) -> HttpResponse:
    """The authority's page of an application: what the rules say, and what may be done."""
    return _show(request, _found(request, "origin.issue", pk), own=False)


def _show(
    request: Request,
    found: ExportCertificate,
    *,
    own: bool,
    form: AuthorityForm | None = None,
    status: int = 200,
) -> HttpResponse:
    document, case = form_of(found.document), found.case
    code = queries.tracking(found)
    findings = issuing.judge(document, timezone.localdate()) if case.status in ("applied", "returned") else []
    row = page.rows([case], timezone.now())[0]
    context = {
        **boxes(document), "export": found, "case": case, "row": row, "own": own, "events": page.events_of(case),
        "findings": said(findings), "tracking": TRACKING.get(code), "tracking_code": code,
        "steps": _steps(case.status, code), "authority_form": form or AuthorityForm(),
        "reason": REASONS.get(_last_reason(found)),
        "asked": case.transmissions.filter(kind="queried").order_by("-pk").first() if not own else None,
    }  # fmt: skip
    return render(request, "origin/export.html", context, status=status)


def _last_reason(found: ExportCertificate) -> str:
    last = (
        found.case.events.filter(kind__in=["returned", "refused", "cancelled", "rejected"])
        .order_by("-number")
        .first()
    )
    return str(last.details.get("code", "")) if last else ""


def _steps(status: str, code: str) -> list[dict[str, Any]]:
    """The way of a certificate, as the tracking page tells it."""
    if status not in ("issued", "replaced", "cancelled") or not code:
        return []
    reached = _WAY.index(code) if code in _WAY else len(_WAY) - 1
    steps = [
        {
            "label": TRACKING[one],
            "state": "done" if number < reached else "current" if number == reached else "todo",
        }
        for number, one in enumerate(_WAY)
    ]
    if code in TRACKING and code not in _WAY:
        steps[-1]["state"] = "done"
        steps.append({"label": TRACKING[code], "state": "current"})
    return steps


@permission("origin.apply")
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take the application back."""
    found = _found(request, "origin.apply", pk)
    try:
        issuing.withdraw(found, actor=request.actor, at=timezone.now())
        messages.success(request, both("Đã rút đề nghị.", "The application was withdrawn."))
    except Refused as error:
        messages.error(request, both(error.text, error.text_en))
    return redirect(reverse("export-certificate", args=[found.pk]))


Act = Callable[[ExportCertificate, dict[str, Any], Request, datetime], object]

ACTS: dict[str, tuple[Text, Act]] = {
    "give": (
        Text("Đã cấp, ký và gửi C/O.", "Issued, signed and sent."),
        lambda found, given, request, at: issuing.issue(found, actor=request.actor, at=at),
    ),
    "return": (
        Text("Đã yêu cầu bổ sung.", "Returned to the exporter."),
        lambda found, given, request, at: issuing.return_to_exporter(found, code=given["code"], actor=request.actor, at=at),
    ),
    "refuse": (
        Text("Đã từ chối cấp.", "Refused."),
        lambda found, given, request, at: issuing.refuse(found, code=given["code"], actor=request.actor, at=at),
    ),
    "cancel": (
        Text("Đã hủy C/O và báo nước nhập khẩu.", "Cancelled; customs abroad is told."),
        lambda found, given, request, at: issuing.cancel(found, code=given["code"], actor=request.actor, at=at),
    ),
    "clarify": (
        Text("Đã trả lời nước nhập khẩu.", "The answer was sent."),
        lambda found, given, request, at: issuing.clarify(found, text=given["text"], actor=request.actor, at=at),
    ),
    "retransmit": (
        Text("Đã gửi lại.", "Sent again."),
        lambda found, given, request, at: issuing.retransmit(found, actor=request.actor, at=at),
    ),
}  # fmt: skip


@permission("origin.issue")
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """One act of the authority."""
    if name not in ACTS:
        raise Http404
    found = _found(request, "origin.issue", pk)
    form = AuthorityForm(request.POST)
    if not form.is_valid():
        return _show(request, found, own=False, form=form, status=422)
    told, run = ACTS[name]
    try:
        run(found, form.cleaned_data, request, timezone.now())
    except Refused as error:
        refuse(form, error)
        status = 409 if isinstance(error, NotAllowed) else 422
        return _show(request, _found(request, "origin.issue", pk), own=False, form=form, status=status)
    messages.success(request, both(told.vi, told.en))
    return redirect(reverse("export-examine", args=[found.pk]))


@permission("origin.own")
@require_safe
def certificate_pdf(request: Request, pk: int) -> HttpResponse:
    """The certificate as PDF, with its signed data inside."""
    found = _issued(_found(request, "origin.own", pk))
    content = paper.certificate_pdf(found, site=request.build_absolute_uri("/").rstrip("/"))
    return _download(content, "application/pdf", f"{found.compare_key}.pdf")


@permission("origin.own")
@require_safe
def certificate_json(request: Request, pk: int) -> HttpResponse:
    """The signed data alone."""
    found = _issued(_found(request, "origin.own", pk))
    content = json.dumps(found.signed, ensure_ascii=False, indent=1).encode()
    return _download(content, "application/json", f"{found.compare_key}.json")


def _issued(found: ExportCertificate) -> ExportCertificate:
    if not found.signed:
        raise Http404
    return found


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
