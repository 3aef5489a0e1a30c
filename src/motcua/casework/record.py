"""
The one door for writing: `record` for one event, `record_many` (in batch.py) for many cases and events.

Nothing else inserts into Event, and nothing else writes what is derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from motcua.casework.derive import Derived, Facts, derive, facts
from motcua.casework.lifecycle import VOIDED, Past, State
from motcua.casework.models import Case, Channel, Event, Standing
from motcua.casework.registry import lifecycle, office_hours
from motcua.exchange.models import Message
from motcua.lib.digest import event_digest
from motcua.lib.errors import Duplicate, Refused
from motcua.lib.vietnamese import fold, nfc
from motcua.lib.worktime import Limit
from motcua.people.actor import Actor

# Every writer holds this advisory lock in shared mode until it commits; the sealer takes it alone for a moment, and so
# knows that no event with a smaller id can still appear (ids are given before commit, not at commit).
LEDGER_LOCK = 0x6D6F7463

# Two machines' clocks may differ a little; what lies further ahead is a typing error.
FUTURE_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What is fixed when a case is opened; the limit and calendar come from the sheet in force on that day."""

    kind: str
    reference: str
    office: str
    channel: str
    opened_at: datetime
    procedure: str = ""
    sheet_since: date | None = None
    calendar: str = ""
    limit: Limit | None = None
    organisation: int | None = None
    label: str = ""
    search: str = ""

    def columns(self) -> dict[str, Any]:
        """The values of the fixed columns of `Case`."""
        label = nfc(self.label)[:300]
        return {
            "kind": self.kind,
            "reference": self.reference,
            "office": self.office,
            "procedure": self.procedure,
            "sheet_since": self.sheet_since,
            "calendar": self.calendar,
            "limit_text": self.limit.to_text() if self.limit else "",
            "channel": self.channel,
            "organisation": self.organisation,
            "label": label,
            "search": fold(f"{self.reference} {label} {self.search}")[:400],
            "opened_at": self.opened_at,
        }


@dataclass(kw_only=True, slots=True)
class NewEvent:
    """An event about to be recorded in a batch."""

    kind: str
    at: datetime
    recorded_at: datetime
    actor: str
    channel: str
    details: Mapping[str, Any] = field(default_factory=dict)
    message: int | None = None
    voids: int | None = None


@transaction.atomic
def open_case(new: NewCase) -> Case:
    """
    Open a case with no event yet; its first `record` must follow in the same transaction.

    Raises Duplicate when the reference is known, carrying the case that has it.
    """
    try:
        with transaction.atomic():
            return Case.objects.create(**new.columns())
    except IntegrityError as error:
        if "reference_is_unique" not in str(error):
            raise
        raise _known(new.reference) from error


def _known(reference: str) -> Duplicate:
    return Duplicate(
        f"Số {reference} đã có trong sổ.",
        f"{reference} is already in the register.",
        place="reference",
        first=Case.objects.filter(reference=reference).first(),
    )


@transaction.atomic
def begin(
    new: NewCase,
    kind: str,
    *,
    at: datetime,
    actor: Actor,
    details: Mapping[str, Any] | None = None,
    message: Message | None = None,
    recorded_at: datetime | None = None,
) -> tuple[Case, Event]:
    """
    Open a case with its first event: what `open_case` and `record` do one after the other, in two statements.

    The same checks, the same `derive`, the same rows, and a test says so; but nothing is read back, locked or written
    twice, because nobody else can know the case yet. Raises what the two raise.
    """
    recorded = recorded_at or timezone.now()
    _not_in_the_future(kind, at, recorded)
    case = Case(**new.columns())
    known = dict(details or {})
    table, state, past = lifecycle(case.kind), State(), Past(1, kind, at, None, known)
    step = table.require(state, kind, at)
    table.check_details(kind, known)
    table.advance(state, past, step)
    apply(case, derive(state, case.limit, office_hours(case.calendar)))
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('casework_case', 'id')), pg_advisory_xact_lock_shared(%s)",
            [LEDGER_LOCK],
        )
        case.pk = cursor.fetchone()[0]
    case.head = event_digest(
        bytes(32), case=case.pk, number=1, kind=kind, happened_at=at, recorded_at=recorded, actor=actor.key,
        channel=case.channel, details=known, voids=None, message=message.sha256 if message else None,
    )  # fmt: skip
    case.last_number, case.last_recorded_at = 1, recorded
    event = Event(
        case=case, number=1, kind=kind, happened_at=at, recorded_at=recorded, actor=actor.key, channel=case.channel,
        details=known, message=message, digest=case.head,
    )  # fmt: skip
    _insert_both(case, event)
    if facts(Derived(*(getattr(case, name) for name in Derived._fields))) is not None:
        remember(case, recorded)
    return case, event


def _insert_both(case: Case, event: Event) -> None:
    """Case and event in one statement; Duplicate, and nothing written, when the reference is known."""
    first, second = _row(case), _row(event)
    sql = (
        f"with opened as (insert into casework_case ({', '.join(first)}) values ({_marks(first)}) "
        "on conflict (reference) do nothing returning id) "
        f"insert into casework_event ({', '.join(second)}) select {_marks(second)} from opened returning id, stored_at"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*first.values(), *second.values()])
        row = cursor.fetchone()
    if row is None:
        raise _known(case.reference)
    event.pk, event.stored_at = row
    for one in (case, event):
        one._state.adding, one._state.db = False, connection.alias


def _row(instance: models.Model) -> dict[str, Any]:
    """The columns of an unsaved row, without those the database fills in itself."""
    return {
        str(field.column): field.get_db_prep_save(getattr(instance, field.attname), connection)
        for field in instance._meta.concrete_fields
        if field.db_default is models.NOT_PROVIDED and not (field.primary_key and instance.pk is None)
    }


def _marks(row: Mapping[str, Any]) -> str:
    return ", ".join(["%s"] * len(row))


@transaction.atomic
def record(
    case: Case,
    kind: str,
    *,
    at: datetime,
    actor: Actor,
    channel: str = Channel.ONLINE,
    details: Mapping[str, Any] | None = None,
    message: Message | None = None,
    recorded_at: datetime | None = None,
    voids: int | None = None,
) -> Event:
    """
    Append one event to a case and bring the case up to date; `case` is refreshed in place.

    `at` is when it happened (aware); `recorded_at` defaults to now and never runs backwards inside a case.
    Raises NotAllowed (wrong status: somebody was faster), Refused (out of order, in the future, unknown details).
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [LEDGER_LOCK])
    table = lifecycle(locked.kind)
    recorded = _never_backwards(recorded_at or timezone.now(), locked.last_recorded_at)
    _not_in_the_future(kind, at, recorded)
    events = locked.events.order_by("number")
    if kind != VOIDED:
        # Only what moves the case is read back: a case with thousands of observations costs no more than another.
        events = events.filter(kind__in=[*table.moving, VOIDED])
    history = [Past(*row) for row in events.values_list("number", "kind", "happened_at", "voids", "details")]
    number = locked.last_number + 1
    known = dict(details or {})
    past = Past(number, kind, at, voids, known)
    if kind == VOIDED:
        state = table.strike(history, past)
    else:
        state = table.fold(history)
        step = table.require(state, kind, at)
        table.check_details(kind, past.details)
        table.advance(state, past, step)
    digest = event_digest(
        bytes(locked.head), case=locked.pk, number=number, kind=kind, happened_at=at, recorded_at=recorded,
        actor=actor.key, channel=channel, details=known, voids=voids,
        message=message.sha256 if message else None,
    )  # fmt: skip
    event = Event.objects.create(
        case=locked, number=number, kind=kind, happened_at=at, recorded_at=recorded, actor=actor.key, channel=channel,
        details=known, message=message, voids=voids, digest=digest,
    )  # fmt: skip
    locked.last_number, locked.last_recorded_at, locked.head = number, recorded, digest
    apply(locked, derive(state, locked.limit, office_hours(locked.calendar)))
    locked.save()
    remember(locked, recorded)
    case.__dict__.update({key: value for key, value in locked.__dict__.items() if key != "_state"})
    return event


def void(
    case: Case, number: int, *, at: datetime, actor: Actor, reason: str, recorded_at: datetime | None = None
) -> Event:
    """Strike out event `number` with a reason. Only the last event that counts may be struck out: undoing is done in view."""
    return record(
        case, VOIDED, at=at, actor=actor, details={"reason": reason}, voids=number, recorded_at=recorded_at
    )


def _not_in_the_future(kind: str, at: datetime, recorded: datetime) -> None:
    if at > recorded + FUTURE_TOLERANCE:
        raise Refused(
            f"Thời điểm {at:%Y-%m-%d %H:%M} UTC còn ở tương lai; hãy nhập lúc việc đã xảy ra.",
            f"{at:%Y-%m-%d %H:%M} UTC lies in the future; give the time at which it happened.",
            place=kind,
        )


def _never_backwards(recorded: datetime, last: datetime | None) -> datetime:
    """A clock set back must not make a later event look earlier known: reports as of a date would change."""
    return recorded if last is None or recorded >= last else last


def apply(case: Case, derived: Derived) -> None:
    """Write the derived values onto the case in memory."""
    for name, value in zip(Derived._fields, derived, strict=True):
        setattr(case, name, value)


def remember(case: Case, recorded: datetime) -> None:
    """Keep the bitemporal line of the reports: close the version known so far, open the new one, if they differ."""
    now = facts(Derived(*(getattr(case, name) for name in Derived._fields)))
    current = Standing.objects.filter(case=case, known_to=None).first()
    if current is not None and _same(current, now):
        return
    if current is not None and current.known_from == recorded:
        # Known for no time at all: nobody can have reported it, and the version before it may hold on.
        current.delete()
        current = Standing.objects.filter(case=case, known_to=recorded).first()
        if current is not None and _same(current, now):
            Standing.objects.filter(pk=current.pk).update(known_to=None)
            return
    elif current is not None:
        Standing.objects.filter(pk=current.pk).update(known_to=recorded)
    if now is not None:
        Standing.objects.create(
            case=case, kind=case.kind, office=case.office, procedure=case.procedure, channel=case.channel,
            known_from=recorded, **now._asdict(),
        )  # fmt: skip


def _same(line: Standing, now: Facts | None) -> bool:
    return now == (line.received_at, line.finished_at, line.due_at, line.verdict, line.outcome)
