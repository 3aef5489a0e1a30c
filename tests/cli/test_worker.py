"""The worker's loop: it does what waits, seals, survives its database and its own jobs' faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from motcua.casework.models import Event, Seal
from motcua.casework.record import NewCase, open_case, record
from motcua.casework.seal import verify
from motcua.config.cli import worker as loop
from motcua.config.cli.worker import Worker
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.people.actor import CLOCK
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db(transaction=True)

TYPE = "probe-of-the-worker"
handled: list[str] = []


def handle(message: Message, now: datetime) -> None:
    handled.append(message.reference)


@pytest.fixture(autouse=True)
def probe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIMED_JOBS = ["no.such.job"]
    settings.HANDLERS = {**settings.HANDLERS, TYPE: "tests.cli.test_worker.handle"}
    monkeypatch.setattr(loop, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(loop, "SEAL_SECONDS", 0.05)
    monkeypatch.setattr(loop, "LONGEST_WAIT_SECONDS", 0.02)
    # Imported under two names by the two ways of importing tests, the list must be one.
    import tests.cli.test_worker as module

    module.handled = handled
    handled.clear()


def sent(reference: str) -> Handling:
    partner, _ = Partner.objects.get_or_create(code="core", defaults={"name": "Core"})
    message = receive(partner, reference=reference, type=TYPE, content=b"x", at=timezone.now()).message
    return Handling.objects.get(message=message)


def happened() -> Event:
    case = open_case(
        NewCase(
            kind="dossier", reference="A", office="20BB", channel="desk", opened_at=timezone.now(),
            calendar="customs-offices",
        )
    )  # fmt: skip
    return record(case, "lodged", at=timezone.now(), actor=CLOCK)


@contextmanager
def running(worker: Worker) -> Iterator[threading.Event]:
    stop = threading.Event()

    def run() -> None:
        try:
            worker.run(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def until(true: Callable[[], bool]) -> bool:
    """Whether it becomes true; long enough for the slowest machine, at once on every other."""
    for _ in range(1500):
        if true():
            return True
        time.sleep(0.02)
    return False


def test_once_does_all_that_waits_and_seals_though_a_job_cannot_be_found(run: Run) -> None:
    for number in range(3):
        sent(f"m{number}")
    happened()
    ran = run("work", "--once")
    assert ran.code == 0, ran.err
    assert sorted(handled) == ["m0", "m1", "m2"]
    assert set(Handling.objects.values_list("state", flat=True)) == {"done"}
    assert Seal.objects.count() == 1
    assert verify() is None


def test_nothing_new_makes_no_seal() -> None:
    Worker(jobs={}).once()
    happened()
    worker = Worker(jobs={})
    worker.once()
    worker.once()
    assert Seal.objects.count() == 1


def test_timed_jobs_run_until_they_have_no_more() -> None:
    left = [3]

    def job(now: datetime) -> bool:
        left[0] -= 1
        return left[0] > 0

    Worker(jobs={"job": job}).once()
    assert left == [0]


def test_a_fault_in_one_job_stops_neither_messages_nor_seals(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[datetime] = []

    def job(now: datetime) -> bool:
        calls.append(now)
        raise KeyError("ours")

    waiting = sent("m1")
    happened()
    worker = Worker(jobs={"broken": job})
    with running(worker):
        assert until(lambda: Seal.objects.exists() and handled == ["m1"])
    waiting.refresh_from_db()
    assert waiting.state == "done"
    assert len(calls) == 1
    assert "the timed job broken failed" in caplog.text


def test_a_database_that_is_away_is_said_once_and_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    falls = [4]

    def job(now: datetime) -> bool:
        if falls[0]:
            falls[0] -= 1
            raise OperationalError("the database system is shutting down\nDETAIL: x")
        return False

    with running(Worker(jobs={"job": job})):
        assert until(lambda: falls == [0])
        sent("after")
        assert until(lambda: handled == ["after"])
    said = capsys.readouterr().err
    assert said.count("The database does not answer") == 1
    assert said.count("Cơ sở dữ liệu chưa trả lời") == 1
    assert "DETAIL" not in said
    assert said.count("The database answers again.") == 1


def test_a_lost_connection_is_opened_anew() -> None:
    sent("before")
    with running(Worker(jobs={})):
        assert until(lambda: handled == ["before"])
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        sent("after")
        assert until(lambda: handled == ["before", "after"])


def test_once_with_the_database_away_says_so_instead_of_waiting() -> None:
    def job(now: datetime) -> bool:
        raise OperationalError("gone")

    with pytest.raises(OperationalError, match="gone"):
        Worker(jobs={"job": job}).once()
