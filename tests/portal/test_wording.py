"""Numbers, dates and time left, in the words of a person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import parse_number
from motcua.portal import wording

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "value",
    [
        Text("Tờ khai", "Declaration"),
        {"vi": "Tờ khai", "en": "Declaration"},
        ("Tờ khai", "Declaration"),
        Finding("X1", "", "Tờ khai", "Declaration"),
        Refused("Tờ khai", "Declaration"),
    ],
)
def test_every_value_with_two_texts_is_said_in_the_language_asked_for(value: object) -> None:
    assert wording.pick(value, "vi") == "Tờ khai"
    assert wording.pick(value, "en-gb") == "Declaration"


def test_a_missing_english_text_falls_back_to_vietnamese() -> None:
    assert wording.pick({"vi": "Tờ khai", "en": ""}, "en") == "Tờ khai"
    assert wording.pick(None, "en") == ""
    assert wording.pick("VNACCS", "en") == "VNACCS"


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        (127258, None, "127.258", "127,258"),
        (1425, None, "1.425", "1,425"),
        (Decimal("7.5"), None, "7,5", "7.5"),
        (7.25, 1, "7,3", "7.3"),
        (-7.5, None, "−7,5", "−7.5"),
        (0, 2, "0,00", "0.00"),
        (None, None, "–", "–"),
    ],
)
def test_marks_of_numbers_follow_the_language(value: wording.Number, places: int, vi: str, en: str) -> None:
    assert wording.number(value, places, "vi") == vi
    assert wording.number(value, places, "en") == en


def test_a_text_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        wording.number("mười", None, "vi")


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12),
    st.sampled_from(["vi", "en"]),
)
def test_a_number_we_write_can_be_read_back(value: Decimal, language: str) -> None:
    assert parse_number(wording.number(value, None, language), language) == value


def test_shares_name_a_fraction_and_nothing_has_no_share() -> None:
    assert wording.share(48, 52, 1, "vi") == "92,3%"
    assert wording.share(3, 3, 1, "en") == "100%"
    assert wording.share(0, 0, 1, "vi") == "–"


def test_money_is_counted_in_dong_unless_said_otherwise() -> None:
    assert wording.money(1250000, "VND", "vi") == "1.250.000 đồng"
    assert wording.money(1250000, "VND", "en") == "VND 1,250,000"
    assert wording.money("1250.5", "USD", "vi") == "1.250,50 USD"
    assert wording.money("1250.5", "USD", "en") == "USD 1,250.50"


def test_a_late_evening_in_utc_is_the_next_day_in_vietnam() -> None:
    moment = datetime(2026, 9, 13, 18, 5, tzinfo=UTC)
    assert wording.moment(moment, "vi") == "01:05, 14/09/2026"
    assert wording.moment(moment, "en") == "01:05, 14 Sep 2026"
    assert wording.day(moment, "vi") == "14/09/2026"
    assert wording.day(date(2026, 2, 5), "vi") == "05/02/2026"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        wording.moment(datetime(2026, 9, 13, 18, 5), "vi")  # noqa: DTZ001


def test_the_date_of_a_paper_is_written_as_the_decree_wants() -> None:
    assert wording.formal_day(date(2026, 2, 5), "vi") == "ngày 05 tháng 02 năm 2026"
    assert wording.formal_day(date(2026, 3, 15), "vi") == "ngày 15 tháng 3 năm 2026"


@pytest.mark.parametrize(
    ("span", "working", "vi", "en"),
    [
        (12 * HOUR, True, "1 ngày 4 giờ làm việc", "1 working day 4 hours"),
        (16 * HOUR, True, "2 ngày làm việc", "2 working days"),
        (timedelta(hours=3, minutes=20), True, "3 giờ 20 phút làm việc", "3 working hours 20 minutes"),
        (26 * HOUR, False, "1 ngày 2 giờ", "1 day 2 hours"),
        (timedelta(0), False, "0 phút", "0 minutes"),
        (-5 * HOUR, True, "−5 giờ làm việc", "−5 working hours"),
        (timedelta(hours=8, minutes=1), True, "1 ngày làm việc", "1 working day"),
    ],
)
def test_time_is_said_in_its_two_largest_units(span: timedelta, working: bool, vi: str, en: str) -> None:
    assert wording.duration(span, "vi", working=working) == vi
    assert wording.duration(span, "en", working=working) == en


@given(st.integers(min_value=0, max_value=10**6))
def test_nobody_is_promised_more_time_than_there_is(minutes: int) -> None:
    said = wording.duration(timedelta(minutes=minutes), "en", working=False).replace(",", "").split()
    sizes = {"day": 1440, "hour": 60, "minute": 1}
    promised = sum(int(n) * sizes[unit.rstrip("s")] for n, unit in zip(said[::2], said[1::2], strict=True))
    assert minutes - 1440 < promised <= minutes


@given(
    st.timedeltas(max_value=timedelta(days=99), min_value=timedelta(days=-99)),
    st.timedeltas(max_value=timedelta(days=99), min_value=timedelta(days=-1)),
)
def test_the_share_used_stays_between_nothing_and_all(left: timedelta, limit: timedelta) -> None:
    used = wording.share_used(left, limit)
    assert 0 <= used <= 100
    if left <= timedelta(0):
        assert used == 100
