"""
A large manifest from bytes to committed rows and answer: what the gateway does, then what the worker does, as in life.

9,999 bills is the most a manifest may hold (VNACCS). The limit beside it is one COPY of as many rows into one table with
one COMMIT, in the same run.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bench.figures import Report
from bench.stack import ground

BILLS = 9_999
AIM = 5.0
NOW = datetime(2020, 6, 1, 2, tzinfo=UTC)


def report(*, full: bool = False) -> Report:
    """One manifest, once: the second would be the same message."""
    told = Report(f"manifest: one CUSCAR of {BILLS:,} bills")
    with ground():
        from django.db import connection, transaction

        from motcua.exchange.gateway import take_in
        from motcua.exchange.models import Handling, Message, Partner
        from motcua.exchange.work import process_one
        from motcua.manifest.models import Bill
        from motcua.people.cast import ensure_cast

        people = ensure_cast()
        partner = Partner.objects.create(code="bench", name="Bench", organisation=people["thuy"].organisation)
        content = _content()
        started, spent = time.perf_counter(), time.process_time()
        take_in(partner, content, at=NOW, type="edifact", reference="BENCH-1")
        kept = time.perf_counter() - started
        while process_one(NOW):
            pass
        whole, cost = time.perf_counter() - started, time.process_time() - spent
        state = Handling.objects.get(message__reference="BENCH-1", message__direction="in")
        if state.state != Handling.State.DONE or Bill.objects.count() != BILLS:
            raise RuntimeError(f"the manifest was not taken: {state.state}, {state.findings[:3]}")
        if not Message.objects.filter(direction="out", answers=state.message_id).exists():
            raise RuntimeError("nobody answered")
        rows = list(Bill.objects.values_list("number", "key", "consignee", "goods"))
        started = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("create temp table bench_bills (a text, b text, c text, d text) on commit drop")
            with cursor.copy("copy bench_bills from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
        bare = time.perf_counter() - started
    told.add("kept and acknowledged", f"{kept:.2f} s", f"{len(content) / 1e6:.1f} MB")
    told.add(
        "bytes to committed rows and answer", f"{whole:.2f} s", f"{whole / bare:,.0f} times a bare COPY of the rows",
        f"<= {AIM:.0f} s", whole <= AIM,
    )  # fmt: skip
    told.notes.append(f"{cost:.1f} s of our processor; the database's own is not counted")
    return told


def _content() -> bytes:
    from motcua.manifest.documents import (
        Bill,
        Call,
        Conveyance,
        Item,
        Manifest,
        Mode,
        MovementKind,
        Nature,
        Party,
        Place,
    )
    from motcua.manifest.messages.edifact.write import write

    call = Call(
        mode=Mode.SEA, movement=MovementKind.ENTRY, journey="BN2006E", eta=NOW + timedelta(hours=48),
        conveyance=Conveyance(name="HA LONG STAR", imo="9074729", call_sign="3WHL", flag="VN"),
        port=Place(code="VNHON"), previous_port=Place(code="CNXMN"),
    )  # fmt: skip
    bills = tuple(
        Bill(
            number=f"BNCH{n:06d}", nature=Nature.IMPORT, shipper=Party(name="Nanhai Trading"),
            consignee=Party(name="Dao Xanh", tax_code="9900000016"), loading=Place(code="CNXMN"),
            unloading=Place(code="VNHON"), packages=4, gross_kg=Decimal(120),
            items=(Item(number=1, description="Pumps", hs="841370", packages=4, package_kind="CT", gross_kg=Decimal(120)),),
        )
        for n in range(BILLS)
    )  # fmt: skip
    document = Manifest(call=call, bills=bills, reference="BENCH-1")
    return write(document, sender="BENCH", recipient="MOTCUA", reference="BENCH1", at=NOW)
