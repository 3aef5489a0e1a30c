"""Periods are data: names, cut-offs, the same period a year before, and the mapping of states."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.figures import Period
from motcua.casework.registry import lifecycle
from motcua.lib.errors import Invalid, Refused
from motcua.reporting import periods
from motcua.reporting.files import read_shape
from motcua.reporting.mapping import StateMapping, state_mapping

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("nine-months-2020", "2020-01-01", "2020-09-30"),
        ("month-2020-09", "2020-08-15", "2020-09-14"),
        ("month-2020-01", "2019-12-15", "2020-01-14"),
        ("quarter-2020-1", "2019-12-15", "2020-03-14"),
        ("quarter-2020-3", "2020-06-15", "2020-09-14"),
        ("half-year-2020-1", "2019-12-15", "2020-06-14"),
        ("half-year-2020-2", "2020-06-15", "2020-12-14"),
        ("nine-months-cutoff-2020", "2019-12-15", "2020-09-14"),
        ("year-2020", "2019-12-15", "2020-12-14"),
        ("calendar-month-2020-02", "2020-02-01", "2020-02-29"),
        ("calendar-quarter-2020-4", "2020-10-01", "2020-12-31"),
        ("nine-months-2019", "2019-01-01", "2019-09-30"),
        ("calendar-year-2020", "2020-01-01", "2020-12-31"),
    ],
)
def test_a_named_period_has_its_days(name: str, start: str, end: str) -> None:
    found = periods.period(name)
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)
    assert found.label is not None


@pytest.mark.parametrize("kind", ["month", "quarter", "half-year", "calendar-month", "calendar-quarter"])
def test_periods_of_a_kind_follow_one_another_without_gap(kind: str) -> None:
    found = [
        periods.period(name)
        for year in (2019, 2020, 2021)
        for known in periods.declared().kinds
        if known.name == kind
        for name in known.names(year)
    ]
    assert all(a.end + timedelta(days=1) == b.start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("nine-month-2020", "nine-months-2020"), ("quarter-2020-5", "quarter-2020-4"), ("qarter-2020-1", "quarter-2020-1"),
        ("month-2020", "month-2020-1"), ("x", "calendar"),
    ],
)  # fmt: skip
def test_an_unknown_period_is_refused_with_the_nearest_known(name: str, near: str) -> None:
    with pytest.raises(Refused, match=near):
        periods.period(name)


def test_two_days_that_have_a_name_bear_it() -> None:
    found = periods.between(date(2020, 1, 1), date(2020, 9, 30))
    assert found.title.vi == "9 tháng đầu năm 2020"
    assert periods.between(date(2020, 1, 2), date(2020, 9, 30)).label is None


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused, match="before it begins"):
        Period(date(2020, 2, 1), date(2020, 1, 31))


def test_the_instants_of_a_period_are_midnights_in_vietnam() -> None:
    march = Period(date(2020, 3, 1), date(2020, 3, 31))
    assert march.begins.isoformat() == "2020-03-01T00:00:00+07:00"
    assert march.ends.isoformat() == "2020-04-01T00:00:00+07:00"


def test_nine_months_have_a_day_more_in_a_leap_year() -> None:
    found = periods.period("nine-months-2020")
    assert (found.days, found.same_last_year().days) == (274, 273)
    assert (found.same_last_year().start, found.same_last_year().end) == (date(2019, 1, 1), date(2019, 9, 30))


@pytest.mark.parametrize(
    ("start", "end", "base_start", "base_end"),
    [
        ("2020-02-01", "2020-02-29", "2019-02-01", "2019-02-28"),
        ("2021-02-01", "2021-02-28", "2020-02-01", "2020-02-29"),
        ("2020-02-29", "2020-03-31", "2019-03-01", "2019-03-31"),
    ],
)
def test_the_same_period_of_last_year_keeps_whole_months(
    start: str, end: str, base_start: str, base_end: str
) -> None:
    base = Period(date.fromisoformat(start), date.fromisoformat(end)).same_last_year()
    assert (base.start.isoformat(), base.end.isoformat()) == (base_start, base_end)


@pytest.mark.parametrize(
    ("start", "end", "base_start", "base_end"),
    [
        ("2020-03-01", "2020-03-31", "2020-02-01", "2020-02-29"),
        ("2020-01-01", "2020-09-30", "2019-04-01", "2019-12-31"),
        ("2020-06-15", "2020-09-14", "2020-03-15", "2020-06-14"),
        ("2020-03-10", "2020-03-19", "2020-02-29", "2020-03-09"),
    ],
)
def test_the_previous_period_is_as_many_months_or_days(
    start: str, end: str, base_start: str, base_end: str
) -> None:
    base = Period(date.fromisoformat(start), date.fromisoformat(end)).previous()
    assert (base.start.isoformat(), base.end.isoformat()) == (base_start, base_end)


@given(start=DAYS, length=st.integers(0, 800))
def test_the_previous_period_ends_where_this_one_begins(start: date, length: int) -> None:
    here = Period(start, start + timedelta(days=length))
    assert here.previous().end + timedelta(days=1) == here.start
    assert here.previous().ends == here.begins


@given(start=DAYS, first=st.integers(0, 400), second=st.integers(0, 400))
def test_neighbours_stay_neighbours_a_year_before(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    one, two = Period(start, middle), Period(middle + timedelta(days=1), middle + timedelta(days=1 + second))
    try:
        bases = one.same_last_year(), two.same_last_year()
    except Refused:
        # 29 February alone has no day of its own in the year before.
        assert any(p.start == p.end and (p.start.month, p.start.day) == (2, 29) for p in (one, two))
        return
    assert bases[0].ends == bases[1].begins


def test_the_full_last_year_of_a_reporting_period_is_the_reporting_year() -> None:
    assert periods.period("quarter-2020-3").full_last_year() == Period(date(2018, 12, 15), date(2019, 12, 14))
    assert periods.period("nine-months-2020").full_last_year() == Period(date(2019, 1, 1), date(2019, 12, 31))


def test_the_mapping_knows_every_status_of_the_dossier_and_every_state_once() -> None:
    mapping = state_mapping()
    assert sorted(row.status for row in mapping.states) == sorted(lifecycle("dossier").statuses)
    assert [row.number for row in mapping.states] == list(range(1, 11))
    assert all(row.name.vi == lifecycle("dossier").statuses[row.status].vi for row in mapping.states)


def test_the_mapping_follows_the_lifecycle() -> None:
    mapping, table = state_mapping(), lifecycle("dossier")
    waiting = {step.to for step in table.steps.values() if step.pauses}
    assert {row.status for row in mapping.states if row.decision_766 == "paused"} == waiting
    finished = {step.to for step in table.steps.values() if step.finishes}
    assert finished <= set(mapping.statuses("settled"))
    outcomes = {
        step.outcome
        for kind in ("dossier", "declaration")
        for step in lifecycle(kind).steps.values()
        if step.finishes
    }
    assert set(mapping.outcomes) <= outcomes


def test_a_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "state-mapping.yaml").write_text("name: x\nverzion: 1\n", encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_shape("state-mapping.yaml", StateMapping, tmp_path)
    assert "state-mapping.yaml:2" in {finding.place for finding in refused.value.findings}
