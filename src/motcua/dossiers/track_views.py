"""The public door: where a dossier stands, for whoever holds its code and secret."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from motcua.casework import timeline
from motcua.dossiers import queries
from motcua.dossiers.trader_views import UNTOLD, way_through
from motcua.people.permissions import public
from motcua.people.request import Request
from motcua.procedures.queries import CHANNELS, UNITS


@public
@never_cache
@require_safe
def track(request: Request) -> HttpResponse:
    """Where a dossier stands, for whoever holds its code and secret; nothing personal, and one answer to every wrong pair."""
    code, secret = request.GET.get("code", "")[:60], request.GET.get("secret", "")[:20]
    asked = bool(code or secret)
    found = queries.tracked(code, secret) if asked else None
    context: dict[str, Any] = {
        "code": code,
        "secret": "" if found else secret,
        "asked": asked,
        "found": found is not None,
    }
    if found is not None:
        case = found.case
        context |= {
            "case": case,
            "title": queries.title_of(case),
            "status": queries.status_text(case),
            "office": queries.office_of(case),
            "channel": CHANNELS.get(case.channel),
            "holder": UNITS.get(case.holder),
            "waits_for_applicant": queries.is_applicants_move(case),
            "face": timeline.face(case, timezone.now()),
            "promised_at": queries.promised_at(case) if case.finished_at is None else None,
            "steps": way_through(case),
            "events": [
                {"what": entry.what, "when": entry.when, "tone": entry.tone, "note": entry.note}
                for entry in timeline.entries(case, without=(*UNTOLD, "step_done", "rated"))
            ],
        }
    return render(request, "dossiers/track/track.html", context, status=404 if asked and not found else 200)
