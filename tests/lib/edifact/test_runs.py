"""The quick way through long messages tells exactly what the slow way tells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from motcua.lib.edifact.envelope import Closed, walk
from motcua.lib.edifact.profile import LENIENT, STANDARD, Profile
from motcua.lib.edifact.runs import Run, row_of, walk_runs
from motcua.lib.edifact.segment import Segment
from motcua.lib.errors import Malformed
from tests.lib.edifact.drafts import cargo, interchange
from tests.lib.edifact.test_fuzz import CHOPPED

SOUND = interchange(cargo(12), cargo(5, reference="2"))
WITH_LINES = SOUND.replace(b"'", b"'\r\n").replace(b"?'\r\n", b"?'")
OTHER_MARKS = (
    SOUND.replace(b"?'", b"`").replace(b"'", b"~").replace(b"?+", b"\x00").replace(b"+", b"*").replace(b"`", b"'")
    .replace(b"\x00", b"+")
)  # fmt: skip
ACCENTS = interchange(cargo(9), charset="UNOY").replace(b"CONG TY", "CÔNG TY THÉP".encode())
LATIN = ACCENTS.replace(b"UNOY", b"UNOC")
WHOLE = {
    "sound": SOUND,
    "lines": WITH_LINES,
    "unix lines": WITH_LINES.replace(b"\r", b""),
    "other marks": b"UNA:*.? ~" + OTHER_MARKS,
    "utf-8": ACCENTS,
    "utf-8 as latin": LATIN,
    "level a": SOUND.replace(b"UNOB", b"UNOA").replace(b"STEEL", b"steel"),
    "trailing": SOUND.replace(b"STEEL PIPES'", b"STEEL PIPES::'"),
    "syntax 4": interchange(cargo(9), syntax="4", charset="UNOY"),
    "d95b": interchange(cargo(9, release="95B")),
}


def told(events: Iterator[object]) -> object:
    """Every row with its numbers, every level with its defects."""
    rows: list[object] = []
    levels: list[object] = []
    try:
        for event in events:
            if isinstance(event, Run):
                rows += [
                    (trim(row), event.number + at, event.in_message + at) for at, row in enumerate(event.rows)
                ]
            elif isinstance(event, Segment):
                rows.append((trim(row_of(event)), event.number, event.in_message))
            elif isinstance(event, Closed):
                level = event.level
                levels.append((type(level).__name__, level.defects, level.counts, level.errors))
    except Malformed as error:
        return str(error)
    return rows, levels


def trim(row: list[str]) -> list[str]:
    return [text.rstrip("\x1f") for text in row]


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("block", [None, 70])
def test_both_ways_tell_the_same_of_whole_files(name: str, block: int | None) -> None:
    data = WHOLE[name]
    source = data if block is None else [data[at : at + block] for at in range(0, len(data), block)]
    assert told(walk_runs(source)) == told(walk(data))


@pytest.mark.parametrize(
    "name", ["sound", "lines", "unix lines", "other marks", "utf-8", "level a", "trailing"]
)
def test_most_of_a_sound_file_goes_the_quick_way(name: str) -> None:
    assert sum(isinstance(event, Run) for event in walk_runs(WHOLE[name], LENIENT)) >= 7


def test_the_first_byte_and_line_of_a_run_are_those_of_its_first_segment() -> None:
    for data in (SOUND, WITH_LINES):
        places = {
            event.number: (event.byte, event.line) for event in walk(data) if isinstance(event, Segment)
        }
        runs = [event for event in walk_runs(data) if isinstance(event, Run)]
        assert runs
        for run in runs:
            assert places[run.number] == (run.byte, run.line)
            assert data[run.byte : run.byte + run.size].rstrip().endswith(b"'")


@st.composite
def hurt(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(sorted(WHOLE.values()))))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 3))] = draw(
            st.one_of(
                st.binary(max_size=3),
                st.sampled_from([b"'", b"?", b"+'", b":", b"??'", b"CNI+", b"'CNI+9'", b"\n"]),
            )
        )
    return bytes(data)


SHORT = Profile(max_segment=1_024, max_defects=20)


@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.one_of(hurt(), CHOPPED), st.sampled_from([STANDARD, LENIENT, SHORT]), st.integers(20, 400))
def test_both_ways_tell_the_same_of_damaged_files(data: bytes, profile: Profile, block: int) -> None:
    blocks = [data[at : at + block] for at in range(0, len(data), block)]
    assert told(walk_runs(blocks, profile)) == told(walk(data, profile))


def test_one_repetition_too_many_is_reported_by_both_ways() -> None:
    legs = "".join(f"TDT+20+V{number}'LOC+87+VNHPH'" for number in range(14))
    data = f"UNB+UNOB:3+A+B+260102:0830+1'UNH+1+PAXLST:D:05B:UN'BGM+745'{legs}UNT+31+1'UNZ+1+1'".encode()
    levels = [event.level for event in walk_runs(data) if isinstance(event, Closed)]
    assert levels[0].counts == {"edi.structure.groups": 1}
    assert levels[0].defects[0].position.in_message == 2 + 2 * 10 + 1
    assert told(walk_runs(data)) == told(walk(data))
    assert sum(isinstance(event, Run) for event in walk_runs(data)) == 11
