"""Recompute totals: parts against their total, sums written with signs, percentages that should reach 100."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from motcua.lib.findings import Finding, Severity
from motcua.lib.prose.claims import Percents
from motcua.lib.prose.comparisons import same_thing
from motcua.lib.prose.equations import Equation
from motcua.lib.prose.sums import Breakdown, Strength, percent_of
from motcua.reporting.recompute import Confirmed, Result, check_percent, shown

# Parts that miss their total by more than this are read as 'some of them', not as a sum gone wrong.
NEAR = Fraction(5, 100)

CARRIED_OVER = re.compile(
    r"kỳ trước|kì trước|chuyển (?:sang|qua)|tồn|carried over|previous period|brought forward", re.I
)
ONLINE = re.compile(r"trực tuyến|online|qua mạng", re.I)
AT_THE_DESK = re.compile(r"trực tiếp|bưu chính|bưu điện|in person|direct|counter|post", re.I)
FORM_06A = (
    "mẫu II.06a/VPCP/KSTT; đọc từ bản tái hiện trong phần mềm, chưa đối chiếu phụ lục gốc / "
    "form II.06a, read in reproductions, not in the annex itself; verified: false"
)


def check_breakdown(found: Breakdown) -> Iterator[Result]:
    """A total against its parts, and the percentage of every part that has one."""
    if len(found.parts) > 1:
        yield from _sum(found)
    for part in found.parts:
        raw = percent_of(part.number.value or 0, found.value)
        if part.percent is not None and raw is not None:
            vi, en = (
                f"{shown(part.number.value or 0, lang)}/{shown(found.value, lang)}" for lang in ("vi", "en")
            )
            yield from check_percent(part.percent, raw, vi, en, sure=part.sure)


def _sum(found: Breakdown) -> Iterator[Result]:
    parts_vi, parts_en = (
        " + ".join(shown(part.number.value or 0, lang) for part in found.parts) for lang in ("vi", "en")
    )
    if found.agrees:
        yield Confirmed(
            "sum.parts", found.total.place,
            f"{parts_vi} = {shown(found.sum, 'vi')}, khớp với tổng {shown(found.value, 'vi')}.",
            f"{parts_en} = {shown(found.sum, 'en')}, which agrees with the total {shown(found.value, 'en')}.",
        )  # fmt: skip
        return
    severity = _weight(found)
    if severity is None:
        return
    over = found.residual < 0
    gap = -found.residual if over else found.residual
    suggestion = None if over else _carry_over(found, gap)
    hint_vi, hint_en = suggestion or (
        (
            "Có thể có phần bị tính hai lần hoặc một con số sai.",
            "A part may be counted twice or a figure be wrong.",
        )
        if over
        else ("Có thể còn thiếu một phần hoặc một con số sai.", "A part may be missing or a figure be wrong.")
    )
    yield Finding(
        "sum.parts", found.total.place,
        f"{parts_vi} = {shown(found.sum, 'vi')}, {'vượt' if over else 'thiếu'} {shown(gap, 'vi')} so với tổng "
        f"{shown(found.value, 'vi')}. {hint_vi}",
        f"{parts_en} = {shown(found.sum, 'en')}, {shown(gap, 'en')} {'above' if over else 'short of'} the total "
        f"{shown(found.value, 'en')}. {hint_en}",
        severity,
        FORM_06A if suggestion else "",
    )  # fmt: skip


def _weight(found: Breakdown) -> Severity | None:
    """How sure it is that the parts were meant to add up; None when the text does not say so."""
    over, near = found.residual < 0, abs(Fraction(found.residual)) <= NEAR * Fraction(found.value)
    if found.opening == "=":
        return Severity.ERROR
    if found.rest and not over:
        return None
    if found.strength is Strength.LOOSE or any(part.number.hedge for part in found.parts):
        return None
    if near:
        return Severity.ERROR
    if found.strength is Strength.WHOLE:
        alike = found.total.noun and all(
            part.number.noun and same_thing(part.number.noun, found.total.noun) for part in found.parts
        )
        return Severity.ERROR if alike else Severity.WARNING
    return None


def _carry_over(found: Breakdown, gap: Decimal | int) -> tuple[str, str] | None:
    """Form II.06a counts dossiers received online, at the desk or by post, and carried over; prose forgets the last."""
    words = found.words
    if CARRIED_OVER.search(words) or not (ONLINE.search(words) and AT_THE_DESK.search(words)):
        return None
    return (
        f"Mẫu II.06a tính tổng số tiếp nhận (cột 3) = trực tuyến (4) + trực tiếp, bưu chính (5) + từ kỳ trước (6): có "
        f"thể cột 6 'từ kỳ trước' gồm {shown(gap, 'vi')} hồ sơ đã bị bỏ sót trong câu này. Hãy đối chiếu với số đang "
        "giải quyết cuối kỳ trước; cũng có thể là một kênh khác hoặc lỗi gõ.",
        f"Form II.06a takes the total received (column 3) = online (4) + at the desk or by post (5) + carried over from "
        f"the previous period (6): column 6 'từ kỳ trước' with {shown(gap, 'en')} dossiers may have been left out of "
        "this sentence. Compare it with what was still in hand at the end of the previous period; a further channel "
        "or a typing error is possible too.",
    )


def check_equation(found: Equation) -> Iterator[Result]:
    """A sum written with plus, minus and equals."""
    sides = []
    for language in ("vi", "en"):
        terms = "".join(
            (" − " if sign < 0 else " + ") + shown(figure.value or 0, language)
            for sign, figure in found.terms
        )
        sides.append(
            (
                terms.removeprefix(" + "),
                shown(found.value, language),
                shown(found.result.value or 0, language),
            )
        )
    (terms_vi, value_vi, result_vi), (terms_en, value_en, result_en) = sides
    if abs(Fraction(found.value) - Fraction(found.result.value or 0)) <= Fraction(found.tolerance):
        yield Confirmed(
            "sum.equation",
            found.result.place,
            f"{terms_vi} = {result_vi} là đúng.",
            f"{terms_en} = {result_en} holds.",
        )
    else:
        yield Finding(
            "sum.equation", found.result.place,
            f"{terms_vi} = {value_vi}, không phải {result_vi}. Hãy kiểm tra từng số hạng.",
            f"{terms_en} = {value_en}, not {result_en}. Check every term.",
        )  # fmt: skip


PARTITION = re.compile(r"chiếm|còn lại|cơ cấu|tỷ trọng|account|the rest|remaining|respectively|share", re.I)
NEAR_HUNDRED = 3


def check_percents(found: Percents) -> Iterator[Result]:
    """Percentages side by side that come close to 100 are taken as parts of a whole and must reach it."""
    if any(figure.hedge for figure in found.numbers):
        return
    total = sum((Decimal(figure.value or 0) for figure in found.numbers), Decimal(0))
    tolerance = sum((figure.unit for figure in found.numbers), Decimal(0)) / 2
    row_vi, row_en = (
        " + ".join(f"{shown(figure.value or 0, lang)} %" for figure in found.numbers) for lang in ("vi", "en")
    )
    place = found.numbers[0].place
    if abs(total - 100) <= tolerance:
        yield Confirmed(
            "percents.total", place,
            f"{row_vi} = {shown(total, 'vi')} %, đủ 100 % trong sai số làm tròn.",
            f"{row_en} = {shown(total, 'en')} %, which is 100 % within rounding.",
        )  # fmt: skip
    elif abs(total - 100) <= NEAR_HUNDRED:
        yield Finding(
            "percents.total", place,
            f"{row_vi} = {shown(total, 'vi')} %, không phải 100 %. Nếu đây là các phần của một tổng, hãy kiểm tra lại.",
            f"{row_en} = {shown(total, 'en')} %, not 100 %. If these are the parts of one whole, check them.",
            Severity.ERROR if PARTITION.search(found.words) else Severity.WARNING,
        )  # fmt: skip
