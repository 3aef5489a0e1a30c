"""The life of a paper taken while a system was down: it waits for its electronic twin, and is merged with it or set aside."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.lifecycle import NEW, Lifecycle, Step
from motcua.lib.bilingual import Text

CONFLICTS = {
    "form-used-twice": Text(
        "Một số mẫu giấy dùng cho hai nội dung khác nhau", "One form number stands on two different papers"
    ),
    "number-twice": Text(
        "Hai mẫu giấy ghi cùng một số chứng từ", "Two forms bear the number of one document"
    ),
    "other-firm": Text("Mã số thuế khác với bản điện tử", "The tax code is not that of the electronic one"),
}


@dataclass(frozen=True)
class Merged:
    """The case it was merged with."""

    reference: str


@dataclass(frozen=True)
class Disputed:
    """Why a person must decide."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in CONFLICTS:
            raise ValueError(f"a conflict is one of {', '.join(CONFLICTS)}, not {self.code!r}")


STATUSES = {
    "waiting": Text("Chờ bản điện tử", "Waiting for its electronic twin"),
    "disputed": Text("Mâu thuẫn, chờ người quyết định", "In conflict, for a person to decide"),
    "merged": Text("Đã nhập vào hồ sơ điện tử", "Merged with the electronic case"),
    "set_aside": Text("Đã loại", "Set aside"),
}

PAPER = Lifecycle(
    "paper",
    Text("Giấy tờ nhận khi sự cố", "Paper taken in an outage"),
    STATUSES,
    Step("taken", (NEW,), "waiting", Text("Nhận trên giấy", "Take on paper"), holder="customs"),
    Step(
        "disputed", ("waiting",), "disputed", Text("Phát hiện mâu thuẫn", "Find a conflict"), holder="customs",
        details=Disputed,
    ),
    Step(
        "merged", ("waiting", "disputed"), "merged", Text("Nhập vào hồ sơ điện tử", "Merge"), closes=True, details=Merged,
    ),
    Step("set_aside", ("disputed",), "set_aside", Text("Loại", "Set aside"), closes=True),
    Step("kept", ("disputed",), "waiting", Text("Giữ làm bản đúng", "Keep as the right one"), holder="customs"),
)  # fmt: skip
