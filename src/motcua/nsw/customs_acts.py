"""What a customs branch does about inspections: goods to store, measures after a failure, alerts seen."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from motcua.casework.models import Case, Event
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.identifiers import declaration_number
from motcua.nsw.doing import Doing
from motcua.nsw.models import Alert, Inspection
from motcua.nsw.results import in_force, result_by
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date


@transaction.atomic
def store(inspection: Inspection, *, declaration: str, place: str, actor: Actor, at: datetime) -> Event:
    """Let the goods of a declaration wait in the owner's store; the result must come within 30 days."""
    key = declaration_number(declaration, place="declaration").key
    if not place.strip():
        raise Refused("Hãy ghi địa điểm bảo quản.", "Say where the goods are kept.", place="place")
    if inspection.case.events.filter(kind="stored", details__declaration=key).exists():
        raise NotAllowed(
            f"Hàng của tờ khai {key} đã được đưa về bảo quản.", f"The goods of {key} are in store already."
        )
    details = {"declaration": key, "result_by": result_by(at)}
    return Doing.here(actor, at).record(inspection.case, "stored", details, place)


@transaction.atomic
def order_measure(inspection: Inspection, *, measure: str, text: str, actor: Actor, at: datetime) -> Event:
    """Order what must be done with goods that failed."""
    result = in_force(inspection)
    if result is None or result.outcome != "failed":
        raise NotAllowed("Chỉ xử lý lô hàng không đạt.", "A measure is for goods that failed.")
    return Doing.here(actor, at).record(inspection.case, "measure_ordered", {"measure": measure}, text)


@transaction.atomic
def finish_measure(inspection: Inspection, *, text: str, actor: Actor, at: datetime) -> Event:
    """Note that the measure ordered last was carried out."""
    ordered = inspection.case.events.filter(kind="measure_ordered").order_by("-number").first()
    if ordered is None:
        raise NotAllowed("Chưa có yêu cầu xử lý nào.", "No measure was ordered.")
    details = {"measure": ordered.details["measure"]}
    return Doing.here(actor, at).record(inspection.case, "measure_done", details, text)


def see(alert: Alert, *, actor: Actor, at: datetime) -> bool:
    """Mark an alert as seen; False when somebody saw it before."""
    return bool(Alert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=at, seen_by=actor.key))


def overdue_stores(on: date) -> list[tuple[Inspection, str, str]]:
    """Goods in store whose result should have come by now: the inspection, the declaration, the day."""
    found = []
    cases = Case.objects.filter(
        kind="inspection",
        finished_at=None,
        events__kind="stored",
        events__details__result_by__lt=on.isoformat(),
    ).distinct()
    for case in cases:
        for event in case.events.filter(kind="stored"):
            if event.details["result_by"] < on.isoformat():
                found.append((case.inspection, event.details["declaration"], event.details["result_by"]))
    return found


def warn_of_stores(now: datetime) -> bool:
    """Raise an alert for each store whose thirty days are over; True when there was a new one. Run by the worker."""
    new = False
    for inspection, key, _ in overdue_stores(local_date(now)):
        declaration = Case.objects.filter(kind="declaration", reference=key).first()
        _, made = Alert.objects.get_or_create(
            inspection=inspection, declaration=declaration, kind=Alert.Kind.OVERDUE,
            defaults={"office": inspection.case.office, "raised_at": now},
        )  # fmt: skip
        new = new or made
    return new
