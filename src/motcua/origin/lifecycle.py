"""
The lives of certificates form D: those received through the ASEAN Single Window, and those issued here for export.

A certificate is used by line and quantity, often on several declarations: the first use decides it, later ones are
observations, and the ledger of quantities stands in `models.Utilisation`.
"""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Reason:
    """Why, by code: a rejection without a reason is refused (ATIGA OCP rule 30)."""

    code: str


@dataclass(frozen=True)
class Used:
    """On which declaration, by its eleven-digit key; `items` names the items of box 5 that were used."""

    declaration: str
    items: list[int] | None = None


@dataclass(frozen=True)
class ItemRefused:
    """One item gets no preference; the others are not touched (rule 16)."""

    item: int
    code: str


@dataclass(frozen=True)
class Numbered:
    """The number of another certificate: the one this was replaced by, or the one this became."""

    number: str


@dataclass(frozen=True)
class Tracked:
    """Where the certificate is on its way, by the code that Viet Nam's tracking page shows."""

    code: str


# Reasons by code, as box 4 and the answers name them; the list is practice, not law: unverified.
REASONS: dict[str, Text] = {
    "signature": Text("Chữ ký, con dấu không khớp", "Signature or stamp does not match"),
    "criterion": Text("Tiêu chí xuất xứ không đáp ứng", "The origin criterion is not met"),
    "hs-mismatch": Text(
        "Mã HS hoặc mô tả không khớp hàng thực tế", "HS code or description does not fit the goods"
    ),
    "quantity": Text("Lượng hàng không khớp", "The quantity does not fit"),
    "invoice": Text("Hóa đơn không khớp", "The invoice does not fit"),
    "direct-consignment": Text(
        "Không chứng minh được vận chuyển trực tiếp", "Direct consignment is not shown"
    ),
    "retroactive": Text("Cấp sau không đúng quy định", "Issued retroactively against the rules"),
    "expired": Text("C/O hết hiệu lực", "The certificate is no longer valid"),
    "no-answer": Text("Nước cấp không trả lời xác minh", "The issuing country did not answer"),
    "stamp": Text("Dấu và chữ ký", "Stamp and signature"),
    "error": Text("Cấp nhầm, sai nội dung", "Issued by mistake or with wrong content"),
    "exporter": Text("Theo đề nghị của người xuất khẩu", "At the exporter's request"),
    "replaced": Text("Được thay bằng C/O khác", "Replaced by another certificate"),
    "incomplete": Text("Hồ sơ chưa đủ", "The application is incomplete"),
    "not-originating": Text("Hàng không đủ điều kiện xuất xứ", "The goods do not qualify"),
    "other": Text("Lý do khác", "Another reason"),
}

STATUSES = {
    "received": Text("AS4: hải quan đã nhận", "AS4: received by customs"),
    "querying": Text("Đang hỏi nước cấp", "Queried with the issuing country"),
    "given": Text("AS4 (GIVEN): cho hưởng ưu đãi", "AS4 (GIVEN): preference given"),
    "not_given": Text("AS4 (NOT GIVEN): không cho hưởng", "AS4 (NOT GIVEN): preference not given"),
    "cancelled": Text("Nước cấp đã huỷ", "Cancelled by the issuing country"),
    "replaced": Text("Đã được thay bằng C/O mới", "Replaced by a new certificate"),
}

CERTIFICATE = Lifecycle(
    "certificate",
    Text("C/O mẫu D điện tử", "Electronic form D"),
    STATUSES,
    Step("received", (NEW,), "received", Text("Nhận C/O", "Receive"), Effect.START, receives=True, holder="customs"),
    Step(
        "queried", ("received",), "querying", Text("Hỏi nước cấp", "Query"),
        Effect.PAUSE, pauses="query", holder="issuer", details=Reason,
    ),
    Step(
        "clarified", ("querying",), "received", Text("Nước cấp trả lời", "Clarify"),
        Effect.RESUME, resumes="query", holder="customs",
    ),
    Step(
        "given", ("received",), "given", Text("Cho hưởng ưu đãi", "Give preference"),
        Effect.STOP, finishes=True, outcome="given", holder="trader", details=Used,
    ),
    Step(
        "not_given", ("received",), "not_given", Text("Không cho hưởng", "Refuse preference"),
        Effect.STOP, finishes=True, outcome="not_given", holder="trader", details=Reason,
    ),
    Step(
        "cancelled", ("received", "querying"), "cancelled", Text("Huỷ", "Cancel"),
        Effect.STOP, finishes=True, closes=True, outcome="cancelled", details=Reason,
    ),
    Step(
        "replaced", ("received", "querying"), "replaced", Text("Thay bằng C/O mới", "Replace"),
        Effect.STOP, finishes=True, closes=True, outcome="replaced", details=Numbered,
    ),
    Step(
        "reassessed", ("not_given",), "received", Text("Xét lại sau khi nước cấp giải trình", "Reassess"),
        Effect.RESUME, reopens=True, holder="customs", details=Reason,
    ),
    Step("used_again", ("given",), SAME, Text("Trừ lùi thêm", "Use more"), moves=False, details=Used),
    Step(
        "use_reversed", ("given",), SAME, Text("Hoàn lại lượng đã trừ", "Take a use back"), moves=False, details=Used
    ),
    Step(
        "item_refused", ("received", "querying", "given"), SAME,
        Text("Từ chối một mặt hàng", "Refuse one item"), moves=False, details=ItemRefused,
    ),
    Step(
        "retransmitted", ("received", "querying", "given", "not_given"), SAME,
        Text("Nước cấp gửi lại", "Sent again"), moves=False,
    ),
    Step(
        "cancelled_after_decision", ("given", "not_given"), SAME,
        Text("Nước cấp huỷ sau khi đã quyết định", "Cancelled after the decision"), moves=False, details=Reason,
    ),
    Step("noted", ("received", "querying", "given", "not_given"), SAME, Text("Ghi chú", "Note"), moves=False),
)  # fmt: skip

EXPORT_STATUSES = {
    "applied": Text("Chờ tổ chức cấp xem xét", "Waiting for the issuing authority"),
    "returned": Text("Chờ người xuất khẩu bổ sung", "Waiting for the exporter to complete it"),
    "issued": Text("Đã cấp và gửi nước nhập khẩu", "Issued and sent to the importing country"),
    "refused": Text("Từ chối cấp", "Not issued"),
    "withdrawn": Text("Người xuất khẩu rút đề nghị", "Withdrawn by the exporter"),
    "cancelled": Text("Đã huỷ", "Cancelled"),
    "replaced": Text("Đã được thay bằng C/O mới", "Replaced by a new certificate"),
}
_LIVE = ("issued",)

EXPORT_CERTIFICATE = Lifecycle(
    "export_certificate",
    Text("C/O mẫu D cấp cho hàng xuất khẩu", "Form D issued for export"),
    EXPORT_STATUSES,
    Step("applied", (NEW,), "applied", Text("Đề nghị cấp C/O", "Apply"), Effect.START, receives=True, holder="authority"),
    Step(
        "returned", ("applied",), "returned", Text("Yêu cầu bổ sung", "Return"),
        Effect.PAUSE, pauses="supplement", holder="trader", details=Reason,
    ),
    Step(
        "supplemented", ("returned",), "applied", Text("Bổ sung đề nghị", "Complete"),
        Effect.RESUME, resumes="supplement", holder="authority",
    ),
    Step(
        "issued", ("applied",), "issued", Text("Cấp C/O", "Issue"),
        Effect.STOP, finishes=True, outcome="issued", holder="importer", details=Numbered,
    ),
    Step(
        "refused", ("applied",), "refused", Text("Từ chối cấp", "Refuse"),
        Effect.STOP, finishes=True, closes=True, outcome="refused", holder="trader", details=Reason,
    ),
    Step(
        "withdrawn", ("applied", "returned"), "withdrawn", Text("Rút đề nghị", "Withdraw"),
        Effect.STOP, finishes=True, closes=True, outcome="withdrawn",
    ),
    Step("tracked", _LIVE, SAME, Text("Cập nhật đường đi", "Track"), moves=False, details=Tracked),
    Step("queried", _LIVE, SAME, Text("Nước nhập khẩu hỏi", "Queried by customs abroad"), moves=False, details=Reason),
    Step("clarified", _LIVE, SAME, Text("Trả lời nước nhập khẩu", "Clarify"), moves=False),
    Step("used", _LIVE, SAME, Text("Nước nhập khẩu cho hưởng ưu đãi", "Preference given abroad"), moves=False),
    Step(
        "rejected", _LIVE, SAME, Text("Nước nhập khẩu không cho hưởng", "Preference refused abroad"),
        moves=False, details=Reason,
    ),
    Step(
        "cancelled", _LIVE, "cancelled", Text("Huỷ C/O", "Cancel"), closes=True, details=Reason,
    ),
    Step("replaced", _LIVE, "replaced", Text("Cấp lại", "Reissue"), closes=True, details=Numbered),
)  # fmt: skip

# What Viet Nam's tracking page shows, by code; the words are those of the page, the list may be incomplete.
TRACKING: dict[str, Text] = {
    "5,32": Text(
        "Đã gửi cổng nước xuất khẩu, chưa có trả lời",
        "Sent to the exporting country's gateway, no answer yet",
    ),
    "AS1": Text("AS1: tại cổng ASW nước xuất khẩu", "AS1: at the ASW gateway of the exporting country"),
    "AS2": Text("AS2: tại cổng ASW nước nhập khẩu", "AS2: at the ASW gateway of the importing country"),
    "AS3": Text(
        "AS3: tại một cửa quốc gia nước nhập khẩu", "AS3: at the importing country's national single window"
    ),
    "AS4 (RES-REC)": Text("AS4: hải quan đã nhận", "AS4: customs has received it"),
    "AS4 (RES-NOT)": Text(
        "AS4: hải quan chưa nhận do lỗi kỹ thuật", "AS4: customs has not received it, a technical error"
    ),
    "AS4 (GIVEN)": Text("AS4: cho hưởng ưu đãi", "AS4: preference given"),
    "AS4 (NOT GIVEN)": Text("AS4: không cho hưởng ưu đãi", "AS4: preference not given"),
}


def tracking_of(status: str) -> str:
    """The code that shows the state of a received certificate to its issuer."""
    return {"given": "AS4 (GIVEN)", "not_given": "AS4 (NOT GIVEN)"}.get(status, "AS4 (RES-REC)")
