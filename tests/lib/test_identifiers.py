"""Identifiers: what is accepted, what is refused, and that the message names the expected digit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib import identifiers
from motcua.lib.errors import Refused
from motcua.lib.identifiers import Flow, TaxCodeKind

READERS: list[Callable[[str], object]] = [
    identifiers.tax_code,
    identifiers.imo_number,
    identifiers.container_number,
    identifiers.unlocode,
    identifiers.hs_code,
    identifiers.country,
    identifiers.declaration_number,
    identifiers.nsw_file_code,
    identifiers.certificate_key,
]
ANY_TEXT = st.text(alphabet=st.characters(), max_size=30)
LOOKALIKE = st.text(alphabet="0123456789ABCUIMO-./ ²٣Àé１", max_size=16)


@pytest.mark.parametrize(
    ("typed", "value", "kind"),
    [
        ("0100047516", "0100047516", TaxCodeKind.ENTERPRISE),
        ("01.00.233.488", "0100233488", TaxCodeKind.ENTERPRISE),
        ("0314409058-002", "0314409058-002", TaxCodeKind.BRANCH),
        (" 0314409058002 ", "0314409058-002", TaxCodeKind.BRANCH),
        ("0314409058–002", "0314409058-002", TaxCodeKind.BRANCH),
        ("001099012345", "001099012345", TaxCodeKind.PERSON),
    ],
)
def test_a_tax_code_is_brought_to_one_form(typed: str, value: str, kind: TaxCodeKind) -> None:
    code = identifiers.tax_code(typed)
    assert (code.value, code.kind) == (value, kind)


def test_a_branch_knows_its_parent() -> None:
    assert identifiers.tax_code("0314409058-002").parent == "0314409058"
    assert identifiers.tax_code("0100047516").parent == "0100047516"


def test_a_wrong_tax_code_is_told_the_expected_check_digit_in_both_languages() -> None:
    with pytest.raises(Refused) as refusal:
        identifiers.tax_code("0100233480", place="tax_code")
    assert "phải là 8, không phải 0" in refusal.value.text
    assert "should be 8, not 0" in refusal.value.text_en
    assert refusal.value.place == "tax_code"


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "0000047516", "0100000000", "0314409058-000", "01000475164", "010004751A", "000099012345"],
)
def test_impossible_tax_codes_are_refused(typed: str) -> None:
    with pytest.raises(Refused):
        identifiers.tax_code(typed)


def test_nine_digits_that_no_code_begins_with_are_named() -> None:
    # 10 - (sum mod 11) is 10 for these nine digits, which is no digit.
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    stems = (f"01000{n:04d}" for n in range(1, 10000))
    stem = next(s for s in stems if sum(w * int(d) for w, d in zip(weights, s, strict=True)) % 11 == 0)
    for last in "0123456789":
        with pytest.raises(Refused, match=f"no code begins with {stem}"):
            identifiers.tax_code(stem + last)


@given(st.text("0123456789", min_size=10, max_size=10))
@settings(max_examples=100)
def test_one_mistyped_digit_is_always_noticed(digits: str) -> None:
    def accepted(code: str) -> bool:
        try:
            identifiers.tax_code(code)
        except Refused:
            return False
        return True

    if accepted(digits):
        others = (f"{digits[:9]}{last}" for last in "0123456789" if last != digits[9])
        assert not any(accepted(other) for other in others)


def test_an_imo_number_loses_its_prefix() -> None:
    assert identifiers.imo_number("IMO 9074729") == "9074729"
    assert identifiers.imo_number("8814275") == "8814275"


def test_a_wrong_imo_number_is_told_the_expected_check_digit() -> None:
    with pytest.raises(Refused) as refusal:
        identifiers.imo_number("8814274")
    assert "phải là 5" in refusal.value.text
    assert "should be 5" in refusal.value.text_en


def test_a_container_number_follows_iso_6346() -> None:
    assert identifiers.container_number("csqu 305438-3") == "CSQU3054383"
    with pytest.raises(Refused) as refusal:
        identifiers.container_number("CSQU3054384")
    assert "should be 3, not 4" in refusal.value.text_en
    assert "container door" in refusal.value.text_en


@pytest.mark.parametrize("typed", ["CSQX3054383", "C1QU3054383", "CSQU305438", "ÀBCU3054383", "CSQU305438٣"])
def test_what_does_not_look_like_a_container_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="4 letters"):
        identifiers.container_number(typed)


def test_a_unlocode_is_a_country_and_three_characters() -> None:
    assert identifiers.unlocode("vn hph") == "VNHPH"
    assert identifiers.unlocode("XZKIT") == "XZKIT"
    with pytest.raises(Refused, match="QQ is not a country"):
        identifiers.unlocode("QQHPH")
    with pytest.raises(Refused):
        identifiers.unlocode("VN1PH")


def test_an_hs_code_has_six_or_eight_digits() -> None:
    assert identifiers.hs_code("0306.17") == "030617"
    assert identifiers.hs_code("0306.17.10") == "03061710"
    for typed in ("0306", "0306171", "77010000", "00010000", "abcdef"):
        with pytest.raises(Refused):
            identifiers.hs_code(typed)


def test_an_amended_declaration_keeps_its_key() -> None:
    first, second = (identifiers.declaration_number(f"10345678901{n}") for n in (0, 1))
    assert first.key == second.key == "10345678901"
    assert (first.amendment, second.amendment) == (0, 1)
    assert first.flow is Flow.IMPORT
    assert second.number == "103456789011"


def test_eleven_digits_name_a_declaration_without_its_amendment() -> None:
    number = identifiers.declaration_number("30345678901")
    assert (number.amendment, number.number, number.flow) == (None, "30345678901", Flow.EXPORT)
    for typed in ("1034567890", "003456789010", "1034567890123"):
        with pytest.raises(Refused):
            identifiers.declaration_number(typed)


@pytest.mark.parametrize(
    ("typed", "ministry", "procedure", "year", "sequence"),
    [
        ("BNNPTNT25200010180", "BNNPTNT", "25", 2020, "0010180"),
        ("BNNPTNT25230062566", "BNNPTNT", "25", 2023, "0062566"),
        ("bnnptnt 252410000188", "BNNPTNT", "25", 2024, "10000188"),
        ("BYT0122123", "BYT", "01", 2022, "123"),
    ],
)
def test_the_length_of_a_single_window_code_is_not_fixed(
    typed: str, ministry: str, procedure: str, year: int, sequence: str
) -> None:
    code = identifiers.nsw_file_code(typed)
    assert (code.ministry, code.procedure, code.year, code.sequence) == (ministry, procedure, year, sequence)
    assert identifiers.nsw_file_code(code.value) == code


def test_one_certificate_written_three_ways_has_one_key() -> None:
    ways = ("VN-CN 20/02/12345", "vn-cn20/02/12345", "VNCN200212345")
    assert {identifiers.certificate_key(way) for way in ways} == {"VNCN200212345"}
    with pytest.raises(Refused):
        identifiers.certificate_key(" / - ")


@pytest.mark.parametrize("reader", READERS)
@given(text=ANY_TEXT | LOOKALIKE)
@settings(max_examples=60)
def test_any_text_is_read_or_refused_in_two_languages(reader: Callable[[str], object], text: str) -> None:
    try:
        value = reader(text)
    except Refused as refused:
        texts = (refused.text, refused.text_en)
    else:
        assert reader(str(value)) == value
        return
    assert all(texts)
    assert texts[0] != texts[1]
