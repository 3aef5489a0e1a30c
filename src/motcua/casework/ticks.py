"""
Ticks, and what they change: the part of the case clock that needs no calendar and no limit.

The clock stands still while any reason is open, so pauses are the union of their reasons, never the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum, StrEnum, auto
from operator import attrgetter
from typing import NamedTuple

from motcua.lib.errors import Refused
from motcua.lib.worktime import Limit

SUPPLEMENT = "supplement"


class Effect(StrEnum):
    """What an event does to the clock."""

    NONE = "none"
    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"


class Tick(NamedTuple):
    """One event as the clock sees it; `number` orders ticks of the same moment.

    `reason` keys a pause: two different reasons are two pauses, the same reason twice is one. A reason may
    carry a detail after a colon (`supplement:3`), so that two requests for supplements can be kept apart.
    `extra` is what EXTEND adds. A START opens the clock, and a START after a STOP begins a new limit; a
    RESUME after a STOP reopens the old one. Ticks without meaning where they stand (a PAUSE before the START,
    a RESUME of what is not paused) change nothing: the lifecycle says what may happen, the clock only counts.
    """

    at: datetime
    effect: Effect
    reason: str = ""
    number: int = 0
    extra: Limit | None = None


class Change(Enum):
    """A tick that did something: what the fold makes of it."""

    BEGIN = auto()  # a limit begins
    HOLD = auto()  # the first reason opened: from running to standing still
    ALSO = auto()  # another reason opened or closed while standing still
    ANEW = auto()  # a supplement came in
    RUN = auto()  # the last reason closed, or the case was reopened: running again
    END = auto()  # finished
    LONGER = auto()  # an extension


in_order = attrgetter("at", "number")


def changes(ticks: Iterable[Tick]) -> Iterator[tuple[Change, Tick, set[str]]]:
    """The ticks that change something, in order, with the reasons open after each."""
    active = started = False
    reasons: set[str] = set()
    try:
        ordered = sorted(ticks, key=in_order)
    except TypeError:
        raise Refused(
            "Có thời điểm không ghi múi giờ: hãy ghi rõ, ví dụ +07:00",
            "A moment has no zone: say which, for example +07:00",
        ) from None
    for tick in ordered:
        effect = tick.effect
        if effect is Effect.START:
            if not active:
                active = started = True
                yield Change.BEGIN, tick, reasons
        elif effect is Effect.RESUME and started and not active:
            active = True
            yield Change.RUN, tick, reasons
        elif not active or effect is Effect.NONE:
            continue
        elif effect is Effect.PAUSE:
            if tick.reason not in reasons:
                reasons.add(tick.reason)
                yield (Change.HOLD if len(reasons) == 1 else Change.ALSO), tick, reasons
        elif effect is Effect.RESUME:
            if tick.reason in reasons:
                reasons.remove(tick.reason)
                if tick.reason.partition(":")[0] == SUPPLEMENT:
                    yield Change.ANEW, tick, reasons
                yield (Change.ALSO if reasons else Change.RUN), tick, reasons
        elif effect is Effect.STOP:
            active = False
            reasons.clear()
            yield Change.END, tick, reasons
        elif effect is Effect.EXTEND:
            yield Change.LONGER, tick, reasons


def spans(ticks: Iterable[Tick]) -> list[tuple[datetime, datetime | None]]:
    """The stretches in which the clock ran, in order; the last one ends in None while it runs.

    With a new START after a STOP the earlier stretches belong to the earlier limit and are left out.
    """
    found: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for change, tick, _ in changes(ticks):
        if change is Change.BEGIN:
            found.clear()
        if change in (Change.BEGIN, Change.RUN):
            since = tick.at
        elif since is not None and change in (Change.HOLD, Change.END):
            found.append((since, tick.at))
            since = None
    if since is not None:
        found.append((since, None))
    return found
