"""What somebody may be here. A role is held for a time and, for officers, at an office; rights hang on roles alone."""

from __future__ import annotations

from enum import StrEnum

from motcua.lib.bilingual import Text


class Role(StrEnum):
    """The roles; what each may do stands in the tables of permissions."""

    DECLARANT = "declarant"
    FIRM_ADMIN = "firm_admin"
    AGENT = "agent"
    SHIP_AGENT = "ship_agent"
    FORWARDER = "forwarder"
    ONE_STOP = "one_stop"
    HANDLER = "handler"
    LEADER = "leader"
    BRANCH_HEAD = "branch_head"
    MINISTRY_OFFICER = "ministry_officer"
    AGENCY_OFFICER = "agency_officer"
    ORIGIN_OFFICER = "origin_officer"
    LABORATORY = "laboratory"
    REFORM_CLERK = "reform_clerk"
    SURVEY_MANAGER = "survey_manager"
    STUDY_MANAGER = "study_manager"
    COMMITTEE = "committee"
    DEPARTMENT_LEADER = "department_leader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"
    PUBLIC = "public"

    # A role is a str only to be stored; nobody wants its letters in title case.
    @property
    def title(self) -> Text:  # type: ignore[override]
        """What people call the role."""
        return TITLES[self]

    def in_language(self, language: str) -> str:
        """The title in `vi` or `en`."""
        return self.title.in_language(language)


TITLES: dict[Role, Text] = {
    Role.DECLARANT: Text("Người khai của doanh nghiệp", "Declarant of a firm"),
    Role.FIRM_ADMIN: Text("Người quản lý tài khoản doanh nghiệp", "Administrator of a firm's account"),
    Role.AGENT: Text("Đại lý làm thủ tục hải quan", "Customs agent"),
    Role.SHIP_AGENT: Text("Đại lý tàu biển", "Ship agent"),
    Role.FORWARDER: Text("Công ty giao nhận", "Freight forwarder"),
    Role.ONE_STOP: Text("Công chức bộ phận một cửa", "One-stop counter officer"),
    Role.HANDLER: Text("Công chức thụ lý", "Handling officer"),
    Role.LEADER: Text("Lãnh đạo phê duyệt", "Approving leader"),
    Role.BRANCH_HEAD: Text("Chi cục trưởng", "Head of branch"),
    Role.MINISTRY_OFFICER: Text("Cán bộ kiểm tra chuyên ngành", "Line-ministry inspection officer"),
    Role.AGENCY_OFFICER: Text("Cán bộ cơ quan quản lý nhà nước tại cảng", "Officer of an agency at the port"),
    Role.ORIGIN_OFFICER: Text("Cán bộ cấp chứng nhận xuất xứ", "Officer who issues certificates of origin"),
    Role.LABORATORY: Text(
        "Tổ chức thử nghiệm, đánh giá được chỉ định", "Designated laboratory or assessment body"
    ),
    Role.REFORM_CLERK: Text("Công chức cải cách hành chính", "Administrative-reform clerk"),
    Role.SURVEY_MANAGER: Text("Người phụ trách khảo sát", "Survey manager"),
    Role.STUDY_MANAGER: Text("Người phụ trách đo thời gian giải phóng hàng", "Release-time study manager"),
    Role.COMMITTEE: Text("Thành viên Ban chỉ đạo", "Steering-committee member"),
    Role.DEPARTMENT_LEADER: Text("Lãnh đạo Cục", "Leader of the department"),
    Role.AUDITOR: Text("Kiểm toán, thanh tra (chỉ đọc)", "Auditor (read only)"),
    Role.ADMINISTRATOR: Text(
        "Quản trị hệ thống (không có quyền nghiệp vụ)", "System administrator (no business rights)"
    ),
    Role.PARTNER: Text("Hệ thống đối tác", "Partner system"),
    Role.PUBLIC: Text("Công chúng", "The public"),
}

# Who sits in an office of the department: their role is granted at one office, or at '' for the whole department.
OFFICERS = frozenset(
    {
        Role.ONE_STOP,
        Role.HANDLER,
        Role.LEADER,
        Role.BRANCH_HEAD,
        Role.REFORM_CLERK,
        Role.SURVEY_MANAGER,
        Role.STUDY_MANAGER,
        Role.COMMITTEE,
        Role.DEPARTMENT_LEADER,
    }
)
