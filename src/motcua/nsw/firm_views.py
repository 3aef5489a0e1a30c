"""The doors of firms, and of the public: what inspections goods need, applying, following, checking a result."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework import page as casepage
from motcua.law.inspections import MODES, Mode, Rule
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.nsw import applications, desk, doors, queries, results
from motcua.nsw.forms import ApplicationForm, CheckForm, NeededForm, initial_of
from motcua.nsw.lifecycle import GOOD, OUTCOMES
from motcua.nsw.models import Inspection
from motcua.nsw.tables import inspections
from motcua.people.models import Office, Organisation
from motcua.people.permissions import may, permission, public
from motcua.people.queries import offices_on
from motcua.people.request import Request

ROWS = 25


@public
@require_safe
def needed(request: Request) -> HttpResponse:
    """Which inspections goods need on a day, with the reason and the legal basis of each."""
    tables, today = inspections(), timezone.localdate()
    asked = bool(request.GET.get("hs"))
    form = NeededForm(request.GET if asked else None, tables=tables)
    found: list[dict[str, Any]] | None = None
    if asked and form.is_valid():
        data = form.cleaned_data
        on = data["on"] or today
        rows = tables.required(
            data["hs"], purpose=data["purpose"], origin=data["origin"], on=on, flow=data["flow"] or "import"
        )
        found = [
            {
                "one": one, "rule": one.rule, "why": one.why(), "ministry": tables.vocabulary.ministries[one.ministry].title,
                "kind": tables.vocabulary.kinds[one.rule.kind], "mode": Text(*MODES[one.mode]),
                "limit": _limit_text(one.rule), "tone": _TONES[one.mode],
                "url": _apply_url(request, one.rule.document_type) if one.is_needed and on == today else "",
            }
            for one in rows
        ]  # fmt: skip
    context = {"form": form, "found": found, "rules": len(tables), "today": today}
    return render(request, "nsw/needed.html", context, status=422 if asked and form.errors else 200)


def _limit_text(rule: Rule) -> Text | None:
    """The ministry's time limit in words; None where none is known."""
    if rule.limit is None:
        return None
    limit = rule.limit.limit
    return Text(limit.in_words("vi"), limit.in_words("en"))


_TONES = {Mode.EXEMPT: "ok", Mode.REDUCED: "info", Mode.NORMAL: "wait", Mode.STRICT: "bad"}


def _apply_url(request: Request, document_type: str | None) -> str:
    if not document_type or not may(request.actor, "nsw.apply"):
        return ""
    query = {"document_type": document_type, "hs": request.GET["hs"], "origin": request.GET.get("origin", "")}
    return f"{reverse('inspection-new')}?{urlencode(query | {'purpose': request.GET.get('purpose', '')})}"


@permission("nsw.own")
@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """The inspections of one's own firm, newest first; what waits for the firm stands on top."""
    found = queries.own(request.actor, timezone.localdate())
    text = request.GET.get("q", "")[:80].strip()
    if text:
        found = found.filter(case__search__contains=text.lower())
    waiting = list(found.filter(case__holder="trader", case__finished_at=None)[:ROWS])
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": _rows(page), "waiting": _rows(waiting), "q": text, "may_apply": may(request.actor, "nsw.apply"),
    }  # fmt: skip
    return render(request, "nsw/mine.html", context)


def _rows(found: Any) -> list[dict[str, Any]]:
    listed = list(found)
    titles = queries.titles_of(one.ministry for one in listed)
    rows = casepage.rows([one.case for one in listed], timezone.now())
    return [
        {"inspection": one, "row": row, "ministry": titles[one.ministry]}
        for one, row in zip(listed, rows, strict=True)
    ]


def find(request: Request, reference: str) -> Inspection:
    """An inspection of one's own firm; for a stranger it does not exist."""
    return doors.found_or_404(
        queries.own(request.actor, timezone.localdate()).filter(file_code=reference).first()
    )


@permission("nsw.own")
@never_cache
@require_safe
def show(request: Request, reference: str) -> HttpResponse:
    """One inspection: where it stands, whose move it is, what was found, and what the result may be used for."""
    inspection = find(request, reference)
    acts = doors.offers("firm", desk.FIRM, inspection) if may(request.actor, "nsw.apply") else []
    context = doors.shown(inspection)
    query = urlencode({"file": inspection.file_code, "number": inspection.result_number})
    context |= {
        "acts": acts, "side": "firm", "mine": inspection.case.holder == "trader" and not inspection.case.finished_at,
        "check_url": request.build_absolute_uri(f"{reverse('inspection-check')}?{query}"),
    }  # fmt: skip
    return render(request, "nsw/inspection.html", context)


@permission("nsw.apply")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """An application by screen, filled in with all that is known already."""
    tables, today = inspections(), timezone.localdate()
    document_type = request.GET.get("document_type", "")[:20]
    ministry = tables.of_document(document_type)
    if ministry is None:
        return redirect("inspection-needed")
    firm = _firm(request)
    offices = [
        (one.code, one.name.in_language("vi")) for one in offices_on(today).filter(kind=Office.Kind.BRANCH)
    ]
    if request.method == "POST":
        form = ApplicationForm(request.POST, tables=tables, offices=offices)
        if form.is_valid():
            try:
                document = form.application(document_type, firm.name, firm.tax_code or "", firm.pk)
                lodged = applications.lodge(document, actor=request.actor, at=timezone.now())
            except Refused as refused:
                form.refuse(refused)
            else:
                return redirect("inspection", lodged.file_code)
    else:
        declaration = request.GET.get("declaration", "")[:20]
        known = applications.prefill(firm.pk, firm.tax_code or "", document_type, declaration)
        initial = initial_of(known)
        if not known.lines:
            initial |= {
                "hs_code-1": request.GET.get("hs", "")[:12],
                "origin-1": request.GET.get("origin", "")[:2],
            }
        if request.GET.get("purpose") in tables.vocabulary.purposes:
            initial["purpose"] = request.GET["purpose"]
        form = ApplicationForm(initial=initial, tables=tables, offices=offices)
    context = {
        "form": form, "document_type": document_type, "firm": firm, "declaration": request.GET.get("declaration", ""),
        "ministry": queries.ministry_title(tables.ministry_on(ministry, today)),
    }  # fmt: skip
    return render(request, "nsw/new.html", context, status=422 if form.errors else 200)


def _firm(request: Request) -> Organisation:
    organisation = request.actor.organisation
    found = Organisation.objects.filter(pk=organisation).first() if organisation is not None else None
    if found is None:
        raise Http404
    return found


@public
@never_cache
@require_safe
def check(request: Request) -> HttpResponse:
    """Whether a printed result is what the register says: only for who has both numbers, and without a word about the firm."""
    form = CheckForm(request.GET if request.GET else None)
    result = None
    if form.is_bound and form.is_valid():
        file, number = (form.cleaned_data[name].strip() for name in ("file", "number"))
        inspection = (
            Inspection.objects.select_related("case").filter(file_code=file, results__number=number).first()
        )
        result = results.in_force(inspection) if inspection is not None else None
    today = timezone.localdate()
    ended = result is not None and result.valid_until is not None and result.valid_until < today
    context = {
        "form": form, "asked": form.is_bound and form.is_valid(), "result": result, "ended": ended,
        "same": result is not None and result.number == form.cleaned_data.get("number", "").strip(),
        "outcome": OUTCOMES.get(result.outcome) if result else None,
        "ministry": queries.ministry_title(result.inspection.ministry) if result else None,
        "holds": result is not None and result.recalled_at is None and result.outcome in GOOD and not ended,
    }  # fmt: skip
    return render(request, "nsw/check.html", context)
