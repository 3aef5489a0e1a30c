"""Chance with a seed: the same sizes and seed give the same year, on every machine."""

from __future__ import annotations

import hashlib
from bisect import bisect
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from motcua.demo.sizes import SEED, Span
from motcua.lib.worktime import OfficeHours

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Vietnam has kept UTC+7 since 1975; asking the zone for each of a million moments would cost more than the rest.
OFFSET = timedelta(hours=7)


def chance(name: str) -> Random:
    """A stream of its own for each part of the year, so that changing one part leaves the others as they were."""
    return Random(hashlib.sha256(f"{SEED}:{name}".encode()).digest())


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment given in Vietnam's time, as UTC."""
    return datetime.combine(day, time(hour, minute, second), UTC) - OFFSET


def days_of(span: Span) -> list[date]:
    """Every day of a span."""
    return [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]


def busy_days(span: Span, hours: OfficeHours, weekend: float) -> tuple[list[date], list[float]]:
    """The days of a span and how busy each is: a working day counts 1, a rest day `weekend`, the days round Tết more."""
    days = days_of(span)
    weights = []
    for day in days:
        weight = 1.0 if hours.is_working_day(day) else weekend
        # Trade hurries before Tết and is slow to come back; April 2020 was the month of distancing.
        if (day.month, day.year) == (1, 2020) and day.day < 22:
            weight *= 1.15
        if (day.month, day.year) == (4, 2020) and day.day <= 22:
            weight *= 0.7
        weights.append(weight)
    return days, weights


def moments(
    random: Random, span: Span, hours: OfficeHours, count: int, *, weekend: float = 0.0
) -> list[datetime]:
    """`count` moments in office time over a span, sorted; with `weekend` some on rest days and at night."""
    days, weights = busy_days(span, hours, weekend)
    sums = list(accumulate(weights))
    found = []
    for _ in range(count):
        day = days[bisect(sums, random.random() * sums[-1])]
        if weekend and random.random() < 0.06:
            hour = random.choice((5, 6, 18, 19, 20, 21, 22))
        else:
            hour = random.choice((8, 8, 9, 9, 10, 10, 11, 13, 13, 14, 14, 15, 15, 16))
        found.append(local(day, hour, random.randrange(60), random.randrange(60)))
    found.sort()
    return found
