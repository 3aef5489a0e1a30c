"""
The worklist: everything open within an officer's reach, what will be late first on top, counted exactly for each tab.

One grouped query over the partial index `case_open` gives every count; the lists go on from a key, not from an offset,
so that page ninety costs what page one costs. Where a case belongs is read from its lifecycle's table alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from motcua.casework.lifecycle import NEW, Lifecycle
from motcua.casework.models import Case
from motcua.casework.registry import lifecycle
from motcua.lib.bilingual import Text
from motcua.people.permissions import Reach

# The condition of the partial index `case_open`: something is still to be done here.
OPEN = Q(closed_at__isnull=True) & (Q(finished_at__isnull=True) | Q(holder="one-stop"))

# Who moves inside the department; whoever else holds a case is waited for.
OURS = frozenset({"one-stop", "handling", "leader", "customs", "customs-core", ""})

PAGE = 50


class Tab(StrEnum):
    """The parts of a worklist; each open case is in one of the first five, `late` and `all` cut across them."""

    ACCEPT = "accept"
    PROGRESS = "progress"
    WAITING = "waiting"
    SIGN = "sign"
    HAND_OVER = "hand-over"
    LATE = "late"
    ALL = "all"


TITLES = {
    Tab.ACCEPT: Text("Chờ tiếp nhận", "To accept"),
    Tab.PROGRESS: Text("Đang xử lý", "In progress"),
    Tab.WAITING: Text("Chờ bên khác", "Waiting for others"),
    Tab.SIGN: Text("Chờ ký", "To sign"),
    Tab.HAND_OVER: Text("Chờ trả kết quả", "To hand over"),
    Tab.LATE: Text("Quá hạn", "Late"),
    Tab.ALL: Text("Tất cả", "All"),
}


@dataclass(frozen=True)
class Filters:
    """What a worklist is narrowed to; '' means everything. `officer` is an actor's key."""

    kind: str = ""
    procedure: str = ""
    channel: str = ""
    officer: str = ""
    office: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return any((self.kind, self.procedure, self.channel, self.officer, self.office))


class Part(NamedTuple):
    """Open cases that are alike: how many there are, how many of them have a due moment, and how many are past it."""

    office: str
    kind: str
    status: str
    holder: str
    number: int
    running: int
    late: int


@dataclass(frozen=True)
class Shares:
    """How many cases each tab holds, exactly, and of which parts it is made."""

    counts: dict[Tab, int] = field(default_factory=dict)
    parts: dict[Tab, list[Part]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page of a tab: the rows, how many stand before them, and the key from which the next page goes on ('' at the end)."""

    rows: list[Case]
    before: int
    after: str

    @property
    def first(self) -> int:
        """The place of the first row in the whole list."""
        return self.before + 1

    @property
    def last(self) -> int:
        """The place of the last row in the whole list."""
        return self.before + len(self.rows)


@cache
def _statuses(kind: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Of a lifecycle: the statuses before reception, those that stand still, those that are finished."""
    table = lifecycle(kind)
    steps = table.steps.values()
    before = {status for step in steps if step.receives for status in step.come_from} - {NEW}
    still = {step.to for step in steps if step.pauses and step.to}
    done = {step.to for step in steps if step.finishes}
    return frozenset(before), frozenset(still), frozenset(done)


def tab_of(kind: str, status: str, holder: str) -> Tab:
    """The one tab, of the first five, in which a case of this kind, status and holder stands."""
    before, still, done = _statuses(kind)
    if status in done:
        return Tab.HAND_OVER
    if holder not in OURS or status in still:
        return Tab.WAITING
    if status in before:
        return Tab.ACCEPT
    return Tab.SIGN if holder == "leader" else Tab.PROGRESS


# What an end may be called that is none to be glad of.
BAD_ENDS = frozenset({"refused", "recalled", "declined"})


def tone(table: Lifecycle, status: str) -> tuple[str, str]:
    """The colour and icon a status is shown with, beside its word."""
    before, still, done = _statuses(table.name)
    closing = {step.to for step in table.steps.values() if step.closes and not step.finishes}
    if status in still:
        return "wait", "pause"
    if status in done or status == "returned":
        return ("mute", "undo") if status in {"withdrawn", "cancelled"} else ("ok", "check-circle")
    if status in closing - done:
        return ("bad", "cross-circle") if status in BAD_ENDS else ("ok", "check-circle")
    return ("info", "inbox") if status in before else ("info", "half")


def within(reach: Reach, filters: Filters) -> QuerySet[Case]:
    """The open cases within reach that the filters leave."""
    cases = Case.objects.filter(OPEN)
    if not reach.everything:
        cases = cases.filter(office__in=sorted(reach.offices))
    for name in ("kind", "procedure", "channel", "office"):
        if value := getattr(filters, name):
            cases = cases.filter(**{name: value})
    if filters.officer:
        cases = cases.filter(pk__in=RawSQL(_ASSIGNED, [filters.officer]))
    return cases


# The last transfer that counts names the officer; `event_assigned` finds the candidates.
_ASSIGNED = """
select e.case_id from casework_event e
where e.kind = 'transferred' and e.details ->> 'officer' <> '' and e.details ->> 'officer' = %s
  and not exists (select from casework_event v where v.case_id = e.case_id and v.voids = e.number)
  and not exists (
    select from casework_event later where later.case_id = e.case_id and later.kind = 'transferred' and later.number > e.number
      and not exists (select from casework_event v where v.case_id = e.case_id and v.voids = later.number))
"""


def shares(reach: Reach, filters: Filters, now: datetime) -> Shares:
    """The exact count of every tab, in one query."""
    counts: Counter[Tab] = Counter(dict.fromkeys(Tab, 0))
    parts: dict[Tab, list[Part]] = {tab: [] for tab in Tab}
    rows = (
        within(reach, filters)
        .order_by()
        .values_list("office", "kind", "status", "holder")
        .annotate(number=Count("id"), running=Count("due_at"), late=Count("id", filter=Q(due_at__lt=now)))
    )
    for part in map(Part._make, rows):
        tab = tab_of(part.kind, part.status, part.holder)
        for one in (tab, Tab.ALL):
            counts[one] += part.number
            parts[one].append(part)
        # What is finished waits for its owner and cannot become late any more.
        if part.late and tab is not Tab.HAND_OVER:
            counts[Tab.LATE] += part.late
            parts[Tab.LATE].append(part)
    return Shares(dict(counts), parts)


def page(
    reach: Reach, filters: Filters, tab: Tab, held: Shares, now: datetime, after: str = "", size: int = PAGE
) -> Page:
    """One page of a tab, from a key on; a key nobody gave out begins at the top."""
    parts = held.parts.get(tab, [])
    cases = within(reach, filters)
    if tab is Tab.LATE:
        cases = cases.filter(due_at__lt=now)
    due, last, before = _read_key(after)
    keys: list[tuple[datetime | None, int]] = []
    if due is not None or not last:
        running = cases.filter(due_at__isnull=False)
        if due is not None:
            running = running.filter(Q(due_at__gt=due) | Q(due_at=due, id__gt=last))
        keys = _first(running, [part for part in parts if part.running], ("due_at", "id"), size + 1)
        last = 0
    if len(keys) <= size and tab is not Tab.LATE:
        # The clock of these stands still or has not begun; who came first stands first.
        still = cases.filter(due_at__isnull=True, id__gt=last)
        keys += _first(
            still, [part for part in parts if part.number > part.running], ("id",), size + 1 - len(keys)
        )
    found = Case.objects.in_bulk([pk for _, pk in keys[:size]])
    rows = [found[pk] for _, pk in keys[:size] if pk in found]
    return Page(rows, before, _write_key(rows[-1], before + len(rows)) if len(keys) > size else "")


def _first(
    cases: QuerySet[Case], parts: list[Part], order: tuple[str, ...], size: int
) -> list[tuple[datetime | None, int]]:
    """The first keys of these parts: each office is read in the order of its index, and the offices are merged."""
    keys: list[tuple[datetime | None, int]] = []
    for office in sorted({part.office for part in parts}):
        ways = {(part.kind, part.status, part.holder) for part in parts if part.office == office}
        alike = reduce(
            or_, (Q(kind=kind, status=status, holder=holder) for kind, status, holder in sorted(ways))
        )
        keys += cases.filter(alike, office=office).order_by(*order).values_list("due_at", "id")[:size]
    keys.sort(key=lambda key: key if "due_at" in order else key[1])
    return keys[:size]


def _write_key(case: Case, before: int) -> str:
    due = f"{case.due_at:%Y%m%dT%H%M%S.%f%z}" if case.due_at else "-"
    return f"{due}~{case.pk}~{before}"


def _read_key(text: str) -> tuple[datetime | None, int, int]:
    """The due moment, id and number of rows before; nothing for a key that cannot be read."""
    due, _, rest = text.partition("~")
    number, _, before = rest.partition("~")
    if not (
        number.isascii() and number.isdigit() and before.isascii() and before.isdigit() and len(rest) < 40
    ):
        return None, 0, 0
    if due == "-":
        return None, int(number), int(before)
    try:
        return datetime.strptime(due, "%Y%m%dT%H%M%S.%f%z"), int(number), int(before)
    except ValueError:
        return None, 0, 0


def find_case(reach: Reach, reference: str) -> Case | None:
    """A case within reach by its reference; None for a stranger, as if there were none."""
    return Case.objects.filter(reach.q(organisation=""), reference=reference).first()


def relatives(case: Case, reach: Reach) -> list[dict[str, Any]]:
    """The cases tied to this one, newest tie first: which way, what kind of tie, and whether the reader may open it."""
    out = case.links_out.select_related("target").order_by("-made_at")[:200]
    in_ = case.links_in.select_related("source").order_by("-made_at")[:200]
    found = [(link, link.target, True) for link in out] + [(link, link.source, False) for link in in_]
    return [
        {"case": other, "kind": link.kind, "outward": outward, "made_at": link.made_at, "open": reach.covers(office=other.office)}
        for link, other, outward in found
    ]  # fmt: skip
