"""
The life of a specialised inspection, and of the small requests beside it.

An inspection has one main state. What the trader asks about it (to edit, to cancel, to change a certificate) has a life of
its own, so that a request that is refused leaves the inspection where it stands. A supplement may be asked by two desks, the
one-stop desk and the specialist unit, and in two phases, for the application and for the conformity result: four kinds.
"""

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
# What lets goods be cleared.
GOOD = frozenset({"passed", "reduced", "exempt"})

DESKS = {
    "one-stop": Text("Bộ phận một cửa", "One-stop desk"),
    "specialist": Text("Phòng chuyên môn", "Specialist unit"),
}
MEASURES = {
    "re-export": Text("Tái xuất", "Re-export"),
    "destroy": Text("Tiêu hủy", "Destroy"),
    "recycle": Text("Tái chế", "Recycle"),
    "change-purpose": Text("Chuyển mục đích sử dụng", "Change of purpose"),
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


@dataclass(frozen=True)
class Asked:
    """A supplement asked for: which desk wants it, and by what code; the words stand in a remark."""

    code: str = ""
    desk: str = "one-stop"

    def __post_init__(self) -> None:
        if self.desk not in DESKS:
            raise ValueError(f"the desk is one of {', '.join(DESKS)}, not {self.desk!r}")


@dataclass(frozen=True)
class Assigned:
    """Who handles it at the ministry, by key."""

    officer: str = ""


@dataclass(frozen=True)
class Sampled:
    """Which sample was taken."""

    sample: str = ""


@dataclass(frozen=True)
class Tested:
    """What the laboratory found in which sample."""

    sample: str = ""
    outcome: str = "passed"

    def __post_init__(self) -> None:
        if self.outcome not in {"passed", "failed"}:
            raise ValueError(f"a test is passed or failed, not {self.outcome!r}")


@dataclass(frozen=True)
class Stored:
    """Goods taken to the owner's store, not to be used; the result must reach customs by the day named."""

    declaration: str
    result_by: str


@dataclass(frozen=True)
class Measure:
    """What must be done with goods that failed."""

    measure: str

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ValueError(f"the measure is one of {', '.join(MEASURES)}, not {self.measure!r}")


@dataclass(frozen=True)
class Answered:
    """What the ministry's system said of a message of ours: its reference, how many faults."""

    message: str = ""
    faults: int = 0


STATUSES = {
    "waiting": Text("Chờ tiếp nhận", "Waiting to be accepted"),
    "incomplete": Text("Yêu cầu bổ sung trước khi tiếp nhận", "Incomplete, not yet accepted"),
    "accepted": Text("Đã tiếp nhận", "Accepted"),
    "awaiting_supplement": Text("Yêu cầu bổ sung hồ sơ", "Waiting for documents"),
    "awaiting_conformity": Text("Chờ kết quả đánh giá sự phù hợp", "Waiting for the conformity result"),
    "assessing": Text("Đang xem xét kết quả đánh giá", "Conformity result under review"),
    "awaiting_result_papers": Text(
        "Yêu cầu bổ sung kết quả đánh giá", "Waiting for more on the conformity result"
    ),
    "sampling": Text("Chờ kết quả thử nghiệm", "Waiting for the laboratory"),
    "decided": Text("Đã có kết quả", "Result issued"),
    "recalled": Text("Đã thu hồi kết quả", "Result recalled"),
    "withdrawn": Text("Đã rút hồ sơ", "Withdrawn"),
    "refused": Text("Đã từ chối", "Refused"),
}

# While it lies with the ministry and nothing is decided.
AT_WORK = ("accepted", "sampling", "assessing", "awaiting_conformity")
UNDECIDED = ("waiting", "incomplete", *AT_WORK, "awaiting_supplement", "awaiting_result_papers")

INSPECTION = Lifecycle(
    "inspection",
    Text("Kiểm tra chuyên ngành", "Specialised inspection"),
    STATUSES,
    Step("applied", (NEW,), "waiting", Text("Nộp đăng ký kiểm tra", "Apply"), holder="ministry"),
    Step(
        "completion_requested", ("waiting",), "incomplete", Text("Yêu cầu hoàn thiện hồ sơ", "Ask to complete"),
        holder="trader", details=Asked,
    ),
    Step("completed", ("incomplete",), "waiting", Text("Hoàn thiện hồ sơ", "Complete"), holder="ministry"),
    Step(
        "accepted", ("waiting",), "accepted", Text("Tiếp nhận", "Accept"),
        Effect.START, receives=True, holder="ministry",
    ),
    Step(
        "refused", ("waiting", "incomplete"), "refused", Text("Từ chối", "Refuse"), closes=True, holder="trader",
        details=Reason,
    ),
    Step("assigned", AT_WORK, SAME, Text("Chuyển cán bộ xử lý", "Assign"), moves=False, details=Assigned),
    Step(
        "supplement_requested", ("accepted", "sampling"), "awaiting_supplement", Text("Yêu cầu bổ sung", "Ask for documents"),
        Effect.PAUSE, pauses="supplement", holder="trader", details=Asked,
    ),
    Step(
        "supplemented", ("awaiting_supplement",), "accepted", Text("Bổ sung", "Supplement"),
        Effect.RESUME, resumes="supplement", holder="ministry",
    ),
    Step(
        "registration_confirmed", ("accepted",), "awaiting_conformity",
        Text("Xác nhận đăng ký kiểm tra", "Confirm the registration"),
        Effect.PAUSE, pauses="conformity", holder="laboratory",
    ),
    Step(
        "registration_withdrawn", ("awaiting_conformity",), "accepted",
        Text("Thu hồi xác nhận đăng ký", "Withdraw the registration"),
        Effect.RESUME, resumes="conformity", holder="ministry", details=Reason,
    ),
    Step(
        "conformity_submitted", ("awaiting_conformity",), "assessing",
        Text("Nộp kết quả đánh giá sự phù hợp", "Submit the conformity result"),
        Effect.RESUME, resumes="conformity", holder="ministry", details=Tested,
    ),
    Step(
        "result_supplement_requested", ("assessing",), "awaiting_result_papers",
        Text("Yêu cầu bổ sung kết quả đánh giá", "Ask for more on the conformity result"),
        Effect.PAUSE, pauses="supplement", holder="trader", details=Asked,
    ),
    Step(
        "result_supplemented", ("awaiting_result_papers",), "assessing",
        Text("Bổ sung kết quả đánh giá", "Supplement the conformity result"),
        Effect.RESUME, resumes="supplement", holder="ministry",
    ),
    Step(
        "sampled", ("accepted", "assessing"), "sampling", Text("Lấy mẫu", "Take a sample"), holder="laboratory",
        details=Sampled,
    ),
    Step(
        "tested", ("sampling",), "accepted", Text("Có kết quả thử nghiệm", "Report the test"), holder="ministry",
        details=Tested,
    ),
    Step(
        "result_received", AT_WORK, "decided", Text("Trả kết quả", "Return the result"),
        Effect.STOP, finishes=True, holder="customs", details=Result,
    ),
    Step(
        "result_replaced", ("decided",), SAME, Text("Cấp lại kết quả", "Issue the result again"), holder="customs",
        details=Result,
    ),
    Step(
        "measure_ordered", ("decided",), SAME, Text("Yêu cầu xử lý lô hàng", "Order a measure"), holder="trader",
        details=Measure,
    ),
    Step(
        "measure_done", ("decided",), SAME, Text("Đã xử lý lô hàng", "Measure carried out"), holder="customs",
        details=Measure,
    ),
    Step(
        "recalled", ("decided",), "recalled", Text("Thu hồi kết quả", "Recall the result"), closes=True, holder="customs",
        details=Reason,
    ),
    Step(
        "withdrawn", UNDECIDED, "withdrawn", Text("Rút hồ sơ", "Withdraw"),
        Effect.STOP, finishes=True, closes=True, outcome="withdrawn", holder="trader", details=Reason,
    ),
    Step(
        "stored", (*UNDECIDED, "decided"), SAME, Text("Đưa hàng về bảo quản", "Take the goods to store"), moves=False,
        details=Stored,
    ),
    Step(
        "answered", tuple(STATUSES), SAME, Text("Hệ thống của bộ trả lời", "The ministry's system answered"), moves=False,
        details=Answered,
    ),
    Step(
        "edited", UNDECIDED, SAME, Text("Sửa hồ sơ đã được đồng ý", "Edited as agreed"), moves=False,
    ),
    Step("noted", ("waiting", "accepted", "sampling", "decided"), SAME, Text("Ghi chú", "Note"), moves=False),
)  # fmt: skip

REQUEST_KINDS = {
    "edit": Text("Xin sửa hồ sơ", "To edit the application"),
    "cancel": Text("Xin hủy hồ sơ", "To cancel the application"),
    "certificate": Text("Xin sửa giấy chứng nhận", "To change the certificate"),
}

REQUEST_STATUSES = {
    "asked": Text("Chờ tiếp nhận yêu cầu", "Waiting to be taken up"),
    "taken_up": Text("Đã tiếp nhận yêu cầu", "Taken up"),
    "agreed": Text("Đồng ý yêu cầu", "Agreed"),
    "declined": Text("Từ chối yêu cầu", "Declined"),
    "taken_back": Text("Doanh nghiệp rút yêu cầu", "Taken back by the firm"),
}

REQUEST = Lifecycle(
    "inspection-request",
    Text("Yêu cầu về hồ sơ kiểm tra", "Request about an inspection"),
    REQUEST_STATUSES,
    Step("asked", (NEW,), "asked", Text("Gửi yêu cầu", "Ask"), holder="ministry"),
    Step("taken_up", ("asked",), "taken_up", Text("Tiếp nhận yêu cầu", "Take up"), holder="ministry"),
    Step("agreed", ("asked", "taken_up"), "agreed", Text("Đồng ý", "Agree"), closes=True, holder="trader"),
    Step(
        "declined", ("asked", "taken_up"), "declined", Text("Từ chối yêu cầu", "Decline"), closes=True, holder="trader",
        details=Reason,
    ),
    Step("taken_back", ("asked", "taken_up"), "taken_back", Text("Rút yêu cầu", "Take back"), closes=True, holder="trader"),
)  # fmt: skip
