"""The doors of the house itself: the start page, and the page where anybody verifies a signed paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework.seal import signer
from motcua.dossiers import queries
from motcua.dossiers.trader_views import row
from motcua.lib.errors import Malformed, Refused
from motcua.people.models import User
from motcua.people.permissions import may, public
from motcua.people.queries import office_names
from motcua.people.request import Request
from motcua.people.roles import OFFICERS
from motcua.portal import verify as papers
from motcua.procedures.catalogue import catalogue
from motcua.procedures.queries import FIELDS, field_name
from motcua.verifier import motcua_verify

SOON = 6


@public
@never_cache
@require_safe
def home(request: Request) -> HttpResponse:
    """The start page: what the public can do here; for a trader the dossiers, for an officer the way to the work."""
    today = timezone.localdate()
    sheets = catalogue().all_in_force(today)
    in_use = {sheet.field for sheet in sheets}
    context: dict[str, Any] = {
        "procedure_count": len(sheets),
        "fields": [(name, field_name(name)) for name in FIELDS if name in in_use],
        "figures_url": _address("figures") or _address("open-data"),
        "officer": any(request.actor.has(role) for role in OFFICERS),
        "worklist_url": _address("worklist"),
    }
    if may(request.actor, "dossiers.own"):
        return render(request, "portal/home_trader.html", context | _own(request))
    return render(request, "portal/home.html", context)


def _own(request: Request) -> dict[str, Any]:
    """A trader's own: what waits for them, what is due next, the drafts."""
    today, now = timezone.localdate(), timezone.now()
    own = queries.own_cases(request.actor, "dossiers.own", today)
    tabs = {tab.name: own.filter(tab.condition).order_by(*tab.order) for tab in queries.TABS}
    firms = {one.pk: one for one in queries.principals(request.actor, today)}
    shown = {name: list(tabs[name][:SOON]) for name in ("mine", "ready", "open")}
    offices = office_names(case.office for cases in shown.values() for case in cases)
    assert isinstance(request.user, User), "only the signed-in have dossiers of their own"
    return {
        "mine": [
            row(case, firms.get(case.organisation or 0), offices.get(case.office), now)
            for case in shown["mine"]
        ],
        "ready": [
            row(case, firms.get(case.organisation or 0), offices.get(case.office), now)
            for case in shown["ready"]
        ],
        "open": [
            row(case, firms.get(case.organisation or 0), offices.get(case.office), now)
            for case in shown["open"]
        ],
        "counts": {name: found.count() for name, found in tabs.items()},
        "drafts": [
            (draft, firms[draft.organisation], queries.procedure_title(draft.procedure))
            for draft in queries.drafts_of(request.user, firms)[:SOON]
            if draft.organisation in firms
        ],
        "several": len(firms) > 1,
    }


def _address(name: str) -> str:
    """An address of the site, or '' where that part is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Request) -> HttpResponse:
    """Verify a paper: pasted, uploaded, by number and code, or from the QR code on it. Nothing that is sent here is kept."""
    if request.method == "POST":
        return _verify_sent(request)
    reference, digest, signature = (
        request.GET.get(name, "")[:200].replace("\0", "") for name in ("reference", "sha256", "signature")
    )
    number, code = (request.GET.get(name, "")[:60].replace("\0", "") for name in ("number", "code"))
    if number or code:
        verdict = papers.check_number(number, code)
        context = {
            "verdict": verdict,
            "unknown": verdict is None,
            "from_code": True,
            "number": number,
            "code": code,
        }
        return render(request, "portal/verify.html", context, status=200 if verdict else 404)
    if not (reference or digest or signature):
        return render(request, "portal/verify.html", {})
    verdict = papers.verify_code(reference, digest, signature)
    context = {"verdict": verdict, "unknown": verdict is None, "from_code": True}
    return render(request, "portal/verify.html", context, status=200 if verdict else 404)


def _verify_sent(request: Request) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        uploaded = request.FILES.get("file")
        if uploaded is not None and (uploaded.size or 0) > papers.LARGEST:
            raise Malformed(
                "Tệp lớn hơn 4 MB; giấy tờ của chúng tôi nhỏ hơn nhiều.",
                "The file is larger than 4 MB; our papers are much smaller.",
            )
        content = uploaded.read() if uploaded is not None else papers.as_json(text)
        if not content:
            raise Malformed(
                "Hãy dán nội dung hoặc chọn tệp JSON của giấy cần kiểm tra.",
                "Paste the text or choose the JSON file of the paper to verify.",
            )
        verdict = papers.verify(content)
    except Refused as refused:
        context = {"error": (refused.text, refused.text_en), "text": text[:20_000]}
        return render(request, "portal/verify.html", context, status=422)
    return render(request, "portal/verify.html", {"verdict": verdict})


@public
@require_safe
def verifier_file(request: Request) -> HttpResponse:
    """The one-file verifier, to be run without this site."""
    content = Path(motcua_verify.__file__).read_bytes()
    answer = HttpResponse(content, content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="motcua_verify.py"'
    return answer


@public
@require_safe
def public_key(request: Request) -> HttpResponse:
    """The department's public key, with which every seal, receipt and result is checked."""
    answer = HttpResponse(signer().public_pem(), content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="head-key.pem"'
    return answer
