"""
The papers of a ship inside the envelope of the national single window (`motcua.lib.nsw_envelope`).

Which paper a message carries, its `type` says (50 general declaration, 51 crew list …); what it wants, its `function`
(01 declare, 02 amend, 03 cancel); which procedure, its `documentType` (1 entry … 5 departure from port). Field names
follow a public system of the maritime administration that speaks with the portal; there is no public schema, so the
names of elements that hold lists are ours, and the schemas beside this package are the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from motcua.lib import nsw_envelope, xmldoc
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding, errors
from motcua.lib.nsw_envelope import SHIP_TYPES, Envelope, Family, Header
from motcua.manifest.documents import (
    CallNotice,
    CrewEffects,
    CrewList,
    DangerousGoodsManifest,
    Function,
    GeneralDeclaration,
    HealthDeclaration,
    Manifest,
    Mode,
    MovementKind,
    PassengerList,
    SecurityNotice,
    Sheet,
    Stores,
    Waste,
)
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.mapping import Each, Mass, Places, Taking, To, Volume, beside, in_order
from motcua.manifest.messages.writing import fill

SCHEMAS: Final = Path(__file__).parents[1] / "schemas"


def _party(name: str, target: str) -> dict[str, Any]:
    return {
        f"{name}/code": f"{target}.code",
        f"{name}/taxCode": f"{target}.tax_code",
        f"{name}/name": f"{target}.name",
        f"{name}/address": f"{target}.address",
        f"{name}/countryCode": f"{target}.country",
        f"{name}/phone": f"{target}.phone",
        f"{name}/email": f"{target}.email",
    }


def _place(name: str, target: str) -> dict[str, Any]:
    return {f"{name}Code": f"{target}.code", f"{name}Name": f"{target}.name"}


# What every paper begins with: the ship, the voyage, the port, who signs.
SHIP: dict[str, Any] = {
    "documentName": "number",
    "ownReference": "reference",
    "customsOfficeCode": "office",
    "nameOfShip": To("call.conveyance.name", needed=True),
    "imoNumber": "call.conveyance.imo",
    "callSign": "call.conveyance.call_sign",
    "mmsi": "call.conveyance.mmsi",
    "flagStateCode": "call.conveyance.flag",
    "shipTypeCode": "call.conveyance.kind",
    "voyageNumber": To("call.journey", needed=True),
    **_place("port", "call.port"),
    "berth": "call.berth",
    **_place("lastPort", "call.previous_port"),
    **_place("nextPort", "call.next_port"),
    "dateOfArrival": "call.eta",
    "dateOfDeparture": "call.etd",
    "actualArrival": "call.ata",
    "actualDeparture": "call.atd",
    "nameOfMaster": "call.master",
    **_party("carrier", "call.carrier"),
    **_party("agent", "call.agent"),
    **_party("declarant", "declarant"),
    "signPlace": "signed_at",
    "signDate": "issued_at",
    "remarks": "remarks",
}

GENERAL: dict[str, Any] = {
    **SHIP,
    "registryNumber": "call.conveyance.certificate_number",
    "registryDate": "call.conveyance.certificate_date",
    "registryPort": "call.conveyance.certificate_port",
    "grossTonnage": "call.conveyance.gross_tonnage",
    "netTonnage": "call.conveyance.net_tonnage",
    "positionInPort": "position",
    "particularsOfVoyage": "voyage",
    "descriptionOfCargo": "cargo",
    "numberOfCrew": "call.crew",
    "numberOfPassengers": "call.passengers",
    "wasteRequirements": "waste_requirements",
    "attachedCargoDeclarations": "cargo_declarations",
    "attachedStoresDeclarations": "stores_declarations",
    "attachedCrewLists": "crew_lists",
    "attachedPassengerLists": "passenger_lists",
    "attachedEffectsDeclarations": "effects_declarations",
    "attachedHealthDeclarations": "health_declarations",
}

NOTICE: dict[str, Any] = {
    **SHIP,
    "lengthOverall": "call.conveyance.length",
    "breadth": "call.conveyance.beam",
    "airDraught": "call.conveyance.air_draught",
    "draughtFore": "call.draught_fore",
    "draughtAft": "call.draught_aft",
    "grossTonnage": "call.conveyance.gross_tonnage",
    "netTonnage": "call.conveyance.net_tonnage",
    "deadweight": "call.conveyance.deadweight",
    "purpose": "call.purpose",
    "voyageDays": "call.voyage_days",
    "numberOfCrew": "call.crew",
    "numberOfPassengers": "call.passengers",
    "otherPersons": "others_aboard",
    "cargoDescription": "cargo",
    "cargoWeight": Mass("gross_kg", "unit", "KGM"),
    "containers": "containers",
}

DANGEROUS: dict[str, Any] = {
    "referenceNumber": "bill",
    "containerNumber": "equipment",
    "marks": "marks",
    "numberOfPackages": "packages",
    "kindOfPackages": "package_kind",
    "properShippingName": "proper_name",
    "class": "hazard_class",
    "unNumber": "un_number",
    "packingGroup": "packing_group",
    "subsidiaryRisk": "subsidiary_risk",
    "flashPoint": "flash_point",
    "marinePollutant": "marine_pollutant",
    "grossWeight": Mass("gross_kg", "unit", "KGM"),
    "netWeight": Mass("net_kg", "unit", "KGM"),
    "ems": "ems",
    "stowagePosition": "stowage",
}

NOTIFY: dict[str, Any] = {
    "code": "code", "taxCode": "tax_code", "name": "name", "address": "address", "countryCode": "country",
    "phone": "phone", "email": "email",
}  # fmt: skip

BILL: dict[str, Any] = {
    "billOfLadingNo": "number",
    "billType": "kind",
    "masterBillNo": "master_number",
    "sequence": "sequence",
    "nature": "nature",
    **_party("issuer", "carrier"),
    **_party("shipper", "shipper"),
    **_party("consignee", "consignee"),
    "notifyParties/notify": Each("notify", NOTIFY),
    **_place("portOfReceipt", "receipt"),
    **_place("portOfLoading", "loading"),
    **_place("portOfTranshipment", "transhipment"),
    **_place("portOfDischarge", "unloading"),
    **_place("placeOfDelivery", "delivery"),
    **_place("finalDestination", "destination"),
    **_place("goodsLocation", "warehouse"),
    "freightAmount": "freight.amount",
    "freightCurrency": "freight.currency",
    "freightPrepaid": "prepaid",
    "ucr": "ucr",
    "dateOfIssue": "issued_on",
    "dateOfDeparture": "departed_on",
    "numberOfPackage": "packages",
    "grossWeight": Mass("gross_kg", "unit", "KGM"),
    "measurement": Volume("volume_m3", "unit", "MTQ"),
    "remarks": "remarks",
    "goods/item": Each(
        "items",
        {
            "sequence": "number",
            "goodItemCode": "hs",
            "description": "description",
            "numberOfPackage": "packages",
            "kindOfPackages": "package_kind",
            "marks": "marks",
            "grossWeight": Mass("gross_kg", "unit", "KGM"),
            "netWeight": Mass("net_kg", "unit", "KGM"),
            "measurement": Volume("volume_m3", "unit", "MTQ"),
            "originCountryCode": "origin",
            "value": "value.amount",
            "valueCurrency": "value.currency",
            "dangerousGoods/goods": Each("dangerous", DANGEROUS),
        },
    ),
    "containers/container": Each(
        "uses",
        {
            "containerNumber": "equipment",
            "itemSequence": "item",
            "numberOfPackage": "packages",
            "grossWeight": Mass("gross_kg", "unit", "KGM"),
        },
    ),
}
CARGO: dict[str, Any] = {
    **SHIP,
    "equipment/container": Each(
        "equipment",
        {
            "containerNumber": "number",
            "kind": "kind",
            "sizeType": "size_type",
            "fullEmpty": "fullness",
            "seals/seal": "seals[]",
            "tareWeight": Mass("tare_kg", "unit", "KGM"),
            "grossWeight": Mass("gross_kg", "unit", "KGM"),
            "verifiedGrossMass": Mass("verified_kg", "unit", "KGM"),
            "operator": "operator",
            "stowagePosition": "stowage",
            "temperature": "temperature",
        },
    ),
    "bills/bill": Each("bills", BILL),
    "totalBills": "totals.bills",
    "totalPackages": "totals.packages",
    "totalGrossWeight": Mass("totals.gross_kg", "unit", "KGM"),
    "totalMeasurement": Volume("totals.volume_m3", "unit", "MTQ"),
    "totalContainers": "totals.containers",
}

PERSON: dict[str, Any] = {
    "familyName": "family_name",
    "givenName": "given_names",
    "rankCode": "rank",
    "nationality": "nationality",
    "dateOfBirth": "born_on",
    "placeOfBirth": "born_at",
    "sex": "sex",
    "passportTypeCode": "document_kind",
    "passportNumber": "document_number",
    "passportCountryCode": "document_country",
    "passportExpiryDate": "document_expires",
    "visaNumber": "visa",
    **_place("portOfEmbarkation", "embarked"),
    **_place("portOfDisembarkation", "leaves"),
    "transit": "in_transit",
    "residence": "residence",
}

STORES: dict[str, Any] = {
    **SHIP,
    "personsOnBoard": "persons_aboard",
    "periodOfStay": "days_of_stay",
    "placeOfStorage": "storage",
    "stores/store": Each(
        "stores",
        {
            "nameOfArticle": "article",
            "quantity": "quantity",
            "unit": "unit",
            "location": "location",
            "officialUse": "official_use",
        },
    ),
}

EFFECTS: dict[str, Any] = {
    **SHIP,
    "effects/effect": Each(
        "effects",
        {
            "familyName": "family_name",
            "givenName": "given_names",
            "rankCode": "rank",
            "articles": "articles",
            "quantity": "quantity",
        },
    ),
}

VISIT: dict[str, Any] = {
    **_place("port", "port"),
    "portFacility": "facility",
    "dateOfArrival": "arrived_on",
    "dateOfDeparture": "departed_on",
    "securityLevel": "security_level",
    "measures": "measures",
}

HEALTH: dict[str, Any] = {
    **SHIP,
    "sanitationCertificate": "sanitation_certificate",
    **_place("sanitationIssuedAt", "sanitation_port"),
    "sanitationIssuedOn": "sanitation_date",
    "reinspectionRequired": "reinspection",
    "affectedAreaVisited": "affected_area",
    "anyDeath": "death",
    "suspectedInfectious": "suspected_infection",
    "illMoreThanUsual": "more_ill_than_usual",
    "illNow": "ill_now",
    "doctorConsulted": "doctor_consulted",
    "conditionOfSpread": "risk_known",
    "sanitaryMeasures": "measures_taken",
    "stowaways": "stowaways",
    "sickAnimal": "sick_animal",
    "portsVisited/visit": Each("ports", VISIT),
    "sickList/person": Each(
        "sick",
        {
            "name": "name",
            "rank": "rank",
            "age": "age",
            "sex": "sex",
            "nationality": "nationality",
            **_place("portJoined", "embarked"),
            "dateJoined": "embarked_on",
            "illness": "illness",
            "dateOfOnset": "since",
            "disposal": "outcome",
        },
    ),
}

SECURITY: dict[str, Any] = {
    **SHIP,
    "isscNumber": "certificate",
    "isscIssuer": "certificate_issuer",
    "isscExpiry": "certificate_expires",
    "isscInterim": "interim",
    "securityPlanOnBoard": "plan_aboard",
    "securityLevel": "level",
    **_party("company", "company"),
    "securityOfficer": "officer",
    "securityOfficerPhone": "officer_phone",
    "lastCalls/call": Each("ports", VISIT),
    "shipToShipActivities": "ship_to_ship",
    "securityMatters": "matters",
}

WASTE: dict[str, Any] = {
    **SHIP,
    "deliver": "delivery",
    **_place("lastDeliveryPort", "last_port"),
    "lastDeliveryDate": "last_delivery",
    "wastes/waste": Each(
        "lines",
        {
            "kind": "kind",
            "toDeliver": "delivered_m3",
            "maximumCapacity": "capacity_m3",
            "kept": "kept_m3",
            **_place("nextDelivery", "next_delivery"),
            "expected": "expected_m3",
        },
    ),
}


@dataclass(frozen=True)
class Paper:
    """One paper: the types of message that carry it, its root element, its document and the map between them."""

    types: tuple[str, ...]
    root: str
    document: type[Sheet]
    map: Mapping[str, Any]


# Waste has no type of its own in the list of codes; the portal carries it inside the general declaration, we as 99.
PAPERS: Final = (
    Paper(("10",), "ShipSecurityNotification", SecurityNotice, SECURITY),
    Paper(("20",), "CargoDeclaration", Manifest, CARGO),
    Paper(("30", "31", "32"), "ShipNotice", CallNotice, NOTICE),
    Paper(("50",), "GeneralDeclaration", GeneralDeclaration, GENERAL),
    Paper(("51",), "CrewList", CrewList, {**SHIP, "crew/member": Each("persons", PERSON)}),
    Paper(("52",), "PassengerList", PassengerList, {**SHIP, "passengers/passenger": Each("persons", PERSON)}),
    Paper(
        ("53",),
        "DangerousGoodsManifest",
        DangerousGoodsManifest,
        {**SHIP, "goods/item": Each("goods", DANGEROUS)},
    ),
    Paper(("54",), "ShipStoresDeclaration", Stores, STORES),
    Paper(("55",), "CrewEffectsDeclaration", CrewEffects, EFFECTS),
    Paper(("56",), "MaritimeHealthDeclaration", HealthDeclaration, HEALTH),
    Paper(("99",), "WasteNotification", Waste, WASTE),
)
_BY_ROOT: Final = {paper.root: paper for paper in PAPERS}
_BY_DOCUMENT: Final = {paper.document: paper for paper in PAPERS}

# The function of the envelope -> what it does to an earlier paper.
_FUNCTIONS: Final = {
    "01": Function.ORIGINAL, "02": Function.REPLACE, "28": Function.CHANGE, "05": Function.ADD, "29": Function.ADD,
    "03": Function.CANCEL, "10": Function.CANCEL,
}  # fmt: skip
_NOTICE_TYPES: Final = {
    MovementKind.EXIT: "31", MovementKind.PORT_DEPARTURE: "31", MovementKind.TRANSIT: "32",
}  # fmt: skip


def read(content: bytes, profile: Any = None) -> Read:
    """A message of the portal as the paper it carries; answers and decisions of agencies carry none, and say so."""
    envelope = nsw_envelope.read(content)
    header = envelope.header
    name = SHIP_TYPES.get(header.type, ("", ""))
    part = Part(header.message_id, f"{header.type} {name[1]}".strip(), accepted=not errors(envelope.findings))
    if errors(envelope.findings):
        return Read(
            "nsw-envelope",
            header.version,
            findings=tuple(envelope.findings),
            parts=(part,),
            envelope=envelope,
        )
    paper, refusal = _paper_of(envelope)
    if paper is None or envelope.content is None:
        assert refusal is not None
        findings = (*envelope.findings, refusal)
        return Read(
            "nsw-envelope",
            header.version,
            findings=findings,
            parts=(replace(part, accepted=False),),
            envelope=envelope,
        )
    taking = Taking()
    document, found = _document(envelope.content, paper, header, taking)
    places = Places(lambda: _places(content))
    return Read(
        "nsw-envelope",
        header.version,
        (document,),
        (*envelope.findings, *found),
        (places,),
        (part,),
        envelope,
    )


def _paper_of(envelope: Envelope) -> tuple[Paper | None, Finding | None]:
    """The paper that stands in the content, if it is the one that the type announces."""
    header, content = envelope.header, envelope.content
    if header.family is not Family.SHIP:
        return None, Finding(
            "nsw.family",
            "/Envelope/Header/Subject/documentType",
            f"Thông điệp thuộc thủ tục {header.document_type} (kiểm tra chuyên ngành), không phải hồ sơ tàu.",
            f"The message belongs to procedure {header.document_type} (an inspection), not to a ship.",
        )
    if content is None:
        vi, en = nsw_envelope.name_of(header)
        return None, Finding(
            "nsw.no-paper",
            "/Envelope/Body/Content",
            f"“{vi}” không mang bản khai nào: đây là thông điệp trả lời hoặc quyết định.",
            f"“{en}” carries no paper: it is an answer or a decision.",
        )
    paper = _BY_ROOT.get(xmldoc.local(content))
    if paper is None:
        known = ", ".join(_BY_ROOT)
        return None, Finding(
            "nsw.paper-unknown",
            xmldoc.place(content),
            f"<{xmldoc.local(content)}> không phải bản khai được nhận. Các bản khai: {known}.",
            f"<{xmldoc.local(content)}> is no paper that is taken. Known are: {known}.",
        )
    if header.type not in paper.types:
        return None, Finding(
            "nsw.type-differs",
            xmldoc.place(content),
            f"Mã loại {header.type} nhưng nội dung là <{paper.root}> (mã {', '.join(paper.types)}). Hãy sửa một trong hai.",
            f"The type is {header.type}, but the content is <{paper.root}> (type {', '.join(paper.types)}). Mend one of them.",
        )
    return paper, None


def _document(
    element: xmldoc.Element, paper: Paper, header: Header, taking: Taking
) -> tuple[Sheet, tuple[Finding, ...]]:
    """The paper, and what its schema and its values say; where both speak about one place, the reader's word stands."""
    fields = taking.gather(paper.map, element, xmldoc.path_of(element))
    document: Sheet = taking.build(paper.document, fields)
    call = replace(document.call, mode=Mode.SEA, movement=MovementKind.of(header.document_type))
    document = replace(
        document,
        call=call,
        function=_FUNCTIONS.get(header.function, Function.ORIGINAL),
        number=document.number or header.reference,
    )
    above = xmldoc.path_of(element).removesuffix(f"/{paper.root}")
    found = [
        replace(one, place=one.place.replace(", /", f", {above}/", 1))
        for one in schema(paper).findings(element)
    ]
    return document, in_order([*beside(found, taking.findings), *taking.findings, *taking.unread()])


def schema(paper: Paper) -> xmldoc.Schema:
    """The schema of a paper."""
    return xmldoc.Schema.load(SCHEMAS / f"nsw-{paper.root}.xsd")


def _places(content: bytes) -> dict[str, str]:
    envelope = nsw_envelope.read(content)
    paper, _ = _paper_of(envelope)
    taking = Taking(places={})
    if paper is not None and envelope.content is not None:
        _document(envelope.content, paper, envelope.header, taking)
    assert taking.places is not None
    return taking.places


def write(document: Sheet, header: Header) -> bytes:
    """A paper in the portal's envelope. Type, function and documentType of the header are set by the paper."""
    return nsw_envelope.write(Envelope(headed(document, header), body(document)))


def headed(document: Sheet, header: Header) -> Header:
    """The header with the codes that this paper needs."""
    paper = _BY_DOCUMENT[type(document)]
    movement = document.call.movement
    if movement is None:
        raise Refused(
            "Bản khai chưa có loại thủ tục (nhập cảnh, xuất cảnh …).",
            "The paper does not say which procedure it is for (entry, exit …).",
            place="call.movement",
        )
    kind = _NOTICE_TYPES.get(movement, paper.types[0]) if len(paper.types) > 1 else paper.types[0]
    function = next(code for code, one in _FUNCTIONS.items() if one is document.function)
    return replace(header, document_type=movement.code, type=kind, function=function)


def body(document: Sheet) -> xmldoc.Element:
    """The element of a paper, without an envelope."""
    paper = _BY_DOCUMENT[type(document)]
    return fill(paper.map, document, xmldoc.make(paper.root))
