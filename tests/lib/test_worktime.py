"""Office hours against a counter that looks at every single minute, and the facts people quarrel about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.errors import Refused
from motcua.lib.worktime import VIETNAM, Limit, OfficeHours, OnSupplement, Session, SpecialDay, Unit, Why

FULL = (Session(8 * 60, 12 * 60), Session(13 * 60, 17 * 60))
MORNING = (Session(8 * 60, 12 * 60),)

# A hard winter: half Saturdays, New Year, a swap with a make-up Saturday, Tet, and one day cut short.
OFF = {
    date(2026, 1, 1): "Tết Dương lịch",
    date(2026, 1, 2): "nghỉ hoán đổi",
    **{date(2026, 2, day): "Tết Nguyên đán" for day in range(14, 23)},
}
SPECIAL = {day: SpecialDay((), Why(reason, reason, "1/TB")) for day, reason in OFF.items()}
SPECIAL[date(2026, 1, 10)] = SpecialDay(FULL, Why("làm bù", "make-up day", "1/TB"))
SPECIAL[date(2026, 2, 13)] = SpecialDay((Session(8 * 60, 10 * 60 + 30),), Why("nghỉ sớm", "early close"))
HOURS = OfficeHours("winter", [FULL] * 5 + [MORNING, ()], SPECIAL, first_year=2025, last_year=2026)

FIRST = datetime(2025, 12, 15, tzinfo=VIETNAM)
DAYS = 90
MINUTES = DAYS * 24 * 60
MINUTE = timedelta(minutes=1)


def is_open(moment: datetime) -> bool:
    """Written apart from the calendar, from the words of the notice."""
    day, clock = moment.date(), moment.hour * 60 + moment.minute
    morning, afternoon = 480 <= clock < 720, 780 <= clock < 1020
    if day in OFF:
        return False
    if day == date(2026, 2, 13):
        return 480 <= clock < 630
    if day == date(2026, 1, 10):
        return morning or afternoon
    return morning if day.weekday() == 5 else (morning or afternoon) and day.weekday() != 6


OPEN = bytes(is_open(FIRST + minute * MINUTE) for minute in range(MINUTES))
CLOSES = {
    day: max((minute + 1 for minute in range(day * 1440, (day + 1) * 1440) if OPEN[minute]), default=None)
    for day in range(DAYS)
}

minutes = st.integers(0, MINUTES - 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def minute_of(moment: datetime) -> int:
    return (moment - FIRST) // MINUTE


@settings(deadline=None)
@given(minutes, minutes)
def test_working_time_between_two_moments_is_what_a_minute_counter_finds(a: int, b: int) -> None:
    start, end = min(a, b), max(a, b)
    expected = sum(OPEN[start:end]) * MINUTE
    assert HOURS.between(FIRST + start * MINUTE, FIRST + end * MINUTE) == expected
    assert HOURS.between(FIRST + end * MINUTE, FIRST + start * MINUTE) == -expected


@settings(deadline=None)
@given(st.integers(0, MINUTES // 2), st.integers(1, 60 * 60))
def test_after_is_the_first_moment_a_minute_counter_reaches(start: int, span: int) -> None:
    counted, minute = 0, start
    while counted < span:
        counted += OPEN[minute]
        minute += 1
    assert HOURS.after(FIRST + start * MINUTE, span * MINUTE) == FIRST + minute * MINUTE


@settings(deadline=None)
@given(
    st.integers(0, 500 * 86_400_000_000).map(
        lambda micros: at("2025-01-02") + timedelta(microseconds=micros)
    ),
    st.timedeltas(timedelta(0), timedelta(hours=600)),
)
def test_the_time_until_after_is_the_span_to_the_microsecond(start: datetime, span: timedelta) -> None:
    assert HOURS.between(start, HOURS.after(start, span)) == span


@settings(deadline=None)
@given(
    st.lists(
        st.integers(0, 700 * 86_400).map(lambda seconds: at("2025-01-02") + timedelta(seconds=seconds)),
        min_size=3,
        max_size=3,
    )
)
def test_working_time_adds_up_over_any_three_moments(moments: list[datetime]) -> None:
    a, b, c = moments
    assert HOURS.between(a, b) + HOURS.between(b, c) == HOURS.between(a, c)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 18))
def test_the_nth_working_day_is_found_by_walking(day: int, n: int) -> None:
    walked, seen = day, 0
    while seen < n:
        walked += 1
        seen += CLOSES[walked] is not None
    start = FIRST.date() + timedelta(days=day)
    assert HOURS.nth_working_day_after(start, n) == FIRST.date() + timedelta(days=walked)


@settings(deadline=None)
@given(minutes, minutes, st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS]))
def test_days_are_counted_once_they_are_over_and_never_the_first(a: int, b: int, unit: Unit) -> None:
    start, end = min(a, b), max(a, b)
    ends = CLOSES if unit is Unit.WORKING_DAYS else {day: (day + 1) * 1440 for day in range(DAYS)}
    expected = sum(
        1 for day, over in ends.items() if day > start // 1440 and over is not None and over <= end
    )
    counted = HOURS.count(unit, HOURS.micros(FIRST + start * MINUTE), HOURS.micros(FIRST + end * MINUTE))
    assert counted == expected


@settings(deadline=None)
@given(st.integers(0, 40 * 1440), st.integers(1, 20))
def test_calendar_days_end_at_midnight_of_a_working_day(start: int, n: int) -> None:
    last = start // 1440 + n
    while CLOSES[last] is None:
        last += 1
    due = HOURS.moment(HOURS.run_out(Unit.DAYS, HOURS.micros(FIRST + start * MINUTE), n))
    assert due == FIRST + timedelta(days=last + 1) - timedelta(microseconds=1)


@settings(deadline=None)
@given(minutes)
def test_the_zone_of_the_question_does_not_matter(minute: int) -> None:
    moment = FIRST + minute * MINUTE
    elsewhere = moment.astimezone(ZoneInfo("America/New_York"))
    assert HOURS.after(elsewhere, timedelta(hours=5)) == HOURS.after(moment, timedelta(hours=5))
    assert HOURS.moment(HOURS.micros(elsewhere)) == moment
    assert HOURS.local_date(elsewhere) == moment.date()


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 08:00", 8, "2026-03-02 17:00"),
        ("2026-03-02 00:00", 8, "2026-03-02 17:00"),
        ("2026-03-02 12:15", 1, "2026-03-02 14:00"),
        ("2026-03-02 10:00", 2, "2026-03-02 12:00"),
        ("2026-03-06 16:45", 1, "2026-03-07 08:45"),
        ("2026-03-07 11:00", 2, "2026-03-09 09:00"),
        ("2026-03-31 16:00", 2, "2026-04-01 09:00"),
        ("2025-12-31 16:00", 2, "2026-01-03 09:00"),
        ("2026-01-09 16:00", 8, "2026-01-10 16:00"),
        ("2026-02-13 10:00", 1, "2026-02-23 08:30"),
        ("2026-02-17 09:00", 1, "2026-02-23 09:00"),
        ("2026-03-01 23:59", 1, "2026-03-02 09:00"),
    ],
    ids=[
        "a whole day from the opening",
        "from 00:00:00",
        "from the lunch break",
        "ends exactly at the lunch break",
        "over night into a half Saturday",
        "over a Sunday",
        "month end on the 31st is nothing special",
        "over the year end and two days off",
        "into a make-up Saturday with an afternoon",
        "a day cut short, then Tet",
        "from a holiday",
        "from a Sunday night",
    ],
)
def test_known_ends(start: str, hours: int, end: str) -> None:
    assert HOURS.after(at(start), timedelta(hours=hours)) == at(end)


def test_nothing_more_to_do_is_done_at_once_even_at_night() -> None:
    assert HOURS.after(at("2026-03-02 22:00"), timedelta(0)) == at("2026-03-02 22:00")


def test_a_span_cannot_be_negative() -> None:
    with pytest.raises(Refused, match="negative"):
        HOURS.after(at("2026-03-02 22:00"), timedelta(hours=-1))


def test_a_day_tells_why_it_differs() -> None:
    tet = HOURS.why(date(2026, 2, 17))
    assert tet is not None
    assert tet.in_language("vi") == "Tết Nguyên đán (1/TB)"
    sunday = HOURS.why(date(2026, 3, 1))
    assert sunday is not None
    assert sunday.en == "Sunday, weekly rest day"
    made_up = HOURS.why(date(2026, 1, 10))
    assert made_up is not None
    assert made_up.notice == "1/TB"
    assert HOURS.why(date(2026, 3, 2)) is None
    assert HOURS.sessions(date(2026, 3, 7)) == MORNING
    assert str(MORNING[0]) == "08:00–12:00"


def test_a_moment_asks_for_the_day_on_the_wall_of_the_office() -> None:
    # 18:00 UTC on Saturday is 01:00 on Sunday in Vietnam.
    assert not HOURS.is_working_day(datetime(2026, 3, 7, 18, tzinfo=UTC))
    assert HOURS.is_working_day(datetime(2026, 3, 7, 16, tzinfo=UTC))


def test_closing_times() -> None:
    assert HOURS.close_of(date(2026, 3, 7)) == at("2026-03-07 12:00")
    with pytest.raises(Refused, match="rest day"):
        HOURS.close_of(date(2026, 3, 8))


def test_an_office_open_round_the_clock_keeps_its_dates() -> None:
    always = OfficeHours("always", [(Session(0, 1440),)] * 7, first_year=2026, last_year=2026)
    assert always.between(at("2026-03-01 10:00"), at("2026-03-05 11:30")) == timedelta(days=4, hours=1.5)
    assert always.close_of(date(2026, 3, 1)).date() == date(2026, 3, 1)
    assert always.after(at("2026-03-01 12:00"), timedelta(hours=12)) == at("2026-03-02 00:00")


@pytest.mark.parametrize("moment", ["2024-12-31 09:00", "2027-01-01 09:00"])
def test_a_year_the_calendar_does_not_hold_is_refused_by_name(moment: str) -> None:
    year = moment[:4]
    with pytest.raises(Refused, match=rf"winter holds the years 2025–2026 and not {year}"):
        HOURS.between(at("2025-06-02 08:00"), at(moment))
    with pytest.raises(Refused) as refusal:
        HOURS.is_working_day(at(moment).date())
    assert f"chưa có năm {year}" in refusal.value.text


def test_a_result_beyond_the_last_year_is_refused_too() -> None:
    with pytest.raises(Refused, match="not 2027"):
        HOURS.after(at("2026-12-31 16:00"), timedelta(hours=2))
    with pytest.raises(Refused, match="not 2027"):
        HOURS.nth_working_day_after(date(2026, 12, 31), 1)


def test_covers_tells_up_to_which_day_papers_exist() -> None:
    hours = OfficeHours(
        "half known", [FULL] * 5 + [(), ()], first_year=2025, last_year=2026, decided_until=date(2025, 12, 31)
    )
    assert hours.covers(date(2025, 12, 31))
    assert not hours.covers(date(2026, 1, 1))
    assert not hours.covers(date(2024, 12, 31))
    # 17:00 UTC on the last day is already the next day in Vietnam.
    assert not hours.covers(datetime(2025, 12, 31, 17, tzinfo=UTC))
    assert hours.is_working_day(date(2026, 1, 5))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 900), st.sampled_from(list(Unit)))
def test_beyond_its_years_a_calendar_counts_plain_weeks(amount: int, unit: Unit) -> None:
    week = [FULL] * 5 + [MORNING, ()]
    short = OfficeHours("short", week, first_year=2026, last_year=2026)
    long = OfficeHours("long", week, first_year=2020, last_year=2045)
    start = short.micros(at("2026-12-30 15:00"))
    wanted = amount if unit.is_days else amount * 3_600_000_000
    due = short.run_out(unit, start, wanted)
    assert due == long.run_out(unit, start, wanted)
    assert short.count(unit, start, due) == long.count(unit, start, due)
    early = start - 900 * 86_400_000_000
    assert short.count(unit, early, start) == long.count(unit, early, start)


def test_a_year_nobody_can_mean_is_refused() -> None:
    with pytest.raises(Refused, match="check the date"):
        HOURS.run_out(Unit.WORKING_DAYS, HOURS.micros(at("2026-03-02 08:00")), 10_000_000)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(Refused, match="has no zone"):
        HOURS.micros(datetime(2026, 3, 2, 8))  # noqa: DTZ001


def test_a_zone_with_summer_time_is_refused_not_miscounted() -> None:
    with pytest.raises(Refused, match="changes its offset"):
        OfficeHours("Paris", [FULL] * 7, first_year=2026, last_year=2026, zone=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("week", [[FULL] * 6, [()] * 7])
def test_a_week_has_seven_days_and_some_work(week: list[tuple[Session, ...]]) -> None:
    with pytest.raises(Refused, match="seven days"):
        OfficeHours("odd", week, first_year=2026, last_year=2026)


@pytest.mark.parametrize("text", ["8-12", "12:00-08:00", "08:00", "08:60-09:00", "08:00-24:01", "x:00-y:00"])
def test_a_session_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Session.from_text(text)


# Limits

limits = st.one_of(
    st.builds(
        Limit,
        st.integers(0, 5000),
        st.sampled_from(list(Unit)),
        st.sampled_from(list(OnSupplement)),
    ),
    st.builds(
        Limit,
        st.integers(0, 5000).map(lambda quarters: Decimal(quarters) / 4),
        st.sampled_from([Unit.HOURS, Unit.WORKING_HOURS]),
    ),
)


@settings(deadline=None)
@given(limits)
def test_a_limit_survives_being_written_down(limit: Limit) -> None:
    assert Limit.from_text(limit.to_text()) == limit


def test_limits_in_words() -> None:
    assert Limit(8, Unit.WORKING_HOURS).to_text() == "8 working_hours continue"
    assert Limit(8, Unit.WORKING_HOURS).in_words("vi") == "8 giờ làm việc"
    assert Limit(1, Unit.WORKING_DAYS).in_words("en") == "1 working day"
    half = Limit(Decimal("0.5"), Unit.WORKING_HOURS)
    assert half.in_words("vi-vn") == "0,5 giờ làm việc"
    assert half.amount == 30 * 60_000_000
    assert Limit(Decimal("8.0"), Unit.DAYS) == Limit(8, Unit.DAYS)


def test_the_words_of_the_sheets_are_read_too() -> None:
    assert Limit.from_text("24 clock_hours") == Limit(24, Unit.HOURS)
    assert Limit.from_text("30 calendar_days restart") == Limit(30, Unit.DAYS, OnSupplement.RESTART)


@pytest.mark.parametrize(
    "text",
    ["", "8", "8 hours continue now", "-1 days", "1.5 working_days", "0.001 hours", "NaN hours", "inf days",
     "8 weeks", "8 hours pause", "eight hours"],
)  # fmt: skip
def test_a_limit_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        Limit.from_text(text)


@pytest.mark.parametrize("value", [1.5, True, "8"])
def test_a_limit_is_not_made_of_floats(value: object) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        Limit(value, Unit.HOURS)  # type: ignore[arg-type]
