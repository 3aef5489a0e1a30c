"""Who may do what with inspections: firms with their own, ministries and laboratories with theirs, branches with their goods."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

TRADERS = (Role.DECLARANT, Role.FIRM_ADMIN, Role.AGENT, Role.FORWARDER)

PERMISSIONS: dict[str, Rule] = {
    "nsw.own": rule(
        "Xem hồ sơ kiểm tra chuyên ngành của doanh nghiệp mình", "See the inspections of one's own organisation", own=TRADERS
    ),
    "nsw.apply": rule(
        "Nộp, bổ sung, sửa, rút hồ sơ kiểm tra chuyên ngành", "Lodge, supplement, change and withdraw inspections",
        own=TRADERS,
    ),
    "nsw.ministry": rule(
        "Xử lý hồ sơ kiểm tra của bộ mình", "Handle the inspections of one's own ministry", own=[Role.MINISTRY_OFFICER]
    ),
    "nsw.laboratory": rule(
        "Trả kết quả thử nghiệm các mẫu của mình", "Report on one's own samples", own=[Role.LABORATORY]
    ),
    "nsw.customs": rule(
        "Theo dõi kiểm tra chuyên ngành của hàng tại chi cục", "Follow the inspections of goods at the branch",
        office=[Role.ONE_STOP, Role.HANDLER, Role.LEADER, Role.BRANCH_HEAD],
        everything=[Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
    "nsw.goods": rule(
        "Cho đưa hàng về bảo quản, yêu cầu xử lý hàng không đạt", "Let goods be stored, order measures for goods that failed",
        office=[Role.HANDLER, Role.LEADER],
    ),
}  # fmt: skip
