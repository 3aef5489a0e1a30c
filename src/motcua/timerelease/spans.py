"""From events to times: one span a case, finished or still open when the log ends. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from motcua.timerelease.logs import OPENING, Table
from motcua.timerelease.statistics import Micros
from motcua.timerelease.survival import Flags

WEEK = 7 * 86_400_000_000
# 5 January 1970 was a Monday.
FIRST_MONDAY = 4 * 86_400_000_000


@dataclass
class Spans:
    """
    `micros` of each case, `finished` or only last seen then, the ISO `weeks` they began in (or the days, where `between` was
    asked for days), the `groups` their first event names; cases left out, by reason.
    """

    cases: list[str]
    micros: Micros
    finished: Flags
    weeks: npt.NDArray[np.int64]
    groups: npt.NDArray[np.str_]
    left_out: Counter[str] = field(default_factory=Counter)


def whole(table: Table) -> Spans:
    """From the first to the last event of each case: every case is finished as far as the log knows."""
    found = table.events.group_by("case").agg(
        pl.col("at").min().alias("begin"), pl.col("at").max().alias("end"), pl.col("group").first()
    )
    return _spans(found.sort("case"), Counter())


def between(table: Table, begin: str, end: str, days_in: str | None = None) -> Spans:
    """
    From the first `begin` to the first `end` of each case; negative when it ended before it began.

    Where a log writes starts and ends of an activity, a begin is its earliest row and an end its earliest row that is not
    an opening one. A case without an end is open: last seen at the last event of the whole log. A case without a begin is
    left out and counted. `days_in` names a time zone by whose days the cases are clustered instead of by weeks: a study of one
    week has nothing else to tell how much its days differ.
    """
    events = table.events
    closing = (pl.col("activity") == end) & ~pl.col("transition").is_in(sorted(OPENING))
    found = events.group_by("case").agg(
        pl.col("at").filter(pl.col("activity") == begin).min().alias("begin"),
        pl.col("at").filter(closing).min().alias("end"),
        pl.col("group").first(),
    )
    without = found.filter(pl.col("begin").is_null()).height
    found = found.drop_nulls("begin").sort("case")
    spans = _spans(found, Counter({"no-begin": without}) if without else Counter(), events["at"].max())
    if days_in is not None:
        spans.weeks = days(found["begin"], days_in)
    return spans


def days(moments: pl.Series, zone: str) -> npt.NDArray[np.int64]:
    """The day of each moment on the wall of a zone, as a whole number."""
    return moments.dt.convert_time_zone(zone).dt.date().cast(pl.Int32).to_numpy().astype(np.int64)


def _spans(found: pl.DataFrame, left_out: Counter[str], last: object = None) -> Spans:
    begin = found["begin"].dt.timestamp("us").to_numpy()
    finished = found["end"].is_not_null().to_numpy()
    seen = found["end"].fill_null(last) if last is not None else found["end"]
    micros = seen.dt.timestamp("us").to_numpy() - begin
    groups = found["group"].to_numpy().astype(np.str_)
    return Spans(found["case"].to_list(), micros, finished, (begin - FIRST_MONDAY) // WEEK, groups, left_out)
