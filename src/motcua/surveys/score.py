"""
From anonymous answers to scores with intervals and rank sets. Pure; the seed is part of the answer.

A question is placed between fixed anchors, 100·(mean - least)/(most - least), turned round where agreeing is bad; a
component is the mean of its questions and, by its hard share, of its hard data; the index is their weighted mean. Firms
are drawn with all their answers (a firm rates one or two units), so units that share firms are not taken as independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from motcua.surveys.answers import Answers
from motcua.surveys.instrument import Component, Instrument
from motcua.surveys.rank_sets import RankSets, replicated

Floats = npt.NDArray[np.float64]
Hard = Mapping[tuple[str, str], float]

REPLICATES = 2_000
SEED = 20200930
# How closely the drawn weights lie around the official ones: a weight of 20 % varies by some 4 points.
CONCENTRATION = 100.0


@dataclass(frozen=True)
class Scores:
    """
    `units` with enough answers and their figures on 0..100: the index, each component, every question (NaN: no answer).

    `too_few` are units with fewer answers than the instrument wants, with their n: never shown, never 0. `replicates[r, j]`
    are the index under redrawn firms. `single` tells that nobody's answers allow a spread.
    """

    units: tuple[str, ...]
    n: tuple[int, ...]
    firms: int
    too_few: dict[str, int]
    index: Floats
    components: Floats
    questions: Floats
    replicates: Floats
    component_replicates: Floats


def score(
    instrument: Instrument,
    answers: Answers,
    hard: Hard | None = None,
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Scores:
    """
    Score every unit with enough answers. `hard[measure, unit]` are values from records; a missing one is left out.
    """
    names, sizes = np.unique(np.array(answers.units, dtype=str), return_counts=True)
    enough = {str(u): int(n) for u, n in zip(names, sizes, strict=True) if n >= instrument.minimum_n}
    units = tuple(enough)
    place = {unit: at for at, unit in enumerate(units)}
    rows = np.array([at for at, unit in enumerate(answers.units) if unit in place], dtype=np.int64)
    firm_names, firm = np.unique(np.array(answers.respondents, dtype=str)[rows], return_inverse=True)
    unit_of_row = np.array([place[answers.units[at]] for at in rows], dtype=np.int64)
    scaled = _scaled(instrument, answers.values[rows])
    solid = _solid(instrument, units, hard or {})
    sums, counts = _by_firm(scaled, firm, unit_of_row, len(firm_names), len(units))
    questions = _means(sums.sum(axis=0), counts.sum(axis=0))
    components = _components(instrument, questions[None], solid)[0]
    again = _redrawn(sums, counts, _draws(len(firm_names), replicates, seed))
    component_draws = _components(instrument, again, solid)
    return Scores(
        units, tuple(enough.values()), len(firm_names),
        {str(u): int(n) for u, n in zip(names, sizes, strict=True) if n < instrument.minimum_n},
        _index(instrument, components[None])[0], components, questions,
        _index(instrument, component_draws), component_draws,
    )  # fmt: skip


def _scaled(instrument: Instrument, values: Floats) -> Floats:
    """Every answer on 0..100, high is good."""
    scaled = np.empty_like(values)
    for at, question in enumerate(instrument.questions()):
        scale = instrument.scales[question.scale]
        share = 100 * (values[:, at] - scale.least) / (scale.most - scale.least)
        scaled[:, at] = 100 - share if question.reverse else share
    return scaled


def _by_firm(scaled: Floats, firm: Any, unit: Any, firms: int, units: int) -> tuple[Floats, Floats]:
    """Sums and counts of answers [firm, unit, question]."""
    questions = scaled.shape[1]
    given = np.isfinite(scaled)
    sums = np.zeros((firms, units, questions))
    counts = np.zeros((firms, units, questions))
    np.add.at(sums, (firm, unit), np.where(given, scaled, 0.0))
    np.add.at(counts, (firm, unit), given)
    return sums, counts


def _redrawn(sums: Floats, counts: Floats, draws: Floats) -> Floats:
    """Question scores [replicate, unit, question]; of each unit only the firms that rated it are added up."""
    again = np.full((len(draws), *sums.shape[1:]), np.nan)
    for unit in range(sums.shape[1]):
        raters = np.nonzero(counts[:, unit].any(axis=1))[0]
        drawn = draws[:, raters]
        again[:, unit] = _means(drawn @ sums[raters, unit], drawn @ counts[raters, unit])
    return again


def _draws(firms: int, replicates: int, seed: int) -> Floats:
    """How often each firm was drawn, a row a replicate."""
    chance = np.random.default_rng(seed)
    drawn = np.zeros((replicates, firms))
    for at in range(replicates if firms else 0):
        drawn[at] = np.bincount(chance.integers(0, firms, firms), minlength=firms)
    return drawn


def _means(sums: Floats, counts: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, sums / counts, np.nan)


def _solid(instrument: Instrument, units: tuple[str, ...], hard: Hard) -> Floats:
    """Hard data of every unit on 0..100 between their anchors, cut off at both ends; NaN where there is none."""
    measures = list(instrument.measures())
    solid = np.full((len(units), len(measures)), np.nan)
    for at, measure in enumerate(measures):
        worst, best = float(measure.worst), float(measure.best)
        for row, unit in enumerate(units):
            if (value := hard.get((measure.id, unit))) is not None:
                solid[row, at] = min(max(100 * (value - worst) / (best - worst), 0.0), 100.0)
    return solid


def _components(instrument: Instrument, questions: Floats, solid: Floats) -> Floats:
    """Component indices [replicate, unit, component] from question scores [replicate, unit, question]."""
    parts = []
    soft_at = hard_at = 0
    for component in instrument.components:
        soft = _mean(questions[:, :, soft_at : soft_at + len(component.questions)])
        fixed = _mean(solid[None, :, hard_at : hard_at + len(component.measures)])
        soft_at += len(component.questions)
        hard_at += len(component.measures)
        parts.append(_mixed(component, soft, np.broadcast_to(fixed, soft.shape)))
    return np.stack(parts, axis=2)


def _mixed(component: Component, soft: Floats, fixed: Floats) -> Floats:
    """Soft and hard by the component's share; where one is missing the other stands alone."""
    share = float(component.hard_share) if component.questions else 1.0
    mixed = (1 - share) * np.nan_to_num(soft) + share * np.nan_to_num(fixed)
    return np.where(np.isnan(fixed), soft, np.where(np.isnan(soft), fixed, mixed))


def _mean(values: Floats) -> Floats:
    """The mean over the last axis of what is there; NaN where nothing is."""
    there = np.isfinite(values)
    return _means(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1).astype(np.float64))


def _weights(instrument: Instrument) -> Floats:
    weights = np.array([float(component.weight) for component in instrument.components])
    share: Floats = weights / weights.sum()
    return share


def _index(instrument: Instrument, components: Floats) -> Floats:
    """The weighted mean of the components [.., component]; a component without data leaves its weight to the others."""
    there = np.isfinite(components)
    weights = _weights(instrument) * there
    return _means((np.where(there, components, 0.0) * weights).sum(axis=-1), weights.sum(axis=-1))


def rank_sets(scores: Scores, level: float = 0.95) -> RankSets:
    """The ranks each unit may hold; ValueError when no unit has enough answers."""
    if not scores.units:
        raise ValueError("no unit has enough answers")
    return replicated(scores.index, scores.replicates, level=level)


def leaders(instrument: Instrument, scores: Scores, draws: int = 2_000, seed: int = SEED) -> dict[str, float]:
    """In which share of weightings around the official one each unit comes first (Dirichlet draws); ties are shared."""
    weights = np.random.default_rng(seed).dirichlet(_weights(instrument) * CONCENTRATION, draws)
    filled = np.where(np.isfinite(scores.components), scores.components, scores.index[:, None])
    totals = weights @ filled.T
    first = totals >= totals.max(axis=1, keepdims=True) - 1e-9
    shares = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(zip(scores.units, shares.tolist(), strict=True))


def min_max(scores: Scores) -> Floats | None:
    """
    The "compatible view": each question stretched to 1..10 over the units of this year, then averaged, times ten.

    NaN for nobody; None when fewer than two units are rated. A question on which all units are equal says nothing and is
    left out: there is no stretching nothing.
    """
    if len(scores.units) < 2:
        return None
    least, most = np.nanmin(scores.questions, axis=0), np.nanmax(scores.questions, axis=0)
    spread = most - least > 1e-12
    if not spread.any():
        return np.full(len(scores.units), np.nan)
    stretched = 1 + 9 * (scores.questions[:, spread] - least[spread]) / (most[spread] - least[spread])
    view: Floats = 10 * _mean(stretched)
    return view


def finite_factor(answered: int, population: int) -> float:
    """What an interval shrinks by when it speaks of this year's clients alone: sqrt((N - n)/(N - 1)); ValueError if n > N."""
    if not 0 < answered <= population:
        raise ValueError(f"{answered} answers do not come from {population} firms")
    return float(np.sqrt((population - answered) / (population - 1))) if population > 1 else 0.0
