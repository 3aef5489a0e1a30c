"""Samples for the addresses of the interface: a dossier of Lan's firm and one of Bình's, and a procedure anybody may read."""

from __future__ import annotations

from django.utils import timezone

from motcua.dossiers.actions import lodge
from motcua.dossiers.api_examples import FILING
from motcua.dossiers.api_shapes import FilingShape, application
from motcua.people.actor import Actor
from tests.people.matrix import Factory, Sample, Thing, World


def a_dossier(world: World) -> Sample:
    """One of each firm; software with a key gets its own, a browser gets neither."""
    now = timezone.now()

    def filed(organisation: int, name: str) -> Thing:
        shape = FilingShape.model_validate(FILING)
        actor = Actor.of(world.people[name], world.today)
        dossier = lodge(application(shape, organisation=organisation, received_at=now), actor=actor, at=now)
        return Thing({"reference": dossier.case.reference}, organisation, dossier.case.office)

    return Sample(
        filed(world.lans, "lan"), filed(world.binhs, "binh"), {"reference": "G12.00.20.001-201012-9999"}
    )


def a_procedure(world: World) -> Sample:
    """A sheet in force, and a name without one."""
    mine = Thing({"field": "confirmation", "name": "declaration-confirmation"})
    return Sample(mine, None, {"field": "confirmation", "name": "nothing"})


SAMPLES: dict[str, Factory] = {
    "api-v1:api-dossier": a_dossier,
    "api-v1:api-receipt": a_dossier,
    "api-v1:api-procedure": a_procedure,
}
EXEMPT: dict[str, str] = {
    "api-v1:api-root": "answers 404 to everybody: django-ninja needs it to know its own prefix"
}
