"""
Reads an event log (CSV, one row an event) by its mapping: cases in, and every defect one by one. Pure, no clock read.

A defect either refuses rows or is kept beside what is imported. Nothing is lost: every row is an event of a case or
the row of exactly one refusing defect, so `log.rows == log.imported + log.refused`.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from motcua.eventlog.mapping import Mapping
from motcua.eventlog.stamps import Precision, Stamp, Stamps
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import nfc

# What our register holds of a reference and of an actor.
LONGEST_REFERENCE, LONGEST_ACTOR = 64, 60
ATTRIBUTES = ("channel", "department", "start", "deadline", "planned_end", "end")


@dataclass(frozen=True)
class Defect:
    """One thing wrong, in one case, at one line (from 1, the header is line 1); `refuses` tells that its row stays out."""

    code: str
    case: str
    line: int
    vi: str
    en: str
    refuses: bool = False
    row: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """One row that counts: `kind` and `activity` are ours, `at` is aware."""

    line: int
    at: datetime
    activity: str
    kind: str
    resource: str


@dataclass
class Case:
    """One case of the log; its moments are aware, and None where the log says nothing usable."""

    id: str
    line: int
    channel: str
    logged_channel: str
    department: str
    start: datetime
    deadline: datetime | None
    planned_end: datetime | None
    end: datetime | None
    events: list[Event] = field(default_factory=list)

    @property
    def span(self) -> int:
        """Microseconds from the first to the last event."""
        moments = [event.at for event in self.events]
        whole = max(moments) - min(moments)
        return (whole.days * 86_400 + whole.seconds) * 1_000_000 + whole.microseconds


@dataclass
class Log:
    """What a log holds once read."""

    rows: int = 0
    cases: list[Case] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    @property
    def imported(self) -> int:
        """Rows that became events."""
        return sum(len(case.events) for case in self.cases)

    @property
    def refused(self) -> int:
        """Rows that stay out."""
        return sum(defect.refuses for defect in self.defects)

    def counts(self) -> Counter[str]:
        """How often each defect was met; a refused case counts once, however many rows it has."""
        seen = {(d.code, d.case if d.code in OF_A_CASE else d.line) for d in self.defects}
        return Counter(code for code, _ in seen)


OF_A_CASE = frozenset({
    "unknown-channel", "end-before-start", "case-id-too-long", "missing-end", "event-after-end", "event-before-start",
    "end-at-start", "missing-start", "missing-deadline", "deadline-not-after-start",
})  # fmt: skip


@dataclass
class _Row:
    line: int
    cells: tuple[str, ...]
    values: dict[str, str]


def read_log(content: bytes, mapping: Mapping, *, now: datetime) -> Log:
    """
    Read a whole log. Malformed for bytes that are no CSV; Invalid when columns of the mapping are not in the header.

    Stamps after `now` are defects: a log tells what has happened.
    """
    return _Reading(mapping, now).read(content)


class _Reading:
    def __init__(self, mapping: Mapping, now: datetime) -> None:
        self.mapping = mapping
        self.stamps = Stamps(mapping, now)
        self.log = Log()

    def read(self, content: bytes) -> Log:
        grouped: dict[str, list[_Row]] = {}
        for row in self._rows(_text(content)):
            case = row.values["case"]
            if not case:
                self.refuse("no-case", row, "thiếu mã hồ sơ", "the row names no case")
            else:
                grouped.setdefault(case, []).append(row)
        for case, rows in grouped.items():
            self._case(case, rows)
        self.log.defects.sort(key=lambda defect: (defect.line, defect.code))
        return self.log

    def refuse(self, code: str, row: _Row, vi: str, en: str) -> None:
        """Keep one row out, with its reason and its cells."""
        case = row.values.get("case", "")
        self.log.defects.append(Defect(code, case, row.line, vi, en, refuses=True, row=row.cells))

    def flag(self, code: str, row: _Row, vi: str, en: str) -> None:
        """Note what is wrong with a row or case that is imported all the same."""
        self.log.defects.append(Defect(code, row.values["case"], row.line, vi, en))

    # Rows

    def _rows(self, text: str) -> Iterator[_Row]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.mapping.delimiter, strict=True)
        try:
            header = [nfc(cell.strip()) for cell in next(reader, [])]
            places = self._places(header)
            line = reader.line_num + 1
            for cells in reader:
                here, line = line, reader.line_num + 1
                if not cells:
                    continue
                self.log.rows += 1
                if len(cells) != len(header):
                    self.refuse(
                        "row-width", _Row(here, tuple(cells), {}),
                        f"dòng có {len(cells)} ô, tiêu đề có {len(header)}",
                        f"the row has {len(cells)} cells, the header {len(header)}",
                    )  # fmt: skip
                    continue
                yield _Row(here, tuple(cells), {name: nfc(cells[at].strip()) for name, at in places.items()})
        except csv.Error as error:
            raise Malformed(
                f"CSV hỏng: {error}. Hãy xuất lại nhật ký.",
                f"Broken CSV: {error}. Export the log again.",
                place=f"line {reader.line_num}",
            ) from error

    def _places(self, header: Sequence[str]) -> dict[str, int]:
        findings = []
        for key, name in self.mapping.columns.named().items():
            times = header.count(nfc(name))
            if times != 1:
                close = difflib.get_close_matches(name, header, n=1)
                vi, en = (f"; ý bạn là {close[0]!r}?", f"; did you mean {close[0]!r}?") if close else ("", "")
                findings.append(
                    Finding(
                        "column", f"columns.{key}",
                        f"tiêu đề có {times} cột tên {name!r}, cần đúng một{vi}",
                        f"the header has {times} columns named {name!r}, one is needed{en}",
                    )
                )  # fmt: skip
        if findings:
            raise Invalid(findings)
        return {key: header.index(nfc(name)) for key, name in self.mapping.columns.named().items()}

    # Cases

    def _case(self, name: str, rows: list[_Row]) -> None:
        reason = self._refusal(name, rows[0])
        if reason is not None:
            for row in rows:
                self.refuse(row=row, **reason)
            return
        events = self._events(rows)
        if not events:
            return
        self._differing(rows)
        first = rows[0]
        start = self._moment(first, "start", "missing-start")
        deadline = self._moment(first, "deadline", "missing-deadline")
        planned = self._moment(first, "planned_end", "")
        end = self._moment(first, "end", "missing-end")
        began = start.at if start else min(event.at for event in events)
        logged_end = ended = end.at_end if end else None
        if ended is not None and ended < began:
            # The days agree, only the times contradict each other: the day is believed. Otherwise nothing is.
            if ended.astimezone(self.mapping.tz).date() != began.astimezone(self.mapping.tz).date():
                self._refuse_backwards(rows, events, began, ended)
                return
            self.flag(
                "end-at-start", first,
                f"kết thúc {ended.isoformat()} trước lúc bắt đầu cùng ngày; lấy lúc bắt đầu",
                f"the end {ended.isoformat()} is before the start of the same day; the start is taken",
            )  # fmt: skip
            ended = began
        case = Case(
            name, first.line, self._channel(first) or "", first.values.get("channel", ""),
            first.values.get("department", ""), began, deadline.at_end if deadline else None,
            planned.at_end if planned else None, ended, events,
        )  # fmt: skip
        self._order(case, rows, logged_end)
        self.log.cases.append(case)

    def _refusal(self, name: str, first: _Row) -> dict[str, str] | None:
        if self._channel(first) is None:
            known = ", ".join(self.mapping.channels)
            channel = first.values.get("channel", "")
            return {
                "code": "unknown-channel",
                "vi": f"cách nộp {channel!r} không có trong bảng ánh xạ ({known})",
                "en": f"the channel {channel!r} is not in the mapping ({known})",
            }
        if len(self.mapping.reference(name)) > LONGEST_REFERENCE:
            return {
                "code": "case-id-too-long",
                "vi": f"mã hồ sơ dài quá {LONGEST_REFERENCE - len(self.mapping.source) - 1} ký tự",
                "en": f"the case id has over {LONGEST_REFERENCE - len(self.mapping.source) - 1} characters",
            }
        return None

    def _channel(self, row: _Row) -> str | None:
        return self.mapping.channels.get(row.values.get("channel", ""), self.mapping.channel_otherwise)

    def _refuse_backwards(
        self, rows: list[_Row], events: list[Event], began: datetime, ended: datetime
    ) -> None:
        counted = {event.line for event in events}
        for row in rows:
            if row.line in counted:
                self.refuse(
                    "end-before-start", row,
                    f"hồ sơ kết thúc {ended.isoformat()} trước ngày bắt đầu {began.isoformat()}",
                    f"the case ends on {ended.isoformat()}, before the day it starts, {began.isoformat()}",
                )  # fmt: skip

    def _events(self, rows: list[_Row]) -> list[Event]:
        events: list[Event] = []
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            activity = self.mapping.activities.get(row.values["activity"])
            stamp = self.stamps.read(row.values["time"])
            resource = row.values.get("resource", "")
            key = tuple(row.values.get(name, "") for name in ("activity", "time", "resource", "instance"))
            if isinstance(stamp, str):
                self.refuse(stamp, row, *self.stamps.why(stamp, row.values["time"]))
            elif activity is None:
                self.refuse(
                    "unknown-activity", row,
                    f"hoạt động {row.values['activity']!r} không có trong bảng ánh xạ",
                    f"the activity {row.values['activity']!r} is not in the mapping",
                )  # fmt: skip
            elif len(f"import:{resource}") > LONGEST_ACTOR:
                self.refuse(
                    "resource-too-long", row, "tên người xử lý quá dài", "the resource's name is too long"
                )
            elif key in seen:
                self.refuse("duplicate", row, f"lặp lại dòng {seen[key]}", f"the same as line {seen[key]}")
            else:
                seen[key] = row.line
                self._flag_stamp(row, stamp, row.values["time"])
                events.append(Event(row.line, stamp.at, activity.id, activity.kind, resource))
        # Stable: what has one time keeps the order of the file.
        return sorted(events, key=lambda event: event.at)

    def _moment(self, row: _Row, name: str, when_missing: str) -> Stamp | None:
        """One moment of a case; what is missing or unusable is flagged and then treated as not said."""
        if name not in row.values:
            return None
        text = row.values[name]
        stamp = self.stamps.read(text, ahead=name in {"deadline", "planned_end"})
        if not isinstance(stamp, str):
            if name in {"start", "end"}:
                self._flag_stamp(row, stamp, text)
            return stamp
        if stamp == "no-time":
            if when_missing:
                vi, en = _MISSING[when_missing]
                self.flag(when_missing, row, vi, en)
            return None
        vi, en = self.stamps.why(stamp, text)
        self.flag(
            f"bad-{name.replace('_', '-')}",
            row,
            f"{name}: {vi}; coi như không ghi",
            f"{name}: {en}; left out",
        )
        return None

    def _flag_stamp(self, row: _Row, stamp: Stamp, text: str) -> None:
        if stamp.precision is Precision.DAY:
            self.flag(
                "date-only", row, f"{text!r} chỉ có ngày, không có giờ", f"{text!r} is a day without a time"
            )
        elif stamp.precision is Precision.AMBIGUOUS:
            self.flag(
                "ambiguous-time", row,
                f"{text!r} rơi vào lúc đổi giờ của {self.mapping.zone}; lấy lần đầu",
                f"{text!r} falls into a change of the clocks of {self.mapping.zone}; the earlier is taken",
            )  # fmt: skip

    def _differing(self, rows: list[_Row]) -> None:
        """A case has one start, one deadline, one channel: a row that says otherwise is told."""
        for row in rows[1:]:
            names = [n for n in ATTRIBUTES if n in row.values and row.values[n] != rows[0].values[n]]
            if names:
                self.flag(
                    "attribute-differs", row,
                    f"{', '.join(names)} khác dòng {rows[0].line}; lấy theo dòng đầu của hồ sơ",
                    f"{', '.join(names)} differs from line {rows[0].line}; the case's first row counts",
                )  # fmt: skip

    def _order(self, case: Case, rows: list[_Row], logged_end: datetime | None) -> None:
        by_line = {row.line: row for row in rows}
        early = [event for event in case.events if event.at < case.start]
        after = [event for event in case.events if logged_end is not None and event.at > logged_end]
        if early:
            self.flag(
                "event-before-start", by_line[early[0].line],
                f"{len(early)} sự kiện trước lúc bắt đầu {case.start.isoformat()}",
                f"{len(early)} events before the start {case.start.isoformat()}",
            )  # fmt: skip
        if after:
            self.flag(
                "event-after-end", by_line[after[0].line],
                f"{len(after)} sự kiện sau lúc kết thúc; ghi là ghi chú sau kết quả",
                f"{len(after)} events after the end; kept as notes after the result",
            )  # fmt: skip
        if case.deadline is not None and case.deadline <= case.start:
            self.flag(
                "deadline-not-after-start", rows[0],
                "hạn không sau lúc bắt đầu; hồ sơ không có thời hạn",
                "the deadline is not after the start; the case gets no limit",
            )  # fmt: skip
            case.deadline = None


_MISSING = {
    "missing-start": ("thiếu ngày bắt đầu; lấy sự kiện đầu tiên", "no start; the first event is taken"),
    "missing-deadline": ("thiếu hạn; hồ sơ không có thời hạn", "no deadline; the case gets no limit"),
    "missing-end": ("thiếu ngày kết thúc; hồ sơ còn đang xử lý", "no end; the case stays open"),
}


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Malformed(
            f"không phải UTF-8 (byte {error.start}). Hãy xuất lại bằng UTF-8.",
            f"not UTF-8 (byte {error.start}). Export the log in UTF-8.",
            place=f"line {line}",
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Malformed(
            "có byte rỗng: không phải văn bản.", "it holds a zero byte: not text.", place=f"line {line}"
        )
    return text
