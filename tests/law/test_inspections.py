"""Which inspections goods need, on which day and why: over the real tables, and over small ones made for a rule."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.config.cli import main
from motcua.law.inspections import History, Inspections, Mode, load_inspections
from motcua.lib.errors import Invalid, Refused

LAW = Path(__file__).resolve().parents[2] / "law"
REAL = load_inspections(LAW)
JUNE = date(2020, 6, 1)


def rules_of(
    hs: str, purpose: str = "food", origin: str = "IN", on: date = JUNE, history: History | None = None
) -> dict[str, tuple[str, Mode]]:
    found = REAL.required(hs, purpose=purpose, origin=origin, on=on, history=history or History())
    return {one.rule.id: (one.ministry, one.mode) for one in found}


def test_frozen_shrimp_for_food_needs_quarantine_and_food_safety() -> None:
    assert rules_of("03061729") == {
        "aquatic-products": ("MARD", Mode.NORMAL),
        "aquatic-food-safety": ("MARD", Mode.NORMAL),
    }


def test_what_the_purpose_names_goes_before_what_it_does_not_name() -> None:
    assert rules_of("03061729", "export-processing") == {
        "aquatic-processing-for-export": ("MARD", Mode.REDUCED)
    }
    found = REAL.required("03061729", purpose="export-processing", origin="IN", on=JUNE)
    assert [rule.id for rule in found[0].set_aside] == ["aquatic-products"]
    assert "aquatic-products" in found[0].why().en


def test_what_the_origin_names_goes_before_what_it_does_not_name() -> None:
    assert rules_of("12024200", "feed", "IN")["groundnuts-india"][1] is Mode.STRICT
    assert rules_of("12024200", "feed", "US")["grain-seed"][1] is Mode.NORMAL


def test_a_longer_code_goes_before_a_shorter_one(tmp_path: Path) -> None:
    law = made(tmp_path, rule("wide", '"03"', "normal"), rule("near", '"030617"', "exempt"))
    assert [one.rule.id for one in law.required("03061729", purpose="food", origin="IN", on=JUNE)] == ["near"]
    assert [one.rule.id for one in law.required("03021100", purpose="food", origin="IN", on=JUNE)] == ["wide"]


def test_several_ministries_stand_beside_each_other() -> None:
    found = rules_of("11010011", "food")
    assert {ministry for ministry, _ in found.values()} == {"MARD", "MOIT"}


def test_the_day_decides_which_text_holds_and_which_ministry_it_is() -> None:
    assert "telecom-2018" in rules_of("85171200", "other", "CN", date(2020, 6, 30))
    assert "telecom-2020" in rules_of("85171200", "other", "CN", date(2020, 7, 1))
    assert rules_of("03061729", on=date(2025, 2, 28))["aquatic-products"][0] == "MARD"
    assert rules_of("03061729", on=date(2025, 3, 1))["aquatic-products"][0] == "MAE"
    assert rules_of("03061729", on=date(2016, 8, 14)) == {}


def test_lots_that_passed_make_it_reduced_and_one_that_failed_makes_it_strict() -> None:
    passed, failed = History(passed_in_a_row=5), History(failed_last=True)
    assert rules_of("03061729", history=passed)["aquatic-products"][1] is Mode.REDUCED
    assert rules_of("03061729", history=failed)["aquatic-products"][1] is Mode.STRICT
    # Nobody who is exempt becomes reduced, and a strict rule stays strict.
    assert rules_of("72044900", "industrial", history=passed)["scrap-iron"][1] is Mode.STRICT


def test_exempt_goods_are_named_with_the_rule_that_exempts_them() -> None:
    found = REAL.required("21069090", purpose="export-processing", origin="CN", on=JUNE)
    assert [(one.rule.id, one.is_needed) for one in found] == [("food-own-production", False)]


def test_an_unknown_purpose_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Refused, match="food-processing"):
        REAL.required("03061729", purpose="eating", origin="IN", on=JUNE)


def test_seven_ministries_and_more_have_a_table_and_every_rule_a_basis_and_a_source() -> None:
    assert set(REAL.tables) >= {"MARD", "MOH", "MOIT", "MOST", "MONRE", "MIC", "MOC"}
    assert all(rule.basis and rule.source for rules in REAL.tables.values() for rule in rules)


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.sampled_from(sorted(REAL.vocabulary.purposes)))
def test_one_ministry_asks_for_one_kind_at_most_once(hs: str, purpose: str) -> None:
    found = REAL.required(hs, purpose=purpose, origin="CN", on=JUNE)
    assert len({(one.ministry, one.rule.kind) for one in found}) == len(found)
    for one in found:
        assert hs.startswith(one.prefix)
        assert all(
            len(one.prefix) >= max(len(p) for p in other.hs if hs.startswith(p)) for other in one.set_aside
        )


def test_every_fault_of_every_table_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        made(
            tmp_path, rule("a", '"3"', "normal"), rule("b", '"03"', "sometimes"), rule("b", '"03"', "normal")
        )
    said = {(finding.code, finding.place.rpartition(":")[0]) for finding in caught.value.findings}
    assert ("hs", "law/inspections/rules/mard.yaml") in said
    assert ("not-in-list", "law/inspections/rules/mard.yaml") in said


def test_words_that_the_vocabulary_lacks_and_names_given_twice_are_faults(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        made(
            tmp_path,
            rule("a", '"03"', "normal", kind="witchcraft"),
            rule("b", '"03"', "normal", purposes="[eating]"),
            rule("b", '"04"', "normal"),
        )
    assert {finding.code for finding in caught.value.findings} == {
        "unknown-kind",
        "unknown-purpose",
        "repeated",
    }


def test_the_command_answers_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            "nsw",
            "requirements",
            "--hs",
            "03061729",
            "--purpose",
            "food",
            "--origin",
            "IN",
            "--on",
            "2020-06-01",
            "--format",
            "json",
        ]
    )
    said = json.loads(capsys.readouterr().out)
    assert [row["rule"] for row in said["requirements"]] == ["aquatic-products", "aquatic-food-safety"]
    first = said["requirements"][0]
    assert first["ministry_code"] == "BNNPTNT"
    assert first["basis"][0]["text"] == "26/2016/TT-BNNPTNT"
    assert first["verified"] is False
    assert first["why"]["vi"].startswith("Mã HS bắt đầu bằng 0306")


def test_the_command_says_so_when_no_table_names_the_goods(capsys: pytest.CaptureFixture[str]) -> None:
    main(["nsw", "requirements", "--hs", "44219900", "--origin", "CN", "--on", "2020-06-01"])
    assert "hãy hỏi cơ quan hải quan" in capsys.readouterr().out


def rule(name: str, hs: str, mode: str, *, kind: str = "quality", purposes: str = "[]") -> str:
    return f"""
  - id: {name}
    kind: {kind}
    hs: [{hs}]
    purposes: {purposes}
    goods: {{vi: "Hàng", en: "Goods"}}
    mode: {mode}
    since: 2020-01-01
    basis: [{{text: "1/2020/TT-X"}}]
    source: "made for a test"
    verified: false
"""


def made(folder: Path, *rules: str) -> Inspections:
    law = folder / "law"
    (law / "inspections" / "rules").mkdir(parents=True)
    vocabulary = (LAW / "inspections" / "vocabulary.yaml").read_text(encoding="utf-8")
    (law / "inspections" / "vocabulary.yaml").write_text(vocabulary, encoding="utf-8")
    table = "ministry: MARD\nrules:" + "".join(rules)
    (law / "inspections" / "rules" / "mard.yaml").write_text(table, encoding="utf-8")
    return load_inspections(law)
