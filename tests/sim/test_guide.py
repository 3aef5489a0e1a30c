"""The guide for integrators is run from top to bottom, against a live site and a carrier that waits to be stepped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docs.reading import examples

from motcua.casework.models import Case
from motcua.exchange.models import Message
from motcua.people.offices import ensure_offices
from motcua_sim.carrier import Carrier
from tests.sim.house import house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_guide_from_a_key_to_a_complete_call(
    live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_offices()
    monkeypatch.chdir(tmp_path)
    steps = examples("journey")
    assert len(steps) >= 6
    with house(live_server.url, tmp_path / "homes") as site:
        line = site.join(Carrier, "my-line", polls=True)
        line.control.clock(speed=1)
        given = {"SITE": site.url, "KEY": "key-my-line", "CARRIER": line.door.url}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        names: dict[str, Any] = {"__name__": "example"}
        for _, language, text, _ in steps:
            if language == "python":
                exec(compile(text, "the guide", "exec"), names)
            else:
                path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
                done = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", text], capture_output=True, text=True, timeout=60,
                    env={**os.environ, "PATH": path},
                )  # fmt: skip
                assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
            site.work()
    kept = Message.objects.get(reference="MYLINE/ML0000001")
    assert kept.type == "edifact"
    statuses = dict(Case.objects.filter(kind="movement").values_list("movement__voyage", "status"))
    assert statuses.pop("ML002N") == "notified"
    assert list(statuses.values()).count("complete") == 1
