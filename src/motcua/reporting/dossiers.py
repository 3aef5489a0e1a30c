"""Figures of dossiers of administrative procedure, each a column of form II.06a or a part of one."""

from __future__ import annotations

from datetime import datetime

from motcua.casework.figures import Better, Count, Indicator, Period, PeriodKind
from motcua.lib.bilingual import Text
from motcua.reporting import populations as of_form
from motcua.reporting.mapping import state_mapping

FORM = Text(
    "Biểu II.06a/VPCP/KSTT (Thông tư 01/2020/TT-VPCP) theo hai bản chép công khai; phụ lục gốc chưa đọc được",
    "Form II.06a/VPCP/KSTT (Circular 01/2020/TT-VPCP) as in two public reproductions; the annex itself was not read",
)
UNIT = Text("hồ sơ", "dossiers")
CLASSED = "class = %s"


def total(period: Period, as_of: datetime) -> Count:
    """Column 3."""
    return Count(of_form.to_handle(period, as_of))


def online(period: Period, as_of: datetime) -> Count:
    """Column 4."""
    return _received(period, as_of, state_mapping().channels.online)


def desk_or_post(period: Period, as_of: datetime) -> Count:
    """Column 5."""
    return _received(period, as_of, state_mapping().channels.desk_or_post)


def desk(period: Period, as_of: datetime) -> Count:
    """The part of column 5 filed at a counter."""
    return _received(period, as_of, ["desk"])


def post(period: Period, as_of: datetime) -> Count:
    """The part of column 5 that came by post."""
    return _received(period, as_of, ["post"])


def _received(period: Period, as_of: datetime, channels: list[str]) -> Count:
    return Count(of_form.received(period, as_of).having("channel = any(%s::text[])", channels))


def carried_over(period: Period, as_of: datetime) -> Count:
    """Column 6."""
    return Count(of_form.carried_over(period, as_of))


def settled(period: Period, as_of: datetime) -> Count:
    """Column 7."""
    return Count(of_form.settled(period, as_of))


def early(period: Period, as_of: datetime) -> Count:
    """Column 8."""
    return Count(of_form.settled(period, as_of).having(CLASSED, "early"))


def on_time(period: Period, as_of: datetime) -> Count:
    """Column 9."""
    return Count(of_form.settled(period, as_of).having(CLASSED, "on_time"))


def late(period: Period, as_of: datetime) -> Count:
    """Column 10."""
    return Count(of_form.settled(period, as_of).having(CLASSED, "late"))


def still_open(period: Period, as_of: datetime) -> Count:
    """Column 11."""
    return Count(of_form.still_open(period, as_of))


def open_in_time(period: Period, as_of: datetime) -> Count:
    """Column 12."""
    return Count(of_form.still_open(period, as_of).having(CLASSED, "in_time"))


def open_overdue(period: Period, as_of: datetime) -> Count:
    """Column 13."""
    return Count(of_form.still_open(period, as_of).having(CLASSED, "overdue"))


def _column(
    code: str, title: Text, definition: Text, formula: Text, better: Better, kind: PeriodKind, measure: object
) -> Indicator:
    return Indicator(code, title, definition, formula, UNIT, better, kind, FORM, measure)  # type: ignore[arg-type]


TOTAL = _column(
    "dossiers.total",
    Text("Hồ sơ tiếp nhận, giải quyết (cột 3)", "Dossiers received or carried over (column 3)"),
    Text(
        "Hồ sơ thủ tục hành chính phải giải quyết trong kỳ: mới tiếp nhận (cột 4, 5) và từ kỳ trước chuyển "
        "qua (cột 6). Mỗi thủ tục "
        "do một hệ thống cấp số liệu, theo bản luật: hồ sơ một cửa hoặc tờ khai hải quan.",
        "Dossiers to be handled in the period: newly received (columns 4, 5) and carried over (column 6). For "
        "each procedure the law "
        "sheet names the one system that counts it: one-stop dossiers or customs declarations.",
    ),
    Text("(3) = (4) + (5) + (6) = (7) + (11)", "(3) = (4) + (5) + (6) = (7) + (11)"),
    "neither", "span", total,
)  # fmt: skip
ONLINE = _column(
    "dossiers.online",
    Text("Tiếp nhận trực tuyến (cột 4)", "Received online (column 4)"),
    Text(
        "Hồ sơ tiếp nhận trong kỳ, nộp trực tuyến. Tính theo cách nộp thật: hồ sơ giấy nhập vào máy sau không "
        "phải là trực tuyến.",
        "Dossiers received in the period that were filed online. The true way of filing counts: paper keyed "
        "in later is not online.",
    ),
    Text("tiếp nhận trong kỳ, cách nộp trực tuyến", "received in the period, filed online"),
    "more", "flow", online,
)  # fmt: skip
DESK_OR_POST = _column(
    "dossiers.desk_or_post",
    Text("Tiếp nhận trực tiếp, dịch vụ bưu chính (cột 5)", "Received at the desk or by post (column 5)"),
    Text(
        "Hồ sơ tiếp nhận trong kỳ, nộp trực tiếp hoặc qua dịch vụ bưu chính.",
        "Dossiers received in the period, filed at the desk or by post.",
    ),
    Text("dossiers.desk + dossiers.post", "dossiers.desk + dossiers.post"),
    "less", "flow", desk_or_post,
)  # fmt: skip
DESK = _column(
    "dossiers.desk",
    Text("Tiếp nhận trực tiếp", "Received at the desk"),
    Text("Phần của cột 5 nộp trực tiếp.", "The part of column 5 filed at the desk."),
    Text("tiếp nhận trong kỳ, nộp trực tiếp", "received in the period at the desk"),
    "less", "flow", desk,
)  # fmt: skip
POST = _column(
    "dossiers.post",
    Text("Tiếp nhận qua dịch vụ bưu chính", "Received by post"),
    Text("Phần của cột 5 gửi qua dịch vụ bưu chính.", "The part of column 5 that came by post."),
    Text("tiếp nhận trong kỳ, qua bưu chính", "received in the period by post"),
    "neither", "flow", post,
)  # fmt: skip
CARRIED_OVER = _column(
    "dossiers.carried_over",
    Text("Từ kỳ trước (cột 6)", "Carried over (column 6)"),
    Text(
        "Hồ sơ tiếp nhận trước kỳ và chưa giải quyết xong khi kỳ bắt đầu; bằng cột 11 của kỳ liền trước.",
        "Dossiers received before the period and not settled when it began; equal to column 11 of the period before.",
    ),
    Text("(6) của kỳ này = (11) của kỳ trước", "(6) of this period = (11) of the one before"),
    "less", "start", carried_over,
)  # fmt: skip
SETTLED = _column(
    "dossiers.settled",
    Text("Đã giải quyết (cột 7)", "Settled (column 7)"),
    Text(
        "Hồ sơ kết thúc trong kỳ: có kết quả, được rút hoặc tờ khai bị huỷ. Mở lại một kết quả sai thì kết "
        "quả đó không còn được tính.",
        "Dossiers finished in the period: decided, withdrawn, or a declaration cancelled. Reopening a wrong "
        "result takes it back.",
    ),
    Text("(7) = (8) + (9) + (10)", "(7) = (8) + (9) + (10)"),
    "more", "flow", settled,
)  # fmt: skip
EARLY = _column(
    "dossiers.early",
    Text("Giải quyết trước hạn (cột 8)", "Settled early (column 8)"),
    Text(
        "Giải quyết trước ngày hẹn (thời hạn tính bằng ngày) hoặc trước phút hẹn (tính bằng giờ). Hồ sơ rút, "
        "tờ khai huỷ không bao giờ "
        "là trước hạn.",
        "Settled before the day due (limits in days) or before the minute due (limits in hours). What was "
        "withdrawn or cancelled is "
        "never early.",
    ),
    Text("đã giải quyết, loại 'early'", "settled, class 'early'"),
    "more", "flow", early,
)  # fmt: skip
ON_TIME = _column(
    "dossiers.on_time",
    Text("Giải quyết đúng hạn (cột 9)", "Settled on time (column 9)"),
    Text(
        "Giải quyết đúng ngày hoặc phút hẹn; hồ sơ không có thời hạn; hồ sơ rút, tờ khai huỷ khi chưa quá hạn.",
        "Settled on the day or minute due; without a limit; or withdrawn or cancelled before the limit ran out.",
    ),
    Text("đã giải quyết, loại 'on_time'", "settled, class 'on_time'"),
    "more", "flow", on_time,
)  # fmt: skip
LATE = _column(
    "dossiers.late",
    Text("Giải quyết quá hạn (cột 10)", "Settled late (column 10)"),
    Text(
        "Giải quyết sau thời điểm hẹn theo luật; xin lỗi và hẹn lại không làm hồ sơ đúng hạn.",
        "Settled after the legal due moment; an apology with a new date does not make it on time.",
    ),
    Text("đã giải quyết, loại 'late'", "settled, class 'late'"),
    "less", "flow", late,
)  # fmt: skip
OPEN = _column(
    "dossiers.open",
    Text("Đang giải quyết (cột 11)", "In hand (column 11)"),
    Text(
        "Hồ sơ đã tiếp nhận và chưa giải quyết xong khi hết kỳ, kể cả hồ sơ chờ bổ sung.",
        "Dossiers received and not settled at the end of the period, those waiting for documents included.",
    ),
    Text("(11) = (12) + (13)", "(11) = (12) + (13)"),
    "less", "end", still_open,
)  # fmt: skip
OPEN_IN_TIME = _column(
    "dossiers.open_in_time",
    Text("Đang giải quyết, trong hạn (cột 12)", "In hand, in time (column 12)"),
    Text(
        "Hồ sơ đang giải quyết chưa quá hạn khi hết kỳ, hoặc đồng hồ đang dừng.",
        "Dossiers in hand whose limit had not run out at the end of the period, or whose clock stood still.",
    ),
    Text("đang giải quyết, loại 'in_time'", "in hand, class 'in_time'"),
    "neither", "end", open_in_time,
)  # fmt: skip
OPEN_OVERDUE = _column(
    "dossiers.open_overdue",
    Text("Đang giải quyết, quá hạn (cột 13)", "In hand, overdue (column 13)"),
    Text(
        "Hồ sơ đang giải quyết mà thời điểm hẹn đã qua khi hết kỳ (không phải khi xem báo cáo).",
        "Dossiers in hand whose due moment had passed at the end of the period, not at the time of reading.",
    ),
    Text("đang giải quyết, thời hạn < cuối kỳ", "in hand, due moment before the end of the period"),
    "less", "end", open_overdue,
)  # fmt: skip
