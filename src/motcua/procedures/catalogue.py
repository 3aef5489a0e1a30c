"""The law sheets of this department, loaded once and kept in memory; the files are the truth, there is no mirror table."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from motcua.law.load import load
from motcua.law.parameters import Parameters, load_parameters
from motcua.law.sheets import Catalogue

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@cache
def catalogue() -> Catalogue:
    """All sheets of all times; raises Invalid with every fault of every file when the folder is broken."""
    return load(settings.LAW)


@cache
def parameters() -> Parameters:
    """The dated values (fees, wages) that sheets name."""
    return load_parameters(settings.LAW)


def local_date(moment: datetime) -> date:
    """The day a moment falls on in Vietnam: sheets come into force on days, not at instants."""
    return moment.astimezone(ZONE).date()
