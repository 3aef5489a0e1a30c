"""What the port says: when a ship came and went, and what it counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from motcua.casework.record import record
from motcua.exchange.models import Message
from motcua.manifest import register
from motcua.manifest.models import Discharge, Movement
from motcua.people.actor import Actor


@transaction.atomic
def note_time(
    movement: Movement, *, kind: str, moment: datetime, actor: Actor, at: datetime, message: Message | None = None
) -> None:  # fmt: skip
    """The ship has come or gone, by the port's word: an observation that may come late."""
    movement = register.locked(movement)
    record(movement.case, kind, at=moment, actor=actor, message=message, recorded_at=at)
    name = "ata" if kind == "arrived" else "atd"
    Movement.objects.filter(pk=movement.pk).update(**{name: moment})


@transaction.atomic
def note_discharge(
    movement: Movement, lines: Sequence[tuple[str, str, int | None, Decimal | None]], *, at: datetime,
    message: Message | None = None,
) -> None:  # fmt: skip
    """What the port counted, (container, bill, packages, gross kg) a line; a new report takes the place of the old."""
    Discharge.objects.filter(movement=movement).delete()
    Discharge.objects.bulk_create(
        Discharge(
            movement=movement, container=container, bill_key=bill, packages=packages, gross_kg=gross, at=at, message=message
        )
        for container, bill, packages, gross in lines
    )  # fmt: skip
