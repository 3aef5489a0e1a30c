"""
A case told to people: what happened, newest first; what the clock shows; and why, day by day.

Everything is read from the events; the moment of asking is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.casework import clock
from motcua.casework.clock import Line, Reading, Tick
from motcua.casework.explain import REASONS
from motcua.casework.lifecycle import VOIDED, State
from motcua.casework.models import Case, Event
from motcua.casework.registry import office_hours
from motcua.lib.bilingual import Text
from motcua.lib.worktime import Unit

# A keystroke later is not "recorded later": only a gap that somebody would ask about is told.
LATE_ENTRY = timedelta(minutes=15)
_REASONS = REASONS | {"suspension": Text("tạm dừng xử lý", "the work is suspended")}
STRUCK_OUT = Text("Ghi nhầm, đã gạch bỏ", "Entered by mistake, struck out")


def state_of(case: Case) -> State:
    """Where the case stands, folded from all its events."""
    return case.lifecycle.fold(event.past() for event in _events(case))


def ticks(case: Case) -> list[Tick]:
    """The ticks of the case's clock, from the events that count."""
    return state_of(case).ticks


def reading(case: Case, now: datetime) -> Reading:
    """What the clock shows; a running one is counted up to `now`."""
    return clock.read(ticks(case), case.limit, office_hours(case.calendar), now=now)


def explanation(case: Case, now: datetime) -> list[Line]:
    """The account of the clock, day by day, up to `now` and on to the due moment; empty before it started."""
    return clock.explain(ticks(case), case.limit, office_hours(case.calendar), now)


@dataclass(frozen=True)
class Face:
    """
    What a clock on a page shows, read from the case alone.

    `left` and `limit` are in the time `kind` counts in: working (days of 8 hours) or calendar (days of 24); `left` is
    negative when late and None before the start or without a limit. `finished` is early, on_time, late or ''.
    """

    left: timedelta | None
    limit: timedelta | None
    due: datetime | None
    paused: Text | None
    finished: str
    kind: str


def face(case: Case, now: datetime) -> Face:
    """The clock of a case for a page; no event is read."""
    limit = case.limit
    calendar = limit is not None and limit.unit in (Unit.HOURS, Unit.DAYS)
    day = timedelta(hours=24 if calendar else 8)
    whole = (
        None
        if limit is None
        else limit.amount * day
        if limit.unit.is_days
        else timedelta(microseconds=limit.amount)
    )
    paused = None
    if case.paused_for and case.finished_at is None:
        reasons = [_REASONS.get(reason, Text(reason, reason)) for reason in case.paused_for]
        paused = Text(", ".join(one.vi for one in reasons), ", ".join(one.en for one in reasons))
    left = None
    if case.due_at is not None:
        moment = case.finished_at or now
        left = _between(case, moment, case.due_at, calendar=calendar)
        if not left and moment > case.due_at:
            # Late in the evening of the due day: no working time has passed, and it is late all the same.
            return Face(case.due_at - moment, None, case.due_at, paused, case.verdict, "calendar")
    elif whole is not None and limit is not None and paused is not None:
        left = whole - (case.used * day if limit.unit.is_days else timedelta(minutes=case.used))
    return Face(left, whole, case.due_at, paused, case.verdict, "calendar" if calendar else "working")


def _between(case: Case, moment: datetime, due: datetime, *, calendar: bool) -> timedelta:
    """From the moment to the due one, negative when it has passed."""
    if calendar:
        return due - moment
    hours = office_hours(case.calendar)
    first, last = sorted((hours.micros(moment), hours.micros(due)))
    working = timedelta(microseconds=hours.count(Unit.WORKING_HOURS, first, last))
    return working if moment <= due else -working


@dataclass(frozen=True)
class Entry:
    """
    One event as people read it. `what` is the step's name, `who` the key of the actor, `letter` the id of the paper that
    says it in words; `recorded_at` is given only where it came noticeably later than `when`.
    """

    number: int
    kind: str
    what: Text
    when: datetime
    who: str
    channel: str
    note: Text | None = None
    recorded_at: datetime | None = None
    tone: str = ""
    letter: int | None = None
    struck: bool = False


_TONES = {
    "accepted": "ok",
    "decided": "ok",
    "handed_over": "ok",
    "refused": "bad",
    "supplement_requested": "wait",
    "payment_requested": "wait",
    "suspended": "wait",
    "rescheduled": "wait",
}


def entries(case: Case, *, without: Iterable[str] = ()) -> list[Entry]:
    """The events of a case, newest first; a struck-out one stays in view and says so. `without` names kinds to leave out."""
    left_out = {VOIDED, *without}
    events = _events(case)
    struck = {event.voids for event in events if event.voids is not None}
    shown = [_entry(case, event, event.number in struck) for event in events if event.kind not in left_out]
    return sorted(shown, key=lambda entry: (entry.when, entry.number), reverse=True)


def _entry(case: Case, event: Event, struck: bool) -> Entry:
    late = event.recorded_at - event.happened_at > LATE_ENTRY
    return Entry(
        event.number,
        event.kind,
        case.lifecycle.step(event.kind).title,
        event.happened_at,
        event.actor,
        event.channel,
        STRUCK_OUT if struck else None,
        event.recorded_at if late else None,
        "" if struck else _TONES.get(event.kind, ""),
        event.details.get("letter"),
        struck,
    )


def _events(case: Case) -> list[Event]:
    return list(case.events.order_by("number"))
