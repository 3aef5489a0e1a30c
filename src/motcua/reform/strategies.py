"""Strategies and plans of five years: what each objective reached, counted from records or sourced, and their evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import override

from motcua.casework.figures import Indicator, Period, root_of
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.paper import render
from motcua.people.actor import Actor
from motcua.people.models import Office
from motcua.reform.models import Objective, Strategy, Task, YearValue

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Reached:
    """An objective with its yearly values and how far it came from its baseline towards its target."""

    objective: Objective
    values: tuple[YearValue, ...]

    @property
    def last(self) -> YearValue | None:
        """The latest value."""
        return self.values[-1] if self.values else None

    @property
    def degree(self) -> Decimal | None:
        """Per cent of the way; works downwards too. None without a value, or where there was no way to go."""
        way = self.objective.target - self.objective.baseline
        if self.last is None or not way:
            return None
        return ((self.last.value - self.objective.baseline) * 100 / way).quantize(
            Decimal("0.1"), ROUND_HALF_UP
        )

    @property
    def verdict(self) -> tuple[Text, str]:
        """In words, with a tone."""
        if self.degree is None:
            return Text("chưa có số liệu", "no figure yet"), "mute"
        if self.degree >= 100:
            return Text("đạt", "reached"), "ok"
        return (
            (Text("chưa đạt", "not reached"), "wait")
            if self.degree > 0
            else (Text("không tiến triển", "no progress"), "bad")
        )


def evaluate(strategy: Strategy) -> list[Reached]:
    """Every objective with what it reached."""
    return [Reached(one, tuple(one.values.all())) for one in strategy.objectives.prefetch_related("values")]


def enter(
    objective: Objective, year: int, value: Decimal, source: str, *, actor: Actor, at: datetime
) -> YearValue:
    """Enter a year's value by its source; refused for an objective that is counted from records."""
    _within(objective, year)
    if objective.indicator:
        raise Refused(
            "Mục tiêu này được đếm từ sổ, không nhập tay.",
            "This objective is counted from records.",
            place="value",
        )
    if not source.strip():
        raise Refused("Hãy ghi nguồn của số liệu.", "Give the source of the figure.", place="source")
    values = {"value": value, "source": source.strip()[:200], "entered_by": actor.key, "entered_at": at}
    return YearValue.objects.update_or_create(objective=objective, year=year, defaults=values)[0]


def count(objective: Objective, year: int, *, actor: Actor, at: datetime) -> YearValue:
    """Count a year's value by the indicator of the objective, with the digest of its rows."""
    _within(objective, year)
    if not objective.indicator:
        raise Refused(
            "Mục tiêu này không có chỉ tiêu.", "This objective has no indicator.", place="indicator"
        )
    found: Indicator = import_string(settings.INDICATORS[objective.indicator])
    counted = found.measure(Period(date(year, 1, 1), date(year, 12, 31)), at)
    value = Decimal(counted.value)
    if objective.measure == Task.Measure.SHARE:
        if not counted.of:
            raise Refused(
                f"Năm {year} không phát sinh, không có tỷ lệ.",
                f"Nothing to count in {year}: no share.",
                place="year",
            )
        value = (value * 100 / counted.of).quantize(HUNDREDTH, ROUND_HALF_UP)
    values = {
        "value": value, "source": "", "sha256": root_of(counted.rows.references()), "entered_by": actor.key, "entered_at": at,
    }  # fmt: skip
    return YearValue.objects.update_or_create(objective=objective, year=year, defaults=values)[0]


def _within(objective: Objective, year: int) -> None:
    strategy = objective.strategy
    if not strategy.first_year <= year <= strategy.last_year:
        raise Refused(
            f"Năm {year} ngoài giai đoạn {strategy.first_year}-{strategy.last_year}.",
            f"{year} is outside {strategy.first_year}-{strategy.last_year}.",
            place="year",
        )


def evaluation_pdf(strategy: Strategy, on: date, language: str) -> bytes:
    """The evaluation as an official paper in the layout of Decree 30/2020/NĐ-CP."""
    office = Office.objects.filter(kind="department", valid_from__lte=on).exclude(valid_to__lt=on).first()
    name = settings.DEPARTMENT_NAME
    head = {
        "organisation": office.name if office else Text(name["vi"], name["en"]), "number": "…/BC-HQQN", "day": None,
        "superior": Text("Tổng cục Hải quan", "General Department of Customs"), "place": Text("Quảng Ninh", "Quảng Ninh"),
    }  # fmt: skip
    context = {
        "strategy": strategy,
        "rows": evaluate(strategy),
        "head": head,
        "language": language,
        "seal": None,
    }
    with override(language):
        html = render_to_string("reform/paper/evaluation.html", context)
    return render(html)
