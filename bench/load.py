"""
Loading through the one door against a raw COPY of the very same rows.

`record_many` checks every event against the lifecycle, chains digests, counts deadlines and writes the lines of the
reports; COPY writes finished rows. The scratch database has the same tables, indexes, keys and triggers.
"""

from __future__ import annotations

import subprocess
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psycopg

from bench.cases import filings
from bench.figures import Report, middle, spread
from bench.stack import ground, processor_seconds

BATCH = 5_000
# In the order of their keys; the counts of search texts are written by a trigger in both.
TABLES = ("casework_case", "declarations_declaration", "casework_event", "casework_standing")


def report(*, full: bool = False) -> Report:
    """Load once through the door, copy the rows three times."""
    cases = 130_000 if full else 20_000
    told = Report(f"load: {cases:,} declarations through record_many, in batches of {BATCH:,}")
    with ground() as server, tempfile.TemporaryDirectory() as folder:
        made = list(filings(cases))
        pid = server.postmaster_pid()
        before = processor_seconds(pid), process_time()
        written, seconds = _load(made)
        ours = process_time() - before[1]
        database = processor_seconds(pid) - before[0]
        rows = sum(written.values())
        _export(server, Path(folder))
        before = processor_seconds(pid), process_time()
        copies = [_copy(server, Path(folder)) for _ in range(3)]
        copying = (processor_seconds(pid) - before[0] + process_time() - before[1]) / 3
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    copy = middle(copies)
    told.add(
        "record_many",
        f"{seconds:.1f} s, {cases / seconds:,.0f} cases/s",
        f"{copy / seconds:.0%} of the speed of raw COPY ({copy:.1f} s; {spread(copies)})",
        "25 %",
        copy / seconds >= 0.25,
    )
    told.add(
        "processor time",
        f"{ours:.1f} s Python + {database:.1f} s PostgreSQL",
        f"COPY {copying:.1f} s: {copying / (ours + database):.0%}",
    )
    told.add("events a second", f"{written['casework_event'] / seconds:,.0f}/s")
    told.notes.append(
        f"{rows:,} rows, {size / 2**20:.0f} MiB: "
        + ", ".join(f"{name} {count:,}" for name, count in written.items())
    )
    told.notes.append("making up the filings is not counted; COPY reads its rows from files in memory")
    return told


def _load(made: list[Any]) -> tuple[dict[str, int], float]:
    from django.db import connection

    from motcua.casework.batch import record_many

    source = iter(made)
    begin = perf_counter()
    while batch := list(islice(source, BATCH)):
        record_many(batch)
    seconds = perf_counter() - begin
    counts = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"select count(*) from {table}")
            counts[table] = int(cursor.fetchone()[0])
    connection.close()
    return counts, seconds


def _export(server: Any, folder: Path) -> None:
    """The rows as COPY writes them, and a second database with the same schema and what the rows refer to."""
    with psycopg.connect(server.url("postgres")) as source:
        for table in TABLES:
            with source.cursor().copy(f"copy {table} to stdout") as copy, (folder / table).open("wb") as file:
                for part in copy:
                    file.write(part)
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("create database bench_copy owner motcua_owner")
    dump = subprocess.run(
        [str(server.binaries() / "pg_dump"), "--schema-only", server.url("postgres")],
        capture_output=True,
        check=True,
    )
    subprocess.run(
        [str(server.binaries() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", server.url("postgres", "bench_copy")],
        input=dump.stdout, capture_output=True, check=True,
    )  # fmt: skip


def _copy(server: Any, folder: Path) -> float:
    """Seconds to COPY all rows in one transaction, as the owner, into empty tables."""
    parts = {table: (folder / table).read_bytes() for table in TABLES}
    with psycopg.connect(server.url("postgres", "bench_copy")) as connection:
        # The counts of search texts are a table of a trigger's own, which empties itself with the cases.
        connection.execute("truncate casework_case cascade")
        connection.commit()
        begin = perf_counter()
        for table, content in parts.items():
            with connection.cursor().copy(f"copy {table} from stdin") as copy:
                for start in range(0, len(content), 2**20):
                    copy.write(content[start : start + 2**20])
        connection.commit()
        return perf_counter() - begin
