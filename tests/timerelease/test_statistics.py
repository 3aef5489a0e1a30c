"""The table of a cell against numbers worked out elsewhere, by hand, or by another tool."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.timerelease.statistics import HOUR, Rule, mean_interval, median_interval, quantile, summary

SPANS = st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=60)
NUMPY = {
    Rule.HF6: "weibull",
    Rule.HF7: "linear",
    Rule.HF8: "median_unbiased",
    Rule.INVERTED_CDF: "inverted_cdf",
}


def hours(*values: float) -> np.ndarray:
    return np.array([round(v * HOUR) for v in values], dtype=np.int64)


@pytest.mark.parametrize("rule", Rule)
@given(SPANS, st.sampled_from([0, 5, 25, 50, 75, 90, 95, 100]))
def test_quantiles_are_those_of_numpy(rule: Rule, spans: list[int], percent: int) -> None:
    ordered = np.sort(np.array(spans, dtype=np.int64))
    ours = float(quantile(ordered, Fraction(percent, 100), rule))
    theirs = float(np.quantile(ordered.astype(np.float64), percent / 100, method=NUMPY[rule]))
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-3)


def test_nothing_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no value"):
        quantile(hours(), Fraction(1, 2))
    with pytest.raises(ValueError, match="no case"):
        summary(hours())


def test_a_cell_by_hand() -> None:
    table = summary(hours(-2, 0, 1, 4, 7))
    assert (table.n, table.zeros, table.negatives, table.positives) == (5, 1, 1, 3)
    assert (table.mean, table.least, table.greatest, table.quantiles[50]) == (2.0, -2.0, 7.0, 1.0)
    # Released before arrival counts as no wait at all in the second mean, and only there.
    assert table.truncated_mean == pytest.approx(12 / 5)
    assert table.geometric_mean == pytest.approx(28 ** (1 / 3))
    assert table.sd == pytest.approx(12.5**0.5)
    assert (table.trimmed_each_side, table.trimmed_mean) == (0, 2.0)
    assert table.median_interval is None, "five values allow no interval of 95 %"


def test_the_mean_itself_is_not_below_the_mean() -> None:
    assert summary(hours(3, 3, 3)).share_below_mean == 0
    assert summary(hours(1, 2, 3)).share_below_mean == pytest.approx(1 / 3)


def test_only_zeros_have_no_geometric_mean() -> None:
    assert summary(hours(0, 0)).geometric_mean is None


@given(SPANS)
def test_what_tukey_sets_apart_is_counted_and_stays_in_the_mean(spans: list[int]) -> None:
    ordered = np.sort(np.array(spans, dtype=np.int64))
    q1, q3 = (quantile(ordered, Fraction(p, 4)) for p in (1, 3))
    fence = q3 + Fraction(3, 2) * (q3 - q1)
    within = [span for span in spans if span <= fence]
    table = summary(ordered)
    assert (table.n, table.total_micros) == (len(spans), sum(spans))
    assert table.tukey.above == len(spans) - len(within)
    assert table.tukey.mean_within == pytest.approx(sum(within) / len(within) / HOUR)


def test_sums_beyond_sixty_three_bits_stay_exact() -> None:
    huge = np.full(20_000, 2**62, dtype=np.int64)
    assert summary(huge).total_micros == 20_000 * 2**62


def test_ranks_of_the_median_interval_are_binomial() -> None:
    # n = 6: P(all on one side) = 1/64 each; n = 9 and n = 20 stand in every table of the sign test.
    for n, ranks in ((6, (1, 6)), (9, (2, 8)), (20, (6, 15)), (1434, (680, 755))):
        found = median_interval(np.arange(n, dtype=np.int64))
        assert found is not None
        assert found.ranks == ranks


def test_whole_clusters_are_drawn() -> None:
    chance = np.random.default_rng(7)
    days = np.repeat(np.arange(40), 25)
    # All of a day's goods wait about as long: 1,000 cases are worth little more than 40.
    micros = ((chance.normal(10, 3, 40)[days] + chance.normal(0, 0.3, 1000)) * HOUR).astype(np.int64)
    alone, together = mean_interval(micros), mean_interval(micros, days)
    assert alone is not None
    assert together is not None
    assert (together.clusters, alone.clusters) == (40, 1000)
    assert together.high - together.low > 3 * (alone.high - alone.low)
    assert together.design_effect is not None
    assert together.design_effect > 15
    assert together.effective_n == pytest.approx(1000 / together.design_effect)
    assert mean_interval(micros, days) == together, "the seed is part of the answer"


def test_one_cluster_gives_no_interval() -> None:
    assert mean_interval(hours(1, 2, 3), np.zeros(3, dtype=np.int64)) is None
