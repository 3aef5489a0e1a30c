"""
The one door for writing: `record` for one event, `begin` (in begin.py) for a case with its first event, `record_many` (in
batch.py) for many cases and events.

Nothing else inserts into Event, and nothing else writes what is derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.casework.derive import Derived, Facts, derive, facts
from motcua.casework.lifecycle import VOIDED, Past
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
        raise known_already(new.reference) from error


def known_already(reference: str) -> Duplicate:
    """The refusal of a reference that is in the register, with the case that has it."""
    return Duplicate(
        f"Số {reference} đã có trong sổ.",
        f"{reference} is already in the register.",
        place="reference",
        first=Case.objects.filter(reference=reference).first(),
    )


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
    refuse_the_future(kind, at, recorded)
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


def refuse_the_future(kind: str, at: datetime, recorded: datetime) -> None:
    """What lies ahead of its recording by more than clocks differ is a typing error."""
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
