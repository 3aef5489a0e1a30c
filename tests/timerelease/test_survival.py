"""Open cases count as having waited at least so long."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from motcua.timerelease.statistics import HOUR
from motcua.timerelease.survival import cut, follow


def test_the_curve_of_kaplan_and_meier_by_hand() -> None:
    # 1, 2+, 3, 3, 4+, 5 (a plus is still open): 5/6, then 5/6·2/4, then 0.
    times = np.array([1, 2, 3, 3, 4, 5], dtype=np.int64) * HOUR
    done = np.array([True, False, True, True, False, True])
    curve = follow(times, done)
    assert curve.times.tolist() == [HOUR, 3 * HOUR, 5 * HOUR]
    assert curve.still_open == pytest.approx([5 / 6, 5 / 12, 0])
    assert (curve.n, curve.open, curve.share_open) == (6, 2, pytest.approx(1 / 3))
    assert curve.quantile(Fraction(1, 2)) == 3
    assert curve.restricted_mean(5 * HOUR) == pytest.approx(1 + 2 * 5 / 6 + 2 * 5 / 12)
    assert curve.restricted_mean(2 * HOUR) == pytest.approx(1 + 5 / 6)


def test_what_most_cases_never_reached_has_no_quantile() -> None:
    curve = follow(np.array([1, 2, 2, 2], dtype=np.int64), np.array([True, False, False, False]))
    assert curve.quantile(Fraction(1, 4)) is not None
    assert curve.quantile(Fraction(1, 2)) is None


def test_with_nothing_open_the_mean_is_the_mean_even_below_zero() -> None:
    times = np.array([-3, -1, 0, 8], dtype=np.int64) * HOUR
    assert follow(times, np.ones(4, dtype=bool)).restricted_mean(10 * HOUR) == pytest.approx(1.0)


def test_a_shorter_follow_up_sees_less() -> None:
    times, done = cut(np.array([1, 30, 31], dtype=np.int64), np.array([True, True, True]), horizon=30)
    assert times.tolist() == [1, 30, 30]
    assert done.tolist() == [True, True, False]


def test_nobody_cannot_be_followed() -> None:
    with pytest.raises(ValueError, match="no case"):
        follow(np.array([], dtype=np.int64), np.array([], dtype=bool))
