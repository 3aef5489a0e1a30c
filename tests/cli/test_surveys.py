"""`motcua surveys` as it is typed: no database, the same digits every time."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from motcua.config.cli import cli
from tests.surveys.sample import INSTRUMENT, answers

PISA = Path(__file__).parents[1] / "surveys" / "pisa.csv"


def run(*arguments: object) -> str:
    answer = CliRunner().invoke(cli, ["surveys", *map(str, arguments)])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_scores_from_published_answers(tmp_path: Path) -> None:
    (tmp_path / "i.yaml").write_text(INSTRUMENT, encoding="utf-8")
    (tmp_path / "a.csv").write_bytes(answers({"A": 4.5, "B": 2.5}, 40) + b"z,C,9,1,1\n")
    (tmp_path / "h.csv").write_text("measure,unit,value\non-time,A,99.2\non-time,B,97.0\n", encoding="utf-8")
    (tmp_path / "p.csv").write_text("unit,firms\nA,50\n", encoding="utf-8")
    call = (
        tmp_path / "i.yaml",
        tmp_path / "a.csv",
        "--hard",
        tmp_path / "h.csv",
        "--population",
        tmp_path / "p.csv",
    )
    first = run("score", *call, "--format", "json")
    assert first == run("score", *call, "--format", "json")
    told = json.loads(first)
    assert [(row["unit"], row["rank_set"]) for row in told["units"]] == [("A", [1, 1]), ("B", [2, 2])]
    assert told["too_few"][0]["unit"] == "C"
    assert [fault["place"] for fault in told["faults"]] == ["line 82, t1"]
    shown = run("score", *call, "--language", "vi")
    assert "nhóm dẫn đầu" in shown
    assert "C: không đủ mẫu" in shown


def test_rank_sets_of_any_table() -> None:
    told = json.loads(run("ranksets", PISA, "--estimate", "mean", "--se", "error", "--format", "json"))
    assert told["units"][0] == {
        "name": "Japan", "estimate": 526.9733, "rank_set": [1, 6], "band": "leading",
    }  # fmt: skip
    assert "1–6" in run("ranksets", PISA, "--estimate", "mean", "--se", "error", "--name", "country")


def test_a_table_without_its_columns_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("name,mean,error\nA,1,1\nB,two,1\n", encoding="utf-8")
    for column, says in (("score", "score"), ("mean", "line 3, mean")):
        answer = CliRunner().invoke(
            cli, ["surveys", "ranksets", str(file), "--estimate", column, "--se", "error"]
        )
        assert answer.exit_code == 1
        assert says in f"{answer.exception}{getattr(answer.exception, 'place', '')}"
