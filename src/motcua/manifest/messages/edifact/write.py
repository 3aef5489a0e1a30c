"""
Documents as messages: CUSCAR D.98B, CUSREP D.98B and PAXLST D.05B, with the qualifiers of the standard profile.

What is written is read back and compared. A value that the message has no place for, or cannot hold, refuses the
whole with its path: nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from motcua.lib.edifact.segment import Given, Segment
from motcua.lib.edifact.write import LOCAL, Draft, MessageDraft
from motcua.lib.edifact.write import write as write_interchange
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding
from motcua.manifest.documents import (
    Bill,
    BillKind,
    CallNotice,
    CrewList,
    DangerousGoods,
    Equipment,
    Item,
    Manifest,
    MovementKind,
    Party,
    PassengerList,
    Person,
    Place,
    Sheet,
    walk,
)
from motcua.manifest.messages.edifact import read
from motcua.manifest.messages.edifact.profile import named
from motcua.manifest.messages.edifact.values import cut

Body = list[Segment]

# Document name codes (list 1001): 85 cargo manifest; 185 conveyance declaration; 745 passenger list; 250 crew list.
_KINDS: dict[type[Sheet], tuple[str, str, str]] = {
    Manifest: ("CUSCAR", "98B", "85"),
    CallNotice: ("CUSREP", "98B", "185"),
    PassengerList: ("PAXLST", "05B", "745"),
    CrewList: ("PAXLST", "05B", "250"),
}


def write(
    document: Sheet,
    *,
    sender: Sequence[str],
    recipient: Sequence[str],
    reference: str,
    at: datetime,
    charset: str = "UNOY",
) -> bytes:
    """
    One interchange with one message. Invalid names every value that the message cannot carry; Refused a character
    that the set cannot.
    """
    if type(document) not in _KINDS:
        name = type(document).__name__
        raise Invalid(
            [
                Finding(
                    "man.message",
                    "document",
                    f"{name} không có điện EDIFACT.",
                    f"{name} has no EDIFACT message.",
                )
            ]
        )
    draft = message(document)
    content = write_interchange(
        Draft(tuple(sender), tuple(recipient), at, reference, (draft,), charset=charset)
    )
    back = read(content, named("standard"))
    lost = _lost(document, back.documents[0] if back.documents else None)
    if lost:
        raise Invalid(
            [
                Finding(
                    "man.carried", path, f"{draft.type} không chở được ô này; hãy bỏ hoặc rút ngắn.",
                    f"{draft.type} cannot carry this field; leave it out or shorten it.",
                )
                for path in lost
            ]
        )  # fmt: skip
    if not back.accepted:
        raise Invalid([one for one in back.findings if one.severity == "error"])
    return content


def message(document: Sheet, reference: str = "1") -> MessageDraft:
    """The message of a document, unchecked."""
    kind, release, code = _KINDS[type(document)]
    body: Body = [Segment.of("BGM", code, document.number, document.function.code)]
    _BODIES[type(document)](document, body)
    return MessageDraft(kind, "D", release, tuple(body), reference=reference)


def _lost(document: Sheet, back: Sheet | None) -> list[str]:
    if back == document:
        return []
    here = {path: value for path, _, value in walk(document)}
    there = {path: value for path, _, value in walk(back)} if back is not None else {}
    lost = [path for path, value in here.items() if there.get(path) != value]
    return lost or [path for path in there if path not in here] or ["document"]


# ---- the head ----


def _time(qualifier: str, at: datetime | None) -> Iterator[Segment]:
    if at is not None:
        local = at.astimezone(LOCAL)
        form, code = ("%Y%m%d%H%M%S", "204") if local.second else ("%Y%m%d%H%M", "203")
        yield Segment.of("DTM", (qualifier, local.strftime(form), code))


def _place(qualifier: str, place: Place, *more: Given) -> Iterator[Segment]:
    if place != Place() or more:
        yield Segment.of(
            "LOC",
            qualifier,
            (place.code, "139" if place.code else "", "6" if place.code else "", place.name),
            *more,
        )


def _party(qualifier: str, party: Party) -> Iterator[Segment]:
    if party == Party():
        return
    identity = (party.tax_code, "167") if party.tax_code else (party.code,)
    names, streets = cut(party.name, 35, 5) or [party.name], cut(party.address, 35, 4) or [party.address]
    yield Segment.of("NAD", qualifier, identity, "", names, streets, "", "", "", party.country)
    if party.phone or party.email:
        yield Segment.of("CTA", "IC")
    for text, kind in ((party.phone, "TE"), (party.email, "EM")):
        if text:
            yield Segment.of("COM", (text, kind))


def _text(qualifier: str, text: str) -> Iterator[Segment]:
    if text:
        yield Segment.of("FTX", qualifier, "", "", cut(text, 70, 5) or [text])


def _count(tag: str, qualifier: str, number: int | Decimal | None, unit: str = "") -> Iterator[Segment]:
    if number is not None:
        yield Segment.of(
            tag, (qualifier, f"{number:f}" if isinstance(number, Decimal) else str(number), unit)
        )


def _transport(sheet: Sheet) -> Segment:
    call, ship = sheet.call, sheet.call.conveyance
    identity = ship.imo or ship.call_sign or ship.registration
    codes = "146" if ship.imo else "103" if ship.call_sign else ""
    return Segment.of(
        "TDT", "20", call.journey, call.mode.code if call.mode else "", ship.kind,
        (call.carrier.code, "172" if call.carrier.code else "", "", call.carrier.name), "", "",
        (identity, codes if identity else "", "", ship.name, ship.flag),
    )  # fmt: skip


def _signs(sheet: Sheet) -> Iterator[Segment]:
    ship = sheet.call.conveyance
    if sheet.reference:
        yield Segment.of("RFF", ("ABO", sheet.reference))
    if ship.imo and ship.call_sign:
        yield Segment.of("RFF", ("VM", ship.call_sign))


def _ports(sheet: Sheet) -> Iterator[Segment]:
    call = sheet.call
    yield from _place("60", call.port, *([(call.berth,)] if call.berth else []))
    yield from _place("5", call.previous_port)
    yield from _place("61", call.next_port)
    for port in call.ports_before:
        yield from _place("92", port)


def _times(sheet: Sheet) -> Iterator[Segment]:
    call = sheet.call
    for qualifier, at in (("132", call.eta), ("133", call.etd), ("178", call.ata), ("136", call.atd)):
        yield from _time(qualifier, at)


def _parties(sheet: Sheet) -> Iterator[Segment]:
    carrier = replace(sheet.call.carrier, code="", name="")
    for qualifier, party in (("CA", carrier), ("CG", sheet.call.agent), ("MS", sheet.declarant)):
        yield from _party(qualifier, party)


def _counts(sheet: Sheet) -> Iterator[Segment]:
    yield from _count("QTY", "114", sheet.call.passengers)
    yield from _count("QTY", "115", sheet.call.crew)


def _movement(sheet: Sheet) -> Iterator[Segment]:
    codes = {MovementKind.EXIT: "22", MovementKind.ENTRY: "23", MovementKind.TRANSIT: "24"}
    if sheet.call.movement in codes:
        yield Segment.of("GIS", codes[sheet.call.movement])


# ---- CUSCAR ----


def _manifest(document: Any, body: Body) -> None:
    sheet: Manifest = document
    body += [
        *_time("137", sheet.issued_at),
        *_office(sheet),
        *_counts(sheet),
        *_signs(sheet),
        *_parties(sheet),
    ]
    body += [
        *_text("AAI", sheet.remarks),
        _transport(sheet),
        *_ports(sheet),
        *_times(sheet),
        *_movement(sheet),
    ]
    for box in sheet.equipment:
        body += _box(box)
    totals = sheet.totals
    body += [
        *_count("CNT", "7", totals.gross_kg, "KGM"), *_count("CNT", "10", totals.bills),
        *_count("CNT", "11", totals.packages), *_count("CNT", "15", totals.volume_m3, "MTQ"),
        *_count("CNT", "16", totals.containers),
    ]  # fmt: skip
    for bill in sheet.bills:
        body += _bill(bill)


def _office(sheet: Sheet) -> Iterator[Segment]:
    if sheet.office:
        yield Segment.of("LOC", "22", sheet.office)
    if sheet.signed_at:
        yield Segment.of("LOC", "91", ("", "", "", sheet.signed_at))


def _box(box: Equipment) -> Iterator[Segment]:
    full = box.fullness.code if box.fullness else ""
    yield Segment.of("EQD", box.kind.code, box.number, box.size_type, "", "", full)
    for kind, value in (("T", box.tare_kg), ("G", box.gross_kg), ("VGM", box.verified_kg)):
        yield from _measure(kind, value)
    for seal in box.seals:
        yield Segment.of("SEL", seal)
    if box.operator:
        yield Segment.of("NAD", "CF", box.operator)
    if box.temperature is not None:
        yield Segment.of("TMP", "2", (f"{box.temperature:f}", "CEL"))


def _measure(kind: str, value: Decimal | None, unit: str = "KGM") -> Iterator[Segment]:
    if value is not None:
        yield Segment.of("MEA", "AAE", kind, (unit, f"{value:f}"))


def _bill(bill: Bill) -> Iterator[Segment]:
    yield Segment.of("CNI", "" if bill.sequence is None else str(bill.sequence), bill.number)
    yield from _count("CNT", "7", bill.gross_kg, "KGM")
    yield from _count("CNT", "11", bill.packages)
    yield from _count("CNT", "15", bill.volume_m3, "MTQ")
    yield _number(bill)
    if bill.freight.amount is not None or bill.freight.currency:
        amount = "" if bill.freight.amount is None else f"{bill.freight.amount:f}"
        yield Segment.of("MOA", ("64", amount, bill.freight.currency))
    for qualifier, place in (
        ("88", bill.receipt), ("9", bill.loading), ("13", bill.transhipment), ("11", bill.unloading),
        ("7", bill.delivery), ("8", bill.destination), ("14", bill.warehouse),
    ):  # fmt: skip
        yield from _place(qualifier, place)
    if bill.nature is not None:
        yield Segment.of("GIS", bill.nature.code)
    if bill.prepaid is not None:
        yield Segment.of("CPI", "", "", "P" if bill.prepaid else "C")
    yield from _issuer(bill)
    parties = [("CZ", bill.shipper), ("CN", bill.consignee)]
    for qualifier, party in [*parties, *(("NI", one) for one in bill.notify)]:
        yield from _party(qualifier, party)
    for at, item in enumerate(bill.items):
        yield from _item(item, bill, first=at == 0)


def _number(bill: Bill) -> Segment:
    """The reference that begins the bill; a second one would begin another group, which must have goods."""
    code = {BillKind.MASTER: "MB", BillKind.HOUSE: "BH", BillKind.SIMPLE: "BM"}[bill.kind]
    return Segment.of("RFF", (code, bill.number))


def _issuer(bill: Bill) -> Iterator[Segment]:
    """Who issued the bill, with the references that belong to it."""
    further = [
        Segment.of("RFF", (code, text))
        for code, text in (("MB", bill.master_number), ("UCN", bill.ucr))
        if text
    ]
    party = list(_party("CA", bill.carrier))
    if further and not party:
        party = [Segment.of("NAD", "CA")]
    yield from [*party[:1], *further, *party[1:]]


def _item(item: Item, bill: Bill, *, first: bool) -> Iterator[Segment]:
    packages = "" if item.packages is None else str(item.packages)
    yield Segment.of("GID", "" if item.number is None else str(item.number), (packages, item.package_kind))
    yield from _text("AAA", item.description)
    if first:
        yield from _text("AAI", bill.remarks)
    for danger in item.dangerous:
        yield from _text("AAD", danger.proper_name)
    yield from _measure("G", item.gross_kg)
    yield from _measure("N", item.net_kg)
    yield from _measure("AAW", item.volume_m3, "MTQ")
    if item.value.amount is not None or item.value.currency:
        amount = "" if item.value.amount is None else f"{item.value.amount:f}"
        yield Segment.of("MOA", ("40", amount, item.value.currency))
    for use in bill.uses:
        if use.item == item.number if item.number is not None else use.item is None:
            yield Segment.of("SGP", use.equipment, "" if use.packages is None else str(use.packages))
    for danger in item.dangerous:
        yield _danger(danger)
    if item.marks:
        yield Segment.of("PCI", "28", cut(item.marks, 35, 10) or [item.marks])
    if item.hs:
        yield Segment.of("CST", "", (item.hs, "122"))
    if item.origin:
        yield Segment.of("LOC", "27", item.origin)


def _danger(danger: DangerousGoods) -> Segment:
    flash = "" if danger.flash_point is None else f"{danger.flash_point:f}"
    return Segment.of(
        "DGS", "IMD", danger.hazard_class, danger.un_number, (flash, "CEL" if flash else ""), danger.packing_group,
        danger.ems, "", "", "", danger.subsidiary_risk,
    )  # fmt: skip


# ---- CUSREP ----


def _notice(document: Any, body: Body) -> None:
    sheet: CallNotice = document
    body += [*_time("137", sheet.issued_at), *_times(sheet), *_counts(sheet)]
    if sheet.call.purpose:
        body.append(Segment.of("POC", sheet.call.purpose))
    body += _text("AAI", sheet.remarks)
    body += _measure("G", sheet.gross_kg)
    body += [
        *_movement(sheet),
        *_signs(sheet),
        *_office(sheet),
        *_ports(sheet),
        *_parties(sheet),
        _transport(sheet),
    ]
    if sheet.containers is not None:
        body += [Segment.of("EQD", "CN"), Segment.of("EQN", str(sheet.containers))]


# ---- PAXLST ----


def _persons(document: Any, body: Body) -> None:
    sheet: PassengerList | CrewList = document
    crew = isinstance(sheet, CrewList)
    body += [
        *(Segment.of("RFF", ("ABO", sheet.reference)) for _ in [0] if sheet.reference),
        *_time("137", sheet.issued_at),
    ]
    body += [*_parties(sheet), _transport(sheet)]
    legs = [
        ("125", sheet.call.previous_port, "189", sheet.call.etd),
        ("87", sheet.call.port, "232", sheet.call.eta),
    ]
    for qualifier, place, times, at in legs:
        if place != Place() or at is not None:
            body += _place(qualifier, place, *([] if place != Place() else [""]))
            body += _time(times, at)
    for person in sheet.persons:
        body += _person(person, crew=crew)
    total = sheet.call.crew if crew else sheet.call.passengers
    body += _count("CNT", "41" if crew else "42", total)


def _person(person: Person, *, crew: bool) -> Iterator[Segment]:
    role = {(False, False): "FL", (True, False): "FM", (False, True): "DDU", (True, True): "DDT"}
    streets = cut(person.residence, 35, 4) or [person.residence]
    names = (person.family_name, person.given_names)
    yield Segment.of("NAD", role[crew, bool(person.in_transit)], "", "", names, streets)
    if person.sex is not None:
        yield Segment.of("ATT", "2", "", person.sex.code)
    if person.born_on is not None:
        yield Segment.of("DTM", ("329", f"{person.born_on:%Y%m%d}", "102"))
    yield from _place("178", person.embarked)
    yield from _place("179", person.leaves)
    if person.born_at:
        yield Segment.of("LOC", "180", ("", "", "", person.born_at))
    if person.rank:
        yield Segment.of("EMP", "1", person.rank)
    if person.nationality:
        yield Segment.of("NAT", "2", person.nationality)
    if person.document_kind or person.document_number:
        yield Segment.of("DOC", person.document_kind, person.document_number)
        if person.document_expires is not None:
            yield Segment.of("DTM", ("36", f"{person.document_expires:%Y%m%d}", "102"))
        if person.document_country:
            yield Segment.of("LOC", "91", person.document_country)
    if person.visa:
        yield Segment.of("DOC", "V", person.visa)


_BODIES: dict[type[Sheet], Callable[[Any, Body], None]] = {
    Manifest: _manifest, CallNotice: _notice, PassengerList: _persons, CrewList: _persons,
}  # fmt: skip
