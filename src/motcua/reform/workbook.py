"""
The Excel layout of a reform plan as offices print it: STT, nhiệm vụ, sản phẩm, chủ trì, phối hợp, thời gian, ghi chú.

Reading names every broken cell at once and takes nothing from a workbook that has one. What is written can be read again.
"""

from __future__ import annotations

import io
import re
import zipfile
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import fold, nfc
from motcua.people.models import Office
from motcua.people.queries import offices_on
from motcua.reform.actions import NewTask
from motcua.reform.areas import AreaSet, areas_of
from motcua.reform.status import STATES, Standing, Status

MOST_ROWS = 2000
HEAD = (
    "STT", "Nhiệm vụ", "Sản phẩm (đầu ra)", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian hoàn thành", "Ghi chú",
)  # fmt: skip
STANDING = ("Tình trạng", "Ngày hoàn thành", "Hạn sau gia hạn", "Tài liệu kiểm chứng")
_WIDTHS = (9, 52, 34, 26, 30, 18, 30, 24, 14, 14, 28)
_ROMAN = re.compile(r"[IVX]+")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_QUARTER = re.compile(r"quy (iv|iii|ii|i|[1-4])(?:\s*[/.-]?\s*(?:nam )?(\d{4}))?")
_MONTH = re.compile(r"thang (\d{1,2})(?:\s*[/.-]\s*(?:nam )?(\d{4}))?")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


# Reading ----------------------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """One workbook while it is read: what was found, and what is wrong with which cell."""

    year: int
    areas: AreaSet
    offices: dict[str, str]
    tasks: list[NewTask] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    area: str = ""

    def fault(self, cell: str, code: str, vi: str, en: str) -> None:
        self.findings.append(Finding(code, cell, vi, en))


def read_plan(content: bytes, year: int) -> list[NewTask]:
    """The tasks of a workbook. Malformed when it is none; Invalid with a finding for every broken cell."""
    rows = _rows(content)
    start = next((number for number, row in enumerate(rows, 1) if _is_head(row)), None)
    if start is None:
        raise Malformed(
            "Không thấy dòng tiêu đề có 'STT', 'Nhiệm vụ' và 'Đơn vị chủ trì'; hãy dùng mẫu tải từ trang kế hoạch.",
            "There is no heading row with 'STT', 'Nhiệm vụ' and 'Đơn vị chủ trì'; use the layout the plan's page gives.",
            place="A1",
        )
    reader = _Reader(year, areas_of(year), _office_names(year))
    for number, row in enumerate(rows[start:], start + 1):
        _read_row(reader, number, row)
    if not reader.tasks and not reader.findings:
        reader.fault(
            f"A{start + 1}",
            "empty",
            "Không có nhiệm vụ nào dưới dòng tiêu đề.",
            "There is no task below the heading.",
        )
    if reader.findings:
        raise Invalid(reader.findings)
    return reader.tasks


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > 50 * 2**20:
                raise Malformed("Tệp giải nén quá lớn.", "The workbook unpacks to too much.", place="file")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = [
            tuple(row)
            for _, row in zip(
                range(MOST_ROWS + 1), sheet.iter_rows(max_col=11, values_only=True), strict=False
            )
        ]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError) as error:
        raise Malformed(
            f"Tệp không phải sổ Excel (.xlsx) đọc được: {error}.",
            f"The file is no Excel workbook (.xlsx) that can be read: {error}.",
            place="file",
        ) from error
    if len(rows) > MOST_ROWS:
        raise Malformed(f"Hơn {MOST_ROWS} dòng.", f"More than {MOST_ROWS} rows.", place=f"A{MOST_ROWS}")
    return [(*row, *[None] * (7 - len(row))) for row in rows]


def _is_head(row: Sequence[Any]) -> bool:
    words = [fold(str(value or "")) for value in row]
    return words[0] == "stt" and words[1].startswith("nhiem vu") and words[3].startswith("don vi chu tri")


def _office_names(year: int) -> dict[str, str]:
    """Every office of the year by its code and by its name, folded."""
    names: dict[str, str] = {}
    known = offices_on(date(year, 1, 1)) | offices_on(date(year, 12, 31))
    for office in known:
        names[fold(office.code)] = names[fold(office.name_vi)] = office.code
    return names


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return nfc(str(value)).strip() if value is not None else ""


def _read_row(reader: _Reader, number: int, row: Sequence[Any]) -> None:
    texts = [_text(value) for value in row[:7]]
    if not any(texts):
        return
    if _ROMAN.fullmatch(texts[0].rstrip(".").upper()) and not any(texts[2:6]):
        _read_area(reader, number, texts[0].rstrip(".").upper())
        return
    before = len(reader.findings)
    if not reader.area:
        reader.fault(
            f"A{number}", "no-area", "Nhiệm vụ đứng trước mọi dòng nội dung (I, II, …).",
            "The task stands before any line of an area (I, II, …).",
        )  # fmt: skip
    code = _code(reader, number, texts[0])
    for column, index, name, name_en in (("B", 1, "nhiệm vụ", "task"), ("C", 2, "sản phẩm", "output")):
        if not texts[index]:
            reader.fault(f"{column}{number}", "missing", f"Thiếu {name}.", f"The {name_en} is missing.")
        elif len(texts[index]) > 500:
            reader.fault(
                f"{column}{number}",
                "too-long",
                f"{name.capitalize()} dài quá 500 ký tự.",
                f"The {name_en} is over 500 characters.",
            )
    lead = _lead(reader, f"D{number}", texts[3])
    others = _others(reader, f"E{number}", texts[4])
    due, regular = _due(reader, f"F{number}", row[5])
    if len(reader.findings) == before and due is not None:
        note = texts[6][:500]
        reader.tasks.append(
            NewTask(
                code=code, area=reader.area, title=texts[1], output=texts[2], lead=lead,
                co_units=tuple(unit for unit in others if unit != lead), due_on=due, regular=regular, note=note,
                invented="minh họa" in note.lower() or "minh hoạ" in note.lower(),
            )
        )  # fmt: skip


def _read_area(reader: _Reader, number: int, code: str) -> None:
    if reader.areas.get(code) is None:
        reader.fault(
            f"A{number}", "area", f"Bộ nội dung {reader.areas.id} không có nội dung {code}.",
            f"The set {reader.areas.id} has no area {code}.",
        )  # fmt: skip
    reader.area = code


def _code(reader: _Reader, number: int, text: str) -> str:
    cell = f"A{number}"
    plain = re.fullmatch(r"(?:[IVX]+\.)?(\d{1,3})\.?", text.upper())
    if plain is None:
        reader.fault(
            cell,
            "code",
            f"STT '{text}' phải là số, ví dụ 3 hoặc II.3.",
            f"The number '{text}' must be like 3 or II.3.",
        )
        return text
    code = f"{reader.area}.{int(plain[1])}"
    if code in reader.codes:
        reader.fault(
            cell,
            "twice",
            f"Số {code} đã có ở ô {reader.codes[code]}.",
            f"{code} stands in cell {reader.codes[code]} already.",
        )
    reader.codes[code] = cell
    return code


def _lead(reader: _Reader, cell: str, text: str) -> str:
    found = list(_units(reader, cell, text))
    if not text or len(found) > 1:
        count = len(found)
        reader.fault(
            cell, "one-lead", f"Phải có đúng một đơn vị chủ trì, ô này có {count}; chuyển đơn vị khác sang cột phối hợp.",
            f"There must be exactly one lead unit, this cell has {count}; move the others to the next column.",
        )  # fmt: skip
    return found[0] if found else ""


def _others(reader: _Reader, cell: str, text: str) -> list[str]:
    return list(_units(reader, cell, text))


def _units(reader: _Reader, cell: str, text: str) -> Iterator[str]:
    whole = reader.offices.get(fold(text))
    if whole is not None:
        yield whole
        return
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        code = reader.offices.get(fold(part.strip()))
        if code is None:
            reader.fault(
                cell, "office",
                f"Không có đơn vị '{part.strip()}' trong năm {reader.year}; ghi tên hoặc mã, cách bởi chấm phẩy.",
                f"There is no office '{part.strip()}' in {reader.year}; write its name or code, parted by semicolons.",
            )  # fmt: skip
        else:
            yield code


def _due(reader: _Reader, cell: str, value: Any) -> tuple[date | None, bool]:
    """The due day, and whether the task is regular: a day, a month, a quarter, or 'Thường xuyên' (the year's end)."""
    if isinstance(value, datetime):
        return _in_year(reader, cell, value.date()), False
    text = fold(_text(value))
    if text.startswith("thuong xuyen") or text == "ca nam":
        return date(reader.year, 12, 31), True
    try:
        if day := _DAY.fullmatch(text):
            return _in_year(reader, cell, date(int(day[3]), int(day[2]), int(day[1]))), False
        if month := _MONTH.fullmatch(text):
            return _end_of(reader, cell, int(month[1]), month[2]), False
        if quarter := _QUARTER.fullmatch(text):
            number = _QUARTERS.get(quarter[1]) or int(quarter[1])
            return _end_of(reader, cell, number * 3, quarter[2]), False
    except ValueError:
        pass
    reader.fault(
        cell, "due", f"Không đọc được thời gian '{_text(value)}'; ghi 30/9/2020, Tháng 9/2020, Quý III/2020 hoặc Thường xuyên.",
        f"The time '{_text(value)}' cannot be read; write 30/9/2020, Tháng 9/2020, Quý III/2020 or Thường xuyên.",
    )  # fmt: skip
    return None, False


def _end_of(reader: _Reader, cell: str, month: int, year: str | None) -> date | None:
    number = int(year) if year else reader.year
    return _in_year(reader, cell, date(number, month, monthrange(number, month)[1]))


def _in_year(reader: _Reader, cell: str, day: date) -> date | None:
    if day.year == reader.year:
        return day
    reader.fault(
        cell, "other-year", f"Hạn {day:%d/%m/%Y} không thuộc năm kế hoạch {reader.year}.",
        f"The due date {day} is not in the plan's year {reader.year}.",
    )  # fmt: skip
    return None


# Writing ----------------------------------------------------------------------------------------------------

_HEAD = Font(bold=True, name="Times New Roman")
_PLAIN = Font(name="Times New Roman")
_FILL = PatternFill("solid", fgColor="E2F0EE")
_SIDE = Side(style="thin", color="888888")
_BOX = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_WRAP = Alignment(vertical="top", wrap_text=True)


def workbook(found: Status) -> bytes:
    """The plan in the layout offices use, with where each task stands in four more columns."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"Kế hoạch {found.plan.year}"
    for index, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    put = _writer(sheet)
    put([f"KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM {found.plan.year}"], bold=True)
    put([f"Theo {found.plan.decision}; số liệu đến hết ngày {found.day:%d/%m/%Y}"])
    put([*HEAD, *STANDING], bold=True, fill=True)
    sheet.freeze_panes = "C4"
    names = {office.code: office.name_vi for office in Office.objects.all()}
    for area in found.areas.areas:
        put([area.code, area.vi], bold=True, fill=True)
        for one in found.tasks:
            if one.area == area.code:
                put(_line(one, names))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "3:3"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _line(one: Standing, names: dict[str, str]) -> list[str | int | date]:
    task = one.task
    number = task.code.rpartition(".")[2]
    return [
        int(number) if number.isdecimal() else number, task.title, task.output, names.get(one.lead, one.lead),
        "; ".join(names.get(unit, unit) for unit in task.co_units), "Thường xuyên" if task.regular else task.due_on,
        task.note, STATES[one.state].vi, one.finished_on or "", one.due_on if one.extensions else "", one.mark,
    ]  # fmt: skip


def _writer(sheet: Any) -> Callable[..., None]:
    row = 0

    def put(values: Sequence[str | int | date], *, bold: bool = False, fill: bool = False) -> None:
        nonlocal row
        row += 1
        for column, value in enumerate(values, 1):
            cell: Cell = sheet.cell(row, column)
            cell.value = value or None
            if isinstance(value, str) and value:
                # A text stays a text, whatever it begins with: no cell becomes a formula.
                cell.data_type = "s"
                cell.quotePrefix = value[0] in "=+-@\t"
            elif isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
            cell.font, cell.alignment = (_HEAD if bold else _PLAIN), _WRAP
            if len(values) > 1:
                cell.border = _BOX
            if fill:
                cell.fill = _FILL

    return put
