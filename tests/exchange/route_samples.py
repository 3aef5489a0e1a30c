"""Samples for the addresses of the gateway: a message of Lan's firm and one of Bình's."""

from __future__ import annotations

from django.utils import timezone

from motcua.exchange import outbox
from motcua.exchange.gateway import take_in
from motcua.exchange.models import Partner
from tests.people.matrix import Factory, Sample, Thing, World


def _partners(world: World) -> list[tuple[Partner, int]]:
    return [
        (Partner.objects.create(code=f"sample-{firm}", name="Sample", organisation_id=firm), firm)
        for firm in (world.lans, world.binhs)
    ]


def a_message(world: World) -> Sample:
    """Something nobody could read, from each."""
    things = [
        Thing({"pk": take_in(partner, b"garbage", at=timezone.now()).message.pk}, firm)
        for partner, firm in _partners(world)
    ]
    return Sample(things[0], things[1], {"pk": 987654321})


def an_outgoing(world: World) -> Sample:
    """Something that waits for each."""
    things = []
    for partner, firm in _partners(world):
        sent = outbox.send(partner, reference="S", type="notice", content=b"x", at=timezone.now())
        things.append(Thing({"pk": sent.pk}, firm))
    return Sample(things[0], things[1], {"pk": 987654321})


SAMPLES: dict[str, Factory] = {
    "exchange-state": a_message,
    "exchange-content": a_message,
    "exchange-taken": an_outgoing,
}
