"""The sealed ledger against whoever holds the whole database: every kind of tampering is found, at its first bad place."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from motcua.casework.models import Case, Event, Seal
from motcua.casework.record import NewCase, open_case, record
from motcua.casework.seal import export, public_keys, seal_events, signer, verify, with_proof
from motcua.exchange.models import Partner
from motcua.exchange.receive import receive
from motcua.lib.digest import canonical, event_digest
from motcua.lib.receipts import receipt
from motcua.people.actor import Actor
from motcua.verifier import motcua_verify as verifier

HOA = Actor("user:1", "Hoa")
MONDAY = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)
STORY = ("lodged", "accepted", "transferred", "noted", "decided", "handed_over")
DETAILS: dict[str, dict[str, Any]] = {
    "transferred": {"holder": "handling"},
    "decided": {"outcome": "approved"},
    "handed_over": {"way": "desk"},
}

pytestmark = pytest.mark.django_db


def opened(reference: str) -> Case:
    return open_case(
        NewCase(
            kind="dossier", reference=reference, office="20BB", channel="desk", opened_at=MONDAY,
            procedure="confirmation/declaration-confirmation", calendar="customs-offices",
        )
    )  # fmt: skip


def carry_on(case: Case, kind: str, hour: int) -> Event:
    return record(
        case, kind, at=MONDAY + timedelta(hours=hour), actor=HOA, channel="desk", details=DETAILS.get(kind)
    )


@pytest.fixture
def events() -> list[Event]:
    """Three cases told in turn, eighteen events: two seals over twelve of them, six not sealed yet."""
    cases = [opened(name) for name in "ABC"]
    written: list[Event] = []
    for hour, kind in enumerate(STORY):
        written += [carry_on(case, kind, hour) for case in cases]
        if hour in {1, 3}:
            seal_events(MONDAY + timedelta(hours=hour))
    assert verify() is None
    assert [seal.size for seal in Seal.objects.order_by("number")] == [6, 6]
    return written


def as_superuser(*statements: tuple[str, list[Any]]) -> None:
    """Change rows with the guards switched off, as whoever owns the machine can."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in ("casework_event", "casework_seal", "exchange_message"):
            cursor.execute(f"alter table {table} disable trigger user")
        for sql, values in statements:
            cursor.execute(sql, values)
        cursor.execute("set constraints all immediate")
        for table in ("casework_event", "casework_seal", "exchange_message"):
            cursor.execute(f"alter table {table} enable trigger user")


def rechain(case: int) -> None:
    """Recompute the chain of a case and the head kept on it: what a careful forger would do."""
    head, statements = bytes(32), []
    rows = list(Event.objects.filter(case_id=case).order_by("number"))
    for event in rows:
        head = event_digest(
            head, case=case, number=event.number, kind=event.kind, happened_at=event.happened_at,
            recorded_at=event.recorded_at, actor=event.actor, channel=event.channel, details=event.details,
            voids=event.voids, message=None,
        )  # fmt: skip
        statements.append(("update casework_event set digest = %s where id = %s", [head, event.pk]))
    statements.append(
        ("update casework_case set head = %s, last_number = %s where id = %s", [head, len(rows), case])
    )
    as_superuser(*statements)


def where() -> str:
    bad = verify()
    assert bad is not None
    assert bad.vi
    assert bad.en
    assert bad.vi != bad.en
    return bad.where


def told(event: Event) -> str:
    return f"event {event.pk} (case {event.case_id}, number {event.number})"


def change(sql: str, *values: Any) -> Callable[[Event], None]:
    return lambda event: as_superuser((sql, [*values, event.pk]))


@pytest.mark.parametrize(
    "tamper",
    [
        change("update casework_event set actor = %s where id = %s", "user:2"),
        change("update casework_event set kind = %s where id = %s", "withdrawn"),
        change("update casework_event set channel = %s where id = %s", "online"),
        change("update casework_event set details = %s where id = %s", '{"letter": 9}'),
        change("update casework_event set voids = %s where id = %s", 1),
        change("update casework_event set happened_at = happened_at - interval '1 second' where id = %s"),
        change("update casework_event set recorded_at = recorded_at - interval '1 us' where id = %s"),
        change("update casework_event set digest = %s where id = %s", bytes(32)),
    ],
)
@pytest.mark.parametrize("index", [0, 5, 7, 17])
def test_a_changed_field_is_found_at_its_event(
    events: list[Event], tamper: Callable[[Event], None], index: int
) -> None:
    tamper(events[index])
    assert where() == told(events[index])


@pytest.mark.parametrize("index", [1, 4, 10])
def test_a_change_with_the_chain_recomputed_is_found_at_its_seal(events: list[Event], index: int) -> None:
    as_superuser(("update casework_event set actor = 'user:2' where id = %s", [events[index].pk]))
    rechain(events[index].case_id)
    assert where() == f"seal {1 if index < 6 else 2}"


def test_a_deleted_event_is_found_at_the_gap_in_its_case(events: list[Event]) -> None:
    as_superuser(("delete from casework_event where id = %s", [events[1].pk]))
    assert where() == told(events[4])


def test_a_deleted_event_is_found_at_the_seal_that_ends_before_the_gap(events: list[Event]) -> None:
    as_superuser(("delete from casework_event where id = %s", [events[4].pk]))
    assert where() == "seal 1"


@pytest.mark.parametrize(("index", "end"), [(0, "first"), (5, "last")])
def test_a_deleted_event_at_the_end_of_a_seal_is_named(events: list[Event], index: int, end: str) -> None:
    case = events[index].case_id
    # The whole case goes, so that no gap in its numbers tells of it.
    as_superuser(
        ("delete from casework_standing where case_id = %s", [case]),
        ("delete from casework_event where case_id = %s", [case]),
        ("delete from casework_case where id = %s", [case]),
    )
    bad = verify()
    assert bad is not None
    assert bad.where == "seal 1"
    assert str(events[index].pk) in bad.en, end


def test_two_events_of_a_case_in_another_order_are_found(events: list[Event]) -> None:
    one, two = events[1], events[4]
    as_superuser(
        ("update casework_event set number = 99 where id = %s", [one.pk]),
        ("update casework_event set number = %s where id = %s", [one.number, two.pk]),
        ("update casework_event set number = %s where id = %s", [two.number, one.pk]),
    )
    assert where().startswith(f"event {one.pk} ")


def test_events_of_two_cases_exchanged_in_the_ledger_are_found_at_the_seal(events: list[Event]) -> None:
    one, two = events[6], events[7]
    as_superuser(
        ("update casework_event set id = 1 where id = %s", [one.pk]),
        ("update casework_event set id = %s where id = %s", [one.pk, two.pk]),
        ("update casework_event set id = %s where id = 1", [two.pk]),
    )
    assert where() == "seal 2"


def insert(like: Event, pk: int, number: int) -> None:
    as_superuser(
        (
            "insert into casework_event (id, case_id, number, kind, happened_at, recorded_at, actor, channel, details, "
            "digest) select %s, case_id, %s, 'noted', happened_at, recorded_at, actor, channel, '{}', digest "
            "from casework_event where id = %s",
            [pk, number, like.pk],
        )
    )


def test_an_inserted_event_is_found_where_it_stands(events: list[Event]) -> None:
    # Before all others, so that its id is free; as the first of its case it takes a number of its own.
    insert(events[0], events[0].pk - 1, 7)
    assert where() == f"event {events[0].pk - 1} (case {events[0].case_id}, number 7)"


def test_an_event_inserted_with_the_chain_recomputed_is_found_at_the_seal(events: list[Event]) -> None:
    # A case of the forger's own, whole and well chained, slipped under the first seal.
    case = opened("forged")
    as_superuser(
        (
            "insert into casework_event (id, case_id, number, kind, happened_at, recorded_at, actor, channel, details, "
            "digest) values (%s, %s, 1, 'lodged', now(), now(), 'user:1', 'desk', '{}', %s)",
            [events[0].pk - 1, case.pk, bytes(32)],
        )
    )
    rechain(case.pk)
    bad = verify()
    assert bad is not None
    assert bad.where == "seal 1"
    assert str(events[0].pk) in bad.en


def test_a_tail_cut_before_it_was_sealed_is_found_at_its_case(events: list[Event]) -> None:
    as_superuser(("delete from casework_event where id = %s", [events[-1].pk]))
    assert where() == f"case {events[-1].case_id} (C)"


def test_a_tail_cut_below_its_seal_is_found_at_the_seal_and_the_export_shows_the_seal(
    events: list[Event],
) -> None:
    kept = [event.pk for event in events[:8]]
    as_superuser(("delete from casework_event where not id = any(%s)", [kept]))
    for case in {event.case_id for event in events}:
        rechain(case)
    assert where() == "seal 2"
    lines = [json.loads(line) for line in export()]
    assert [line["head"]["number"] for line in lines if line["type"] == "seal"] == [1, 2]
    with pytest.raises(verifier.BadPlace, match="missing") as cut:
        offline().ledger(list(export()))
    assert str(events[11].pk) in cut.value.place


def test_an_empty_ledger_with_seals_is_found() -> None:
    case = opened("A")
    carry_on(case, "lodged", 0)
    seal_events(MONDAY)
    as_superuser(
        ("delete from casework_event", []),
        ("update casework_case set last_number = 0, head = %s", [bytes(32)]),
    )
    assert where() == "seal 1"
    assert len(list(export())) == 1


def test_a_ledger_rolled_back_as_a_whole_is_found_by_a_head_somebody_kept(events: list[Event]) -> None:
    kept = Seal.objects.get(number=2).head
    assert verify(kept=kept) is None
    as_superuser(
        ("delete from casework_seal where number = 2", []),
        ("delete from casework_event where id > %s", [events[5].pk]),
    )
    for case in {event.case_id for event in events}:
        rechain(case)
    # Nothing inside tells: this is exactly the ledger as it stood after the first seal.
    assert verify() is None
    bad = verify(kept=kept)
    assert bad is not None
    assert bad.where == "seal 2"


def test_history_written_anew_with_the_true_key_is_found_by_a_head_somebody_kept(events: list[Event]) -> None:
    kept = Seal.objects.get(number=1).head
    as_superuser(
        ("delete from casework_seal", []),
        ("update casework_event set actor = 'user:2' where id = %s", [events[0].pk]),
    )
    rechain(events[0].case_id)
    seal_events(MONDAY)
    assert verify() is None
    bad = verify(kept=kept)
    assert bad is not None
    assert bad.where == "seal 1"
    assert "anew" in bad.en


@pytest.mark.parametrize(
    ("column", "sql"),
    [
        ("first_event", "update casework_seal set first_event = first_event - 1 where number = 2"),
        ("last_event", "update casework_seal set last_event = last_event + 1 where number = 2"),
        ("size", "update casework_seal set size = size + 1 where number = 2"),
        ("sealed_at", "update casework_seal set sealed_at = sealed_at - interval '1 day' where number = 2"),
    ],
)
def test_a_changed_column_of_a_seal_is_named(events: list[Event], column: str, sql: str) -> None:
    as_superuser((sql, []))
    bad = verify()
    assert bad is not None
    assert bad.where == "seal 2"
    assert column in bad.en


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", 3), ("first_event", 1), ("last_event", 2), ("size", 5), ("root", "00" * 32),
        ("previous_head", "00" * 32), ("sealed_at", "2020-01-01T00:00:00.000000Z"), ("key_id", "ed25519-0"),
        ("version", "motcua-head/2"), ("surplus", 1),
    ],
)  # fmt: skip
def test_a_changed_head_is_found(events: list[Event], field: str, value: object) -> None:
    head = Seal.objects.get(number=2).head | {field: value}
    as_superuser(("update casework_seal set head = %s where number = 2", [json.dumps(head)]))
    assert where() == "seal 2"


def test_a_head_and_its_columns_changed_together_are_found_by_the_events(events: list[Event]) -> None:
    head = Seal.objects.get(number=2).head
    head["first_event"] -= 1
    as_superuser(
        (
            "update casework_seal set head = %s, first_event = first_event - 1 where number = 2",
            [json.dumps(head)],
        )
    )
    bad = verify()
    assert bad is not None
    assert str(head["first_event"]) in bad.en


def test_a_changed_signature_is_found(events: list[Event]) -> None:
    as_superuser(("update casework_seal set signature = %s where number = 1", [bytes(64)]))
    bad = verify()
    assert bad is not None
    assert (bad.where, bad.en) == ("seal 1", "The signature is wrong.")


def test_a_removed_seal_is_found_at_the_next(events: list[Event]) -> None:
    as_superuser(("delete from casework_seal where number = 1", []))
    assert where() == "seal 2"


@pytest.mark.parametrize(
    "sql",
    [
        "update casework_case set head = decode(repeat('00', 32), 'hex') where id = %s",
        "update casework_case set last_number = last_number - 1 where id = %s",
    ],
)
def test_an_edited_case_is_found(events: list[Event], sql: str) -> None:
    as_superuser((sql, [events[1].case_id]))
    assert where() == f"case {events[1].case_id} (B)"


def test_a_changed_message_is_found() -> None:
    partner = Partner.objects.create(code="core", name="Core")
    message = receive(partner, reference="r-1", type="x", content=b"as sent", at=MONDAY).message
    case = opened("A")
    record(case, "lodged", at=MONDAY, actor=HOA, message=message)
    seal_events(MONDAY)
    assert verify() is None
    as_superuser(("update exchange_message set content = %s where id = %s", [b"as wished", message.pk]))
    assert where() == f"message {message.pk} (r-1)"


def test_seals_of_an_earlier_key_still_hold_and_a_strange_key_does_not(
    settings: Any, tmp_path: Path, events: list[Event]
) -> None:
    settings.KEYS = tmp_path
    bad = verify()
    assert bad is not None
    assert "unknown key" in bad.en
    # What follows uses the new folder alone: first one key, then, after the file was exchanged, another.
    as_superuser(("delete from casework_seal", []))
    seal_events(MONDAY)
    first = signer()
    (tmp_path / "ledger.pem").unlink()
    assert signer().key_id != first.key_id
    carry_on(opened("D"), "lodged", 9)
    seal_events(MONDAY + timedelta(days=1))
    assert {seal.head["key_id"] for seal in Seal.objects.all()} == {first.key_id, signer().key_id}
    assert len(public_keys()) == 2
    assert verify() is None
    bad = verify([signer().public_pem()])
    assert bad is not None
    assert bad.where == "seal 1"
    offline().ledger(list(export()))


def test_the_signer_is_loaded_once_a_process() -> None:
    assert signer() is signer()


def offline() -> verifier.Checker:
    return verifier.Checker([key for pem in public_keys() for key in verifier.read_keys(pem.decode())])


def test_the_export_passes_the_offline_verifier_with_the_seals_in_their_places(events: list[Event]) -> None:
    lines = [json.loads(line) for line in export()]
    assert [index for index, line in enumerate(lines) if line["type"] == "seal"] == [6, 13]
    report = offline().ledger(list(export()), [Seal.objects.get(number=2).head])
    assert (report.events, report.seals) == (18, 2)


def test_inclusion_proofs_of_events_verify_with_the_offline_verifier(events: list[Event]) -> None:
    checker = offline()
    for event in random.Random(7).sample(events[:12], 8):
        previous = Event.objects.filter(case=event.case, number=event.number - 1).first()
        issued = receipt(
            department="Quảng Ninh", reference=event.case.reference, procedure="x/y", title="Thử",
            received_at=event.happened_at, due_at=None, case=event.case_id, content_sha256=bytes(32), signer=signer(),
            event={
                "number": event.number, "kind": event.kind, "happened_at": event.happened_at,
                "recorded_at": event.recorded_at, "digest": bytes(event.digest),
                "previous": bytes(previous.digest) if previous else bytes(32),
            },
        )  # fmt: skip
        proven = with_proof(issued, event)
        assert proven["inclusion"]["head"]["number"] == (1 if event.pk <= events[5].pk else 2)
        _, answers = checker.receipt(canonical(proven))
        assert [answer.good for answer in answers] == [True, True, True]


def test_an_event_not_sealed_yet_has_no_proof(events: list[Event]) -> None:
    assert with_proof({"inclusion": None}, events[-1]) == {"inclusion": None}


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once_lose_nothing() -> None:
    stop = threading.Event()
    troubles: list[BaseException] = []

    def together(act: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            except BaseException as error:
                troubles.append(error)
                raise
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def write(name: str) -> Callable[[], None]:
        def act() -> None:
            for number in range(8):
                with transaction.atomic():
                    case = opened(f"{name}{number}")
                    for hour, kind in enumerate(STORY):
                        carry_on(case, kind, hour)

        return act

    def seal() -> None:
        while not stop.is_set():
            seal_events(MONDAY)

    sealers = [together(seal) for _ in range(2)]
    writers = [together(write(name)) for name in "ABCD"]
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    seal_events(MONDAY)
    assert troubles == []
    assert Event.objects.count() == 4 * 8 * len(STORY) == sum(seal.size for seal in Seal.objects.all())
    assert verify() is None
    offline().ledger(list(export()))
