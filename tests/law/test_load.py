"""Loading the law folder: all faults of all files at once, each with its path and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from motcua.law.load import examine, load
from motcua.law.parameters import load_parameters
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding, Severity
from tests.law.sample_law import FEES, PROCEDURE, SHEET, law_folder, sheet

LAW = Path(__file__).parents[2] / "law"


def _findings(folder: Path) -> list[Finding]:
    return examine(folder)[1]


def _line_of(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


def _one(tmp_path: Path, old: str, new: str) -> Finding:
    """The only finding when `old` is replaced by `new` in the good sheet."""
    assert old in SHEET
    folder = law_folder(tmp_path, {f"{PROCEDURE}/2018-06-05.yaml": SHEET.replace(old, new, 1)})
    (finding,) = _findings(folder)
    assert finding.place.startswith("law/procedures/clearance/supplementary-declaration/2018-06-05.yaml:")
    return finding


def test_a_good_folder_loads_without_a_finding(tmp_path: Path) -> None:
    catalogue = load(law_folder(tmp_path))
    loaded = catalogue.in_force(PROCEDURE, date(2020, 9, 14))
    assert loaded == sheet()
    assert loaded.digest == sheet().digest
    assert loaded.published is not None
    assert loaded.published.on == date(2020, 4, 24)
    assert catalogue.findings == ()


def test_all_errors_of_two_broken_files_come_at_once_with_path_and_line(tmp_path: Path) -> None:
    first = (
        SHEET.replace("summary:", "sumary:", 1)
        .replace("unit: working_hours", "unit: working_hour", 1)
        .replace("originals: 1", "originals: one", 1)
        .replace("fees: [customs-declaration]", "fees: [customs-declaratoin]", 1)
    )
    second = SHEET.replace("calendar: customs-offices", "calendar: custom-offices", 1).replace(
        "id: check", "id: intake", 1
    )
    folder = law_folder(tmp_path, {"a/one/2018-06-05.yaml": first, "b/two/2019-01-01.yaml": second})
    with pytest.raises(Invalid) as refusal:
        load(folder)
    found = {(finding.place, finding.code) for finding in refusal.value.findings}
    one, two = "law/procedures/a/one/2018-06-05.yaml", "law/procedures/b/two/2019-01-01.yaml"
    assert found >= {
        (f"{one}:{_line_of(first, 'sumary')}", "unknown-key"),
        (f"{one}:1", "missing"),
        (f"{one}:{_line_of(first, 'working_hour,')}", "not-in-list"),
        (f"{one}:{_line_of(first, 'originals: one')}", "int_parsing"),
        (f"{one}:{_line_of(first, 'customs-declaratoin')}", "unknown-fee"),
        (f"{two}:{_line_of(second, 'custom-offices')}", "unknown-calendar"),
        (f"{two}:{_line_of(second, 'Kiểm tra')}", "repeated"),
    }
    text = str(refusal.value)
    assert f"{one}:{_line_of(first, 'sumary')}: unknown key 'sumary'; did you mean 'summary'?" in text
    assert f"{two}:{_line_of(second, 'custom-offices')}: there is no calendar" in text
    assert all(finding.vi != finding.en for finding in refusal.value.findings)


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("copies: 2", "copys: 2, copies: 2", "unknown-key", "did you mean 'copies'?"),
        ("unit: one-stop", "unit: one-shop", "not-in-list", "did you mean 'one-stop'?"),
        ('value: "1.007655"', "value: 1.007655", "string_type", 'put a number in quotes: "1.007655"'),
        ("required: always", "required: often", "not-in-list", "must be one of always"),
        ("accessed: 2026-11-23", "accessed: 2026-11-31", "date", "there is no day 2026-11-31"),
        ("on: 2020-04-24", "on: yesterday", "date_from_datetime_parsing", "written 2020-04-24"),
        ("sets: 1", "sets: 0", "greater_than_equal", "'sets' must be 1 or more"),
        ("level: [branch, department]", "level: []", "too_short", "at least 1"),
        ("sets: 1", "sets: 1\nsets: 2", "repeated-key", "stands here twice"),
        ("type: long_text", "type: choice", "choices", "needs choices"),
        ("sets: 1", "sets: 1\nuntil: 2018-01-01", "until", "must come after"),
        ("sets: 1", "sets: 1\nprocedure: a/b", "unknown-key", "comes from the path"),
        ("id: contract", "id: Contract", "name", "lower-case"),
        ("verified: true", "verified: yes", "bool_type", "true or false"),
    ],
)
def test_a_fault_says_what_where_and_how_to_mend_it(
    tmp_path: Path, old: str, new: str, code: str, says: str
) -> None:
    folder = law_folder(tmp_path, {f"{PROCEDURE}/2018-06-05.yaml": SHEET.replace(old, new, 1)})
    findings = _findings(folder)
    matching = [finding for finding in findings if finding.code == code and says in finding.en]
    assert matching, [str(finding) for finding in findings]
    changed = SHEET.replace(old, new, 1)
    lines = {int(finding.place.rpartition(":")[2]) for finding in matching}
    assert lines <= {number for number, line in enumerate(changed.splitlines(), 1) if line != ""}


def test_the_line_is_the_line_of_the_fault(tmp_path: Path) -> None:
    finding = _one(tmp_path, "hours: 4", "hours: four")
    assert finding.place.endswith(f":{_line_of(SHEET, 'Kiểm tra')}")


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    finding = _one(tmp_path, 'title: {vi: "Khai bổ sung tờ khai"', 'title: {vi: "Khai bổ sung tờ khai')
    assert finding.code == "yaml"


def test_an_empty_file_and_bytes_that_are_not_utf_8_are_faults(tmp_path: Path) -> None:
    folder = law_folder(tmp_path, {"a/one/2018-06-05.yaml": ""})
    (folder / "procedures/a/one/2019-06-05.yaml").write_bytes(b"title: \xff")
    assert {finding.code for finding in _findings(folder)} == {"empty", "not-utf-8"}


@pytest.mark.parametrize(
    "path",
    [
        "a/2018-06-05.yaml",
        "a/b/2018-6-5.yaml",
        "a/b/2018-06-05.yml",
        "A/b/2018-06-05.yaml",
        "a/b/c/2018-06-05.yaml",
    ],
)
def test_a_file_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path, path: str) -> None:
    (finding,) = _findings(law_folder(tmp_path, {path: SHEET}))
    assert finding.code == "path"
    assert "procedures/<field>/<procedure>/<in-force-date>.yaml" in finding.en


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    text = SHEET.replace("{value: value,", "{value: no,", 1).replace("{value: code,", '{value: "12:30",', 1)
    catalogue = load(law_folder(tmp_path, {"a/one/2018-06-05.yaml": text}))
    field = catalogue.in_force("a/one", date(2020, 1, 1)).form[1]
    assert [choice.value for choice in field.choices] == ["no", "12:30"]


def test_an_alias_is_refused(tmp_path: Path) -> None:
    text = SHEET.replace("title: {", "title: &t {", 1).replace(
        'summary: {vi: "Sửa tờ khai sau khi đã đăng ký.", en: "Mend a declaration after registration."}',
        "summary: *t",
        1,
    )
    assert "alias" in {
        finding.code for finding in _findings(law_folder(tmp_path, {"a/one/2018-06-05.yaml": text}))
    }


def test_steps_longer_than_the_limit_are_a_warning_only(tmp_path: Path) -> None:
    text = SHEET.replace("hours: 4", "hours: 4.5")
    catalogue = load(law_folder(tmp_path, {"a/one/2018-06-05.yaml": text}))
    assert {finding.code for finding in catalogue.findings} == {"steps-exceed-limit"}
    assert {finding.severity for finding in catalogue.findings} == {Severity.WARNING}
    assert {finding.place.rpartition(":")[2] for finding in catalogue.findings} == {
        str(_line_of(text, "online:")),
        str(_line_of(text, "desk:")),
    }


def test_a_list_of_days_off_is_not_a_calendar(tmp_path: Path) -> None:
    folder = law_folder(tmp_path, {"a/one/2018-06-05.yaml": SHEET.replace("customs-offices", "days-off")})
    (folder / "calendars/days-off.yaml").write_text("days: []\n", encoding="utf-8")
    assert [finding.code for finding in _findings(folder)] == ["unknown-calendar"]


def test_two_versions_that_overlap_are_refused(tmp_path: Path) -> None:
    ended = SHEET + "until: 2021-06-01\n"
    folder = law_folder(tmp_path, {"a/one/2018-06-05.yaml": ended, "a/one/2021-01-01.yaml": SHEET})
    (finding,) = _findings(folder)
    assert finding.code == "overlap"
    assert "2021-01-01.yaml takes force on 2021-01-01" in finding.en


def test_the_successor_must_exist(tmp_path: Path) -> None:
    ended = SHEET + "until: 2021-01-01\nreplaced_by: a/tow\n"
    folder = law_folder(tmp_path, {"a/one/2018-06-05.yaml": ended, "a/two/2021-01-01.yaml": SHEET})
    (wrong, *warnings) = sorted(_findings(folder), key=lambda finding: finding.severity)
    assert wrong.code == "unknown-procedure"
    assert "did you mean 'a/two'?" in wrong.en
    assert {finding.code for finding in warnings} == {"repeated-national-code"}


def test_a_broken_successor_still_counts_as_existing(tmp_path: Path) -> None:
    ended = SHEET + "until: 2021-01-01\nreplaced_by: a/two\n"
    broken = SHEET.replace("sets: 1", "sets: none")
    folder = law_folder(tmp_path, {"a/one/2018-06-05.yaml": ended, "a/two/2021-01-01.yaml": broken})
    assert {finding.code for finding in _findings(folder)} == {"int_parsing"}


def test_several_figures_count_as_the_lower_middle_one(tmp_path: Path) -> None:
    folder = law_folder(tmp_path)
    figures = (
        "figures: [{value: 300, source: a, verified: true}, {value: 100, source: b, verified: true}, "
        "{value: 200, source: c, verified: false}, {value: 150, source: d, verified: true}]"
    )
    text = FEES.replace("value: 20000,", f"{figures},").replace(
        ', source: "https://example.test/274", verified: true', ""
    )
    (folder / "parameters/fees.yaml").write_text(text, encoding="utf-8")
    value = load_parameters(folder, ["fees"]).value("customs-declaration", date(2020, 1, 1))
    assert value.amount == 150
    assert (value.source, value.verified) == ("d", False)


def test_faults_of_parameters_have_a_line_too(tmp_path: Path) -> None:
    folder = law_folder(tmp_path)
    text = FEES.replace("value: 20000", "valeu: 20000").replace("unit:", "units:")
    (folder / "parameters/fees.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        load_parameters(folder, ["fees"])
    message = str(refusal.value)
    assert "law/parameters/fees.yaml:3: unknown key 'units'; did you mean 'unit'?" in message
    assert "law/parameters/fees.yaml:5: unknown key 'valeu'; did you mean 'value'?" in message


def test_a_day_before_the_first_value_is_refused(tmp_path: Path) -> None:
    parameters = load_parameters(law_folder(tmp_path), ["fees"])
    with pytest.raises(Exception, match="the first is from 01/01/2017"):
        parameters.value("customs-declaration", date(2016, 12, 31))
    with pytest.raises(Exception, match="known: customs-declaration"):
        parameters.value("custom", date(2020, 1, 1))


def test_the_law_folder_itself_has_no_error() -> None:
    catalogue = load(LAW)
    assert catalogue.procedures()
    parameters = load_parameters(LAW)
    today = date(2020, 9, 14)
    for one in catalogue.all_in_force(today):
        for fee in one.fees:
            assert parameters.value(fee, today).amount >= 0
    assert parameters.value("hourly-income", today).verified is False
