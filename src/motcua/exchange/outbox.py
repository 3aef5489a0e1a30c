"""
What goes out: a message and its delivery are rows, written in the transaction of what causes them.

The worker carries them to the partner afterwards (`deliver.deliver_one`), or the partner takes them itself. A reference
is used once with a partner: the same bytes under it again are the same message.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from motcua.exchange.models import Delivery, Message, Partner
from motcua.lib.errors import Duplicate


class Reply(NamedTuple):
    """An answer as its writer gives it: its type, its bytes and, where it has a number of its own, its reference."""

    type: str
    content: bytes
    reference: str = ""


@transaction.atomic
def send(
    partner: Partner,
    *,
    reference: str,
    type: str,
    content: bytes,
    at: datetime,
    answers: Message | None = None,
) -> Message:
    """
    Queue bytes for a partner in the caller's transaction; the same bytes under the same reference are queued once.

    Raises Duplicate when the reference was used for other bytes.
    """
    digest = hashlib.sha256(content).hexdigest()
    message = Message(
        partner=partner, direction=Message.Direction.OUT, reference=reference, type=type, content=content,
        sha256=digest, received_at=at, answers=answers,
    )  # fmt: skip
    Message.objects.bulk_create([message], ignore_conflicts=True)
    stored = Message.objects.defer("content").get(
        partner=partner, direction=Message.Direction.OUT, reference=reference
    )
    if stored.sha256 != digest:
        raise Duplicate(
            f"Số tham chiếu {reference} đã dùng cho thông điệp đi khác tới {partner.code}.",
            f"The reference {reference} was used for another message to {partner.code}.",
            place="reference", first=stored,
        )  # fmt: skip
    Delivery.objects.bulk_create(
        [Delivery(message=stored, partner=partner, queued_at=at, next_try_at=at)], ignore_conflicts=True
    )
    message.pk = stored.pk
    return message


def answer(message: Message, *, type: str, content: bytes, at: datetime, reference: str = "") -> Message:
    """Queue the answer to a message that came in; without a reference of its own it is numbered after the message."""
    number = message.answered_by.count() + 1
    return send(
        message.partner, reference=reference or f"re-{message.pk}-{number}", type=type, content=content, at=at,
        answers=message,
    )  # fmt: skip


def waiting_for(partner: Partner) -> QuerySet[Message]:
    """What a partner has not taken yet, oldest first."""
    return (
        Message.objects.filter(delivery__partner=partner, delivery__state=Delivery.State.WAITING)
        .exclude(type__in=partner.closed_types)
        .select_related("answers")
        .defer("content", "answers__content")
        .order_by("delivery__queued_at", "pk")
    )


def taken(message: Message, at: datetime) -> bool:
    """Mark a message as delivered; False when it was no longer waiting."""
    return bool(
        Delivery.objects.filter(message=message, state=Delivery.State.WAITING).update(
            state=Delivery.State.DELIVERED, finished_at=at
        )
    )
