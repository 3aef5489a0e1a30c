"""Who may do what with certificates of origin: customs, the exporter, the issuing authority."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

TRADERS = (Role.DECLARANT, Role.FIRM_ADMIN, Role.AGENT)
CUSTOMS = (Role.HANDLER, Role.LEADER, Role.BRANCH_HEAD)
OVER_ALL = (Role.DEPARTMENT_LEADER, Role.AUDITOR)

# A certificate names no branch: only the declaration that uses it does. So whoever handles declarations may open any.
PERMISSIONS: dict[str, Rule] = {
    "origin.see": rule(
        "Xem C/O mẫu D nhận được", "See the certificates form D that came in",
        everything=[Role.ONE_STOP, *CUSTOMS, *OVER_ALL],
    ),
    "origin.decide": rule(
        "Hỏi nước cấp, cho hưởng hoặc từ chối ưu đãi", "Query the issuing country, give or refuse preference",
        everything=[Role.HANDLER, Role.LEADER],
    ),
    "origin.own": rule(
        "Xem C/O mẫu D của doanh nghiệp mình", "See the certificates form D of one's own organisation", own=TRADERS
    ),
    "origin.apply": rule("Đề nghị cấp C/O mẫu D", "Apply for a certificate form D", own=TRADERS),
    "origin.issue": rule("Xem xét và cấp C/O mẫu D", "Examine and issue certificates form D", everything=[Role.ORIGIN_OFFICER]),
}  # fmt: skip
