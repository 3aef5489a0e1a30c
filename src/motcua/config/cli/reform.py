"""`motcua reform`: where the plan of a year stands, its workbook in and out, and whether its evidence still holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table as Grid

from motcua.config.cli import setup
from motcua.config.cli.output import as_json, format_option, language_option, one_line, print_table, say

if TYPE_CHECKING:
    from motcua.reform.status import Share, Status

_plan = click.option("--plan", "year", type=int, required=True, help="The year of the plan.")
_as_of = click.option(
    "--as-of", "as_of", metavar="DATE|TIME",
    help="What was known at this moment; a day means its end. Default: now.",
)  # fmt: skip


def _status(year: int, as_of: str | None) -> Status:
    setup()
    from motcua.reform.status import plan_of, status
    from motcua.reporting.asof import parse_as_of, snapshot

    with snapshot():
        return status(plan_of(year), parse_as_of(as_of))


@click.group()
def reform() -> None:
    """The reform plan: where it stands, its workbook, its evidence."""


@reform.command("status")
@_plan
@_as_of
@format_option
@language_option
def status_(year: int, as_of: str | None, form: str, language: str) -> None:
    """The four shares of a plan, in all, per area and per unit, with the references of the tasks."""
    found = _status(year, as_of)
    if form == "json":
        as_json(found.as_json())
        return
    from motcua.reform.status import FLOWS, SHARES, STATES

    grid = Grid(
        title=one_line(f"Kế hoạch {year}, đến {found.day:%d/%m/%Y}", f"Plan {year}, by {found.day}", language)
    )
    grid.add_column("")
    for text in SHARES.values():
        grid.add_column(one_line(text.vi, text.en, language), justify="right")
    grid.add_row(one_line("Toàn kế hoạch", "Whole plan", language), *map(_cell, found.shares().values()))
    for area in found.areas.areas:
        shares = found.shares(lambda one, code=area.code: one.area == code)  # type: ignore[misc]
        grid.add_row(f"{area.code} {one_line(area.vi, area.en, language)}", *map(_cell, shares.values()))
    for unit in found.units:
        grid.add_row(unit, *map(_cell, found.of_unit(unit).values()))
    print_table(grid)
    for state, text in STATES.items():
        say(f"{text.vi}: {len(found.of_state(state))}", f"{text.en}: {len(found.of_state(state))}", language)
    for kind, text in FLOWS.items():
        told = ", ".join(flow.reference for flow in found.flows if flow.kind == kind) or "0"
        say(f"{text.vi}: {told}", f"{text.en}: {told}", language)


def _cell(share: Share) -> str:
    percent = "–" if share.percent is None else f"{share.percent} %"
    return f"{len(share.value)}/{share.of} {percent}"


@reform.command("evidence")
@_plan
@format_option
def evidence(year: int, form: str) -> None:
    """Read every file of the plan's evidence back against its digest; exit code 1 when one was changed or is gone."""
    setup()
    from motcua.reform.evidence import broken
    from motcua.reform.models import Evidence

    found = list(broken(year))
    count = Evidence.objects.filter(case__task__year=year).count()
    if form == "json":
        rows = [
            {"task": one.reference, "mark": one.mark, "vi": one.finding.vi, "en": one.finding.en}
            for one in found
        ]
        as_json({"evidence": count, "broken": rows})
    else:
        for one in found:
            say(f"{one.reference} {one.mark}: {one.finding.vi}", f"    {one.finding.en}")
        say(
            f"{count} tài liệu kiểm chứng, {len(found)} không còn khớp.",
            f"{count} pieces of evidence, {len(found)} no longer match.",
        )
    if found:
        raise click.exceptions.Exit(1)


@reform.command("export")
@_plan
@_as_of
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(year: int, as_of: str | None, output: Path) -> None:
    """Write the plan as the workbook offices use, with where each task stands."""
    found = _status(year, as_of)
    from motcua.reform.workbook import workbook

    output.write_bytes(workbook(found))
    say(f"Đã ghi {len(found.tasks)} nhiệm vụ vào {output}.", f"{len(found.tasks)} tasks written to {output}.")


@reform.command("import")
@_plan
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--decision",
    default="",
    help="The decision that adopts the plan, such as 12/QĐ-HQQN; once, for a new plan.",
)
@click.option(
    "--adopted-on", "adopted_on", type=click.DateTime(["%Y-%m-%d"]), help="The day of that decision."
)
@click.option("--regular", type=click.Choice(["year_end", "when_shown"]), default="year_end", show_default=True,
              help="When a regular task counts as done.")  # fmt: skip
@click.option("--user", default="", help="Who enters it; else the program itself.")
def import_(year: int, file: Path, decision: str, adopted_on: object, regular: str, user: str) -> None:
    """Take the tasks of a plan from FILE, a workbook in the layout of `export`; every broken row is named by its cell."""
    setup()
    from datetime import datetime

    from django.db import transaction
    from django.utils import timezone

    from motcua.config.cli.report import _issuer
    from motcua.reform.actions import adopt, plan_tasks
    from motcua.reform.status import plan_of
    from motcua.reform.workbook import read_plan

    tasks = read_plan(file.read_bytes(), year)
    with transaction.atomic():
        if decision:
            if not isinstance(adopted_on, datetime):
                raise click.UsageError("--decision and --adopted-on go together")
            adopt(year, decision=decision, adopted_on=adopted_on.date(), regular_rule=regular)
        count = plan_tasks(plan_of(year), tasks, actor=_issuer(user), at=timezone.now())
    say(f"Đã nhận {count} nhiệm vụ vào kế hoạch {year}.", f"{count} tasks taken into the plan of {year}.")
