"""Who may do what with the reform plan; where it stands is public."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

CLERK, COMMITTEE, HEAD = Role.REFORM_CLERK, Role.COMMITTEE, Role.DEPARTMENT_LEADER
LEAD_UNIT = (Role.LEADER, Role.BRANCH_HEAD)

PERMISSIONS: dict[str, Rule] = {
    "reform.claim": rule("Báo hoàn thành nhiệm vụ của đơn vị", "Claim the unit's tasks as done", office=LEAD_UNIT),
    "reform.accept": rule(
        "Công nhận hoặc trả lại kết quả nhiệm vụ", "Accept or send back what a task shows",
        everything=[CLERK, COMMITTEE, HEAD],
    ),
    "reform.keep": rule(
        "Nhập kế hoạch, gia hạn, điều chuyển, đưa ra, mở lại nhiệm vụ",
        "Enter the plan; extend, move, drop and reopen tasks",
        everything=[CLERK, HEAD],
    ),
    "reform.evidence": rule(
        "Mở tài liệu kiểm chứng", "Open the evidence of a task",
        office=LEAD_UNIT, everything=[CLERK, COMMITTEE, HEAD, Role.AUDITOR],
    ),
    "reform.steer": rule(
        "Xem Ban chỉ đạo, kết luận và việc được giao", "See the committee, its conclusions and assignments",
        everything=[CLERK, COMMITTEE, HEAD, Role.AUDITOR],
    ),
    "petitions.answer": rule(
        "Trả lời phản ánh, kiến nghị về thủ tục", "Answer petitions on procedures", everything=[CLERK, HEAD],
    ),
}  # fmt: skip
