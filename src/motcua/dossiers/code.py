"""
The legal code of a dossier: the office's unit code, the day it came, the number of that day.

Circular 01/2018/TT-VPCP art. 19 writes `000.00.15.H49-200914-0001`; Decision 20/2020/QD-TTg turned the unit code round,
`H49.15.00.000-…` (its exact grouping is unverified). Both orders are read; the one of the day is written.
A supplement never changes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from motcua.casework.record import LEDGER_LOCK
from motcua.exchange.prepared import ask
from motcua.lib.errors import Malformed, Refused

# In force from 15/09/2020 as far as known (unverified); before that day the older order is written.
REVERSED_SINCE = date(2020, 9, 15)

_OLD = re.compile(r"(?P<unit>\d{3}(?:\.\d{2}){2}\.[GHKT]\d{2})-(?P<day>\d{6})-(?P<number>\d{4,6})")
_NEW = re.compile(
    r"(?P<unit>[GHKT]\d{2}(?:\.\d{2}){2}\.\d{3}|[GHKT]\d{2}(?:\.\d{1,3}){0,3})-(?P<day>\d{6})-(?P<number>\d{4,6})"
)


@dataclass(frozen=True)
class DossierCode:
    """A parsed code: `unit` in the older order, whichever order was written."""

    unit: str
    on: date
    number: int

    def __str__(self) -> str:
        unit = self.unit if self.on < REVERSED_SINCE else ".".join(reversed(self.unit.split(".")))
        return f"{unit}-{self.on:%y%m%d}-{self.number:04d}"


def parse(text: str) -> DossierCode:
    """Read a code in either national order; Malformed says what the code should look like."""
    tidy = re.sub(r"\s+", "", text).upper()
    match = _OLD.fullmatch(tidy)
    turned = _NEW.fullmatch(tidy) if match is None else None
    found = match or turned
    if found is not None:
        unit = found["unit"] if match else ".".join(reversed(found["unit"].split(".")))
        day = found["day"]
        try:
            return DossierCode(
                unit, date(2000 + int(day[:2]), int(day[2:4]), int(day[4:])), int(found["number"])
            )
        except ValueError:
            pass
    raise Malformed(
        f"'{text}' không phải mã hồ sơ. Mã có dạng 000.00.15.H49-200914-0001 hoặc H49.15.00.000-200914-0001: "
        "mã đơn vị, ngày tiếp nhận (năm tháng ngày), số thứ tự trong ngày.",
        f"'{text}' is not a dossier code. It looks like 000.00.15.H49-200914-0001 or H49.15.00.000-200914-0001: "
        "unit code, day received (yymmdd), number of that day.",
        place="code",
    )


def next_code(unit: str, on: date) -> DossierCode:
    """
    The next code of an office's day. The counter's row stays locked until commit: ask for it late in a transaction.

    A rolled-back filing gives its number back, so the day's numbers have no holes.
    """
    series = f"dossier {unit} {on:%y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into casework_counter (series, last) values (%s, 1) "
            "on conflict (series) do update set last = casework_counter.last + 1 returning last",
            [series],
        )
        row = cursor.fetchone()
    return DossierCode(unit, on, int(row[0]))


class Given(NamedTuple):
    """What an office's day gives a new dossier: its code, the office's calendar, ids for the case and the files it brings."""

    code: DossierCode
    calendar: str
    case: int
    files: list[int]


# The lock comes first in the list: ids of events may only be given out under it (see motcua.casework.record).
_GIVE = """
with office as (
  select dossier_unit, calendar from people_office
  where code = %(office)s and receives_dossiers and valid_from <= %(on)s and (valid_to is null or valid_to >= %(on)s)
), counter as (
  insert into casework_counter (series, last)
  select 'dossier ' || dossier_unit || %(day)s, 1 from office
  on conflict (series) do update set last = casework_counter.last + 1 returning last
)
select pg_advisory_xact_lock_shared(%(lock)s), dossier_unit, calendar, last,
  nextval(pg_get_serial_sequence('casework_case', 'id')),
  array(select nextval(pg_get_serial_sequence('casework_attachment', 'id')) from generate_series(1, %(files)s))
from office, counter
"""


def give_code(office: str, on: date, *, files: int = 0) -> Given:
    """
    The next code at an office that takes dossiers on this day: `next_code` and all else one must know, in one question.

    Refused when the office does not exist, is gone, or takes no dossiers.
    """
    values = {"office": office, "on": on, "day": f" {on:%y%m%d}", "files": files, "lock": LEDGER_LOCK}
    row = ask(_GIVE, values)
    if row is None:
        raise Refused(
            f"Đơn vị {office} không tiếp nhận hồ sơ vào ngày {on:%d/%m/%Y}.",
            f"The office {office} does not take dossiers on {on:%d/%m/%Y}.",
            place="office",
        )
    _, unit, calendar, last, case, ids = row
    return Given(DossierCode(unit, on, int(last)), calendar, case, list(ids))
