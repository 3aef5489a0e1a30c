"""The life of a publication, from the decision to the public entry, and the notice board of an office with what hangs there."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.lib.bilingual import Text


@dataclass(frozen=True)
class Decision:
    """The decision that publishes, and the version of the sheet it is about, by day and digest."""

    number: str
    since: str
    sha256: str


@dataclass(frozen=True)
class Entry:
    """The entry in the national database: its id there, and the version it became."""

    national_id: str
    version: int


@dataclass(frozen=True)
class Sheet:
    """What hangs, or hung, on the wall: procedure, version by day and digest, in which form, and the digest of the proof."""

    procedure: str
    since: str
    sha256: str
    form: str = "board"
    proof: str = ""


PUBLICATION = Lifecycle(
    "publication",
    Text("Công bố thủ tục", "Publication of a procedure"),
    {
        "decided": Text("Đã có quyết định công bố", "Decided"),
        "entered": Text("Đã nhập, chờ kiểm tra", "Entered, to be checked"),
        "checked": Text("Đã kiểm tra, chờ công khai", "Checked, to be made public"),
        "public": Text("Đã công khai", "Public"),
    },
    Step("decided", (NEW,), "decided", Text("Ghi quyết định công bố", "Note the decision"), details=Decision),
    Step("entered", ("decided",), "entered", Text("Nhập cơ sở dữ liệu quốc gia", "Enter"), details=Entry),
    Step("checked", ("entered",), "checked", Text("Kiểm tra bản nhập", "Check the entry")),
    Step("returned", ("entered",), "decided", Text("Trả lại để nhập lại", "Return to be entered again")),
    Step("made_public", ("checked",), "public", Text("Công khai", "Make public"), closes=True, outcome="public"),
)  # fmt: skip

WALL = Lifecycle(
    "wall",
    Text("Bảng niêm yết của đơn vị", "Notice board of an office"),
    {"kept": Text("Đang niêm yết", "Kept")},
    Step("opened", (NEW,), "kept", Text("Lập bảng niêm yết", "Open the board"), closes=True),
    Step("posted", ("kept",), SAME, Text("Niêm yết", "Post"), moves=False, details=Sheet),
    Step("posting_checked", ("kept",), SAME, Text("Kiểm tra niêm yết", "Check a posting"), moves=False, details=Sheet),
    Step("removed", ("kept",), SAME, Text("Gỡ niêm yết", "Take down"), moves=False, details=Sheet),
)  # fmt: skip
