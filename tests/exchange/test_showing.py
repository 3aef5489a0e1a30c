"""A message is shown with every fault at its place, and a fault is never left out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from motcua.exchange.showing import FIRST_LINES, MOST_LINES, Showing, show

CUSCAR = (
    b"UNB+UNOA:2+ACME+CUSTOMS+201102:0900+REF77'UNH+1+CUSCAR:D:98B:UN'\r\nBGM+85+MAN1'\r\n"
    b"NAD+CA+12:34:9'UNT+4+1'UNZ+1+REF77'"
)


def marked(showing: Showing) -> list[tuple[str, str]]:
    return [(line.label, piece.text) for line in showing.lines for piece in line.pieces if piece.marked]


def faults(showing: Showing) -> set[int]:
    return {number for line in showing.lines for number in line.faults} | set(showing.homeless)


def test_edifact_is_one_segment_a_line_with_the_element_marked() -> None:
    places = ["segment 3, element 2, byte 70", "segment 4, element 2, component 2, byte 90", "byte 3", "type"]
    showing = show(CUSCAR, "edifact", places)
    assert [line.pieces[0].text[:3] for line in showing.lines] == ["UNB", "UNH", "BGM", "NAD", "UNT", "UNZ"]
    assert marked(showing) == [("3", "MAN1"), ("4", "34")]
    assert showing.lines[0].faults == [2]
    assert showing.homeless == [3]


def test_a_missing_element_is_marked_where_it_should_stand() -> None:
    assert marked(show(CUSCAR, "edifact", ["segment 3, element 5, byte 80"])) == [("3", "▯")]


def test_xml_is_shown_by_lines_and_json_by_members() -> None:
    xml = show(b"<a>\n <b/>\n</a>", "xml-a", ["line 2, /a/b"])
    assert (xml.kind, marked(xml)) == ("xml", [("2", " <b/>")])
    json = show(b'{"a": {"b": [1, 2]}, "c": "\xc3\xa0"}', "json-x", ["/a/b/1", "/c", "/a/missing/deep"])
    assert marked(json) == [("2", '  "a": {'), ("5", "      2"), ("8", '  "c": "à"')]


def test_a_workbook_shows_the_rows_that_have_faults() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Vận đơn"
    sheet.append(["Số", "Kg"])
    sheet.append(["BL1", "abc"])
    packed = io.BytesIO()
    book.save(packed)
    showing = show(packed.getvalue(), "xlsx", ["Vận đơn!B2", "somewhere"])
    assert marked(showing) == [("Vận đơn!2", "B: abc")]
    assert showing.homeless == [1]
    broken = show(b"PK\x03\x04 no zip at all", "xlsx", ["B2"])
    assert marked(broken) == [("2", "B: ▯")]


def test_a_long_message_shows_its_beginning_and_what_stands_around_each_fault() -> None:
    content = "\n".join(f"row {number}" for number in range(1, 5001)).encode()
    showing = show(b"<a>\n" + content, "xml-a", ["line 3000"])
    labels = [int(line.label) for line in showing.lines]
    assert labels == [*range(1, FIRST_LINES + 1), *range(2997, 3004)]
    assert sum(line.skipped for line in showing.lines) + showing.left_out + len(labels) == 5001


@given(
    st.binary(max_size=200),
    st.sampled_from(["edifact", "xml-a", "json-x", "unknown"]),
    st.lists(
        st.sampled_from(["segment 2", "segment 9, element 1", "byte 3", "line 1", "/a", "A1", "", "x"]),
        max_size=5,
    ),
)
def test_whatever_the_bytes_no_fault_is_lost(content: bytes, type: str, places: list[str]) -> None:
    assert faults(show(content, type, places)) == set(range(len(places)))


@pytest.mark.parametrize("count", [1, MOST_LINES * 3])
def test_a_flood_of_faults_is_shown_as_far_as_a_page_goes_and_the_rest_is_named(count: int) -> None:
    content = b"<a>\n" + b"x\n" * count
    showing = show(content, "xml-a", [f"line {number}" for number in range(1, count + 1)])
    assert len(showing.lines) <= MOST_LINES + 10
    assert faults(showing) == set(range(count))
