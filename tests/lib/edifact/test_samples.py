"""Every sample file is read as its outcome file says; files written by others are read too, where they are at hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from motcua.lib.edifact.answer import contrl
from motcua.lib.edifact.charsets import CHARSETS
from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.faults import FAULTS, Defect
from motcua.lib.edifact.interchange import Interchange
from motcua.lib.edifact.profile import LENIENT, STANDARD, Profile, load
from motcua.lib.edifact.separators import DEFAULT
from motcua.lib.edifact.write import render, write
from tests.lib.edifact.drafts import NOON

ROOT = Path(__file__).parents[3]
OWN = ROOT / "samples" / "edifact"
OTHERS = ROOT.parent / "shared" / "samples"
SAMPLES = sorted(path.stem for path in OWN.glob("*.edi"))


def defects_of(found: list[Interchange]) -> list[Defect]:
    """All of a file: those of the interchange, then of its groups, then of its messages."""
    listed = []
    for one in found:
        for level in (one, *one.groups, *one.messages):
            listed += level.defects
    return listed


def outcome(found: list[Interchange]) -> dict[str, object]:
    return {
        "interchanges": len(found),
        "messages": sum(one.found for one in found),
        "segments": sum(message.count for one in found for message in one.messages),
        "accepted": sum(one.accepted for one in found),
        "refused": sum(one.refused for one in found),
        "findings": [
            [defect.code, defect.finding.severity.value, defect.finding.place] for defect in defects_of(found)
        ],
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_as_its_outcome_file_says(name: str) -> None:
    expected = yaml.safe_load((OWN / f"{name}.expected.yaml").read_text(encoding="utf-8"))
    profile: Profile = STANDARD
    if "profile" in expected:
        profile = load((OWN / expected.pop("profile")).read_text(encoding="utf-8"))
    assert outcome(read((OWN / f"{name}.edi").read_bytes(), profile)) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_alike_in_small_blocks(name: str) -> None:
    data = (OWN / f"{name}.edi").read_bytes()
    whole = outcome(read(data))
    for size in (1, 7, 64):
        assert outcome(read(data[start : start + size] for start in range(0, len(data), size))) == whole


@pytest.mark.parametrize("name", SAMPLES)
def test_every_interchange_of_a_sample_is_answered(name: str) -> None:
    for one in read((OWN / f"{name}.edi").read_bytes()):
        answer = read(write(contrl(one, reference="A1", at=NOON)))
        assert [(back.accepted, back.refused) for back in answer] == [(1, 0)]


def test_every_fault_that_a_file_can_show_has_a_sample() -> None:
    shown = {
        row[0]
        for path in OWN.glob("*.expected.yaml")
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["findings"]
    }
    # These need a file too large or too odd for a sample; other tests bring them about.
    elsewhere = {
        "edi.segment.long", "edi.structure.groups", "edi.unb.long", "edi.une.missing", "edi.ung.element",
        "edi.unh.element", "edi.release.end",
    }  # fmt: skip
    assert set(FAULTS) - shown == elsewhere


# Messages, segments and defects of files written by others, counted by eye once and kept.
SEEN: dict[str, tuple[int, int, dict[str, int]]] = {
    "aperak/edinet_aperak_issue235.edi": (
        1, 9, {"edi.unb.element": 6, "edi.syntax": 1, "edi.charset.unknown": 1, "edi.unz.missing": 1,
               "edi.interchange.empty": 1, "edi.unz.reference": 1},
    ),
    "aperak/pydifact_v3_aperak.edi": (1, 7, {"edi.charset.repertoire": 1, "edi.unt.count": 1}),
    "aperak/pydifact_v3_aperak_rejected.edi": (1, 7, {"edi.charset.repertoire": 1, "edi.unt.count": 1}),
    "aperak/pydifact_v4_aperak.edi": (1, 7, {"edi.charset.repertoire": 1, "edi.unt.count": 1}),
    "aperak/pydifact_v4_aperak_rejected.edi": (1, 7, {"edi.charset.repertoire": 1, "edi.unt.count": 1}),
    "baplie/apimeister_d04b_baplie.edi": (1, 19, {"edi.structure.unknown": 1}),
    "coprar/apimeister_d95b_coprar.edi": (
        1, 29, {"edi.unb.missing": 1, "edi.structure.unknown": 1, "edi.unt.count": 1},
    ),
    "cuscar/tsedifact_au_D99B_CUSCAR.edi": (1, 13, {}),
    "cusdec/tsedifact_au_D99B_CUSDEC.edi": (1, 28, {"edi.structure.unknown": 1}),
    "cusrep/tsedifact_au_D99B_CUSREP.edi": (1, 8, {}),
    "ifcsum/edinet_D01B.IFCSUM.NewLines.edi": (
        1, 27, {"edi.terminator.newline": 1, "edi.structure.unknown": 1, "edi.charset.repertoire": 1,
                "edi.unt.count": 1},
    ),
    "ifcsum/edinet_D01B.IFCSUM.edi": (
        1, 27, {"edi.structure.unknown": 1, "edi.charset.repertoire": 1, "edi.unt.count": 1},
    ),
    "iftsta/apimeister_d00b_iftsta.edi": (1, 31, {"edi.unz.reference": 1, "edi.structure.unknown": 1}),
    "misc/edinet_Issue137_D95B.edi": (
        1, 52, {"edi.unb.missing": 1, "edi.unh.element": 1, "edi.structure.unknown": 1, "edi.trailing": 1,
                "edi.unt.count": 1},
    ),
    "paxlst/gtas_Test1.txt": (
        1, 107, {"edi.repetition.service": 1, "edi.une.reference": 1, "edi.unz.reference": 1, "edi.charset.repertoire": 1,
                 "edi.unt.count": 1},
    ),
    "paxlst/gtas_Test3.txt": (
        1, 3131, {"edi.charset.repertoire": 1, "edi.charset.bytes": 1, "edi.unt.count": 1},
    ),
    "paxlst/gtas_airline2.edi": (
        1, 111, {"edi.tag.blank": 1, "edi.trailing": 1, "edi.unt.count": 1, "edi.unt.reference": 1},
    ),
    "paxlst/gtas_apisMessage.txt": (1, 33, {"edi.structure.many": 2}),
    "paxlst/gtas_multiple_flight_leg_apis.txt": (1, 46, {"edi.text.after": 1, "edi.structure.many": 2}),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_a_file_of_others_is_read_whole(name: str) -> None:
    path = OTHERS / name
    if not path.exists():
        pytest.skip(f"no folder of files by others beside the repository: {OTHERS}")
    messages, segments, defects = SEEN[name]
    found = read(path.read_bytes())
    assert sum(one.found for one in found) == messages
    assert sum(message.count for one in found for message in one.messages) == segments
    assert Counter(defect.code for defect in defects_of(found)) == defects
    assert sum(one.accepted for one in read(path.read_bytes(), LENIENT)) == messages


@pytest.mark.parametrize("name", SEEN)
def test_a_file_of_others_is_written_and_read_back_the_same(name: str) -> None:
    path = OTHERS / name
    if not path.exists():
        pytest.skip(f"no folder of files by others beside the repository: {OTHERS}")
    for one in read(path.read_bytes(), LENIENT):
        for message in one.messages:
            again = read(b"UNB+UNOY:3'" + render(message.segments, DEFAULT, CHARSETS["UNOY"]), LENIENT)
            assert again[0].messages[0].segments == message.segments
