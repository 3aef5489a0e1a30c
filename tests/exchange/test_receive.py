"""The gateway keeps first and thinks later: nothing lost, nothing twice, every failure kept with its reason."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from motcua.exchange import work
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import LARGEST, receive
from motcua.lib.errors import Duplicate, NotAllowed, Refused, Unavailable

NOW = datetime(2020, 3, 2, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(code="core", name="Core")


def good(message: Message, now: datetime) -> None:
    Partner.objects.create(code=f"made-by-{message.reference}", name="x")


def refusing(message: Message, now: datetime) -> None:
    Partner.objects.create(code="half-done", name="x")
    raise Refused("Sai ở dòng 3.", "Wrong in line 3.", place="line 3")


def unavailable(message: Message, now: datetime) -> None:
    raise Unavailable("the ministry does not answer")


def broken(message: Message, now: datetime) -> None:
    Partner.objects.create(code="half-done", name="x")
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def handlers(settings: Settings) -> None:
    here = "tests.exchange.test_receive"
    settings.HANDLERS = {name: f"{here}.{name}" for name in ("good", "refusing", "unavailable", "broken")}
    work.handler.cache_clear()


def sent(partner: Partner, type: str = "good", reference: str = "A1", content: bytes = b"x") -> Handling:
    return Handling.objects.get(
        message=receive(partner, reference=reference, type=type, content=content, at=NOW).message
    )


def test_exact_bytes_are_kept_with_their_digest(partner: Partner) -> None:
    content = bytes(range(256))
    message = sent(partner, content=content).message
    message.refresh_from_db()
    assert bytes(message.content) == content
    assert len(message.sha256) == 64
    assert message.received_at == NOW


def test_the_same_message_again_is_harmless_and_other_bytes_are_never_silent(partner: Partner) -> None:
    first = receive(partner, reference="A1", type="good", content=b"x", at=NOW)
    again = receive(partner, reference="A1", type="good", content=b"x", at=NOW + timedelta(days=400))
    assert (again.message.pk, again.is_new) == (first.message.pk, False)
    with pytest.raises(Duplicate, match="new reference") as other:
        receive(partner, reference="A1", type="good", content=b"y", at=NOW)
    assert other.value.first == first.message
    assert Message.objects.count() == Handling.objects.count() == 1


def test_a_partner_switched_off_and_a_message_too_large_are_refused(partner: Partner) -> None:
    with pytest.raises(NotAllowed, match="Split"):
        receive(partner, reference="B", type="good", content=b"x" * (LARGEST + 1), at=NOW)
    partner.active = False
    with pytest.raises(NotAllowed, match="switched off"):
        receive(partner, reference="B", type="good", content=b"x", at=NOW)


def test_a_message_cannot_be_changed(partner: Partner) -> None:
    message = sent(partner).message
    for statement in ("update exchange_message set content = 'x'", "delete from exchange_message"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Message.objects.get(pk=message.pk)


def test_a_good_message_is_done_once(partner: Partner) -> None:
    handling = sent(partner)
    assert work.process_one(NOW)
    assert not work.process_one(NOW)
    handling.refresh_from_db()
    assert (handling.state, handling.attempts, handling.findings) == ("done", 1, [])
    assert Partner.objects.filter(code="made-by-A1").count() == 1


def test_a_refused_message_leaves_nothing_behind_but_its_reason(partner: Partner) -> None:
    handling = sent(partner, "refusing")
    work.process_one(NOW)
    handling.refresh_from_db()
    assert handling.state == "refused"
    assert handling.findings == [
        {"code": "refused", "place": "line 3", "vi": "Sai ở dòng 3.", "en": "Wrong in line 3."}
    ]
    assert not Partner.objects.filter(code="half-done").exists()


def test_a_fault_of_ours_is_kept_as_stuck_and_stops_no_other_message(partner: Partner) -> None:
    stuck, fine = sent(partner, "broken", "A1"), sent(partner, "good", "A2")
    while work.process_one(NOW):
        pass
    stuck.refresh_from_db()
    fine.refresh_from_db()
    assert (stuck.state, fine.state) == ("stuck", "done")
    assert "ZeroDivisionError" in stuck.findings[0]["en"]
    assert not Partner.objects.filter(code="half-done").exists()


def test_what_is_unavailable_is_tried_again_later_and_later(partner: Partner) -> None:
    handling = sent(partner, "unavailable")
    waits = []
    now = NOW
    for _ in range(12):
        assert work.process_one(now)
        handling.refresh_from_db()
        waits.append(handling.next_try_at - now)
        now = handling.next_try_at
    assert handling.state == "waiting"
    assert waits[0] == timedelta(minutes=2)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)


def test_a_type_nobody_handles_is_refused_by_name(partner: Partner) -> None:
    handling = sent(partner, "strange")
    work.process_one(NOW)
    handling.refresh_from_db()
    assert handling.state == "refused"
    assert "strange" in handling.findings[0]["en"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_senders_of_the_same_message_one_is_first(partner: Partner) -> None:
    found: list[tuple[int, bool]] = []

    def send() -> None:
        try:
            result = receive(partner, reference="A1", type="good", content=b"x", at=NOW)
            found.append((result.message.pk, result.is_new))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({pk for pk, _ in found}) == 1
    assert sorted(is_new for _, is_new in found) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_message(partner: Partner) -> None:
    for number in range(20):
        sent(partner, "good", f"M{number}")

    def drain() -> None:
        try:
            while work.process_one(NOW):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Handling.objects.values_list("state", "attempts")) == {("done", 1)}
    assert Partner.objects.filter(code__startswith="made-by-").count() == 20
