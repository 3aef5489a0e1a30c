"""What the pages of movements share: a movement as a line of a list, the parts of its own page, texts for codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.utils import timezone

from motcua.casework import page as cases
from motcua.casework.models import Case
from motcua.lib.bilingual import Text
from motcua.manifest import approvals, queries, register
from motcua.manifest.models import KINDS, MODES, Approval, Movement
from motcua.people.forms import both
from motcua.people.queries import names_of, office_names
from motcua.people.request import Request

FUNCTIONS = {
    "original": Text("Khai mới", "Original"),
    "replace": Text("Thay thế", "Replacement"),
    "change": Text("Sửa đổi", "Change"),
    "add": Text("Bổ sung", "Addition"),
}


def tell(request: Request, vi: str, en: str) -> None:
    """Say on the next page that something was done."""
    messages.success(request, both(vi, en))


def own_or_404(request: Request, reference: str) -> Movement:
    """A call of one's own firm; for anybody else there is none."""
    found = queries.own_calls(request.actor, timezone.localdate()).filter(case__reference=reference).first()
    if found is None:
        raise Http404
    return found


def seen_or_404(request: Request, reference: str) -> Movement:
    """A movement an officer may see; for anybody else there is none."""
    found = queries.seen_calls(request.actor, timezone.localdate()).filter(case__reference=reference).first()
    if found is None:
        raise Http404
    return found


def rows(calls: Iterable[Movement], now: datetime) -> list[dict[str, Any]]:
    """Movements as lines of a list: where each stands, what is due first, by when."""
    law = register.law()
    listed = list(calls)
    lines = cases.rows([movement.case for movement in listed], now)
    found = []
    for movement, line in zip(listed, lines, strict=True):
        due = movement.next_due_at or (movement.case.due_at if movement.case.finished_at is None else None)
        form = law.forms.get(movement.next_due)
        found.append(
            {
                "movement": movement,
                "case": movement.case,
                "kind": KINDS[movement.kind],
                "mode": MODES.get(movement.mode),
                "status": line.status,
                "tone": line.tone,
                "icon": line.icon,
                "holder": line.holder,
                "expected": movement.eta if movement.direction == "entry" else movement.etd,
                "due": due,
                "owed": form.title.text if form else None,
                "left": abs(due - now) if due else None,
                "is_late": due is not None and now > due,
            }
        )
    return found


def context_of(movement: Movement, now: datetime) -> dict[str, Any]:
    """What everybody sees on the page of one movement."""
    case = movement.case
    said = approvals.words(movement)
    asked = approvals.asked(movement)
    holds = queries.holds(movement)
    return {
        "movement": movement,
        "case": case,
        "row": rows([movement], now)[0],
        "office": office_names({case.office}).get(case.office),
        "papers": queries.paper_list(movement),
        "holds": [(hold, abs(hold.due - now) if hold.due else None, hold.is_late(now)) for hold in holds],
        "first_hold": holds[0] if holds else None,
        "agencies": [(one, _word(said.get(one.id), one.id, case)) for one in asked],
        "events": events_of(movement),
        "clearances": list(movement.clearances.order_by("-pk")),
        "bills_count": movement.bills.filter(live=True).count(),
        "containers_count": movement.containers.count(),
        "gaps": queries.gaps(movement),
        "waiting": approvals.waiting(movement),
        "now": now,
    }


def _word(approval: Approval | None, agency: str, case: Case) -> dict[str, Any]:
    if agency == "customs":
        return {
            "state": "approved" if case.outcome.endswith("cleared") else "waiting",
            "at": case.finished_at,
        }
    if approval is None:
        return {"state": "waiting", "at": None}
    return {
        "state": "approved" if approval.approves else "objected",
        "at": approval.said_at,
        "reason": approval.reason,
    }


def events_of(movement: Movement) -> list[dict[str, Any]]:
    """The timeline with the words of agencies, forms and changed times in it."""
    case, law = movement.case, register.law()
    details = dict(case.events.values_list("number", "details"))
    approvals = {one.pk: one for one in movement.approvals.all()}
    agencies = {one.id: one.title for one in law.agencies}
    notes: dict[int, Text] = {}
    for number, known in details.items():
        if (form := law.forms.get(str(known.get("form", "")))) is not None:
            late = known.get("late")
            vi, en = (
                f"{form.title.vi}, phiên bản {known['version']}",
                f"{form.title.en}, version {known['version']}",
            )
            if late:
                vi, en = f"{vi} · khai muộn", f"{en} · late"
            notes[number] = Text(vi, en)
        elif known.get("agency") in agencies:
            title, word = agencies[known["agency"]], approvals.get(int(known.get("approval", 0)))
            reason = f": {word.reason}" if word and word.reason else ""
            notes[number] = Text(f"{title.vi}{reason}", f"{title.en}{reason}")
        elif "anchor" in known:
            was, new = (_clock(known[name]) for name in ("was", "now"))
            notes[number] = Text(
                f"{known['anchor'].upper()} {was} → {new}", f"{known['anchor'].upper()} {was} → {new}"
            )
        elif known.get("number"):
            notes[number] = Text(f"Số {known['number']}", f"No. {known['number']}")
    return cases.events_of(case, notes)


def _clock(text: str) -> str:
    if not text:
        return "–"
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%H:%M %d/%m/%Y")


def who(keys: Iterable[str]) -> dict[str, str]:
    """Names for the keys of those who filed."""
    return names_of(keys)
