"""Percentages of change are rounded once, from the raw ratio."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.rounding import (
    direction,
    exact,
    half_up,
    percent_change,
    printed,
    rounding_unit,
    two_significant,
)

FRACTIONS = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=10_000)


# The three changes printed in the report of September 2020, with the raw values they come from.
@pytest.mark.parametrize(
    ("now", "base", "raw", "rounded"),
    [
        (1425, 1540, Fraction(-575, 77), "-7.5"),
        (3661, 3001, Fraction(66000, 3001), "22"),
        (130, 154, Fraction(-1200, 77), "-16"),
    ],
)
def test_one_rule_gives_all_three_published_percentages(
    now: int, base: int, raw: Fraction, rounded: str
) -> None:
    change = percent_change(now, base)
    assert change == raw
    assert change is not None
    assert str(two_significant(change)) == str(printed(change)) == rounded


def test_raw_changes_agree_with_the_decimals_worked_out_by_hand() -> None:
    raws = [percent_change(1425, 1540), percent_change(3661, 3001), percent_change(130, 154)]
    assert [str(half_up(raw or 0, 6)) for raw in raws] == ["-7.467532", "21.992669", "-15.584416"]


@pytest.mark.parametrize("base", [0, -3, Decimal("0.0")])
def test_without_a_base_there_is_no_percentage(base: int | Decimal) -> None:
    assert percent_change(5, base) is None


def test_a_fall_to_nothing_is_minus_one_hundred() -> None:
    assert percent_change(0, 7) == -100


@pytest.mark.parametrize("value", [7.5, float("nan")])
def test_a_float_is_refused(value: float) -> None:
    with pytest.raises(TypeError, match="already rounded"):
        exact(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("x", "two", "as_printed"),
    [
        ("9.94", "9.9", "9.9"), ("9.95", "10", "10"), ("9.96", "10", "10"), ("99.6", "100", "100"),
        ("123.4", "120", "123"), ("0.0345", "0.035", "0.0"), ("0.25", "0.25", "0.3"),
        ("-0.05", "-0.050", "-0.1"),
        ("7.45", "7.5", "7.5"), ("-7.45", "-7.5", "-7.5"), ("10.5", "11", "11"), ("0", "0", "0.0"),
        ("15.5", "16", "16"), ("-15.49999", "-15", "-15"), ("1000", "1000", "1000"),
    ],
)  # fmt: skip
def test_a_half_goes_away_from_zero(x: str, two: str, as_printed: str) -> None:
    assert (str(two_significant(Decimal(x))), str(printed(Decimal(x)))) == (two, as_printed)


@settings(max_examples=300)
@given(FRACTIONS, st.integers(-3, 8))
def test_rounding_moves_a_value_by_at_most_half_a_step(x: Fraction, places: int) -> None:
    step = Fraction(10) ** -places
    rounded = Fraction(half_up(x, places))
    assert abs(rounded - x) <= step / 2
    assert (rounded / step).denominator == 1
    assert half_up(-x, places) == -half_up(x, places)


@settings(max_examples=300)
@given(FRACTIONS)
def test_two_significant_figures_are_never_more_than_two(x: Fraction) -> None:
    digits = f"{abs(two_significant(x)):f}".replace(".", "").strip("0")
    assert len(digits) <= 2
    assert two_significant(-x) == -two_significant(x)


@settings(max_examples=300)
@given(FRACTIONS.filter(lambda x: 1 <= abs(x) < 99))
def test_from_one_to_ninety_nine_a_report_prints_two_figures(x: Fraction) -> None:
    assert printed(x) == two_significant(x)


def test_a_huge_value_is_not_rounded_a_second_time() -> None:
    huge = Fraction(10**40 + 1)
    assert half_up(huge, 1) == Decimal("10000000000000000000000000000000000000001.0")


@pytest.mark.parametrize(
    ("x", "way"),
    [("0.099", "same"), ("-0.099", "same"), ("0", "same"), ("0.1", "up"), ("-0.1", "down"), ("250", "up")],
)
def test_the_direction_comes_from_the_raw_change(x: str, way: str) -> None:
    assert direction(Decimal(x)) == way


def test_the_step_of_what_is_printed_grows_at_ten() -> None:
    assert (rounding_unit(Decimal("9.94")), rounding_unit(Decimal("9.95"))) == (Fraction(1, 10), Fraction(1))
