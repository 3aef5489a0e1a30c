"""
Is the change of a count more than chance?

Two counts of independent events are taken as Poisson. Given their sum, the first is binomial with share 1/2
when nothing has changed (conditional test, Przyborowski and Wilenski 1940). The bounds are for 95 %.

* normal   both counts are 30 or more: log ratio +- 1.959964 x sqrt(1/now + 1/base), p from the same z
* exact    otherwise: Clopper-Pearson bounds of the binomial share, p is twice the smaller tail

Within each method p < 0.05 exactly when the bounds leave 1 out, so that number and sentence never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erfc, exp, inf, lgamma, log, log1p, sqrt
from typing import Literal

from motcua.lib.bilingual import Text

LEVEL = 0.05
Z = 1.959963984540054
ENOUGH_FOR_NORMAL = 30

Method = Literal["normal", "exact", "none"]

CHANCE = Text(
    "không phân biệt được với dao động ngẫu nhiên",
    "cannot be distinguished from chance",
)
REAL = Text(
    "lớn hơn mức dao động ngẫu nhiên thường gặp",
    "larger than chance alone would usually give",
)
NOTHING = Text(
    "cả hai kỳ đều không phát sinh: không có gì để so sánh",
    "nothing occurred in either period: there is nothing to compare",
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """now / base with 95 % bounds; `ratio` and `high` are None when the base is 0 (they are infinite)."""

    now: int
    base: int
    ratio: float | None
    low: float
    high: float | None
    p_value: float
    distinguishable: bool
    method: Method
    note: Text


def poisson_ratio(now: int, base: int) -> Ratio:
    """Compare two counts over periods of equal length; ValueError for a negative count."""
    if now < 0 or base < 0:
        raise ValueError(f"a count cannot be negative: {now}, {base}")
    if now == base == 0:
        return Ratio(0, 0, None, 0.0, None, 1.0, False, "none", NOTHING)
    method: Method = "normal" if min(now, base) >= ENOUGH_FOR_NORMAL else "exact"
    low, high, p_value = _normal(now, base) if method == "normal" else _exact(now, base)
    differs = p_value < LEVEL
    return Ratio(
        now,
        base,
        now / base if base else None,
        low,
        None if high == inf else high,
        p_value,
        differs,
        method,
        REAL if differs else CHANCE,
    )


def _normal(now: int, base: int) -> tuple[float, float, float]:
    middle, spread = log(now / base), sqrt(1 / now + 1 / base)
    p_value = erfc(abs(middle) / spread / sqrt(2))
    return exp(middle - Z * spread), exp(middle + Z * spread), p_value


def _exact(now: int, base: int) -> tuple[float, float, float]:
    if now > base:
        # The tail is summed over the smaller count, so the larger may be as large as it likes.
        low, high, p_value = _exact(base, now)
        return 1 / high, (1 / low if low > 0 else inf), p_value
    total = now + base
    p_value = min(1.0, 2 * _at_most(now, total, 0.5))
    low = 0.0 if now == 0 else _solve(lambda share: 1 - _at_most(now - 1, total, share) - LEVEL / 2)
    high = _solve(lambda share: LEVEL / 2 - _at_most(now, total, share))
    return low / (1 - low), high / (1 - high), p_value


def _at_most(k: int, n: int, share: float) -> float:
    """P(X <= k) for X binomial(n, share), 0 < share < 1."""
    if k >= n:
        return 1.0
    whole, rare, rest = lgamma(n + 1), log(share), log1p(-share)
    terms = (exp(whole - lgamma(i + 1) - lgamma(n - i + 1) + i * rare + (n - i) * rest) for i in range(k + 1))
    return min(1.0, sum(terms))


def _solve(rising: Callable[[float], float]) -> float:
    """The share in (0, 1) where a rising function crosses zero, by halving."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
