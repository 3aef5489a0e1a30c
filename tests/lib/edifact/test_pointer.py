"""One address for an error, and its place in the message that was sent."""

from __future__ import annotations

import pytest

from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.pointer import BINDINGS, Pointer, locate, pointer_at
from motcua.lib.edifact.tables import TABLES
from motcua.lib.errors import Malformed
from tests.lib.edifact.drafts import cargo, interchange

DATA = interchange(cargo(3))
MESSAGE = read(DATA)[0].messages[0]


@pytest.mark.parametrize("text", ["42A", "42A/28A[3]/29A[2]/65A#126", "42A#D014", "42A/31B/44B[12]#165"])
def test_a_pointer_reads_as_it_is_written(text: str) -> None:
    assert str(Pointer.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "42", "42A/", "42A#", "42A#12", "42A/28A[0x]", "42A//28A", "42A/28A[]#126", "x#126"]
)
def test_what_is_no_pointer_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Pointer.parse(text)


@pytest.mark.parametrize(
    ("text", "needle"),
    [
        ("42A#D014", b"MAN1"),
        ("42A/15A#T005", b"MSC SENA"),
        ("42A/28A[3]/29A/65A#126", b"1200.5"),
        ("42A/28A[3]/27A#R014", b"CONG TY 3"),
        ("42A/28A[3]/83A#L010", b"SGSIN"),
        ("42A/28A[3]/29A/23A#137", b"STEEL PIPES"),
    ],
)
def test_a_pointer_is_found_in_the_message(text: str, needle: bytes) -> None:
    position = locate(Pointer.parse(text), MESSAGE)
    assert position is not None
    assert position.byte == DATA.rindex(needle)
    assert f"byte {position.byte}" in str(position)


def test_a_missing_segment_is_placed_at_the_group_it_belongs_to() -> None:
    position = locate(Pointer.parse("42A/28A[2]/29A/93A#142"), MESSAGE)
    assert position is not None
    assert (position.tag, position.element) == ("GID", 0)
    position = locate(Pointer.parse("42A/28A[9]/29A#006"), MESSAGE)
    assert position is not None
    assert position.tag == "UNH"


def test_every_place_found_leads_back_to_its_pointer() -> None:
    for text in (
        "42A#D014",
        "42A/15A#T005",
        "42A/28A[3]/29A/65A#126",
        "42A/28A[2]/30A#R020",
        "42A/28A[2]/27A#R014",
        "42A/28A[2]#006",
    ):
        pointer = Pointer.parse(text)
        position = locate(pointer, MESSAGE)
        assert position is not None
        segment = MESSAGE.segments[position.in_message - 1]
        assert pointer_at(MESSAGE, segment, position.element, position.component) == pointer


def test_places_and_messages_without_a_binding_have_no_pointer() -> None:
    assert locate(Pointer.parse("42A/99B#999"), MESSAGE) is None
    assert pointer_at(MESSAGE, MESSAGE.segments[2], 1, 1) is None
    other = read(DATA.replace(b"CUSCAR", b"IFCSUM"))[0].messages[0]
    assert locate(Pointer.parse("42A#D014"), other) is None
    assert pointer_at(other, other.segments[1], 2, 1) is None


@pytest.mark.parametrize("release", ["D96B", "D98B", "D99B", "D03B"])
def test_every_binding_leads_to_a_place_of_the_table(release: str) -> None:
    for binding in BINDINGS["CUSCAR"]:
        part = TABLES["CUSCAR", release]
        for step in binding.path.split("/"):
            name = step.partition("[")[0]
            part = next(one for one in part.parts if one.name == name)
        assert not part.parts
