"""Whatever comes in: only `Refused` goes out, every message is accounted for, memory does not grow with the file."""

from __future__ import annotations

import resource
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motcua.lib.edifact.answer import contrl
from motcua.lib.edifact.envelope import Closed, read, walk
from motcua.lib.edifact.interchange import Interchange, Message
from motcua.lib.edifact.profile import LENIENT, STANDARD, Profile
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.tokens import Tokens
from motcua.lib.edifact.write import write
from motcua.lib.errors import Malformed, Refused
from tests.lib.edifact.drafts import NOON, cargo, interchange

SOUND = interchange(cargo(), cargo(1, reference="2"))
PIECES = st.sampled_from(
    [
        b"UNA:+.? '", b"UNA:+.?*'", b"UNB+UNOB:3+A+B+260102:0830+1'", b"UNB+UNOY:4+A+B+20260102:0830+1'", b"UNG+X+A+B'",
        b"UNH+1+CUSCAR:D:98B:UN'", b"UNH+1'", b"UNH'", b"BGM+85'", b"CNI+1'", b"GID+1'", b"UNT+3+1'", b"UNE+1+1'",
        b"UNZ+1+1'", b"'", b"?", b"+", b":", b"*", b"\r\n", b"\n", b" ", b"\x00", b"\xff", b"\xc3\xa9", b"UNA", b"UNB",
        b"UNH*", b"NAD+CZ+++O?'N'", b"\xef\xbb\xbf", b"\xff\xfe", b"UNA''''''UNB", b"UNBELIEVABLE'",
    ]
)  # fmt: skip
CHOPPED = st.lists(PIECES, max_size=25).map(b"".join)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound interchange with a few bytes changed, cut or put in."""
    data = bytearray(SOUND)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data) - 1))
        length = draw(st.integers(0, 4))
        data[at : at + length] = draw(st.binary(max_size=4))
        if not data:
            data += b"U"
    return bytes(data)


def account(data: bytes, profile: Profile) -> None:
    """Read, check that nothing is lost, and answer."""
    try:
        found = read(data, profile)
    except Malformed:
        return
    for one in found:
        assert one.found == len(one.messages) == one.accepted + one.refused
        assert one.refused == sum(message.refused for message in one.messages)
        for level in (one, *one.groups, *one.messages):
            assert level.errors <= sum(level.counts.values())
            assert not level.errors or any(defect.refuses for defect in level.defects)
            for defect in level.defects:
                finding = defect.finding
                assert 0 <= defect.position.byte <= 3 * len(data) + 4
                assert finding.vi
                assert finding.en
                assert "byte" in finding.place
        answer = read(write(contrl(one, reference="A1", at=NOON)))
        # Copied Latin-1 letters may happen to look like UTF-8; nothing else may be odd about our own answer.
        assert [(back.accepted, back.refused, back.errors) for back in answer] == [(1, 0, 0)]
        assert set(answer[0].counts) | set(answer[0].messages[0].counts) <= {"edi.charset.other"}


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=300))
@example(b"")
@example(b"UNA")
@example(b"UNB+")
@example(b"UNA:+.? 'UNH+")
@example(b"\xff\xfeU")
@example(b"\xfe\xff")
def test_arbitrary_bytes_raise_nothing_but_refusals(data: bytes) -> None:
    account(data, STANDARD)


@settings(max_examples=400, deadline=None)
@given(CHOPPED, st.sampled_from([STANDARD, LENIENT]))
def test_pieces_of_interchanges_in_any_order_are_accounted_for(data: bytes, profile: Profile) -> None:
    account(data, profile)


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_a_damaged_interchange_is_accounted_for(data: bytes) -> None:
    account(data, STANDARD)


@settings(max_examples=200, deadline=None)
@given(st.one_of(CHOPPED, damaged()), st.integers(1, 40))
def test_blocks_of_any_size_read_the_same(data: bytes, size: int) -> None:
    def shape(source: object) -> object:
        try:
            found = read(source)  # type: ignore[arg-type]
        except Refused as refused:
            return str(refused)
        return [
            (level.defects, getattr(level, "segments", None))
            for one in found
            for level in (one, *one.groups, *one.messages)
        ]

    assert shape(data[at : at + size] for at in range(0, len(data), size)) == shape(data)


@settings(max_examples=200, deadline=None)
@given(st.one_of(CHOPPED, damaged()))
def test_streaming_and_keeping_see_the_same(data: bytes) -> None:
    try:
        kept = read(data)
    except Malformed:
        return
    closed = [event.level for event in walk(data) if isinstance(event, Closed)]
    streams = [level for level in closed if isinstance(level, Interchange)]
    assert [(one.counts, one.found, one.accepted) for one in streams] == [
        (one.counts, one.found, one.accepted) for one in kept
    ]
    messages = [level for level in closed if isinstance(level, Message)]
    assert [one.defects for one in messages] == [message.defects for one in kept for message in one.messages]


# ---- memory ----


def stream(size: int, block: int = 8_192) -> Iterator[bytes]:
    """One interchange of about `size` bytes, many messages, in blocks; made on the way, never held."""
    whole = interchange(cargo(40))
    start, end = whole.index(b"UNH"), whole.index(b"UNZ")
    message = whole[start:end]
    yield whole[:start]
    held, made, number = b"", 0, 0
    while made < size:
        number += 1
        held += message.replace(b"UNH+1+", b"UNH+%d+" % number).replace(b"+1'UNZ", b"+%d'UNZ" % number)
        made += len(message)
        while len(held) >= block:
            yield held[:block]
            held = held[block:]
    yield held + b"UNZ+%d+R1'" % number


def peak_of(size: int) -> tuple[int, int]:
    """(peak of memory in bytes, segments) of streaming a file of about this size."""
    tracemalloc.start()
    try:
        segments = sum(1 for event in walk(stream(size)) if isinstance(event, Segment))
        return tracemalloc.get_traced_memory()[1], segments
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file() -> None:
    # The first run pays for caches of patterns and tables.
    peak_of(100_000)
    small, few = peak_of(130_000)
    large, many = peak_of(800_000)
    assert many > 4 * few
    assert large < small + 200_000
    assert large < 1_000_000


@pytest.mark.drill
def test_fifty_megabytes_are_read_in_bounded_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    segments = sum(1 for event in walk(stream(50_000_000)) if isinstance(event, Segment))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert segments > 1_000_000
    # Kilobytes: the references of the messages and one block, nothing else.
    assert grown < 30_000


@pytest.mark.parametrize(
    "noise",
    [
        b"A" * 2_000_000,
        b"?'" * 200_000,
        b"'" * 40_000,
        b"\n" * 2_000_000,
        b"A'" * 10_000,
        b"UNA" * 300_000,
    ],
    ids=["no terminator", "all released", "empty segments", "blank lines", "no tags", "una una"],
)
@pytest.mark.parametrize("head", [b"", b"UNB+UNOB:3+A+B+260102:0830+1'"], ids=["bare", "inside"])
def test_endless_nonsense_is_held_in_bounded_memory(head: bytes, noise: bytes) -> None:
    blocks = (
        block
        for source in (head, noise)
        for block in (source[at : at + 50_000] for at in range(0, len(source), 50_000))
    )
    small = Profile(max_segment=1_024, max_defects=100)
    tracemalloc.start()
    try:
        levels = [event.level for event in walk(blocks, small) if isinstance(event, Closed)]
    except Malformed:
        levels = []
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert bool(levels) == bool(head)
    assert peak < 1_200_000


def test_a_segment_without_end_is_reported_and_the_next_one_read() -> None:
    data = SOUND.replace(b"FTX+AAA+++STEEL PIPES", b"FTX+AAA+++" + b"S" * 200_000, 1)
    tokens = Tokens(data)
    tags = [segment.tag for segment in tokens]
    assert tags.count("FTX") == 2
    assert [defect.code for defect in tokens.take()] == ["edi.segment.long"]
    assert read(data)[0].accepted == 0
