"""Who may send and read messages with software, see the message desk, mend, and manage partners."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

TRADERS = (Role.FIRM_ADMIN, Role.DECLARANT, Role.AGENT, Role.SHIP_AGENT, Role.FORWARDER)
DESK = (Role.ADMINISTRATOR, Role.HANDLER)

PERMISSIONS: dict[str, Rule] = {
    "exchange.send": rule(
        "Gửi và nhận thông điệp bằng phần mềm của mình", "Send and take messages with one's own software",
        own=[Role.PARTNER],
    ),
    "system.messages": rule(
        "Xem thông điệp trên bàn thông điệp", "See messages on the message desk",
        own=TRADERS, everything=[*DESK, Role.ONE_STOP, Role.AUDITOR],
    ),
    "exchange.repair": rule(
        "Sửa thông điệp bị từ chối thành bản mới", "Mend a refused message as a new version",
        own=TRADERS, everything=[Role.HANDLER],
    ),
    "system.replay": rule(
        "Xử lý lại, gửi lại hoặc thôi xử lý thông điệp", "Replay, resend or give up a message", everything=DESK,
    ),
    "system.partners": rule(
        "Quản lý hệ thống đối tác", "Manage partner systems", everything=[Role.ADMINISTRATOR],
    ),
    "system.lines": rule(
        "Xem tình trạng kết nối với đối tác", "See how the lines to partners stand",
        everything=[*DESK, Role.ONE_STOP, Role.AUDITOR],
    ),
}  # fmt: skip
