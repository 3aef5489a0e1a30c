"""The life of a task of the reform plan: done is claimed by the lead unit and accepted by somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Evidence:
    """What shows that the task is done: kind (document, figure, sheet, publication) and its mark."""

    kind: str
    mark: str


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
    Step("claimed", ("open",), "claimed", Text("Báo hoàn thành", "Claim"), holder="office", details=Evidence),
    Step("sent_back", ("claimed",), "open", Text("Trả lại", "Send back"), holder="lead"),
    Step(
        "accepted", ("claimed",), "done", Text("Công nhận", "Accept"),
        Effect.STOP, finishes=True, closes=True, outcome="done",
    ),
    Step(
        "dropped", ("open", "claimed"), "dropped", Text("Đưa ra khỏi kế hoạch", "Drop"),
        Effect.STOP, finishes=True, closes=True, outcome="dropped", details=Evidence,
    ),
)  # fmt: skip
