"""The port's own messages, as its simulator sends them: times, counts, and calls that nobody declared."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from motcua.exchange.gateway import take_in
from motcua.exchange.models import Message, Partner
from motcua.exchange.work import process_one
from motcua.lib.errors import Invalid
from motcua.manifest import queries
from motcua.manifest.actions import lodge
from motcua.manifest.documents import Item
from motcua.manifest.models import Discharge, Movement
from motcua.manifest.port_messages import read_berthing, read_discharge
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation
from motcua_sim.port import Port
from tests.manifest.calls import ETA, NOW, bill, manifest, papers

LATER = ETA + timedelta(days=6)


@pytest.fixture
def harbour() -> Partner:
    ensure_cast()
    authority = Organisation.objects.get(code="CANGVU-VINHTHAN")
    return Partner.objects.create(code="port-hongai", name="Port", organisation=authority)


def declared(*bills: Any) -> Movement:
    agent = Actor("user:thuy", "", organisation=Organisation.objects.get(tax_code="9900000048").pk)
    listed = manifest(*bills) if bills else manifest()
    for document in [*papers()[:-1], listed]:
        movement = lodge(document, actor=agent, at=NOW, recorded_at=NOW).movement
    return movement


def simulated(folder: Path, bills: list[dict[str, Any]], voyage: str = "HL2006E") -> list[tuple[str, bytes]]:
    """Everything the port says about one ship, in order, but for the envelopes and the gate."""
    port = Port(folder, seed=2)
    port.turn_clock({"set": (ETA - timedelta(days=1)).isoformat(), "speed": 0})
    port.do("expect", {
        "voyage": voyage, "imo": "9074729", "name": "HA LONG STAR", "call_sign": "3WHL", "eta": ETA.isoformat(),
        "etd": (ETA + timedelta(days=2)).isoformat(), "bills": bills,
    })  # fmt: skip
    for _ in range(100):
        port.steps(50)
        port.turn_clock({"advance": "1h"})
    sent = [(one.type, one.content) for one in port.store.outgoing()]
    return [one for one in sent if one[0] in {"json-berthing", "json-discharge"}]


def taken(partner: Partner, content: bytes, at: datetime = LATER) -> Message:
    message = take_in(partner, content, at=at).message
    while process_one(at):
        pass
    return Message.objects.select_related("handling").get(pk=message.pk)


BILLS = [
    {"number": f"HLS000{n}", "packages": 40, "gross_kg": "12000", "boxes": [["CSQU3054383", 40]]}
    for n in (1, 2)
]


@pytest.mark.django_db(transaction=True)
def test_a_port_tells_when_a_ship_came_and_what_it_counted(harbour: Partner, tmp_path: Path) -> None:
    item = (
        Item(
            number=1,
            description="Máy bơm nước",
            hs="841370",
            packages=41,
            package_kind="CT",
            gross_kg=Decimal(12000),
        ),
    )
    movement = declared(bill("HLS0001"), bill("HLS-0002", uses=(), packages=41, items=item))
    sent = simulated(tmp_path, BILLS)
    assert [name for name, _ in sent] == ["json-berthing", "json-berthing", "json-discharge", "json-berthing"]
    outcomes = [taken(harbour, content) for _, content in sent]
    assert [one.handling.state for one in outcomes] == ["done", "done", "done", "refused"]
    assert outcomes[-1].handling.findings[0]["place"] == "/voyage", "it left, but nobody declared its exit"
    movement.refresh_from_db()
    arrived = json.loads(sent[0][1])["at"]
    assert movement.ata == datetime.fromisoformat(arrived)
    event = movement.case.events.get(kind="arrived")
    assert (event.actor, event.message_id) == ("partner:port-hongai", outcomes[0].pk)
    assert set(Discharge.objects.values_list("message", flat=True)) == {outcomes[2].pk}
    assert [(one.number, one.what.en, one.declared, one.counted) for one in queries.gaps(movement)] == [
        ("HLS-0002", "Packages", "41", "40"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_same_time_again_is_noted_once_and_a_bill_not_seen_is_missed(
    harbour: Partner, tmp_path: Path
) -> None:
    movement = declared(bill("HLS0001"), bill("HLS0002", uses=()))
    first, _, discharge, _ = (content for _, content in simulated(tmp_path, BILLS[:1]))
    again = json.dumps({**json.loads(first), "reference": "VNHON-00000099"}).encode()
    for content in (first, again, discharge):
        assert taken(harbour, content).handling.state == "done"
    assert movement.case.events.filter(kind="arrived").count() == 1
    assert [one.what.en for one in queries.gaps(movement)] == ["Not seen by the port"]


@pytest.mark.django_db(transaction=True)
def test_an_unknown_call_is_refused_with_the_journeys_that_were_declared(
    harbour: Partner, tmp_path: Path
) -> None:
    declared()
    (_, content), *_ = simulated(tmp_path, BILLS, voyage="HL9999X")
    message = taken(harbour, content)
    assert message.handling.state == "refused"
    (finding,) = message.handling.findings
    assert finding["place"] == "/voyage"
    assert "HL9999X" in finding["vi"]
    assert "Các chuyến đã khai: HL2006E" in finding["vi"]


@pytest.mark.django_db(transaction=True)
def test_who_declares_may_not_count(harbour: Partner, tmp_path: Path) -> None:
    movement = declared()
    line = Partner.objects.create(
        code="line", name="Line", organisation=Organisation.objects.get(tax_code="9900000048")
    )
    (_, content), *_ = simulated(tmp_path, BILLS)
    message = taken(line, content)
    assert (message.handling.state, message.handling.findings[0]["place"]) == ("refused", "partner")
    movement.refresh_from_db()
    assert movement.ata is None


def test_every_fault_of_a_message_is_said_at_its_path() -> None:
    with pytest.raises(Invalid) as refused:
        read_discharge(
            b'{"kind":"discharge","imo":"1","voyage":"V","completed_at":"2020-01-01T00:00:00",'
            b'"bills":[{"packages":-1,"gross_kg":"x"}],"containers":[{"full":true}]}'
        )
    assert sorted(one.place for one in refused.value.findings) == [
        "/bills/0/bill", "/bills/0/gross_kg", "/bills/0/packages", "/completed_at", "/containers/0/number", "/port",
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        read_berthing(
            b'{"port":"VNHON","imo":"1","voyage":"V","event":"sank","at":"2020-01-01T00:00:00+07:00"}'
        )
    assert [one.place for one in refused.value.findings] == ["/event"]
