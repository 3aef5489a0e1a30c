"""Looks into partners' folders and takes in what lies there; a file is put away only after its message is stored."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q

from motcua.exchange import transports
from motcua.exchange.gateway import take_in
from motcua.exchange.models import Line, Partner
from motcua.exchange.receive import largest_of
from motcua.exchange.work import pause
from motcua.lib.errors import Invalid, NotAllowed, Unavailable

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=1)
# Files taken from one folder before the others have their turn.
AT_ONCE = 100


def pick_up_one(now: datetime) -> bool:
    """Look into one partner's folder when its time has come; False when none was due."""
    due = Partner.objects.filter(active=True, transport__in=transports.LOOK_IN).filter(
        Q(line=None) | Q(line__looked_in_at=None) | Q(line__looked_in_at__lte=now - EVERY)
    )
    partner = due.order_by(F("line__looked_in_at").asc(nulls_first=True), "pk").first()
    if partner is None:
        return False
    line, _ = Line.objects.get_or_create(partner=partner)
    # Moved on first, so that two workers look into two folders and a folder that hangs waits its turn like the others.
    seen = line.looked_in_at
    claimed = Line.objects.filter(partner=partner, looked_in_at=seen).update(looked_in_at=now)
    if not claimed:
        return True
    try:
        if pick_up(partner, now) >= AT_ONCE:
            Line.objects.filter(partner=partner).update(looked_in_at=seen)
    except (Unavailable, Invalid) as error:
        logger.warning("the folder of %s cannot be looked into: %s", partner.code, error)
        line = Line.objects.get(partner=partner)
        line.failures += 1
        line.down_since = line.down_since or now
        line.last_fault = str(error)[:2_000]
        line.looked_in_at = now + pause(line.failures, LONGEST_PAUSE)
        line.save()
    else:
        # What goes out is judged by itself: a folder that can be read may still refuse to be written.
        Line.objects.filter(partner=partner, next_try_at=None).update(
            failures=0, down_since=None, last_fault=""
        )
    return True


def pick_up(partner: Partner, now: datetime) -> int:
    """Take in what lies in a partner's folder; how many files there were."""
    largest, number = largest_of(partner), 0
    with transports.look_in(partner.transport, partner.settings, largest) as files:
        for file in files:
            if number >= AT_ONCE:
                break
            number += 1
            if len(file.content) > largest:
                logger.warning("%s: %s is larger than %d bytes and stays", partner.code, file.name, largest)
                continue
            try:
                take_in(partner, file.content, at=now)
            except NotAllowed as error:
                logger.warning("%s: %s stays: %s", partner.code, file.name, error)
                continue
            file.put_away()
    return number
