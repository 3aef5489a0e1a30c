"""
The full fold: everything derived, rebuilt from events alone and compared with what is stored.

`recount` is the reference; `record` and `record_many` must agree with it, and a test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection, transaction

from motcua.casework.derive import Derived, Facts, carried, derive, facts
from motcua.casework.lifecycle import VOIDED, Past, State
from motcua.casework.models import Case, Standing, details_of_row
from motcua.casework.registry import lifecycle, office_hours
from motcua.lib.worktime import Limit


@dataclass
class Difference:
    """A case whose stored values are not what its events say."""

    reference: str
    names: list[str]


@dataclass
class Recount:
    """What a recount found; `differences` keeps the first thousand, `wrong` counts all."""

    cases: int = 0
    events: int = 0
    wrong: int = 0
    differences: list[Difference] = field(default_factory=list)


class _Stored(NamedTuple):
    """What is stored of a case."""

    id: int
    kind: str
    reference: str
    office: str
    procedure: str
    channel: str
    limit_text: str
    calendar: str
    last_number: int
    derived: tuple[Any, ...]


_CASE = (*_Stored._fields[:-1], *Derived._fields)
_EVENTS = "case_id, number, kind, happened_at, voids, details::text, recorded_at"
_STANDING = ("case_id", *Facts._fields, "known_from", "known_to")


def recount(
    *, repair: bool = False, share: tuple[int, int] = (0, 1), progress: Callable[[int], None] | None = None
) -> Recount:
    """
    Compare every case with its events; with `repair`, write what the events say.

    `share` = (k, n) takes the cases whose id is k modulo n, so that n processes can divide the work.
    """
    found = Recount()
    limits: dict[str, Limit | None] = {"": None}
    for number, (case, events, standings) in enumerate(_cases(share), 1):
        found.cases += 1
        found.events += len(events)
        text = case.limit_text
        limit = limits.get(text) if text in limits else limits.setdefault(text, Limit.from_text(text))
        derived, versions = rebuild(case.kind, case.calendar, limit, events)
        if derived != case.derived or case.last_number != len(events) or standings != versions:
            wrong = [
                name
                for name, ours, stored in zip(Derived._fields, derived, case.derived, strict=True)
                if ours != stored
            ]
            if case.last_number != len(events):
                wrong.append("last_number")
            if standings != versions:
                wrong.append("standing")
            found.wrong += 1
            if len(found.differences) < 1000:
                found.differences.append(Difference(case.reference, wrong))
            if repair:
                _repair(case, derived, versions)
        if progress and number % 5000 == 0:
            progress(5000)
    return found


def rebuild(
    kind: str, calendar: str, limit: Limit | None, events: list[tuple[Past, datetime]]
) -> tuple[Derived, list[tuple[Any, ...]]]:
    """What a case is, and every version the reports have known of it, from its events and the times they were recorded."""
    table, hours = lifecycle(kind), office_hours(calendar)
    telling = table.telling
    state, past = State(), []
    versions: list[tuple[Any, ...]] = []
    known: Facts | None = None
    derived: Derived | None = None
    last = len(events) - 1
    told = False
    for index, (event, recorded) in enumerate(events):
        past.append(event)
        if event.kind == VOIDED:
            state = table.fold(past)
        else:
            table.advance(state, event, table.step(event.kind))
        told = told or event.kind in telling
        if not told or (index < last and events[index + 1][1] == recorded):
            continue
        told = False
        derived = derive(state, limit, hours)
        now = facts(derived)
        if now != known:
            if known is not None:
                versions[-1] = (*versions[-1][:-1], recorded)
            if now is not None:
                versions.append((*now, recorded, None))
            known = now
    derived = derive(state, limit, hours) if derived is None else carried(derived, state)
    return derived, versions


def _cases(
    share: tuple[int, int],
) -> Iterator[tuple[_Stored, list[tuple[Past, datetime]], list[tuple[Any, ...]]]]:
    """Cases with their events and standings, by merging three streams in the order of case ids."""
    k, n = share
    fresh = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as outer:
        # All three streams must see the same moment; inside a caller's transaction its own isolation stands.
        outer.execute("set transaction isolation level repeatable read" if fresh else "select 1")
        raw = connection.connection
        # Binary: moments are read in C; as text each would pass through Python, and half the time of a recount with it.
        with (
            raw.cursor("cases", binary=True) as cases,
            raw.cursor("events", binary=True) as events,
            raw.cursor("standings", binary=True) as standings,
        ):
            cases.execute(
                f"select {', '.join(_CASE)} from casework_case where id %% %s = %s order by id", [n, k]
            )
            events.execute(
                f"select {_EVENTS} from casework_event where case_id %% %s = %s order by case_id, number",
                [n, k],
            )
            standings.execute(
                f"select {', '.join(_STANDING)} from casework_standing where case_id %% %s = %s order by case_id, known_from",
                [n, k],
            )
            of_events, of_standings = _Groups(_rows(events)), _Groups(_rows(standings))
            fixed = len(_Stored._fields) - 1
            for row in _rows(cases):
                case = _Stored._make((*row[:fixed], row[fixed:]))
                past = [(Past(e[1], e[2], e[3], e[4], _details(e[5])), e[6]) for e in of_events.take(row[0])]
                yield case, past, [s[1:] for s in of_standings.take(row[0])]


def _rows(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(10_000):
        yield from rows


@lru_cache(4096)
def _details(text: str) -> Mapping[str, Any]:
    """Few details differ from those of other cases, and nobody here changes them."""
    return MappingProxyType(details_of_row(text))


class _Groups:
    """Rows of a stream that is sorted by its first column, taken group by group."""

    def __init__(self, rows: Any) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next: tuple[int, Iterator[Any]] | None = next(self._groups, None)

    def take(self, key: int) -> list[Any]:
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != key:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _repair(case: _Stored, derived: Derived, versions: list[tuple[Any, ...]]) -> None:
    # Another connection would be needed to write while the streams read; the rows are few, so they are kept for later.
    pk = case.id
    transaction.on_commit(lambda: _write(pk, case, derived, versions))


def _write(pk: int, case: _Stored, derived: Derived, versions: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        Case.objects.filter(pk=pk).update(**derived._asdict())
        Standing.objects.filter(case_id=pk).delete()
        Standing.objects.bulk_create(
            Standing(
                case_id=pk, kind=case.kind, office=case.office, procedure=case.procedure, channel=case.channel,
                **dict(zip(_STANDING[1:], version, strict=True)),
            )
            for version in versions
        )  # fmt: skip
