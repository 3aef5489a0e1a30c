"""The customs core: declarations and what happens to them, sent as one feed a day for each office."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.worktime import VIETNAM
from motcua_sim.base import Simulator
from motcua_sim.store import Outgoing
from motcua_sim.things import GOODS, Dice, tax_code

TYPE = "customs-core-feed"
# The core sends a day's feed when the day's work is over.
SENT_AT = time(18, 0)
# A feed that came before the one it builds on is sent again this often.
TRIES = 8


class CustomsCore(Simulator):
    """
    Sends each day's declarations after 18:00 of its clock: new ones, and what happened that day to earlier ones.

    Green, yellow and red channels, changes of channel, amendments, waits for inspections, releases, cancellations.
    """

    name = "customs-core"
    title = Text("Hệ thống lõi hải quan (mô phỏng)", "The customs core, simulated")
    options = {"office": "20BB", "declarations": "20"}

    def act(self, now: datetime) -> str:
        """Send the feed of the day that is over."""
        local = now.astimezone(VIETNAM)
        kept = self.store.recall("core", "next-day")
        day = date.fromisoformat(kept) if kept else local.date()
        if datetime.combine(day, SENT_AT, VIETNAM) > now:
            if not kept:
                self.store.remember("core", "next-day", day.isoformat())
            return ""
        sent = self._send_day(day)
        return f"feed of {day}: {sent.reference}"

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What it can be told."""
        return super().orders() | {"day": self._order_day, "days": self._order_days}

    def _order_day(self, body: dict[str, Any]) -> object:
        """{"day": "2020-03-02"}: send the feed of a day; days are made in their order."""
        return self._send_day(date.fromisoformat(body["day"])).reference

    def _order_days(self, body: dict[str, Any]) -> object:
        """{"from": "2020-03-02", "count": 5, "shuffled": true}: send several days, out of order if told."""
        first, count = date.fromisoformat(body["from"]), int(body["count"])
        days = [first + timedelta(days=n) for n in range(count)]
        feeds = {day: self._feed(day) for day in days}
        if body.get("shuffled"):
            days.sort(key=lambda day: self.chance("shuffle", day))
        return [self._queue(day, feeds[day]).reference for day in days]

    def outcome(self, message: Outgoing, state: str, findings: list[dict[str, Any]], now: datetime) -> None:
        """A feed that came too early is refused as a whole; it is sent again under a new number, a little later."""
        if state != "refused":
            return
        first = message.replaces or message.reference
        tried = int(self.store.recall("tries", first) or 0) + 1
        if tried > TRIES:
            self.note("given-up", reference=first, findings=findings)
            return
        self.store.remember("tries", first, tried)
        again = f"{first}/{tried + 1}"
        self.outbox.send(again, TYPE, message.content, None, timedelta(seconds=10 * tried), replaces=first)
        self.note("sent-anew", reference=message.reference, under=again)

    # A day ------------------------------------------------------------------------------------------------------

    def _send_day(self, day: date) -> Outgoing:
        return self._queue(day, self._feed(day))

    def _queue(self, day: date, content: bytes) -> Outgoing:
        return self.send(reference=f"{self.settings['office']}-{day}", type=TYPE, content=content)

    def _feed(self, day: date) -> bytes:
        """The bytes of a day's feed; made once, the same ever after."""
        made = self.store.recall("feed", day.isoformat())
        if made is not None:
            return str(made).encode()
        last = self.store.recall("core", "last-day")
        if last and day.isoformat() < last:
            raise Refused(
                f"Ngày {day} đã qua; bản tin cuối là của ngày {last}.",
                f"{day} has passed; the last feed was of {last}.",
            )
        entries = [self._register(day, number) for number in range(int(self.settings["declarations"]))]
        declarations = [_entry(one, day) for one in entries]
        for key, one in self.store.recall_all("declaration").items():
            if one["opened"] != day.isoformat() and (later := _events(one, day)):
                declarations.append({"number": _number(key, one, day), "events": later})
        feed = {
            "feed": "customs-core", "office": self.settings["office"], "day": day.isoformat(),
            "declarations": [one for one in declarations if one["events"]],
        }  # fmt: skip
        text = json.dumps(feed, ensure_ascii=False, indent=1)
        self.store.remember("feed", day.isoformat(), text)
        self.store.remember("core", "last-day", day.isoformat())
        # A day of the past that was ordered does not make it catch up with all the days since.
        kept = (
            self.store.recall("core", "next-day") or self.clock.now().astimezone(VIETNAM).date().isoformat()
        )
        self.store.remember("core", "next-day", max(kept, (day + timedelta(days=1)).isoformat()))
        return text.encode()

    def _register(self, day: date, number: int) -> dict[str, Any]:
        """A new declaration with its whole future."""
        dice = Dice(self.seed, "declaration", self.settings["office"], day, number)
        flow = "import" if dice.falls(0.6, "flow") else "export"
        serial = self.store.next_number("declaration")
        owner = int(Dice(self.seed, self.settings["office"]).chance("series") * 1000)
        key = f"{'10' if flow == 'import' else '30'}{owner:03d}{serial:06d}"
        made = {
            "key": key, "flow": flow, "opened": day.isoformat(), "tax_code": tax_code(dice.number(1, 400, "firm")),
            "regime": dice.one(("A11", "A12", "E21", "E31") if flow == "import" else ("B11", "B13", "E42", "E62"), "type"),
            "hs_code": dice.one(GOODS, "goods")[1] + "00",
            "events": _life(dice, datetime.combine(day, time(7, 30), VIETNAM)),
        }  # fmt: skip
        self.store.remember("declaration", key, made)
        return made


def _life(dice: Dice, morning: datetime) -> list[dict[str, Any]]:
    """Everything that will happen to a declaration, in the order of times."""
    at = morning + timedelta(minutes=dice.number(0, 480, "registered"))
    events: list[dict[str, Any]] = [{"kind": "registered", "at": at}]

    def after(kind: str, low: int, high: int, **details: object) -> None:
        nonlocal at
        at += timedelta(minutes=dice.number(low, high, kind, len(events)))
        events.append({"kind": kind, "at": at, **details})

    drawn = dice.chance("channel")
    channel = 1 if drawn < 0.62 else 2 if drawn < 0.92 else 3
    after("channelled", 1, 3, channel=channel)
    if dice.falls(0.04, "cancelled"):
        after("cancelled", 60, 2000, code="trader")
        return events
    if channel == 1 and dice.falls(0.03, "changed"):
        channel = 3
        after("channelled", 10, 90, channel=3, reason="selected by an officer")
    if channel > 1:
        after("documents_checked", 15, 110)
    if channel == 3 and dice.falls(0.4, "inspection"):
        after("awaiting_inspection", 10, 60)
        after("inspection_received", 600, 5000)
    if channel == 3:
        after("goods_checked", 60, 420)
    after("duty_paid", 1, 240)
    after("released", 1, 30)
    if dice.falls(0.08, "amended"):
        after("amended", 30, 3000, digit=1)
    after("gone", 60, 2800)
    return events


def _events(declaration: dict[str, Any], day: date) -> list[dict[str, Any]]:
    """What happened to a declaration on one day."""
    found = []
    for event in declaration["events"]:
        at = event["at"] if isinstance(event["at"], datetime) else datetime.fromisoformat(event["at"])
        if at.astimezone(VIETNAM).date() == day:
            found.append(event | {"at": at.isoformat()})
    return found


def _number(key: str, declaration: dict[str, Any], day: date) -> str:
    """Twelve digits: the last one counts the amendments up to this day."""
    digits = [
        event["digit"]
        for event in declaration["events"]
        if event["kind"] == "amended" and str(event["at"])[:10] <= day.isoformat()
    ]
    return f"{key}{max(digits, default=0)}"


def _entry(declaration: dict[str, Any], day: date) -> dict[str, Any]:
    head = {name: declaration[name] for name in ("flow", "regime", "tax_code", "hs_code")}
    return {"number": f"{declaration['key']}0", **head, "events": _events(declaration, day)}
