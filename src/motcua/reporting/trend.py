"""How a figure went month by month: the same measure asked for each month of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from motcua.casework.figures import Indicator, Period
from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import MONTHS
from motcua.reporting.asked import Asked, kept
from motcua.reporting.asof import snapshot

# A period with fewer months than this says nothing of a trend; the year up to its end is shown instead.
FEWEST, USUAL = 3, 12


@dataclass(frozen=True)
class Month:
    """One month (or the part of one that lies in the period) and the figure of it."""

    period: Period
    value: int
    of: int | None

    @property
    def label(self) -> Text:
        """Tháng 9/2020; for months cut on another day their days."""
        return _label(self.period)

    @property
    def short(self) -> Text:
        """T9, Sep; days for months cut on another day."""
        start = self.period.start
        if start.day == 1:
            return Text(f"T{start.month}", MONTHS[start.month - 1][:3])
        return Text(f"{start:%d/%m}", f"{start:%d/%m}")

    @property
    def axis(self) -> Text:
        """As long as the left edge of a chart is wide: Tháng 9/2020, Sep 2020."""
        return (
            Text(self.label.vi, f"{self.short.en} {self.period.start.year}")
            if self.period.start.day == 1
            else self.short
        )


def _label(period: Period) -> Text:
    start, end = period.start, period.end
    if start.day == 1 and (end + timedelta(days=1)).day == 1:
        return Text(f"Tháng {start.month}/{start.year}", f"{MONTHS[start.month - 1]} {start.year}")
    return Text(f"{start:%d/%m}–{end:%d/%m/%Y}", f"{start:%d/%m}–{end:%d/%m/%Y}")


def months_of(period: Period) -> list[Period]:
    """The months of a period from its first day on, the last one cut at its end."""
    found = []
    number = 0
    while (start := _later(period.start, number)) <= period.end:
        end = min(_later(period.start, number + 1) - timedelta(days=1), period.end)
        found.append(Period(start, end))
        number += 1
    return found


def _later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    # Days 29 to 31 begin their months on the 28th: every month has one.
    return date(index // 12, index % 12 + 1, day.day if not months else min(day.day, 28))


def shown_months(period: Period) -> list[Period]:
    """The months to show for a period: its own, or the twelve up to its end where it has too few."""
    own = months_of(period)
    if len(own) >= FEWEST:
        return own[-2 * USUAL :]
    first = own[-1].start
    return [
        *(_whole(_later(first.replace(day=min(first.day, 28)), -back)) for back in range(USUAL - 1, 0, -1)),
        own[-1],
    ]


def _whole(start: date) -> Period:
    return Period(start, _later(start, 1) - timedelta(days=1))


def trend(found: Indicator, question: Asked) -> list[Month]:
    """The figure of every month that had begun at the moment asked for."""

    def find() -> list[Month]:
        months = [one for one in shown_months(question.period) if one.begins < question.as_of]
        with snapshot():
            counts = [(one, found.measure(one, question.as_of)) for one in months]
            return [Month(one, count.value, count.of) for one, count in counts]

    return kept("trend", question, find, found.code, found.version)
