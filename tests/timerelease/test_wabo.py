"""A real permit log of 1,434 cases against figures worked out independently; skipped where the log is not at hand."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from motcua.timerelease.describe import DAY, by_group, describe, source
from motcua.timerelease.logs import Columns, Table, read_log
from motcua.timerelease.spans import Spans, whole
from motcua.timerelease.statistics import HOUR, Rule, quantile

SHARED = Path(os.environ.get("MOTCUA_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "eventlogs" / "receipt_wabo.csv"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the WABO log does not lie beside this repository")


@pytest.fixture(scope="module")
def table() -> Table:
    return read_log(FILE, Columns("case:concept:name", "concept:name", "time:timestamp", "case:channel"))


@pytest.fixture(scope="module")
def spans(table: Table) -> Spans:
    return whole(table)


def near(value: float, digits: int = 6) -> object:
    return pytest.approx(value, abs=0.51 * 10**-digits)


def test_the_log_is_clean(table: Table) -> None:
    assert source(table) == {
        "rows": 8577, "used": 8577, "left_out": 0, "cases": 1434, "activities": 27, "refused": {}, "noted": {},
    }  # fmt: skip


def test_the_whole_table_to_the_last_digit(spans: Spans) -> None:
    told = describe(spans)
    assert told["counts"] == {"started": 1434, "finished": 1434, "open": 0, "left_out": {}}
    assert round(told["sum_seconds"]) == 670_056_454
    assert told["mean"] == near(129.795532)
    assert told["sd"] == near(367.365891)
    assert (told["min"], told["max"]) == (0, near(6620.150423))
    assert (told["zeros"], told["positives"]) == (116, 1318)
    assert told["geometric_mean_of_positives"] == near(3.307437)
    assert told["quantiles"] == {
        "p25": near(0.042480), "p50": near(0.796829), "p75": near(121.898795), "p90": near(338.283833),
        "p95": near(573.899074),
    }  # fmt: skip
    assert told["share_below_mean"] == near(0.7559, 4)
    assert told["trimmed_mean"] == {"value": near(74.688858), "cut_each_side": 71}
    assert (told["tukey"]["fence"], told["tukey"]["above"]) == (near(304.683266), 190)
    assert told["tukey"]["mean_within"] == near(39.6, 1)
    median = told["median_interval"]
    assert (median["ranks"], median["low"], median["high"]) == ((680, 755), near(0.471267), near(1.958036))


def test_weeks_are_worth_less_than_cases(spans: Spans) -> None:
    interval = describe(spans)["mean_interval"]
    assert interval["clusters"] == 69
    assert interval["design_effect"] == pytest.approx(2.5, abs=0.05)
    # The seed moves the third digit.
    assert interval["low"] == pytest.approx(101, abs=3)
    assert interval["high"] == pytest.approx(161, abs=3)


@pytest.mark.parametrize(
    ("rule", "p50", "p90"),
    [
        (Rule.HF6, 0.796829, 338.748098), (Rule.HF7, 0.796829, 338.283833), (Rule.HF8, 0.796829, 338.512060),
        (Rule.INVERTED_CDF, 0.777898, 338.305527),
    ],
)  # fmt: skip
def test_the_rule_of_a_quantile_is_part_of_its_name(spans: Spans, rule: Rule, p50: float, p90: float) -> None:
    ordered = np.sort(spans.micros)
    assert float(quantile(ordered, Fraction(1, 2), rule) / HOUR) == near(p50)
    assert float(quantile(ordered, Fraction(9, 10), rule) / HOUR) == near(p90)


def test_a_follow_up_of_thirty_days(spans: Spans) -> None:
    told = describe(spans, follow_up_days=30)
    assert told["kaplan_meier"]["share_open"] == near(0.033, 3)
    assert told["kaplan_meier"]["quantiles"]["p75"] / 24 == near(5.085, 3)
    assert told["kaplan_meier"]["restricted_mean"] / 24 == near(4.245, 3)
    # What the usual practice would have published.
    assert told["mean"] / 24 == near(3.35, 2)
    assert told["kaplan_meier"]["horizon"] == 30 * DAY / HOUR


def test_channels(spans: Spans) -> None:
    groups = by_group(spans)
    assert {n: (g["n"], round(g["quantiles"]["p50"], 2), round(g["quantiles"]["p90"], 2)) for n, g in groups.items()} == {
        "Internet": (1250, 0.52, 333.62), "Desk": (109, 18.76, 319.71), "Post": (53, 97.36, 480.45),
        "e-mail": (21, 0.58, 314.62), "Intern": (1, 23.26, 23.26),
    }  # fmt: skip
    assert groups["Intern"]["mean_interval"] is None
    assert groups["Intern"]["sd"] is None
