"""CUSCAR, CUSREP and PAXLST into documents: every value, its place, and everything that was not read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Severity
from motcua.manifest.documents import (
    BillKind,
    CallNotice,
    CrewList,
    Fullness,
    Function,
    Manifest,
    Mode,
    Nature,
    PassengerList,
    value_at,
    walk,
)
from motcua.manifest.messages import Read, detect, read
from motcua.manifest.messages.edifact.profile import load, named
from motcua.manifest.messages.edifact.reading import Given, Piece, stream
from motcua.manifest.messages.edifact.values import birthday, decimal, joined, moment, whole

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HEAD = "UNB+UNOC:3+CARRIER+VNCUSTOMS+260102:0830+R1'"


def file(*segments: str, type: str = "CUSCAR", release: str = "98B") -> bytes:
    lines = [f"UNH+1+{type}:D:{release}:UN", *segments]
    return (HEAD + "".join(f"{line}'" for line in [*lines, f"UNT+{len(lines) + 1}+1", "UNZ+1+R1"])).encode()


CARGO = file(
    "BGM+85+MAN1+9", "DTM+137:202601020830:203", "LOC+22+18BC01", "NAD+CA+MSCU:172++MSC VIETNAM",
    "NAD+MS+0100233488:167++DAI LY BIEN", "CTA+IC", "COM+0243?+555:TE+a@b.vn:EM",
    "TDT+20+V123+1++MSCU:172:::+++9321483:146::MSC SENA:PA", "LOC+60+VNHPH:139:6+B2", "LOC+5+SGSIN", "LOC+80+XX",
    "DTM+132:202601051200:203", "GIS+23",
    "EQD+CN+MSCU1234565+45G1:102:5+++5", "MEA+AAE+T+KGM:3800", "SEL+S1+CA", "SEL+S2",
    "CNT+7:2:TNE", "CNT+10:2",
    "CNI+1+B1", "RFF+BM:B1", "LOC+9+SGSIN", "LOC+11+VNHPH:139:6:HAI PHONG", "GIS+23",
    "NAD+CZ+++O?'NEILL STEEL+12 HARBOUR ROAD:UNIT 4+SINGAPORE++018956+SG",
    "NAD+CN++CONG TY THEP:KM 5:HA LONG", "RFF+VA:0100233488", "NAD+NI+++SAME",
    "GID+1+10:PK", "FTX+AAA+++STEEL PIPES:SEAMLESS", "MEA+AAE+G+KGM:1200.5", "MEA+AAE+AAW+MTQ:12", "SGP+MSCU1234565+10",
    "DGS+IMD+3+1203+-18:CEL+2+F-E", "PCI+28+LOT 1:HAI PHONG", "CST++73041900:122", "LOC+27+KR",
    "CNI+2+H2", "RFF+BH:H2", "NAD+CZ+++X", "RFF+MB:B9", "GID+1+5:CT", "FTX+AAA+++GOODS", "MEA+AAE+G+LBR:10",
)  # fmt: skip


@pytest.fixture(scope="module")
def cargo() -> Read:
    return read(CARGO)


def test_the_head_of_a_cargo_report_is_the_call(cargo: Read) -> None:
    document = cargo.documents[0]
    assert isinstance(document, Manifest)
    assert cargo.accepted
    assert (cargo.standard, cargo.version) == ("edifact", "CUSCAR D.98B")
    call = document.call
    assert (document.number, document.function, document.office) == ("MAN1", Function.ORIGINAL, "18BC01")
    assert (call.mode, call.journey, call.conveyance.imo, call.conveyance.flag) == (
        Mode.SEA,
        "V123",
        "9321483",
        "PA",
    )
    assert call.movement
    assert call.movement.value == "entry"
    assert (call.port.code, call.berth, call.previous_port.code) == ("VNHPH", "B2", "SGSIN")
    assert call.eta == datetime(2026, 1, 5, 12, 0, tzinfo=HANOI)
    assert (call.carrier.code, call.carrier.name) == ("MSCU", "MSC VIETNAM")
    assert (document.declarant.tax_code, document.declarant.phone) == ("0100233488", "0243+555")
    assert document.declarant.email == "a@b.vn"
    assert (document.totals.gross_kg, document.totals.bills) == (Decimal(2000), 2)
    box = document.equipment[0]
    assert (box.number, box.tare_kg, box.seals, box.fullness) == (
        "MSCU1234565",
        3800,
        ("S1", "S2"),
        Fullness.FULL,
    )


def test_a_consignment_is_a_bill_with_its_goods(cargo: Read) -> None:
    document = cargo.documents[0]
    assert isinstance(document, Manifest)
    bill, house = document.bills
    assert (bill.number, bill.kind, bill.nature) == ("B1", BillKind.SIMPLE, Nature.IMPORT)
    assert bill.shipper.name == "O'NEILL STEEL"
    assert bill.shipper.address == "12 HARBOUR ROAD UNIT 4, SINGAPORE, 018956"
    assert (bill.consignee.name, bill.consignee.address) == ("CONG TY THEP", "KM 5, HA LONG")
    assert bill.consignee.tax_code == "0100233488"
    assert [one.name for one in bill.notify] == ["SAME"]
    assert (bill.unloading.code, bill.unloading.name) == ("VNHPH", "HAI PHONG")
    item = bill.items[0]
    assert (item.packages, item.package_kind, item.hs, item.origin) == (10, "PK", "73041900", "KR")
    assert (item.description, item.marks) == ("STEEL PIPES SEAMLESS", "LOT 1 HAI PHONG")
    assert (item.gross_kg, item.volume_m3) == (Decimal("1200.5"), 12)
    danger = item.dangerous[0]
    assert (danger.un_number, danger.hazard_class, danger.flash_point) == ("1203", "3", Decimal(-18))
    assert (bill.uses[0].equipment, bill.uses[0].item, bill.uses[0].packages) == ("MSCU1234565", 1, 10)
    assert (house.kind, house.number, house.master_number) == (BillKind.HOUSE, "H2", "B9")
    assert house.items[0].gross_kg == Decimal("4.5359237")


def test_a_segment_without_a_field_is_noted_never_dropped_in_silence(cargo: Read) -> None:
    notes = [(one.code, one.severity, one.place) for one in cargo.findings]
    assert notes == [("man.unread", Severity.NOTE, "segment 13")]
    assert "LOC+80" in cargo.findings[0].en


def test_every_value_has_its_place_in_the_file(cargo: Read) -> None:
    places = cargo.places[0]
    by_number = dict(enumerate(CARGO.replace(b"?'", b"??").split(b"'"), start=1))
    expected = {
        "number": (3, 2), "call.conveyance.imo": (10, 8), "call.eta": (14, 1), "call.movement": (15, 1),
        "declarant.phone": (9, 1), "equipment[0].seals[1]": (19, 1), "equipment[0].fullness": (16, 6),
        "totals.gross_kg": (20, 1), "bills[0].shipper.name": (27, 4), "bills[0].consignee.tax_code": (29, 1),
        "bills[0].items[0].gross_kg": (33, 3), "bills[0].items[0].dangerous[0].un_number": (36, 3),
        "bills[0].uses[0].packages": (35, 2), "bills[1].number": (41, 1), "bills[1].master_number": (43, 1),
        "bills[1].items[0].packages": (44, 2),
    }  # fmt: skip
    for path, (segment, element) in expected.items():
        assert places[path].startswith(f"segment {segment}, element {element},"), (path, places[path])
        byte = int(places[path].rpartition(" ")[2])
        assert CARGO[:byte].replace(b"?'", b"??").count(b"'") == segment - 1, by_number[segment]
    document = cargo.documents[0]
    for path, _, value in walk(document):
        assert value_at(document, path) == value
        assert "element" in places[path] or path == "bills[1].kind", path
    assert places["bills[1].consignee.name"].startswith("segment 40, byte")
    assert places["bills[7].number"].startswith("segment 2, byte")
    with pytest.raises(KeyError):
        places["bills[0"]


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "lost"),
    [
        ("KGM:1200.5", "KGM:1200.5X", "man.number", "segment 33, element 3", "bills[0].items[0].gross_kg"),
        ("KGM:1200.5", "CTN:1200.5", "man.unit", "segment 33, element 3", "bills[0].items[0].gross_kg"),
        ("202601051200:203", "202613051200:203", "man.date", "segment 14, element 1, component 2", "call.eta"),
        ("GID+1+10:PK", "GID+1+1O:PK", "man.number", "segment 31, element 2, component 1", "bills[0].items[0].packages"),
        ("MAN1+9", "MAN1+99", "man.code", "segment 3, element 3", "function"),
        ("TDT+20+V123+1", "TDT+20+V123+7", "man.code", "segment 10, element 3, component 1", "call.mode"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_refuses_with_its_place(
    old: str, new: str, code: str, place: str, lost: str
) -> None:
    found = read(CARGO.replace(old.encode(), new.encode()))
    errors = [one for one in found.findings if one.severity is Severity.ERROR]
    assert [(one.code, one.place) for one in errors] == [(code, place)]
    assert not found.accepted
    assert not found.parts[0].accepted
    assert lost not in {path for path, _, _ in walk(found.documents[0])}


def test_one_consignment_may_hold_several_bills() -> None:
    found = read(
        file(
            "BGM+85+M+9", "CNI+1+BOOKING", "RFF+AAA:B1", "LOC+9+IEDUB", "GID+1+5:BG", "SGP+FCIU5956299", "RFF+BM:B2",
            "LOC+9+FRDKK", "GID+1+7:PE", "GID+2+8:PE",
        ),
        named("msc-egypt"),
    )  # fmt: skip
    document = found.documents[0]
    assert isinstance(document, Manifest)
    assert [(bill.number, bill.loading.code, len(bill.items)) for bill in document.bills] == [
        ("B1", "IEDUB", 1), ("B2", "FRDKK", 2),
    ]  # fmt: skip
    assert found.places[0]["bills[1].items[1].packages"].startswith("segment 12, element 2, component 1")


def test_a_profile_of_one_sender_changes_what_a_qualifier_means() -> None:
    content = file("BGM+85+M+9", "CNI+1+B", "RFF+HS:73041900", "FTX+AAA+++PIPES", "GID+1")
    own = load("name: Own\nsender: CARRIER\nbill: {references: {HS: item.hs}}")
    document = read(content, own).documents[0]
    assert isinstance(document, Manifest)
    assert (document.bills[0].items[0].hs, document.bills[0].items[0].description) == ("73041900", "PIPES")
    with pytest.raises(Malformed, match="bills"):
        load("name: X\nbills: {}")
    with pytest.raises(Malformed, match="mapping"):
        load("- x")
    with pytest.raises(Invalid, match="nothing"):
        load("name: X\nenvelope: {tolerate: [nothing]}")
    with pytest.raises(Invalid) as refused:
        load(
            'name: X\nhead: {places: {"9": call.harbour}}\nbill: {counts: {"9": weight}, places: {"9": items}}'
        )
    assert [one.place for one in refused.value.findings] == [
        "head.places.9",
        "bill.counts.9",
        "bill.places.9",
    ]
    with pytest.raises(Malformed):
        named("../secret")


def test_a_conveyance_report_is_a_notice() -> None:
    found = read(
        file(
            "BGM+185+N1+9", "DTM+136:20260102:102", "DTM+136:0700:401", "QTY+115:21", "LOC+60+VNHPH",
            "TDT+20+V1+1+++++3EXX7:103::SENA", "EQD+CN", "EQN+25", type="CUSREP",
        )
    )  # fmt: skip
    document = found.documents[0]
    assert isinstance(document, CallNotice)
    assert document.call.atd == datetime(2026, 1, 2, 7, 0, tzinfo=HANOI)
    assert (document.call.crew, document.call.conveyance.call_sign, document.containers) == (21, "3EXX7", 25)


def test_a_passenger_list_and_a_crew_list() -> None:
    person = (
        "NAD+FM+++DOE:JOHN:PAUL+1 STREET+CITY+++GBR", "ATT+2++M", "DTM+329:541016", "LOC+178+SGSIN", "LOC+180+:::LEEDS",
        "EMP+1+CAP", "NAT+2+GBR", "DOC+P:110:111+X1234", "DTM+36:300101", "LOC+91+GBR", "DOC+V+V99",
    )  # fmt: skip
    head = (
        "DTM+137:2601020830:201",
        "TDT+20+VN123+4++VN",
        "LOC+125+SGSIN",
        "DTM+189:2601020730:201",
        "LOC+87+VNSGN",
    )
    found = read(file("BGM+250", *head, *person, "CNT+41:1", type="PAXLST", release="05B"))
    document = found.documents[0]
    assert isinstance(document, CrewList)
    one = document.persons[0]
    assert (one.family_name, one.given_names, one.rank, one.born_on) == (
        "DOE",
        "JOHN PAUL",
        "CAP",
        date(1954, 10, 16),
    )
    assert (one.born_at, one.document_number, one.visa) == ("LEEDS", "X1234", "V99")
    assert (one.document_country, one.document_expires) == ("GBR", date(2030, 1, 1))
    assert (one.embarked.code, one.residence) == ("SGSIN", "1 STREET, CITY, GBR")
    assert (document.call.crew, document.call.port.code) == (1, "VNSGN")
    assert found.places[0]["persons[0].visa"].startswith("segment 19, element 2")
    passengers = read(file("BGM+745", *head, "NAD+FL+++DOE", "NAD+DDU+++ROE", type="PAXLST", release="05B"))
    assert isinstance(passengers.documents[0], PassengerList)
    assert [one.in_transit for one in passengers.documents[0].persons] == [None, True]


def test_a_long_message_is_streamed_one_consignment_at_a_time() -> None:
    consignment = CARGO[CARGO.index(b"CNI+2") : CARGO.index(b"UNT+")]
    body = b"".join(consignment.replace(b"CNI+2", b"CNI+%d" % at) for at in range(2, 400))
    whole_file = CARGO.replace(consignment, body)
    count = whole_file.replace(b"?'", b"").count(b"'") - 2
    whole_file = whole_file[: whole_file.index(b"UNT+")] + b"UNT+%d+1'UNZ+1+R1'" % count
    kept = read(whole_file)
    assert kept.accepted
    assert isinstance(kept.documents[0], Manifest)
    blocks = [whole_file[at : at + 1000] for at in range(0, len(whole_file), 1000)]
    bills, documents = [], []
    for event in stream(blocks, named("standard")):
        if isinstance(event, Piece):
            bills += event.parts
        elif isinstance(event, Given):
            documents.append(event.document)
    assert tuple(bills) == kept.documents[0].bills
    assert documents == [None]
    assert kept.places[0]["bills[300].items[0].gross_kg"].startswith(f"segment {40 + 7 * 299 + 6}, element 3")


def test_what_a_message_is_its_bytes_say() -> None:
    assert detect(CARGO) == "edifact"
    assert detect(b"\xef\xbb\xbf  UNA:+.? 'UNB+") == "edifact"
    assert detect(b"TELEX QU HANXXX\r\nUNB+UNOA:1+A+B") == "edifact"
    assert detect(b'<?xml version="1.0"?><!-- x --><ns:Awmds>') == "xml-awmds"
    assert detect(b'{"document": "crew-list"}') == "json-crew-list"
    assert detect(b"PK\x03\x04...") == "xlsx"
    assert detect(b"\xff\xfe" + "UNB+UNOA".encode("utf-16-le")) == "edifact"
    for nothing in (b"", b"hello", b"\x00" * 50):
        assert detect(nothing) == "unknown"
        with pytest.raises(Malformed):
            read(nothing)


@pytest.mark.parametrize("day", ["260?0102", "٢٦٠١٠٢", "", "9999999", "00000000"])
def test_a_header_with_an_impossible_day_is_read_all_the_same(day: str) -> None:
    content = CARGO.decode().replace("260102:0830", f"{day.replace('?', '??')}:0830")
    assert read(content.encode()).documents


def test_json_is_read_by_the_same_door() -> None:
    found = read(b'{"document": "manifest", "bills": [{"number": "1"}]}')
    assert found.accepted
    assert found.places[0]["bills[0].number"] == "bills[0].number"
    wrong = read(b'{"document": "manifest", "bills": [{"number": 1}]}')
    assert [one.place for one in wrong.findings] == ["bills[0].number"]
    assert not wrong.accepted


def test_values() -> None:
    assert joined(["A" * 35, "B", "C"], 35) == "A" * 35 + "B C"
    assert [decimal(text) for text in ("1,5", ".000", "-3", "1.2.3", "1e5", "", "٣")] == [
        Decimal("1.5"), Decimal("0.000"), Decimal(-3), None, None, None, None,
    ]  # fmt: skip
    assert [whole(text) for text in ("12", "12.000", "12.5", "x", "9" * 40)] == [12, 12, None, None, None]
    at = moment("202601020830", "203", HANOI)
    assert at
    assert at == (datetime(2026, 1, 2, 8, 30, tzinfo=HANOI), True)
    assert moment("2601020830", "", HANOI) == at
    assert moment("20260102083000ICT", "304", HANOI) == at
    assert moment("20260230", "102", HANOI) is None
    assert moment("202601020830", "102", HANOI) is None
    assert birthday("020101", "101", HANOI, 2026) == date(2002, 1, 1)
    assert birthday("770101", "", HANOI, 2026) == date(1977, 1, 1)
