"""The instruments that come with the house: readable, bilingual, and plain about what was invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from motcua.surveys.instrument import bridge, read_instrument

FOLDER = Path(__file__).parents[2] / "surveys"
FILES = sorted(FOLDER.glob("*/*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_an_instrument_stands_where_it_says(file: Path) -> None:
    instrument = read_instrument(file)
    assert (instrument.survey, str(instrument.year)) == (file.parent.name, file.stem)
    assert instrument.sources
    # Nobody found the questions and weights that were really used.
    assert instrument.illustrative
    assert not any(component.weight_verified for component in instrument.components)


def test_the_components_of_the_years_are_six_five_and_eight() -> None:
    counts = {
        file.stem: len(read_instrument(file).components) for file in FILES if file.parent.name == "cdci"
    }
    assert counts == {"2017": 6, "2020": 5, "2021": 8}


def test_only_what_is_asked_alike_is_compared() -> None:
    before, now = (read_instrument(FOLDER / "cdci" / f"{year}.yaml") for year in (2020, 2021))
    pairs = bridge(before, now)
    assert pairs["charges"] == "charges"
    assert "fair" not in pairs, "nobody was asked that in 2020"
