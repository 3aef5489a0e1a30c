"""The cast, for every test that needs people."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import User

TODAY = date(2020, 9, 30)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The cast by user name."""
    return ensure_cast()


@pytest.fixture
def actors(people: dict[str, User]) -> dict[str, Actor]:
    """The cast as actors of one day in 2020."""
    return {name: Actor.of(user, TODAY) for name, user in people.items()}


@pytest.fixture
def lan(client: Client, people: dict[str, User]) -> Client:
    """A browser in which Lan is signed in."""
    client.post("/sign-in/as/", {"as": "lan"})
    return client
