"""Answers to a form: read, checked, explained; no text breaks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.law.fields import as_typed, check_answers, read_field
from motcua.law.parts import FieldType, FormField
from motcua.lib.errors import Refused
from motcua.lib.findings import Severity
from tests.law.sample_law import content, sheet


def _field(kind: FieldType) -> dict[str, Any]:
    field: dict[str, Any] = {
        "id": kind.value,
        "label": {"vi": f"Mục {kind}", "en": f"Field {kind}"},
        "type": kind,
        "required": True,
    }
    if kind is FieldType.CHOICE:
        field["choices"] = [{"value": word, "label": {"vi": word, "en": word}} for word in ("red", "green")]
    return field


EVERY = sheet(content() | {"form": [_field(kind) for kind in FieldType]})
GOOD = {
    "text": "Công ty Hạ Long",
    "long_text": "dòng một\r\ndòng hai",
    "integer": "1.425",
    "decimal": "1.425,50",
    "money": "20.000 đồng",
    "mass": "12,5 kg",
    "date": "14/09/2020",
    "datetime": "14/09/2020 08:30",
    "choice": "red",
    "tax_code": "0314409058002",
    "hs_code": "0306.17.10",
    "unlocode": "vn hph",
    "imo": "IMO 9074729",
    "container": "CSQU 305438 3",
    "declaration": "1034 5678 9010",
    "country": "cn",
    "email": "lan@Example.VN",
    "phone": "0203 3825 111",
    "yes_no": "có",
    "file": "hoa-don.pdf",
}
ODD = st.text(alphabet="0123456789.,-+/: TZ\n\x00\ud800²٣đkgABU@h", max_size=24)
ANY = st.text(alphabet=st.characters(), max_size=30)
LONG_RUN = st.integers(1, 30_000).map(lambda length: "9" * length)


def _one(kind: str, text: str) -> object:
    return read_field(FormField(**_field(FieldType(kind))), text)


def test_every_type_has_one_canonical_value() -> None:
    values, findings = check_answers(EVERY, GOOD)
    assert findings == []
    assert values == {
        "text": "Công ty Hạ Long",
        "long_text": "dòng một\ndòng hai",
        "integer": 1425,
        "decimal": "1425.5",
        "money": "20000",
        "mass": "12.5",
        "date": "2020-09-14",
        "datetime": "2020-09-14T01:30:00Z",
        "choice": "red",
        "tax_code": "0314409058-002",
        "hs_code": "03061710",
        "unlocode": "VNHPH",
        "imo": "9074729",
        "container": "CSQU3054383",
        "declaration": "103456789010",
        "country": "CN",
        "email": "lan@example.vn",
        "phone": "02033825111",
        "yes_no": True,
        "file": "hoa-don.pdf",
    }


def test_all_faults_come_at_once_each_with_its_field() -> None:
    answers = dict.fromkeys(GOOD, "\x01")
    values, findings = check_answers(EVERY, answers)
    assert values == {}
    assert [finding.place for finding in findings] == [kind.value for kind in FieldType]


def test_nothing_filled_in_names_every_required_field() -> None:
    _, findings = check_answers(EVERY, {})
    assert {finding.code for finding in findings} == {"missing"}
    assert [finding.place for finding in findings] == [kind.value for kind in FieldType]


def test_a_missing_answer_repeats_the_help_of_the_field() -> None:
    _, findings = check_answers(sheet(), {"reason": "code"})
    (finding,) = findings
    assert finding.vi == "Chưa điền «Mã số thuế»; đây là mục bắt buộc. 10 chữ số"
    assert finding.en == "“Tax code” is empty; it is required. Ten digits"


def test_a_name_outside_the_form_is_a_warning_and_not_kept() -> None:
    values, findings = check_answers(sheet(), {"tax_code": "0100047516", "reason": "code", "tax_cod": "x"})
    assert "tax_cod" not in values
    (finding,) = findings
    assert finding.severity is Severity.WARNING
    assert "did you mean 'tax_code'?" in finding.en


@pytest.mark.parametrize("kind", ["decimal", "mass"])
def test_what_can_be_read_in_two_ways_is_asked_back(kind: str) -> None:
    with pytest.raises(Refused, match="Write 1425 for the whole number or 1,425 for decimals"):
        _one(kind, "1.425")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("decimal", "0.425", "0.425"),
        ("decimal", "1425.5", "1425.5"),
        ("decimal", "1,425", "1.425"),
        ("decimal", "1.234.567", "1234567"),
        ("decimal", "-0,0", "0"),
        ("decimal", "100", "100"),
        ("integer", "1,425", 1425),
        ("integer", "-5", -5),
        ("integer", "007", 7),
        ("money", "1 000 000 VND", "1000000"),
        ("date", "1-2-2020", "2020-02-01"),
        ("date", "2020-02-29", "2020-02-29"),
        ("datetime", "2020-09-14T08:30", "2020-09-14T01:30:00Z"),
        ("datetime", "2020-09-14T08:30:00+07:00", "2020-09-14T01:30:00Z"),
        ("datetime", "2020-09-14T08:30:00Z", "2020-09-14T08:30:00Z"),
        ("datetime", "14/9/2020 8h30", "2020-09-14T01:30:00Z"),
        ("yes_no", "Không", False),
        ("phone", "+84 203 3825 111", "+842033825111"),
    ],
)
def test_people_write_one_thing_in_several_ways(kind: str, text: str, value: object) -> None:
    assert _one(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1,5"),
        ("integer", "0.425"),
        ("integer", "1425.5"),
        ("money", "-1"),
        ("money", "20.5"),
        ("mass", "0"),
        ("mass", "-3"),
        ("decimal", "12.34.5"),
        ("decimal", "1e5"),
        ("date", "30/02/2020"),
        ("date", "14/09/20"),
        ("datetime", "14/09/2020"),
        ("datetime", "14/09/2020 25:00"),
        ("datetime", "2020-09-14T08:30+99:99"),
        ("choice", "blue"),
        ("email", "lan@example"),
        ("email", "lan example@x.vn"),
        ("phone", "113"),
        ("yes_no", "maybe"),
        ("text", "a\x00b"),
        ("text", "line\nline"),
        ("text", "x" * 501),
        ("integer", "9" * 5000),
    ],
)
def test_what_is_wrong_is_refused_in_both_languages(kind: str, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        _one(kind, text)
    assert refusal.value.text != refusal.value.text_en


@given(st.dictionaries(st.sampled_from(sorted(GOOD)) | ANY, ANY | ODD | LONG_RUN, max_size=8))
@settings(max_examples=200)
def test_no_text_breaks_the_form(answers: dict[str, str]) -> None:
    values, findings = check_answers(EVERY, answers)
    json.dumps(values, allow_nan=False, ensure_ascii=False).encode()
    places = {finding.place for finding in findings}
    for kind in FieldType:
        assert (kind.value in values) != (kind.value in places)


@given(st.sampled_from(list(FieldType)), ODD)
@settings(max_examples=300)
def test_what_was_read_can_be_typed_and_read_again(kind: FieldType, text: str) -> None:
    field = FormField(**_field(kind))
    for candidate in (text, GOOD[kind.value]):
        try:
            value = read_field(field, candidate)
        except Refused:
            continue
        if value is not None:
            assert read_field(field, as_typed(field, value)) == value
