"""What the made-up applicants typed: for each field of a sheet something of its type, checked by the door's own rules."""

from __future__ import annotations

from functools import cache
from typing import Any

from motcua.law.fields import check_answers
from motcua.law.parts import FieldType
from motcua.law.sheets import Sheet
from motcua.lib.errors import Invalid
from motcua.lib.findings import errors
from motcua.procedures.catalogue import catalogue

_SAMPLES: dict[FieldType, str] = {
    FieldType.TEXT: "Lô hàng theo hồ sơ kèm theo",
    FieldType.LONG_TEXT: "Đề nghị cơ quan hải quan xem xét, giải quyết theo hồ sơ kèm theo.",
    FieldType.INTEGER: "12",
    FieldType.DECIMAL: "12,5",
    FieldType.MONEY: "15000000",
    FieldType.MASS: "2450",
    FieldType.DATE: "2020-03-02",
    FieldType.DATETIME: "2020-03-02T08:30",
    FieldType.TAX_CODE: "9900000016",
    FieldType.HS_CODE: "03061721",
    FieldType.UNLOCODE: "VNHON",
    FieldType.IMO: "9074729",
    FieldType.CONTAINER: "CSQU3054383",
    FieldType.DECLARATION: "103000000010",
    FieldType.COUNTRY: "CN",
    FieldType.EMAIL: "ho-so@example.vn",
    FieldType.PHONE: "0203123456",
    FieldType.YES_NO: "yes",
}


def answers(sheet: Sheet, tax_code: str) -> dict[str, Any]:
    """Canonical answers to the sheet's form, with the firm's own tax code."""
    found = dict(_typical(sheet.procedure, sheet.since.isoformat()))
    for field in sheet.form:
        if field.type is FieldType.TAX_CODE:
            found[field.id] = tax_code
    return found


@cache
def _typical(procedure: str, since: str) -> dict[str, Any]:
    sheet = next(one for one in catalogue().versions(procedure) if one.since.isoformat() == since)
    raw = {}
    for field in sheet.form:
        if field.type is FieldType.CHOICE and field.choices:
            raw[field.id] = field.choices[0].value
        elif field.type in _SAMPLES:
            raw[field.id] = _SAMPLES[field.type]
    checked, findings = check_answers(sheet, raw)
    # A file is uploaded, not typed; the demo has none.
    files = {field.id for field in sheet.form if field.type is FieldType.FILE}
    wrong = [finding for finding in errors(findings) if finding.place not in files]
    if wrong:
        raise Invalid(wrong)
    return checked
