"""
The drill: software files dossiers over HTTP while processes are killed with SIGKILL, one kind after the other.

Every client keeps its own file of what it was told, flushed to the disk before it goes on; at the end that file is
compared with the tables, the ledger and the receipts. What was acknowledged and is not there is lost, and loses the drill.

    python -m tests.drills.kill --kills 20
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.stack import ROOT, environment, free_port, ground

VICTIMS = ("site worker", "database", "site master", "database backend", "job worker")
CLIENTS = 6


@dataclass
class Outcome:
    """
    What the drill found; `lost`, `doubled`, `changed`, `unproven`, `faults` and the two texts must be empty.

    `stored_before_the_answer_was_lost` counts dossiers whose answer died on its way: sent again, they were found filed.
    `stored_unacknowledged` counts those whose sender was never told, not even in the end.
    """

    kills: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    acknowledged: int = 0
    repeated: int = 0
    stored_before_the_answer_was_lost: int = 0
    stored_unacknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    ledger: str = ""
    recount: str = ""
    first_answer_after_kill_s: list[float] = field(default_factory=list)
    seconds: float = 0.0


class Site:
    """`motcua serve` with its worker, and the database under it; started again whenever it lies down."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.port = free_port()
        self.log = (server.home / "serve.log").open("ab")
        self.process = self._serve()
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _serve(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "motcua", "serve", "--port", str(self.port), "--threads", "4"]
        settings = {"DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
        return subprocess.Popen(
            command, cwd=ROOT, env=environment(**settings), stdout=self.log, stderr=self.log
        )

    def _keep(self) -> None:
        """What a service manager does: the database first, then the site."""
        while not self._closing.wait(0.1):
            if not self.server.is_running():
                self.server.start()
            if self.process.poll() is not None:
                self.process = self._serve()

    def answers(self) -> bool:
        """Whether the site says that it can serve."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/v1/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait(self, seconds: float = 120) -> None:
        """Wait until it serves, all of it; RuntimeError with the log when it does not come back."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.answers() and all(self.pids(victim) for victim in VICTIMS):
                return
            time.sleep(0.05)
        raise RuntimeError(f"the site did not come back:\n{self.log_text()}")

    def log_text(self) -> str:
        """The end of its log."""
        return Path(self.log.name).read_text(errors="replace")[-4000:]

    def pids(self, victim: str) -> list[int]:
        """The processes of one kind."""
        family = children(self.process.pid)
        masters = [pid for pid in family if "gunicorn" in command_of(pid)]
        if victim == "site master":
            return masters
        if victim == "site worker":
            return [pid for master in masters for pid in children(master)]
        if victim == "job worker":
            return [pid for pid in family if command_of(pid).endswith("work")]
        try:
            postmaster = self.server.postmaster_pid()
        except (OSError, ValueError, IndexError):
            return []
        if victim == "database":
            return [postmaster]
        return [pid for pid in children(postmaster) if "motcua_app" in command_of(pid)]

    def close(self) -> None:
        """Stop it for good."""
        self._closing.set()
        self._keeper.join(120)
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def children(pid: int) -> list[int]:
    """The processes started by one."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> str:
    """How a process was called."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


class Client(threading.Thread):
    """One firm's software: files, waits, files again under the same key until it is told what became of it."""

    def __init__(self, number: int, port: int, key: str, offices: list[str], folder: Path) -> None:
        super().__init__(daemon=True)
        self.port, self.key, self.offices = port, key, offices
        self.random = random.Random(number)
        self.file = os.open(folder / f"client-{number}.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self.stop = threading.Event()
        self.statuses: Counter[str] = Counter()
        self.sent = self.repeated = self.found_filed = 0
        self.changed: list[str] = []
        self.last_answer = 0.0
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """File one dossier after the other until told to stop; the last one is carried to its end."""
        while not self.stop.is_set():
            name = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            body = self._body(name)
            answer = self._until_answered(name, body)
            if answer is None:
                return
            # Only what is on the disk counts as known.
            line = f"{name} {json.loads(answer)['reference']} {hashlib.sha256(answer).hexdigest()}\n"
            os.write(self.file, line.encode())
            os.fsync(self.file)
            if self.random.random() < 0.1:
                again = self._until_answered(name, body, again=True)
                self.repeated += again is not None
                if again not in (None, answer):
                    self.changed.append(name)

    def _body(self, name: str) -> bytes:
        from motcua.dossiers.api_examples import FILING

        answers = {**FILING["answers"], "purpose": name}
        office = self.random.choice(self.offices)
        return json.dumps({**FILING, "answers": answers, "office": office}, ensure_ascii=False).encode()

    def _until_answered(self, name: str, body: bytes, *, again: bool = False) -> bytes | None:
        """The answer of 201; whatever else comes, the same bytes are sent again. None when stopped for good."""
        until = None
        while True:
            self.sent += 1
            status, content, replayed = self._send(name, body)
            self.statuses[status] += 1
            if status == "201":
                self.last_answer = time.monotonic()
                self.found_filed += replayed and not again
                return content
            if self.stop.is_set():
                until = until or time.monotonic() + 30
                if time.monotonic() > until:
                    return None
            time.sleep(0.05)

    def _send(self, name: str, body: bytes) -> tuple[str, bytes, bool]:
        headers = {
            "Authorization": f"Bearer {self.key}", "Idempotency-Key": name, "Content-Type": "application/json"
        }  # fmt: skip
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            self.connection.request("POST", "/api/v1/dossiers", body, headers)
            response = self.connection.getresponse()
            replayed = response.headers.get("Idempotent-Replayed") == "true"
            return str(response.status), response.read(), replayed
        except (OSError, http.client.HTTPException) as error:
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return type(error).__name__, b"", False


def drill(kills: int, *, between: float = 1.5) -> Outcome:
    """Run it; every kill waits until all that was killed before is up again, so that each finds a whole house."""
    outcome = Outcome()
    begun = time.monotonic()
    with ground() as server:
        keys, offices = _prepare()
        site = Site(server)
        try:
            site.wait()
            acks = server.home / "acknowledged"
            acks.mkdir()
            clients = [Client(n, site.port, keys[n % len(keys)], offices, acks) for n in range(CLIENTS)]
            for client in clients:
                client.start()
            time.sleep(between)
            for number in range(kills):
                _kill(site, VICTIMS[number % len(VICTIMS)], clients, outcome)
                time.sleep(between)
            for client in clients:
                client.stop.set()
            for client in clients:
                client.join(90)
            site.wait()
        finally:
            site.close()
        server.start()
        _compare(acks, clients, outcome)
    outcome.seconds = round(time.monotonic() - begun, 1)
    return outcome


def _kill(site: Site, victim: str, clients: list[Client], outcome: Outcome) -> None:
    site.wait()
    # Not before work is under way again: a kill between two requests would prove little.
    moment = time.monotonic()
    while not any(client.last_answer > moment for client in clients):
        time.sleep(0.01)
    pid = random.Random(len(outcome.first_answer_after_kill_s)).choice(site.pids(victim))
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    outcome.kills[victim] = outcome.kills.get(victim, 0) + 1
    # Every client has an answer to something it sent after the kill: the house stands again.
    while not all(client.last_answer > killed + 0.02 for client in clients):
        if time.monotonic() > killed + 120:
            raise RuntimeError(
                f"no answer within two minutes after the kill of the {victim}:\n{site.log_text()}"
            )
        time.sleep(0.005)
    first = min(client.last_answer for client in clients) - killed
    outcome.first_answer_after_kill_s.append(round(first, 2))


def _prepare() -> tuple[list[str], list[str]]:
    """Keys of two firms, and the offices that take dossiers today."""
    from django.db import connection
    from django.utils import timezone

    from motcua.people.actor import CLOCK
    from motcua.people.api_keys import make_key
    from motcua.people.models import User
    from motcua.people.queries import receiving_offices

    firms = [User.objects.get(username=name).organisation_id for name in ("lan", "binh")]
    keys = [make_key(firm, "drill", actor=CLOCK, at=timezone.now())[1] for firm in firms if firm]
    offices = sorted(receiving_offices(timezone.localdate()).values_list("code", flat=True))
    connection.close()
    return keys, offices


def _compare(acks: Path, clients: list[Client], outcome: Outcome) -> None:
    """What the clients were told against what is there: tables, ledger, receipts."""
    from django.db import connections
    from django.utils import timezone

    from motcua.casework.recount import recount
    from motcua.casework.seal import seal_events, verify
    from motcua.exchange.models import Message

    connections.close_all()
    statuses: Counter[str] = Counter()
    for client in clients:
        statuses.update(client.statuses)
        outcome.sent += client.sent
        outcome.repeated += client.repeated
        outcome.stored_before_the_answer_was_lost += client.found_filed
        outcome.changed += client.changed
    outcome.statuses = dict(statuses.most_common())
    outcome.faults = sum(
        count for status, count in statuses.items() if status in {"500", "502", "404", "422"}
    )
    told = [line.split() for file in acks.iterdir() for line in file.read_text().splitlines()]
    outcome.acknowledged = len(told)
    seal_events(timezone.now())
    bad = verify()
    outcome.ledger = f"{bad.where}: {bad.en}" if bad else ""
    found = recount()
    outcome.recount = "" if not found.wrong else f"{found.wrong} of {found.cases} cases differ"
    kept = {
        message.reference: message
        for message in Message.objects.filter(direction="in", type="dossier-json", handling__state="done")
    }
    outcome.stored_unacknowledged = len(kept.keys() - {name for name, _, _ in told})
    _look_up(told, kept, outcome)
    _only_once(kept, outcome)


def _look_up(told: list[list[str]], kept: dict[str, Any], outcome: Outcome) -> None:
    """Each acknowledged id: its dossier, its event, its answer, and a receipt that a stranger's verifier accepts."""
    from motcua.casework.models import Event
    from motcua.casework.seal import signer, with_proof
    from motcua.exchange.models import Message
    from motcua.lib.digest import canonical
    from motcua.verifier.motcua_verify import Checker, read_keys

    checker = Checker(read_keys(signer().public_pem().decode()))
    events = {
        event.message_id: event
        for event in Event.objects.filter(message__isnull=False, number=1).select_related("case__dossier")
    }
    answers = {answer.answers_id: bytes(answer.content) for answer in Message.objects.filter(direction="out")}
    for name, reference, digest in told:
        message = kept.get(name)
        event = events.get(message.pk) if message else None
        content = answers.get(message.pk) if message else None
        if (
            event is None
            or content is None
            or event.case.reference != reference
            or event.case.dossier.answers["purpose"] != name
        ):
            outcome.lost.append(name)
            continue
        if hashlib.sha256(content).hexdigest() != digest:
            outcome.changed.append(name)
        receipt = with_proof(json.loads(content)["receipt"], event)
        _, verdicts = checker.receipt(canonical(receipt))
        # All three answers: untampered, issued with this key, in the sealed ledger.
        if len(verdicts) != 3 or any(verdict.good is not True for verdict in verdicts):
            outcome.unproven.append(name)


def _only_once(kept: dict[str, Any], outcome: Outcome) -> None:
    """No id twice among the dossiers, and no dossier that no message explains."""
    from motcua.dossiers.models import Dossier

    names = Counter(answers["purpose"] for answers in Dossier.objects.values_list("answers", flat=True))
    outcome.doubled = [name for name, count in names.items() if count > 1 or name not in kept]


def main() -> int:
    """Run the drill and print what it found; 1 when anything was lost, doubled or cannot be proven."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    outcome = drill(options.kills)
    print(json.dumps(asdict(outcome), indent=1))
    wrong = (outcome.lost, outcome.doubled, outcome.changed, outcome.unproven, outcome.faults)
    return int(any(wrong) or bool(outcome.ledger) or bool(outcome.recount))


if __name__ == "__main__":
    sys.exit(main())
