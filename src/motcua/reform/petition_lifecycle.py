"""The life of a petition on a procedure: received, answered in public, or not taken with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Received:
    """Whether it is a complaint about how a procedure is carried out, or a proposal to change it."""

    kind: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why it is not taken: a code, never words about a person."""

    code: str = ""


@dataclass(frozen=True)
class Linked:
    """The review of a procedure that takes it up."""

    review: str = ""


STATUSES = {
    "received": Text("Đang xử lý", "Being answered"),
    "answered": Text("Đã trả lời", "Answered"),
    "refused": Text("Không tiếp nhận", "Not taken"),
}

PETITION = Lifecycle(
    "petition",
    Text("Phản ánh, kiến nghị", "Petition"),
    STATUSES,
    Step(
        "received", (NEW,), "received", Text("Tiếp nhận phản ánh, kiến nghị", "Receive"), Effect.START,
        receives=True, holder="office", details=Received,
    ),
    Step("linked", ("received", "answered"), SAME, Text("Đưa vào rà soát", "Take into a review"), moves=False, details=Linked),
    Step(
        "answered", ("received",), "answered", Text("Trả lời công khai", "Answer in public"),
        Effect.STOP, finishes=True, closes=True, outcome="answered",
    ),
    Step(
        "refused", ("received",), "refused", Text("Không tiếp nhận, nêu lý do", "Not taken, with a reason"),
        Effect.STOP, finishes=True, closes=True, outcome="refused", details=Refusal,
    ),
)  # fmt: skip
