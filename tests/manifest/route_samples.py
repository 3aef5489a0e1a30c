"""Samples for the addresses of movements: a call of Thủy's firm at Móng Cái, one of Bình's at Hòn Gai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from motcua.exchange.idempotency import Sender
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import keep
from motcua.manifest import port
from motcua.manifest.actions import lodge
from motcua.manifest.documents import Function, Place
from motcua.manifest.messages.workbook import template
from motcua.manifest.models import Movement, Version
from motcua.manifest.officer_acts import ACTS
from motcua.people.actor import Actor
from tests.manifest.calls import bill, call, manifest
from tests.people.matrix import Factory, Sample, Thing, World

MISSING = {"reference": "EM-1999-000001"}


def _call(world: World, organisation: int, port: str, journey: str) -> Movement:
    now = timezone.now()
    actor = Actor("clock", "", organisation=organisation)
    document = manifest(
        bill(f"B{journey}"), call=call(port=Place(code=port), journey=journey, eta=now + timedelta(days=2))
    )
    return lodge(document, actor=actor, at=now).movement


def _both(world: World) -> tuple[Movement, Movement]:
    thuys = world.people["thuy"].organisation_id
    assert thuys is not None
    return _call(world, thuys, "VNMOC", "S1"), _call(world, world.binhs, "VNHON", "S2")


def _of(
    world: World, kwargs: Callable[[Movement], dict[str, object]], missing: dict[str, object], *, side: str
) -> Sample:
    things = []
    for movement in _both(world):
        case = movement.case
        own = side == "agent"
        things.append(
            Thing(
                {"reference": case.reference, **kwargs(movement)},
                organisation=case.organisation if own else None,
                office="" if own else case.office,
            )
        )
    return Sample(things[0], things[1], {**MISSING, **missing}, {"reason": "Thử", "then": "later"})


def a_call(world: World) -> Sample:
    """For the agent's pages."""
    return _of(world, lambda movement: {}, {}, side="agent")


def a_version(world: World) -> Sample:
    """A version, for its agent."""
    return _of(world, lambda movement: {"pk": _first(movement)}, {"pk": 987654321}, side="agent")


def a_paper(world: World) -> Sample:
    """A paper to be filed."""
    return _of(world, lambda movement: {"form": "stores"}, {"form": "stores"}, side="agent")


def a_movement(world: World) -> Sample:
    """For the officers' pages."""
    return _of(world, lambda movement: {}, {}, side="officer")


def a_seen_version(world: World) -> Sample:
    """A version, for officers."""
    return _of(world, lambda movement: {"pk": _first(movement)}, {"pk": 987654321}, side="officer")


def a_waiting_version(world: World) -> Sample:
    """A correction after arrival."""
    return _of(world, lambda movement: {"pk": _corrected(movement)}, {"pk": 987654321}, side="officer")


def _first(movement: Movement) -> int:
    return Version.objects.filter(movement=movement).values_list("pk", flat=True)[0]


def _corrected(movement: Movement) -> int:
    now = timezone.now()
    clock = Actor("clock", "", organisation=movement.case.organisation)
    port.note_time(movement, kind="arrived", moment=now, actor=clock, at=now)
    document = manifest(
        bill(f"B{movement.voyage}"), function=Function.REPLACE,
        call=call(port=Place(code=movement.port), journey=movement.voyage, eta=movement.eta),
    )  # fmt: skip
    found = lodge(document, actor=clock, at=now).version
    assert found is not None
    return found.pk


def a_template(world: World) -> Sample:
    """A workbook anybody who files may download."""
    return Sample(Thing({"name": "manifest"}), None, {"name": "nothing"})


def a_marked_workbook(world: World) -> Sample:
    """A refused workbook of each firm."""
    now = timezone.now()
    thuys = world.people["thuy"].organisation_id
    assert thuys is not None
    things = []
    for firm in (thuys, world.binhs):
        sender = Sender(firm, "")
        partner, _ = Partner.objects.get_or_create(code=sender.code, defaults=sender.as_partner())
        message = keep(
            partner.code, reference=f"X{firm}", type="xlsx", content=template.write("stores"), at=now,
            state=Handling.State.REFUSED, findings=[{"code": "x", "place": "Hướng dẫn!A1", "vi": "Sai", "en": "Wrong"}],
        )  # fmt: skip
        assert message is not None
        things.append(Thing({"pk": message.pk}, firm))
    return Sample(things[0], things[1], {"pk": 987654321})


SAMPLES: dict[str, Factory] = {
    "call-template": a_template,
    "call-marked": a_marked_workbook,
    **dict.fromkeys(("call", "call-bills", "call-differences", "call-reschedule", "call-cancel"), a_call),
    "call-version": a_version,
    **dict.fromkeys(("call-paper", "call-paper-save"), a_paper),
    **dict.fromkeys(
        ("movement", "movement-bills", "movement-differences", *(f"movement-{act.name}" for act in ACTS)),
        a_movement,
    ),
    "movement-version": a_seen_version,
    "movement-decide": a_waiting_version,
}
