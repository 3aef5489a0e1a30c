"""
From events to what a case is now: status, clock, verdict. One function of (events, limit, calendar), no clock read.

`record`, `record_many` and `recount` all call `derive`; there is no second way to know where a case stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from motcua.casework import clock
from motcua.casework.lifecycle import State
from motcua.lib.worktime import Limit, OfficeHours


class Derived(NamedTuple):
    """The derived columns of `Case`, in the order in which they are written."""

    status: str
    paused_for: list[str]
    holder: str
    received_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    outcome: str
    due_at: datetime | None
    used: int
    verdict: str


class Facts(NamedTuple):
    """What periodic reports need of a case: one version of a `Standing`."""

    received_at: datetime
    finished_at: datetime | None
    due_at: datetime | None
    verdict: str
    outcome: str


def derive(state: State, limit: Limit | None, hours: OfficeHours) -> Derived:
    """Everything derived of a case. `used` is in the unit the clock counts in: minutes, or whole days."""
    reading = clock.read(state.ticks, limit, hours)
    verdict = clock.verdict(reading, state.finished_at) if state.finished_at and state.received_at else ""
    return Derived(
        state.status,
        sorted(state.paused_for),
        state.holder,
        state.received_at,
        state.finished_at,
        state.closed_at,
        state.outcome,
        reading.due_at,
        reading.used,
        str(verdict),
    )


def carried(derived: Derived, state: State) -> Derived:
    """`derive` again where no event of `Lifecycle.telling` came since: clock and facts are as they were."""
    return derived._replace(
        status=state.status,
        paused_for=sorted(state.paused_for),
        holder=state.holder,
        closed_at=state.closed_at,
    )


def facts(derived: Derived) -> Facts | None:
    """What a report counts of this case; None while it has not been received."""
    if derived.received_at is None:
        return None
    return Facts(derived.received_at, derived.finished_at, derived.due_at, derived.verdict, derived.outcome)
