"""The words, icons and colours of case statuses: what a person sees where the database holds a code.

The ten states of the national public service portal come first, with that portal's own numbers; the rest
are the states of our lifecycles. A status that is missing here is shown by the label given to it, in grey.
"""

from __future__ import annotations

from typing import NamedTuple

# Tone -> the icon it wears when none is named.
TONES = {"mute": "circle", "info": "half", "wait": "pause", "ok": "check-circle", "bad": "alert"}


class Shown(NamedTuple):
    """How one status is shown."""

    vi: str
    en: str
    tone: str
    icon: str = ""


STATUSES: dict[str, Shown] = {
    # Bộ trạng thái hồ sơ của Cổng Dịch vụ công quốc gia, 1 đến 10.
    "1": Shown("Mới đăng ký", "Newly registered", "info", "inbox"),
    "2": Shown("Được tiếp nhận", "Accepted", "info", "stamp"),
    "3": Shown("Không được tiếp nhận", "Not accepted", "bad", "cross-circle"),
    "4": Shown("Đang xử lý", "In progress", "info", "half"),
    "5": Shown("Yêu cầu bổ sung giấy tờ", "Further papers asked for", "wait", "pause"),
    "6": Shown("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment asked for", "wait", "pause"),
    "7": Shown("Công dân yêu cầu rút hồ sơ", "Withdrawal asked for", "mute", "undo"),
    "8": Shown("Dừng xử lý", "Stopped", "mute", "stop"),
    "9": Shown("Đã xử lý xong", "Decided", "ok", "check-circle"),
    "10": Shown("Đã trả kết quả", "Result handed over", "ok", "check-circle"),
    # Trạng thái trong hệ thống này.
    "draft": Shown("Bản nháp", "Draft", "mute", "edit"),
    "lodged": Shown("Đã nộp", "Lodged", "info", "inbox"),
    "accepted": Shown("Đã tiếp nhận", "Accepted", "info", "stamp"),
    "refused": Shown("Từ chối tiếp nhận", "Not accepted", "bad", "cross-circle"),
    "in_progress": Shown("Đang giải quyết", "In progress", "info", "half"),
    "processing": Shown("Đang xử lý", "In progress", "info", "half"),
    "awaiting_supplement": Shown("Yêu cầu bổ sung giấy tờ", "Waiting for documents", "wait", "pause"),
    "awaiting_payment": Shown("Yêu cầu thực hiện nghĩa vụ tài chính", "Waiting for payment", "wait", "pause"),
    "returned": Shown("Đã trả kết quả", "Result handed over", "ok", "check-circle"),
    "incomplete": Shown("Chờ bổ sung", "Waiting for papers", "wait", "pause"),
    "unpaid": Shown("Chờ nộp phí", "Waiting for payment", "wait", "pause"),
    "decided": Shown("Đã có kết quả", "Decided", "ok", "check-circle"),
    "closed": Shown("Đã trả kết quả", "Result handed over", "ok", "check-circle"),
    "withdrawn": Shown("Đã rút", "Withdrawn", "mute", "undo"),
    "stopped": Shown("Dừng giải quyết", "Stopped", "mute", "stop"),
    "late": Shown("Quá hạn", "Late", "bad", "alert"),
    "rejected": Shown("Bị từ chối", "Rejected", "bad", "cross-circle"),
    "sent": Shown("Đã gửi", "Sent", "info", "send"),
    "planned": Shown("Theo kế hoạch", "Planned", "mute", "calendar"),
    "completed": Shown("Đã hoàn thành", "Completed", "ok", "check-circle"),
    "overdue": Shown("Quá hạn", "Overdue", "bad", "alert"),
}
