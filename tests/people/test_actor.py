"""An actor is a person on a day, a partner's system, the clock or the public."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from motcua.people import queries
from motcua.people.actor import ANONYMOUS, CLOCK, Actor
from motcua.people.middleware import ActorMiddleware
from motcua.people.models import RoleGrant, User
from motcua.people.roles import TITLES, Role

TODAY = date(2020, 9, 30)


def test_every_role_has_a_title_in_both_languages() -> None:
    assert set(TITLES) == set(Role)
    assert Role.HANDLER.in_language("en") == "Handling officer"
    assert Role.HANDLER.in_language("vi") == "Công chức thụ lý"


def test_the_clock_and_the_public_hold_no_office_and_no_organisation() -> None:
    assert CLOCK.key == "clock"
    assert not CLOCK.roles
    assert ANONYMOUS.is_anonymous
    assert ANONYMOUS.acts_for(TODAY) == frozenset()


def test_a_partner_is_known_by_its_code() -> None:
    partner = Actor.partner("VNACCS", "Hệ thống VNACCS")
    assert (partner.key, partner.has(Role.PARTNER), partner.is_anonymous) == ("partner:VNACCS", True, False)


def test_roles_count_only_in_their_time(people: dict[str, User]) -> None:
    user = people["dung"]
    RoleGrant.objects.create(
        user=user, role=Role.ONE_STOP, office="20CF", valid_from=date(2020, 3, 1), valid_to=date(2020, 3, 31)
    )
    assert not Actor.of(user, date(2020, 2, 29)).has(Role.ONE_STOP)
    assert Actor.of(user, date(2020, 3, 31)).offices(Role.ONE_STOP) == {"20CF"}
    assert not Actor.of(user, date(2020, 4, 1)).has(Role.ONE_STOP)


def test_a_disabled_account_and_nobody_are_the_public(people: dict[str, User]) -> None:
    people["lan"].is_active = False
    assert Actor.of(people["lan"], TODAY) == ANONYMOUS
    assert Actor.of(AnonymousUser(), TODAY) == ANONYMOUS


def test_an_actor_costs_one_query(
    people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        actor = Actor.of(people["tuan"], TODAY)
        assert actor.roles == {Role.LEADER, Role.BRANCH_HEAD}
        assert actor.offices(Role.LEADER) == {"20BB", "20BB-2025"}


def test_the_middleware_asks_nothing_until_somebody_looks_and_then_once(
    people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = HttpRequest()
    request.user = people["hoa"]
    with django_assert_num_queries(0):
        ActorMiddleware(lambda _: HttpResponse())(request)
    with django_assert_num_queries(1):
        assert request.actor.key == people["hoa"].key  # type: ignore[attr-defined]
        assert request.actor.has(Role.ONE_STOP)  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.urls("motcua.people.urls")
def test_a_page_for_the_public_asks_for_no_roles(
    client: Client, people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.post("/language/", {"language": "en"}).status_code == 302


def test_names_of_keys_come_in_one_query(
    people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lan, hoa = people["lan"], people["hoa"]
    with django_assert_num_queries(1):
        names = queries.names_of([lan.key, hoa.key, "partner:VNACCS", "clock", "user:999999999"])
    assert names[lan.key] == "Trần Ngọc Lan"
    assert names["partner:VNACCS"] == "VNACCS"
    assert names["user:999999999"] == "user:999999999"


def test_a_user_name_is_one_name_in_any_case(people: dict[str, User]) -> None:
    made = User.objects.create_user("  Mới.Đến ", full_name="  Người   Mới ")
    assert (made.username, made.full_name, made.has_usable_password()) == ("mới.đến", "Người Mới", False)


def test_a_grant_that_ends_the_day_before_it_begins_is_refused_by_the_database(
    people: dict[str, User],
) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            user=people["lan"], role=Role.AGENT, valid_from=TODAY, valid_to=TODAY - timedelta(days=1)
        )


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.PARTNER])
def test_no_person_can_be_granted_what_is_not_for_people(people: dict[str, User], role: Role) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=people["lan"], role=role, valid_from=TODAY)
