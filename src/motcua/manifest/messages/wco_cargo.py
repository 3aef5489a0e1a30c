"""
Cargo reports (CRI, CRE) and conveyance reports (CONV) in the names of the WCO Data Model, version 3.

The model is published for members; its element names are public in schemas that administrations have put out. The same
`Declaration` carries goods declarations (DEC): those belong to the customs core and are recognised, not read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from motcua.lib import xmldoc
from motcua.manifest.documents import BillKind, CallNotice, Fullness, Function, Manifest, MovementKind, Sheet
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.equipment import Boxes
from motcua.manifest.messages.mapping import Each, Fields, Mass, Places, Raw, Taking, To, Volume, in_order

REPORTS: Final = {"CRI": MovementKind.ENTRY, "CRE": MovementKind.EXIT, "CONV": MovementKind.ENTRY}

_KINDS = {
    "705": BillKind.SIMPLE, "740": BillKind.SIMPLE, "704": BillKind.MASTER, "741": BillKind.MASTER,
    "714": BillKind.HOUSE, "703": BillKind.HOUSE, "BM": BillKind.SIMPLE, "MB": BillKind.MASTER, "BH": BillKind.HOUSE,
}  # fmt: skip
_FULLNESS = {"4": Fullness.EMPTY, "5": Fullness.FULL, "7": Fullness.FULL, "8": Fullness.FULL}
_FUNCTIONS = {"9": Function.ORIGINAL, "5": Function.REPLACE, "4": Function.CHANGE, "13": Function.CHANGE,
              "2": Function.ADD, "1": Function.CANCEL}  # fmt: skip


def _time(tag: str, target: str) -> dict[str, Any]:
    return {f"{tag}/DateTimeString": target, f"{tag}/DateTime": target, tag: target}


def _place(tag: str, target: str) -> dict[str, Any]:
    return {f"{tag}/ID": f"{target}.code", f"{tag}/Name": f"{target}.name"}


def _party(tag: str, target: str, code: str = "code") -> dict[str, Any]:
    return {
        f"{tag}/ID": f"{target}.{code}",
        f"{tag}/Name": f"{target}.name",
        f"{tag}/Address/Line": f"_{target}_address[]",
        f"{tag}/Address/CityName": f"_{target}_address[]",
        f"{tag}/Address/PostcodeID": f"_{target}_address[]",
        f"{tag}/Address/CountryCode": f"{target}.country",
        f"{tag}/Communication/ID": f"{target}.phone",
        f"{tag}/Communication/TypeCode": None,
    }


def _joined(fields: Fields) -> None:
    """Address lines of a party of its own become one."""
    lines = fields.pop("_address", [])
    if lines:
        fields["address"] = Raw(", ".join(raw.text for raw in lines), lines[0].element, To("address"))


_NOTIFY: dict[str, Any] = {
    "ID": "code",
    "Name": "name",
    "Address/Line": "_address[]",
    "Address/CityName": "_address[]",
    "Address/PostcodeID": "_address[]",
    "Address/CountryCode": "country",
    "Communication/ID": "phone",
    "Communication/TypeCode": None,
}

_DANGEROUS = {"UNDGID": "un_number", "HazardClassCode": "hazard_class", "ID": "hazard_class"}

_ITEM: dict[str, Any] = {
    "SequenceNumeric": "number",
    "Commodity/Description": "description",
    "Commodity/Classification/ID": "hs",
    "Commodity/Classification/IdentificationTypeCode": None,
    "Commodity/CargoDescription": "description",
    "Commodity/GoodsMeasure/GrossMassMeasure": Mass("gross_kg"),
    "Commodity/GoodsMeasure/NetNetWeightMeasure": Mass("net_kg"),
    "GoodsMeasure/GrossMassMeasure": Mass("gross_kg"),
    "GoodsMeasure/NetNetWeightMeasure": Mass("net_kg"),
    "GoodsMeasure/GrossVolumeMeasure": Volume("volume_m3"),
    "Commodity/DangerousGoods": Each("dangerous", _DANGEROUS),
    "Origin/CountryCode": "origin",
    "Packaging/SequenceNumeric": None,
    "Packaging/QuantityQuantity": "packages",
    "Packaging/TypeCode": "package_kind",
    "Packaging/MarksNumbersID": "marks",
    "Packaging/MarksNumbers": "marks",
}

_USE: dict[str, Any] = {
    "SequenceNumeric": None,
    "ID": "equipment",
    "FullnessCode": To("_fullness", codes=_FULLNESS),
    "CharacteristicCode": "_size_type",
    "SizeTypeCode": "_size_type",
    "Seal/SequenceNumeric": None,
    "Seal/ID": "_seals[]",
    "Seal/SealID": "_seals[]",
}

_BILL: dict[str, Any] = {
    "SequenceNumeric": "sequence",
    "TransportContractDocument/ID": "number",
    "TransportContractDocument/TypeCode": To("kind", codes=_KINDS),
    "TransportContractDocument/MasterID": "master_number",
    **_time("TransportContractDocument/IssueDateTime", "issued_on"),
    "TotalGrossMassMeasure": Mass("gross_kg"),
    "GrossMassMeasure": Mass("gross_kg"),
    "GrossVolumeMeasure": Volume("volume_m3"),
    "TotalPackageQuantity": "packages",
    "TotalPackage": "packages",
    **_party("Consignor", "shipper"),
    **_party("Consignee", "consignee", "tax_code"),
    "NotifyParty": Each("notify", _NOTIFY, after=_joined),
    **_party("Carrier", "carrier"),
    **_place("AcceptancePlace", "receipt"),
    **_place("GoodsReceiptPlace", "receipt"),
    **_place("LoadingLocation", "loading"),
    **_place("UnloadingLocation", "unloading"),
    **_place("DeliveryDestination", "delivery"),
    **_place("GoodsConsignedPlace", "destination"),
    **_place("GoodsLocation", "warehouse"),
    "UCR/TraderAssignedReferenceID": "ucr",
    "UCR/ID": "ucr",
    "ConsignmentItem": Each("items", _ITEM),
    "TransportEquipment": Each("uses", _USE),
}

_MEANS = "BorderTransportMeans"
_CALL: dict[str, Any] = {
    "ID": "number",
    "FunctionCode": To("function", codes=_FUNCTIONS),
    "FunctionalReferenceID": "reference",
    "TypeCode": "_type",
    "DeclarationOfficeID": "office",
    **_time("IssueDateTime", "issued_at"),
    **_time("AcceptanceDateTime", "_accepted"),
    "Submitter/ID": "declarant.code",
    "Submitter/Name": "declarant.name",
    "Declarant/ID": "declarant.code",
    "Declarant/Name": "declarant.name",
    "Agent/ID": "call.agent.code",
    "Agent/Name": "call.agent.name",
    "Agent/FunctionCode": None,
    "Carrier/ID": "call.carrier.code",
    "Carrier/Name": "call.carrier.name",
    f"{_MEANS}/ID": "_ship",
    f"{_MEANS}/Name": "call.conveyance.name",
    f"{_MEANS}/IdentificationTypeCode": "_ship_by",
    f"{_MEANS}/RegistrationNationalityCode": "call.conveyance.flag",
    f"{_MEANS}/ModeCode": "call.mode",
    f"{_MEANS}/TypeCode": "call.conveyance.kind",
    f"{_MEANS}/JourneyID": "call.journey",
    f"{_MEANS}/CrewQuantity": "call.crew",
    f"{_MEANS}/PassengerQuantity": "call.passengers",
    f"{_MEANS}/Master/Name": "call.master",
    **_time(f"{_MEANS}/ArrivalDateTime", "call.eta"),
    **_time(f"{_MEANS}/DepartureDateTime", "call.etd"),
    **_place("EntryOffice", "_entry_office"),
    "LoadingLocation/ID": "call.previous_port.code",
    "LoadingLocation/Name": "call.previous_port.name",
    "UnloadingLocation/ID": "call.port.code",
    "UnloadingLocation/Name": "call.port.name",
    **_time("UnloadingLocation/ArrivalDateTime", "call.eta"),
}
CARGO: dict[str, Any] = {
    **_CALL,
    "TotalGrossMassMeasure": Mass("totals.gross_kg"),
    "TotalPackageQuantity": "totals.packages",
    "ConsignmentQuantity": "totals.bills",
    "TransportEquipmentQuantity": "totals.containers",
    "Consignment": Each("bills", _BILL),
}
CONVEYANCE: dict[str, Any] = {
    **_CALL,
    "TotalGrossMassMeasure": Mass("gross_kg"),
    "TransportEquipmentQuantity": "containers",
}


def read(root: xmldoc.Element, name: str, again: Any, findings: tuple[Any, ...] = ()) -> Read:
    """A report whose type (`CRI`, `CRE`, `CONV`) is known; `again` gives the root anew when places are asked for."""
    taking = Taking()
    sheet = _sheet(_declaration(root), name, taking)

    def places() -> dict[str, str]:
        once_more = Taking(places={})
        _sheet(_declaration(again()), name, once_more)
        assert once_more.places is not None
        return once_more.places

    part = Part(sheet.reference or sheet.number, name, accepted=True)
    found = in_order([*findings, *taking.findings, *taking.unread()])
    return Read("wco", f"{name} 3", (sheet,), found, (Places(places),), (part,))


def _declaration(root: xmldoc.Element) -> xmldoc.Element:
    if xmldoc.local(root) == "Declaration":
        return root
    return next((child for child in root.iter("{*}Declaration")), root)


def _sheet(element: xmldoc.Element, name: str, taking: Taking) -> Sheet:
    cargo = name != "CONV"
    fields = taking.gather(CARGO if cargo else CONVEYANCE, element, xmldoc.path_of(element))
    boxes = Boxes(taking)
    call = fields.setdefault("call", {})
    _ship(fields, call)
    for bill in fields.get("bills", ()):
        for role in ("shipper", "consignee", "carrier"):
            lines = bill.pop(f"_{role}_address", [])
            if lines:
                joined = Raw(", ".join(raw.text for raw in lines), lines[0].element, To("address"))
                bill.setdefault(role, {})["address"] = joined
        for use in bill.get("uses", ()):
            boxes.take(use)
    sheet: Sheet = taking.build(Manifest if cargo else CallNotice, fields)
    sheet = replace(sheet, call=replace(sheet.call, movement=REPORTS[name]))
    return replace(sheet, equipment=boxes.all) if isinstance(sheet, Manifest) else sheet


def _ship(fields: Fields, call: Fields) -> None:
    """What identifies the means of transport: an IMO number, a call sign or a registration, by its type code."""
    number, by = fields.pop("_ship", None), fields.pop("_ship_by", None)
    if number is None:
        return
    kind = by.text if isinstance(by, Raw) else ""
    target = {"10": "imo", "11": "imo", "103": "call_sign"}.get(kind)
    if target is None:
        target = "imo" if number.text.isdigit() and len(number.text) == 7 else "registration"
    call.setdefault("conveyance", {})[target] = number
