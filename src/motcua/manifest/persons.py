"""Crew, passengers and the sick are kept apart from the papers, for a time."""

from __future__ import annotations

from datetime import datetime

from motcua.lib.vietnamese import VIETNAM
from motcua.manifest.models import Persons


def erase_persons(now: datetime) -> bool:
    """Forget the persons of versions whose time of keeping is over; True when there may be more."""
    today = now.astimezone(VIETNAM).date()
    old = list(Persons.objects.filter(keep_until__lt=today).values_list("pk", flat=True)[:200])
    if old:
        Persons.objects.filter(pk__in=old).delete()
    return len(old) == 200
