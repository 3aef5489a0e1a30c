"""
Matching bills with declarations at three sizes, beside the bare SQL join of the same rows, which knows one writing only.

Nine in ten declarations name a bill that is there, in the ways people write: with the carrier's code, without it, with other
zeros, with blanks. The rest name one that is not. Reading, matching, comparing and writing are all inside the time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter, process_time

from bench.figures import Report
from bench.stack import ground

SIZES = (25_000, 50_000, 100_000)
AIM = 20.0
NOW = datetime(2020, 7, 1, 2, tzinfo=UTC)

_CASES = """
    insert into casework_case (kind, reference, office, procedure, calendar, limit_text, channel, label, search, opened_at,
        status, paused_for, holder, outcome, used, verdict, last_number, head, received_at)
    select %(kind)s, %(letter)s || n, '20CF', '', '', '', 'message', '', '', %(at)s, 'registered', '{}', '', '', 0, '', 0,
        decode(repeat('00', 32), 'hex'), %(at)s
    from generate_series(%(first)s::int, %(last)s::int) n
"""
_SHIP = """
    insert into manifest_movement (case_id, mode, kind, direction, imo, ship, flag, registration, voyage, port, other_port,
        dangerous, late, call_key, next_due, ata)
    select id, 'sea', 'entry', 'entry', '', 'SHIP', '', '', '1', 'VNHON', '', false, 0, '', '', %s
    from casework_case where kind = 'movement'
"""
_VERSION = """
    insert into manifest_version (movement_id, form, number, function, reference, content, sha256, reason, diff, findings,
        waits, late, channel, filed_at, filed_by)
    select case_id, 'manifest', 1, 'original', '', '{}', '', '', '{}', '[]', false, false, 'message', %s, 'bench'
    from manifest_movement
"""
_BILLS = """
    insert into manifest_bill (movement_id, version_id, position, number, key, carrier, kind, master_key, nature, direction,
        shipper, consignee, consignee_code, loading, unloading, goods, hs, packages, package_kind, gross_kg, containers,
        split, live)
    select v.movement_id, v.id, n, 'HLCU' || lpad(n::text, 9, '0'), lpad(n::text, 9, '0'), 'HLCU', 'simple', '', 'import',
        'entry', '', '', '9900000016', '', '', '', '{}', 40, 'CT', 12000, '{}', false, true
    from generate_series(%(first)s::int, %(last)s::int) n, manifest_version v
"""
_DECLARATIONS = """
    insert into declarations_declaration (case_id, key, flow, regime, tax_code, hs_code)
    select id, (10300000000 + substr(reference, 2)::bigint)::text, 'import', 'A11', '9900000016', '84137000'
    from casework_case where kind = 'declaration' and substr(reference, 2)::int between %(first)s and %(last)s
"""
_LINES = """
    insert into declarations_line (declaration_id, version, number, description, hs_code, origin, quantity, unit, net_kg,
        currency)
    select case_id, 0, 1, 'x', '84137000', 'TH', 40, 'UNT', 11000, ''
    from declarations_declaration where key::bigint - 10300000000 between %(first)s and %(last)s
"""
_REFERENCES = """
    insert into declarations_reference (declaration_id, kind, number, compare_key)
    select case_id, 'bill', written, regexp_replace(upper(written), '[^A-Z0-9]', '', 'g') from (
        select case_id, case
            when n %% 10 = 0 then 'MISSING' || n
            when n %% 10 < 6 then 'HLCU' || lpad(n::text, 9, '0')
            when n %% 10 = 6 then lpad(n::text, 9, '0')
            when n %% 10 = 7 then 'HLCU' || n
            else 'hlcu ' || lpad(n::text, 9, '0') end as written
        from (select case_id, key::bigint - 10300000000 as n from declarations_declaration) d
        where n between %(first)s and %(last)s) w
"""
_JOIN = """
    create temp table joined as
    select r.declaration_id, b.id
    from declarations_reference r join manifest_bill b on b.live and r.compare_key = b.carrier || b.key
    where r.kind = 'bill'
"""


def report(*, full: bool = False) -> Report:
    """Grow the register in three steps and match all of it anew at each; `full` adds a fourth of 400,000."""
    told = Report("matching: as many declarations as bills, all written down anew")
    sizes = (*SIZES, 400_000) if full else SIZES
    seconds: dict[int, float] = {}
    with ground():
        from django.db import connection

        from motcua.consignment import models
        from motcua.consignment.run import match_register

        _ship()
        before = 0
        for size in sizes:
            _grow(before + 1, size)
            before = size
            models.Match.objects.all().delete()
            models.Discrepancy.objects.all().delete()
            began, worked = perf_counter(), process_time()
            run = match_register(NOW)
            seconds[size], worked = perf_counter() - began, process_time() - worked
            if (run.bills, run.claims, run.tied) != (size, size, size - size // 10):
                raise RuntimeError(f"tied {run.tied} of {run.claims} claims to {run.bills} bills")
            began = perf_counter()
            again = match_register(NOW)
            quiet = perf_counter() - began
            with connection.cursor() as cursor:
                cursor.execute("drop table if exists joined")
                began = perf_counter()
                cursor.execute(_JOIN)
                joined, join = cursor.rowcount, perf_counter() - began
            told.add(
                f"{size:,} bills, {size:,} declarations", f"{seconds[size]:.1f} s",
                f"bare SQL join {join:.2f} s ({seconds[size] / join:.0f} times), which ties {joined:,}, we {run.tied:,}",
                f"{AIM:.0f} s at 100,000" if size == 100_000 else "", seconds[size] <= AIM if size == 100_000 else None,
            )  # fmt: skip
            told.notes.append(
                f"{size:,}: {worked:.1f} s of our processor; the next run, with nothing new, {quiet:.1f} s "
                f"({again.discrepancies:,} discrepancies open)"
            )
    growth = seconds[100_000] / seconds[25_000]
    told.add(
        "four times the bills", f"{growth:.1f} times the time", "", "linear: at most 5 times", growth <= 5
    )
    return told


def _ship() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_CASES, {"kind": "movement", "letter": "S", "at": NOW, "first": 1, "last": 1})
        cursor.execute(_SHIP, [NOW])
        cursor.execute(_VERSION, [NOW])


def _grow(first: int, last: int) -> None:
    from django.db import connection

    span = {"first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, span)
        cursor.execute(_CASES, {"kind": "declaration", "letter": "D", "at": NOW, **span})
        for statement in (_DECLARATIONS, _LINES, _REFERENCES):
            cursor.execute(statement, span)
        for table in ("manifest_bill", "casework_case", "declarations_declaration", "declarations_reference"):
            cursor.execute(f"analyze {table}")
