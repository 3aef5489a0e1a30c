"""Who may look at consignments, settle what does not agree, and take paper when a system is down."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

TRADERS = (Role.DECLARANT, Role.FIRM_ADMIN, Role.AGENT, Role.SHIP_AGENT, Role.FORWARDER)
AT_THE_OFFICE = (Role.ONE_STOP, Role.HANDLER, Role.LEADER, Role.BRANCH_HEAD)
OVER_ALL = (Role.DEPARTMENT_LEADER, Role.AUDITOR)

PERMISSIONS: dict[str, Rule] = {
    "consignments.see": rule(
        "Xem lô hàng: vận đơn, tờ khai, kiểm tra, C/O",
        "See a consignment: bills, declarations, inspections, certificates",
        own=[*TRADERS, Role.MINISTRY_OFFICER], office=AT_THE_OFFICE, everything=OVER_ALL,
    ),
    "consignments.compare": rule(
        "Xem các điểm không khớp giữa bản lược khai và tờ khai",
        "See what does not agree between manifests and declarations",
        office=AT_THE_OFFICE, everything=OVER_ALL,
    ),
    "consignments.settle": rule(
        "Kết luận điểm không khớp", "Settle what does not agree", office=[Role.HANDLER, Role.LEADER],
    ),
}  # fmt: skip
