"""`motcua law`: check, compare, cost, list and lock the law sheets. Works on files alone; no database, no settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

import click
from rich.table import Table

from motcua.config.cli.output import (
    as_json,
    findings_json,
    format_option,
    language_option,
    one_line,
    print_table,
    say,
    show_findings,
)
from motcua.law import chance
from motcua.law import lock as locks
from motcua.law.calendars import load_calendars
from motcua.law.cost import METHODS, Benefit, Cost, Line, Method, cost
from motcua.law.diff import diff
from motcua.law.inspections import load_inspections
from motcua.law.load import examine
from motcua.law.parameters import load_parameters
from motcua.law.sheets import Catalogue, Sheet
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding, Severity, errors
from motcua.lib.vietnamese import money, number
from motcua.lib.worktime import VIETNAM


def law_folder() -> Path:
    """Where the law lies: MOTCUA_LAW, else the checkout's `law`, else the copy inside the package."""
    if named := os.environ.get("MOTCUA_LAW"):
        return Path(named)
    package = Path(__file__).resolve().parents[2]
    checkout = package.parents[1] / "law"
    return checkout if checkout.exists() else package / "data" / "law"


def today() -> date:
    """The day in Vietnam: sheets come into force on days."""
    return datetime.now(VIETNAM).date()


class Day(click.ParamType[date]):
    """A date as 2020-06-05 or 05/06/2020."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or say how to write it."""
        if isinstance(value, date):
            return value
        for shape in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(str(value), shape).date()  # noqa: DTZ007
            except ValueError:
                continue
        raise click.BadParameter(f"{value!r} is not a date; write 2020-06-05 or 05/06/2020", ctx, param)


class Amount(click.ParamType[Decimal]):
    """A number without grouping, decimals after a point."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read the number exactly."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise click.BadParameter(f"{value!r} is not a number; write 12 or 0.5", ctx, param)
        return amount


DAY, AMOUNT = Day(), Amount()
folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=law_folder,
    show_default="MOTCUA_LAW, or law beside the source",
    help="The law folder.",
)


@click.group()
def law() -> None:
    """Check, compare, cost and lock the law sheets. Needs no database."""


@law.command()
@folder_option
@language_option
@format_option
def check(folder: Path, language: str, form: str) -> None:
    """Every fault of every sheet, parameter and calendar by path and line, and the lock; exit 1 on errors."""
    catalogue, findings = all_findings(folder, today())
    wrong = len(errors(findings))
    if form == "json":
        as_json({"sheets": len(catalogue), "errors": wrong, "findings": findings_json(findings)})
    else:
        show_findings(findings, language)
        warned = sum(finding.severity is Severity.WARNING for finding in findings)
        say(
            f"{len(catalogue.procedures())} thủ tục, {len(catalogue)} bản: {wrong} lỗi, {warned} cảnh báo.",
            f"{len(catalogue.procedures())} procedures, {len(catalogue)} versions: {wrong} errors, {warned} warnings.",
            language,
        )
    if wrong:
        raise SystemExit(1)


def all_findings(folder: Path, on: date) -> tuple[Catalogue, list[Finding]]:
    """What can be loaded, and all that is wrong in the folder; never raises for a fault in a file."""
    catalogue, findings = examine(folder)
    loads: list[Callable[[], object]] = [
        lambda: load_parameters(folder),
        lambda: load_calendars(folder / "calendars"),
    ]
    if (folder / "inspections").is_dir():
        loads.append(lambda: load_inspections(folder))
    for load in loads:
        try:
            load()
        except Invalid as error:
            findings += error.findings
        except Refused as error:
            findings.append(Finding("folder", error.place, error.text, error.text_en))
    try:
        kept = locks.read(folder)
    except Refused as error:
        findings.append(Finding("lock", error.place, error.text, error.text_en))
    else:
        # What does not load is said above; the lock would only add that it is gone.
        broken = {finding.place.rpartition(":")[0] for finding in errors(findings)}
        findings += [
            one
            for one in locks.compare(catalogue, kept, on, name=folder.name)
            if not (one.code == "taken-away" and one.place in broken)
        ]
    return catalogue, findings


@law.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@folder_option
@language_option
@format_option
def diff_command(before: str, after: str | None, folder: Path, language: str, form: str) -> None:
    """Every change between two sheets, as sentences.

    BEFORE and AFTER are `field/procedure@date` (the version in force on that day) or paths of sheets. With one
    `field/procedure` alone, its last two versions are compared.
    """
    old, new = _two(before, after, folder)
    changes = diff(old, new)
    if form == "json":
        as_json(
            {
                "before": old.path, "after": new.path,
                "changes": [
                    {
                        "path": one.path, "kind": str(one.kind), "before": one.before, "after": one.after,
                        "vi": one.vi, "en": one.en, "editorial": one.is_editorial,
                    }
                    for one in changes
                ],
            }
        )  # fmt: skip
        return
    click.echo(f"{old.path} → {new.path}")
    for one in changes:
        first = one.en if language == "en" else one.vi
        click.echo(f"{one.kind:8} {one.path}: {first}")
        if language == "both":
            click.echo(f"         {one.en}")
    if changes:
        editorial = sum(one.is_editorial for one in changes)
        say(
            f"{len(changes)} thay đổi, trong đó {editorial} chỉ về cách ghi.",
            f"{len(changes)} changes, {editorial} of them to the record only.",
            language,
        )
    else:
        say("Hai bản giống nhau.", "The two are the same.", language)


def _two(before: str, after: str | None, folder: Path) -> tuple[Sheet, Sheet]:
    if after is not None:
        return _sheet(before, folder), _sheet(after, folder)
    if "@" in before or before.endswith(".yaml"):
        raise click.UsageError("name a second sheet to compare with, or a procedure without a date")
    versions = _load(folder).versions(before)
    if len(versions) < 2:
        raise Refused(
            f"{before} chỉ có một bản ({versions[0].since:%d/%m/%Y}); không có gì để so sánh.",
            f"{before} has one version only ({versions[0].since.isoformat()}); there is nothing to compare.",
        )
    return versions[-2], versions[-1]


def _sheet(named: str, folder: Path) -> Sheet:
    """A sheet by `field/procedure@date`, by `field/procedure` (today's), or by the path of its file."""
    file = Path(named)
    if file.suffix == ".yaml":
        if len(file.resolve().parts) < 5 or file.resolve().parents[2].name != "procedures":
            raise Refused(
                "phải là …/procedures/<lĩnh vực>/<thủ tục>/<ngày hiệu lực>.yaml.",
                "must be …/procedures/<field>/<procedure>/<in-force date>.yaml.",
                place=named,
            )
        procedure = f"{file.resolve().parents[1].name}/{file.resolve().parent.name}"
        day = DAY.convert(file.stem, None, None)
        return _load(file.resolve().parents[3], only=f"{procedure}/{file.name}").get(procedure, day)
    procedure, _, written = named.partition("@")
    return _load(folder, only=procedure).in_force(
        procedure, DAY.convert(written, None, None) if written else today()
    )


def _load(folder: Path, only: str = "") -> Catalogue:
    """The sheets that load; faults of the files asked for refuse, those of others do not stand in the way."""
    catalogue, findings = examine(folder)
    in_the_way = [one for one in errors(findings) if f"/procedures/{only}" in one.place]
    if in_the_way:
        raise Invalid(in_the_way)
    return catalogue


@law.command("cost")
@click.argument("procedure")
@click.option(
    "--on", type=DAY, default=None, help="The day whose sheet and prices count; today when left out."
)
@click.option("--frequency", type=AMOUNT, default="1", show_default=True, help="Times a year and subject.")
@click.option(
    "--subjects", type=click.IntRange(min=0), default=1, show_default=True, help="How many must comply."
)
@click.option("--method", type=click.Choice(METHODS), default=METHODS[0], show_default=True)
@click.option(
    "--compare", type=DAY, default=None, help="Also the version in force on that day, and what was saved."
)
@click.option(
    "--monte-carlo",
    "draws",
    type=click.IntRange(min=100),
    default=None,
    help="Draw the estimates so often and show p5, p50 and p95 beside the official figure.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same draws.")
@folder_option
@language_option
@format_option
def cost_command(
    procedure: str, on: date | None, frequency: Decimal, subjects: int, method: str, compare: date | None,
    draws: int | None, seed: int, folder: Path, language: str, form: str,
) -> None:  # fmt: skip
    """What following a procedure costs, line by line, with every figure's source."""
    on = on or today()
    catalogue, parameters = _load(folder, only=procedure), load_parameters(folder)

    def of(sheet: Sheet) -> Cost:
        # Both versions at the prices of one day: dearer wages are no reform.
        return cost(
            sheet, parameters, on=on, frequency=frequency, subjects=subjects, method=cast(Method, method)
        )

    now = of(catalogue.in_force(procedure, on))
    before = of(catalogue.in_force(procedure, compare)) if compare else None
    saved = Benefit(before, now) if before else None
    drawn = _drawn(now, saved, chance.declared(parameters, on), draws, seed) if draws else None
    if form == "json":
        as_json(
            {
                "cost": _cost_json(now),
                "before": before and _cost_json(before),
                "benefit": saved and _saved_json(saved),
                "monte_carlo": drawn,
            }
        )
        return
    for one in filter(None, (before, now)):
        _show_cost(one, language)
    if saved:
        rate = "–" if saved.rate_percent is None else number(saved.rate_percent, "vi")
        rate_en = "–" if saved.rate_percent is None else number(saved.rate_percent, "en")
        say(
            f"Tiết kiệm: {money(saved.once_vnd, 'vi')} mỗi lần, {money(saved.year_vnd, 'vi')} mỗi năm ({rate} %).",
            f"Saved: {money(saved.once_vnd, 'en')} each time, {money(saved.year_vnd, 'en')} a year ({rate_en} %).",
            language,
        )
    if drawn:
        _show_drawn(drawn, language)


def _drawn(
    now: Cost, saved: Benefit | None, spread: chance.Spread, draws: int, seed: int
) -> dict[str, object]:
    """The range of the yearly cost and of the saving, with the spread they rest on."""
    sources = [{"name": one.name, "value": one.amount, "source": one.source, "verified": one.verified}
               for one in spread.sources]  # fmt: skip
    drawn: dict[str, object] = {
        "draws": draws, "seed": seed, "spread": sources,
        "year_vnd": asdict(chance.year(now, spread, draws=draws, seed=seed)),
    }  # fmt: skip
    if saved:
        drawn["saved_year_vnd"] = asdict(chance.saved(saved, spread, draws=draws, seed=seed))
    return drawn


def _show_drawn(drawn: dict[str, Any], language: str) -> None:
    ranges = [("Chi phí một năm", "A year's cost", drawn["year_vnd"])]
    if "saved_year_vnd" in drawn:
        ranges.append(("Tiết kiệm một năm", "Saved a year", drawn["saved_year_vnd"]["range"]))
    for vi, en, one in ranges:
        low, high = (Decimal(round(one["percentiles"][share])) for share in (5, 95))
        say(
            f"{vi}, rút {drawn['draws']} lần (hạt giống {drawn['seed']}): {money(low, 'vi')} đến {money(high, 'vi')} (p5–p95).",
            f"{en}, {drawn['draws']} draws (seed {drawn['seed']}): {money(low, 'en')} to {money(high, 'en')} (p5–p95).",
            language,
        )


def _show_cost(one: Cost, language: str) -> None:
    click.echo(f"{one.procedure}@{one.since.isoformat()}  {one.method}  {one.on.isoformat()}")
    table = Table("", one_line("Khoản", "Line", language), one_line("Đồng/lần", "VND each time", language),
                  one_line("Số liệu và nguồn", "Figures and sources", language), show_lines=True)  # fmt: skip
    table.columns[2].justify = "right"
    for index, line in enumerate(one.lines, 1):
        name = one_line(line.name.vi, line.name.en, language)
        if not line.counts:
            name += " (" + one_line("không cộng", "not added", language) + ")"
        table.add_row(
            str(index),
            name,
            number(line.once_vnd, "en" if language == "en" else "vi"),
            _inputs(line, language),
        )
    print_table(table)
    say(
        f"Một lần: {money(one.once_vnd, 'vi')}. Một năm: × {number(one.volume, 'vi')} = {money(one.year_vnd, 'vi')}.",
        f"Each time: {money(one.once_vnd, 'en')}. A year: × {number(one.volume, 'en')} = {money(one.year_vnd, 'en')}.",
        language,
    )
    if not one.is_complete:
        say(
            "Còn thiếu số liệu: chỗ thiếu tính là 0, chi phí thật cao hơn.",
            "Figures are missing: they count as nothing, the true cost is higher.",
            language,
        )
    if not one.is_verified:
        say(
            "Có số liệu chưa kiểm chứng (đánh dấu ?).",
            "Some figures are unverified (marked ?).",
            language,
        )
    for assumption in one.assumptions:
        say(f"- {assumption.vi}", f"- {assumption.en}", language)


def _inputs(line: Line, language: str) -> str:
    spoken = "en" if language == "en" else "vi"
    written = []
    for one in line.inputs:
        value = "?" if one.value is None else number(one.value, spoken)
        mark = "" if one.verified else " ?"
        name, unit = (one.name.en, one.unit.en) if language == "en" else (one.name.vi, one.unit.vi)
        written.append(f"{name}: {value} {unit}{mark} [{one.source}]")
    return "\n".join(written).replace("[", "\\[")


def _cost_json(one: Cost) -> dict[str, object]:
    return {
        "procedure": one.procedure, "since": one.since, "on": one.on, "method": one.method,
        "frequency": one.frequency, "subjects": one.subjects, "once_vnd": one.once_vnd, "year_vnd": one.year_vnd,
        "verified": one.is_verified, "complete": one.is_complete,
        "lines": [
            {
                "vi": line.name.vi, "en": line.name.en, "kind": line.kind, "once_vnd": line.once_vnd,
                "counts": line.counts,
                "inputs": [
                    {
                        "vi": given.name.vi, "en": given.name.en, "value": given.value, "unit": given.unit.en,
                        "source": given.source, "verified": given.verified,
                    }
                    for given in line.inputs
                ],
            }
            for line in one.lines
        ],
        "assumptions": [{"vi": text.vi, "en": text.en} for text in one.assumptions],
    }  # fmt: skip


def _saved_json(saved: Benefit) -> dict[str, object]:
    return {"once_vnd": saved.once_vnd, "year_vnd": saved.year_vnd, "rate_percent": saved.rate_percent}


@law.command("list")
@click.option(
    "--on", type=DAY, default=None, help="Only what is in force on that day; all versions when left out."
)
@folder_option
@language_option
@format_option
def list_command(on: date | None, folder: Path, language: str, form: str) -> None:
    """All procedures and their versions."""
    catalogue = _load(folder)
    sheets = catalogue.all_in_force(on) if on else list(catalogue)
    if form == "json":
        as_json(
            [
                {
                    "procedure": sheet.procedure, "since": sheet.since, "until": sheet.until, "vi": sheet.title.vi,
                    "en": sheet.title.en, "unverified": sheet.unverified(), "digest": sheet.digest,
                }
                for sheet in sheets
            ]
        )  # fmt: skip
        return
    table = Table(
        one_line("Thủ tục", "Procedure", language), one_line("Từ", "Since", language),
        one_line("Đến", "Until", language), one_line("Chưa kiểm chứng", "Unverified", language),
        one_line("Tên", "Title", language),
    )  # fmt: skip
    for sheet in sheets:
        title = one_line(sheet.title.vi, sheet.title.en, language)
        until = sheet.until.isoformat() if sheet.until else ""
        table.add_row(sheet.procedure, sheet.since.isoformat(), until, str(len(sheet.unverified())), title)
    print_table(table)
    say(f"{len(sheets)} bản.", f"{len(sheets)} versions.", language)


@law.command("lock")
@click.option(
    "--erratum", metavar="PATH", default=None, help="Accept the present content of one locked sheet."
)
@click.option("--reason", default="", help="What was wrong, and how it is known; needed with --erratum.")
@folder_option
@language_option
def lock_command(erratum: str | None, reason: str, folder: Path, language: str) -> None:
    """Lock every sheet that has taken force; what is locked already is never replaced in silence."""
    on = today()
    catalogue, findings = examine(folder)
    if errors(findings):
        raise Invalid(errors(findings))
    before = locks.read(folder)
    after = before
    if erratum is not None:
        # The path may be typed from the repository's root or from inside the law folder.
        inside = erratum.removeprefix(f"{folder.name}/")
        after = locks.with_erratum(catalogue, after, inside, on=on, reason=reason)
    after = locks.locked(catalogue, after, on)
    if after != before:
        locks.write(folder, after)
    added = len(after.sheets) - len(before.sheets)
    made = len(after.errata) - len(before.errata)
    say(
        f"Đã khóa thêm {added} bản, {made} đính chính; tổng {len(after.sheets)} bản.",
        f"{added} versions locked, {made} errata; {len(after.sheets)} in all.",
        language,
    )
    left = [
        one for one in locks.compare(catalogue, after, on, name=folder.name) if one.severity is Severity.ERROR
    ]
    show_findings(left, language)
    if left:
        raise SystemExit(1)
