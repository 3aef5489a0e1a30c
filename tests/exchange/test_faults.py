"""The disk is full, the database stumbles: nothing is acknowledged that is not kept, nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from motcua.exchange import work
from motcua.exchange.models import Handling, Message, Partner
from tests.exchange.gateway_cast import CUSCAR, get, partner, post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handlers")]


@contextmanager
def failing(table: str, code: str, *, at_commit: bool = False, when: str = "insert") -> Iterator[None]:
    """PostgreSQL answers a write with an error of its own, at once or only at COMMIT."""
    kind = "constraint trigger" if at_commit else "trigger"
    timing = (
        f"after {when} on {table} deferrable initially deferred" if at_commit else f"before {when} on {table}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "create function failing() returns trigger language plpgsql as $$ begin "
            f"raise exception 'could not extend file: No space left on device' using errcode = '{code}'; end $$"
        )
        cursor.execute(f"create {kind} failing {timing} for each row execute function failing()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop function failing cascade")


@pytest.mark.parametrize("at_commit", [False, True])
def test_on_a_full_disk_nothing_is_acknowledged_and_the_same_bytes_go_in_later(at_commit: bool) -> None:
    partner()
    with failing("exchange_message", "53100", at_commit=at_commit):
        answer = post(CUSCAR)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer["Retry-After"]) > 0
        assert not Message.objects.exists()
        # What was acknowledged can still be read.
        assert get("/exchange/v1/outbox").status_code == 200
    assert post(CUSCAR).status_code == 202
    assert Message.objects.count() == 1


@pytest.mark.parametrize("at_commit", [False, True])
def test_a_disk_that_fills_while_a_message_is_acted_on_leaves_it_waiting_and_it_is_done_once(
    at_commit: bool,
) -> None:
    partner()
    told = post(b"x", Motcua_Type="good", Motcua_Reference="1").json()
    with failing("exchange_delivery", "53100", at_commit=at_commit), pytest.raises(OperationalError):
        work.process_one(timezone.now())
    handling = Handling.objects.get(pk=told["message"])
    assert (handling.state, handling.attempts) == ("waiting", 0)
    assert not Partner.objects.filter(code__startswith="made-").exists()
    assert work.process_one(timezone.now())
    assert Partner.objects.filter(code__startswith="made-").count() == 1
    assert Message.objects.filter(direction="out").count() == 1


def test_two_that_got_in_each_others_way_are_tried_again_later_and_are_not_stuck() -> None:
    partner()
    told = post(b"x", Motcua_Type="good", Motcua_Reference="1").json()
    with failing("exchange_delivery", "40P01"):
        work.process_one(timezone.now())
    handling = Handling.objects.get(pk=told["message"])
    assert (handling.state, handling.findings[0]["code"]) == ("waiting", "unavailable")


def test_a_statement_that_takes_too_long_is_our_own_fault_and_stops_no_other_message() -> None:
    partner()
    slow = post(b"x", Motcua_Type="good", Motcua_Reference="1").json()
    fine = post(b"x", Motcua_Type="edifact", Motcua_Reference="2").json()
    with failing("exchange_delivery", "57014"):
        while work.process_one(timezone.now()):
            pass
    assert Handling.objects.get(pk=slow["message"]).state == "stuck"
    assert Handling.objects.get(pk=fine["message"]).state == "done"
