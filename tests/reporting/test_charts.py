"""Drawings: what is drawn adds up to what is counted, and nothing that is there is drawn as nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.figures import Period
from motcua.lib.bilingual import Text
from motcua.reporting.charts import THINNEST, cells, columns, lanes, parts
from motcua.reporting.trend import months_of, shown_months

VALUES = st.lists(st.integers(0, 200_000), min_size=1, max_size=12)
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@given(VALUES)
def test_parts_fill_the_whole_width_without_gap_and_the_small_ones_can_be_seen(values: list[int]) -> None:
    drawn = parts(values, 1000)
    assert sum(part.width for part in drawn) == (1000 if any(values) else 0)
    for before, after in pairwise(drawn):
        assert after.start == before.start + before.width
    for part, value in zip(drawn, values, strict=True):
        assert part.width >= THINNEST if value else part.width == 0


def test_a_larger_part_is_never_drawn_narrower() -> None:
    drawn = parts([119_910, 7_329, 19], 1000)
    assert [part.width for part in drawn] == [940, 57, 3]
    with pytest.raises(ValueError, match="negative"):
        parts([3, -1], 1000)
    with pytest.raises(ValueError, match="do not fit"):
        parts([1] * 10, 20)


@given(VALUES)
def test_bars_stand_on_the_ground_and_rise_in_the_order_of_their_values(values: list[int]) -> None:
    series = [(Text("T", "M"), value) for value in values]
    upright = columns(series, width=600, height=100)
    lying = lanes(series, left=90, width=200, lane=20, thick=12)
    assert all(bar.y + bar.height == 100 for bar in upright)
    assert all(bar.x == 90 and bar.end <= 290 for bar in lying)
    for size in ([bar.height for bar in upright], [bar.width for bar in lying]):
        assert [bool(one) for one in size] == [bool(value) for value in values]
        ranked = sorted(range(len(values)), key=lambda index: values[index])
        assert [size[index] for index in ranked] == sorted(size)


@given(st.integers(0, 80), st.integers(0, 80))
def test_a_grid_has_one_square_a_task_and_no_two_in_one_place(first: int, second: int) -> None:
    done, total = sorted((first, second))
    drawn = cells(done, total, across=26, step=20)
    assert len({(cell.x, cell.y) for cell in drawn}) == len(drawn) == total
    assert sum(cell.done for cell in drawn) == done


@given(DAYS, st.integers(0, 800))
def test_the_months_of_a_period_cover_every_day_of_it_once(start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    months = months_of(period)
    covered = [one.start + timedelta(days=day) for one in months for day in range(one.days)]
    assert covered == [start + timedelta(days=day) for day in range(days + 1)]


def test_nine_months_show_their_own_and_a_single_month_the_year_up_to_it() -> None:
    nine = shown_months(Period(date(2020, 1, 1), date(2020, 9, 30)))
    assert [one.start.month for one in nine] == list(range(1, 10))
    year = shown_months(Period(date(2020, 9, 1), date(2020, 9, 30)))
    assert (year[0].start, year[-1].end, len(year)) == (date(2019, 10, 1), date(2020, 9, 30), 12)
