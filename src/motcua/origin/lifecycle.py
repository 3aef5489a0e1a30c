"""The life of an electronic certificate of origin form D received through the ASEAN Single Window."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Reason:
    """Why, by code: a rejection without a reason is refused (ATIGA OCP rule 30)."""

    code: str


@dataclass(frozen=True)
class Used:
    """On which declaration, by its eleven-digit key."""

    declaration: str


STATUSES = {
    "received": Text("AS4: hải quan đã nhận", "AS4: received by customs"),
    "querying": Text("Đang hỏi nước cấp", "Queried with the issuing country"),
    "given": Text("AS4 (GIVEN): cho hưởng ưu đãi", "AS4 (GIVEN): preference given"),
    "not_given": Text("AS4 (NOT GIVEN): không cho hưởng", "AS4 (NOT GIVEN): preference not given"),
    "cancelled": Text("Nước cấp đã huỷ", "Cancelled by the issuing country"),
}

CERTIFICATE = Lifecycle(
    "certificate",
    Text("C/O mẫu D điện tử", "Electronic form D"),
    STATUSES,
    Step("received", (NEW,), "received", Text("Nhận C/O", "Receive"), Effect.START, receives=True, holder="customs"),
    Step(
        "queried", ("received",), "querying", Text("Hỏi nước cấp", "Query"),
        Effect.PAUSE, pauses="query", holder="issuer", details=Reason,
    ),
    Step(
        "clarified", ("querying",), "received", Text("Nước cấp trả lời", "Clarify"),
        Effect.RESUME, resumes="query", holder="customs",
    ),
    Step(
        "given", ("received",), "given", Text("Cho hưởng ưu đãi", "Give preference"),
        Effect.STOP, finishes=True, outcome="given", holder="trader", details=Used,
    ),
    Step(
        "not_given", ("received",), "not_given", Text("Không cho hưởng", "Refuse preference"),
        Effect.STOP, finishes=True, outcome="not_given", holder="trader", details=Reason,
    ),
    Step(
        "cancelled", ("received", "querying"), "cancelled", Text("Huỷ", "Cancel"),
        Effect.STOP, finishes=True, closes=True, outcome="cancelled", details=Reason,
    ),
    Step("noted", ("received", "querying", "given", "not_given"), SAME, Text("Ghi chú", "Note"), moves=False),
)  # fmt: skip
