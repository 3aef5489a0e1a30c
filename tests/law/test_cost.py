"""Compliance cost: two declared methods, every figure with its source, no silent comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.law.cost import Benefit, Cost, Estimate, Work, cost
from motcua.law.parameters import Parameters, load_parameters, lower_middle
from motcua.law.parts import Text
from motcua.lib.errors import Refused
from tests.law.sample_law import FEES, content, law_folder, sheet

DAY = date(2020, 9, 14)
WAGES = """\
gdp-per-head:
  label: {vi: "GDP", en: "GDP"}
  unit: {vi: "đồng", en: "VND"}
  values:
    - {since: 2019-12-27, value: 63360000, basis: {text: "2019"}, source: "https://example.test/gdp", verified: true}
    - {since: 2020-12-27, value: 84480000, basis: {text: "2020"}, source: "https://example.test/gdp", verified: true}
hourly-income:
  label: {vi: "Thu nhập", en: "Income"}
  unit: {vi: "đồng/giờ", en: "VND per hour"}
  derived: {from: gdp-per-head, divide_by: [12, 22, 8], basis: {text: "02/2017/TT-VPCP"}, source: "Practice.", verified: false}
scm-overhead-share:
  label: {vi: "Chi phí chung", en: "Overhead"}
  unit: {vi: "tỷ lệ", en: "share"}
  values:
    - {since: 2010-01-01, value: 0.25, basis: {text: "SCM"}, source: "manual", verified: false}
scm-business-as-usual-share:
  label: {vi: "Việc thường làm", en: "Business as usual"}
  unit: {vi: "tỷ lệ", en: "share"}
  values:
    - {since: 2010-01-01, value: 0, basis: {text: "SCM"}, source: "chosen", verified: false}
"""
TRAVEL = Work(
    Text(vi="Đi lại", en="Travel"),
    hours=(
        Estimate(Decimal(3), "a"),
        Estimate(Decimal(1), "b"),
        Estimate(Decimal(2), "c"),
        Estimate(Decimal(9), "d"),
    ),
    outlay_vnd=(Estimate(Decimal(50_000), "ticket", verified=True),),
)


@pytest.fixture
def parameters(tmp_path: Path) -> Parameters:
    folder = law_folder(tmp_path)
    (folder / "parameters" / "wages.yaml").write_text(WAGES, encoding="utf-8")
    return load_parameters(folder)


@pytest.fixture
def price(parameters: Parameters) -> Callable[..., Cost]:
    def priced(changed: dict[str, Any] | None = None, **more: Any) -> Cost:
        given: dict[str, Any] = {"on": DAY, "frequency": 2, "subjects": 100} | more
        return cost(sheet(changed), parameters, **given)

    return priced


def test_income_per_hour_is_gdp_per_head_by_12_22_and_8(parameters: Parameters) -> None:
    income = parameters.value("hourly-income", DAY)
    assert income.amount == 30_000
    assert income.verified is False
    assert "gdp-per-head 63360000 / 12 / 22 / 8" in income.source
    assert "https://example.test/gdp" in income.source


def test_circular_02_2017_adds_works_and_fees_and_multiplies_by_the_year(price: Callable[..., Cost]) -> None:
    computed = price()
    # 20, 10 and 5 minutes at 30,000 an hour, and one fee.
    assert [line.once_vnd for line in computed.lines] == [10_000, 5_000, 2_500, 20_000]
    assert computed.once_vnd == 37_500
    assert computed.volume == 200
    assert computed.year_vnd == 7_500_000


def test_every_line_shows_its_figures_and_where_they_come_from(price: Callable[..., Cost]) -> None:
    computed = price()
    for line in computed.lines:
        assert line.inputs
        assert all(one.source for one in line.inputs)
    paper, fee = computed.lines[0], computed.lines[-1]
    assert paper.inputs[0].source.endswith("2018-06-05.yaml: documents[request].minutes")
    assert paper.is_verified is False
    assert fee.inputs[0].source == "274/2016/TT-BTC: https://example.test/274"
    assert fee.is_verified is True
    assert any("cơ hội" in one.vi for one in computed.assumptions)


def test_where_sources_differ_the_lower_middle_figure_counts(price: Callable[..., Cost]) -> None:
    (line,) = (line for line in price(works=[TRAVEL]).lines if line.kind == "work")
    assert line.once_vnd == 2 * 30_000 + 50_000
    assert line.inputs[0].source == "c (lower-middle of 4)"


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9))
def test_the_lower_middle_figure_is_never_above_the_middle(figures: list[int]) -> None:
    chosen = lower_middle([Decimal(figure) for figure in figures])
    assert chosen in figures
    assert sum(figure <= chosen for figure in figures) >= len(figures) / 2
    assert sum(figure < chosen for figure in figures) < len(figures) / 2


def test_the_standard_cost_model_adds_overhead_and_shows_fees_apart(price: Callable[..., Cost]) -> None:
    computed = price(method="scm")
    assert [line.once_vnd for line in computed.lines] == [12_500, 6_250, 3_125, 20_000]
    assert [line.counts for line in computed.lines] == [True, True, True, False]
    assert computed.once_vnd == 21_875


def test_business_as_usual_is_taken_off(price: Callable[..., Cost]) -> None:
    computed = price(method="scm", overhead=Decimal(0), business_as_usual=Decimal("0.5"), works=[TRAVEL])
    assert [line.once_vnd for line in computed.lines] == [5_000, 2_500, 1_250, 55_000, 20_000]
    shares = {one.name.en: one.value for one in computed.lines[0].inputs}
    assert shares["Business as usual"] == Decimal("0.5")


def test_papers_needed_in_some_cases_may_be_left_out_and_it_is_said(price: Callable[..., Cost]) -> None:
    computed = price(conditional=False)
    assert [line.name.en for line in computed.lines] == ["Request", "Contract", "Customs fee"]
    assert any("left out" in one.en for one in computed.assumptions)


def test_a_paper_nobody_timed_costs_nothing_but_is_named(price: Callable[..., Cost]) -> None:
    changed = content()
    changed["documents"][0]["minutes"] = None
    computed = price(changed)
    assert computed.lines[0].once_vnd == 0
    assert computed.is_complete is False
    assert [line.name.en for line in computed.lines if not line.is_complete] == ["Request"]
    assert price().is_complete is True


def test_a_dropped_paper_is_a_benefit(price: Callable[..., Cost]) -> None:
    after = content()
    del after["documents"][0]
    benefit = Benefit(price(), price(after))
    assert benefit.once_vnd == 10_000
    assert benefit.year_vnd == 2_000_000
    assert benefit.rate_percent == Decimal("26.67")


def test_no_reform_is_no_benefit_and_no_cost_has_no_rate(price: Callable[..., Cost]) -> None:
    assert Benefit(price(), price()).rate_percent == 0
    free = content() | {"documents": [], "fees": []}
    assert Benefit(price(free), price(free)).rate_percent is None


def test_different_volumes_are_not_compared_in_silence(price: Callable[..., Cost]) -> None:
    with pytest.raises(Refused, match="volumes differ"):
        Benefit(price(), price(subjects=50))
    assert Benefit(price(), price(subjects=50), different_volumes=True).year_vnd == 3_750_000
    # Twice a year by a hundred is as often as once a year by two hundred.
    assert Benefit(price(), price(frequency=1, subjects=200)).year_vnd == 0


def test_other_wages_are_not_a_reform(price: Callable[..., Cost]) -> None:
    with pytest.raises(Refused, match="income per hour differs"):
        Benefit(price(), price(on=date(2021, 9, 14)))
    assert Benefit(price(), price(on=date(2021, 9, 14)), different_prices=True).once_vnd < 0


def test_two_methods_are_never_compared(price: Callable[..., Cost]) -> None:
    with pytest.raises(Refused, match="Two methods"):
        Benefit(price(), price(method="scm"), different_volumes=True, different_prices=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "guess"},
        {"subjects": -1},
        {"frequency": Decimal("-0.5")},
        {"method": "scm", "overhead": Decimal(2)},
        {"works": [Work(Text(vi="Rỗng", en="Empty"))]},
        {"works": [replace(TRAVEL, hours=(Estimate(Decimal(-1), "x"),))]},
        {"on": date(2010, 1, 1)},
    ],
)
def test_what_cannot_be_computed_is_refused(price: Callable[..., Cost], wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        price(**wrong)
    assert refusal.value.text != refusal.value.text_en


@given(minutes=st.integers(0, 1000), frequency=st.integers(0, 50), subjects=st.integers(0, 10_000))
def test_the_year_is_one_time_by_frequency_by_subjects(
    tmp_path_factory: pytest.TempPathFactory, minutes: int, frequency: int, subjects: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "shared-law"
    if not folder.exists():
        (folder / "parameters").mkdir(parents=True)
        (folder / "parameters" / "wages.yaml").write_text(WAGES, encoding="utf-8")
        (folder / "parameters" / "fees.yaml").write_text(FEES, encoding="utf-8")
    changed = content()
    changed["documents"][0]["minutes"] = minutes
    computed = cost(sheet(changed), load_parameters(folder), on=DAY, frequency=frequency, subjects=subjects)
    assert computed.year_vnd == sum(line.once_vnd for line in computed.lines) * frequency * subjects
    assert computed.lines[0].once_vnd == minutes * 500
