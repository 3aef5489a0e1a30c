"""What goes out arrives once, whoever is down, slow, killed or rude."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from motcua.exchange import deliver, outbox
from motcua.exchange.deliver import CLAIM, deliver_one
from motcua.exchange.models import Delivery, Line, Message, Partner
from motcua.exchange.pickup import EVERY, pick_up_one
from tests.exchange.gateway_cast import CUSCAR, NOW, partner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handlers")]


class Site(ThreadingHTTPServer):
    """A partner that takes messages over HTTP, remembers references, and answers with what `say` tells it to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.say: list[tuple[int, dict[str, str]]] = []
        self.seen: list[dict[str, str]] = []
        self.stored: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/in"


class _Door(BaseHTTPRequestHandler):
    server: Site

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        status, headers = self.server.say.pop(0) if self.server.say else (202, {})
        if status < 300:
            self.server.stored[self.headers["Motcua-Reference"]] = content
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def acme(site: Site, settings: Settings, tmp_path: Path) -> Partner:
    settings.DEVELOPMENT, settings.KEYS, settings.HOME = True, tmp_path / "keys", tmp_path
    (tmp_path / "keys" / "exchange").mkdir(parents=True)
    (tmp_path / "keys" / "exchange" / "acme.key").write_text("secret\n")
    return partner(transport="https", settings={"url": site.url, "key_file": "acme.key", "timeout_s": 5})


def queued(to: Partner, reference: str = "OUT-1", **more: Any) -> Message:
    return outbox.send(to, reference=reference, type="notice", content=reference.encode(), at=NOW, **more)


def states(*messages: Message) -> list[str]:
    return [Delivery.objects.get(message=one).state for one in messages]


def test_a_message_goes_out_in_the_form_in_which_it_would_come_in(acme: Partner, site: Site) -> None:
    asked = Message.objects.create(
        partner=acme,
        direction="in",
        reference="THEIRS",
        type="t",
        content=b"?",
        sha256="0" * 64,
        received_at=NOW,
    )
    message = queued(acme, answers=asked)
    assert deliver_one(NOW)
    assert not deliver_one(NOW)
    assert states(message) == ["delivered"]
    (seen,) = site.seen
    assert seen["authorization"] == "Bearer secret"
    assert seen["motcua-reference"] == "OUT-1"
    assert seen["motcua-type"] == "notice"
    assert seen["motcua-answers"] == "THEIRS"
    assert seen["motcua-sha256"] == hashlib.sha256(b"OUT-1").hexdigest()
    assert site.stored == {"OUT-1": b"OUT-1"}


def test_a_partner_that_is_down_for_three_days_and_back_gets_everything(acme: Partner, site: Site) -> None:
    messages = [queued(acme, f"OUT-{number}") for number in range(5)]
    url = acme.settings["url"]
    Partner.objects.filter(pk=acme.pk).update(settings={"url": "http://127.0.0.1:1/in", "timeout_s": 2})
    now, knocks = NOW, 0
    while now < NOW + timedelta(hours=71):
        while deliver_one(now):
            knocks += 1
        now += timedelta(minutes=15)
    line = Line.objects.get(partner=acme)
    assert line.down_since == NOW
    assert line.last_fault
    # One message knocks at a time, ever more slowly: at most once an hour, not five times a quarter.
    assert 60 < knocks < 90
    assert states(*messages) == ["waiting"] * 5
    Partner.objects.filter(pk=acme.pk).update(settings={"url": url})
    now += timedelta(hours=2)
    while deliver_one(now):
        pass
    # The messages that knocked wait a little longer for their own turn.
    while deliver_one(now + timedelta(hours=1)):
        pass
    assert states(*messages) == ["delivered"] * 5
    assert sorted(site.stored) == [f"OUT-{number}" for number in range(5)]
    line.refresh_from_db()
    assert (line.failures, line.down_since) == (0, None)


def test_after_72_hours_a_message_is_dead_and_the_reason_is_kept(acme: Partner, site: Site) -> None:
    Partner.objects.filter(pk=acme.pk).update(settings={"url": "http://127.0.0.1:1/in", "timeout_s": 2})
    messages = [queued(acme, f"OUT-{number}") for number in range(3)]
    young = outbox.send(acme, reference="YOUNG", type="t", content=b"y", at=NOW + timedelta(hours=50))
    now = NOW
    while now <= NOW + timedelta(hours=74):
        deliver_one(now)
        now += timedelta(minutes=30)
    assert states(*messages, young) == ["dead"] * 3 + ["waiting"]
    assert all(Delivery.objects.get(message=one).findings[0]["code"] == "unavailable" for one in messages)


def test_what_the_partner_refuses_is_not_sent_again_and_stops_no_other(acme: Partner, site: Site) -> None:
    site.say = [(422, {})]
    bad, fine = queued(acme, "A"), queued(acme, "B")
    while deliver_one(NOW):
        pass
    assert states(bad, fine) == ["refused", "delivered"]
    assert "422" in Delivery.objects.get(message=bad).findings[0]["en"]
    assert not Line.objects.filter(failures__gt=0).exists()


@pytest.mark.parametrize("status", [301, 401, 404, 408, 429, 500, 503])
def test_what_may_go_through_later_is_tried_later(acme: Partner, site: Site, status: int) -> None:
    site.say = [(status, {"Location": site.url})]
    message = queued(acme)
    deliver_one(NOW)
    assert states(message) == ["waiting"]
    assert not deliver_one(NOW + timedelta(minutes=1))
    deliver_one(NOW + timedelta(minutes=2))
    assert states(message) == ["delivered"]
    assert len(site.seen) == 2


def test_a_partner_that_says_when_is_asked_then(acme: Partner, site: Site) -> None:
    site.say = [(503, {"Retry-After": "1800"})]
    queued(acme)
    deliver_one(NOW)
    assert not deliver_one(NOW + timedelta(minutes=29))
    assert deliver_one(NOW + timedelta(minutes=30))


def test_one_message_that_always_fails_does_not_hold_up_the_others(acme: Partner, site: Site) -> None:
    poison, fine = queued(acme, "A"), queued(acme, "B")
    site.say = [(500, {})]
    deliver_one(NOW)
    deliver_one(NOW + timedelta(minutes=2))
    # The line was tried with the other message, which went through; the poisoned one waits for its own turn.
    assert "delivered" in states(poison, fine)


def test_a_worker_killed_between_send_and_mark_leaves_the_message_to_be_sent_again_under_its_reference(
    acme: Partner, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queued(acme)

    def killed(*arguments: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(deliver, "_delivered", killed)
        with pytest.raises(SystemExit):
            deliver_one(NOW)
    assert states(message) == ["waiting"]
    # Nobody else takes it while the claim holds, for the first worker may only be slow.
    assert not deliver_one(NOW + CLAIM - timedelta(seconds=1))
    assert deliver_one(NOW + CLAIM)
    assert states(message) == ["delivered"]
    assert [seen["motcua-reference"] for seen in site.seen] == ["OUT-1", "OUT-1"]
    assert site.stored == {"OUT-1": b"OUT-1"}


def test_four_workers_send_each_message_once(acme: Partner, site: Site) -> None:
    messages = [queued(acme, f"OUT-{number}") for number in range(24)]

    def drain() -> None:
        try:
            while deliver_one(NOW):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(states(*messages)) == {"delivered"}
    references = [seen["motcua-reference"] for seen in site.seen]
    assert len(references) == len(set(references)) == 24


def test_a_fault_in_a_partners_settings_is_kept_and_stops_no_other_partner(acme: Partner, site: Site) -> None:
    broken = partner("broken", transport="https", settings={"nonsense": 1})
    lost, fine = queued(broken), queued(acme)
    while deliver_one(NOW):
        pass
    assert states(lost, fine) == ["refused", "delivered"]


def test_who_is_switched_off_or_polls_is_sent_nothing(acme: Partner, site: Site) -> None:
    message = queued(acme)
    Partner.objects.filter(pk=acme.pk).update(active=False)
    assert not deliver_one(NOW)
    Partner.objects.filter(pk=acme.pk).update(active=True, closed_types=["notice"])
    assert not deliver_one(NOW)
    Partner.objects.filter(pk=acme.pk).update(closed_types=[], transport="poll")
    assert not deliver_one(NOW)
    assert states(message) == ["waiting"]


# Folders ----------------------------------------------------------------------------------------------------


def test_a_folder_is_looked_into_and_written_to(acme: Partner, tmp_path: Path) -> None:
    Partner.objects.filter(pk=acme.pk).update(transport="folder", settings={"folder": "acme"})
    base = tmp_path / "exchange" / "acme"
    (base / "in").mkdir(parents=True)
    (base / "in" / "manifest.edi").write_bytes(CUSCAR)
    (base / "in" / "half.edi.part").write_bytes(CUSCAR[:30])
    message = queued(acme)
    assert pick_up_one(NOW)
    assert not pick_up_one(NOW)
    assert Message.objects.get(direction="in").reference == "ACME/REF77"
    assert [file.name for file in (base / "done").iterdir()] == ["manifest.edi"]
    # The same file again, as after a kill between COMMIT and putting it away, changes nothing.
    (base / "in" / "again.edi").write_bytes(CUSCAR)
    assert pick_up_one(NOW + EVERY)
    assert Message.objects.filter(direction="in").count() == 1
    assert [file.name for file in (base / "in").iterdir()] == ["half.edi.part"]
    deliver_one(NOW)
    (written,) = (base / "out").iterdir()
    assert written.read_bytes() == b"OUT-1"
    assert states(message) == ["delivered"]


def test_a_file_that_is_too_large_stays_where_it_is(acme: Partner, tmp_path: Path) -> None:
    Partner.objects.filter(pk=acme.pk).update(
        transport="folder", settings={"folder": "acme"}, largest_bytes=10
    )
    base = tmp_path / "exchange" / "acme" / "in"
    base.mkdir(parents=True)
    (base / "big").write_bytes(b"x" * 11)
    assert pick_up_one(NOW)
    assert (base / "big").exists()
    assert not Message.objects.exists()
