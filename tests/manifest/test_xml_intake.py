"""Manifests and papers in XML reach the register through the gateway, and ships' papers are answered in the portal's envelope."""

from __future__ import annotations

from dataclasses import replace

import pytest

from motcua.exchange.gateway import take_in
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.work import process_one
from motcua.lib import nsw_envelope
from motcua.lib.nsw_envelope import PORTAL, Header, Party
from motcua.manifest.messages import awmds, nsw_maritime
from motcua.manifest.models import Bill, Version
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation
from tests.manifest.calls import NOW, manifest, papers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent() -> Partner:
    ensure_cast()
    firm = Organisation.objects.get(tax_code="9900000048")
    return Partner.objects.create(code="agent-system", name="Agent", organisation=firm)


def sent(partner: Partner, content: bytes) -> Message:
    message = take_in(partner, content, at=NOW).message
    while process_one(NOW):
        pass
    return Message.objects.select_related("handling").get(pk=message.pk)


HEADER = Header("HLSL-1", Party("Đại lý", "9900000048"), PORTAL, "1", "20", "01", reference="HS-1")


def test_an_asycuda_manifest_becomes_a_version_with_its_bills(agent: Partner) -> None:
    message = sent(agent, awmds.write(manifest()))
    assert message.type == "xml-awmds"
    assert message.handling.state == Handling.State.DONE, message.handling.findings
    assert Version.objects.get().message_id == message.pk
    assert Bill.objects.get().key == "HLS0001"


def test_a_ships_paper_is_filed_and_answered_in_the_same_envelope(agent: Partner) -> None:
    for number, paper in enumerate(papers()):
        message = sent(agent, nsw_maritime.write(paper, replace(HEADER, message_id=f"HLSL-{number}")))
        assert message.handling.state == Handling.State.DONE, message.handling.findings
        answer = Message.objects.get(direction=Message.Direction.OUT, answers=message)
        header = nsw_envelope.read(bytes(answer.content)).header
        assert (header.function, header.previous) == (nsw_envelope.RECEIVED, f"HLSL-{number}")
    assert Version.objects.values("movement").distinct().count() == 1
    assert set(Version.objects.values_list("form", flat=True)) >= {
        "manifest",
        "crew-list",
        "health-declaration",
    }


def test_a_faulty_paper_is_answered_with_every_fault_and_its_line(agent: Partner) -> None:
    content = nsw_maritime.write(papers()[2], HEADER).replace(b"1980-01-02", b"born long ago")
    message = sent(agent, content)
    assert message.handling.state == Handling.State.REFUSED
    answer = Message.objects.get(direction=Message.Direction.OUT, answers=message)
    said = nsw_envelope.read(bytes(answer.content))
    assert said.header.function == nsw_envelope.FAULTY
    assert b"member[2]/dateOfBirth" in bytes(answer.content)
    assert not Version.objects.exists()
