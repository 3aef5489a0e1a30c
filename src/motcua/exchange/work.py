"""The worker's hands: take one waiting message, act on it, write down what became of it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from motcua.exchange.models import Handling, Message
from motcua.lib.errors import Invalid, Refused, Unavailable

logger = logging.getLogger(__name__)

Handler = Callable[[Message, datetime], object]


@cache
def handler(type: str) -> Handler | None:
    """Who acts on messages of this type; None when nobody does."""
    path = settings.HANDLERS.get(type)
    function: Handler | None = import_string(path) if path else None
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
    """Act on a claimed message inside the caller's transaction, and keep the outcome."""
    message = handling.message
    handling.attempts += 1
    try:
        act = handler(message.type)
        if act is None:
            raise Refused(
                f"Không ai xử lý loại thông điệp '{message.type}'.", f"Nobody handles messages of type '{message.type}'.",
                place="type",
            )  # fmt: skip
        with transaction.atomic():
            act(message, now)
        handling.state, handling.findings = Handling.State.DONE, []
    except Refused as error:
        handling.state, handling.findings = Handling.State.REFUSED, _findings(error)
    except Unavailable as error:
        handling.next_try_at = now + min(timedelta(minutes=2**handling.attempts), timedelta(hours=6))
        handling.findings = [{"code": "unavailable", "place": "", "vi": str(error), "en": str(error)}]
    except Exception:
        logger.exception("message %s is stuck", message.pk)
        trace = traceback.format_exc(limit=-5)
        handling.state = Handling.State.STUCK
        handling.findings = [{"code": "stuck", "place": "", "vi": trace, "en": trace}]
    if handling.state != Handling.State.WAITING:
        handling.finished_at = now
    handling.save()
    return Handling.State(handling.state)


def _findings(error: Refused) -> list[dict[str, str]]:
    if isinstance(error, Invalid):
        return [{"code": f.code, "place": f.place, "vi": f.vi, "en": f.en} for f in error.findings]
    return [
        {"code": type(error).__name__.lower(), "place": error.place, "vi": error.text, "en": error.text_en}
    ]
