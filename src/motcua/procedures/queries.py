"""What people ask of the catalogue: which procedures there are, how one stands on a day, what a reform changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from motcua.law.cost import METHODS, Benefit, cost
from motcua.law.diff import Change, diff
from motcua.law.parameters import Value
from motcua.law.sheets import ChannelName, NotInForce, Sheet
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.vietnamese import fold, nfc, sort_key
from motcua.lib.worktime import Limit
from motcua.procedures.catalogue import catalogue, parameters

FIELDS: dict[str, Text] = {
    "clearance": Text("Thông quan hàng hóa", "Clearance of goods"),
    "tax": Text("Thuế xuất khẩu, thuế nhập khẩu", "Export and import duty"),
    "manifest": Text("Bản lược khai hàng hóa", "Manifests"),
    "transport": Text("Phương tiện vận tải", "Means of transport"),
    "transit": Text("Quá cảnh, trung chuyển, vận chuyển độc lập", "Transit and transhipment"),
    "warehousing": Text("Kho ngoại quan, kho hàng lẻ, kho miễn thuế", "Warehouses"),
    "processing-export-production": Text("Gia công, sản xuất xuất khẩu", "Processing and export production"),
    "inspection": Text("Kiểm tra, giám sát", "Inspection and supervision"),
    "origin": Text("Xuất xứ hàng hóa", "Origin of goods"),
    "classification-valuation": Text("Phân loại, trị giá hải quan", "Classification and valuation"),
    "confirmation": Text("Xác nhận", "Confirmations"),
    "control": Text("Bảo vệ quyền sở hữu trí tuệ", "Intellectual property at the border"),
    "enterprise": Text("Doanh nghiệp, đại lý hải quan", "Enterprises and customs agents"),
    "luggage-persons": Text("Hành lý, quà biếu, tài sản di chuyển", "Luggage, gifts, household effects"),
    "complaints": Text("Khiếu nại", "Complaints"),
}
CHANNELS: dict[str, Text] = {
    "online": Text("Trực tuyến", "Online"),
    "desk": Text("Trực tiếp tại một cửa", "At the one-stop desk"),
    "post": Text("Bưu chính công ích", "By post"),
    "message": Text("Qua hệ thống", "By message"),
}
UNITS: dict[str, Text] = {
    "one-stop": Text("Bộ phận một cửa", "One-stop desk"),
    "handling": Text("Đơn vị thụ lý", "Handling unit"),
    "leader": Text("Lãnh đạo", "Leader"),
    "inspection": Text("Bộ phận kiểm tra", "Inspection"),
    "other-agency": Text("Cơ quan khác", "Another agency"),
    "applicant": Text("Người nộp hồ sơ", "The applicant"),
}
LEVELS: dict[str, Text] = {
    "branch": Text("Chi cục Hải quan", "Customs branch"),
    "department": Text("Cục Hải quan", "Customs department"),
    "general-department": Text("Tổng cục Hải quan", "General Department of Customs"),
}


def field_name(field: str) -> Text:
    """What a field of work is called; its code where nobody has named it."""
    return FIELDS.get(field) or Text(field, field)


class State(StrEnum):
    """How a procedure stands on a day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    ABOLISHED = "abolished"


@dataclass(frozen=True)
class Standing:
    """A procedure on a day: the sheet that shows it best, and what comes before and after.

    An abolished procedure is shown by its last sheet, a future one by its first. `comes` is the next version after the
    day, `successor` what replaced the procedure as it stands on the same day.
    """

    sheet: Sheet
    on: date
    state: State
    versions: tuple[Sheet, ...]
    comes: Sheet | None = None
    successor: Sheet | None = None

    @property
    def is_fileable(self) -> bool:
        """
        Whether a dossier may be filed online here: the clearance system takes its own declarations, and what only the
        General Department settles is filed with it.
        """
        return (
            self.state is State.IN_FORCE
            and self.sheet.channels.online is not None
            and self.sheet.counted_by == "one-stop"
            and self.is_ours
        )

    @property
    def is_ours(self) -> bool:
        """Whether a branch or the department settles it."""
        return bool({"branch", "department"} & {str(level) for level in self.sheet.level})


def standing(procedure: str, on: date) -> Standing:
    """How a procedure stands on a day. Raises `UnknownProcedure`."""
    versions = tuple(catalogue().versions(procedure))
    comes = next((sheet for sheet in versions if sheet.since > on), None)
    try:
        return Standing(catalogue().in_force(procedure, on), on, State.IN_FORCE, versions, comes)
    except NotInForce:
        started = [sheet for sheet in versions if sheet.since <= on]
    if not started:
        return Standing(versions[0], on, State.NOT_YET, versions, comes)
    return Standing(started[-1], on, State.ABOLISHED, versions, comes, _successor(started[-1], on))


def _successor(sheet: Sheet, on: date) -> Sheet | None:
    name = sheet.replaced_by
    if name is None or name not in catalogue():
        return None
    started = [version for version in catalogue().versions(name) if version.since <= on]
    return started[-1] if started else catalogue().versions(name)[0]


def abolished(on: date) -> list[Standing]:
    """The procedures that are no longer in force on a day, by title."""
    found = [standing(procedure, on) for procedure in catalogue().procedures()]
    gone = [one for one in found if one.state is State.ABOLISHED]
    return sorted(gone, key=lambda one: sort_key(one.sheet.title.vi))


def search(on: date, text: str = "", field: str = "", channel: str = "") -> list[Sheet]:
    """Procedures in force on a day: by words of any accents and case, by field, by way of submitting.

    Words typed with their marks rank higher; a word of the title counts more than one of the papers. Without words the
    order is that of the titles.
    """
    ways = {str(name) for name in ChannelName}
    sheets = [
        sheet
        for sheet in catalogue().all_in_force(on)
        if (not field or sheet.field == field)
        and (channel not in ways or getattr(sheet.channels, channel) is not None)
    ]
    words = fold(text).split()
    if not words:
        return sorted(sheets, key=lambda sheet: sort_key(sheet.title.vi))
    typed = nfc(text).casefold().split()
    ranked = [
        (rank, sort_key(sheet.title.vi), sheet) for sheet in sheets if (rank := _rank(sheet, words, typed))
    ]
    ranked.sort(key=lambda one: (-one[0], one[1]))
    return [sheet for _, _, sheet in ranked]


def _rank(sheet: Sheet, words: list[str], typed: list[str]) -> int:
    """0 unless every word is somewhere; 3 for each in the title, 1 elsewhere, and 2 more for each typed with its marks."""
    title, rest, exact = _searchable(sheet.procedure, sheet.since)
    rank = 0
    for word in words:
        if word in title:
            rank += 3
        elif word in rest:
            rank += 1
        else:
            return 0
    return rank + 2 * sum(word in exact for word in typed)


@cache
def _searchable(procedure: str, since: date) -> tuple[str, str, str]:
    sheet = catalogue().get(procedure, since)
    title = f"{sheet.title.vi} {sheet.title.en}"
    others = [sheet.summary.vi, sheet.summary.en, sheet.procedure, sheet.result.name.vi, sheet.result.name.en]
    others += [name for paper in sheet.documents for name in (paper.name.vi, paper.name.en, paper.form or "")]
    others += [basis.text for basis in sheet.basis]
    others += [sheet.national_code.value] if sheet.national_code else []
    return fold(title), fold(" ".join(others)), nfc(title).casefold()


@dataclass(frozen=True)
class Fee:
    """A fee of a sheet on a day; `value` None when no amount is known for that day, and then `why` says so."""

    name: str
    value: Value | None
    why: Text | None = None


def fees(sheet: Sheet, on: date) -> list[Fee]:
    """The fees of a sheet at their amounts of a day."""
    return list(_fees(sheet, on))


def _fees(sheet: Sheet, on: date) -> Iterator[Fee]:
    for name in sheet.fees:
        try:
            yield Fee(name, parameters().value(name, on))
        except Invalid:
            # The folder itself is broken: that is ours to mend, not a fee without an amount.
            raise
        except Refused as refused:
            yield Fee(name, None, Text(refused.text, refused.text_en))


# What a reform changed --------------------------------------------------------------------------------------

GROUPS: dict[str, Text] = {
    "documents": Text("Thành phần hồ sơ", "Papers"),
    "channels": Text("Cách nộp và thời hạn", "Ways of submitting and time limits"),
    "fees": Text("Phí, lệ phí", "Fees"),
    "form": Text("Mẫu khai", "The form to fill in"),
    "steps": Text("Quy trình nội bộ", "Steps inside the office"),
    "": Text("Nội dung khác", "Other content"),
}


@dataclass(frozen=True)
class Measure:
    """One figure before and after a reform; None where there is none, such as no limit in law."""

    label: Text
    before: Decimal | None
    after: Decimal | None
    unit: Text


@dataclass(frozen=True)
class Reform:
    """The difference of two versions: sentences by group, the record's own changes apart, and the cost by each method."""

    before: Sheet
    after: Sheet
    groups: tuple[tuple[Text, tuple[Change, ...]], ...]
    editorial: tuple[Change, ...]
    measures: tuple[Measure, ...]
    benefits: tuple[Benefit, ...]
    cost_unknown: Text | None = None


def reform(before: Sheet, after: Sheet) -> Reform:
    """Everything that changed between two versions, with the compliance cost of both at the prices of the later day."""
    changes = diff(before, after)
    real = [change for change in changes if not change.is_editorial]
    benefits: list[Benefit] = []
    unknown = None
    for method in METHODS:
        try:
            first, second = (
                cost(sheet, parameters(), on=after.since, frequency=1, subjects=1, method=method)
                for sheet in (before, after)
            )
            benefits.append(Benefit(first, second))
        except Invalid:
            raise
        except Refused as refused:
            unknown = Text(refused.text, refused.text_en)
    return Reform(
        before,
        after,
        tuple((GROUPS[name], found) for name in GROUPS if (found := tuple(_of_group(real, name)))),
        tuple(change for change in changes if change.is_editorial),
        tuple(_measures(before, after)),
        tuple(benefits),
        unknown,
    )


def _of_group(changes: Iterable[Change], name: str) -> Iterator[Change]:
    for change in changes:
        top = change.path.partition(".")[0].partition("[")[0]
        if (top if top in GROUPS else "") == name:
            yield change


def _measures(before: Sheet, after: Sheet) -> Iterator[Measure]:
    papers, minutes, fields = Text("giấy tờ", "papers"), Text("phút", "minutes"), Text("mục", "fields")
    counted: list[tuple[Text, Callable[[Sheet], Decimal], Text]] = [
        (Text("Số giấy tờ phải nộp", "Papers to hand in"), lambda s: Decimal(len(s.documents)), papers),
        (
            Text("Trong đó luôn bắt buộc", "Of these always required"),
            lambda s: Decimal(sum(not paper.is_conditional for paper in s.documents)),
            papers,
        ),
        (
            Text("Thời gian chuẩn bị giấy tờ (ước tính)", "Time to prepare the papers (estimate)"),
            lambda s: sum((paper.minutes or Decimal(0) for paper in s.documents), Decimal(0)),
            minutes,
        ),
        (Text("Số mục phải khai", "Fields to fill in"), lambda s: Decimal(len(s.form)), fields),
    ]
    for label, count, unit in counted:
        yield Measure(label, count(before), count(after), unit)
    for channel in ChannelName:
        first, second = _limit(before, channel), _limit(after, channel)
        units = {str(limit.unit): limit.unit for limit in (first, second) if limit is not None}
        if first == second or len(units) != 1:
            continue
        name = CHANNELS[str(channel)]
        yield Measure(
            Text(f"Thời hạn, {name.vi.lower()}", f"Time limit, {name.en.lower()}"),
            None if first is None else Decimal(first.value),
            None if second is None else Decimal(second.value),
            _LIMIT_UNITS[units.popitem()[0]],
        )


_LIMIT_UNITS = {
    "working_hours": Text("giờ làm việc", "working hours"),
    "working_days": Text("ngày làm việc", "working days"),
    "hours": Text("giờ", "hours"),
    "days": Text("ngày", "days"),
}


def _limit(sheet: Sheet, channel: ChannelName) -> Limit | None:
    way = sheet.channels.open().get(channel)
    return None if way is None or way.limit is None else way.limit.limit
