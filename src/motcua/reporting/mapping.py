"""The mapping from dossier states to report columns: versioned data, named under every form made with it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from pydantic import Field

from motcua.reporting.files import Shape, Words, read_shape


class StateRow(Shape):
    """One of the ten national states and where each report puts it."""

    number: int = Field(ge=1, le=10)
    status: str
    form_06a: Literal["settled", "open", "not_received"]
    decision_766: Literal["done", "in_progress", "paused", "none"]
    name: Words


class Channels(Shape):
    """Ways of filing by column."""

    online: list[str]
    desk_or_post: list[str]


class StateMapping(Shape):
    """The whole file."""

    name: str
    version: int = Field(ge=1)
    valid_from: date
    source: str
    verified: bool
    remark: Words
    states: list[StateRow]
    outcomes: dict[str, Literal["never_early"]]
    channels: Channels

    @property
    def mark(self) -> str:
        """Name and version, as printed under a form."""
        return f"{self.name}/{self.version}"

    @property
    def never_early(self) -> list[str]:
        """Outcomes that cannot make a case early."""
        return sorted(name for name, rule in self.outcomes.items() if rule == "never_early")

    def statuses(self, column: str) -> list[str]:
        """Our statuses that form II.06a puts into `settled`, `open` or `not_received`."""
        return [row.status for row in self.states if row.form_06a == column]


@cache
def state_mapping() -> StateMapping:
    """The mapping in use, read once."""
    return read_shape("state-mapping.yaml", StateMapping)
