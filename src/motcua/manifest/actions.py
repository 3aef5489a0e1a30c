"""
What people do with movements: one function per intent. A message, a workbook, JSON and the screen all end in `lodge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from motcua.casework.begin import begin
from motcua.casework.copying import copy_models
from motcua.casework.models import Case
from motcua.casework.record import record
from motcua.exchange.models import Message
from motcua.lib.errors import Duplicate, NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.manifest import notices, register
from motcua.manifest.documents import Function, Manifest, Sheet
from motcua.manifest.identity import form_of, new_movement
from motcua.manifest.models import (
    Bill,
    Container,
    Movement,
    Version,
)
from motcua.manifest.papers import (
    Lodging,
    Papers,
    Taken,
    next_due,
    take_paper,
)
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date

MANY = 500


@dataclass(frozen=True)
class Lodged:
    """What filing came to: the movement, the version, and what was remarked on."""

    movement: Movement
    version: Version | None
    findings: Sequence[Finding] = ()


# Filing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def lodge(
    document: Sheet,
    *,
    actor: Actor,
    at: datetime,
    channel: str = "message",
    message: Message | None = None,
    reason: str = "",
    movement: Movement | None = None,
    recorded_at: datetime | None = None,
) -> Lodged:
    """
    File one paper of a call: the movement it belongs to is found or opened, the paper checked whole, its version kept.

    Raises Invalid with every finding, Duplicate for a paper or bill that is there already, NotAllowed or Refused with the
    way to mend. `actor.organisation` is who files: the agent of the call, or a forwarder with house bills.
    """
    form = form_of(document)
    register.lock_call(document.call)
    movement = movement or register.find_movement(document.call)
    if movement is None and form == "house-bills" and isinstance(document, Manifest):
        movement = register.movement_of_master(document)
    if movement is not None:
        movement = register.locked(movement)
        _own(movement, form, actor)
    if document.function is Function.CANCEL:
        return _cancel_by_message(document, form, movement, actor, at, reason, message, recorded_at)
    papers = register.papers_of(movement) if movement else Papers(new_movement(document.call), "")
    opened = movement.case.opened_at if movement else at
    lodging = Lodging(
        document, at, actor.key, actor.organisation, channel, reason, message.pk if message else None, form
    )
    bills = register.known_bills(document, movement, actor.organisation, form)
    taken = take_paper(register.law(), register.codes(), papers, lodging, bills, opened)
    case = _case_of(papers, movement, document, actor, at, channel, message, recorded_at, taken)
    papers.movement.save()
    _write(papers.movement, taken)
    _tell(case, taken, actor, at, channel, message, recorded_at)
    return Lodged(papers.movement, taken.version, taken.findings)


def _own(movement: Movement, form: str, actor: Actor) -> None:
    """A call is its agent's; a forwarder adds house bills to it."""
    holder = movement.case.organisation
    if form != "house-bills" and holder is not None and actor.organisation not in {None, holder}:
        raise NotAllowed(
            "Chuyến này do đại lý khác khai; chỉ đại lý đó sửa được. Công ty giao nhận chỉ khai vận đơn thứ cấp.",
            "Another agent declares this call and alone may change it. A forwarder files house bills only.",
            place="call",
        )


def _case_of(
    papers: Papers, movement: Movement | None, document: Sheet, actor: Actor, at: datetime, channel: str,
    message: Message | None, recorded_at: datetime | None, taken: Taken,
) -> Case:  # fmt: skip
    if movement is not None:
        return movement.case
    if taken.version.form == "house-bills":
        raise Refused(
            "Chưa có chuyến nào mang vận đơn chủ này; hãng tàu, đại lý phải khai trước.",
            "No call carries this master bill yet; the carrier must declare it first.",
            place="bills[0].master_number",
        )
    office = register.office_of(document.call, document.office, local_date(at))
    new = register.new_case(
        papers.movement, register.next_reference(at), office, channel, actor.organisation, at
    )
    kind, details = taken.events.pop(0)
    case, _ = begin(new, kind, at=at, actor=actor, details=details, message=message, recorded_at=recorded_at)
    papers.movement.case = case
    papers.reference = case.reference
    return case


def _write(movement: Movement, taken: Taken) -> None:
    version = taken.version
    version.movement = movement
    version.save(force_insert=True)
    if taken.persons is not None:
        taken.persons.version = version
        taken.persons.save(force_insert=True)
    if version.form in {"manifest", "house-bills"} and not version.waits:
        put_in_force(movement, version, taken.bills, taken.containers)


def put_in_force(
    movement: Movement, version: Version, bills: list[Bill], containers: list[Container]
) -> None:
    """The bills and boxes of this version take the place of those of the one before; Duplicate when a bill is taken."""
    before = Version.objects.filter(movement=movement, form=version.form, filer=version.filer)
    older = list(before.exclude(pk=version.pk).values_list("pk", flat=True))
    if older:
        Bill.objects.filter(version__in=older).delete()
        Container.objects.filter(version__in=older).delete()
    for bill in bills:
        bill.movement, bill.version = movement, version
    for box in containers:
        box.movement, box.version = movement, version
    try:
        with transaction.atomic():
            _insert(Bill, bills)
            _insert(Container, containers)
    except IntegrityError as error:
        if "bill_is_live_once" not in str(error):
            raise
        raise _taken(error) from error


def _insert(model: Any, rows: list[Any]) -> None:
    if len(rows) > MANY:
        from psycopg.errors import UniqueViolation

        try:
            copy_models(model, rows)
        except UniqueViolation as error:
            raise IntegrityError(str(error)) from error
    elif rows:
        model.objects.bulk_create(rows)


def _taken(error: Exception) -> Duplicate:
    text = str(error)
    number = text[text.find("=(") + 2 :].split(",", 1)[0] if "=(" in text else ""
    return Duplicate(
        f"Vận đơn {number} vừa được khai trong một lượt khác.",
        f"Bill {number} has just been declared by another movement.",
        place="bills",
    )


def _tell(
    case: Case, taken: Taken, actor: Actor, at: datetime, channel: str, message: Message | None,
    recorded_at: datetime | None,
) -> None:  # fmt: skip
    for kind, details in taken.events:
        record(
            case, kind, at=at, actor=actor, channel=channel, details=details, message=message, recorded_at=recorded_at
        )  # fmt: skip
    for kind, moment in (("arrived", taken.arrived), ("departed", taken.departed)):
        if moment is not None and case.status in case.lifecycle.step(kind).come_from:
            record(
                case, kind, at=min(moment, at), actor=actor, channel=channel, message=message, recorded_at=recorded_at
            )  # fmt: skip


def _cancel_by_message(
    document: Sheet, form: str, movement: Movement | None, actor: Actor, at: datetime, reason: str,
    message: Message | None, recorded_at: datetime | None,
) -> Lodged:  # fmt: skip
    if movement is None:
        raise Refused(
            "Không tìm thấy chuyến để huỷ; hãy kiểm tra số IMO, số chuyến và cảng.",
            "There is no call to cancel; check the IMO number, the journey and the port.",
            place="call",
        )
    if form not in {"call-notice", "general-declaration", "manifest"}:
        raise NotAllowed(
            "Bản khai này không huỷ riêng được; hãy gửi bản thay thế (5).",
            "This paper cannot be cancelled by itself; send a replacement (5).",
            place="function",
        )
    cancel(
        movement, reason=reason or document.remarks or "message", actor=actor, at=at, message=message,
        recorded_at=recorded_at,
    )  # fmt: skip
    return Lodged(movement, None)


# Whose move: the agent ------------------------------------------------------------------------------------------


@transaction.atomic
def cancel(
    movement: Movement, *, reason: str, actor: Actor, at: datetime, message: Message | None = None,
    recorded_at: datetime | None = None,
) -> None:  # fmt: skip
    """Call the movement off: its bills are free again, its papers and their history stay."""
    movement = register.locked(movement)
    event = record(
        movement.case, "cancelled", at=at, actor=actor, details={"code": reason[:60]}, message=message, recorded_at=recorded_at
    )  # fmt: skip
    Bill.objects.filter(movement=movement).update(live=False)
    Movement.objects.filter(pk=movement.pk).update(live_key=None, next_due_at=None, next_due="")
    if message is None:
        # Who cancels by message is answered by the gateway.
        notices.tell(movement, event, "cancelled", reason=reason)


@transaction.atomic
def reschedule(movement: Movement, *, anchor: str, to: datetime, actor: Actor, at: datetime) -> None:
    """Announce another arrival or departure: logged, and the deadlines of papers still owed move with it."""
    movement = register.locked(movement)
    was = getattr(movement, anchor)
    if was == to:
        return
    details = {"anchor": anchor, "was": was.isoformat() if was else "", "now": to.isoformat()}
    record(movement.case, "rescheduled", at=at, actor=actor, details=details)
    setattr(movement, anchor, to)
    refresh(movement)


def refresh(movement: Movement) -> None:
    """Bring what is derived of the papers up to date: what is owed next."""
    papers = register.papers_of(movement)
    open_still = movement.case.finished_at is None
    due = next_due(register.law(), papers, movement.case.opened_at) if open_still else (None, "")
    movement.next_due_at, movement.next_due = due
    movement.save()
