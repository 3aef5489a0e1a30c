"""The life of a customs declaration as the customs core tells it: registered, channelled, checked, released, gone."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Channelled:
    """1 green: no check; 2 yellow: documents; 3 red: goods. A change keeps its reason."""

    channel: int
    reason: str = ""

    def __post_init__(self) -> None:
        if self.channel not in {1, 2, 3}:
            raise ValueError(f"the channel is 1 (green), 2 (yellow) or 3 (red), not {self.channel}")


@dataclass(frozen=True)
class Amended:
    """The amendment digit, the twelfth of the number: it changes, the eleven that identify do not."""

    digit: int


@dataclass(frozen=True)
class Reason:
    """Why, by code."""

    code: str = ""


STATUSES = {
    "registered": Text("Đã đăng ký chính thức", "Registered"),
    "checking": Text("Đang kiểm tra", "Under check"),
    "released": Text("Đã thông quan", "Released"),
    "gone": Text("Đã qua khu vực giám sát", "Out of the supervised area"),
    "cancelled": Text("Đã huỷ", "Cancelled"),
}

_OPEN = ("registered", "checking")

DECLARATION = Lifecycle(
    "declaration",
    Text("Tờ khai hải quan", "Customs declaration"),
    STATUSES,
    Step(
        "registered", (NEW,), "registered", Text("Đăng ký tờ khai", "Register"),
        Effect.START, receives=True, holder="customs",
    ),
    Step("channelled", _OPEN, "checking", Text("Phân luồng", "Assign the channel"), holder="customs", details=Channelled),
    Step("documents_checked", ("checking",), SAME, Text("Kiểm tra hồ sơ", "Check documents"), moves=False),
    Step("goods_checked", ("checking",), SAME, Text("Kiểm tra thực tế", "Check goods"), moves=False),
    Step("duty_paid", (*_OPEN, "released"), SAME, Text("Nộp thuế hoặc bảo lãnh", "Pay or secure duty"), moves=False),
    Step(
        "awaiting_inspection", ("checking",), SAME, Text("Chờ kết quả chuyên ngành", "Wait for the inspection result"),
        Effect.PAUSE, pauses="inspection", holder="other-agency",
    ),
    Step(
        "inspection_received", ("checking",), SAME, Text("Có kết quả chuyên ngành", "Inspection result received"),
        Effect.RESUME, resumes="inspection", holder="customs",
    ),
    Step(
        "inspection_recalled", (*_OPEN, "released", "gone"), SAME,
        Text("Kết quả chuyên ngành bị thu hồi", "Inspection result recalled"), moves=False, details=Reason,
    ),
    Step("amended", (*_OPEN, "released"), SAME, Text("Khai sửa đổi, bổ sung", "Amend"), moves=False, details=Amended),
    Step(
        "released", ("checking",), "released", Text("Thông quan", "Release"),
        Effect.STOP, finishes=True, outcome="released", holder="trader",
    ),
    Step("gone", ("released",), "gone", Text("Qua khu vực giám sát", "Leave the supervised area"), closes=True),
    Step(
        "cancelled", _OPEN, "cancelled", Text("Huỷ tờ khai", "Cancel"),
        Effect.STOP, finishes=True, closes=True, outcome="cancelled", holder="trader", details=Reason,
    ),
)  # fmt: skip
