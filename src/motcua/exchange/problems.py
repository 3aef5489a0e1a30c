"""
What a program is told when a request cannot be carried out: problem details (RFC 9457) with codes that never change.

A code is a promise to whoever wrote a program against it. Codes are added, never renamed; the page
`docs/reference/errors.md` is written from this table, and a test holds the two together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from motcua.lib.bilingual import Text
from motcua.lib.findings import Finding

MEDIA_TYPE = "application/problem+json"
# Where the table below can be read by whoever follows a problem's `type`.
PAGE = "/api/v1/problems"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its HTTP status, what happened, and how to mend it."""

    status: int
    title: Text
    fix: Text


PROBLEMS: dict[str, Kind] = {
    "no-key": Kind(
        401,
        Text("Chưa có khóa truy cập", "There is no access key"),
        Text(
            "Gửi khóa trong tiêu đề Authorization: Bearer motcua_….",
            "Send the key in the header Authorization: Bearer motcua_….",
        ),
    ),
    "bad-key": Kind(
        401,
        Text("Khóa truy cập không đúng hoặc đã bị thu hồi", "The access key is unknown or was revoked"),
        Text(
            "Kiểm tra khóa đã chép đủ chưa; nếu đã thu hồi, hãy xin khóa mới.",
            "Check that the whole key was copied; if it was revoked, ask for a new one.",
        ),
    ),
    "no-mandate": Kind(
        403,
        Text("Không có ủy quyền của tổ chức này", "There is no mandate of this organisation"),
        Text(
            "Bên ủy quyền ghi nhận ủy quyền cho thủ tục này trên hệ thống, hoặc bỏ mục principal để nộp cho chính mình.",
            "The principal records a mandate for this procedure, or leave out `principal` to file for yourself.",
        ),
    ),
    "not-found": Kind(
        404,
        Text("Không có gì ở địa chỉ này", "There is nothing at this address"),
        Text(
            "Kiểm tra mã; hồ sơ của tổ chức khác cũng trả lời như vậy.",
            "Check the code; a dossier of somebody else answers the same.",
        ),
    ),
    "idempotency-key-missing": Kind(
        400,
        Text("Thiếu Idempotency-Key", "The Idempotency-Key is missing"),
        Text(
            "Gửi tiêu đề Idempotency-Key với một giá trị của riêng hồ sơ này, ví dụ UUID; gửi lại thì giữ nguyên.",
            "Send the header Idempotency-Key with a value of this filing's own, such as a UUID; keep it when sending again.",
        ),
    ),
    "idempotency-key-malformed": Kind(
        400,
        Text("Idempotency-Key không đúng dạng", "The Idempotency-Key cannot be used"),
        Text(
            "Dùng 1 đến 100 ký tự ASCII nhìn thấy được, không có dấu cách.",
            "Use 1 to 100 visible ASCII characters without spaces.",
        ),
    ),
    "idempotency-key-reused": Kind(
        422,
        Text(
            "Idempotency-Key này đã dùng cho nội dung khác",
            "This Idempotency-Key was used for another content",
        ),
        Text(
            "Nội dung đã sửa thì gửi với khóa mới; muốn nhận lại câu trả lời cũ thì gửi đúng từng byte như lần đầu.",
            "Send a changed content under a new key; to get the first answer again, send the very same bytes.",
        ),
    ),
    "not-json": Kind(
        400,
        Text("Nội dung không phải JSON", "The content is not JSON"),
        Text(
            "Gửi một đối tượng JSON mã UTF-8 với Content-Type: application/json.",
            "Send one JSON object in UTF-8 with Content-Type: application/json.",
        ),
    ),
    "too-large": Kind(
        413,
        Text("Nội dung quá lớn", "The content is too large"),
        Text(
            "Hồ sơ tối đa 12 MB kể cả tệp mã hóa base64; thông điệp tối đa 64 MB hoặc giới hạn riêng của đối tác. Hãy chia nhỏ.",
            "A dossier may have 12 MB, files in base64 included; a message 64 MB, or the partner's own limit. Split it.",
        ),
    ),
    "invalid": Kind(
        422,
        Text("Hồ sơ có chỗ phải sửa", "The filing has faults"),
        Text(
            "Sửa mọi chỗ trong findings rồi gửi lại với Idempotency-Key mới.",
            "Mend everything listed in findings and send it again under a new Idempotency-Key.",
        ),
    ),
    "refused": Kind(
        422,
        Text("Không thể thực hiện yêu cầu", "The request cannot be carried out"),
        Text("Đọc detail: nói rõ vì sao và sửa thế nào.", "Read detail: it says why, and how to mend it."),
    ),
    "not-in-force": Kind(
        422,
        Text(
            "Thủ tục không có hoặc không có hiệu lực hôm nay",
            "The procedure does not exist or is not in force today",
        ),
        Text(
            "Xem danh sách tại GET /api/v1/procedures; detail cho biết có hiệu lực khi nào.",
            "See GET /api/v1/procedures; detail says when it was or will be in force.",
        ),
    ),
    "conflict": Kind(
        409,
        Text("Trạng thái hiện tại không cho phép", "The present state does not allow it"),
        Text("Đọc lại hồ sơ rồi quyết định.", "Read the dossier again, then decide."),
    ),
    "unrecognised": Kind(
        422,
        Text("Không nhận ra nội dung thông điệp", "The content of the message is not recognised"),
        Text(
            "Thông điệp đã được lưu nhưng không xử lý. Gửi EDIFACT, XML, JSON hoặc .xlsx; hoặc ghi loại trong Motcua-Type.",
            "The message is kept but not acted on. Send EDIFACT, XML, JSON or .xlsx, or name the type in Motcua-Type.",
        ),
    ),
    "reference-reused": Kind(
        409,
        Text(
            "Số tham chiếu đã dùng cho thông điệp khác",
            "The reference was used for another message",
        ),
        Text(
            "Thông điệp này đã được lưu nhưng không xử lý. Gửi lại với số tham chiếu mới.",
            "This message is kept but not acted on. Send it again under a new reference.",
        ),
    ),
    "wrong-answer": Kind(
        422,
        Text(
            "Trả lời cho thông điệp chưa từng gửi tới bạn",
            "An answer to a message that was never sent to you",
        ),
        Text(
            "Kiểm tra Motcua-Answers: phải là số tham chiếu của thông điệp bạn đã nhận từ chúng tôi.",
            "Check Motcua-Answers: it is the reference of a message that you had from us.",
        ),
    ),
    "header-malformed": Kind(
        400,
        Text("Tiêu đề Motcua-… không đúng dạng", "A Motcua-… header cannot be used"),
        Text(
            "Motcua-Type: tối đa 60 ký tự a–z, 0–9, dấu chấm, gạch nối; số tham chiếu: tối đa 100 ký tự ASCII nhìn thấy được.",
            "Motcua-Type: up to 60 of a–z, 0–9, dot and hyphen; references: up to 100 visible ASCII characters.",
        ),
    ),
    "digest-wrong": Kind(
        400,
        Text("Nội dung nhận được khác Motcua-Sha256", "What arrived differs from Motcua-Sha256"),
        Text(
            "Nội dung đã hỏng trên đường truyền; chưa có gì được lưu. Gửi lại y nguyên.",
            "The content was damaged on its way; nothing was kept. Send the same bytes again.",
        ),
    ),
    "partner-off": Kind(
        403,
        Text("Đối tác đang tạm ngắt", "The partner is switched off"),
        Text(
            "Không có gì được lưu. Liên hệ người quản trị ghi ở trang tích hợp, rồi gửi lại y nguyên.",
            "Nothing was kept. Ask the administrator, then send the same bytes again.",
        ),
    ),
    "type-off": Kind(
        403,
        Text("Loại thông điệp này đang tạm ngắt", "This type of message is switched off"),
        Text(
            "Không có gì được lưu. Gửi lại y nguyên khi loại này được mở lại.",
            "Nothing was kept. Send the same bytes again once the type is switched on.",
        ),
    ),
    "certificate-missing": Kind(
        403,
        Text(
            "Đối tác này phải kết nối bằng chứng thư số đã đăng ký",
            "This partner must connect with its registered certificate",
        ),
        Text(
            "Kết nối TLS với chứng thư đã đăng ký; chứng thư mới phải được đăng ký trước.",
            "Connect over TLS with the registered certificate; a new one has to be registered first.",
        ),
    ),
    "too-many": Kind(
        429,
        Text("Gửi quá nhanh hoặc quá hạn mức ngày", "Too many in a minute, or over the daily quota"),
        Text(
            "Không có gì được lưu. Chờ số giây trong Retry-After rồi gửi lại y nguyên.",
            "Nothing was kept. Wait the seconds in Retry-After and send the same bytes again.",
        ),
    ),
    "unavailable": Kind(
        503,
        Text("Hệ thống tạm thời chưa phục vụ được", "The system cannot serve for the moment"),
        Text(
            "Chờ số giây trong Retry-After rồi gửi lại y nguyên, cùng Idempotency-Key: không bao giờ bị nộp hai lần.",
            "Wait the seconds in Retry-After and send the same bytes under the same Idempotency-Key: it is never filed twice.",
        ),
    ),
    "internal": Kind(
        500,
        Text("Lỗi của chúng tôi", "A fault of ours"),
        Text(
            "Gửi lại với cùng Idempotency-Key; nếu vẫn lỗi, báo cho bộ phận hỗ trợ số trong instance.",
            "Send it again under the same Idempotency-Key; if it persists, tell the support the number in instance.",
        ),
    ),
}


class Problem(Exception):
    """Raised by a view of the API; `code` is a key of PROBLEMS, the texts say what is wrong with this request."""

    def __init__(
        self,
        code: str,
        vi: str = "",
        en: str = "",
        *,
        findings: Iterable[tuple[str, Finding]] = (),
        headers: Mapping[str, str] | None = None,
        instance: str = "",
    ) -> None:
        self.code = code
        self.vi, self.en = vi, en
        self.findings = list(findings)
        self.headers = dict(headers or {})
        self.instance = instance
        super().__init__(f"{code}: {en}" if en else code)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code].status

    def body(self) -> dict[str, Any]:
        """The problem details; a finding's pointer (RFC 6901) names its place in the body that was sent."""
        kind = PROBLEMS[self.code]
        details: dict[str, Any] = {
            "type": f"{PAGE}#{self.code}",
            "code": self.code,
            "status": kind.status,
            "title": kind.title.en,
            "title_vi": kind.title.vi,
            "detail": self.en or kind.fix.en,
            "detail_vi": self.vi or kind.fix.vi,
        }
        if self.instance:
            details["instance"] = self.instance
        if self.findings:
            details["findings"] = [
                {"code": one.code, "pointer": pointer, "en": one.en, "vi": one.vi, "basis": one.basis}
                for pointer, one in self.findings
            ]
        return details

    def response(self) -> HttpResponse:
        """The same as an answer of the web."""
        return HttpResponse(self.content(), status=self.status, content_type=MEDIA_TYPE, headers=self.headers)

    def content(self) -> bytes:
        """The same as bytes, ready to be sent and kept."""
        return json.dumps(self.body(), ensure_ascii=False).encode()


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901) to a place in a document; the whole document is ''."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
