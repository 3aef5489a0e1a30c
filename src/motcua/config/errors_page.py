"""Writes `docs/reference/errors.md` from the tables of problems and findings: `python -m motcua.config.errors_page`."""

from __future__ import annotations

from pathlib import Path

from motcua.exchange.problems import PROBLEMS
from motcua.law.parts import FieldType
from motcua.lib.bilingual import Text

# What a finding's code means, and how to mend it; the finding itself says it again for its own place.
FINDINGS: dict[str, Text] = {
    "missing": Text("Điền mục bắt buộc này.", "Fill in this required field."),
    "unknown-field": Text(
        "Mẫu khai không có mục này; kiểm tra chính tả hoặc bỏ đi.",
        "The form has no such field; check the spelling or leave it out.",
    ),
    "applicant": Text("Ghi tên người nộp hồ sơ.", "Give the applicant's name."),
    "tax-code": Text(
        "Kiểm tra lại mã số thuế; chữ số kiểm tra không khớp.", "Check the tax code; its check digit does not fit."
    ),
    "paper-missing": Text("Gửi kèm giấy tờ này.", "Send this document too."),
    "paper-unknown": Text(
        "Thủ tục không yêu cầu giấy tờ này; bỏ đi hoặc kiểm tra mã giấy tờ.",
        "The procedure does not ask for this document; leave it out or check its id.",
    ),
    "file": Text(
        "Gửi tệp đúng định dạng, không rỗng, tối đa 10 MB.", "Send a file of a known type, not empty, 10 MB at most."
    ),
    "shape-missing": Text("Thêm mục này vào JSON.", "Add this member to the JSON."),
    "shape-unknown": Text("Bỏ mục này hoặc sửa tên.", "Leave this member out or correct its name."),
    "shape-type": Text(
        "Gửi văn bản, số nguyên hoặc true/false; số thập phân viết trong ngoặc kép.",
        "Send a text, a whole number or true/false; decimals stand in quotation marks.",
    ),
    "shape-length": Text("Rút gọn xuống 200 ký tự.", "Shorten it to 200 characters."),
    "shape-characters": Text(
        "Bỏ ký tự điều khiển; tên chỉ gồm a–z, 0–9, - và _.", "Remove control characters; names use a–z, 0–9, - and _."
    ),
    "shape-base64": Text(
        "Mã hóa lại tệp bằng base64 (RFC 4648, không xuống dòng).",
        "Encode the file again in base64 (RFC 4648, no line breaks).",
    ),
    **{
        f"bad-{kind}": Text(
            "Viết lại giá trị theo kiểu của mục; finding nói rõ chấp nhận gì.",
            "Write the value in the form of its field; the finding says what is taken.",
        )
        for kind in FieldType
    },
}  # fmt: skip

_INTRODUCTION = """# Errors of the interface

Every refusal is a problem (RFC 9457, `application/problem+json`). Its `code` never changes its meaning; `title` and
`detail` say in English, `title_vi` and `detail_vi` in Vietnamese, what happened and how to mend it. `type` leads to the
same table at `GET /api/v1/problems`.

Mọi lời từ chối là một «problem» (RFC 9457). Mã `code` không bao giờ đổi nghĩa.

This page is written by `python -m motcua.config.errors_page`; a test compares it with the tables.
"""


def errors_page() -> str:
    """The whole page."""
    lines = [
        _INTRODUCTION,
        "## Problems",
        "",
        "| Status | Code | What happened | How to mend it |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {kind.status} | `{code}` | {kind.title.en}<br>{kind.title.vi} | {kind.fix.en}<br>{kind.fix.vi} |"
        for code, kind in sorted(PROBLEMS.items(), key=lambda item: (item[1].status, item[0]))
    ]  # fmt: skip
    lines += [
        "", "## Findings", "",
        "A problem `invalid` carries `findings`: every fault at once, each with a `pointer` (RFC 6901) into the body sent.",
        "", "| Code | How to mend it |", "|---|---|",
    ]  # fmt: skip
    lines += [f"| `{code}` | {text.en}<br>{text.vi} |" for code, text in sorted(FINDINGS.items())]
    return "\n".join(lines) + "\n"


def page_file() -> Path:
    """Where the page lies in a checkout."""
    return Path(__file__).resolve().parents[3] / "docs" / "reference" / "errors.md"


if __name__ == "__main__":
    page_file().write_text(errors_page(), encoding="utf-8")
