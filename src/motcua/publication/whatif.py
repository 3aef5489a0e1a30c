"""
What-if: the dossiers of a period replayed under a draft sheet, with the very clock of the register.

The events, pauses and office calendars are the real ones; only the limit is the draft's. Where the draft also changes the
hours of its steps, a second replay lets the work shrink in the same proportion; that is an assumption and is told as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from motcua.casework import clock
from motcua.casework.clock import Effect, Tick, Verdict
from motcua.casework.lifecycle import Lifecycle, Past, without_voided
from motcua.law.sheets import Sheet
from motcua.lib.bilingual import Text
from motcua.lib.rounding import half_up
from motcua.lib.worktime import Limit, OfficeHours, Unit

OPEN_IN_TIME, OPEN_OVERDUE, NO_WAY = "open_in_time", "open_overdue", "way_closed"


@dataclass(frozen=True)
class Dossier:
    """One dossier of the period as the register has it: what was pinned when it was lodged, and its events in order."""

    reference: str
    office: str
    channel: str
    sheet_since: str
    calendar: str
    limit: Limit | None
    events: Sequence[Past]


@dataclass
class Share:
    """Verdicts counted; `in_time_percent` is of those settled, None when none is."""

    early: int = 0
    on_time: int = 0
    late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    way_closed: int = 0

    @property
    def settled(self) -> int:
        """Those with a result."""
        return self.early + self.on_time + self.late

    @property
    def in_time_percent(self) -> Decimal | None:
        """Early and on time, of all settled."""
        return half_up(Fraction(100 * (self.early + self.on_time), self.settled), 2) if self.settled else None

    def add(self, verdict: str) -> None:
        """Count one."""
        setattr(self, verdict, getattr(self, verdict) + 1)


@dataclass(frozen=True)
class Changed:
    """A dossier whose verdict is another under the draft."""

    reference: str
    office: str
    channel: str
    before: str
    after: str
    due_before: datetime | None
    due_after: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class StepHours:
    """The hours of the steps in both sheets; `ratio` is None where a step has no fixed hours, or nothing changed."""

    before: Decimal | None
    after: Decimal | None

    @property
    def ratio(self) -> Decimal | None:
        """What is left of the work."""
        if self.before is None or self.after is None or not self.before or self.before == self.after:
            return None
        return self.after / self.before


@dataclass
class WhatIf:
    """The answer: shares before and after, who changes, and what nobody can know from a log."""

    dossiers: int = 0
    before: Share = field(default_factory=Share)
    after: Share = field(default_factory=Share)
    after_steps: Share | None = None
    steps: StepHours = field(default_factory=lambda: StepHours(None, None))
    changed: list[Changed] = field(default_factory=list)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    withdrawn: int = 0
    supplements: int = 0
    spared: int = 0
    older: int = 0
    notes: list[Text] = field(default_factory=list)


def replay(
    dossiers: Iterable[Dossier], current: Sheet, draft: Sheet, *, table: Lifecycle, hours: Callable[[str], OfficeHours],
    now: datetime,
) -> WhatIf:  # fmt: skip
    """Count every dossier twice: by the limit pinned when it was lodged, and by the draft's; open ones as they stand at `now`."""
    found = WhatIf(steps=StepHours(_hours(current), _hours(draft)))
    ratio = found.steps.ratio
    found.after_steps = Share() if ratio is not None else None
    dropped = {paper.id for paper in current.documents} - {paper.id for paper in draft.documents}
    for dossier in dossiers:
        found.dossiers += 1
        state = table.fold(dossier.events)
        asked = [
            set(event.details.get("items", ()))
            for event in without_voided(dossier.events)[0]
            if event.kind == "supplement_requested"
        ]
        found.supplements += bool(asked)
        found.spared += any(items and items <= dropped for items in asked)
        found.older += dossier.sheet_since != current.since.isoformat()
        if state.outcome == "withdrawn":
            found.withdrawn += 1
        pinned = hours(dossier.calendar)
        theirs = pinned if draft.calendar == current.calendar else hours(draft.calendar)
        before = _verdict(state.ticks, dossier.limit, pinned, state.finished_at, now)
        found.before.add(before[0])
        ways = draft.channels.open()
        if dossier.channel not in ways:
            found.after.add(NO_WAY)
            if found.after_steps is not None:
                found.after_steps.add(NO_WAY)
            _note_change(found, dossier, before, (NO_WAY, None), state.finished_at)
            continue
        limit = draft.limit_for(dossier.channel)
        after = _verdict(state.ticks, limit, theirs, state.finished_at, now)
        found.after.add(after[0])
        _note_change(found, dossier, before, after, state.finished_at)
        if found.after_steps is not None and ratio is not None:
            ticks, finished = scaled(state.ticks, state.finished_at, theirs, ratio)
            found.after_steps.add(_verdict(ticks, limit, theirs, finished, now)[0])
    found.notes = list(_notes(found, current, draft))
    return found


def _hours(sheet: Sheet) -> Decimal | None:
    hours = [step.hours for step in sheet.steps]
    return None if None in hours else sum((one for one in hours if one is not None), Decimal(0))


def _verdict(
    ticks: Sequence[Tick],
    limit: Limit | None,
    hours: OfficeHours,
    finished: datetime | None,
    now: datetime,
) -> tuple[str, datetime | None]:
    reading = clock.read(ticks, limit, hours)
    if finished is not None:
        return str(clock.verdict(reading, finished)), reading.due_at
    overdue = reading.is_late(now) or (reading.ran_out and reading.due_at is not None)
    return (OPEN_OVERDUE if overdue else OPEN_IN_TIME), reading.due_at


def scaled(
    ticks: Sequence[Tick], finished: datetime | None, hours: OfficeHours, ratio: Decimal
) -> tuple[list[Tick], datetime | None]:
    """
    The same life with the working time between its pauses made shorter or longer in proportion, up to the result.

    Pauses keep their moments: an applicant is not faster because the office is. Open dossiers stay as they are.
    """
    if finished is None:
        return list(ticks), None
    unit = Unit.WORKING_HOURS
    runs = [(hours.micros(a), hours.micros(b)) for a, b in clock.spans(ticks) if b is not None]
    if not runs:
        return list(ticks), finished
    left = int(sum(hours.count(unit, a, b) for a, b in runs) * ratio)
    for number, (begin, end) in enumerate(runs):
        done = hours.count(unit, begin, end)
        if left <= done or number == len(runs) - 1:
            moment = hours.moment(hours.run_out(unit, begin, left))
            kept = [tick for tick in ticks if tick.at < moment and tick.effect is not Effect.STOP]
            last = max((tick.number for tick in ticks), default=0)
            return [*kept, Tick(moment, Effect.STOP, "", last + 1)], moment
        left -= done
    return list(ticks), finished


def _note_change(
    found: WhatIf,
    dossier: Dossier,
    before: tuple[str, datetime | None],
    after: tuple[str, datetime | None],
    finished: datetime | None,
) -> None:
    if before[0] == after[0]:
        return
    found.moves[before[0], after[0]] += 1
    found.changed.append(
        Changed(
            dossier.reference,
            dossier.office,
            dossier.channel,
            before[0],
            after[0],
            before[1],
            after[1],
            finished,
        )
    )


VERDICTS: dict[str, Text] = {
    Verdict.EARLY: Text("trước hạn", "early"),
    Verdict.ON_TIME: Text("đúng hạn", "on time"),
    Verdict.LATE: Text("quá hạn", "late"),
    OPEN_IN_TIME: Text("đang giải quyết, trong hạn", "open, in time"),
    OPEN_OVERDUE: Text("đang giải quyết, quá hạn", "open, overdue"),
    NO_WAY: Text("cách nộp này không còn", "this way of submitting is closed"),
}


def _notes(found: WhatIf, current: Sheet, draft: Sheet) -> Iterable[Text]:
    """What a log cannot tell, and what the numbers rest on."""
    yield Text(
        "Người làm việc thế nào dưới thời hạn mới thì nhật ký không biết: thời hạn ngắn hơn có thể làm nhanh hơn. "
        "Kết quả 'sau' giữ nguyên ngày giờ thật của từng việc.",
        "How people would work under another limit cannot be known from a log: a shorter limit may make them faster. "
        "The result 'after' keeps the real moments of every act.",
    )
    if found.steps.ratio is not None:
        yield Text(
            "Dòng 'sau, việc theo số giờ mới' giả định thời gian làm việc co giãn đúng tỷ lệ tổng số giờ các bước "
            f"({found.steps.before} → {found.steps.after} giờ); đây là giả định, chưa ai đo.",
            "The line 'after, work in proportion' assumes that the time worked shrinks or grows as the hours of all steps do "
            f"({found.steps.before} → {found.steps.after} hours); nobody has measured that.",
        )
    elif found.steps.before is None or found.steps.after is None:
        yield Text(
            "Có bước không ghi số giờ: không thử được ảnh hưởng của việc đổi các bước.",
            "A step has no fixed hours: what changing the steps would do cannot be tried.",
        )
    if found.supplements:
        yield Text(
            f"{found.supplements} hồ sơ từng phải bổ sung; {found.spared} trong đó có lần chỉ thiếu giấy tờ mà dự thảo bỏ. "
            "Nếu không phải chờ, hồ sơ có thể xong sớm hơn bao nhiêu thì không biết được.",
            f"{found.supplements} dossiers had to be supplemented; for {found.spared} of them one request asked only for papers "
            "that the draft drops. How much earlier they would have ended without the wait cannot be known.",
        )
    if found.before.open_in_time + found.before.open_overdue:
        yield Text(
            "Hồ sơ chưa có kết quả được xem theo lúc này và không nằm trong tỷ lệ đúng hạn.",
            "Dossiers without a result are looked at as they stand now and are not part of the share.",
        )
    if found.withdrawn:
        yield Text(
            f"{found.withdrawn} hồ sơ được rút; chúng được tính như báo cáo tính: theo lúc rút.",
            f"{found.withdrawn} dossiers were withdrawn; they count as reports count them, at the moment of withdrawal.",
        )
    if found.older:
        yield Text(
            f"{found.older} hồ sơ nộp theo bản khác bản {current.since:%d/%m/%Y}; 'trước' là thời hạn trên giấy hẹn của chúng.",
            f"{found.older} dossiers were lodged under another version than that of {current.since.isoformat()}; 'before' is the "
            "limit of their own receipt.",
        )
    if draft.unverified():
        yield Text(
            f"Dự thảo có {len(draft.unverified())} chỗ chưa kiểm chứng.",
            f"The draft has {len(draft.unverified())} unverified places.",
        )
