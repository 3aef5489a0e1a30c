"""The cast is the same people every time, and opens nothing where real work is done."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from motcua.people import queries
from motcua.people.cast import FIRMS, MEMBERS, PASSWORD, ensure_cast
from motcua.people.models import Mandate, Organisation, RoleGrant, User
from motcua.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.people.urls")]
TODAY = date(2020, 9, 30)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (User, Organisation, RoleGrant, Mandate))


def test_making_the_cast_twice_changes_nothing(people: dict[str, User]) -> None:
    before = counts(), {user.pk: user.password for user in User.objects.all()}
    ensure_cast()
    assert (counts(), {user.pk: user.password for user in User.objects.all()}) == before


def test_every_office_that_takes_dossiers_has_a_counter_a_handler_and_a_leader(
    people: dict[str, User],
) -> None:
    offices = queries.receiving_offices(TODAY)
    assert len(offices) == 9
    for office in offices:
        for role in (Role.ONE_STOP, Role.HANDLER, Role.LEADER):
            assert queries.holders(role, office.code, TODAY), f"{office} has no {role}"


def test_every_role_of_a_person_is_played_by_somebody() -> None:
    played = {role for member in MEMBERS for role, _ in member.posts}
    assert played == set(Role) - {Role.PUBLIC, Role.PARTNER}


def test_no_two_of_the_cast_share_a_name() -> None:
    assert Counter(member.name for member in MEMBERS).most_common(1)[0][1] == 1
    assert Counter(member.username for member in MEMBERS).most_common(1)[0][1] == 1


def test_tax_codes_of_the_cast_belong_to_nobody() -> None:
    for firm in FIRMS:
        assert firm.tax_code is None or firm.tax_code.startswith("99")


def test_the_administrator_has_no_organisation_and_no_office(people: dict[str, User]) -> None:
    admin = people["phuc"]
    assert (admin.organisation, admin.office) == (None, "")


def test_outside_development_the_cast_has_no_password(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    assert not any(user.has_usable_password() for user in ensure_cast().values())


def test_outside_development_a_password_left_over_is_taken_away(
    people: dict[str, User], settings: Settings
) -> None:
    assert people["lan"].has_usable_password()
    settings.DEVELOPMENT = False
    ensure_cast()
    assert not User.objects.get(username="lan").has_usable_password()


def test_outside_development_the_printed_password_opens_nothing(
    client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.DEVELOPMENT = False
    assert client.post("/sign-in/", {"username": "lan", "password": PASSWORD}).status_code == 422
    assert "_auth_user_id" not in client.session
