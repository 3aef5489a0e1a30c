"""
Excel workbooks of figures, of form II.06a and of lists: numbers as numbers, days as days, codes and names as text.

No text can become a formula: every text cell is stored as a string, whatever it begins with (ASVS 1.2.10: = + - @ TAB CR NUL),
and is marked so that typing in it does not turn it into one either. Headings are in Vietnamese with the English under them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from motcua.casework.figures import Figure, Period
from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import VIETNAM, nfc
from motcua.reporting.bulletin import bulletin
from motcua.reporting.form06a import Form, Line
from motcua.reporting.identities import COLUMNS, HEADINGS, IDENTITIES
from motcua.reporting.indicators import BETTER, KINDS, indicator
from motcua.reporting.listing import Listing, line_title, title_of
from motcua.reporting.mapping import state_mapping

Value = str | int | Decimal | date | datetime | None

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A longer list is a file of minutes to make and to open; it comes as CSV.
MOST_ROWS = 20_000
LONGEST_TEXT = 32_767

_STARTS_FORMULA = re.compile(r"^[=+\-@\t\n\x00\u2400]")
# Begins with a letter or a digit, holds nothing that needs care.
_PLAIN = re.compile(r"[^\W_][\w .,;:/()•–-]*")
# What XML 1.0 cannot hold; each is shown by its picture (U+2400 and following), so that nothing vanishes.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_CHARACTERS = re.compile("[\ufffe\uffff\ud800-\udfff]")

_HEAD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="E2F0EE")
_LINE = Border(bottom=Side(style="thin", color="0B5C57"))
_WRAP = Alignment(vertical="top", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_DAY, _MOMENT, _WHOLE, _EXACT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "#,##0", "0.000000"


def clean(text: str) -> str:
    """A text as a cell can hold it: NFC, line ends as LF, control characters as their pictures, cut at Excel's limit."""
    text = nfc(text).replace("\r\n", "\n").replace("\r", "\n")
    text = _UNWRITABLE.sub(lambda found: chr(0x2400 + ord(found[0])), text)
    return _NOT_CHARACTERS.sub("\ufffd", text)[:LONGEST_TEXT]


def cell(sheet: Any, value: Value, *, bold: bool = False, form: str = "") -> Cell:
    """One cell of the type its value has; None and '' stay empty. `form` is a number format."""
    if isinstance(value, bool):
        raise TypeError("say yes or no in words")
    if isinstance(value, str):
        text = clean(value)
        made = WriteOnlyCell(sheet, text)
        if text:
            # Whatever openpyxl made of it, a text is a string.
            made.data_type = "s"
            made.quotePrefix = bool(_STARTS_FORMULA.match(text))
        made.alignment = _WRAP
    elif isinstance(value, datetime):
        made = WriteOnlyCell(sheet, value.astimezone(VIETNAM).replace(tzinfo=None))
        made.number_format = form or _MOMENT
    elif isinstance(value, date):
        made = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
        made.number_format = form or _DAY
    else:
        made = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
        if value is not None:
            made.number_format = form or (_WHOLE if isinstance(value, int) else "General")
    if bold:
        made.font = _HEAD
    return made


def _sheet(book: Workbook, title: str, heads: Sequence[Text], widths: Sequence[int]) -> Any:
    """A sheet with its heading row, frozen, with a filter over it."""
    sheet = book.create_sheet(title)
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "B2"
    row = [cell(sheet, f"{head.vi}\n{head.en}", bold=True) for head in heads]
    for one in row:
        one.fill, one.border, one.alignment = _FILL, _LINE, _CENTRE
    sheet.append(row)
    return sheet


def _saved(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


# About the file ---------------------------------------------------------------------------------------------


def about(book: Workbook, facts: Iterable[tuple[Text, Value]]) -> None:
    """The last sheet of every workbook: what it is, of which moment, and how to check it."""
    sheet = _sheet(
        book, "Về tệp này", (Text("Mục", "Item"), Text("Nội dung", "Content"), Text("English", "English")), (34, 70, 40)
    )  # fmt: skip
    for name, value in facts:
        form = "yyyy-mm-dd hh:mm:ss" if isinstance(value, datetime) else ""
        sheet.append([cell(sheet, name.vi, bold=True), cell(sheet, value, form=form), cell(sheet, name.en)])


def _origin(period: Period, as_of: datetime) -> list[tuple[Text, Value]]:
    return [
        (Text("Kỳ", "Period"), period.title.vi),
        (Text("Ngày đầu", "First day"), period.start),
        (Text("Ngày cuối", "Last day"), period.end),
        (Text("Số liệu hệ thống biết lúc (giờ Việt Nam)", "As the system knew at (Vietnam time)"), as_of),
        (
            Text("Thời điểm chính xác", "The exact moment"),
            as_of.astimezone(VIETNAM).isoformat(),
        ),
    ]


# The bulletin -----------------------------------------------------------------------------------------------

_FIGURE_HEADS = (
    (Text("Mã", "Code"), 28), (Text("Chỉ tiêu", "Indicator"), 46), (Text("Số liệu", "Figure"), 12),
    (Text("Trên tổng", "Out of"), 10), (Text("Đơn vị", "Unit"), 12), (Text("Kỳ gốc", "Base"), 12),
    (Text("Kỳ gốc từ ngày", "Base from"), 12), (Text("Kỳ gốc đến ngày", "Base to"), 12),
    (Text("Nguồn kỳ gốc", "Source of base"), 16), (Text("Thay đổi in ra (%)", "Change as printed (%)"), 12),
    (Text("Thay đổi chưa làm tròn (%)", "Unrounded change (%)"), 16), (Text("Ghi chú", "Note"), 50),
    (Text("Số dòng", "Rows"), 12), (Text("Gốc Merkle của danh sách", "Merkle root of the list"), 68),
    (Text("Phiên bản định nghĩa", "Version of definition"), 12),
)  # fmt: skip
_SOURCES = {
    "rows": "đếm từ dữ liệu",
    "published": "theo công bố",
    "incomplete": "dữ liệu không đủ kỳ",
    "none": "",
}


def bulletin_workbook(figures: Sequence[Figure], more: Mapping[Text, Value] | None = None) -> bytes:
    """The figures of a bulletin, its words in both languages, the definitions, and where all of it comes from."""
    book = Workbook(write_only=True)
    sheet = _sheet(
        book, "Số liệu", [head for head, _ in _FIGURE_HEADS], [width for _, width in _FIGURE_HEADS]
    )
    for one in figures:
        sheet.append(_figure_row(sheet, one))
    _words(book, figures)
    _definitions(book, figures)
    if figures:
        about(book, [*_origin(figures[0].period, figures[0].as_of), *(more or {}).items()])
    return _saved(book)


def _figure_row(sheet: Any, one: Figure) -> list[Cell]:
    found = indicator(one.code)
    base = one.base_period
    values: list[tuple[Value, str]] = [
        (one.code, ""), (found.title.vi, ""), (one.value, ""), (one.of, ""), (found.unit.vi, ""), (one.base, ""),
        (base.start if base else None, ""), (base.end if base else None, ""), (_SOURCES[one.base_source], ""),
        (Decimal(one.change_printed) if one.change_printed is not None else None, "0.##"),
        (Decimal(one.change_raw) if one.change_raw is not None else None, _EXACT),
        (one.note.vi if one.note else None, ""), (one.rows, ""), (one.digest, ""), (one.version, "0"),
    ]  # fmt: skip
    return [cell(sheet, value, form=form) for value, form in values]


def _words(book: Workbook, figures: Sequence[Figure]) -> None:
    sheet = _sheet(
        book, "Bản tin", (Text("Tiếng Việt", "Vietnamese"), Text("Tiếng Anh", "English")), (90, 90)
    )
    vi, en = (bulletin(figures, language).split("\n") for language in ("vi", "en"))
    longest = max(len(vi), len(en))
    for index in range(longest):
        pair = (lines[index] if index < len(lines) else "" for lines in (vi, en))
        sheet.append([cell(sheet, line) for line in pair])


def _definitions(book: Workbook, figures: Sequence[Figure]) -> None:
    heads = (
        (Text("Mã", "Code"), 28), (Text("Định nghĩa", "Definition"), 70), (Text("Cách tính", "Formula"), 50),
        (Text("Đơn vị", "Unit"), 12), (Text("Kỳ", "Period"), 30), (Text("Chiều tốt", "Better"), 30),
        (Text("Nguồn", "Source"), 50),
    )  # fmt: skip
    sheet = _sheet(book, "Định nghĩa", [head for head, _ in heads], [width for _, width in heads])
    for one in figures:
        found = indicator(one.code)
        texts = (
            found.definition, found.formula, found.unit, KINDS[found.period_kind], BETTER[found.better], found.source
        )  # fmt: skip
        sheet.append([cell(sheet, value) for value in (one.code, *(text.vi for text in texts))])


# Form II.06a ------------------------------------------------------------------------------------------------

_BY = {
    "office": Text("Đơn vị", "Office"),
    "field": Text("Lĩnh vực", "Field"),
    "procedure": Text("Thủ tục", "Procedure"),
}
_GROUPS = (
    (3, 6, Text("Số hồ sơ nhận giải quyết", "Dossiers to handle")),
    (7, 10, Text("Số lượng hồ sơ đã giải quyết", "Settled")),
    (11, 13, Text("Số lượng hồ sơ đang giải quyết", "In hand")),
)  # fmt: skip


def form_workbook(form: Form, more: Mapping[Text, Value] | None = None) -> bytes:
    """Form II.06a with its three-storey heading, the identities, what is told apart, and where all of it comes from."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Biểu II.06a"
    _form_head(sheet, form)
    for number, line in enumerate(form.lines, 1):
        sheet.append([cell(sheet, number), *_line_cells(sheet, form.by, line, bold=False)])
    sheet.append([cell(sheet, ""), *_line_cells(sheet, form.by, form.total, bold=True)])
    sheet.freeze_panes = "D4"
    _identities(book, form)
    _apart(book, form)
    about(book, [*_origin(form.period, form.as_of), *_about_form(form), *(more or {}).items()])
    return _saved(book)


def _form_head(sheet: Any, form: Form) -> None:
    by = _BY[form.by]
    top: list[Text | None] = [Text("TT", "No."), Text("Mã", "Code"), by, *([None] * len(COLUMNS))]
    for first, _, title in _GROUPS:
        top[first] = title
    middle = [HEADINGS[column] for column in COLUMNS]
    rows = [
        [cell(sheet, f"{one.vi}\n{one.en}" if one else "", bold=True) for one in top],
        [cell(sheet, ""), cell(sheet, ""), cell(sheet, ""), *(cell(sheet, f"{one.vi}\n{one.en}", bold=True) for one in middle)],
        [cell(sheet, mark) for mark in ("(1)", "", "(2)", *(f"({column})" for column in COLUMNS))],
    ]  # fmt: skip
    for row in rows:
        for one in row:
            one.fill, one.alignment = _FILL, _CENTRE
        sheet.append(row)
    for first, last, _ in _GROUPS:
        sheet.merge_cells(start_row=1, end_row=1, start_column=first + 1, end_column=last + 1)
    for column in (1, 2, 3):
        sheet.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    for index, width in enumerate((6, 30, 46, *([12] * len(COLUMNS))), 1):
        sheet.column_dimensions[get_column_letter(index)].width = width


def _line_cells(sheet: Any, by: str, line: Line, *, bold: bool) -> list[Cell]:
    key = "" if line.key == "total" else line.key
    texts = [cell(sheet, key, bold=bold), cell(sheet, line_title(by, line).vi, bold=bold)]
    return [*texts, *(cell(sheet, line.cells[column], bold=bold) for column in COLUMNS)]


def _identities(book: Workbook, form: Form) -> None:
    heads = (Text("Đẳng thức", "Identity"), Text("Dòng", "Line"), Text("Vế trái", "Whole"), Text("Vế phải", "Parts"),
             Text("Lệch", "Off by"), Text("Kết luận", "Verdict"))  # fmt: skip
    sheet = _sheet(book, "Đẳng thức", heads, (28, 46, 12, 12, 10, 14))
    for whole, parts in IDENTITIES:
        name = f"({whole}) = " + " + ".join(f"({part})" for part in parts)
        for line in (form.total, *form.lines):
            left, right = line.cells[whole], sum(line.cells[part] for part in parts)
            values = (
                name,
                line_title(form.by, line).vi,
                left,
                right,
                left - right,
                "khớp" if left == right else "LỆCH",
            )
            sheet.append([cell(sheet, value) for value in values])


def _apart(book: Workbook, form: Form) -> None:
    heads = (
        Text("Mã", "Code"),
        Text("Nêu riêng dưới biểu", "Told apart under the form"),
        Text("Số hồ sơ", "Dossiers"),
    )
    sheet = _sheet(book, "Nêu riêng", heads, (22, 80, 12))
    for code, name, value in form.apart.items():
        sheet.append([cell(sheet, f"06a:{code}"), cell(sheet, name.vi), cell(sheet, value)])


def _about_form(form: Form) -> list[tuple[Text, Value]]:
    mapping = state_mapping()
    return [
        (Text("Biểu", "Form"), "II.06a/VPCP/KSTT"),
        (Text("Đơn vị", "Office"), form.office or "toàn Cục"),
        (Text("Bảng chuyển trạng thái", "State mapping"), form.mapping),
        (Text("Ghi chú về bảng chuyển", "Remark on the mapping"), mapping.remark.vi),
        (Text("Nguồn của biểu", "Source of the form"), mapping.source),
    ]


# Lists ------------------------------------------------------------------------------------------------------

LIST_HEADS = (
    (Text("TT", "No."), 8), (Text("Số hồ sơ, tờ khai", "Reference"), 30), (Text("Dấu dòng", "Row mark"), 16),
    (Text("Loại", "Kind"), 20), (Text("Mã thủ tục", "Procedure code"), 34), (Text("Thủ tục", "Procedure"), 60),
    (Text("Đơn vị", "Office"), 12), (Text("Cách nộp", "Filed"), 14), (Text("Tiếp nhận", "Received"), 17),
    (Text("Giải quyết xong", "Settled"), 17), (Text("Hẹn trả", "Due"), 17), (Text("Hạn", "Verdict"), 12),
    (Text("Kết quả", "Outcome"), 22),
)  # fmt: skip


def list_rows(listing: Listing) -> Iterable[list[Value]]:
    """Every row of a list as values, in the order of `LIST_HEADS`."""
    for row in listing.everything():
        yield [
            row.number, row.reference, row.mark, _vi(row.kind_text), row.procedure, _vi(row.title), row.office,
            _vi(row.channel_text), row.received_at, row.finished_at, row.due_at, _vi(row.verdict_text),
            _vi(row.outcome_text),
        ]  # fmt: skip


def list_workbook(listing: Listing) -> bytes:
    """The list behind a figure: one row each, exactly as many as the figure says."""
    book = Workbook(write_only=True)
    sheet = _sheet(book, "Danh sách", [head for head, _ in LIST_HEADS], [width for _, width in LIST_HEADS])
    last = get_column_letter(len(LIST_HEADS))
    sheet.auto_filter.ref = f"A1:{last}{listing.value + 1}"
    for values in list_rows(listing):
        sheet.append([_light(sheet, value) for value in values])
    title = title_of(listing.code)
    about(
        book,
        [
            (Text("Con số", "Figure"), f"{title.vi} / {title.en}"),
            (Text("Mã", "Code"), listing.code),
            (Text("Số dòng", "Rows"), listing.value),
            (
                Text("Gốc Merkle của danh sách (RFC 9162)", "Merkle root of the list (RFC 9162)"),
                listing.digest,
            ),
            *_origin(listing.period, listing.as_of),
        ],
    )
    return _saved(book)


def _light(sheet: Any, value: Value) -> Any:
    """A value as openpyxl takes it at once, where it can be nothing else; long lists have millions of cells."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None)
    return value if not isinstance(value, str) or _PLAIN.fullmatch(value) else cell(sheet, value)


def _vi(text: Text | None) -> str:
    return text.vi if text else ""
