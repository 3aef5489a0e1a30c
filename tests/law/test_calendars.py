"""The calendars of the law folder, and what is wrong with a calendar, told by file and line."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from motcua.law.calendars import load_calendars
from motcua.lib.errors import Invalid, Refused
from motcua.lib.worktime import VIETNAM, OfficeHours

FOLDER = Path(__file__).parents[2] / "law" / "calendars"
CALENDARS = load_calendars(FOLDER)
OFFICES = CALENDARS["customs-offices"]

# Weekdays off and weekend days worked, assembled by hand from the statutory days, the rule on days in lieu and the
# notices; month/day.
KNOWN = {
    2019: ("1/1 2/4 2/5 2/6 2/7 2/8 4/15 4/29 4/30 5/1 9/2", "1/5 5/4"),
    2020: ("1/1 1/23 1/24 1/27 1/28 1/29 4/2 4/30 5/1 9/2", ""),
    2021: ("1/1 2/10 2/11 2/12 2/15 2/16 4/21 4/30 5/3 9/2 9/3", ""),
    2022: ("1/3 1/31 2/1 2/2 2/3 2/4 4/11 5/2 5/3 9/1 9/2", ""),
    2023: ("1/2 1/20 1/23 1/24 1/25 1/26 5/1 5/2 5/3 9/1 9/4", ""),
    2024: ("1/1 2/8 2/9 2/12 2/13 2/14 4/18 4/29 4/30 5/1 9/2 9/3", "5/4"),
    2025: ("1/1 1/27 1/28 1/29 1/30 1/31 4/7 4/30 5/1 5/2 9/1 9/2", "4/26"),
    2026: ("1/1 1/2 2/16 2/17 2/18 2/19 2/20 4/27 4/30 5/1 8/31 9/1 9/2 11/24", "1/10 8/22"),
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize("year", KNOWN)
def test_each_year_keeps_its_days_off_and_make_up_days(year: int) -> None:
    off, worked = KNOWN[year]
    days = days_of(year)
    assert [
        f"{d.month}/{d.day}" for d in days if d.weekday() < 5 and not OFFICES.is_working_day(d)
    ] == off.split()
    assert [
        f"{d.month}/{d.day}" for d in days if d.weekday() > 4 and OFFICES.is_working_day(d)
    ] == worked.split()


def test_every_day_off_and_make_up_day_names_its_paper() -> None:
    for year in KNOWN:
        for day in days_of(year):
            ordinary = OFFICES.is_working_day(day) == (day.weekday() < 5)
            why = OFFICES.why(day)
            if not ordinary:
                assert why is not None
                assert why.notice
    tet = OFFICES.why(date(2020, 1, 24))
    assert tet is not None
    assert (tet.notice, tet.verified) == ("4544/TB-LĐTBXH", True)
    assert tet.in_language("vi") == "Tết Nguyên đán Canh Tý (4544/TB-LĐTBXH)"


def test_tet_of_2020_takes_five_working_days_out_of_a_limit() -> None:
    # From Wednesday 22 January, 16:00, one hour is left of that day; work goes on on Thursday the 30th.
    assert OFFICES.after(at("2020-01-22 16:00"), timedelta(hours=8)) == at("2020-01-30 16:00")


def test_a_make_up_saturday_is_worked_like_the_day_it_is_swapped_for() -> None:
    assert OFFICES.between(at("2019-05-04 00:00"), at("2019-05-05 00:00")) == timedelta(hours=8)
    assert OFFICES.between(at("2019-04-29 00:00"), at("2019-04-30 00:00")) == timedelta(0)


def test_a_branch_open_on_saturday_mornings_has_half_days() -> None:
    branch = CALENDARS["border-gate-saturday"]
    assert branch.between(at("2026-03-07 00:00"), at("2026-03-08 00:00")) == timedelta(hours=4)
    assert branch.close_of(date(2026, 3, 7)) == at("2026-03-07 12:00")
    # The make-up Saturday is a whole day there too, and a Saturday within Tet is off.
    assert branch.between(at("2026-08-22 00:00"), at("2026-08-23 00:00")) == timedelta(hours=8)
    assert not branch.is_working_day(date(2026, 2, 14))


def test_the_clock_round_the_clock_knows_no_holiday() -> None:
    always = CALENDARS["clock-24x7"]
    assert always.after(at("2026-02-16 22:00"), timedelta(hours=24)) == at("2026-02-17 22:00")
    assert all(always.is_working_day(day) for day in days_of(2026))


def test_2027_is_expected_and_not_decided() -> None:
    assert OFFICES.covers(date(2026, 12, 31))
    assert not OFFICES.covers(date(2027, 1, 4))
    assert not OFFICES.is_working_day(date(2027, 2, 8))
    with pytest.raises(Refused, match="customs-offices holds the years 2019–2027 and not 2028"):
        OFFICES.is_working_day(date(2028, 1, 4))


def test_what_nobody_checked_says_so() -> None:
    assert not any(hours.verified for hours in CALENDARS.values())
    assert all(hours.source for hours in CALENDARS.values())
    culture = OFFICES.why(date(2026, 11, 24))
    assert culture is not None
    assert not culture.verified


def test_the_files_hold_composed_letters() -> None:
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)


# Errors

WEEK = """
week:
  monday: [08:00-12:00, 13:00-17:00]
  tuesday: []
  wednesday: []
  thursday: []
  friday: []
  saturday: []
  sunday: []
  verified: false
  source: a test
"""
HEAD = "name: office\ntitle: {vi: Phòng, en: Office}\nzone: Asia/Ho_Chi_Minh\nyears: [2026, 2026]\n"
PAPERS = "papers:\n  - {number: 1/TB, verified: true, source: a test}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def complaints(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as refusal:
        load_calendars(folder)
    assert all(finding.vi and finding.en for finding in refusal.value.findings)
    return [(finding.code, finding.place, finding.en) for finding in refusal.value.findings]


def test_a_small_calendar_is_enough(folder: Callable[..., Path]) -> None:
    loaded = load_calendars(folder(office=HEAD + WEEK))
    assert list(loaded) == ["office"]
    assert isinstance(loaded["office"], OfficeHours)
    assert loaded["office"].title_vi == "Phòng"


def test_an_office_may_add_days_of_its_own(folder: Callable[..., Path]) -> None:
    shared = (
        "name: shared\ntitle: {vi: a, en: a}\nyears: [2026, 2026]\ndecided_until: 2026-06-30\n"
        + PAPERS
        + "days:\n  - {on: 2026-03-02, vi: nghỉ, en: closed, by: 1/TB}\n"
        + "  - {on: 2026-03-16, vi: nghỉ, en: closed, by: 1/TB}\n"
    )
    own = (
        HEAD.replace("years: [2026, 2026]", "days_off: shared")
        + WEEK
        + PAPERS
        + "days:\n  - {on: 2026-03-16, work_as: 2026-03-16, vi: mở, en: open, by: 1/TB}\n"
    )
    office = load_calendars(folder(shared=shared, office=own))["office"]
    assert not office.is_working_day(date(2026, 3, 2))
    assert office.is_working_day(date(2026, 3, 16))
    assert not office.covers(date(2026, 7, 1))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no \.yaml file"):
        load_calendars(tmp_path)


def test_all_errors_of_all_files_come_at_once_with_file_and_line(folder: Callable[..., Path]) -> None:
    broken = folder(
        office=HEAD.replace("Asia/Ho_Chi_Minh", "Asia/Ha_Long") + WEEK.replace("13:00-17:00", "11:00-17:00"),
        shared="name: other\ntitle: {vi: a, en: a}\nyears: [2026, 2026]\ndays:\n  - {on: 2026-02-30, vi: a, en: b, by: 9/TB}\n",
    )
    found = complaints(broken)
    assert [(code, place) for code, place, _ in found] == [
        ("CAL10", "shared.yaml:1"),
        ("CAL19", "shared.yaml:5"),
        ("CAL07", "shared.yaml:5"),
        ("CAL15", "office.yaml:7"),
        ("CAL11", "office.yaml:3"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("name: [", "CAL01", 1),
        ("- a list", "CAL02", 1),
        (HEAD + "colour: blue" + WEEK, "CAL03", 5),
        (HEAD + "zone: Asia/Tokyo" + WEEK, "CAL04", 5),
        (HEAD.replace("en: Office", "en: ''") + WEEK, "CAL05", 2),
        (HEAD.replace("Phòng", unicodedata.normalize("NFD", "Phòng")) + WEEK, "CAL06", 2),
        (HEAD + "decided_until: soon" + WEEK, "CAL07", 5),
        (HEAD + WEEK.replace("verified: false", "verified: maybe"), "CAL08", 14),
        (HEAD.replace("years: [2026, 2026]", "days_off: nowhere") + WEEK, "CAL09", 4),
        (HEAD.replace("name: office", "name: bureau") + WEEK, "CAL10", 1),
        (HEAD.replace("Asia/Ho_Chi_Minh", "Asia/Ha_Long") + WEEK, "CAL11", 3),
        (HEAD + WEEK.replace("  sunday: []\n", ""), "CAL12", 7),
        (HEAD + WEEK.replace("[08:00-12:00, 13:00-17:00]", "[]"), "CAL13", 7),
        (HEAD + WEEK.replace("08:00-12:00", "8-12"), "CAL14", 7),
        (HEAD + WEEK.replace("13:00-17:00", "11:59-17:00"), "CAL15", 7),
        (HEAD + WEEK + PAPERS + "days:\n" + 2 * "  - {on: 2026-03-02, vi: a, en: b, by: 1/TB}\n", "CAL16", 20),
        (HEAD + WEEK + PAPERS + "  - {number: 1/TB, verified: true, source: a test}\n", "CAL16", 18),
        (HEAD + WEEK + PAPERS + "days:\n  - {on: 2025-03-02, vi: a, en: b, by: 1/TB}\n", "CAL17", 19),
        (HEAD.replace("[2026, 2026]", "[2026, 2025]") + WEEK, "CAL18", 4),
        (HEAD + WEEK + PAPERS + "days:\n  - {on: 2026-03-02, vi: a, en: b, by: 2/TB}\n", "CAL19", 19),
        (HEAD + WEEK + PAPERS + "days:\n  - {on: 2026-03-02, until: 2026-03-01, vi: a, en: b, by: 1/TB}\n", "CAL20", 19),
        (HEAD + WEEK + PAPERS + "days:\n  - {vi: a, en: b, by: 1/TB}\n", "CAL05", 19),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    folder: Callable[..., Path], text: str, code: str, line: int
) -> None:
    found = complaints(folder(office=text))
    assert (code, f"office.yaml:{line}") in [(code, place) for code, place, _ in found]


def test_a_file_that_cannot_be_read_is_complained_of_once(folder: Callable[..., Path]) -> None:
    assert [code for code, _, _ in complaints(folder(office="name: ["))] == ["CAL01"]


def test_the_shipped_files_are_plain_yaml_for_other_tools_too() -> None:
    for path in FOLDER.glob("*.yaml"):
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
