"""One cell of a stranger's workbook, as the value of a field: numbers kept as text, dates kept as numbers, and formulas."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900, from_excel

from motcua.lib.findings import Severity
from motcua.manifest.documents.boxes import Coded
from motcua.manifest.documents.plain import Slot
from motcua.manifest.messages.texts import VIETNAM, Problem, value_of

BLANK: Final = object()
# What spreadsheets run when a cell begins with it. A sign before a number, and a telephone number, are what they seem.
_RUNS = re.compile(r"^\s*[=+\-@|\t\r]")
_HARMLESS = re.compile(r"^[+-]?[\d\s().,/-]*$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOTHING = frozenset({"", "-", "--", ".", "n/a", "N/A"})
# Serial numbers of days from 1954 to 2119: what a date becomes when its format is lost.
_SERIALS = range(20_000, 80_000)


def cell_value(cell: Any, slot: Slot, epoch: datetime = CALENDAR_WINDOWS_1900) -> tuple[Any, Problem | None]:
    """(value, problem): BLANK when the cell says nothing."""
    raw = cell.value
    if raw is None:
        return BLANK, None
    if cell.data_type == "f":
        return BLANK, _formula(str(raw))
    if cell.data_type == "e":
        return BLANK, Problem(
            "cell.error", f"Ô báo lỗi {raw}. Hãy ghi giá trị.", f"The cell shows {raw}. Write the value."
        )
    if isinstance(raw, str):
        return _from_text(raw, slot)
    if isinstance(raw, bool):
        return value_of("true" if raw else "false", slot)
    if isinstance(raw, datetime | date | time):
        return _from_time(raw, slot)
    return _from_number(raw, slot, epoch)


def _from_text(raw: str, slot: Slot) -> tuple[Any, Problem | None]:
    text = raw.strip().strip("\u00a0")
    if text in _NOTHING:
        return BLANK, None
    if _RUNS.match(raw) and not _HARMLESS.match(text):
        return BLANK, _formula(text)
    if _CONTROL.search(text):
        return BLANK, Problem(
            "cell.control",
            "Ô có ký tự điều khiển. Hãy gõ lại.",
            "The cell holds control characters. Type it anew.",
        )
    if issubclass(slot.kind, Coded) and " · " in text:
        # The lists of the template show both languages.
        text = text.partition(" · ")[0]
    return value_of(text, slot)


def _formula(text: str) -> Problem:
    shown = text[:40]
    return Problem(
        "cell.formula",
        f"Ô bắt đầu như công thức (“{shown}”). Hãy dán giá trị, không dùng công thức; dấu đầu ô không được là = + - @.",
        f"The cell begins like a formula (“{shown}”). Paste the value instead; a cell may not begin with = + - @.",
    )


def _from_time(raw: datetime | date | time, slot: Slot) -> tuple[Any, Problem | None]:
    if isinstance(raw, time):
        return BLANK, Problem(
            "cell.time", f"Ô chỉ có giờ {raw}, thiếu ngày.", f"The cell holds only a time of day, {raw}."
        )
    if slot.kind is datetime:
        moment = raw if isinstance(raw, datetime) else datetime(raw.year, raw.month, raw.day)  # noqa: DTZ001
        return moment.replace(microsecond=0, tzinfo=VIETNAM), None
    if slot.kind is date:
        return raw.date() if isinstance(raw, datetime) else raw, None
    return BLANK, Problem(
        "cell.date",
        f"Excel đã đổi ô này thành ngày {raw:%d/%m/%Y}. Hãy định dạng ô là Văn bản rồi gõ lại.",
        f"Excel turned this cell into the date {raw:%d/%m/%Y}. Format it as text and type it again.",
    )


def _from_number(raw: int | float | Decimal, slot: Slot, epoch: datetime) -> tuple[Any, Problem | None]:
    number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite():
        return BLANK, Problem("cell.error", "Ô không phải số hữu hạn.", "The cell is no finite number.")
    if slot.kind in (date, datetime):
        return _from_serial(number, slot, epoch)
    text = f"{number.normalize():f}"
    if slot.kind is str and len(text.lstrip("-").replace(".", "")) > 15:
        return BLANK, Problem(
            "cell.rounded",
            f"Excel đã làm tròn số dài này ({text}). Hãy định dạng ô là Văn bản rồi gõ lại.",
            f"Excel rounded this long number ({text}). Format the cell as text and type it again.",
        )
    if slot.kind is Decimal and slot.box.digits[1] and isinstance(raw, float):
        # Sums in Excel leave tails such as 0.30000000000000004; nobody weighs to the billionth of a gram.
        text = f"{round(number, slot.box.digits[1]).normalize():f}"
    return value_of(text, slot)


def _from_serial(number: Decimal, slot: Slot, epoch: datetime) -> tuple[Any, Problem | None]:
    if int(number) not in _SERIALS:
        return value_of(f"{number.normalize():f}", slot)
    moment = from_excel(float(number), epoch)
    when = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    when = when.replace(microsecond=0, tzinfo=VIETNAM)
    value = when if slot.kind is datetime else when.date()
    return value, Problem(
        "cell.serial",
        f"Ô chứa số {number:f}, đã hiểu là ngày {when:%d/%m/%Y}. Hãy định dạng ô là Ngày.",
        f"The cell holds {number:f}, understood as the date {when:%d/%m/%Y}. Format it as a date.",
        Severity.WARNING,
    )
