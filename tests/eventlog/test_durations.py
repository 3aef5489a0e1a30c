"""Durations against values worked by hand and against numpy's own seventh rule."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.eventlog.durations import HOUR, by_group, durations, quantile


def test_the_figures_of_five_cases_worked_by_hand() -> None:
    found = durations("", [0, HOUR, 2 * HOUR, 4 * HOUR, 10 * HOUR])
    assert (found.n, found.zeros, found.mean, found.median) == (5, 1, Fraction(17, 5), 2)
    # (5 - 1) * 0.9 = 3.6: six tenths of the way from 4 to 10 hours.
    assert (found.p90, found.longest) == (Fraction(38, 5), 10)


def test_all_comes_first_and_then_the_largest_group() -> None:
    found = by_group([("b", HOUR), ("a", HOUR), ("a", 3 * HOUR)])
    assert [(one.group, one.n) for one in found] == [("", 3), ("a", 2), ("b", 1)]


def test_nothing_has_no_figures() -> None:
    with pytest.raises(ValueError, match="no case"):
        durations("", [])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40), st.integers(0, 100))
def test_quantiles_are_those_of_numpy(values: list[int], percent: int) -> None:
    ordered = sorted(values)
    expected = float(np.quantile(np.array(ordered, dtype=float), percent / 100, method="linear"))
    assert float(quantile(ordered, Fraction(percent, 100))) == pytest.approx(expected, rel=1e-9, abs=1e-3)
