"""Periods by name, from `law/reports/periods.yaml`, or by two days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import Field

from motcua.casework.figures import Period
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.reporting.files import Shape, Words, read_shape

_NAME = re.compile(r"^(?P<kind>.+?)-(?P<year>(?:19|20)[0-9]{2})(?:-(?P<number>[0-9]{1,2}))?$")


class Kind(Shape):
    """A family of periods: one for every number of every year."""

    name: str
    months: Annotated[int, Field(ge=1, le=12)]
    first_day: Annotated[int, Field(ge=1, le=28)]
    numbers: Annotated[int, Field(ge=1, le=12)]
    label: Words
    source: str
    verified: bool

    def period(self, year: int, number: int) -> Period:
        """The period of this kind with that number in that year."""
        first, last = (number - 1) * self.months, number * self.months
        label = Text(
            self.label.vi.format(number=number, year=year), self.label.en.format(number=number, year=year)
        )
        return Period(self._day(year, first), self._day(year, last) - timedelta(days=1), label)

    def _day(self, year: int, months: int) -> date:
        # A period cut on the 15th begins in the month before the one it is named after.
        index = year * 12 + months - (1 if self.first_day > 1 else 0)
        return date(index // 12, index % 12 + 1, self.first_day)

    def names(self, year: int) -> list[str]:
        """The names of this kind's periods of a year."""
        if self.numbers == 1:
            return [f"{self.name}-{year}"]
        width = len(str(self.numbers))
        return [f"{self.name}-{year}-{number:0{width}d}" for number in range(1, self.numbers + 1)]


class Named(Shape):
    """A period with its own days."""

    name: str
    start: date
    end: date
    label: Words
    source: str
    verified: bool

    @property
    def period(self) -> Period:
        """The period itself."""
        return Period(self.start, self.end, self.label.text)


class PeriodsFile(Shape):
    """The whole file."""

    kinds: list[Kind]
    named: list[Named]


@cache
def declared() -> PeriodsFile:
    """The periods of this department, read once."""
    return read_shape("periods.yaml", PeriodsFile)


def names(year: int) -> list[str]:
    """Every name a period of this year goes by."""
    fixed = [row.name for row in declared().named if year in (row.start.year, row.end.year)]
    return sorted({*fixed, *(name for kind in declared().kinds for name in kind.names(year))})


def period(name: str) -> Period:
    """The period of this name. Raises Refused with the nearest known name."""
    for row in declared().named:
        if row.name == name:
            return row.period
    match = _NAME.match(name)
    if match:
        kind = next((kind for kind in declared().kinds if kind.name == match["kind"]), None)
        number = int(match["number"] or 1)
        numbered = match["number"] is not None
        if kind and 1 <= number <= kind.numbers and (numbered or kind.numbers == 1):
            return kind.period(int(match["year"]), number)
    year = int(match["year"]) if match else 2020
    near = get_close_matches(name, names(year), n=3, cutoff=0.4) or names(year)[:3]
    raise Refused(
        f"Không có kỳ nào tên là '{name}'. Gần giống: {', '.join(near)}. Xem tất cả: motcua report period.",
        f"There is no period named '{name}'. Nearest: {', '.join(near)}. All of them: motcua report period.",
        place="period",
    )


def between(start: date, end: date) -> Period:
    """The period of two days, both counted, with its label where the files name one of just these days."""
    for row in declared().named:
        if (row.start, row.end) == (start, end):
            return row.period
    for kind in declared().kinds:
        for number in range(1, kind.numbers + 1):
            # A period cut on the 15th of December belongs to the year it ends in.
            known = kind.period(end.year, number)
            if (known.start, known.end) == (start, end):
                return known
    return Period(start, end)
