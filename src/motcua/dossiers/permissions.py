"""Who may do what with dossiers: the applicant's side."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

TRADERS = (Role.DECLARANT, Role.FIRM_ADMIN, Role.AGENT, Role.SHIP_AGENT, Role.FORWARDER)

PERMISSIONS: dict[str, Rule] = {
    "dossiers.own": rule(
        "Xem hồ sơ của doanh nghiệp mình và doanh nghiệp ủy quyền",
        "See the dossiers of one's own organisation and of those that gave it a mandate",
        own=TRADERS,
    ),
    "dossiers.file": rule("Soạn và nộp hồ sơ trực tuyến", "Draft and file dossiers online", own=TRADERS),
    "dossiers.answer": rule(
        "Bổ sung, sửa, rút và đánh giá hồ sơ của mình",
        "Supplement, amend, withdraw and rate one's own dossiers",
        own=TRADERS,
    ),
}
