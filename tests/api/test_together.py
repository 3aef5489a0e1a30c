"""Several at once, and a database that goes away in the middle."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from motcua.casework.models import Attachment, Case, Counter, Event
from motcua.dossiers.api_examples import FILING
from motcua.dossiers.models import Dossier, Item, Version
from motcua.exchange.models import Message
from tests.api.conftest import DOSSIERS, Post

BODY = json.dumps(FILING, ensure_ascii=False).encode()


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What each of `count` threads got, all begun together."""
    gate, got = threading.Barrier(count), [None] * count

    def one(number: int) -> None:
        try:
            gate.wait()
            got[number] = act(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def sender(key: str) -> Callable[[str], HttpResponse]:
    client = Client(raise_request_exception=False)

    def send(name: str) -> HttpResponse:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": name}
        return client.post(DOSSIERS, BODY, content_type="application/json", headers=headers)

    return send


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_by_six_at_once_has_one_effect_and_one_answer(keys: dict[str, str]) -> None:
    for name in ("first", "second", "third"):
        answers = at_once(6, lambda number, name=name: sender(keys["lan"])(name))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert Case.objects.count() == Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_six_keys_at_once_get_numbers_without_hole_or_double(keys: dict[str, str]) -> None:
    answers = at_once(6, lambda number: sender(keys["lan"])(f"k{number}"))
    assert {answer.status_code for answer in answers} == {201}
    numbers = sorted(int(answer.json()["reference"].rpartition("-")[2]) for answer in answers)
    assert numbers == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_gives_503_and_the_next_one_files(post: Post) -> None:
    assert post(FILING, key="warm").status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", [pid])
    finally:
        other.close()
    cut = post(FILING, key="k")
    # Django may have noticed in time and connected anew; what it may not do is fail with 500.
    assert cut.status_code in {201, 503}, cut.content
    if cut.status_code == 503:
        assert cut["Retry-After"].isdigit()
        assert cut.json()["code"] == "unavailable"
        connection.close()
    assert post(FILING, key="k").status_code == 201
    assert Case.objects.count() == 2


def tables() -> dict[str, int]:
    return {
        model.__name__: model._base_manager.count()
        for model in (Message, Case, Event, Dossier, Version, Item, Attachment, Counter)
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/api/v1/health", f"{DOSSIERS}/x", DOSSIERS])
def test_a_database_that_is_away_is_said_with_503(
    address: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    headers = {"Authorization": f"Bearer {keys['lan']}", "Idempotency-Key": "k"}
    client = Client(raise_request_exception=False)
    if address == DOSSIERS:
        answer = client.post(address, BODY, content_type="application/json", headers=headers)
    else:
        answer = client.get(address, headers=headers)
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert "nowhere" not in answer.content.decode()


# Each of our statements fails once, as on a full disk: before, between and after what it wrote.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "table", ["exchange_message", "exchange_handling", "casework_counter", "casework_case", "casework_event",
              "dossiers_dossier", "dossiers_version", "dossiers_item", "casework_attachment"],
)  # fmt: skip
def test_whatever_table_fails_nothing_stays_and_the_same_key_files_later(
    table: str, post: Post, keys: dict[str, str]
) -> None:
    before = tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "create function full_disk() returns trigger language plpgsql as "
            "$$ begin raise exception 'no space left' using errcode = '53100'; end $$"
        )
        cursor.execute(f"create trigger full_disk before insert on {table} execute function full_disk()")
    try:
        answer = post(FILING)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.content
        assert tables() == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop function full_disk() cascade")
    assert post(FILING).status_code == 201
    assert Case.objects.count() == 1
