"""
Two rounds beside each other: what change could be seen at all, whether one was, and how much of it is only mix. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist


def smallest_detectable(
    variation: float, n: float, *, design_effect: float = 1.0, power: float = 0.80, level: float = 0.95
) -> float:
    """
    The smallest relative change of the mean between two rounds of `n` cases each that is found with this power.

    `variation` is sd / mean. (z + z')·c·sqrt(2d/n), 2.80·c·sqrt(2d/n) at 95 % and 80 %. ValueError for n <= 0.
    """
    if n <= 0:
        raise ValueError("a round has at least one case")
    normal = NormalDist()
    factor = normal.inv_cdf((1 + level) / 2) + normal.inv_cdf(power)
    return factor * variation * math.sqrt(2 * design_effect / n)


def sample_for_mean(
    variation: float,
    precision: float,
    *,
    design_effect: float = 1.0,
    population: int | None = None,
    level: float = 0.95,
) -> int:
    """
    How many cases make the mean right to within `precision` (0.1 is ten per cent): d·(z·c/r)², less in a finite frame.
    """
    wanted = design_effect * (NormalDist().inv_cdf((1 + level) / 2) * variation / precision) ** 2
    if population is not None:
        wanted = wanted / (1 + (wanted - 1) / population)
    return math.ceil(wanted)


@dataclass(frozen=True)
class Round:
    """A mean in hours, its standard error (with the design effect in it), and how many cases it rests on."""

    mean: float
    standard_error: float
    n: int


@dataclass(frozen=True)
class Verdict:
    """The change of a mean: hours, per cent of the base, its interval; `told_apart` when zero lies outside."""

    change: float
    percent: float | None
    low: float
    high: float
    told_apart: bool


def verdict(base: Round, now: Round, level: float = 0.95) -> Verdict:
    """Whether two rounds differ by more than chance (normal, unequal variances); percent is None on a base of zero."""
    change = now.mean - base.mean
    margin = NormalDist().inv_cdf((1 + level) / 2) * math.hypot(base.standard_error, now.standard_error)
    percent = 100 * change / base.mean if base.mean else None
    return Verdict(change, percent, change - margin, change + margin, abs(change) > margin)


@dataclass(frozen=True)
class Cell:
    """Cases and mean hours of one stratum (a regime, a channel, an office) in one round."""

    n: int
    mean: float


@dataclass(frozen=True)
class Split:
    """
    A change of the overall mean in two parts that add up to it: `mix`, other goods came, and `real`, the same goods took
    another time (Kitagawa 1955). `only_base` and `only_now` name strata that one round lacks: they are left out of both
    means and said, because nothing can be compared there.
    """

    change: float
    mix: float
    real: float
    by_stratum: dict[str, tuple[float, float]]
    only_base: tuple[str, ...]
    only_now: tuple[str, ...]


def split(base: Mapping[str, Cell], now: Mapping[str, Cell]) -> Split:
    """Σ (p1 - p0)(m1 + m0)/2 and Σ (m1 - m0)(p1 + p0)/2 over strata that both rounds have; ValueError when none is."""
    both = sorted(name for name in base.keys() & now.keys() if base[name].n and now[name].n)
    if not both:
        raise ValueError("the two rounds have no stratum in common")
    n0 = sum(base[name].n for name in both)
    n1 = sum(now[name].n for name in both)
    parts = {}
    for name in both:
        p0, p1 = base[name].n / n0, now[name].n / n1
        m0, m1 = base[name].mean, now[name].mean
        parts[name] = ((p1 - p0) * (m1 + m0) / 2, (m1 - m0) * (p1 + p0) / 2)
    mix = math.fsum(part[0] for part in parts.values())
    real = math.fsum(part[1] for part in parts.values())
    # Taken from the means themselves, so that a test can hold the two parts to it.
    change = sum(now[n].n * now[n].mean for n in both) / n1 - sum(base[n].n * base[n].mean for n in both) / n0
    return Split(
        change, mix, real, parts,
        tuple(sorted(set(base) - set(both))), tuple(sorted(set(now) - set(both))),
    )  # fmt: skip
