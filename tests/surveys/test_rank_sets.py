"""Rank sets against published ones, against hand arithmetic, and against what chance makes of equal units."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.surveys.rank_sets import Band, independent, replicated


def pisa() -> list[dict[str, str]]:
    with (Path(__file__).parent / "pisa.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(islice(file, 1, None)))


def test_the_published_sets_of_thirty_seven_countries() -> None:
    rows = pisa()
    sets = independent([float(r["mean"]) for r in rows], [float(r["error"]) for r in rows])
    assert len(rows) == 37
    assert sets.critical == pytest.approx(3.84, abs=0.02)
    found = {row["country"]: rank for row, *rank in zip(rows, sets.best, sets.worst, strict=True)}
    assert {name: tuple(found[name]) for name in (
        "Japan", "Korea", "Estonia", "Netherlands", "Poland", "Switzerland", "Canada",
    )} == {
        "Japan": (1, 6), "Korea": (1, 7), "Estonia": (1, 6), "Netherlands": (1, 11), "Poland": (1, 13),
        "Switzerland": (1, 13), "Canada": (3, 17),
    }  # fmt: skip


def test_two_units_by_hand() -> None:
    # One pair: 1.96 standard errors of the difference, sqrt(3² + 4²) = 5.
    near, far = independent([50, 59], [3, 4]), independent([50, 60], [3, 4])
    assert near.critical == pytest.approx(1.96, abs=0.02)
    assert (near.best, near.worst, near.bands()) == ((1, 1), (2, 2), (Band.TIED, Band.TIED))
    assert (far.best, far.worst, far.bands()) == ((2, 1), (2, 1), (Band.LAST, Band.LEADING))
    assert (near.ties(), far.ties()) == ([(0, 1)], [])


def test_sure_scores_have_plain_ranks_and_equal_ones_are_tied() -> None:
    sets = independent([3, 1, 3, 2], [0, 0, 0, 0])
    assert (sets.best, sets.worst) == ((1, 4, 1, 3), (2, 4, 2, 3))
    assert sets.bands() == (Band.LEADING, Band.LAST, Band.LEADING, Band.MIDDLE)


@pytest.mark.parametrize(
    ("scores", "errors"), [([1.0], [1.0, 2.0]), ([], []), ([1.0], [-1.0]), ([float("nan")], [1.0])]
)
def test_what_is_no_estimate_is_refused(scores: list[float], errors: list[float]) -> None:
    with pytest.raises(ValueError, match="standard error"):
        independent(scores, errors)


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 10)), min_size=1, max_size=7))
def test_the_rank_by_score_lies_in_the_set(units: list[tuple[float, float]]) -> None:
    scores = [score for score, _ in units]
    sets = independent(scores, [error for _, error in units])
    for score, best, worst in zip(scores, sets.best, sets.worst, strict=True):
        plain = 1 + sum(other > score for other in scores)
        assert best <= plain <= worst


def test_units_rated_by_the_same_firms_are_told_apart_sooner() -> None:
    chance = np.random.default_rng(1)
    mood = chance.normal(0, 10, (4_000, 1))
    noise = np.hstack([mood + chance.normal(0, 1, (4_000, 1)), mood + chance.normal(0, 1, (4_000, 1))])
    estimates = np.array([60.0, 64.0])
    together = replicated(estimates, estimates + noise)
    apart = replicated(estimates, estimates + np.column_stack([noise[:, 0], chance.permutation(noise[:, 1])]))
    assert together.worst == (2, 1)
    assert apart.worst == (2, 2)


def test_six_equal_units_are_tied_in_most_surveys() -> None:
    chance = np.random.default_rng(7)
    wrong = sum(
        any(band is not Band.TIED for band in independent(chance.normal(80, 2, 6), [2.0] * 6).bands())
        for _ in range(40)
    )
    # At 95 % some three of forty may tell apart what is equal; ten would mean that the level is not kept.
    assert wrong < 10
