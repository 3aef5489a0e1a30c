"""Declarations of the demo, told by the customs core's nightly feed: one message an office and day, received like any other."""

from __future__ import annotations

import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from motcua.declarations.feed import TYPE
from motcua.demo.chance import OFFSET, chance, local, moments
from motcua.demo.sizes import (
    LAST_QUARTER_2019,
    NINE_MONTHS_2019,
    NINE_MONTHS_2020,
    OCTOBER_2020,
    Sizes,
    Span,
)
from motcua.exchange.backlog import process_together
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.lib.worktime import OfficeHours

OFFICES = {"20BB": 0.52, "20BC": 0.09, "20BD": 0.08, "20CE": 0.01, "20CF": 0.19, "20CG": 0.11}
_REGIMES = {"import": ("A11", "A12", "E21", "E31", "G11"), "export": ("B11", "B13", "E42", "E62", "G61")}
CORE = "customs-core"
_CHAPTERS = (3, 8, 9, 10, 12, 15, 23, 25, 27, 39, 44, 52, 61, 72, 84, 85)


@dataclass(slots=True)
class Declared:
    """A declaration on its way through the year; `inspections` are the moments of results it waits for."""

    number: str
    office: str
    flow: str
    tax_code: str
    at: datetime
    hs_code: str = ""
    inspected_at: list[datetime] = field(default_factory=list)
    applied_at: datetime | None = None
    steps: list[tuple[str, datetime, dict[str, Any]]] = field(default_factory=list)

    def says(self, kind: str, at: datetime, **details: Any) -> None:
        """The core notes that something happened."""
        self.steps.append((kind, at, details))


def year(sizes: Sizes, hours: OfficeHours, tax_codes: list[str]) -> list[Declared]:
    """Every declaration of the demo: those of the nine months, the inspected ones of 2019, a few days of October."""
    random = chance("declarations")
    nine = sizes.online - sizes.online_dossiers
    plan: list[tuple[Span, int, int]] = [
        (NINE_MONTHS_2019, sizes.inspected_2019, sizes.inspected_2019),
        (LAST_QUARTER_2019, sizes.inspected_last_quarter_2019, sizes.inspected_last_quarter_2019),
        (NINE_MONTHS_2020, nine, sizes.inspected_2020),
        (OCTOBER_2020, sizes.october_2020, 0),
    ]
    found: list[Declared] = []
    numbers = {"import": 102_400_000_00, "export": 302_400_000_00}
    offices, weights = list(OFFICES), list(OFFICES.values())
    for span, count, inspected in plan:
        times = moments(random, span, hours, count, weekend=0.12)
        # Results must come back inside the span, so inspected declarations are drawn among those registered early enough.
        latest = local(span.last, 17) - timedelta(days=13)
        early = [i for i, at in enumerate(times) if at < latest]
        if len(early) < inspected:
            # A span that is all inspections: pull the last ones forward.
            for i in range(len(early), count):
                times[i] = times[random.randrange(len(early))] + timedelta(minutes=random.randrange(1, 50))
            early = list(range(count))
        chosen = set(random.sample(early, inspected))
        for i, at in enumerate(times):
            flow = "import" if i in chosen or random.random() < 0.58 else "export"
            numbers[flow] += random.randrange(3, 40)
            one = Declared(
                f"{numbers[flow]:011d}0",
                random.choices(offices, weights)[0],
                flow,
                random.choice(tax_codes),
                at,
            )
            _live(one, random, hours, inspected=i in chosen, last=local(span.last, 23))
            found.append(one)
    return found


def _live(one: Declared, random: Random, hours: OfficeHours, *, inspected: bool, last: datetime) -> None:
    """What the core will say of it: channel, checks, duty, release, gate."""
    draw = random.random()
    if inspected:
        channel = 2 if draw < 0.7 else 3
    elif one.flow == "export":
        channel = 1 if draw < 0.74 else 2 if draw < 0.97 else 3
    else:
        channel = 1 if draw < 0.35 else 2 if draw < 0.95 else 3
    one.hs_code = f"{random.choice(_CHAPTERS):02d}{random.randrange(1, 99):02d}{random.randrange(10, 99)}00"
    at = one.at
    one.says("registered", at)
    at += timedelta(seconds=random.randrange(2, 50))
    one.says("channelled", at, channel=channel)
    if not inspected and random.random() < 0.004:
        one.says("cancelled", at + timedelta(minutes=random.randrange(30, 600)), code="trader-request")
        return
    if inspected:
        at = _inspect(one, random, hours, at, last)
    if channel >= 2:
        at = hours.after(at, timedelta(minutes=random.randrange(8, 95)))
        one.says("documents_checked", at)
    if channel == 3:
        slow = random.random() < 0.05
        at = hours.after(
            at, timedelta(minutes=random.randrange(600, 1500) if slow else random.randrange(40, 260))
        )
        one.says("goods_checked", at)
    if one.flow == "import":
        at += timedelta(minutes=random.randrange(0, 40))
        one.says("duty_paid", at)
    at += timedelta(minutes=random.randrange(1, 12))
    one.says("released", at)
    if random.random() < 0.93:
        one.says("gone", at + timedelta(minutes=random.randrange(15, 300)))
    if random.random() < 0.02:
        one.says("amended", at + timedelta(seconds=30), digit=1)
        one.steps.sort(key=lambda step: step[1])


def _inspect(one: Declared, random: Random, hours: OfficeHours, at: datetime, last: datetime) -> datetime:
    """The goods wait for one ministry's result, sometimes two; the clock of customs stands still meanwhile."""
    one.applied_at = one.at - timedelta(hours=random.randrange(2, 60))
    one.says("awaiting_inspection", at + timedelta(minutes=random.randrange(5, 60)))
    results = []
    for _ in range(2 if random.random() < 0.08 else 1):
        done = hours.after(
            at,
            timedelta(hours=random.choice((6, 8, 10, 14, 16, 20, 24, 30, 40)), minutes=random.randrange(60)),
        )
        results.append(min(done, last - timedelta(hours=random.randrange(10, 60))))
    one.inspected_at = sorted(results)
    at = max(one.inspected_at[-1], at + timedelta(hours=1)) + timedelta(minutes=random.randrange(1, 9))
    one.says("inspection_received", at)
    return at


def carry_over(declared: list[Declared], count: int) -> None:
    """
    Make exactly `count` declarations of 2019 still open at midnight of New Year: their release moves into January.

    All others of 2019 are finished before; a real department would have more, the report named nineteen dossiers in all.
    """
    midnight = local(date(2020, 1, 1), 0)
    late = [one for one in declared if one.at < midnight and any(step[0] == "released" for step in one.steps)]
    for one in late:
        _finish_before(one, midnight)
    for one in sorted(late, key=lambda one: one.at)[-count:] if count else []:
        index = next(i for i, step in enumerate(one.steps) if step[0] == "released")
        shift = local(date(2020, 1, 2), 9) - one.steps[index][1]
        one.steps[index:] = [(kind, at + shift, details) for kind, at, details in one.steps[index:]]


def _finish_before(one: Declared, moment: datetime) -> None:
    """Nothing of this declaration but its way out of the gate lies after `moment`."""
    released = next((at for kind, at, _ in one.steps if kind == "released"), None)
    if released is not None and released >= moment:
        raise AssertionError(
            f"{one.number} of the demo is released at {released}, after the year it belongs to"
        )


def feed(declared: list[Declared], progress: Callable[[int], None]) -> int:
    """
    Send every night's feed through the gateway and let the worker's own function act on it; returns the messages sent.

    The replay's clock stands at the last second of each day: what happened that day is recorded then. The comparison year
    2019 comes in one file an office and month, recorded on the month's last day.
    """
    partner = Partner.objects.get(code=CORE)
    nights: dict[tuple[date, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for one in declared:
        for kind, at, details in one.steps:
            entries = nights[(_recorded_on((at + OFFSET).date()), one.office)]
            entry = entries.get(one.number)
            if entry is None:
                entry = entries[one.number] = _entry(one, kind)
            entry["events"].append({"kind": kind, "at": at.isoformat(), **details})
    messages = (_message(day, office, entries) for (day, office), entries in sorted(nights.items()))
    for backlog in _backlogs(messages):
        _send(partner, [message for message, _ in backlog])
        progress(sum(count for _, count in backlog))
    return len(nights)


# One night: reference, content, and the moment at which it came.
Sent = tuple[str, bytes, datetime]


def _message(day: date, office: str, entries: dict[str, dict[str, Any]]) -> tuple[Sent, int]:
    body = {
        "feed": CORE,
        "office": office,
        "day": day.isoformat(),
        "declarations": list(entries.values()),
    }
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return (f"CORE-{office}-{day:%Y%m%d}", content, local(day, 23, 59, 59)), len(entries)


def _backlogs(messages: Iterable[tuple[Sent, int]], size: int = 4000) -> Iterator[list[tuple[Sent, int]]]:
    """Nights together until they tell of `size` declarations: a year comes faster than a worker takes it night by night."""
    backlog: list[tuple[Sent, int]] = []
    waiting = 0
    for message, count in messages:
        backlog.append((message, count))
        waiting += count
        if waiting >= size:
            yield backlog
            backlog, waiting = [], 0
    if backlog:
        yield backlog


def _send(partner: Partner, sent: list[Sent]) -> None:
    """Keep the messages, then act on those that are new."""
    with transaction.atomic():
        received = [
            receive(partner, reference=reference, type=TYPE, content=content, at=at)
            for reference, content, at in sent
        ]
    new = [message for message, is_new in received if is_new]
    if not new:
        return
    handlings = [Handling(message=message, next_try_at=message.received_at) for message in new]
    outcomes = process_together(handlings, [message.received_at for message in new])
    for message, outcome in zip(new, outcomes, strict=True):
        if outcome != Handling.State.DONE:
            raise RuntimeError(f"feed {message.reference}: {Handling.objects.get(message=message).findings}")


def _recorded_on(day: date) -> date:
    if day.year >= 2020:
        return day
    return day.replace(day=monthrange(day.year, day.month)[1])


def _entry(one: Declared, first: str) -> dict[str, Any]:
    if first != "registered":
        return {"number": one.number, "events": []}
    return {
        "number": one.number, "flow": one.flow, "regime": _REGIMES[one.flow][int(one.number[-2]) % 5],
        "tax_code": one.tax_code, "hs_code": one.hs_code, "events": [],
    }  # fmt: skip
