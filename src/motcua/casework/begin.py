"""
Opening a case with its first event and the domain rows that belong to it, in two statements.

What `open_case`, `record` and several `save` do one after the other: the same checks, the same `derive`, the same rows,
and a test says so. But nothing is read back, locked or written twice, because nobody else can know the case yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from motcua.casework.derive import Derived, derive, facts
from motcua.casework.lifecycle import Past, State
from motcua.casework.models import Case, Event
from motcua.casework.record import LEDGER_LOCK, NewCase, apply, known_already, refuse_the_future, remember
from motcua.casework.registry import lifecycle, office_hours
from motcua.casework.rows import Row, as_json, has_id, insertion, row_of, values_of, written
from motcua.exchange.models import Message
from motcua.exchange.prepared import ask
from motcua.lib.digest import event_digest
from motcua.people.actor import Actor

Others = Callable[[Case, Event], Sequence[Row]]


def begin(
    new: NewCase,
    kind: str,
    *,
    at: datetime,
    actor: Actor,
    details: Mapping[str, Any] | None = None,
    message: Message | None = None,
    recorded_at: datetime | None = None,
    number: int | None = None,
    others: Others = lambda case, event: (),
) -> tuple[Case, Event]:
    """
    Open a case with its first event; `others` gives the rows that belong to it, once its id and digest are known.

    To be called inside a transaction. Raises what `open_case` and `record` raise, and has then written nothing.
    `number` is the id of the case, where the caller has drawn it already, holding the ledger's lock.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("begin() writes half a filing: call it inside transaction.atomic()")
    recorded = recorded_at or timezone.now()
    refuse_the_future(kind, at, recorded)
    case = Case(**new.columns())
    known = dict(details or {})
    _derive(case, Past(1, kind, at, None, known))
    case.pk = number or _first_number()
    case.head = event_digest(
        bytes(32), case=case.pk, number=1, kind=kind, happened_at=at, recorded_at=recorded, actor=actor.key,
        channel=case.channel, details=known, voids=None, message=message.sha256 if message else None,
    )  # fmt: skip
    case.last_number, case.last_recorded_at = 1, recorded
    event = Event(
        case=case, number=1, kind=kind, happened_at=at, recorded_at=recorded, actor=actor.key, channel=case.channel,
        details=known, message=message, digest=case.head,
    )  # fmt: skip
    _insert(case, event, others(case, event))
    if facts(Derived(*(getattr(case, name) for name in Derived._fields))) is not None:
        remember(case, recorded)
    return case, event


def _derive(case: Case, first: Past) -> None:
    """What the case is after its first event; refuses a first event that may not be one."""
    table, state = lifecycle(case.kind), State()
    step = table.require(state, first.kind, first.happened_at)
    table.check_details(first.kind, first.details)
    table.advance(state, first, step)
    apply(case, derive(state, case.limit, office_hours(case.calendar)))


def _first_number() -> int:
    """The case's id, with the ledger's lock held: ids of events are only given out under it."""
    sql = "select nextval(pg_get_serial_sequence('casework_case', 'id')), pg_advisory_xact_lock_shared(%s)"
    row = ask(sql, [LEDGER_LOCK])
    assert row is not None
    return int(row[0])


def _insert(case: Case, event: Event, others: Sequence[Row]) -> None:
    """
    Everything in one statement; foreign keys are checked at COMMIT, so the order does not matter.

    Duplicate when the reference is known: then no case is inserted, and the other rows hang on its insertion.
    """
    rows = [row_of(case), *others, row_of(event)]
    sql = _statement(tuple((row.model, has_id(row)) for row in rows))
    stored = ask(sql, [as_json([values_of(row) for row in rows])])
    if stored is None:
        raise known_already(case.reference)
    event.pk, event.stored_at = stored
    written([case, event])


@cache
def _statement(kinds: tuple[tuple[type[models.Model], bool], ...]) -> str:
    """The statement for rows of these tables in this order: the case first, its event last."""
    parts = ["given as materialized (select %s::jsonb as rows)"]
    last = len(kinds) - 1
    for number, (model, with_id) in enumerate(kinds):
        place, source, tail, name = f"given.rows->{number}", "given, opened", "", f"row{number}"
        if number == 0:
            source, tail, name = "given", "on conflict (reference) do nothing returning id", "opened"
        if number == last:
            return f"with {', '.join(parts)} {insertion(model, with_id, place, source, 'returning id, stored_at')}"
        parts.append(f"{name} as ({insertion(model, with_id, place, source, tail)})")
    raise ValueError("a case needs a first event")
