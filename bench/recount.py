"""
The full fold: every case rebuilt from its events and compared with what is stored, by two processes.

Beside it: reading the very same rows with bare cursors in two processes, which no recount can beat.
"""

from __future__ import annotations

import multiprocessing
from itertools import islice
from time import perf_counter, process_time

from bench.cases import filings
from bench.figures import Report, middle, spread
from bench.stack import ground, processor_seconds

PROCESSES = 2
AIM = 20_000


def report(*, full: bool = False) -> Report:
    """Load, then recount and read three times each, in turn."""
    cases = 130_000 if full else 20_000
    told = Report(f"recount: {cases:,} declarations, {PROCESSES} processes")
    with ground() as server:
        _load(cases)
        recounts, reads, costs, events = [], [], [], 0
        with multiprocessing.get_context("spawn").Pool(PROCESSES, initializer=_ready) as pool:
            shares = [(k, PROCESSES) for k in range(PROCESSES)]
            pool.map(_warm, range(PROCESSES * 4))
            for _ in range(3):
                database = processor_seconds(server.postmaster_pid())
                begin = perf_counter()
                found = pool.map(_recount, shares, chunksize=1)
                recounts.append(perf_counter() - begin)
                database = processor_seconds(server.postmaster_pid()) - database
                costs.append(sum(one[3] for one in found) + database)
                if any(one[2] for one in found) or sum(one[0] for one in found) != cases:
                    raise RuntimeError(f"the recount does not agree: {found}")
                events = sum(one[1] for one in found)
                begin = perf_counter()
                pool.map(_read, shares, chunksize=1)
                reads.append(perf_counter() - begin)
    rate = cases / middle(recounts)
    told.add(
        "recount",
        f"{rate:,.0f} cases/s",
        f"{middle(reads) / middle(recounts):.0%} of the speed of only reading the rows ({spread(recounts)} s)",
        f"{AIM:,}/s",
        rate >= AIM,
    )
    told.add(
        "processor time of a case",
        f"{middle(costs) / cases * 1000:.3f} ms",
        f"PostgreSQL included: {PROCESSES * cases / middle(costs):,.0f} cases/s on {PROCESSES} processors left to it",
    )
    told.add("events a second", f"{events / middle(recounts):,.0f}/s")
    told.notes.append(f"{events:,} events; no difference found, as it must be")
    return told


def _load(cases: int) -> None:
    from django.db import connection

    from motcua.casework.batch import record_many

    source = filings(cases)
    while batch := list(islice(source, 5_000)):
        record_many(batch)
    with connection.cursor() as cursor:
        cursor.execute("analyze casework_case, casework_event, casework_standing")
    connection.close()


def _ready() -> None:
    import django

    django.setup()
    from motcua.casework.registry import office_hours

    office_hours("")


def _warm(number: int) -> None:
    """Make each process connect before the clock runs."""
    from django.db import connection

    connection.ensure_connection()


def _recount(share: tuple[int, int]) -> tuple[int, int, int, float]:
    """Cases, events, differences, and seconds of processor time."""
    from motcua.casework.recount import recount

    begin = process_time()
    found = recount(share=share)
    return found.cases, found.events, found.wrong, process_time() - begin


def _read(share: tuple[int, int]) -> int:
    """The three streams of a recount, read and thrown away."""
    from django.db import connection, transaction

    from motcua.casework import recount

    k, n = share
    rows = 0
    with transaction.atomic(), connection.cursor() as outer:
        outer.execute("select 1")
        for columns, table, key in (
            (", ".join(recount._CASE), "casework_case", "id"),
            (recount._EVENTS, "casework_event", "case_id"),
            (", ".join(recount._STANDING), "casework_standing", "case_id"),
        ):
            with connection.connection.cursor(table, binary=True) as cursor:
                cursor.itersize = 10_000
                cursor.execute(f"select {columns} from {table} where {key} %% %s = %s order by {key}", [n, k])
                for _ in cursor:
                    rows += 1
    return rows
