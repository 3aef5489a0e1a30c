"""The simulator itself: two of them talk, well and badly, and nothing is lost or doubled between them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.lib.errors import Refused
from motcua_sim.control import Control
from motcua_sim.wire import Peer
from tests.sim.pair import pair, settle

MESSAGES = "/exchange/v1/messages"


def asked(controls: tuple[Control, Control], count: int) -> list[str]:
    """So many questions, all answered, each once."""
    asker, answerer = controls
    names = [f"Q{n:04d}" for n in range(count)]
    for name in names:
        asker.do("ask", reference=name)
    for _ in range(12):
        settle(asker, answerer)
        for one in controls:
            one.clock(advance="1h")
    return names


def answers(asker: Control) -> list[tuple[str, str]]:
    """Which answers came, and to what."""
    return [(one["reference"], one["answers"]) for one in asker.ledger()["received"]]


def test_a_question_is_kept_answered_and_both_books_agree(tmp_path: Path) -> None:
    with pair(tmp_path) as controls:
        names = asked(controls, 3)
        asker, answerer = controls
        sent = asker.ledger()
        assert sent["counts"] == {"done": 3}
        assert [one["sha256"] for one in sent["sent"]] == [
            one["sha256"] for one in answerer.ledger()["received"]
        ]
        assert answers(asker) == [(f"{name}/answer", name) for name in names]


def test_a_partner_that_fetches_gets_the_same(tmp_path: Path) -> None:
    with pair(tmp_path, polls=True) as controls:
        names = asked(controls, 3)
        assert answers(controls[0]) == [(f"{name}/answer", name) for name in names]
        assert controls[1].ledger()["counts"] == {"acknowledged": 3}


def test_the_same_bytes_get_the_same_answer_and_other_bytes_are_refused(tmp_path: Path) -> None:
    with pair(tmp_path) as (_, answerer):
        peer = Peer(answerer.url)
        first = peer.post(MESSAGES, b"question 1", {"Motcua-Reference": "R1"})
        answerer.clock(advance="3d")
        again = peer.post(MESSAGES, b"question 1", {"Motcua-Reference": "R1"})
        other = peer.post(MESSAGES, b"question 2", {"Motcua-Reference": "R1"})
        assert (first.status, again.status, other.status) == (202, 200, 409)
        assert first.content == again.content
        assert first.json()["received_at"] == "2020-03-02T08:00:00+07:00"
        assert answerer.ledger()["received"][0]["seen"] == 2


def test_an_interchange_is_known_by_its_sender_and_its_control_reference(tmp_path: Path) -> None:
    with pair(tmp_path) as (_, answerer):
        content = b"UNB+UNOC:3+MCVLINE:ZZ+CUSTOMS+200302:0800+CR77'UNZ+0+CR77'"
        told = Peer(answerer.url).post(MESSAGES, content).json()
        assert (told["type"], told["reference"]) == ("edifact", "MCVLINE/CR77")


def test_72_hours_down_lose_and_double_nothing(tmp_path: Path) -> None:
    with pair(tmp_path) as controls:
        asker, answerer = controls
        answerer.misbehave(down=True, for_="72h")
        asker.do("ask", reference="Q1")
        assert asker.step() == [f"sent json-question Q1: {_last_error(asker)}"]
        for _ in range(80):
            for one in controls:
                one.clock(advance="1h")
            settle(*controls)
        assert answers(asker) == [("Q1/answer", "Q1")]
        assert asker.ledger()["sent"][0]["attempts"] > 10
        assert answerer.ledger()["received"][0]["seen"] == 1


def _last_error(asker: Control) -> str:
    return str(next(one["error"] for one in reversed(asker.log()) if one["kind"] == "sent"))


@pytest.mark.parametrize(
    "dials",
    [
        {"lose": 0.4}, {"drop": 0.4}, {"fail": 0.4}, {"busy": 0.4}, {"duplicate": 2}, {"reorder": 4},
        {"lose": 0.2, "drop": 0.2, "fail": 0.2, "duplicate": 1, "reorder": 3},
    ],
)  # fmt: skip
def test_whatever_the_line_does_every_question_is_answered_once(
    tmp_path: Path, dials: dict[str, float]
) -> None:
    with pair(tmp_path) as controls:
        for one in controls:
            one.misbehave(**dials)
        names = asked(controls, 12)
        asker, answerer = controls
        assert sorted(answers(asker)) == [(f"{name}/answer", name) for name in names]
        assert sorted(one["reference"] for one in answerer.ledger()["received"]) == names
        assert not [one for one in asker.log() if one["kind"] in {"answer-differs", "fault", "dead"}]
        if "duplicate" in dials:
            assert all(one["seen"] > dials["duplicate"] for one in answerer.ledger()["received"])
        if dials == {"reorder": 4}:
            assert [one["reference"] for one in answerer.ledger()["received"]] != names


def test_damaged_bytes_are_found_by_their_digest_and_sent_again(tmp_path: Path) -> None:
    with pair(tmp_path) as controls:
        asker, answerer = controls
        asker.misbehave(corrupt=0.5)
        names = asked(controls, 10)
        assert sorted(answers(asker)) == [(f"{name}/answer", name) for name in names]
        damaged = [one for one in asker.log() if one.get("damaged")]
        assert damaged
        assert len(damaged) == len([one for one in answerer.log() if one["kind"] == "damaged"])


def test_answers_come_late_twice_and_in_anothers_name(tmp_path: Path) -> None:
    with pair(tmp_path) as controls:
        asker, answerer = controls
        answerer.misbehave(answer_late="2h", answer_twice=1)
        asker.do("ask", reference="Q1")
        settle(*controls)
        assert answers(asker) == []
        answerer.clock(advance="3h")
        settle(*controls)
        assert answers(asker) == [("Q1/answer", "Q1"), ("Q1/answer-2", "Q1")]
        answerer.behave()
        answerer.misbehave(wrong_reference=1)
        asker.do("ask", reference="Q2")
        settle(*controls)
        assert answers(asker)[-1] == ("Q2/answer", "Q1")
        wrong = [one for one in answerer.log() if one.get("how") == "wrong_reference"]
        assert [(one["owed"], one["named"]) for one in wrong] == [("Q2", "Q1")]


def test_a_run_repeats_with_its_seed(tmp_path: Path) -> None:
    def story(folder: Path) -> list[tuple[str, str]]:
        with pair(folder) as controls:
            for one in controls:
                one.misbehave(drop=0.3, fail=0.2, duplicate=1, reorder=3, answer_twice=0.5)
            asked(controls, 8)
            return [(one["kind"], one.get("reference", "")) for one in controls[0].log()]

    first = story(tmp_path / "1")
    assert len(first) > 40
    assert story(tmp_path / "2") == first


def test_an_unknown_dial_a_wrong_rate_and_a_clock_without_zone_are_refused(tmp_path: Path) -> None:
    with pair(tmp_path) as (asker, _):
        for wrong in ({"sloth": 1}, {"drop": 2}, {"down": 1}, {"duplicate": -1}):
            with pytest.raises(Refused):
                asker.misbehave(**wrong)
        with pytest.raises(Refused, match="zone"):
            asker.clock(set="2020-03-02T08:00:00")
        with pytest.raises(Refused, match="no order"):
            asker.do("dance")
        assert asker.clock(advance="90m", speed=2)["speed"] == 2


def test_a_killed_simulator_remembers_what_it_acknowledged(tmp_path: Path) -> None:
    """kill -9 of the real program; started over the same folder, it gives the very answer it gave before."""
    first, url = _started(tmp_path)
    try:
        control = Control(url)
        control.clock(set="2020-03-02T17:00:00+07:00", speed=0)
        control.misbehave(duplicate=1)
        feed = control.do("day", day="2020-03-02")
        told = Peer(url).post(MESSAGES, b"{}", {"Motcua-Reference": "R1", "Motcua-Type": "json-note"})
        assert told.status == 202
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
    second, url = _started(tmp_path)
    try:
        control = Control(url)
        again = Peer(url).post(MESSAGES, b"{}", {"Motcua-Reference": "R1", "Motcua-Type": "json-note"})
        assert (again.status, again.content) == (200, told.content)
        assert [one["reference"] for one in control.ledger()["sent"]] == [feed]
        assert control.clock()["now"].startswith("2020-03-02T17:00:00")
        assert control.described()["clock"]["speed"] == 0
    finally:
        second.terminate()
        assert second.wait(10) == 0


def _started(home: Path) -> tuple[subprocess.Popen[str], str]:
    import json

    process = subprocess.Popen(
        [sys.executable, "-m", "motcua_sim", "customs-core", "--listen", "127.0.0.1:0", "--home", str(home),
         "--peer", "http://127.0.0.1:9", "--step"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src"},
    )  # fmt: skip
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())["url"]
