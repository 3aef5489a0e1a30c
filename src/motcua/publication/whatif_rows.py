"""The database side of what-if: the period's dossiers of one procedure with their events, in one query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from motcua.casework.lifecycle import Past
from motcua.casework.registry import lifecycle, office_hours
from motcua.law.load import examine_draft
from motcua.law.sheets import NotInForce, Sheet
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.lib.limit import Limit
from motcua.lib.worktime import VIETNAM
from motcua.procedures.catalogue import catalogue
from motcua.publication.whatif import Dossier, WhatIf, replay

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SQL = """
select c.reference, c.office, c.channel, c.sheet_since, c.calendar, c.limit_text,
       json_agg(json_build_array(e.number, e.kind, (extract(epoch from e.happened_at) * 1000000)::bigint, e.voids,
                case when e.details = '{}'::jsonb then null else e.details end) order by e.number)::text
from casework_case c join casework_event e on e.case_id = c.id
where c.kind = %s and c.procedure = %s and c.received_at >= %s and c.received_at < %s
group by c.id order by c.received_at, c.id
"""


def draft(file: Path, procedure: str, since: date, folder: Path | None = None) -> tuple[Sheet, list[Finding]]:
    """The draft of a sheet with its warnings; Invalid with every fault and its line. An unknown procedure is refused first."""
    catalogue().versions(procedure)
    sheet, findings = examine_draft(folder or settings.LAW, file, procedure, since)
    if sheet is None:
        raise Invalid(findings)
    return sheet, findings


def current_sheet(procedure: str, on: date) -> Sheet:
    """The sheet in force on a day; the last one that ever was where the procedure has been abolished by then."""
    try:
        return catalogue().in_force(procedure, on)
    except NotInForce:
        started = [sheet for sheet in catalogue().versions(procedure) if sheet.since <= on]
        if not started:
            raise
        return started[-1]


def what_if(procedure: str, sheet: Sheet, first: date, last: date, now: datetime) -> WhatIf:
    """Replay the dossiers received from `first` to `last`, both counted, under the draft `sheet`."""
    if last < first:
        raise Refused(
            f"Ngày cuối {last:%d/%m/%Y} trước ngày đầu {first:%d/%m/%Y}.",
            f"The last day {last.isoformat()} is before the first, {first.isoformat()}.",
            place="to",
        )
    current = current_sheet(procedure, last)
    kind = "declaration" if current.counted_by == "customs-core" else "dossier"
    return replay(
        dossiers(procedure, kind, first, last), current, sheet,
        table=lifecycle(kind), hours=office_hours, now=now,
    )  # fmt: skip


def dossiers(procedure: str, kind: str, first: date, last: date) -> Iterator[Dossier]:
    """The cases of a procedure received in a period, each with its events."""
    start = datetime.combine(first, time(), VIETNAM)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    limits: dict[str, Limit | None] = {"": None}
    with transaction.atomic(), connection.connection.cursor("whatif") as cursor:
        cursor.execute(_SQL, [kind, procedure, start, end])
        for reference, office, channel, since, calendar, text, told in cursor:
            if text not in limits:
                limits[text] = Limit.from_text(text)
            yield Dossier(
                reference, office, channel, since.isoformat() if since else "", calendar, limits[text], _past(told)
            )  # fmt: skip


def _past(told: str) -> list[Past]:
    return [
        Past(number, kind, _EPOCH + timedelta(microseconds=moment), voids, details or {})
        for number, kind, moment, voids, details in json.loads(told)
    ]
