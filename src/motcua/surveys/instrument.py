"""
The instrument of a survey: what is asked, on which scale, with which weight; one dated file a year. Pure.

Components have changed from year to year (six, five, eight): a score is only comparable with another year's where a
bridge says which question took over from which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from motcua.law.nodes import explain, read
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(_Shape):
    """A text in both languages."""

    vi: Words
    en: Words


class Step(_Shape):
    """One answer of a scale."""

    value: int
    label: Both


class Scale(_Shape):
    """The answers one may give, worst first; `anchors` in scoring are the least and the greatest value."""

    steps: Annotated[tuple[Step, ...], Field(min_length=2)]
    dont_know: bool = True

    @property
    def least(self) -> int:
        """The worst answer."""
        return min(step.value for step in self.steps)

    @property
    def most(self) -> int:
        """The best answer."""
        return max(step.value for step in self.steps)

    @property
    def values(self) -> frozenset[int]:
        """All answers that may be given."""
        return frozenset(step.value for step in self.steps)


class Question(_Shape):
    """What firms are asked; `reverse` when agreeing is bad. `before` names the question of the year before it carries on."""

    id: Slug
    text: Both
    scale: Slug
    reverse: bool = False
    before: Slug | None = None


class Measure(_Shape):
    """Hard data: a figure from records between the fixed anchors `worst` and `best` (worst may be the larger)."""

    id: Slug
    text: Both
    source: Words
    worst: Decimal
    best: Decimal
    before: Slug | None = None

    @model_validator(mode="after")
    def _has_a_direction(self) -> Measure:
        if self.worst == self.best:
            raise _wrong(
                "anchors",
                "worst và best bằng nhau nên không xếp được; hãy ghi hai mốc khác nhau",
                "worst and best are equal, so nothing can be placed between them; give two anchors",
            )
        return self


class Component(_Shape):
    """A component index: questions, hard data, the share the hard data have, its weight in the whole."""

    id: Slug
    title: Both
    weight: Annotated[Decimal, Field(gt=0)]
    weight_verified: bool = False
    hard_share: Annotated[Decimal, Field(ge=0, le=1)] = Decimal(0)
    questions: tuple[Question, ...] = ()
    measures: tuple[Measure, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Component:
        if not self.questions and not self.measures:
            raise _wrong("empty", "chỉ số không có câu hỏi nào", "the component asks nothing")
        if self.hard_share > 0 and not self.measures:
            raise _wrong(
                "hard-share",
                "có hard_share nhưng không có measures; hãy thêm số liệu hoặc bỏ hard_share",
                "there is a hard_share but no measures; add some or leave it out",
            )
        return self


class Source(_Shape):
    """Where a fact of the instrument was read."""

    url: Words
    accessed: date
    says: Words


class Instrument(_Shape):
    """
    A whole questionnaire. `minimum_n` answers are needed before a unit's score is published; `self_share` is the part of
    the unit's own rating in the combined score, which is shown apart.
    """

    survey: Slug
    year: int
    title: Both
    rates: Both
    illustrative: bool = False
    minimum_n: Annotated[int, Field(ge=2)] = 10
    self_share: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal(0)
    scales: Annotated[dict[Slug, Scale], Field(min_length=1)]
    components: Annotated[tuple[Component, ...], Field(min_length=1)]
    sources: tuple[Source, ...] = ()
    compatible_view: Literal["min-max", "none"] = "min-max"

    @model_validator(mode="after")
    def _holds_together(self) -> Instrument:
        ids = [*(c.id for c in self.components), *(item.id for _, item in self.items())]
        if twice := sorted(name for name, times in Counter(ids).items() if times > 1):
            raise _wrong(
                "repeated-id",
                f"id dùng hai lần: {', '.join(twice)}",
                f"these ids are used twice: {', '.join(twice)}",
            )
        for question in self.questions():
            if question.scale not in self.scales:
                raise _wrong(
                    "unknown-scale",
                    f"câu {question.id} dùng thang {question.scale!r} không có trong scales",
                    f"the question {question.id} uses the scale {question.scale!r}, which is not in scales",
                )
        return self

    def items(self) -> Iterator[tuple[str, Question | Measure]]:
        """All questions and hard data with the component they belong to."""
        for component in self.components:
            for question in component.questions:
                yield component.id, question
            for measure in component.measures:
                yield component.id, measure

    def questions(self) -> Iterator[Question]:
        """All questions, in the order in which they are asked."""
        for component in self.components:
            yield from component.questions

    def measures(self) -> Iterator[Measure]:
        """All hard data."""
        for component in self.components:
            yield from component.measures


def read_instrument(file: Path) -> Instrument:
    """Read an instrument; `Invalid` with every fault of the file by path and line."""
    place = file.name
    node, findings = read(file, place) if file.is_file() else (None, [_missing(place)])
    if node is not None:
        try:
            instrument = Instrument.model_validate(node.plain)
        except ValidationError as error:
            findings += [explain(fault, node, place, Instrument) for fault in error.errors()]
        else:
            if not findings:
                return instrument
    raise Invalid(findings)


def bridge(before: Instrument, now: Instrument) -> dict[str, str]:
    """
    Which components of two years may be compared: now's id -> before's, where every question carries on one of before's.

    Refused when none can be: two indices that ask other things share only their name.
    """
    pairs: dict[str, str] = {}
    earlier = {item.id: (home, item) for home, item in before.items()}
    for component in now.components:
        found = [
            (item, earlier.get(item.before or item.id)) for home, item in now.items() if home == component.id
        ]
        homes = {one[0] for item, one in found if one is not None and _same(item, one[1])}
        if len(homes) == 1 and all(one is not None and _same(item, one[1]) for item, one in found):
            pairs[component.id] = homes.pop()
    if not pairs:
        raise Refused(
            f"Bộ câu hỏi {now.survey} {now.year} không có chỉ số nào nối được với {before.year}: không so sánh hai năm.",
            f"No component of {now.survey} {now.year} carries on one of {before.year}: the years are not compared.",
        )
    return pairs


def _same(now: Question | Measure, before: Question | Measure) -> bool:
    """Whether two items are scored alike: same scale and direction, or same anchors."""
    if isinstance(now, Question) and isinstance(before, Question):
        return (now.scale, now.reverse) == (before.scale, before.reverse)
    if isinstance(now, Measure) and isinstance(before, Measure):
        return (now.worst, now.best) == (before.worst, before.best)
    return False


def _missing(place: str) -> Finding:
    return Finding("missing-file", place, "không có tệp này", "this file does not exist")


def _wrong(kind: str, vi: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("sheet", "{en}", {"kind": kind, "vi": vi, "en": en})
