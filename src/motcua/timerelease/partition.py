"""
Who held the goods: the time from begin to end cut at every stamp between, each piece somebody's. Pure.

The pieces of a case do not overlap and add up to its time to the microsecond, whatever stamps are missing, repeated or out
of order. While a declared wait is open (an inspection, a question to the trader) the piece is the wait's, so that two who
work at once are never both counted; else it is of whoever the next stamp was waited for from. A case that ended before it
began has one piece, `ahead`, and it is negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

Wait = tuple[str, str, str]


def partition(
    stamps: pl.DataFrame, ends: pl.DataFrame, held: Mapping[str, str], waits: Sequence[Wait] = ()
) -> pl.DataFrame:
    """
    `stamps` (case, milestone, at: whole microseconds of one clock), `ends` (case, begin, end), `held`: milestone -> who
    held the goods until then, `waits`: (begin, end, holder), the first goes first.

    Answers case, holder, micros: one row a case and holder, only of cases in `ends`, which must be finished.
    """
    codes = {code: place for place, code in enumerate(held)}
    forward = ends.filter(pl.col("end") >= pl.col("begin"))
    rows = stamps.join(forward, on="case").with_columns(
        pl.col("milestone").replace_strict(codes, return_dtype=pl.Int64).alias("place")
    )
    rows = rows.sort("case", "at", "place").with_columns(
        # A stamp outside counts for nothing but the waits it opens.
        pl.min_horizontal(pl.max_horizontal("at", "begin"), "end").alias("at"),
        *(_open(begin, end).alias(f"open{i}") for i, (begin, end, _) in enumerate(waits)),
    )
    owner = pl.col("milestone").shift(-1).over("case").replace_strict(dict(held), default=None)
    for i, (_, _, holder) in reversed(list(enumerate(waits))):
        owner = pl.when(pl.col(f"open{i}")).then(pl.lit(holder)).otherwise(owner)
    pieces = rows.select(
        "case", owner.alias("holder"), (pl.col("at").shift(-1).over("case") - pl.col("at")).alias("micros")
    ).filter(pl.col("micros") > 0)
    ahead = ends.filter(pl.col("end") < pl.col("begin")).select(
        "case", pl.lit("ahead").alias("holder"), (pl.col("end") - pl.col("begin")).alias("micros")
    )
    found = pl.concat([pieces, ahead], how="vertical_relaxed")
    return found.group_by("case", "holder").agg(pl.col("micros").sum()).sort("case", "holder")


def _open(begin: str, end: str) -> pl.Expr:
    """Whether more waits have begun than ended just after this stamp; an end without a begin closes nothing later."""
    step = (pl.col("milestone") == begin).cast(pl.Int64) - (pl.col("milestone") == end).cast(pl.Int64)
    level = step.cum_sum().over("case")
    # The lowest level so far is the ground: an end that nothing began lowers it instead of hiding the next wait.
    ground = pl.min_horizontal(level.cum_min().over("case"), pl.lit(0))
    return level > ground
