"""
Office calendars as dated data: a folder of YAML files, read whole and refused whole.

Two kinds of file lie in the folder. A file with `week` is an office: its sittings, day by day. A file
without `week` lists days off and make-up days that several offices share, each with the paper that says so.
Basis: Labour Code 45/2019/QH14, articles 111 and 112, and the notices named in the files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.lib.worktime import OfficeHours, Session, SpecialDay, Why

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OFFICE_KEYS = {"name", "title", "zone", "week", "days_off", "years", "decided_until", "days", "papers"}
_DAYS_OFF_KEYS = {"name", "title", "years", "decided_until", "days", "papers"}
_DAY_KEYS = {"on", "until", "work_as", "vi", "en", "by"}
_PAPER_KEYS = {"number", "dated", "verified", "source"}

# A range longer than this is a wrong year, not a holiday.
_LONGEST_RANGE = timedelta(days=31)


def load_calendars(folder: Path) -> dict[str, OfficeHours]:
    """All offices of the folder by name. Raises `Invalid` with every error of every file."""
    findings: list[Finding] = []
    files = [_File(path, findings) for path in sorted(folder.glob("*.yaml"))]
    if not files:
        raise Refused(
            "Thư mục lịch không có tệp .yaml nào", "The calendar folder has no .yaml file", place=str(folder)
        )
    shared = {file.path.stem: _shared_days(file) for file in files if not file.is_office}
    offices = {file.path.stem: _office(file, shared) for file in files if file.is_office}
    if findings:
        raise Invalid(findings)
    return {name: hours for name, hours in offices.items() if hours is not None}


@dataclass(frozen=True, slots=True)
class _Paper:
    number: str
    verified: bool


@dataclass(frozen=True, slots=True)
class _Day:
    """One special day as written: off, or worked like another day of the week."""

    on: date
    work_as: date | None
    why: Why


@dataclass(slots=True)
class _Days:
    """Years, the last decided day and the special days of one file."""

    first_year: int = 0
    last_year: int = 0
    decided_until: date | None = None
    days: dict[date, _Day] = field(default_factory=dict)


class _File:
    """One YAML file as nodes, so that every complaint can name its line."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self.path = path
        self.findings = findings
        self.root: dict[str, yaml.Node] = {}
        self.node: yaml.Node | None = None
        try:
            self.node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            self._add(line, "CAL01", f"không đọc được YAML: {error}", f"not readable as YAML: {error}")
            return
        self.root = self.mapping(self.node)

    @property
    def is_office(self) -> bool:
        """Whether the file describes an office rather than shared days."""
        return "week" in self.root

    def fail(self, node: yaml.Node | None, code: str, vi: str, en: str) -> None:
        """Note an error at the line of the node."""
        self._add(node.start_mark.line + 1 if node is not None else 1, code, vi, en)

    def mapping(self, node: yaml.Node | None, allowed: set[str] | None = None) -> dict[str, yaml.Node]:
        """The keys of a mapping; unknown and repeated keys are errors."""
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, "CAL02", "phải là các cặp khóa: giá trị", "this must be keys with values")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if allowed is not None and name not in allowed:
                known = ", ".join(sorted(allowed))
                self.fail(
                    key, "CAL03", f"khóa lạ «{name}»; dùng: {known}", f"unknown key '{name}'; use: {known}"
                )
            elif name in found:
                self.fail(key, "CAL04", f"khóa «{name}» viết hai lần", f"the key '{name}' stands twice")
            found[name] = value
        return found

    def sequence(self, node: yaml.Node | None) -> list[yaml.Node]:
        """The items of a list; a missing list is empty."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, "CAL02", "phải là danh sách", "this must be a list")
            return []
        return list(node.value)

    def text(self, within: dict[str, yaml.Node], key: str, near: yaml.Node | None) -> str:
        """A text that must be there, in NFC."""
        node = within.get(key)
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.fail(node or near, "CAL05", f"thiếu «{key}»", f"'{key}' is missing")
            return ""
        if unicodedata.normalize("NFC", node.value) != node.value:
            self.fail(node, "CAL06", f"«{key}» chưa ở dạng Unicode NFC", f"'{key}' is not in Unicode NFC")
        return str(node.value).strip()

    def words(self, within: dict[str, yaml.Node], near: yaml.Node | None) -> Text:
        """A text in both languages from the keys `vi` and `en`."""
        return Text(self.text(within, "vi", near) or "?", self.text(within, "en", near) or "?")

    def date(self, node: yaml.Node | None) -> date | None:
        """A day written 2026-02-16."""
        try:
            return date.fromisoformat(node.value) if isinstance(node, yaml.ScalarNode) else None
        except ValueError:
            self.fail(
                node,
                "CAL07",
                f"«{node.value if node else ''}» không phải ngày; viết như 2026-02-16",
                f"'{node.value if node else ''}' is not a day; write it like 2026-02-16",
            )
            return None

    def flag(self, within: dict[str, yaml.Node], key: str, near: yaml.Node | None) -> bool:
        """true or false; it must be said."""
        node = within.get(key)
        if not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false"):
            self.fail(
                node or near, "CAL08", f"«{key}» phải là true hoặc false", f"'{key}' must be true or false"
            )
            return False
        return bool(node.value == "true")

    def _add(self, line: int, code: str, vi: str, en: str) -> None:
        self.findings.append(Finding(code, f"{self.path.name}:{line}", vi, en))


def _shared_days(file: _File) -> _Days:
    if not file.root:
        return _Days()
    file.mapping(file.node, _DAYS_OFF_KEYS)
    _check_name(file)
    return _days(file, needs_years=True)


def _office(file: _File, shared: dict[str, _Days]) -> OfficeHours | None:
    root = file.mapping(file.node, _OFFICE_KEYS)
    _check_name(file)
    title = file.words(file.mapping(root["title"], {"vi", "en"}) if "title" in root else {}, file.node)
    week = _week(file, root["week"])
    own = _days(file, needs_years="days_off" not in root)
    base = _Days(own.first_year, own.last_year, own.decided_until)
    if "days_off" in root:
        name = file.text(root, "days_off", file.node)
        if name in shared:
            base = shared[name]
        else:
            file.fail(
                root["days_off"],
                "CAL09",
                f"không có tệp ngày nghỉ «{name}.yaml»",
                f"there is no file of days off '{name}.yaml'",
            )
    zone = _zone(file, root)
    days = {**base.days, **own.days}
    if file.findings or zone is None or week is None:
        return None
    return OfficeHours(
        file.path.stem,
        week.sessions,
        {day: _special(it, week.sessions) for day, it in days.items()},
        first_year=base.first_year,
        last_year=base.last_year,
        decided_until=base.decided_until,
        zone=zone,
        title_vi=title.vi,
        title_en=title.en,
        verified=week.verified,
        source=week.source,
    )


def _special(day: _Day, week: list[tuple[Session, ...]]) -> SpecialDay:
    return SpecialDay(() if day.work_as is None else week[day.work_as.weekday()], day.why)


def _check_name(file: _File) -> None:
    name = file.text(file.root, "name", file.node)
    if name and name != file.path.stem:
        file.fail(
            file.root["name"],
            "CAL10",
            f"tên «{name}» khác tên tệp «{file.path.stem}»",
            f"the name '{name}' differs from the file name '{file.path.stem}'",
        )


def _zone(file: _File, root: dict[str, yaml.Node]) -> ZoneInfo | None:
    name = file.text(root, "zone", file.node)
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        file.fail(root["zone"], "CAL11", f"không có múi giờ «{name}»", f"there is no zone '{name}'")
        return None


@dataclass(frozen=True, slots=True)
class _Week:
    sessions: list[tuple[Session, ...]]
    verified: bool
    source: str


def _week(file: _File, node: yaml.Node) -> _Week | None:
    keys = file.mapping(node, {*_WEEKDAYS, "verified", "source"})
    sessions = []
    for weekday in _WEEKDAYS:
        if weekday not in keys:
            file.fail(
                node,
                "CAL12",
                f"tuần thiếu «{weekday}»; ngày nghỉ viết []",
                f"the week lacks '{weekday}'; write [] for a rest day",
            )
        sessions.append(_sessions(file, keys.get(weekday)))
    if not any(sessions):
        file.fail(node, "CAL13", "tuần không có buổi làm việc nào", "the week has no session at all")
        return None
    return _Week(sessions, file.flag(keys, "verified", node), file.text(keys, "source", node))


def _sessions(file: _File, node: yaml.Node | None) -> tuple[Session, ...]:
    found: list[Session] = []
    for item in file.sequence(node):
        try:
            session = Session.from_text(str(item.value))
        except ValueError:
            file.fail(
                item,
                "CAL14",
                f"«{item.value}» không phải buổi làm việc; viết như 08:00-12:00",
                f"'{item.value}' is not a session; write it like 08:00-12:00",
            )
            continue
        if found and session.opens < found[-1].closes:
            file.fail(
                item,
                "CAL15",
                f"buổi {session} chồng lên hoặc đứng trước buổi {found[-1]}",
                f"the session {session} overlaps or precedes {found[-1]}",
            )
        found.append(session)
    return tuple(found)


def _days(file: _File, *, needs_years: bool) -> _Days:
    root, result = file.root, _Days()
    if "years" in root or needs_years:
        result.first_year, result.last_year = _years(file, root.get("years"))
    if "decided_until" in root:
        result.decided_until = file.date(root["decided_until"])
    papers = _papers(file, root.get("papers"))
    for item in file.sequence(root.get("days")):
        for day in _day_entry(file, item, papers):
            if day.on in result.days:
                file.fail(
                    item,
                    "CAL16",
                    f"ngày {day.on} đã có ở trên",
                    f"the day {day.on} stands in the list already",
                )
            if needs_years and not result.first_year <= day.on.year <= result.last_year:
                file.fail(
                    item,
                    "CAL17",
                    f"ngày {day.on} ngoài các năm đã khai",
                    f"{day.on} is outside the declared years",
                )
            result.days[day.on] = day
    return result


def _years(file: _File, node: yaml.Node | None) -> tuple[int, int]:
    items = [str(item.value) for item in file.sequence(node)]
    if len(items) == 2 and all(item.isdigit() and len(item) == 4 for item in items) and items[0] <= items[1]:
        return int(items[0]), int(items[1])
    file.fail(
        node or file.node,
        "CAL18",
        "«years» phải là năm đầu và năm cuối, ví dụ [2019, 2027]",
        "'years' must be the first and the last year, for example [2019, 2027]",
    )
    return 0, 9999


def _papers(file: _File, node: yaml.Node | None) -> dict[str, _Paper]:
    found: dict[str, _Paper] = {}
    for item in file.sequence(node):
        keys = file.mapping(item, _PAPER_KEYS)
        number = file.text(keys, "number", item)
        file.text(keys, "source", item)
        if "dated" in keys:
            file.date(keys["dated"])
        if number in found:
            file.fail(item, "CAL16", f"văn bản {number} đã có ở trên", f"the paper {number} stands twice")
        found[number] = _Paper(number, file.flag(keys, "verified", item))
    return found


def _day_entry(file: _File, item: yaml.Node, papers: dict[str, _Paper]) -> Iterator[_Day]:
    """The days of one entry: `on`, or `on` to `until`; off, or worked as another day."""
    keys = file.mapping(item, _DAY_KEYS)
    if not keys:
        return
    words = file.words(keys, item)
    number = file.text(keys, "by", item)
    paper = papers.get(number)
    if number and paper is None:
        file.fail(
            keys["by"],
            "CAL19",
            f"văn bản «{number}» không có trong papers",
            f"the paper '{number}' is not listed under papers",
        )
    first = file.date(keys.get("on"))
    if "on" not in keys:
        file.fail(item, "CAL05", "thiếu «on»", "'on' is missing")
    if first is None:
        return
    last = file.date(keys["until"]) if "until" in keys else first
    work_as = file.date(keys["work_as"]) if "work_as" in keys else None
    if last is None or ("work_as" in keys and work_as is None):
        return
    if not first <= last <= first + _LONGEST_RANGE:
        file.fail(
            keys["until"],
            "CAL20",
            f"khoảng {first} – {last} không hợp lý",
            f"the range {first} – {last} cannot be meant",
        )
        return
    why = Why(words.vi, words.en, number, paper is not None and paper.verified)
    for offset in range((last - first).days + 1):
        yield _Day(first + timedelta(days=offset), work_as, why)
