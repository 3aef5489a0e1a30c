"""
Many waiting messages of one type acted on at once, as after a night's outage or in a replay: one transaction and one call
of the handler where they would have been hundreds. What becomes of each message is what it would have been alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from itertools import takewhile

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from motcua.exchange.models import Handling, Message
from motcua.exchange.work import process

logger = logging.getLogger(__name__)

# Messages a worker claims in one go: a night's feeds of all offices, and still short enough to be taken back.
AT_ONCE = 16

# A message with the moment at which its events are recorded.
Waiting = tuple[Message, datetime]
Together = Callable[[Sequence[Waiting]], object]


@cache
def together(type: str) -> Together | None:
    """Who acts on many messages of this type at once; None where each is acted on alone."""
    path = settings.HANDLERS_TOGETHER.get(type)
    function: Together | None = import_string(path) if path else None
    return function


def process_next(now: datetime) -> bool:
    """
    Act on the message whose turn it is, together with those right behind it that can be acted on at once; False when none
    waits. What `process_one` does one by one, a backlog gets done in a fraction of the time.
    """
    with transaction.atomic():
        first = _claimed(now, 1)
        if not first:
            return False
        type = first[0].message.type
        alike = first
        if together(type) is not None and type not in settings.ANSWERS:
            behind = _claimed(now, AT_ONCE - 1, but=first[0].pk)
            alike = [*first, *takewhile(lambda one: one.message.type == type, behind)]
        process_together(alike, [now] * len(alike))
    return True


def _claimed(now: datetime, most: int, but: int | None = None) -> list[Handling]:
    """The next messages in their order, claimed; what another worker holds is passed over."""
    return list(
        Handling.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=Handling.State.WAITING, next_try_at__lte=now)
        .exclude(pk=but)
        .select_related("message")
        .order_by("next_try_at", "pk")[:most]
    )


@transaction.atomic
def process_together(handlings: Sequence[Handling], moments: Sequence[datetime]) -> list[Handling.State]:
    """
    Act on claimed messages of one type, in their order; `moments` are when the events of each are recorded.

    When anything does not fit, everything is taken back and each message is acted on alone: a bad one is then refused, and
    costs the others nothing but time.
    """
    waiting = [(one.message, at) for one, at in zip(handlings, moments, strict=True)]
    types = {message.type for message, _ in waiting}
    # What is answered is answered one by one: the answer belongs to what became of that message.
    act = together(types.pop()) if len(types) == 1 and not types & settings.ANSWERS.keys() else None
    if act is not None:
        try:
            with transaction.atomic():
                act(waiting)
                _done(waiting)
        except Exception:
            # Whatever it was, the message that caused it meets it again below, alone, and there it is kept.
            logger.info("%d messages are acted on one by one", len(waiting), exc_info=True)
        else:
            return [Handling.State.DONE] * len(waiting)
    return [process(one, at) for one, at in zip(handlings, moments, strict=True)]


def _done(waiting: Sequence[Waiting]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update exchange_handling h set state = %s, attempts = h.attempts + 1, findings = '[]', finished_at = v.at "
            "from unnest(%s::bigint[], %s::timestamptz[]) as v (message, at) where h.message_id = v.message",
            [Handling.State.DONE, [message.pk for message, _ in waiting], [at for _, at in waiting]],
        )
