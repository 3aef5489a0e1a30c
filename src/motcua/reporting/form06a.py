"""
Form II.06a/VPCP/KSTT: dossiers received, settled and in hand, by office, by field or by procedure.

Four grouped queries fill the form; every cell is also a query of its own with a list of dossiers (`cell`). Columns 3, 7 and 11
are counted apart from their parts, so the identities can fail, and a form whose identities fail is not issued.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from django.db import connection

from motcua.casework.figures import Count, Period, Rows
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.people.queries import office_names
from motcua.procedures.catalogue import catalogue
from motcua.reporting import populations
from motcua.reporting.apart import Apart, told_apart
from motcua.reporting.identities import COLUMNS, residuals
from motcua.reporting.mapping import state_mapping

By = Literal["office", "field", "procedure"]
TOTAL = "total"

_OFFICE = re.compile(r"^[0-9]{2}[A-Z]{2}(-[A-Z0-9]+)*$")
_COLUMN = {
    4: ("received", "channel"), 5: ("received", "channel"), 6: ("carried", ""),
    7: ("settled", ""), 8: ("settled", "early"), 9: ("settled", "on_time"), 10: ("settled", "late"),
    11: ("open", ""), 12: ("open", "in_time"), 13: ("open", "overdue"),
}  # fmt: skip


@dataclass
class Line:
    """One line of the form; `cells` maps column 3 to 13 to its figure."""

    key: str
    title: Text
    cells: dict[int, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))

    @property
    def findings(self) -> list[Finding]:
        """The identities that do not hold on this line."""
        return [residual.finding(f"06a:{self.key}") for residual in residuals(self.cells)]

    def share(self, parts: Iterable[int], whole: Iterable[int]) -> Fraction | None:
        """Parts of a whole as an exact ratio; None where nothing occurred, which is neither 0 % nor 100 %."""
        below = sum(self.cells[column] for column in whole)
        return Fraction(sum(self.cells[column] for column in parts), below) if below else None

    @property
    def in_time_share(self) -> Fraction | None:
        """Early and on time, of all settled."""
        return self.share((8, 9), (7,))

    @property
    def online_share(self) -> Fraction | None:
        """Online, of the newly received: what was carried over was filed in another period."""
        return self.share((4,), (4, 5))


@dataclass
class Form:
    """The filled form; `lines` by key, then `total`; `apart` is told under it."""

    period: Period
    as_of: datetime
    by: By
    office: str
    lines: list[Line]
    total: Line
    apart: Apart
    mapping: str

    @property
    def findings(self) -> list[Finding]:
        """Every identity that does not hold, line by line, the total last."""
        return [finding for line in [*self.lines, self.total] for finding in line.findings]

    def require_identities(self) -> None:
        """Raise Invalid with every residual where the form does not add up."""
        if self.findings:
            raise Invalid(self.findings)


def form_06a(period: Period, as_of: datetime, by: By = "office", *, office: str = "") -> Form:
    """The form as known at `as_of`, one line an office, a field of work or a procedure; `office` narrows it to one branch."""
    lines: dict[str, Line] = {}
    total = Line(TOTAL, Text("Tổng số", "Total"))
    given_up: Counter[str] = Counter()
    for column, key, outcome, count in _counts(period, as_of, by, office):
        line = lines.setdefault(key, Line(key, Text(key, key)))
        line.cells[column] += count
        total.cells[column] += count
        if column == 7:
            given_up[outcome] += count
    titles = _titles(by, lines)
    for key, line in lines.items():
        line.title = titles.get(key, line.title)
    apart = told_apart(period, as_of, given_up, _narrowing(office=office))
    ordered = [lines[key] for key in sorted(lines)]
    return Form(period, as_of, by, office, ordered, total, apart, state_mapping().mark)


def _counts(period: Period, as_of: datetime, by: By, office: str) -> Iterable[tuple[int, str, str, int]]:
    """(column, key, outcome, count) of every group of the four populations."""
    narrow, key = _narrowing(office=office), _KEYS[by]
    channels = state_mapping().channels
    received = populations.received(period, as_of)
    for row_key, channel, _, count in _grouped(received, key, "channel", narrow):
        yield 3, row_key, "", count
        if channel in channels.online:
            yield 4, row_key, "", count
        elif channel in channels.desk_or_post:
            yield 5, row_key, "", count
    for row_key, _, _, count in _grouped(populations.carried_over(period, as_of), key, "channel", narrow):
        yield 3, row_key, "", count
        yield 6, row_key, "", count
    classes = {"early": 8, "on_time": 9, "late": 10, "in_time": 12, "overdue": 13}
    for whole, rows in (
        (7, populations.settled(period, as_of)),
        (11, populations.still_open(period, as_of)),
    ):
        for row_key, name, outcome, count in _grouped(rows, key, "class", narrow):
            yield whole, row_key, outcome, count
            if name in classes:
                yield classes[name], row_key, outcome, count


# What has no procedure stands on a line of its own, `-`.
_KEYS: dict[str, str] = {
    "office": "office",
    "field": "coalesce(nullif(split_part(procedure, '/', 1), ''), '-')",
    "procedure": "coalesce(nullif(procedure, ''), '-')",
}


def _grouped(
    rows: Rows, key: str, part: str, narrow: tuple[str, list[Any]]
) -> list[tuple[str, str, str, int]]:
    """(key, part, outcome, count) of every group."""
    condition, params = narrow
    sql = f"select {key}, {part}, outcome, count(*) from ({rows.sql}) as rows where {condition} group by 1, 2, 3"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*rows.params, *params])
        return [(str(a), str(b), str(c), int(d)) for a, b, c, d in cursor.fetchall()]


def _narrowing(*, office: str = "", field: str = "", procedure: str = "") -> tuple[str, list[Any]]:
    wanted = [
        (f"{_KEYS[by]} = %s", value)
        for by, value in (("office", office), ("field", field), ("procedure", procedure))
        if value
    ]
    return " and ".join(condition for condition, _ in wanted) or "true", [value for _, value in wanted]


def cell(code: str, period: Period, as_of: datetime) -> Count:
    """
    One cell of the form by its code: `06a:LINE:COLUMN`, such as `06a:20BB:8`, `06a:clearance:8`, `06a:total:3`.

    LINE is an office, a field, a procedure (`clearance/import-declaration`), `total`, or several joined by `+`
    (`20BB+clearance`). Raises Refused where the line or the column is unknown, naming what there is.
    """
    narrow, column = _read_cell(code)
    return _cell(narrow, column, period, as_of)


def cell_of(by: By, key: str, column: int, period: Period, as_of: datetime, *, office: str = "") -> Count:
    """The cell of a form already filled, by its line and column."""
    wanted = {"office": office} | ({} if key == TOTAL else {str(by): key})
    return _cell(_narrowing(**wanted), column, period, as_of)


def _cell(narrow: tuple[str, list[Any]], column: int, period: Period, as_of: datetime) -> Count:
    condition, params = narrow
    return Count(_column_rows(column, period, as_of).having(condition, *params))


def _column_rows(column: int, period: Period, as_of: datetime) -> Rows:
    if column == 3:
        return populations.to_handle(period, as_of)
    population, part = _COLUMN[column]
    rows = {
        "received": populations.received, "carried": populations.carried_over,
        "settled": populations.settled, "open": populations.still_open,
    }[population](period, as_of)  # fmt: skip
    if part == "channel":
        channels = state_mapping().channels
        return rows.having(
            "channel = any(%s::text[])", channels.online if column == 4 else channels.desk_or_post
        )
    return rows.having("class = %s", part) if part else rows


def _read_cell(code: str) -> tuple[tuple[str, list[Any]], int]:
    parts = code.split(":")
    if len(parts) != 3 or parts[0] != "06a":
        raise Refused(
            f"'{code}' không phải một ô của biểu; hãy viết 06a:DÒNG:CỘT, ví dụ 06a:20BB:8 hoặc 06a:total:3.",
            f"'{code}' is no cell of the form; write 06a:LINE:COLUMN, such as 06a:20BB:8 or 06a:total:3.",
            place="code",
        )
    if parts[2] not in {str(column) for column in COLUMNS}:
        raise Refused(
            f"Biểu II.06a không có cột '{parts[2]}'; các cột có số liệu là 3 đến 13.",
            f"Form II.06a has no column '{parts[2]}'; the columns with figures are 3 to 13.",
            place=code,
        )
    return _narrowing(**_line(parts[1], code)), int(parts[2])


def _line(text: str, code: str) -> dict[str, str]:
    """Which of office, field and procedure a line's key names."""
    wanted: dict[str, str] = {}
    fields = {procedure.partition("/")[0] for procedure in catalogue().procedures()}
    for key in text.split("+"):
        if key == TOTAL:
            continue
        if _OFFICE.match(key):
            name = "office"
        elif "/" in key and key in catalogue():
            name = "procedure"
        elif key in fields or key == "-":
            name = "field"
        else:
            some = ", ".join(sorted(fields)[:4])
            raise Refused(
                f"Không có dòng '{key}'; một dòng là mã đơn vị (20BB), lĩnh vực ({some}…), thủ tục hoặc total.",
                f"There is no line '{key}'; a line is an office (20BB), a field ({some}…), a procedure or total.",
                place=code,
            )
        if name in wanted:
            raise Refused(
                f"Dòng '{text}' nêu hai lần cùng một loại.", f"The line '{text}' names two of a kind.", place=code
            )  # fmt: skip
        wanted[name] = key
    return wanted


def _titles(by: By, keys: Iterable[str]) -> dict[str, Text]:
    if by == "office":
        return {code: office.name for code, office in office_names(keys).items()}
    if by == "procedure":
        titles = {key: catalogue().versions(key)[-1].title for key in keys if key in catalogue()}
        return {key: Text(title.vi, title.en) for key, title in titles.items()}
    return {}
