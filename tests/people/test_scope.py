"""A permission reaches own things, an office's things or everything, and never more than its widest role."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.people import permissions
from motcua.people.actor import ANONYMOUS, CLOCK, Actor
from motcua.people.models import Mandate, Organisation, User
from motcua.people.permissions import Reach, Scope, find_rule, may, reach, rule, scope_of
from motcua.people.roles import Role

TODAY = date(2020, 9, 30)
TABLE = {
    "dossiers.see": rule(
        "Xem",
        "See",
        own=[Role.DECLARANT, Role.AGENT],
        office=[Role.HANDLER, Role.LEADER],
        everything=[Role.AUDITOR, Role.REFORM_CLERK],
    ),
    "catalogue.see": rule("Xem danh mục", "See the catalogue", everything=[Role.PUBLIC]),
}


@pytest.fixture(autouse=True)
def a_small_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two permissions, whatever the other apps have."""
    monkeypatch.setattr(permissions, "table", lambda: TABLE)


def actor(*posts: tuple[Role, str], organisation: int | None = None) -> Actor:
    return Actor(
        "user:1",
        "Ai đó",
        frozenset(role for role, _ in posts),
        organisation=organisation,
        posts=frozenset(posts),
    )


def test_each_role_has_its_scope() -> None:
    assert scope_of(actor((Role.DECLARANT, ""), organisation=3), "dossiers.see") is Scope.OWN
    assert scope_of(actor((Role.HANDLER, "20BB")), "dossiers.see") is Scope.OFFICE
    assert scope_of(actor((Role.AUDITOR, "")), "dossiers.see") is Scope.ALL
    assert scope_of(actor((Role.ADMINISTRATOR, "")), "dossiers.see") is Scope.NONE


def test_an_office_role_held_for_the_department_reaches_everything() -> None:
    assert scope_of(actor((Role.LEADER, "")), "dossiers.see") is Scope.ALL


def test_own_reaches_nothing_without_an_organisation() -> None:
    assert scope_of(actor((Role.DECLARANT, "")), "dossiers.see") is Scope.NONE


def test_an_actor_built_without_an_office_has_no_office_scope() -> None:
    assert scope_of(Actor("user:1", "", frozenset({Role.HANDLER})), "dossiers.see") is Scope.NONE
    assert scope_of(Actor("user:1", "", frozenset({Role.HANDLER}), "20BB"), "dossiers.see") is Scope.OFFICE


def test_what_the_public_may_everybody_may() -> None:
    assert may(ANONYMOUS, "catalogue.see")
    assert may(actor((Role.HANDLER, "20BB")), "catalogue.see")
    assert may(CLOCK, "catalogue.see")
    assert not may(ANONYMOUS, "dossiers.see")


def test_an_unknown_permission_is_our_bug_and_says_where_to_look() -> None:
    with pytest.raises(LookupError, match="PERMISSION_TABLES"):
        find_rule("dossiers.fly")


def test_a_role_cannot_stand_in_two_scopes_nor_a_trader_in_an_office() -> None:
    with pytest.raises(ValueError, match="two scopes"):
        rule("a", "b", own=[Role.AGENT], everything=[Role.AGENT])
    with pytest.raises(ValueError, match="no office"):
        rule("a", "b", office=[Role.DECLARANT])


def test_reach_joins_own_things_and_those_of_the_office(people: dict[str, User]) -> None:
    lan = people["lan"].organisation_id
    both = actor((Role.DECLARANT, ""), (Role.HANDLER, "20CF"), organisation=lan)
    found = reach(both, "dossiers.see", TODAY)
    assert found == Reach(False, frozenset({"20CF"}), frozenset({lan}))
    assert found.covers(office="20CF", organisation=999)
    assert found.covers(office="20BB", organisation=lan)
    assert not found.covers(office="20BB", organisation=None)


def test_the_broker_reaches_lans_things_and_the_stranger_does_not(actors: dict[str, Actor]) -> None:
    lans = actors["lan"].organisation
    assert reach(actors["minh"], "dossiers.see", TODAY).covers(office="20BB", organisation=lans)
    assert reach(actors["lan"], "dossiers.see", TODAY).covers(office="20BB", organisation=lans)
    assert not reach(actors["binh"], "dossiers.see", TODAY).covers(office="20BB", organisation=lans)


def test_the_condition_finds_what_reach_covers(people: dict[str, User]) -> None:
    mine = Reach(organisations=frozenset({people["lan"].organisation_id}))
    assert [user.username for user in User.objects.filter(mine.q(office="office"))] == ["lan"]
    counter = Reach(offices=frozenset({"20BC"}))
    assert User.objects.filter(counter.q()).count() == 3
    assert not User.objects.filter(Reach().q()).exists()
    assert User.objects.filter(Reach(everything=True).q()).count() == len(people)


OFFICES = st.sampled_from(["20BB", "20CF", "20CG"])
POSTS = st.frozensets(
    st.tuples(st.sampled_from([Role.HANDLER, Role.LEADER, Role.ADMINISTRATOR]), OFFICES), max_size=4
)


@given(POSTS, OFFICES)
def test_nobody_reaches_an_office_where_they_hold_nothing(
    posts: frozenset[tuple[Role, str]], office: str
) -> None:
    found = reach(actor(*posts), "dossiers.see", TODAY)
    holds = any(place == office and role is not Role.ADMINISTRATOR for role, place in posts)
    assert found.covers(office=office) == holds


def test_mandates_count_in_their_time_for_their_procedures_until_revoked(people: dict[str, User]) -> None:
    from datetime import datetime

    from motcua.lib.vietnamese import VIETNAM

    lan, minh = people["lan"].organisation_id, people["minh"].organisation_id
    mandate = Mandate.objects.get(principal=lan, agent=minh)
    mandate.procedures, mandate.valid_to = ["clearance/import-declaration"], date(2020, 12, 31)
    mandate.save()
    minh_acts = Actor("user:2", "", organisation=minh).acts_for
    assert minh_acts(TODAY, "clearance/import-declaration") == {lan, minh}
    assert minh_acts(TODAY, "tax/refund") == {minh}
    assert minh_acts(TODAY) == {lan, minh}
    assert minh_acts(date(2021, 1, 1)) == {minh}
    assert minh_acts(date(2019, 12, 31)) == {minh}
    mandate.revoked_at = datetime(2020, 9, 30, 0, 30, tzinfo=VIETNAM)
    mandate.save()
    for day, expected in ((date(2020, 9, 29), {lan, minh}), (TODAY, {minh}), (date(2020, 10, 1), {minh})):
        assert minh_acts(day) == expected
        assert mandate.holds_on(day) == (lan in expected)


def test_a_mandate_is_not_handed_on(people: dict[str, User]) -> None:
    from django.utils import timezone

    minh, binh = people["minh"].organisation_id, people["binh"].organisation_id
    Mandate.objects.create(
        principal_id=minh,
        agent_id=binh,
        valid_from=date(2020, 1, 1),
        granted_at=timezone.now(),
        granted_by="user:0",
    )
    assert Actor("user:3", "", organisation=binh).acts_for(TODAY) == {binh, minh}
    assert Organisation.objects.filter(pk=people["lan"].organisation_id).exists()
