"""The timed job that reads the indicators of tasks: it closes a task when its figure reaches the threshold, and reopens it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.module_loading import import_string

from motcua.casework.figures import Indicator, Period, root_of
from motcua.casework.record import record
from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import CLOCK
from motcua.reform.models import Acceptance, Evidence, Reading, Task

# Records of a year go on coming in for a while; after that its figures are the reports' business.
LAST_MONTH = 3


def settle(now: datetime) -> bool:
    """Read the indicator of one task that was not read today; True when there may be another."""
    today = now.astimezone(VIETNAM).date()
    years = [today.year] if today.month > LAST_MONTH else [today.year - 1, today.year]
    read_today = Reading.objects.filter(case=OuterRef("case_id"), on=today)
    waiting = (
        Task.objects.filter(~Exists(read_today), year__in=years, case__status__in=("open", "done"))
        .exclude(indicator="")
        .order_by("year", "pk")
        .first()
    )
    if waiting is None:
        return False
    read_one(waiting, now)
    return True


@transaction.atomic
def read_one(task: Task, now: datetime) -> Reading:
    """Measure the figure of the plan's year as known now, keep the reading, and close or reopen the task by it."""
    task = Task.objects.select_for_update(of=("self",)).select_related("case").get(pk=task.pk)
    found: Indicator = import_string(settings.INDICATORS[task.indicator])
    today = now.astimezone(VIETNAM).date()
    period = Period(date(task.year, 1, 1), min(today, date(task.year, 12, 31)))
    count = found.measure(period, now)
    met = _met(task, count.value, count.of)
    digest = root_of(count.rows.references())
    reading, _ = Reading.objects.update_or_create(
        case=task.case, on=today,
        defaults={"value": count.value, "of": count.of, "met": met, "sha256": digest, "read_at": now},
    )  # fmt: skip
    if met and task.case.status == "open":
        _close(task, reading, now)
    elif not met and task.case.status == "done":
        record(
            task.case,
            "reopened",
            at=now,
            actor=CLOCK,
            channel="message",
            details={"reason": _mark(task, reading)},
        )
    return reading


def _met(task: Task, value: int, of: int | None) -> bool:
    assert task.at_least is not None
    if task.measure == Task.Measure.SHARE:
        # No base is no share: nothing is reached where there was nothing to do.
        return bool(of) and Decimal(value) * 100 >= task.at_least * Decimal(of or 0)
    return Decimal(value) >= task.at_least


def _mark(task: Task, reading: Reading) -> str:
    of = f"/{reading.of}" if reading.of is not None else ""
    unit = "%" if task.measure == Task.Measure.SHARE else ""
    sign = "≥" if reading.met else "<"
    return f"{task.indicator} {reading.on}: {reading.value}{of} {sign} {task.at_least}{unit}"[:120]


def _close(task: Task, reading: Reading, now: datetime) -> None:
    mark = _mark(task, reading)
    details = {"kind": "indicator", "mark": mark, "sha256": reading.sha256}
    claimed = record(task.case, "claimed", at=now, actor=CLOCK, channel="message", details=details)
    evidence = Evidence.objects.create(
        case=task.case, event=claimed.number, kind="indicator", mark=mark, dated_on=reading.on, sha256=reading.sha256,
        lead=task.lead, submitted_by=CLOCK.key, submitted_at=claimed.recorded_at,
    )  # fmt: skip
    record(task.case, "accepted", at=now, actor=CLOCK, channel="message", details={"sha256": reading.sha256})
    Acceptance.objects.create(
        evidence=evidence, kind="indicator", lead=task.lead, submitted_by=CLOCK.key, accepted_by=CLOCK.key,
        accepted_at=now,
    )  # fmt: skip
