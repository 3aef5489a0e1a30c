"""Samples for the addresses of the gateway: a message of Lan's firm and one of Bình's."""

from __future__ import annotations

from django.utils import timezone

from motcua.exchange import outbox
from motcua.exchange.gateway import take_in
from motcua.exchange.models import Partner
from motcua.exchange.partners import make_key
from motcua.people.actor import CLOCK
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


def a_partner(world: World) -> Sample:
    """A partner, and a code that nobody has."""
    partner = _partners(world)[0][0]
    return Sample(Thing({"code": partner.code}), None, {"code": "nobody"})


def a_key(world: World) -> Sample:
    """A key of a partner."""
    partner = _partners(world)[0][0]
    key, _ = make_key(partner, "sample", actor=CLOCK, at=timezone.now())
    return Sample(Thing({"code": partner.code, "pk": key.pk}), None, {"code": partner.code, "pk": 987654321})


SAMPLES: dict[str, Factory] = {
    "exchange-state": a_message,
    "exchange-content": a_message,
    "exchange-taken": an_outgoing,
    "exchange-message": a_message,
    "exchange-message-content": a_message,
    "exchange-repair": a_message,
    "exchange-replay": a_message,
    "exchange-resend": an_outgoing,
    "exchange-give-up": a_message,
    "exchange-partner": a_partner,
    "exchange-partner-edit": a_partner,
    "exchange-partner-switch": a_partner,
    "exchange-partner-key": a_partner,
    "exchange-partner-key-end": a_key,
}
