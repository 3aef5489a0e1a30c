"""Looks up, once, what the project's registry names by dotted path."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.casework.lifecycle import Lifecycle
from motcua.law.calendars import load_calendars
from motcua.lib.worktime import OfficeHours


@cache
def lifecycle(kind: str) -> Lifecycle:
    """The lifecycle table of a kind of case."""
    return cast(Lifecycle, import_string(settings.LIFECYCLES[kind]))


@cache
def calendars() -> dict[str, OfficeHours]:
    """The office calendars of the law folder, by name."""
    return load_calendars(settings.LAW / "calendars")


def office_hours(name: str) -> OfficeHours:
    """One calendar by name; the one of the customs offices when a case pins none."""
    return calendars()[name or "customs-offices"]
