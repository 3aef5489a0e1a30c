"""A backlog worked off at once: every message ends as it would have ended alone, and so do its cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from motcua.casework.models import Case
from motcua.casework.recount import recount
from motcua.casework.seal import verify
from motcua.declarations.feed import TYPE
from motcua.exchange.backlog import process_next, process_together
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process

FIRST_NIGHT = datetime(2020, 3, 2, 16, 59, 59, tzinfo=UTC)


def said(number: int, *steps: tuple[str, int, str], opened: bool = True) -> dict[str, Any]:
    events = [
        {"kind": kind, "at": f"2020-03-{day:02d}T{clock}:00+07:00"}
        | ({"channel": 2} if kind == "channelled" else {})
        for kind, day, clock in steps
    ]
    shape = {"flow": "import", "regime": "A11", "tax_code": "0100047516", "hs_code": "03061700"}
    return {"number": f"10240000{number:03d}0", "events": events, **(shape if opened else {})}


def more(number: int, *steps: tuple[str, int, str]) -> dict[str, Any]:
    return said(number, *steps, opened=False)


OPENED = ("registered", 2, "08:00")
CHANNELLED = ("channelled", 2, "08:01")
NIGHTS = [
    [
        said(1, OPENED, CHANNELLED, ("released", 2, "15:00")),
        said(2, OPENED, CHANNELLED, ("awaiting_inspection", 2, "10:00")),
        said(3, OPENED),
    ],
    [more(1, ("gone", 3, "07:00")), more(3, ("channelled", 3, "09:00")), said(4, ("registered", 3, "08:00"))],
    [
        more(2, ("inspection_received", 4, "08:00"), ("released", 4, "09:00")),
        more(3, ("cancelled", 4, "10:00")),
        more(4, ("duty_paid", 4, "11:00")),
    ],
]


@pytest.fixture
def core(db: None) -> Partner:
    return Partner.objects.create(code="customs-core", name="Core")


def waiting(core: Partner, nights: list[list[dict[str, Any]]], name: str = "N") -> list[Handling]:
    found = []
    for day, declarations in enumerate(nights):
        body = {"office": "20BB", "day": f"2020-03-{day + 2:02d}", "declarations": declarations}
        at = FIRST_NIGHT + timedelta(days=day)
        content = json.dumps(body).encode()
        message = receive(core, reference=f"{name}-{day}", type=TYPE, content=content, at=at).message
        found.append(Handling(message=message, next_try_at=at))
    return found


def at_once(handlings: list[Handling]) -> list[str]:
    return list(process_together(handlings, [one.next_try_at for one in handlings]))


def one_by_one(handlings: list[Handling]) -> list[str]:
    return [process(one, one.next_try_at) for one in handlings]


# Ids, and the digests that hold ids, are all that may differ.
_ROWS = (
    "select c.reference, c.status, c.paused_for, c.holder, c.received_at, c.finished_at, c.closed_at, c.outcome, c.due_at, "
    "c.used, c.verdict, c.last_number, c.last_recorded_at from casework_case c order by 1",
    "select c.reference, e.number, e.kind, e.happened_at, e.recorded_at, e.actor, e.channel, e.details, m.reference, e.voids "
    "from casework_event e join casework_case c on c.id = e.case_id join exchange_message m on m.id = e.message_id order by 1, 2",
    "select c.reference, s.received_at, s.finished_at, s.due_at, s.verdict, s.outcome, s.known_from, s.known_to "
    "from casework_standing s join casework_case c on c.id = s.case_id order by 1, s.known_from",
    "select m.reference, h.state, h.attempts, h.finished_at, h.findings from exchange_handling h "
    "join exchange_message m on m.id = h.message_id order by 1",
)


def rows() -> list[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        found = []
        for sql in _ROWS:
            cursor.execute(sql)
            found.append(cursor.fetchall())
        return found


def undone(core: Partner, nights: list[list[dict[str, Any]]], act: Any) -> tuple[Any, Any]:
    """What an act on the same nights leaves behind; taken back afterwards."""
    from django.db import transaction

    with transaction.atomic():
        outcomes = [str(outcome) for outcome in act(waiting(core, nights))]
        left = rows()
        assert recount().wrong == 0
        assert verify() is None
        transaction.set_rollback(True)
    return outcomes, left


BAD = [
    pytest.param([[*NIGHTS[0], more(9, ("released", 2, "09:00"))], *NIGHTS[1:]], id="one nobody opened"),
    pytest.param([NIGHTS[0], [*NIGHTS[1], said(1, OPENED)], NIGHTS[2]], id="one opened twice"),
    pytest.param([NIGHTS[0], NIGHTS[1], [more(1, ("released", 4, "09:00"))]], id="one released twice"),
    pytest.param(
        [[more(8, ("duty_paid", 2, "09:00"))], [said(8, OPENED)]], id="one told of before it is opened"
    ),
    pytest.param([NIGHTS[1], NIGHTS[0], NIGHTS[2]], id="nights in the wrong order"),
    pytest.param([NIGHTS[0], [{"number": "1"}], NIGHTS[1]], id="one that cannot be read"),
]


@pytest.mark.parametrize("nights", [pytest.param(NIGHTS, id="all good"), *BAD])
def test_a_backlog_ends_as_if_each_message_had_been_alone(
    core: Partner, nights: list[list[dict[str, Any]]]
) -> None:
    assert undone(core, nights, at_once) == undone(core, nights, one_by_one)


@pytest.mark.parametrize("nights", BAD)
def test_what_is_called_bad_here_is_refused(core: Partner, nights: list[list[dict[str, Any]]]) -> None:
    assert "refused" in at_once(waiting(core, nights))


def test_a_good_backlog_costs_one_call_of_the_handler(core: Partner, settings: Any) -> None:
    handlings = waiting(core, NIGHTS)
    settings.HANDLERS = {}  # whoever acted on them one by one would refuse them
    assert at_once(handlings) == ["done"] * 3
    assert Case.objects.count() == 4
    assert set(Message.objects.values_list("handling__attempts", flat=True)) == {1}


def test_the_worker_takes_what_waits_behind_along(core: Partner) -> None:
    """Three nights and a message of another kind: one turn for the feeds up to it, then it alone."""
    waiting(core, NIGHTS[:2])
    at = FIRST_NIGHT + timedelta(days=2)
    other = receive(core, reference="other", type="nobody-knows", content=b"?", at=at).message
    waiting(core, [NIGHTS[2]], "late")
    Handling.objects.filter(message__reference="late-0").update(next_try_at=at + timedelta(hours=1))
    now = at + timedelta(days=1)
    assert process_next(now)
    assert Handling.objects.filter(state=Handling.State.DONE).count() == 2
    assert process_next(now)
    assert Handling.objects.get(message=other).state == Handling.State.REFUSED
    assert process_next(now)
    assert not process_next(now)
    assert {c.status for c in Case.objects.filter(reference__in=["10240000001", "10240000002"])} == {
        "gone",
        "released",
    }
    assert recount().wrong == 0
