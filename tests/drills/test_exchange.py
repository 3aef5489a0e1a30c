"""The gateway under restarts of its database and kills of its worker: a short run of the drill."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from bench.stack import ROOT, environment


@pytest.mark.drill
def test_nothing_acknowledged_is_lost_or_done_or_answered_twice() -> None:
    command = [sys.executable, "-m", "tests.drills.exchange", "--restarts", "3"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["acknowledged"] > 50
    assert found["answers_seen"] >= found["acknowledged"]
