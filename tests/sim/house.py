"""Một Cửa itself for journeys: a live site, its worker's hands, and partners that are simulators with open doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from motcua.exchange.deliver import deliver_one
from motcua.exchange.models import Delivery, Message, Partner, PartnerKey
from motcua.exchange.work import process_one
from motcua.people.api_keys import digest
from motcua.people.models import Organisation
from motcua_sim.base import Simulator
from motcua_sim.control import Control
from motcua_sim.wire import Door, Peer


@dataclass
class Joined:
    """One simulator joined to the house: the partner as the house knows it, the program, and its control door."""

    partner: Partner
    simulator: Simulator
    control: Control
    door: Door


@dataclass
class House:
    """The site at `url`; `ahead` is how far the worker's clock stands before the wall's."""

    url: str
    folder: Path
    ahead: timedelta = timedelta()
    joined: list[Joined] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """What time it is for the worker."""
        return timezone.now() + self.ahead

    def join(
        self, kind: type[Simulator], code: str, *, seed: int = 1, polls: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> Joined:  # fmt: skip
        """A simulator that knows the house, and a partner of the house that knows the simulator."""
        organisation = Organisation.objects.create(kind="carrier", name=code, code=f"X-{code}")
        simulator = kind(
            self.folder / code, peer=self.url, key=f"key-{code}", seed=seed, polls=polls, settings=settings
        )
        door = simulator.open()
        way = {} if polls else {"transport": "https", "settings": {"url": f"{door.url}/exchange/v1/messages"}}
        partner = Partner.objects.create(code=code, name=code, organisation=organisation, **way)
        PartnerKey.objects.create(
            partner=partner, label="test", key_sha256=digest(f"key-{code}"), created_at=timezone.now(),
            created_by="clock",
        )  # fmt: skip
        made = Joined(partner, simulator, Control(door.url), door)
        made.control.clock(set=self.now.isoformat(), speed=0)
        self.joined.append(made)
        return made

    def work(self) -> int:
        """Let the worker do all that waits."""
        done = 0
        while process_one(self.now) or deliver_one(self.now):
            done += 1
        return done

    def pass_time(self, by: timedelta) -> None:
        """Let it become later, here and with everybody."""
        self.ahead += by
        for one in self.joined:
            one.simulator.turn_clock({"advance": by.total_seconds()})

    def settle(self, rounds: int = 60) -> None:
        """Everybody acts until nobody has anything to do at this moment."""
        for _ in range(rounds):
            if not self.work() + sum(len(one.simulator.steps(50, act=False)) for one in self.joined):
                return
        raise AssertionError("the house never came to rest")

    def live(self, total: timedelta, step: timedelta) -> None:
        """So much time, in steps, everybody settling after each."""
        for _ in range(int(total / step)):
            self.settle()
            self.pass_time(step)
        self.settle()

    def live_out(self, most: timedelta, step: timedelta) -> None:
        """The same until nothing is under way any more, neither here nor there."""
        for _ in range(int(most / step)):
            self.settle()
            theirs = [
                one.simulator.store.outgoing("state in ('waiting', 'acknowledged')") for one in self.joined
            ]
            if not any(theirs) and not Delivery.objects.filter(state="waiting").exists():
                return
            self.pass_time(step)
        raise AssertionError(f"something is still under way after {most}")


@contextmanager
def house(url: str, folder: Path) -> Iterator[House]:
    """A house whose simulators are closed at the end."""
    made = House(url, folder)
    try:
        yield made
    finally:
        for one in made.joined:
            one.door.shutdown()
            one.door.server_close()
            one.simulator.close()


def came_in(one: Joined) -> dict[str, Message]:
    """What the house took from a partner, by the partner's reference; a number that was contested is not one of them."""
    found = Message.objects.filter(partner=one.partner, direction="in", contests=None)
    return {message.reference: message for message in found.select_related("handling")}


def books_agree(one: Joined) -> list[str]:
    """
    Where the books of both sides differ: nothing may be lost, doubled or changed, in either direction.

    A message of theirs that is settled there must be here with the same digest and the same fate; one of ours that was
    delivered must be there once.
    """
    theirs, faults = one.control.ledger(), []
    here = came_in(one)
    for sent in theirs["sent"]:
        message = here.get(sent["reference"])
        if sent["state"] in {"done", "refused", "stuck", "acknowledged"}:
            if message is None:
                faults.append(f"lost here: {sent['reference']}")
            elif message.sha256 != sent["sha256"]:
                faults.append(f"changed on the way: {sent['reference']}")
            elif sent["state"] != "acknowledged" and message.handling.state != sent["state"]:
                faults.append(f"{sent['reference']}: {message.handling.state} here, {sent['state']} there")
        elif sent["state"] != "replaced":
            faults.append(f"never settled: {sent['reference']} is {sent['state']}")
    faults += [
        f"not of theirs: {name}" for name in here.keys() - {sent["reference"] for sent in theirs["sent"]}
    ]
    there = {got["reference"]: got for got in theirs["received"]}
    for message in Message.objects.filter(partner=one.partner, direction="out", delivery__state="delivered"):
        got: Any = there.pop(message.reference, None)
        if got is None:
            faults.append(f"lost there: {message.reference}")
        elif got["sha256"] != message.sha256:
            faults.append(f"changed on the way there: {message.reference}")
    faults += [f"never delivered by us: {name}" for name in there]
    return faults


def peer_of(one: Joined, code: str = "") -> Peer:
    """A hand that calls the house with the key of a partner."""
    url = one.simulator.peer.url if one.simulator.peer else ""
    return Peer(url, f"key-{code or one.partner.code}")
