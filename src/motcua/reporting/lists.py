"""One address for every list: indicators, cells of form II.06a, and what is told under it."""

from __future__ import annotations

from datetime import datetime

from motcua.casework.figures import Count, Period
from motcua.reporting.apart import NAMES, apart
from motcua.reporting.form06a import cell
from motcua.reporting.indicators import indicator


def count_of(code: str, period: Period, as_of: datetime) -> Count:
    """
    The figure and the rows of any code: `dossiers.late`, `06a:20BB:8`, `06a:withdrawn`.

    Raises Refused with the nearest known codes.
    """
    if code.startswith("06a:"):
        name = code.removeprefix("06a:")
        return apart(name, period, as_of) if name in NAMES else cell(code, period, as_of)
    return indicator(code).measure(period, as_of)
