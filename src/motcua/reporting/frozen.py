"""From the content of a report, as it is issued and signed, back to figures and forms: a page, a paper and a workbook of an
issued report are drawn from what was frozen, never from the register of today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from motcua.casework.figures import Figure, Period
from motcua.lib.bilingual import Text
from motcua.reporting import periods
from motcua.reporting.apart import Apart
from motcua.reporting.form06a import Form, Line


def period_of(days: Mapping[str, str]) -> Period:
    """A period from `{"start", "end"}`, with the label it has today where the files name one."""
    return periods.between(date.fromisoformat(days["start"]), date.fromisoformat(days["end"]))


def figure_of(row: Mapping[str, Any]) -> Figure:
    """One figure from its JSON (`measure.figure_json`)."""
    base_period, per_day, note = row["base_period"], row["per_day"], row["note"]
    return Figure(
        code=row["code"], version=row["version"], value=row["value"], of=row["of"], period=period_of(row["period"]),
        as_of=datetime.fromisoformat(row["as_of"]), rows=row["rows"], digest=row["digest"], base=row["base"],
        base_period=period_of(base_period) if base_period else None, base_source=row["base_source"],
        change_raw=row["change_raw"], change_printed=row["change_printed"], direction=row["direction"],
        per_day=(per_day["value"], per_day["base"], per_day["change_raw"]) if per_day else None,
        note=Text(note["vi"], note["en"]) if note else None,
    )  # fmt: skip


def figures_of(content: Mapping[str, Any]) -> list[Figure]:
    """The figures of a bulletin."""
    return [figure_of(row) for row in content["figures"]]


def form_of(content: Mapping[str, Any]) -> Form:
    """Form II.06a from its JSON (`render.form_json`)."""
    return Form(
        period=period_of(content["period"]), as_of=datetime.fromisoformat(content["as_of"]), by=content["by"],
        office=content["office"], lines=[_line(line) for line in content["lines"]], total=_line(content["total"]),
        apart=Apart(**content["apart"]), mapping=content["mapping"],
    )  # fmt: skip


def _line(line: Mapping[str, Any]) -> Line:
    cells = {int(column): int(value) for column, value in line["cells"].items()}
    return Line(line["key"], Text(line["title"]["vi"], line["title"]["en"]), cells)
