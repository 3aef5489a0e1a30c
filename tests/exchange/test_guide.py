"""The integrator's chapter "Send a message": its commands are run as they stand, against a site that listens."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.exchange import outbox
from motcua.exchange.models import Delivery
from tests.exchange.gateway_cast import CUSCAR, partner

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "integrator.md"
BLOCK = re.compile(r"<!-- run: (\w+) -->\n```sh\n(.*?)```", re.S)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("handlers"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]


def test_the_commands_of_the_guide_do_what_it_says(live_server: Any, tmp_path: Path) -> None:
    blocks = dict(BLOCK.findall(GUIDE.read_text(encoding="utf-8")))
    assert list(blocks) == ["send", "state", "outbox"]
    (tmp_path / "manifest.edi").write_bytes(CUSCAR)
    known = {"SITE": live_server.url, "KEY": "key-acme"}

    def run(name: str) -> str:
        environment = {"PATH": os.environ["PATH"], "no_proxy": "*", **known}
        done = subprocess.run(
            ["bash", "-euc", blocks[name]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    acme = partner()
    told = json.loads(run("send"))
    assert told["reference"] == "ACME/REF77"
    assert json.loads(run("send")) == told
    known["STATE_URL"] = told["state_url"]
    assert json.loads(run("state"))["state"] == "waiting"
    waits = outbox.send(acme, reference="O", type="notice", content=b"<for you>", at=timezone.now())
    known["OUT"] = str(waits.pk)
    shown = run("outbox")
    assert '"reference": "O"' in shown
    assert "<for you>" in shown
    assert Delivery.objects.get(message=waits).state == "delivered"
