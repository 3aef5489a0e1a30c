"""The life of one movement: one entry or one exit of one ship. A ship that comes and leaves makes two."""

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
        Effect.STOP, finishes=True, closes=True, outcome="cleared", holder="agent",
    ),
    Step(
        "cancelled", ("notified", "complete", "amending"), "cancelled", Text("Huỷ thủ tục", "Cancel"),
        Effect.STOP, finishes=True, closes=True, outcome="cancelled", holder="agent", details=Reason,
    ),
    Step("arrived", ("notified", "complete", "amending", "cleared"), SAME, Text("Tàu đến", "Arrive"), moves=False),
    Step("departed", ("complete", "amending", "cleared"), SAME, Text("Tàu rời", "Depart"), moves=False),
)  # fmt: skip
