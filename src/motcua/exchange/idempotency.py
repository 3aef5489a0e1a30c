"""
One effect and one answer, however often a request is sent: for as long as its record is kept, which is for ever.

The request is kept as a message that came in, under the sender's own key; the answer as the message that went out to
it. Both, and whatever the request did, are one transaction: after a crash all of it stands or nothing, and the same
request sent again gets the stored answer byte for byte, or is carried out for the first time.

A refusal is an answer like any other: it is kept, and the mended request comes under a new key. What went wrong on our
side (a database that went away) is no answer: nothing is kept, and the same key may be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import _findings
from motcua.lib.errors import Duplicate, NotAllowed, Refused, Unavailable


class Answer(NamedTuple):
    """What goes back to the sender: a status and the exact bytes; `replayed` when it was given before."""

    status: int
    content: bytes
    replayed: bool = False


class KeyReused(Refused):
    """The key was used for other bytes."""


@transaction.atomic
def partner_of(organisation: int, name: str) -> Partner:
    """The partner under which an organisation's requests are kept, whichever of its keys it uses."""
    partner, _ = Partner.objects.get_or_create(code=f"org-{organisation}", defaults={"name": name[:200]})
    return partner


def answer_once(
    partner: Partner,
    *,
    key: str,
    type: str,
    content: bytes,
    at: datetime,
    act: Callable[[Message], Answer],
    refuse: Callable[[Refused], Answer],
) -> Answer:
    """
    Carry out a request unless it was carried out before; the answer is given only after COMMIT.

    `act` does the work inside the transaction and may raise Refused: then what it did is undone, and the answer `refuse`
    makes of it is kept instead. Two at once with one key: the second waits for the first and gets its answer.
    Raises KeyReused when the key belongs to other bytes, NotAllowed when the partner is switched off.
    """
    try:
        with transaction.atomic():
            message, is_new = _take(partner, key, type, content, at)
            if not is_new:
                return _stored(message)
            answer = act(message)
            _keep(message, answer, Handling.State.DONE, at)
            return answer
    except (KeyReused, _SwitchedOff):
        raise
    except Refused as refusal:
        error = refusal
    # What `act` had begun is rolled back, the message with it; now the message is kept together with the refusal.
    with transaction.atomic():
        message, is_new = _take(partner, key, type, content, at)
        if not is_new:
            return _stored(message)
        answer = refuse(error)
        _keep(message, answer, Handling.State.REFUSED, at, error)
        return answer


class _SwitchedOff(NotAllowed):
    """The partner may not send; nothing is kept."""


def _take(partner: Partner, key: str, type: str, content: bytes, at: datetime) -> tuple[Message, bool]:
    try:
        return receive(partner, reference=key, type=type, content=content, at=at)
    except Duplicate as error:
        raise KeyReused(error.text, error.text_en, place="Idempotency-Key") from error
    except NotAllowed as error:
        raise _SwitchedOff(error.text, error.text_en, place=error.place) from error


def _keep(
    message: Message, answer: Answer, state: Handling.State, at: datetime, error: Refused | None = None
) -> None:
    Message.objects.create(
        partner=message.partner, direction=Message.Direction.OUT, reference=message.reference,
        type=f"{message.type}/{answer.status}", content=answer.content, sha256=_sha256(answer.content),
        received_at=at, answers=message,
    )  # fmt: skip
    Handling.objects.filter(message=message).update(
        state=state, attempts=1, finished_at=at, findings=_findings(error) if error else []
    )


def _stored(message: Message) -> Answer:
    """The answer given to a message; Unavailable when it has none because somebody else still works on it."""
    sent = message.answered_by.order_by("pk").values_list("type", "content").first()
    if sent is None:
        raise Unavailable(f"message {message.pk} was received by another way and has no answer yet")
    return Answer(int(sent[0].rpartition("/")[2]), bytes(sent[1]), replayed=True)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
