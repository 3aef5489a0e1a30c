"""Segments find their groups; what is missing, too many or out of place is named with its path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.faults import Position
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.structure import Node, Part, address, addresses, match, table
from motcua.lib.edifact.tables import TABLES, structure_of
from tests.lib.edifact.drafts import cargo, interchange

SMALL = table(
    "SMALL", "UNH M1, BGM M1, DTM C2, SG1 C2 (RFF M1, DTM C1, SG2 M9 (NAD M1, CTA C1)), CNT C1, UNT M1"
)


def matched(tags: str, structure: Part = SMALL) -> tuple[Node, list[tuple[str, str]]]:
    faults: list[tuple[str, str]] = []

    def report(code: str, position: Position, values: dict[str, object]) -> None:
        what = values.get("missing") or values.get("group") or values["tag"]
        faults.append((code.removeprefix("edi.structure."), f"{what} at {values['path']}"))

    return match(structure, [Segment.of(tag) for tag in tags.split()], report), faults


def shape(node: Node) -> str:
    return " ".join(
        item.tag if isinstance(item, Segment) else f"{item.name}({shape(item)})" for item in node.items
    )


@pytest.mark.parametrize(
    ("tags", "tree", "faults"),
    [
        ("UNH BGM UNT", "UNH BGM UNT", []),
        ("UNH BGM DTM RFF DTM NAD CTA NAD UNT", "UNH BGM DTM SG1(RFF DTM SG2(NAD CTA) SG2(NAD)) UNT", []),
        ("UNH BGM RFF NAD RFF NAD UNT", "UNH BGM SG1(RFF SG2(NAD)) SG1(RFF SG2(NAD)) UNT", []),
        ("UNH UNT", "UNH UNT", [("missing", "BGM at SMALL")]),
        ("UNH BGM RFF CNT UNT", "UNH BGM SG1(RFF) CNT UNT", [("missing", "SG2 (NAD) at SG1[1]")]),
        ("UNH BGM", "UNH BGM", [("missing", "UNT at SMALL")]),
        ("UNH BGM DTM DTM DTM UNT", "UNH BGM DTM DTM DTM UNT", [("many", "DTM at SMALL")]),
        ("UNH BGM NAD UNT", "UNH BGM NAD UNT", [("unexpected", "NAD at SMALL")]),
        ("UNH BGM XXX UNT", "UNH BGM XXX UNT", [("foreign", "XXX at SMALL")]),
        (
            "UNH BGM RFF NAD RFF NAD RFF NAD UNT",
            "UNH BGM SG1(RFF SG2(NAD)) SG1(RFF SG2(NAD)) SG1(RFF SG2(NAD)) UNT",
            [("groups", "SG1 at SMALL")],
        ),
        (
            "UNH BGM RFF NAD DTM UNT",
            "UNH BGM SG1(RFF SG2(NAD DTM)) UNT",
            [("unexpected", "DTM at SG1[1]/SG2[1]")],
        ),
    ],
)
def test_segments_are_matched(tags: str, tree: str, faults: list[tuple[str, str]]) -> None:
    root, found = matched(tags)
    assert shape(root) == tree
    assert found == faults


def generated(part: Part, draw: st.DrawFn) -> Iterator[str]:
    """Tags that follow a table: mandatory parts always, the others by chance."""
    low = 1 if part.mandatory else 0
    for _ in range(draw(st.integers(low, min(part.repeats, 2)))):
        if not part.parts:
            yield part.name
        for inner in part.parts:
            yield from generated(inner, draw)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(sorted(TABLES)))
def test_what_follows_a_table_matches_it(data: st.DataObject, key: tuple[str, str]) -> None:
    tags = " ".join(generated(TABLES[key], data.draw))
    root, faults = matched(tags, TABLES[key])
    assert not [fault for fault in faults if fault[0] in ("foreign", "many", "groups")]
    # Where two places lie next to each other under one tag, the standard takes the nearer one; then a mandatory
    # part behind it may seem to be missing. No table here has such a pair.
    assert faults == []
    assert [segment.tag for segment in root.walk()] == tags.split()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["UNH", "BGM", "DTM", "RFF", "NAD", "CTA", "CNT", "UNT", "XXX"]), max_size=20)
)
def test_any_order_of_segments_keeps_every_segment(tags: list[str]) -> None:
    root, _ = matched(" ".join(tags))
    assert [segment.tag for segment in root.walk()] == tags


def test_a_tree_is_walked_by_names() -> None:
    message = read(interchange(cargo(3)))[0].messages[0]
    assert message.tree is not None
    bills = message.tree.groups("SG7")
    assert [bill.first("CNI").value(1) for bill in bills if bill.first("CNI")] == ["1", "2", "3"]  # type: ignore[union-attr]
    detail = bills[2].groups("SG8")[0]
    assert [party.items[0].value(1) for party in detail.groups("SG11")] == ["CZ", "CN"]  # type: ignore[union-attr]
    assert detail.groups("SG14")[0].segments("MEA")[0].value(3, 2) == "1200.5"


def test_every_segment_has_one_address() -> None:
    message = read(interchange(cargo(3)))[0].messages[0]
    assert message.tree is not None
    listed = dict(addresses(message.tree))
    assert len(listed) == len(message.segments)
    assert address(message.tree, message.segments[-2]) == "SG7[3]/SG8[1]/SG14[1]/MEA[1]"
    assert address(message.tree, Segment.of("MEA")) == ""


def test_unknown_messages_have_no_table() -> None:
    assert structure_of("CUSCAR", "D98B") is not None
    assert structure_of("CUSCAR", "D97A") is None
    assert structure_of("BERMAN", "D00A") is None


@pytest.mark.parametrize("text", ["UNH", "UNH M", "SG1 C9 (RFF M1", "UNH X1"])
def test_a_slip_in_a_table_is_found_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="SLIP"):
        table("SLIP", text)


# The places of the directory that carriers' cargo reports lean on, D.98B: written out once more, by hand.
@pytest.mark.parametrize(
    ("path", "repeats", "mandatory"),
    [
        ("SG5", 9999, False), ("SG7", 9999, False), ("SG7/SG8", 9999, False), ("SG7/SG8/SG14", 9999, True),
        ("SG7/SG8/SG14/SGP", 9999, False), ("SG7/SG8/SG11", 99, False), ("SG4/LOC", 99, False),
        ("SG5/SEL", 9, False), ("SG7/SG8/RFF", 1, True),
    ],
)  # fmt: skip
def test_the_table_of_cuscar_98b_says(path: str, repeats: int, mandatory: bool) -> None:
    part = TABLES["CUSCAR", "D98B"]
    for name in path.split("/"):
        part = next(one for one in part.parts if one.name == name)
    assert (part.repeats, part.mandatory) == (repeats, mandatory)
