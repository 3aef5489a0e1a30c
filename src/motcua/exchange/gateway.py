"""
The door for bytes that say themselves what they are: kept, told, and only then looked into.

Every partner's system comes in here, over HTTPS, from a folder or from the command line. Whatever comes is kept: what
nobody can recognise, a second message under a used reference, an answer to something that was never sent to this
partner. Those are refused on the spot and show on the message desk; everything else waits for the worker.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from motcua.exchange import outbox
from motcua.exchange.detect import UNKNOWN, Detected, Root, by_digest, detect
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.problems import Problem
from motcua.exchange.receive import NUMBER, keep, known, reused, switched_off
from motcua.exchange.work import findings_of
from motcua.lib.errors import Malformed, NotAllowed, Refused

ACCEPTED, REPEATED = 202, 200


class Acknowledged(NamedTuple):
    """What the sender is told: a status and the exact bytes, which are stored; `is_new` when they were not before."""

    message: Message
    status: int
    content: bytes
    is_new: bool


class Verdict(NamedTuple):
    """Why a message is refused on the spot: the code of the problem, and what is wrong."""

    code: str
    error: Refused


def take_in(
    partner: Partner,
    content: bytes,
    *,
    at: datetime,
    type: str = "",
    reference: str = "",
    answers: str = "",
) -> Acknowledged:
    """
    Keep bytes from a partner and say so; call it outside a transaction, for its answer holds only after COMMIT.

    Type and reference are found in the content where they are not given. The same bytes again get the stored answer,
    byte for byte. NotAllowed, with nothing kept, when the partner or this type of message is switched off.
    """
    if not partner.active:
        raise switched_off(partner.code)
    found, verdict = _look(content, type, reference, answers)
    if found.type in partner.closed_types:
        raise TypeClosed(
            f"Loại thông điệp '{found.type}' của đối tác {partner.code} đang tạm ngắt.",
            f"Messages of type '{found.type}' from {partner.code} are switched off.",
            place="type",
        )
    answered = None
    if found.answers and verdict is None:
        answered = _sent(partner, found.answers)
        verdict = None if answered else _wrong_answer(partner, found.answers)
    with transaction.atomic():
        message = _keep(partner, found, content, at, verdict, answered)
        if answered is not None and message is not None:
            # Whoever answers has the message, even when our own note of that was lost.
            outbox.taken(answered, at)
    if message is not None:
        return _told(message, is_new=True)
    first = known(partner.code, found.reference)
    if first is None:
        raise switched_off(partner.code)
    if first.sha256 == hashlib.sha256(content).hexdigest():
        return _told(first, is_new=False)
    return _contest(partner, first, found, content, at)


class TypeClosed(NotAllowed):
    """The partner may not send messages of this type."""


def _look(content: bytes, type: str, reference: str, answers: str) -> tuple[Detected, Verdict | None]:
    """What the sender said, completed by what the content says."""
    if type and reference:
        return Detected(type, reference, answers), None
    try:
        seen = detect(content, roots())
    except Malformed as error:
        verdict = None if type else Verdict("unrecognised", error)
        return Detected(type or UNKNOWN, reference or by_digest(content), answers), verdict
    return Detected(type or seen.type, reference or seen.reference, answers or seen.answers), None


@cache
def roots() -> Mapping[str, Root]:
    """What the root elements of XML messages mean, from the registry."""
    return {
        name: Root(type, tuple(filter(None, number.split("/"))), tuple(filter(None, answers.split("/"))))
        for name, (type, number, answers) in settings.DETECTORS.items()
    }


def _sent(partner: Partner, reference: str) -> Message | None:
    """The message of ours to this partner with this reference."""
    return (
        Message.objects.defer("content")
        .filter(partner=partner, direction=Message.Direction.OUT, reference=reference)
        .first()
    )


def _wrong_answer(partner: Partner, reference: str) -> Verdict:
    elsewhere = Message.objects.filter(direction=Message.Direction.OUT, reference=reference).exists()
    # The sender learns only that it is none of its own; whose it is stands on the desk.
    code = "wrong-partner" if elsewhere else "wrong-answer"
    return Verdict(
        code,
        WrongAnswer(
            f"Trả lời cho thông điệp {reference}, nhưng chưa từng có thông điệp đó gửi tới {partner.code}. "
            "Kiểm tra số tham chiếu của thông điệp được trả lời.",
            f"This answers the message {reference}, but no such message was sent to {partner.code}. "
            "Check the reference of the message that is answered.",
            place="Motcua-Answers",
        ),
    )


class WrongAnswer(Refused):
    """An answer to something that was never sent to this partner."""


def _keep(
    partner: Partner,
    found: Detected,
    content: bytes,
    at: datetime,
    verdict: Verdict | None,
    answered: Message | None = None,
    contests: Message | None = None,
) -> Message | None:
    return keep(
        partner.code,
        reference=found.reference,
        type=found.type,
        content=content,
        at=at,
        state=Handling.State.REFUSED if verdict else Handling.State.WAITING,
        findings=_findings(verdict) if verdict else (),
        answers=answered.pk if answered else None,
        contests=contests.pk if contests else None,
        acknowledgement=acknowledgement(found, content, at, verdict),
        status=_problem(verdict).status if verdict else ACCEPTED,
    )


def _contest(partner: Partner, first: Message, found: Detected, content: bytes, at: datetime) -> Acknowledged:
    """Other bytes under a used reference: refused, and kept under a reference of their own."""
    verdict = Verdict("reference-reused", reused(found.reference, first))
    aside = Detected(found.type, f"{found.reference[:79]}~{hashlib.sha256(content).hexdigest()[:20]}")
    message = _keep(partner, aside, content, at, verdict, contests=first)
    if message is not None:
        return _told(message, is_new=True)
    again = known(partner.code, aside.reference)
    if again is None:
        raise switched_off(partner.code)
    return _told(again, is_new=False)


def acknowledgement(found: Detected, content: bytes, at: datetime, verdict: Verdict | None) -> str:
    """What the sender is told, with NUMBER where the number of the message goes."""
    body: dict[str, object] = {
        "message": 0,
        "reference": found.reference,
        "type": found.type,
        "sha256": hashlib.sha256(content).hexdigest(),
        "received_at": at.isoformat(),
        "state_url": "/exchange/v1/messages/0",
    }
    if verdict is not None:
        body = {**_problem(verdict).body(), **body}
    text = json.dumps(body, ensure_ascii=False)
    text = text.replace('"message": 0', f'"message": {NUMBER}', 1)
    return text.replace('"/exchange/v1/messages/0"', f'"/exchange/v1/messages/{NUMBER}"', 1)


def acknowledgement_of(reference: str, type: str, content: bytes, at: datetime) -> dict[str, Any]:
    """The same as arguments of `keep`, for a message that waits for the worker."""
    found = Detected(type, reference)
    return {"acknowledgement": acknowledgement(found, content, at, None), "status": ACCEPTED}


def _problem(verdict: Verdict) -> Problem:
    # Both kinds are one problem to the sender.
    code = "wrong-answer" if verdict.code == "wrong-partner" else verdict.code
    return Problem(code, verdict.error.text, verdict.error.text_en)


def _findings(verdict: Verdict) -> list[dict[str, str]]:
    return [{**one, "code": verdict.code} for one in findings_of(verdict.error)]


def _told(message: Message, *, is_new: bool) -> Acknowledged:
    """The stored answer; a message that came by a way without one is acknowledged as it would have been."""
    if message.acknowledgement is None:
        found = Detected(message.type, message.reference)
        text = acknowledgement(found, bytes(message.content), message.received_at, None)
        return Acknowledged(message, REPEATED, text.replace(NUMBER, str(message.pk)).encode(), is_new)
    status = message.acknowledged_as or ACCEPTED
    if not is_new and status == ACCEPTED:
        status = REPEATED
    return Acknowledged(message, status, bytes(message.acknowledgement), is_new)
