"""
Journeys through a live site with simulators at its doors: away for three days, twice, out of order, damaged, in another's
name. At the end the books of both sides are laid beside each other: nothing lost, nothing doubled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from motcua.casework.models import Case
from motcua.exchange import outbox
from motcua.exchange.models import Delivery, Message
from motcua.manifest.models import Bill
from motcua.people.offices import ensure_offices
from motcua_sim.carrier import Carrier
from motcua_sim.customs_core import CustomsCore
from motcua_sim.faults import FAULTS
from motcua_sim.port import Port
from tests.sim.house import House, Joined, books_agree, came_in, house, peer_of

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture
def site(live_server: Any, tmp_path: Path) -> Iterator[House]:
    ensure_offices()
    with house(live_server.url, tmp_path) as made:
        yield made


def declared(core: Joined) -> dict[str, int]:
    """Every declaration of the core with the number of its events that were told so far, by the core's own memory."""
    last = core.simulator.store.recall("core", "last-day")
    return {
        key: sum(event["at"][:10] <= last for event in one["events"])
        for key, one in core.simulator.store.recall_all("declaration").items()
    }


def registered() -> dict[str, int]:
    """Every declaration of the register with the number of its events."""
    counted = Case.objects.filter(kind="declaration").annotate(number=Count("events"))
    return dict(counted.values_list("reference", "number"))


@pytest.mark.parametrize(
    "dials",
    [
        pytest.param({}, id="plain", marks=pytest.mark.drill),
        pytest.param({"duplicate": 2, "reorder": 3}, id="twice and out of order", marks=pytest.mark.drill),
        pytest.param({"corrupt": 0.5}, id="damaged", marks=pytest.mark.drill),
        pytest.param({"duplicate": 1, "reorder": 4, "corrupt": 0.3}, id="everything"),
    ],
)
def test_the_declarations_of_five_days_are_in_the_register_once(site: House, dials: dict[str, float]) -> None:
    core = site.join(CustomsCore, "customs-core", settings={"declarations": "6"})
    if dials:
        core.control.misbehave(**dials)
    core.control.do("days", **{"from": "2020-03-02", "count": 5, "shuffled": "reorder" in dials})
    site.live_out(timedelta(minutes=20), timedelta(minutes=1))
    assert registered() == declared(core)
    assert books_agree(core) == []
    assert not [one for one in core.control.log() if one["kind"] == "answer-differs"]
    damaged = [one for one in core.control.log() if one.get("damaged")]
    assert bool(damaged) == ("corrupt" in dials)
    assert all(one["status"] == 400 for one in damaged)


def test_a_partner_that_is_down_for_70_hours_gets_everything_once(site: House) -> None:
    port = site.join(Port, "port-hongai")
    port.control.misbehave(down=True, for_="70h")
    for number in range(3):
        outbox.send(
            port.partner,
            reference=f"N{number}",
            type="json-notice",
            content=b'{"kind": "notice"}',
            at=site.now,
        )
    site.live(76 * HOUR, 4 * HOUR)
    states = Delivery.objects.values_list("state", flat=True)
    assert set(states) == {"delivered"}
    assert [one["seen"] for one in port.control.ledger()["received"]] == [1, 1, 1]
    assert books_agree(port) == []


def test_what_could_not_be_delivered_for_72_hours_is_dead_and_not_lost(site: House) -> None:
    port = site.join(Port, "port-hongai")
    port.control.misbehave(down=True)
    told = outbox.send(port.partner, reference="N1", type="json-notice", content=b"{}", at=site.now)
    site.live(76 * HOUR, 4 * HOUR)
    assert told.delivery.state == "dead"
    assert Message.objects.get(pk=told.pk).sha256 == told.sha256
    port.control.behave()
    site.live(4 * HOUR, 2 * HOUR)
    assert port.control.ledger()["received"] == []


@pytest.mark.parametrize(
    "dials",
    [
        {"lose": 0.2, "drop": 0.2, "fail": 0.2, "busy": 0.2},
        *(
            pytest.param({one: 0.6}, id=one, marks=pytest.mark.drill)
            for one in ("lose", "drop", "fail", "busy")
        ),
    ],
)
def test_a_partner_that_answers_badly_has_every_message_once(site: House, dials: dict[str, float]) -> None:
    port = site.join(Port, "port-hongai", seed=3)
    port.control.misbehave(**dials)
    for number in range(6):
        outbox.send(port.partner, reference=f"N{number}", type="json-notice", content=b"{}", at=site.now)
    site.live_out(60 * HOUR, HOUR)
    assert sorted(one["reference"] for one in port.control.ledger()["received"]) == [
        f"N{n}" for n in range(6)
    ]
    assert books_agree(port) == []
    assert [one for one in port.control.log() if one["kind"] == "misbehaved"]


def test_an_answer_in_anothers_name_marks_nothing_as_answered(site: House) -> None:
    """The message it names went to somebody else, or to nobody: it is refused at the door and kept."""
    port, line = site.join(Port, "port-hongai"), site.join(Carrier, "blue-lantern")
    asked = outbox.send(line.partner, reference="ASK1", type="json-notice", content=b"{}", at=site.now)
    told = peer_of(port).post(
        "/exchange/v1/messages", b'{"kind": "notice"}',
        {"Motcua-Reference": "R1", "Motcua-Answers": "ASK1", "Motcua-Type": "json-notice"},
    )  # fmt: skip
    assert told.status == 422, told
    assert told.json()["code"] == "wrong-answer"
    assert Message.objects.filter(answers=asked).count() == 0
    assert Delivery.objects.get(message=asked).state == "waiting"
    kept = Message.objects.get(partner=port.partner, direction="in")
    assert kept.handling.state == "refused"


def test_a_carrier_that_fetches_and_one_that_is_called_keep_the_same_book(site: House) -> None:
    called = site.join(Carrier, "blue-lantern")
    fetching = site.join(Carrier, "grey-heron", polls=True, settings={"carrier": "heron"})
    for one in (called, fetching):
        number = one.control.do("announce", size="tiny")
        reference = one.control.do("send", voyage=number)
        one.control.do("repeat", reference=reference)
        outbox.send(one.partner, reference="N1", type="json-notice", content=b"{}", at=site.now)
    site.live(timedelta(minutes=1), timedelta(seconds=5))
    for one in (called, fetching):
        assert books_agree(one) == []
        assert len(came_in(one)) == 1
        assert "N1" in [got["reference"] for got in one.control.ledger()["received"]]


def test_all_papers_of_a_call_are_filed_by_a_program_and_the_call_is_complete(site: House) -> None:
    line = site.join(Carrier, "blue-lantern", settings={"form": "json"})
    number = line.control.do("announce", size="small", port="VNHON")
    sent = line.control.do("file", voyage=number)
    site.live_out(timedelta(minutes=5), timedelta(seconds=20))
    papers = line.control.ledger()["papers"]
    refused = [papers[one] for one in sent if papers[one]["state"] != "accepted"]
    assert not refused, [(one["paper"], one["findings"][:3]) for one in refused]
    assert books_agree(line) == []
    case = Case.objects.get(kind="movement")
    assert case.status == "complete"


@pytest.mark.parametrize(
    "habits", ["plum", *(pytest.param(one, marks=pytest.mark.drill) for one in ("blue", "heron"))]
)
def test_a_cargo_report_of_every_carrier_is_filed_and_answered(site: House, habits: str) -> None:
    line = site.join(Carrier, habits, settings={"carrier": habits})
    number = line.control.do("announce", size="small", port="VNHON")
    for paper in ("security", "general", "crew", "effects", "stores", "health"):
        line.control.do("send", voyage=number, paper=paper, form="json")
    cargo = line.control.do("send", voyage=number, paper="cargo")
    site.live_out(timedelta(minutes=5), timedelta(seconds=20))
    told = line.control.ledger()["papers"][cargo]
    assert (told["state"], told["findings"]) == ("accepted", [])
    assert told["answers"] == ["CONTRL+CUSRES:accepted"]
    assert Case.objects.get(kind="movement").status == "complete"
    assert Bill.objects.count() == 6
    assert books_agree(line) == []


def test_every_fault_of_a_cargo_report_is_refused_and_told_and_the_mended_one_is_taken(site: House) -> None:
    line = site.join(Carrier, "blue")
    number = line.control.do("announce", size="small", port="VNHON")
    line.control.do("send", voyage=number, paper="general")
    sent = {fault: line.control.do("send", voyage=number, paper="cargo", fault=fault) for fault in FAULTS}
    site.live_out(timedelta(minutes=5), timedelta(seconds=20))
    papers = line.control.ledger()["papers"]
    assert {fault: papers[reference]["state"] for fault, reference in sent.items()} == dict.fromkeys(
        FAULTS, "refused"
    )
    assert all(papers[reference]["findings"] for reference in sent.values())
    assert Bill.objects.count() == 0
    right = line.control.do("send", voyage=number, paper="cargo")
    site.live_out(timedelta(minutes=5), timedelta(seconds=20))
    assert line.control.ledger()["papers"][right]["state"] == "accepted"
    assert books_agree(line) == []
