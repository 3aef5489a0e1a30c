"""Random but legal lives of cases, and the form counted again from their events in plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from motcua.casework.batch import Filing, record_many
from motcua.casework.derive import derive
from motcua.casework.figures import Period
from motcua.casework.lifecycle import VOIDED, Past, State
from motcua.casework.models import Case, Event
from motcua.casework.record import NewCase, NewEvent
from motcua.casework.registry import lifecycle, office_hours
from motcua.lib.worktime import Limit, Unit
from motcua.procedures.catalogue import catalogue

START = datetime(2020, 1, 2, 2, 0, tzinfo=UTC)
OFFICES = ("20BB", "20BC", "20CF")

# The last one is counted by the customs core: a dossier of it must not be counted again.
KINDS = (
    ("dossier", "tax/refund"),
    ("dossier", "enterprise/agent-staff-code"),
    ("declaration", "clearance/import-declaration"),
    ("declaration", "clearance/export-declaration"),
    ("dossier", "clearance/import-declaration"),
)
CHANNELS = ("online", "online", "desk", "post")
LIMITS = (Limit(8, Unit.WORKING_HOURS), Limit(3, Unit.WORKING_DAYS), Limit(40, Unit.WORKING_DAYS), None)

DETAILS: dict[str, dict[str, Any]] = {
    "transferred": {"holder": "handling"},
    "supplement_requested": {"items": ["invoice"]},
    "payment_requested": {"amount": "20000"},
    "paid": {"amount": "20000"},
    "step_done": {"step": "check"},
    "extended": {"extra": "1 working_days", "basis": "x"},
    "rescheduled": {"promised_at": "x", "code": "x"},
    "handed_over": {"way": "desk"},
    "rated": {"score": 5},
    "channelled": {"channel": 2},
    "lodged": {"version": 1},
    "supplemented": {"version": 2},
    "result_received": {"outcome": "passed"},
    "not_given": {"code": "x"},
    "given": {"declaration": "x"},
    "queried": {"code": "x"},
    "claimed": {"kind": "document", "mark": "x"},
    "entered": {"national_id": "1.000001", "version": 1},
    "dropped": {"kind": "document", "mark": "x"},
}
LEFT_OUT = {"extended", "rescheduled", "rated", "warned", "noted", "step_done", "amended"}


def new_case(reference: str, **changes: Any) -> NewCase:
    """A dossier at Móng Cái unless told otherwise."""
    values: dict[str, Any] = {
        "kind": "dossier", "reference": reference, "office": "20BB", "channel": "online", "opened_at": START,
        "procedure": "tax/refund", "calendar": "customs-offices", "limit": Limit(8, Unit.WORKING_HOURS),
    }  # fmt: skip
    return NewCase(**{**values, **changes})


def step(name: str, at: datetime, recorded: datetime | None = None, **details: Any) -> NewEvent:
    """An event with the details its step needs."""
    known = {**DETAILS.get(name, {}), **details}
    if name == "decided":
        known.setdefault("outcome", "approved")
    voids = known.pop("voids", None)
    return NewEvent(
        kind=name, at=at, recorded_at=recorded or at, actor="user:1", channel="desk", details=known, voids=voids
    )  # fmt: skip


def write(*filings: tuple[NewCase, Iterable[NewEvent]]) -> None:
    """Put cases into the register."""
    record_many([Filing(new, list(events)) for new, events in filings])


def random_filing(chance: Random, number: int, days: int) -> tuple[NewCase, list[NewEvent]]:
    """One case with a legal life somewhere in `days` days: late entries, pauses, withdrawals, reopenings, strikings-out."""
    kind, procedure = chance.choice(KINDS)
    table = lifecycle(kind)
    at = START + timedelta(minutes=chance.randrange(days * 1440))
    new = new_case(
        f"{kind}-{number:04d}", kind=kind, procedure=procedure, office=chance.choice(OFFICES),
        channel=chance.choice(CHANNELS), limit=chance.choice(LIMITS), opened_at=at,
    )  # fmt: skip
    events: list[NewEvent] = []
    past: list[Past] = []
    state = State()
    recorded = at
    for _ in range(chance.randrange(1, 12)):
        recorded = max(recorded, at) + timedelta(minutes=chance.choice((0, 0, 5, 2000)))
        moving = [event for event in _counting(past) if table.steps[event.kind].moves]
        if len(moving) > 1 and chance.random() < 0.12:
            event = step(VOIDED, recorded, recorded, reason="x", voids=moving[-1].number)
            past.append(Past(len(past) + 1, VOIDED, recorded, moving[-1].number, event.details))
            events.append(event)
            state = table.fold(past)
            at = state.last_at or at
            continue
        choices = [one for one in table.choices(state.status) if one.kind not in LEFT_OUT]
        if not choices:
            break
        chosen = chance.choice(choices)
        event = step(chosen.kind, at, recorded)
        following = Past(len(past) + 1, event.kind, at, None, event.details)
        table.advance(state, following, chosen)
        past.append(following)
        events.append(event)
        at += timedelta(minutes=chance.choice((0, 1, 50, 700, 4000, 20000)))
    return new, events


def _counting(past: list[Past]) -> list[Past]:
    struck = {event.voids for event in past if event.voids is not None}
    return [event for event in past if event.voids is None and event.number not in struck]


def random_register(seed: int, cases: int = 80, days: int = 200) -> None:
    """A register of random cases, the same for the same seed."""
    chance = Random(seed)
    write(*(random_filing(chance, number, days) for number in range(cases)))


@dataclass
class Told:
    """What a case looks like to somebody who reads all its events known at a moment."""

    reference: str
    office: str
    procedure: str
    channel: str
    received_at: datetime
    finished_at: datetime | None
    due_at: datetime | None
    verdict: str
    outcome: str
    paused: bool = field(default=False)


def retold(as_of: datetime, until: datetime) -> list[Told]:
    """Every counted case, folded from the events recorded up to `as_of`; `paused` is as it happened before `until`."""
    found = []
    for case in Case.objects.filter(kind__in=["dossier", "declaration"]).order_by("pk"):
        sheet = catalogue().versions(case.procedure)[-1]
        if sheet.counted_by != {"dossier": "one-stop", "declaration": "customs-core"}[case.kind]:
            continue
        rows = Event.objects.filter(case=case, recorded_at__lte=as_of).order_by("number")
        past = [row.past() for row in rows]
        counting = _counting(past)
        table = lifecycle(case.kind)
        state = table.fold(counting)
        derived = derive(state, case.limit, office_hours(case.calendar))
        if derived.received_at is None:
            continue
        before = table.fold([event for event in counting if event.happened_at < until])
        found.append(
            Told(
                case.reference, case.office, case.procedure, case.channel, derived.received_at, derived.finished_at,
                derived.due_at, derived.verdict, derived.outcome, bool(before.paused_for),
            )
        )  # fmt: skip
    return found


def columns_of(told: Told, period: Period, as_of: datetime) -> set[int]:
    """The columns of form II.06a this case stands in, said as the form says it."""
    begins, until = period.begins, min(period.ends, as_of)
    if told.received_at >= until or (told.finished_at is not None and told.finished_at < begins):
        return set()
    columns = {3}
    if told.received_at < begins:
        columns.add(6)
    else:
        columns.add(4 if told.channel in ("online", "message") else 5)
    if told.finished_at is not None and told.finished_at < until:
        given_up = told.outcome in ("withdrawn", "cancelled")
        verdict = "on_time" if given_up and told.verdict == "early" else told.verdict
        columns |= {7, {"early": 8, "on_time": 9, "late": 10}[verdict]}
    else:
        columns |= {11, 13 if told.due_at is not None and told.due_at < until else 12}
    return columns


def by_hand(period: Period, as_of: datetime) -> dict[tuple[str, int], list[str]]:
    """(line, column) -> references, for every office, field, procedure and the total."""
    cells: dict[tuple[str, int], list[str]] = {}
    for told in retold(as_of, min(period.ends, as_of)):
        for column in columns_of(told, period, as_of):
            for line in ("total", told.office, told.procedure, told.procedure.partition("/")[0]):
                cells.setdefault((line, column), []).append(told.reference)
    return {cell: sorted(references) for cell, references in cells.items()}


def day(text: str) -> date:
    """A day from ISO text."""
    return date.fromisoformat(text)
