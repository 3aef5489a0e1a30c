"""
The clock of a case: what has been used of a limit, when it runs out, and whether a result was early or late.

Everything is a fold over ticks: moments with an effect. The clock stands still while any reason is open, so
pauses are the union of their reasons and never the sum. Nothing here asks the time; `now` is an argument.

`ticks` says when the clock runs, `meter` counts, `explain` tells the count to people; this is their front.

The due moment decides: a case is late when its result, or now, is after `due_at`. Where the limit ran out
while the clock was running, that moment is kept for good; no later pause, supplement or extension heals it.

Basis: Civil Code 91/2015/QH13, articles 147 and 148.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from motcua.casework.explain import Account, Line, as_text, day_by_day
from motcua.casework.meter import Meter, Reading
from motcua.casework.ticks import Effect, Tick, in_order, spans
from motcua.lib.worktime import Limit, OfficeHours

__all__ = [
    "Effect",
    "Grain",
    "Line",
    "Reading",
    "Tick",
    "Verdict",
    "as_text",
    "explain",
    "if_resumed",
    "read",
    "spans",
    "verdict",
]


class Grain(StrEnum):
    """How finely 'before the appointment' is told: before the due day, or before the due minute."""

    DAY = "day"
    MINUTE = "minute"


class Verdict(StrEnum):
    """The three classes of form II.06a: trước hạn, đúng hạn, quá hạn."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


def read(
    ticks: Iterable[Tick], limit: Limit | None, hours: OfficeHours, *, now: datetime | None = None
) -> Reading:
    """Read the clock after the ticks; with `now`, a running clock is counted up to that moment.

    Raises `Refused` for a moment without a zone, an EXTEND without `extra`, or a year that cannot be meant.
    """
    return Meter(limit, hours).read(ticks, now)


def if_resumed(ticks: Iterable[Tick], limit: Limit | None, hours: OfficeHours, at: datetime) -> Reading:
    """What the clock would show if every open pause ended at `at`: 'by then, and the result is due…'."""
    known = sorted(ticks, key=in_order)
    last = known[-1].number if known else 0
    open_reasons = read(known, limit, hours).paused_for
    return read(
        [*known, *(Tick(at, Effect.RESUME, reason, last + 1) for reason in open_reasons)], limit, hours
    )


def verdict(reading: Reading, finished_at: datetime, grain: Grain | None = None) -> Verdict:
    """Early, on time or late, for form II.06a.

    Late is after the due moment, whatever the grain. Early is before the appointment, and the appointment is
    as fine as the limit: a day for limits in days, a minute for limits in hours; `grain` overrides that where
    a department counts otherwise. Without a due moment (no limit in law, or finished while the clock stood
    still before the limit ran out) a result is on time, since no appointment was standing.
    """
    due = reading.due_at
    if due is None:
        return Verdict.ON_TIME
    if finished_at > due:
        return Verdict.LATE
    if grain is None:
        by_days = reading.limit is not None and reading.limit.unit.is_days
        grain = Grain.DAY if by_days else Grain.MINUTE
    # Before the minute, or the day, in which the limit runs out, by the clock on the office's wall.
    begins = due.replace(second=0, microsecond=0)
    if grain is Grain.DAY:
        begins = begins.replace(hour=0, minute=0)
    before = finished_at < begins
    return Verdict.EARLY if before else Verdict.ON_TIME


def explain(ticks: Sequence[Tick], limit: Limit | None, hours: OfficeHours, now: datetime) -> list[Line]:
    """The account of a reading, day by day, up to `now` and on to the due moment; empty before the start.

    The total of the last line that is not `expected` is what `read(..., now=now)` says was used.
    """
    meter = Meter(limit, hours, record=True)
    reading = meter.read(ticks, now)
    if reading.started_at is None:
        return []
    return day_by_day(
        Account(
            hours,
            limit,
            meter.runs,
            meter.planned,
            meter.pauses,
            meter.turns,
            start=hours.micros(reading.started_at),
            stop=None if reading.finished_at is None else hours.micros(reading.finished_at),
            now=max(hours.micros(now), *(hours.micros(tick.at) for tick in ticks)),
            due=None if reading.due_at is None else hours.micros(reading.due_at),
            paused_for=reading.paused_for,
        )
    )
