"""The year of declarations as it is made up, at its full size and without a database."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings

from motcua.casework.figures import Period
from motcua.demo import inspections, trade
from motcua.demo.sizes import Sizes
from motcua.demo.trade import Declared
from motcua.law.calendars import load_calendars

SIZES = Sizes()


@pytest.fixture(scope="module")
def declared() -> list[Declared]:
    found = trade.year(SIZES, load_calendars(settings.LAW / "calendars")["customs-offices"], ["9900000016"])
    trade.carry_over(found, 2)
    return found


def test_each_span_has_its_declarations_with_their_last_result_inside_it(declared: list[Declared]) -> None:
    nine = Period(date(2020, 1, 1), date(2020, 9, 30))
    for period, wanted in ((nine, SIZES.inspected_2020), (nine.same_last_year(), SIZES.inspected_2019)):
        last = [one.inspected_at[-1] for one in declared if one.inspected_at]
        assert sum(period.begins <= at < period.ends for at in last) == wanted


def test_every_number_is_given_once_and_every_story_runs_forward(declared: list[Declared]) -> None:
    assert len({one.number[:11] for one in declared}) == len(declared)
    for one in declared:
        times = [at for _, at, _ in one.steps]
        assert times == sorted(times), one.number


def test_nine_months_are_registered_as_asked(declared: list[Declared]) -> None:
    nine = Period(date(2020, 1, 1), date(2020, 9, 30))
    registered = sum(nine.begins <= one.at < nine.ends for one in declared)
    assert registered == SIZES.online - SIZES.online_dossiers


def test_two_declarations_of_2019_are_released_in_2020_and_no_more(declared: list[Declared]) -> None:
    old = [one for one in declared if one.at.year == 2019]
    begins = Period(date(2020, 1, 1), date(2020, 9, 30)).begins
    late = [one for one in old if any(kind == "released" and at >= begins for kind, at, _ in one.steps)]
    assert len(late) == 2


def test_every_awaited_result_has_an_application_of_its_own(declared: list[Declared]) -> None:
    awaited = sum(len(one.inspected_at) for one in declared)
    found = inspections.year(declared)
    assert len(found) == awaited
    assert len({one.code for one in found}) == awaited
    for one in found:
        times = [at for at, _ in one.said]
        assert one.applied < times[0]
        assert times == sorted(times)
