"""Keep first, think later: the exact bytes are stored, and only then does anybody look inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.prepared import ask
from motcua.lib.errors import Duplicate, NotAllowed

LARGEST = 64 * 2**20
# Stands for the number of the message in the text of its acknowledgement; JSON never holds this character bare.
NUMBER = "\x01"


class Received(NamedTuple):
    """The stored message, and whether these bytes were new."""

    message: Message
    is_new: bool


# Inserted or found in one statement: two senders of the same message at once cannot both believe to be first. The
# acknowledgement holds the number that the message gets here, so it is finished here.
_KEEP = """
with partner as (
  select id from exchange_partner where code = %(code)s and active
), numbered as (
  select nextval(pg_get_serial_sequence('exchange_message', 'id')) as id
), taken as (
  insert into exchange_message (id, partner_id, direction, reference, type, content, sha256, received_at,
    answers_id, repairs_id, contests_id, acknowledgement, acknowledged_as)
  select numbered.id, partner.id, 'in', %(reference)s, %(type)s, %(content)s, %(sha256)s, %(at)s,
    %(answers)s::bigint, %(repairs)s::bigint, %(contests)s::bigint,
    convert_to(replace(%(acknowledgement)s::text, chr(1), numbered.id::text), 'UTF8'), %(status)s::smallint
  from partner, numbered
  on conflict (partner_id, direction, reference) do nothing returning id, partner_id, acknowledgement
), handled as (
  insert into exchange_handling (message_id, state, attempts, next_try_at, finished_at, findings)
  select id, %(state)s, %(attempts)s, %(at)s, %(finished)s::timestamptz, %(findings)s::jsonb from taken
)
select id, partner_id, acknowledgement from taken
"""


def keep(
    code: str,
    *,
    reference: str,
    type: str,
    content: bytes,
    at: datetime,
    state: Handling.State = Handling.State.WAITING,
    findings: Sequence[dict[str, str]] = (),
    answers: int | None = None,
    repairs: int | None = None,
    contests: int | None = None,
    acknowledgement: str | None = None,
    status: int | None = None,
) -> Message | None:
    """
    Store a message with its place in the queue, in one statement; None when the reference is known or the partner is not
    (or is switched off). `acknowledgement` is what the sender is told, with NUMBER where the message's number goes.
    """
    over = state != Handling.State.WAITING
    digest = hashlib.sha256(content).hexdigest()
    row = ask(
        _KEEP,
        {
            "code": code, "reference": reference, "type": type, "content": content, "sha256": digest, "at": at,
            "state": str(state), "attempts": int(state == Handling.State.DONE), "finished": at if over else None,
            "findings": json.dumps(list(findings)), "answers": answers, "repairs": repairs, "contests": contests,
            "acknowledgement": acknowledgement, "status": status,
        },
    )  # fmt: skip
    if row is None:
        return None
    return Message(
        pk=row[0], partner_id=row[1], direction=Message.Direction.IN, reference=reference, type=type, content=content,
        sha256=digest, received_at=at, answers_id=answers, repairs_id=repairs, contests_id=contests,
        acknowledgement=row[2], acknowledged_as=status,
    )  # fmt: skip


@transaction.atomic
def receive(partner: Partner, *, reference: str, type: str, content: bytes, at: datetime) -> Received:
    """
    Store a message and put it in the queue; answer only after COMMIT.

    The same reference with the same bytes is harmless and finds the first message again, for ever. The same reference
    with other bytes raises Duplicate: never silently. `gateway.take_in` is the door for bytes that say themselves what
    they are.
    """
    if not partner.active:
        raise switched_off(partner.code)
    largest_refused(partner, content)
    message = keep(partner.code, reference=reference, type=type, content=content, at=at)
    if message is not None:
        return Received(message, True)
    found = known(partner.code, reference)
    if found is None:
        raise switched_off(partner.code)
    if found.sha256 != hashlib.sha256(content).hexdigest():
        raise reused(reference, found)
    return Received(found, False)


def known(code: str, reference: str) -> Message | None:
    """The message that came from a partner under a reference."""
    return Message.objects.filter(
        partner__code=code, direction=Message.Direction.IN, reference=reference
    ).first()


def largest_of(partner: Partner) -> int:
    """The most bytes one message of a partner may have."""
    return min(partner.largest_bytes or LARGEST, LARGEST)


def largest_refused(partner: Partner, content: bytes) -> None:
    """NotAllowed when the bytes are more than the partner may send."""
    if len(content) > (most := largest_of(partner)):
        raise NotAllowed(
            f"Thông điệp dài {len(content)} byte, tối đa {most}. Hãy chia nhỏ.",
            f"The message has {len(content)} bytes, at most {most} are taken. Split it.",
            place="content",
        )


def switched_off(code: str) -> NotAllowed:
    """What a partner is told that may not send."""
    return NotAllowed(f"Đối tác {code} đang bị tạm ngắt.", f"Partner {code} is switched off.")


def reused(reference: str, first: Message) -> Duplicate:
    """What a sender is told whose reference belongs to other bytes."""
    return Duplicate(
        f"Số tham chiếu {reference} đã dùng cho một thông điệp khác (SHA-256 {first.sha256[:12]}…). "
        "Hãy gửi lại với số mới.",
        f"The reference {reference} was used for another message (SHA-256 {first.sha256[:12]}…). "
        "Send yours under a new reference.",
        place="reference",
        first=first,
    )
