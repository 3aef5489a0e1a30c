"""The scores of a survey as one plain structure, for JSON, pages and the published file. Pure."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from motcua.surveys.answers import Answers
from motcua.surveys.instrument import Instrument
from motcua.surveys.rank_sets import RankSets
from motcua.surveys.score import SEED, Floats, Scores, finite_factor, leaders, min_max, rank_sets

MIN_MAX_WARNING = {
    "vi": "Cách quy đổi min-max kéo giãn chênh lệch ngẫu nhiên: sáu đơn vị giống hệt nhau vẫn trải từ 1 đến 10. Chỉ để đối "
    "chiếu với các bộ chỉ số khác, không dùng để xếp hạng.",
    "en": "Min-max stretches chance: six units that are alike still spread from 1 to 10. For comparison with other indices "
    "only, not for ranking.",
}


def told(
    instrument: Instrument,
    answers: Answers,
    scores: Scores,
    *,
    population: dict[str, int] | None = None,
    level: float = 0.95,
) -> dict[str, Any]:
    """Scores, intervals, rank sets, bands, ties, how firm the leader is, and what could not be used."""
    sets = rank_sets(scores, level) if scores.units else None
    answer: dict[str, Any] = {
        "survey": instrument.survey, "year": instrument.year, "level": level, "seed": SEED,
        "replicates": len(scores.replicates), "firms": scores.firms,
        "rows": answers.rows, "rows_used": len(answers.units), "straight_lined": int(answers.straight.sum()),
        "findings": dict(sorted(answers.counts.items())),
        "units": [], "too_few": [
            {"unit": unit, "n": n, "needed": instrument.minimum_n} for unit, n in sorted(scores.too_few.items())
        ],
    }  # fmt: skip
    if sets is None:
        return answer
    low, high = _interval(scores.replicates, level)
    bands, first, stretched = sets.bands(), leaders(instrument, scores), _stretched(instrument, scores)
    for at, unit in enumerate(scores.units):
        row: dict[str, Any] = {
            "unit": unit, "n": scores.n[at], "score": float(scores.index[at]),
            "interval": {"low": float(low[at]), "high": float(high[at])},
            "rank_set": [sets.best[at], sets.worst[at]], "band": str(bands[at]),
            "first_under_other_weights": first[unit],
            "components": _components(instrument, scores, at, level),
        }  # fmt: skip
        if population and unit in population:
            factor = finite_factor(scores.n[at], population[unit])
            middle = scores.index[at]
            row["interval_of_this_years_clients"] = {
                "low": float(middle - factor * (middle - low[at])), "high": float(middle + factor * (high[at] - middle)),
                "population": population[unit], "factor": factor,
            }  # fmt: skip
        answer["units"].append(row)
    answer["units"].sort(key=lambda row: (-row["score"], row["unit"]))
    answer |= _between(scores, sets)
    answer["min_max"] = stretched
    return answer


def _interval(replicates: Floats, level: float) -> tuple[Floats, Floats]:
    # A component nobody answered has no draws at all; its figures stay NaN and are not shown.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanquantile(replicates, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _components(instrument: Instrument, scores: Scores, at: int, level: float) -> dict[str, Any]:
    low, high = _interval(scores.component_replicates[:, at], level)
    return {
        component.id: None if np.isnan(scores.components[at, c]) else {
            "score": float(scores.components[at, c]), "low": float(low[c]), "high": float(high[c]),
        }
        for c, component in enumerate(instrument.components)
    }  # fmt: skip


def _between(scores: Scores, sets: RankSets) -> dict[str, Any]:
    return {
        "critical": sets.critical,
        "not_told_apart": [[scores.units[j], scores.units[k]] for j, k in sets.ties()],
        "all_equal": bool(np.ptp(scores.index) < 1e-9),
    }


def _stretched(instrument: Instrument, scores: Scores) -> dict[str, Any] | None:
    """The compatible view, with its warning; questions on which all units are equal are counted, not scored."""
    if instrument.compatible_view == "none" or (view := min_max(scores)) is None:
        return None
    equal = int((np.ptp(scores.questions, axis=0) <= 1e-12).sum())
    return {
        "warning": MIN_MAX_WARNING, "questions_without_spread": equal,
        "scores": {u: None if np.isnan(v) else float(v) for u, v in zip(scores.units, view, strict=True)},
    }  # fmt: skip
