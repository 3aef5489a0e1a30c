"""
The published extract of a round: an event log anyone may have, from which `motcua timerelease describe` makes the figures
again. Pure.

No number of a declaration, no firm, no goods, no regime: a running number, the stamps, office, flow, channel. Cases of
offices below the minimum are not in it, as they are not in the total. A case still open has a row `seen`, so that whoever
reads the file knows how long it was watched.
"""

from __future__ import annotations

import csv
import io

import polars as pl

from motcua.timerelease.round import Measured

COLUMNS = ("case", "milestone", "time", "office", "flow", "channel")
SEEN = "seen"


def extract(measured: Measured) -> str:
    """The log as CSV, in the order of the running numbers; those follow the moments, not the declarations' own numbers."""
    numbered = measured.frame.with_row_index("number", 1)
    rows = measured.stamps.join(numbered.select("case", "number", "office", "flow", "channel"), on="case")
    still = numbered.filter(~pl.col("finished")).with_columns(
        pl.lit(SEEN).alias("milestone"), pl.lit(measured.seen).cast(pl.Datetime("us", "UTC")).alias("at")
    )
    wanted = ["number", "milestone", "at", "office", "flow", "channel"]
    both = pl.concat([rows.select(wanted), still.select(wanted)], how="vertical_relaxed").sort(
        "number", "at", "milestone"
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, milestone, at, *cell in both.iter_rows():
        writer.writerow([f"c{number:07d}", milestone, at.isoformat(), *cell])
    return out.getvalue()
