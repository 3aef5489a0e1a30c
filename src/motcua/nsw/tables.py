"""The tables of inspections as this site reads them: once a process, from the law folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from motcua.law.inspections import Inspections, load_inspections


@cache
def _load(folder: Path) -> Inspections:
    return load_inspections(folder)


def inspections() -> Inspections:
    """All rules of all ministries; Invalid when the law folder has faults."""
    return _load(settings.LAW)
