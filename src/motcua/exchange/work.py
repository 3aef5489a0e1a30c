"""The worker's hands: take one waiting message, act on it, write down what became of it, answer whoever sent it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from motcua.exchange import outbox
from motcua.exchange.models import Handling, Message
from motcua.lib.errors import Invalid, Refused, Unavailable

logger = logging.getLogger(__name__)

Handler = Callable[[Message, datetime], object]
Answerer = Callable[[Message, Refused | None, Any], outbox.Reply | None]

LONGEST_PAUSE = timedelta(hours=6)
# Findings kept of one message; the rest are counted. A file of a hundred thousand faults is one fault.
MOST_FINDINGS = 1_000


@cache
def handler(type: str) -> Handler | None:
    """Who acts on messages of this type; None when nobody does."""
    path = settings.HANDLERS.get(type)
    function: Handler | None = import_string(path) if path else None
    return function


@cache
def answerer(type: str) -> Answerer | None:
    """Who writes the answer to messages of this type; None when they get none but the state."""
    path = settings.ANSWERS.get(type)
    function: Answerer | None = import_string(path) if path else None
    return function


def process_one(now: datetime) -> bool:
    """
    Act on one waiting message; False when none waits.

    The handler runs in a savepoint: a message that fails leaves nothing behind but the reason. Refused is final and the
    sender's to mend; Unavailable is tried again later; anything else is our own fault, kept as "stuck".
    """
    with transaction.atomic():
        handling = (
            Handling.objects.select_for_update(skip_locked=True)
            .filter(state=Handling.State.WAITING, next_try_at__lte=now)
            .order_by("next_try_at", "pk")
            .first()
        )
        if handling is None:
            return False
        process(handling, now)
    return True


def process(handling: Handling, now: datetime) -> Handling.State:
    """Act on a claimed message inside the caller's transaction, keep the outcome, and queue the answer with it."""
    message = handling.message
    handling.attempts += 1
    try:
        refusal = _act(message, now)
        handling.state = Handling.State.REFUSED if refusal else Handling.State.DONE
        handling.findings = findings_of(refusal) if refusal else []
    except Unavailable as error:
        _later(handling, error, now)
    except (OperationalError, InterfaceError) as error:
        # A database that is away or full takes no note of an outcome either: all is undone, and the worker waits.
        if _is_away(error):
            raise
        if _got_in_the_way(error):
            _later(handling, error, now)
        else:
            logger.exception("message %s is stuck", message.pk)
            _stuck(handling)
    except Exception:
        logger.exception("message %s is stuck", message.pk)
        _stuck(handling)
    if handling.state != Handling.State.WAITING:
        handling.finished_at = now
    handling.save()
    return Handling.State(handling.state)


def _later(handling: Handling, error: Exception, now: datetime) -> None:
    handling.next_try_at = now + pause(handling.attempts, LONGEST_PAUSE)
    handling.findings = [{"code": "unavailable", "place": "", "vi": str(error), "en": str(error)}]


def _stuck(handling: Handling) -> None:
    """Keep the trace of the exception that is being handled; it is our own fault."""
    trace = traceback.format_exc(limit=-5)
    handling.state = Handling.State.STUCK
    handling.findings = [{"code": "stuck", "place": "", "vi": trace, "en": trace}]


def _is_away(error: Exception) -> bool:
    """Whether the database is gone, going, or out of disk, memory or connections: no message's fault."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return not state or state.startswith(("08", "53", "57P"))


def _got_in_the_way(error: Exception) -> bool:
    """Whether two transactions were in each other's way: the next try goes through."""
    return (getattr(error.__cause__, "sqlstate", None) or "").startswith("40")


def _act(message: Message, now: datetime) -> Refused | None:
    """What the handler does and the answer to it, together or not at all; a refusal is answered too, and returned."""
    try:
        act = handler(message.type)
        if act is None:
            raise Refused(
                f"Không ai xử lý loại thông điệp '{message.type}'.", f"Nobody handles messages of type '{message.type}'.",
                place="type",
            )  # fmt: skip
        with transaction.atomic():
            result = act(message, now)
            _answer(message, None, result, now)
        return None
    except Refused as error:
        refusal = error
    # A fault in the answer to a refusal is our own: it leaves nothing behind either, and the message is stuck.
    with transaction.atomic():
        _answer(message, refusal, None, now)
    return refusal


def _answer(message: Message, refusal: Refused | None, result: Any, now: datetime) -> None:
    write = answerer(message.type)
    reply = write(message, refusal, result) if write else None
    if reply is not None:
        outbox.answer(message, type=reply.type, content=reply.content, at=now, reference=reply.reference)


def pause(attempts: int, longest: timedelta) -> timedelta:
    """How long to wait after so many failures: 2, 4, 8 … minutes."""
    return min(timedelta(minutes=2 ** min(attempts, 20)), longest)


def findings_of(error: Refused) -> list[dict[str, str]]:
    """What is kept of a refusal: every finding with its place in both languages."""
    if not isinstance(error, Invalid):
        name = type(error).__name__.lower()
        return [{"code": name, "place": error.place, "vi": error.text, "en": error.text_en}]
    kept = [
        {
            "code": f.code,
            "place": f.place,
            "vi": f.vi,
            "en": f.en,
            "severity": str(f.severity),
            "basis": f.basis,
        }
        for f in error.findings[:MOST_FINDINGS]
    ]
    if (left := len(error.findings) - len(kept)) > 0:
        kept.append(
            {"code": "more", "place": "", "vi": f"Còn {left} lỗi nữa không lưu.", "en": f"{left} more are not kept."}
        )  # fmt: skip
    return kept
