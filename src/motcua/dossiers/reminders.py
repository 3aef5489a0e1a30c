"""
Warns, by itself, of dossiers that will be late: a `warned` event by the clock, once for each due moment.

Decree 61/2018/NĐ-CP, article 19, asks for the apology one day before the deadline at the latest; the warning comes a working
day before that, so that there is still time either to finish or to apologise.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from motcua.casework.models import Case, Event
from motcua.casework.record import record
from motcua.casework.registry import office_hours
from motcua.lib.errors import Refused
from motcua.lib.worktime import Unit
from motcua.people.actor import CLOCK

# Two working days; a limit shorter than that is warned of when half of it is used.
AHEAD = timedelta(hours=16)
# Nights, a weekend and the longest holiday lie between: nothing due later than this can be due within two working days.
FARTHEST = timedelta(days=20)
BATCH = 200
CODE = "due-soon"


def warn(now: datetime) -> bool:
    """Warn of up to two hundred dossiers; True when there may be more. A timed job."""
    open_ones = Case.objects.filter(
        kind="dossier", finished_at=None, closed_at=None, due_at__gt=now, due_at__lte=now + FARTHEST
    ).order_by("due_at", "pk")
    near = [case for case in open_ones.only(*_NEEDED) if is_near(case, now)]
    warned = _warned(near)
    wanted = [case for case in near if (case.pk, _code(case)) not in warned][:BATCH]
    return sum(_warn(case.pk, now) for case in wanted) == BATCH


_NEEDED = ("due_at", "received_at", "calendar")


def is_near(case: Case, now: datetime) -> bool:
    """Whether the due moment is two working days away or less, or half of a short limit is used up."""
    if case.due_at is None or case.received_at is None or now >= case.due_at:
        return False
    left, whole = _working(case, now, case.due_at), _working(case, case.received_at, case.due_at)
    return left <= (AHEAD if whole > 2 * AHEAD else whole / 2)


def _working(case: Case, since: datetime, until: datetime) -> timedelta:
    # Counted the way the case clock counts: a year whose days off are not known yet must not stop the whole job.
    hours = office_hours(case.calendar)
    return timedelta(microseconds=hours.count(Unit.WORKING_HOURS, hours.micros(since), hours.micros(until)))


def _warned(cases: list[Case]) -> set[tuple[int, str]]:
    """Which of these were warned of already, and of which due moment."""
    events = Event.objects.filter(case__in=cases, kind="warned")
    return {(pk, str(details.get("code"))) for pk, details in events.values_list("case_id", "details")}


def code_of(due_at: datetime) -> str:
    """The code of the event: which due moment it warned of."""
    return f"{CODE}:{due_at:%Y-%m-%dT%H:%M:%S%z}"


def _code(case: Case) -> str:
    return code_of(case.due_at) if case.due_at else ""


def _warn(pk: int, now: datetime) -> int:
    """Write one warning under the case's own lock; 0 when somebody was faster."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=pk)
        if not is_near(case, now) or (pk, _code(case)) in _warned([case]):
            return 0
        try:
            with transaction.atomic():
                record(
                    case, "warned", at=now, actor=CLOCK, channel=case.channel, details={"code": _code(case)},
                    recorded_at=now,
                )  # fmt: skip
        except Refused:
            # Decided or withdrawn a moment ago: there is nothing to warn of any more.
            return 0
    return 1
