"""The mapping file: which column of an event log means what, written by whoever knows the log. Pure, no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from motcua.law.nodes import explain, read
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import nfc

Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=30)]
Channel = Literal["online", "desk", "post"]

ISO = "iso"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Shape):
    """What the log is, in both languages."""

    vi: Name
    en: Name


class Columns(_Shape):
    """Names of columns as the header has them; what the log lacks is left out."""

    case: Name
    activity: Name
    time: Name
    instance: Name | None = None
    resource: Name | None = None
    channel: Name | None = None
    department: Name | None = None
    start: Name | None = None
    deadline: Name | None = None
    planned_end: Name | None = None
    end: Name | None = None

    def named(self) -> dict[str, str]:
        """Our name -> the log's, for the columns it has."""
        return {key: value for key, value in self.model_dump().items() if value is not None}


class Activity(_Shape):
    """Our short id of an activity, and whether it is a finished step or a plain note; neither moves the clock."""

    id: Slug
    kind: Literal["noted", "step_done"] = "noted"


class Mapping(_Shape):
    """One log, said once: `source` names it for ever, so that it can be brought in once only."""

    source: Slug
    title: Title
    columns: Columns
    zone: Name
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    time_format: Name = ISO
    date_only: Literal["flag", "refuse"] = "flag"
    people: Literal["as-written", "numbered"] = "numbered"
    office: Annotated[str, StringConstraints(min_length=1, max_length=12)]
    office_is_ours: bool = True
    procedure: Name | None = None
    calendar: Name = "clock-24x7"
    channels: dict[str, Channel] = {}
    channel_otherwise: Channel | None = None
    activities: Annotated[dict[str, Activity], Field(min_length=1)]
    outcome: Literal["approved", "rejected"] = "approved"
    outcome_verified: bool = False

    @model_validator(mode="after")
    def _holds_together(self) -> Mapping:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise _wrong(
                "zone",
                f"không có múi giờ {self.zone!r}; hãy ghi như Asia/Ho_Chi_Minh",
                f"there is no time zone {self.zone!r}; write it as Asia/Ho_Chi_Minh",
            ) from None
        ids = [activity.id for activity in self.activities.values()]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise _wrong(
                "activities",
                f"hai hoạt động cùng id {', '.join(twice)}; mỗi hoạt động một id",
                f"two activities share the id {', '.join(twice)}; give each its own",
            )
        if self.columns.channel is None and self.channel_otherwise is None:
            raise _wrong(
                "channel_otherwise",
                "nhật ký không có cột cách nộp: hãy ghi channel_otherwise",
                "the log has no column of channels: give channel_otherwise",
            )
        return self

    @property
    def tz(self) -> ZoneInfo:
        """The zone of stamps that carry none."""
        return ZoneInfo(self.zone)

    def reference(self, case: str) -> str:
        """The number of a case in our register."""
        return f"{self.source}:{case}"


def read_mapping(file: Path) -> Mapping:
    """Read a mapping file; `Invalid` with every finding by path and line."""
    place = file.name
    node, findings = read(file, place) if file.is_file() else (None, [_missing(place)])
    if node is not None:
        try:
            mapping = Mapping.model_validate(node.plain)
        except ValidationError as error:
            findings += [explain(fault, node, place, Mapping) for fault in error.errors()]
        else:
            if not findings:
                return _composed(mapping)
    raise Invalid(findings)


def _composed(mapping: Mapping) -> Mapping:
    """The same with the names of the log's values in NFC, as they are read from the log."""
    return mapping.model_copy(
        update={
            "channels": {nfc(name): channel for name, channel in mapping.channels.items()},
            "activities": {nfc(name): activity for name, activity in mapping.activities.items()},
        }
    )


def _missing(place: str) -> Finding:
    return Finding("missing-file", place, "không có tệp này", "this file does not exist")


def _wrong(kind: str, vi: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("sheet", "{en}", {"kind": kind, "vi": vi, "en": en})
