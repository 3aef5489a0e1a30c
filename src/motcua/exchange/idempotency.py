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
from typing import Any, NamedTuple

from django.db import transaction

from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import keep, receive
from motcua.exchange.work import findings_of
from motcua.lib.errors import Duplicate, NotAllowed, Refused, Unavailable


class Answer(NamedTuple):
    """
    What goes back to the sender: a status and the exact bytes. `kept` when it is stored already, by whoever made it;
    `replayed` when it was given before.
    """

    status: int
    content: bytes
    kept: bool = False
    replayed: bool = False


class KeyReused(Refused):
    """The key was used for other bytes."""


class Sender(NamedTuple):
    """An organisation whose software sends: its requests are kept under one partner, whichever of its keys it uses."""

    organisation: int
    name: str

    @property
    def code(self) -> str:
        """The code of its partner."""
        return f"org-{self.organisation}"

    def as_partner(self) -> dict[str, Any]:
        """The other columns of its partner."""
        return {"name": self.name[:200], "organisation_id": self.organisation}


def answer_once(
    sender: Sender,
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
            message, is_new = _take(sender, key, type, content, at)
            if not is_new:
                return _stored(message)
            answer = act(message)
            if not answer.kept:
                Message(**answer_row(message, answer, at)).save(force_insert=True)
            return answer
    except (KeyReused, _SwitchedOff):
        raise
    except Refused as refusal:
        error = refusal
    # What `act` had begun is rolled back, the message with it; now the message is kept together with the refusal.
    with transaction.atomic():
        message, is_new = _take(sender, key, type, content, at)
        if not is_new:
            return _stored(message)
        answer = refuse(error)
        Message(**answer_row(message, answer, at)).save(force_insert=True)
        Handling.objects.filter(message=message).update(
            state=Handling.State.REFUSED, findings=findings_of(error)
        )
        return answer


class _SwitchedOff(NotAllowed):
    """The partner may not send; nothing is kept."""


def _take(sender: Sender, key: str, type: str, content: bytes, at: datetime) -> tuple[Message, bool]:
    """The message, and whether it is new. Its handling is done already: both stand only if the work is done too."""
    done = Handling.State.DONE
    message = keep(sender.code, reference=key, type=type, content=content, at=at, state=done)
    if message is not None:
        return message, True
    # The sender's first message ever, one that came before, or one that may not come: `receive` says which.
    partner, _ = Partner.objects.get_or_create(code=sender.code, defaults=sender.as_partner())
    try:
        message, is_new = receive(partner, reference=key, type=type, content=content, at=at)
    except Duplicate as error:
        raise KeyReused(error.text, error.text_en, place="Idempotency-Key") from error
    except NotAllowed as error:
        raise _SwitchedOff(error.text, error.text_en, place=error.place) from error
    if is_new:
        Handling.objects.filter(message=message).update(state=done, attempts=1, finished_at=at)
    return message, is_new


def answer_row(message: Message, answer: Answer, at: datetime) -> dict[str, Any]:
    """The columns of the message in which an answer is kept, for those who write it together with what they did."""
    return {
        "partner_id": message.partner_id, "direction": Message.Direction.OUT, "reference": message.reference,
        "type": f"{message.type}/{answer.status}", "content": answer.content, "sha256": _sha256(answer.content),
        "received_at": at, "answers_id": message.pk,
    }  # fmt: skip


def _stored(message: Message) -> Answer:
    """The answer given to a message; Unavailable when it has none because somebody else still works on it."""
    sent = message.answered_by.order_by("pk").values_list("type", "content").first()
    if sent is None:
        raise Unavailable(f"message {message.pk} was received by another way and has no answer yet")
    return Answer(int(sent[0].rpartition("/")[2]), bytes(sent[1]), replayed=True)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
