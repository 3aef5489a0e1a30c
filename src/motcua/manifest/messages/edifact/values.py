"""Texts, numbers, dates and units of EDIFACT as values of documents; everything that cannot be read is said."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation

from motcua.lib.edifact.runs import COMPONENT

# Lengths of the date formats of list 2379 that carriers use, with what they mean to strptime.
_FORMATS = {
    "2": ("%d%m%y", 6), "3": ("%m%d%y", 6), "101": ("%y%m%d", 6), "102": ("%Y%m%d", 8), "201": ("%y%m%d%H%M", 10),
    "203": ("%Y%m%d%H%M", 12), "204": ("%Y%m%d%H%M%S", 14),
}  # fmt: skip
_BY_LENGTH = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}
_DIGITS = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)")

# Kilograms in one unit (UN/ECE Recommendation 20), and what is written for them in practice.
KILOGRAMS = {
    "KGM": Decimal(1), "KG": Decimal(1), "KGS": Decimal(1), "K": Decimal(1), "TNE": Decimal(1000),
    "TON": Decimal(1000), "MT": Decimal(1000), "GRM": Decimal("0.001"), "LBR": Decimal("0.45359237"),
    "LBS": Decimal("0.45359237"),
}  # fmt: skip
CUBIC_METRES = {
    "MTQ": Decimal(1), "CBM": Decimal(1), "M3": Decimal(1), "LTR": Decimal("0.001"), "DMQ": Decimal("0.001"),
    "FTQ": Decimal("0.028316846592"),
}  # fmt: skip


def part(row: list[str], element: int, component: int = 1) -> str:
    """The text at an element and component counted from 1, as ISO 9735 does; "" where there is none."""
    if element >= len(row):
        return ""
    text = row[element]
    if COMPONENT not in text:
        return text if component == 1 else ""
    pieces = text.split(COMPONENT)
    return pieces[component - 1] if component <= len(pieces) else ""


def joined(pieces: list[str], width: int) -> str:
    """
    A text that was cut into pieces: a full piece goes on in the next without a blank, a shorter one ends a line of
    its own. Writers cut in the middle of words when a piece is full.
    """
    found = ""
    full = True
    for piece in pieces:
        if not piece:
            continue
        found += piece if full else f" {piece}"
        full = len(piece) >= width
    return found.strip()


def cut(text: str, width: int, most: int) -> list[str] | None:
    """The reverse of `joined`; None when the text is longer than `most` pieces of this width."""
    pieces = [text[at : at + width] for at in range(0, len(text), width)]
    return pieces if len(pieces) <= most else None


def decimal(text: str) -> Decimal | None:
    """A number with point or comma as decimal mark; None when it is none."""
    if not _DIGITS.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def whole(text: str) -> int | None:
    """A count; None when it is none. "12.000" is one, "12.5" is not."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    number = decimal(text)
    if number is None or len(text) > 30 or number != number.to_integral_value():
        return None
    return int(number)


def moment(text: str, form: str, zone: tzinfo) -> tuple[datetime, bool] | None:
    """(time in the zone of the sender, whether it has a time of day), or None when it is no date."""
    known = _FORMATS.get(form) or _FORMATS.get(_BY_LENGTH.get(len(text), "")) if form not in _ZONED else None
    if form in _ZONED:
        # Local time followed by a zone abbreviation or offset; the place of the call has one zone.
        known = _FORMATS[_ZONED[form]]
        text = text[: known[1]]
    if known is None or len(text) != known[1] or not (text.isascii() and text.isdigit()):
        return None
    try:
        at = datetime.strptime(text, known[0]).replace(tzinfo=zone)
    except ValueError:
        return None
    return at, known[1] > 8


_ZONED = {"205": "203", "303": "203", "304": "204"}


def birthday(text: str, form: str, zone: tzinfo, year: int) -> date | None:
    """A date of birth: with two digits of the year, the last such year that is not after `year`."""
    read = moment(text, form, zone)
    if read is None:
        return None
    day = read[0].date()
    if day.year > year and len(text) == 6:
        try:
            return day.replace(year=day.year - 100)
        except ValueError:
            return None
    return day
