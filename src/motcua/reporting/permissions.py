"""Who may see the rows behind a figure, and who may issue a report; the figures themselves are public."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

PERMISSIONS: dict[str, Rule] = {
    "figures.rows": rule(
        "Xem và tải danh sách đứng sau mỗi con số",
        "See and download the list behind every figure",
        office=[Role.ONE_STOP, Role.HANDLER, Role.LEADER, Role.BRANCH_HEAD],
        everything=[Role.REFORM_CLERK, Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
    "figures.issue": rule(
        "Phát hành và chỉnh sửa báo cáo", "Issue and revise reports",
        everything=[Role.REFORM_CLERK, Role.DEPARTMENT_LEADER],
    ),
    "figures.object": rule(
        "Phản biện một con số của báo cáo đã phát hành", "Contest a figure of an issued report",
        office=[Role.LEADER, Role.BRANCH_HEAD],
    ),
    "figures.rule": rule(
        "Kết luận phản biện số liệu", "Rule on objections to figures",
        everything=[Role.REFORM_CLERK, Role.DEPARTMENT_LEADER],
    ),
}  # fmt: skip
