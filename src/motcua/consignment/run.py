"""
Matching over the whole register: two questions to the database, the pure matching between them, and COPY for what changed.

What was found before and is found again is not written again, so a quiet night costs two readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from motcua.casework.copying import copy_lines, copy_models, line
from motcua.consignment import models
from motcua.consignment.comparing import NO_BILL, Discrepancy, Terms, Used, compare
from motcua.consignment.matching import Bill, BillId, Claim, Match, match_all
from motcua.law.parameters import load_parameters
from motcua.manifest import register
from motcua.procedures.catalogue import local_date

# How often the worker compares everything anew.
EVERY = timedelta(hours=1)
_WAYS = {"import": "entry", "export": "exit"}

_BILLS = """
    select b.key, b.carrier, b.direction, min(b.number), min(b.kind),
           bool_or(b.kind = 'master' and exists(
               select from manifest_bill h where h.master_key = b.key and h.live and h.kind = 'house')),
           min(b.consignee_code), sum(b.packages), sum(b.gross_kg), min(m.ata), min(c.office),
           bool_or(b.nature in ('import', ''))
    from manifest_bill b
    join manifest_movement m on m.case_id = b.movement_id
    join casework_case c on c.id = b.movement_id
    where b.live
    group by b.key, b.carrier, b.direction
"""

_CLAIMS = """
    with last as (
        select declaration_id, max(version) as version from declarations_line group by declaration_id
    ), net as (
        select l.declaration_id, case when count(*) = count(l.net_kg) then sum(l.net_kg) end as net_kg
        from declarations_line l join last on last.declaration_id = l.declaration_id and last.version = l.version
        group by l.declaration_id
    )
    select d.case_id, d.key, r.number, d.flow, d.tax_code, net.net_kg, c.received_at, c.office
    from declarations_reference r
    join declarations_declaration d on d.case_id = r.declaration_id
    join casework_case c on c.id = d.case_id
    left join net on net.declaration_id = d.case_id
    where r.kind = 'bill' and c.status <> 'cancelled'
"""

_USED = """
    select w.bill_key, w.carrier, w.direction, sum(w.packages), sum(w.gross_kg), count(distinct w.declaration),
           bool_and(c.status = 'gone')
    from consignment_writeoff w
    left join declarations_declaration d on d.key = w.declaration
    left join casework_case c on c.id = d.case_id
    group by w.bill_key, w.carrier, w.direction
"""


def terms(now: datetime) -> Terms:
    """The numbers in force: tolerances of the manifests, the time to declare."""
    known = register.law().limits.tolerances
    days = load_parameters(settings.LAW, ("consignment",)).value(
        "consignment-declare-within", local_date(now)
    )
    return Terms(
        Decimal(str(known["gross_percent"].value)), Decimal(str(known["gross_kg"].value)),
        Decimal(str(known["gross_mismatch_percent"].value)), timedelta(days=int(days.amount)),
    )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a run found, in memory: the matches with the row of each declaration, and what does not agree."""

    bills: int
    matches: list[Match]
    rows: dict[str, int]
    discrepancies: list[Discrepancy]

    @property
    def tied(self) -> int:
        """How many claims were tied to a bill."""
        return sum(match.is_tied for match in self.matches)


def bills() -> list[Bill]:
    """Every bill in force, parts of a split one together."""
    return [
        Bill(
            BillId(key, carrier, direction), number, kind, houses, consignee or "",
            packages, gross, frozenset(), arrived, office, declared,
        )
        for key, carrier, direction, number, kind, houses, consignee, packages, gross, arrived, office, declared in _ask(_BILLS)
    ]  # fmt: skip


def claims() -> Iterator[tuple[int, Claim]]:
    """Every bill that a living declaration names, with the row of the declaration."""
    for row, key, written, flow, tax_code, net, registered, office in _ask(_CLAIMS):
        yield (
            row,
            Claim(key, written, _WAYS.get(flow, ""), tax_code, net, frozenset(), registered, office),
        )


def used() -> dict[BillId, Used]:
    """The ledgers of all bills."""
    return {
        BillId(key, carrier, direction): Used(packages, gross, count, bool(gone))
        for key, carrier, direction, packages, gross, count, gone in _ask(_USED)
    }


def find(now: datetime) -> Found:
    """Match and compare everything; writes nothing."""
    known, stated = bills(), list(claims())
    matches = list(match_all((claim for _, claim in stated), known))
    rows = {claim.declaration: row for row, claim in stated}
    return Found(len(known), matches, rows, list(compare(matches, known, used(), terms(now), now)))


@transaction.atomic
def match_register(now: datetime) -> models.MatchRun:
    """Match and compare everything, and keep what changed. One at a time: the second waits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('consignment-matching', 0))")
    found = find(now)
    _keep_matches(found, now)
    _keep_discrepancies(found.discrepancies, now)
    return models.MatchRun.objects.create(
        started_at=now, finished_at=now, bills=found.bills, claims=len(found.matches), tied=found.tied,
        discrepancies=len(found.discrepancies),
    )  # fmt: skip


def match_when_due(now: datetime) -> bool:
    """For the worker: once an hour. Never says that there is more to do."""
    last = models.MatchRun.objects.aggregate(last=Max("started_at"))["last"]
    if last is None or now - last >= EVERY:
        match_register(now)
    return False


_COLUMNS = (
    "declaration_id", "written", "how", "bill_key", "carrier", "direction", "why_vi", "why_en", "found_at",
)  # fmt: skip


def _keep_matches(found: Found, now: datetime) -> None:
    known = {
        (row[1], row[2]): row
        for row in models.Match.objects.values_list(
            "pk", "declaration_id", "written", "how", "bill_key", "carrier", "direction"
        )
    }
    new: list[str] = []
    stale: list[int] = []
    for match in found.matches:
        row = found.rows[match.claim.declaration]
        bill = match.bill.id if match.bill else NO_BILL
        before = known.pop((row, match.claim.written), None)
        if before is not None and before[3:] == (match.how.value, *bill):
            continue
        if before is not None:
            stale.append(before[0])
        why = match.why
        new.append(line((row, match.claim.written, match.how.value, *bill, why.vi, why.en, now)))
    stale += [row[0] for row in known.values()]
    if stale:
        models.Match.objects.filter(pk__in=stale).delete()
    if new:
        copy_lines(models.Match, _COLUMNS, new)


Key = tuple[str, str, str, str, str, str]


def _keep_discrepancies(found: Iterable[Discrepancy], now: datetime) -> None:
    known: dict[Key, int] = {
        row[1:]: row[0]
        for row in models.Discrepancy.objects.filter(gone_at=None).values_list(
            "pk", "kind", "bill_key", "carrier", "direction", "declaration", "declared"
        )
    }
    new: dict[Key, models.Discrepancy] = {}
    still: set[Key] = set()
    for one in found:
        key: Key = (str(one.kind), *one.bill, one.declaration, one.declared[:60])
        still.add(key)
        if key in known or key in new:
            continue
        new[key] = models.Discrepancy(
            kind=key[0], severity=str(one.severity), bill_key=one.bill.key, carrier=one.bill.carrier,
            direction=one.bill.direction, declaration=one.declaration, office=one.office, declared=one.declared[:60],
            found=one.found[:60], why_vi=one.why.vi, why_en=one.why.en, since=one.since or now,
        )  # fmt: skip
    gone = [pk for key, pk in known.items() if key not in still]
    if gone:
        models.Discrepancy.objects.filter(pk__in=gone).update(gone_at=now)
    if new:
        copy_models(models.Discrepancy, list(new.values()))


def _ask(sql: str, chunk: int = 20_000) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(chunk):
            yield from rows
