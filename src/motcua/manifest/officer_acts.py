"""What officers may do with a movement: one line for each intent, with its right, its words and what it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed
from motcua.manifest import actions, approvals, port, register
from motcua.manifest.models import Movement
from motcua.manifest.provisions import Agency
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from motcua.people.permissions import may, reach


def agency_of(actor: Actor) -> Agency | None:
    """Which agency an officer speaks for; None for customs."""
    if actor.organisation is None:
        return None
    code = Organisation.objects.filter(pk=actor.organisation).values_list("code", flat=True).first()
    return register.law().agency_of(code)


@dataclass(frozen=True)
class Act:
    """One intent: its address and right, what it is called, whether it needs a reason, and in which statuses it may be done."""

    name: str
    permission: str
    title: Text
    done: Text
    statuses: frozenset[str]
    run: Callable[[Movement, Actor, str, datetime], object]
    reason: bool = True
    weight: str = "plain"
    icon: str = ""
    explain: Text | None = None


_OPEN = frozenset({"notified", "complete", "amending"})
_ALIVE = _OPEN | {"cleared"}


def _say(approves: bool) -> Callable[[Movement, Actor, str, datetime], object]:
    def run(found: Movement, actor: Actor, reason: str, at: datetime) -> object:
        agency = agency_of(actor)
        if agency is None:
            raise NotAllowed("Bạn không thuộc cơ quan nào tại cảng.", "You belong to no agency at the port.")
        return approvals.say(found, agency=agency.id, approves=approves, reason=reason, actor=actor, at=at)

    return run


ACTS: tuple[Act, ...] = (
    Act(
        "approve",
        "calls.approve",
        Text("Chấp thuận", "Approve"),
        Text("Đã chấp thuận.", "Approved."),
        _ALIVE,
        _say(True),
        reason=False,
        weight="main",
        icon="check",
        explain=Text(
            "Cơ quan của bạn không có ý kiến gì khác về lượt này.",
            "Your agency has no objection to this movement.",
        ),
    ),
    Act(
        "object",
        "calls.approve",
        Text("Chưa chấp thuận", "Object"),
        Text("Đã ghi ý kiến.", "Your objection is noted."),
        _ALIVE,
        _say(False),
        weight="danger",
        icon="cross-circle",
        explain=Text("Đại lý đọc đúng lời bạn ghi.", "The agent will read exactly what you write."),
    ),
    Act(
        "clear",
        "calls.clear",
        Text("Xác nhận thông quan", "Clear"),
        Text("Đã xác nhận thông quan.", "Cleared."),
        frozenset({"complete"}),
        lambda found, actor, reason, at: approvals.clear(found, actor=actor, at=at),
        reason=False,
        weight="main",
        icon="stamp",
        explain=Text(
            "Cần đủ chấp thuận của các cơ quan; lượt này được đếm từ lúc xác nhận.",
            "Every agency must have approved; the movement is counted from now.",
        ),
    ),
    Act(
        "amend",
        "calls.amend",
        Text("Yêu cầu sửa đổi", "Ask to amend"),
        Text("Đã yêu cầu; đồng hồ dừng.", "Asked; the clock stands still."),
        frozenset({"complete"}),
        lambda found, actor, reason, at: approvals.ask_to_amend(found, reason=reason, actor=actor, at=at),
        icon="pause",
        explain=Text(
            "Ghi rõ bản khai nào, sửa gì, vì sao. Đại lý đọc đúng lời này.",
            "Say which paper, what to mend and why. The agent will read exactly this.",
        ),
    ),
    Act(
        "arrived",
        "calls.note-time",
        Text("Ghi giờ đến", "Note the arrival"),
        Text("Đã ghi giờ đến.", "The arrival is noted."),
        _ALIVE,
        lambda found, actor, reason, at: port.note_time(
            found, kind="arrived", moment=at, actor=actor, at=timezone.now()
        ),
        reason=False,
        icon="ship",
        explain=Text(
            "Từ lúc này, bản khai sửa phải chờ chấp thuận.", "From then on corrections wait for consent."
        ),
    ),
    Act(
        "departed",
        "calls.note-time",
        Text("Ghi giờ rời", "Note the departure"),
        Text("Đã ghi giờ rời.", "The departure is noted."),
        frozenset({"complete", "amending", "cleared"}),
        lambda found, actor, reason, at: port.note_time(
            found, kind="departed", moment=at, actor=actor, at=timezone.now()
        ),
        reason=False,
        icon="ship",
    ),
    Act(
        "reissue",
        "calls.reissue",
        Text("Cấp lại", "Reissue"),
        Text("Đã cấp lại.", "Reissued."),
        frozenset({"cleared"}),
        lambda found, actor, reason, at: approvals.reissue(found, reason=reason, actor=actor, at=at),
        icon="copy",
    ),
    Act(
        "cancel-clearance",
        "calls.cancel-clearance",
        Text("Huỷ xác nhận thông quan", "Cancel the clearance"),
        Text("Đã huỷ xác nhận.", "The clearance is cancelled."),
        frozenset({"cleared"}),
        lambda found, actor, reason, at: approvals.cancel_clearance(found, reason=reason, actor=actor, at=at),
        weight="danger",
        icon="undo",
        explain=Text(
            "Lượt này không còn được đếm cho đến khi xác nhận lại.",
            "The movement is not counted until it is cleared anew.",
        ),
    ),
    Act(
        "cancel",
        "calls.cancel",
        Text("Huỷ thủ tục", "Cancel the movement"),
        Text("Đã huỷ thủ tục.", "Cancelled."),
        _OPEN,
        lambda found, actor, reason, at: actions.cancel(found, reason=reason, actor=actor, at=at),
        weight="danger",
        icon="cross",
    ),
)


def offered(found: Movement, actor: Actor) -> list[Act]:
    """The acts this officer may carry out on this movement now."""
    today = timezone.localdate()
    agency = agency_of(actor)
    known = []
    for act in ACTS:
        if found.case.status not in act.statuses or not may(actor, act.permission):
            continue
        if not reach(actor, act.permission, today).covers(office=found.case.office):
            continue
        if act.permission == "calls.approve":
            asked = agency is not None and agency.id in {one.id for one in approvals.asked(found)}
            if not asked or found.case.finished_at is not None:
                continue
        if act.name == "arrived" and (found.direction == "exit" or found.ata is not None):
            continue
        if act.name == "departed" and (found.direction == "entry" or found.atd is not None):
            continue
        known.append(act)
    return known
