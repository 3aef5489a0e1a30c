"""Dated values of the law: fees and what an hour of work costs, each with its basis, source and verdict.

A value holds from its `since` until the next one. Where several sources give different figures for one
date, the file keeps them all and the lower-middle one counts (Circular 02/2017/TT-VPCP, article 27).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from motcua.law.nodes import explain, read
from motcua.law.parts import Basis, Flag, Line, Name, Part, Text, whole, wrong
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.lib.rounding import half_up

Amount = Annotated[Decimal, BeforeValidator(whole), Field(ge=0)]


class Figure(Part):
    """What one source says."""

    value: Amount
    source: Line
    verified: Flag


class Dated(Part):
    """A value from a day on: one `value`, or several `figures` of which the lower-middle one counts."""

    since: date
    value: Amount | None = None
    figures: tuple[Figure, ...] = ()
    basis: Basis
    source: Line | None = None
    verified: Flag | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_or_several(self) -> Dated:
        single = self.value is not None and self.source is not None and self.verified is not None
        if single == bool(self.figures) or (self.figures and self.value is not None):
            raise wrong(
                "value",
                "phải ghi value, source và verified, hoặc chỉ ghi figures (mỗi nguồn một dòng)",
                "write value, source and verified, or only figures (one line per source)",
            )
        return self

    def all_figures(self) -> tuple[Figure, ...]:
        """Every figure known for this day; never empty."""
        if self.figures:
            return self.figures
        assert self.value is not None
        assert self.source is not None
        return (Figure(value=self.value, source=self.source, verified=bool(self.verified)),)


class Derived(Part):
    """A value computed from another one: divided by each number in turn, rounded half up to whole units."""

    origin: Annotated[Name, Field(alias="from")]
    divide_by: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=1)]
    basis: Basis
    source: Line
    verified: Flag


class Parameter(Part):
    """One named value with its history, or the rule by which it follows from another."""

    label: Text
    unit: Text
    values: tuple[Dated, ...] = ()
    derived: Derived | None = None

    @model_validator(mode="after")
    def _either(self) -> Parameter:
        if bool(self.values) == (self.derived is not None):
            raise wrong(
                "values",
                "phải có values hoặc derived, không phải cả hai",
                "either values or derived is needed",
            )
        days = [dated.since for dated in self.values]
        if days != sorted(set(days)):
            raise wrong(
                "order",
                "values phải xếp theo ngày tăng dần, mỗi ngày một lần",
                "values must stand in order of date, each date once",
            )
        return self


@dataclass(frozen=True)
class Value:
    """A parameter on a day: the amount that counts, and everything needed to show where it comes from."""

    name: str
    label: Text
    unit: Text
    amount: Decimal
    since: date
    basis: Basis
    source: str
    verified: bool
    note: Text | None = None
    figures: tuple[Figure, ...] = field(default=())


class Parameters:
    """All named values, asked by name and day."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self._parameters)

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    def value(self, name: str, on: date) -> Value:
        """The value in force on this day. Raises `Refused` for an unknown name or a day before all values."""
        parameter = self._parameters.get(name)
        if parameter is None:
            raise Refused(
                f"Không có tham số {name!r}; hiện có: {', '.join(self.names())}.",
                f"There is no parameter {name!r}; known: {', '.join(self.names())}.",
            )
        if parameter.derived is not None:
            return self._derived(name, parameter, parameter.derived, on)
        started = [dated for dated in parameter.values if dated.since <= on]
        if not started:
            first = parameter.values[0].since
            raise Refused(
                f"Tham số {name!r} chưa có giá trị vào {on:%d/%m/%Y}: giá trị đầu tiên từ {first:%d/%m/%Y}. "
                f"Hãy thêm giá trị cũ hơn vào law/parameters.",
                f"The parameter {name!r} has no value on {on:%d/%m/%Y}: the first is from {first:%d/%m/%Y}. "
                f"Add an older one to law/parameters.",
            )
        return _value(name, parameter, started[-1])

    def _derived(self, name: str, parameter: Parameter, rule: Derived, on: date) -> Value:
        origin = self.value(rule.origin, on)
        amount = Fraction(origin.amount)
        for divisor in rule.divide_by:
            amount /= divisor
        steps = " / ".join(str(divisor) for divisor in rule.divide_by)
        return Value(
            name=name,
            label=parameter.label,
            unit=parameter.unit,
            amount=half_up(amount, 0),
            since=origin.since,
            basis=rule.basis,
            source=f"{origin.name} {origin.amount} / {steps}: {rule.source} {origin.source}",
            verified=rule.verified and origin.verified,
            note=origin.note,
        )


def lower_middle(figures: Sequence[Decimal]) -> Decimal:
    """The lower-middle figure: the middle one of an odd number, the lower of the two middle ones otherwise.

    Circular 02/2017/TT-VPCP, article 27: where sources differ the lower-middle figure is taken.
    Raises ValueError for no figure at all.
    """
    if not figures:
        raise ValueError("no figure to choose from")
    return sorted(figures)[(len(figures) - 1) // 2]


def load_parameters(folder: Path, files: Iterable[str] = ("fees", "wages")) -> Parameters:
    """Read `parameters/<file>.yaml` of the law folder. Raises `Invalid` with ALL findings by `path:line`."""
    parameters: dict[str, Parameter] = {}
    findings: list[Finding] = []
    for stem in files:
        file = folder / "parameters" / f"{stem}.yaml"
        _read_one(file, f"{folder.name}/parameters/{stem}.yaml", parameters, findings)
    for name, parameter in parameters.items():
        origin = parameter.derived.origin if parameter.derived is not None else None
        # One derivation deep: a chain would hide its sources, a circle would never end.
        if origin is not None and (origin not in parameters or parameters[origin].derived is not None):
            findings.append(
                Finding(
                    "unknown-parameter",
                    f"{folder.name}/parameters",
                    f"{name!r} tính từ {origin!r} nhưng không có tham số này với values",
                    f"{name!r} is derived from {origin!r}, which does not exist with values of its own",
                )
            )
    if findings:
        raise Invalid(findings)
    return Parameters(parameters)


def _read_one(file: Path, place: str, parameters: dict[str, Parameter], findings: list[Finding]) -> None:
    if not file.is_file():
        findings.append(Finding("missing-file", place, "không có tệp này", "this file does not exist"))
        return
    node, faults = read(file, place)
    findings += faults
    if node is None:
        return
    if not isinstance(node.plain, dict):
        findings.append(
            Finding(
                "shape", f"{place}:1", "tệp phải là danh sách tên: giá trị", "names and values are needed"
            )
        )
        return
    for name, content in node.plain.items():
        if name in parameters:
            findings.append(
                Finding(
                    "repeated",
                    f"{place}:{node.line((name,))}",
                    f"tham số {name!r} đã có trong tệp khác",
                    f"the parameter {name!r} stands in another file already",
                )
            )
            continue
        try:
            parameters[name] = Parameter.model_validate(content)
        except ValidationError as error:
            findings += [explain(fault, node, place, Parameter, below=(name,)) for fault in error.errors()]


def _value(name: str, parameter: Parameter, dated: Dated) -> Value:
    figures = dated.all_figures()
    amount = lower_middle([figure.value for figure in figures])
    chosen = next(figure for figure in figures if figure.value == amount)
    return Value(
        name=name,
        label=parameter.label,
        unit=parameter.unit,
        amount=amount,
        since=dated.since,
        basis=dated.basis,
        source=chosen.source,
        verified=all(figure.verified for figure in figures),
        note=dated.note,
        figures=figures,
    )
