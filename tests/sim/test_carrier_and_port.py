"""Carriers and ports, simulated: what they write is what the readers expect, and their books follow what they are told."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from motcua.lib import nsw_envelope
from motcua.lib.edifact.answer import contrl
from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.reply import About, cusres
from motcua.lib.edifact.write import write
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.lib.identifiers import container_number, imo_number, tax_code
from motcua.lib.worktime import VIETNAM
from motcua.manifest.messages import read as read_paper
from motcua_sim.carrier import Carrier
from motcua_sim.cuscar import CARRIERS
from motcua_sim.faults import FAULTS
from motcua_sim.port import Port
from motcua_sim.store import Incoming
from motcua_sim.voyages import amended, voyage

NOON = datetime(2020, 3, 2, 12, tzinfo=VIETNAM)


def carrier(folder: Path, name: str = "blue") -> Carrier:
    made = Carrier(folder, seed=2, settings={"carrier": name})
    made.turn_clock({"set": NOON.isoformat(), "speed": 0})
    return made


def order(simulator: Any, name: str, **body: object) -> Any:
    return simulator.do(name, body)["result"]


def content(simulator: Any, reference: str) -> bytes:
    return simulator.store.outgoing("reference = ?", reference)[0].content


def test_what_is_invented_passes_every_check_digit() -> None:
    for number in range(40):
        made = voyage(2, "BLUE", number, size="medium", port="VNHON", now=NOON)
        imo_number(made.ship.imo)
        tax_code(made.agent_tax_code)
        for bill in made.bills:
            tax_code(bill.consignee_tax_code)
            assert sum(packages for _, packages in bill.boxes) in {0, bill.packages}
        assert len(set(made.boxes)) == sum(len(bill.boxes) for bill in made.bills)
        for box in made.boxes:
            container_number(box)


def test_a_voyage_is_the_same_for_the_same_seed_and_differs_when_amended() -> None:
    one, two = (voyage(2, "BLUE", 7, size="small", port="VNCPH", now=NOON) for _ in range(2))
    assert one == two != voyage(3, "BLUE", 7, size="small", port="VNCPH", now=NOON)
    assert amended(one, 2, 2) != one
    with pytest.raises(Refused):
        voyage(2, "BLUE", 7, size="huge", port="VNHON", now=NOON)


@pytest.mark.parametrize("name", CARRIERS)
@pytest.mark.parametrize("size", ["tiny", "medium"])
def test_every_carrier_writes_messages_of_the_directory(tmp_path: Path, name: str, size: str) -> None:
    sim = carrier(tmp_path, name)
    number = order(sim, "announce", size=size, passengers=2)
    sent = [
        order(sim, "send", voyage=number, paper=paper, form="edifact")
        for paper in ("cargo", "crew", "passengers")
    ]
    sent += [order(sim, "amend", voyage=number), order(sim, "cancel", voyage=number)]
    kinds = []
    for reference in sent:
        (interchange,) = read(content(sim, reference))
        (message,) = interchange.messages
        assert not interchange.errors, interchange.findings
        assert not message.defects, message.findings
        assert f"{interchange.sender[0]}/{interchange.reference}" == reference
        kinds.append((message.name, message.segments[1].value(1), message.segments[1].value(3)))
    document = CARRIERS[name].document
    assert kinds == [
        ("CUSCAR D.98B", document, "9"), ("PAXLST D.05B", "250", "9"), ("PAXLST D.05B", "745", "9"),
        ("CUSCAR D.98B", document, "5"), ("CUSCAR D.98B", document, "1"),
    ]  # fmt: skip


def test_carriers_have_habits_of_their_own(tmp_path: Path) -> None:
    heads = {}
    for name in CARRIERS:
        sim = carrier(tmp_path / name, name)
        heads[name] = content(sim, order(sim, "send", voyage=order(sim, "announce"), paper="cargo"))
    assert heads["blue"].startswith(b"UNB+")
    assert heads["heron"].startswith(b"UNA/*.? $UNB*")
    assert b"RFF*BM/" in heads["heron"]
    assert b"\r\nUNA:+.? '\r\nUNB+" in heads["plum"]
    assert b"\r\nNNNN" in heads["plum"]
    assert b"RFF+BM" not in heads["plum"]


def test_the_other_papers_can_be_read(tmp_path: Path) -> None:
    sim = carrier(tmp_path)
    number = order(sim, "announce")
    for reference in order(sim, "file", voyage=number, form="json"):
        paper = read_paper(content(sim, reference))
        assert paper.accepted, paper.findings
    told = nsw_envelope.read(content(sim, order(sim, "send", voyage=number, paper="nsw")))
    assert not told.findings
    assert (told.header.type, told.header.function) == ("50", "01")


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_changes_the_message(tmp_path: Path, fault: str) -> None:
    sim = carrier(tmp_path)
    number = order(sim, "announce")
    right = content(sim, order(sim, "send", voyage=number))
    wrong = content(sim, order(sim, "send", voyage=number, fault=fault))
    assert _body(right) != _body(wrong)
    if fault in {"structure", "no-bgm"}:
        assert read(wrong)[0].messages[0].refused


def _body(interchange: bytes) -> list[bytes]:
    return interchange.split(b"'")[2:-2]


def incoming(reference: str, answers: str | None, body: bytes, type: str = "edifact") -> Incoming:
    return Incoming(1, reference, type, answers, body, "", NOON, b"", 1, "waiting", [])


def cusres_for(sent: bytes, findings: list[Finding]) -> bytes:
    from motcua.lib.edifact.answer import back

    interchange = read(sent)[0]
    about = About(interchange.messages[0], "DOC1")
    drafts = (cusres(findings, about, number="A1", at=NOON, release="98B"),)
    return write(back(interchange, drafts, reference="A1", at=NOON))


def test_answers_are_read_into_the_ledger_and_a_faulty_paper_is_mended(tmp_path: Path) -> None:
    sim = carrier(tmp_path)
    number = order(sim, "announce")
    good, bad = order(sim, "send", voyage=number), order(sim, "send", voyage=number, fault="imo")
    assert {one["state"] for one in order(sim, "papers").values()} == {"sent"}
    syntax = write(contrl(read(content(sim, good))[0], reference="C1", at=NOON))
    sim.took(incoming("C1", good, syntax), NOON)
    assert order(sim, "papers")[good]["verdict"] == ""
    sim.took(incoming("A1", good, cusres_for(content(sim, good), [])), NOON)
    finding = Finding("imo-digit", "segment 7", "Sai số kiểm tra.", "The check digit is wrong.")
    sim.took(incoming("A2", bad, cusres_for(content(sim, bad), [finding])), NOON)
    papers = order(sim, "papers")
    assert (papers[good]["state"], papers[bad]["state"]) == ("accepted", "refused")
    assert papers[good]["answers"] == ["CONTRL:", "CUSRES:accepted"]
    assert "check digit" in papers[bad]["findings"][0]["en"]
    sim.turn_clock({"advance": "31m"})
    sim.peer = None
    before = len(sim.store.outgoing())
    assert sim.step().startswith("send MCVBLUE/")
    assert len(sim.store.outgoing()) == before + 1


def test_an_answer_to_somebody_else_is_refused(tmp_path: Path) -> None:
    sim = carrier(tmp_path)
    number = order(sim, "announce")
    one, two = (
        order(sim, "send", voyage=number),
        order(sim, "send", voyage=number, paper="crew", form="edifact"),
    )
    answer = write(contrl(read(content(sim, one))[0], reference="C1", at=NOON))
    with pytest.raises(Refused, match="never sent"):
        sim.took(incoming("C1", "MCVOTHER/1", answer), NOON)
    with pytest.raises(Refused, match="speaks of"):
        sim.took(incoming("C1", two, answer), NOON)


def test_left_alone_a_carrier_sends_amends_repeats_and_errs(tmp_path: Path) -> None:
    sim = Carrier(tmp_path, seed=4, settings={"every": "2h", "size": "tiny"})
    sim.turn_clock({"set": NOON.isoformat(), "speed": 0})
    for _ in range(60):
        sim.steps(20)
        sim.turn_clock({"advance": "30m"})
    papers = order(sim, "papers").values()
    assert len({one["voyage"] for one in papers}) == 15
    assert {one["function"] for one in papers} == {"9", "5", "1"}
    assert any(one["fault"] for one in papers)


def test_a_port_follows_a_ship_from_order_to_departure(tmp_path: Path) -> None:
    line, port = carrier(tmp_path / "line"), Port(tmp_path / "port", seed=2)
    port.turn_clock({"set": NOON.isoformat(), "speed": 0})
    line.heard_by = (port.expect,)
    number = order(line, "announce", size="medium")
    assert port.do("expect", order(line, "expected", voyage=number))["result"] == number
    for _ in range(150):
        port.steps(50)
        port.turn_clock({"advance": "1h"})
    sent = port.store.outgoing()
    assert len({one.reference for one in sent}) == len(sent)
    bodies = [json.loads(one.content) for one in sent if one.type.startswith("json-")]
    story = [one["event"] for one in bodies if one["kind"] == "berthing"]
    assert story == ["arrived", "berthed", "departed"]
    (discharge,) = [one for one in bodies if one["kind"] == "discharge"]
    made = line._made(line.store.recall("voyage", number))
    assert [one["bill"] for one in discharge["bills"]] == [bill.number for bill in made.bills]
    assert sum(one["packages"] != one["declared"] for one in discharge["bills"]) < 10
    gates = [one["container"] for one in bodies if one["kind"] == "gate"]
    assert sorted(gates) == sorted(made.boxes)
    envelopes = [nsw_envelope.read(one.content) for one in sent if one.type == "nsw-envelope"]
    assert [(one.header.type, one.header.function) for one in envelopes] == [("70", "21"), ("40", "21")]
    assert not [finding for one in envelopes for finding in one.findings]


def test_a_port_refuses_a_ship_it_does_not_know_and_a_message_it_cannot_read(tmp_path: Path) -> None:
    port = Port(tmp_path)
    with pytest.raises(Refused, match="expected"):
        order(port, "arrive", voyage="NOBODY")
    with pytest.raises(Refused, match="cannot be read"):
        port.took(incoming("X", None, b"[]", "json-expected"), NOON)
