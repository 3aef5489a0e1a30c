"""Whether a change of a count is more than chance."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.change import CHANCE, ENOUGH_FOR_NORMAL, REAL, poisson_ratio

COUNTS = st.integers(0, 400)


# Worked out beforehand with other software from the figures of the report of September 2020.
@pytest.mark.parametrize(
    ("now", "base", "ratio", "low", "high", "p_value", "differs"),
    [
        (1425, 1540, 0.925, 0.861, 0.994, 0.035, True),
        (3661, 3001, 1.220, 1.162, 1.280, 0.000, True),
        (130, 154, 0.844, 0.668, 1.066, 0.155, False),
    ],
)
def test_the_published_changes_have_these_bounds(
    now: int, base: int, ratio: float, low: float, high: float, p_value: float, differs: bool
) -> None:
    found = poisson_ratio(now, base)
    assert found.ratio == pytest.approx(ratio, abs=5e-4)
    assert found.low == pytest.approx(low, abs=5e-4)
    assert found.high == pytest.approx(high, abs=5e-4)
    assert found.p_value == pytest.approx(p_value, abs=5e-4)
    assert found.distinguishable is differs
    assert found.method == "normal"


def test_a_fall_from_154_to_130_is_said_to_be_no_more_than_chance() -> None:
    note = poisson_ratio(130, 154).note
    assert note.vi == "không phân biệt được với dao động ngẫu nhiên"
    assert note.en == "cannot be distinguished from chance"


def exact_p(now: int, base: int) -> float:
    """The two-sided conditional p from whole numbers only."""
    total, small = now + base, min(now, base)
    tail = sum(comb(total, k) for k in range(small + 1))
    return min(1.0, 2 * tail / 2**total)


@settings(max_examples=100)
@given(st.integers(0, ENOUGH_FOR_NORMAL - 1), COUNTS)
def test_small_counts_get_the_exact_binomial_p(now: int, base: int) -> None:
    found = poisson_ratio(now, base)
    if now + base:
        assert found.method == "exact"
        assert found.p_value == pytest.approx(exact_p(now, base), rel=1e-6, abs=1e-12)


def test_the_exact_bounds_are_those_of_clopper_and_pearson() -> None:
    # 3 of 12: the textbook bounds of the share are 0.05486 and 0.57186.
    found = poisson_ratio(3, 9)
    assert found.low == pytest.approx(0.05486 / (1 - 0.05486), rel=1e-3)
    assert found.high == pytest.approx(0.57186 / (1 - 0.57186), rel=1e-3)


@settings(max_examples=100)
@given(COUNTS, COUNTS)
def test_number_and_sentence_never_disagree(now: int, base: int) -> None:
    found = poisson_ratio(now, base)
    holds_one = found.low <= 1 and (found.high is None or found.high >= 1)
    assert found.distinguishable == (not holds_one)
    if now or base:
        assert found.note == (REAL if found.distinguishable else CHANCE)


@settings(max_examples=100)
@given(COUNTS.filter(bool), COUNTS.filter(bool))
def test_turning_the_comparison_round_turns_the_bounds_round(now: int, base: int) -> None:
    there, back = poisson_ratio(now, base), poisson_ratio(base, now)
    assert there.high is not None
    assert back.high is not None
    assert there.p_value == pytest.approx(back.p_value)
    assert there.low == pytest.approx(1 / back.high)
    assert there.low <= now / base <= there.high


def test_from_nothing_there_is_no_ratio_but_a_lower_bound() -> None:
    few, many = poisson_ratio(5, 0), poisson_ratio(12, 0)
    assert few.ratio is None
    assert few.high is None
    assert not few.distinguishable
    assert many.distinguishable
    assert many.low > 1


def test_nothing_against_nothing_is_no_comparison() -> None:
    found = poisson_ratio(0, 0)
    assert (found.ratio, found.p_value, found.method) == (None, 1.0, "none")
    assert "không phát sinh" in found.note.vi


def test_a_small_count_against_a_huge_one_is_still_exact() -> None:
    found = poisson_ratio(29, 1_000_000)
    assert found.distinguishable
    assert found.high is not None
    assert found.low < 29e-6 < found.high


def test_a_negative_count_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        poisson_ratio(-1, 5)
