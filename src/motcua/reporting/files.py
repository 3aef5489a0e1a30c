"""Reads the files of `law/reports` into typed shapes; a broken file is refused whole, with every fault and its line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

from motcua.law.nodes import explain, read
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid


class Shape(BaseModel):
    """What all shapes of these files share: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Shape):
    """A text in both languages as the files write it."""

    vi: str
    en: str

    @property
    def text(self) -> Text:
        """The same as `Text`."""
        return Text(self.vi, self.en)


S = TypeVar("S", bound=BaseModel)


def read_shape(name: str, model: type[S], folder: Path | None = None) -> S:
    """The file `name` of law/reports (or of `folder`) as `model`. Raises `Invalid` with every finding."""
    file = (folder or settings.LAW / "reports") / name
    node, findings = read(file, name)
    if node is None:
        raise Invalid(findings)
    try:
        shape = model.model_validate(node.plain)
    except ValidationError as error:
        raise Invalid([*findings, *(explain(fault, node, name, model) for fault in error.errors())]) from None
    if findings:
        raise Invalid(findings)
    return shape
