"""What the pages of figures share: the question and its answer to what cannot be read, cards, prose, the form, files."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from motcua.casework.figures import Figure, Indicator
from motcua.lib.bilingual import Language, Text
from motcua.lib.digest import canonical
from motcua.lib.errors import Refused
from motcua.people.request import Request
from motcua.reporting import spreadsheet
from motcua.reporting.asked import BASES, Asked, asked, period_choices
from motcua.reporting.bulletin import bulletin as written
from motcua.reporting.bulletin import percent
from motcua.reporting.form06a import TOTAL, Form, Line
from motcua.reporting.identities import COLUMNS, HEADINGS, IDENTITIES
from motcua.reporting.indicators import indicator
from motcua.reporting.listing import line_title
from motcua.reporting.mapping import state_mapping
from motcua.reporting.measure import as_json
from motcua.reporting.render import form_json


def language() -> Language:
    """The language of the page."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def question_of(request: Request) -> tuple[Asked, Text | None]:
    """The question, and what is wrong with the one that was asked; then the usual one stands in its place."""
    try:
        return asked(request.GET), None
    except Refused as refused:
        told = Text(refused.text, refused.text_en)
        if refused.place == "as-of" and "tương lai" in refused.text:
            told = Text(
                "Thời điểm chốt còn ở tương lai: chưa ai biết đến lúc đó sẽ ghi nhận thêm gì. Trang này hiện số liệu mới nhất.",
                "That moment lies in the future: nobody knows yet what will be recorded until then. This page shows the latest.",
            )
        return asked(QueryDict("")), told


def page_of(question: Asked, wrong: Text | None, active: str, *, choices: bool = True) -> dict[str, Any]:
    """What every page of figures shows: the question, the ways to the others, and where wanted the periods to choose from."""
    pages = (
        ("figures", Text("Tổng quan", "At a glance")), ("figures-bulletin", Text("Bản tin", "Bulletin")),
        ("figures-06a", Text("Biểu II.06a", "Form II.06a")), ("figures-indicators", Text("Chỉ tiêu", "Indicators")),
        ("figures-issued", Text("Báo cáo đã phát hành", "Issued reports")),
    )  # fmt: skip
    return {
        "question": question,
        "wrong": wrong,
        "tabs": [
            {"label": label, "url": reverse(name) + question.query(), "active": name == active}
            for name, label in pages
        ],
        "period_groups": period_choices(question) if choices else [],
        "bases": BASES.items(),
        "base_text": BASES[question.base],
    }


def rows_url(code: str, question: Asked, **more: str) -> str:
    """Where the list behind a figure is; with the moment, or a row recorded meanwhile would make the list longer."""
    return reverse("figures-rows", args=[code]) + question.fixed.query(**more)


def digest_of(found: list[Figure]) -> str:
    """One digest over all figures of a page, as `motcua report bulletin --format json` gives them."""
    return sha256(canonical(as_json(found))).hexdigest()


def card(one: Figure, question: Asked) -> dict[str, Any]:
    """A figure as a card shows it: change as printed, the raw value beside it, the honest remark, the list."""
    found = indicator(one.code)
    raw = None if one.change_raw is None else Decimal(one.change_raw)
    ways = {"up": "up", "down": "down", "same": "level"}
    return {
        "figure": one,
        "indicator": found,
        "label": found.title,
        "way": ways.get(one.direction, ""),
        "tone": _tone(one, found),
        "printed": None if one.change_printed is None else abs(Decimal(one.change_printed)),
        "raw": raw,
        "rows_url": rows_url(one.code, question),
        "per_day": [Decimal(value) for value in one.per_day[:2]] if one.per_day else [],
        "about_url": reverse("figures-indicator", args=[one.code]) + question.query(),
    }


def _tone(one: Figure, found: Indicator) -> str:
    if found.better == "neither" or one.direction not in {"up", "down"}:
        return ""
    return "ok" if (one.direction == "up") == (found.better == "more") else "bad"


def share_text(part: int, whole: int) -> Text:
    """A share with two decimals, in both languages."""
    return Text(percent(part, whole, "vi"), percent(part, whole, "en"))


def identities(cells: dict[int, int]) -> list[dict[str, Any]]:
    """Every identity of form II.06a with its numbers, and whether it holds."""
    return [
        {
            "whole": whole,
            "value": cells[whole],
            "parts": [(part, cells[part]) for part in parts],
            "off": cells[whole] - sum(cells[part] for part in parts),
        }
        for whole, parts in IDENTITIES
    ]


def prose(found: list[Figure], lang: Language) -> dict[str, list[str]]:
    """The paragraphs of the bulletin, and its notes line by line."""
    *paragraphs, notes = written(found, lang).split("\n\n")
    title, *lines = notes.split("\n")
    return {"text": paragraphs, "notes": [line.removeprefix("- ") for line in lines], "title": [title]}


def files(page: str, question: Asked, **more: str) -> dict[str, str]:
    """The addresses of the PDF, the workbook and the JSON of a page."""
    return {
        shape: reverse(f"{page}-{shape}") + question.fixed.query(**more) for shape in ("pdf", "xlsx", "json")
    }


def form_context(filled: Form, question: Asked, *, linked: bool) -> dict[str, Any]:
    """What the template of a form needs; an issued form is not linked, its lists are those of another day."""

    def link(key: str, column: int) -> str:
        line = "+".join(part for part in (filled.office, "" if key == TOTAL else key) if part) or TOTAL
        return rows_url(f"06a:{line}:{column}", question) if linked else ""

    def row(line: Line) -> dict[str, Any]:
        cells = [(column, line.cells[column], link(line.key, column)) for column in COLUMNS]
        return {"line": line, "title": line_title(filled.by, line), "cells": cells}

    cells = filled.total.cells
    return {
        "form": filled,
        "lines": [row(line) for line in filled.lines],
        "total": row(filled.total),
        "headings": [(column, HEADINGS[column]) for column in COLUMNS],
        "identities": identities(cells),
        "apart": [
            (code, name, value, rows_url(f"06a:{code}", question, office=filled.office) if linked else "")
            for code, name, value in filled.apart.items()
        ],
        "online": share_text(cells[4], cells[4] + cells[5]),
        "in_time": share_text(cells[8] + cells[9], cells[7]),
        "mapping": state_mapping(),
        "digest": sha256(canonical(form_json(filled))).hexdigest(),
    }


def file_response(body: bytes, name: str, shape: str) -> HttpResponse:
    """A file to keep: a PDF opens in the browser, a workbook is saved."""
    kinds = {"pdf": "application/pdf", "xlsx": spreadsheet.CONTENT_TYPE}
    way = "inline" if shape == "pdf" else "attachment"
    return HttpResponse(
        body,
        content_type=kinds[shape],
        headers={"Content-Disposition": f'{way}; filename="{name}.{shape}"'},
    )
