"""
Messages taken in over HTTP and acknowledged after COMMIT, with the worker acting on them at the same time.

The peer is the bare endpoint of the same run: the same bytes into one row, committed, nothing recognised, counted or
answered. The message is a small CUSCAR whose reference is new each time; its type and number are found in the content.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.client import Request
from bench.figures import Report, middle, spread
from bench.filing import CLIENTS, _head, _post, _same
from bench.runs import Run, costed
from bench.stack import ROOT, environment, ground, gunicorn

AIM = 100
TYPE = "bench"


def report(*, full: bool = False, rounds: int = 3) -> Report:
    """Bare, messages, bare, messages, … in turn, the worker running all the time."""
    seconds = 20.0 if full else 6.0
    told = Report(
        f"exchange: small messages over HTTP, {CLIENTS} clients, gunicorn 2 workers x 8 threads, worker on"
    )
    with ground() as server:
        key = _prepare()
        size = len(message("0"))
        with gunicorn() as (port, site):
            worker = _worker()
            try:

                def run(request: Request) -> Run:
                    return costed(
                        port, request, clients=CLIENTS, seconds=seconds, pids=(site, server.postmaster_pid())
                    )

                bare, taken = [], []
                for turn in range(rounds):
                    bare.append(run(_same(_post("/bare", message("0")))))
                    taken.append(run(_messages(key, f"{turn}")))
                done, waited = _drained()
            finally:
                worker.send_signal(signal.SIGTERM)
                worker.wait(30)
        for one in taken:
            if set(one.load.statuses) != {202}:
                raise RuntimeError(
                    f"not every message was acknowledged: {one.load.statuses} {one.load.bodies[:1]!r}"
                )
        sent = sum(one.load.sent for one in taken)
    ours, theirs = ([one.load.rate for one in runs] for runs in (taken, bare))
    latencies = sorted(value for one in taken for value in one.load.latencies)
    told.add(
        "acknowledged after COMMIT",
        f"{middle(ours):,.0f}/s",
        f"{middle(ours) / middle(theirs):.0%} of the bare endpoint ({middle(theirs):,.0f}/s); {spread(ours)}",
        f"{AIM}/s",
        middle(ours) >= AIM,
    )
    p95, p99 = (latencies[int(len(latencies) * share) - 1] * 1000 for share in (0.95, 0.99))
    told.add("answered within", f"p95 {p95:,.0f} ms, p99 {p99:,.0f} ms", "", "p95 300 ms", p95 <= 300)
    told.add(
        "processor time a message",
        f"{middle([one.milliseconds for one in taken]):.1f} ms",
        f"bare {middle([one.milliseconds for one in bare]):.1f} ms, site and database together",
    )
    told.add(
        "acted on by the worker", f"{done:,} of {sent:,}", f"the last {waited:.1f} s after the load ended"
    )
    told.notes.append(
        f"{size} bytes each, {sent:,} sent; not one lost: as many rows as acknowledgements, checked"
    )
    told.notes.append("the handler of the measure does nothing: what a manifest costs is another measure")
    return told


def take(message: object, now: object) -> None:
    """The handler of the measure: the gateway's own work, and nothing else."""


def message(number: str) -> bytes:
    """A CUSCAR of one bill, with this number for its control reference."""
    body = (
        f"UNB+UNOA:2+BENCH+CUSTOMS+201102:0900+{number}'UNH+1+CUSCAR:D:98B:UN'BGM+85+M{number}+9'"
        "TDT+20+0921E+1++HALO:172:20+++9321483:146:11:NORDIC HALO'LOC+60+VNCPH:139:6'DTM+132:202011020600:203'"
        "CNI+1+HALO123456'RFF+BM:HALO123456'LOC+9+SGSIN:139:6'LOC+11+VNCPH:139:6'NAD+CN+++CONG TY HOA MAI'"
        "GID+1+24:CT'FTX+AAA+++FROZEN SHRIMP'MEA+AAE+G+KGM:18200'SGP+MSKU1234565+24'UNT+14+1'"
    )
    return f"{body}UNZ+1+{number}'".encode()


def _messages(key: str, run: str) -> Request:
    def request(number: int) -> bytes:
        body = message(f"{run}{number:08d}")
        return _head("/exchange/v1/messages", len(body), f"Authorization: Bearer {key}\r\n") + body

    return request


def _prepare() -> str:
    from django.db import connection
    from django.utils import timezone

    from motcua.exchange import partners
    from motcua.people.actor import CLOCK
    from motcua.people.models import User

    lan, now = User.objects.get(username="lan"), timezone.now()
    given: dict[str, Any] = {
        "name": "Bench", "organisation_id": lan.organisation_id, "per_minute": 10**6, "per_day": 10**8
    }  # fmt: skip
    made = partners.create("bench", given, actor=CLOCK, at=now)
    _, key = partners.make_key(made, "bench", actor=CLOCK, at=now)
    connection.close()
    return key


def _worker() -> subprocess.Popen[bytes]:
    log = (Path(os.environ["MOTCUA_HOME"]) / "worker.log").open("wb")
    command = [sys.executable, "-m", "motcua", "work"]
    settings = environment(DJANGO_SETTINGS_MODULE="bench.exchange_settings")
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=log, stderr=log)


def _drained(seconds: float = 300) -> tuple[int, float]:
    """How many the worker has done, once none waits, and how long that took after the load ended."""
    from django.db import connection

    from motcua.exchange.models import Handling

    begun = time.monotonic()
    while Handling.objects.filter(state="waiting").exists() and time.monotonic() < begun + seconds:
        time.sleep(0.1)
    done = Handling.objects.filter(state="done").count()
    connection.close()
    return done, time.monotonic() - begun
