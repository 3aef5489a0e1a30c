"""Who looks after what is published and posted; the posters themselves are public."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

PERMISSIONS: dict[str, Rule] = {
    "publication.see": rule(
        "Xem niêm yết, công khai thủ tục và cảnh báo", "See what is posted and public, and the alarms",
        office=[Role.ONE_STOP, Role.LEADER, Role.BRANCH_HEAD],
        everything=[Role.REFORM_CLERK, Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
    "publication.post": rule(
        "Ghi nhận niêm yết, gỡ và kiểm tra niêm yết", "Note postings, take them down, check them",
        office=[Role.ONE_STOP, Role.LEADER, Role.BRANCH_HEAD], everything=[Role.REFORM_CLERK],
    ),
}  # fmt: skip
