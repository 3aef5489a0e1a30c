"""Who may see cases of any kind, and work through them: the officers' side. What may be done to one stands in its own app."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

AT_THE_OFFICE = (Role.ONE_STOP, Role.HANDLER, Role.LEADER, Role.BRANCH_HEAD)
OVER_ALL = (Role.DEPARTMENT_LEADER, Role.AUDITOR)

PERMISSIONS: dict[str, Rule] = {
    "dossiers.work": rule(
        "Xem danh sách việc của đơn vị", "See the worklist of the office",
        office=AT_THE_OFFICE, everything=OVER_ALL,
    ),
    "cases.search": rule(
        "Tìm hồ sơ, tờ khai, lượt tàu, chứng nhận", "Search dossiers, declarations, movements, certificates",
        office=AT_THE_OFFICE, everything=(*OVER_ALL, Role.REFORM_CLERK),
    ),
    # A figure of a report leads to its cases, so the clerk who answers for the figures may open them, not their papers.
    "cases.see": rule(
        "Mở một hồ sơ, tờ khai, lượt tàu, chứng nhận", "Open a dossier, declaration, movement or certificate",
        office=AT_THE_OFFICE, everything=(*OVER_ALL, Role.REFORM_CLERK),
    ),
    "cases.papers": rule(
        "Tải giấy tờ đính kèm", "Download attached papers",
        office=AT_THE_OFFICE, everything=OVER_ALL,
    ),
}  # fmt: skip
