"""`motcua timerelease`: what an event log says of the time things take, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.table import Table as Grid

from motcua.config.cli.output import as_json, bar, format_option, language_option, one_line, print_table, say
from motcua.timerelease import describe as told
from motcua.timerelease.logs import Columns, read_log
from motcua.timerelease.spans import between, whole
from motcua.timerelease.statistics import Rule


@click.group("timerelease")
def timerelease() -> None:
    """Time release studies."""


@timerelease.command("describe")
@click.argument("log", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--case", "case_column", default="case:concept:name", show_default=True, help="Column of the case."
)
@click.option("--activity", default="concept:name", show_default=True, help="Column of what happened.")
@click.option("--time", "time_column", default="time:timestamp", show_default=True, help="Column of when.")
@click.option("--from", "begin", help="Activity where the time begins; else the first event of a case.")
@click.option("--to", "end", help="Activity where it ends; cases without it are still open.")
@click.option("--by", "group", default="", help="Column by which the cases are grouped.")
@click.option("--zone", default="Asia/Ho_Chi_Minh", show_default=True, help="Zone of stamps that carry none.")
@click.option(
    "--quantile-rule",
    "rule",
    type=click.Choice([str(rule) for rule in Rule]),
    default=str(Rule.HF7),
    show_default=True,
)
@click.option("--target", type=float, help="Hours; adds the share of finished cases within them.")
@click.option("--follow-up", type=float, help="Days after which nobody looks any more.")
@format_option
@language_option
def describe(
    log: Path, case_column: str, activity: str, time_column: str, begin: str | None, end: str | None, group: str,
    zone: str, rule: str, target: float | None, follow_up: float | None, form: str, language: str,
) -> None:  # fmt: skip
    """The table of a time release study of LOG: a CSV or an XES 1.0 file (.xes, .xes.gz), one row an event.

    Every defect of the log is counted. Times are elapsed hours; negative ones (released before arrival) stay negative.
    """
    if (begin is None) != (end is None):
        raise click.UsageError("--from and --to go together")
    with bar("Đọc nhật ký · Reading", 1) as progress:
        table = read_log(log, Columns(case_column, activity, time_column, group), zone)
        progress(1)
    _known(table.events["activity"].unique().to_list(), begin, end)
    spans = between(table, begin, end) if begin and end else whole(table)
    options: dict[str, Any] = {"rule": Rule(rule), "target_hours": target, "follow_up_days": follow_up}
    answer = {"file": log.name, "source": told.source(table), "from": begin, "to": end}
    answer |= told.describe(spans, **options)
    if group:
        answer["groups"] = told.by_group(spans, **options)
    if form == "json":
        as_json(answer)
    else:
        _show(answer, language)


def _known(activities: list[str], *named: str | None) -> None:
    for name in named:
        if name is not None and name not in activities:
            shown = ", ".join(sorted(activities)[:20])
            raise click.BadParameter(f"the log has no activity {name!r}; it has: {shown}")


def _show(answer: dict[str, Any], language: str) -> None:
    source = answer["source"]
    say(
        f"{source['rows']} dòng, dùng {source['used']}, để ngoài {source['left_out']}; {source['cases']} hồ sơ.",
        f"{source['rows']} rows, {source['used']} used, {source['left_out']} left out; {source['cases']} cases.",
        language,
    )
    for code, count in (source["refused"] | source["noted"]).items():
        click.echo(f"  {code}: {count}")
    grid = Grid(title=one_line("Thời gian, giờ", "Time, hours", language))
    grid.add_column(one_line("nhóm", "group", language))
    for name in ("started", "finished", "open", "mean", "sd", "p50", "p90", "p95", "max"):
        grid.add_column(name, justify="right")
    cells = {one_line("tất cả", "all", language): answer} | answer.get("groups", {})
    for name, cell in cells.items():
        counts, quantiles = cell["counts"], cell.get("quantiles", {})
        numbers = [
            cell.get("mean"),
            cell.get("sd"),
            quantiles.get("p50"),
            quantiles.get("p90"),
            quantiles.get("p95"),
        ]
        grid.add_row(
            name, *(str(counts[key]) for key in ("started", "finished", "open")),
            *("–" if value is None else f"{value:,.2f}" for value in [*numbers, cell.get("max")]),
        )  # fmt: skip
    print_table(grid)
    if interval := answer.get("mean_interval"):
        say(
            f"Trung bình, khoảng 95 %: {interval['low']:,.1f} – {interval['high']:,.1f} giờ "
            f"({interval['clusters']} tuần, hệ số thiết kế {interval['design_effect'] or 1:.1f}).",
            f"Mean, 95 % interval: {interval['low']:,.1f} – {interval['high']:,.1f} hours "
            f"({interval['clusters']} weeks, design effect {interval['design_effect'] or 1:.1f}).",
            language,
        )
