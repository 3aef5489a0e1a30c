"""
The file a counter keeps while a system is down: one line for each numbered form, as CSV or Excel. Reading is pure.

Columns: form, kind, number, tax_code, name, received_at, note. `received_at` is when the paper was handed in, by the clock on
the wall: 2026-11-28 09:15 or 28/11/2026 09:15.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zipfile import BadZipFile

from openpyxl import load_workbook

from motcua.lib.digest import canonical
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import VIETNAM, nfc

COLUMNS = ("form", "kind", "number", "tax_code", "name", "received_at", "note")
KINDS = ("declaration", "bill", "inspection", "certificate")
MOST_ROWS = 50_000
_TIMES = ("%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True)
class Line:
    """One numbered form, as written down."""

    form: str
    kind: str
    number: str
    tax_code: str
    name: str
    received_at: datetime
    note: str = ""

    @property
    def digest(self) -> str:
        """The same words at the same minute are the same line, whichever file brings it."""
        said = [
            self.form,
            self.kind,
            self.number,
            self.tax_code,
            self.name,
            self.received_at.isoformat(),
            self.note,
        ]
        return hashlib.sha256(canonical(said)).hexdigest()


def read(content: bytes) -> list[Line]:
    """Every line of a file. Malformed where it is no table; Invalid with every bad line, by row and column, at once."""
    rows = list(_workbook(content) if content[:2] == b"PK" else _csv(content))
    if not rows:
        raise Malformed("Tệp trống.", "The file is empty.", place="row 1")
    head = [cell.strip().lower() for cell in rows[0]]
    if missing := [name for name in COLUMNS if name not in head and name != "note"]:
        raise Malformed(
            f"Dòng đầu thiếu cột: {', '.join(missing)}.", f"The first row lacks the columns {', '.join(missing)}.",
            place="row 1",
        )  # fmt: skip
    if len(rows) > MOST_ROWS + 1:
        raise Malformed(
            f"Tệp có hơn {MOST_ROWS} dòng; hãy chia nhỏ.",
            f"More than {MOST_ROWS} rows; split the file.",
            place="row 1",
        )
    findings: list[Finding] = []
    lines = []
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            cells = {name: nfc(row[place].strip()) for place, name in enumerate(head) if place < len(row)}
            if (line := _line(cells, number, findings)) is not None:
                lines.append(line)
    if findings:
        raise Invalid(findings)
    return lines


def _line(cells: dict[str, str], row: int, findings: list[Finding]) -> Line | None:
    before = len(findings)
    for name in ("form", "number", "name"):
        if not cells.get(name):
            findings.append(
                Finding("offline-empty", f"row {row} {name}", f"Cột {name} trống.", f"{name} is empty.")
            )
    if cells.get("kind") not in KINDS:
        findings.append(
            Finding(
                "offline-kind",
                f"row {row} kind",
                f"Loại phải là {', '.join(KINDS)}.",
                f"The kind is one of {', '.join(KINDS)}.",
            )
        )
    moment = _moment(cells.get("received_at", ""))
    if moment is None:
        findings.append(
            Finding(
                "offline-time", f"row {row} received_at", "Giờ nhận phải có dạng 2026-11-28 09:15 hoặc 28/11/2026 09:15.",
                "Write the time as 2026-11-28 09:15 or 28/11/2026 09:15.",
            )
        )  # fmt: skip
    if len(findings) > before or moment is None:
        return None
    return Line(
        cells["form"].upper()[:24], cells["kind"], cells["number"][:60], cells.get("tax_code", "")[:14],
        cells["name"][:200], moment, cells.get("note", "")[:300],
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(
            f"Tệp không phải UTF-8 (byte {error.start}).", f"The file is not UTF-8 (byte {error.start}).",
            place=f"byte {error.start}",
        ) from error  # fmt: skip
    first = text.partition("\n")[0]
    yield from csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")


def _workbook(content: bytes) -> Iterator[list[str]]:
    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    except (KeyError, ValueError, OSError, IndexError, BadZipFile) as error:
        raise Malformed("Tệp Excel hỏng.", "The Excel file is broken.", place="file") from error
    for row in sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=20):
        yield [
            f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else "" if cell is None else str(cell)
            for cell in row
        ]
