"""A small law folder for tests: one good sheet, written as a person would write it."""

# ruff: noqa: E501

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from motcua.law.sheets import Sheet

SHEET = """\
national_code: {value: "1.007655", verified: false}
title: {vi: "Khai bổ sung tờ khai", en: "Supplementary declaration"}
summary: {vi: "Sửa tờ khai sau khi đã đăng ký.", en: "Mend a declaration after registration."}
level: [branch, department]
applicants: {vi: "Người khai hải quan", en: "Declarants"}
basis:
  - {text: "38/2015/TT-BTC", article: "20", title: {vi: "Khai bổ sung", en: "Supplementary declaration"}}
  - {text: "08/2015/ND-CP", article: "25"}
published:
  decision: "671/QD-BTC"
  on: 2020-04-24
  source: "https://example.test/671"
  verified: true
sources:
  - {url: "https://example.test/38", accessed: 2026-11-23, says: "Article 20 lists the papers."}
channels:
  online: {limit: {value: 8, unit: working_hours, on_supplement: continue, verified: false}}
  desk: {limit: {value: 1, unit: working_days}, fee_note: {vi: "Nộp tại quầy", en: "Paid at the desk"}}
  post: {limit: null}
counted_by: one-stop
calendar: customs-offices
documents:
  - {id: request, name: {vi: "Văn bản đề nghị", en: "Request"}, originals: 1, copies: 0, minutes: 20, required: always, form: "03/KBS", reusable: false}
  - {id: invoice, name: {vi: "Hoá đơn", en: "Invoice"}, originals: 0, copies: 2, minutes: 10, required: {when: {vi: "Khi sửa trị giá", en: "When the value changes"}}, reusable: true}
  - {id: contract, name: {vi: "Hợp đồng", en: "Contract"}, originals: 0, copies: 1, minutes: 5, required: always, reusable: true}
sets: 1
steps:
  - {id: intake, name: {vi: "Tiếp nhận", en: "Intake"}, unit: one-stop, hours: 2}
  - {id: check, name: {vi: "Kiểm tra", en: "Check"}, unit: handling, hours: 4}
  - {id: sign, name: {vi: "Phê duyệt", en: "Approve"}, unit: leader, hours: 2}
fees: [customs-declaration]
result: {id: notice, name: {vi: "Thông báo", en: "Notice"}}
form:
  - {id: tax_code, label: {vi: "Mã số thuế", en: "Tax code"}, type: tax_code, required: true, help: {vi: "10 chữ số", en: "Ten digits"}}
  - id: reason
    label: {vi: "Lý do", en: "Reason"}
    type: choice
    required: true
    choices:
      - {value: value, label: {vi: "Sai trị giá", en: "Wrong value"}}
      - {value: code, label: {vi: "Sai mã số", en: "Wrong code"}}
  - {id: note, label: {vi: "Ghi chú", en: "Note"}, type: long_text, required: false}
conditions: {vi: "Trước khi thông quan", en: "Before clearance"}
"""

FEES = """\
customs-declaration:
  label: {vi: "Phí hải quan", en: "Customs fee"}
  unit: {vi: "đồng/tờ khai", en: "VND per declaration"}
  values:
    - {since: 2017-01-01, value: 20000, basis: {text: "274/2016/TT-BTC"}, source: "https://example.test/274", verified: true}
"""

PROCEDURE = "clearance/supplementary-declaration"
FIRST = date(2018, 6, 5)


def law_folder(root: Path, sheets: Mapping[str, str] | None = None) -> Path:
    """A law folder below `root` with a calendar, fees and the sheets given as {path below procedures: text}."""
    folder = root / "law"
    (folder / "calendars").mkdir(parents=True)
    (folder / "calendars" / "customs-offices.yaml").write_text("week: {}\n", encoding="utf-8")
    (folder / "parameters").mkdir()
    (folder / "parameters" / "fees.yaml").write_text(FEES, encoding="utf-8")
    for path, text in (sheets or {f"{PROCEDURE}/{FIRST}.yaml": SHEET}).items():
        file = folder / "procedures" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def content() -> dict[str, Any]:
    """The content of the good sheet, to be changed freely."""
    return copy.deepcopy(_CONTENT)


def sheet(
    changed: Mapping[str, Any] | None = None, *, procedure: str = PROCEDURE, since: date = FIRST
) -> Sheet:
    """The good sheet, or one with this content instead."""
    return Sheet(procedure=procedure, since=since, **(changed if changed is not None else content()))


_CONTENT: dict[str, Any] = yaml.safe_load(SHEET.replace("  on: 2020", '  "on": 2020'))
