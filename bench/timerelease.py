"""
The full table of a time release study of a million events, beside what polars needs for the bare aggregation of the same file.

Both read the same CSV and both find one time a case. The table adds every defect counted, quantiles by a named rule,
intervals by 2,000 bootstrap replicates, and Kaplan-Meier.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import polars as pl

from bench.figures import Report, middle, spread
from motcua.timerelease.describe import describe
from motcua.timerelease.logs import Columns, read_log
from motcua.timerelease.spans import between

CASES, STAMPS, RUNS = 100_000, 10, 3
AIM = 3.0
COLUMNS = Columns("case", "milestone", "time")


def _log(file: Path) -> None:
    chance = np.random.default_rng(20200930)
    start = np.datetime64("2020-01-01T00:00:00", "s") + chance.integers(0, 270 * 86_400, CASES).astype(
        "timedelta64[s]"
    )
    waits = np.cumsum(chance.exponential(3_600, (CASES, STAMPS)).astype(np.int64), axis=1) - 3_600
    at = (start[:, None] + waits.astype("timedelta64[s]")).ravel()
    pl.DataFrame({
        "case": np.repeat(np.arange(CASES), STAMPS),
        "milestone": np.tile(np.array([f"T{10 + i}" for i in range(STAMPS)]), CASES),
        "time": pl.Series(at.astype("datetime64[us]")).dt.strftime("%Y-%m-%d %H:%M:%S+07:00"),
    }).write_csv(file)  # fmt: skip


def _bare(file: Path) -> float:
    frame = pl.read_csv(file, schema_overrides={"case": pl.String})
    at = frame.with_columns(pl.col("time").str.to_datetime("%Y-%m-%d %H:%M:%S%:z"))
    begin, end = (pl.col("time").filter(pl.col("milestone") == code).min() for code in ("T10", "T19"))
    spans = at.group_by("case").agg((end - begin).dt.total_microseconds().alias("span"))
    told = spans.select(
        pl.col("span").mean().alias("mean"), pl.col("span").std().alias("sd"),
        *(pl.col("span").quantile(p, "linear").alias(f"p{p}") for p in (0.25, 0.5, 0.75, 0.9, 0.95)),
    )  # fmt: skip
    return float(told["mean"][0]) / 3_600_000_000


def _table(file: Path) -> float:
    return float(describe(between(read_log(file, COLUMNS), "T10", "T19"))["mean"])


def report(*, full: bool = False) -> Report:
    """The middle of three runs of each, in turn, and how many times the bare aggregation the whole table costs."""
    told = Report(f"time release: {CASES * STAMPS:,} events, {CASES:,} cases")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "log.csv"
        _log(file)
        bare: list[float] = []
        table: list[float] = []
        means: set[float] = set()
        for _ in range(RUNS):
            for times, work in ((bare, _bare), (table, _table)):
                began = perf_counter()
                mean = work(file)
                times.append(perf_counter() - began)
                means.add(round(mean, 6))
    if len(means) != 1:
        raise AssertionError(f"the two do not find the same mean: {means}")
    ratio = middle(table) / middle(bare)
    told.add("bare aggregation, polars", spread(bare))
    told.add(
        "the whole table",
        spread(table),
        beside=f"{ratio:.1f} times the bare one",
        aim=f"<= {AIM:g} times",
        met=ratio <= AIM,
    )
    return told
