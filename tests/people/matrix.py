"""
The matrix of rights: every address, asked by every role, for a thing of one's own, of another, and of nobody.

An app adds samples for its addresses in `tests/<app>/route_samples.py`:

    SAMPLES: dict[str, Callable[[World], Sample]] = {"dossier": a_dossier}
    EXEMPT: dict[str, str] = {"address-name": "the reason why it cannot be asked here"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from motcua.people.actor import ANONYMOUS, Actor
from motcua.people.models import User
from motcua.people.permissions import PUBLIC, SIGNED_IN, Route, may, reach

# What a page answers to somebody who may not even know that it exists; 405 tells only that the address takes no GET.
SHUT = {404, 405}


@dataclass(frozen=True)
class Thing:
    """Something behind an address: its parameters, and whose it is. `user` names the only person who may have it."""

    kwargs: Mapping[str, object]
    organisation: int | None = None
    office: str = ""
    user: str = ""


@dataclass(frozen=True)
class Sample:
    """A thing of Lan's firm at Móng Cái, one of Bình's firm at Hòn Gai, and parameters that name nothing.

    `missing` None: every parameter names something (a page per letter, say). `data` is what is posted.
    """

    mine: Thing
    foreign: Thing | None
    missing: Mapping[str, object] | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The cast, its browsers and today."""

    people: Mapping[str, User]
    clients: Mapping[str, Client]
    today: date

    def actor(self, name: str) -> Actor:
        """One of the cast as an actor; '' is somebody who is not signed in."""
        return Actor.of(self.people[name], self.today) if name else ANONYMOUS

    @property
    def lans(self) -> int:
        """The id of Lan's firm."""
        return self._firm("lan")

    @property
    def binhs(self) -> int:
        """The id of Bình's firm."""
        return self._firm("binh")

    def _firm(self, name: str) -> int:
        organisation: int | None = self.people[name].organisation_id
        assert organisation is not None
        return organisation


Factory = Callable[[World], Sample]


def gathered() -> tuple[dict[str, Factory], dict[str, str]]:
    """All samples and exemptions of all `tests/<app>/route_samples.py`; an address may stand in one place only."""
    samples: dict[str, Factory] = {}
    exempt: dict[str, str] = {}
    for file in sorted(Path(__file__).resolve().parents[1].glob("*/route_samples.py")):
        module = import_module(f"tests.{file.parent.name}.route_samples")
        found: dict[str, Any] = {**module.SAMPLES, **getattr(module, "EXEMPT", {})}
        if twice := found.keys() & (samples.keys() | exempt.keys()):
            raise ValueError(f"{file} repeats {', '.join(sorted(twice))}")
        samples |= module.SAMPLES
        exempt |= getattr(module, "EXEMPT", {})
    return samples, exempt


def key(route: Route) -> str:
    """How the samples call a route: its name, or its pattern when it has none."""
    return route.name or route.pattern


def is_open(route: Route, actor: Actor, thing: Thing | None, today: date) -> bool:
    """What the tables say: whether this actor gets this thing at this address."""
    return any(_allows(requirement, actor, thing, today) for requirement in route.requirements)


def _allows(requirement: str | None, actor: Actor, thing: Thing | None, today: date) -> bool:
    if requirement == PUBLIC:
        return True
    if requirement is None or actor.is_anonymous:
        return bool(requirement) and requirement != SIGNED_IN and may(actor, requirement or "")
    if requirement != SIGNED_IN and not may(actor, requirement):
        return False
    if thing is None:
        return True
    if thing.user:
        return actor.name == thing.user
    return requirement == SIGNED_IN or reach(actor, requirement, today).covers(
        office=thing.office, organisation=thing.organisation
    )


def ask(
    client: Client, route: Route, kwargs: Mapping[str, object], method: str, data: Mapping[str, Any]
) -> HttpResponse:
    """Send one request and take back whatever it did, in the database and in the browser's cookies."""
    cookies = deepcopy(client.cookies)
    url = reverse(route.name, kwargs=dict(kwargs)) if route.name else "/" + route.pattern
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(url, data)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def asks_to_sign_in(answer: HttpResponse) -> bool:
    """Whether a signed-out caller was sent to the sign-in page, or told 401."""
    return answer.status_code == 401 or answer.headers.get("Location", "").startswith(settings.LOGIN_URL)


def fault(route: Route, world: World, who: str, thing: Thing | None, answer: HttpResponse) -> str:
    """What is wrong with an answer; '' when it is what the tables say."""
    actor = world.actor(who)
    status = answer.status_code
    if status >= 500:
        return f"crashed with {status}"
    if is_open(route, actor, thing, world.today):
        closed = status == 404 or (PUBLIC not in route.requirements and asks_to_sign_in(answer))
        return f"should be let in, got {status}" if closed else ""
    if actor.is_anonymous and asks_to_sign_in(answer):
        return ""
    return "" if status in SHUT else f"should get 404, got {status}"
