"""`motcua surveys`: scores and rank sets from published answers, without a database."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from motcua.config.cli.output import as_json, format_option, language_option, one_line, print_table, say
from motcua.lib.errors import Malformed
from motcua.surveys.answers import read_answers
from motcua.surveys.instrument import read_instrument
from motcua.surveys.rank_sets import Band, independent
from motcua.surveys.score import REPLICATES, SEED, score
from motcua.surveys.told import told

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
level_option = click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True)
BANDS = {
    Band.LEADING: ("nhóm dẫn đầu", "leading"), Band.MIDDLE: ("nhóm giữa", "middle"),
    Band.LAST: ("nhóm cuối", "last"), Band.TIED: ("chưa phân biệt được", "not told apart"),
}  # fmt: skip


@click.group("surveys")
def surveys() -> None:
    """Surveys of those who are served (CDCI, DDCI)."""


@surveys.command("score")
@click.argument("instrument", type=FILE)
@click.argument("answers", type=FILE)
@click.option("--hard", type=FILE, help="Hard data: a CSV with the columns measure, unit, value.")
@click.option("--population", type=FILE, help="Firms served: a CSV with the columns unit, firms.")
@click.option("--replicates", type=click.IntRange(100, 100_000), default=REPLICATES, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@level_option
@format_option
@language_option
def score_command(
    instrument: Path, answers: Path, hard: Path | None, population: Path | None, replicates: int, seed: int, level: float,
    form: str, language: str,
) -> None:  # fmt: skip
    """Score the published ANSWERS of a survey by its INSTRUMENT: scores, intervals, rank sets.

    Anybody can repeat the published figures from the published file: the same seed gives the same digits.
    """
    asked = read_instrument(instrument)
    given = read_answers(answers.read_bytes(), asked)
    data = {
        (row["measure"], row["unit"]): _number(row, "value", at)
        for at, row in _rows(hard, ("measure", "unit", "value"))
    }
    served = {
        row["unit"]: round(_number(row, "firms", at)) for at, row in _rows(population, ("unit", "firms"))
    }
    answer = told(
        asked,
        given,
        score(asked, given, data, replicates=replicates, seed=seed),
        population=served,
        level=level,
    )
    answer["seed"] = seed
    if form == "json":
        as_json(
            answer
            | {"faults": [{"place": f.place, "code": f.code, "vi": f.vi, "en": f.en} for f in given.findings]}
        )
        return
    _show(answer, language)


@surveys.command("ranksets")
@click.argument("file", type=FILE)
@click.option("--estimate", required=True, help="Column of the estimates; high is good.")
@click.option("--se", required=True, help="Column of their standard errors.")
@click.option("--name", help="Column of the names; else the first other column.")
@click.option("--seed", type=int, default=SEED, show_default=True)
@level_option
@format_option
@language_option
def ranksets(
    file: Path, estimate: str, se: str, name: str | None, seed: int, level: float, form: str, language: str
) -> None:
    """The ranks each row of FILE may hold, all together right in `level` of all cases."""
    rows = _rows(file, (estimate, se, *([name] if name else [])))
    names = [row[name or next((c for c in row if c not in {estimate, se}), estimate)] for _, row in rows]
    scores = [_number(row, estimate, at) for at, row in rows]
    try:
        sets = independent(scores, [_number(row, se, at) for at, row in rows], level=level, seed=seed)
    except ValueError as error:
        raise Malformed(
            f"Không tính được: {error}.", f"This cannot be ranked: {error}.", place=file.name
        ) from error
    found: list[dict[str, Any]] = [
        {"name": one, "estimate": value, "rank_set": [best, worst], "band": str(band)}
        for one, value, best, worst, band in zip(
            names, scores, sets.best, sets.worst, sets.bands(), strict=True
        )
    ]
    found.sort(key=lambda row: -row["estimate"])
    if form == "json":
        as_json({"level": level, "critical": sets.critical, "seed": seed, "units": found})
        return
    table = Table(title=one_line("Khoảng thứ hạng", "Rank sets", language))
    for heading in ("name", "estimate", "ranks", "band"):
        table.add_column(heading)
    for row in found:
        low, high = row["rank_set"]
        table.add_row(
            str(row["name"]), f"{row['estimate']:.2f}", f"{low}–{high}", _band(str(row["band"]), language)
        )
    print_table(table)


def _band(band: str, language: str) -> str:
    return one_line(*BANDS[Band(band)], language)


def _rows(file: Path | None, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a small CSV with their lines; lines that begin with # are remarks. Malformed when a column lacks."""
    if file is None:
        return []
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    kept = [(at, line) for at, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    reader = csv.DictReader(io.StringIO("\n".join(line for _, line in kept)))
    if missing := [name for name in columns if name not in (reader.fieldnames or [])]:
        raise Malformed(
            f"Thiếu cột {', '.join(missing)}.",
            f"The columns {', '.join(missing)} are missing.",
            place=file.name,
        )
    return [(at, row) for (at, _), row in zip(kept[1:], reader, strict=False)]


def _number(row: dict[str, str], column: str, line: int) -> float:
    try:
        return float(row[column])
    except (TypeError, ValueError):
        raise Malformed(
            f"{row[column]!r} không phải số.",
            f"{row[column]!r} is not a number.",
            place=f"line {line}, {column}",
        ) from None


def _show(answer: dict[str, Any], language: str) -> None:
    say(
        f"{answer['rows_used']} lượt đánh giá của {answer['firms']} doanh nghiệp; {answer['straight_lined']} trả lời một kiểu.",
        f"{answer['rows_used']} ratings by {answer['firms']} firms; {answer['straight_lined']} straight-lined.",
        language,
    )
    table = Table(title=one_line("Điểm và khoảng thứ hạng", "Scores and rank sets", language))
    for heading in ("unit", "n", "score", "interval", "ranks", "band"):
        table.add_column(heading)
    for row in answer["units"]:
        low, high = row["rank_set"]
        interval = f"{row['interval']['low']:.1f} – {row['interval']['high']:.1f}"
        table.add_row(
            row["unit"],
            str(row["n"]),
            f"{row['score']:.2f}",
            interval,
            f"{low}–{high}",
            _band(row["band"], language),
        )
    print_table(table)
    for one in answer["too_few"]:
        say(
            f"{one['unit']}: không đủ mẫu ({one['n']} < {one['needed']}), không công bố.",
            f"{one['unit']}: too few answers ({one['n']} < {one['needed']}), not published.",
            language,
        )
