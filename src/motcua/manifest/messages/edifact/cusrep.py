"""CUSREP, the conveyance report: a `CallNotice`, who comes or goes, without bills."""

from __future__ import annotations

from typing import Any

from motcua.lib.edifact.runs import Row
from motcua.manifest.documents import CallNotice
from motcua.manifest.messages.edifact.binding import Binding
from motcua.manifest.messages.edifact.profile import Profile
from motcua.manifest.messages.edifact.values import part


class Cusrep(Binding):
    """Rows of a CUSREP into a notice."""

    paper = CallNotice

    def __init__(self, profile: Profile, year: int) -> None:
        super().__init__(profile, year)
        self._head = self.head_table() | {"EQD": self.eqd, "EQN": self.eqn, "POC": self.poc}
        self._container = False

    def head(self, rows: list[Row]) -> None:
        self.run(rows, self._head)

    def eqd(self, row: Row) -> None:
        self._container = part(row, 1) == "CN"
        if not self._container:
            self.heard.pass_over(row, part(row, 1))

    def eqn(self, row: Row) -> None:
        number = self.count(row, 1)
        if self._container and number is not None:
            self.top["containers"] = self.top.get("containers", 0) + number

    def poc(self, row: Row) -> None:
        self.call["purpose"] = part(row, 1)

    def repeat(self, rows: list[Row]) -> list[Any]:
        """Nothing repeats in a notice."""
        return []

    def document(self, repeated: list[Any]) -> CallNotice:
        """The notice of everything that was read."""
        return CallNotice(**self.sheet())
