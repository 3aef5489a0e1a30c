"""`motcua exchange check`, and the page that tells what becomes of messages of others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from motcua.config.cli.exchange_check import check as command

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "manifest"
SHARED = Path(os.environ.get("MOTCUA_SHARED", ROOT.parent / "shared")) / "samples"


def check(*arguments: str) -> tuple[int, list[dict[str, object]]]:
    result = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    code = result.return_value if isinstance(result.return_value, int) else 0
    return code, [json.loads(line) for line in result.output.splitlines()]


def test_each_file_is_one_line() -> None:
    names = [
        "edifact/cuscar-entry.edi",
        "xml/awmds-groupage.xml",
        "json/manifest.json",
        "edifact/coprar-not-taken.edi",
    ]
    code, lines = check(*(str(SAMPLES / name) for name in names))
    assert code == 1
    assert [line["accepted"] for line in lines] == [True, True, True, False]
    assert all(
        list(line) == ["file", "standard", "version", "accepted", "messages", "findings"] for line in lines
    )
    assert lines[0]["version"] == "CUSCAR D.98B"
    assert lines[3]["findings"] == [
        {
            "severity": "note", "code": "edi.structure.unknown", "place": "segment 2, element 2, byte 62",
            "why": "No structure table for COPRAR D.95B; read as a list of segments, their order is unchecked.", "mend": "",
        },
        {
            "severity": "error", "code": "man.type", "place": "segment 2, element 2, component 1, byte 62",
            "why": "Messages of type COPRAR are not taken here.",
            "mend": "Send CUSCAR, IFCSUM, CUSREP, BERMAN, PAXLST.",
        },
    ]  # fmt: skip


def test_all_accepted_is_code_0_and_reasons_speak_vietnamese_when_asked(tmp_path: Path) -> None:
    assert check(str(SAMPLES / "edifact" / "paxlst-crew.edi"))[0] == 0
    nothing = tmp_path / "x.edi"
    nothing.write_bytes(b"hello")
    code, lines = check(str(nothing), "--language", "vi")
    assert code == 1
    assert lines[0]["findings"] == [
        {
            "severity": "error", "code": "malformed", "place": "byte 0",
            "why": "Nội dung không phải EDIFACT, XML, JSON hay Excel.", "mend": "Hãy kiểm tra lại tệp đã gửi.",
        }
    ]  # fmt: skip


def test_a_profile_may_be_named(tmp_path: Path) -> None:
    content = (SAMPLES / "edifact" / "cuscar-entry.edi").read_bytes()
    bare = tmp_path / "bare.edi"
    bare.write_bytes(content[content.index(b"UNH") : content.index(b"UNZ")])
    assert check(str(bare))[0] == 1
    assert check(str(bare), "--profile", "msc-egypt")[0] == 0


def test_it_needs_no_database_and_leaves_with_code_1(tmp_path: Path) -> None:
    wrong = SAMPLES / "edifact" / "cuscar-wrong-values.edi"
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "exchange", "check", str(wrong)], cwd=tmp_path, capture_output=True,
        text=True, check=False, timeout=60, env=os.environ | {"MOTCUA_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["messages"] == [
        {"reference": "6", "type": "CUSCAR D.98B", "accepted": False, "place": "segment 2, byte 54"}
    ]
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no messages of others at {SHARED}")
def test_the_page_on_messages_of_others_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/samples.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_asked_when_wanted(tmp_path: Path) -> None:
    good = SAMPLES / "edifact" / "cuscar-entry.edi"
    wrong = tmp_path / "wrong.edi"
    # A container whose check digit does not hold: sound EDIFACT, and still refused by a rule of the house.
    content = good.read_bytes()
    number = next(
        word for word in content.replace(b"'", b"+").split(b"+") if re.fullmatch(rb"[A-Z]{3}U[0-9]{7}", word)
    )
    last = b"%d" % ((int(number[-1:]) + 1) % 10)
    wrong.write_bytes(content.replace(number, number[:-1] + last))
    assert check(str(wrong))[0] == 0
    assert check(str(wrong), "--rules")[0] == 1
    lines = check(str(wrong), "--rules")[1]
    found = [one for one in lines[0]["findings"] if number[:-1].decode() in one["why"] + one["mend"]]
    assert found, lines
    assert all(one["place"].startswith("segment") for one in found)
