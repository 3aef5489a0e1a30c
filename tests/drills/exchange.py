"""
The drill of the gateway: partners send messages over HTTP while the database is stopped hard and started again, and while
worker and site are killed; answers go out to a partner that remembers what it has seen.

    python -m tests.drills.exchange --restarts 6
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.exchange import message
from bench.stack import ROOT, environment, ground

from tests.drills.kill import Site, children, command_of

SENDERS = 4


@dataclass
class Outcome:
    """What the drill found; `lost`, `changed`, `doubled`, `undone` and `unanswered` must be empty."""

    restarts: int = 0
    kills: int = 0
    acknowledged: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    undone: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0
    answers_seen: int = 0
    answers_seen_again: int = 0
    seconds: float = 0.0


class _House(Site):
    """The site with a handler that writes one row a message, and an answer to each."""

    def _serve(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "motcua", "serve", "--port", str(self.port), "--threads", "4"]
        settings = {"DJANGO_SETTINGS_MODULE": "tests.drills.exchange_settings"}
        return subprocess.Popen(
            command, cwd=ROOT, env=environment(**settings), stdout=self.log, stderr=self.log
        )


class _Partner(ThreadingHTTPServer):
    """Takes answers and counts how often each reference came, and whether its bytes were the same."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.seen: Counter[str] = Counter()
        self.bytes: dict[str, str] = {}
        self.changed: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Door(BaseHTTPRequestHandler):
    server: _Partner

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        reference = self.headers["Motcua-Reference"]
        digest = hashlib.sha256(content).hexdigest()
        if self.server.bytes.setdefault(reference, digest) != digest:
            self.server.changed.append(reference)
        self.server.seen[reference] += 1
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class _Sender(threading.Thread):
    """Sends one message after the other, each until it is acknowledged, and now and then one again."""

    def __init__(self, number: int, port: int, key: str) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.key = number, port, key
        self.stop = threading.Event()
        self.told: dict[str, bytes] = {}
        self.statuses: Counter[str] = Counter()
        self.changed: list[str] = []

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            reference = f"{self.number}{number:07d}"
            number += 1
            answer = self._until_told(reference)
            if answer is None:
                return
            self.told[reference] = answer
            if number % 7 == 0 and self._until_told(reference) not in (None, answer):
                self.changed.append(reference)

    def _until_told(self, reference: str) -> bytes | None:
        until = None
        while True:
            status, content = self._send(message(reference))
            self.statuses[status] += 1
            if status in {"200", "202"}:
                return content
            if self.stop.is_set():
                until = until or time.monotonic() + 60
                if time.monotonic() > until:
                    return None
            time.sleep(0.1)

    def _send(self, content: bytes) -> tuple[str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(
                "POST", "/exchange/v1/messages", content, {"Authorization": f"Bearer {self.key}"}
            )
            response = connection.getresponse()
            return str(response.status), response.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__, b""
        finally:
            connection.close()


def drill(restarts: int, *, between: float = 2.0) -> Outcome:
    """Restart the database, kill the job worker, in turn; then wait until all is done and answered, and compare."""
    outcome, begun = Outcome(), time.monotonic()
    partner = _Partner()
    with ground() as server:
        key = _prepare(partner.server_address[1])
        site = _House(server)
        try:
            site.wait()
            senders = [_Sender(number, site.port, key) for number in range(1, SENDERS + 1)]
            for sender in senders:
                sender.start()
            for _ in range(restarts):
                time.sleep(between)
                server.stop("immediate")
                server.start()
                outcome.restarts += 1
                time.sleep(between)
                for pid in children(site.process.pid):
                    if command_of(pid).endswith("work"):
                        os.kill(pid, signal.SIGKILL)
                        outcome.kills += 1
            for sender in senders:
                sender.stop.set()
            for sender in senders:
                sender.join(120)
            site.wait()
            _wait_until_done()
        finally:
            site.close()
        server.start()
        _compare(senders, partner, outcome)
    partner.shutdown()
    outcome.seconds = round(time.monotonic() - begun, 1)
    return outcome


def _prepare(port: int) -> str:
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from motcua.exchange import partners
    from motcua.people.actor import CLOCK
    from motcua.people.models import User

    settings.DEVELOPMENT = True
    given = {
        "name": "Drill", "organisation_id": User.objects.get(username="lan").organisation_id, "transport": "https",
        "settings": {"url": f"http://127.0.0.1:{port}/in", "timeout_s": 10}, "per_minute": 10**6, "per_day": 10**8,
    }  # fmt: skip
    made = partners.create("drill", given, actor=CLOCK, at=timezone.now())
    _, key = partners.make_key(made, "drill", actor=CLOCK, at=timezone.now())
    connection.close()
    return key


def _wait_until_done(seconds: float = 600) -> None:
    """Every message acted on and every answer out; claims of killed workers are let run out at once."""
    from django.db import connections
    from django.utils import timezone

    from motcua.exchange.models import Delivery, Handling, Line

    connections.close_all()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = timezone.now()
        waiting = Delivery.objects.filter(state="waiting")
        if not waiting.exists() and not Handling.objects.filter(state="waiting").exists():
            return
        # Nobody wants to wait five minutes for the claim of a worker that is known to be dead.
        Delivery.objects.filter(state="waiting", next_try_at__gt=now).update(next_try_at=now)
        Line.objects.update(next_try_at=None)
        time.sleep(1)


def _compare(senders: list[_Sender], partner: _Partner, outcome: Outcome) -> None:
    from django.db import connections
    from django.db.models import Count

    from motcua.exchange.models import Handling, Message

    connections.close_all()
    for sender in senders:
        outcome.changed += sender.changed
        for status, number in sender.statuses.items():
            outcome.statuses[status] = outcome.statuses.get(status, 0) + number
        for reference, answer in sender.told.items():
            outcome.acknowledged += 1
            told = json.loads(answer)
            kept = Message.objects.filter(pk=told["message"], sha256=told["sha256"]).first()
            if kept is None or bytes(kept.content) != message(reference):
                outcome.lost.append(reference)
    undone = Handling.objects.exclude(state="done").values_list("state").annotate(n=Count("pk"))
    outcome.undone = dict(undone)
    outcome.doubled = list(
        Message.objects.filter(direction="in").annotate(n=Count("answered_by")).exclude(n=1).values_list(
            "reference", flat=True
        )
    )  # fmt: skip
    outgoing = set(Message.objects.filter(direction="out").values_list("reference", flat=True))
    outcome.unanswered = len(outgoing - set(partner.seen))
    outcome.answers_seen = len(partner.seen)
    outcome.answers_seen_again = sum(number - 1 for number in partner.seen.values())
    outcome.changed += partner.changed


def take(message: object, now: object) -> None:
    """The handler of the drill."""


def reply(message: Any, refusal: object, result: object) -> Any:
    """The answer of the drill."""
    from motcua.exchange.outbox import Reply

    return Reply("drill-answer", f"answer to {message.reference}".encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restarts", type=int, default=6)
    found = drill(parser.parse_args().restarts)
    print(json.dumps(asdict(found), indent=1))
    bad = found.lost or found.changed or found.doubled or found.undone or found.unanswered
    sys.exit(1 if bad else 0)
