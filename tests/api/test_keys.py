"""Access keys: shown once, kept as a digest, shut at once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from motcua.dossiers.api_examples import FILING
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import CLOCK
from motcua.people.api_keys import ApiKey, holder, keys_of, make_key, revoke_key
from motcua.people.models import User
from motcua.people.roles import Role
from tests.api.conftest import Post

pytestmark = pytest.mark.django_db


def organisation(people: dict[str, User]) -> int:
    found = people["lan"].organisation_id
    assert found is not None
    return found


def test_the_text_of_a_key_is_nowhere_in_the_table(people: dict[str, User]) -> None:
    key, text = make_key(organisation(people), "ERP", actor=CLOCK, at=timezone.now())
    row = ApiKey.objects.filter(pk=key.pk).values().get()
    assert text.startswith("motcua_")
    assert len(text) > 40
    assert all(text not in str(value) for value in row.values())


def test_a_key_acts_as_software_of_its_firm_and_nothing_more(people: dict[str, User]) -> None:
    key, text = make_key(organisation(people), "ERP", actor=CLOCK, at=timezone.now())
    actor = holder(text)
    assert actor is not None
    assert (actor.key, actor.organisation) == (key.actor_key, organisation(people))
    assert actor.roles == {Role.PARTNER}


def test_a_revoked_key_opens_nothing_from_the_next_request_on(
    post: Post, people: dict[str, User], keys: dict[str, str]
) -> None:
    assert post(FILING).status_code == 201
    key = keys_of(organisation(people)).get()
    revoke_key(key, actor=CLOCK, at=timezone.now())
    answer = post(FILING)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-key")
    assert holder(keys["lan"]) is None
    with pytest.raises(NotAllowed):
        revoke_key(key, actor=CLOCK, at=timezone.now())


def test_a_new_key_of_the_same_firm_gets_the_answers_of_the_old_one(
    post: Post, people: dict[str, User], keys: dict[str, str]
) -> None:
    first = post(FILING)
    revoke_key(keys_of(organisation(people)).get(), actor=CLOCK, at=timezone.now())
    keys["lan"] = make_key(organisation(people), "ERP, new", actor=CLOCK, at=timezone.now())[1]
    again = post(FILING)
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")


def test_a_key_needs_a_name(people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="Name the key"):
        make_key(organisation(people), "  ", actor=CLOCK, at=timezone.now())


@pytest.mark.parametrize("text", ["", "motcua_", "motcua_" + "x" * 43, "motcua_\ud800", "x" * 10_000])
def test_what_is_no_key_is_held_by_nobody(text: str, people: dict[str, User]) -> None:
    assert holder(text) is None
