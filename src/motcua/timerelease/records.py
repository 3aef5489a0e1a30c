"""The one question a study asks of the records: its declarations and their stamps, as they were known at a moment."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection

from motcua.casework.registry import calendars
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.people.models import Office
from motcua.timerelease.round import Clockwork, Measured, Records, elapsed, measure, told
from motcua.timerelease.study import Study, find_study

# An event counts when it was known at the moment, had happened by the end of the follow-up, and nobody had voided it.
_KNOWN = """
e.recorded_at <= %(as_of)s and e.happened_at <= %(seen)s and not exists (
    select 1 from casework_event v where v.case_id = e.case_id and v.voids = e.number and v.recorded_at <= %(as_of)s
)
"""

_CASES = f"""
select d.case_id, c.office, d.flow, d.regime,
    coalesce((
        select e.details->>'channel' from casework_event e where e.case_id = d.case_id and e.kind = 'channelled' and {_KNOWN}
        order by e.number desc limit 1
    ), '') as channel,
    exists (select 1 from casework_event e where e.case_id = d.case_id and e.kind = 'cancelled' and {_KNOWN}) as cancelled
from declarations_declaration d join casework_case c on c.id = d.case_id
where c.office = any(%(offices)s) and exists (
    select 1 from casework_event e
    where e.case_id = d.case_id and e.kind = %(kind)s and e.happened_at >= %(first)s and e.happened_at < %(last)s
        and {_KNOWN}
)
order by d.case_id
"""

_STAMPS = {
    "declaration": f"""
select e.case_id, e.kind, e.happened_at from casework_event e
where e.case_id = any(%(cases)s) and e.kind = any(%(kinds)s) and {_KNOWN}
""",
    "inspection": f"""
select distinct d.case_id, e.kind, e.happened_at
from declarations_declaration d join nsw_goods g on g.declaration_key = d.key
join casework_event e on e.case_id = g.inspection_id
where d.case_id = any(%(cases)s) and e.kind = any(%(kinds)s) and {_KNOWN}
""",
    "movement": f"""
select distinct r.declaration_id, e.kind, e.happened_at
from declarations_reference r join manifest_bill b on b.live and b.key in (r.compare_key, substr(r.compare_key, 5))
    and r.compare_key in (b.key, upper(b.carrier) || b.key)
join casework_event e on e.case_id = b.movement_id
where r.kind = 'bill' and r.declaration_id = any(%(cases)s) and e.kind = any(%(kinds)s) and {_KNOWN}
""",
}

CHANNELS = {"1": "green", "2": "yellow", "3": "red", "": "none"}
_AT = pl.Datetime("us", "UTC")


def records(study: Study, as_of: datetime) -> Records:
    """The declarations whose window stamp fell into the window, with every stamp of theirs the study defines."""
    midnight = time(tzinfo=VIETNAM)
    seen = min(as_of, datetime.combine(study.follow_up_end + timedelta(days=1), midnight))
    asked: dict[str, Any] = {
        "as_of": as_of, "seen": seen, "offices": list(study.offices),
        "kind": study.milestones[study.window.milestone].event,
        "first": datetime.combine(study.window.first, midnight),
        "last": datetime.combine(study.window.last + timedelta(days=1), midnight),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CASES, asked)
        found = cursor.fetchall()
        cases = pl.DataFrame(
            [(str(case), office, flow, regime, CHANNELS.get(channel, channel), off)
             for case, office, flow, regime, channel, off in found],
            schema={
                "case": pl.String, "office": pl.String, "flow": pl.String, "regime": pl.String, "channel": pl.String,
                "cancelled": pl.Boolean,
            },
            orient="row",
        )  # fmt: skip
        stamps: list[tuple[str, str, datetime]] = []
        for source, codes in _by_source(study).items():
            cursor.execute(
                _STAMPS[source], {**asked, "cases": [row[0] for row in found], "kinds": list(codes)}
            )
            stamps += [(str(case), code, at) for case, kind, at in cursor.fetchall() for code in codes[kind]]
    return Records(
        cases,
        pl.DataFrame(stamps, schema={"case": pl.String, "milestone": pl.String, "at": _AT}, orient="row"),
        seen,
    )


def _by_source(study: Study) -> dict[str, dict[str, list[str]]]:
    """Source -> kind of event -> the stamps it gives."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, one in study.milestones.items():
        found[one.source][one.event].append(code)
    return found


def clockwork(study: Study) -> Clockwork:
    """Elapsed time as it is; working time as what the study's calendar has counted since before its first stamp."""
    if study.calendar is None:
        return elapsed
    if study.calendar not in calendars():
        raise Refused(
            f"Không có lịch {study.calendar!r}; đang có: {', '.join(sorted(calendars()))}.",
            f"There is no calendar {study.calendar!r}; there are: {', '.join(sorted(calendars()))}.",
            place="calendar",
        )
    hours = calendars()[study.calendar]
    anchor = datetime.combine(study.window.first - timedelta(days=60), time(tzinfo=VIETNAM))

    def worked(moments: pl.Series) -> pl.Series:
        return pl.Series(
            [
                hours.between(anchor, at) // timedelta(microseconds=1) if at >= anchor
                else -(hours.between(at, anchor) // timedelta(microseconds=1))
                for at in moments
            ],
            dtype=pl.Int64,
        )  # fmt: skip

    return worked


def measured(study: Study, as_of: datetime) -> Measured:
    """One round, worked out of the records as they were known at the moment."""
    return measure(study, records(study, as_of), clockwork(study))


def answer(study: Study, as_of: datetime, against: Study | None = None) -> dict[str, object]:
    """What the command and the page show: the round, its comparison, the moment the records were asked."""
    branches = Office.objects.filter(kind="branch").values_list("code", flat=True)
    base = measured(against, as_of) if against is not None else None
    return {"as_of": as_of.isoformat(), **told(measured(study, as_of), branches, base)}


def folder() -> Path:
    """Where the definitions lie."""
    return Path(settings.STUDIES)


def find(text: str) -> Study:
    """A saved study by name, perhaps with other days."""
    return find_study(folder(), text)
