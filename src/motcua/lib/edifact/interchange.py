"""What a file holds once it is read: interchanges, groups, messages, each with its defects and its verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from motcua.lib.edifact.faults import Defect
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.separators import Separators
from motcua.lib.edifact.structure import Node
from motcua.lib.findings import Finding


@dataclass
class Level:
    """What interchange, group and message have in common: a header, a trailer, defects and their weight.

    `defects` holds the first of them, `counts` all of them by code, `errors` how many refuse.
    """

    header: Segment | None = None
    trailer: Segment | None = None
    defects: list[Defect] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    errors: int = 0

    def add(self, defect: Defect, limit: int) -> None:
        self.counts[defect.code] += 1
        if defect.refuses:
            self.errors += 1
        # A refusal always has its place, even after a flood of warnings.
        if len(self.defects) < limit or (defect.refuses and self.errors == 1):
            self.defects.append(defect)

    @property
    def findings(self) -> list[Finding]:
        return [defect.finding for defect in self.defects]


@dataclass
class Group(Level):
    """One functional group, UNG to UNE."""

    reference: str = ""
    type: str = ""
    messages: int = 0
    refused_alone: int = 0


@dataclass
class Message(Level):
    """One message, UNH to UNT. `segments` and `tree` are kept by `read`, not by `walk`.

    `count` counts segments with UNH and UNT; `directory` is version and release together, as "D98B".
    """

    reference: str = ""
    type: str = ""
    version: str = ""
    release: str = ""
    agency: str = ""
    association: str = ""
    group: Group | None = None
    count: int = 0
    segments: list[Segment] = field(default_factory=list)
    tree: Node | None = None
    interchange: Interchange | None = field(default=None, repr=False)

    @property
    def directory(self) -> str:
        return self.version + self.release

    @property
    def name(self) -> str:
        return f"{self.type} {self.version}.{self.release}"

    @property
    def refused(self) -> bool:
        """Whether anything refuses it: its own faults, those of its group or of its interchange."""
        above = (self.group, self.interchange)
        return self.errors > 0 or any(level is not None and level.errors > 0 for level in above)


@dataclass
class Interchange(Level):
    """One interchange, UNB to UNZ. `found` counts messages; `refused_alone` of them are refused for
    their own faults, whatever group and interchange say."""

    syntax: str = ""
    charset: str = ""
    separators: Separators = field(default_factory=Separators)
    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    prepared: tuple[str, str] = ("", "")
    reference: str = ""
    messages: list[Message] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    found: int = 0
    refused_alone: int = 0

    @property
    def refused(self) -> int:
        """How many messages are refused."""
        if self.errors:
            return self.found
        swept = sum(group.messages - group.refused_alone for group in self.groups if group.errors)
        return self.refused_alone + swept

    @property
    def accepted(self) -> int:
        """How many messages are accepted; with `refused` this is every message found."""
        return self.found - self.refused
