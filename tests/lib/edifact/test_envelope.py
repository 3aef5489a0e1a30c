"""Headers, trailers, counts and references agree, or it is said where they do not."""

from __future__ import annotations

from motcua.lib.edifact.envelope import Closed, Opened, read, walk
from motcua.lib.edifact.interchange import Interchange, Message
from motcua.lib.edifact.profile import LENIENT, Profile
from motcua.lib.edifact.segment import Segment
from motcua.lib.findings import Severity
from tests.lib.edifact.drafts import HEAD, cargo, interchange, wrapped


def test_the_header_is_read_into_names() -> None:
    one = read(interchange(cargo()))[0]
    assert (one.sender, one.recipient, one.reference) == (("CARRIER", "ZZ"), ("VNCUSTOMS", "ZZ"), "R1")
    assert (one.syntax, one.charset, one.prepared) == ("3", "UNOB", ("260102", "1200"))
    message = one.messages[0]
    assert (message.type, message.directory, message.agency, message.name) == (
        "CUSCAR", "D98B", "UN", "CUSCAR D.98B",
    )  # fmt: skip
    assert message.tree is not None
    assert not message.refused


def test_one_bad_message_leaves_the_others_accepted() -> None:
    data = wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+9+1", "UNH+2+X:D:1:UN", "BGM+1", "UNT+3+2", count=2)
    one = read(data)[0]
    assert (one.found, one.accepted, one.refused) == (2, 1, 1)
    assert [message.refused for message in one.messages] == [True, False]


def test_a_fault_of_the_interchange_refuses_all_its_messages() -> None:
    one = read(wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1", count=7))[0]
    assert (one.accepted, one.refused, one.messages[0].refused) == (0, 1, True)
    assert one.messages[0].errors == 0


def test_a_group_that_miscounts_refuses_its_messages_only() -> None:
    body = ("BGM+1", "UNT+3+1")
    data = wrapped(
        "UNG+X+A+B+260102:0830+G1+UN+D:1", "UNH+1+X:D:1:UN", *body, "UNE+4+G1",
        "UNG+X+A+B+260102:0830+G2+UN+D:1", "UNH+2+X:D:1:UN", "BGM+1", "UNT+3+2", "UNE+1+G2", count=2,
    )  # fmt: skip
    one = read(data)[0]
    assert (one.accepted, one.refused) == (1, 1)
    assert [group.errors for group in one.groups] == [1, 0]
    assert one.errors == 0


def test_a_bad_message_in_a_bad_group_is_refused_once() -> None:
    one = read(wrapped("UNG+X+A+B+260102:0830+G1+UN+D:1", "UNH+1+X:D:1:UN", "BGM+1", "UNT+9+1", "UNE+4+G1"))[
        0
    ]
    assert (one.found, one.accepted, one.refused) == (1, 0, 1)


def test_references_are_unique_within_one_interchange_only() -> None:
    data = wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1")
    assert [one.accepted for one in read(data + data)] == [1, 1]


def test_a_group_without_end_or_reference_is_reported() -> None:
    one = read(wrapped("UNG+X+A+B+260102:0830", "UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1"))[0]
    assert one.groups[0].counts == {"edi.ung.element": 1, "edi.une.missing": 1}


def test_an_incomplete_header_of_a_message_is_reported_piece_by_piece() -> None:
    one = read(wrapped("UNH+1+CUSCAR", "BGM+1", "UNT+3+1"))[0]
    places = [(d.position.element, d.position.component) for d in one.messages[0].defects if d.refuses]
    assert places == [(2, 2), (2, 3), (2, 4)]


def test_a_reference_longer_than_allowed_is_reported() -> None:
    data = HEAD.replace(b"R1'", b"R" * 20 + b"'") + b"UNH+1+X:D:1:UN'BGM+1'UNT+3+1'UNZ+1+" + b"R" * 20 + b"'"
    one = read(data)[0]
    assert [(d.code, d.position.element, d.values["length"]) for d in one.defects] == [
        ("edi.unb.long", 5, 20)
    ]


def test_segments_astray_are_reported_once_a_run() -> None:
    one = read(wrapped("BGM+1", "DTM+1", "UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1", "LOC+1", "LOC+2"))[0]
    assert [(d.code, d.values["tag"]) for d in one.defects] == [
        ("edi.outside", "BGM"),
        ("edi.outside", "LOC"),
    ]


def test_counts_may_have_leading_zeros_but_no_signs() -> None:
    good = read(wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+0003+1"))[0]
    bad = read(wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT++3+1"))[0]
    assert (good.accepted, bad.accepted) == (1, 0)


def test_lenient_accepts_what_it_reports() -> None:
    data = wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+9+8", count=7)
    strict, lenient = read(data)[0], read(data, LENIENT)[0]
    assert (strict.accepted, lenient.accepted) == (0, 1)
    assert strict.counts == lenient.counts
    assert all(d.finding.severity is Severity.WARNING for d in lenient.defects)


def test_a_defect_knows_its_line_and_its_place_in_the_message() -> None:
    data = wrapped("UNH+1+X:D:1:UN", "\n\nBGM:1+1", "UNT+3+1")
    place = next(d.position for d in read(data)[0].messages[0].defects if d.code == "edi.tag.nesting")
    assert (place.line, place.in_message, place.segment, place.tag) == (3, 2, 3, "BGM")


def test_defects_are_kept_to_a_limit_and_counted_beyond() -> None:
    body = [f"XY{digit}+1" for digit in "0123456789"] * 3
    data = wrapped("UNH+1+CUSCAR:D:98B:UN", *body, "UNT+32+1")
    message = read(data, Profile(max_defects=5))[0].messages[0]
    assert len(message.defects) == 5
    assert message.counts["edi.structure.foreign"] == 30


def test_a_refusal_keeps_its_place_after_a_flood_of_warnings() -> None:
    data = wrapped("UNH+1+CUSCAR:D:98B:UN", "BGM:1+85", "BGM:1+85", "DTM:1+1", "UNT+9+1")
    profile = Profile(max_defects=1, tolerate=frozenset({"edi.structure.many"}))
    message = read(data, profile)[0].messages[0]
    assert [d.code for d in message.defects] == ["edi.tag.nesting", "edi.unt.count"]


def test_events_stream_in_file_order() -> None:
    events = list(walk(wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1")))
    shown = [
        event.tag if isinstance(event, Segment) else f"{type(event).__name__} {type(event.level).__name__}"
        for event in events
    ]
    assert shown == [
        "Opened Interchange", "Opened Message", "UNH", "BGM", "UNT", "Closed Message", "Closed Interchange",
    ]  # fmt: skip
    assert isinstance(events[0], Opened)
    assert isinstance(events[0].level, Interchange)
    assert isinstance(events[-2], Closed)
    assert isinstance(events[-2].level, Message)
    assert events[-2].level.segments == []


def test_positions_count_in_the_message_too() -> None:
    data = interchange(
        cargo(1),
        cargo(1, reference="2").__class__("CUSCAR", "D", "98B", (*cargo(1).body, *cargo(1).body[:1])),
    )
    defect = read(data)[0].messages[1].defects[0]
    assert (defect.position.tag, defect.position.in_message, defect.position.segment) == ("BGM", 13, 27)
