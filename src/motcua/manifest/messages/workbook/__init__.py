"""
Papers in Excel workbooks: read by `read`, offered as templates by `template.write`, given back marked by `mark.marked`.

* `layout`    how a paper lies in a workbook, from the boxes of the document
* `safe`      the archive before anything reads it
* `sheets`    headers where people left them
* `cells`     one cell as the value of a field
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any

from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity
from motcua.manifest.documents import DOCUMENTS, Box, slots
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.workbook.cells import BLANK, cell_value
from motcua.manifest.messages.workbook.layout import HEAD_TITLE, Column, Layout, Table, layout_of
from motcua.manifest.messages.workbook.sheets import (
    MOST_ROWS,
    Book,
    Sheet,
    folded,
    guessed,
    headers,
    matched,
    names_of,
    read_book,
)


def read(content: bytes, profile: Any = None) -> Read:
    """One workbook as one paper; every faulty cell is a finding with `Sheet!B7` as its place."""
    book = read_book(content)
    layout = (
        layout_of(book.document) if book.document in DOCUMENTS else guessed(book, map(layout_of, DOCUMENTS))
    )
    if layout is None:
        raise Malformed(
            "Không nhận ra bản khai nào trong bảng tính. Hãy tải tệp mẫu và điền vào đó.",
            "No paper is recognised in the workbook. Download the template and fill it in.",
            place=f"{book.sheets[0].title}!A1" if book.sheets else "xlsx",
        )
    taking = _Taking(book, layout)
    document = taking.document()
    part = Part(getattr(document, "reference", ""), layout.name, accepted=True)
    places = _Places(taking.places)
    findings = tuple(taking.findings)
    return Read("xlsx", layout.name, (document,), findings, (places,), (part,))


class _Places(dict[str, str]):
    """Cells by path; what stands nowhere has the place of what encloses it."""

    def __missing__(self, path: str) -> str:
        while path and path not in self:
            path = path[: path.rfind("[")] if path.endswith("]") else path.rpartition(".")[0]
        return self[path] if path else self.get("", "A1")


@dataclass
class _Line:
    """One line of a list before it is made: its values by path, its children by field, where it stands."""

    values: dict[str, Any]
    place: str
    children: dict[str, list[_Line]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


class _Taking:
    """One reading of one workbook."""

    def __init__(self, book: Book, layout: Layout) -> None:
        self._book, self._layout = book, layout
        self.findings: list[Finding] = []
        self.places: dict[str, str] = {}

    def document(self) -> Any:
        root = _Line({}, f"{self._book.sheets[0].title}!A1" if self._book.sheets else "A1")
        self.places[""] = root.place
        self._head(root)
        # Lines of each list by the key that those below name; the outermost list hangs on the document itself.
        known: dict[str, dict[tuple[str, ...], _Line]] = {"": {(): root}}
        found = dict(_pairs(matched(self._book.sheets, self._layout.tables)))
        for table in self._layout.tables:
            sheet = found.get(table.path)
            known[table.path] = {}
            if sheet is not None:
                self._list(table, sheet, known)
        return self._made(self._layout.document, root, "")

    def _say(self, code: str, place: str, vi: str, en: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(code, place, vi, en, severity))

    # ---- the sheet of single fields ----

    def _head(self, root: _Line) -> None:
        titles = {folded(HEAD_TITLE.vi), folded(HEAD_TITLE.en), folded(f"{HEAD_TITLE.vi} · {HEAD_TITLE.en}")}
        sheet = next((one for one in self._book.sheets if folded(one.title) in titles), None)
        if sheet is None:
            place = f"{self._book.sheets[0].title}!A1" if self._book.sheets else "xlsx"
            self._say(
                "xlsx.sheet-missing",
                place,
                f"Thiếu trang “{HEAD_TITLE.vi}”.",
                f"The sheet “{HEAD_TITLE.en}” is missing.",
            )
            return
        names = names_of(self._layout.head)
        for number, row in enumerate(sheet.rows, start=1):
            named = [
                (at, column)
                for at, cell in enumerate(row, start=1)
                if isinstance(cell.value, str) and (column := names.get(folded(cell.value.rstrip(" *"))))
            ]
            if not named:
                continue
            column = named[-1][1]
            labels = {at for at, _ in named}
            value_at = next((at for at in range(1, len(row) + 1) if at not in labels and at > named[0][0]), 0)
            if value_at:
                self._cell(sheet, number, value_at, row[value_at - 1], column, root)

    # ---- the sheets of lists ----

    def _list(self, table: Table, sheet: Sheet, known: dict[str, dict[tuple[str, ...], _Line]]) -> None:
        top = headers(sheet, table)
        self.findings += top.findings
        if not top.columns:
            return
        self._merged(sheet, top.row)
        if sheet.too_long:
            self._say(
                "xlsx.too-long",
                f"{sheet.title}!A{MOST_ROWS}",
                f"Trang có quá {MOST_ROWS} dòng.",
                f"More than {MOST_ROWS} rows.",
            )
        key_at = {column.path: at for at, column in top.columns.items() if column in table.keys}
        fields = {at: column for at, column in top.columns.items() if column not in table.keys}
        for number in range(top.row + 1, len(sheet.rows) + 1):
            row = sheet.rows[number - 1]
            line = _Line({}, f"{sheet.title}!A{number}")
            for at, column in fields.items():
                if at <= len(row) and row[at - 1].value is not None:
                    self._cell(sheet, number, at, row[at - 1], column, line)
            if not line.values and not line.cells:
                continue
            above = self._above(table, sheet, number, row, key_at, known)
            if above is None:
                continue
            key, holder = above
            self._complete(table, sheet, number, line, fields)
            holder.children.setdefault(table.field, []).append(line)
            own = line.values.get("number")
            known[table.path].setdefault((*key, str(own if own is not None else "")), line)

    def _above(
        self, table: Table, sheet: Sheet, number: int, row: Any, key_at: Mapping[str, int],
        known: dict[str, dict[tuple[str, ...], _Line]],
    ) -> tuple[tuple[str, ...], _Line] | None:  # fmt: skip
        """The line that this one belongs to, by the values of its key columns."""
        key: list[str] = []
        at = 1
        for column in table.keys:
            at = key_at.get(column.path, 1)
            value, _ = (
                cell_value(row[at - 1], column.slot, self._book.epoch) if at <= len(row) else (BLANK, None)
            )
            key.append("" if value is BLANK else str(value))
        parents = known.get(_list_above(table), {})
        holder = parents.get(tuple(key))
        if holder is None:
            named = " / ".join(key) or "?"
            self._say(
                "xlsx.parent", sheet.place(number, at),
                f"Không có dòng nào mang số “{named}” để dòng này thuộc về. Hãy sửa số hoặc thêm dòng đó.",
                f"No line carries the number “{named}” that this one belongs to. Mend the number or add that line.",
            )  # fmt: skip
            return None
        return tuple(key), holder

    def _complete(
        self, table: Table, sheet: Sheet, number: int, line: _Line, fields: Mapping[int, Column]
    ) -> None:
        """What a line must have: told at the very cell that is empty."""
        for at, column in fields.items():
            if column.needed and column.path not in line.values and column.path not in line.cells:
                self._say(
                    "xlsx.empty",
                    sheet.place(number, at),
                    f"Chưa điền “{column.label.vi}”.",
                    f"“{column.label.en}” is empty.",
                )

    def _merged(self, sheet: Sheet, header: int) -> None:
        for row, where in sheet.merged:
            if row > header:
                self._say(
                    "xlsx.merged", f"{sheet.title}!{where.partition(':')[0]}",
                    f"Các ô {where} bị gộp; chỉ ô đầu có giá trị. Hãy bỏ gộp và điền từng ô.",
                    f"The cells {where} are merged; only the first has a value. Unmerge them and fill each.",
                )  # fmt: skip

    def _cell(self, sheet: Sheet, number: int, at: int, cell: Any, column: Column, line: _Line) -> None:
        place = sheet.place(number, at)
        if column.slot.many:
            self._several(cell, column, line, place)
            return
        value, problem = cell_value(cell, column.slot, self._book.epoch)
        if problem is not None:
            self._say(problem.code, place, problem.vi, problem.en, problem.severity)
            line.cells[column.path] = place
        if value is not BLANK:
            line.cells[column.path] = place
            if value is not None:
                line.values[column.path] = value

    def _several(self, cell: Any, column: Column, line: _Line, place: str) -> None:
        """Several texts in one cell, such as seals, stand apart by semicolons."""
        whole, problem = cell_value(cell, _plain(column), self._book.epoch)
        if problem is not None:
            self._say(problem.code, place, problem.vi, problem.en, problem.severity)
        if whole is BLANK or not whole:
            return
        values = tuple(part.strip() for part in str(whole).split(";") if part.strip())
        longest = column.slot.box.longest
        long = next((one for one in values if longest and len(one) > longest), None)
        if long is not None:
            self._say(
                "value.long",
                place,
                f"“{long}” dài quá {longest} ký tự.",
                f"“{long}” is longer than {longest}.",
            )
            return
        line.values[column.path] = values
        line.cells[column.path] = place

    # ---- making ----

    def _made(self, kind: Any, line: _Line, path: str) -> Any:
        """The document, or one line of a list, from its values."""
        for where, cell in line.cells.items():
            self.places[f"{path}.{where}" if path else where] = cell
        if path:
            self.places[path] = line.place
        above = f"{path}." if path else ""
        lists = {}
        for name, lines in line.children.items():
            inner = _kind_of(kind, name)
            lists[name] = tuple(
                self._made(inner, one, f"{above}{name}[{at}]") for at, one in enumerate(lines)
            )
        return assembled(kind, line.values, lists)


def assembled(kind: Any, values: Mapping[str, Any], lists: Mapping[str, Any]) -> Any:
    """A dataclass from values by path: `consignee.name` goes into its part."""
    plain: dict[str, Any] = dict(lists)
    parts: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        head, dot, rest = path.partition(".")
        if dot:
            parts.setdefault(head, {})[rest] = value
        else:
            plain[head] = value
    kinds = {slot.name: slot.kind for slot in slots(kind)}
    for name, inner in parts.items():
        plain[name] = assembled(kinds[name], inner, {})
    return kind(**plain)


def _kind_of(kind: Any, name: str) -> Any:
    found = next(slot.kind for slot in slots(kind) if slot.name == name)
    assert is_dataclass(found)
    return found


def _list_above(table: Table) -> str:
    """The list that the keys of a table name lines of: `bills` for `bills.items`."""
    return table.keys[-1].path.removeprefix("^") if table.keys else ""


def _pairs(found: Any) -> Any:
    return ((table.path, sheet) for table, sheet in found)


def _plain(column: Column) -> Any:
    """The slot of one text of many, without its bound: the parts are bounded, not the whole."""
    return replace(column.slot, many=False, box=Box(column.slot.box.label))
