"""
By when each paper of a movement is due and each agency must answer: clock hours before or after a moment of the movement.

Pure arithmetic over dated law. Lateness is judged against the arrival or departure known when the paper came: a ship that
later hurries makes no paper late that was in time, and one that is delayed gives the papers still owed more time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import datetime_text
from motcua.manifest.provisions import Deadline, Provisions

ANCHORS = {
    "eta": Text("dự kiến đến (ETA)", "expected arrival (ETA)"),
    "etd": Text("dự kiến rời (ETD)", "expected departure (ETD)"),
    "declared": Text("khai đủ hồ sơ", "the complete dossier"),
}


@dataclass(frozen=True)
class Moments:
    """What the deadlines of a movement hang on, as known now."""

    mode: str
    movement: str
    on: date
    eta: datetime | None = None
    etd: datetime | None = None
    declared: datetime | None = None
    voyage_hours: float | None = None


@dataclass(frozen=True)
class Due:
    """A deadline of this movement: when, for whom, for which papers, and why then."""

    law: Deadline
    at: datetime

    @property
    def party(self) -> str:
        """`declarant` or the agency."""
        return self.law.party

    @property
    def forms(self) -> tuple[str, ...]:
        """The papers that are due; none where an agency must answer."""
        return self.law.forms

    def why(self, moments: Moments) -> Text:
        """The sum in words: anchor, lead, result, basis."""
        anchor: datetime = getattr(moments, self.law.anchor)
        name, sign = ANCHORS[self.law.anchor], "−" if self.law.lead_minutes else "+"
        minutes = self.law.lead_minutes or self.law.within_minutes or 0
        vi, en = _span(minutes)
        unverified = ("", "") if self.law.verified else ("; chưa xác minh", "; unverified")
        return Text(
            f"{self.law.title.vi}: {name.vi} {datetime_text(anchor, 'vi')} {sign} {vi} = {datetime_text(self.at, 'vi')} "
            f"({self.law.basis}{unverified[0]}). Tính giờ liên tục, cả ngày nghỉ.",
            f"{self.law.title.en}: {name.en} {datetime_text(anchor, 'en')} {sign} {en} = {datetime_text(self.at, 'en')} "
            f"({self.law.basis}{unverified[1]}). Clock hours, days off included.",
        )


def _span(minutes: int) -> tuple[str, str]:
    if minutes % 60:
        return f"{minutes} phút", f"{minutes} minutes"
    hours = minutes // 60
    return f"{hours} giờ", f"{hours} hour{'s' if hours > 1 else ''}"


def dues(law: Provisions, moments: Moments) -> list[Due]:
    """Every deadline whose anchor is known, the earliest first."""
    found = []
    for one in law.due(
        mode=moments.mode, movement=moments.movement, hours=moments.voyage_hours, on=moments.on
    ):
        anchor: datetime | None = getattr(moments, one.anchor)
        if anchor is not None:
            lead = -timedelta(minutes=one.lead_minutes) if one.lead_minutes else timedelta()
            found.append(Due(one, anchor + lead + timedelta(minutes=one.within_minutes or 0)))
    return sorted(found, key=lambda due: due.at)


def due_of(form: str, known: Iterable[Due]) -> Due | None:
    """The deadline of one paper."""
    return next((due for due in known if due.party == "declarant" and form in due.forms), None)


def is_late(due: Due | None, at: datetime) -> bool:
    """Whether a paper that came at this moment came too late; at the very minute is in time."""
    return due is not None and at > due.at
