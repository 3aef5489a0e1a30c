"""Segments come out of any file with their places; what is odd about the file is said once, where it is."""

from __future__ import annotations

import pytest

from motcua.lib.edifact.charsets import CHARSETS, charset_of, decode
from motcua.lib.edifact.profile import STANDARD, Profile
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.separators import Separators
from motcua.lib.edifact.tokens import Tokens
from motcua.lib.errors import Malformed
from tests.lib.edifact.drafts import HEAD


def tokens(data: bytes, profile: Profile = STANDARD) -> tuple[list[Segment], list[tuple[str, str]]]:
    reader = Tokens(data, profile)
    found = list(reader)
    return found, [(defect.code, str(defect.position)) for defect in reader.take()]


def test_every_segment_knows_its_byte_line_and_number() -> None:
    data = HEAD + b"\r\nUNH+1+CUSCAR:D:98B:UN'\rBGM+85+X'\n\n  DTM+137:2026:102'UNZ+1+R1'\n"
    found, defects = tokens(data)
    assert [(one.tag, one.number, one.line) for one in found] == [
        ("UNB", 1, 1), ("UNH", 2, 2), ("BGM", 3, 3), ("DTM", 4, 5), ("UNZ", 5, 5),
    ]  # fmt: skip
    assert all(data[one.byte : one.byte + 3] == one.tag.encode() for one in found)
    assert defects == []


def test_elements_components_and_repetitions() -> None:
    data = b"UNB+UNOY:4+A+B+20260102:0830+1'NAD+CZ++A:B*C:*:D++?+?:?*??'UNZ+0+1'"
    segment = tokens(data)[0][1]
    assert segment.elements == (
        (("CZ",),), (("",),), (("A", "B"), ("C", ""), ("", "D")), (("",),), (("+:*?",),),
    )  # fmt: skip
    assert segment.value(3, 2) == "B"
    assert segment.value(3, 9) == segment.value(9) == ""
    assert segment.components(3) == ("A", "B")
    assert segment.components(9) == ()


def test_an_asterisk_is_text_before_syntax_4() -> None:
    segment = tokens(HEAD + b"FTX+A*B'")[0][1]
    assert segment.elements == ((("A*B",),),)


def test_places_inside_a_segment_count_bytes_not_letters() -> None:
    data = "UNB+UNOY:4+A+B+20260102:0830+1'NAD+CZ+VIỆT?+:ỆX+LAST'".encode()
    segment = tokens(data)[0][1]
    assert str(segment.position()) == f"segment 2, byte {data.index(b'NAD')}"
    assert segment.position(2, 2).byte == data.index("ỆX".encode())
    assert segment.position(3).byte == data.index(b"LAST")
    assert str(segment.position(3, 1)) == f"segment 2, element 3, component 1, byte {data.index(b'LAST')}"
    assert segment.position(9).byte == len(data) - 1
    assert segment.place_of(segment.raw.index(b"X")).component == 2


@pytest.mark.parametrize(
    ("una", "marks", "codes"),
    [
        (b"UNA:+.? '", Separators(), []),
        (b"UNA:+,? '\r\n", Separators(decimal=","), []),
        (b"UNA:+.?'", Separators(), ["edi.una.short"]),
        (b"UNA:+.?'\n", Separators(), ["edi.una.short"]),
        (b"UNA:+.  '", Separators(release=""), []),
        (b"UNA:+.?*'", Separators(), []),
        (b"UNA++++++", Separators(), ["edi.una"]),
        (b"UNAABCDEF", Separators(), ["edi.una"]),
        (b"", Separators(), []),
    ],
)
def test_una_is_read_as_it_stands(una: bytes, marks: Separators, codes: list[str]) -> None:
    reader = Tokens(una + HEAD + b"UNZ+0+R1'")
    assert [segment.tag for segment in reader] == ["UNB", "UNZ"]
    assert reader.separators == marks
    assert [defect.code for defect in reader.take()] == codes


def test_the_reserved_place_of_una_separates_repetitions_in_syntax_4_only() -> None:
    for version, expected in (("3", "A*B"), ("4", "A")):
        data = f"UNA:+.?*'UNB+UNOC:{version}+A+B+260102:0830+1'FTX+A*B'".encode()
        assert tokens(data)[0][1].value(1) == expected


def test_a_blank_in_una_means_no_repetition_in_syntax_4() -> None:
    found, defects = tokens(b"UNA:+.? 'UNB+UNOC:4+A*X+B+260102:0830+1'FTX+A*B'")
    assert (found[0].value(2), found[1].value(1)) == ("A*X", "A*B")
    assert defects == []


def test_a_released_repetition_separator_in_unb_is_plain_text() -> None:
    found, defects = tokens(b"UNB+UNOC:4+A?*X+B+20260102:0830+1'UNZ+0+1'")
    assert found[0].value(2) == "A*X"
    assert defects == []


def test_a_line_break_may_be_the_terminator_by_advice() -> None:
    found, defects = tokens(b"UNA:+.? \nUNB+UNOC:3+A+B+260102:0830+1\nFTX+A\nUNZ+0+1\n")
    assert [one.tag for one in found] == ["UNB", "FTX", "UNZ"]
    assert [one.line for one in found] == [2, 3, 4]
    assert defects == []


def test_the_next_interchange_may_use_other_separators() -> None:
    data = HEAD + b"UNZ+0+R1'\n" + b"UNA:*.? $" + HEAD.replace(b"+", b"*").replace(b"'", b"$") + b"UNZ*0*R1$"
    found, defects = tokens(data)
    assert [one.tag for one in found] == ["UNB", "UNZ"] * 2
    assert [one.value(2) for one in found] == ["CARRIER", "R1"] * 2
    assert defects == []


def test_a_new_interchange_may_come_without_the_end_of_the_last() -> None:
    found, _ = tokens(HEAD + b"UNH+1+X:D:1:UN'" + b"UNA:*.? $" + HEAD.replace(b"+", b"*").replace(b"'", b"$"))
    assert [one.tag for one in found] == ["UNB", "UNH", "UNB"]


def test_text_that_only_looks_like_a_beginning_stays_a_segment() -> None:
    found, defects = tokens(HEAD + b"UNBELIEVABLE'FTX+A'UNZ+0+R1'")
    assert [one.tag for one in found] == ["UNB", "", "FTX", "UNZ"]
    assert [code for code, _ in defects] == ["edi.tag"]


def test_separators_of_the_profile_come_before_una() -> None:
    profile = Profile(separators=Separators(element="|"))
    found, defects = tokens(b"UNA:+.? 'UNB|UNOB:3|A|B|260102:0830|1'FTX|A+B'", profile)
    assert [one.value(1) for one in found] == ["UNOB", "A+B"]
    assert defects == []


def test_text_before_between_and_after_is_counted() -> None:
    data = b"HELLO \r\n" + HEAD + b"UNZ+0+R1' BETWEEN " + HEAD + b"UNZ+0+R1'\r\n13Nov09\r\n"
    reader = Tokens(data)
    assert len(list(reader)) == 4
    assert [
        (one.code, one.values["count"], one.position.byte, one.position.line) for one in reader.take()
    ] == [
        ("edi.text.before", 5, 0, 1),
        ("edi.text.after", 7, data.index(b"BETWEEN"), 2),
        ("edi.text.after", 7, data.index(b"13Nov"), 3),
    ]


def test_text_longer_than_a_block_is_counted_whole() -> None:
    noise = b"NOISE\r\n" * 30_000
    reader = Tokens(noise + HEAD + b"UNZ+0+R1'" + noise)
    found = list(reader)
    assert (found[0].byte, found[0].line) == (len(noise), 30_001)
    assert [one.values["count"] for one in reader.take()] == [150_000, 150_000]


@pytest.mark.parametrize(
    "data", [b"", b" \r\n", b"GARBAGE", b"ISA*00*          *00*", b"\x00" * 99, b"UNAUNAUNA"]
)
def test_a_file_without_any_interchange_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(Tokens(data))


def test_a_released_terminator_on_the_edge_of_a_block_is_not_the_end() -> None:
    data = HEAD + b"FTX+O?'NEILL??'UNZ+0+R1'"
    for size in range(1, 40):
        found = list(Tokens(data[at : at + size] for at in range(0, len(data), size)))
        assert [one.tag for one in found] == ["UNB", "FTX", "UNZ"]
        assert found[1].value(1) == "O'NEILL?"


def test_a_wrapped_line_between_release_and_separator_is_mended() -> None:
    found, defects = tokens(HEAD + b"FTX+O?\r\n'NEILL+A?\r\n+B'UNZ+0+R1'")
    assert [one.value(1) for one in found[1:2]] == ["O'NEILL"]
    assert found[1].value(2) == "A+B"
    assert [code for code, _ in defects] == ["edi.break"]


def test_a_dangling_release_character_is_reported() -> None:
    marks = Profile(separators=Separators(terminator="~"))
    found, defects = tokens(b"UNB+UNOC:3+A+B+260102:0830+1~FTX+A?", marks)
    assert found[1].value(1) == "A?"
    assert "edi.release.end" in [code for code, _ in defects]


# ---- character sets ----


@pytest.mark.parametrize(
    ("declared", "raw", "codec", "bad"),
    [
        ("UNOC", "Müller".encode("latin-1"), "iso8859-1", -1),
        ("UNOC", "Việt".encode(), "utf-8", 2),
        ("UNOC", "Müller".encode(), "iso8859-1", 1),
        ("UNOC", "“A”".encode("cp1252"), "cp1252", 0),
        ("UNOY", "Việt".encode(), "utf-8", -1),
        ("UNOY", b"M\xfcller", "cp1252", 1),
        ("UNOB", "Việt".encode(), "utf-8", 2),
        ("UNOE", "Привет".encode("iso8859-5"), "iso8859-5", -1),
        ("UNOB", b"\x81", "ascii", 0),
    ],
)
def test_the_codec_is_the_declared_one_unless_the_bytes_say_otherwise(
    declared: str, raw: bytes, codec: str, bad: int
) -> None:
    assert decode(raw, CHARSETS[declared], ("utf-8", "cp1252")) == (codec, bad)


def test_a_sender_known_for_utf_8_is_read_so() -> None:
    assert decode("Müller".encode(), CHARSETS["UNOC"], ("utf-8",), trust_utf8=True) == ("utf-8", 1)


def test_what_no_codec_reads_becomes_replacement_characters() -> None:
    found, defects = tokens(HEAD + b"FTX+A\x81B'")
    assert found[1].value(1) == "A\ufffdB"
    assert [code for code, _ in defects] == ["edi.charset.bytes"]


def test_a_profile_may_name_the_character_set() -> None:
    raw = "CÔNG TY THÉP".encode("cp1258")
    found, defects = tokens(HEAD + b"FTX+" + raw + b"'", Profile(charset="cp1258"))
    assert found[1].value(1) == "CÔNG TY THÉP"
    assert defects == []


def test_names_of_character_sets_are_read_leniently() -> None:
    assert charset_of(" unoc ") is CHARSETS["UNOC"]
    assert charset_of("UNOX") is None


def test_each_message_names_its_first_foreign_character_only() -> None:
    data = HEAD.replace(b"UNOB", b"UNOA") + b"UNH+1'FTX+aaa'FTX+bbb'UNT+3+1'UNH+2'FTX+ccc'UNT+3+2'UNZ+2+R1'"
    _, defects = tokens(data)
    assert [code for code, _ in defects] == ["edi.charset.repertoire"] * 2
