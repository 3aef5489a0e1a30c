"""The syntax answer names what is refused, where, and by which code of the standard; it is valid itself."""

from __future__ import annotations

import pytest

from motcua.lib.edifact.answer import UNKNOWN, answerable, contrl
from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.faults import FAULTS
from motcua.lib.edifact.interchange import Interchange
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.write import MessageDraft, write
from tests.lib.edifact.drafts import HEAD, NOON, cargo, interchange, wrapped


def answer_to(data: bytes) -> tuple[list[str], Interchange]:
    """The segments of the CONTRL to the first interchange, written as EDIFACT, and the CONTRL read back."""
    raw = write(contrl(read(data)[0], reference="A1", at=NOON))
    back = read(raw)[0]
    message = back.messages[0]
    assert (back.accepted, message.type, message.defects) == (1, "CONTRL", [])
    assert message.tree is not None
    return [text for text in raw.decode().split("'") if text[:3] in ("UCI", "UCF", "UCM", "UCS", "UCD")], back


def test_a_sound_interchange_is_acknowledged() -> None:
    segments, back = answer_to(interchange(cargo()))
    assert segments == ["UCI+R1+CARRIER:ZZ+VNCUSTOMS:ZZ+7"]
    assert (back.sender, back.recipient, back.reference) == (("VNCUSTOMS", "ZZ"), ("CARRIER", "ZZ"), "A1")
    assert back.messages[0].directory == "D3"


def test_syntax_4_is_answered_in_syntax_4() -> None:
    segments, back = answer_to(interchange(cargo(), syntax="4"))
    assert segments == ["UCI+R1+CARRIER:ZZ+VNCUSTOMS:ZZ+7"]
    assert (back.syntax, back.messages[0].directory) == ("4", "41")


def test_a_wrong_count_of_segments_refuses_the_message_by_its_trailer() -> None:
    segments, _ = answer_to(wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+9+1"))
    assert segments == ["UCI+R1+CARRIER:ZZ+VNCUSTOMS:ZZ+7", "UCM+1+X:D:1:UN+4+29+UNT+2"]


def test_only_refused_messages_are_named() -> None:
    data = wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1", "UNH+2+X:D:1:UN", "BGM+1", "UNT+3+9", count=2)
    segments, _ = answer_to(data)
    assert segments[1:] == ["UCM+2+X:D:1:UN+4+28+UNT+3"]


def test_a_wrong_count_of_messages_refuses_the_interchange() -> None:
    segments, _ = answer_to(wrapped("UNH+1+X:D:1:UN", "BGM+1", "UNT+3+1", count=5))
    assert segments == ["UCI+R1+CARRIER:ZZ+VNCUSTOMS:ZZ+4+29+UNZ+2"]


def test_faults_in_the_body_name_segment_and_element() -> None:
    control = Segment.of("FTX", "AAA", "", "", ("GOOD", "BAD"))
    data = interchange(
        MessageDraft("CUSCAR", "D", "98B", (Segment.of("BGM", "85"), control, Segment.of("XYZ", "1")))
    )
    segments, _ = answer_to(data.replace(b"BAD", b"B\x01D"))
    assert segments[1:] == ["UCM+1+CUSCAR:D:98B:UN+4", "UCS+3", "UCD+21+5:2", "UCS+4+15"]


def test_a_missing_segment_is_reported_at_the_one_before() -> None:
    segments, _ = answer_to(wrapped("UNH+1+CUSCAR:D:98B:UN", "DTM+137:2026:102", "UNT+3+1"))
    assert segments[1:] == ["UCM+1+CUSCAR:D:98B:UN+4", "UCS+1+13"]


def test_what_the_sender_left_out_is_stood_in_for() -> None:
    segments, back = answer_to(b"UNH+1+X'BGM+1'UNT+3+1'")
    assert segments == [f"UCI+{UNKNOWN}+{UNKNOWN}+{UNKNOWN}+4+13", "UCM+1+X:UNK:UNK:UN+4+13+UNH+3:2"]
    assert back.sender == (UNKNOWN,)


def test_we_are_named_when_the_sender_named_nobody() -> None:
    found = read(b"UNH+1+X:D:1:UN'BGM+1'UNT+3+1'")[0]
    assert contrl(found, reference="A1", at=NOON, ours=("VNCUSTOMS", "ZZ")).sender == ("VNCUSTOMS", "ZZ")


def test_groups_are_answered_as_groups() -> None:
    data = wrapped(
        "UNG+X+CARRIER:ZZ+VN+260102:0830+G1+UN+D:1", "UNH+1+X:D:1:UN", "BGM+1", "UNT+9+1", "UNE+7+G1",
        "UNG+X+CARRIER:ZZ+VN+260102:0830+G2+UN+D:1", "UNH+2+X:D:1:UN", "BGM+1", "UNT+3+2", "UNE+1+G2", count=2,
    )  # fmt: skip
    segments, _ = answer_to(data)
    assert segments == [
        "UCI+R1+CARRIER:ZZ+VNCUSTOMS:ZZ+7",
        "UCF+G1+CARRIER:ZZ+VN+4+29+UNE+2",
        "UCM+1+X:D:1:UN+4+29+UNT+2",
    ]


def test_letters_of_the_sender_come_back_in_a_set_that_holds_them() -> None:
    data = "UNB+UNOC:3+HÃNG TÀU:ZZ+HẢI QUAN+260102:0830+1'UNH+1+X:D:1:UN'BGM+1'UNT+3+1'UNZ+1+1'".encode()
    _, back = answer_to(data)
    assert back.charset == "UNOY"
    assert back.recipient == ("HÃNG TÀU", "ZZ")


def test_references_too_long_are_cut_to_what_the_answer_may_carry() -> None:
    long = b"R" * 40
    segments, _ = answer_to(
        HEAD.replace(b"R1'", long + b"'") + b"UNH+1+X:D:1:UN'BGM+1'UNT+3+1'UNZ+1+" + long + b"'"
    )
    assert segments[0].split("+")[1] == "R" * 14


def test_a_contrl_is_not_answered_by_a_contrl() -> None:
    first = read(interchange(cargo()))[0]
    assert answerable(first)
    assert not answerable(read(write(contrl(first, reference="A1", at=NOON)))[0])
    assert answerable(read(HEAD + b"UNZ+0+R1'")[0])


# Code list 0085 as published by the Joint Syntax Working Group: the codes we may use, and what they mean.
CODES = {
    2: "syntax version or level not supported", 12: "invalid value", 13: "missing", 15: "not supported in this position",
    17: "no agreement", 18: "unspecified error", 20: "character invalid as service character",
    21: "invalid character", 22: "invalid service character", 26: "duplicate detected", 28: "references do not match",
    29: "control count does not match", 30: "groups and messages mixed", 31: "more than one message type in group",
    32: "lower level empty", 33: "invalid occurrence outside message or group", 34: "nesting indicator not allowed",
    35: "too many segment repetitions", 36: "too many segment group repetitions", 39: "data element too long",
    45: "trailing separator", 46: "character set not supported",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_has_a_code_of_the_standard(code: str) -> None:
    assert FAULTS[code].syntax_code in CODES


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_speaks_both_languages_about_the_same_values(code: str) -> None:
    import string

    def named(text: str) -> set[str]:
        return {
            name.removesuffix("_vi").removesuffix("_en")
            for _, name, _, _ in string.Formatter().parse(text)
            if name
        }

    fault = FAULTS[code]
    assert named(fault.vi) == named(fault.en)
    assert fault.vi != fault.en
