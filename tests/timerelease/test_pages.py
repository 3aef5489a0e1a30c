"""The pages of the studies, and the pictures on them: what is drawn says what the tables beside say."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from django.test import Client

from motcua.people.cast import ensure_cast
from motcua.timerelease.drawings import WIDTH, distribution, holder_bar, mark, process_map
from motcua.timerelease.statistics import HOUR
from tests.timerelease.test_records import told  # noqa: F401 -- a fixture

ADDRESS = "/release-times/2020-first/"


@pytest.mark.usefixtures("told")
def test_everybody_sees_a_published_round_with_its_pictures_and_tables() -> None:
    page = Client().get(ADDRESS).content.decode()
    assert "Không đủ mẫu" in page
    assert "481 + 778 = 1.259" in page
    # 35 took forty minutes, five took three days: (35 * 2/3 + 5 * 72) / 40 hours.
    assert '<p class="study__value">9,58' in page
    for picture in ('class="held"', 'class="spread"', 'class="map"'):
        assert picture in page
    assert "1024000" not in page, "no number of a declaration"
    english = Client(headers={"accept-language": "en"}).get(ADDRESS).content.decode()
    assert "Whom the goods waited for" in english
    csv = Client().get(f"{ADDRESS}extract.csv")
    assert csv.content.decode().count(",T11,") == 40
    assert "attachment" in csv.headers["Content-Disposition"]


@pytest.mark.django_db
def test_a_round_nobody_could_measure_says_so_and_not_zero() -> None:
    page = Client().get(ADDRESS).content.decode()
    assert "Không đo được" in page
    assert "study__value" not in page


@pytest.mark.django_db
def test_what_is_not_published_is_the_managers() -> None:
    people = ensure_cast()
    assert Client().get("/release-times/2020-second/").status_code == 404
    assert "2020-second" not in Client().get("/release-times/").content.decode()
    long = Client()
    long.force_login(people["long"])
    assert "2020-second" in long.get("/release-times/").content.decode()
    assert "Chưa công bố" in long.get("/release-times/2020-second/").content.decode()
    assert long.get("/release-times/..%2fsecrets/").status_code == 404


def test_a_bar_is_as_long_as_its_mean_and_no_part_is_drawn_backwards() -> None:
    pieces = holder_bar(
        [
            {"holder": "customs", "mean": 3.0},
            {"holder": "agency", "mean": 1.0},
            {"holder": "ahead", "mean": -2.0},
        ],
        8.0,
    )
    assert [(one.x, one.width) for one in pieces] == [(0, 3 / 8 * WIDTH), (120, 40), (160, 0)]


def test_every_case_stands_in_one_column_and_the_marks_over_theirs() -> None:
    micros = np.array([-5.0, 0.0, 0.25, 0.3, 5.0, 24.0, 24.1, 1_000.0]) * HOUR
    columns = distribution(micros.astype(np.int64))
    assert [one.count for one in columns] == [2, 1, 1, 0, 0, 1, 1, 1, 0, 1]
    for hours, column in ((-1.0, 0), (0.3, 2), (5.0, 5), (24.0, 6), (24.1, 7), (999.0, 9)):
        step = WIDTH / len(columns)
        assert column * step <= mark("p50", hours).x <= (column + 1) * step


def test_the_map_counts_what_follows_what() -> None:
    rows = [
        (case, code, at * HOUR)
        for case, way in (("1", "ABC"), ("2", "ABC"), ("3", "AC"))
        for at, code in enumerate(way)
    ]
    stamps = pl.DataFrame(
        rows, schema={"case": pl.String, "milestone": pl.String, "micros": pl.Int64}, orient="row"
    )
    nodes, arrows = process_map(stamps)
    assert [node.code for node in nodes] == ["A", "B", "C"]
    assert {(one.begin, one.end): (one.cases, one.median) for one in arrows} == {
        ("A", "B"): (2, 1.0), ("B", "C"): (2, 1.0), ("A", "C"): (1, 1.0),
    }  # fmt: skip
    assert process_map(stamps.clear()) == ([], [])
