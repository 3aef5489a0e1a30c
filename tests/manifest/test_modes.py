"""By air, rail, road and river: from the first message to the clearance, with the papers the law data ask for, and the count."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from motcua.casework.figures import Period
from motcua.exchange.gateway import take_in
from motcua.exchange.models import Partner
from motcua.exchange.work import process_one
from motcua.lib.errors import NotAllowed
from motcua.manifest import approvals, register
from motcua.manifest.documents import (
    Bill,
    Call,
    Conveyance,
    CrewEffects,
    CrewList,
    GeneralDeclaration,
    Item,
    Manifest,
    Mode,
    MovementKind,
    Nature,
    Party,
    Place,
    Sheet,
    Stores,
    to_json,
)
from motcua.manifest.models import Movement
from motcua.manifest.papers import needed
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation
from motcua.reporting.gateways import movements
from tests.manifest.calls import SAILORS

pytestmark = pytest.mark.django_db(transaction=True)
OFFICER = Actor("user:9", "")


@pytest.fixture
def carrier() -> Partner:
    ensure_cast()
    firm = Organisation.objects.get(tax_code="9900000048")
    return Partner.objects.create(code="carrier", name="Carrier", organisation=firm)


def call(mode: Mode, conveyance: Conveyance, journey: str, port: str, other: str) -> Call:
    eta = (timezone.now() + timedelta(hours=20)).replace(second=0, microsecond=0)
    return Call(
        mode=mode, movement=MovementKind.ENTRY, conveyance=conveyance, journey=journey, eta=eta, port=Place(code=port),
        previous_port=Place(code=other), crew=2, passengers=0,
    )  # fmt: skip


def cargo(one: Call, number: str, office: str) -> Manifest:
    goods = Item(
        number=1, description="Linh kiện", hs="8542", packages=4, package_kind="CT", gross_kg=Decimal(90)
    )
    bill = Bill(
        number=number, nature=Nature.IMPORT, shipper=Party(name="Nanhai Trading"),
        consignee=Party(name="Công ty TNHH Nông sản Đảo Xanh", tax_code="9900000016"), loading=one.previous_port,
        unloading=one.port, packages=4, gross_kg=Decimal(90), items=(goods,),
    )  # fmt: skip
    return Manifest(call=one, office=office, reference=number, bills=(bill,))


def papers_of(mode: Mode, one: Call, number: str, office: str) -> list[Sheet]:
    crew = CrewList(call=one, office=office, persons=SAILORS)
    listed: dict[Mode, list[Sheet]] = {
        Mode.AIR: [crew],
        Mode.RAIL: [crew],
        Mode.ROAD: [],
        Mode.RIVER: [
            crew, GeneralDeclaration(call=one, office=office), CrewEffects(call=one, office=office),
            Stores(call=one, office=office, persons_aboard=2),
        ],
    }  # fmt: skip
    return [*listed[mode], cargo(one, number, office)]


WAYS = (
    (Mode.AIR, Conveyance(name="VN-A868", registration="VNA868"), "VN0421", "VNVDO", "CNXMN", "057-51987552", {"health"}),
    (Mode.RAIL, Conveyance(registration="D19E901"), "MR1", "VNMOC", "CNFAN", "SMGS0001", {"border-guard"}),
    (Mode.ROAD, Conveyance(registration="20C12345"), "", "VNMOC", "CNFAN", "CMR0001", {"border-guard"}),
    (Mode.RIVER, Conveyance(name="Thuyền 14", registration="QN1402"), "K1", "VNMOC", "CNFAN", "RW0001",
     {"port-authority", "border-guard"}),
)  # fmt: skip


def lodged(carrier: Partner, papers: list[Sheet]) -> Movement:
    return lodged_bytes(carrier, *(to_json(paper).encode() for paper in papers))


def lodged_bytes(carrier: Partner, *contents: bytes) -> Movement:
    for content in contents:
        message = take_in(carrier, content, at=timezone.now()).message
        while process_one(timezone.now()):
            pass
        assert message.handling.state == "done", message.handling.findings
    return Movement.objects.select_related("case").get()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[0].value)
def test_a_movement_is_lodged_approved_cleared_and_counted(carrier: Partner, way: Any) -> None:
    mode, conveyance, journey, port, other, number, agencies = way
    one = call(mode, conveyance, journey, port, other)
    papers = papers_of(mode, one, number, "")
    first = lodged(carrier, papers[-1:])
    wanted = {form.id for form in needed(register.law(), first, first.case.opened_at)}
    movement = lodged(carrier, papers[:-1])
    assert wanted == set(movement.versions.values_list("form", flat=True))
    assert movement.case.status == "complete"
    assert {agency.id for agency in approvals.asked(movement)} - {"customs"} == agencies
    with pytest.raises(NotAllowed):
        approvals.clear(movement, actor=OFFICER, at=timezone.now())
    for agency in agencies:
        approvals.say(movement, agency=agency, approves=True, reason="", actor=OFFICER, at=timezone.now())
    approvals.clear(movement, actor=OFFICER, at=timezone.now())
    today = timezone.localdate()
    assert movements(Period(today, today), timezone.now()).value == 0, "the figure counts ships"
