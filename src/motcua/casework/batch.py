"""
`record_many`: the door for feeds, imports and replays. The same table, the same checks, the same `derive` as `record`;
only the writing is set-based, with COPY. A test shows that both doors leave the same rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from psycopg.errors import UniqueViolation

from motcua.casework.derive import Derived, Facts, derive, facts
from motcua.casework.lifecycle import VOIDED, Past, State
from motcua.casework.models import Case, Event, Standing
from motcua.casework.record import LEDGER_LOCK, NewCase, NewEvent
from motcua.casework.recount import rebuild
from motcua.casework.registry import lifecycle, office_hours
from motcua.exchange.models import Message
from motcua.lib.digest import event_digest
from motcua.lib.errors import Duplicate, Refused
from motcua.lib.worktime import Limit

_CASE = (
    "id", "kind", "reference", "office", "procedure", "sheet_since", "calendar", "limit_text", "channel", "organisation",
    "label", "search", "opened_at", *Derived._fields, "last_number", "last_recorded_at", "head",
)  # fmt: skip
_EVENT = (
    "id", "case_id", "number", "kind", "happened_at", "recorded_at", "actor", "channel", "details", "message_id",
    "voids", "digest",
)  # fmt: skip
_STANDING = (
    "case_id", "kind", "office", "procedure", "channel", *Facts._fields, "known_from", "known_to",
)  # fmt: skip


@dataclass(frozen=True)
class Filing:
    """A case to be opened with its events in order, and the domain row that goes with it (its `case` is filled in here)."""

    new: NewCase
    events: Sequence[NewEvent]
    subject: models.Model | None = None


@dataclass(frozen=True)
class Continuation:
    """More events for a case that exists, found by its reference."""

    reference: str
    events: Sequence[NewEvent]


@dataclass
class Written:
    """How many rows a batch wrote."""

    cases: int = 0
    events: int = 0
    standings: int = 0


@dataclass
class _Life:
    """A case while the batch is writing it."""

    pk: int
    kind: str
    office: str
    procedure: str
    channel: str
    limit: Limit | None
    calendar: str
    head: bytes = bytes(32)
    number: int = 0
    recorded: datetime | None = None
    past: list[Past] = field(default_factory=list)
    known: Facts | None = None
    row: list[Any] | None = None
    # Carried on at the very moment at which it was last recorded: its lines are written anew, not closed for no time.
    rewrite: bool = False
    derived: Derived | None = None


class _Batch:
    """The rows of one call, gathered before anything is written."""

    def __init__(self) -> None:
        self.cases: list[tuple[Any, ...]] = []
        self.events: list[list[Any]] = []
        self.standings: list[list[Any]] = []
        self.subjects: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self.continued: list[_Life] = []
        self.closed: list[tuple[int, datetime]] = []
        self.digests: dict[int, str] = {}

    def live(self, life: _Life, events: Sequence[NewEvent]) -> None:
        """Carry one case over its new events: check, chain, derive, and note each version the reports will have known."""
        table, hours = lifecycle(life.kind), office_hours(life.calendar)
        state = table.fold(life.past) if life.past else State()
        last = len(events) - 1
        for index, new in enumerate(events):
            life.number += 1
            past = Past(life.number, new.kind, new.at, new.voids, new.details)
            if life.recorded is not None and new.recorded_at < life.recorded:
                raise Refused(
                    f"Sự kiện {life.number} ghi lúc {new.recorded_at} trước sự kiện liền trước ({life.recorded}).",
                    f"Event {life.number} is recorded at {new.recorded_at}, before the one preceding ({life.recorded}).",
                    place=new.kind,
                )
            if new.at > new.recorded_at:
                raise Refused(
                    f"Sự kiện {life.number} xảy ra ({new.at}) sau khi được ghi ({new.recorded_at}).",
                    f"Event {life.number} happened ({new.at}) after it was recorded ({new.recorded_at}).",
                    place=new.kind,
                )
            life.recorded = new.recorded_at
            if new.kind == VOIDED:
                state = table.strike(life.past, past)
            else:
                step = table.require(state, new.kind, new.at)
                table.check_details(new.kind, new.details)
                table.advance(state, past, step)
            life.past.append(past)
            self._chain(life, new)
            if index == last or events[index + 1].recorded_at != new.recorded_at:
                life.derived = derive(state, life.limit, hours)
                self._remember(life, new.recorded_at)

    def _chain(self, life: _Life, new: NewEvent) -> None:
        message = self.digests[new.message] if new.message is not None else None
        life.head = event_digest(
            life.head, case=life.pk, number=life.number, kind=new.kind, happened_at=new.at,
            recorded_at=new.recorded_at, actor=new.actor, channel=new.channel, details=new.details, voids=new.voids,
            message=message,
        )  # fmt: skip
        details = json.dumps(new.details, ensure_ascii=False) if new.details else "{}"
        self.events.append([
            None, life.pk, life.number, new.kind, new.at, new.recorded_at, new.actor, new.channel, details,
            new.message, new.voids, life.head,
        ])  # fmt: skip

    def _remember(self, life: _Life, recorded: datetime) -> None:
        assert life.derived is not None
        now = facts(life.derived)
        if now == life.known or life.rewrite:
            return
        if life.known is not None:
            if life.row is not None:
                life.row[-1] = recorded
            else:
                self.closed.append((life.pk, recorded))
        life.row = None
        if now is not None:
            life.row = [life.pk, life.kind, life.office, life.procedure, life.channel, *now, recorded, None]
            self.standings.append(life.row)
        life.known = now

    def write(self) -> Written:
        """COPY every row; the caller's transaction decides whether they stay."""
        ids = iter(_numbers(Event, len(self.events)))
        for row in self.events:
            row[0] = next(ids)
        _copy(Case, _CASE, self.cases)
        for model, subjects in self.subjects.items():
            copy_models(model, subjects)
        self._write_continued()
        _copy(Event, _EVENT, self.events)
        _copy(Standing, _STANDING, self.standings)
        for life in self.continued:
            if life.rewrite:
                _rewrite(life)
        return Written(len(self.cases), len(self.events), len(self.standings))

    def _write_continued(self) -> None:
        columns = [*Derived._fields, "last_number", "last_recorded_at", "head"]
        if self.continued:
            assignments = ", ".join(f"{name} = %s" for name in columns)
            values = [
                (*(life.derived or ()), life.number, life.recorded, life.head, life.pk)
                for life in self.continued
            ]
            with connection.cursor() as cursor:
                cursor.executemany(f"update casework_case set {assignments} where id = %s", values)
        if self.closed:
            with connection.cursor() as cursor:
                cursor.executemany(
                    "update casework_standing set known_to = %s where case_id = %s and known_to is null",
                    [(recorded, pk) for pk, recorded in self.closed],
                )


@transaction.atomic
def record_many(
    filings: Iterable[Filing], continuations: Iterable[Continuation] = (), *, message: Message | None = None
) -> Written:
    """
    Open many cases with their events, and carry others on, in one transaction: all of it stands, or nothing.

    An event that does not fit raises as in `record`, with the case's reference as its place. A reference already in the
    register raises Duplicate. `message` names the one message all events come from, where there is one.
    """
    filings, continuations = list(filings), list(continuations)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [LEDGER_LOCK])
    batch = _Batch()
    batch.digests = (
        _message_digests([*filings, *continuations]) if message is None else {message.pk: message.sha256}
    )
    for filing, pk in zip(filings, _numbers(Case, len(filings)), strict=True):
        _open(batch, filing, pk)
    if continuations:
        _continue(batch, continuations)
    try:
        with transaction.atomic():
            return batch.write()
    except UniqueViolation as error:  # COPY speaks for psycopg itself, not through Django's wrappers
        if "reference_is_unique" not in str(error):
            raise
        raise Duplicate(
            f"Có số đã ở trong sổ: {_key_of(error)}", f"A reference is in the register already: {_key_of(error)}",
            place="reference",
        ) from error  # fmt: skip


def _open(batch: _Batch, filing: Filing, pk: int) -> None:
    new = filing.new
    life = _Life(pk, new.kind, new.office, new.procedure, new.channel, new.limit, new.calendar)
    _at_place(new.reference, batch, life, filing.events)
    assert life.derived is not None
    columns = new.columns()
    batch.cases.append(
        (pk, *(columns[name] for name in _CASE[1:13]), *life.derived, life.number, life.recorded, life.head)
    )
    if filing.subject is not None:
        filing.subject.pk = pk
        batch.subjects[type(filing.subject)].append(filing.subject)


def _continue(batch: _Batch, continuations: Sequence[Continuation]) -> None:
    wanted: dict[str, list[NewEvent]] = defaultdict(list)
    for continuation in continuations:
        wanted[continuation.reference].extend(continuation.events)
    # Locked in one order, so that two batches can never wait for each other in a circle.
    cases = list(Case.objects.select_for_update().filter(reference__in=wanted).order_by("pk"))
    missing = sorted(set(wanted) - {case.reference for case in cases})
    if missing:
        raise Refused(
            f"Không có trong sổ: {', '.join(missing[:5])} ({len(missing)}).",
            f"Not in the register: {', '.join(missing[:5])} ({len(missing)}).",
            place=missing[0],
        )
    pasts: dict[int, list[Past]] = defaultdict(list)
    rows = Event.objects.filter(case__in=cases).order_by("case_id", "number")
    for row in rows.values_list("case_id", "number", "kind", "happened_at", "voids", "details"):
        pasts[row[0]].append(Past(*row[1:]))
    for case in cases:
        life = _Life(
            case.pk, case.kind, case.office, case.procedure, case.channel, case.limit, case.calendar,
            head=bytes(case.head), number=case.last_number, recorded=case.last_recorded_at, past=pasts[case.pk],
            known=facts(Derived(*(getattr(case, name) for name in Derived._fields))),
        )  # fmt: skip
        life.rewrite = wanted[case.reference][0].recorded_at == case.last_recorded_at
        _at_place(case.reference, batch, life, wanted[case.reference])
        batch.continued.append(life)


def _rewrite(life: _Life) -> None:
    """Replace the lines of a case by what its events say, as `recount` would."""
    events = Event.objects.filter(case=life.pk).order_by("number")
    rows = events.values_list("number", "kind", "happened_at", "voids", "details", "recorded_at")
    _, versions = rebuild(life.kind, life.calendar, life.limit, [(Past(*row[:5]), row[5]) for row in rows])
    Standing.objects.filter(case=life.pk).delete()
    fixed = (life.pk, life.kind, life.office, life.procedure, life.channel)
    _copy(Standing, _STANDING, [(*fixed, *version) for version in versions])


def _at_place(reference: str, batch: _Batch, life: _Life, events: Sequence[NewEvent]) -> None:
    """Run the case, and say which one it was when something does not fit."""
    try:
        batch.live(life, events)
    except Refused as error:
        error.place = f"{reference}, {error.place}" if error.place else reference
        raise


def _message_digests(parts: Sequence[Filing | Continuation]) -> dict[int, str]:
    wanted = {event.message for part in parts for event in part.events if event.message is not None}
    return dict(Message.objects.filter(pk__in=wanted).values_list("pk", "sha256")) if wanted else {}


def _numbers(model: type[models.Model], count: int) -> list[int]:
    """The next `count` ids of a table's own sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {model._meta.db_table} ({names}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def copy_models(model: type[models.Model], subjects: Sequence[models.Model]) -> None:
    """COPY rows of a domain table; an `id` that is not set is given by the table's own sequence."""
    given = bool(subjects) and subjects[0].pk is not None
    fields = [
        f
        for f in model._meta.concrete_fields
        if f.column and not f.generated and (given or not f.primary_key)
    ]
    names = [f.attname for f in fields]
    # psycopg writes plain values itself; only JSON needs Django's hand. Asking every field would take a tenth of a load.
    prepared = [(i, f) for i, f in enumerate(fields) if isinstance(f, models.JSONField)]

    def rows() -> Iterator[list[Any]]:
        for subject in subjects:
            row = [getattr(subject, name) for name in names]
            for i, f in prepared:
                row[i] = f.get_db_prep_save(row[i], connection)
            yield row

    _copy(model, [f.column for f in fields if f.column], rows())


def _key_of(error: Exception) -> str:
    """The reference PostgreSQL names in `Key (reference)=(…) already exists`."""
    text = str(error)
    return text[text.find("=(") + 2 : text.find(") already")] if "=(" in text else text
