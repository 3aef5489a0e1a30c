"""Scores by hand, scores that say when they cannot be told apart, and instruments that refuse nonsense."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motcua.lib.errors import Invalid, Malformed, Refused
from motcua.surveys.answers import read_answers
from motcua.surveys.instrument import bridge
from motcua.surveys.rank_sets import Band
from motcua.surveys.score import finite_factor, leaders, min_max, rank_sets, score
from motcua.surveys.told import told
from tests.surveys.sample import INSTRUMENT, answers, instrument

SMALL = INSTRUMENT.replace("minimum_n: 10", "minimum_n: 2")


def test_a_score_by_hand(tmp_path: Path) -> None:
    asked = instrument(tmp_path, SMALL)
    given = read_answers(b"respondent,unit,t1,t2,d1\na,X,5,1,3\nb,X,3,2,\n", asked)
    found = score(asked, given, {("on-time", "X"): 90.0}, replicates=100)
    # t1: 100 and 50 -> 75; t2 turned round: 100 and 75 -> 87.5; d1: 50. On time: 80 of 100.
    assert found.questions[0].tolist() == [75, 87.5, 50]
    assert found.components[0].tolist() == [81.25, 65]
    assert found.index.tolist() == [pytest.approx(0.6 * 81.25 + 0.4 * 65)]
    # Without hard data the questions stand alone, not beside a zero.
    assert score(asked, given, replicates=100).components[0].tolist() == [81.25, 50]


def test_a_component_nobody_answered_leaves_its_weight_to_the_others(tmp_path: Path) -> None:
    asked = instrument(tmp_path, SMALL)
    found = score(asked, read_answers(b"unit,t1\nX,5\nX,4\n", asked), replicates=100)
    assert np.isnan(found.components[0, 1])
    assert found.index.tolist() == [87.5]
    assert (
        told(asked, read_answers(b"unit,t1\nX,5\nX,4\n", asked), found)["units"][0]["components"]["time"]
        is None
    )


def test_units_with_few_answers_are_named_and_never_scored(tmp_path: Path) -> None:
    asked = instrument(tmp_path)
    given = read_answers(answers({"Hòn Gai": 4, "Vạn Gia": 4}, 12), asked)
    few = read_answers(answers({"Hòn Gai": 4}, 12) + b"z1,V\xe1\xba\xa1n Gia,4,2,4\n", asked)
    assert set(score(asked, given, replicates=100).units) == {"Hòn Gai", "Vạn Gia"}
    said = told(asked, few, score(asked, few, replicates=100))
    assert [row["unit"] for row in said["units"]] == ["Hòn Gai"]
    assert said["too_few"] == [{"unit": "Vạn Gia", "n": 1, "needed": 10}]


def test_nobody_with_enough_answers_gives_no_ranks(tmp_path: Path) -> None:
    asked = instrument(tmp_path)
    given = read_answers(b"unit,t1\nX,5\n", asked)
    found = score(asked, given, replicates=100)
    assert told(asked, given, found)["units"] == []
    with pytest.raises(ValueError, match="enough"):
        rank_sets(found)


def test_equal_units_are_said_to_be_equal(tmp_path: Path) -> None:
    asked = instrument(tmp_path, SMALL)
    rows = "".join(f"r{n},{unit},4,2,4\n" for n, unit in enumerate("ABCDEF" * 3))
    given = read_answers(f"respondent,unit,t1,t2,d1\n{rows}".encode(), asked)
    found = score(asked, given, replicates=100)
    said = told(asked, given, found)
    assert said["all_equal"]
    assert {row["band"] for row in said["units"]} == {str(Band.TIED)}
    assert all(row["rank_set"] == [1, 6] for row in said["units"])
    # max = min: there is nothing to stretch, and nobody gets a one or a ten.
    assert said["min_max"]["questions_without_spread"] == 3
    assert set(said["min_max"]["scores"].values()) == {None}
    assert leaders(asked, found) == pytest.approx(dict.fromkeys("ABCDEF", 1 / 6))


def test_min_max_makes_a_spread_of_chance_and_says_so(tmp_path: Path) -> None:
    asked = instrument(tmp_path)
    given = read_answers(answers(dict.fromkeys("ABCDEF", 4.0), 50), asked)
    found = score(asked, given, replicates=400)
    stretched = min_max(found)
    assert stretched is not None
    assert np.ptp(found.index) < 8
    assert np.ptp(stretched) > 30
    said = told(asked, given, found)
    assert "giống hệt" in said["min_max"]["warning"]["vi"]
    assert {row["band"] for row in said["units"]} == {str(Band.TIED)}


def test_a_clear_leader_is_told_apart_and_stays_under_other_weights(tmp_path: Path) -> None:
    asked = instrument(tmp_path)
    given = read_answers(answers({"A": 4.6, "B": 3.0, "C": 2.9}, 150), asked)
    said = told(asked, given, score(asked, given), population={"A": 160, "B": 1500})
    first, *rest = said["units"]
    assert (first["unit"], first["rank_set"], first["band"]) == ("A", [1, 1], "leading")
    assert {tuple(row["rank_set"]) for row in rest} == {(2, 3)}
    assert said["not_told_apart"] == [["B", "C"]]
    assert first["first_under_other_weights"] == 1
    # Of 160 clients 150 were asked: about these clients we know nearly all.
    narrow, wide = first["interval_of_this_years_clients"], first["interval"]
    assert narrow["high"] - narrow["low"] < 0.3 * (wide["high"] - wide["low"])
    assert narrow["factor"] == pytest.approx(finite_factor(150, 160))


def test_the_margin_of_the_survey_of_2017() -> None:
    assert finite_factor(345, 617) == pytest.approx(0.664, abs=0.001)
    with pytest.raises(ValueError, match="do not come from"):
        finite_factor(7, 6)


def test_the_same_seed_gives_the_same_digits(tmp_path: Path) -> None:
    asked = instrument(tmp_path)
    given = read_answers(answers({"A": 4, "B": 3.5}, 30), asked)
    assert told(asked, given, score(asked, given)) == told(asked, given, score(asked, given))


def test_every_cell_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    asked = instrument(tmp_path)
    given = read_answers(
        "respondent,unit,t1,t2,d1,mood\na,X,6,1,3,!\nb,X,x,,không biết,\nb,X,5,5,5,\n,,1,1,1,\n\n".encode(),
        asked,
    )
    assert [(f.code, f.place) for f in given.findings] == [
        ("unknown-column", "line 1, mood"), ("not-on-scale", "line 2, t1"), ("not-on-scale", "line 3, t1"),
        ("answered-twice", "line 4"), ("no-unit", "line 5, unit"),
    ]  # fmt: skip
    assert (given.rows, len(given.units)) == (4, 2)
    for content in (b"a,b\n1,2\n", b"unit\nX\n", b"unit,t1,t1\nX,1,2\n", "unit,t1\nX,Ạ".encode("utf-16")):
        with pytest.raises(Malformed):
            read_answers(content, asked)


def test_straight_lines_are_counted_and_stay_in(tmp_path: Path) -> None:
    more = "".join(
        f'      - {{id: t{n}, text: {{vi: "Câu", en: "Question"}}, scale: agree}}\n' for n in range(3, 10)
    )
    asked = instrument(tmp_path, SMALL.replace("reverse: true}\n", "reverse: true}\n" + more))
    names = [question.id for question in asked.questions()]
    text = f"unit,{','.join(names)}\nX,{','.join('4' * 10)}\nX,{','.join('4545454545')}\n"
    given = read_answers(text.encode(), asked)
    assert given.straight.tolist() == [True, False]
    assert told(asked, given, score(asked, given, replicates=100))["straight_lined"] == 1


def test_all_faults_of_an_instrument_come_at_once_with_their_lines(tmp_path: Path) -> None:
    wrong = INSTRUMENT.replace("scale: agree, reverse", "scale: aggree, reverse").replace(
        "weight: 40", "weight: 0"
    )
    with pytest.raises(Invalid) as caught:
        instrument(tmp_path, wrong.replace("best: 100", "best: 50").replace("minimum_n: 10", "minimum_n: 1"))
    lines = {finding.place for finding in caught.value.findings}
    assert {"instrument.yaml:6", "instrument.yaml:24"} <= lines
    assert len(caught.value.findings) >= 3
    with pytest.raises(Invalid, match="aggree"):
        instrument(tmp_path, INSTRUMENT.replace("scale: agree, reverse", "scale: aggree, reverse"))
    with pytest.raises(Invalid, match="t1"):
        instrument(tmp_path, INSTRUMENT.replace("id: d1", "id: t1"))


def test_years_are_compared_only_over_a_bridge(tmp_path: Path) -> None:
    before = instrument(tmp_path)
    renamed = INSTRUMENT.replace("id: t1,", "id: info, before: t1,").replace("year: 2020", "year: 2021")
    assert bridge(before, instrument(tmp_path, renamed)) == {"transparency": "transparency", "time": "time"}
    # Another direction is another question.
    turned = renamed.replace("scale: agree, reverse: true", "scale: agree")
    assert bridge(before, instrument(tmp_path, turned)) == {"time": "time"}
    other = turned.replace("id: t1", "id: u1").replace("before: t1", "before: u1").replace("id: d1", "id: e1")
    with pytest.raises(Refused, match="not compared"):
        bridge(before, instrument(tmp_path, other))
