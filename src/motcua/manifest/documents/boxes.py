"""
What a field of a document is, said once: its label, its number in the data models, its length, its list of codes.

Templates, screen forms, the JSON of the API and the reference page are made from these, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Self

from motcua.lib.bilingual import Text


@dataclass(frozen=True, slots=True)
class Box:
    """
    One box of a form.

    `wco` is the element id of the WCO Data Model ("126"); `form` the longest value as it writes it ("an..35",
    "n..16,6", "a2"); `codes` names the list its values come from; `unit` what a number counts; `needed` says that
    the paper is no use without it. What depends on more than the field itself is a rule, not a box.
    """

    label: Text
    wco: str = ""
    form: str = ""
    codes: str = ""
    unit: str = ""
    needed: bool = False

    @property
    def longest(self) -> int:
        """How many characters a text may have; 0 when nothing is said."""
        digits = self.form.lstrip("an.").partition(",")[0]
        return int(digits) if digits.isdigit() and not self.form.startswith("n") else 0

    @property
    def digits(self) -> tuple[int, int]:
        """(digits in all, decimals) of a number; (0, 0) when nothing is said."""
        if not self.form.startswith("n"):
            return (0, 0)
        whole, _, decimals = self.form.lstrip("n.").partition(",")
        return (int(whole or 0), int(decimals or 0))


def box(
    vi: str,
    en: str,
    form: str = "",
    wco: str = "",
    *,
    codes: str = "",
    unit: str = "",
    needed: bool = False,
    default: Any = "",
    many: bool = False,
    of: Callable[[], Any] | None = None,
) -> Any:
    """A dataclass field that knows its box. Text is empty by default; `many` makes an empty tuple, `of` calls."""
    metadata = {"box": Box(Text(vi, en), wco, form, codes, unit, needed)}
    if of is not None:
        # Documents never change, so all may share one empty part.
        return field(default=of(), metadata=metadata)
    return field(default=() if many else default, metadata=metadata)


def mass(vi: str, en: str, wco: str = "", *, needed: bool = False) -> Any:
    """A mass in kilograms, exact."""
    return box(vi, en, "n..16,6", wco, unit="KGM", needed=needed, default=None)


def figure(
    vi: str, en: str, form: str = "n..8", wco: str = "", *, unit: str = "", needed: bool = False
) -> Any:
    """A count or a measure; None when nothing was declared, which is not the same as 0."""
    return box(vi, en, form, wco, unit=unit, needed=needed, default=None)


def moment(vi: str, en: str, wco: str = "", *, needed: bool = False) -> Any:
    """A date or an aware time; None when nothing was declared."""
    return box(vi, en, "", wco, needed=needed, default=None)


def box_of(one: Field[Any]) -> Box:
    """The box of a dataclass field."""
    known: Box = one.metadata["box"]
    return known


def boxes(kind: Any) -> dict[str, Box]:
    """The boxes of a document or of a part of one, by field name, in the order of the form."""
    return _boxes(kind)


@cache
def _boxes(kind: Any) -> dict[str, Box]:
    return {one.name: box_of(one) for one in fields(kind)}


class Coded(StrEnum):
    """A closed list: the value that JSON carries, its label, and its code in EDIFACT or in the WCO lists."""

    label: Text
    code: str

    def __new__(cls, value: str, vi: str, en: str, code: str = "") -> Coded:
        one = str.__new__(cls, value)
        one._value_ = value
        one.label = Text(vi, en)
        one.code = code
        return one

    @classmethod
    def named(cls, value: str) -> Self:
        """The member with this value; KeyError when there is none."""
        known = {one.value: one for one in cls}
        return known[value]

    @classmethod
    def of(cls, code: str) -> Self | None:
        """The member with this outside code, or None."""
        return next((one for one in cls if one.code == code), None) if code else None


Amount = Decimal | None
