"""A firm's requests about its inspection: to edit, to cancel, to change a certificate. Each is a little case of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from motcua.casework.models import Event
from motcua.casework.record import NewCase, open_case
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.nsw import sending
from motcua.nsw.documents import FACTS
from motcua.nsw.doing import Doing
from motcua.nsw.lifecycle import REQUEST_KINDS, UNDECIDED
from motcua.nsw.models import Inspection, Request
from motcua.people.actor import Actor

_TITLES = {kind: text.vi for kind, text in REQUEST_KINDS.items()}
# Where an inspection must stand for a request to make sense.
ALLOWED = {"edit": UNDECIDED, "cancel": UNDECIDED, "certificate": ("decided",)}


@transaction.atomic
def ask(
    inspection: Inspection, kind: str, *, reason: str, changes: Mapping[str, str], actor: Actor, at: datetime
) -> Request:
    """Ask the ministry; a second request of the same kind waits until the first is answered."""
    if kind not in REQUEST_KINDS:
        raise Refused(f"Không có loại yêu cầu '{kind}'.", f"There is no request '{kind}'.", place="kind")
    if not reason.strip():
        raise Refused("Hãy ghi lý do.", "Say why.", place="reason")
    if inspection.case.status not in ALLOWED[kind]:
        raise NotAllowed(
            "Hồ sơ không còn ở bước có thể yêu cầu như vậy.", "The inspection is past the point where this can be asked."
        )  # fmt: skip
    unknown = [name for name in changes if name not in FACTS]
    if unknown:
        raise Invalid([
            Finding("nsw-fact", name, f"Không sửa được mục '{name}'.", f"'{name}' cannot be changed.") for name in unknown
        ])  # fmt: skip
    if kind == "edit" and not changes:
        raise Refused("Hãy ghi mục cần sửa.", "Say what is to be changed.", place="changes")
    if inspection.requests.filter(kind=kind, case__closed_at=None).exists():
        raise NotAllowed(
            "Đã có một yêu cầu như vậy đang chờ bộ trả lời.",
            "Such a request is waiting for the ministry already.",
        )
    case = open_case(
        NewCase(
            kind="inspection-request", reference=f"{inspection.file_code}/Y{inspection.requests.count() + 1}",
            office=inspection.case.office, channel="online", opened_at=at, organisation=inspection.case.organisation,
            label=_TITLES[kind], search=inspection.file_code,
        )
    )  # fmt: skip
    request = Request.objects.create(
        case=case, inspection=inspection, kind=kind, reason=reason.strip(), changes=dict(changes)
    )
    Doing.here(actor, at).record(case, "asked")
    sending.request(request, at)
    return request


def take_up(request: Request, doing: Doing) -> Event:
    """The ministry says that it looks into it."""
    return doing.record(request.case, "taken_up")


@transaction.atomic
def agree(request: Request, doing: Doing, *, text: str = "") -> Event:
    """Agree, and do what was asked: an edit changes the facts, a cancellation withdraws the inspection."""
    event = doing.record(request.case, "agreed")
    _answered(request, text)
    inspection = request.inspection
    if request.kind == "edit":
        inspection.facts = {**inspection.facts, **request.changes}
        inspection.save(update_fields=["facts"])
        doing.record(inspection.case, "edited")
    elif request.kind == "cancel":
        doing.record(inspection.case, "withdrawn", {"code": "agreed"}, request.reason)
    return event


@transaction.atomic
def decline(request: Request, doing: Doing, *, text: str) -> Event:
    """Decline, with the reason; the inspection stands where it stood."""
    if not text.strip():
        raise Refused("Hãy ghi lý do từ chối.", "Say why it is declined.", place="text")
    event = doing.record(request.case, "declined", {"code": "ministry"})
    _answered(request, text)
    return event


def take_back(request: Request, *, actor: Actor, at: datetime) -> Event:
    """The firm thinks better of it."""
    return Doing.here(actor, at).record(request.case, "taken_back")


def _answered(request: Request, text: str) -> None:
    request.answer = text.strip()
    request.save(update_fields=["answer"])
