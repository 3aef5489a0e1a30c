"""Samples for the addresses of the interface: a dossier of Lan's firm and one of Bình's, and a procedure anybody may read."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from motcua.dossiers.actions import lodge
from motcua.dossiers.api_examples import FILING
from motcua.dossiers.api_shapes import FilingShape, application
from motcua.manifest.actions import lodge as lodge_paper
from motcua.manifest.documents import Place
from motcua.people.actor import Actor
from tests.manifest.calls import bill, call, manifest
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


def _movements(world: World, **more: str) -> Sample:
    now = timezone.now()
    things = []
    for organisation, journey in ((world.lans, "S8"), (world.binhs, "S9")):
        document = manifest(
            bill(f"B{journey}"),
            call=call(journey=journey, eta=now + timedelta(days=2), port=Place(code="VNHON")),
        )
        found = lodge_paper(document, actor=Actor("clock", "", organisation=organisation), at=now).movement
        things.append(Thing({"reference": found.case.reference, **more}, organisation))
    return Sample(things[0], things[1], {"reference": "EM-1999-000001", **more})


def a_movement(world: World) -> Sample:
    """A call of each firm; software with a key gets its own, a browser gets neither."""
    return _movements(world)


def a_paper(world: World) -> Sample:
    """The cargo declaration of each."""
    return _movements(world, form="manifest")


SAMPLES: dict[str, Factory] = {
    "api-v1:api-dossier": a_dossier,
    "api-v1:api-receipt": a_dossier,
    "api-v1:api-procedure": a_procedure,
    "api-v1:api-movement": a_movement,
    "api-v1:api-movement-paper": a_paper,
}
EXEMPT: dict[str, str] = {
    "api-v1:api-root": "answers 404 to everybody: django-ninja needs it to know its own prefix"
}
