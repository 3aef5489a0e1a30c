"""Changes between rounds: what could be seen, what was, and what is only another mix of goods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.timerelease.compare import Cell, Round, sample_for_mean, smallest_detectable, split, verdict

CELLS = st.dictionaries(
    st.sampled_from(["green", "yellow", "red"]),
    st.builds(Cell, st.integers(1, 10_000), st.floats(-100, 1_000)),
    min_size=3,
)


def test_the_smallest_change_that_can_be_found() -> None:
    # c = 1.5, d = 1.5: n = 400 finds 36 %, n = 2,000 finds 16 %.
    assert smallest_detectable(1.5, 400, design_effect=1.5) == pytest.approx(0.364, abs=0.001)
    assert smallest_detectable(1.5, 2000, design_effect=1.5) == pytest.approx(0.163, abs=0.001)
    with pytest.raises(ValueError, match="at least one"):
        smallest_detectable(1, 0)


def test_sample_sizes_of_a_skewed_log() -> None:
    assert sample_for_mean(2.83, 0.10) == pytest.approx(3_077, abs=2)
    assert sample_for_mean(2.83, 0.10, design_effect=2.5) == pytest.approx(7_694, abs=4)
    assert sample_for_mean(2.83, 0.05) == pytest.approx(12_310, abs=5)
    # Of a finite frame never more than all of it.
    assert sample_for_mean(2.83, 0.10, population=617) <= 617


@given(CELLS, CELLS)
def test_mix_and_real_change_add_up_to_the_whole(base: dict[str, Cell], now: dict[str, Cell]) -> None:
    parts = split(base, now)
    assert parts.mix + parts.real == pytest.approx(parts.change, abs=1e-6)


def test_other_goods_are_not_a_reform() -> None:
    # Nothing got quicker; only more green goods came.
    base, now = {"green": Cell(50, 1), "red": Cell(50, 9)}, {"green": Cell(90, 1), "red": Cell(10, 9)}
    parts = split(base, now)
    assert parts.change == pytest.approx(-3.2)
    assert (parts.mix, parts.real) == (pytest.approx(-3.2), pytest.approx(0))


def test_a_stratum_of_one_round_alone_is_named() -> None:
    parts = split({"sea": Cell(5, 1), "air": Cell(5, 2)}, {"sea": Cell(5, 1), "rail": Cell(1, 4)})
    assert (parts.only_base, parts.only_now, parts.change) == (("air",), ("rail",), 0)
    with pytest.raises(ValueError, match="in common"):
        split({"sea": Cell(1, 1)}, {"air": Cell(1, 1)})


def test_the_published_change_of_the_first_round_of_2020() -> None:
    # 10:05:48, 31:06 less than 10:36:54: -4.88 %; without n and spread nobody can say more.
    base, now = 10 * 3600 + 36 * 60 + 54, 10 * 3600 + 5 * 60 + 48
    found = verdict(Round(base / 3600, 0.5, 400), Round(now / 3600, 0.5, 400))
    assert found.percent == pytest.approx(-4.883027, abs=1e-6)
    assert not found.told_apart
    assert verdict(Round(base / 3600, 0.05, 400), Round(now / 3600, 0.05, 400)).told_apart
    assert verdict(Round(0, 1, 5), Round(1, 1, 5)).percent is None
