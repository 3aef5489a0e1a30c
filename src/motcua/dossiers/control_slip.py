"""
The control slip (form 05, Circular 01/2018/TT-VPCP): who held the dossier from when to when, and how long each step took.

Hours are those of the office's calendar; the time in which the clock stood still (waiting for the applicant, say) is
shown and not counted against anybody. Each step of the sheet is measured against the hours the sheet gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from motcua.casework import clock
from motcua.casework.clock import Tick
from motcua.casework.lifecycle import State, without_voided
from motcua.casework.models import Case, Event
from motcua.casework.registry import office_hours
from motcua.dossiers.lifecycle import APPLICANT
from motcua.dossiers.queries import sheet_or_none
from motcua.law.sheets import Sheet
from motcua.law.sheets import Step as SheetStep
from motcua.lib.bilingual import Text
from motcua.lib.worktime import OfficeHours, Unit

# Steps are given in quarters of an hour; half a minute more or less is nobody's fault.
TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Holding:
    """Somebody had the dossier: `holder` a unit, `officer` an actor's key or '', `until` None while they still have it."""

    holder: str
    officer: str
    since: datetime
    until: datetime | None
    worked: timedelta
    by: str


@dataclass(frozen=True)
class Measured:
    """
    A step of the sheet: from when to when, how many working hours it took, how many it was given (None: not fixed).

    `verdict` is early, on_time, late, or '' while the step is open or has no hours. `implied` says that nobody ticked it off
    and the event that must have ended it stands in.
    """

    id: str
    name: Text
    unit: str
    given: timedelta | None
    since: datetime | None
    until: datetime | None
    took: timedelta | None
    verdict: str
    implied: bool = False

    @property
    def differs_by(self) -> timedelta | None:
        """How far from the hours given, early or late."""
        return None if self.took is None or self.given is None else abs(self.took - self.given)


@dataclass(frozen=True)
class Slip:
    """The whole form: who held it, the steps, and how long it took and stood still in all."""

    holdings: list[Holding]
    steps: list[Measured]
    took: timedelta
    stood_still: timedelta
    verdict: str


def slip(case: Case, now: datetime) -> Slip:
    """The control slip of a dossier as of now."""
    events = _counted(case)
    hours = office_hours(case.calendar)
    state = case.lifecycle.fold(event.past() for event in events)
    stretches = _Stretches(hours, state.ticks, now)
    sheet = sheet_or_none(case)
    begun = state.received_at
    took = stretches.worked(begun, state.finished_at or now) if begun else timedelta()
    whole = stretches.open_hours(begun, state.finished_at or now) if begun else timedelta()
    return Slip(
        list(_holdings(case, events, stretches, now)),
        list(_steps(sheet, events, stretches, state, now)) if sheet and begun else [],
        took,
        whole - took,
        case.verdict,
    )


def _counted(case: Case) -> list[Event]:
    events = list(case.events.order_by("number"))
    counted, _ = without_voided([event.past() for event in events])
    numbers = {past.number for past in counted}
    return [event for event in events if event.number in numbers]


class _Stretches:
    """Working time between two moments, with and without the time in which the clock stood still."""

    def __init__(self, hours: OfficeHours, ticks: Sequence[Tick], now: datetime) -> None:
        self.hours = hours
        self.pauses = list(_pauses(clock.spans(ticks), now))

    def open_hours(self, since: datetime, until: datetime) -> timedelta:
        """Working time, pauses included; zero when the end is not after the start."""
        if until <= since:
            return timedelta()
        first, last = self.hours.micros(since), self.hours.micros(until)
        return timedelta(microseconds=self.hours.count(Unit.WORKING_HOURS, first, last))

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Working time without the pauses."""
        paused = sum(
            (self.open_hours(max(since, start), min(until, end)) for start, end in self.pauses), timedelta()
        )
        return self.open_hours(since, until) - paused


def _pauses(
    spans: Sequence[tuple[datetime, datetime | None]], now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The gaps between the stretches in which the clock ran; after the last one only a pause that is still open."""
    for (_, stopped), (again, _) in pairwise(spans):
        if stopped is not None:
            yield stopped, again


def _holdings(case: Case, events: Sequence[Event], stretches: _Stretches, now: datetime) -> Iterator[Holding]:
    state = State()
    current: tuple[str, str, datetime, str] | None = None
    for event in events:
        step = case.lifecycle.step(event.kind)
        case.lifecycle.advance(state, event.past(), step)
        if not step.moves:
            continue
        officer = str(event.details.get("officer") or "") if event.kind == "transferred" else ""
        if current is not None and current[0] == state.holder and event.kind != "transferred":
            continue
        if current is not None:
            yield _holding(current, event.happened_at, stretches)
        if event.kind in {"resumed", "supplemented", "paid", "reopened"}:
            officer = _last_officer(events, event.number)
        current = (state.holder, officer, event.happened_at, event.actor)
    if current is not None:
        yield _holding(current, None if case.closed_at is None else case.closed_at, stretches, now)


def _holding(
    current: tuple[str, str, datetime, str],
    until: datetime | None,
    stretches: _Stretches,
    now: datetime | None = None,
) -> Holding:
    holder, officer, since, by = current
    end = until or now or since
    worked = timedelta() if holder == APPLICANT else stretches.worked(since, end)
    return Holding(holder, officer, since, until, worked, by)


def _last_officer(events: Sequence[Event], before: int) -> str:
    """Who had it before it went back to the applicant: it returns to the same desk."""
    named = [event for event in events if event.kind == "transferred" and event.number < before]
    return str(named[-1].details.get("officer") or "") if named else ""


def _steps(
    sheet: Sheet, events: Sequence[Event], stretches: _Stretches, state: State, now: datetime
) -> Iterator[Measured]:
    begun = state.received_at
    for index, step in enumerate(sheet.steps):
        ended, implied = _end_of(step, index, sheet, events)
        given = None if step.hours is None else _hours(step.hours)
        name = Text(step.name.vi, step.name.en)
        if ended is None:
            going = begun if begun is not None and state.closed_at is None else None
            so_far = stretches.worked(going, now) if going else None
            late = so_far is not None and given is not None and so_far > given + TOLERANCE
            yield Measured(step.id, name, step.unit, given, going, None, so_far, "late" if late else "")
            # The steps after an open one have not begun.
            begun = None
            continue
        since = begun if begun is not None else ended
        took = stretches.worked(since, ended)
        yield Measured(step.id, name, step.unit, given, since, ended, took, _verdict(took, given), implied)
        begun = max(since, ended)


def _end_of(
    step: SheetStep, index: int, sheet: Sheet, events: Sequence[Event]
) -> tuple[datetime | None, bool]:
    """When a step was over, and whether that is only implied by the event that cannot come before its end."""
    ticked = [e for e in events if e.kind == "step_done" and e.details.get("step") == step.id]
    if ticked:
        return ticked[-1].happened_at, False
    signed = max((i for i, one in enumerate(sheet.steps) if one.unit == "leader"), default=len(sheet.steps))
    wanted = (
        "handed_over"
        if index > signed
        else "transferred"
        if index == 0 and len(sheet.steps) > 1
        else "decided"
    )
    found = [e for e in events if e.kind == wanted]
    if not found:
        return None, True
    return (found[0] if wanted == "transferred" else found[-1]).happened_at, True


def _verdict(took: timedelta, given: timedelta | None) -> str:
    if given is None:
        return ""
    if took > given + TOLERANCE:
        return "late"
    return "early" if took < given - TOLERANCE else "on_time"


def _hours(value: Decimal) -> timedelta:
    # Sheets give quarters and tenths of an hour, exact in seconds.
    return timedelta(seconds=int(value * 3600))
