"""Customs' doors: the certificates that came in, the page of one laid out as the form, and one door for each decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from motcua.casework import page
from motcua.casework.models import Case
from motcua.casework.views import context_of
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.lib.xmlsign import REASONS as VERDICTS
from motcua.origin import actions, issuing, queries
from motcua.origin.documents import FormD
from motcua.origin.forms import COUNTRY_NAMES, FLAG_NAMES, ReasonForm, UseForm, both, refuse
from motcua.origin.lifecycle import REASONS, tracking_of
from motcua.origin.messages import form_of
from motcua.origin.models import Certificate
from motcua.origin.rules import box_of, check, of_form, of_item
from motcua.people.permissions import may, permission
from motcua.people.request import Request
from motcua.procedures.catalogue import local_date

TAB_NAMES: dict[str, Text] = {
    "open": Text("Chờ quyết định", "To decide"),
    "querying": Text("Đang hỏi nước cấp", "Queried"),
    "given": Text("Cho hưởng", "Given"),
    "refused": Text("Không cho hưởng", "Refused"),
    "gone": Text("Hủy, thay thế", "Cancelled or replaced"),
}


@permission("origin.see")
@require_safe
def received(request: Request) -> HttpResponse:
    """The certificates that came in, by what is to be done with them."""
    tab = request.GET.get("tab", "open")
    tab = tab if tab in queries.TABS else "open"
    text = request.GET.get("q", "").strip()[:60].replace("\0", "")
    found = Paginator(queries.received(tab, text), 25).get_page(request.GET.get("page"))
    now = timezone.now()
    cases = {row.case.pk: row for row in page.rows([one.case for one in found], now)}
    context = {
        "tabs": [
            {
                "label": TAB_NAMES[name], "url": f"?tab={name}", "active": name == tab,
                "count": queries.received(name, text).count(),
            }
            for name in queries.TABS
        ],
        "page": found, "q": text, "tab": tab, "title": TAB_NAMES[tab],
        "rows": [(one, cases[one.case_id], COUNTRY_NAMES.get(one.issuing_country)) for one in found],
    }  # fmt: skip
    return render(request, "origin/received.html", context)


@permission("origin.see")
@require_safe
def certificate(request: Request, pk: int) -> HttpResponse:
    """One certificate."""
    return _page(request, _or_404(pk))


def show(request: Request, case: Case) -> HttpResponse:
    """The same page where a list of cases leads to it; `casework.views.case` has asked for the right already."""
    return _page(request, _or_404(case.pk))


def _or_404(pk: int) -> Certificate:
    found = Certificate.objects.select_related("case", "replaced_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Said:
    """A finding as a page says it: its words, how much it weighs, its rule, and the box of the form."""

    words: Text
    severity: str
    basis: str
    box: int


def said(findings: Iterable[Finding]) -> list[Said]:
    """Findings for a page, without the path in the document, which means nothing to a reader."""
    return [Said(Text(one.vi, one.en), str(one.severity), one.basis, box_of(one.place)) for one in findings]


def boxes(form: FormD) -> dict[str, Any]:
    """What the thirteen boxes show."""
    return {
        "form": form,
        "flags": [(name, form.ticks(flag)) for flag, name in FLAG_NAMES.items()],
        "from_country": COUNTRY_NAMES.get(form.issuing_country),
        "to_country": COUNTRY_NAMES.get(form.importing_country),
    }


def _page(request: Request, certificate: Certificate, status: int = 200, **bound: forms.Form) -> HttpResponse:
    form = form_of(certificate.document)
    terms, today = issuing.terms(), timezone.localdate()
    came = local_date(certificate.case.opened_at)
    findings = check(form, queries.facts_of(certificate, form, terms, came)) if form.items else []
    balances = queries.balances(certificate)
    case = certificate.case
    may_decide = may(request.actor, "origin.decide")
    left = [
        (one.item.number, one.left, one.item.unit)
        for one in balances
        if one.left > 0 and not one.item.refused
    ]
    context: dict[str, Any] = {
        **context_of(request, case),
        **boxes(form),
        "certificate": certificate,
        "in_full": bool(form.items),
        "tracking": tracking_of(case.status),
        "verdict": VERDICTS.get(certificate.verified),
        "deadlines": queries.deadlines(certificate, terms),
        "today": today,
        "of_form": said(of_form(findings)),
        "balances": [
            (one, said(of_item(findings, form, one.item.number)), REASONS.get(one.item.refused)) for one in balances
        ],
        "uses": queries.uses(certificate),
        "exchanged": [
            (one, REASONS.get(one.reason)) for one in case.transmissions.select_related("message").order_by("-pk")
        ],
        "may_decide": may_decide,
        "may_use": may_decide and case.status in ("received", "given") and bool(left),
        "may_query": may_decide and case.status == "received",
        "may_reassess": may_decide and case.status == "not_given",
        "use_form": bound.get("use") or UseForm(None, left),
        "query_form": bound.get("query") or ReasonForm(prefix="query"),
        "reject_form": bound.get("reject") or ReasonForm(prefix="reject"),
        "item_form": bound.get("item") or ReasonForm(prefix="item"),
        "reassess_form": bound.get("reassess") or ReasonForm(prefix="reassess"),
        "open_items": [one.item.number for one in balances if not one.item.refused and not one.item.used],
        "failed": next((form for form in bound.values() if form.errors), None),
    }  # fmt: skip
    return render(request, "origin/certificate.html", context, status=status)


# Decisions ------------------------------------------------------------------------------------------------------


def _done(request: Request, certificate: Certificate, vi: str, en: str) -> HttpResponse:
    messages.success(request, both(vi, en))
    return redirect(reverse("certificate", args=[certificate.pk]))


def _not_done(
    request: Request, certificate: Certificate, name: str, form: forms.Form, error: Refused
) -> HttpResponse:
    refuse(form, error)
    return _page(
        request, _or_404(certificate.pk), 409 if isinstance(error, NotAllowed) else 422, **{name: form}
    )


@permission("origin.decide")
@require_POST
def use(request: Request, pk: int) -> HttpResponse:
    """Give preference to lines of a declaration."""
    found = _or_404(pk)
    left = [
        (one.item.number, one.left, one.item.unit)
        for one in queries.balances(found)
        if one.left > 0 and not one.item.refused
    ]
    form = UseForm(request.POST, left)
    if not form.is_valid():
        return _page(request, found, 422, use=form)
    declaration = form.cleaned_data["declaration"]
    uses = [actions.Use(item, declaration, line, quantity) for item, line, quantity in form.chosen()]
    try:
        actions.use(found, uses, actor=request.actor, at=timezone.now())
    except Refused as error:
        return _not_done(request, found, "use", form, error)
    return _done(
        request,
        found,
        "Đã cho hưởng ưu đãi và báo nước cấp.",
        "Preference given; the issuing country is told.",
    )


def _with_reason(request: Request, pk: int, name: str, told: Text, act: Any) -> HttpResponse:
    found = _or_404(pk)
    form = ReasonForm(request.POST, prefix=name)
    if not form.is_valid():
        return _page(request, found, 422, **{name: form})
    try:
        act(found, form.cleaned_data, timezone.now())
    except Refused as error:
        return _not_done(request, found, name, form, error)
    return _done(request, found, told.vi, told.en)


@permission("origin.decide")
@require_POST
def query(request: Request, pk: int) -> HttpResponse:
    """Ask the issuing country."""

    def act(found: Certificate, given: dict[str, Any], at: datetime) -> None:
        actions.query(found, code=given["code"], text=given["text"], actor=request.actor, at=at)

    return _with_reason(request, pk, "query", Text("Đã hỏi nước cấp.", "The issuing country was asked."), act)


@permission("origin.decide")
@require_POST
def reject(request: Request, pk: int) -> HttpResponse:
    """Refuse the preference as a whole."""

    def act(found: Certificate, given: dict[str, Any], at: datetime) -> None:
        actions.reject(found, code=given["code"], text=given["text"], actor=request.actor, at=at)

    told = Text("Đã từ chối và báo nước cấp kèm lý do.", "Refused; the issuing country is told why.")
    return _with_reason(request, pk, "reject", told, act)


@permission("origin.decide")
@require_POST
def refuse_item(request: Request, pk: int, number: int) -> HttpResponse:
    """Refuse one item."""

    def act(found: Certificate, given: dict[str, Any], at: datetime) -> None:
        actions.refuse_item(found, number, code=given["code"], actor=request.actor, at=at)

    told = Text(
        f"Đã từ chối mặt hàng {number}; các mặt hàng khác không bị ảnh hưởng.",
        f"Item {number} refused; the others stand.",
    )
    return _with_reason(request, pk, "item", told, act)


@permission("origin.decide")
@require_POST
def take_back(request: Request, pk: int, use_id: int) -> HttpResponse:
    """Take a use back."""
    found = _or_404(pk)
    try:
        actions.take_back(found, use_id, actor=request.actor, at=timezone.now())
    except Refused as error:
        messages.error(request, both(error.text, error.text_en))
        return redirect(reverse("certificate", args=[found.pk]))
    return _done(request, found, "Đã hoàn lại lượng đã trừ.", "The use was taken back.")


@permission("origin.decide")
@require_POST
def reassess(request: Request, pk: int) -> HttpResponse:
    """Look at a refused certificate again."""

    def act(found: Certificate, given: dict[str, Any], at: datetime) -> None:
        actions.reassess(found, code=given["code"], actor=request.actor, at=at)

    return _with_reason(request, pk, "reassess", Text("Đã mở lại để xét.", "Opened again."), act)
