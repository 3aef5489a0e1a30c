"""How long cases took: exact arithmetic on microseconds, quantiles by Hyndman and Fan's seventh rule (HF7). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from motcua.lib.quantiles import quantile

HOUR = 3_600_000_000


@dataclass(frozen=True)
class Durations:
    """Cases of one group: `n`, how many took no time at all, and figures in hours, exact."""

    group: str
    n: int
    zeros: int
    mean: Fraction
    median: Fraction
    p90: Fraction
    longest: Fraction


def durations(group: str, micros: Iterable[int]) -> Durations:
    """The figures of one group of spans in microseconds; ValueError for an empty group."""
    ordered = sorted(micros)
    if not ordered:
        raise ValueError("no case to measure")
    return Durations(
        group,
        len(ordered),
        sum(span == 0 for span in ordered),
        Fraction(sum(ordered), len(ordered) * HOUR),
        quantile(ordered, Fraction(1, 2)) / HOUR,
        quantile(ordered, Fraction(9, 10)) / HOUR,
        Fraction(ordered[-1], HOUR),
    )


def by_group(spans: Iterable[tuple[str, int]]) -> list[Durations]:
    """All cases first, then each group, the largest first."""
    groups: dict[str, list[int]] = {}
    for group, micros in spans:
        groups.setdefault(group, []).append(micros)
    everything = [span for group in groups.values() for span in group]
    parts = sorted(groups.items(), key=lambda part: (-len(part[1]), part[0]))
    return [durations("", everything), *(durations(group, micros) for group, micros in parts)]
