"""
Values from texts: what XML elements and the cells of workbooks carry, turned into what a field holds.

Readers of other formats share this, so a number with a decimal comma or a date written day first is treated alike
everywhere: understood where only one meaning is possible, refused where two are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from motcua.lib.findings import Severity
from motcua.manifest.documents.boxes import Coded
from motcua.manifest.documents.plain import Slot

# Port systems send local time without a zone; it is always Vietnam time.
VIETNAM = timezone(timedelta(hours=7))
# A text longer than its field is a fault where it is a key, and is cut with a warning where it only tells something.
KEY_LENGTH = 35


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value, for a finding at its place."""

    code: str
    vi: str
    en: str
    severity: Severity = Severity.ERROR


def value_of(text: str, slot: Slot) -> tuple[Any, Problem | None]:
    """What a field holds for a text that is not empty; (default, problem) when it cannot be understood."""
    kind = slot.kind
    if kind is str:
        return _text(text, slot)
    if kind is Decimal:
        return _decimal(text, slot)
    if kind is int:
        return _whole(text, slot)
    if kind is datetime:
        return _moment(text, slot)
    if kind is date:
        return _day(text, slot)
    if kind is bool:
        return _flag(text, slot)
    return _coded(text, slot)


def quick(slot: Slot) -> Callable[[str], Any]:
    """
    A reader of one field for the common case: the value of a plain text, or None when `value_of` must look closer.
    Ten thousand bills carry a million values; nearly all are plain.
    """
    kind = slot.kind
    if kind is str:
        longest = slot.box.longest or 2**30
        return lambda text: text if len(text) <= longest else None
    if kind is Decimal:
        digits, decimals = slot.box.digits
        if digits:
            fraction = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
            plain = re.compile(rf"[0-9]{{1,{digits - decimals}}}{fraction}")
            return lambda text: Decimal(text) if plain.fullmatch(text) else None
    if kind is int:
        figures = slot.box.digits[0] or 18
        return lambda text: int(text) if len(text) <= figures and text.isascii() and text.isdigit() else None
    if isinstance(kind, type) and issubclass(kind, Coded):
        return {one.code: one for one in kind if one.code}.get
    return lambda text: None


def _text(text: str, slot: Slot) -> tuple[str, Problem | None]:
    longest = slot.box.longest
    if not longest or len(text) <= longest:
        return text, None
    if longest <= KEY_LENGTH:
        return "", Problem(
            "value.long",
            f"Dài {len(text)} ký tự, tối đa {longest}. Hãy rút ngắn.",
            f"{len(text)} characters long, at most {longest}. Shorten it.",
        )
    return text[:longest], Problem(
        "value.long",
        f"Dài {len(text)} ký tự, chỉ giữ {longest} ký tự đầu.",
        f"{len(text)} characters long; only the first {longest} are kept.",
        Severity.WARNING,
    )


def _coded(text: str, slot: Slot) -> tuple[Any, Problem | None]:
    kind = slot.kind
    assert issubclass(kind, Coded)
    found = kind.of(text) or next(
        (
            one
            for one in kind
            if text.casefold() in (one.value.casefold(), one.label.vi.casefold(), one.label.en.casefold())
        ),
        None,
    )
    if found is not None:
        return found, None
    known = ", ".join(f"{one.code or one.value} ({one.label.vi})" for one in kind)
    known_en = ", ".join(f"{one.code or one.value} ({one.label.en})" for one in kind)
    return slot.default, Problem(
        "value.code",
        f"“{text}” không có trong danh mục: {known}.",
        f"“{text}” is not one of: {known_en}.",
    )


_TRUE = frozenset({"true", "1", "y", "yes", "c", "có", "x"})
_FALSE = frozenset({"false", "0", "n", "no", "k", "không"})


def _flag(text: str, slot: Slot) -> tuple[bool | None, Problem | None]:
    word = text.casefold()
    if word in _TRUE:
        return True, None
    if word in _FALSE:
        return False, None
    return None, Problem("value.flag", f"“{text}” phải là có hoặc không.", f"“{text}” must be yes or no.")


_PLAIN = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
_COMMA = re.compile(r"[+-]?\d{1,30},\d{1,30}")
_GROUPED = (
    (re.compile(r"[+-]?\d{1,3}(\.\d{3}){2,}(,\d{1,30})?|[+-]?\d{1,3}(\.\d{3})+,\d{1,30}"), ".", ","),
    (re.compile(r"[+-]?\d{1,3}(,\d{3}){2,}(\.\d{1,30})?|[+-]?\d{1,3}(,\d{3})+\.\d{1,30}"), ",", "."),
)
_TWO_WAYS = re.compile(r"[+-]?\d{1,3},\d{3}")


def number_of(text: str) -> tuple[Decimal | None, Problem | None]:
    """A number as people and machines write it: 12350.5, 12350,5, 12.350,5. What can mean two numbers is refused."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    if _PLAIN.fullmatch(plain):
        return Decimal(plain), None
    for pattern, thousands, point in _GROUPED:
        if pattern.fullmatch(plain):
            return _said(plain.replace(thousands, "").replace(point, "."), text)
    if _TWO_WAYS.fullmatch(plain):
        whole = plain.replace(",", "")
        broken = plain.replace(",", ".")
        return None, Problem(
            "value.number",
            f"“{text}” có thể là {whole} hoặc {broken}. Hãy ghi phần lẻ sau dấu chấm và không ngăn hàng nghìn.",
            f"“{text}” may mean {whole} or {broken}. Write decimals after a point, and no thousands separator.",
        )
    if _COMMA.fullmatch(plain):
        return _said(plain.replace(",", "."), text)
    return None, Problem(
        "value.number",
        f"“{text}” không phải số. Hãy ghi chữ số, phần lẻ sau dấu chấm, như 1250.5.",
        f"“{text}” is no number. Write digits, decimals after a point, as in 1250.5.",
    )


def _said(plain: str, text: str) -> tuple[Decimal, Problem]:
    return Decimal(plain), Problem(
        "value.comma",
        f"“{text}” được hiểu là {plain}. Lần sau hãy ghi phần lẻ sau dấu chấm.",
        f"“{text}” was understood as {plain}. Next time write decimals after a point.",
        Severity.WARNING,
    )


def _decimal(text: str, slot: Slot) -> tuple[Decimal | None, Problem | None]:
    value, problem = number_of(text)
    if value is None:
        return None, problem
    digits, decimals = slot.box.digits
    exponent = int(value.normalize().as_tuple().exponent)
    if digits and (-exponent > decimals or value.adjusted() + 1 > digits - decimals):
        return None, Problem(
            "value.size",
            f"“{text}” quá lớn hoặc quá nhiều số lẻ: tối đa {digits - decimals} chữ số và {decimals} số lẻ.",
            f"“{text}” is too large or too fine: at most {digits - decimals} digits and {decimals} decimals.",
        )
    return value, problem


def _whole(text: str, slot: Slot) -> tuple[int | None, Problem | None]:
    value, problem = number_of(text)
    if value is None:
        return None, problem
    digits, _ = slot.box.digits
    if value != value.to_integral_value() or (digits and abs(value) >= 10**digits):
        return None, Problem(
            "value.whole",
            f"“{text}” phải là số nguyên, tối đa {digits} chữ số.",
            f"“{text}” must be a whole number of at most {digits} digits.",
        )
    return int(value), problem


_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}:?\d{2})?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z|[+-]\d{2}:\d{2})?")


def time_of(text: str) -> datetime | None:
    """A date or a time in one of the forms that partners send; Vietnam time where no zone is named."""
    try:
        if _ISO.fullmatch(text):
            # A date with a zone (xs:date allows it) is a date all the same.
            plain = (
                re.sub(r"(\d)(Z|[+-]\d{2}:\d{2})$", r"\1", text)
                if len(text) <= 16 and "T" not in text
                else text
            )
            fraction = re.sub(r"(\.\d{6})\d+", r"\1", plain)
            when = datetime.fromisoformat(fraction)
        elif match := _STAMP.fullmatch(text):
            parts = [int(part or 0) for part in match.groups()[:6]]
            zone = datetime.fromisoformat(f"2000-01-01T00:00{_colon(match[7])}").tzinfo if match[7] else None
            when = datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=zone)
        elif match := _DAY_FIRST.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
            when = datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)
        else:
            return None
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=VIETNAM)


def _colon(zone: str) -> str:
    return zone if zone == "Z" or ":" in zone else f"{zone[:3]}:{zone[3:]}"


def _moment(text: str, slot: Slot) -> tuple[datetime | None, Problem | None]:
    when = time_of(text)
    if when is not None:
        return when, None
    return None, Problem(
        "value.time",
        f"“{text}” không phải thời điểm. Hãy ghi như 2020-03-02T08:00:00+07:00.",
        f"“{text}” is no time. Write it as 2020-03-02T08:00:00+07:00.",
    )


def _day(text: str, slot: Slot) -> tuple[date | None, Problem | None]:
    when = time_of(text)
    if when is not None:
        return when.date(), None
    return None, Problem(
        "value.date",
        f"“{text}” không phải ngày. Hãy ghi như 2020-03-02.",
        f"“{text}” is no date. Write it as 2020-03-02.",
    )


def text_of(value: Any) -> str:
    """How a value is written in XML: the inverse of `value_of`."""
    if isinstance(value, Coded):
        return value.code or value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
