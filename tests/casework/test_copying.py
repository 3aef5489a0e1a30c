"""Lines for COPY: what PostgreSQL reads out of them is what was put in."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection

from motcua.casework.batch import Filing, record_many
from motcua.casework.copying import line
from motcua.casework.derive import Derived, derive, facts
from motcua.casework.lifecycle import VOIDED, Lifecycle, Past, Step
from motcua.casework.models import Case, Event, Standing
from motcua.casework.record import NewCase, NewEvent
from motcua.casework.registry import lifecycle, office_hours
from motcua.config.registry import LIFECYCLES
from motcua.lib.errors import Refused
from motcua.lib.worktime import Limit, Unit

pytestmark = pytest.mark.django_db

HANOI = timezone(timedelta(hours=7))
COLUMNS = "n bigint, word text, flag boolean, amount numeric, at timestamptz, day date, bytes bytea, words text[], more jsonb"
ROWS: list[tuple[Any, ...]] = [
    (1, "plain", True, Decimal("1.50"), datetime(2020, 3, 2, 1, tzinfo=UTC), date(2020, 3, 2), b"\x00\xff\\", ["a"], {}),
    (-2, "tab\tnew\nline\rback\\slash\\N \\. \v\f\b", False, Decimal("-3E+5"), datetime(1, 1, 1, tzinfo=UTC),
     date(9999, 12, 31), b"", ["a b", 'quo"te', "back\\slash", "com,ma", "{x}", "", "null", "tab\t"], {"a\\": ["\t\n", '"', 1]}),
    (None, None, None, None, None, None, None, None, None),
    (2**62, "Đông Á \U0001f6a2", True, Decimal(0), datetime(2020, 3, 2, 8, 0, 0, 1, tzinfo=HANOI), date(1, 1, 1), b"x", [],
     {"ệ": "ệ", "none": None, "list": [1, {"b": True}]}),
    (0, "", False, Decimal("0.10"), datetime(2020, 3, 2, tzinfo=UTC), date(2020, 1, 1), memoryview(b"abc"), ["\\N"], {"é": ""}),
]  # fmt: skip


def test_postgresql_reads_what_was_written() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table lines ({COLUMNS}) on commit drop")
        with cursor.copy("copy lines from stdin") as copy:
            copy.write("".join(map(line, ROWS)).encode())
        cursor.execute("select * from lines")
        found = [
            (*row[:6], row[6] and bytes(row[6]), *row[7:8], row[8] if row[8] is None else _json(row[8]))
            for row in cursor.fetchall()
        ]
    assert found == [(*row[:6], row[6] and bytes(row[6]), *row[7:]) for row in ROWS]


def _json(value: Any) -> Any:
    import json

    return json.loads(value) if isinstance(value, str) else value


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        line([{1}])


START = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)
ODD = "tab\t back\\slash \\N new\nline “ệ” ệ"


def some_details(table: Lifecycle, step: Step) -> dict[str, Any] | None:
    """Details that the step takes; None when no simple ones fit."""
    needed = [one for one in fields(step.details) if one.default is MISSING] if step.details else []
    details = {one.name: 1 if "int" in str(one.type) else "2 working_hours" for one in needed}
    try:
        table.check_details(step.kind, details)
    except Refused:
        return None
    return details


def walk(kind: str, seed: int) -> list[NewEvent]:
    """Some way through the table, with pauses and slips; several events are now and then recorded at one moment."""
    random, table = Random(f"{kind} {seed}"), lifecycle(kind)
    at = recorded = START
    past: list[Past] = []
    events: list[NewEvent] = []
    state = table.fold(past)
    for number in range(1, random.randrange(2, 12)):
        choices = [
            (step, details)
            for step in table.choices(state.status)
            if (details := some_details(table, step)) is not None
        ]
        if not choices:
            break
        step, details = random.choice(choices)
        at += timedelta(minutes=random.choice((0, 7, 90, 900, 4000)))
        if at > recorded or random.random() < 0.5:
            recorded = max(recorded, at + timedelta(minutes=random.randrange(600)))
        past.append(Past(number, step.kind, at, None, details))
        table.advance(state, past[-1], table.require(state, step.kind, at))
        events.append(
            NewEvent(kind=step.kind, at=at, recorded_at=recorded, actor=ODD, channel="desk", details=details)
        )
        moving = [one for one in past if one.voids is None and table.step(one.kind).moves]
        if number > 1 and past[-1] in moving and len(moving) > 1 and random.random() < 0.1:
            events.append(
                NewEvent(kind=VOIDED, at=at, recorded_at=recorded, actor="x", channel="desk", voids=number)
            )
            break
    return events


def naive(kind: str, limit: Limit, events: list[NewEvent]) -> tuple[Derived, list[tuple[Any, ...]]]:
    """Everything counted anew from all events after every moment of recording."""
    hours = office_hours("customs-offices")
    past = [Past(i, e.kind, e.at, e.voids, e.details) for i, e in enumerate(events, 1)]
    versions: list[tuple[Any, ...]] = []
    for recorded in sorted({event.recorded_at for event in events}):
        known = past[: sum(event.recorded_at <= recorded for event in events)]
        now = facts(derive(lifecycle(kind).fold(known), limit, hours))
        if versions and versions[-1][0] == now:
            continue
        if versions:
            versions[-1] = (*versions[-1][:-1], recorded)
        versions.append((now, recorded, None))
    found = [(*now, since, until) for now, since, until in versions if now is not None]
    return derive(lifecycle(kind).fold(past), limit, hours), found


@pytest.mark.parametrize("kind", sorted(LIFECYCLES))
def test_nothing_is_lost_by_counting_only_after_events_that_tell(kind: str) -> None:
    limit = Limit(8, Unit.WORKING_HOURS)
    walks = {f"{kind}-{seed}": events for seed in range(60) if (events := walk(kind, seed))}
    assert walks
    record_many(
        Filing(
            NewCase(
                kind=kind, reference=reference, office="20BB", channel="desk", opened_at=START, limit=limit,
                calendar="customs-offices", label=ODD,
            ),
            events,
        )
        for reference, events in walks.items()
    )  # fmt: skip
    for case in Case.objects.filter(reference__in=walks):
        derived, versions = naive(kind, limit, walks[case.reference])
        assert Derived(*(getattr(case, name) for name in Derived._fields)) == derived
        lines = Standing.objects.filter(case=case).order_by("known_from")
        columns = ("received_at", "finished_at", "due_at", "verdict", "outcome", "known_from", "known_to")
        assert list(lines.values_list(*columns)) == versions
    assert set(Event.objects.exclude(kind=VOIDED).values_list("actor", flat=True)) == {ODD}
