"""
Where a plan stands at a moment: states derived from dates, four shares of which none can hide another, and the flows.

Everything is a fold over the events known at that moment, so a report of last month can be made again. On time is judged by
the claim that was accepted later, not by the day of acceptance: the lead unit does not answer for the slowness of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from motcua.casework.lifecycle import Past, without_voided
from motcua.casework.models import Event
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.reform.areas import AreaSet, areas_of
from motcua.reform.lifecycle import TASK
from motcua.reform.models import Acceptance, Plan, Task


class State(StrEnum):
    """The states of a task, red first; none of them is stored."""

    OPEN_OVERDUE = "open_overdue"
    OPEN_IN_TIME = "open_in_time"
    DONE_LATE = "done_late"
    DONE_ON_TIME = "done_on_time"
    DROPPED = "dropped"


STATES: dict[State, Text] = {
    State.OPEN_OVERDUE: Text("Đang thực hiện, quá hạn", "Open, overdue"),
    State.OPEN_IN_TIME: Text("Đang thực hiện, trong hạn", "Open, in time"),
    State.DONE_LATE: Text("Hoàn thành quá hạn", "Done late"),
    State.DONE_ON_TIME: Text("Hoàn thành đúng hạn", "Done on time"),
    State.DROPPED: Text("Đưa ra khỏi kế hoạch", "Left the plan"),
}
DONE = frozenset({State.DONE_LATE, State.DONE_ON_TIME})


@dataclass(frozen=True)
class Standing:
    """One task at that moment."""

    task: Task
    reference: str
    area: str
    lead: str
    state: State
    claimed: bool
    due_on: date
    entered_on: date
    finished_on: date | None
    extensions: int
    mark: str

    @property
    def done(self) -> bool:
        """Whether its evidence was accepted."""
        return self.state in DONE

    @property
    def by_original(self) -> bool:
        """Done by the date the plan itself gave."""
        return self.done and self.finished_on is not None and self.finished_on <= self.task.due_on


@dataclass(frozen=True)
class Share:
    """So many of so many, with the references of both; no percentage where there is nothing to count."""

    value: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def of(self) -> int:
        """The denominator."""
        return len(self.value) + len(self.rest)

    @property
    def percent(self) -> Decimal | None:
        """The share to two decimals, half up."""
        if not self.of:
            return None
        return (Decimal(len(self.value)) * 100 / self.of).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "value": len(self.value), "of": self.of, "percent": None if self.percent is None else str(self.percent),
            "tasks": list(self.value), "others": list(self.rest),
        }  # fmt: skip


SHARES: dict[str, Text] = {
    "done_of_all": Text("Hoàn thành trên tổng số", "Done of all"),
    "done_of_due": Text("Hoàn thành trên số đến hạn", "Done of those due"),
    "on_time_of_due": Text("Đúng hạn trên số đến hạn", "On time of those due"),
    "on_time_by_original_date": Text("Đúng hạn theo hạn ban đầu", "On time by the original date"),
}


@dataclass(frozen=True)
class Flow:
    """A task that entered later, left, was moved or got more time."""

    kind: str
    reference: str
    on: date
    paper: str
    what: Text


FLOWS = {
    "entered": Text("Vào kế hoạch sau ngày ban hành", "Entered after adoption"),
    "left": Text("Ra khỏi kế hoạch", "Left"),
    "moved": Text("Điều chuyển", "Moved"),
    "extended": Text("Gia hạn", "Extended"),
}


@dataclass(frozen=True)
class Status:
    """A plan at a moment."""

    plan: Plan
    as_of: datetime
    areas: AreaSet
    tasks: tuple[Standing, ...]
    flows: tuple[Flow, ...]
    unproven: tuple[str, ...]

    @property
    def day(self) -> date:
        """The last day that is over or running at that moment."""
        return (self.as_of - timedelta(microseconds=1)).astimezone(VIETNAM).date()

    @property
    def standing(self) -> list[Standing]:
        """The tasks of the plan, without those that left."""
        return [one for one in self.tasks if one.state is not State.DROPPED]

    def shares(self, chosen: Callable[[Standing], bool] = lambda one: True) -> dict[str, Share]:
        """The four shares, of all tasks or of those chosen."""
        rows = [one for one in self.standing if chosen(one)]
        due = [one for one in rows if _over(one.due_on) <= self.as_of]
        first_due = [one for one in rows if _over(one.task.due_on) <= self.as_of]
        return {
            "done_of_all": _share(rows, lambda one: one.done),
            "done_of_due": _share(due, lambda one: one.done),
            "on_time_of_due": _share(due, lambda one: one.state is State.DONE_ON_TIME),
            "on_time_by_original_date": _share(first_due, lambda one: one.by_original),
        }

    def with_those_that_left(self) -> Share:
        """Done of all that ever stood in the plan: what the first share would be had nothing been taken out."""
        return _share(list(self.tasks), lambda one: one.done)

    def of_state(self, state: State) -> list[Standing]:
        """The tasks in one state."""
        return [one for one in self.tasks if one.state is state]

    def as_json(self) -> dict[str, object]:
        """The whole status for programs, every share with the references of its tasks."""
        return {
            "plan": self.plan.year,
            "decision": self.plan.decision,
            "as_of": self.as_of.astimezone(VIETNAM).isoformat(),
            "areas_set": self.areas.id,
            "regular_rule": self.plan.regular_rule,
            "tasks": len(self.standing),
            "shares": _shares_json(self.shares()),
            "done_of_all_with_those_that_left": self.with_those_that_left().as_json(),
            "states": {state.value: [one.reference for one in self.of_state(state)] for state in State},
            "areas": [
                {"code": area.code, "title": {"vi": area.vi, "en": area.en}, "shares": _shares_json(self._of_area(area.code))}
                for area in self.areas.areas
            ],
            "units": [{"unit": unit, "shares": _shares_json(self.of_unit(unit))} for unit in self.units],
            "flows": {
                kind: [
                    {
                        "task": flow.reference, "on": flow.on.isoformat(), "paper": flow.paper,
                        "vi": flow.what.vi, "en": flow.what.en,
                    }
                    for flow in self.flows
                    if flow.kind == kind
                ]
                for kind in FLOWS
            },
            "done_without_accepted_evidence": list(self.unproven),
        }  # fmt: skip

    def _of_area(self, code: str) -> dict[str, Share]:
        return self.shares(lambda one: one.area == code)

    @property
    def units(self) -> list[str]:
        """The lead units of the plan."""
        return sorted({one.lead for one in self.standing})

    def of_unit(self, unit: str) -> dict[str, Share]:
        """The shares of one lead unit."""
        return self.shares(lambda one: one.lead == unit)


def _shares_json(shares: dict[str, Share]) -> dict[str, object]:
    return {name: share.as_json() for name, share in shares.items()}


def _share(rows: Sequence[Standing], counts: Callable[[Standing], bool]) -> Share:
    return Share(
        tuple(one.reference for one in rows if counts(one)),
        tuple(one.reference for one in rows if not counts(one)),
    )


def _over(day: date) -> datetime:
    """The instant at which a day is over in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def plan_of(year: int) -> Plan:
    """The plan of a year; Refused where there is none."""
    plan = Plan.objects.filter(pk=year).first()
    if plan is None:
        raise Refused(
            f"Chưa có kế hoạch cải cách năm {year}.", f"There is no reform plan of {year}.", place="plan"
        )  # fmt: skip
    return plan


def status(plan: Plan, as_of: datetime, known_at: datetime | None = None) -> Status:
    """
    Where the plan stood at a moment, from the events known then; with a later `known_at` also from what was entered late.
    """
    known_by = known_at or as_of
    rows = list(Task.objects.filter(year=plan.year).select_related("case"))
    events: dict[int, list[tuple[Past, datetime, str]]] = defaultdict(list)
    told = Event.objects.filter(case__in=[row.pk for row in rows], case__kind="task").order_by(
        "case_id", "number"
    )
    for event in told:
        events[event.case_id].append((event.past(), event.recorded_at, event.actor))
    proven = set(
        Acceptance.objects.filter(evidence__case__task__year=plan.year).values_list(
            "evidence__case_id", flat=True
        )
    )
    order = {area.code: place for place, area in enumerate(areas_of(plan.year).areas)}
    tasks: list[Standing] = []
    flows: list[Flow] = []
    for row in rows:
        known = [
            past for past, recorded, _ in events[row.pk] if recorded <= known_by and past.happened_at < as_of
        ]
        later = [
            past for past, recorded, _ in events[row.pk] if recorded > known_by or past.happened_at >= as_of
        ]
        counted, _ = without_voided(known)
        if not counted:
            continue
        tasks.append(_standing(row, counted, later, as_of))
        flows += _flows(plan, row.case.reference, counted)
    tasks.sort(key=lambda one: (order.get(one.area, 99), _code_key(one.task.code)))
    unproven = tuple(one.reference for one in tasks if one.done and one.task.pk not in proven)
    return Status(
        plan, as_of, areas_of(plan.year), tuple(tasks), tuple(sorted(flows, key=lambda f: f.on)), unproven
    )


def _code_key(code: str) -> tuple[int | str, ...]:
    """II.10 after II.9."""
    last = code.rpartition(".")[2]
    return (int(last) if last.isdecimal() else 0, code)


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def due_after(due_on: date, events: Iterable[Past]) -> date:
    """The due date after the extensions among the events."""
    counted, _ = without_voided(events)
    given = [
        event.details["due_on"]
        for event in counted
        if event.kind == "extended" and event.details.get("due_on")
    ]
    return date.fromisoformat(given[-1]) if given else due_on


def _standing(row: Task, counted: list[Past], later: list[Past], as_of: datetime) -> Standing:
    state = TASK.fold(counted)
    due = due_after(row.due_on, counted)
    place = {"lead": row.lead, "area": row.area}
    # The row says where the task is today; what was moved since goes back.
    for event in reversed(later):
        if event.kind == "moved" and event.details.get("what") in place:
            place[event.details["what"]] = event.details["before"]
    claims = [event for event in counted if event.kind == "claimed"]
    extensions = sum(event.kind == "extended" for event in counted)
    found = Standing(
        row, row.case.reference, place["area"], place["lead"], State.OPEN_IN_TIME, state.status == "claimed", due,
        _day(counted[0].happened_at), None, extensions, str(claims[-1].details.get("mark", "")) if claims else "",
    )  # fmt: skip
    if state.status == "dropped":
        return replace(found, state=State.DROPPED, finished_on=_day(counted[-1].happened_at))
    if state.status == "done":
        finished = _day(claims[-1].happened_at)
        return replace(
            found, state=State.DONE_ON_TIME if finished <= due else State.DONE_LATE, finished_on=finished
        )
    return replace(found, state=State.OPEN_OVERDUE if _over(due) <= as_of else State.OPEN_IN_TIME)


def _flows(plan: Plan, reference: str, counted: Iterable[Past]) -> Iterable[Flow]:
    for event in counted:
        on, details = _day(event.happened_at), event.details
        if event.kind == "planned" and on > plan.adopted_on:
            yield Flow("entered", reference, on, "", Text("giao thêm", "given later"))
        elif event.kind == "dropped":
            yield Flow("left", reference, on, str(details.get("mark", "")), Text("đưa ra", "taken out"))
        elif event.kind == "moved":
            before, after = details.get("before", ""), details.get("after", "")
            yield Flow(
                "moved",
                reference,
                on,
                str(details.get("paper", "")),
                Text(f"{before} → {after}", f"{before} → {after}"),
            )
        elif event.kind == "extended":
            to = date.fromisoformat(details["due_on"]) if details.get("due_on") else on
            words = Text(
                f"đến {to:%d/%m/%Y}: {details.get('reason', '')}", f"to {to}: {details.get('reason', '')}"
            )
            yield Flow("extended", reference, on, str(details.get("paper", "")), words)


def trend(plan: Plan, as_of: datetime, known_at: datetime | None = None) -> list[tuple[date, int, int]]:
    """(last day, done, in the plan) of every month of the plan's year up to the moment."""
    found = []
    for month in range(1, 13):
        begins = datetime(plan.year, month, 1, tzinfo=VIETNAM)
        if begins >= as_of:
            break
        after = datetime(plan.year + month // 12, month % 12 + 1, 1, tzinfo=VIETNAM)
        # The last month is the one that still runs: counted as far as it is known.
        moment = min(after, as_of)
        one = status(plan, moment, known_at or as_of)
        found.append((one.day, sum(task.done for task in one.tasks), len(one.standing)))
    return found
