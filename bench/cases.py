"""Declarations for the measures of loading and recounting: made up, alike in every run, none of it from real trade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

PROCEDURES = {"import": "clearance/import-declaration", "export": "clearance/export-declaration"}
OFFICES = ("20BB", "20BC", "20BD", "20CE", "20CF", "20CG")
BEGIN = datetime(2020, 1, 6, 1, tzinfo=UTC)


def filings(count: int) -> Iterator[Any]:
    """`count` declarations of nine months of 2020, each with five to seven events and its own row, oldest first."""
    from motcua.casework.batch import Filing
    from motcua.casework.record import NewCase
    from motcua.declarations.models import Declaration
    from motcua.procedures.catalogue import catalogue, local_date

    random = Random(20)
    step = timedelta(days=260) / count
    for number in range(count):
        flow = "import" if random.random() < 0.6 else "export"
        at = BEGIN + number * step
        sheet = catalogue().in_force(PROCEDURES[flow], local_date(at))
        key = f"1{number:010d}"
        tax_code = f"57{random.randrange(10**8):08d}"
        new = NewCase(
            kind="declaration", reference=key, office=random.choice(OFFICES), channel="online", opened_at=at,
            procedure=sheet.procedure, sheet_since=sheet.since, calendar=sheet.calendar,
            limit=sheet.limit_for("online"), label=f"Tờ khai {flow} A11", search=tax_code,
        )  # fmt: skip
        row = Declaration(
            key=key, flow=flow, regime="A11", tax_code=tax_code, hs_code=f"{random.randrange(10**7, 10**8)}",
            first_channel=random.randrange(1, 4),
        )  # fmt: skip
        yield Filing(new, list(_life(random, at)), row)


def _life(random: Random, at: datetime) -> Iterator[Any]:
    from motcua.casework.record import NewEvent

    def event(kind: str, details: dict[str, Any] | None = None) -> Any:
        return NewEvent(
            kind=kind,
            at=at,
            recorded_at=at,
            actor="partner:customs-core",
            channel="online",
            details=details or {},
        )

    channel = random.randrange(1, 4)
    yield event("registered")
    at += timedelta(seconds=random.randrange(2, 50))
    yield event("channelled", {"channel": channel})
    for kind in ("documents_checked", "goods_checked")[: channel - 1]:
        at += timedelta(minutes=random.randrange(10, 400))
        yield event(kind)
    for kind in ("duty_paid", "released", "gone"):
        at += timedelta(minutes=random.randrange(5, 300))
        yield event(kind)
