"""The doors of the applicant to dossiers that were filed: all of them, and one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from motcua.casework import timeline
from motcua.casework.explain import LineKind
from motcua.casework.models import Case
from motcua.dossiers import queries
from motcua.dossiers.doors import me, own_or_404
from motcua.dossiers.forms import (
    RatingForm,
    readable,
)
from motcua.dossiers.models import Dossier, Letter
from motcua.lib.bilingual import Text
from motcua.people.permissions import may, permission
from motcua.people.queries import names_of, office_names
from motcua.people.request import Request
from motcua.procedures.queries import CHANNELS, UNITS

ROWS = 25
# What concerns the office alone is not told: its reminders to itself.
UNTOLD = ("warned", "noted")


@permission("dossiers.own")
@never_cache
@require_safe
def my_dossiers(request: Request) -> HttpResponse:
    """The dossiers of one's own firm and its principals: whose move, until when; what waits for the reader first."""
    today = timezone.localdate()
    own = queries.own_cases(request.actor, "dossiers.own", today)
    organisations = queries.principals(request.actor, today)
    firm = next((one.pk for one in organisations if str(one.pk) == request.GET.get("firm")), None)
    text = request.GET.get("q", "")[:100].strip()
    found = queries.matching(own, text, firm)
    counts = {tab.name: found.filter(tab.condition).count() for tab in queries.TABS}
    first = next((tab.name for tab in queries.TABS if counts[tab.name]), "open")
    tab = next((one for one in queries.TABS if one.name == request.GET.get("tab", first)), queries.TABS[1])
    page = Paginator(found.filter(tab.condition).order_by(*tab.order), ROWS).get_page(request.GET.get("page"))
    names = {one.pk: one for one in organisations}
    offices = office_names(case.office for case in page)
    now = timezone.now()
    kept = queries.drafts_of(me(request), names) if not text else []
    query = "".join(
        f"&{urlencode({name: request.GET[name]})}" for name in ("q", "firm") if request.GET.get(name)
    )
    context = {
        "tabs": [
            {
                "label": one.label,
                "url": f"?tab={one.name}{query}",
                "active": one is tab,
                "count": counts[one.name],
            }
            for one in queries.TABS
        ],
        "tab": tab,
        "page": page,
        "rows": [
            row(case, names.get(case.organisation or 0), offices.get(case.office), now) for case in page
        ],
        "drafts": [
            (draft, names[draft.organisation], queries.procedure_title(draft.procedure))
            for draft in kept
            if draft.organisation in names
        ],
        "organisations": [(one.pk, one) for one in organisations],
        "several": len(organisations) > 1,
        "firm": firm or "",
        "q": text,
        "any": any(counts.values()),
    }
    return render(request, "dossiers/trader/list.html", context)


def row(case: Case, firm: Any, office: Any, now: Any) -> dict[str, Any]:
    """One dossier of a list: whose move it is and until when."""
    return {
        "case": case,
        "title": queries.title_of(case),
        "status": queries.status_text(case),
        "firm": firm,
        "office": office.name if office else Text(case.office, case.office),
        "url": reverse("dossier", args=[case.reference]),
        "face": timeline.face(case, now),
        "mine": queries.is_applicants_move(case),
        "holder": UNITS.get(case.holder),
    }


@permission("dossiers.own")
@never_cache
@require_safe
def dossier(request: Request, reference: str) -> HttpResponse:
    """One dossier: where it stands, whose move it is and until when, why; its papers, letters and history."""
    return dossier_page(request, own_or_404(request, reference, "dossiers.own"))


def dossier_page(request: Request, found: Dossier, rating: RatingForm | None = None) -> HttpResponse:
    """The page of one dossier; with a rating that was not given rightly, the same page with what is wrong."""
    case = found.case
    now = timezone.now()
    sheet = queries.sheet_or_none(case)
    state = timeline.state_of(case)
    may_answer = may(request.actor, "dossiers.answer")
    allowed = {step.kind for step in case.lifecycle.choices(case.status)} if may_answer else set()
    told = timeline.entries(case, without=UNTOLD)
    context = {
        "dossier": found,
        "case": case,
        "title": queries.title_of(case),
        "sheet": sheet,
        "status": queries.status_text(case),
        "office": queries.office_of(case),
        "channel": CHANNELS.get(case.channel),
        "mine": queries.is_applicants_move(case),
        "holder": UNITS.get(case.holder) or Text(case.holder or "–", case.holder or "–"),
        "since": state.last_at,
        "face": timeline.face(case, now),
        "promised_at": queries.promised_at(case) if case.finished_at is None else None,
        "lines": _lines(case, now),
        "asked": queries.asked_for(found),
        "papers": queries.papers(found),
        "letters": [(letter, queries.LETTERS[letter.kind]) for letter in queries.letters_of(found)],
        "events": _events(found, told),
        "steps": way_through(case),
        "answers": [
            (field, readable(field, found.answers[field.id]))
            for field in (sheet.form if sheet else ())
            if field.id in found.answers
        ],
        "may_supplement": "supplemented" in allowed and "supplement" in case.paused_for,
        "may_amend": "amended" in allowed and sheet is not None,
        "may_withdraw": "withdrawn" in allowed,
        "may_rate": "rated" in allowed
        and not any(entry.kind == "rated" and not entry.struck for entry in told),
        "rating": rating or RatingForm(),
        "result": case.letters.filter(kind=Letter.Kind.RESULT).order_by("-pk").first()
        if case.status in {"decided", "returned"}
        else None,
    }
    bad = rating is not None and bool(rating.errors)
    return render(request, "dossiers/trader/dossier.html", context, status=422 if bad else 200)


def _lines(case: Case, now: Any) -> list[dict[str, Any]]:
    """The clock day by day, in words."""
    by_days = case.limit is not None and case.limit.unit.is_days
    return [
        {
            "on": line.on,
            "expected": line.expected,
            "closing": line.kind is LineKind.DUE,
            "counted": None if by_days else line.counted_time,
            "total": None if by_days else line.total_time,
            "counted_days": line.counted_days,
            "total_days": line.total_days,
            "by_days": by_days,
            "text": line,
        }
        for line in timeline.explanation(case, now)
    ]


def _events(found: Dossier, told: list[timeline.Entry]) -> list[dict[str, Any]]:
    """The timeline with names and the words of the letters."""
    names = names_of(entry.who for entry in told)
    words = {letter.pk: letter for letter in found.case.letters.all()}
    sheet = queries.sheet_or_none(found.case)
    steps = {step.id: Text(step.name.vi, step.name.en) for step in sheet.steps} if sheet else {}
    details = {event.number: event.details for event in found.case.events.filter(kind="step_done")}
    shown = []
    for entry in told:
        note: object = entry.note
        letter = words.get(entry.letter or 0)
        if note is None and letter is not None:
            note = letter.body.get("text") or letter.body.get("reason")
        if note is None and entry.kind == "step_done":
            step = str(details[entry.number].get("step"))
            note = steps.get(step) or step
        who = "" if entry.who in {"public", "clock"} else names.get(entry.who, "")
        shown.append(
            {
                "what": entry.what,
                "when": entry.when,
                "who": who,
                "note": note,
                "recorded_at": entry.recorded_at,
                "tone": entry.tone,
            }
        )
    return shown


def way_through(case: Case) -> list[dict[str, Any]]:
    """The way of a dossier in four doors, and where this one stands."""
    labels = (
        Text("Đã nộp", "Filed"),
        Text("Tiếp nhận", "Accepted"),
        Text("Giải quyết", "Handled"),
        Text("Trả kết quả", "Result handed over"),
    )
    reached = {"lodged": 1, "accepted": 2, "decided": 3, "returned": 4}.get(case.status, 2)
    if case.status in {"refused", "withdrawn"}:
        return []
    states = ["done"] * reached + ["current"] * (reached < 4) + ["todo"] * (3 - reached)
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]
