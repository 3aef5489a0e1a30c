"""
Ships' electronic port clearance (ISO 28005, EPC): one message, several papers of IMO FAL.

The text of the standard is sold; the names here are those of public programs that write it. The root stands in
`http://www.iso.org/28005-2`, its children in no namespace. What is not read is told as notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from motcua.lib import xmldoc
from motcua.lib.findings import Finding
from motcua.manifest.documents import (
    Call,
    CallNotice,
    CrewEffects,
    CrewList,
    Manifest,
    Mode,
    MovementKind,
    PassengerList,
    SecurityNotice,
    Sex,
    Sheet,
    Stores,
)
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.equipment import Boxes
from motcua.manifest.messages.mapping import Each, Fields, Map, Places, Taking, To, in_order

NAMESPACE: Final = "http://www.iso.org/28005-2"

_ARRIVING = {
    "ARRIVAL": MovementKind.ENTRY,
    "DEPARTURE": MovementKind.EXIT,
    "A": MovementKind.ENTRY,
    "D": MovementKind.EXIT,
}
_SEX = {
    "MALE": Sex.MALE,
    "FEMALE": Sex.FEMALE,
    "M": Sex.MALE,
    "F": Sex.FEMALE,
    "1": Sex.MALE,
    "2": Sex.FEMALE,
}
_LEVEL = {"SL1": 1, "SL2": 2, "SL3": 3}


def _port(tag: str, target: str) -> dict[str, Any]:
    return {
        f"{tag}/UNLoCode": f"{target}.code",
        f"{tag}/Name": f"{target}.name",
        f"{tag}/CountryCode": None,
        f"{tag}/Port/UNLoCode": f"{target}.code",
        f"{tag}/Port/Name": f"{target}.name",
        f"{tag}/Port/CountryCode": None,
    }


SHIP: dict[str, Any] = {
    "ShipID/ShipName": "conveyance.name",
    "ShipID/IMONumber": "conveyance.imo",
    "ShipID/MMSINumber": "conveyance.mmsi",
    "ShipID/CallSign": "conveyance.call_sign",
    "ShipID/Comment": None,
    "FlagState": "conveyance.flag",
    "Beam": "conveyance.beam",
    "LengthOverall": "conveyance.length",
    "DeadWeight": "conveyance.deadweight",
    "GrossTonnage": "conveyance.gross_tonnage",
    "NetTonnage": "conveyance.net_tonnage",
    "AirDraught": "conveyance.air_draught",
    "ShipTypeContent": "conveyance.kind",
    "RegistryCertificate/Number": "conveyance.certificate_number",
    "RegistryCertificate/IssueDate": "conveyance.certificate_date",
    "RegistryCertificate/IssueLocation/Name": "conveyance.certificate_port",
    "Agent/Company": "agent.name",
    "Agent/Organisation/Name": "agent.name",
    "Agent/ContactNumbers/BusinessTelephone": "agent.phone",
    "Agent/ContactNumbers/EMail": "agent.email",
    **_port("PortOfArrival", "port"),
    **_port("PortOfCall", "port"),
    **_port("LastPortOfCall", "previous_port"),
    **_port("NextPortOfCall", "next_port"),
    "VoyageNumber": "journey",
    "Voyage/VoyageNumber": "journey",
    "ETAPortOfCall": "eta",
    "ETDPortOfCall": "etd",
    "ATAPortOfCall": "ata",
    "ATDPortOfCall": "atd",
    "Master/FamilyName": "master",
    "NameOfMaster": "master",
    "PersonsOnboard/NumberOfCrew": "crew",
    "PersonsOnboard/NumberOfPassengers": "passengers",
    "ArrivalDraught/ForeDraught": "draught_fore",
    "ArrivalDraught/AftDraught": "draught_aft",
    "CallPurpose": "purpose",
}

_PERSON: dict[str, Any] = {
    "Name/FamilyName": "family_name",
    "Name/GivenName": "given_names",
    "FamilyName": "family_name",
    "GivenName": "given_names",
    "Duty": "rank",
    "RankOrRating": "rank",
    "Gender": To("sex", codes=_SEX),
    "DateOfBirth": "born_on",
    "PlaceOfBirth": "born_at",
    "CountryOfBirth": None,
    "Nationality": "nationality",
    **_port("EmbarkationPort", "embarked"),
    **_port("DebarkationPort", "leaves"),
    "Transit": "in_transit",
    "VisaNumber": "visa",
    **{
        f"{tag}/{name}": target
        for tag in ("PassengerIdDocument", "CrewIdDocument", "IdDocument")
        for name, target in (
            ("IdDocument", "document_kind"),
            ("IdNumber", "document_number"),
            ("ExpirationDate", "document_expires"),
            ("IssueDate", None),
            ("CountryOfIssue", "document_country"),
        )
    },
}

_ITEM: dict[str, Any] = {
    "ItemNumber": "number",
    "ShippingMarks": "marks",
    "NoOfPackages": "packages",
    "PackageType": "package_kind",
    "GrossQuantity/Content": "_gross",
    "GrossQuantity/UnitCode": "_gross_unit",
    "NetQuantity/Content": "_net",
    "NetQuantity/UnitCode": "_net_unit",
    "Measurement/Content": "_volume",
    "Measurement/UnitCode": "_volume_unit",
    "GoodsType/HSCode": "hs",
    "GoodsType/Description": "description",
    "CustomStatus": None,
    "DGSafetyDataSheet": Each(
        "dangerous",
        {
            "ProperShippingName": "proper_name",
            "DGClassification": None,
            "UNNumber": "un_number",
            "UNClass": "hazard_class",
            "PackingGroup": "packing_group",
            "SubsidiaryRisks": "subsidiary_risk",
            "FlashPoint": "flash_point",
            "EmergencyInstruction": "ems",
            "OnBoardLocation": "stowage",
        },
    ),
    "Container": Each(
        "_uses", {"MarksAndNumber": "equipment", "SizeAndType": "_size_type", "SealNumber": "_seals[]"}
    ),
}


def _measured(fields: Fields) -> None:
    """Quantities of EPC stand beside their units; only kilograms, tonnes and cubic metres are goods' masses and volumes."""
    for name, target, units in (
        ("_gross", "gross_kg", _KILOGRAM),
        ("_net", "net_kg", _KILOGRAM),
        ("_volume", "volume_m3", _METRE),
    ):
        value, unit = fields.pop(name, None), fields.pop(f"{name}_unit", None)
        factor = units.get(unit.text.upper() if unit is not None else "")
        if value is None or factor is None:
            continue
        text = value.text if not factor else f"{value.text}e3"
        fields[target] = value._replace(text=_plain(text), to=To(target))


_KILOGRAM = {"KGM": 0, "KG": 0, "": 0, "TNE": 3, "T": 3}
_METRE = {"MTQ": 0, "M3": 0, "": 0}


def _plain(text: str) -> str:
    """A number times a thousand, without an exponent."""
    if not text.endswith("e3"):
        return text
    try:
        return f"{Decimal(text[:-2]) * 1000:f}"
    except InvalidOperation:
        return text[:-2]


_BILL: dict[str, Any] = {
    "ConsignmentNumber": "number",
    **_port("PortOfLoading", "loading"),
    **_port("PortOfDischarge", "unloading"),
    "CargoItemListSize": None,
    "CargoItem": Each("items", _ITEM, after=_measured),
}

BODY: dict[str, Any] = {
    **{path: f"call.{to}" if to else None for path, to in SHIP.items()},
    "CargoConsignmentsData/Consignment": Each("_bills", _BILL),
    "CrewList/CrewData": Each("_crew", _PERSON),
    "CrewList/CrewMember": Each("_crew", _PERSON),
    "PassengerList/PassengerData": Each("_passengers", _PERSON),
    "ShipStoresList/ShipStoresItem": Each(
        "_stores",
        {
            "Type": "article",
            "Article": "article",
            "Quantity/Content": "quantity",
            "Quantity/UnitCode": "unit",
            "Quantity": "quantity",
            "OnBoardLocation": "location",
            "OfficialUse": "official_use",
        },
    ),
    "CrewEffectsList/CrewEffectsItem": Each(
        "_effects",
        {
            "Name/FamilyName": "family_name",
            "Name/GivenName": "given_names",
            "RankOrRating": "rank",
            "Effects": "articles",
            "Description": "articles",
            "Quantity": "quantity",
        },
    ),
    "ValidISSC": None,
    "ISSCertificate/Number": "_security.certificate",
    "ISSCertificate/Issuer": "_security.certificate_issuer",
    "ISSCertificate/ExpiryDate": "_security.certificate_expires",
    "CurrentShipSecurityLevel": To("_security.level", codes=_LEVEL),
    "SecurityRelatedMatterToReport": "_security.matters",
    "CSO/ContactNumbers/MobileTelephone": "_security.officer_phone",
    "CSO/Person/FamilyName": "_security.officer",
    "ShipToShipActivityList": None,
    "GeneralRemark": None,
}
_HEADER: Map = {
    "SentTime": "issued_at",
    "ShipMessageId": "reference",
    "JourneyId": None,
    "MessageType": None,
    "Version": None,
    "ArrivalDeparture": To("_direction", codes=_ARRIVING),
}

# Field of the body -> the paper it makes and the field of its list.
_PAPERS: Final[tuple[tuple[str, type[Sheet], str], ...]] = (
    ("_crew", CrewList, "persons"),
    ("_passengers", PassengerList, "persons"),
    ("_effects", CrewEffects, "effects"),
    ("_stores", Stores, "stores"),
    ("_bills", Manifest, "bills"),
)


def read(
    root: xmldoc.Element, again: Callable[[], xmldoc.Element], findings: tuple[Finding, ...] = ()
) -> Read:
    """The papers of one message: the notice of the call first, then each list that stands in it."""
    taking = Taking()
    sheets = _sheets(root, taking, None)

    def places(at: int) -> dict[str, str]:
        found: list[dict[str, str]] = []
        _sheets(again(), Taking(), found)
        return found[at]

    reference = sheets[0].reference
    parts = (Part(reference, "EPCRequest", accepted=True),)
    located = tuple(Places(lambda at=at: places(at)) for at in range(len(sheets)))  # type: ignore[misc]
    return Read(
        "iso-28005",
        "EPC",
        tuple(sheets),
        in_order([*findings, *taking.findings, *taking.unread()]),
        located,
        parts,
    )


def _sheets(root: xmldoc.Element, taking: Taking, places: list[dict[str, str]] | None) -> list[Sheet]:
    header = next(root.iter("{*}EPCMessageHeader"), None)
    body = next(root.iter("{*}EPCRequestBody"), None)
    head: Fields = taking.gather(_HEADER, header, xmldoc.path_of(header)) if header is not None else {}
    fields = (
        taking.gather(BODY, body, xmldoc.path_of(body)) if body is not None else {"": (root, "/EPCMessage")}
    )
    direction = head.pop("_direction", None)
    movement = _ARRIVING.get(direction.text.upper()) if direction is not None else None
    security: Any = fields.pop("_security", None)
    wanted: list[tuple[type[Sheet], Fields]] = [(CallNotice, {})]
    wanted += [(kind, {target: fields[name]}) for name, kind, target in _PAPERS if fields.get(name)]
    if security:
        wanted.append((SecurityNotice, security))
    sheets = []
    for kind, extra in wanted:
        own = taking if places is None else Taking(places={})
        boxes = Boxes(own)
        for bill in extra.get("bills", ()):
            _uses(bill, boxes)
        common = {
            name: value
            for name, value in {**head, **fields}.items()
            if not name.startswith("_") and name != ""
        }
        sheet: Sheet = own.build(kind, {"": fields[""], **common, **extra})
        call: Call = replace(sheet.call, mode=Mode.SEA, movement=movement)
        sheet = replace(sheet, call=call)
        sheets.append(replace(sheet, equipment=boxes.all) if isinstance(sheet, Manifest) else sheet)
        if places is not None and own.places is not None:
            places.append(own.places)
    taking.findings = list(dict.fromkeys(taking.findings))
    return sheets


def _uses(bill: Fields, boxes: Boxes) -> None:
    """A box stands in the goods it holds; a bill uses it."""
    bill.setdefault("uses", [])
    for item in bill.get("items", ()):
        for use in item.pop("_uses", ()):
            boxes.take(use)
            if "equipment" in use:
                bill["uses"].append(use)
