"""
Reads `law/offices.yaml`, and copies it into the table of offices.

The file is what officials can review; the table is there to be joined and listed. Every fault of the file is said at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from motcua.law.nodes import explain, read
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding
from motcua.people.models import Office

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}[A-Z]{2}(-[A-Z0-9]+)*$", max_length=12)]
Unit = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$")]
Sentence = Annotated[str, StringConstraints(min_length=3, max_length=1000)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Shape):
    """A name in both languages."""

    vi: Sentence
    en: Sentence


class DossierUnit(_Shape):
    """The unit part of a dossier code (Circular 01/2020/TT-VPCP), and whether it was read in a source."""

    code: Unit
    verified: bool


class OfficeRow(_Shape):
    """One office under one name."""

    code: Code
    kind: Literal["department", "branch", "audit", "unit"]
    name: Name
    dossier_unit: DossierUnit
    receives_dossiers: bool
    calendar: Sentence
    valid_from: date
    valid_to: date | None = None
    successor: Code | None = None
    source: Sentence
    verified: bool


class OfficesFile(_Shape):
    """The whole file."""

    offices: list[OfficeRow] = Field(min_length=1)


def read_offices(file: Path) -> list[OfficeRow]:
    """Read and check the file; `Invalid` with every finding, each with its line."""
    node, findings = read(file, file.name)
    if node is None:
        raise Invalid(findings)
    try:
        rows = OfficesFile.model_validate(node.plain).offices
    except ValidationError as error:
        raise Invalid(
            [*findings, *(explain(fault, node, file.name, OfficesFile) for fault in error.errors())]
        ) from None
    lines = {row.code: f"{file.name}:{node.line(('offices', index))}" for index, row in enumerate(rows)}
    findings += _across(rows, lines)
    if findings:
        raise Invalid(findings)
    return rows


def _across(rows: list[OfficeRow], lines: dict[str, str]) -> Iterator[Finding]:
    """What is wrong between the rows: repeated codes, ends before begins, successors that do not follow."""
    by_code = {row.code: row for row in rows}
    for code, times in Counter(row.code for row in rows).items():
        if times > 1:
            yield Finding(
                "office-repeated", lines[code],
                f"mã {code} có {times} lần; tên mới cần một mã mới",
                f"the code {code} stands {times} times; a new name needs a new code",
            )  # fmt: skip
    for row in rows:
        if row.valid_to and row.valid_to < row.valid_from:
            yield Finding(
                "office-ends-early", lines[row.code],
                f"{row.code}: valid_to {row.valid_to} trước valid_from {row.valid_from}; hãy sửa một trong hai ngày",
                f"{row.code}: valid_to {row.valid_to} is before valid_from {row.valid_from}; mend one of the two",
            )  # fmt: skip
        if row.successor and not _follows(row, by_code.get(row.successor)):
            yield Finding(
                "office-successor", lines[row.code],
                f"{row.code}: đơn vị kế thừa {row.successor} không có trong tệp, hoặc không tồn tại vào ngày sau {row.valid_to}",
                f"{row.code}: the successor {row.successor} is not in the file, or did not exist on the day after {row.valid_to}",
            )  # fmt: skip
    yield from _shared_units(rows, lines)


def _follows(row: OfficeRow, successor: OfficeRow | None) -> bool:
    if successor is None or row.valid_to is None:
        return False
    return existed(successor, row.valid_to + timedelta(days=1))


def _shared_units(rows: list[OfficeRow], lines: dict[str, str]) -> Iterator[Finding]:
    """Two offices of the same time with one unit code would give one code to two dossiers."""
    for index, row in enumerate(rows):
        for other in rows[:index]:
            together = max(row.valid_from, other.valid_from)
            if (
                row.dossier_unit.code == other.dossier_unit.code
                and existed(row, together)
                and existed(other, together)
            ):
                yield Finding(
                    "office-shares-unit", lines[row.code],
                    f"{row.code} và {other.code} cùng mã đơn vị {row.dossier_unit.code}; hãy cho mỗi đơn vị một mã",
                    f"{row.code} and {other.code} share the unit {row.dossier_unit.code}; give each its own",
                )  # fmt: skip


def existed(row: OfficeRow, on: date) -> bool:
    """Whether the office had this name on a day."""
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def store_offices(rows: Iterable[OfficeRow]) -> int:
    """Make the table equal to the rows and say how many there are; an office no longer in the file goes too."""
    offices = [
        Office(
            code=row.code, name_vi=row.name.vi, name_en=row.name.en, kind=row.kind,
            dossier_unit=row.dossier_unit.code, dossier_unit_verified=row.dossier_unit.verified,
            receives_dossiers=row.receives_dossiers, calendar=row.calendar, valid_from=row.valid_from,
            valid_to=row.valid_to, successor=row.successor or "", source=row.source, verified=row.verified,
        )
        for row in rows
    ]  # fmt: skip
    columns = [field.name for field in Office._meta.concrete_fields if not field.primary_key]
    Office.objects.bulk_create(offices, update_conflicts=True, unique_fields=["code"], update_fields=columns)
    Office.objects.exclude(pk__in=[office.code for office in offices]).delete()
    return len(offices)


def ensure_offices(law: Path | None = None) -> int:
    """Copy the offices of the law folder in force into the table; safe to repeat."""
    from django.conf import settings

    return store_offices(read_offices((law or settings.LAW) / "offices.yaml"))
