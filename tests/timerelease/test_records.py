"""A study over the records: what the customs core told, as it was known at a moment, typed as a person types it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from motcua.config.cli import cli
from motcua.declarations.feed import TYPE
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process_one
from motcua.timerelease.records import find, measured

NIGHT = datetime(2020, 5, 11, 16, 55, tzinfo=UTC)
LATER = datetime(2020, 5, 14, 16, 55, tzinfo=UTC)
OPEN = 5


def _told(core: Partner, reference: str, declarations: list[dict[str, Any]], at: datetime) -> None:
    body = json.dumps({"office": "20BB", "day": f"{at:%Y-%m-%d}", "declarations": declarations})
    message = receive(core, reference=reference, type=TYPE, content=body.encode(), at=at).message
    process_one(at)
    assert Handling.objects.get(message=message).state == "done"


@pytest.fixture
def told(db: None) -> None:
    """Forty declarations of 11 May; all but five are released that day, those three days later."""
    core = Partner.objects.create(code="customs-core", name="Core")
    opened, closed = [], []
    for i in range(40):
        at = datetime(2020, 5, 11, 1, tzinfo=UTC) + timedelta(minutes=i)
        events: list[dict[str, Any]] = [
            {"kind": "registered", "at": at.isoformat()},
            {
                "kind": "channelled",
                "at": (at + timedelta(seconds=10)).isoformat(),
                "channel": 2 if i % 3 else 1,
            },
        ]
        release = [
            {"kind": "duty_paid", "at": (at + timedelta(minutes=30)).isoformat()},
            {"kind": "released", "at": (at + timedelta(minutes=40)).isoformat()},
        ]
        number = f"1024000{i:04d}0"
        if i < OPEN:
            closed.append(
                {"number": number, "events": [{**release[1], "at": (at + timedelta(days=3)).isoformat()}]}
            )
        else:
            events += release
        opened.append({
            "number": number, "flow": "import", "regime": "A11", "tax_code": "0100047516", "hs_code": "03061700",
            "events": events,
        })  # fmt: skip
    _told(core, "1", opened, NIGHT)
    _told(core, "2", closed, LATER)


def test_a_moment_knows_what_was_recorded_by_then(told: None) -> None:
    study = find("2020-first")
    before, after = measured(study, NIGHT + timedelta(hours=1)), measured(study, LATER + timedelta(days=60))
    assert before.frame["finished"].sum() == 40 - OPEN
    assert before.seen == NIGHT + timedelta(hours=1), "what is still open was watched until then"
    assert after.frame["finished"].sum() == 40
    assert measured(find("2020-first@2020-05-12..2020-05-16"), LATER).in_window == 0


def test_the_command_writes_a_round_and_the_extract_that_proves_it(told: None, tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    run = CliRunner().invoke(
        cli,
        ["timerelease", "study", "2020-first", "--as-of", "2020-12-01", "--extract", str(file), "--format", "json"],
    )  # fmt: skip
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    total = answer["total"]
    assert total["counts"] == {"started": 40, "finished": 40, "open": 0, "left_out": {}}
    assert total["n"] == 40
    # Thirty minutes until the duty was paid were the trader's, but for ten seconds of customs, and ten minutes customs' own.
    held = {one["holder"]: one["sum_seconds"] for one in total["holders"]}
    assert held == {"customs": 40 * 10 + 35 * 600 + OPEN * (3 * 86_400 - 10), "trader": 35 * (1800 - 10)}
    assert sum(held.values()) == total["sum_seconds"]
    states = {one["office"]: one["state"] for one in answer["offices"]}
    assert (states["20BB"], states["20CE"]) == ("measured", "not-measured")
    assert [one["code"] for one in answer["findings"]] == ["part-whole"]
    text = file.read_text("utf-8")
    assert "1024000" not in text
    assert "0100047516" not in text
    again = CliRunner().invoke(
        cli,
        [
            *(
                "timerelease",
                "describe",
                str(file),
                "--case",
                "case",
                "--activity",
                "milestone",
                "--time",
                "time",
            ),
            *("--from", "T11", "--to", "T19", "--cluster", "day", "--format", "json"),
        ],
    )
    assert json.loads(again.stdout)["sum_seconds"] == total["sum_seconds"]
    shown = CliRunner().invoke(
        cli, ["timerelease", "study", "2020-first", "--as-of", "2020-12-01", "--language", "vi"]
    )
    assert "không đủ mẫu" in shown.stdout
    assert "481 + 778 = 1.259" in shown.stdout


def test_a_study_nobody_saved_is_refused_with_those_there_are(told: None) -> None:
    run = CliRunner().invoke(cli, ["timerelease", "study", "2020-third"])
    assert "2020-first" in str(run.exception)
