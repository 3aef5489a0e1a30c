"""
One round of a study: its cases, cell by cell, who held them, and what may be said beside another round. Pure.

An office is measured, not measured (fewer cases than the study asks for) or not in scope; none of these is ever a zero.
Only measured offices count in the total, and a comparison takes only those that both rounds measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any

import numpy as np
import polars as pl

from motcua.lib.errors import Refused
from motcua.timerelease.compare import Cell, Round, smallest_detectable, split, verdict
from motcua.timerelease.describe import describe
from motcua.timerelease.partition import partition
from motcua.timerelease.published import check, part_whole
from motcua.timerelease.spans import Spans, days
from motcua.timerelease.statistics import HOUR, mean_interval, summary
from motcua.timerelease.study import HOLDERS, Interval, Study

ZONE = "Asia/Ho_Chi_Minh"
# Moments -> whole microseconds of the study's clock.
Clockwork = Callable[[pl.Series], pl.Series]


def elapsed(moments: pl.Series) -> pl.Series:
    """The clock on the wall."""
    return moments.dt.timestamp("us")


@dataclass(frozen=True)
class Records:
    """
    What the records say: `cases` (case, office, flow, regime, channel, cancelled), `stamps` (case, milestone, at in UTC),
    nothing recorded or happened after `seen`, the moment the follow-up ended or the records were asked.
    """

    cases: pl.DataFrame
    stamps: pl.DataFrame
    seen: datetime


@dataclass
class Measured:
    """A round worked out: `frame` has a row a case (office, …, begin, end, micros, finished, day), of measured offices."""

    study: Study
    frame: pl.DataFrame
    pieces: pl.DataFrame
    stamps: pl.DataFrame
    offices: dict[str, tuple[str, int]]
    left_out: Counter[str]
    in_window: int
    seen: datetime
    stages: dict[str, pl.DataFrame] = field(default_factory=dict)


def measure(study: Study, records: Records, clock: Clockwork = elapsed) -> Measured:
    """Take the cases of a study, leave out by named rules, time the others and cut their time by holder."""
    left_out: Counter[str] = Counter()
    cases = records.cases.filter(pl.col("office").is_in(study.offices))
    if study.flows:
        cases = cases.filter(pl.col("flow").is_in(study.flows))
    if study.regimes:
        cases = cases.filter(pl.col("regime").is_in(study.regimes))
    in_window = cases.height
    if "cancelled" in study.exclude:
        left_out["cancelled"] = int(cases["cancelled"].sum() or 0)
        cases = cases.filter(~pl.col("cancelled"))
    stamps = records.stamps.join(cases.select("case"), on="case", how="semi")
    stamps = stamps.with_columns(clock(stamps["at"]).alias("micros").cast(pl.Int64))
    seen = clock(pl.Series([records.seen], dtype=pl.Datetime("us", "UTC")))[0]
    timed = _timed(cases, stamps, study.total, seen)
    left_out["no-begin"] = cases.height - timed.height
    sizes = dict(timed["office"].value_counts().iter_rows())
    offices = {
        office: (
            "measured" if sizes.get(office, 0) >= study.minimum_n else "not-measured",
            int(sizes.get(office, 0)),
        )
        for office in study.offices
    }
    unmeasured = [office for office, (state, _) in offices.items() if state != "measured"]
    left_out["office-below-minimum"] = timed.filter(pl.col("office").is_in(unmeasured)).height
    # In the order of the published extract, so that whoever recomputes adds in the same order, to the last digit. Ties go by
    # what is published and never by the number of a declaration.
    frame = timed.filter(~pl.col("office").is_in(unmeasured)).sort(
        "begin_at", "micros", "office", "flow", "channel"
    )
    frame = frame.with_columns(pl.Series("day", days(frame["begin_at"], ZONE), dtype=pl.Int64))
    stamps = stamps.join(frame.select("case"), on="case", how="semi")
    held = {code: one.holder for code, one in study.milestones.items()}
    pieces = partition(
        stamps.select("case", "milestone", pl.col("micros").alias("at")),
        frame.filter("finished").select("case", "begin", "end"),
        held, [(wait.begin, wait.end, wait.holder) for wait in study.waits],
    )  # fmt: skip
    stages = {
        name: _timed(frame.select(*cases.columns), stamps, one, seen) for name, one in study.stages.items()
    }
    return Measured(study, frame, pieces, stamps, offices, +left_out, in_window, records.seen, stages)


def _timed(cases: pl.DataFrame, stamps: pl.DataFrame, interval: Interval, seen: int) -> pl.DataFrame:
    """Cases with their first begin and first end; without an end they are open and last seen at `seen`."""
    found = stamps.group_by("case").agg(
        pl.col("at").filter(pl.col("milestone") == interval.begin).min().alias("begin_at"),
        pl.col("micros").filter(pl.col("milestone") == interval.begin).min().alias("begin"),
        pl.col("micros").filter(pl.col("milestone") == interval.end).min().alias("end"),
    )
    found = cases.join(found, on="case").drop_nulls("begin")
    return found.with_columns(
        pl.col("end").is_not_null().alias("finished"),
        (pl.col("end").fill_null(seen) - pl.col("begin")).alias("micros"),
    )


def spans(frame: pl.DataFrame) -> Spans:
    """The times of a frame as `describe` takes them, clustered by day."""
    return Spans(
        frame["case"].to_list(), frame["micros"].to_numpy(), frame["finished"].to_numpy(), frame["day"].to_numpy(),
        np.full(frame.height, "", dtype=np.str_),
    )  # fmt: skip


def told(measured: Measured, others: Iterable[str] = (), base: Measured | None = None) -> dict[str, Any]:
    """The whole answer of a round as one plain structure; `others` are offices of the department outside its scope."""
    study = measured.study
    answer: dict[str, Any] = {
        "study": study.name, "version": study.version, "title": study.title.model_dump(),
        "window": study.window.model_dump(mode="json"), "follow_up_end": study.follow_up_end.isoformat(),
        "seen": measured.seen.isoformat(), "unit_of_analysis": study.unit, "clock": study.clock,
        "total_interval": study.total.model_dump(include={"begin", "end"}), "minimum_n": study.minimum_n,
        "unverified": list(study.unverified),
        "in_window": measured.in_window, "left_out": dict(sorted(measured.left_out.items())),
        "offices": [
            *({"office": office, "state": state, "n": n} for office, (state, n) in measured.offices.items()),
            *({"office": office, "state": "not-in-scope"} for office in sorted(set(others) - set(study.offices))),
        ],
        "total": _cell(measured, measured.frame),
        "stages": {name: _stage(study.stages[name], frame) for name, frame in measured.stages.items()},
        "cells": [one for dimensions in study.by for one in _cells(measured, dimensions)],
    }  # fmt: skip
    findings = check(study.published)
    whole = measured.frame.height
    for dimensions in study.by:
        parts = dict(measured.frame.group_by(list(dimensions)).len().with_columns(
            pl.concat_str(dimensions, separator="/")).select(dimensions[0], "len").iter_rows())  # fmt: skip
        findings += part_whole(whole, parts, "/".join(dimensions))
    answer["findings"] = [
        {"code": one.code, "place": one.place, "vi": one.vi, "en": one.en} for one in findings
    ]
    if base is not None:
        answer["comparison"] = compared(base, measured)
    return answer


def _cells(measured: Measured, dimensions: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for values, part in measured.frame.partition_by(
        list(dimensions), as_dict=True, maintain_order=False
    ).items():
        cell: dict[str, Any] = dict(zip(dimensions, values, strict=True))
        if part.height < measured.study.minimum_n:
            found.append({"cell": cell, "state": "not-measured", "n": part.height})
        else:
            found.append({"cell": cell, "state": "measured", "n": part.height, **_cell(measured, part)})
    return sorted(found, key=lambda one: tuple(map(str, one["cell"].values())))


def _stage(interval: Interval, frame: pl.DataFrame) -> dict[str, Any]:
    with_day = frame.with_columns(pl.Series("day", days(frame["begin_at"], ZONE), dtype=pl.Int64))
    answer = {"begin": interval.begin, "end": interval.end}
    return answer | describe(spans(with_day), target_hours=interval.target_hours)


def _cell(measured: Measured, frame: pl.DataFrame) -> dict[str, Any]:
    """The table of one cell, its share done at or before the start, the column by the outlier rule, and its holders."""
    study = measured.study
    answer = describe(spans(frame), target_hours=study.total.target_hours)
    done = frame.filter("finished")
    if done.is_empty():
        return answer
    answer["share_at_or_before"] = done.filter(pl.col("micros") <= 0).height / done.height
    if study.outliers.hours is not None:
        kept = done.filter(pl.col("micros") <= round(study.outliers.hours * HOUR))
        answer["by_rule"] = {
            "rule": f"<= {study.outliers.hours:g} h", "set_apart": done.height - kept.height,
            "mean": summary(kept["micros"].to_numpy()).mean if kept.height else None,
        }  # fmt: skip
    else:
        tukey = answer["tukey"]
        answer["by_rule"] = {"rule": tukey["rule"], "set_apart": tukey["above"], "mean": tukey["mean_within"]}
    answer["holders"] = held_by(measured.pieces, done)
    return answer


def held_by(pieces: pl.DataFrame, done: pl.DataFrame) -> list[dict[str, Any]]:
    """Hours by holder, in the order of `HOLDERS`: their means add up to the mean, their seconds to the sum."""
    sums = dict(
        pieces.join(done.select("case"), on="case", how="semi")
        .group_by("holder")
        .agg(pl.col("micros").sum())
        .iter_rows()
    )
    total = sum(sums.values())
    return [
        {
            "holder": holder, "sum_seconds": sums[holder] / 1_000_000, "mean": sums[holder] / done.height / HOUR,
            "share": sums[holder] / total if total > 0 and "ahead" not in sums else None,
        }
        for holder in HOLDERS
        if holder in sums
    ]  # fmt: skip


def compared(base: Measured, now: Measured) -> dict[str, Any]:
    """
    Two rounds like for like: what change could have been seen, whether there is one, and how much of it is other goods.

    Refused where the rounds do not time the same thing on the same clock.
    """
    one, two = base.study, now.study
    for what, vi, en, was, is_ in (
        ("clock", "đồng hồ", "clock", one.clock, two.clock),
        ("unit", "đơn vị đo", "unit of analysis", one.unit, two.unit),
        (
            "total",
            "khoảng đo",
            "interval",
            (one.total.begin, one.total.end),
            (two.total.begin, two.total.end),
        ),
    ):
        if was != is_:
            raise Refused(
                f"Không so sánh được {two.name} với {one.name}: khác {vi} ({was} và {is_}).",
                f"{two.name} cannot be compared with {one.name}: another {en} ({was} and {is_}).",
                place=what,
            )
    both = [
        office for office, (state, _) in now.offices.items()
        if state == "measured" and base.offices.get(office, ("", 0))[0] == "measured"
    ]  # fmt: skip
    answer: dict[str, Any] = {
        "base": one.name, "base_window": one.window.model_dump(mode="json"), "offices": both,
        "only_base": sorted(o for o, (s, _) in base.offices.items() if s == "measured" and o not in both),
        "only_now": sorted(o for o, (s, _) in now.offices.items() if s == "measured" and o not in both),
    }  # fmt: skip
    frames = [each.frame.filter(pl.col("finished") & pl.col("office").is_in(both)) for each in (base, now)]
    if any(frame.height < 2 for frame in frames):
        return answer | {"state": "not-measured"}
    (was_round, _, _), (now_round, sd, effect) = (_round(frame) for frame in frames)
    answer |= {"state": "measured", "base_mean": was_round.mean, "mean": now_round.mean}
    answer["verdict"] = asdict(verdict(was_round, now_round))
    n = 2 / (1 / was_round.n + 1 / now_round.n)
    answer["smallest_detectable_change_percent"] = (
        100 * smallest_detectable(sd / abs(now_round.mean), n, design_effect=effect)
        if now_round.mean
        else None
    )
    strata = list(two.strata)
    if strata:
        try:
            parts = split(*(_strata(frame, strata) for frame in frames))
        except ValueError:
            parts = None
        answer["split"] = {"by": strata, **asdict(parts)} if parts else None
    return answer


def _round(frame: pl.DataFrame) -> tuple[Round, float, float]:
    micros = frame["micros"].to_numpy()
    table = summary(micros)
    interval = mean_interval(micros, frame["day"].to_numpy())
    # Fewer clusters than two say nothing of the design; then each case stands for itself.
    effect = max((interval.design_effect if interval else None) or 1.0, 1.0)
    sd = table.sd or 0.0
    return Round(table.mean, sd * sqrt(effect / table.n), table.n), sd, effect


def _strata(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, Cell]:
    grouped = frame.with_columns(pl.concat_str(names, separator="/").alias("stratum")).group_by("stratum")
    cells = grouped.agg(pl.len().alias("n"), pl.col("micros").sum().alias("total"))
    return {name: Cell(n, total / n / HOUR) for name, n, total in cells.iter_rows()}
