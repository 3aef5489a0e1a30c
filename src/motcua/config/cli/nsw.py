"""`motcua nsw`: which specialised inspections goods need. Works on the law files alone; no database, no settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.table import Table

from motcua.config.cli.law import DAY, folder_option, today
from motcua.config.cli.output import as_json, format_option, language_option, one_line, print_table, say
from motcua.law.inspections import History, as_plain, load_inspections
from motcua.lib.identifiers import country, hs_code


@click.group()
def nsw() -> None:
    """Specialised inspections through the national single window."""


@nsw.command()
@click.option("--hs", required=True, help="HS code of 6 or 8 digits, such as 03061729.")
@click.option("--purpose", default="other", show_default=True, help="What the goods are for, such as food.")
@click.option("--origin", required=True, help="Country of origin, two letters.")
@click.option("--flow", type=click.Choice(["import", "export"]), default="import", show_default=True)
@click.option("--on", type=DAY, default=None, help="The day that counts; today by default.")
@click.option(
    "--passed", type=click.IntRange(0), default=0, help="Lots before that passed, one after another."
)
@click.option("--failed", is_flag=True, help="The lot before failed.")
@folder_option
@language_option
@format_option
def requirements(
    hs: str, purpose: str, origin: str, flow: str, on: date | None, passed: int, failed: bool,
    folder: Path, language: str, form: str,
) -> None:  # fmt: skip
    """Every inspection that goods need on a day: ministry, procedure, mode, legal basis, and why."""
    code, land, day = hs_code(hs, place="--hs"), country(origin, place="--origin"), on or today()
    inspections = load_inspections(folder)
    found = inspections.required(
        code, purpose=purpose, origin=land, on=day, flow=flow, history=History(passed, failed)
    )
    rows = [as_plain(one, inspections) for one in found]
    if form == "json":
        as_json(
            {"hs": code, "purpose": purpose, "origin": land, "flow": flow, "on": day, "requirements": rows}
        )
        return
    if not rows:
        say(
            f"Không thấy quy định kiểm tra chuyên ngành nào cho mã HS {code} vào {day:%d/%m/%Y} trong bảng của chúng tôi. "
            "Bảng chưa đầy đủ: hãy hỏi cơ quan hải quan.",
            f"No specialised inspection of HS {code} on {day:%d/%m/%Y} stands in our tables. "
            "They are not complete: ask the customs office.",
            language,
        )
        return
    table = Table(title=f"HS {code}, {purpose}, {land}, {day:%d/%m/%Y}")
    for heading in ("Bộ", "Kiểm tra", "Hình thức", "Căn cứ", "Đã xác minh"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            one_line(row["ministry_name"]["vi"], row["ministry_name"]["en"], language),
            one_line(row["kind_name"]["vi"], row["kind_name"]["en"], language),
            one_line(row["mode_name"]["vi"], row["mode_name"]["en"], language),
            ", ".join(one["text"] for one in row["basis"]),
            "✓" if row["verified"] else one_line("chưa", "no", language),
        )
    print_table(table)
    for row in rows:
        say(row["why"]["vi"], row["why"]["en"], language)
