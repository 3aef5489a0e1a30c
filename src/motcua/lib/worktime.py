"""
Time as an office counts it: office hours with days off, make-up days and half days.

Every count is integer arithmetic on microseconds since an epoch, with one running sum per day, so that a
span of ten years costs the same as a span of ten minutes.

Basis: Civil Code 91/2015/QH13, articles 147 and 148 (when a limit starts and ends); Labour Code 45/2019/QH14,
articles 111 and 112 (days off).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from motcua.lib.bilingual import known_language
from motcua.lib.errors import Refused
from motcua.lib.limit import Limit, OnSupplement, Unit

__all__ = ["VIETNAM", "Limit", "OfficeHours", "OnSupplement", "Session", "SpecialDay", "Unit", "Why"]

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_MINUTE = 60_000_000
_DAY = 24 * 60 * _MINUTE
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

# Vietnam has kept one offset since 1975-06-13; a date far outside this is a slip of the pen, not a deadline.
_FIRST_THINKABLE_YEAR = 1976
_LAST_THINKABLE_YEAR = 2200

WEEKDAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Session(NamedTuple):
    """One sitting of an office in minutes after local midnight: 480 to 720 is 08:00–12:00; 1440 is 24:00."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{self.opens // 60:02}:{self.opens % 60:02}–{self.closes // 60:02}:{self.closes % 60:02}"

    @classmethod
    def from_text(cls, text: str) -> Session:
        """Read `08:00-12:00`; raises `ValueError` unless it opens before it closes, within one day."""
        opening, dash, closing = text.replace("–", "-").partition("-")
        opens, closes = _minutes(opening.strip()), _minutes(closing.strip())
        if not dash or opens is None or closes is None or opens >= closes:
            raise ValueError(f"not a session: {text}")
        return cls(opens, closes)


def _minutes(text: str) -> int | None:
    """Minutes after midnight of `08:00`; None when it is no time of day (24:00 is one)."""
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and len(minute) == 2 and int(minute) < 60):
        return None
    total = int(hour) * 60 + int(minute)
    return total if total <= 24 * 60 else None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a day differs from the plain week; `notice` is the number of the paper that says so, or empty."""

    vi: str
    en: str
    notice: str = ""
    verified: bool = True

    def in_language(self, language: str) -> str:
        """One line: the reason and, where there is one, the notice."""
        text = self.vi if known_language(language) == "vi" else self.en
        return f"{text} ({self.notice})" if self.notice else text


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from the week: no sessions on a day off, sessions on a make-up day; and why."""

    sessions: tuple[Session, ...]
    why: Why


class _Table(NamedTuple):
    """One entry per day from `first` on: micros and working days before that day, and its sessions."""

    first: int
    micros: list[int]
    workdays: list[int]
    sessions: list[tuple[tuple[int, int], ...]]


class OfficeHours:
    """When an office works: a week, the days that differ, a zone, and the years for which the days are known.

    `week` holds seven tuples of sessions, Monday first. `decided_until` is the last day fixed by a notice;
    days after it, up to the end of `last_year`, are the calendar keeper's expectation.

    The methods that take dates and datetimes raise `Refused` outside `first_year`–`last_year`, because Tết is
    decided each year. `count` and `run_out`, the integer doors of the case clock, go on with plain weeks
    instead, so that one dossier at the edge cannot stop a whole list; the clock marks that as provisional.
    """

    def __init__(
        self,
        name: str,
        week: Sequence[Sequence[Session]],
        exceptions: Mapping[date, SpecialDay] | None = None,
        *,
        first_year: int,
        last_year: int,
        decided_until: date | None = None,
        zone: ZoneInfo = VIETNAM,
        title_vi: str = "",
        title_en: str = "",
        verified: bool = False,
        source: str = "",
    ) -> None:
        self.name = name
        self.week = tuple(tuple(sessions) for sessions in week)
        self.exceptions = dict(exceptions or {})
        self.first_year = first_year
        self.last_year = last_year
        self.decided_until = decided_until or date(last_year, 12, 31)
        self.zone = zone
        self.title_vi = title_vi or name
        self.title_en = title_en or name
        self.verified = verified
        self.source = source
        if len(self.week) != 7 or not any(self.week):
            raise Refused(
                f"Lịch {name}: tuần phải có bảy ngày và ít nhất một buổi làm việc",
                f"Calendar {name}: a week has seven days and at least one session",
            )
        self._offset = _constant_offset(name, zone, first_year, last_year)
        self._wall_epoch = datetime(1970, 1, 1, tzinfo=zone)
        self._first_day = _day_number(date(first_year, 1, 1))
        self._last_day = _day_number(date(last_year, 12, 31))
        self._known_from = self._first_day * _DAY
        self._known_until = (_day_number(self.decided_until) + 1) * _DAY
        self._table = self._tabulate(first_year - 1, last_year + 1)

    def __repr__(self) -> str:
        return f"OfficeHours({self.name!r}, {self.first_year}–{self.last_year})"

    # Days

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens at all on that day; a half day is a working day."""
        return bool(self._sessions_on(self._strict_day(day)))

    def sessions(self, day: date) -> tuple[Session, ...]:
        """The sittings of that day, earliest first; none on a rest day."""
        opened = self._sessions_on(self._strict_day(day))
        return tuple(Session(opens // _MINUTE, closes // _MINUTE) for opens, closes in opened)

    def why(self, day: date) -> Why | None:
        """Why the day is off, or worked although the week says otherwise; None on an ordinary day."""
        number = self._strict_day(day)
        special = self.exceptions.get(_date(number))
        if special is not None:
            return special.why
        weekday = _weekday(number)
        if self.week[weekday]:
            return None
        return Why(f"{WEEKDAYS_VI[weekday]}, ngày nghỉ hằng tuần", f"{WEEKDAYS_EN[weekday]}, weekly rest day")

    def close_of(self, day: date) -> datetime:
        """When the office closes that day; 24:00 is the last microsecond, so that the date stays right."""
        number = self._strict_day(day)
        if not self._sessions_on(number):
            raise Refused(
                f"Lịch {self.name}: ngày {_date(number):%d/%m/%Y} là ngày nghỉ, không có giờ đóng cửa",
                f"Calendar {self.name}: {_date(number)} is a rest day and has no closing time",
            )
        return self.moment(self._close(number))

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself is not counted; n is at least 1."""
        if n < 1:
            raise Refused("Số ngày làm việc phải từ 1 trở lên", "The number of working days is at least 1")
        found = self._nth_working_day(self._strict_day(day), n)
        return _date(self._strict(found))

    def covers(self, until: date) -> bool:
        """Whether every day from the first declared year to `until` is fixed by notice, none assumed."""
        return self._first_day <= self._number_of(until) <= _day_number(self.decided_until)

    # Moments

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from start to end; negative when end comes first."""
        first, last = self.micros(start), self.micros(end)
        self._strict(first // _DAY)
        self._strict(last // _DAY)
        return timedelta(microseconds=self._elapsed(last) - self._elapsed(first))

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The earliest moment, not before start, at which `span` of working time has passed since start."""
        wanted = _micros_of(span)
        if wanted < 0:
            raise Refused("Khoảng thời gian không được âm", "The span must not be negative")
        first = self.micros(start)
        self._strict(first // _DAY)
        found = self.run_out(Unit.WORKING_HOURS, first, wanted)
        self._strict(found // _DAY)
        return self.moment(found)

    def local_date(self, moment: datetime) -> date:
        """The date on the wall of the office at that moment."""
        return _date(self.micros(moment) // _DAY)

    # Integer doors: microseconds of local wall time since 1970-01-01 00:00

    def micros(self, moment: datetime) -> int:
        """Local wall time in microseconds; raises `Refused` for a datetime without a zone."""
        try:
            since = moment - _EPOCH
        except TypeError:
            raise Refused(
                f"Thời điểm {moment} không có múi giờ: hãy ghi rõ, ví dụ +07:00",
                f"The moment {moment} has no zone: say which, for example +07:00",
            ) from None
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds + self._offset

    def moment(self, micros: int) -> datetime:
        """The datetime, in the zone of the office, of a local wall time in microseconds."""
        # Adding to an aware datetime moves the wall clock, and wall time is what `micros` counts.
        return self._wall_epoch + timedelta(microseconds=micros)

    def count(self, unit: Unit, start: int, end: int) -> int:
        """How much of `unit` passes from start to end: microseconds for hour units, whole days for day units.

        The day of the start is not counted (Civil Code 2015, article 147(2)); a day is counted once it is
        over: at the close of the office for working days, at 24:00 for calendar days.
        """
        if unit is Unit.WORKING_HOURS:
            return self._elapsed(end) - self._elapsed(start)
        if unit is Unit.HOURS:
            return end - start
        first, last = start // _DAY, end // _DAY
        if last <= first:
            return 0
        if unit is Unit.DAYS:
            return last - first - 1
        table, i = self._at(first)
        table, j = self._at(last)
        i = first - table.first
        whole = table.workdays[j] - table.workdays[i + 1]
        today = table.sessions[j]
        return whole + (1 if today and today[-1][1] <= end - last * _DAY else 0)

    def run_out(self, unit: Unit, start: int, left: int) -> int:
        """The moment at which `left` (microseconds or days) has passed since start.

        Working days end at the close of the office on the last of them; calendar days at 24:00 of the last,
        moved to the next working day when that is a rest day (article 148(1), (5), (6)). 24:00 is the last
        microsecond of the day.
        """
        if left == 0 and not unit.is_days:
            return start
        if unit is Unit.HOURS:
            return start + left
        if unit is Unit.WORKING_HOURS:
            return self._worked(self._elapsed(start) + left)
        first = start // _DAY
        if unit is Unit.DAYS:
            return (self._working_day_from(first + left) + 1) * _DAY - 1
        if left == 0:
            return max(start, self._close(self._working_day_from(first)))
        return self._close(self._nth_working_day(first, left))

    def is_known(self, first: int, last: int) -> bool:
        """Whether all days between two local moments are declared and decided."""
        return self._known_from <= first and last < self._known_until

    # Below: how it is counted

    def _elapsed(self, micros: int) -> int:
        # The busiest lines of the project: the look-up of `_at` is written out to save a call.
        day, of_day = divmod(micros, _DAY)
        first, sums, _, sessions = self._table
        i = day - first
        if not 0 <= i < len(sessions):
            (_, sums, _, sessions), i = self._at(day)
        total = sums[i]
        for opens, closes in sessions[i]:
            if of_day <= opens:
                break
            total += (of_day if of_day < closes else closes) - opens
        return total

    def _worked(self, target: int) -> int:
        table = self._table
        while table.micros[-1] < target:
            table = self._further()
        i = bisect_left(table.micros, target) - 1
        rest = target - table.micros[i]
        for opens, closes in table.sessions[i]:
            if rest <= closes - opens:
                return (table.first + i) * _DAY + opens + rest
            rest -= closes - opens
        raise AssertionError("a day holds less working time than its sum says")

    def _nth_working_day(self, day: int, n: int) -> int:
        table, i = self._at(day)
        target = table.workdays[i + 1] + n
        while table.workdays[-1] < target:
            table = self._further()
        return table.first + bisect_left(table.workdays, target) - 1

    def _working_day_from(self, day: int) -> int:
        return day if self._sessions_on(day) else self._nth_working_day(day, 1)

    def _close(self, day: int) -> int:
        return day * _DAY + min(self._sessions_on(day)[-1][1], _DAY - 1)

    def _sessions_on(self, day: int) -> tuple[tuple[int, int], ...]:
        table, i = self._at(day)
        return table.sessions[i]

    def _at(self, day: int) -> tuple[_Table, int]:
        table = self._table
        i = day - table.first
        if 0 <= i < len(table.sessions):
            return table, i
        table = self._grown(day)
        return table, day - table.first

    def _further(self) -> _Table:
        """The table with ten years more, or up to the last year that can be meant; past that it refuses."""
        end = self._table.first + len(self._table.sessions)
        return self._grown(max(end, min(end + 3653, _day_number(date(_LAST_THINKABLE_YEAR, 12, 31)))))

    def _grown(self, day: int) -> _Table:
        """The table, made longer with plain weeks so that it holds `day`."""
        thinkable = (
            _day_number(date(_FIRST_THINKABLE_YEAR, 1, 1))
            <= day
            <= _day_number(date(_LAST_THINKABLE_YEAR, 12, 31))
        )
        if not thinkable:
            raise Refused(
                f"Lịch {self.name}: thời điểm ngoài khoảng {_FIRST_THINKABLE_YEAR}–{_LAST_THINKABLE_YEAR}, "
                "hãy xem lại ngày tháng",
                f"Calendar {self.name}: a moment outside {_FIRST_THINKABLE_YEAR}–{_LAST_THINKABLE_YEAR}; "
                "check the date",
            )
        old_first = _date(self._table.first).year
        old_last = _date(self._table.first + len(self._table.sessions) - 1).year
        year = _date(day).year
        # One assignment: a reader in another thread sees the old table or the new one, never half of it.
        self._table = self._tabulate(min(old_first, year - 1), max(old_last, year + 1))
        return self._table

    def _tabulate(self, first_year: int, last_year: int) -> _Table:
        first, last = _day_number(date(first_year, 1, 1)), _day_number(date(last_year, 12, 31))
        special = {_day_number(day): _in_micros(it.sessions) for day, it in self.exceptions.items()}
        week = [_in_micros(sessions) for sessions in self.week]
        worked: dict[tuple[tuple[int, int], ...], int] = {}
        micros, workdays, sessions = [0], [0], []
        for day in range(first, last + 1):
            today = special.get(day)
            if today is None:
                today = week[_weekday(day)]
            if today not in worked:
                worked[today] = sum(closes - opens for opens, closes in today)
            sessions.append(today)
            micros.append(micros[-1] + worked[today])
            workdays.append(workdays[-1] + (1 if today else 0))
        # Sums count from the first declared day, so that a table grown backwards agrees with its past.
        origin = self._first_day - first
        return _Table(
            first,
            [total - micros[origin] for total in micros],
            [total - workdays[origin] for total in workdays],
            sessions,
        )

    def _number_of(self, day: date) -> int:
        # A datetime is a date too; its day is the one on the wall of the office.
        return self.micros(day) // _DAY if isinstance(day, datetime) else _day_number(day)

    def _strict_day(self, day: date) -> int:
        return self._strict(self._number_of(day))

    def _strict(self, day: int) -> int:
        if self._first_day <= day <= self._last_day:
            return day
        year = _date(day).year
        raise Refused(
            f"Lịch {self.name} chỉ có các năm {self.first_year}–{self.last_year}, chưa có năm {year}: "
            "lịch nghỉ Tết được quyết định từng năm, hãy bổ sung thông báo nghỉ của năm đó vào lịch",
            f"Calendar {self.name} holds the years {self.first_year}–{self.last_year} and not {year}: "
            "Tết is decided each year, so add that year's notice to the calendar",
            place=self.name,
        )


def _constant_offset(name: str, zone: ZoneInfo, first_year: int, last_year: int) -> int:
    """The offset from UTC in microseconds, taken from the zone once.

    Vietnam has been at UTC+7 without summer time since 1975, so one number serves every moment and saves a
    look-up for each of millions of events. A zone that changes its clock within the years is refused.
    """
    offsets = {
        datetime(year, month, day, 12, tzinfo=zone).utcoffset()
        for year in range(max(first_year - 1, 1), last_year + 2)
        for month in range(1, 13)
        for day in (1, 15)
    }
    if len(offsets) != 1:
        raise Refused(
            f"Lịch {name}: múi giờ {zone.key} đổi giờ theo mùa, chưa hỗ trợ",
            f"Calendar {name}: the zone {zone.key} changes its offset, which is not supported",
        )
    return _micros_of(offsets.pop() or timedelta())


def _micros_of(span: timedelta) -> int:
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def _in_micros(sessions: Sequence[Session]) -> tuple[tuple[int, int], ...]:
    return tuple((session.opens * _MINUTE, session.closes * _MINUTE) for session in sorted(sessions))


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH_ORDINAL


def _date(number: int) -> date:
    return date.fromordinal(number + _EPOCH_ORDINAL)


def _weekday(number: int) -> int:
    # 1970-01-01 was a Thursday.
    return (number + 3) % 7
