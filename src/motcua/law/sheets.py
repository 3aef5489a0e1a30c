"""A procedure sheet, and the catalogue of all sheets by date.

A procedure is a sheet: one whole YAML file per version, named by the day it takes force.
Unknown keys are refused, every value is frozen, and what nobody has checked against the law
says so with `verified: false` all the way to the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from motcua.law.parts import (
    Basis,
    Channel,
    ChannelName,
    Channels,
    Choice,
    Document,
    FieldType,
    FormField,
    Level,
    Line,
    Name,
    NationalCode,
    Part,
    Published,
    Result,
    Source,
    Step,
    Text,
    TimeLimit,
    When,
    whole,
)
from motcua.lib.digest import canonical
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.lib.worktime import Limit

__all__ = [
    "Basis",
    "Catalogue",
    "Channel",
    "ChannelName",
    "Channels",
    "Choice",
    "Document",
    "FieldType",
    "FormField",
    "Level",
    "NationalCode",
    "NotInForce",
    "Published",
    "Result",
    "Sheet",
    "Source",
    "Step",
    "Text",
    "TimeLimit",
    "UnknownProcedure",
    "When",
]


class Sheet(Part):
    """One version of a procedure. `procedure` and `since` come from the path, the rest from the file."""

    procedure: str
    since: date
    national_code: NationalCode | None
    title: Text
    summary: Text
    level: Annotated[tuple[Level, ...], Field(min_length=1)]
    applicants: Text
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    published: Published | None = None
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    channels: Channels
    counted_by: Literal["one-stop", "customs-core"]
    calendar: Name
    documents: tuple[Document, ...]
    sets: Annotated[int, BeforeValidator(whole), Field(ge=1, le=100)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    fees: tuple[Name, ...]
    result: Result
    form: tuple[FormField, ...]
    conditions: Text | None = None
    until: date | None = None
    replaced_by: Line | None = None

    @property
    def content(self) -> dict[str, Any]:
        """What the file says, as JSON: without path and date, without what was left at its default.

        Leaving defaults out keeps the digest of old sheets when a later version of this
        software knows one optional key more.
        """
        return self.model_dump(mode="json", exclude={"procedure", "since"}, exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the content, in hex; comments and layout do not count."""
        return hashlib.sha256(canonical(self.content)).hexdigest()

    @property
    def field(self) -> str:
        """The first half of the name: the field of work."""
        return self.procedure.partition("/")[0]

    @property
    def path(self) -> str:
        """Where the file lies inside the law folder."""
        return f"procedures/{self.procedure}/{self.since.isoformat()}.yaml"

    def limit_for(self, channel: ChannelName | str) -> Limit | None:
        """The limit that runs for a dossier submitted this way; None when the law sets none.

        Raises `Refused` when this way of submitting is not open.
        """
        open_ways = self.channels.open()
        try:
            limit = open_ways[ChannelName(channel)].limit
        except (KeyError, ValueError):
            ways = ", ".join(open_ways)
            raise Refused(
                f"Thủ tục {self.procedure} không nhận hồ sơ theo cách {channel!s}; các cách đang mở: {ways}.",
                f"The procedure {self.procedure} takes no dossiers by {channel!s}; open ways: {ways}.",
            ) from None
        return None if limit is None else limit.limit

    def unverified(self) -> list[str]:
        """The places of this sheet that nobody has checked against the law, as dotted paths."""
        return [path for path, checked in _verdicts(self.model_dump(), "") if not checked]


def _verdicts(value: Any, path: str) -> Iterator[tuple[str, bool]]:
    if isinstance(value, dict):
        if "verified" in value:
            yield path, bool(value["verified"])
        for key, inner in value.items():
            yield from _verdicts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _verdicts(inner, f"{path}[{number}]")


class UnknownProcedure(Refused):
    """No sheet has this name."""


class NotInForce(Refused):
    """The procedure exists, but not on this day; the message says when it was or will be in force."""


_NO_SHEETS: Final[tuple[Sheet, ...]] = ()


class Catalogue:
    """All versions of all procedures, kept in memory; asked by name and date.

    `findings` are the warnings of the loader, kept for display.
    """

    def __init__(self, sheets: Iterable[Sheet], *, findings: Iterable[Finding] = ()) -> None:
        grouped: dict[str, list[Sheet]] = {}
        for sheet in sheets:
            grouped.setdefault(sheet.procedure, []).append(sheet)
        self._versions = {
            procedure: tuple(sorted(grouped[procedure], key=lambda sheet: sheet.since))
            for procedure in sorted(grouped)
        }
        self.findings = tuple(findings)

    def __iter__(self) -> Iterator[Sheet]:
        """Every version of every procedure, by name and date."""
        for versions in self._versions.values():
            yield from versions

    def __len__(self) -> int:
        return sum(len(versions) for versions in self._versions.values())

    def __contains__(self, procedure: object) -> bool:
        return procedure in self._versions

    def procedures(self) -> list[str]:
        """The names `field/procedure` of all procedures, abolished ones included, sorted."""
        return list(self._versions)

    def versions(self, procedure: str) -> list[Sheet]:
        """All versions, oldest first. Raises `UnknownProcedure`."""
        versions = self._versions.get(procedure, _NO_SHEETS)
        if not versions:
            raise UnknownProcedure(
                f"Không có thủ tục nào tên là {procedure!r}.", f"There is no procedure named {procedure!r}."
            )
        return list(versions)

    def get(self, procedure: str, since: date) -> Sheet:
        """The version that took force on exactly this day. Raises `UnknownProcedure` or `NotInForce`."""
        for sheet in self.versions(procedure):
            if sheet.since == since:
                return sheet
        known = ", ".join(f"{sheet.since:%d/%m/%Y}" for sheet in self.versions(procedure))
        raise NotInForce(
            f"Thủ tục {procedure} không có bản nào có hiệu lực từ {since:%d/%m/%Y}; các bản: {known}.",
            f"The procedure {procedure} has no version in force from {since:%d/%m/%Y}; versions: {known}.",
        )

    def in_force(self, procedure: str, on: date) -> Sheet:
        """The version in force on this day. Raises `UnknownProcedure` or `NotInForce`."""
        versions = self.versions(procedure)
        started = [sheet for sheet in versions if sheet.since <= on]
        if not started:
            first = versions[0].since
            raise NotInForce(
                f"Thủ tục {procedure} chưa có hiệu lực vào {on:%d/%m/%Y}; có hiệu lực từ {first:%d/%m/%Y}.",
                f"The procedure {procedure} is not in force on {on:%d/%m/%Y}; "
                f"it will be from {first:%d/%m/%Y}.",
            )
        sheet = started[-1]
        if sheet.until is not None and on >= sheet.until:
            later = [version.since for version in versions if version.since > on]
            vi = f", thay bằng {sheet.replaced_by}" if sheet.replaced_by else ""
            en = f", replaced by {sheet.replaced_by}" if sheet.replaced_by else ""
            if later:
                vi += f"; có hiệu lực trở lại từ {later[0]:%d/%m/%Y}"
                en += f"; it will be in force again from {later[0]:%d/%m/%Y}"
            raise NotInForce(
                f"Thủ tục {procedure} có hiệu lực từ {sheet.since:%d/%m/%Y} "
                f"và đã bãi bỏ từ {sheet.until:%d/%m/%Y}{vi}.",
                f"The procedure {procedure} was in force from {sheet.since:%d/%m/%Y} "
                f"and abolished from {sheet.until:%d/%m/%Y}{en}.",
            )
        return sheet

    def all_in_force(self, on: date) -> list[Sheet]:
        """Every procedure in force on this day, by name."""
        found = []
        for procedure in self._versions:
            try:
                found.append(self.in_force(procedure, on))
            except NotInForce:
                continue
        return found
