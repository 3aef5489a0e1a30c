"""`motcua timerelease describe` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motcua.config.cli import cli

LOG = (
    "id,act,at,mode\n"
    "1,arrive,2020-05-01 08:00:00+07:00,sea\n1,release,2020-05-01 18:00:00+07:00,sea\n"
    "2,arrive,2020-05-02 08:00:00+07:00,air\n2,release,2020-05-02 07:00:00+07:00,air\n"
    "3,arrive,2020-05-03 08:00:00+07:00,sea\n"
)
NAMED = ["--case", "id", "--activity", "act", "--time", "at"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    return file


def run(*arguments: str) -> str:
    answer = CliRunner().invoke(cli, ["timerelease", "describe", *arguments])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_json_for_programs(log: Path) -> None:
    told = json.loads(
        run(
            str(log),
            *NAMED,
            "--from",
            "arrive",
            "--to",
            "release",
            "--by",
            "mode",
            "--target",
            "8",
            "--format",
            "json",
        )
    )
    assert told["source"]["rows"] == told["source"]["used"] == 5
    assert told["counts"] == {"started": 3, "finished": 2, "open": 1, "left_out": {}}
    assert (told["mean"], told["negatives"], told["mean_truncated_at_zero"]) == (4.5, 1, 5)
    assert told["target"] == {"hours": 8, "within": 1, "share": 0.5}
    assert list(told["groups"]) == ["sea", "air"]


def test_a_table_for_people(log: Path) -> None:
    shown = run(str(log), *NAMED, "--by", "mode", "--language", "vi")
    assert "5 dòng, dùng 5" in shown
    assert "tất cả" in shown


def test_an_activity_that_is_not_there_is_named_with_those_that_are(log: Path) -> None:
    answer = CliRunner().invoke(
        cli, ["timerelease", "describe", str(log), *NAMED, "--from", "arrive", "--to", "leave"]
    )
    assert answer.exit_code == 2
    assert "'leave'; it has: arrive, release" in answer.output
