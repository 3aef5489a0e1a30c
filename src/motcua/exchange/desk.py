"""
What people do about a message: mend it, have it processed or sent again, or let it be. Each act is kept with who did it.

A message is never changed. Mending makes a new one that says which it repairs; the old one stays, and is done with.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.exchange.detect import UNKNOWN, detect
from motcua.exchange.gateway import acknowledgement_of, roots
from motcua.exchange.models import Delivery, DeskAct, Handling, Message
from motcua.exchange.receive import keep, largest_refused, switched_off
from motcua.lib.errors import Malformed, NotAllowed, Refused
from motcua.people.actor import Actor

# Refused at the door: acting on such a message as it is would undo the very rule that stopped it.
FINAL_CODES = frozenset({"reference-reused", "wrong-partner", "wrong-answer"})
_OPEN = (Handling.State.REFUSED, Handling.State.STUCK)
_UNDELIVERED = (Delivery.State.REFUSED, Delivery.State.DEAD)
MOST_REASON = 2_000


@transaction.atomic
def replay(message: Message, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Have a stuck or refused message processed again, as it is."""
    if not may_be_replayed(message):
        raise NotAllowed(
            "Thông điệp này bị từ chối ngay khi đến (trùng số tham chiếu hoặc trả lời nhầm); không xử lý lại được. Hãy sửa.",
            "This message was refused at the door (a used reference, or an answer to somebody else's); it cannot be "
            "processed as it is. Mend it.",
        )
    changed = Handling.objects.filter(message=message, state__in=_OPEN).update(
        state=Handling.State.WAITING, next_try_at=at, finished_at=None, attempts=0
    )
    _only_if(changed)
    _note(message, DeskAct.Kind.REPLAYED, actor, at, reason)


def may_be_replayed(message: Message) -> bool:
    """Whether what refused a message may turn out otherwise when it is processed again."""
    handling: Handling | None = getattr(message, "handling", None)
    if handling is None or handling.state not in _OPEN:
        return False
    return not any(one.get("code") in FINAL_CODES for one in handling.findings)


@transaction.atomic
def repair(
    message: Message, *, content: bytes, actor: Actor, at: datetime, reason: str = "", type: str = ""
) -> Message:
    """Keep a mended version of a refused or stuck message, which is then processed; the old one stays as it came."""
    if bytes(message.content) == content and (not type or type == message.type):
        raise Refused(
            "Nội dung chưa thay đổi gì. Sửa chỗ được đánh dấu rồi gửi.",
            "Nothing was changed. Mend what is marked, then send it.",
            place="content",
        )
    partner = message.partner
    largest_refused(partner, content)
    changed = Handling.objects.filter(message=message, state__in=_OPEN).update(
        state=Handling.State.REPAIRED, finished_at=at
    )
    _only_if(changed)
    kind = type or (_kind(content) if message.type == UNKNOWN else message.type)
    # Numbered under the lock of the update above: two people mending one message are one after the other.
    number = message.repaired_by.count() + 1
    reference = f"{message.reference[:90]}/r{number}"
    made = keep(
        partner.code, reference=reference, type=kind, content=content, at=at, repairs=message.pk,
        **acknowledgement_of(reference, kind, content, at),
    )  # fmt: skip
    if made is None:
        raise switched_off(partner.code)
    _note(message, DeskAct.Kind.REPAIRED, actor, at, reason)
    return made


def _kind(content: bytes) -> str:
    try:
        return detect(content, roots()).type
    except Malformed as error:
        raise Refused(error.text, error.text_en, place="content") from error


@transaction.atomic
def give_up(message: Message, *, actor: Actor, at: datetime, reason: str) -> None:
    """Let a message be, in either direction; the reason is kept, and told to the sender of one that came in."""
    reason = _reason(reason)
    finding = {"code": "given-up", "place": "", "vi": reason, "en": reason}
    changed = 0
    for model, states in ((Handling, _OPEN), (Delivery, (*_UNDELIVERED, Delivery.State.WAITING))):
        row = model.objects.select_for_update().filter(message=message, state__in=states).first()
        if row is not None:
            row.state, row.finished_at, row.findings = "given_up", at, [finding, *row.findings]
            row.save()
            changed += 1
    _only_if(changed)
    _note(message, DeskAct.Kind.GIVEN_UP, actor, at, reason)


@transaction.atomic
def resend(message: Message, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Put a dead or refused message back on its way; it has another 72 hours."""
    changed = Delivery.objects.filter(message=message, state__in=_UNDELIVERED).update(
        state=Delivery.State.WAITING, queued_at=at, next_try_at=at, finished_at=None, attempts=0, findings=[]
    )
    _only_if(changed)
    _note(message, DeskAct.Kind.RESENT, actor, at, reason)


def _only_if(changed: int) -> None:
    if not changed:
        raise NotAllowed(
            "Thông điệp đã đổi trạng thái, có thể người khác vừa xử lý. Hãy tải lại trang.",
            "The message is in another state by now; somebody else may have acted. Load the page again.",
        )


def _reason(text: str) -> str:
    tidy = text.strip()[:MOST_REASON]
    if not tidy:
        raise Refused(
            "Hãy ghi lý do: người gửi và người kiểm tra sau này sẽ đọc.",
            "Give the reason: the sender and whoever checks later will read it.",
            place="reason",
        )
    return tidy


def _note(message: Message, kind: DeskAct.Kind, actor: Actor, at: datetime, reason: str) -> None:
    DeskAct.objects.create(
        message=message, kind=kind, actor=actor.key, at=at, reason=reason.strip()[:MOST_REASON]
    )
