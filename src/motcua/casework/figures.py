"""
What every figure is made of: a period, a query that gives both the number and its rows, and what the number means.

A `Count` never stores a number: its value is the count of its rows, read by the same query, so the two cannot differ.
Reporting and reform both build on this; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal

from django.db import connection

from motcua.lib import merkle
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM, date_text

Better = Literal["more", "less", "neither"]

# flow: what happened during the period; months add up. span: what there was to do in it; months do not add up.
# start, end: what stood at its first or last instant. to_date: what is done of a year's plan by its end.
PeriodKind = Literal["flow", "span", "start", "end", "to_date"]


@dataclass(frozen=True)
class Period:
    """Days `start` to `end`, both counted, in Vietnam; `begins` and `ends` are its half-open instants."""

    start: date
    end: date
    label: Text | None = None

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise Refused(
                f"Kỳ kết thúc ngày {self.end:%d/%m/%Y} trước khi bắt đầu ({self.start:%d/%m/%Y}); hãy đổi một trong hai ngày.",
                f"The period ends on {self.end} before it begins ({self.start}); change one of the two days.",
                place="period",
            )

    @property
    def begins(self) -> datetime:
        """The first instant: midnight in Vietnam at the start of the first day."""
        return datetime.combine(self.start, time(), VIETNAM)

    @property
    def ends(self) -> datetime:
        """The instant after the last: midnight in Vietnam after the last day."""
        return datetime.combine(self._after, time(), VIETNAM)

    @property
    def days(self) -> int:
        """How many days: 274 from January to September 2020, 273 in 2019."""
        return (self.end - self.start).days + 1

    @property
    def title(self) -> Text:
        """Its name where it has one, else its days."""
        return self.label or self.dates

    @property
    def dates(self) -> Text:
        """Its days, written for people."""
        return Text(
            f"từ ngày {date_text(self.start, 'vi')} đến ngày {date_text(self.end, 'vi')}",
            f"{date_text(self.start, 'en')} to {date_text(self.end, 'en')}",
        )

    @property
    def _after(self) -> date:
        return self.end + timedelta(days=1)

    def same_last_year(self) -> Period:
        """The same days a year before. 29 February moves to 1 March, so that neighbours stay neighbours."""
        return _between(_year_before(self.start), _year_before(self._after))

    def previous(self) -> Period:
        """The period just before, of as many months where this one is whole months (of any first day), else of as many days."""
        months = self._whole_months()
        first = _months_before(self.start, months) if months else self.start - (self._after - self.start)
        return _between(first, self.start)

    def full_last_year(self) -> Period:
        """The whole year before; for periods cut on the 15th the reporting year, 15 December to 14 December."""
        year = self.end.year
        if self.start.day == self._after.day == 15:
            return Period(date(year - 2, 12, 15), date(year - 1, 12, 14))
        return Period(date(year - 1, 1, 1), date(year - 1, 12, 31))

    def _whole_months(self) -> int:
        if self.start.day != self._after.day or self.start.day > 28:
            return 0
        return (self._after.year - self.start.year) * 12 + self._after.month - self.start.month

    def as_json(self) -> dict[str, str]:
        """Its days as ISO text."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def _between(start: date, after: date) -> Period:
    return Period(start, after - timedelta(days=1))


def _year_before(day: date) -> date:
    return date(day.year - 1, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, day.day)


@dataclass(frozen=True)
class Rows:
    """
    One query for a figure and for the list behind it. `sql` gives one row a thing counted, in a column `counted`.

    With `of` "case" that column is a case id and the list shows the cases' references; with "name" it is the reference.
    """

    sql: str
    params: tuple[Any, ...]
    of: Literal["case", "name"] = "case"

    def count(self) -> int:
        """How many rows the query gives."""
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from ({self.sql}) as rows", self.params)
            (count,) = cursor.fetchone()
        return int(count)

    def references(self) -> list[str]:
        """The reference of every row, in the order of code points."""
        listed = f"select counted::text as reference from ({self.sql}) as rows"
        if self.of == "case":
            listed = (
                f"select c.reference from ({self.sql}) as rows join casework_case c on c.id = rows.counted"
            )
        with connection.cursor() as cursor:
            cursor.execute(listed, self.params)
            return sorted(reference for (reference,) in cursor.fetchall())

    def having(self, condition: str, *params: Any) -> Rows:
        """The same query narrowed by a condition on its columns."""
        return replace(
            self, sql=f"select * from ({self.sql}) as part where {condition}", params=(*self.params, *params)
        )


@dataclass(frozen=True)
class Count:
    """A figure that was asked for: its rows, and the rows of its denominator where it is so many of so many."""

    rows: Rows
    denominator: Rows | None = None

    @cached_property
    def value(self) -> int:
        """The figure."""
        return self.rows.count()

    @cached_property
    def of(self) -> int | None:
        """Out of how many; None where the figure stands alone."""
        return self.denominator.count() if self.denominator else None


Measure = Callable[[Period, datetime], Count]


@dataclass(frozen=True)
class Indicator:
    """
    A figure with a name: what it counts, how, in which unit, which way is better, and where the definition comes from.

    `measure(period, as_of)` is its only way to a number. `version` rises whenever the definition changes.
    """

    code: str
    title: Text
    definition: Text
    formula: Text
    unit: Text
    better: Better
    period_kind: PeriodKind
    source: Text
    measure: Measure
    version: int = 1

    def rows(self, period: Period, as_of: datetime) -> list[str]:
        """The references behind the figure, exactly as many as its value."""
        return self.measure(period, as_of).rows.references()


def cut(period: Period, as_of: datetime) -> datetime:
    """The instant up to which a report sees: the end of the period, or `as_of` while the period still runs.

    Raises Refused when the period had not begun at `as_of`: there is nothing to report yet.
    """
    if as_of <= period.begins:
        raise Refused(
            f"Kỳ {period.title.vi} chưa bắt đầu vào thời điểm chốt số liệu {as_of.astimezone(VIETNAM):%d/%m/%Y %H:%M}; "
            "hãy chọn kỳ sớm hơn hoặc thời điểm chốt muộn hơn.",
            f"The period {period.title.en} had not begun at {as_of.astimezone(VIETNAM):%Y-%m-%d %H:%M}, the moment asked for; "
            "choose an earlier period or a later --as-of.",
            place="as-of",
        )
    return min(period.ends, as_of)


# The version of a standing that was known at a moment; give the moment twice.
KNOWN = "known_from <= %s and (known_to is null or known_to > %s)"


def root_of(references: list[str]) -> str:
    """The Merkle root (RFC 9162) of row references as UTF-8, in the order of code points; hexadecimal."""
    return merkle.root([reference.encode() for reference in sorted(references)]).hex()


@dataclass(frozen=True)
class Figure:
    """
    A measured figure with everything needed to judge it: its base, the change, how many rows stand behind it, their root.

    `change_raw` is exact to six decimals and `change_printed` what a report prints; both are per cent, and None without a base.
    `base_source` says whether the base was counted from rows or taken as published.
    """

    code: str
    version: int
    value: int
    of: int | None
    period: Period
    as_of: datetime
    rows: int
    digest: str
    base: int | None = None
    base_period: Period | None = None
    base_source: str = "none"
    change_raw: str | None = None
    change_printed: str | None = None
    direction: str = "none"
    per_day: tuple[str, str, str | None] | None = None
    note: Text | None = None
