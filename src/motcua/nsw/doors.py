"""What the views of all three sides share: the view of one act, and what a page shows of an inspection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from motcua.casework import page, timeline
from motcua.law.inspections import MODES, Mode
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.nsw import queries, results
from motcua.nsw.desk import Act, offered
from motcua.nsw.documents import FACTS
from motcua.nsw.lifecycle import GOOD, OUTCOMES, REQUEST_KINDS
from motcua.nsw.models import Inspection
from motcua.nsw.models import Request as Asked
from motcua.nsw.tables import inspections
from motcua.people.forms import both
from motcua.people.permissions import permission
from motcua.people.request import Request

Find = Callable[[Request, str], Inspection]
Options = Callable[[Request, Act, Inspection], dict[str, Any]]


def door(
    act: Act, *, right: str, find: Find, side: str, options: Options | None = None
) -> Callable[..., HttpResponse]:
    """The view of one act: its small form, and what happens when it is sent; then back to the inspection."""

    @permission(right)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, reference: str) -> HttpResponse:
        inspection = find(request, reference)
        extra = options(request, act, inspection) if options else {}
        form = act.form(request.POST if request.method == "POST" else None, **extra)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    act.run(inspection, form.cleaned_data, request.actor, timezone.now())
            except Refused as refused:
                form.refuse(refused)
                status = 409 if isinstance(refused, NotAllowed) else 422
            else:
                messages.success(request, both(f"Đã ghi: {act.title.vi}.", f"Done: {act.title.en}."))
                return redirect(back(side, reference))
        elif request.method == "POST":
            status = 422
        context = {
            "act": act, "form": form, "inspection": inspection, "case": inspection.case, "back_url": back(side, reference),
            "row": page.rows([inspection.case], timezone.now())[0], "side": side,
            "still": act in offered((act,), inspection),
        }  # fmt: skip
        return render(request, "nsw/act.html", context, status=status)

    view.__doc__ = f"{act.title.en}: the form, and the act."
    return view


@dataclass(frozen=True)
class Offered:
    """An act as a page offers it: with its address."""

    title: Text
    weight: str
    icon: str
    url: str


def offers(side: str, table: tuple[Act, ...], inspection: Inspection) -> list[Offered]:
    """What may be done now, each with the address of its form."""
    prefix = {"firm": "inspection", "ministry": "ministry", "customs": "customs"}[side]
    return [
        Offered(one.title, one.weight, one.icon, reverse(f"{prefix}-{one.name}", args=[inspection.file_code]))
        for one in offered(table, inspection)
    ]


def back(side: str, reference: str) -> str:
    """The page of an inspection as this side sees it."""
    return reverse(
        {"firm": "inspection", "ministry": "ministry-inspection", "customs": "case"}[side], args=[reference]
    )


def found_or_404(inspection: Inspection | None) -> Inspection:
    """The inspection, or nothing that anybody could tell from one that does not exist."""
    if inspection is None:
        raise Http404
    return inspection


def shown(inspection: Inspection) -> dict[str, Any]:
    """What every side's page shows of an inspection."""
    case, now = inspection.case, timezone.now()
    current = results.in_force(inspection)
    tables = inspections()
    purpose = tables.vocabulary.purposes.get(inspection.purpose)
    return {
        "inspection": inspection,
        "case": case,
        "row": page.rows([case], now)[0],
        "face": timeline.face(case, now),
        "ministry": queries.ministry_title(inspection.ministry),
        "kind": tables.vocabulary.kinds.get(inspection.kind),
        "purpose": purpose.title if purpose else None,
        "mode": page_mode(inspection.mode),
        "goods_lines": list(inspection.lines.all()),
        "facts": [(_label(name), inspection.facts[name]) for name in FACTS if inspection.facts.get(name)],
        "result": current,
        "result_text": OUTCOMES.get(current.outcome) if current else None,
        "result_is_good": current is not None and current.outcome in GOOD and current.recalled_at is None,
        "covers": list(current.covers.select_related("goods")) if current else [],
        "former": list(inspection.results.exclude(replaced_at=None)),
        "left": results.left_of(inspection) if current else {},
        "samples": [(one, OUTCOMES.get(one.outcome)) for one in inspection.samples.all()],
        "requests": [
            (one, REQUEST_KINDS[one.kind], one.case.lifecycle.statuses[one.case.status], _changes(one))
            for one in inspection.requests.select_related("case").order_by("-pk")
        ],
        "events": page.events_of(case, queries.notes_of(case)),
        "asked": _asked(inspection),
    }


def _changes(asked: Asked) -> list[tuple[Text, str]]:
    return [(_label(name), value) for name, value in asked.changes.items()]


def _label(name: str) -> Text:
    vi, en, _ = FACTS[name]
    return Text(vi, en)


def page_mode(mode: str) -> Text | None:
    """The mode in words; None where it is not known."""
    return Text(*MODES[Mode(mode)]) if mode else None


def _asked(inspection: Inspection) -> str:
    """What the firm is asked for now; "" when nothing is."""
    if inspection.case.holder != "trader" or inspection.case.finished_at is not None:
        return ""
    kinds = ("completion_requested", "supplement_requested", "result_supplement_requested")
    last = inspection.case.events.filter(kind__in=kinds).order_by("-number").first()
    remark = inspection.case.remarks.filter(number=last.number).first() if last else None
    return remark.text if remark else ""
