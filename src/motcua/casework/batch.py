"""
`record_many`: the door for feeds, imports and replays. The same table, the same checks, the same `derive` as `record`;
only the writing is set-based, with COPY. A test shows that both doors leave the same rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models, transaction
from psycopg.errors import UniqueViolation

from motcua.casework.continued import carry_on, close_lines, lock_known, pasts
from motcua.casework.copying import NULL, copy_lines, copy_models, copy_rows, escaped, hexadecimal, line
from motcua.casework.derive import Derived, Facts, carried, derive, facts
from motcua.casework.lifecycle import VOIDED, Past, State
from motcua.casework.models import Case, Event, Standing
from motcua.casework.record import LEDGER_LOCK, NewCase, NewEvent
from motcua.casework.recount import rebuild
from motcua.casework.registry import lifecycle, office_hours
from motcua.casework.rows import Row
from motcua.exchange.models import Message
from motcua.exchange.prepared import ask_all
from motcua.lib.digest import details_text, digest_of_texts, event_digest, utc_text
from motcua.lib.errors import Duplicate, Refused
from motcua.lib.worktime import Limit

_CASE = (
    "id", "kind", "reference", "office", "procedure", "sheet_since", "calendar", "limit_text", "channel", "organisation",
    "label", "search", "opened_at", *Derived._fields, "last_number", "last_recorded_at", "head",
)  # fmt: skip
# The ids of events and lines are given by the tables' own sequences.
_EVENT = (
    "case_id", "number", "kind", "happened_at", "recorded_at", "actor", "channel", "details", "message_id", "voids", "digest",
)  # fmt: skip
_STANDING = (
    "case_id", "kind", "office", "procedure", "channel", *Facts._fields, "known_from", "known_to",
)  # fmt: skip


@dataclass(frozen=True)
class Filing:
    """
    A case to be opened with its events in order, and the domain row that goes with it: an unsaved object, or for feeds of
    thousands a bare Row. Its `case` is filled in here.
    """

    new: NewCase
    events: Sequence[NewEvent]
    subject: models.Model | Row | None = None


@dataclass(frozen=True)
class Continuation:
    """More events for a case that exists or is opened by the same call, found by its reference."""

    reference: str
    events: Sequence[NewEvent]


@dataclass
class Written:
    """How many rows a batch wrote."""

    cases: int = 0
    events: int = 0
    standings: int = 0


@dataclass(slots=True)
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
        self.cases: list[str] = []
        self.events: list[str] = []
        self.standings: list[list[Any]] = []
        self.subjects: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self.rows: dict[type[models.Model], list[Mapping[str, Any]]] = defaultdict(list)
        self.continued: list[_Life] = []
        self.closed: list[tuple[int, datetime]] = []
        self.digests: dict[int, str] = {}
        # Many events of a batch share a moment of recording, and a line shares its moments with its events.
        self.moments: dict[datetime, str] = {}

    def live(self, life: _Life, events: Sequence[NewEvent]) -> None:
        """Carry one case over its new events: check, chain, derive, and note each version the reports will have known."""
        table, hours = lifecycle(life.kind), office_hours(life.calendar)
        telling, past = table.telling, life.past
        state = table.fold(past) if past else State()
        last = len(events) - 1
        # What is stored was counted by the calendar of its day: a batch always counts anew, once.
        told = True
        for index, new in enumerate(events):
            kind, recorded = new.kind, new.recorded_at
            life.number = number = life.number + 1
            event = Past(number, kind, new.at, new.voids, new.details)
            if life.recorded is not None and recorded < life.recorded:
                raise Refused(
                    f"Sự kiện {number} ghi lúc {recorded} trước sự kiện liền trước ({life.recorded}).",
                    f"Event {number} is recorded at {recorded}, before the one preceding ({life.recorded}).",
                    place=kind,
                )
            if new.at > recorded:
                raise Refused(
                    f"Sự kiện {number} xảy ra ({new.at}) sau khi được ghi ({recorded}).",
                    f"Event {number} happened ({new.at}) after it was recorded ({recorded}).",
                    place=kind,
                )
            life.recorded = recorded
            if kind == VOIDED:
                state = table.strike(past, event)
            else:
                step = table.require(state, kind, new.at)
                table.check_details(kind, new.details)
                table.advance(state, event, step)
            past.append(event)
            self._chain(life, new)
            told = told or kind in telling
            if told and (index == last or events[index + 1].recorded_at != recorded):
                life.derived = derive(state, life.limit, hours)
                self._remember(life, recorded)
                told = False
        if life.derived is not None:
            life.derived = carried(life.derived, state)

    def _moment(self, moment: datetime, place: str = "") -> str:
        text = self.moments.get(moment)
        if text is None:
            text = self.moments[moment] = utc_text(moment, place)
        return text

    def timed(self, value: Any) -> Any:
        """A moment as the text it is known by already; anything else as it is."""
        return self._moment(value) if type(value) is datetime else value

    def _chain(self, life: _Life, new: NewEvent) -> None:
        message = self.digests[new.message] if new.message is not None else None
        happened = self._moment(new.at, "happened_at")
        recorded = self._moment(new.recorded_at, "recorded_at")
        details = details_text(new.details)
        digest = (
            digest_of_texts(
                life.head, life.pk, life.number, new.kind, happened, recorded, new.actor, new.channel, details,
                new.voids, message,
            )
            if details is not None
            else None
        )  # fmt: skip
        if digest is None:
            digest = event_digest(
                life.head, case=life.pk, number=life.number, kind=new.kind, happened_at=new.at,
                recorded_at=new.recorded_at, actor=new.actor, channel=new.channel, details=new.details, voids=new.voids,
                message=message,
            )  # fmt: skip
            details = json.dumps(new.details, ensure_ascii=False)
        life.head = digest
        assert details is not None
        self.events.append(
            f"{life.pk}\t{life.number}\t{_word(new.kind)}\t{happened}\t{recorded}\t{_word(new.actor)}\t"
            f"{_word(new.channel)}\t{details if details == '{}' else escaped(details)}\t"
            f"{NULL if new.message is None else new.message}\t{NULL if new.voids is None else new.voids}\t"
            f"{hexadecimal(digest)}\n"
        )

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
        if self.cases:
            copy_lines(Case, _CASE, self.cases)
        for model, subjects in self.subjects.items():
            copy_models(model, subjects)
        for model, rows in self.rows.items():
            copy_rows(model, rows)
        carry_on(
            (life.pk, life.derived, life.number, life.recorded, life.head)
            for life in self.continued
            if life.derived is not None and life.recorded is not None
        )
        close_lines(self.closed)
        if self.events:
            copy_lines(Event, _EVENT, self.events)
        if self.standings:
            copy_lines(Standing, _STANDING, (line(map(self.timed, row)) for row in self.standings))
        for life in self.continued:
            if life.rewrite:
                _rewrite(life)
        return Written(len(self.cases), len(self.events), len(self.standings))


@cache
def _word(text: str) -> str:
    """Kinds, channels and actors: few, and the same over and over."""
    return escaped(str(text))


@transaction.atomic
def record_many(
    filings: Iterable[Filing],
    continuations: Iterable[Continuation] = (),
    *,
    message: Message | None = None,
    digests: Mapping[int, str] | None = None,
) -> Written:
    """
    Open many cases with their events, and carry others on, in one transaction: all of it stands, or nothing.

    An event that does not fit raises as in `record`, with the case's reference as its place. A reference already in the
    register raises Duplicate. `message` names the one message all events come from, where there is one; `digests` the
    SHA-256 of each message, where the caller has them.
    """
    filings, continuations = list(filings), list(continuations)
    ask_all("select pg_advisory_xact_lock_shared(%s)", [LEDGER_LOCK])
    batch = _Batch()
    if digests is not None:
        batch.digests = dict(digests)
    elif message is not None:
        batch.digests = {message.pk: message.sha256}
    else:
        batch.digests = _message_digests([*filings, *continuations])
    more: dict[str, list[NewEvent]] = defaultdict(list)
    for continuation in continuations:
        more[continuation.reference].extend(continuation.events)
    for filing, pk in zip(filings, _numbers(Case, len(filings)), strict=True):
        _open(batch, filing, pk, more.pop(filing.new.reference, ()))
    if more:
        _continue(batch, more)
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


def _open(batch: _Batch, filing: Filing, pk: int, more: Sequence[NewEvent]) -> None:
    new = filing.new
    life = _Life(pk, new.kind, new.office, new.procedure, new.channel, new.limit, new.calendar)
    _at_place(new.reference, batch, life, [*filing.events, *more] if more else filing.events)
    assert life.derived is not None
    columns = new.columns()
    assert tuple(columns) == _CASE[1:13]
    batch.cases.append(
        line(
            (
                pk,
                *(columns[name] for name in _CASE[1:13]),
                *life.derived,
                life.number,
                life.recorded,
                life.head,
            )
        )
    )
    if isinstance(filing.subject, Row):
        batch.rows[filing.subject.model].append({**filing.subject.values, "case_id": pk})
    elif filing.subject is not None:
        filing.subject.pk = pk
        batch.subjects[type(filing.subject)].append(filing.subject)


def _continue(batch: _Batch, wanted: Mapping[str, list[NewEvent]]) -> None:
    cases = lock_known(list(wanted))
    missing = sorted(set(wanted) - {case.reference for case in cases})
    if missing:
        raise Refused(
            f"Không có trong sổ: {', '.join(missing[:5])} ({len(missing)}).",
            f"Not in the register: {', '.join(missing[:5])} ({len(missing)}).",
            place=missing[0],
        )
    told = pasts([case.pk for case in cases])
    for case in cases:
        life = _Life(
            case.pk, case.kind, case.office, case.procedure, case.channel, case.limit, case.calendar,
            head=case.head, number=case.last_number, recorded=case.last_recorded_at,
            past=[past for past, _ in told[case.pk]], known=facts(case.derived), derived=case.derived,
        )  # fmt: skip
        life.rewrite = wanted[case.reference][0].recorded_at == case.last_recorded_at
        _at_place(case.reference, batch, life, wanted[case.reference])
        batch.continued.append(life)


def _rewrite(life: _Life) -> None:
    """Replace the lines of a case by what its events say, as `recount` would."""
    _, versions = rebuild(life.kind, life.calendar, life.limit, pasts([life.pk])[life.pk])
    Standing.objects.filter(case=life.pk).delete()
    fixed = (life.pk, life.kind, life.office, life.procedure, life.channel)
    copy_lines(Standing, _STANDING, [line((*fixed, *version)) for version in versions])


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
    sql = "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)"
    return [number for (number,) in ask_all(sql, [model._meta.db_table, count])]


def _key_of(error: Exception) -> str:
    """The reference PostgreSQL names in `Key (reference)=(…) already exists`."""
    text = str(error)
    return text[text.find("=(") + 2 : text.find(") already")] if "=(" in text else text
