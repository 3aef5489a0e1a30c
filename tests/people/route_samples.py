"""Samples for the addresses of the people app."""

from __future__ import annotations

from django.utils import timezone

from motcua.people.models import Mandate, SignIn
from tests.people.matrix import Factory, Sample, Thing, World


def a_session(world: World) -> Sample:
    """One session of Lan's, one of Bình's."""
    lans, binhs = (
        SignIn.objects.create(
            user=world.people[name], session_key=f"sample-{name}", started_at=timezone.now()
        )
        for name in ("lan", "binh")
    )
    return Sample(
        Thing({"pk": lans.pk}, user=world.people["lan"].full_name),
        Thing({"pk": binhs.pk}, user=world.people["binh"].full_name),
        {"pk": 987654321},
    )


def a_mandate(world: World) -> Sample:
    """Lan's mandate for Minh, and one that Bình gave; a mandate is its giver's alone, its holder cannot revoke it."""
    binhs = Mandate.objects.create(
        principal_id=world.binhs,
        agent=world.people["khanh"].organisation,
        valid_from=world.today,
        granted_at=timezone.now(),
        granted_by=world.people["binh"].key,
    )
    lans = Mandate.objects.get(principal_id=world.lans)
    return Sample(
        Thing({"pk": lans.pk}, world.lans, user=world.people["lan"].full_name),
        Thing({"pk": binhs.pk}, world.binhs, user=world.people["binh"].full_name),
        {"pk": 987654321},
    )


SAMPLES: dict[str, Factory] = {"end-session": a_session, "revoke-mandate": a_mandate}

# Addresses whose answer depends on more than who asks, each tested elsewhere.
EXEMPT: dict[str, str] = {
    "sign-in-as": "404 without the name of one of the cast; tests/people/test_sign_in.py asks it with and without",
}
