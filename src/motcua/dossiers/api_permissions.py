"""Who may do what over the programming interface: the holders of access keys, for their own organisation and its principals."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

PERMISSIONS: dict[str, Rule] = {
    "api.file": rule(
        "Nộp hồ sơ bằng phần mềm của mình", "File dossiers with one's own software", own=[Role.PARTNER]
    ),
    "api.read": rule(
        "Đọc hồ sơ của mình bằng phần mềm", "Read one's own dossiers with software", own=[Role.PARTNER]
    ),
}
