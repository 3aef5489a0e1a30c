"""The life of one movement: one entry or one exit. A ship that comes and leaves makes two; so does one in transit."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Version:
    """Which version of the declared documents, by digest."""

    version: int = 1
    content: str = ""


@dataclass(frozen=True)
class Filed:
    """A version of one paper: which, by digest; late with its deadline; why, where it takes the place of another."""

    form: str
    version: int = 1
    content: str = ""
    late: bool = False
    due: str = ""
    code: str = ""
    # After arrival a new version waits for an officer's consent.
    waits: bool = False


@dataclass(frozen=True)
class Moved:
    """An expected arrival or departure that changed; both moments in ISO 8601."""

    anchor: str
    was: str
    now: str

    def __post_init__(self) -> None:
        if self.anchor not in {"eta", "etd"}:
            raise ValueError(f"the anchor is eta or etd, not {self.anchor}")


@dataclass(frozen=True)
class Approval:
    """An agency's word; the reason itself stands in the row `approval`."""

    agency: str
    approval: int = 0
    code: str = ""


@dataclass(frozen=True)
class Decision:
    """What an officer said to a version that waited."""

    form: str
    version: int
    accepted: bool
    code: str = ""


@dataclass(frozen=True)
class Clearance:
    """The clearance issued: its number, its channel (0 green, 1 red), and what it counts as.

    A move between two ports of the country is no entry and no exit: its outcome is `port-cleared`.
    Aircraft, trains, vehicles and border boats end as `air-cleared`, `rail-cleared` and so on: the figure counts ships.
    """

    number: str = ""
    channel: int = 0
    outcome: str = ""
    code: str = ""


@dataclass(frozen=True)
class Reason:
    """Why, by code."""

    code: str = ""


STATUSES = {
    "notified": Text("Đã thông báo", "Notified"),
    "complete": Text("Đã đủ hồ sơ", "Dossier complete"),
    "amending": Text("Yêu cầu sửa đổi, bổ sung", "Amendment asked"),
    "cleared": Text("Hoàn thành thủ tục", "Cleared"),
    "cancelled": Text("Đã huỷ thủ tục", "Cancelled"),
}

_OPEN = ("notified", "complete", "amending")
_ALIVE = (*_OPEN, "cleared")

MOVEMENT = Lifecycle(
    "movement",
    Text("Lượt phương tiện xuất cảnh, nhập cảnh", "Entry or exit of a ship"),
    STATUSES,
    Step("notified", (NEW,), "notified", Text("Thông báo tàu", "Notify"), holder="agent", details=Version),
    Step(
        "declared", ("notified",), "complete", Text("Khai đủ hồ sơ", "Declare in full"),
        Effect.START, receives=True, holder="customs", details=Version,
    ),
    Step(
        "amendment_requested", ("complete",), "amending", Text("Yêu cầu sửa đổi", "Ask to amend"),
        Effect.PAUSE, pauses="amendment", holder="agent", details=Reason,
    ),
    Step(
        "amended", ("amending",), "complete", Text("Khai sửa đổi", "Amend"),
        Effect.RESUME, resumes="amendment", holder="customs", details=Version,
    ),
    Step(
        "cleared", ("complete",), "cleared", Text("Xác nhận thông quan", "Clear"),
        Effect.STOP, finishes=True, closes=True, outcome="cleared", holder="agent", details=Clearance,
    ),
    Step(
        "clearance_cancelled", ("cleared",), "complete", Text("Huỷ xác nhận thông quan", "Cancel the clearance"),
        Effect.RESUME, reopens=True, holder="customs", details=Reason,
    ),
    Step(
        "cancelled", _OPEN, "cancelled", Text("Huỷ thủ tục", "Cancel"),
        Effect.STOP, finishes=True, closes=True, outcome="cancelled", holder="agent", details=Reason,
    ),
    # What follows is noted beside the way of the movement: it may come late, and moves neither status nor clock.
    Step("filed", _ALIVE, SAME, Text("Gửi bản khai", "File a paper"), moves=False, details=Filed),
    Step("decided", _ALIVE, SAME, Text("Quyết định bản khai sửa đổi", "Decide on an amendment"), moves=False, details=Decision),
    Step("rescheduled", _ALIVE, SAME, Text("Đổi giờ dự kiến", "Change the expected time"), moves=False, details=Moved),
    Step("approved", _ALIVE, SAME, Text("Cơ quan chấp thuận", "An agency approves"), moves=False, details=Approval),
    Step("objected", _ALIVE, SAME, Text("Cơ quan chưa chấp thuận", "An agency objects"), moves=False, details=Approval),
    Step(
        "reissued", ("cleared",), SAME, Text("Cấp lại xác nhận thông quan", "Reissue the clearance"),
        moves=False, details=Clearance,
    ),
    Step("arrived", _ALIVE, SAME, Text("Tàu đến", "Arrive"), moves=False),
    Step("departed", ("complete", "amending", "cleared"), SAME, Text("Tàu rời", "Depart"), moves=False),
)  # fmt: skip
