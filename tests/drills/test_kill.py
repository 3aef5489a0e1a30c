"""Nothing that was acknowledged is ever lost or done twice, whatever process dies and whenever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from bench.stack import ROOT, environment


def run(kills: int, seconds: int) -> dict[str, Any]:
    """One drill in a process of its own: it has its own home, database and settings."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.kill", "--kills", str(kills)],
        cwd=ROOT, env=environment(MOTCUA_ROLE="application"), capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("{"), done.stdout[-2000:] + done.stderr[-6000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def nothing_lost(found: dict[str, Any]) -> None:
    assert found["acknowledged"] > 0
    assert found["lost"] == []
    assert found["doubled"] == []
    assert found["changed"] == []
    assert found["unproven"] == []
    assert found["ledger"] == found["recount"] == ""
    assert found["faults"] == 0, found["statuses"]


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="finds the processes to kill in /proc")
def test_three_kills_lose_nothing() -> None:
    found = run(3, 240)
    assert sum(found["kills"].values()) == 3
    nothing_lost(found)


@pytest.mark.drill
@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="finds the processes to kill in /proc")
def test_twenty_kills_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(20, 1800)
    with capsys.disabled():
        # Whoever runs the drill wants to see what it found, not only that it passed.
        print(json.dumps(found, indent=1))
    assert sum(found["kills"].values()) == 20
    assert set(found["kills"]) == {
        "site worker", "site master", "job worker", "database", "database backend"
    }  # fmt: skip
    nothing_lost(found)
