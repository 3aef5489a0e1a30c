"""Who may do what with movements."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

AGENT, FORWARDER, AGENCY = Role.SHIP_AGENT, Role.FORWARDER, Role.AGENCY_OFFICER
HANDLER, LEADER = Role.HANDLER, Role.LEADER

PERMISSIONS: dict[str, Rule] = {
    "calls.own": rule("Xem chuyến của mình", "See one's own calls", own=[AGENT]),
    "calls.file": rule("Khai bản khai của chuyến", "File the papers of a call", own=[AGENT]),
    "calls.house": rule("Khai vận đơn thứ cấp", "File house bills", own=[FORWARDER]),
    "calls.see": rule(
        "Xem lượt phương tiện của đơn vị", "See the movements of the office",
        office=[HANDLER, LEADER, Role.ONE_STOP, Role.BRANCH_HEAD],
        everything=[AGENCY, Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
    "calls.approve": rule(
        "Chấp thuận lượt phương tiện cho cơ quan mình", "Approve a movement for one's agency", everything=[AGENCY]
    ),
    "calls.amend": rule("Yêu cầu sửa đổi bản khai", "Ask for a correction", office=[HANDLER, LEADER]),
    "calls.decide": rule(
        "Quyết định bản khai sửa sau khi tàu đến", "Decide on corrections after arrival", office=[HANDLER, LEADER]
    ),
    "calls.clear": rule("Xác nhận thông quan phương tiện", "Clear a movement", office=[HANDLER, LEADER]),
    "calls.cancel-clearance": rule("Huỷ xác nhận thông quan", "Cancel a clearance", office=[LEADER]),
    "calls.reissue": rule("Cấp lại xác nhận thông quan", "Reissue a clearance", office=[LEADER]),
    "calls.cancel": rule("Huỷ thủ tục của lượt", "Cancel a movement", office=[LEADER]),
    "calls.note-time": rule("Ghi giờ tàu đến, rời", "Note when a ship came or left", office=[HANDLER, LEADER]),
}  # fmt: skip
