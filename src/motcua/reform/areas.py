"""The areas by which a plan is set out: dated data in `law/reform/areas.yaml`, read once, every fault with its line."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from motcua.law.nodes import explain, read
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused

S = TypeVar("S", bound=BaseModel)


class Shape(BaseModel):
    """What all shapes of these files share: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Area(Shape):
    """One area of a set; its code stands before the codes of its tasks."""

    code: str = Field(pattern=r"^[IVX]+$")
    vi: str
    en: str

    @property
    def title(self) -> Text:
        """Its name."""
        return Text(self.vi, self.en)


class AreaSet(Shape):
    """The areas of one programme of ten years."""

    id: str
    from_: date = Field(alias="from")
    to: date
    basis: str
    verified: bool
    source: str
    areas: tuple[Area, ...]

    def get(self, code: str) -> Area | None:
        """The area of a code."""
        return next((area for area in self.areas if area.code == code), None)


class AreasFile(Shape):
    """The whole file."""

    sets: tuple[AreaSet, ...]


def read_law(name: str, shape: type[S], folder: Path | None = None) -> S:
    """The file `name` of law/reform as `shape`. Raises `Invalid` with every finding."""
    node, findings = read((folder or settings.LAW / "reform") / name, name)
    if node is None:
        raise Invalid(findings)
    try:
        found = shape.model_validate(node.plain)
    except ValidationError as error:
        raise Invalid([*findings, *(explain(fault, node, name, shape) for fault in error.errors())]) from None
    if findings:
        raise Invalid(findings)
    return found


@cache
def area_sets() -> tuple[AreaSet, ...]:
    """All sets, oldest first."""
    return read_law("areas.yaml", AreasFile).sets


def areas_of(year: int) -> AreaSet:
    """The set in force on 1 January of a plan's year; Refused where none is known."""
    for one in area_sets():
        if one.from_ <= date(year, 1, 1) <= one.to:
            return one
    raise Refused(
        f"Chưa có bộ nội dung cải cách cho năm {year}; hãy bổ sung law/reform/areas.yaml.",
        f"There is no set of reform areas for {year}; add it to law/reform/areas.yaml.",
        place="year",
    )
