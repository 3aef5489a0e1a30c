"""The sender's own workbook given back: every faulty cell coloured and commented, and a sheet that lists them all."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from motcua.manifest.messages.workbook.safe import opened

FAULTS: Final = "Lỗi"
_RED = PatternFill("solid", fgColor="F8CBAD")
_YELLOW = PatternFill("solid", fgColor="FFF2CC")
_PLACE = re.compile(r"([^!()]{1,31})!(\$?[A-Z]{1,3}\$?\d{1,7})")
# A comment for every cell of a hopeless file would make it unreadable, and slow to open.
MOST = 1_000


def marked(content: bytes, findings: Iterable[Mapping[str, Any]]) -> bytes:
    """The workbook with its faults; a finding is what the gateway keeps: code, place, vi, en, severity."""
    opened(content)
    book = load_workbook(io.BytesIO(content), keep_links=False)
    told = list(findings)[:MOST]
    for name in (FAULTS,):
        if name in book.sheetnames:
            del book[name]
    texts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in told:
        where = cell_of(str(one.get("place", "")))
        if where is not None and where[0] in book.sheetnames:
            texts.setdefault(where, []).append(one)
    for (sheet, cell), faults in texts.items():
        _mark(book[sheet], cell, faults)
    _list(book.create_sheet(FAULTS, 0), told, book.sheetnames)
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(place: str) -> tuple[str, str] | None:
    """(sheet, cell) of a finding's place: `Vận đơn!C7`, or `bills[0].number (Vận đơn!C7)`."""
    match = _PLACE.search(place)
    return (match[1].strip(), match[2].replace("$", "")) if match else None


def _mark(sheet: Any, where: str, faults: list[Mapping[str, Any]]) -> None:
    cell = sheet[where]
    for merged in sheet.merged_cells.ranges:
        if where in merged:
            cell = sheet.cell(merged.min_row, merged.min_col)
    cell.fill = _RED if any(one.get("severity", "error") == "error" for one in faults) else _YELLOW
    text = "\n\n".join(f"{one.get('vi', '')}\n{one.get('en', '')}" for one in faults)
    note = Comment(text[:2_000], "Một Cửa")
    note.width, note.height = 360, 60 + 40 * len(faults)
    cell.comment = note


def _list(sheet: Any, findings: list[Mapping[str, Any]], known: list[str]) -> None:
    for at, text in enumerate(
        ("Ô · Cell", "Sai gì, sửa thế nào", "What is wrong, how to mend it", "Mã · Code"), start=1
    ):
        sheet.cell(1, at, text).font = Font(bold=True)
    for row, one in enumerate(findings, start=2):
        where = cell_of(str(one.get("place", "")))
        first = sheet.cell(row, 1, f"{where[0]}!{where[1]}" if where else str(one.get("place", "")))
        if where and where[0] in known:
            name = where[0].replace("'", "''")
            first.hyperlink = f"#'{name}'!{where[1]}"
            first.font = Font(color="1F4E5F", underline="single")
        for at, key in ((2, "vi"), (3, "en"), (4, "code")):
            cell = sheet.cell(row, at, str(one.get(key, "")))
            # Quoted content of the sender must not run here either.
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in (("A", 26), ("B", 70), ("C", 70), ("D", 20)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
