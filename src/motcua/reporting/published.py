"""Figures as they were published, from `law/reports/published.yaml`: kept beside what is counted, never instead of it."""

from __future__ import annotations

from datetime import date
from functools import cache

from motcua.casework.figures import Period
from motcua.reporting.files import Shape, read_shape


class Published(Shape):
    """One figure in the words of its source."""

    code: str
    value: int
    said: str
    start: date
    end: date
    source: str
    verified: bool


class PublishedFile(Shape):
    """The whole file."""

    figures: list[Published]


@cache
def declared() -> dict[tuple[str, date, date], Published]:
    """All of them by code and days, read once."""
    rows = read_shape("published.yaml", PublishedFile).figures
    return {(row.code, row.start, row.end): row for row in rows}


def published(code: str, period: Period) -> Published | None:
    """What was published for an indicator and a period; None when nothing was."""
    return declared().get((code, period.start, period.end))
