"""
Certificates of origin: a signed form D checked, judged by every rule of receipt, and committed as a case.

Each message is a transaction of its own, as the worker does it. The peer is the bare insert of the same bytes into one row
with one COMMIT, in the same run and on the same connection.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.figures import Report, middle, spread
from bench.stack import ground

AIM = 200
ITEMS = 3
AT = datetime(2020, 5, 18, 2, tzinfo=UTC)


def report(*, full: bool = False, rounds: int = 3) -> Report:
    """Bare, certificates, bare, certificates, … in turn."""
    count = 1000 if full else 200
    told = Report(f"origin: signed certificates of {ITEMS} items, one connection, {count} a round")
    with ground():
        from django.db import connection, transaction

        from motcua.lib.xmlsign import TrustedKey, TrustList, make_key, sign, verify
        from motcua.origin.actions import gateway
        from motcua.origin.messages import write

        since, until = datetime(2015, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
        key = make_key("Bench", "TH", since, until)
        trusted = TrustList.of([TrustedKey("TH", key.fingerprint, since, until)])
        partner = gateway()
        bare, taken, checked, cost = [], [], [], []
        for turn in range(rounds):
            contents = [
                sign(write(_form(f"B{turn}-{n:06d}")), key, at=AT - timedelta(hours=1)) for n in range(count)
            ]
            started = time.perf_counter()
            for content in contents:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("insert into bench_bare (content, sha256) values (%s, '')", [content])
            bare.append(count / (time.perf_counter() - started))
            started = time.perf_counter()
            for content in contents:
                if not verify(content, trusted, at=AT).is_good:
                    raise RuntimeError("a good signature was refused")
            checked.append(count / (time.perf_counter() - started))
            messages = [_message(partner, content, f"{turn}-{n}") for n, content in enumerate(contents)]
            started, spent = time.perf_counter(), time.process_time()
            for message in messages:
                _admit(message, trusted)
            taken.append(count / (time.perf_counter() - started))
            cost.append((time.process_time() - spent) / count * 1000)
        _counted(rounds * count)
    told.add(
        "validated and committed", f"{middle(taken):,.0f}/s",
        f"{middle(taken) / middle(bare):.1%} of bare inserts ({middle(bare):,.0f}/s); {spread(taken)}", f"{AIM}/s",
        middle(taken) >= AIM,
    )  # fmt: skip
    told.add(
        "our processor time a certificate",
        f"{middle(cost):.1f} ms",
        "the database's own not counted; a second worker adds as much again",
    )
    told.add("signatures checked alone", f"{middle(checked):,.0f}/s", "XAdES, ECDSA P-256, no database")
    told.notes.append(
        f"{len(contents[0]):,} bytes each; signature, schema, rules of receipt, case, event, items, trace"
    )
    return told


def _message(partner: Any, content: bytes, reference: str) -> Any:
    from motcua.exchange.receive import receive

    return receive(partner, reference=reference, type="xml-formd", content=content, at=AT).message


def _admit(message: Any, trusted: Any) -> None:
    from django.db import transaction

    from motcua.origin.exchange import admit

    with transaction.atomic():
        admit(message, AT, trusted)


def _counted(expected: int) -> None:
    from motcua.origin.models import Certificate

    if Certificate.objects.count() != expected:
        raise RuntimeError(f"{Certificate.objects.count()} certificates instead of {expected}")


def _form(number: str) -> Any:
    from motcua.origin.documents import FormD, Invoice, Item, Party, Transport

    items = tuple(
        Item(
            number=n, description=f"GOODS {n}", hs_code="10063040", criterion="WO", quantity=Decimal(100 + n), unit="TNE",
            marks="N/M", packages=10, package_kind="BG", gross_kg=Decimal(100_000), invoice="INV-1",
        )
        for n in range(1, ITEMS + 1)
    )  # fmt: skip
    return FormD(
        number=number, issuing_country="TH", importing_country="VN", issued_on=date(2020, 5, 4), authority="Bench",
        exporter=Party("Exporter", "Bangkok", "TH"), consignee=Party("Importer", "Ha Long", "VN"),
        transport=Transport(date(2020, 5, 4), "MV BENCH", "THLCH", "VNHON"), items=items,
        invoices=(Invoice("INV-1", date(2020, 5, 1), "", "TH"),), production_country="TH",
    )  # fmt: skip
