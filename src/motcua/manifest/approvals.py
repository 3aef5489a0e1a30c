"""What the agencies at the port and customs say about a movement: approvals, corrections, the clearance and its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.casework.record import record
from motcua.lib.errors import NotAllowed, Refused
from motcua.manifest import notices, register
from motcua.manifest.actions import put_in_force
from motcua.manifest.documents import Manifest, from_data
from motcua.manifest.models import Approval, ClearancePaper, Decision, Movement, Version
from motcua.manifest.rows import bill_rows, container_rows
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date

# The agencies ---------------------------------------------------------------------------------------------------


@transaction.atomic
def say(
    movement: Movement, *, agency: str, approves: bool, reason: str, actor: Actor, at: datetime
) -> Approval:
    """An agency approves a movement or objects with a reason; it may say another word later, and the last one counts."""
    movement = register.locked(movement)
    if agency not in {one.id for one in asked(movement)} or agency == "customs":
        raise NotAllowed(
            "Cơ quan này không được hỏi về lượt này.", "This agency is not asked about this movement.", place="agency"
        )  # fmt: skip
    if not approves and not reason.strip():
        raise Refused(
            "Chưa chấp thuận thì phải ghi lý do để đại lý biết cách sửa.",
            "Say why, so that the agent knows what to mend.",
            place="reason",
        )
    before = list(movement.approvals.filter(agency=agency).order_by("pk").values_list("approves", flat=True))
    approval = Approval.objects.create(
        movement=movement, agency=agency, approves=approves, reason=reason.strip(), said_at=at, said_by=actor.key
    )  # fmt: skip
    event = record(
        movement.case, "approved" if approves else "objected", at=at, actor=actor,
        details={"agency": agency, "approval": approval.pk},
    )  # fmt: skip
    notices.tell_word(movement, event, approval, before)
    return approval


def asked(movement: Movement) -> list[Any]:
    """The agencies a movement needs, customs last."""
    return register.law().asked(
        mode=movement.mode, movement=movement.direction, port_call=movement.is_port_call,
        on=local_date(movement.case.opened_at),
    )  # fmt: skip


def words(movement: Movement) -> dict[str, Approval]:
    """The last word of each agency."""
    return {approval.agency: approval for approval in movement.approvals.order_by("pk")}


# Customs --------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_amend(movement: Movement, *, reason: str, actor: Actor, at: datetime) -> None:
    """Ask the agent to correct something: customs' clock stands still until the correction is here."""
    movement = register.locked(movement)
    if not reason.strip():
        raise Refused("Hãy ghi phải sửa gì.", "Say what must be corrected.", place="reason")
    Approval.objects.create(
        movement=movement, agency="customs", approves=False, reason=reason.strip(), said_at=at, said_by=actor.key
    )  # fmt: skip
    event = record(movement.case, "amendment_requested", at=at, actor=actor, details={"code": "asked"})
    notices.tell(movement, event, "amendment-asked", reason=reason.strip())


@transaction.atomic
def clear(movement: Movement, *, channel: int = 0, actor: Actor, at: datetime) -> ClearancePaper:
    """Confirm that the procedure is done: every agency has approved, no correction waits for consent."""
    movement = register.locked(movement)
    said = words(movement)
    missing = [
        one.title.text for one in asked(movement)
        if one.id != "customs" and (one.id not in said or not said[one.id].approves)
    ]  # fmt: skip
    if missing:
        raise NotAllowed(
            f"Chưa đủ chấp thuận: {', '.join(one.vi for one in missing)}.",
            f"Still without approval: {', '.join(one.en for one in missing)}.",
            place="approvals",
        )
    if waiting(movement):
        raise NotAllowed(
            "Còn bản khai sửa đổi chờ quyết định.",
            "An amendment still waits for a decision.",
            place="versions",
        )
    number = f"{movement.case.reference}-{movement.clearances.count() + 1}"
    event = record(
        movement.case, "cleared", at=at, actor=actor, details=clearance_details(movement, number, channel)
    )
    paper = ClearancePaper.objects.create(
        movement=movement, number=number, channel=channel, issued_at=at, issued_by=actor.key
    )  # fmt: skip
    Movement.objects.filter(pk=movement.pk).update(live_key=None, next_due_at=None, next_due="")
    notices.tell_clearance(movement, event, "cleared", paper)
    return paper


def clearance_details(movement: Movement, number: str, channel: int) -> dict[str, Any]:
    """
    What the event says. The figures count ships that enter or leave: a move between two ports has an outcome of its own, and
    so have aircraft, trains, vehicles and border boats.
    """
    details: dict[str, Any] = {"number": number}
    if channel:
        details["channel"] = channel
    if movement.is_port_call:
        details["outcome"] = "port-cleared"
    elif movement.mode != "sea":
        details["outcome"] = f"{movement.mode}-cleared"
    return details


@transaction.atomic
def cancel_clearance(movement: Movement, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take a clearance back: the movement is open again, and no figure counts it until it is cleared anew."""
    movement = register.locked(movement)
    if not reason.strip():
        raise Refused("Hãy ghi lý do huỷ.", "Give the reason.", place="reason")
    if Movement.objects.filter(live_key=movement.call_key).exclude(pk=movement.pk).exists():
        raise NotAllowed(
            "Chuyến này đã có một lượt khác đang mở.", "Another movement of this call is open.", place="call"
        )
    event = record(movement.case, "clearance_cancelled", at=at, actor=actor, details={"code": "cancelled"})
    last = movement.clearances.order_by("-pk").first()
    if last is not None:
        ClearancePaper.objects.filter(pk=last.pk).update(reason=reason.strip())
    Movement.objects.filter(pk=movement.pk).update(live_key=movement.call_key)
    notices.tell_clearance(movement, event, "clearance-cancelled", last, reason=reason.strip())


@transaction.atomic
def reissue(movement: Movement, *, reason: str, actor: Actor, at: datetime) -> ClearancePaper:
    """Issue the clearance again under a new number, with the reason; the old one is marked as replaced."""
    movement = register.locked(movement)
    if not reason.strip():
        raise Refused("Hãy ghi lý do cấp lại.", "Give the reason.", place="reason")
    last = movement.clearances.order_by("-pk").first()
    number = f"{movement.case.reference}-{movement.clearances.count() + 1}"
    details = clearance_details(movement, number, last.channel if last else 0) | {"code": "reissued"}
    event = record(movement.case, "reissued", at=at, actor=actor, details=details)
    paper = ClearancePaper.objects.create(
        movement=movement, number=number, channel=last.channel if last else 0, reason=reason.strip(), issued_at=at,
        issued_by=actor.key, replaces=last,
    )  # fmt: skip
    notices.tell_clearance(movement, event, "reissued", paper, reason=paper.reason)
    return paper


@transaction.atomic
def decide(version: Version, *, accepted: bool, reason: str, actor: Actor, at: datetime) -> None:
    """Consent to a correction that came after arrival, or refuse it with a reason."""
    movement = register.locked(version.movement)
    if not version.waits or Decision.objects.filter(version=version).exists():
        raise NotAllowed(
            "Bản khai này không chờ quyết định.", "This version waits for no decision.", place="version"
        )  # fmt: skip
    if not accepted and not reason.strip():
        raise Refused("Từ chối thì phải ghi lý do.", "A refusal needs its reason.", place="reason")
    Decision.objects.create(
        version=version, accepted=accepted, reason=reason.strip(), decided_at=at, decided_by=actor.key
    )  # fmt: skip
    details = {"form": version.form, "version": version.number, "accepted": accepted}
    event = record(movement.case, "decided", at=at, actor=actor, details=details)
    notices.tell_decision(version, movement, event, accepted=accepted, reason=reason.strip())
    if not accepted:
        return
    if version.form in {"manifest", "house-bills"}:
        document = from_data({"document": "manifest", **version.content})
        assert isinstance(document, Manifest)
        put_in_force(movement, version, bill_rows(document, movement), container_rows(document))
    if movement.case.status == "amending":
        record(
            movement.case, "amended", at=at, actor=actor,
            details={"version": version.number, "content": version.sha256},
        )  # fmt: skip


def waiting(movement: Movement) -> list[Version]:
    """The corrections that wait for an officer's consent."""
    return list(movement.versions.filter(waits=True, decision=None))
