"""Time stamps of other people's systems: with or without a zone, sometimes only a day, sometimes impossible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from motcua.eventlog.mapping import ISO, Mapping

# What our clock can think of; a year far outside is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 1976, 2200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


class Precision(StrEnum):
    """How much a stamp says."""

    EXACT = "exact"
    DAY = "day"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Stamp:
    """A moment in UTC; a day alone is its first moment (`at`), or its last where something ends (`at_end`)."""

    at: datetime
    at_end: datetime
    precision: Precision = Precision.EXACT


class Stamps:
    """Reads stamps as the mapping says; `now` is the end of what can have happened."""

    def __init__(self, mapping: Mapping, now: datetime) -> None:
        self.mapping = mapping
        self.zone = mapping.tz
        self.now = now

    def read(self, text: str, *, ahead: bool = False) -> Stamp | str:
        """The moment, or the code of what is wrong; `ahead` allows the future, as deadlines do."""
        if not text:
            return "no-time"
        try:
            moment, is_day = self._parse(text)
            stamp = self._place(moment, is_day=is_day)
        except (ValueError, OverflowError):
            return "bad-time"
        if is_day and self.mapping.date_only == "refuse" and not ahead:
            return "date-only"
        if not FIRST_YEAR <= stamp.at.year <= LAST_YEAR:
            return "bad-time"
        return "future" if stamp.at > self.now and not ahead else stamp

    def _parse(self, text: str) -> tuple[datetime, bool]:
        if self.mapping.time_format == ISO:
            return datetime.fromisoformat(text), bool(_DAY.fullmatch(text))
        form = self.mapping.time_format
        return datetime.strptime(text, form), not re.search(r"%[HIcXTRs]", form)  # noqa: DTZ007

    def _place(self, moment: datetime, *, is_day: bool) -> Stamp:
        if moment.tzinfo is not None:
            exact = moment.astimezone(UTC)
            return Stamp(exact, exact)
        local = moment.replace(tzinfo=self.zone)
        at = local.astimezone(UTC)
        if is_day:
            last = (moment + timedelta(days=1)).replace(tzinfo=self.zone).astimezone(UTC)
            return Stamp(at, last - timedelta(microseconds=1), Precision.DAY)
        # A local time met twice in autumn, or never in spring, names no one moment.
        unclear = local.utcoffset() != local.replace(fold=1).utcoffset()
        return Stamp(at, at, Precision.AMBIGUOUS if unclear else Precision.EXACT)

    def why(self, code: str, text: str) -> tuple[str, str]:
        """What the code means for this text, in both languages."""
        form = "2020-03-02 08:30:00+07:00" if self.mapping.time_format == ISO else self.mapping.time_format
        return {
            "no-time": ("thiếu thời điểm", "the time is missing"),
            "bad-time": (
                f"{text!r} không phải thời điểm; dạng đúng: {form}",
                f"{text!r} is not a time; write {form}",
            ),
            "date-only": (f"{text!r} chỉ có ngày, không có giờ", f"{text!r} is a day without a time"),
            "future": (f"{text!r} còn ở tương lai", f"{text!r} lies in the future"),
        }[code]
