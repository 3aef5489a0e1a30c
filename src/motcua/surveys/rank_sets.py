"""
Rank sets: which ranks a unit may hold, given how sure its score is. Pure.

Mogstad, Romano, Shaikh and Wilhelm, "Inference for Ranks", Review of Economic Studies 91 (2024): all pairwise differences
get intervals that hold together at one level; a unit's best rank is one more than the number of units surely above it,
its worst is the number of units less those surely below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DRAWS = 100_000


class Band(StrEnum):
    """Where a unit stands when only sure differences count."""

    LEADING = "leading"
    MIDDLE = "middle"
    LAST = "last"
    TIED = "tied"


@dataclass(frozen=True)
class RankSets:
    """
    `best` and `worst` rank of each unit, in the order given; `above[j, k]` when j is surely above k.

    `critical` is how many standard errors a difference must have; `level` the share of surveys in which every set is right.
    """

    best: tuple[int, ...]
    worst: tuple[int, ...]
    above: npt.NDArray[np.bool_]
    critical: float
    level: float

    def bands(self) -> tuple[Band, ...]:
        """
        Leading: nobody is surely above, somebody surely below. Last: the other way round. Tied: told apart from nobody.
        """
        return tuple(
            _band(bool(self.above[j].any()), bool(self.above[:, j].any())) for j in range(len(self.best))
        )

    def ties(self) -> list[tuple[int, int]]:
        """Pairs whose difference is not resolved."""
        size = len(self.best)
        return [
            (j, k)
            for j in range(size)
            for k in range(j + 1, size)
            if not self.above[j, k] and not self.above[k, j]
        ]


def _band(beats: bool, beaten: bool) -> Band:
    if not beaten:
        return Band.LEADING if beats else Band.TIED
    return Band.MIDDLE if beats else Band.LAST


def independent(
    estimates: Sequence[float], errors: Sequence[float], *, level: float = 0.95, seed: int = 20200930
) -> RankSets:
    """
    Rank sets of independent estimates with standard errors, high is good; ValueError for what is no estimate.

    The critical value is that of the largest of all standardised differences, drawn `DRAWS` times.
    """
    scores, spread = np.asarray(estimates, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if scores.shape != spread.shape or scores.ndim != 1 or not len(scores):
        raise ValueError("as many standard errors as estimates are needed, at least one")
    if not (np.isfinite(scores).all() and np.isfinite(spread).all() and (spread >= 0).all()):
        raise ValueError("estimates must be finite, standard errors finite and not negative")
    pair = np.sqrt(spread[:, None] ** 2 + spread[None, :] ** 2)
    noise = np.random.default_rng(seed).standard_normal((DRAWS, len(scores))) * spread
    return _sets(scores, pair, _critical(noise, pair, level), level)


def replicated(estimates: Floats, replicates: Floats, *, level: float = 0.95) -> RankSets:
    """
    Rank sets from `replicates[r, j]`, the estimates of one bootstrap draw a row: units that share firms are not independent.
    """
    noise = replicates - estimates
    errors = np.std(replicates[:, :, None] - replicates[:, None, :], axis=0, ddof=1)
    return _sets(estimates, errors, _critical(noise, errors, level), level)


def _critical(noise: Floats, pair: Floats, level: float) -> float:
    """How many standard errors the largest of all pairwise differences has in `level` of the draws."""
    size = pair.shape[0]
    largest = np.zeros(len(noise))
    for j in range(size):
        for k in range(j + 1, size):
            if pair[j, k] > 0:
                np.maximum(largest, np.abs(noise[:, j] - noise[:, k]) / pair[j, k], out=largest)
    return float(np.quantile(largest, level, method="higher"))


def _sets(scores: Floats, pair: Floats, critical: float, level: float) -> RankSets:
    difference = scores[:, None] - scores[None, :]
    above = difference > critical * pair
    best = 1 + above.sum(axis=0)
    worst = len(scores) - above.sum(axis=1)
    return RankSets(tuple(best.tolist()), tuple(worst.tolist()), above, critical, level)
