"""
The law on movements as data: papers, deadlines, agencies, limits; read from `law/manifest/*.yaml`, all faults at once.

Pure: the folder is an argument. What holds on a day is asked with the day; nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from motcua.law.nodes import explain, read
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding

Mode = Literal["sea", "air", "rail", "road", "river"]
Movement = Literal["entry", "exit"]
When = Literal["always", "passengers", "dangerous"]
T = TypeVar("T", bound=BaseModel)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Shape):
    """A text in both languages."""

    vi: str
    en: str

    @property
    def text(self) -> Text:
        """The same for a page."""
        return Text(self.vi, self.en)


class Basis(_Shape):
    """The legal text behind a row."""

    text: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.text}, Đ. {self.article}" if self.article else self.text


class _Dated(_Shape):
    since: date
    until: date | None = None
    source: str
    verified: bool
    basis: Basis

    def holds_on(self, on: date) -> bool:
        """Whether it is law on a day."""
        return self.since <= on and (self.until is None or on < self.until)


class Form(_Dated):
    """One paper of a movement."""

    id: str
    document: str
    nsw: str
    title: Words
    modes: tuple[Mode, ...]
    files: Literal["carrier", "forwarder"]
    needed: Mapping[Movement, When]


class PortCalls(_Shape):
    """What a move between two ports of the country asks for."""

    forms: tuple[str, ...]
    basis: Basis
    source: str
    verified: bool


class Personal(_Shape):
    """Which part of which paper is about persons, and how long it is kept."""

    keep_days: int = Field(gt=0)
    documents: Mapping[str, str]
    source: str
    verified: bool


class Port(_Shape):
    """Ports and gates of one branch."""

    codes: tuple[str, ...]
    office: str


class Papers(_Shape):
    """`forms.yaml`."""

    forms: tuple[Form, ...]
    ports: tuple[Port, ...]
    port_calls: PortCalls
    personal: Personal


class Span(_Shape):
    """How long a voyage is, in hours: `under` so many, or `from` so many on."""

    under: int | None = None
    from_: int | None = Field(None, alias="from")

    def takes(self, hours: float | None) -> bool:
        """Whether a voyage of so many hours is meant; of unknown length, the longer ones are."""
        if hours is None:
            return self.under is None
        return (self.under is None or hours < self.under) and (self.from_ is None or hours >= self.from_)


class Deadline(_Dated):
    """By when something is due."""

    id: str
    title: Words
    party: str
    mode: Mode
    movement: Movement
    forms: tuple[str, ...]
    voyage: Span | None = None
    lead_minutes: int | None = Field(None, gt=0)
    within_minutes: int | None = Field(None, gt=0)
    anchor: Literal["eta", "etd", "declared"]

    @model_validator(mode="after")
    def one_way(self) -> Deadline:
        """A deadline lies before its anchor or after it, not both."""
        if (self.lead_minutes is None) == (self.within_minutes is None):
            raise ValueError("give lead_minutes (before the anchor) or within_minutes (after it)")
        return self


class Deadlines(_Shape):
    """`deadlines.yaml`."""

    deadlines: tuple[Deadline, ...]


class Agency(_Dated):
    """Who approves a movement beside customs, and customs itself."""

    id: str
    title: Words
    asked: Mapping[Movement, tuple[Mode, ...]]
    sees_persons: bool
    organisations: tuple[str, ...]


class Agencies(_Shape):
    """`agencies.yaml`."""

    agencies: tuple[Agency, ...]


class Limit(_Shape):
    """How much of something is taken."""

    id: str
    modes: tuple[Mode, ...]
    most: int = Field(gt=0)
    of: Words


class Tolerance(_Shape):
    """How far two figures may differ before it is worth a word."""

    value: float = Field(ge=0)
    source: str
    verified: bool


class Limits(_Dated):
    """`limits.yaml`."""

    limits: tuple[Limit, ...]
    tolerances: Mapping[str, Tolerance]


class Notice(_Shape):
    """How one thing that happened is told: type and function of the maritime exchange, and its name."""

    id: str
    type: str
    function: str
    title: Words


class PortWord(_Shape):
    """The types of the port authority's word, by kind of movement."""

    given: Mapping[str, str]
    taken_back: Mapping[str, str]
    given_again: Mapping[str, str]


class Notices(_Dated):
    """`notices.yaml`."""

    notices: tuple[Notice, ...]
    port_authority: PortWord

    def of(self, id: str) -> Notice:
        """The notice of something that happened."""
        return next(one for one in self.notices if one.id == id)


@dataclass(frozen=True)
class Provisions:
    """All of it."""

    papers: Papers
    deadlines: tuple[Deadline, ...]
    agencies: tuple[Agency, ...]
    limits: Limits
    notices: Notices

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """The papers by id."""
        return {form.id: form for form in self.papers.forms}

    @cached_property
    def offices(self) -> Mapping[str, str]:
        """The branch of each port or gate, by the code it had when the law data were written."""
        return {code: port.office for port in self.papers.ports for code in port.codes}

    def needed(self, *, mode: str, movement: str, port_call: bool, on: date) -> list[tuple[Form, When]]:
        """The papers a movement asks for, in the order of the law, with the condition of each."""
        if port_call:
            names = self.papers.port_calls.forms
            return [(self.forms[name], "always") for name in names if mode in self.forms[name].modes]
        return [
            (form, form.needed[movement])  # type: ignore[index]
            for form in self.papers.forms
            if form.holds_on(on) and mode in form.modes and movement in form.needed
        ]

    def taken(self, *, mode: str, on: date) -> list[Form]:
        """The papers that may be filed for a means of transport."""
        return [form for form in self.papers.forms if form.holds_on(on) and mode in form.modes]

    def due(self, *, mode: str, movement: str, hours: float | None, on: date) -> list[Deadline]:
        """The deadlines that hold for a movement of this kind, the voyage being so many hours long."""
        return [
            one
            for one in self.deadlines
            if one.mode == mode and one.movement == movement and one.holds_on(on)
            and (one.voyage is None or one.voyage.takes(hours))
        ]  # fmt: skip

    def asked(self, *, mode: str, movement: str, port_call: bool, on: date) -> list[Agency]:
        """The agencies that must approve; a move between two ports asks the port authority and customs alone."""
        return [
            one
            for one in self.agencies
            if one.holds_on(on) and mode in one.asked.get(movement, ())  # type: ignore[call-overload]
            and (not port_call or one.id in {"port-authority", "customs"})
        ]  # fmt: skip

    def agency_of(self, code: str | None) -> Agency | None:
        """Which agency an organisation of the register is."""
        return next((one for one in self.agencies if code and code in one.organisations), None)


def load(folder: Path) -> Provisions:
    """Read `<folder>/manifest/*.yaml`; Invalid with every fault by file and line."""
    findings: list[Finding] = []
    papers = _file(folder, "forms", Papers, findings)
    deadlines = _file(folder, "deadlines", Deadlines, findings)
    agencies = _file(folder, "agencies", Agencies, findings)
    limits = _file(folder, "limits", Limits, findings)
    notices = _file(folder, "notices", Notices, findings)
    if papers and deadlines and agencies:
        findings += _loose_ends(papers, deadlines, agencies)
    if findings or not (papers and deadlines and agencies and limits and notices):
        raise Invalid(findings)
    return Provisions(papers, deadlines.deadlines, agencies.agencies, limits, notices)


def _file(folder: Path, stem: str, shape: type[T], findings: list[Finding]) -> T | None:
    file = folder / "manifest" / f"{stem}.yaml"
    place = f"{folder.name}/manifest/{stem}.yaml"
    if not file.is_file():
        findings.append(Finding("missing-file", place, "không có tệp này", "this file does not exist"))
        return None
    node, faults = read(file, place)
    findings += faults
    if node is None:
        return None
    try:
        return shape.model_validate(node.plain)
    except ValidationError as error:
        findings += [explain(fault, node, place, shape) for fault in error.errors()]
        return None


def _loose_ends(papers: Papers, deadlines: Deadlines, agencies: Agencies) -> Iterable[Finding]:
    forms = {form.id for form in papers.forms}
    parties = {one.id for one in agencies.agencies} | {"declarant"}
    for name in papers.port_calls.forms:
        if name not in forms:
            yield _unknown("forms", "port_calls", name)
    for one in deadlines.deadlines:
        for name in one.forms:
            if name not in forms:
                yield _unknown("deadlines", one.id, name)
        if one.party not in parties:
            yield _unknown("deadlines", one.id, one.party)


def _unknown(file: str, where: str, name: str) -> Finding:
    return Finding(
        "unknown-name",
        f"manifest/{file}.yaml",
        f"{where}: không có {name!r}; hãy xem các id trong forms.yaml và agencies.yaml",
        f"{where}: there is no {name!r}; see the ids of forms.yaml and agencies.yaml",
    )
