"""Samples for the addresses of consignments: a bill of Lan's at Móng Cái, one of Bình's at Hòn Gai."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from motcua.consignment.models import Discrepancy
from motcua.manifest.actions import lodge
from motcua.manifest.documents import Party, Place
from motcua.people.actor import Actor
from tests.manifest.calls import bill, call, manifest
from tests.people.matrix import Factory, Sample, Thing, World


def a_consignment(world: World) -> Sample:
    """A bill each, filed by the firm itself."""
    now = timezone.now()
    things = []
    for firm, port, number in ((world.lans, "VNMOC", "CSG1"), (world.binhs, "VNHON", "CSG2")):
        document = manifest(
            bill(number, consignee=Party(name="X")),
            call=call(port=Place(code=port), journey=number, eta=now + timedelta(days=2)),
        )
        case = lodge(document, actor=Actor("clock", "", organisation=firm), at=now).movement.case
        things.append(Thing({"number": number}, organisation=firm, office=case.office))
    return Sample(things[0], things[1], {"number": "NOTHING404"})


def a_discrepancy(world: World) -> Sample:
    """One at Móng Cái, one at Hòn Gai."""
    mine, foreign = (
        Discrepancy.objects.create(
            kind="missing-bill", severity="warning", office=office, declared=office, why_vi="Thiếu", why_en="Missing",
            since=timezone.now(),
        )
        for office in ("20BB", "20CF")
    )  # fmt: skip
    return Sample(
        Thing({"pk": mine.pk}, office="20BB"), Thing({"pk": foreign.pk}, office="20CF"), {"pk": 987654321},
        {"reason": "Đã xem giấy tờ"},
    )  # fmt: skip


SAMPLES: dict[str, Factory] = {
    "consignment": a_consignment,
    **dict.fromkeys(("discrepancy", "discrepancy-settle"), a_discrepancy),
}
