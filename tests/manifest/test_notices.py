"""Who filed by message hears by message: clearance, objections and corrections, each in the sender's own way of writing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from motcua.exchange.gateway import take_in
from motcua.exchange.models import Delivery, Message, Partner
from motcua.exchange.work import process_one
from motcua.lib import nsw_envelope, xmldoc
from motcua.lib.edifact.envelope import read as read_edifact
from motcua.lib.errors import NotAllowed
from motcua.lib.nsw_envelope import PORTAL, Header
from motcua.lib.nsw_envelope import Party as End
from motcua.manifest import actions, approvals, port
from motcua.manifest.documents import (
    Call,
    EquipmentUse,
    Function,
    GeneralDeclaration,
    MovementKind,
    Party,
    Place,
    Sheet,
    to_json,
)
from motcua.manifest.messages import nsw_maritime
from motcua.manifest.messages.edifact.write import write as cuscar
from motcua.manifest.models import Movement, Version
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation
from tests.manifest.calls import NOW, bill, call, house, manifest, papers

pytestmark = pytest.mark.django_db(transaction=True)
OFFICER = Actor("user:9", "")
USE = EquipmentUse(equipment="CSQU3054383", item=1, packages=40)


@pytest.fixture
def agent() -> Partner:
    ensure_cast()
    firm = Organisation.objects.get(tax_code="9900000048")
    return Partner.objects.create(code="agent-system", name="Agent", organisation=firm)


def sent(partner: Partner, *contents: bytes) -> None:
    for content in contents:
        message = take_in(partner, content, at=NOW).message
        while process_one(NOW):
            pass
        assert message.handling.state == "done", message.handling.findings


def as_json(paper: Sheet) -> bytes:
    return to_json(paper).encode()


def in_envelopes(papers: list[Sheet]) -> list[bytes]:
    head = Header("", End("Đại lý", "9900000048"), PORTAL, "1", "20", "01", reference="HS-1")
    return [
        nsw_maritime.write(one, replace(head, message_id=f"HLSL-{number}"))
        for number, one in enumerate(papers)
    ]


def filed(partner: Partner, *contents: bytes) -> Movement:
    sent(partner, *contents)
    return Movement.objects.select_related("case").get()


def notices() -> list[Message]:
    """What went out of our own accord: everything but the answers of the gateway."""
    return list(Message.objects.filter(direction="out", reference__startswith="EM-").order_by("pk"))


def approve_all(movement: Movement) -> None:
    for agency in approvals.asked(movement):
        if agency.id != "customs":
            approvals.say(movement, agency=agency.id, approves=True, reason="", actor=OFFICER, at=NOW)


def header_of(message: Message) -> tuple[str, str, str]:
    header = nsw_envelope.read(bytes(message.content)).header
    return header.document_type, header.type, header.function


@pytest.mark.parametrize("channel", [0, 1])
def test_clearance_goes_out_as_type_91_with_its_flag(agent: Partner, channel: int) -> None:
    movement = filed(agent, *in_envelopes(papers()))
    approve_all(movement)
    before = len(notices())
    paper = approvals.clear(movement, channel=channel, actor=OFFICER, at=NOW)
    (out,) = notices()[before:]
    assert (out.type, out.partner) == ("nsw-envelope", agent)
    assert out.answers is not None
    assert out.answers.reference == "HLSL-6"
    assert Delivery.objects.get(message=out).state == "waiting"
    envelope = nsw_envelope.read(bytes(out.content))
    assert envelope.findings == []
    assert header_of(out) == ("1", "91", "21")
    assert (envelope.header.reference, envelope.header.previous) == ("HS-1", "HLSL-6")
    assert envelope.header.receiver.identity == "9900000048"
    assert envelope.content is not None
    said = {xmldoc.local(child): xmldoc.text_of(child) for child in envelope.content}
    assert (said["ClearanceNumber"], said["Flag"], said["IMONumber"]) == (
        paper.number,
        str(channel),
        "9074729",
    )


def test_every_agencys_word_goes_out_and_the_port_authoritys_under_its_own_type(agent: Partner) -> None:
    movement = filed(agent, *in_envelopes(papers()))
    approvals.say(movement, agency="health", approves=False, reason="Thiếu chứng nhận", actor=OFFICER, at=NOW)
    approve_all(movement)
    assert [header_of(one)[1:] for one in notices()] == [
        ("26", "22"), ("40", "21"), ("26", "21"), ("26", "21"), ("26", "21"),
    ]  # fmt: skip
    reason = nsw_envelope.read(bytes(notices()[0].content)).reason
    assert reason is not None
    assert (reason.text, reason.organisation) == ("Thiếu chứng nhận", "Kiểm dịch y tế")


def leaving() -> Call:
    return call(
        movement=MovementKind.EXIT, eta=None, etd=NOW + timedelta(hours=30), previous_port=Place(),
        next_port=Place(code="SGSIN"),
    )  # fmt: skip


def test_a_port_clearance_is_given_taken_back_and_given_again(agent: Partner) -> None:
    movement = filed(agent, *in_envelopes([GeneralDeclaration(call=leaving())]))
    for approves in (True, False, True):
        approvals.say(
            movement, agency="port-authority", approves=approves, reason="" if approves else "Bão", actor=OFFICER, at=NOW
        )  # fmt: skip
    assert [header_of(one) for one in notices()] == [("2", "60", "21"), ("2", "62", "24"), ("2", "63", "04")]


def test_amendment_cancellation_and_reissue_are_told_with_their_reasons(agent: Partner) -> None:
    movement = filed(agent, *in_envelopes(papers()))
    approvals.ask_to_amend(movement, reason="Sai khối lượng", actor=OFFICER, at=NOW)
    again = in_envelopes([manifest(bill(gross_kg=None), function=Function.REPLACE)])[0]
    sent(agent, again.replace(b"HLSL-0", b"HLSL-9"))
    approve_all(movement)
    start = len(notices())
    approvals.clear(movement, actor=OFFICER, at=NOW)
    approvals.reissue(movement, reason="Sai tên tàu", actor=OFFICER, at=NOW)
    approvals.cancel_clearance(movement, reason="Nhầm lượt", actor=OFFICER, at=NOW)
    actions.cancel(movement, reason="voyage-cancelled", actor=OFFICER, at=NOW)
    assert header_of(notices()[0]) == ("1", "99", "25")
    assert [header_of(one)[1:] for one in notices()[start:]] == [
        ("91", "21"), ("91", "04"), ("91", "24"), ("99", "24"),
    ]  # fmt: skip
    assert "EM-2020-000001-1" in bytes(notices()[-3].content).decode(), "the number it replaces"
    assert "Nhầm lượt" in bytes(notices()[-2].content).decode()


def test_an_edifact_sender_gets_cusres(agent: Partner) -> None:
    one = manifest(bill(uses=(USE,)), call=call(voyage_days=None))
    content = cuscar(one, sender=("LINE",), recipient=("VNCUSTOMS",), reference="77", at=NOW)
    # The last message of a system says how it wants to hear.
    movement = filed(agent, *map(as_json, papers()[:-1]), content)
    approvals.say(movement, agency="health", approves=False, reason="Thiếu giấy", actor=OFFICER, at=NOW)
    approve_all(movement)
    approvals.clear(movement, actor=OFFICER, at=NOW)
    found = [read_edifact(bytes(one.content)) for one in notices()]
    assert {one.type for one in notices()} == {"edifact"}
    assert all(interchange.accepted == interchange.found == 1 for (interchange,) in found)
    verdicts = [interchange.messages[0].segments[1].value(3) for (interchange,) in found]
    assert verdicts == ["27", "29", "29", "29", "29", "29"]
    text = bytes(notices()[-1].content).decode()
    assert "EM-2020-000001-1, green" in text
    assert "RFF+ACW:M1" in text
    assert "Thiếu giấy" in bytes(notices()[0].content).decode()


def test_others_get_json_and_a_forwarder_hears_what_concerns_it(agent: Partner) -> None:
    forwarder = Partner.objects.create(
        code="fw", name="Forwarder", organisation=Organisation.objects.get(tax_code="9900000055")
    )
    movement = filed(agent, *map(as_json, papers()))
    sent(forwarder, as_json(manifest(house("H1"), reference="F1", equipment=())))
    approve_all(movement)
    assert {one.partner for one in notices()} == {agent}
    approvals.clear(movement, channel=1, actor=OFFICER, at=NOW)
    last = {one.partner.code: json.loads(bytes(one.content)) for one in notices()[-2:]}
    assert set(last) == {"agent-system", "fw"}
    assert last["fw"]["kind"] == "movement-notice"
    assert last["fw"]["notice"] == "cleared"
    assert last["fw"]["clearance"] == {"number": "EM-2020-000001-1", "flag": 1}
    assert last["fw"]["call"]["imo"] == "9074729"


def test_a_correction_after_arrival_is_answered_with_the_officers_decision(agent: Partner) -> None:
    movement = filed(agent, *map(as_json, papers()))
    port.note_time(movement, kind="arrived", moment=NOW, actor=OFFICER, at=NOW)
    sent(
        agent,
        as_json(
            manifest(bill(shipper=Party(name="Xiamen Trading")), function=Function.REPLACE, reference="M2")
        ),
    )
    version = Version.objects.get(waits=True)
    approvals.decide(version, accepted=False, reason="Không có chứng từ", actor=OFFICER, at=NOW)
    (out,) = notices()
    body = json.loads(bytes(out.content))
    assert (body["notice"], body["paper"], body["reason"]) == (
        "amendment-refused",
        "manifest",
        "Không có chứng từ",
    )


def test_what_was_filed_by_screen_sends_nothing_and_what_fails_queues_nothing(
    agent: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = Actor("user:thuy", "", organisation=agent.organisation_id)
    for one in papers():
        movement = actions.lodge(one, actor=actor, at=NOW, channel="online", recorded_at=NOW).movement
    approve_all(movement)
    assert notices() == []
    with pytest.raises(NotAllowed):
        approvals.say(movement, agency="customs", approves=True, reason="", actor=OFFICER, at=NOW)
    assert not Message.objects.exists()


def test_a_notice_that_cannot_be_queued_undoes_the_act(agent: Partner) -> None:
    movement = filed(agent, *in_envelopes(papers()))
    approve_all(movement)

    def failing(act: Callable[[], object]) -> None:
        with transaction.atomic():
            act()
            raise RuntimeError("the database went away before COMMIT")

    before = len(notices())
    with pytest.raises(RuntimeError):
        failing(lambda: approvals.clear(movement, actor=OFFICER, at=NOW))
    assert len(notices()) == before
    assert Movement.objects.get().case.status == "complete"
