"""
Cases still open are not left out: they waited at least so long (Kaplan and Meier 1958). Pure.

A study that follows for thirty days and averages only what finished is always too kind to the slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from motcua.timerelease.statistics import HOUR, Micros

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Survival:
    """
    `times` (microseconds, rising) at which cases finished, and the share still open just after each.

    `open` of `n` cases were not finished when last seen.
    """

    n: int
    open: int
    times: Micros
    still_open: npt.NDArray[np.float64]

    @property
    def share_open(self) -> float:
        """The share of cases that were not finished when last seen."""
        return self.open / self.n

    def quantile(self, share: Fraction) -> float | None:
        """Hours by which that share has finished; None when so many never finished while they were watched."""
        reached = np.nonzero(self.still_open <= float(1 - share) + 1e-12)[0]
        return float(self.times[reached[0]] / HOUR) if len(reached) else None

    def restricted_mean(self, horizon: int) -> float:
        """Mean hours up to `horizon` microseconds: the area under the curve. Cases begun early count as negative."""
        times = self.times[self.times < horizon]
        edges = np.concatenate([[min(0, int(times[0]) if len(times) else 0)], times, [horizon]])
        heights = np.concatenate([[1.0], self.still_open[: len(times)]])
        area = float((np.diff(edges) * heights).sum())
        return (area + float(edges[0])) / HOUR


def follow(micros: Micros, finished: Flags) -> Survival:
    """
    The Kaplan-Meier curve of times and whether each ended there or was only last seen there; ValueError when empty.

    At a tie those that finish are counted before those that are last seen.
    """
    times = np.asarray(micros, dtype=np.int64)
    done = np.asarray(finished, dtype=bool)
    if not len(times):
        raise ValueError("no case to follow")
    moments, place = np.unique(times, return_inverse=True)
    ends = np.bincount(place, weights=done, minlength=len(moments))
    leaves = np.bincount(place, minlength=len(moments))
    at_risk = len(times) - np.concatenate([[0], np.cumsum(leaves)[:-1]])
    curve = np.cumprod(1 - ends / at_risk)
    seen = ends > 0
    return Survival(len(times), int(np.count_nonzero(~done)), moments[seen], curve[seen])


def cut(micros: Micros, finished: Flags, horizon: int) -> tuple[Micros, Flags]:
    """The same cases as a follow-up of `horizon` microseconds would have seen them."""
    times = np.asarray(micros, dtype=np.int64)
    return np.minimum(times, horizon), np.asarray(finished, dtype=bool) & (times <= horizon)
