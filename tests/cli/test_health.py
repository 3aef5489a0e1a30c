"""`motcua health`: quiet when all is well, exit 1 and the way to mend when something is stuck."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.casework.record import NewCase, open_case, record
from motcua.config.cli import checks
from motcua.exchange.models import Delivery, Handling, Line, Partner
from motcua.exchange.outbox import send
from motcua.exchange.receive import receive
from motcua.people.actor import CLOCK
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db


def look(run: Run) -> dict[str, dict[str, Any]]:
    ran = run("health", "--format", "json")
    found = {one["name"]: one for one in json.loads(ran.out)}
    assert ran.code == (0 if all(one["ok"] for one in found.values()) else 1)
    return found


def message(state: str, *, minutes: int) -> None:
    partner, _ = Partner.objects.get_or_create(code="core", defaults={"name": "Core"})
    at = timezone.now() - timedelta(minutes=minutes)
    kept = receive(partner, reference=f"{state}-{minutes}", type="x", content=b"x", at=at).message
    Handling.objects.filter(message=kept).update(state=state)


def test_a_quiet_system_is_well(run: Run) -> None:
    found = look(run)
    assert list(found) == [
        "database", "waiting", "stuck", "refused", "lines", "undelivered", "seals", "key", "disk", "law"
    ]  # fmt: skip
    assert all(one["ok"] for one in found.values()), found
    assert "PostgreSQL 18" in found["database"]["en"]
    text = run("health").out
    assert "✓ 0 thông điệp đang chờ" in text
    assert "0 messages wait" in text


@pytest.mark.parametrize(
    ("state", "minutes", "name", "ok", "says"),
    [
        ("waiting", 1, "waiting", True, "1 messages wait"),
        ("waiting", 60, "waiting", False, "nobody works: motcua work"),
        ("stuck", 1, "stuck", False, "1 messages are stuck: stuck-1."),
        ("refused", 60, "refused", True, "1 messages were refused"),
    ],
)
def test_messages_are_counted_and_the_neglected_ones_are_a_fault(
    run: Run, state: str, minutes: int, name: str, ok: bool, says: str
) -> None:
    message(state, minutes=minutes)
    found = look(run)
    assert (found[name]["ok"], says in found[name]["en"]) == (ok, True)


def test_a_line_that_is_down_and_what_could_not_be_delivered_are_faults(run: Run) -> None:
    carrier = Partner.objects.create(code="carrier", name="Carrier")
    now = timezone.now()
    letter = send(carrier, reference="1", type="x", content=b"x", at=now)
    assert "1 messages wait to go out" in look(run)["lines"]["en"]
    Line.objects.create(partner=carrier, failures=3, down_since=now)
    Delivery.objects.filter(message=letter).update(state="dead", finished_at=now)
    found = look(run)
    assert (found["lines"]["ok"], found["undelivered"]["ok"]) == (False, False)
    assert "1 lines are down: carrier." in found["lines"]["en"]
    assert "motcua exchange desk --tab dead" in found["undelivered"]["en"]


def test_events_that_nobody_seals_are_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    case = open_case(
        NewCase(kind="dossier", reference="A", office="20BB", channel="desk", opened_at=timezone.now())
    )
    record(case, "lodged", at=timezone.now(), actor=CLOCK)
    assert look(run)["seals"]["ok"]
    monkeypatch.setattr(checks, "PATIENCE", timedelta(seconds=-60))
    found = look(run)["seals"]
    assert (found["ok"], "nobody seals: motcua work" in found["en"]) == (False, True)


def test_a_full_disk_and_broken_law_are_faults(
    run: Run, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "LEAST_DISK_BYTES", 2**60)
    sheet = tmp_path / "law/procedures/a/b/2020-01-01.yaml"
    sheet.parent.mkdir(parents=True)
    sheet.write_text("{", encoding="utf-8")
    settings.LAW = tmp_path / "law"
    found = look(run)
    assert (found["disk"]["ok"], found["law"]["ok"]) == (False, False)
    assert "motcua law check" in found["law"]["en"]


def test_without_a_server_it_says_so_and_starts_none(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "MOTCUA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "health"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "✗ PostgreSQL nhúng không chạy" in done.stdout
    assert "motcua db start" in done.stdout
    assert not (tmp_path / "postgres").exists()
