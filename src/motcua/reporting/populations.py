"""
The dossiers of form II.06a as four populations: received, settled, open before the period, open at its end.

Each is one set-based query over the standings known at `as_of`. The form groups them, a cell's list narrows them, the
indicators count them: there is no second way to a number.

* received   received_at in the period                         index standing_received
* settled    finished_at in the period                         index standing_finished
* open at t  received before t and not finished before t       indexes standing_unfinished and standing_lasting

A dossier counts once: the law sheet says whether a procedure is counted by the one-stop desk (cases of kind dossier) or by
the customs core (cases of kind declaration).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from motcua.casework.figures import KNOWN, Period, Rows, cut
from motcua.lib.vietnamese import VIETNAM
from motcua.procedures.catalogue import catalogue
from motcua.reporting.mapping import state_mapping

# Which kind of case each counting system supplies.
SYSTEM_OF = {"dossier": "one-stop", "declaration": "customs-core"}

COLUMNS = "case_id as counted, office, procedure, channel, received_at, finished_at, due_at, verdict, outcome"

# The smallest step of the database's clock: the last instant before a moment.
INSTANT = timedelta(microseconds=1)


def received(period: Period, as_of: datetime) -> Rows:
    """Dossiers received during the period."""
    until = cut(period, as_of)
    return _standings(as_of, "received_at >= %s and received_at < %s", period.begins, until)


def settled(period: Period, as_of: datetime) -> Rows:
    """Dossiers finished during the period; `class` is early, on_time or late."""
    until = cut(period, as_of)
    rows = _standings(as_of, "finished_at >= %s and finished_at < %s", period.begins, until)
    # Giving a case up is never settling it early; lateness stays lateness.
    given_up = (
        "case when verdict = 'early' and outcome = any(%s::text[]) then 'on_time' else verdict end as class"
    )
    return Rows(f"select *, {given_up} from ({rows.sql}) as s", (state_mapping().never_early, *rows.params))


def carried_over(period: Period, as_of: datetime) -> Rows:
    """Dossiers received before the period and not finished before it: column 6, and column 11 of the period before."""
    return _open_at(period.begins, as_of)


def still_open(period: Period, as_of: datetime) -> Rows:
    """Dossiers open at the end of the period; `class` is overdue when the limit ran out before that end, else in_time."""
    until = cut(period, as_of)
    rows = _open_at(until, as_of)
    return Rows(
        f"select *, case when due_at < %s then 'overdue' else 'in_time' end as class from ({rows.sql}) as s",
        (until, *rows.params),
    )


def to_handle(period: Period, as_of: datetime) -> Rows:
    """Column 3: everything received during the period or carried over into it."""
    carried, new = carried_over(period, as_of), received(period, as_of)
    return Rows(f"{carried.sql} union all {new.sql}", (*carried.params, *new.params))


def _open_at(moment: datetime, as_of: datetime) -> Rows:
    """
    Received before `moment` and not finished before it, as known at `as_of`.

    Two searches, because every finished case leaves behind a version that was open without end: among unfinished versions the
    *known* interval is short, among finished ones the interval from receipt to result is.
    """
    unfinished = _standings(
        as_of,
        "finished_at is null and tstzrange(known_from, known_to) @> %s::timestamptz and received_at < %s",
        as_of,
        moment,
    )
    lasting = _standings(
        as_of,
        "finished_at is not null and tstzrange(received_at, finished_at) @> %s::timestamptz",
        moment - INSTANT,
    )
    return Rows(f"{unfinished.sql} union all {lasting.sql}", (*unfinished.params, *lasting.params))


def _standings(as_of: datetime, condition: str, *params: Any) -> Rows:
    counted, counted_params = _counted()
    return Rows(
        f"select {COLUMNS} from casework_standing where {condition} and {KNOWN} and ({counted})",
        (*params, as_of, as_of, *counted_params),
    )


def _counted() -> tuple[str, list[Any]]:
    """The condition that a case is counted here: its kind is what the sheet's counting system supplies."""
    conditions: list[str] = []
    params: list[Any] = []
    for kind, system in SYSTEM_OF.items():
        always, at_times = _counted_elsewhere(system)
        text = "kind = %s and not procedure = any(%s::text[])"
        params += [kind, always]
        for procedure, since, until in at_times:
            text += " and not (procedure = %s and received_at >= %s and received_at < %s)"
            params += [procedure, since, until]
        conditions.append(text)
    return " or ".join(f"({text})" for text in conditions), params


def _counted_elsewhere(system: str) -> tuple[list[str], list[tuple[str, datetime, datetime]]]:
    """Procedures that another system counts: those it always counts, and the times of those that changed hands."""
    always, at_times = [], []
    for procedure in catalogue().procedures():
        versions = catalogue().versions(procedure)
        if all(sheet.counted_by != system for sheet in versions):
            always.append(procedure)
        elif any(sheet.counted_by != system for sheet in versions):
            ends = [*(sheet.since for sheet in versions[1:]), date(9999, 1, 1)]
            at_times += [
                (procedure, _midnight(sheet.since), _midnight(end))
                for sheet, end in zip(versions, ends, strict=True)
                if sheet.counted_by != system
            ]
    return always, at_times


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
