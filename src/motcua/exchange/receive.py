"""Keep first, think later: the bytes are stored with digest and time, and only then does anybody look inside."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from motcua.exchange.models import Handling, Message, Partner
from motcua.lib.errors import Duplicate, NotAllowed

LARGEST = 64 * 2**20


class Received(NamedTuple):
    """The stored message, and whether these bytes were new."""

    message: Message
    is_new: bool


@transaction.atomic
def receive(partner: Partner, *, reference: str, type: str, content: bytes, at: datetime) -> Received:
    """
    Store a message and put it in the queue; answer only after COMMIT.

    The same reference with the same bytes is harmless and finds the first message again, for ever. The same reference
    with other bytes raises Duplicate: never silently.
    """
    if not partner.active:
        raise NotAllowed(
            f"Đối tác {partner.code} đang bị tạm ngắt.", f"Partner {partner.code} is switched off."
        )
    if len(content) > LARGEST:
        raise NotAllowed(
            f"Thông điệp dài {len(content)} byte, tối đa {LARGEST}. Hãy chia nhỏ.",
            f"The message has {len(content)} bytes, at most {LARGEST} are taken. Split it.",
        )
    digest = hashlib.sha256(content).hexdigest()
    # Inserted or found in one statement: two senders of the same message at once cannot both believe to be first.
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into exchange_message (partner_id, direction, reference, type, content, sha256, received_at) "
            "values (%s, 'in', %s, %s, %s, %s, %s) on conflict do nothing returning id",
            [partner.pk, reference, type, content, digest, at],
        )
        row = cursor.fetchone()
    if row is not None:
        message = Message(
            pk=row[0], partner=partner, direction=Message.Direction.IN, reference=reference, type=type,
            content=content, sha256=digest, received_at=at,
        )  # fmt: skip
        Handling.objects.create(message=message, next_try_at=at)
        return Received(message, True)
    message = Message.objects.get(partner=partner, direction=Message.Direction.IN, reference=reference)
    if message.sha256 != digest:
        raise Duplicate(
            f"Số tham chiếu {reference} đã dùng cho một thông điệp khác (SHA-256 {message.sha256[:12]}…). "
            "Hãy gửi lại với số mới.",
            f"The reference {reference} was used for another message (SHA-256 {message.sha256[:12]}…). "
            "Send yours under a new reference.",
            place="reference",
            first=message,
        )
    return Received(message, False)
