"""
Percentages of change, rounded once and from the raw ratio.

Everything here is an exact rational: a binary float would decide a tie by accident, so floats are refused.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

Exact = int | Fraction | Decimal
Direction = Literal["up", "down", "same"]

TEN = Fraction(10)


def exact(value: Exact) -> Fraction:
    """The value as a rational; TypeError for a float, which has already lost the exact figure."""
    if isinstance(value, float):
        raise TypeError("give int, Fraction or Decimal: a float is already rounded")
    return Fraction(value)


def percent_change(now: Exact, base: Exact) -> Fraction | None:
    """The raw change in per cent, (now - base) / base x 100.

    None when the base is 0 or less: then there is no base, and a change of 0 % would be untrue.
    """
    start = exact(base)
    if start <= 0:
        return None
    return (exact(now) - start) * 100 / start


def half_up(x: Exact, places: int) -> Decimal:
    """`x` at so many decimals, a half going away from zero; `places` may be negative (-1 rounds to tens).

    No sign is kept on zero; the exponent of the result is -places, or 0 where places is negative.
    """
    value = exact(x)
    shifted = abs(value) * Fraction(10) ** places
    units = (2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator)
    if value < 0:
        units = -units
    if places >= 0:
        # Built from digits, not by division, so that no decimal context can round a second time.
        return Decimal((int(units < 0), tuple(int(digit) for digit in str(abs(units))), -places))
    return Decimal(units * 10**-places)


def two_significant(x: Exact) -> Decimal:
    """`x` at two significant figures, half up: 7.4675 -> 7.5, 21.99 -> 22, 123.4 -> 120, 9.96 -> 10."""
    value = exact(x)
    if value == 0:
        return Decimal(0)
    places = 1 - _magnitude(abs(value))
    rounded = half_up(value, places)
    if _magnitude(abs(Fraction(rounded))) + places > 1:
        # Rounding carried into the next power of ten: 9.96 became 10.0, which has one figure too many.
        rounded = half_up(value, places - 1)
    return rounded


def printed(x: Exact) -> Decimal:
    """A percentage of change as a report prints it: one decimal below ten, whole numbers from ten on.

    It equals `two_significant` from 1 up to 100; above, figures are not thrown away (123.4 -> 123),
    below 1 a change is not shown finer than 0.1.
    """
    rounded = half_up(x, 1)
    return rounded if abs(rounded) < 10 else half_up(x, 0)


def rounding_unit(x: Exact) -> Fraction:
    """The step of `printed` at this size, in percentage points: 1/10 below ten, else 1."""
    return Fraction(1, 10) if abs(half_up(x, 1)) < 10 else Fraction(1)


def direction(x: Exact) -> Direction:
    """`up` or `down` by the sign of the RAW change; `same` when it is below the rounding unit (0.1)."""
    value = exact(x)
    if abs(value) < rounding_unit(value):
        return "same"
    return "up" if value > 0 else "down"


def _magnitude(x: Fraction) -> int:
    """The power of ten of the first figure of a positive number: 7.5 -> 0, 22 -> 1, 0.04 -> -2."""
    power = len(str(x.numerator)) - len(str(x.denominator))
    return power if TEN**power <= x else power - 1
