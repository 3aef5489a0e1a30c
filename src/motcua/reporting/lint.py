"""
Check the figures of a report before it is published: every sum, change and share in the text is recomputed.

    report = lint(text)
    report.findings     faults, warnings and notes, each with its place and both languages
    report.confirmed    what was recomputed and holds, with raw values
    report.numbers      every figure read

Works on Vietnamese and English prose. Reads nothing but the text: it cannot know whether a figure is true, only
whether the figures of one text agree with each other.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from motcua.lib.bilingual import Language, known_language
from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity, errors
from motcua.lib.prose.claims import Claims, Share, Total, claims
from motcua.lib.prose.figures import Kind, Number, Value, language_of, readable
from motcua.lib.vietnamese import fold, nfc
from motcua.reporting.addition import check_breakdown, check_equation, check_percents
from motcua.reporting.recompute import (
    Confirmed,
    Result,
    check_change,
    check_points,
    check_share,
    shown,
)


@dataclass(frozen=True, slots=True)
class LintReport:
    """What came out of one text; `language` is the one most of it is written in."""

    findings: list[Finding]
    confirmed: list[Confirmed]
    numbers: list[Number]
    language: Language

    @property
    def faults(self) -> list[Finding]:
        """The arithmetic faults: those with severity `error`."""
        return errors(self.findings)


def lint(text: str, *, language: str | None = None) -> LintReport:
    """Recompute every claim of a text; never fails, whatever the text.

    `language` ('vi' or 'en') says how numbers are written; without it each paragraph speaks for itself.
    Places are 'line:column', both from 1, in the NFC text.
    """
    spoken = known_language(language) if language else None
    found = claims(text, spoken)
    results = sorted(set(_results(found, readable(text))), key=_order)
    return LintReport(
        findings=[result for result in results if isinstance(result, Finding)],
        confirmed=[result for result in results if isinstance(result, Confirmed)],
        numbers=found.numbers,
        language=spoken or language_of(text),
    )


def _order(result: Result) -> tuple[int, int, str]:
    line, column = result.place.split(":")
    return int(line), int(column), result.code


def _results(found: Claims, text: str) -> Iterator[Result]:
    for change in found.changes:
        yield from check_change(change)
    for points in found.points:
        yield from check_points(points)
    for share in found.shares:
        yield from check_share(share)
    for breakdown in found.breakdowns:
        yield from check_breakdown(breakdown)
    for equation in found.equations:
        yield from check_equation(equation)
    told = {part.percent.start for breakdown in found.breakdowns for part in breakdown.parts if part.percent}
    for percents in found.percents:
        if not told.issuperset(figure.start for figure in percents.numbers):
            yield from check_percents(percents)
    yield from check_periods(found, text)
    yield from check_repeats(found)
    yield from check_styles(found)


# The base of a change

PART_OF_YEAR = re.compile(
    r"\b(?:\d{1,2}|ba|sáu|chín|mười|mười một) tháng\b|\bquý (?:[IV]+|\d)\b|đến (?:hết )?tháng|đến hết quý|tính đến|đến nay|"
    r"trong kỳ|trong quý|lũy kế|\b(?:three|six|nine|ten|eleven|\d{1,2}) months\b|\bquarter\b|to date|so far|as of|"
    r"by the end of (?!the year)|half[- ]year|half of",
    re.IGNORECASE,
)


def check_periods(found: Claims, text: str) -> Iterator[Finding]:
    """In a text about part of a year 'so với năm 2019' leaves open which 2019: the same months or all twelve."""
    if not PART_OF_YEAR.search(text):
        return
    for period in found.periods:
        yield Finding(
            "change.base_period", period.percent.place,
            f"'{period.words}' chưa nói rõ kỳ gốc: cùng kỳ năm {period.year} hay cả năm {period.year}. Văn bản nói về một "
            f"phần của năm; hãy viết 'so với cùng kỳ năm {period.year} (từ ngày … đến ngày …)' hoặc 'so với cả năm "
            f"{period.year}'.",
            f"'{period.words}' does not say which base period: the same period of {period.year} or the full year "
            f"{period.year}. The text is about part of a year; write 'compared with the same period of {period.year} "
            f"(from … to …)' or 'with the full year {period.year}'.",
            Severity.NOTE,
        )  # fmt: skip


# The same figure twice

MOST_COMPARED = 20


def check_repeats(found: Claims) -> Iterator[Finding]:
    """One total, or one share, said twice with different values; and figures that look like one typed wrongly."""
    told: set[int] = set()
    totals: dict[str, list[Total]] = {}
    for total in found.totals:
        for first in totals.setdefault(total.thing, [])[-MOST_COMPARED:]:
            weight = _same_total(first, total)
            if weight and first.value != total.value:
                told.add(total.number.start)
                yield _twice(
                    total.number, shown(first.value, "vi"), shown(first.value, "en"), first.number, weight
                )
                break
        totals[total.thing].append(total)
    shares: dict[tuple[Value, str], Share] = {}
    for share in found.shares:
        noun = " ".join(fold(share.number.noun).split()[:2])
        one = shares.setdefault((share.part, noun), share)
        if noun and share.part >= 10 and one.whole != share.whole:
            vi, en = (f"{shown(one.part, lang)}/{shown(one.whole, lang)}" for lang in ("vi", "en"))
            yield _twice(share.number, vi, en, one.number, Severity.WARNING)
    yield from (finding for start, finding in _look_alikes(found) if start not in told)


def _same_total(first: Total, second: Total) -> Severity | None:
    if first.thing != second.thing or (first.deed and second.deed and first.deed != second.deed):
        return None
    if first.dates != second.dates and first.dates and second.dates:
        return None
    if first.names == second.names:
        return Severity.ERROR
    return Severity.WARNING if not first.names or not second.names else None


def _same_share(one: Share, other: Share) -> bool:
    nouns = [" ".join(fold(share.number.noun).split()[:2]) for share in (one, other)]
    return one.part == other.part and one.part >= 10 and nouns[0] == nouns[1] != ""


def _look_alikes(found: Claims) -> Iterator[tuple[int, Finding]]:
    """127.258 and 127.528 of the same thing hold the same digits in another order."""
    seen: dict[tuple[str, str], Number] = {}
    for figure in found.numbers:
        if figure.kind is not Kind.QUANTITY or not isinstance(figure.value, int) or figure.value < 1000:
            continue
        words = fold(figure.noun).split()[:2]
        key = ("".join(sorted(str(figure.value))), " ".join(words))
        first = seen.setdefault(key, figure)
        if len(words) == 2 and first.value != figure.value and not figure.hedge and figure.value % 1000:
            vi, en = shown(first.value or 0, "vi"), shown(first.value or 0, "en")
            yield figure.start, _twice(figure, vi, en, first, Severity.WARNING, "repeat.look_alike")


def _twice(
    figure: Number,
    before_vi: str,
    before_en: str,
    first: Number,
    weight: Severity,
    code: str = "repeat.total",
) -> Finding:
    return Finding(
        code, figure.place,
        f"ở đây ghi {figure.raw.strip()}, nhưng ở {first.place} ghi {before_vi}. Nếu là cùng một con số, hãy sửa một "
        "chỗ; nếu không, hãy nói rõ chúng khác nhau ở điểm nào.",
        f"here it says {figure.raw.strip()}, but at {first.place} it says {before_en}. If it is the same figure, "
        "correct one of them; if not, say what makes them different.",
        weight,
    )  # fmt: skip


def check_styles(found: Claims) -> Iterator[Finding]:
    """Figures written in the other language's manner, once per text: readers may take 1.425 for one and a half."""
    foreign = [figure for figure in found.quantities if figure.style != figure.language]
    if foreign:
        first = foreign[0]
        listed = ", ".join(figure.raw.strip() for figure in foreign[:3]) + ("…" if len(foreign) > 3 else "")
        yield Finding(
            "number.style", first.place,
            f"{len(foreign)} con số viết theo kiểu của ngôn ngữ kia ({listed}). Tiếng Việt viết 1.425 và 7,5; tiếng Anh "
            "viết 1,425 và 7.5.",
            f"{len(foreign)} figures are written in the manner of the other language ({listed}). Vietnamese writes 1.425 "
            "and 7,5, English 1,425 and 7.5.",
            Severity.NOTE,
        )  # fmt: skip


# The command

LARGEST_FILE = 2_000_000
HEADINGS = {
    Severity.ERROR: ("Lỗi số học", "Arithmetic faults"),
    Severity.WARNING: ("Cần xem lại", "Worth a look"),
    Severity.NOTE: ("Lưu ý", "Notes"),
}


def read_report(path: Path) -> str:
    """The text of a file; Malformed when it is missing, empty, too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Malformed(
            f"không mở được tệp ({error.strerror}). Hãy kiểm tra đường dẫn và quyền đọc.",
            f"the file cannot be opened ({error.strerror}). Check the path and your right to read it.",
            place=str(path),
        ) from error
    if len(raw) > LARGEST_FILE:
        raise Malformed(
            "tệp lớn hơn 2 MB. Hãy tách báo cáo thành nhiều phần.",
            "the file is larger than 2 MB. Cut the report into parts.",
            place=str(path),
        )
    try:
        text = nfc(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Malformed(
            f"tệp không phải văn bản UTF-8 (byte thứ {error.start + 1}). Hãy lưu lại dưới dạng 'Plain text, UTF-8'.",
            f"the file is not UTF-8 text (byte {error.start + 1}). Save it again as 'Plain text, UTF-8'.",
            place=str(path),
        ) from error
    if "\x00" in text or not text.strip():
        raise Malformed(
            "tệp trống hoặc không phải văn bản. Hãy đưa tệp văn bản có nội dung.",
            "the file is empty or is not text. Give a text file with something in it.",
            place=str(path),
        )
    return text


def run(path: str | Path, *, language: str | None = None, out: TextIO | None = None) -> int:
    """Check one file and print what was found, in the language of the text or the one asked for.

    Returns 0 when no arithmetic fault was found, 1 when there is one, 2 when the file cannot be read.
    """
    out = out or sys.stdout
    try:
        report = lint(read_report(Path(path)))
    except Malformed as error:
        lines = (
            [error.in_language(language)] if language else [error.in_language("vi"), error.in_language("en")]
        )
        print("\n".join(lines), file=out)
        return 2
    print("\n".join(report_lines(report, language or report.language)), file=out)
    return 1 if report.faults else 0


def report_lines(report: LintReport, language: str) -> Iterator[str]:
    """The report for a person, in one language."""
    vi = known_language(language) == "vi"
    amounts = sum(1 for figure in report.numbers if figure.value is not None)
    yield f"Đọc được {amounts} con số." if vi else f"{amounts} figures read."
    for severity, (heading_vi, heading_en) in HEADINGS.items():
        found = [finding for finding in report.findings if finding.severity is severity]
        if found:
            yield f"\n{heading_vi if vi else heading_en} ({len(found)})"
            yield from (f"  {finding.in_language(language)}" for finding in found)
    if report.confirmed:
        yield f"\n{'Đã tính lại và khớp' if vi else 'Recomputed and found right'} ({len(report.confirmed)})"
        yield from (f"  {item.in_language(language)}" for item in report.confirmed)
    if not report.faults:
        yield "\nKhông tìm thấy lỗi số học." if vi else "\nNo arithmetic fault found."
