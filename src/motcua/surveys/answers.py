"""
Anonymous answers as they are published: one row a firm and unit, one column a question. Pure.

`respondent` is a number that means nothing outside the file; it only tells that two rows were one firm's, which the
intervals need. Every cell that cannot be used is told with its line and column; nothing is dropped unseen.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity
from motcua.lib.vietnamese import nfc
from motcua.surveys.instrument import Instrument

NOT_KNOWN = frozenset({"", "dk", "khong biet", "không biết"})
# The answers of one question: how the file writes each, and what it is worth.
Allowed = Mapping[str, float]
# So many equal answers in a row of questions, some of them turned round, were not read before they were ticked.
STRAIGHT = 8


@dataclass
class Answers:
    """
    `values[row, question]` (NaN where not answered), the `units` and `respondents` of the rows, in order of the file.

    `straight` tells the rows whose answers are all alike; they stay in and are counted.
    """

    questions: tuple[str, ...]
    units: list[str]
    respondents: list[str]
    values: npt.NDArray[np.float64]
    straight: npt.NDArray[np.bool_]
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many findings there are of each kind."""
        return Counter(finding.code for finding in self.findings)


def read_answers(content: bytes, instrument: Instrument) -> Answers:
    """Read published answers. Malformed for what is no CSV, lacks `unit`, or has none of the questions."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(
            "Tệp trả lời không phải UTF-8.", "The answers are not UTF-8.", place=f"byte {error.start}"
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [nfc(cell.strip()) for cell in next(reader, [])]
    asked = {
        q.id: {str(value): float(value) for value in sorted(instrument.scales[q.scale].values)}
        for q in instrument.questions()
    }
    _require(header, asked)
    found = Answers(tuple(asked), [], [], np.empty((0, 0)), np.empty(0, dtype=bool))
    for name in header:
        if name not in asked and name not in {"unit", "respondent"}:
            found.findings.append(
                _note("unknown-column", f"line 1, {name}", "cột lạ, bỏ qua", "unknown column, passed over")
            )
    rows: list[list[float]] = []
    seen: dict[tuple[str, str], int] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        found.rows += 1
        line = reader.line_num
        row = dict(zip(header, (nfc(cell.strip()) for cell in cells), strict=False))
        unit, respondent = row.get("unit", ""), row.get("respondent", "") or f"#{line}"
        if not unit:
            found.findings.append(
                _fault("no-unit", f"line {line}, unit", "thiếu đơn vị", "the unit is missing")
            )
            continue
        if (first := seen.setdefault((unit, respondent), line)) != line:
            found.findings.append(
                _fault(
                    "answered-twice", f"line {line}",
                    f"người trả lời này đã đánh giá {unit} ở dòng {first}; chỉ tính lần đầu",
                    f"this respondent rated {unit} in line {first} already; the first counts",
                )
            )  # fmt: skip
            continue
        found.units.append(unit)
        found.respondents.append(respondent)
        rows.append([_value(row.get(name, ""), name, asked[name], line, found.findings) for name in asked])
    found.values = np.array(rows, dtype=np.float64).reshape(len(rows), len(asked))
    found.straight = _straight(found.values)
    return found


def _require(header: list[str], asked: Mapping[str, Allowed]) -> None:
    if "unit" not in header or not set(header) & set(asked):
        raise Malformed(
            f"Dòng tiêu đề phải có cột unit và các câu hỏi như {', '.join(list(asked)[:3])}; tệp có: {', '.join(header)}.",
            f"The header needs `unit` and questions such as {', '.join(list(asked)[:3])}; it has: {', '.join(header)}.",
            place="line 1",
        )
    if twice := [name for name, times in Counter(header).items() if times > 1]:
        raise Malformed(
            f"Cột lặp lại: {', '.join(twice)}.",
            f"These columns stand there twice: {', '.join(twice)}.",
            place="line 1",
        )


def _value(text: str, name: str, allowed: Allowed, line: int, findings: list[Finding]) -> float:
    value = allowed.get(text)
    if value is None and text.lower() not in NOT_KNOWN:
        scale = ", ".join(allowed)
        findings.append(
            _fault(
                "not-on-scale", f"line {line}, {name}",
                f"{text!r} không có trên thang ({scale}); coi như không trả lời",
                f"{text!r} is not on the scale ({scale}); taken as not answered",
            )
        )  # fmt: skip
    return np.nan if value is None else value


def _straight(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    given = np.isfinite(values)
    least = np.where(given, values, np.inf).min(axis=1, initial=np.inf)
    most = np.where(given, values, -np.inf).max(axis=1, initial=-np.inf)
    straight: npt.NDArray[np.bool_] = (given.sum(axis=1) >= STRAIGHT) & (least == most)
    return straight


def _fault(code: str, place: str, vi: str, en: str) -> Finding:
    return Finding(code, place, vi, en, Severity.WARNING)


def _note(code: str, place: str, vi: str, en: str) -> Finding:
    return Finding(code, place, vi, en, Severity.NOTE)
