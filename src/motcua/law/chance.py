"""
How sure a compliance cost is: the estimates in it are drawn again and again, the official figure stays beside. Pure.

Hours come from a few interviews or from nobody. Each estimate is drawn from a triangle whose peak is the figure of the
official computation; its ends are the furthest sources where there are several, else the declared spread of the
parameters `cost-estimate-least` and `cost-estimate-greatest`. Prices, fees and volumes are not drawn: they are facts or
choices. The same seed gives the same figures.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from motcua.law.cost import Benefit, Cost, Estimated, Line
from motcua.law.parameters import Parameters, Value
from motcua.lib.errors import Refused

LEAST: Final = "cost-estimate-least"
GREATEST: Final = "cost-estimate-greatest"
SHARES: Final = (5, 50, 95)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """How far one estimate may be off, as factors of it, and who says so."""

    least: Fraction
    greatest: Fraction
    sources: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.least <= 1 <= self.greatest:
            raise Refused(
                f"Khoảng ước lượng phải chứa 1: từ {float(self.least):g} đến {float(self.greatest):g} thì không.",
                f"The spread of an estimate must hold 1; {float(self.least):g} to {float(self.greatest):g} does not.",
            )


def declared(parameters: Parameters, on: date) -> Spread:
    """The spread of estimates for which nobody gave sources, from the dated parameters."""
    least, greatest = parameters.value(LEAST, on), parameters.value(GREATEST, on)
    return Spread(Fraction(least.amount), Fraction(greatest.amount), (least, greatest))


@dataclass(frozen=True)
class Range:
    """Percentiles of the draws, in VND a year (p5, p50, p95), beside the official `point`."""

    point: float
    percentiles: dict[int, float]
    draws: int
    seed: int


@dataclass(frozen=True)
class Saved:
    """The range of what a reform saves, and in which share of the draws it saves anything at all."""

    range: Range
    share_that_saves: float


def year(cost: Cost, spread: Spread, *, draws: int, seed: int) -> Range:
    """The cost of a year with what its estimates leave open. Refused for fewer than 100 draws."""
    return _range(float(cost.year_vnd), _years(cost, spread, draws, seed), draws, seed)


def saved(benefit: Benefit, spread: Spread, *, draws: int, seed: int) -> Saved:
    """
    What a reform saves a year. A paper that stays is equally far off before and after, so it is drawn once for both: only
    what changes makes the saving uncertain.
    """
    values = _years(benefit.before, spread, draws, seed) - _years(benefit.after, spread, draws, seed)
    return Saved(_range(float(benefit.year_vnd), values, draws, seed), float((values > 0).mean()))


def _range(point: float, values: Floats, draws: int, seed: int) -> Range:
    low, middle, high = np.percentile(values, SHARES)
    return Range(point, {5: float(low), 50: float(middle), 95: float(high)}, draws, seed)


def _years(cost: Cost, spread: Spread, draws: int, seed: int) -> Floats:
    if draws < 100:
        raise Refused("Cần ít nhất 100 lần rút.", "At least 100 draws are needed.")
    once = np.zeros(draws)
    for line in cost.lines:
        if line.counts:
            once += _line(line, spread, draws, seed)
    years: Floats = once * float(cost.volume)
    return years


def _line(line: Line, spread: Spread, draws: int, seed: int) -> Floats:
    certain = float(Fraction(line.once_vnd) - sum((part.vnd for part in line.estimated), Fraction(0)))
    total = np.full(draws, certain)
    for number, part in enumerate(line.estimated):
        total += float(part.vnd) * _factors(line, number, part, spread, draws, seed)
    return total


def _factors(line: Line, number: int, part: Estimated, spread: Spread, draws: int, seed: int) -> Floats:
    least = float(spread.least if part.least is None else part.least)
    greatest = float(spread.greatest if part.greatest is None else part.greatest)
    if least == greatest:
        return np.full(draws, least)
    # Drawn by its name and not by its place, so that a paper keeps its draws when the one before it is struck out.
    name = f"{line.kind}/{line.name.vi}/{number}".encode()
    stream = int.from_bytes(hashlib.sha256(name).digest()[:8], "big")
    chance = np.random.default_rng([seed, stream])
    return chance.triangular(least, min(max(1.0, least), greatest), greatest, draws)
