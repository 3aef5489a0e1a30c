"""The life of a task of the reform plan: done is claimed by the lead unit and accepted by somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Evidence:
    """What shows that the task is done: kind (document, indicator, sheet-diff, publication), its mark and its digest."""

    kind: str
    mark: str
    sha256: str = ""


@dataclass(frozen=True)
class Acceptance:
    """The digest of the evidence that was accepted."""

    sha256: str = ""


@dataclass(frozen=True)
class Extension:
    """A new due date, the paper that grants it and why; the plan's own date is kept."""

    due_on: str = ""
    paper: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Moved:
    """A task given to another lead unit or put into another area, by which paper."""

    what: str = ""
    before: str = ""
    after: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Reason:
    """Why: a code or an indicator's reading, never a person."""

    reason: str = ""


STATUSES = {
    "open": Text("Đang thực hiện", "Open"),
    "claimed": Text("Đã báo hoàn thành", "Claimed done"),
    "done": Text("Hoàn thành", "Done"),
    "dropped": Text("Không thực hiện", "Dropped"),
}

TASK = Lifecycle(
    "task",
    Text("Nhiệm vụ cải cách", "Reform task"),
    STATUSES,
    Step("planned", (NEW,), "open", Text("Giao nhiệm vụ", "Plan"), Effect.START, receives=True, holder="lead"),
    Step("extended", ("open",), SAME, Text("Gia hạn", "Extend"), details=Extension),
    Step("moved", ("open",), SAME, Text("Điều chuyển", "Move"), details=Moved),
    Step("claimed", ("open",), "claimed", Text("Báo hoàn thành", "Claim"), holder="office", details=Evidence),
    Step("sent_back", ("claimed",), "open", Text("Trả lại", "Send back"), holder="lead", details=Reason),
    Step(
        "accepted", ("claimed",), "done", Text("Công nhận", "Accept"),
        Effect.STOP, finishes=True, closes=True, outcome="done", details=Acceptance,
    ),
    Step(
        "reopened", ("done",), "open", Text("Mở lại", "Reopen"),
        Effect.RESUME, reopens=True, holder="lead", details=Reason,
    ),
    Step(
        "dropped", ("open", "claimed"), "dropped", Text("Đưa ra khỏi kế hoạch", "Drop"),
        Effect.STOP, finishes=True, closes=True, outcome="dropped", details=Evidence,
    ),
)  # fmt: skip
