"""Dossiers of the demo: online, at the counter and by post, in all states, some late, some paused, some mended."""

from __future__ import annotations

import hashlib
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from motcua.casework import clock
from motcua.casework.batch import Filing
from motcua.casework.clock import Effect, Tick
from motcua.casework.record import NewCase, NewEvent
from motcua.demo.answers import answers
from motcua.demo.chance import OFFSET, chance, local, moments
from motcua.demo.sizes import DECEMBER_2019, NINE_MONTHS_2020, OCTOBER_2020, Sizes, Span
from motcua.dossiers.code import DossierCode
from motcua.dossiers.models import Dossier
from motcua.law.sheets import Sheet
from motcua.lib.digest import canonical
from motcua.lib.worktime import OfficeHours
from motcua.people.models import Office, Organisation
from motcua.procedures.catalogue import catalogue

# How much each office has to do; the rest of the nine share what is left.
_SHARES = {"20BB": 0.34, "20BC": 0.08, "20BD": 0.07, "20CE": 0.03, "20CF": 0.21, "20CG": 0.15}
_SECRET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Counter:
    """An office that takes dossiers: its hours and the people who sit there, by event key."""

    office: Office
    hours: OfficeHours
    one_stop: str
    handler: str
    leader: str


@dataclass
class Story:
    """One dossier's events as they are made up, in order; `known` is when the system learnt of each."""

    counter: Counter
    channel: str
    events: list[NewEvent] = field(default_factory=list)

    def add(self, kind: str, at: datetime, actor: str, known: datetime | None = None, **details: Any) -> None:
        """Append an event; it is recorded when it happens, unless it was keyed in later."""
        last = self.events[-1].recorded_at if self.events else at
        recorded = max(known or at, last)
        self.events.append(
            NewEvent(
                kind=kind, at=at, recorded_at=recorded, actor=actor, channel=self.channel, details=details
            )
        )

    def strike(self, at: datetime, actor: str) -> None:
        """Strike out the last event: an officer's slip, mended in view."""
        number = len(self.events)
        recorded = max(at, self.events[-1].recorded_at)
        self.events.append(
            NewEvent(
                kind="voided", at=at, recorded_at=recorded, actor=actor, channel=self.channel,
                details={"reason": "slip"}, voids=number,
            )
        )  # fmt: skip


class Dossiers:
    """Makes the filings of the year; `codes` tells how many codes each office gave each day."""

    def __init__(
        self,
        sizes: Sizes,
        counters: list[Counter],
        firms: list[Organisation],
        *,
        name: str = "dossiers",
        late: float = 0.014,
    ) -> None:
        self.sizes = sizes
        self.late = late
        self.counters = counters
        self.firms = firms
        self.random = chance(name)
        self.codes: Tally[tuple[str, date]] = Tally()
        rest = max(1, len(counters) - len(_SHARES))
        self.weights = [_SHARES.get(c.office.code, 0.12 / rest) for c in counters]
        self._sheets: dict[tuple[str, date], list[Sheet]] = {}

    def filings(self) -> Iterator[Filing]:
        """December 2019 with those carried over, the nine months, a few days of October."""
        sizes = self.sizes
        posted = round(sizes.desk_or_post * 0.14)
        carried = max(0, sizes.carried_over - 2)
        yield from self._span(
            DECEMBER_2019,
            {"online": sizes.december_2019 // 2, "desk": sizes.december_2019 // 2},
            until=local(date(2019, 12, 31), 17),
        )
        yield from self._carried(carried)
        yield from self._span(
            NINE_MONTHS_2020,
            {"online": sizes.online_dossiers, "desk": sizes.desk_or_post - posted, "post": posted},
        )
        yield from self._span(
            OCTOBER_2020, {"online": sizes.october_2020 // 4, "desk": sizes.october_2020 // 4}
        )

    def desk_of(self, now: datetime) -> Iterator[Filing]:
        """What lies on the desks at this moment: the filings of the last days, each only as far as it has come."""
        last, hours = (now + OFFSET).date(), self.counters[0].hours
        span = Span(last - timedelta(days=16), last)
        for filing in self._span(span, {"online": 240, "desk": 70, "post": 20}):
            events = [event for event in filing.events if event.recorded_at <= now]
            # Of what came in during the last working day or two, half has not been looked at yet.
            if (
                events
                and hours.between(events[0].at, now) < timedelta(hours=14)
                and self.random.random() < 0.5
            ):
                events = events[:1]
            if not events:
                continue
            decided = any(event.kind == "decided" for event in events)
            if isinstance(filing.subject, Dossier) and not decided:
                filing.subject.result_number = ""
            yield Filing(filing.new, events, filing.subject)

    def _span(self, span: Span, counts: dict[str, int], until: datetime | None = None) -> Iterator[Filing]:
        random = self.random
        for channel, count in counts.items():
            for at in moments(random, span, self.counters[0].hours, count):
                counter = random.choices(self.counters, self.weights)[0]
                yield self._dossier(counter, channel, at, until)
                # Beside every hundred accepted, a few that never were: refused at the counter, or taken back at once.
                if random.random() < 0.012:
                    yield self._never_accepted(counter, channel, at)

    def _carried(self, count: int) -> Iterator[Filing]:
        """Accepted in the last days of 2019, decided in the first of 2020."""
        random = self.random
        for number in range(count):
            counter = self.counters[number % len(self.counters)]
            at = local(date(2019, 12, 30 + number % 2), 9 + number % 6, random.randrange(60))
            yield self._dossier(
                counter, "online" if number % 3 else "desk", at, None, not_before=local(date(2020, 1, 2), 8)
            )

    def _sheet(self, channel: str, day: date) -> Sheet:
        month = day.replace(day=1)
        known = self._sheets.get((channel, month))
        if known is None:
            known = self._sheets[(channel, month)] = [
                sheet
                for sheet in catalogue().all_in_force(month)
                if sheet.counted_by == "one-stop"
                and channel in {str(name) for name in sheet.channels.open()}
                and {"branch", "department"} & {str(level) for level in sheet.level}
                and sheet.procedure not in _KEPT_ELSEWHERE
            ]
        return known[min(int(self.random.random() ** 2.2 * len(known)), len(known) - 1)]

    def _dossier(
        self,
        counter: Counter,
        channel: str,
        accepted: datetime,
        until: datetime | None,
        not_before: datetime | None = None,
    ) -> Filing:
        random = self.random
        sheet = self._sheet(channel, (accepted + OFFSET).date())
        story = Story(counter, channel)
        known = None
        lodged = accepted - timedelta(minutes=random.randrange(3, 25))
        if channel == "online":
            lodged = accepted - timedelta(minutes=random.randrange(5, 420))
        elif channel == "post":
            # Posted papers are opened and keyed in up to two days later; they keep the day on which they truly came.
            known = counter.hours.after(accepted, timedelta(minutes=random.randrange(30, 960)))
        who = "public" if channel == "online" else counter.one_stop
        firm = random.choice(self.firms)
        typed = answers(sheet, firm.tax_code or "")
        content = hashlib.sha256(canonical(typed)).hexdigest()
        story.add("lodged", lodged, who, known, version=1, content=content)
        story.add("accepted", accepted, counter.one_stop, known)
        self._handle(story, sheet, accepted, until, not_before)
        return self._filing(story, sheet, lodged, typed, firm)

    def _handle(
        self, story: Story, sheet: Sheet, at: datetime, until: datetime | None, not_before: datetime | None
    ) -> None:
        """From acceptance to the result: mostly in time, with the troubles a counter knows."""
        random, counter = self.random, story.counter
        hours = counter.hours
        limit = sheet.limit_for(story.channel)
        ticks = [Tick(at, Effect.START, "", 2)]
        calm = until is not None or not_before is not None
        at = hours.after(at, timedelta(minutes=random.randrange(4, 40)))
        story.add("transferred", at, counter.one_stop, holder="handling", officer=counter.handler)
        draw = random.random()
        if not calm and draw < 0.07:
            at = hours.after(at, timedelta(minutes=random.randrange(10, 120)))
            story.add(
                "supplement_requested",
                at,
                counter.handler,
                items=[sheet.documents[0].id if sheet.documents else "form"],
            )
            ticks.append(Tick(at, Effect.PAUSE, "supplement", 4))
            if random.random() < 0.06:
                story.add("withdrawn", at + timedelta(days=random.randrange(2, 20)), "public")
                return
            at = hours.after(
                at + timedelta(days=random.randrange(1, 9)), timedelta(minutes=random.randrange(5, 300))
            )
            story.add(
                "supplemented", at, "public", version=2, content=hashlib.sha256(str(at).encode()).hexdigest()
            )
            ticks.append(Tick(at, Effect.RESUME, "supplement", 5))
        elif not calm and draw < 0.11 and sheet.fees:
            at = hours.after(at, timedelta(minutes=random.randrange(5, 60)))
            story.add("payment_requested", at, counter.handler, amount="20000")
            ticks.append(Tick(at, Effect.PAUSE, "payment", 4))
            at = hours.after(
                at + timedelta(hours=random.randrange(1, 40)), timedelta(minutes=random.randrange(1, 90))
            )
            story.add("paid", at, counter.handler, amount="20000")
            ticks.append(Tick(at, Effect.RESUME, "payment", 5))
        elif not calm and draw < 0.12:
            at = hours.after(at, timedelta(minutes=random.randrange(30, 200)))
            story.add("suspended", at, counter.leader)
            ticks.append(Tick(at, Effect.PAUSE, "suspension", 4))
            at = hours.after(
                at + timedelta(days=random.randrange(1, 6)), timedelta(minutes=random.randrange(1, 200))
            )
            story.add("resumed", at, counter.leader)
            ticks.append(Tick(at, Effect.RESUME, "suspension", 5))
        elif not calm and draw < 0.135:
            story.add("withdrawn", hours.after(at, timedelta(minutes=random.randrange(20, 400))), "public")
            return
        done = self._decided_at(ticks, limit, hours, at, until, not_before)
        middle = hours.after(at, hours.between(at, done) / 2)
        for step in sheet.steps[1:3]:
            story.add("step_done", middle, counter.handler, step=step.id)
        outcome = "approved" if random.random() < 0.965 else "rejected"
        number = f"{len(self.codes) + random.randrange(1, 9)}/HQ-{counter.office.code}"
        story.add(
            "decided",
            done,
            counter.leader,
            outcome=outcome,
            number=number,
            content=hashlib.sha256(number.encode()).hexdigest(),
        )
        if not calm and random.random() < 0.004:
            at = done + timedelta(minutes=random.randrange(5, 50))
            story.strike(at, counter.leader)
            done = hours.after(at, timedelta(minutes=random.randrange(10, 90)))
            story.add(
                "decided",
                done,
                counter.leader,
                outcome=outcome,
                number=number,
                content=hashlib.sha256(number.encode()).hexdigest(),
            )
        if random.random() < 0.97:
            handed = hours.after(done, timedelta(minutes=random.randrange(3, 900)))
            story.add(
                "handed_over",
                handed,
                counter.one_stop,
                way="online" if story.channel == "online" else random.choice(("desk", "desk", "post")),
            )
            if random.random() < 0.18:
                story.add(
                    "rated",
                    handed + timedelta(minutes=random.randrange(2, 3000)),
                    "public",
                    score=random.choice((5, 5, 5, 4, 4, 3, 2)),
                )

    def _decided_at(
        self,
        ticks: list[Tick],
        limit: Any,
        hours: OfficeHours,
        at: datetime,
        until: datetime | None,
        not_before: datetime | None,
    ) -> datetime:
        """Before the deadline nine times in ten, on its last day sometimes, now and then too late."""
        random = self.random
        due = clock.read(ticks, limit, hours).due_at if limit else None
        due = due or hours.after(at, timedelta(hours=24))
        left = max(hours.between(at, due), timedelta(minutes=6))
        draw = random.random()
        if draw < self.late:
            done = hours.after(due, timedelta(minutes=random.randrange(20, 2400)))
        elif draw < 0.10:
            done = hours.after(at, left * random.uniform(0.93, 0.995))
        else:
            done = hours.after(at, left * random.uniform(0.05, 0.85))
        # A case that was late before its pause has its deadline behind it.
        done = max(done, hours.after(at, timedelta(minutes=random.randrange(2, 90))))
        if until is not None:
            done = min(done, until - timedelta(minutes=random.randrange(1, 30)))
            done = max(done, at + timedelta(minutes=1))
        if not_before is not None:
            done = max(done, not_before + timedelta(minutes=random.randrange(10, 300)))
        return done

    def _never_accepted(self, counter: Counter, channel: str, at: datetime) -> Filing:
        sheet = self._sheet(channel, (at + OFFSET).date())
        story = Story(counter, channel)
        story.add("lodged", at, "public" if channel == "online" else counter.one_stop, version=1)
        story.add(
            "refused",
            at + timedelta(minutes=self.random.randrange(3, 200)),
            counter.one_stop,
            code="outside-competence",
        )
        return self._filing(story, sheet, at, {}, self.random.choice(self.firms))

    def _filing(
        self, story: Story, sheet: Sheet, lodged: datetime, typed: dict[str, Any], firm: Organisation
    ) -> Filing:
        random = self.random
        office, day = story.counter.office, (lodged + OFFSET).date()
        self.codes[(office.dossier_unit, day)] += 1
        code = DossierCode(office.dossier_unit, day, self.codes[(office.dossier_unit, day)])
        return Filing(
            NewCase(
                kind="dossier", reference=str(code), office=office.code, channel=story.channel, opened_at=lodged,
                procedure=sheet.procedure, sheet_since=sheet.since,
                calendar=sheet.calendar if sheet.calendar != "customs-offices" else office.calendar,
                limit=sheet.limit_for(story.channel), organisation=firm.pk, label=firm.name,
                search=f"{firm.tax_code} {sheet.title.vi}",
            ),
            story.events,
            Dossier(
                applicant_name=firm.name, applicant_tax_code=firm.tax_code or "", answers=typed,
                typed_by="public" if story.channel == "online" else story.counter.one_stop,
                secret="".join(random.choices(_SECRET, k=8)),
                result_number=next((e.details["number"] for e in story.events if e.kind == "decided"), ""),
            ),
        )  # fmt: skip


# These have cases of their own kind (movements, inspections, certificates) and must not be counted twice.
_KEPT_ELSEWHERE = frozenset({
    "transport/ship-entry", "transport/ship-exit", "inspection/specialised-inspection-result", "origin/form-d-receipt",
    "transport/aircraft-entry-exit", "transport/vehicle-entry-exit", "luggage-persons/passenger-luggage",
})  # fmt: skip
