"""
Form II.06a for nine months, at growing numbers of dossiers spread over ten years.

The lines of the reports (`casework_standing`) are made set-based in SQL, two versions a dossier, for this measure only:
there are no cases behind them. What the form says is compared with a plain count of the same rows.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from bench.client import drive
from bench.figures import Report
from bench.stack import ground, gunicorn

SIZES = (100_000, 1_000_000)
FULL = (*SIZES, 10_000_000)
NINE_MONTHS = (date(2020, 1, 1), date(2020, 9, 30))
PERIODS = {
    "one month": (date(2020, 9, 1), date(2020, 9, 30)),
    "three months": (date(2020, 7, 1), date(2020, 9, 30)),
}

# Ten years to the end of 2020. Most are settled within three days, one in fifty takes two months, one in two hundred is
# still open; seven of ten come online. The hash spreads all that without any order among neighbours.
_STANDINGS = """
insert into casework_standing
  (case_id, kind, office, procedure, channel, received_at, finished_at, due_at, verdict, outcome, known_from, known_to)
with made as (
  select n, abs(hashint8(n)::bigint) as h,
    timestamptz '2011-01-01 08:00+07' + (n * interval '10 years' / %(count)s) as received_at
  from generate_series(1::bigint, %(count)s) n
), lived as (
  select *, received_at + case when h %% 50 = 0 then interval '60 days' else (h %% 4320) * interval '1 minute' end as finished_at,
    (h %% 200 = 0 and received_at > timestamptz '2020-06-01') as unfinished,
    (array['20BB','20BC','20BD','20CE','20CF','20CG','20ZZ-KTSTQ','20ZZ-GSQL','20ZZ-TXNK'])[1 + h %% 9] as office,
    (array[%(procedures)s])[1 + (h / 9) %% %(kinds)s] as procedure,
    case when h %% 10 < 7 then 'online' when h %% 10 < 9 then 'desk' else 'post' end as channel
  from made
)
select n, 'dossier', office, procedure, channel, received_at, null, received_at + interval '2 days', '', '',
  received_at, case when unfinished then null else finished_at end from lived
union all
select n, 'dossier', office, procedure, channel, received_at, finished_at, received_at + interval '2 days',
  case when finished_at > received_at + interval '2 days' then 'late'
       when finished_at < received_at + interval '1 day' then 'early' else 'on_time' end,
  case when h %% 40 = 1 then 'withdrawn' else 'approved' end, finished_at, null from lived where not unfinished
"""
_FLOOR = "select office, count(*) from casework_standing where received_at >= %s and received_at < %s group by office"


def report(*, full: bool = False) -> Report:
    """Each size in turn in one database; the peer is one plain grouped count over the period's rows."""
    told = Report("report06a: form II.06a, nine months of 2020, by office")
    with ground() as server:
        for count in FULL if full else SIZES:
            # Half a minute of processor time a million: rows in one statement, then indexes.
            print(f"making {count:,} dossiers ...", file=sys.stderr, flush=True)
            _make(server, count)
            cold, dropped = _cold(server)
            warm = median(_seconds(NINE_MONTHS) for _ in range(5))
            floor = median(_floor() for _ in range(5))
            told.add(
                f"{count:,} dossiers",
                f"warm {warm * 1000:,.0f} ms, cold {cold * 1000:,.0f} ms",
                f"{warm / floor:.1f} times one grouped count of the period's rows ({floor * 1000:,.0f} ms)",
            )
            parts = {name: median(_seconds(period) for _ in range(3)) for name, period in PERIODS.items()}
            told.notes.append(
                f"{count:,}: " + ", ".join(f"{name} {seconds * 1000:,.0f} ms" for name, seconds in parts.items())
                + f"; {_checked():,} settled in the nine months, as a plain count of the rows says"
            )  # fmt: skip
        told.notes.append(
            "cold: server started anew, "
            + ("the system's cache dropped" if dropped else "the system's cache kept (no right)")
        )
        opened, size = _issued()
        told.add(
            "an issued form opened over HTTP",
            f"p50 {opened:,.0f} ms",
            f"{size:,} bytes; its signature holds",
        )
    told.notes.append("the rows are made set-based for this measure; no cases stand behind them")
    return told


def _make(server: Any, count: int) -> None:
    """Empty the table and fill it; indexes are built after the rows, as after a restore."""
    from motcua.procedures.catalogue import catalogue

    names = sorted(
        {
            sheet.procedure
            for sheet in catalogue()
            if all(one.counted_by == "one-stop" for one in catalogue().versions(sheet.procedure))
        }
    )
    _disconnect()
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        # Only for this measure: without cases, no key to cases can hold.
        connection.execute("set session_replication_role = replica")
        connection.execute("truncate casework_standing")
        indexes = connection.execute(
            "select indexname, indexdef from pg_indexes where tablename = 'casework_standing' and indexname not like '%pkey'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'drop index "{name}"')
        procedures = ", ".join(f"'{name}'" for name in names)
        statement = _STANDINGS.replace("%(procedures)s", procedures).replace("%(kinds)s", str(len(names)))
        connection.execute(statement, {"count": count})
        connection.execute("set maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("vacuum analyze casework_standing")


def _seconds(days: tuple[date, date]) -> float:
    from motcua.reporting.form06a import form_06a

    period, now = _period(days)
    begin = perf_counter()
    form_06a(period, now)
    return perf_counter() - begin


def _period(days: tuple[date, date]) -> tuple[Any, Any]:
    from django.utils import timezone

    from motcua.reporting.periods import between

    return between(*days), timezone.now()


def _floor() -> float:
    from django.db import connection

    period, _ = _period(NINE_MONTHS)
    with connection.cursor() as cursor:
        begin = perf_counter()
        cursor.execute(_FLOOR, [period.begins, period.ends])
        cursor.fetchall()
        return perf_counter() - begin


def _checked() -> int:
    """How many the form calls settled; RuntimeError when a plain count of the rows says otherwise."""
    from django.db import connection

    from motcua.reporting.form06a import form_06a

    period, now = _period(NINE_MONTHS)
    filled = form_06a(period, now)
    filled.require_identities()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from casework_standing where finished_at >= %s and finished_at < %s and known_to is null",
            [period.begins, period.ends],
        )
        plain = int(cursor.fetchone()[0])
    if filled.total.cells[7] != plain:
        raise RuntimeError(f"the form says {filled.total.cells[7]}, the rows {plain}")
    return plain


def _cold(server: Any) -> tuple[float, bool]:
    """The first form after a restart, and whether the system's cache could be dropped too."""
    _seconds(NINE_MONTHS)  # loads the law and the code, which are not what is cold
    _disconnect()
    server.stop()
    dropped = False
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
        dropped = True
    server.start()
    return _seconds(NINE_MONTHS), dropped


def _disconnect() -> None:
    from django.db import connection

    connection.close()


def _issued() -> tuple[float, int]:
    """Issue the form, then open it as a leader of the department does."""
    from django.test import Client

    from motcua.casework.seal import signer
    from motcua.people.actor import Actor
    from motcua.people.models import User
    from motcua.reporting.issue import holds, issue

    period, now = _period(NINE_MONTHS)
    vinh = User.objects.get(username="vinh")
    made = issue("06a", period, Actor.of(vinh, now.date()), as_of=now)
    if not holds(made, signer().public_pem()):
        raise RuntimeError("the issued form is not as it was signed")
    browser = Client()
    browser.force_login(vinh)
    cookie = browser.cookies["sessionid"].value
    _disconnect()
    with gunicorn() as (port, _):
        request = f"GET /figures/issued/{made.pk}/ HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={cookie}\r\n\r\n"
        load = drive(port, lambda number: request.encode(), clients=1, seconds=4, keep=1)
    if set(load.statuses) != {200}:
        raise RuntimeError(f"the issued form was not shown: {load.statuses}")
    return load.percentile(0.5), len(load.bodies[0])
