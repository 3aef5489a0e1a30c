"""The case clock against a simulation that lives through every minute, and the rules of thumb officials use."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.casework import clock
from motcua.casework.clock import Effect, Grain, Tick, Verdict, explain, if_resumed, read, spans, verdict
from motcua.casework.explain import LineKind
from motcua.lib.errors import Refused
from motcua.lib.worktime import VIETNAM, Limit, OfficeHours, OnSupplement, Session, SpecialDay, Unit, Why

FULL = (Session(8 * 60, 12 * 60), Session(13 * 60, 17 * 60))
MORNING = (Session(8 * 60, 12 * 60),)

# Two weeks with a half Saturday, a holiday on a Wednesday and a make-up Sunday; then plain weeks.
HOLIDAY = SpecialDay((), Why("Giỗ Tổ", "Hung Kings' Day", "7/TB"))
MAKE_UP = SpecialDay(FULL, Why("làm bù", "make-up day", "7/TB"))
HOURS = OfficeHours(
    "spring",
    [FULL] * 5 + [MORNING, ()],
    {date(2026, 3, 11): HOLIDAY, date(2026, 3, 15): MAKE_UP},
    first_year=2025,
    last_year=2027,
    decided_until=date(2026, 12, 31),
)
PLAIN = OfficeHours("plain", [FULL] * 5 + [(), ()], first_year=2019, last_year=2027)

FIRST = datetime(2026, 3, 2, tzinfo=VIETNAM)
MINUTE = timedelta(minutes=1)
HORIZON = 75 * 1440


def is_open(minute: int) -> bool:
    day, of_day = divmod(minute, 1440)
    if day == 9:
        return False
    weekday = 0 if day == 13 else day % 7
    return (
        480 <= of_day < 720 if weekday == 5 else weekday < 5 and (480 <= of_day < 720 or 780 <= of_day < 1020)
    )


OPEN = [is_open(minute) for minute in range(HORIZON)]
CLOSES = [
    max((m % 1440 + 1 for m in range(d * 1440, d * 1440 + 1440) if OPEN[m]), default=0) for d in range(75)
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def moment(minute: int) -> datetime:
    return FIRST + minute * MINUTE


def start(text: str, number: int = 1) -> Tick:
    return Tick(at(text), Effect.START, number=number)


def stop(text: str, number: int = 90) -> Tick:
    return Tick(at(text), Effect.STOP, number=number)


def pause(text: str, reason: str = "supplement", number: int = 10) -> Tick:
    return Tick(at(text), Effect.PAUSE, reason, number)


def resume(text: str, reason: str = "supplement", number: int = 20) -> Tick:
    return Tick(at(text), Effect.RESUME, reason, number)


def hours(value: int, on_supplement: OnSupplement = OnSupplement.CONTINUE) -> Limit:
    return Limit(value, Unit.WORKING_HOURS, on_supplement)


def days(value: int, on_supplement: OnSupplement = OnSupplement.CONTINUE) -> Limit:
    return Limit(value, Unit.WORKING_DAYS, on_supplement)


# The simulation


# On the hour and the half hour, and a minute beside it: that is where sittings, days and limits end.
clock_times = st.builds(
    lambda day, half_hours, beside: max(0, day * 1440 + half_hours * 30 + beside),
    st.integers(0, 9),
    st.sampled_from([0, 16, 17, 20, 24, 25, 26, 30, 34, 35, 46]),
    st.sampled_from([0, 0, 0, -1, 1]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Tick]:
    """A start and then pauses and resumptions for three reasons, some of them without sense; perhaps a stop."""
    count = draw(st.integers(1, 9))
    minutes = sorted(draw(st.lists(clock_times, min_size=count, max_size=count)))
    ticks = [Tick(moment(minutes[0]), Effect.START, number=1)]
    for number, minute in enumerate(minutes[1:], 2):
        effect = draw(st.sampled_from([Effect.PAUSE, Effect.RESUME, Effect.NONE]))
        reason = draw(st.sampled_from(["supplement", "payment"]))
        ticks.append(Tick(moment(minute), effect, reason, number))
    if draw(st.booleans()):
        ticks.append(Tick(moment(minutes[-1] + draw(st.integers(0, 48)) * 30), Effect.STOP, number=99))
    return ticks


def lived(ticks: Sequence[Tick]) -> list[tuple[int, int | None]]:
    """The running stretches in minutes, by asking at each tick whether any reason is open."""
    found: list[tuple[int, int | None]] = []
    reasons: set[str] = set()
    for tick in ticks:
        minute = (tick.at - FIRST) // MINUTE
        if tick.effect is Effect.PAUSE:
            reasons.add(tick.reason)
        elif tick.effect is Effect.RESUME:
            reasons.discard(tick.reason)
        running = not reasons and tick.effect is not Effect.STOP
        if found and found[-1][1] is None and not running:
            found[-1] = (found[-1][0], minute)
        elif running and (not found or found[-1][1] is not None):
            found.append((minute, None))
    return found


def counts(unit: Unit, since: int, minute: int) -> bool:
    """Whether, in a stretch that began at `since`, one more is counted when the clock reaches `minute`."""
    day, of_day = divmod(minute, 1440)
    if unit is Unit.WORKING_HOURS:
        return OPEN[minute - 1]
    if unit is Unit.HOURS:
        return True
    if unit is Unit.WORKING_DAYS:
        return day > since // 1440 and CLOSES[day] == of_day > 0
    return of_day == 0 and day - 1 > since // 1440


def end_of(unit: Unit, since: int, minute: int) -> datetime:
    """The due moment when the limit is used up at `minute`, in a stretch that began at `since`."""
    if not unit.is_days:
        return moment(minute)
    # A calendar day is over at 24:00, which belongs to the day before; with nothing left the day of going on is meant.
    day = (minute - 1 if minute > since and unit is Unit.DAYS else minute) // 1440
    while not CLOSES[day]:
        day += 1
    if unit is Unit.DAYS:
        return moment((day + 1) * 1440) - timedelta(microseconds=1)
    return max(moment(day * 1440 + CLOSES[day]), moment(since))


def simulated(ticks: Sequence[Tick], limit: Limit, now: int) -> tuple[int, datetime | None]:
    """What is used at `now` (minutes or days) and the due moment, living minute by minute."""
    wanted = limit.value * (1 if limit.unit.is_days else 60)
    stretches = lived(ticks)
    used, total, due, kept = 0, 0, None, None
    for since, end in stretches:
        due = None if total < wanted else end_of(limit.unit, since, since)
        for minute in range(since + 1, HORIZON if end is None else end + 1):
            one = counts(limit.unit, since, minute)
            total += one
            used += one and (end is not None or minute <= now)
            if total == wanted and one:
                due = end_of(limit.unit, since, minute)
            if due is not None and end is None and minute >= now:
                break
        if end is not None and kept is None and due is not None and due < moment(end):
            kept = due
    if kept is None and due is None and stretches and ticks[-1].effect is Effect.STOP:
        # Finished early while running: the due moment is where the last stretch would have led.
        since, end = stretches[-1]
        if end is not None and moment(end) == ticks[-1].at and is_running_before_stop(ticks):
            minute = end
            while due is None:
                minute += 1
                total += counts(limit.unit, since, minute)
                if total == wanted:
                    due = end_of(limit.unit, since, minute)
    elif (
        kept is None
        and stretches[-1][1] is not None
        and not (ticks[-1].effect is Effect.STOP and is_running_before_stop(ticks))
    ):
        due = None
    return used, kept or due


def is_running_before_stop(ticks: Sequence[Tick]) -> bool:
    return lived(ticks[:-1])[-1][1] is None


some_limits = st.one_of(
    st.builds(Limit, st.integers(1, 24), st.sampled_from([Unit.WORKING_HOURS, Unit.HOURS])),
    st.builds(Limit, st.integers(1, 5), st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS])),
)


@settings(max_examples=500, deadline=None)
@given(histories(), some_limits, st.integers(0, 3000))
def test_the_clock_agrees_with_living_through_every_minute(
    ticks: list[Tick], limit: Limit, later: int
) -> None:
    now = (ticks[-1].at - FIRST) // MINUTE + later
    used, due = simulated(ticks, limit, now)
    reading = read(ticks, limit, HOURS, now=moment(now))
    assert reading.used == used
    assert reading.due_at == due
    assert reading.is_late(moment(now)) == (due is not None and (reading.finished_at or moment(now)) > due)
    assert [(since, end) for since, end in spans(ticks)] == [
        (moment(since), None if end is None else moment(end)) for since, end in lived(ticks)
    ]


@settings(deadline=None)
@given(histories(), some_limits, st.randoms(use_true_random=False))
def test_the_order_in_which_ticks_are_handed_over_does_not_matter(
    ticks: list[Tick], limit: Limit, chance: random.Random
) -> None:
    shuffled = list(ticks)
    chance.shuffle(shuffled)
    assert read(shuffled, limit, HOURS) == read(ticks, limit, HOURS)


@settings(deadline=None)
@given(histories(), some_limits)
def test_overlapping_pauses_are_their_union_whatever_they_are_called(ticks: list[Tick], limit: Limit) -> None:
    merged = [ticks[0]]
    for number, (since, end) in enumerate(lived(ticks)):
        if number:
            merged.append(Tick(moment(since), Effect.RESUME, "any", 2 * number))
        if end is not None:
            merged.append(Tick(moment(end), Effect.PAUSE, "any", 2 * number + 1))
    if ticks[-1].effect is Effect.STOP:
        # A stop is no pause: take it over as it is.
        if (
            merged[-1].effect is Effect.PAUSE
            and merged[-1].at == ticks[-1].at
            and is_running_before_stop(ticks)
        ):
            merged.pop()
        merged.append(ticks[-1])
    expected, found = read(ticks, limit, HOURS), read(merged, limit, HOURS)
    assert (found.used, found.due_at, found.ran_out) == (expected.used, expected.due_at, expected.ran_out)


@settings(deadline=None)
@given(st.integers(0, 10 * 1440), st.integers(1, 40), st.integers(0, 100), st.integers(1, 30))
def test_a_pause_of_n_working_hours_moves_the_due_moment_by_n_working_hours(
    begin: int, limit: int, percent: int, length: int
) -> None:
    begun = moment(begin)
    paused = HOURS.after(begun, timedelta(hours=limit) * percent / 101)
    resumed = HOURS.after(paused, timedelta(hours=length))
    ticks = [
        Tick(begun, Effect.START),
        Tick(paused, Effect.PAUSE, "payment", 2),
        Tick(resumed, Effect.RESUME, "payment", 3),
    ]
    assert read(ticks, hours(limit), HOURS).due_at == HOURS.after(begun, timedelta(hours=limit + length))


@settings(deadline=None)
@given(histories(), some_limits)
def test_at_the_due_moment_exactly_the_limit_is_used(ticks: list[Tick], limit: Limit) -> None:
    reading = read(ticks, limit, HOURS)
    if reading.running and not reading.ran_out and reading.due_at is not None and not limit.unit.is_days:
        there = read(ticks, limit, HOURS, now=reading.due_at)
        assert there.used_time == timedelta(hours=int(limit.value))
        assert not there.is_late(reading.due_at)
        assert there.is_late(reading.due_at + timedelta(microseconds=1))


@settings(deadline=None)
@given(histories(), some_limits, st.integers(0, 5000))
def test_the_account_of_a_restarting_limit_ends_in_what_was_used(
    ticks: list[Tick], limit: Limit, later: int
) -> None:
    limit = Limit(limit.value, limit.unit, OnSupplement.RESTART)
    now = ticks[-1].at + later * MINUTE
    reading = read(ticks, limit, HOURS, now=now)
    counted = [line for line in explain(ticks, limit, HOURS, now) if line.kind is LineKind.COUNTED]
    assert (counted[-1].total_time, counted[-1].total_days) == (reading.used_time, reading.used_days)


@settings(deadline=None)
@given(histories(), some_limits, st.integers(0, 5000))
def test_the_account_adds_up_to_what_was_used(ticks: list[Tick], limit: Limit, later: int) -> None:
    now = ticks[-1].at + later * MINUTE
    reading = read(ticks, limit, HOURS, now=now)
    lines = explain(ticks, limit, HOURS, now)
    counted = [line for line in lines if line.kind is LineKind.COUNTED]
    assert sum((line.counted_time for line in counted), timedelta()) == reading.used_time
    assert sum(line.counted_days for line in counted) == reading.used_days
    assert (counted[-1].total_time, counted[-1].total_days) == (reading.used_time, reading.used_days)
    assert lines[-1].kind is LineKind.DUE
    if any(line.expected for line in lines):
        total = lines[-1].total_days if limit.unit.is_days else lines[-1].total_time / timedelta(hours=1)
        assert total == limit.value
        assert reading.due_at is not None
        assert f"{reading.due_at:%H:%M}" in lines[-1].vi
    assert all(line.vi or line.counted_time or line.counted_days for line in lines)
    assert [line.on for line in lines[:-1]] == sorted(line.on for line in lines[:-1])


@settings(deadline=None)
@given(st.integers(0, 10 * 1440), st.integers(0, 3000), st.integers(0, 9000), some_limits)
def test_a_restarting_limit_is_a_fresh_limit_from_the_supplement(
    begin: int, until: int, length: int, limit: Limit
) -> None:
    limit = Limit(limit.value, limit.unit, OnSupplement.RESTART)
    ticks = [
        Tick(moment(begin), Effect.START),
        Tick(moment(begin + until), Effect.PAUSE, "supplement:1", 2),
        Tick(moment(begin + until + length), Effect.RESUME, "supplement:1", 3),
    ]
    fresh = [Tick(moment(begin + until + length), Effect.START)]
    if read(ticks[:2], limit, HOURS).ran_out:
        assert read(ticks, limit, HOURS).due_at == read(ticks[:1], limit, HOURS).due_at
    else:
        found = read(ticks, limit, HOURS)
        assert found.due_at == read(fresh, limit, HOURS).due_at
        assert found.used == 0


# The facts


@pytest.mark.parametrize(
    ("limit", "begun", "due"),
    [
        ("8 working_hours", "2026-03-02 08:00", "2026-03-02 17:00"),
        ("8 working_hours", "2026-03-02 00:00", "2026-03-02 17:00"),
        ("8 working_hours", "2026-03-02 12:30", "2026-03-03 12:00"),
        ("8 working_hours", "2026-03-02 19:00", "2026-03-03 17:00"),
        ("8 working_hours", "2026-03-01 10:00", "2026-03-02 17:00"),
        ("2 working_hours", "2026-03-31 16:00", "2026-04-01 09:00"),
        ("2 working_hours", "2026-12-31 16:00", "2027-01-01 09:00"),
        ("3 working_days", "2026-03-31 08:00", "2026-04-03 17:00"),
        ("3 working_days", "2026-03-31 23:59", "2026-04-03 17:00"),
        ("3 working_days", "2026-03-31 00:00", "2026-04-03 17:00"),
        ("1 working_days", "2026-03-07 09:00", "2026-03-09 17:00"),
        ("24 hours", "2026-03-07 10:15", "2026-03-08 10:15"),
        ("0 working_hours", "2026-03-02 09:00", "2026-03-02 09:00"),
        ("1 days", "2026-03-02 09:00", "2026-03-03 23:59:59.999999"),
        ("5 days", "2026-03-02 09:00", "2026-03-09 23:59:59.999999"),
    ],
    ids=[
        "a working day from the opening",
        "received at 00:00:00",
        "received in the lunch break",
        "received after hours",
        "received on a rest day",
        "month end on the 31st",
        "December",
        "days over the month end",
        "days from the last minute of a day",
        "days from 00:00:00: that day is not counted",
        "days from a Saturday",
        "clock hours know no weekend",
        "at once",
        "a calendar day ends at 24:00",
        "the fifth day is a Saturday and moves to Monday",
    ],
)  # fmt: skip
def test_known_due_moments(limit: str, begun: str, due: str) -> None:
    assert read([start(begun)], Limit.from_text(limit), PLAIN).due_at == at(due)


def test_half_an_hour_is_a_limit() -> None:
    assert read([start("2026-03-02 11:45")], Limit(Decimal("0.5"), Unit.WORKING_HOURS), PLAIN).due_at == at(
        "2026-03-02 13:15"
    )


def test_calendar_days_that_end_on_a_rest_day_move_to_the_next_working_day() -> None:
    # 2 March plus 5 days is Saturday 7 March, a rest day of this office.
    reading = read([start("2026-03-02 09:00")], Limit(5, Unit.DAYS), PLAIN)
    assert reading.due_at == at("2026-03-09 23:59:59.999999")
    assert reading.due_at.date() == date(2026, 3, 9)


def test_nothing_counts_before_the_start() -> None:
    reading = read([pause("2026-03-02 08:00"), resume("2026-03-02 09:00")], hours(8), PLAIN)
    assert (reading.started_at, reading.due_at, reading.used, reading.running) == (None, None, 0, False)
    assert read([], hours(8), PLAIN).due_at is None
    assert not reading.is_late(at("2027-01-01 00:00"))
    assert explain([], hours(8), PLAIN, at("2026-03-02 08:00")) == []


def test_a_procedure_without_a_limit_is_never_due_and_never_late() -> None:
    ticks = [start("2026-03-02 08:00")]
    reading = read(ticks, None, PLAIN, now=at("2026-03-04 10:00"))
    assert reading.due_at is None
    assert reading.used_minutes == 18 * 60
    assert not reading.is_late(at("2099-01-01 08:00"))
    assert verdict(reading, at("2026-05-04 10:00")) is Verdict.ON_TIME
    assert (
        explain(ticks, None, PLAIN, at("2026-03-03 08:00"))[-1].en
        == "The law sets no limit for this procedure"
    )


def test_a_due_moment_at_the_lunch_break_is_noon_and_not_one() -> None:
    assert read([start("2026-03-02 10:00")], hours(2), PLAIN).due_at == at("2026-03-02 12:00")


def test_a_result_exactly_at_the_due_minute_is_on_time() -> None:
    ticks = [start("2026-03-02 08:00"), stop("2026-03-02 17:00")]
    reading = read(ticks, hours(8), PLAIN)
    assert not reading.is_late(at("2026-05-01 08:00"))
    assert verdict(reading, at("2026-03-02 17:00")) is Verdict.ON_TIME
    assert reading.due_at == reading.finished_at


def test_a_result_in_the_evening_after_the_due_moment_is_late_though_no_minute_more_was_used() -> None:
    reading = read([start("2026-03-02 08:00"), stop("2026-03-02 18:30")], hours(8), PLAIN)
    assert reading.used_minutes == 480
    assert reading.due_at == at("2026-03-02 17:00")
    assert reading.is_late(at("2026-03-02 18:30"))
    assert verdict(reading, at("2026-03-02 18:30")) is Verdict.LATE


def test_a_dossier_that_was_late_before_a_pause_stays_late() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        pause("2026-03-03 09:00"),
        resume("2026-03-20 09:00"),
        stop("2026-03-20 10:00"),
    ]
    for limit in (hours(8), hours(8, OnSupplement.RESTART)):
        for length in (2, 3, 4):
            reading = read(ticks[:length], limit, PLAIN)
            assert reading.due_at == at("2026-03-02 17:00")
            assert reading.ran_out
            assert reading.is_late(at("2026-03-20 10:00"))


def test_a_paused_dossier_has_no_due_moment_and_is_not_late_however_long_it_waits() -> None:
    reading = read([start("2026-03-02 08:00"), pause("2026-03-02 10:00")], hours(8), PLAIN)
    assert reading.due_at is None
    assert reading.paused_for == {"supplement"}
    assert not reading.is_late(at("2026-12-02 10:00"))


def test_paused_over_the_year_end() -> None:
    ticks = [start("2026-12-30 15:00"), pause("2026-12-31 09:00"), resume("2027-01-05 08:00")]
    assert read(ticks, hours(8), PLAIN).due_at == at("2027-01-05 14:00")
    assert read(ticks, days(3), PLAIN).due_at == at("2027-01-08 17:00")


def test_two_reasons_at_once_are_one_pause() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        pause("2026-03-02 10:00", "supplement", 2),
        pause("2026-03-02 11:00", "payment", 3),
        resume("2026-03-03 10:00", "supplement", 4),
        resume("2026-03-03 11:00", "payment", 5),
    ]
    reading = read(ticks, hours(8), PLAIN)
    assert reading.used_minutes == 120
    assert reading.due_at == at("2026-03-04 09:00")
    assert read(ticks[:4], hours(8), PLAIN).paused_for == {"payment"}


def test_two_requests_for_supplements_are_told_apart_by_their_detail() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        pause("2026-03-02 09:00", "supplement:1", 2),
        pause("2026-03-02 10:00", "supplement:2", 3),
        resume("2026-03-03 08:00", "supplement:1", 4),
    ]
    assert not read(ticks, hours(8), PLAIN).running
    done = [*ticks, resume("2026-03-04 08:00", "supplement:2", 5)]
    assert read(done, hours(8), PLAIN).due_at == at("2026-03-04 16:00")


def test_day_limits_keep_the_days_before_a_pause_and_do_not_count_the_day_of_going_on() -> None:
    ticks = [start("2026-03-02 09:00"), pause("2026-03-05 10:00"), resume("2026-03-09 14:00")]
    reading = read(ticks, days(5), PLAIN)
    # Tuesday and Wednesday are over; Thursday was not; three more days follow Monday the 9th.
    assert reading.used_days == 2
    assert reading.due_at == at("2026-03-12 17:00")
    evening = [start("2026-03-02 09:00"), pause("2026-03-05 17:00"), resume("2026-03-09 14:00")]
    assert read(evening, days(5), PLAIN).used_days == 3


def test_a_payment_does_not_restart_a_limit_that_a_supplement_would() -> None:
    limit = hours(8, OnSupplement.RESTART)
    paid = [
        start("2026-03-02 08:00"),
        pause("2026-03-02 10:00", "payment"),
        resume("2026-03-03 08:00", "payment"),
    ]
    assert read(paid, limit, PLAIN).due_at == at("2026-03-03 15:00")
    completed = [start("2026-03-02 08:00"), pause("2026-03-02 10:00"), resume("2026-03-03 08:00")]
    assert read(completed, limit, PLAIN).due_at == at("2026-03-03 17:00")


def test_a_case_reopened_after_its_result_goes_on_with_the_old_limit() -> None:
    ticks = [start("2026-03-02 08:00"), stop("2026-03-02 12:00", 2), resume("2026-03-05 08:00", "", 3)]
    reading = read(ticks, hours(8), PLAIN)
    assert reading.finished_at is None
    assert reading.running
    assert reading.used_minutes == 240
    assert reading.due_at == at("2026-03-05 12:00")
    late = [start("2026-03-02 08:00"), stop("2026-03-03 12:00", 2), resume("2026-03-05 08:00", "", 3)]
    assert read(late, hours(8), PLAIN).due_at == at("2026-03-02 17:00")


def test_a_case_finished_while_waiting_and_reopened_waits_for_nothing_any_more() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        pause("2026-03-02 10:00"),
        stop("2026-03-03 08:00", 11),
        resume("2026-03-05 08:00", "", 12),
    ]
    reading = read(ticks, hours(8), PLAIN)
    assert reading.paused_for == frozenset()
    assert reading.due_at == at("2026-03-05 15:00")
    again = read([*ticks, pause("2026-03-05 09:00", "supplement", 13)], hours(8), PLAIN)
    assert not again.running
    assert again.used_minutes == 180


def test_a_pause_in_the_evening_of_the_due_day_comes_too_late() -> None:
    evening = [start("2026-03-02 08:00"), pause("2026-03-02 18:30"), resume("2026-03-09 08:00")]
    assert read(evening, hours(8), PLAIN).due_at == at("2026-03-02 17:00")
    in_time = [start("2026-03-02 08:00"), pause("2026-03-02 17:00"), resume("2026-03-09 08:00")]
    reading = read(in_time, hours(8), PLAIN)
    assert not reading.ran_out
    assert reading.due_at == at("2026-03-09 08:00")


@pytest.mark.parametrize(
    ("resumed", "due"),
    [
        ("2026-03-10 09:00", "2026-03-10 17:00"),
        ("2026-03-10 19:00", "2026-03-10 19:00"),
        ("2026-03-14 09:00", "2026-03-16 17:00"),
    ],
    ids=["that day", "at once when the office is closed already", "the next working day after a rest day"],
)
def test_with_no_day_left_the_day_of_going_on_is_the_last(resumed: str, due: str) -> None:
    ticks = [start("2026-03-02 09:00"), pause("2026-03-04 17:00"), resume(resumed)]
    assert read(ticks, days(2), PLAIN).due_at == at(due)


def test_calendar_days_used_up_on_a_rest_day_leave_nothing_after_a_pause() -> None:
    # Two calendar days after Thursday end on Saturday, moved to Monday; the pause begins on Sunday.
    ticks = [start("2026-03-05 09:00"), pause("2026-03-08 10:00"), resume("2026-03-11 10:00")]
    reading = read(ticks, Limit(2, Unit.DAYS), PLAIN)
    assert not reading.ran_out
    assert reading.due_at == at("2026-03-11 23:59:59.999999")


def test_a_new_start_after_the_result_is_a_new_limit() -> None:
    ticks = [start("2026-03-02 08:00"), stop("2026-03-03 12:00", 2), start("2026-03-05 08:00", 3)]
    reading = read(ticks, hours(8), PLAIN)
    assert reading.started_at == at("2026-03-05 08:00")
    assert reading.due_at == at("2026-03-05 17:00")
    assert not reading.ran_out
    assert spans(ticks) == [(at("2026-03-05 08:00"), None)]
    # The due moment of the first limit must not shine through while the second is paused.
    assert read([*ticks, pause("2026-03-05 09:00", number=4)], hours(8), PLAIN).due_at is None


def test_a_second_start_and_a_second_stop_change_nothing() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        start("2026-03-02 11:00", 2),
        stop("2026-03-02 12:00", 3),
        stop("2026-03-04 12:00", 4),
    ]
    reading = read(ticks, hours(8), PLAIN)
    assert (reading.started_at, reading.finished_at) == (at("2026-03-02 08:00"), at("2026-03-02 12:00"))


def test_finished_while_paused_has_no_appointment_to_miss() -> None:
    ticks = [start("2026-03-02 08:00"), pause("2026-03-02 10:00"), stop("2026-04-02 10:00")]
    reading = read(ticks, hours(8), PLAIN)
    assert reading.due_at is None
    assert verdict(reading, at("2026-04-02 10:00")) is Verdict.ON_TIME
    assert explain(ticks, hours(8), PLAIN, at("2026-04-03 10:00"))[-1].en.startswith(
        "Finished while the clock stood"
    )


# Extensions


def extend(text: str, extra: str, number: int = 30) -> Tick:
    return Tick(at(text), Effect.EXTEND, number=number, extra=Limit.from_text(extra))


def test_an_extension_in_the_same_unit_adds() -> None:
    ticks = [start("2026-03-02 08:00"), extend("2026-03-02 09:00", "4 working_hours")]
    assert read(ticks, hours(8), PLAIN).due_at == at("2026-03-03 12:00")


def test_an_extension_in_another_unit_begins_where_the_limit_ends() -> None:
    # Eight working hours end on Monday at 17:00; two working days after that Monday end on Wednesday.
    ticks = [start("2026-03-02 08:00"), extend("2026-03-02 09:00", "2 working_days")]
    reading = read(ticks, hours(8), PLAIN, now=at("2026-03-04 09:00"))
    assert reading.due_at == at("2026-03-04 17:00")
    assert (reading.used_minutes, reading.used_days) == (480, 1)
    assert reading.used_text("vi") == "8 giờ làm việc + 1 ngày làm việc"
    lines = explain(ticks, hours(8), PLAIN, at("2026-03-04 09:00"))
    assert (lines[-1].total_time, lines[-1].total_days) == (timedelta(hours=8), 2)
    assert "gia hạn thêm 2 ngày làm việc" in lines[0].vi


def test_extensions_survive_pauses_in_each_stage() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        extend("2026-03-02 09:00", "2 working_days"),
        pause("2026-03-02 10:00", "payment", 40),
        resume("2026-03-03 08:00", "payment", 41),
        pause("2026-03-04 18:00", "payment", 42),
        resume("2026-03-09 08:00", "payment", 43),
    ]
    # Six hours left from Tuesday 08:00 end at 15:00; Wednesday is the first extra day; the second follows Monday 9.
    assert read(ticks, hours(8), PLAIN).due_at == at("2026-03-10 17:00")


def test_an_extension_at_the_due_moment_itself_is_in_time() -> None:
    ticks = [start("2026-03-02 08:00"), extend("2026-03-02 17:00", "1 working_hours")]
    assert read(ticks, hours(8), PLAIN).due_at == at("2026-03-03 09:00")


def test_a_second_stage_keeps_its_days_when_paused_after_the_first_ended() -> None:
    # Twelve hours end on Tuesday at noon; Wednesday is the first extra day and over when the pause begins.
    ticks = [
        start("2026-03-02 08:00"),
        extend("2026-03-02 09:00", "3 working_days"),
        pause("2026-03-04 18:00", number=40),
    ]
    reading = read(ticks, hours(12), PLAIN)
    assert (reading.used_minutes, reading.used_days) == (720, 1)
    assert reading.due_at is None
    assert read([*ticks, resume("2026-03-05 08:00", number=41)], hours(12), PLAIN).due_at == at(
        "2026-03-09 17:00"
    )


def test_an_extension_during_a_pause_counts() -> None:
    ticks = [
        start("2026-03-02 08:00"),
        pause("2026-03-02 10:00"),
        extend("2026-03-20 09:00", "1 working_hours", 15),
        resume("2026-03-23 08:00"),
    ]
    assert read(ticks, hours(8), PLAIN).due_at == at("2026-03-23 16:00")


@pytest.mark.parametrize("paused", [False, True])
def test_an_extension_after_the_limit_ran_out_heals_nothing(paused: bool) -> None:
    ticks = [start("2026-03-02 08:00"), extend("2026-03-05 09:00", "9 working_days")]
    if paused:
        ticks.append(pause("2026-03-04 09:00"))
    reading = read(ticks, hours(8), PLAIN)
    assert reading.due_at == at("2026-03-02 17:00")
    assert reading.is_late(at("2026-03-05 10:00"))
    lines = explain(ticks, hours(8), PLAIN, at("2026-03-05 10:00"))
    assert any("has no effect" in line.en for line in lines)
    assert lines[-1].en == "Late since 17:00 Monday 02/03/2026"


def test_an_extension_must_say_how_long() -> None:
    with pytest.raises(Refused, match="how much longer"):
        read([start("2026-03-02 08:00"), Tick(at("2026-03-02 09:00"), Effect.EXTEND)], hours(8), PLAIN)


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(1, 20), st.integers(1, 4), st.integers(0, 4000), st.booleans())
def test_the_account_of_an_extended_case_adds_up(
    ticks: list[Tick], value: int, extra: int, later: int, by_days: bool
) -> None:
    limit = Limit(value, Unit.WORKING_HOURS) if by_days else Limit(min(value, 6), Unit.DAYS)
    unit = Unit.WORKING_DAYS if by_days else Unit.HOURS
    ticks = [ticks[0], Tick(ticks[0].at, Effect.EXTEND, number=1, extra=Limit(extra, unit)), *ticks[1:]]
    now = ticks[-1].at + later * MINUTE
    reading = read(ticks, limit, HOURS, now=now)
    counted = [line for line in explain(ticks, limit, HOURS, now) if line.kind is LineKind.COUNTED]
    assert (counted[-1].total_time, counted[-1].total_days) == (reading.used_time, reading.used_days)


# Verdicts


@pytest.mark.parametrize(
    ("finished", "by_minute", "by_day"),
    [
        ("2026-03-02 10:00", Verdict.EARLY, Verdict.EARLY),
        ("2026-03-03 11:58", Verdict.EARLY, Verdict.ON_TIME),
        ("2026-03-03 11:59:59", Verdict.EARLY, Verdict.ON_TIME),
        ("2026-03-03 12:00:00", Verdict.ON_TIME, Verdict.ON_TIME),
        ("2026-03-03 12:00:01", Verdict.LATE, Verdict.LATE),
    ],
)
def test_the_grain_of_an_hour_limit_is_the_minute_unless_told_otherwise(
    finished: str, by_minute: Verdict, by_day: Verdict
) -> None:
    reading = read([start("2026-03-02 12:30"), stop(finished)], hours(8), PLAIN)
    assert verdict(reading, at(finished)) is by_minute
    assert verdict(reading, at(finished), Grain.DAY) is by_day


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        ("2026-03-04 23:59", Verdict.EARLY),
        ("2026-03-05 00:00", Verdict.ON_TIME),
        ("2026-03-05 08:01", Verdict.ON_TIME),
        ("2026-03-05 17:00", Verdict.ON_TIME),
        ("2026-03-05 17:01", Verdict.LATE),
    ],
)
def test_the_grain_of_a_day_limit_is_the_day_in_vietnam(finished: str, expected: Verdict) -> None:
    reading = read([start("2026-03-02 09:00"), stop(finished)], days(3), PLAIN)
    assert verdict(reading, at(finished).astimezone(UTC)) is expected


def test_a_day_limit_can_be_told_by_the_minute() -> None:
    reading = read([start("2026-03-02 09:00"), stop("2026-03-05 10:00")], days(3), PLAIN)
    assert verdict(reading, at("2026-03-05 10:00"), Grain.MINUTE) is Verdict.EARLY


# The edge of the calendar


def test_a_due_moment_beyond_the_known_days_is_given_and_called_provisional() -> None:
    known = read([start("2026-12-30 08:00")], days(1), HOURS)
    assert not known.provisional
    expected = read([start("2026-12-30 08:00")], days(5), HOURS)
    assert expected.provisional
    beyond = read([start("2027-12-30 08:00")], days(5), HOURS)
    assert beyond.due_at == at("2028-01-05 17:00")
    assert beyond.provisional
    lines = explain([start("2027-12-30 08:00")], days(5), HOURS, at("2027-12-30 09:00"))
    assert any("lịch nghỉ năm 2028 chưa có" in line.vi for line in lines)


def test_clock_hours_are_never_provisional() -> None:
    assert not read([start("2030-12-30 08:00")], Limit(24, Unit.HOURS), HOURS).provisional
    assert read([start("2030-12-30 08:00")], Limit(24, Unit.WORKING_HOURS), HOURS).provisional


def test_a_moment_without_a_zone_is_refused() -> None:
    bare = Tick(datetime(2026, 3, 2, 8), Effect.START)  # noqa: DTZ001
    for ticks in ([bare], [bare, stop("2026-03-02 09:00")]):
        with pytest.raises(Refused, match="has no zone"):
            read(ticks, hours(8), PLAIN)


# Words


def test_used_in_words() -> None:
    reading = read([start("2026-03-02 08:00"), pause("2026-03-02 10:30")], hours(8), PLAIN)
    assert reading.used_text("vi") == "2 giờ 30 phút làm việc"
    assert reading.used_text("en") == "2 h 30 min of working time"
    assert read([start("2026-03-02 08:00")], hours(8), PLAIN).used_text("vi") == "0 giờ làm việc"
    two = read([start("2026-03-02 08:00"), pause("2026-03-04 18:00")], days(5), PLAIN)
    assert two.used_text("vi") == "2 ngày làm việc"
    short = read([start("2026-03-02 08:00"), pause("2026-03-02 08:20")], Limit(1, Unit.HOURS), PLAIN)
    assert short.used_text("vi") == "20 phút"


def test_what_if_the_supplement_came_on_monday() -> None:
    ticks = [start("2026-03-02 08:00"), pause("2026-03-02 10:00"), pause("2026-03-02 11:00", "payment", 11)]
    assert if_resumed(ticks, hours(8), PLAIN, at("2026-03-09 08:00")).due_at == at("2026-03-09 15:00")


def test_the_account_names_every_reason_why_nothing_was_counted() -> None:
    ticks = [
        start("2026-03-10 15:00"),
        pause("2026-03-12 10:00", "supplement:3"),
        resume("2026-03-13 08:00", "supplement:3"),
    ]
    lines = explain(ticks, hours(24), HOURS, at("2026-03-14 18:00"))
    told = {line.on.day: line for line in lines if line.kind is LineKind.COUNTED}
    assert told[10].vi == "bắt đầu tính lúc 15:00"
    assert told[10].counted_time == timedelta(hours=2)
    assert told[11].vi == "Giỗ Tổ (7/TB)"
    assert told[11].en == "Hung Kings' Day (7/TB)"
    assert "tạm dừng 10:00–24:00: chờ bổ sung hồ sơ (3)" in told[12].vi
    assert told[13].counted_time == timedelta(hours=8)
    assert told[14].sessions == "08:00–12:00"
    assert told[14].total_time == timedelta(hours=16)
    make_up = next(line for line in lines if line.on.day == 15)
    assert make_up.expected
    assert (make_up.en, make_up.counted_time) == ("make-up day (7/TB)", timedelta(hours=8))
    assert lines[-1].en == "Due: 17:00 Sunday 15/03/2026"


def test_the_account_of_a_restart_begins_at_nought_again() -> None:
    ticks = [start("2026-03-02 08:00"), pause("2026-03-02 10:00"), resume("2026-03-03 08:00")]
    lines = explain(ticks, hours(8, OnSupplement.RESTART), PLAIN, at("2026-03-03 09:00"))
    assert [line.total_time // MINUTE for line in lines] == [120, 120, 60, 480, 480]
    assert "tính lại từ đầu" in lines[2].vi
    at_once = explain(ticks, hours(8, OnSupplement.RESTART), PLAIN, at("2026-03-03 08:00"))
    assert [line.total_time // MINUTE for line in at_once] == [120, 120, 0, 480, 480]
    assert [line.en.count("counted anew") for line in at_once] == [0, 0, 1, 0, 0]


def test_the_account_of_days_counts_each_day_at_its_close() -> None:
    lines = explain([start("2026-03-02 09:00")], days(2), PLAIN, at("2026-03-03 17:00"))
    assert [(line.on.day, line.counted_days, line.kind.value) for line in lines] == [
        (2, 0, "counted"),
        (3, 1, "counted"),
        (4, 1, "expected"),
        (4, 0, "due"),
    ]
    assert (
        lines[0].en == "counting begins at 09:00, this day is not counted (Civil Code 2015, article 147(2))"
    )


def test_the_account_of_calendar_days_tells_why_the_end_moved() -> None:
    lines = explain([start("2026-03-05 09:00")], Limit(2, Unit.DAYS), PLAIN, at("2026-03-05 10:00"))
    assert [line.total_days for line in lines] == [0, 1, 2, 2, 2, 2]
    assert "article 148(5)" in lines[3].en
    assert lines[-1].vi == "Hạn trả kết quả: 23:59 Thứ Hai 09/03/2026"


def test_the_account_of_a_waiting_case_ends_without_a_due_moment() -> None:
    ticks = [start("2026-03-02 08:00"), pause("2026-03-02 10:00", "payment")]
    lines = explain(ticks, hours(8), PLAIN, at("2026-03-04 09:00"))
    assert lines[1].en == "paused all day: waiting for payment"
    assert lines[-1].en.startswith("The clock stands still (waiting for payment)")


def test_the_account_as_text_has_a_line_for_each_day_in_both_languages() -> None:
    lines = explain([start("2026-03-06 16:00")], hours(2), PLAIN, at("2026-03-06 16:30"))
    assert clock.as_text(lines, "vi").splitlines() == [
        "+ Thứ Sáu 06/03/2026   0:30 → 0:30       bắt đầu tính lúc 16:00",
        "… Thứ Sáu 06/03/2026   0:30 → 1:00",
        "… Thứ Bảy 07/03/2026   0:00 → 1:00       Thứ Bảy, ngày nghỉ hằng tuần",
        "… Chủ Nhật 08/03/2026  0:00 → 1:00       Chủ Nhật, ngày nghỉ hằng tuần",
        "… Thứ Hai 09/03/2026   1:00 → 2:00",
        "= Hạn trả kết quả: 09:00 Thứ Hai 09/03/2026",
    ]
    assert clock.as_text(lines, "en").splitlines()[-1] == "= Due: 09:00 Monday 09/03/2026"
