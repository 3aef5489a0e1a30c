"""How a change of a sheet is said in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from motcua.lib.worktime import Limit, Unit

Pair = tuple[str, str]

_LABELS: Final[dict[str, Pair]] = {
    "national_code": ("Mã quốc gia", "National code"),
    "title": ("Tên thủ tục", "Title"),
    "summary": ("Tóm tắt", "Summary"),
    "level": ("Cấp giải quyết", "Level"),
    "applicants": ("Đối tượng thực hiện", "Applicants"),
    "basis": ("Căn cứ pháp lý", "Legal basis"),
    "published": ("Quyết định công bố", "Publication"),
    "sources": ("Nguồn", "Sources"),
    "channels": ("Cách nộp", "Ways of submitting"),
    "online": ("trực tuyến", "online"),
    "desk": ("trực tiếp", "at the desk"),
    "post": ("bưu chính", "by post"),
    "limit": ("Thời hạn", "Time limit"),
    "fee_note": ("Ghi chú phí", "Note on fees"),
    "note": ("Ghi chú", "Note"),
    "counted_by": ("Hệ thống đếm hồ sơ", "Counted by"),
    "calendar": ("Lịch làm việc", "Calendar"),
    "documents": ("Thành phần hồ sơ", "Papers"),
    "sets": ("Số bộ hồ sơ", "Number of sets"),
    "steps": ("Các bước", "Steps"),
    "fees": ("Phí, lệ phí", "Fees"),
    "result": ("Kết quả", "Result"),
    "form": ("Mẫu khai", "Form"),
    "conditions": ("Yêu cầu, điều kiện", "Conditions"),
    "until": ("Bãi bỏ từ ngày", "Abolished from"),
    "replaced_by": ("Thay bằng thủ tục", "Replaced by"),
    "name": ("tên", "name"),
    "label": ("nhãn", "label"),
    "originals": ("bản chính", "originals"),
    "copies": ("bản chụp", "copies"),
    "minutes": ("phút chuẩn bị", "minutes to prepare"),
    "required": ("bắt buộc", "required"),
    "reusable": ("dùng lại giấy tờ đã có", "a paper on file may be used again"),
    "unit": ("đơn vị", "unit"),
    "hours": ("giờ xử lý", "working hours"),
    "type": ("kiểu", "type"),
    "help": ("hướng dẫn", "help"),
    "choices": ("lựa chọn", "choices"),
    "decision": ("số", "number"),
    "on": ("ngày", "date"),
    "source": ("nguồn", "source"),
    "verified": ("đã xác minh", "verified"),
    "accessed": ("ngày đọc", "read on"),
    "says": ("nội dung", "says"),
    "id": ("mã", "id"),
    "value": ("giá trị", "value"),
    "text": ("văn bản", "text"),
    "article": ("điều", "article"),
    "url": ("địa chỉ", "address"),
}
_INSIDE: Final[dict[str, Pair]] = {
    "title": ("trích yếu", "heading"),
    "form": ("mẫu", "form"),
}
_ITEMS: Final[dict[str, Pair]] = {
    "documents": ("Giấy tờ", "Paper"),
    "steps": ("Bước", "Step"),
    "form": ("Trường", "Field"),
    "choices": ("lựa chọn", "choice"),
    "basis": ("Căn cứ", "Basis"),
    "sources": ("Nguồn", "Source"),
    "fees": ("Phí", "Fee"),
    "level": ("Cấp giải quyết", "Level"),
}
_VALUES: Final[dict[str, Pair]] = {
    "branch": ("chi cục", "branch"),
    "department": ("cục", "department"),
    "general-department": ("tổng cục", "general department"),
    "one-stop": ("bộ phận một cửa", "one-stop desk"),
    "customs-core": ("hệ thống thông quan", "clearance system"),
    "handling": ("đơn vị thụ lý", "handling unit"),
    "leader": ("lãnh đạo", "leader"),
    "inspection": ("bộ phận kiểm tra", "inspection"),
    "other-agency": ("cơ quan khác", "other agency"),
    "always": ("luôn luôn", "always"),
}
_SUPPLEMENT: Final[dict[str, Pair]] = {
    "continue": ("tính tiếp sau khi bổ sung", "continues after a supplement"),
    "restart": ("tính lại sau khi bổ sung", "restarts after a supplement"),
}
_UNVERIFIED: Final[Pair] = ("chưa xác minh", "unverified")
_ABSENT: Final[dict[str, Pair]] = {
    "limit": ("không quy định", "no limit in law"),
    "hours": ("không quy định", "not fixed"),
    "minutes": ("chưa ước tính", "not estimated"),
    "national_code": ("chưa có", "none"),
}
# A name that may also be the word of a person must not be translated as a code.
_CODED: Final = frozenset({"level", "unit", "counted_by", "required"})


@dataclass(frozen=True)
class Words:
    """What a place is called, in both languages: `Giấy tờ 'Hoá đơn', bản chụp`."""

    vi: str
    en: str
    outer: Words | None = None

    def then(self, pair: Pair) -> Words:
        """This place, and in it the one called `pair`."""
        if not self.vi:
            return Words(*pair, outer=self)
        vi, en = (word[:1].lower() + word[1:] for word in pair)
        return Words(f"{self.vi}, {vi}", f"{self.en}, {en}", outer=self)

    def without_last(self) -> Words:
        """The place around this one."""
        return self.outer if self.outer is not None else self


NOWHERE: Final = Words("", "")


def label_of(name: str, *, inside: bool = False) -> Pair:
    """What a key is called, at the top of a sheet or inside one of its parts."""
    if inside and name in _INSIDE:
        return _INSIDE[name]
    return _LABELS.get(name, (name, name))


def of_item(listing: str, name: str, entry: Any) -> Pair:
    """What one entry of a list is called: `Giấy tờ 'Hoá đơn'`."""
    vi, en = _ITEMS.get(listing, label_of(listing))
    shown_vi, shown_en = _title(listing, name, entry)
    return f"{vi} '{shown_vi}'", f"{en} '{shown_en}'"


def describe(words: Words, before: Any, after: Any, kind: str, name: str) -> Pair:
    """One change as a sentence: `Giấy tờ 'Hoá đơn': 2 bản → bỏ`."""
    none_vi, none_en = _ABSENT.get(name, ("bỏ", "dropped"))
    if kind == "added":
        new_vi, new_en = _shown(after, name)
        if words.vi.endswith(f"'{new_vi}'"):
            new_vi = new_en = ""
        return f"{words.vi}: thêm {new_vi}".rstrip(), f"{words.en}: added {new_en}".rstrip()
    old_vi, old_en = _shown(before, name) if before is not None else (none_vi, none_en)
    if kind == "removed" and (not old_vi or words.vi.endswith(f"'{old_vi}'")):
        return f"{words.vi}: {none_vi}", f"{words.en}: {none_en}"
    new_vi, new_en = _shown(after, name) if after is not None else (none_vi, none_en)
    if old_vi == new_vi:
        # Only the other language, or something the sentence leaves out, has changed: say it in full.
        old_vi, new_vi = f"{old_vi} ({old_en})", f"{new_vi} ({new_en})"
    if old_en == new_en:
        old_en, new_en = f"{old_en} ({_shown_vi(before, name)})", f"{new_en} ({_shown_vi(after, name)})"
    return f"{words.vi}: {old_vi} → {new_vi}", f"{words.en}: {old_en} → {new_en}"


def spoken(words: Words, listing: str, before: Sequence[Any], after: Sequence[Any]) -> Pair:
    """A change of order: the titles of what stayed, as they stood and as they stand."""
    old, new = ([_title(listing, str(entry), entry) for entry in entries] for entries in (before, after))
    vi = f"{words.vi}: đổi thứ tự {', '.join(one[0] for one in old)} → {', '.join(one[0] for one in new)}"
    en = f"{words.en}: order {', '.join(one[1] for one in old)} → {', '.join(one[1] for one in new)}"
    return vi, en


def _title(listing: str, name: str, entry: Any) -> Pair:
    if not isinstance(entry, Mapping):
        return _VALUES.get(name, (name, name)) if listing in _CODED else (name, name)
    for key in ("name", "label", "title"):
        title = entry.get(key)
        if isinstance(title, Mapping) and listing != "basis":
            return str(title["vi"]), str(title["en"])
    if listing == "basis":
        article = entry.get("article")
        text = str(entry["text"])
        return (f"điều {article}, {text}", f"article {article}, {text}") if article else (text, text)
    return name, name


def _shown_vi(value: Any, name: str) -> str:
    return _shown(value, name)[0] if value is not None else ""


def _shown(value: Any, name: str) -> Pair:
    if value is None:
        return "không có", "none"
    if isinstance(value, bool):
        return ("có", "yes") if value else ("không", "no")
    if isinstance(value, Mapping):
        return _shown_mapping(value, name)
    text = str(value)
    if name in _CODED:
        return _VALUES.get(text, (text, text))
    if name in ("on", "until", "accessed"):
        day = date.fromisoformat(text)
        return f"{day:%d/%m/%Y}", day.isoformat()
    if name in ("hours", "minutes"):
        return text.replace(".", ","), text
    return text, text


def _shown_mapping(value: Mapping[str, Any], name: str) -> Pair:
    if set(value) == {"vi", "en"}:
        return str(value["vi"]), str(value["en"])
    if "unit" in value and "on_supplement" in value:
        limit = Limit(Decimal(str(value["value"])), Unit(value["unit"]))
        parts = [(limit.in_words("vi"), limit.in_words("en")), _SUPPLEMENT[str(value["on_supplement"])]]
        return _joined([*parts, *([] if value["verified"] else [_UNVERIFIED])])
    if name == "national_code":
        return _joined([(str(value["value"]),) * 2, *([] if value["verified"] else [_UNVERIFIED])])
    if "when" in value:
        return f"khi: {value['when']['vi']}", f"when: {value['when']['en']}"
    if "originals" in value:
        return _paper(value)
    if name == "published":
        return f"{value['decision']}, {value['on']}", f"{value['decision']}, {value['on']}"
    if "limit" in value:
        limit_pair = (
            _shown(value["limit"], "limit") if value["limit"] else ("không quy định", "no limit in law")
        )
        return f"thời hạn {limit_pair[0]}", f"limit {limit_pair[1]}"
    if "hours" in value:
        vi, en = _shown(value["hours"], "hours")
        return f"{vi} giờ", f"{en} hours"
    if name == "form":
        return (f"kiểu {value['type']}", f"type {value['type']}")
    if name == "sources":
        return str(value["says"]), str(value["says"])
    title = value.get("title") or value.get("name") or value.get("label")
    return (str(title["vi"]), str(title["en"])) if isinstance(title, Mapping) else ("", "")


def _paper(paper: Mapping[str, Any]) -> Pair:
    count = int(paper["originals"]) + int(paper["copies"])
    return f"{count} bản", f"{count} sheet{'' if count == 1 else 's'}"


def _joined(pairs: Sequence[Pair]) -> Pair:
    return ", ".join(pair[0] for pair in pairs), ", ".join(pair[1] for pair in pairs)
