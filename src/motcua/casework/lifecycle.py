"""
The lifecycle of a case is a table: from which statuses an event may come, which status it leads to, what it does
to the clock. Status is a fold over the events that count; nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from motcua.casework.clock import Effect, Tick
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.worktime import Limit

NEW = "new"
SAME = ""
VOIDED = "voided"


@dataclass(frozen=True)
class Step:
    """
    One line of the table: `kind` is the event, `come_from` the statuses it may come from, `to` where it leads.

    `receives` and `finishes` mark the moments the periodic report counts; `outcome` is what finishing means.
    `pauses`/`resumes` name a reason: the clock stands still while any reason is open (their union, never their sum).
    `moves` is False for observations (a note, a gate time): they may come late and change neither status nor clock.
    `reopens` takes a finish back (a wrong result is mended by the office, Decree 61/2018 art. 21).
    `holder` says whose move it is afterwards. `details` is the frozen dataclass the event's details must fit.
    """

    kind: str
    come_from: tuple[str, ...]
    to: str
    title: Text
    effect: Effect = Effect.NONE
    pauses: str = ""
    resumes: str = ""
    receives: bool = False
    finishes: bool = False
    closes: bool = False
    reopens: bool = False
    outcome: str = ""
    holder: str = ""
    moves: bool = True
    details: type | None = None


class Past(NamedTuple):
    """An event as the fold sees it: its number in the case, its kind, when it happened, what it strikes out."""

    number: int
    kind: str
    happened_at: datetime
    voids: int | None = None
    details: Mapping[str, Any] = {}


@dataclass(slots=True)
class State:
    """Where a case stands after a sequence of events: the part of the truth that needs no calendar."""

    status: str = NEW
    paused_for: dict[str, str] = field(default_factory=dict)
    received_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    holder: str = ""
    last_at: datetime | None = None
    last_number: int = 0
    ticks: list[Tick] = field(default_factory=list)


class Lifecycle:
    """A named table of steps with the few questions one asks of it."""

    def __init__(self, name: str, title: Text, statuses: Mapping[str, Text], *steps: Step) -> None:
        self.name = name
        self.title = title
        self.statuses = dict(statuses)
        self.steps = {step.kind: step for step in steps}
        self._details = {
            step.kind: (
                step.details,
                frozenset(f.name for f in fields(step.details)) if step.details else frozenset(),
            )
            for step in steps
        }
        self.telling = frozenset(
            step.kind
            for step in steps
            if step.effect is not Effect.NONE or step.receives or step.finishes or step.reopens
        ) | {VOIDED}
        """Events after which the clock, or what the reports know, may be another; after no other kind it is."""
        self._refuse_loose_ends()

    def _refuse_loose_ends(self) -> None:
        for step in self.steps.values():
            for status in (*step.come_from, step.to):
                if status not in {NEW, SAME} and status not in self.statuses:
                    raise ValueError(f"{self.name}: step {step.kind} names the unknown status {status!r}")

    @property
    def moving(self) -> frozenset[str]:
        """The kinds of events that change status or clock."""
        return frozenset(kind for kind, step in self.steps.items() if step.moves)

    def step(self, kind: str) -> Step:
        """The line of the table for an event kind; Refused when there is none."""
        try:
            return self.steps[kind]
        except KeyError:
            known = ", ".join(sorted(self.steps))
            raise Refused(
                f"Không có bước '{kind}' trong vòng đời '{self.name}'. Các bước: {known}.",
                f"There is no step '{kind}' in the lifecycle '{self.name}'. Its steps: {known}.",
            ) from None

    def allows(self, status: str, kind: str) -> bool:
        """Whether an event of this kind may follow in this status."""
        return status in self.step(kind).come_from

    def choices(self, status: str) -> list[Step]:
        """What may be done from a status, in the order of the table."""
        return [step for step in self.steps.values() if status in step.come_from]

    def require(self, state: State, kind: str, at: datetime) -> Step:
        """The step, or NotAllowed / Refused with a reason a person can act on."""
        step = self.step(kind)
        if state.status not in step.come_from:
            now = self.statuses.get(state.status, Text("mới", "new"))
            raise NotAllowed(
                f"Hồ sơ đang ở trạng thái '{now.vi}' nên không thể '{step.title.vi}'. Hãy tải lại trang để xem ai vừa xử lý.",
                f"The case is '{now.en}', so '{step.title.en}' is not possible. Reload the page to see what happened since.",
                place=kind,
            )
        if step.moves and state.last_at is not None and at < state.last_at:
            raise Refused(
                f"Thời điểm {at:%Y-%m-%d %H:%M} sớm hơn sự kiện trước đó ({state.last_at:%Y-%m-%d %H:%M} UTC). "
                "Ghi muộn thì được, ghi sai thứ tự thì không: hãy sửa thời điểm hoặc gạch bỏ sự kiện sau.",
                f"{at:%Y-%m-%d %H:%M} is before the event already recorded ({state.last_at:%Y-%m-%d %H:%M} UTC). "
                "Late is allowed, out of order is not: correct the time, or void the later event first.",
                place=kind,
            )
        return step

    def check_details(self, kind: str, details: Mapping[str, Any]) -> None:
        """Refuse details that the step's dataclass does not know, naming them."""
        shape, names = self._details[kind]
        if not details and shape is None:
            return
        strange = set(details) - names
        if strange:
            raise Refused(
                f"Chi tiết lạ {sorted(strange)}; bước '{kind}' chỉ nhận {sorted(names)}.",
                f"Unknown details {sorted(strange)}; the step '{kind}' takes {sorted(names)}.",
                place=kind,
            )
        if shape is not None:
            try:
                shape(**details)
            except (TypeError, ValueError) as error:
                raise Refused(
                    f"Chi tiết của '{kind}' không hợp lệ: {error}",
                    f"Details of '{kind}': {error}",
                    place=kind,
                ) from error

    def advance(self, state: State, event: Past, step: Step) -> None:
        """Carry `state` over one event that counts, in place. The caller has asked `require` first where it must."""
        state.last_number = event.number
        if not step.moves:
            return
        at = event.happened_at
        state.last_at = at
        if step.resumes:
            state.paused_for.pop(step.resumes, None)
        if step.pauses:
            state.paused_for[step.pauses] = step.to
        if step.to:
            state.status = step.to
        # While another reason is still open the case goes on waiting for that one.
        if step.resumes and state.paused_for:
            state.status = next(reversed(state.paused_for.values())) or state.status
        if step.holder:
            state.holder = str(event.details.get("holder") or step.holder)
        if step.receives:
            state.received_at = at
        if step.finishes:
            state.finished_at = at
            state.outcome = str(event.details.get("outcome") or step.outcome)
            state.paused_for.clear()
        if step.reopens:
            state.finished_at = state.closed_at = None
            state.outcome = ""
        if step.closes:
            state.closed_at = at
        if step.effect is not Effect.NONE:
            reason = step.pauses or step.resumes
            extra = event.details.get("extra")
            state.ticks.append(
                Tick(at, step.effect, reason, event.number, Limit.from_text(extra) if extra else None)
            )

    def fold(self, events: Iterable[Past]) -> State:
        """Status, pauses, moments and clock ticks of a case from all its events; struck-out ones do not count."""
        state = State()
        counted, last = without_voided(events)
        for event in counted:
            self.advance(state, event, self.step(event.kind))
        state.last_number = last
        return state

    def strike(self, events: Sequence[Past], past: Past) -> State:
        """
        The state once `past`, a striking-out, counts: `events` are all events of the case before it.

        Only the last moving event that counts may be struck out, so that what remains is always a legal sequence;
        observations may be struck out at any time. Raises Refused or NotAllowed with the way to mend.
        """
        number = past.voids
        target = next((event for event in events if event.number == number), None)
        if target is None:
            raise Refused(
                f"Không có sự kiện số {number}.", f"There is no event number {number}.", place="voids"
            )
        if target.voids is not None:
            raise NotAllowed(
                "Không gạch được một lần gạch.", "A striking-out cannot be struck out.", place="voids"
            )
        counted, _ = without_voided(list(events))
        if target not in counted:
            raise NotAllowed(
                f"Sự kiện {number} đã bị gạch.", f"Event {number} is struck out already.", place="voids"
            )
        moving = [event for event in counted if self.step(event.kind).moves]
        if target in moving and moving[-1] is not target:
            raise NotAllowed(
                f"Chỉ gạch được sự kiện cuối cùng còn hiệu lực (số {moving[-1].number}); hãy gạch lần lượt từ cuối.",
                f"Only the last event that counts (number {moving[-1].number}) can be struck out; undo one by one.",
                place="voids",
            )
        if target in moving and len(moving) == 1:
            raise NotAllowed(
                "Không gạch được sự kiện mở hồ sơ; hãy cho rút hồ sơ.",
                "The event that opened the case cannot be struck out; withdraw the case instead.",
                place="voids",
            )
        return self.fold([*events, past])

    def dead_ends(self, final: Iterable[str]) -> set[str]:
        """Statuses, other than the final ones, that no step leaves."""
        left = {
            status
            for step in self.steps.values()
            for status in step.come_from
            if step.to not in {SAME, status}
        }
        return set(self.statuses) - left - set(final)

    def unreachable(self) -> set[str]:
        """Statuses that no step leads to."""
        return set(self.statuses) - {step.to for step in self.steps.values()}

    def mermaid(self) -> str:
        """The diagram of the docs, drawn from the table so that it cannot lie."""
        lines = ["stateDiagram-v2"]
        for step in self.steps.values():
            for status in step.come_from:
                source = "[*]" if status == NEW else status
                if step.to not in {SAME, status}:
                    lines.append(f"    {source} --> {step.to}: {step.kind}")
        return "\n".join(lines)


def without_voided(events: Iterable[Past]) -> tuple[list[Past], int]:
    """The events that count, in order, and the last number used (voids included)."""
    known: Sequence[Past] = events if isinstance(events, list) else list(events)
    struck = {event.voids for event in known if event.voids is not None}
    last = known[-1].number if known else 0
    if not struck:
        return list(known), last
    return [event for event in known if event.number not in struck and event.voids is None], last
