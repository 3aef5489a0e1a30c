"""Who may see studies before they are published; what is published is everybody's."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

PERMISSIONS: dict[str, Rule] = {
    "timerelease.see": rule(
        "Xem các đợt đo thời gian giải phóng hàng chưa công bố", "See time release studies that are not published",
        everything=[Role.STUDY_MANAGER, Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
}  # fmt: skip
