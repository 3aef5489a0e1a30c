"""What can be odd about the values of a message, said once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from motcua.lib.edifact.interchange import Message
from motcua.lib.findings import Finding, Severity
from motcua.manifest.messages.edifact.binding import Slip

_TEXTS = {
    "man.number": (
        "“{value}” không phải số; hãy ghi chữ số với dấu chấm thập phân.",
        "“{value}” is no number; write digits with a decimal point.",
    ),
    "man.date": (
        "“{value}” không phải ngày giờ theo định dạng đã khai; hãy ghi đúng, ví dụ 202601020830 với mã 203.",
        "“{value}” is no date or time of the stated format; write e.g. 202601020830 with code 203.",
    ),
    "man.code": (
        "Mã “{value}” không có trong danh mục của phần tử này; hãy dùng mã đã công bố.",
        "Code “{value}” is not in the list of this element; use a published code.",
    ),
    "man.unit": (
        "Không biết đơn vị “{value}”; hãy dùng KGM hoặc TNE cho khối lượng, MTQ cho thể tích.",
        "Unit “{value}” is not known; use KGM or TNE for masses, MTQ for volumes.",
    ),
}


def of_slip(slip: Slip, segment: int) -> Finding:
    """A value that cannot be read, as a finding with its place; what follows a byte is added when places are asked."""
    vi, en = _TEXTS[slip.code]
    parts = [f"segment {segment}", f"element {slip.element}"]
    if slip.component:
        parts.append(f"component {slip.component}")
    shown = slip.value.replace("\x1f", ":")[:40]
    return Finding(
        slip.code, ", ".join(parts), vi.format(value=shown), en.format(value=shown), basis="UN/EDIFACT"
    )


def of_type(message: Message, taken: Iterable[str]) -> Finding:
    """A message that nobody here acts on."""
    header = message.header
    place = str(header.position(2, 1)) if header else ""
    known, name = ", ".join(taken), message.type or "–"
    return Finding(
        "man.type",
        place,
        f"Không nhận điện {name} ở đây; hãy gửi {known}.",
        f"Messages of type {name} are not taken here; send {known}.",
    )


def of_unread(unread: dict[str, list[Any]]) -> list[Finding]:
    """Segments that were not read, one note a kind."""
    found = []
    for kind, known in unread.items():
        count, segment = known
        place = f"segment {segment}"
        found.append(
            Finding(
                "man.unread",
                place,
                f"{kind} ({count} lần) không có ô tương ứng nên không được đọc, bản gốc vẫn được giữ; hãy báo nếu cần ô này.",
                f"{kind} ({count} times) has no field and was not read, the original is kept; ask for a field if it matters.",
                Severity.NOTE,
            )
        )
    return found
