"""
The meter of the case clock: counts the running stretches against a limit and its extensions.

All moments are the calendar's local microseconds; amounts are microseconds or whole days, by unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from motcua.casework.explain import Pause, Run, Turn, amount_in_words
from motcua.casework.ticks import Change, Tick, changes
from motcua.lib.errors import Refused
from motcua.lib.worktime import Limit, OfficeHours, OnSupplement, Unit


class Reading(NamedTuple):
    """What the clock shows after the last tick, or at `now` where `read` was given one.

    `used` is in whole minutes for hour limits (and without a limit: working minutes), in whole days for day
    limits; `used_time` and `used_days` hold the exact parts, both filled when an extension has another unit.
    `due_at` is in the office's zone; None before the start, while paused, and without a limit. It stays after
    the limit ran out (`ran_out`) and after the stop. `provisional` means that a day was counted which no
    notice has fixed yet: outside the declared years plain weeks are assumed.
    """

    used_time: timedelta
    used_days: int
    due_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    running_since: datetime | None
    paused_for: frozenset[str]
    limit: Limit | None
    ran_out: bool
    provisional: bool

    @property
    def running(self) -> bool:
        """Whether the clock is running after the last tick."""
        return self.running_since is not None

    @property
    def used(self) -> int:
        """Whole minutes, or whole days under a limit in days."""
        return self.used_days if self.limit is not None and self.limit.unit.is_days else self.used_minutes

    @property
    def used_minutes(self) -> int:
        """Whole minutes counted; begun minutes are not."""
        return self.used_time // timedelta(minutes=1)

    def used_text(self, language: str) -> str:
        """`6 giờ 30 phút làm việc`, `3 working days`."""
        unit = self.limit.unit if self.limit is not None else Unit.WORKING_HOURS
        return amount_in_words(unit, self.used_time, self.used_days, language)

    def is_late(self, now: datetime) -> bool:
        """Whether the result, or now for an open case, is after the due moment; at that moment it is not."""
        return self.due_at is not None and (self.finished_at or now) > self.due_at


class Meter:
    """Counts a limit in stages: the limit itself, then its extensions, each in its own unit."""

    __slots__ = (
        "days",
        "hours",
        "left",
        "limit",
        "micros",
        "pauses",
        "planned",
        "ran_out",
        "record",
        "runs",
        "stage",
        "stages",
        "turns",
    )

    def __init__(self, limit: Limit | None, hours: OfficeHours, *, record: bool = False) -> None:
        self.limit = limit
        self.hours = hours
        self.record = record
        self.runs: list[Run] = []
        self.planned: list[Run] = []
        self.pauses: list[Pause] = []
        self.turns: list[Turn] = []
        self.begin()

    def begin(self) -> None:
        """A limit begins: nothing used, nothing extended, nothing run out."""
        self.ran_out: int | None = None
        if self.record:
            self.runs, self.pauses, self.turns = [], [], []
        self.anew()

    def anew(self) -> None:
        """The whole limit is ahead again; extensions belonged to the one that was given up."""
        self.micros = self.days = self.stage = 0
        limit = self.limit
        self.left: int | None = None if limit is None else limit.amount
        self.stages: list[tuple[Unit, int | None]] = [
            (Unit.WORKING_HOURS if limit is None else limit.unit, self.left)
        ]

    def read(self, ticks: Iterable[Tick], now: datetime | None) -> Reading:
        """Fold the ticks into a reading."""
        micros = self.hours.micros
        started: Tick | None = None
        finished: Tick | None = None
        running: Tick | None = None
        start = since = at = 0
        due: int | None = None
        reasons: set[str] = set()
        for change, tick, reasons in changes(ticks):
            at = micros(tick.at)
            if change is Change.BEGIN:
                self.begin()
                started, start, running, since = tick, at, tick, at
                finished = due = None
            elif change is Change.RUN:
                running, since, finished, due = tick, at, None, None
            elif change is Change.HOLD:
                self.spend(since, at)
                running = None
            elif change is Change.END:
                if running is not None:
                    due = self.due(since)
                    self.spend(since, at)
                running, finished = None, tick
            elif change is Change.ANEW:
                self.supplemented(at)
            elif change is Change.LONGER:
                self.extend(tick.extra, at, since if running is not None else None)
            if self.record:
                self.stand(change, at, reasons)
        if running is not None:
            due = self.due(since)
            at = self.go_on(since, at, None if now is None else micros(now))
        if self.ran_out is not None:
            due = self.ran_out
        return Reading(
            timedelta(microseconds=self.micros),
            self.days,
            None if due is None else self.hours.moment(due),
            None if started is None else started.at,
            None if finished is None else finished.at,
            None if running is None else running.at,
            frozenset(reasons),
            self.limit,
            self.ran_out is not None,
            started is not None and self.is_provisional(start, at if due is None or at > due else due),
        )

    def spend(self, since: int, until: int) -> None:
        """The clock ran from since to until: take that off what is left, stage by stage."""
        while True:
            unit = self.stages[self.stage][0]
            spent = self.hours.count(unit, since, until)
            left = self.left
            if left is None:
                break
            if spent < left:
                self.left = left - spent
                break
            due = self.hours.run_out(unit, since, left)
            if due >= until:
                self.left = max(0, left - spent)
                break
            if self.stage + 1 == len(self.stages):
                self.left = 0
                if self.ran_out is None:
                    self.ran_out = due
                break
            self.add(unit, since, due, left, most=left)
            self.stage += 1
            self.left = self.stages[self.stage][1]
            since = due
        self.add(unit, since, until, spent)

    def add(self, unit: Unit, since: int, until: int, spent: int, *, most: int | None = None) -> None:
        """Put what was spent on the account."""
        if unit is Unit.WORKING_HOURS or unit is Unit.HOURS:
            self.micros += spent
        else:
            self.days += spent
        if self.record:
            self.runs.append(Run(since, until, unit, most))

    def due(self, since: int) -> int | None:
        """When the limit with its extensions runs out if the clock runs on from since."""
        if self.left is None:
            return None
        due = self.hours.run_out(self.stages[self.stage][0], since, self.left)
        for unit, amount in self.stages[self.stage + 1 :]:
            due = self.hours.run_out(unit, due, amount or 0)
        return due

    def go_on(self, since: int, at: int, now: int | None) -> int:
        """A running clock after the last tick: count up to now; for the explanation, plan on to the end."""
        if now is None or now <= since:
            now = None
        if self.record and self.ran_out is None and self.left is not None:
            self.plan(since, since if now is None else now)
        if now is None:
            return at
        self.spend(since, now)
        return max(at, now)

    def plan(self, since: int, now: int) -> None:
        """The stretches still ahead, one for each stage, each from where its count began."""
        left = self.left
        for unit, amount in self.stages[self.stage :]:
            left = amount if left is None else left
            due = self.hours.run_out(unit, since, left or 0)
            if due > now:
                self.planned.append(Run(since, due, unit, left))
            since, left = due, None

    def extend(self, extra: Limit | None, at: int, since: int | None) -> None:
        """Add the extra at the end; an extension after the limit ran out changes nothing any more."""
        if extra is None:
            raise Refused(
                "Gia hạn phải ghi rõ thêm bao lâu, ví dụ «2 working_days»",
                "An extension says how much longer, for example '2 working_days'",
            )
        if self.left is None:
            return
        due = self.ran_out if since is None else self.due(since)
        in_force = self.ran_out is None and (due is None or due >= at)
        if self.record:
            self.turns.append(Turn(at, extra, in_force))
        if not in_force:
            return
        unit, amount = self.stages[-1]
        if unit is not extra.unit:
            self.stages.append((extra.unit, extra.amount))
        elif self.stage + 1 == len(self.stages):
            self.left += extra.amount
        else:
            self.stages[-1] = (unit, (amount or 0) + extra.amount)

    def supplemented(self, at: int) -> None:
        """A supplement came in: under RESTART the limit begins anew, unless it had run out before."""
        if (
            self.limit is None
            or self.limit.on_supplement is OnSupplement.CONTINUE
            or self.ran_out is not None
        ):
            return
        self.anew()
        if self.record:
            self.turns.append(Turn(at, None, in_force=True))

    def stand(self, change: Change, at: int, reasons: set[str]) -> None:
        """Record from when and for which reasons the clock stands still."""
        if self.pauses and self.pauses[-1].until is None:
            self.pauses[-1] = self.pauses[-1]._replace(until=at)
        if reasons or change is Change.END:
            self.pauses.append(Pause(at, None, frozenset(reasons)))

    def is_provisional(self, start: int, last: int) -> bool:
        """Whether a day was counted that no notice has fixed; clock hours need no calendar."""
        if self.hours.is_known(start, last):
            return False
        return self.limit is None or any(unit is not Unit.HOURS for unit, _ in self.stages)
