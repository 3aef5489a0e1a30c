"""The life of a dossier of administrative procedure, from lodging to the result in the applicant's hand."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text

# Whose move it is.
ONE_STOP, HANDLING, LEADER, APPLICANT = "one-stop", "handling", "leader", "applicant"


@dataclass(frozen=True)
class Lodged:
    """What was filed, by its digest; the words themselves are in the dossier's versions."""

    version: int = 1
    content: str = ""


@dataclass(frozen=True)
class Reason:
    """A reason from the list, and the id of the letter that says it in full."""

    code: str = ""
    letter: int | None = None


@dataclass(frozen=True)
class Transferred:
    """To which unit, and, once known, to which officer."""

    holder: str
    officer: str = ""


@dataclass(frozen=True)
class StepDone:
    """An internal step of the sheet that is finished."""

    step: str


@dataclass(frozen=True)
class Requested:
    """One complete request: the ids of all the sheet's documents or fields that are lacking or wrong."""

    items: tuple[str, ...] | list[str] = ()
    letter: int | None = None
    exception: str = ""


@dataclass(frozen=True)
class Payment:
    """An amount in đồng, as text so that no float ever holds money."""

    amount: str
    letter: int | None = None


@dataclass(frozen=True)
class Extension:
    """A lengthening the law itself allows: `extra` as a limit's text, `basis` its article."""

    extra: str
    basis: str


@dataclass(frozen=True)
class Rescheduled:
    """One new appointment with an apology (Decree 61/2018 art. 19); the legal deadline stays where it was."""

    promised_at: str
    code: str
    letter: int | None = None


@dataclass(frozen=True)
class Decided:
    """The result: approved or rejected, its number, and the digest of the signed paper."""

    outcome: str
    number: str = ""
    content: str = ""

    def __post_init__(self) -> None:
        if self.outcome not in {"approved", "rejected"}:
            raise ValueError(f"outcome must be approved or rejected, not {self.outcome!r}")


@dataclass(frozen=True)
class HandedOver:
    """How the applicant got the result: online, desk or post."""

    way: str


@dataclass(frozen=True)
class Rated:
    """The applicant's rating, one to five."""

    score: int

    def __post_init__(self) -> None:
        if not 1 <= self.score <= 5:
            raise ValueError(f"the score is one to five, not {self.score}")


@dataclass(frozen=True)
class Noted:
    """An observation; `letter` is the id of its text."""

    code: str = ""
    letter: int | None = None


STATUSES = {
    "lodged": Text("Mới đăng ký", "Lodged"),
    "accepted": Text("Được tiếp nhận", "Accepted"),
    "refused": Text("Không được tiếp nhận", "Not accepted"),
    "processing": Text("Đang xử lý", "In progress"),
    "awaiting_supplement": Text("Yêu cầu bổ sung giấy tờ", "Waiting for documents"),
    "awaiting_payment": Text("Yêu cầu thực hiện nghĩa vụ tài chính", "Waiting for payment"),
    "withdrawn": Text("Công dân yêu cầu rút hồ sơ", "Withdrawn by the applicant"),
    "stopped": Text("Dừng xử lý", "Suspended"),
    "decided": Text("Đã xử lý xong", "Decided"),
    "returned": Text("Đã trả kết quả", "Result handed over"),
}

_OPEN = ("accepted", "processing")
_WAITING = ("awaiting_supplement", "awaiting_payment", "stopped")

DOSSIER = Lifecycle(
    "dossier",
    Text("Hồ sơ thủ tục hành chính", "Dossier"),
    STATUSES,
    Step("lodged", (NEW,), "lodged", Text("Nộp hồ sơ", "Lodge"), holder=ONE_STOP, details=Lodged),
    Step(
        "accepted", ("lodged",), "accepted", Text("Tiếp nhận", "Accept"),
        Effect.START, receives=True, holder=ONE_STOP,
    ),
    Step(
        "refused", ("lodged",), "refused", Text("Từ chối tiếp nhận", "Refuse to accept"),
        closes=True, outcome="refused", holder=APPLICANT, details=Reason,
    ),
    Step("transferred", _OPEN, "processing", Text("Chuyển xử lý", "Transfer"), holder=HANDLING, details=Transferred),
    Step("step_done", _OPEN, SAME, Text("Xong một bước", "Finish a step"), moves=False, details=StepDone),
    Step(
        "supplement_requested", (*_OPEN, "awaiting_payment"), "awaiting_supplement",
        Text("Yêu cầu bổ sung", "Ask for documents"), Effect.PAUSE, pauses="supplement", holder=APPLICANT,
        details=Requested,
    ),
    Step(
        "supplemented", ("awaiting_supplement", "awaiting_payment"), "processing",
        Text("Bổ sung hồ sơ", "Supplement"), Effect.RESUME, resumes="supplement", holder=HANDLING, details=Lodged,
    ),
    Step(
        "payment_requested", (*_OPEN, "awaiting_supplement"), "awaiting_payment",
        Text("Yêu cầu nộp phí", "Ask for payment"), Effect.PAUSE, pauses="payment", holder=APPLICANT, details=Payment,
    ),
    Step(
        "paid", ("awaiting_payment", "awaiting_supplement"), "processing", Text("Đã nộp phí", "Payment received"),
        Effect.RESUME, resumes="payment", holder=HANDLING, details=Payment,
    ),
    Step(
        "suspended", _OPEN, "stopped", Text("Dừng xử lý", "Suspend"),
        Effect.PAUSE, pauses="suspension", holder=LEADER, details=Reason,
    ),
    Step(
        "resumed", ("stopped",), "processing", Text("Xử lý tiếp", "Resume"),
        Effect.RESUME, resumes="suspension", holder=HANDLING, details=Reason,
    ),
    Step(
        "extended", _OPEN, SAME, Text("Gia hạn theo luật", "Extend as the law allows"), Effect.EXTEND, details=Extension,
    ),
    Step(
        "rescheduled", (*_OPEN, *_WAITING), SAME, Text("Xin lỗi và hẹn lại", "Apologise and give a new date"),
        moves=False, details=Rescheduled,
    ),
    Step(
        "decided", _OPEN, "decided", Text("Ký kết quả", "Sign the result"),
        Effect.STOP, finishes=True, holder=ONE_STOP, details=Decided,
    ),
    Step(
        "reopened", ("decided",), "processing", Text("Sửa kết quả sai", "Reopen a wrong result"),
        Effect.RESUME, reopens=True, holder=HANDLING, details=Reason,
    ),
    Step(
        "handed_over", ("decided",), "returned", Text("Trả kết quả", "Hand over the result"),
        closes=True, holder=APPLICANT, details=HandedOver,
    ),
    Step(
        "withdrawn", ("lodged", *_OPEN, *_WAITING), "withdrawn", Text("Rút hồ sơ", "Withdraw"),
        Effect.STOP, finishes=True, closes=True, outcome="withdrawn", holder=APPLICANT, details=Reason,
    ),
    Step(
        "amended", ("lodged", *_OPEN, *_WAITING), SAME, Text("Sửa hồ sơ", "Amend"), moves=False, details=Lodged,
    ),
    Step("rated", ("decided", "returned"), SAME, Text("Đánh giá", "Rate"), moves=False, details=Rated),
    Step("noted", (*_OPEN, *_WAITING, "decided", "returned"), SAME, Text("Ghi chú", "Note"), moves=False, details=Noted),
    Step("warned", (*_OPEN, *_WAITING), SAME, Text("Nhắc sắp đến hạn", "Reminder"), moves=False, details=Noted),
)  # fmt: skip
