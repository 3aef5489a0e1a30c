"""Documents written as CUSCAR, CUSREP and PAXLST are read back the same; what cannot be carried is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from motcua.lib.errors import Invalid, Refused
from motcua.manifest.documents import (
    Bill,
    BillKind,
    Call,
    CallNotice,
    Conveyance,
    CrewList,
    DangerousGoods,
    Equipment,
    EquipmentKind,
    EquipmentUse,
    Fullness,
    Function,
    HealthDeclaration,
    Item,
    Manifest,
    Mode,
    Money,
    MovementKind,
    Nature,
    Party,
    PassengerList,
    Person,
    Place,
    Sex,
    Sheet,
    Totals,
)
from motcua.manifest.messages import read
from motcua.manifest.messages.edifact.write import write
from tests.manifest.papers import HANOI, numbers, papers

NOON = datetime(2026, 1, 2, 5, 0, tzinfo=UTC)
QUICK = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])


def there_and_back(document: Sheet, **more: Any) -> Sheet:
    content = write(
        document, sender=("CARRIER", "ZZ"), recipient=("VNCUSTOMS", "ZZ"), reference="R1", at=NOON, **more
    )
    back = read(content)
    assert back.accepted
    assert not back.findings
    return back.documents[0]


def word(longest: int) -> st.SearchStrategy[str]:
    return st.text("ABCDEFGHIKLMNOPQRSTUVXY0123456789'+:? .,-ĐẠÂƯ", max_size=longest).map(str.strip)


def code(longest: int = 17) -> st.SearchStrategy[str]:
    return st.text("ABCDEFGHIKLMNOPQRSTUVXYZ0123456789", max_size=longest)


def filled(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return strategy.filter(bool)


COUNTS = st.one_of(st.none(), st.integers(0, 99_999))
MASSES = st.one_of(st.none(), numbers(16, 3))
TIMES = st.one_of(
    st.none(),
    st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31)).map(  # noqa: DTZ001
        lambda at: at.replace(microsecond=0, tzinfo=HANOI)
    ),
)
PARTIES = st.builds(
    Party, name=word(70), address=word(140), country=code(2), phone=code(20), email=code(20),
) | st.builds(Party, name=word(70), tax_code=code(14)) | st.builds(Party, name=filled(word(35)), code=code(17))  # fmt: skip
NAMED = PARTIES.filter(lambda party: party != Party())
PLACES = st.builds(Place, code=code(), name=word(40))
MONEY = st.builds(Money, amount=MASSES, currency=code(3))
DANGERS = st.builds(
    DangerousGoods, un_number=code(4), hazard_class=filled(code(4)), packing_group=code(3), ems=code(6),
    flash_point=st.one_of(st.none(), numbers(5, 1)), subsidiary_risk=code(4),
)  # fmt: skip


@st.composite
def bills(draw: st.DrawFn, number: int) -> Bill:
    items, uses = [], []
    for at in range(1, draw(st.integers(1, 3)) + 1):
        dangers = tuple(
            replace(one, proper_name=f"NAME {n}") for n, one in enumerate(draw(st.lists(DANGERS, max_size=2)))
        )
        items.append(
            Item(
                number=at, description=draw(word(300)), hs=draw(code(12)), packages=draw(COUNTS), package_kind=draw(code(2)),
                marks=draw(word(300)), gross_kg=draw(MASSES), net_kg=draw(MASSES), volume_m3=draw(MASSES),
                origin=draw(code(2)), value=draw(MONEY), dangerous=dangers,
            )
        )  # fmt: skip
        uses += [
            EquipmentUse(equipment=box, item=at, packages=draw(COUNTS))
            for box in draw(st.lists(filled(code(11)), max_size=2))
        ]
    kind = draw(st.sampled_from(BillKind))
    return Bill(
        number=draw(filled(code(35))), kind=kind, master_number=draw(filled(code())) if kind is BillKind.HOUSE else "",
        sequence=number, nature=draw(st.one_of(st.none(), st.sampled_from(Nature))), carrier=draw(PARTIES),
        shipper=draw(PARTIES), consignee=draw(PARTIES), notify=tuple(draw(st.lists(NAMED, max_size=2))),
        receipt=draw(PLACES), loading=draw(PLACES), transhipment=draw(PLACES), unloading=draw(PLACES),
        delivery=draw(PLACES), destination=draw(PLACES), warehouse=draw(PLACES), freight=draw(MONEY),
        prepaid=draw(st.sampled_from([None, True, False])), ucr=draw(code(35)), packages=draw(COUNTS),
        gross_kg=draw(MASSES), volume_m3=draw(MASSES), items=tuple(items), uses=tuple(uses), remarks=draw(word(300)),
    )  # fmt: skip


@st.composite
def calls(draw: st.DrawFn, *, ports: bool = True) -> Call:
    conveyance = Conveyance(
        name=draw(word(35)), flag=draw(code(2)), kind=draw(st.sampled_from(["", "11", "13"]))
    )
    if draw(st.booleans()):
        conveyance = replace(conveyance, imo="9321483")
    if draw(st.booleans()):
        conveyance = replace(conveyance, call_sign=draw(code(6).filter(lambda text: text and len(text) < 7)))
    call = Call(
        mode=draw(st.sampled_from([None, Mode.SEA, Mode.RIVER])), conveyance=conveyance, journey=draw(code()),
        carrier=draw(PARTIES.map(lambda party: replace(party, tax_code=""))), agent=draw(PARTIES), port=draw(PLACES),
        previous_port=draw(PLACES), eta=draw(TIMES), etd=draw(TIMES),
        crew=draw(COUNTS), passengers=draw(COUNTS),
    )  # fmt: skip
    if not ports:
        return call
    port = Place(code="VNHPH")
    return replace(
        call, port=port, next_port=draw(PLACES), ata=draw(TIMES), atd=draw(TIMES), berth=draw(code(20)),
        ports_before=(port, draw(PLACES.filter(lambda place: place not in (port, Place())))),
        movement=draw(st.sampled_from([None, MovementKind.ENTRY, MovementKind.EXIT, MovementKind.TRANSIT])),
    )  # fmt: skip


HEADS = {"function": st.sampled_from(Function), "reference": code(35), "number": code(35), "issued_at": TIMES}
BOXES = st.builds(
    Equipment, number=filled(code(11)), kind=st.sampled_from(EquipmentKind), size_type=code(4),
    fullness=st.sampled_from([None, *Fullness]), seals=st.lists(filled(code(10)), max_size=3).map(tuple),
    tare_kg=MASSES, gross_kg=MASSES, verified_kg=MASSES, operator=code(4),
    temperature=st.one_of(st.none(), st.decimals(-30, 30, places=1)),
)  # fmt: skip
MANIFESTS = st.integers(1, 4).flatmap(
    lambda many: st.builds(
        Manifest, call=calls(), declarant=PARTIES, office=code(17), signed_at=word(35), remarks=word(300),
        equipment=st.lists(BOXES, max_size=3).map(tuple),
        bills=st.tuples(*(bills(number) for number in range(1, many + 1))),
        totals=st.builds(
            Totals, bills=COUNTS, packages=COUNTS, gross_kg=MASSES, volume_m3=MASSES, containers=COUNTS
        ), **HEADS,
    )
)  # fmt: skip
PERSONS = st.builds(
    Person, family_name=word(35), given_names=word(35), rank=code(3), nationality=code(3),
    born_on=st.one_of(st.none(), st.dates(datetime(1930, 1, 1).date(), datetime(2025, 1, 1).date())),  # noqa: DTZ001
    born_at=word(35), sex=st.sampled_from([None, *Sex]),
    document_kind=st.just("P"), document_number=filled(code(12)), document_country=code(3), visa=code(9),
    embarked=PLACES, leaves=PLACES, residence=word(140), in_transit=st.sampled_from([None, True]),
)  # fmt: skip


@QUICK
@given(MANIFESTS)
def test_a_manifest_written_as_cuscar_is_read_back_the_same(document: Manifest) -> None:
    assert there_and_back(document) == document


@QUICK
@given(st.builds(
    CallNotice, call=calls(), declarant=PARTIES, office=code(17), remarks=word(300), gross_kg=MASSES,
    containers=st.one_of(st.none(), st.integers(1, 9_999)), **HEADS,
))  # fmt: skip
def test_a_notice_written_as_cusrep_is_read_back_the_same(document: CallNotice) -> None:
    purpose = replace(document, call=replace(document.call, purpose="1"))
    assert there_and_back(purpose) == purpose


@QUICK
@given(calls(ports=False), st.lists(PERSONS, max_size=4), st.booleans())
def test_a_list_of_persons_written_as_paxlst_is_read_back_the_same(
    call: Call, persons: list[Person], crew: bool
) -> None:
    call = replace(call, crew=call.crew if crew else None, passengers=None if crew else call.passengers)
    call = replace(call, conveyance=Conveyance(name="MSC SENA", imo="9321483", flag="PA"))
    kind = CrewList if crew else PassengerList
    document = kind(call=call, persons=tuple(persons), number="L1", reference="X1")
    assert there_and_back(document) == document


@QUICK
@given(papers(Manifest, many=1))
def test_any_manifest_is_written_whole_or_refused_by_field(document: Manifest) -> None:
    try:
        assert there_and_back(document) == document
    except Invalid as refused:
        said = " ".join(one.place for one in refused.findings)
    except Refused as refused:
        said = refused.place
    else:
        said = "whole"
    assert said


def test_what_a_message_cannot_carry_is_named() -> None:
    document = Manifest(
        call=Call(berth="A1", port=Place(code="VNHPH"), master="NGUYEN VAN A"),
        bills=(Bill(number="1", issued_on=NOON.date(), items=(Item(description="X", gross_kg=Decimal(1)),)),),
    )
    with pytest.raises(Invalid) as refused:
        there_and_back(document)
    assert {one.place for one in refused.value.findings} == {"call.master", "bills[0].issued_on"}


def test_a_bill_without_goods_is_refused_as_the_message_must_have_them() -> None:
    with pytest.raises(Invalid) as refused:
        there_and_back(Manifest(bills=(Bill(number="1"),)))
    assert {one.code for one in refused.value.findings} == {"edi.structure.missing"}


def test_a_paper_without_a_message_is_refused() -> None:
    with pytest.raises(Invalid):
        there_and_back(HealthDeclaration())


def test_a_letter_outside_the_set_is_refused_with_its_place() -> None:
    with pytest.raises(Refused) as refused:
        there_and_back(Manifest(remarks="THÉP"), charset="UNOB")
    assert "FTX" in refused.value.place
