"""
Many papers at once: the same thinking as `actions.lodge` (papers.take_paper), written in sets through `record_many`.

For a backlog of small messages and for the demo year. A call that is in the register already is not touched here: the
caller files its papers one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from motcua.casework.batch import Filing, Written, record_many
from motcua.casework.copying import copy_models
from motcua.casework.record import NewEvent
from motcua.lib.errors import Refused
from motcua.manifest import register
from motcua.manifest.approvals import clearance_details
from motcua.manifest.documents import Manifest, Sheet
from motcua.manifest.identity import call_keys, direction_of, new_movement
from motcua.manifest.models import Approval, Bill, ClearancePaper, Container, Movement, Persons, Version
from motcua.manifest.numbers import bill_key
from motcua.manifest.papers import Lodging, Papers, Taken, take_paper
from motcua.manifest.rules.rule import Known
from motcua.procedures.catalogue import local_date


@dataclass(frozen=True)
class Item:
    """One paper to be filed: who sent it, when it came, when it is recorded, in which message."""

    document: Sheet
    by: str
    organisation: int | None
    at: datetime
    recorded_at: datetime
    channel: str = "message"
    message: int | None = None


@dataclass(frozen=True)
class Happening:
    """What else happened to a call: an agency's word, the clearance, the port's times."""

    kind: str
    at: datetime
    by: str
    details: Mapping[str, Any] = field(default_factory=dict)


Also = Callable[[str], Iterable[Happening]]


@dataclass
class _Life:
    """A movement while the batch is filing its papers."""

    papers: Papers
    first: Item
    office: str
    taken: list[tuple[Item, Taken]] = field(default_factory=list)
    happened: list[Happening] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    clearance: ClearancePaper | None = None


def is_known(documents: Iterable[Sheet]) -> bool:
    """Whether the register has a movement of one of these calls already."""
    keys = {key for document in documents for key in call_keys(document.call)}
    return Movement.objects.filter(call_key__in=keys).exclude(case__status="cancelled").exists()


@transaction.atomic
def lodge_many(
    items: Sequence[Item], *, also: Also = lambda key: (), digests: Mapping[int, str] | None = None
) -> Written:
    """
    File papers of calls that are new, in their order; `also` tells what else happened to the call of a key.

    Raises what `actions.lodge` raises at the first paper that is refused, and has then written nothing.
    """
    law, codes = register.law(), register.codes()
    known = _known_bills(items)
    offices = register.offices_known()
    lives: dict[str, _Life] = {}
    for item in items:
        call = item.document.call
        key = call_keys(call)[0]
        life = lives.get(key)
        if life is None:
            office = register.office_of(call, item.document.office, local_date(item.at), offices)
            life = lives[key] = _Life(Papers(new_movement(call), key), item, office)
        lodging = Lodging(
            item.document, item.at, item.by, item.organisation, item.channel, message=item.message
        )
        bills = known[direction_of(call)]
        taken = take_paper(law, codes, life.papers, lodging, _mine(item.document, bills, key), life.first.at)
        if taken.version.form == "house-bills":
            raise Refused(
                "Vận đơn thứ cấp được nhận từng bản.", "House bills are taken one by one.", place="bills"
            )
        for bill in taken.bills:
            bills[bill.key] = Known(key, False, bill.kind, bill.packages, bill.gross_kg)
        life.taken.append((item, taken))
    for key, life in lives.items():
        life.happened = list(also(key))
    return _write(list(lives.values()), digests)


def _known_bills(items: Sequence[Item]) -> dict[str, dict[str, Known]]:
    keys: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if isinstance(item.document, Manifest):
            way = direction_of(item.document.call)
            keys[way] |= {bill_key(bill.number, bill.carrier.code) for bill in item.document.bills}
    found: dict[str, dict[str, Known]] = defaultdict(dict)
    for way, wanted in keys.items():
        found[way] = register.bills_by_key(wanted, way, None, "manifest", None)
    return found


def _mine(document: Sheet, bills: Mapping[str, Known], key: str) -> Mapping[str, Known]:
    """Bills that this very call declared in the batch are its own."""
    if not isinstance(document, Manifest):
        return {}
    return {
        number: one._replace(mine=one.movement == key) for number, one in bills.items() if one.movement == key
    } | {
        number: bills[number]
        for number in (bill_key(bill.number, bill.carrier.code) for bill in document.bills)
        if number in bills and bills[number].movement != key
    }


# Writing --------------------------------------------------------------------------------------------------------


def _write(lives: list[_Life], digests: Mapping[int, str] | None) -> Written:
    _number(lives)
    words = [one for life in lives for one in life.happened if "agency" in one.details]
    approvals = iter(_ids(Approval, len(words)))
    filings = [_filing(life, approvals) for life in lives]
    written = record_many(filings, digests=digests)
    versions = [(life, item, taken) for life in lives for item, taken in life.taken]
    for (life, _, taken), pk in zip(versions, _ids(Version, len(versions)), strict=True):
        taken.version.pk = pk
        taken.version.movement_id = life.papers.movement.pk
        for bill in taken.bills:
            bill.movement_id, bill.version_id = life.papers.movement.pk, pk
            bill.live = life.papers.status != "cancelled"
        for box in taken.containers:
            box.movement_id, box.version_id = life.papers.movement.pk, pk
        if taken.persons is not None:
            taken.persons.version_id = pk
    _copy(Version, [taken.version for _, _, taken in versions])
    _copy(Persons, [taken.persons for _, _, taken in versions if taken.persons is not None])
    # Of a paper filed twice in the batch the last one is in force.
    last = {(life.papers.reference, taken.version.form): taken for life, _, taken in versions}
    _copy(Bill, [bill for taken in last.values() for bill in taken.bills])
    _copy(Container, [box for taken in last.values() for box in taken.containers])
    for life in lives:
        for approval in life.approvals:
            approval.movement_id = life.papers.movement.pk
        if life.clearance is not None:
            life.clearance.movement_id = life.papers.movement.pk
    _copy(Approval, [approval for life in lives for approval in life.approvals])
    _copy(ClearancePaper, [life.clearance for life in lives if life.clearance is not None])
    return written


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    if rows:
        copy_models(model, rows)


def _number(lives: list[_Life]) -> None:
    years: dict[int, list[_Life]] = defaultdict(list)
    for life in lives:
        years[local_date(life.first.at).year].append(life)
    for group in years.values():
        for life, reference in zip(
            group, register.next_references(group[0].first.at, len(group)), strict=True
        ):
            life.papers.reference = reference


def _filing(life: _Life, approvals: Any) -> Filing:
    movement, papers = life.papers.movement, life.papers
    events: list[NewEvent] = []
    for item, taken in life.taken:
        for kind, details in taken.events:
            events.append(
                NewEvent(
                    kind=kind, at=item.at, recorded_at=item.recorded_at, actor=item.by, channel=item.channel,
                    details=details, message=item.message,
                )
            )  # fmt: skip
    for one in life.happened:
        events.append(_happening(one, life, approvals))
    events.sort(key=lambda event: event.recorded_at)
    first = life.first
    new = register.new_case(
        movement, papers.reference, life.office, first.channel, first.organisation, first.at
    )
    return Filing(new, events, movement)


def _happening(one: Happening, life: _Life, approvals: Any) -> NewEvent:
    movement, papers = life.papers.movement, life.papers
    details = dict(one.details)
    if "agency" in details:
        details["approval"] = next(approvals)
        life.approvals.append(
            Approval(
                pk=details["approval"], agency=details["agency"], approves=one.kind == "approved",
                reason=str(details.pop("reason", "")), said_at=one.at, said_by=one.by,
            )
        )  # fmt: skip
    elif one.kind == "cleared":
        number = f"{papers.reference}-1"
        details = clearance_details(movement, number, 0)
        life.clearance = ClearancePaper(number=number, issued_at=one.at, issued_by=one.by)
        papers.status = "cleared"
    elif one.kind == "cancelled":
        papers.status = "cancelled"
    elif one.kind == "arrived":
        movement.ata = one.at
    elif one.kind == "departed":
        movement.atd = one.at
    if one.kind in {"cleared", "cancelled"}:
        movement.live_key = None
        movement.next_due_at, movement.next_due = None, ""
    return NewEvent(
        kind=one.kind,
        at=one.at,
        recorded_at=one.at,
        actor=one.by,
        channel=life.first.channel,
        details=details,
    )


def _ids(model: type[models.Model], count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]
