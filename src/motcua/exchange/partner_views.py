"""Partners for those who look after the system: how each line stands, its limits, switches, keys and changes."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.exchange import limits, partners, queries
from motcua.exchange.forms import TRANSPORTS, KeyForm, PartnerForm
from motcua.exchange.models import Partner, PartnerKey
from motcua.exchange.receive import LARGEST
from motcua.people.forms import both
from motcua.people.permissions import may, permission
from motcua.people.request import Request


@permission("system.lines")
@require_safe
def lines(request: Request) -> HttpResponse:
    """How the lines to all partners stand; what needs somebody stands first."""
    now = timezone.now()
    rows = sorted(queries.health(now), key=lambda one: (not one.needs_somebody, one.partner.code))
    context = {
        "rows": [(one, TRANSPORTS[one.partner.transport], one.is_neglected(now)) for one in rows],
        "may_change": may(request.actor, "system.partners"),
    }
    return render(request, "exchange/partners.html", context)


@permission("system.lines")
@require_safe
def partner_page(request: Request, code: str) -> HttpResponse:
    """One partner."""
    return render(request, "exchange/partner.html", _context(request, _partner(code)))


def _partner(code: str) -> Partner:
    return get_object_or_404(Partner.objects.select_related("organisation"), code=code)


def _context(request: Request, partner: Partner, **more: Any) -> dict[str, Any]:
    (health,) = queries.health(timezone.now(), Partner.objects.filter(pk=partner.pk))
    return {
        "partner": partner,
        "health": health,
        "transport": TRANSPORTS[partner.transport],
        "settings_text": json.dumps(partner.settings, ensure_ascii=False) if partner.settings else "",
        "per_minute": partner.per_minute or limits.PER_MINUTE,
        "per_day": partner.per_day or limits.PER_DAY,
        "largest": partner.largest_bytes or LARGEST,
        "keys": partner.keys.all(),
        "changes": [
            (one, json.dumps(one.what, ensure_ascii=False)) for one in partner.changes.order_by("-pk")[:20]
        ],
        "may_change": may(request.actor, "system.partners"),
        "key_form": KeyForm(),
        **more,
    }


@permission("system.partners")
@require_http_methods(["GET", "HEAD", "POST"])
def new_partner(request: Request) -> HttpResponse:
    """Make a partner."""
    form = PartnerForm(request.POST or None, initial={"transport": "poll"})
    if request.method == "POST" and form.is_valid():
        made = partners.create(
            form.cleaned_data["code"], _given(form), actor=request.actor, at=timezone.now()
        )
        return redirect("exchange-partner", made.code)
    return render(request, "exchange/partner_edit.html", {"form": form}, status=422 if form.errors else 200)


@permission("system.partners")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_partner(request: Request, code: str) -> HttpResponse:
    """Change a partner."""
    partner = _partner(code)
    organisation = partner.organisation
    initial = {
        **{name: getattr(partner, name) for name in ("name", "contact", "profile", "transport", "per_minute",
                                                     "per_day", "largest_bytes")},
        "organisation": (organisation.tax_code or organisation.code or "") if organisation else "",
        "settings": json.dumps(partner.settings, ensure_ascii=False, indent=1) if partner.settings else "",
        "closed_types": " ".join(partner.closed_types),
        "certificate": "\n".join(partner.certificates),
    }  # fmt: skip
    form = PartnerForm(request.POST or None, initial=initial, partner=partner)
    if request.method == "POST" and form.is_valid():
        partners.change(partner, _given(form), actor=request.actor, at=timezone.now())
        notices.success(request, both("Đã lưu.", "Saved."))
        return redirect("exchange-partner", code)
    context = {"form": form, "partner": partner}
    return render(request, "exchange/partner_edit.html", context, status=422 if form.errors else 200)


def _given(form: PartnerForm) -> dict[str, Any]:
    given = form.cleaned_data
    plain = (
        "name",
        "contact",
        "profile",
        "transport",
        "settings",
        "closed_types",
        "per_minute",
        "per_day",
        "largest_bytes",
    )
    return {
        **{name: given[name] for name in plain},
        "organisation_id": given["organisation"].pk,
        "certificates": given["certificate"],
    }


@permission("system.partners")
@require_POST
def switch_partner(request: Request, code: str) -> HttpResponse:
    """Switch a partner off, or on again; what waits for it waits on."""
    partner = _partner(code)
    wanted = request.POST.get("active") == "1"
    partners.change(partner, {"active": wanted}, actor=request.actor, at=timezone.now())
    notices.success(
        request,
        both("Đã mở lại.", "It is switched on.") if wanted else both("Đã tạm ngắt.", "It is switched off."),
    )
    return redirect("exchange-partner", code)


@permission("system.partners")
@require_POST
def new_key(request: Request, code: str) -> HttpResponse:
    """Make a key and show it, this once."""
    partner = _partner(code)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return render(request, "exchange/partner.html", _context(request, partner, key_form=form), status=422)
    _, text = partners.make_key(partner, form.cleaned_data["label"], actor=request.actor, at=timezone.now())
    answer = render(request, "exchange/partner.html", _context(request, partner, shown_key=text))
    answer["Cache-Control"] = "private, no-store"
    return answer


@permission("system.partners")
@require_POST
def end_key(request: Request, code: str, pk: int) -> HttpResponse:
    """Revoke a key."""
    key = PartnerKey.objects.filter(partner__code=code, pk=pk).select_related("partner").first()
    if key is None:
        raise Http404
    partners.revoke_key(key, actor=request.actor, at=timezone.now())
    notices.success(request, both("Đã thu hồi khóa.", "The key is revoked."))
    return redirect("exchange-partner", code)
