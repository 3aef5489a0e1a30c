"""`motcua timerelease`: what an event log says of the time things take, and the saved studies over the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.table import Table as Grid

from motcua.config.cli import setup
from motcua.config.cli.output import as_json, bar, format_option, language_option, one_line, print_table, say
from motcua.lib.quantiles import Rule
from motcua.timerelease import describe as told
from motcua.timerelease.logs import Columns, read_log
from motcua.timerelease.spans import between, whole


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
@click.option(
    "--cluster",
    type=click.Choice(["week", "day"]),
    default="week",
    show_default=True,
    help="Cases that begin together are drawn together for the interval; days need --from and --to.",
)
@click.option("--follow-up", type=float, help="Days after which nobody looks any more.")
@format_option
@language_option
def describe(
    log: Path, case_column: str, activity: str, time_column: str, begin: str | None, end: str | None, group: str,
    zone: str, rule: str, target: float | None, cluster: str, follow_up: float | None, form: str, language: str,
) -> None:  # fmt: skip
    """The table of a time release study of LOG: a CSV or an XES 1.0 file (.xes, .xes.gz), one row an event.

    Every defect of the log is counted. Times are elapsed hours; negative ones (released before arrival) stay negative.
    """
    if (begin is None) != (end is None):
        raise click.UsageError("--from and --to go together")
    if cluster == "day" and begin is None:
        raise click.UsageError("--cluster day needs --from and --to")
    with bar("Đọc nhật ký · Reading", 1) as progress:
        table = read_log(log, Columns(case_column, activity, time_column, group), zone)
        progress(1)
    _known(table.events["activity"].unique().to_list(), begin, end)
    days_in = zone if cluster == "day" else None
    spans = between(table, begin, end, days_in) if begin and end else whole(table)
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
            f"({interval['clusters']} cụm, hệ số thiết kế {interval['design_effect'] or 1:.1f}).",
            f"Mean, 95 % interval: {interval['low']:,.1f} – {interval['high']:,.1f} hours "
            f"({interval['clusters']} clusters, design effect {interval['design_effect'] or 1:.1f}).",
            language,
        )


@timerelease.command("study")
@click.argument("name")
@click.option(
    "--as-of", "as_of", metavar="DATE|TIME",
    help="What was known at this moment; a day means its end. Default: now.",
)  # fmt: skip
@click.option("--against", help="Another study, or the same one over other days, to compare with.")
@click.option(
    "--extract", "extract_to", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the masked log from which `describe` makes the total again.",
)  # fmt: skip
@format_option
@language_option
def study(
    name: str, as_of: str | None, against: str | None, extract_to: Path | None, form: str, language: str
) -> None:
    """Run the saved study NAME over the records: NAME is a file of studies/, or NAME@2020-06-08..2020-06-13 for other days.

    For each cell the statistics, who held the goods, and beside another round what changed: more than chance, or only mix.
    """
    setup()
    from motcua.reporting.asof import parse_as_of, snapshot
    from motcua.timerelease.extract import extract
    from motcua.timerelease.records import answer, find, measured

    asked = find(name)
    base = against or asked.base
    moment = parse_as_of(as_of)
    with snapshot():
        found = answer(asked, moment, find(base) if base else None)
        if extract_to is not None:
            extract_to.write_text(extract(measured(asked, moment)), encoding="utf-8")
    if form == "json":
        as_json(found)
    else:
        _show_study(found, language)
    if extract_to is not None and form != "json":
        say(
            f"Đã ghi {extract_to}; tính lại: motcua timerelease describe {extract_to} --case case --activity milestone "
            f"--time time --from {asked.total.begin} --to {asked.total.end} --cluster day",
            f"Written {extract_to}; make it again: motcua timerelease describe {extract_to} --case case --activity milestone "
            f"--time time --from {asked.total.begin} --to {asked.total.end} --cluster day",
            language,
        )


_STATES = {
    "measured": ("đo được", "measured"),
    "not-measured": ("không đủ mẫu, không đo được", "too few cases, not measured"),
    "not-in-scope": ("ngoài phạm vi", "not in scope"),
}


def _show_study(found: dict[str, Any], language: str) -> None:
    from motcua.timerelease.study import HOLDERS

    window = found["window"]
    click.echo(one_line(found["title"]["vi"], found["title"]["en"], language))
    say(
        f"Đăng ký {window['first']} – {window['last']}, theo dõi đến {found['follow_up_end']}; {found['in_window']} tờ khai.",
        f"Registered {window['first']} – {window['last']}, followed to {found['follow_up_end']}; "
        f"{found['in_window']} declarations.",
        language,
    )
    for office in found["offices"]:
        vi, en = _STATES[office["state"]]
        click.echo(
            f"  {office['office']}: {one_line(vi, en, language)}"
            + (f" (n = {office['n']})" if "n" in office else "")
        )
    grid = Grid(title=one_line("Thời gian, giờ", "Time, hours", language))
    for column in (
        "",
        "n",
        "open",
        "mean",
        "p50",
        "p90",
        *(one_line(t.vi, t.en, language) for t in HOLDERS.values()),
    ):
        grid.add_column(column, justify="left" if not column else "right")
    rows = [
        ({"": one_line("tất cả", "all", language)}, found["total"]),
        *((cell["cell"], cell) for cell in found["cells"]),
    ]
    for label, cell in rows:
        held = {one["holder"]: one["mean"] for one in cell.get("holders", ())}
        quantiles = cell.get("quantiles", {})
        figures = [
            cell.get("mean"),
            quantiles.get("p50"),
            quantiles.get("p90"),
            *(held.get(holder) for holder in HOLDERS),
        ]
        counts = cell.get("counts", {})
        grid.add_row(
            " / ".join(label.values()), str(counts.get("finished", cell.get("n", 0))), str(counts.get("open", "–")),
            *("–" if value is None else f"{value:,.2f}" for value in figures),
        )  # fmt: skip
    print_table(grid)
    if comparison := found.get("comparison"):
        _show_comparison(comparison, language)
    for finding in found["findings"]:
        say(f"  {finding['place']}: {finding['vi']}", f"  {finding['place']}: {finding['en']}", language)


def _show_comparison(comparison: dict[str, Any], language: str) -> None:
    if comparison["state"] != "measured":
        say("Chưa có gì để so sánh.", "There is nothing to compare with yet.", language)
        return
    verdict, split = comparison["verdict"], comparison["split"]
    percent = "–" if verdict["percent"] is None else f"{verdict['percent']:+.2f} %"
    span = f"{verdict['low']:+.2f} … {verdict['high']:+.2f}"
    say(
        f"So với {comparison['base']}: {verdict['change']:+.2f} giờ ({percent}; {span}), "
        + ("khác thật." if verdict["told_apart"] else "không phân biệt được."),
        f"Against {comparison['base']}: {verdict['change']:+.2f} hours ({percent}; {span}), "
        + ("told apart." if verdict["told_apart"] else "not told apart from chance."),
        language,
    )
    if split:
        say(
            f"  do cơ cấu hàng {split['mix']:+.2f}, thay đổi thật {split['real']:+.2f} giờ.",
            f"  another mix {split['mix']:+.2f}, real change {split['real']:+.2f} hours.", language,
        )  # fmt: skip
