"""Documents made at random from their boxes, for properties."""

from __future__ import annotations

import string
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from motcua.manifest.documents import Coded, slots

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LETTERS = string.ascii_uppercase + string.digits + " .,-/'+:?" + "ăđêôơưáạộấ"


def texts(longest: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, max_size=min(longest or 40, 40)).map(str.strip)


def numbers(digits: int, decimals: int) -> st.SearchStrategy[Decimal]:
    whole = min(digits - decimals, 7) if digits else 5
    return st.decimals(0, 10**whole - 1, places=min(decimals, 3), allow_nan=False)


def papers(kind: type, many: int = 2) -> st.SearchStrategy[Any]:
    """Any document, or part of one, that its boxes admit."""
    fields = {}
    for slot in slots(kind):
        one = _value(slot, many)
        if slot.many:
            fields[slot.name] = st.lists(one, max_size=many).map(tuple)
        elif is_dataclass(slot.kind):
            fields[slot.name] = one
        else:
            fields[slot.name] = st.one_of(st.just(slot.default), one)
    return st.builds(kind, **fields)


def _value(slot: Any, many: int) -> st.SearchStrategy[Any]:
    kind = slot.kind
    if is_dataclass(kind):
        return papers(kind, many)
    if issubclass(kind, Coded):
        return st.sampled_from(list(kind))
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(0, 10 ** min(slot.box.digits[0] or 5, 7) - 1)
    if kind is Decimal:
        return numbers(*slot.box.digits)
    if kind is datetime:
        return st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31)).map(  # noqa: DTZ001
            lambda at: at.replace(second=0, microsecond=0, tzinfo=HANOI)
        )
    if kind is date:
        return st.dates(date(1900, 1, 1), date(2099, 12, 31))
    return texts(slot.box.longest)
