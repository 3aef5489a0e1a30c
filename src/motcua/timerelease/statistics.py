"""
What is said of one cell of a study: counts, spread, quantiles under a named rule, and how sure each number is. Pure.

Times are whole microseconds (`numpy.int64`), so that sums are exact; figures are hours. Negative times are legal: goods
released before they arrive. Nothing is dropped as an outlier: a rule is named and its column stands beside "all".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from motcua.lib.quantiles import Rule, quantile

HOUR = 3_600_000_000
Micros = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

QUARTILES = (25, 50, 75, 90, 95)


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, in hours, at `level`; `how` names the method."""

    low: float
    high: float
    level: float
    how: str


@dataclass(frozen=True)
class MedianInterval(Interval):
    """An interval between two of the sorted values themselves, the `ranks` (from 1); no shape is assumed."""

    ranks: tuple[int, int]


def median_interval(ordered: Micros, level: float = 0.95) -> MedianInterval | None:
    """
    The order-statistic interval of the median (binomial with one half); None when so few values allow none.

    The ranks are symmetrical: the widest pair whose two tails together leave at most 1 - level.
    """
    n = len(ordered)
    # The largest r with P(Bin(n, 1/2) <= r - 1) <= (1 - level) / 2, in logarithms: 2**-n underflows from n = 1075.
    limit, total, rank = (1 - level) / 2, 0.0, 0
    for k in range(n // 2 + 1):
        total += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        if total > limit:
            break
        rank = k + 1
    if not rank:
        return None
    low, high = int(ordered[rank - 1]), int(ordered[n - rank])
    return MedianInterval(low / HOUR, high / HOUR, level, "order statistics", (rank, n - rank + 1))


@dataclass(frozen=True)
class Tukey:
    """The column "by rule": values above Q3 + 1.5·IQR set apart, counted, never deleted."""

    fence: float
    above: int
    mean_within: float | None


@dataclass(frozen=True)
class Summary:
    """
    One cell, in hours. `geometric_mean` is of the `positives` alone, with `zeros` and `negatives` counted beside it;
    `trimmed_mean` leaves out `trimmed_each_side` values at either end. Figures that do not exist are None, never 0.
    """

    n: int
    total_micros: int
    mean: float
    sd: float | None
    least: float
    greatest: float
    zeros: int
    negatives: int
    positives: int
    geometric_mean: float | None
    truncated_mean: float
    rule: Rule
    quantiles: dict[int, float]
    trimmed_mean: float
    trimmed_each_side: int
    share_below_mean: float
    tukey: Tukey
    median_interval: MedianInterval | None


def summary(micros: Micros, rule: Rule = Rule.HF7, trim: Fraction = Fraction(1, 20)) -> Summary:
    """The table of one cell; ValueError when it is empty."""
    ordered = np.sort(np.asarray(micros, dtype=np.int64))
    n = len(ordered)
    if not n:
        raise ValueError("no case to measure")
    total = _sum(ordered)
    hours = ordered / HOUR
    mean = float(Fraction(total, n * HOUR))
    positive = hours[ordered > 0]
    cut = int(n * trim)
    kept = ordered[cut : n - cut]
    return Summary(
        n=n,
        total_micros=total,
        mean=mean,
        sd=float(np.std(hours, ddof=1)) if n > 1 else None,
        least=float(hours[0]),
        greatest=float(hours[-1]),
        zeros=int(np.count_nonzero(ordered == 0)),
        negatives=int(np.count_nonzero(ordered < 0)),
        positives=len(positive),
        geometric_mean=float(np.exp(np.log(positive).mean())) if len(positive) else None,
        truncated_mean=float(np.maximum(hours, 0.0).mean()),
        rule=rule,
        quantiles={p: float(quantile(ordered, Fraction(p, 100), rule) / HOUR) for p in QUARTILES},
        trimmed_mean=float(Fraction(_sum(kept), len(kept) * HOUR)),
        trimmed_each_side=cut,
        share_below_mean=int(np.searchsorted(ordered, _ceiling(total, n))) / n,
        tukey=_tukey(ordered),
        median_interval=median_interval(ordered),
    )


def _ceiling(total: int, n: int) -> int:
    """The smallest whole microsecond not below the mean, so that `below the mean` is decided exactly."""
    return -(-total // n)


def _sum(values: Micros) -> int:
    """The exact sum: high and low halves apart, since the microseconds of many long cases may pass 2**63."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _tukey(ordered: Micros) -> Tukey:
    q1, q3 = (quantile(ordered, Fraction(p, 4)) for p in (1, 3))
    fence = q3 + Fraction(3, 2) * (q3 - q1)
    above = len(ordered) - int(np.searchsorted(ordered, math.floor(fence), side="right"))
    within = ordered[: len(ordered) - above]
    mean = float(Fraction(_sum(within), len(within) * HOUR)) if len(within) else None
    return Tukey(float(fence / HOUR), above, mean)


@dataclass(frozen=True)
class MeanInterval(Interval):
    """
    A bootstrap interval of the mean over clusters, the design effect against drawing cases one by one, and how many
    independent cases the `n` are worth (`effective_n`). Few clusters (below 20) make every such interval too narrow.
    """

    clusters: int
    replicates: int
    seed: int
    design_effect: float | None
    effective_n: float | None


def mean_interval(
    micros: Micros,
    clusters: npt.NDArray[np.int64] | None = None,
    *,
    level: float = 0.95,
    replicates: int = 2_000,
    seed: int = 20200930,
) -> MeanInterval | None:
    """
    The percentile bootstrap of the mean: clusters (days, weeks, vessels: one whole number a case) are drawn whole.

    None with fewer than two clusters. The design effect is the linearised variance of the ratio mean over the variance
    of independent draws.
    """
    values = np.asarray(micros, dtype=np.float64) / HOUR
    n = len(values)
    names, place = np.unique(np.arange(n) if clusters is None else clusters, return_inverse=True)
    k = len(names)
    if k < 2:
        return None
    sums = np.bincount(place, weights=values, minlength=k)
    sizes = np.bincount(place, minlength=k).astype(np.float64)
    chance = np.random.default_rng(seed)
    means = np.empty(replicates)
    # A row of draws is a multinomial of clusters; done in blocks so that a million clusters fit into memory.
    block = max(1, min(replicates, 20_000_000 // k))
    for start in range(0, replicates, block):
        drawn = chance.integers(0, k, size=(min(block, replicates - start), k))
        means[start : start + len(drawn)] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    effect = _design_effect(values, np.asarray(sums, dtype=np.float64), sizes)
    return MeanInterval(
        float(low), float(high), level, "bootstrap of cases" if clusters is None else "bootstrap of clusters",
        k, replicates, seed, effect, n / effect if effect else None,
    )  # fmt: skip


def _design_effect(values: Floats, sums: Floats, sizes: Floats) -> float | None:
    n, k = len(values), len(sums)
    plain = float(np.var(values, ddof=1)) / n if n > 1 else 0.0
    if not plain:
        return None
    residuals = sums - values.mean() * sizes
    return float(k / (k - 1) * (residuals**2).sum() / n**2 / plain)
