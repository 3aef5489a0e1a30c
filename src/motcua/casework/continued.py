"""Cases that a batch carries on: read and locked together, brought up to date together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from motcua.casework.derive import Derived
from motcua.casework.lifecycle import Past
from motcua.casework.models import details_of_row
from motcua.exchange.prepared import ask_all
from motcua.lib.worktime import Limit


class Known(NamedTuple):
    """What is stored of a case, as far as a batch needs it."""

    pk: int
    kind: str
    reference: str
    office: str
    procedure: str
    channel: str
    limit: Limit | None
    calendar: str
    last_number: int
    last_recorded_at: datetime | None
    head: bytes
    derived: Derived


_KNOWN = (
    "id", "kind", "reference", "office", "procedure", "channel", "limit_text", "calendar", "last_number",
    "last_recorded_at", "head", *Derived._fields,
)  # fmt: skip
_CARRIED = (*Derived._fields, "last_number", "last_recorded_at", "head")
_TYPES = {
    "received_at": "timestamptz", "finished_at": "timestamptz", "closed_at": "timestamptz", "due_at": "timestamptz",
    "used": "bigint", "last_number": "integer", "last_recorded_at": "timestamptz", "head": "bytea",
}  # fmt: skip

_ARRAYS = ", ".join(f"%s::{_TYPES.get(name, 'text')}[]" for name in _CARRIED)
# An array of arrays would have to be a rectangle, so the reasons of a pause travel as one text.
_CASTS = {"paused_for": "::varchar[]"}
_CARRY_ON = (
    f"update casework_case c set {', '.join(f'{name} = v.{name}{_CASTS.get(name, str())}' for name in _CARRIED)} "
    f"from unnest(%s::bigint[], {_ARRAYS}) as v (id, {', '.join(_CARRIED)}) where c.id = v.id"
)
_CLOSE = (
    "update casework_standing s set known_to = v.known_to from unnest(%s::bigint[], %s::timestamptz[]) as v (id, known_to) "
    "where s.case_id = v.id and s.known_to is null"
)
_PASTS = (
    "select case_id, number, kind, happened_at, voids, details::text, recorded_at from casework_event "
    "where case_id = any(%s) order by case_id, number"
)


def lock_known(references: list[str]) -> list[Known]:
    """The cases of these references, locked in one order: two batches can never wait for each other in a circle."""
    rows = ask_all(
        f"select {', '.join(_KNOWN)} from casework_case where reference = any(%s) order by id for update",
        [references],
    )
    found = []
    for (
        pk,
        kind,
        reference,
        office,
        procedure,
        channel,
        limit,
        calendar,
        number,
        recorded,
        head,
        *derived,
    ) in rows:
        found.append(
            Known(
                pk, kind, reference, office, procedure, channel, _limit(limit), calendar, number, recorded, bytes(head),
                Derived(*derived),
            )
        )  # fmt: skip
    return found


@cache
def _limit(text: str) -> Limit | None:
    return Limit.from_text(text) if text else None


def pasts(cases: list[int]) -> dict[int, list[tuple[Past, datetime]]]:
    """The events of cases as the fold sees them, in order, with the times they were recorded."""
    found: dict[int, list[tuple[Past, datetime]]] = defaultdict(list)
    for pk, number, kind, happened, voids, details, recorded in ask_all(_PASTS, [cases]):
        found[pk].append((Past(number, kind, happened, voids, details_of_row(details)), recorded))
    return found


def carry_on(cases: Iterable[tuple[int, Derived, int, datetime, bytes]]) -> None:
    """Write what is derived of each case (by id), its last number, when that was recorded, and its head."""
    rows = [
        (
            pk,
            *derived._replace(paused_for="{" + ",".join(f'"{one}"' for one in derived.paused_for) + "}"),  # type: ignore[arg-type]
            number,
            recorded,
            head,
        )
        for pk, derived, number, recorded, head in cases
    ]
    if rows:
        ask_all(_CARRY_ON, _columns(rows))


def close_lines(closed: Sequence[tuple[int, datetime]]) -> None:
    """End the lines of the reports that were known until now."""
    if closed:
        ask_all(_CLOSE, _columns(closed))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
