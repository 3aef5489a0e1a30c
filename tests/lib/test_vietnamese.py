"""Vietnamese text, numbers and dates."""

from __future__ import annotations

import random
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.errors import Refused
from motcua.lib.vietnamese import (
    MARKED,
    date_text,
    datetime_text,
    fold,
    in_words,
    money,
    name_sort_key,
    nfc,
    number,
    parse_number,
    sort_key,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz" + "".join(MARKED.values())
TEXTS = st.text(alphabet=LETTERS + LETTERS.upper() + " 0159.,-/üçñßİ漢กำ\u0301\u0323\n\t", max_size=30)


# Searching


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("  Hòn   Gai\t", "hon gai"),
        ("MÓNG CÁI", "mong cai"),
        ("C/O mẫu D", "c/o mau d"),
        ("Quảng Ninh", "quang ninh"),
        ("Zürich façade", "zurich facade"),
        ("", ""),
    ],
)
def test_a_search_key_has_no_marks_no_capitals_and_single_spaces(text: str, key: str) -> None:
    assert fold(text) == key


def test_every_vietnamese_letter_folds_to_its_plain_letter() -> None:
    for plain, marked in MARKED.items():
        assert {fold(letter) for letter in marked + marked.upper()} == {plain}
    assert sum(len(letters) for letters in MARKED.values()) == 67


@settings(max_examples=200)
@given(TEXTS)
def test_folding_twice_changes_nothing_and_decomposed_text_folds_alike(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_letters_of_scripts_whose_marks_are_vowels_are_kept() -> None:
    assert fold("กำ") == nfc("กำ")


# Sorting

ORDERS = [
    ["An", "Ánh", "Ăn", "Ân", "Ẩn", "Ấn", "Da", "Đa"],
    ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ"],
    ["O", "Ô", "Ơ", "P"],
    ["U", "Ư", "V", "W", "X"],
    ["an", "An", "AN", "an ninh", "An Ninh", "Anh"],
    ["Kho 2", "Kho A", "Khoa"],
    ["", "1", "12", "2", "a", "b"],
    ["Z", "漢"],
]


@pytest.mark.parametrize("names", ORDERS, ids=lambda names: names[-1])
def test_names_sort_in_the_vietnamese_order(names: list[str]) -> None:
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=sort_key) == names


@settings(max_examples=200)
@given(TEXTS)
def test_a_sort_key_is_printable_ascii_and_does_not_depend_on_the_form(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert key.isprintable()
    assert sort_key(unicodedata.normalize("NFD", text)) == key


@settings(max_examples=200)
@given(st.lists(st.text(alphabet=LETTERS + " ", max_size=8), max_size=6))
def test_bytes_sort_as_strings_do(words: list[str]) -> None:
    keys = [sort_key(word) for word in words]
    assert sorted(keys) == sorted(keys, key=lambda key: key.encode("ascii"))


@settings(max_examples=200)
@given(st.text(alphabet=LETTERS, min_size=1, max_size=8), st.text(alphabet=LETTERS, min_size=1, max_size=8))
def test_two_spellings_share_a_key_only_when_they_are_one(left: str, right: str) -> None:
    assert (sort_key(left) == sort_key(right)) == (left == right)


def test_people_sort_by_given_name_first() -> None:
    names = ["Phạm Thị Bình", "Trần Văn An", "Lê Thị Ánh", "Bùi Văn An", "Nguyễn Thị Lan Anh"]
    assert sorted(names, key=name_sort_key) == [
        "Bùi Văn An", "Trần Văn An", "Nguyễn Thị Lan Anh", "Lê Thị Ánh", "Phạm Thị Bình",
    ]  # fmt: skip
    assert name_sort_key("  ") == ""


def test_a_longer_given_name_never_sorts_into_a_shorter_one() -> None:
    assert name_sort_key("Zwi An") < name_sort_key("Ba Anh")


# Numbers


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (127258, None, "127.258", "127,258"),
        (999, None, "999", "999"),
        (-1425, None, "-1.425", "-1,425"),
        (Decimal("7.5"), None, "7,5", "7.5"),
        (Decimal("1234567.50"), None, "1.234.567,50", "1,234,567.50"),
        (Decimal("15.585"), 2, "15,59", "15.59"),
        (Decimal("99.95"), 1, "100,0", "100.0"),
        (Decimal("-0.04"), 1, "0,0", "0.0"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (7, 2, "7,00", "7.00"),
    ],
)
def test_numbers_are_written_in_the_manner_of_the_language(
    value: int | Decimal, decimals: int | None, vi: str, en: str
) -> None:
    assert (number(value, "vi", decimals), number(value, "en", decimals)) == (vi, en)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_not_written(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        number(Decimal(value), "vi")


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1.425", "vi", 1425),
        ("1,425", "en", 1425),
        ("7,5", "vi", Decimal("7.5")),
        ("7.5", "en", Decimal("7.5")),
        ("1,425", "vi", Decimal("1.425")),
        ("1.425.000", None, 1425000),
        ("1.425,5", None, Decimal("1425.5")),
        ("1,425.5", None, Decimal("1425.5")),
        ("7,5", None, Decimal("7.5")),
        ("0.425", None, Decimal("0.425")),
        ("127 258", None, 127258),
        ("127\u00a0258", "vi", 127258),
        ("1425", None, 1425),
        ("−4,88", "vi", Decimal("-4.88")),
        ("+22", "en", 22),
        (" 12 ", None, 12),
    ],
)
def test_numbers_written_by_people_are_read(text: str, language: str | None, value: int | Decimal) -> None:
    read = parse_number(text, language)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["1.425", "1,425", "12.345", "-1.425"])
def test_an_ambiguous_number_without_a_language_is_refused_with_both_readings(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_number(text)
    assert "hai cách" in refused.value.text
    assert "two ways" in refused.value.text_en
    digits = text.strip("-").replace(",", "").replace(".", "")
    assert digits in refused.value.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", None), ("abc", "vi"), ("12.34", "vi"), ("7,5", "en"), ("1.4255", "vi"), ("0.425", "vi"),
        ("1e5", None), ("7,", "vi"), (",5", "vi"), ("1..2", None), ("1.425,000,5", None), ("1-2", None),
        ("٣", "vi"), ("9" * 61, None), ("1.234,567.8", "vi"), ("1 42", "vi"),
    ],
)  # fmt: skip
def test_what_is_not_properly_written_is_refused(text: str, language: str | None) -> None:
    with pytest.raises(Refused, match="number"):
        parse_number(text, language)


@settings(max_examples=200)
@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from(["vi", "en"]))
def test_reading_what_was_written_gives_the_number_back(value: Decimal, language: str) -> None:
    assert parse_number(number(value, language), language) == value


# Dates and times


def test_dates_are_day_first_in_both_languages() -> None:
    assert date_text(date(2020, 3, 2), "vi") == date_text(date(2020, 3, 2), "en") == "02/03/2020"


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2020, 2, 5), "ngày 05 tháng 02 năm 2020", "5 February 2020"),
        (date(2020, 3, 15), "ngày 15 tháng 3 năm 2020", "15 March 2020"),
        (date(2020, 10, 9), "ngày 09 tháng 10 năm 2020", "9 October 2020"),
    ],
)
def test_on_documents_days_below_ten_and_months_one_and_two_carry_a_zero(day: date, vi: str, en: str) -> None:
    assert (date_text(day, "vi", official=True), date_text(day, "en", official=True)) == (vi, en)


def test_times_are_shown_in_vietnam_time() -> None:
    moment = datetime(2020, 3, 2, 7, 5, tzinfo=UTC)
    assert datetime_text(moment, "vi") == "14:05 ngày 02/03/2020 (giờ Việt Nam)"
    assert datetime_text(moment, "en") == "14:05 on 02/03/2020 (Vietnam time)"
    assert datetime_text(moment, "vi", official=True) == "14:05 ngày 02 tháng 3 năm 2020 (giờ Việt Nam)"


def test_an_evening_in_utc_is_the_next_morning_in_vietnam() -> None:
    late = datetime(2020, 12, 31, 13, 0, tzinfo=timezone(timedelta(hours=-5)))
    assert datetime_text(late, "vi") == "01:00 ngày 01/01/2021 (giờ Việt Nam)"


def test_a_time_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        datetime_text(datetime(2020, 3, 2, 7, 5), "vi")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (Decimal("1500000"), "1.500.000 đồng", "VND 1,500,000"),
        (Decimal("1500000.00"), "1.500.000 đồng", "VND 1,500,000"),
        (Decimal("20000.50"), "20.000,5 đồng", "VND 20,000.5"),
        (Decimal(0), "0 đồng", "VND 0"),
    ],
)
def test_money_shows_decimals_only_where_there_are_any(value: Decimal, vi: str, en: str) -> None:
    assert (money(value, "vi"), money(value, "en")) == (vi, en)


# In words


@pytest.mark.parametrize(
    ("n", "vi", "en"),
    [
        (0, "không", "zero"),
        (4, "bốn", "four"),
        (10, "mười", "ten"),
        (11, "mười một", "eleven"),
        (14, "mười bốn", "fourteen"),
        (15, "mười lăm", "fifteen"),
        (20, "hai mươi", "twenty"),
        (21, "hai mươi mốt", "twenty-one"),
        (24, "hai mươi tư", "twenty-four"),
        (25, "hai mươi lăm", "twenty-five"),
        (101, "một trăm linh một", "one hundred and one"),
        (105, "một trăm linh năm", "one hundred and five"),
        (110, "một trăm mười", "one hundred and ten"),
        (1005, "một nghìn không trăm linh năm", "one thousand and five"),
        (1425, "một nghìn bốn trăm hai mươi lăm", "one thousand four hundred and twenty-five"),
        (21021, "hai mươi mốt nghìn không trăm hai mươi mốt", "twenty-one thousand and twenty-one"),
        (
            127258,
            "một trăm hai mươi bảy nghìn hai trăm năm mươi tám",
            "one hundred and twenty-seven thousand two hundred and fifty-eight",
        ),
        (1000005, "một triệu không trăm linh năm", "one million and five"),
        (10**9 + 1000, "một tỷ không trăm linh một nghìn", "one billion one thousand"),
        (10**12, "một nghìn tỷ", "one trillion"),
        (-24, "âm hai mươi tư", "minus twenty-four"),
    ],
)
def test_numbers_are_said_in_words(n: int, vi: str, en: str) -> None:
    assert (in_words(n, "vi"), in_words(n, "en")) == (vi, en)


@settings(max_examples=200)
@given(
    st.integers(-(10**21) + 1, 10**21 - 1),
    st.integers(-(10**21) + 1, 10**21 - 1),
    st.sampled_from(["vi", "en"]),
)
def test_two_numbers_never_sound_alike(one: int, other: int, language: str) -> None:
    assert (in_words(one, language) == in_words(other, language)) == (one == other)


def test_a_number_nobody_can_say_is_an_error() -> None:
    with pytest.raises(ValueError, match="too large"):
        in_words(10**21, "vi")
