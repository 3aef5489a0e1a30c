"""
The template of a paper: instructions, single fields, one sheet for each list, drop-down lists, and a mark by which it is known.

Made from the boxes of the document; three header rows give each column in Vietnamese, in English, and by its path.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from motcua.lib.bilingual import Text
from motcua.manifest.documents.boxes import Coded
from motcua.manifest.messages.texts import VIETNAM
from motcua.manifest.messages.workbook.layout import HEAD_TITLE, Column, Layout, Table, layout_of
from motcua.manifest.messages.workbook.sheets import MARK

# The names of the papers, for the first sheet and for the file.
TITLES: Final[Mapping[str, Text]] = {
    "manifest": Text("Bản khai hàng hóa", "Cargo declaration"),
    "general-declaration": Text("Bản khai chung", "General declaration"),
    "call-notice": Text("Thông báo tàu", "Notice of a ship"),
    "crew-list": Text("Danh sách thuyền viên", "Crew list"),
    "passenger-list": Text("Danh sách hành khách", "Passenger list"),
    "crew-effects": Text("Bản khai hành lý thuyền viên", "Crew's effects declaration"),
    "stores": Text("Bản khai dự trữ của tàu", "Ship's stores declaration"),
    "dangerous-goods": Text("Bản khai hàng nguy hiểm", "Dangerous goods manifest"),
    "health-declaration": Text("Khai báo y tế hàng hải", "Maritime declaration of health"),
    "security-notice": Text("Khai báo an ninh tàu biển", "Ship security notice"),
    "waste": Text("Thông báo chất thải từ tàu", "Advance notice of waste"),
}
GUIDE: Final = (
    Text(
        "Điền trang “Thông tin chung”, rồi từng trang danh sách, mỗi dòng một mục.",
        "Fill in the sheet “Thông tin chung”, then each list, one line an entry.",
    ),
    Text(
        "Cột có dấu * là bắt buộc. Ô có mũi tên: chọn trong danh mục.",
        "Columns with * must be filled. Cells with an arrow offer a list.",
    ),
    Text(
        "Dòng hàng hóa, công-ten-nơ thuộc về vận đơn nào thì ghi số của vận đơn đó ở cột đầu.",
        "Goods and containers name in their first column the bill they belong to.",
    ),
    Text(
        "Nhiều giá trị trong một ô (số niêm phong, số khung) ngăn nhau bằng dấu chấm phẩy.",
        "Several values in one cell (seals, chassis) are parted by semicolons.",
    ),
    Text(
        "Số lẻ ghi sau dấu chấm hoặc dấu phẩy, không ngăn hàng nghìn. Khối lượng tính bằng kg.",
        "Decimals after a point or a comma, no thousands separator. Masses in kilograms.",
    ),
    Text(
        "Ngày ghi 31/12/2020, giờ ghi 31/12/2020 14:30 (giờ Việt Nam).",
        "Dates as 31/12/2020, times as 31/12/2020 14:30 (Vietnam time).",
    ),
    Text("Dán giá trị, không dùng công thức; không gộp ô.", "Paste values, no formulas; do not merge cells."),
    Text(
        "Tải tệp lên; nếu có lỗi, hệ thống trả lại chính tệp này, từng ô sai được tô màu và ghi chú.",
        "Upload the file; faults come back in this very file, each cell coloured and commented.",
    ),
)
ROWS: Final = 5_000
_CODES_SHEET: Final = "Danh mục"

_TITLE = PatternFill("solid", fgColor="1F4E5F")
_NEEDED = PatternFill("solid", fgColor="D9E8EC")
_OTHER = PatternFill("solid", fgColor="EEF2F3")
_EDGE = Border(bottom=Side(style="thin", color="9FB4BA"))
_FLAG = ("có · yes", "không · no")


def write(name: str, lists: Mapping[str, Iterable[tuple[str, str]]] | None = None) -> bytes:
    """
    The template of a document. `lists` are outside code lists by the name that boxes use ("UN/ECE 21"), each a sequence of
    (code, name): they become drop-down lists that advise and do not forbid.
    """
    layout = layout_of(name)
    book = Workbook()
    codes = _Codes(book, lists or {})
    guide = book.active
    assert isinstance(guide, Worksheet)
    _guide(guide, layout)
    _head(book.create_sheet(HEAD_TITLE.vi), layout, codes)
    for table in layout.usual():
        _list(book.create_sheet(table.title.vi), table, codes)
    codes.finish()
    mark = book.create_sheet(MARK)
    mark["A1"], mark["B1"] = name, 1
    mark.sheet_state = "veryHidden"
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    book.properties.creator = "Một Cửa"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Codes:
    """The sheet of code lists: each list once, named by the range that drop-downs point at."""

    def __init__(self, book: Workbook, lists: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        self._book = book
        self._lists = {name: [f"{code} · {text}" for code, text in rows] for name, rows in lists.items()}
        self._columns: dict[str, tuple[str, list[str]]] = {}

    def of(self, column: Column) -> tuple[str, bool] | None:
        """(range, whether only these may stand) for a column; None when it has no list."""
        slot = column.slot
        if slot.kind is bool:
            return self._range("có, không", list(_FLAG)), True
        if isinstance(slot.kind, type) and issubclass(slot.kind, Coded):
            entries = [f"{one.label.vi} · {one.label.en}" for one in slot.kind]
            return self._range(slot.kind.__name__, entries), True
        known = self._lists.get(slot.box.codes)
        return (self._range(slot.box.codes, known), False) if known else None

    def _range(self, name: str, entries: list[str]) -> str:
        if name not in self._columns:
            self._columns[name] = (get_column_letter(len(self._columns) + 1), entries)
        letter, held = self._columns[name]
        return f"'{_CODES_SHEET}'!${letter}$2:${letter}${len(held) + 1}"

    def finish(self) -> None:
        """Write the lists, behind everything else."""
        sheet = self._book.create_sheet(_CODES_SHEET)
        for name, (letter, entries) in self._columns.items():
            sheet[f"{letter}1"] = name
            sheet[f"{letter}1"].font = Font(bold=True)
            sheet.column_dimensions[letter].width = 36
            for at, entry in enumerate(entries, start=2):
                sheet[f"{letter}{at}"] = entry


def _guide(sheet: Worksheet, layout: Layout) -> None:
    sheet.title = "Hướng dẫn"
    title = TITLES[layout.name]
    lines = [(f"{title.vi} · {title.en}", "", True), ("Cách điền", "How to fill in", True)]
    lines += [(f"{at}. {one.vi}", f"{at}. {one.en}", False) for at, one in enumerate(GUIDE, start=1)]
    for number, (vi, en, strong) in enumerate(lines, start=1):
        for letter, text in (("A", vi), ("B", en)):
            sheet[f"{letter}{number}"] = text
            sheet[f"{letter}{number}"].font = Font(bold=strong, size=14 if number == 1 else 11)
            sheet[f"{letter}{number}"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 70
    sheet.column_dimensions["B"].width = 60


def _head(sheet: Worksheet, layout: Layout, codes: _Codes) -> None:
    for at, text in enumerate(("Mục", "Field", "Giá trị · Value", "Mã ô · Path"), start=1):
        cell = sheet.cell(1, at, text)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _TITLE
    row = 1
    for column in layout.head:
        if not column.usual:
            continue
        row += 1
        star = " *" if column.needed else ""
        sheet.cell(row, 1, f"{column.label.vi}{star}").fill = _NEEDED if column.needed else _OTHER
        sheet.cell(row, 2, column.label.en).fill = _NEEDED if column.needed else _OTHER
        sheet.cell(row, 4, column.path).font = Font(color="808080", size=8)
        value = sheet.cell(row, 3)
        value.number_format, value.border = _format(column), _EDGE
        _choices(sheet, f"C{row}", column, codes)
    for letter, width in (("A", 46), ("B", 40), ("C", 34), ("D", 30)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "C2"


def _list(sheet: Worksheet, table: Table, codes: _Codes) -> None:
    columns = [*table.keys, *(column for column in table.columns if column.usual)]
    for at, column in enumerate(columns, start=1):
        letter = get_column_letter(at)
        needed = column.needed or column in table.keys
        fill = _NEEDED if needed else _OTHER
        top = sheet.cell(1, at, f"{column.label.vi}{' *' if needed else ''}")
        top.font, top.fill = Font(bold=True), fill
        sheet.cell(2, at, column.label.en).fill = fill
        sheet.cell(3, at, column.path).font = Font(color="808080", size=8)
        for row in (1, 2):
            sheet.cell(row, at).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = _width(column)
        sheet.column_dimensions[letter].number_format = _format(column)
        _choices(sheet, f"{letter}4:{letter}{ROWS + 3}", column, codes)
    sheet.row_dimensions[1].height = 46
    sheet.row_dimensions[2].height = 32
    sheet.freeze_panes = "B4"


def _width(column: Column) -> float:
    return float(min(max(column.slot.box.longest or 14, 12), 40))


def _format(column: Column) -> str:
    """Text stays text, so that Excel keeps leading zeros and invents no dates."""
    kind = column.slot.kind
    if kind is datetime:
        return "dd/mm/yyyy hh:mm"
    if kind is date:
        return "dd/mm/yyyy"
    return "General" if kind in (Decimal, int) else "@"


def _choices(sheet: Worksheet, where: str, column: Column, codes: _Codes) -> None:
    found = codes.of(column)
    if found is None:
        return
    source, strict = found
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=strict)
    rule.errorTitle, rule.error = (
        "Không có trong danh mục",
        "Hãy chọn một mục trong danh sách. · Choose from the list.",
    )
    rule.add(where)
    sheet.add_data_validation(rule)


def filled(document: Any, name: str, lists: Mapping[str, Iterable[tuple[str, str]]] | None = None) -> bytes:
    """The template with a document in it: what was filed, to go on from."""
    layout = layout_of(name)
    book = load_workbook(io.BytesIO(write(name, lists)))
    head = book[HEAD_TITLE.vi]
    for row in range(2, head.max_row + 1):
        column = next((one for one in layout.head if one.path == head.cell(row, 4).value), None)
        if column is not None:
            _set(head.cell(row, 3), _value(document, column.path))
    for table in layout.usual():
        sheet = book[table.title.vi]
        columns = [*table.keys, *(column for column in table.columns if column.usual)]
        row = 4
        for keys, line in _lines(document, table):
            values = [*keys, *(_value(line, column.path) for column in columns[len(keys) :])]
            for at, value in enumerate(values, start=1):
                _set(sheet.cell(row, at), value)
            row += 1
    return _saved(book)


def _lines(document: Any, table: Table) -> Iterable[tuple[list[Any], Any]]:
    lines: list[tuple[list[Any], Any]] = [([], document)]
    steps = table.path.split(".")
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        found: list[tuple[list[Any], Any]] = []
        for keys, holder in lines:
            held = getattr(holder, step)
            if isinstance(held, tuple):
                found += [([*keys, *([] if last else [one.number])], one) for one in held]
            else:
                found.append((keys, held))
        lines = found
    return lines


def _value(part: Any, path: str) -> Any:
    for step in path.split("."):
        part = getattr(part, step)
    return part


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return "; ".join(value) or None
    if isinstance(value, bool):
        return _FLAG[0] if value else _FLAG[1]
    if isinstance(value, Coded):
        return f"{value.label.vi} · {value.label.en}"
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None)
    return value if value != "" else None


def _set(cell: Any, value: Any) -> None:
    """Write a value; a text stays a text, whatever it begins with, so that it never runs."""
    cell.value = _shown(value)
    if isinstance(cell.value, str):
        cell.data_type = "s"
