"""A simulator's own time: it can be set, advanced and hurried, so that three days pass in a test of a second."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from motcua.lib.errors import Refused
from motcua.lib.worktime import VIETNAM

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def span(text: str | int | float) -> timedelta:
    """A length of time: seconds as a number, or `90s`, `15m`, `72h`, `3d`."""
    if isinstance(text, int | float):
        return timedelta(seconds=text)
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise Refused(
            f"Khoảng thời gian {text!r} phải như 90s, 15m, 72h hoặc 3d.",
            f"A length of time is written 90s, 15m, 72h or 3d, not {text!r}.",
        )
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def moment(text: str) -> datetime:
    """A point in time with its zone."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(
            f"Thời điểm {text!r} phải ghi cả múi giờ, như 2020-03-02T08:00:00+07:00.",
            f"A time carries its zone, as in 2020-03-02T08:00:00+07:00; this is {text!r}.",
        )
    return found


class Clock:
    """
    The time of one simulator: so much of it had passed at a moment of the wall, and so fast it runs since.

    `keep` is called with the new state on every change, so that a restarted simulator goes on in its own time.
    """

    def __init__(self, state: dict[str, Any] | None, keep: Callable[[dict[str, Any]], None]) -> None:
        self._lock = threading.Lock()
        self._keep = keep
        wall = time.time()
        self._state = state or {"at": wall, "wall": wall, "speed": 1.0}

    def now(self) -> datetime:
        """What time it is there, to the second as Vietnam writes it."""
        with self._lock:
            return datetime.fromtimestamp(self._seconds(), VIETNAM)

    @property
    def speed(self) -> float:
        """Seconds of the simulator in a second of the wall; 0 when it stands still."""
        return float(self._state["speed"])

    def set(self, at: datetime) -> None:
        """Make it this time; it may go back as well."""
        self._change(at.timestamp(), self.speed)

    def advance(self, by: timedelta) -> None:
        """Let time pass at once."""
        self._change(self._seconds() + by.total_seconds(), self.speed)

    def run(self, speed: float) -> None:
        """Run at another speed from now on; 0 stands still."""
        if speed < 0:
            raise Refused("Đồng hồ không chạy lùi.", "The clock does not run backwards.", place="speed")
        self._change(self._seconds(), speed)

    def shown(self) -> dict[str, Any]:
        """For the control door."""
        return {"now": self.now().isoformat(), "speed": self.speed}

    def _seconds(self) -> float:
        return float(self._state["at"] + (time.time() - self._state["wall"]) * self._state["speed"])

    def _change(self, at: float, speed: float) -> None:
        with self._lock:
            self._state = {"at": at, "wall": time.time(), "speed": speed}
        self._keep(self._state)
