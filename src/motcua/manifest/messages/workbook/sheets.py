"""
The sheets of a workbook as people leave them: renamed, with rows put above the headers, columns moved, added or doubled.

A header is known by its path or by its label in either language, whatever the case and the accents; the row that matches
most is the row of headers, and what stands below it is data.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity
from motcua.manifest.messages.workbook.layout import Column, Layout, Table
from motcua.manifest.messages.workbook.safe import BROKEN, opened

MOST_ROWS, MOST_COLUMNS = 50_000, 200
# How far down somebody may push the headers.
SEARCHED = 30
MARK = "_motcua"

_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


@dataclass
class Sheet:
    """One sheet: its rows of cells from 1, cut to what may be read, and which cells are merged."""

    title: str
    rows: list[Sequence[Any]]
    merged: list[tuple[int, str]] = field(default_factory=list)
    too_long: bool = False

    def place(self, row: int, column: int) -> str:
        return f"{self.title}!{get_column_letter(column)}{row}"


@dataclass
class Book:
    """A workbook: what its mark says it is, its sheets, from which day it counts dates."""

    document: str
    sheets: list[Sheet]
    epoch: datetime


def read_book(content: bytes) -> Book:
    """Check and read a workbook; Malformed when it is none, or not a safe one."""
    archive = opened(content)
    try:
        book = load_workbook(archive.fp, read_only=True, data_only=False, keep_links=False)  # type: ignore[arg-type]
        sheets = [_sheet(one, archive) for one in book.worksheets if one.title != MARK]
        mark = next((one for one in book.worksheets if one.title == MARK), None)
        said = (
            str(next(mark.iter_rows(max_row=1, max_col=1, values_only=True), ("",))[0] or "")
            if mark is not None
            else ""
        )
    except (*BROKEN, KeyError, IndexError, TypeError, AttributeError, SyntaxError, AssertionError) as error:
        raise Malformed(
            "Không đọc được bảng tính: tệp bị hỏng hoặc không do Excel tạo ra. Hãy mở bằng Excel và lưu lại.",
            "The workbook cannot be read: it is broken. Open it in Excel and save it again.",
            place="xlsx",
        ) from error
    return Book(said, sheets, book.epoch)


def _sheet(sheet: Any, archive: zipfile.ZipFile) -> Sheet:
    sheet.reset_dimensions()
    rows: list[Sequence[Any]] = []
    for row in sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1):
        rows.append(row)
    too_long = len(rows) > MOST_ROWS
    while rows and all(cell.value is None for cell in rows[-1]):
        rows.pop()
    path = sheet._worksheet_path.lstrip("/")
    merged = [
        (int(first), f"{left.decode()}{first.decode()}:{right.decode()}{last.decode()}")
        for left, first, right, last in _MERGED.findall(archive.read(path))
    ]
    return Sheet(sheet.title, rows[:MOST_ROWS], merged, too_long)


def folded(text: object) -> str:
    """A label without accents, case and signs: how it is compared."""
    plain = unicodedata.normalize("NFD", str(text or "")).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def matched(sheets: Iterable[Sheet], tables: Sequence[Table]) -> Iterator[tuple[Table, Sheet]]:
    """Which sheet holds which list: by its title, else by its headers."""
    left = list(sheets)
    waiting = []
    for table in tables:
        titles = {folded(table.title.vi), folded(table.title.en), folded(table.path)}
        found = next((one for one in left if folded(one.title) in titles), None)
        if found is None:
            waiting.append(table)
        else:
            left.remove(found)
            yield table, found
    for table in waiting:
        names = names_of((*table.keys, *table.columns))
        scored = [(_best(one, names)[1], one) for one in left]
        score, found = max(scored, key=lambda pair: pair[0], default=(0, None))
        if found is not None and score >= max(3, len(table.columns) // 3):
            left.remove(found)
            yield table, found


def names_of(columns: Iterable[Column]) -> dict[str, Column]:
    """Every name a header may have, folded."""
    found: dict[str, Column] = {}
    for column in columns:
        for name in (f"{column.label.vi} · {column.label.en}", column.label.vi, column.label.en):
            found.setdefault(folded(name), column)
    for column in columns:
        found[folded(column.path)] = column
    return found


def _best(sheet: Sheet, names: dict[str, Column]) -> tuple[int, int]:
    """(row, how many headers) of the row that looks most like headers; the last of equals, for data stand below it."""
    best = (0, 0)
    for number, row in enumerate(sheet.rows[:SEARCHED], start=1):
        score = sum(
            1 for cell in row if isinstance(cell.value, str) and folded(cell.value.rstrip(" *")) in names
        )
        if score and score >= best[1]:
            best = (number, score)
    return best


@dataclass
class Headers:
    """Where the headers of a sheet stand, and which column holds which field."""

    row: int
    columns: dict[int, Column]
    findings: list[Finding]


def headers(sheet: Sheet, table: Table) -> Headers:
    """Find the headers; what is doubled, missing or unknown is told at its cell."""
    wanted = (*table.keys, *table.columns)
    names = names_of(wanted)
    number, score = _best(sheet, names)
    findings: list[Finding] = []
    if not score:
        place = f"{sheet.title}!A1"
        vi, en = "Không thấy dòng tiêu đề. Hãy dùng tệp mẫu.", "There is no row of headers. Use the template."
        findings.append(_fault("headers", place, vi, en))
        return Headers(0, {}, findings)
    columns: dict[int, Column] = {}
    for at, cell in enumerate(sheet.rows[number - 1], start=1):
        text = str(cell.value or "").rstrip(" *").strip()
        if not text:
            continue
        column = names.get(folded(text))
        place = sheet.place(number, at)
        if column is None:
            findings.append(
                _fault(
                    "column-unknown", place, f"Cột “{text[:40]}” không có trong mẫu nên không được đọc.",
                    f"The column “{text[:40]}” is not in the template and is not read.", Severity.WARNING,
                )
            )  # fmt: skip
        elif column in columns.values():
            findings.append(
                _fault(
                    "column-twice", place, f"Cột “{text[:40]}” có hai lần. Hãy xoá một.",
                    f"The column “{text[:40]}” stands twice. Delete one.",
                )
            )  # fmt: skip
        else:
            columns[at] = column
    for column in wanted:
        if (column.needed or column in table.keys) and column not in columns.values():
            findings.append(
                _fault(
                    "column-missing", sheet.place(number, 1), f"Thiếu cột “{column.label.vi}”.",
                    f"The column “{column.label.en}” is missing.",
                )
            )  # fmt: skip
    return Headers(number, columns, findings)


def guessed(book: Book, layouts: Iterable[Layout]) -> Layout | None:
    """The paper a workbook without a mark looks most like."""
    best: tuple[int, Layout | None] = (0, None)
    for layout in layouts:
        score = sum(
            len(headers(sheet, table).columns) for table, sheet in matched(book.sheets, layout.tables)
        )
        if score > best[0]:
            best = (score, layout)
    return best[1]


def _fault(code: str, place: str, vi: str, en: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(f"xlsx.{code}", place, vi, en, severity)
