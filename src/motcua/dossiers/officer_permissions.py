"""Who may do what with dossiers: the officers' side. The applicant's side stands in permissions.py."""

from __future__ import annotations

from motcua.people.permissions import Rule, rule
from motcua.people.roles import Role

ONE_STOP, HANDLER, LEADER = Role.ONE_STOP, Role.HANDLER, Role.LEADER

PERMISSIONS: dict[str, Rule] = {
    # At the one-stop desk.
    "dossiers.counter": rule(
        "Tiếp nhận hồ sơ giấy tại quầy, qua bưu chính", "Take paper dossiers at the desk or by post", office=[ONE_STOP]
    ),
    "dossiers.accept": rule("Tiếp nhận hồ sơ", "Accept a dossier", office=[ONE_STOP]),
    "dossiers.refuse": rule("Từ chối tiếp nhận", "Refuse a dossier", office=[ONE_STOP]),
    "dossiers.take-supplement": rule(
        "Nhận giấy tờ bổ sung tại quầy, qua bưu chính", "Take what was lacking at the desk or by post", office=[ONE_STOP]
    ),
    "dossiers.take-withdrawal": rule(
        "Ghi nhận đơn rút hồ sơ nộp tại quầy", "Enter a withdrawal brought to the desk", office=[ONE_STOP]
    ),
    "dossiers.hand-over": rule("Trả kết quả", "Hand over a result", office=[ONE_STOP]),
    # In the handling unit; the desk passes on what it accepted, and every desk ticks off its own steps.
    "dossiers.transfer": rule("Chuyển xử lý", "Transfer a dossier", office=[ONE_STOP, HANDLER]),
    "dossiers.finish-step": rule("Ghi xong một bước", "Tick off a step", office=[ONE_STOP, HANDLER, LEADER]),
    "dossiers.request-supplement": rule(
        "Yêu cầu bổ sung", "Ask for what is lacking", office=[HANDLER, LEADER]
    ),
    "dossiers.request-payment": rule("Yêu cầu nộp phí", "Ask for a fee", office=[HANDLER]),
    "dossiers.confirm-payment": rule("Xác nhận đã nộp phí", "Confirm a payment", office=[HANDLER]),
    # The leader's.
    "dossiers.suspend": rule("Dừng xử lý", "Suspend the work", office=[LEADER]),
    "dossiers.resume": rule("Xử lý tiếp", "Take the work up again", office=[LEADER]),
    "dossiers.apologise": rule("Xin lỗi và hẹn lại", "Apologise and give a new date", office=[LEADER]),
    "dossiers.decide": rule("Ký kết quả", "Sign a result", office=[LEADER]),
    "dossiers.reopen": rule("Sửa kết quả sai", "Reopen a wrong result", office=[LEADER]),
    # Whoever made the slip, or the leader: told apart by the page.
    "dossiers.strike": rule(
        "Gạch bỏ việc ghi nhầm", "Strike out an entry made by mistake", office=[ONE_STOP, HANDLER, LEADER]
    ),
    # Read by everybody who may open the case.
    "dossiers.letters": rule(
        "Xem và in giấy tờ của hồ sơ", "See and print the papers of a dossier",
        office=[ONE_STOP, HANDLER, LEADER, Role.BRANCH_HEAD], everything=[Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
    "dossiers.control-slip": rule(
        "Xem và in phiếu kiểm soát quá trình giải quyết", "See and print the control slip",
        office=[ONE_STOP, HANDLER, LEADER, Role.BRANCH_HEAD], everything=[Role.DEPARTMENT_LEADER, Role.AUDITOR],
    ),
}  # fmt: skip
