"""What the pages of the worklist and of one case show: words for statuses, holders and ties; rows and clocks ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.casework import timeline
from motcua.casework.models import Case
from motcua.casework.queries import tone
from motcua.law.sheets import Catalogue, NotInForce, UnknownProcedure
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.people.queries import names_of

HOLDERS: dict[str, Text] = {
    "one-stop": Text("Bộ phận một cửa", "One-stop desk"),
    "handling": Text("Đơn vị thụ lý", "Handling unit"),
    "leader": Text("Lãnh đạo", "Leader"),
    "applicant": Text("Người nộp hồ sơ", "The applicant"),
    "customs": Text("Hải quan", "Customs"),
    "trader": Text("Doanh nghiệp", "The trader"),
    "agent": Text("Đại lý, hãng tàu", "The ship's agent"),
    "ministry": Text("Bộ quản lý chuyên ngành", "The line ministry"),
    "laboratory": Text("Phòng thử nghiệm", "The laboratory"),
    "other-agency": Text("Cơ quan khác", "Another agency"),
    "issuer": Text("Nước cấp chứng nhận", "The issuing country"),
    "authority": Text("Tổ chức cấp C/O", "The issuing authority"),
    "importer": Text("Nước nhập khẩu", "The importing country"),
}

KINDS: dict[str, Text] = {
    "dossier": Text("Hồ sơ", "Dossiers"),
    "declaration": Text("Tờ khai", "Declarations"),
    "inspection": Text("Kiểm tra chuyên ngành", "Inspections"),
    "inspection-request": Text("Yêu cầu về hồ sơ kiểm tra", "Requests about inspections"),
    "movement": Text("Lượt tàu", "Ship movements"),
    "certificate": Text("C/O mẫu D", "Form D certificates"),
    "export_certificate": Text("C/O mẫu D cấp đi", "Form D issued for export"),
    "task": Text("Nhiệm vụ cải cách", "Reform tasks"),
    "publication": Text("Công bố thủ tục", "Publications of procedures"),
    "wall": Text("Bảng niêm yết", "Notice boards"),
    "paper": Text("Giấy tờ nhận khi sự cố", "Papers taken in an outage"),
    "petition": Text("Phản ánh, kiến nghị", "Petitions"),
}

CHANNELS: dict[str, Text] = {
    "online": Text("Trực tuyến", "Online"),
    "desk": Text("Tại quầy", "At the desk"),
    "post": Text("Qua bưu chính", "By post"),
    "message": Text("Qua hệ thống", "By message"),
}

# What a tie is called, seen from its source and from its target.
TIES: dict[str, tuple[Text, Text]] = {
    "inspects": (
        Text("Phục vụ tờ khai", "Serves the declaration"),
        Text("Được kiểm tra bởi", "Inspected by"),
    ),
    "used-by": (Text("Dùng cho", "Used by"), Text("Sử dụng", "Uses")),
}

# What the subject of each kind of case says of it, from its own row: attribute and label.
FACTS: dict[str, tuple[tuple[str, Text], ...]] = {
    "declaration": (
        ("key", Text("Số tờ khai", "Declaration number")),
        ("get_flow_display", Text("Chiều", "Direction")),
        ("regime", Text("Mã loại hình", "Regime")),
        ("tax_code", Text("Mã số thuế", "Tax code")),
        ("hs_code", Text("Mã HS", "HS code")),
        ("first_channel", Text("Luồng ban đầu", "First channel")),
    ),
    "inspection": (
        ("file_code", Text("Mã hồ sơ của bộ", "The ministry's file code")),
        ("ministry", Text("Bộ", "Ministry")),
        ("goods", Text("Hàng hóa", "Goods")),
        ("hs_code", Text("Mã HS", "HS code")),
        ("result_number", Text("Số kết quả", "Result number")),
    ),
    "movement": (
        ("ship", Text("Tàu", "Ship")),
        ("imo", Text("Số IMO", "IMO number")),
        ("flag", Text("Quốc tịch", "Flag")),
        ("get_direction_display", Text("Chiều", "Direction")),
        ("voyage", Text("Chuyến", "Voyage")),
        ("port", Text("Cảng", "Port")),
    ),
    "certificate": (
        ("number", Text("Số C/O", "Certificate number")),
        ("issuing_country", Text("Nước cấp", "Issuing country")),
        ("issued_on", Text("Ngày cấp", "Issued on")),
    ),
}

_WORDS = {
    "Import": Text("Nhập khẩu", "Import"),
    "Export": Text("Xuất khẩu", "Export"),
    "Entry": Text("Nhập cảnh", "Entry"),
    "Exit": Text("Xuất cảnh", "Exit"),
    "1": Text("1 (xanh)", "1 (green)"),
    "2": Text("2 (vàng)", "2 (yellow)"),
    "3": Text("3 (đỏ)", "3 (red)"),
}

_IN_WORDS = frozenset({"get_flow_display", "get_direction_display", "first_channel"})

SOON = timedelta(hours=8)


@cache
def catalogue() -> Catalogue:
    """The law sheets, asked of whoever the project's registry names: procedures stand beside us, not below."""
    found: Catalogue = import_string(settings.PROCEDURE_CATALOGUE)()
    return found


def procedure_title(procedure: str, since: date | None) -> Text:
    """What a procedure was called on the sheet of that day; its code where the folder no longer holds it."""
    if not procedure or since is None:
        return Text(procedure or "–", procedure or "–")
    try:
        title = catalogue().get(procedure, since).title
    except (UnknownProcedure, NotInForce):
        return Text(procedure, procedure)
    return Text(title.vi, title.en)


def procedures_in_force(on: date) -> list[tuple[str, Text]]:
    """The procedures one may narrow a list to, by code and title."""
    return [(sheet.procedure, Text(sheet.title.vi, sheet.title.en)) for sheet in catalogue().all_in_force(on)]


def holder_text(holder: str) -> Text:
    """Who holds a case, in words; a name that no table knows stands for itself."""
    return HOLDERS.get(holder) or Text(holder or "–", holder or "–")


def status_text(case: Case) -> Text:
    """The status in the words of the lifecycle."""
    return case.lifecycle.statuses.get(case.status) or Text(case.status, case.status)


@dataclass(frozen=True)
class Row:
    """A case as one line of a list. `state` of the clock: late, soon, running, paused, finished or none."""

    case: Case
    title: Text
    status: Text
    tone: str
    icon: str
    holder: Text
    state: str
    left: timedelta | None
    clock_kind: str
    paused: Text | None

    @property
    def pieces(self) -> list[str]:
        """The reference where it may be broken on a narrow screen."""
        return self.case.reference.split("-")


def rows(cases: Iterable[Case], now: datetime) -> list[Row]:
    """The cases as lines of a list; no event is read."""
    return [_row(case, now) for case in cases]


def _row(case: Case, now: datetime) -> Row:
    face = timeline.face(case, now)
    colour, icon = tone(case.lifecycle, case.status)
    return Row(
        case,
        procedure_title(case.procedure, case.sheet_since),
        status_text(case),
        colour,
        icon,
        holder_text(case.holder),
        _clock_state(case, face, now),
        None if face.left is None else abs(face.left),
        face.kind,
        face.paused,
    )


def _clock_state(case: Case, face: timeline.Face, now: datetime) -> str:
    if case.finished_at is not None:
        return "finished"
    if case.due_at is not None and now > case.due_at:
        return "late"
    if face.paused is not None:
        return "paused"
    if case.due_at is None or face.left is None:
        return "none"
    half = face.limit is not None and face.left * 2 <= face.limit
    return "soon" if half or face.left <= SOON else "running"


def events_of(case: Case, notes: dict[int, Text] | None = None) -> list[dict[str, Any]]:
    """The timeline, newest first, with names for keys; `notes` by event number are put beside the event's own."""
    entries = timeline.entries(case)
    names = people([entry.who for entry in entries])
    return [
        {
            "number": entry.number,
            "kind": entry.kind,
            "what": entry.what,
            "when": entry.when,
            "who": names[entry.who],
            "note": _joined(_late_days(entry), entry.note, (notes or {}).get(entry.number)),
            "recorded_at": entry.recorded_at,
            "tone": entry.tone,
        }
        for entry in entries
    ]


def _late_days(entry: timeline.Entry) -> Text | None:
    if entry.recorded_at is None:
        return None
    days = (entry.recorded_at.astimezone(VIETNAM).date() - entry.when.astimezone(VIETNAM).date()).days
    return (
        Text(f"Ghi muộn {days} ngày", f"Recorded {days} day{'s' if days > 1 else ''} late") if days else None
    )


def _joined(*notes: Text | None) -> Text | None:
    said = [note for note in notes if note is not None]
    return Text("\n".join(one.vi for one in said), "\n".join(one.en for one in said)) if said else None


def people(keys: Iterable[str]) -> dict[str, Text]:
    """What to call those who act, by key."""
    known = {
        "clock": Text("Một Cửa (tự động)", "Một Cửa (by itself)"),
        "public": Text("Người nộp hồ sơ", "The applicant"),
    }
    names = names_of(set(keys) - known.keys())
    return known | {key: Text(name, name) for key, name in names.items()}


def facts(case: Case) -> Iterator[tuple[Text, object]]:
    """What the case's own row says, in words."""
    subject = getattr(case, case.kind, None) if case.kind in FACTS else None
    for name, label in FACTS.get(case.kind, ()):
        value = getattr(subject, name, None)
        value = value() if callable(value) else value
        if value not in (None, ""):
            yield label, _WORDS.get(str(value), value) if name in _IN_WORDS else value


def tie_text(kind: str, outward: bool) -> Text:
    """What a tie between two cases is called, seen from this side."""
    if kind not in TIES:
        return Text(kind, kind)
    return TIES[kind][0 if outward else 1]


def explanation(case: Case, now: datetime) -> list[Any]:
    """The account of the clock, day by day; empty before it started or where the calendar cannot tell."""
    try:
        return timeline.explanation(case, now)
    except Refused:
        return []
