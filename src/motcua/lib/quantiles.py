"""Quantiles of whole numbers under a named rule, exact. Pure; a list serves as well as a column of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Rule(StrEnum):
    """How a quantile is read between two values (Hyndman and Fan 1996); two honest tools differ by this alone."""

    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"
    INVERTED_CDF = "inverted_cdf"


# Where on 1..n the share p lies: n·p + offset(p).
_OFFSETS: dict[Rule, Callable[[Fraction], Fraction]] = {
    Rule.HF6: lambda p: p,
    Rule.HF7: lambda p: 1 - p,
    Rule.HF8: lambda p: (p + 1) / 3,
}


def quantile(ordered: Sequence[int] | Any, share: Fraction, rule: Rule = Rule.HF7) -> Fraction:
    """The quantile of sorted values, exact; ValueError for none or a share outside 0..1."""
    n = len(ordered)
    if not n:
        raise ValueError("no value to take a quantile of")
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    if rule is Rule.INVERTED_CDF:
        return Fraction(int(ordered[max(math.ceil(n * share), 1) - 1]))
    point = min(max(n * share + _OFFSETS[rule](share), Fraction(1)), Fraction(n))
    below = int(point)
    low = int(ordered[below - 1])
    high = int(ordered[min(below, n - 1)])
    return low + (point - below) * (high - low)
