"""The life of a specialised inspection, as far as customs must know it: asked, accepted, decided, taken back."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text

OUTCOMES = {
    "passed": Text("Đạt", "Passed"),
    "failed": Text("Không đạt", "Failed"),
    "reduced": Text("Kiểm tra giảm", "Reduced inspection"),
    "exempt": Text("Miễn kiểm tra", "Exempt"),
}


@dataclass(frozen=True)
class Result:
    """A ministry's result: its number and what it says."""

    outcome: str
    number: str = ""

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"the outcome is one of {', '.join(OUTCOMES)}, not {self.outcome!r}")


@dataclass(frozen=True)
class Reason:
    """Why, by code."""

    code: str = ""


STATUSES = {
    "waiting": Text("Chờ tiếp nhận", "Waiting to be accepted"),
    "accepted": Text("Đã tiếp nhận", "Accepted"),
    "awaiting_supplement": Text("Yêu cầu bổ sung", "Waiting for documents"),
    "sampling": Text("Chờ kết quả thử nghiệm", "Waiting for the laboratory"),
    "decided": Text("Đã có kết quả", "Result issued"),
    "recalled": Text("Đã thu hồi kết quả", "Result recalled"),
    "withdrawn": Text("Đã rút hồ sơ", "Withdrawn"),
    "refused": Text("Đã từ chối", "Refused"),
}

INSPECTION = Lifecycle(
    "inspection",
    Text("Kiểm tra chuyên ngành", "Specialised inspection"),
    STATUSES,
    Step("applied", (NEW,), "waiting", Text("Nộp đăng ký kiểm tra", "Apply"), holder="ministry"),
    Step(
        "accepted", ("waiting",), "accepted", Text("Tiếp nhận", "Accept"),
        Effect.START, receives=True, holder="ministry",
    ),
    Step("refused", ("waiting",), "refused", Text("Từ chối", "Refuse"), closes=True, holder="trader", details=Reason),
    Step(
        "supplement_requested", ("accepted", "sampling"), "awaiting_supplement", Text("Yêu cầu bổ sung", "Ask for documents"),
        Effect.PAUSE, pauses="supplement", holder="trader", details=Reason,
    ),
    Step(
        "supplemented", ("awaiting_supplement",), "accepted", Text("Bổ sung", "Supplement"),
        Effect.RESUME, resumes="supplement", holder="ministry",
    ),
    Step("sampled", ("accepted",), "sampling", Text("Lấy mẫu", "Take a sample"), holder="laboratory"),
    Step(
        "result_received", ("accepted", "sampling"), "decided", Text("Trả kết quả", "Return the result"),
        Effect.STOP, finishes=True, holder="customs", details=Result,
    ),
    Step(
        "recalled", ("decided",), "recalled", Text("Thu hồi kết quả", "Recall the result"), closes=True, holder="customs",
        details=Reason,
    ),
    Step(
        "withdrawn", ("waiting", "accepted", "awaiting_supplement", "sampling"), "withdrawn", Text("Rút hồ sơ", "Withdraw"),
        Effect.STOP, finishes=True, closes=True, outcome="withdrawn", holder="trader", details=Reason,
    ),
    Step("noted", ("waiting", "accepted", "sampling", "decided"), SAME, Text("Ghi chú", "Note"), moves=False),
)  # fmt: skip
