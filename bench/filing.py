"""
One durable filing over HTTP, against the least a durable write over HTTP can be on the same stack.

A filing is read, checked against its sheet, kept as raw bytes, numbered, recorded with its dossier, version and papers,
chained, signed and answered after COMMIT. The bare endpoint writes the same bytes into one row and commits.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.client import Request
from bench.figures import Report, middle, spread
from bench.runs import Run, costed
from bench.stack import ground, gunicorn

CLIENTS = 16
# Open Zaak's documentation, docs/development/performance: creating cases, 10 to 40 users, ten pods of one CPU.
OPEN_ZAAK = 24


def report(*, full: bool = False, rounds: int = 3, offices: int = 9) -> Report:
    """Bare, filing, bare, filing, … in turn, so that what disturbs one disturbs the other."""
    seconds = 20.0 if full else 6.0
    told = Report(f"filing: one durable filing over HTTP, {CLIENTS} clients, gunicorn 2 workers x 8 threads")
    with ground() as server:
        token, codes = _prepare()
        body = filing(codes[0], b"one and the same")
        with gunicorn() as (port, site):

            def run(request: Request, length: float = seconds) -> Run:
                return costed(
                    port, request, clients=CLIENTS, seconds=length, pids=(site, server.postmaster_pid())
                )

            nothing = run(_same(_get("/nothing")), seconds / 2)
            runs: dict[str, list[Run]] = {"bare": [], "filing": [], "papers": [], "one": []}
            for turn in range(rounds):
                runs["bare"].append(run(_same(_post("/bare", body))))
                runs["filing"].append(run(_filings(token, codes[:offices], f"a{turn}")))
                runs["papers"].append(run(_filings(token, codes[:offices], f"b{turn}", own_papers=True)))
                runs["one"].append(run(_filings(token, codes[:1], f"c{turn}")))
        pgbench = _pgbench(server, len(body), seconds)
        written = _count()
    for name in ("filing", "papers", "one"):
        for one in runs[name]:
            if set(one.load.statuses) != {201}:
                raise RuntimeError(f"not every filing was taken: {one.load.statuses} {one.load.bodies[:1]!r}")
    _tell(told, nothing, runs, pgbench, offices, len(body), written)
    return told


def _prepare() -> tuple[str, list[str]]:
    """A key of Lan's firm, and the offices that take dossiers today."""
    from django.db import connection
    from django.utils import timezone

    from motcua.people.actor import CLOCK
    from motcua.people.api_keys import make_key
    from motcua.people.models import User
    from motcua.people.queries import receiving_offices

    lan = User.objects.get(username="lan")
    assert lan.organisation_id is not None
    _, token = make_key(lan.organisation_id, "bench", actor=CLOCK, at=timezone.now())
    codes = sorted(receiving_offices(timezone.localdate()).values_list("code", flat=True))
    connection.close()
    return token, codes


def filing(office: str, paper: bytes) -> bytes:
    """The bytes of the documentation's own example, with this paper for its file."""
    from motcua.dossiers.api_examples import FILING

    content = base64.b64encode(b"%PDF-1.4\n" + paper.ljust(1024)).decode()
    files = {"request": {"name": "de-nghi.pdf", "content": content}}
    return json.dumps({**FILING, "office": office, "files": files}, ensure_ascii=False).encode()


def _filings(token: str, offices: list[str], run: str, *, own_papers: bool = False) -> Request:
    """Requests with a key each, at the offices in turn; with papers of their own each brings a file nobody has yet."""
    bodies = [filing(office, b"one and the same") for office in offices]
    heads = [_head("/api/v1/dossiers", len(body), f"Authorization: Bearer {token}\r\n") for body in bodies]

    def request(number: int) -> bytes:
        which = number % len(bodies)
        body = filing(offices[which], f"{run} {number}".encode()) if own_papers else bodies[which]
        return (
            heads[which].replace(b"\r\n\r\n", f"\r\nIdempotency-Key: {run}-{number}\r\n\r\n".encode()) + body
        )

    return request


def _head(path: str, length: int, more: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{more}"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def _post(path: str, body: bytes) -> bytes:
    return _head(path, len(body)) + body


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def _same(request: bytes) -> Request:
    return lambda number: request


def _pgbench(server: Any, size: int, seconds: float) -> float:
    """Rows of the same bytes a second into the same table, by 16 clients of pgbench on the socket: no HTTP, no Python."""
    script = f"insert into bench_bare (content, sha256) values (decode(repeat('61', {size}), 'hex'), repeat('a', 64));\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "insert.sql"
        file.write_text(script)
        done = subprocess.run(
            [
                str(server.binaries() / "pgbench"), "-n", "-f", str(file), "-c", str(CLIENTS), "-j", "2", "-T",
                str(max(1, round(seconds))), "-h", str(server.socket), "-p", "5432", "-U", "motcua_app", "motcua",
            ],
            capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def _count() -> dict[str, int]:
    """What stands in the tables afterwards, so that a figure of filings is a figure of filings."""
    from motcua.casework.models import Case, Event
    from motcua.exchange.models import Message

    return {
        "cases": Case.objects.count(),
        "events": Event.objects.count(),
        "messages": Message.objects.count(),
    }


def _tell(
    told: Report, nothing: Run, runs: dict[str, list[Run]], pgbench: float, offices: int, size: int,
    written: dict[str, int],
) -> None:  # fmt: skip
    rates = {name: [one.load.rate for one in found] for name, found in runs.items()}
    costs = {name: middle([one.milliseconds for one in found]) for name, found in runs.items()}
    bare = middle(rates["bare"])
    told.notes.append(
        f"{size:,} bytes a filing; {offices} offices in turn; written in all: {written['cases']:,} cases, "
        f"{written['events']:,} events, {written['messages']:,} messages"
    )
    for name, title, aim in (
        ("filing", f"filing, {offices} offices", 0.5),
        ("papers", "filing, each with a paper of its own", None),
        ("one", "filing, all at one office", None),
    ):
        ratios = [ours / theirs for ours, theirs in zip(rates[name], rates["bare"], strict=True)]
        latency = middle([one.load.percentile(0.95) for one in runs[name]])
        told.add(
            title,
            f"{middle(rates[name]):,.0f}/s p95 {latency:.0f} ms",
            f"{middle(ratios):.0%} of the bare endpoint's {bare:,.0f}/s ({spread(ratios)})",
            "50 %" if aim else "",
            middle(ratios) >= aim if aim else None,
        )
    latency = middle([one.load.percentile(0.95) for one in runs["bare"]])
    told.add("bare endpoint (one row, COMMIT)", f"{bare:,.0f}/s p95 {latency:.0f} ms")
    told.add(
        "processor time of one filing",
        f"{costs['filing']:.2f} ms",
        f"bare {costs['bare']:.2f} ms, the stack alone {nothing.milliseconds:.2f} ms: "
        f"{costs['bare'] / costs['filing']:.0%} is what a machine without idle processors can reach",
    )
    shares = [one.database / (one.site + one.database) for one in runs["filing"]]
    told.notes.append(
        f"of a filing's processor time {middle(shares):.0%} is PostgreSQL's (11 rows in 8 tables, 12 foreign keys)"
    )
    told.add("the stack without a database", f"{nothing.load.rate:,.0f}/s")
    told.add(
        "pgbench, the same bytes, no HTTP",
        f"{pgbench:,.0f}/s",
        f"{middle(rates['filing']) / pgbench:.0%} of it",
    )
    told.add(
        "Open Zaak, published", f"{OPEN_ZAAK}/s", f"ours is {middle(rates['filing']) / OPEN_ZAAK:.1f} times that",
        "a reminder: other machines, other work",
    )  # fmt: skip
    share = [one.load.cpu / one.load.seconds / (os.cpu_count() or 1) for one in runs["filing"] + runs["bare"]]
    told.notes.append(f"the client itself took {middle(share):.1%} of the processors")
