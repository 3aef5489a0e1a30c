"""
The worker's other hand: carry one message to its partner, write down what became of it.

Claim, COMMIT, send, mark. A worker killed between send and mark leaves a claim that runs out; the message is then sent
again under the same reference, which the partner's own memory of duplicates makes harmless. A partner that is away is
tried again after 2, 4, 8 … minutes, at most an hour, as a whole: one message knocks, the others wait. What could not be
delivered for 72 hours is dead, and lies on the message desk.
"""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from motcua.exchange import transports
from motcua.exchange.https import Busy
from motcua.exchange.models import Delivery, Line, Message
from motcua.exchange.transports import Parcel
from motcua.exchange.work import findings_of, pause
from motcua.lib.errors import Refused, Unavailable

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=72)
LONGEST_PAUSE = timedelta(hours=1)
# Longer than any transport may take: after it the claim of a worker that died has run out.
CLAIM = timedelta(minutes=5)

_CLAIM = """
update exchange_delivery as delivery set next_try_at = %(until)s, attempts = delivery.attempts + 1
from exchange_message message
where message.id = delivery.message_id and delivery.message_id = (
  select waiting.message_id from exchange_delivery waiting
  join exchange_message m on m.id = waiting.message_id
  join exchange_partner p on p.id = waiting.partner_id
  left join exchange_line l on l.partner_id = p.id
  where waiting.state = 'waiting' and waiting.next_try_at <= %(now)s and p.active and p.transport <> 'poll'
    and not m.type = any(p.closed_types) and (l.next_try_at is null or l.next_try_at <= %(now)s)
  order by waiting.next_try_at, waiting.message_id limit 1
  for update of waiting skip locked)
returning delivery.message_id, delivery.partner_id, delivery.attempts
"""


class Claim(NamedTuple):
    """A message that this worker carries, and this alone."""

    message: int
    partner: int
    attempt: int


def deliver_one(now: datetime) -> bool:
    """Carry one waiting message to its partner; False when none waits. Not to be called inside a transaction."""
    claim = _claim(now)
    if claim is None:
        return False
    message = Message.objects.select_related("partner", "answers").get(pk=claim.message)
    parcel = Parcel(
        message.reference, message.type, bytes(message.content), message.sha256,
        message.answers.reference if message.answers else "",
    )  # fmt: skip
    try:
        transports.deliver(message.partner.transport, message.partner.settings, parcel)
    except Refused as error:
        _refused(claim, error, now)
    except Unavailable as error:
        _failed(claim, "unavailable", str(error), now, after=error.after if isinstance(error, Busy) else None)
    except Exception:
        # Our own fault in one message or one partner's settings must not stop the others.
        logger.exception("message %s cannot be delivered", message.pk)
        _failed(claim, "stuck", traceback.format_exc(limit=-5), now)
    else:
        _delivered(claim, now)
    return True


def _claim(now: datetime) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + CLAIM})
        row = cursor.fetchone()
    return Claim(*row) if row else None


@transaction.atomic
def _delivered(claim: Claim, now: datetime) -> None:
    Delivery.objects.filter(pk=claim.message, state=Delivery.State.WAITING).update(
        state=Delivery.State.DELIVERED, finished_at=now, findings=[]
    )
    _line_is_up(claim)


@transaction.atomic
def _refused(claim: Claim, error: Refused, now: datetime) -> None:
    """The partner answered, and will not have it: nothing to try again, somebody must look."""
    Delivery.objects.filter(pk=claim.message, state=Delivery.State.WAITING).update(
        state=Delivery.State.REFUSED, finished_at=now, findings=findings_of(error)
    )
    _line_is_up(claim)


def _line_is_up(claim: Claim) -> None:
    Line.objects.filter(partner=claim.partner, failures__gt=0).update(
        failures=0, down_since=None, next_try_at=None, last_fault=""
    )


@transaction.atomic
def _failed(claim: Claim, code: str, text: str, now: datetime, *, after: timedelta | None = None) -> None:
    """The line or the message waits longer each time; what has waited for 72 hours is dead."""
    finding = [{"code": code, "place": "", "vi": text, "en": text}]
    mine = Delivery.objects.filter(pk=claim.message, state=Delivery.State.WAITING, attempts=claim.attempt)
    mine.update(next_try_at=now + pause(claim.attempt, LONGEST_PAUSE), findings=finding)
    Line.objects.get_or_create(partner_id=claim.partner)
    line = Line.objects.select_for_update().get(partner=claim.partner)
    line.failures += 1
    line.down_since = line.down_since or now
    line.next_try_at = now + max(after or timedelta(), pause(line.failures, LONGEST_PAUSE))
    line.last_fault = text[:2_000]
    line.save()
    over = Delivery.objects.filter(
        partner=claim.partner, state=Delivery.State.WAITING, queued_at__lte=now - GIVE_UP_AFTER
    )
    over.filter(findings=[]).update(findings=finding)
    over.update(state=Delivery.State.DEAD, finished_at=now)
