"""
The account of a deadline for people: day by day, what was counted, what was not and why, up to the end.

Text-making over what the clock recorded; moments are the calendar's local microseconds, as in `worktime`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from motcua.lib.bilingual import Text, known_language
from motcua.lib.worktime import WEEKDAYS_EN, WEEKDAYS_VI, Limit, OfficeHours, Session, Unit, Why

_DAY = 24 * 60 * 60_000_000

REASONS = {
    "supplement": Text("chờ bổ sung hồ sơ", "waiting for a supplement"),
    "payment": Text("chờ nộp phí, lệ phí", "waiting for payment"),
    "inspection": Text("chờ kết quả kiểm tra chuyên ngành", "waiting for the specialised inspection"),
    "opinion": Text("chờ ý kiến cơ quan khác", "waiting for another agency's opinion"),
}


class Run(NamedTuple):
    """A stretch in which the clock ran, counted in one unit; `most` is what a stretch to its end counts."""

    since: int
    until: int
    unit: Unit
    most: int | None = None


class Pause(NamedTuple):
    """A stretch in which the clock stood still, and for which reasons; no reason means finished."""

    since: int
    until: int | None
    reasons: frozenset[str]


class Turn(NamedTuple):
    """The limit changed: by `extra`, or because it began anew; not `in_force` means that it came too late."""

    at: int
    extra: Limit | None
    in_force: bool


class LineKind(StrEnum):
    """Counted already, still expected, or the closing line with the due moment."""

    COUNTED = "counted"
    EXPECTED = "expected"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Line:
    """One day, or the part of a day before or after a break (now, a limit begun anew); last the due moment.

    Durations are counted for hours and whole days for days, both when an extension has another unit.
    `unit` is that of the limit; `vi` and `en` say what happened that day and why nothing was counted.
    """

    on: date
    kind: LineKind
    unit: Unit
    sessions: str
    counted_time: timedelta
    counted_days: int
    total_time: timedelta
    total_days: int
    vi: str
    en: str

    @property
    def expected(self) -> bool:
        """Still ahead at the moment of asking."""
        return self.kind is LineKind.EXPECTED

    def in_language(self, language: str) -> str:
        """The remark of that day."""
        return self.vi if known_language(language) == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Account:
    """Everything the explanation needs, as the clock recorded it."""

    hours: OfficeHours
    limit: Limit | None
    runs: Sequence[Run]
    planned: Sequence[Run]
    pauses: Sequence[Pause]
    turns: Sequence[Turn]
    start: int
    stop: int | None
    now: int
    due: int | None
    paused_for: frozenset[str]

    @property
    def unit(self) -> Unit:
        """The unit of the limit; without a limit working time is shown."""
        return self.limit.unit if self.limit is not None else Unit.WORKING_HOURS

    @property
    def told(self) -> int:
        """Up to here it has happened: the result, or now; what follows is expected."""
        return max(self.start, self.now if self.stop is None else self.stop)


def day_by_day(account: Account) -> list[Line]:
    """The lines of an account, oldest first, closed by the due line."""
    lines: list[Line] = []
    time = days = 0
    anew = {turn.at for turn in account.turns if turn.extra is None}
    for since, until, expected in _pieces(account, anew):
        if since in anew:
            time = days = 0
        micros, whole = _counted(account, since, until, expected)
        time, days = time + micros, days + whole
        on = account.hours.moment(since).date()
        if expected and not (micros or whole) and on == account.hours.moment(account.told).date():
            # The rest of today, with nothing more to count, has no news.
            continue
        sessions, why = _day(account.hours, on)
        remarks = _remarks(account, since, until, expected, why, counted=bool(micros or whole))
        lines.append(
            Line(
                on,
                LineKind.EXPECTED if expected else LineKind.COUNTED,
                account.unit,
                ", ".join(map(str, sessions)),
                timedelta(microseconds=micros),
                whole,
                timedelta(microseconds=time),
                days,
                "; ".join(remark.vi for remark in remarks),
                "; ".join(remark.en for remark in remarks),
            )
        )
    closing = _closing(account)
    on = account.hours.moment(account.now if account.due is None else account.due).date()
    total = timedelta(microseconds=time)
    lines.append(
        Line(on, LineKind.DUE, account.unit, "", timedelta(), 0, total, days, closing.vi, closing.en)
    )
    return lines


def as_text(lines: Sequence[Line], language: str) -> str:
    """The account as a plain table, one line a day, for a terminal or a page without style."""
    rows = []
    for line in lines:
        weekday = (WEEKDAYS_VI if known_language(language) == "vi" else WEEKDAYS_EN)[line.on.weekday()]
        head = f"{weekday} {line.on:%d/%m/%Y}"
        if line.kind is LineKind.DUE:
            rows.append(f"= {line.in_language(language)}")
            continue
        mark = "…" if line.expected else "+"
        counted = _short(line.unit, line.counted_time, line.counted_days, language)
        total = _short(line.unit, line.total_time, line.total_days, language)
        rows.append(f"{mark} {head:<20} {counted + ' → ' + total:<17} {line.in_language(language)}".rstrip())
    return "\n".join(rows)


def amount_in_words(unit: Unit, time: timedelta, days: int, language: str) -> str:
    """`6 giờ 30 phút làm việc`, `2 working days`; with both parts, the one of `unit` stands first."""
    vi = known_language(language) == "vi"
    working = unit in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)
    day_text = Limit(days, Unit.WORKING_DAYS if working else Unit.DAYS).in_words(language)
    hour, minute = divmod(time // timedelta(minutes=1), 60)
    if vi:
        time_text = " ".join([f"{hour} giờ"] * bool(hour or not minute) + [f"{minute} phút"] * bool(minute))
        time_text += " làm việc" if working else ""
    else:
        time_text = " ".join([f"{hour} h"] * bool(hour or not minute) + [f"{minute} min"] * bool(minute))
        time_text += " of working time" if working else ""
    if unit.is_days:
        return f"{day_text} + {time_text}" if time else day_text
    return f"{time_text} + {day_text}" if days else time_text


def when(moment: datetime) -> Text:
    """`15:00 Thứ Tư 04/03/2026` in both languages."""
    stamp = f"{moment:%d/%m/%Y}"
    day = moment.weekday()
    return Text(f"{moment:%H:%M} {WEEKDAYS_VI[day]} {stamp}", f"{moment:%H:%M} {WEEKDAYS_EN[day]} {stamp}")


def _pieces(account: Account, anew: set[int]) -> list[tuple[int, int, bool]]:
    """The time to tell, cut at midnights, at now and where a limit began anew: since, until, expected."""
    told = account.told
    last = max([told, *(run.until for run in account.planned)])
    midnights = range((account.start // _DAY + 1) * _DAY, last, _DAY)
    inner = {cut for cut in [*midnights, told, *anew] if account.start < cut < last}
    edges = sorted({account.start, *inner, last})
    pieces = [(since, until, since >= told) for since, until in pairwise(edges)]
    if told == account.start or told in anew:
        # Nothing of this limit has passed yet, and still a line tells when counting began.
        pieces.insert(sum(not expected for *_, expected in pieces), (told, told, False))
    return pieces


def _counted(account: Account, since: int, until: int, expected: bool) -> tuple[int, int]:
    """Microseconds and whole days counted in a piece of a day."""
    micros = days = 0
    for run in account.planned if expected else account.runs:
        if run.unit.is_days:
            days += _closes_within(account.hours, run, since, until)
        elif run.since < until and since < run.until:
            micros += account.hours.count(run.unit, max(since, run.since), min(until, run.until))
    return micros, days


def _closes_within(hours: OfficeHours, run: Run, since: int, until: int) -> int:
    """1 when the day of the piece is counted by the run and is over within the piece, else 0."""
    day = since // _DAY
    before = hours.count(run.unit, run.since, day * _DAY)
    if hours.count(run.unit, run.since, (day + 1) * _DAY) == before:
        return 0
    closes = (day + 1) * _DAY - 1 if run.unit is Unit.DAYS else _close_of(hours, day)
    # 24:00 is written as the last microsecond; a stretch that was cut short has to pass it to count the day.
    over = closes if run.most is not None or (closes + 1) % _DAY else closes + 1
    if not (since < closes <= until and over <= run.until):
        return 0
    return 1 if run.most is None or before < run.most else 0


def _close_of(hours: OfficeHours, day: int) -> int:
    sessions, _ = _day(hours, hours.moment(day * _DAY).date())
    return min(day * _DAY + sessions[-1].closes * 60_000_000, (day + 1) * _DAY - 1)


def _day(hours: OfficeHours, on: date) -> tuple[tuple[Session, ...], Why | None]:
    if hours.first_year <= on.year <= hours.last_year:
        return hours.sessions(on), hours.why(on)
    unknown = Why(
        f"lịch nghỉ năm {on.year} chưa có, tạm tính như tuần thường",
        f"the days off of {on.year} are not known yet, a plain week is assumed",
        verified=False,
    )
    return hours.week[on.weekday()], unknown


def _remarks(
    account: Account, since: int, until: int, expected: bool, why: Why | None, *, counted: bool
) -> list[Text]:
    """What is to be said of a piece of a day, in the order in which it happened."""
    remarks: list[Text] = []
    if why is not None and account.unit in (Unit.WORKING_HOURS, Unit.WORKING_DAYS):
        remarks.append(Text(why.in_language("vi"), why.in_language("en")))
    if not expected:
        told = [
            *_standstills(account, since, until),
            *_changes(account, since, until),
            *_beginnings(account, since, until),
        ]
        remarks += [text for _, text in sorted(told, key=lambda it: it[0])]
    if account.stop is not None and until == account.stop:
        at = account.hours.moment(account.stop)
        remarks.append(Text(f"có kết quả lúc {at:%H:%M}", f"finished at {at:%H:%M}"))
    if not counted and not remarks:
        remarks.append(_nothing(account.unit, until, expected))
    return remarks


def _standstills(account: Account, since: int, until: int) -> Iterator[tuple[int, Text]]:
    for pause in account.pauses:
        begin, end = max(since, pause.since), until if pause.until is None else min(until, pause.until)
        if begin < end:
            yield begin, _stood_still(account.hours, pause, begin, end)


def _changes(account: Account, since: int, until: int) -> Iterator[tuple[int, Text]]:
    """Extensions and limits begun anew; what happens just now is told in the last piece."""
    for turn in account.turns:
        now = turn.at == until == account.now and (turn.extra is not None or since == until)
        if since <= turn.at < until or now:
            yield turn.at, _changed(account.hours, turn)


def _beginnings(account: Account, since: int, until: int) -> Iterator[tuple[int, Text]]:
    """Where the clock began or went on in this piece; under a limit in days that day is not counted."""
    # A stage that follows another without a break is no beginning.
    for at in {run.since for run in [*account.runs, *account.planned]} - {run.until for run in account.runs}:
        if not (since <= at < until or since == at == until):
            continue
        clock = f"{account.hours.moment(at):%H:%M}"
        first = at == account.start
        vi = f"bắt đầu tính lúc {clock}" if first else f"tiếp tục tính lúc {clock}"
        en = f"counting begins at {clock}" if first else f"counting goes on at {clock}"
        if account.unit.is_days:
            vi += ", ngày này không tính vào thời hạn (khoản 2 Điều 147 BLDS 2015)"
            en += ", this day is not counted (Civil Code 2015, article 147(2))"
        yield at, Text(vi, en)


def _changed(hours: OfficeHours, turn: Turn) -> Text:
    clock = f"{hours.moment(turn.at):%H:%M}"
    if turn.extra is None:
        return Text(f"nhận bổ sung lúc {clock}, tính lại từ đầu", f"supplement at {clock}, counted anew")
    vi, en = turn.extra.in_words("vi"), turn.extra.in_words("en")
    if turn.in_force:
        return Text(f"gia hạn thêm {vi} lúc {clock}", f"extended by {en} at {clock}")
    return Text(
        f"gia hạn {vi} lúc {clock} không có tác dụng vì đã quá hạn",
        f"the extension by {en} at {clock} has no effect, the limit had run out",
    )


def _stood_still(hours: OfficeHours, pause: Pause, begin: int, end: int) -> Text:
    whole_day = begin % _DAY == 0 and end % _DAY == 0
    last = "24:00" if end % _DAY == 0 else f"{hours.moment(end):%H:%M}"
    stretch = f"{hours.moment(begin):%H:%M}–{last}"
    if not pause.reasons:
        return Text(f"đã có kết quả, không tính {stretch}", f"finished earlier, nothing counted {stretch}")
    vi = ", ".join(_reason(reason).vi for reason in sorted(pause.reasons))
    en = ", ".join(_reason(reason).en for reason in sorted(pause.reasons))
    if whole_day:
        return Text(f"tạm dừng cả ngày: {vi}", f"paused all day: {en}")
    return Text(f"tạm dừng {stretch}: {vi}", f"paused {stretch}: {en}")


def _reason(reason: str) -> Text:
    kind, _, detail = reason.partition(":")
    known = REASONS.get(kind)
    if known is None:
        return Text(reason or "không ghi lý do", reason or "no reason given")
    return Text(f"{known.vi} ({detail})", f"{known.en} ({detail})") if detail else known


def _nothing(unit: Unit, until: int, expected: bool) -> Text:
    if unit.is_days and until % _DAY and not expected:
        return Text("ngày chưa kết thúc", "the day is not over yet")
    if unit is Unit.DAYS:
        return Text(
            "ngày cuối rơi vào ngày nghỉ nên lùi sang ngày làm việc tiếp theo (khoản 5 Điều 148 BLDS 2015)",
            "the last day is a rest day, so the limit ends on the next working day (article 148(5))",
        )
    return Text("ngoài giờ làm việc", "outside office hours")


def _closing(account: Account) -> Text:
    if account.due is not None:
        at = when(account.hours.moment(account.due))
        if account.due < (account.now if account.stop is None else account.stop):
            return Text(f"Đã quá hạn từ {at.vi}", f"Late since {at.en}")
        return Text(f"Hạn trả kết quả: {at.vi}", f"Due: {at.en}")
    if account.limit is None:
        return Text("Thủ tục không quy định thời hạn", "The law sets no limit for this procedure")
    if account.stop is not None:
        return Text(
            "Kết thúc khi đồng hồ đang dừng và chưa hết hạn",
            "Finished while the clock stood still, within the limit",
        )
    vi = ", ".join(_reason(reason).vi for reason in sorted(account.paused_for))
    en = ", ".join(_reason(reason).en for reason in sorted(account.paused_for))
    return Text(
        f"Đồng hồ đang dừng ({vi}); hạn được tính khi tiếp tục",
        f"The clock stands still ({en}); the due moment follows when it goes on",
    )


def _short(unit: Unit, time: timedelta, days: int, language: str) -> str:
    """`3:30` for hours, `2 ngày` for days, both where both were counted."""
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    clock = f"{hours}:{minutes:02}"
    whole = f"{days} {'ngày' if known_language(language) == 'vi' else 'd'}"
    if unit.is_days:
        return f"{whole} {clock}" if time else whole
    return f"{clock} {whole}" if days else clock
