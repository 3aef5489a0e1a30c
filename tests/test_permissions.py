"""Every address says whom it is for, and keeps its word for every role and every thing; see tests/people/matrix.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from motcua.people.cast import MAIN, ensure_cast
from motcua.people.management.commands.permissions import page_file
from motcua.people.permissions import PUBLIC, SIGNED_IN, Route, Scope, registered_views, scope_of, table
from motcua.people.permissions_page import permissions_page
from motcua.people.roles import Role
from tests.people.matrix import SHUT, Thing, World, ask, fault, gathered, key

ROUTES = registered_views()
SAMPLES, EXEMPT = gathered()
MATRIX = [route for route in ROUTES if key(route) not in EXEMPT]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast with one signed-in browser each, made once for the whole matrix and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = ensure_cast()
        clients = {"": Client(raise_request_exception=False)}
        for member in MAIN:
            clients[member.username] = Client(raise_request_exception=False)
            clients[member.username].force_login(people[member.username])
        yield World(people, clients, timezone.localdate())
        transaction.set_rollback(True)


def test_every_address_says_whom_it_is_for() -> None:
    silent = [route.pattern for route in MATRIX if None in route.requirements]
    assert not silent, f"these views carry neither @permission, @signed_in nor @public: {silent}"


def test_every_permission_that_a_view_names_stands_in_a_table() -> None:
    named = {one for route in ROUTES for one in route.requirements if one} - {PUBLIC, SIGNED_IN}
    assert not named - table().keys(), "list the app's table in settings.PERMISSION_TABLES"


def test_every_address_with_parameters_has_a_sample() -> None:
    without = [key(route) for route in MATRIX if route.parameters and key(route) not in SAMPLES]
    assert not without, f"add them to tests/<app>/route_samples.py: {without}"


def test_samples_and_exemptions_are_of_addresses_that_exist_and_give_reasons() -> None:
    known = {key(route) for route in ROUTES}
    assert not (SAMPLES.keys() | EXEMPT.keys()) - known
    assert all(len(reason.split()) > 3 for reason in EXEMPT.values())


def test_somebody_plays_every_role_in_the_matrix() -> None:
    assert {role for member in MAIN for role, _ in member.posts} == set(Role) - {Role.PUBLIC, Role.PARTNER}


@pytest.mark.parametrize("route", MATRIX, ids=key)
def test_the_address_keeps_its_word(route: Route, world: World) -> None:
    sample = SAMPLES[key(route)](world) if route.parameters and key(route) in SAMPLES else None
    if route.parameters and sample is None:
        pytest.fail("no sample, see tests/people/matrix.py")
    things = [sample.mine, sample.foreign] if sample else [None]
    faults = [
        f"{who or 'signed out'} {method} {thing.kwargs if thing else ''}: {found}"
        for thing in things
        for who, client in world.clients.items()
        for method in ("get", "post")
        if sample is None or thing is not None
        if (found := _asked(route, world, who, client, thing, method, sample.data if sample else {}))
    ]
    if sample and sample.missing is not None:
        faults += [
            f"{who or 'signed out'} {method} a thing that does not exist: got {status}"
            for who, client in world.clients.items()
            for method in ("get", "post")
            if (status := ask(client, route, sample.missing, method, sample.data).status_code)
            not in {*SHUT, 302, 401}
        ]
    assert not faults, "\n".join(faults)


def _asked(
    route: Route, world: World, who: str, client: Client, thing: Thing | None, method: str, data: Any
) -> str:
    answer = ask(client, route, thing.kwargs if thing else {}, method, data)
    if found := fault(route, world, who, thing, answer):
        return found
    # Two promises that do not rest on the tables, so that a slip in a table is noticed too.
    guarded = PUBLIC not in route.requirements and answer.status_code not in SHUT
    if guarded and who == "binh" and thing is not None and thing.organisation == world.lans:
        return f"Bình got {answer.status_code} for a thing of Lan's"
    if guarded and who == "an" and method == "post" and SIGNED_IN not in route.requirements:
        read = ask(client, route, thing.kwargs if thing else {}, "get", {})
        return (
            f"the auditor, who only reads, got {answer.status_code} for an act"
            if read.status_code == 405
            else ""
        )
    return ""


@pytest.mark.parametrize("name", sorted(table()))
def test_the_administrator_has_no_business_rights(name: str, world: World) -> None:
    allowed = name.startswith(("accounts.", "system."))
    assert allowed or scope_of(world.actor("phuc"), name) is Scope.NONE or Role.PUBLIC in table()[name].scopes


def test_the_page_of_permissions_is_up_to_date() -> None:
    written = page_file().read_text(encoding="utf-8") if page_file().exists() else ""
    assert written == permissions_page(), (
        "run: DJANGO_SETTINGS_MODULE=motcua.config.settings python -m django permissions --write"
    )
