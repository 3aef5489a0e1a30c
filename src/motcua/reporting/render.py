"""Form II.06a for machines and for terminals; the official layout is elsewhere."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from motcua.lib.bilingual import known_language
from motcua.lib.vietnamese import datetime_text, number
from motcua.reporting.bulletin import NOTHING, percent
from motcua.reporting.form06a import Form, Line
from motcua.reporting.identities import COLUMNS, HEADINGS
from motcua.reporting.mapping import state_mapping
from motcua.reporting.measure import moment_text


def form_json(form: Form) -> dict[str, Any]:
    """The form in JSON's own types; the same form always gives the same bytes."""
    return {
        "form": "II.06a/VPCP/KSTT",
        "period": form.period.as_json(),
        "as_of": moment_text(form.as_of),
        "by": form.by,
        "office": form.office,
        "lines": [_line_json(line) for line in form.lines],
        "total": _line_json(form.total),
        "apart": {code: value for code, _, value in form.apart.items()},
        "mapping": form.mapping,
        "residuals": [
            {"place": finding.place, "vi": finding.vi, "en": finding.en} for finding in form.findings
        ],
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "title": {"vi": line.title.vi, "en": line.title.en},
        "cells": {str(column): line.cells[column] for column in COLUMNS},
        "in_time_share": _share(line.in_time_share),
        "online_share": _share(line.online_share),
    }


def _share(value: Fraction | None) -> str | None:
    """A share as an exact fraction, `9/10`; None where nothing occurred."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def form_text(form: Form, language: str = "vi") -> str:
    """The form as a table of plain text, its shares, what is told apart, and every residual by name."""
    lang = known_language(language)
    heads = [f"({column})" for column in COLUMNS]
    rows = [[line.key, *(number(line.cells[column], lang) for column in COLUMNS)] for line in form.lines]
    last = [
        form.total.title.in_language(lang),
        *(number(form.total.cells[column], lang) for column in COLUMNS),
    ]
    widths = [max(len(row[index]) for row in [["", *heads], *rows, last]) for index in range(len(last))]
    table = [_aligned(row, widths) for row in [["", *heads], *rows]]
    table += ["-" * (sum(widths) + 2 * (len(widths) - 1)), _aligned(last, widths)]
    legend = "; ".join(f"({column}) {HEADINGS[column].in_language(lang)}" for column in COLUMNS)
    return "\n".join([_head(form, lang), "", *table, "", legend, "", *_under(form, lang)])


def _head(form: Form, lang: str) -> str:
    period = form.period.dates.in_language(lang)
    office = f" · {form.office}" if form.office else ""
    known = datetime_text(form.as_of, lang)
    return {
        "vi": f"Biểu II.06a/VPCP/KSTT{office} · kỳ {period} · số liệu biết lúc {known}",
        "en": f"Form II.06a/VPCP/KSTT{office} · {period} · as known at {known}",
    }[lang]


def _aligned(row: list[str], widths: list[int]) -> str:
    first, *rest = row
    cells = [
        first.ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)),
    ]
    return "  ".join(cells).rstrip()


def _under(form: Form, lang: str) -> list[str]:
    cells = form.total.cells
    in_time = percent(cells[8] + cells[9], cells[7], lang)
    online = percent(cells[4], cells[4] + cells[5], lang)
    mapping = state_mapping()
    lines = [
        {"vi": f"Trước hạn và đúng hạn trên đã giải quyết: {in_time}", "en": f"Early and on time, of settled: {in_time}"}[lang],
        {"vi": f"Trực tuyến trên mới tiếp nhận: {online}", "en": f"Online, of newly received: {online}"}[lang],
        {"vi": "Nêu riêng:", "en": "Told apart:"}[lang],
        *(f"  {name.in_language(lang)}: {number(value, lang)}" for _, name, value in form.apart.items()),
        {"vi": f"Bảng chuyển trạng thái: {form.mapping}", "en": f"State mapping: {form.mapping}"}[lang]
        + f". {mapping.remark.text.in_language(lang)}",
    ]  # fmt: skip
    if not form.lines:
        lines.insert(0, NOTHING.in_language(lang))
    for finding in form.findings:
        lines.append(f"!! {finding.in_language(lang)}")
    return lines
