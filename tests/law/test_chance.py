"""The spread of a cost: what is drawn, what is not, and that a paper that stays makes no saving uncertain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from motcua.law.chance import Spread, declared, saved, year
from motcua.law.cost import Benefit, Cost, Estimated, Line
from motcua.law.cost import cost as compute
from motcua.law.load import load
from motcua.law.parameters import load_parameters
from motcua.law.parts import Text
from motcua.lib.errors import Refused
from tests.law.test_scenarios import LAW

HALF_TO_TWICE = Spread(Fraction(1, 2), Fraction(2))


def paper(name: str, vnd: int, **spread: Fraction) -> Line:
    return Line(
        Text(vi=name, en=name), "paper", Decimal(vnd), (), estimated=(Estimated(Fraction(vnd), **spread),)
    )


def fee(vnd: int, *, counts: bool = True) -> Line:
    return Line(Text(vi="Phí", en="Fee"), "fee", Decimal(vnd), (), counts)


def cost(*lines: Line, subjects: int = 100) -> Cost:
    day = date(2020, 9, 14)
    return Cost("a/b", day, day, "circular-02-2017", Decimal(1), subjects, Decimal(30_000), lines, ())


def test_the_official_figure_stands_beside_its_range() -> None:
    found = year(cost(paper("Đơn", 60_000)), HALF_TO_TWICE, draws=20_000, seed=1)
    assert found.point == 6_000_000
    # The triangle 0.5, 1, 2: mean 3.5/3; p5 and p95 by its own formula.
    assert found.percentiles[5] == pytest.approx(6e6 * (0.5 + (0.05 * 0.75) ** 0.5), rel=0.01)
    assert found.percentiles[95] == pytest.approx(6e6 * (2 - (0.05 * 1.5) ** 0.5), rel=0.01)


def test_fees_are_facts_and_are_not_drawn() -> None:
    found = year(cost(fee(20_000), fee(99_000, counts=False)), HALF_TO_TWICE, draws=100, seed=1)
    assert set(found.percentiles.values()) == {2_000_000}


def test_several_sources_give_their_own_ends() -> None:
    sure = paper("Đơn", 10_000, least=Fraction(1), greatest=Fraction(1))
    assert set(year(cost(sure), HALF_TO_TWICE, draws=100, seed=1).percentiles.values()) == {1_000_000}
    # The lower-middle figure may be the least of all.
    upward = paper("Đơn", 10_000, least=Fraction(1), greatest=Fraction(3))
    assert year(cost(upward), HALF_TO_TWICE, draws=1000, seed=1).percentiles[5] >= 1_000_000


def test_the_same_seed_gives_the_same_figures() -> None:
    one = cost(paper("Đơn", 60_000), paper("Hợp đồng", 10_000))
    assert year(one, HALF_TO_TWICE, draws=500, seed=3) == year(one, HALF_TO_TWICE, draws=500, seed=3)
    assert year(one, HALF_TO_TWICE, draws=500, seed=3) != year(one, HALF_TO_TWICE, draws=500, seed=4)


def test_a_paper_that_stays_makes_no_saving_uncertain() -> None:
    stays, goes = paper("Hợp đồng", 1_000_000), paper("Đơn", 10_000)
    found = saved(Benefit(cost(goes, stays), cost(stays)), HALF_TO_TWICE, draws=2_000, seed=1)
    assert found.range.point == 1_000_000
    assert 500_000 <= found.range.percentiles[5] <= found.range.percentiles[95] <= 2_000_000
    assert found.share_that_saves == 1


def test_a_trade_of_one_paper_for_another_may_save_nothing() -> None:
    found = saved(
        Benefit(cost(paper("Cũ", 11_000)), cost(paper("Mới", 10_000))), HALF_TO_TWICE, draws=2_000, seed=1
    )
    assert found.range.percentiles[5] < 0 < found.range.percentiles[95]
    assert 0.4 < found.share_that_saves < 0.8


def test_nonsense_is_refused() -> None:
    with pytest.raises(Refused, match="must hold 1"):
        Spread(Fraction(2), Fraction(3))
    with pytest.raises(Refused, match="100 draws"):
        year(cost(fee(1)), HALF_TO_TWICE, draws=99, seed=1)


def test_the_declared_spread_is_marked_as_chosen() -> None:
    spread = declared(load_parameters(LAW), date(2020, 9, 14))
    assert (spread.least, spread.greatest) == (Fraction(1, 2), 2)
    assert not any(source.verified for source in spread.sources)


def test_a_real_sheet_keeps_its_point() -> None:
    sheet = load(LAW).in_force("enterprise/customs-agent-recognition", date(2020, 9, 14))
    one = compute(sheet, load_parameters(LAW), on=date(2020, 9, 14), frequency=1, subjects=40)
    nothing = replace(HALF_TO_TWICE, least=Fraction(1), greatest=Fraction(1))
    assert set(year(one, nothing, draws=100, seed=1).percentiles.values()) == {float(one.year_vnd)}
