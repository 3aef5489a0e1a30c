"""
Air cargo in IATA Cargo-XML: flight manifests (XFFM), waybills (XFWB), house waybills (XFZB), house manifests (XFHL).

The standard is not public. This is a subset of our own, made from public messages and public programs that write them;
namespaces `iata:flightmanifest:1`, `iata:waybill:1`, `iata:housewaybill:1`, `iata:housemanifest:1`. Charges, handling
codes and customs notes of other countries are not read: the notes say what was left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from motcua.lib import xmldoc
from motcua.lib.errors import Malformed
from motcua.manifest.documents import (
    Bill,
    BillKind,
    Equipment,
    EquipmentKind,
    EquipmentUse,
    Function,
    Manifest,
    Mode,
    MovementKind,
)
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.mapping import Each, Fields, Mass, Places, Raw, Taking, To, Volume, in_order

# Vietnam's airports by their IATA codes: where a flight comes from or goes to says whether it enters or leaves.
AIRPORTS: Final = frozenset(
    {
        "HAN", "SGN", "DAD", "VDO", "HPH", "CXR", "PQC", "VCA", "HUI", "DLI", "VII",
        "VDH", "BMV", "UIH", "THD", "PXU", "TBB", "VCL", "VKG", "DIN", "VCS", "CAH",
    }
)  # fmt: skip

_PURPOSES = {
    "CREATION": Function.ORIGINAL, "9": Function.ORIGINAL, "UPDATE": Function.REPLACE, "5": Function.REPLACE,
    "CHANGE": Function.CHANGE, "4": Function.CHANGE, "2": Function.ADD, "DELETION": Function.CANCEL,
    "DELETE": Function.CANCEL, "1": Function.CANCEL,
}  # fmt: skip
_SPLIT = {"T": False, "P": True, "S": True, "D": True, "M": True}

_HEADER: dict[str, Any] = {
    "MessageHeaderDocument/ID": "reference",
    "MessageHeaderDocument/IssueDateTime": "issued_at",
    "MessageHeaderDocument/PurposeCode": To("function", codes=_PURPOSES),
    "MessageHeaderDocument/TypeCode": "_type",
    "MessageHeaderDocument/Name": None,
    "MessageHeaderDocument/VersionID": "_version",
    "MessageHeaderDocument/ConversationID": None,
    "MessageHeaderDocument/SenderParty": None,
    "MessageHeaderDocument/RecipientParty": None,
    "BusinessHeaderDocument/ID": "_business",
}


def _party(tag: str, target: str) -> dict[str, Any]:
    address = f"{tag}/PostalStructuredAddress"
    return {
        f"{tag}/PrimaryID": f"{target}.code",
        f"{tag}/AccountID": None,
        f"{tag}/Name": f"{target}.name",
        f"{address}/StreetName": f"_{target}_address[]",
        f"{address}/CityName": f"_{target}_address[]",
        f"{address}/PostcodeCode": f"_{target}_address[]",
        f"{address}/CountryName": None,
        f"{address}/CountryID": f"{target}.country",
        f"{tag}/DefinedTradeContact/DirectTelephoneCommunication/CompleteNumber": f"{target}.phone",
        f"{tag}/DefinedTradeContact/URIEmailCommunication/URIID": f"{target}.email",
    }


_ITEM: dict[str, Any] = {
    "SequenceNumeric": "number",
    "TypeCode": "hs",
    "GrossWeightMeasure": Mass("gross_kg"),
    "GrossVolumeMeasure": Volume("volume_m3"),
    "PieceQuantity": "packages",
    "PackageQuantity": None,
    "NatureIdentificationTransportCargo/Identification": "description",
    "OriginCountry/ID": "origin",
}

_MOVEMENT: dict[str, Any] = {
    "SpecifiedLogisticsTransportMovement/ID": "_flight",
    "SpecifiedLogisticsTransportMovement/ArrivalEvent/ScheduledOccurrenceDateTime": "_eta",
    "SpecifiedLogisticsTransportMovement/DepartureEvent/ScheduledOccurrenceDateTime": "departed_on",
}

CONSIGNMENT: dict[str, Any] = {
    "ID": "number",
    "TransportContractDocument/ID": "_contract",
    "TransportContractDocument/TypeCode": None,
    "IncludedTareGrossWeightMeasure": Mass("gross_kg"),
    "GrossWeightMeasure": Mass("gross_kg"),
    "GrossVolumeMeasure": Volume("volume_m3"),
    "TotalPieceQuantity": "packages",
    "PackageQuantity": None,
    "ConsignmentItemQuantity": None,
    "SummaryDescription": "_summary",
    "TransportSplitDescription": To("split", codes=_SPLIT),
    "TotalChargePrepaidIndicator": "prepaid",
    **_party("ConsignorParty", "shipper"),
    **_party("ConsigneeParty", "consignee"),
    **_party("FreightForwarderParty", "carrier"),
    "OriginLocation/ID": "loading.code",
    "OriginLocation/Name": "loading.name",
    "FinalDestinationLocation/ID": "unloading.code",
    "FinalDestinationLocation/Name": "unloading.name",
    **_MOVEMENT,
}


def _described(fields: Fields) -> None:
    """Addresses of several lines become one; a consignment without goods lines has its summary as the one line."""
    for role in ("shipper", "consignee", "carrier"):
        lines = fields.pop(f"_{role}_address", [])
        if lines:
            text = ", ".join(raw.text for raw in lines)
            fields.setdefault(role, {})["address"] = Raw(text, lines[0].element, To("address"))
    summary = fields.pop("_summary", None)
    if summary is not None and not fields.get("items"):
        fields["items"] = [{"": fields[""], "description": summary}]
    elif summary is not None and len(fields["items"]) == 1:
        fields["items"][0].setdefault("description", summary)
    contract = fields.pop("_contract", None)
    if contract is not None:
        fields.setdefault("number", contract)


_MASTER: dict[str, Any] = {**CONSIGNMENT, "IncludedMasterConsignmentItem": Each("items", _ITEM)}
_HOUSE: dict[str, Any] = {**CONSIGNMENT, "IncludedHouseConsignmentItem": Each("items", _ITEM)}
_ABOVE: dict[str, Any] = {
    "IncludedTareGrossWeightMeasure": Mass("_master_gross"),
    "TotalPieceQuantity": "_master_pieces",
    "TransportContractDocument/ID": "_master",
    "OriginLocation/ID": "_origin",
    "OriginLocation/Name": None,
    "FinalDestinationLocation/ID": "_final",
    "FinalDestinationLocation/Name": None,
    "IncludedHouseConsignment": Each("bills", _HOUSE, after=_described),
}

WAYBILL: dict[str, Any] = {**_HEADER, "MasterConsignment": Each("bills", _MASTER, after=_described)}
HOUSES: dict[str, Any] = {**_HEADER, **{f"MasterConsignment/{path}": to for path, to in _ABOVE.items()}}
_CARGO: dict[str, Any] = {
    "TypeCode": "_of",
    "UtilizedUnitLoadTransportEquipment/ID": "_uld",
    "UtilizedUnitLoadTransportEquipment/CharacteristicCode": "_uld_kind",
    "UtilizedUnitLoadTransportEquipment/OperatingParty/PrimaryID": "_uld_owner",
    "UtilizedUnitLoadTransportEquipment/PieceQuantity": None,
    "UtilizedUnitLoadTransportEquipment/GrossWeightMeasure": None,
    "IncludedMasterConsignment": Each("_bills", _MASTER, after=_described),
}
FLIGHT: dict[str, Any] = {
    **_HEADER,
    "LogisticsTransportMovement/ID": "call.journey",
    "LogisticsTransportMovement/StageCode": None,
    "LogisticsTransportMovement/ModeCode": None,
    "LogisticsTransportMovement/UsedLogisticsTransportMeans/Name": "call.conveyance.registration",
    "LogisticsTransportMovement/UsedLogisticsTransportMeans/RegistrationCountryID": "call.conveyance.flag",
    "LogisticsTransportMovement/DepartureEvent/DepartureOccurrenceDateTime": "call.etd",
    "LogisticsTransportMovement/DepartureEvent/OccurrenceDepartureLocation/ID": "_from",
    "LogisticsTransportMovement/DepartureEvent/OccurrenceDepartureLocation/Name": None,
    "LogisticsTransportMovement/DepartureEvent/OccurrenceDepartureLocation/TypeCode": None,
    "ArrivalEvent": Each(
        "_arrivals",
        {
            "ArrivalOccurrenceDateTime": "_at",
            "OccurrenceArrivalLocation/ID": "_to",
            "OccurrenceArrivalLocation/Name": None,
            "OccurrenceArrivalLocation/TypeCode": None,
            "AssociatedTransportCargo": Each("_cargo", _CARGO),
        },
    ),
    "MasterConsignment": Each("_loose", _MASTER, after=_described),
}


def read(content: bytes, profile: Any = None) -> Read:
    """Any of the four messages as one manifest of a flight."""
    document = xmldoc.read(content, limits=xmldoc.STREAMED)
    root = document.root
    kind, build = _KINDS[xmldoc.local(root)]
    taking = Taking()
    manifest, version = build(root, taking)
    if not manifest.bills and not manifest.call.journey:
        raise Malformed(
            f"Thông điệp {kind} không có chuyến bay và không có vận đơn nào.",
            f"The {kind} holds neither a flight nor a waybill.",
            place=xmldoc.place(root),
        )
    findings = in_order([*document.findings, *taking.findings, *taking.unread()])
    places = Places(lambda: _places(content))
    part = Part(manifest.reference, kind, accepted=True)
    return Read("iata-cargo-xml", f"{kind} {version}".strip(), (manifest,), findings, (places,), (part,))


def _places(content: bytes) -> dict[str, str]:
    root = xmldoc.read(content, limits=xmldoc.STREAMED).root
    taking = Taking(places={})
    _KINDS[xmldoc.local(root)][1](root, taking)
    assert taking.places is not None
    return taking.places


def _text(raw: Any) -> str:
    return raw.text if isinstance(raw, Raw) else ""


def _at_airports(fields: Fields, start: Raw | None, end: Raw | None) -> None:
    """Where the flight touches Vietnam: there it is an entry or an exit."""
    call = fields.setdefault("call", {})
    leaving = _text(start).upper() in AIRPORTS and _text(end).upper() not in AIRPORTS
    entering = _text(end).upper() in AIRPORTS and not leaving
    port, other = (start, end) if leaving else (end, start)
    some = port or other
    if some is not None:
        call["mode"] = Raw(Mode.AIR.code, some.element, To("mode"))
    if port is not None:
        call["port"] = {"code": port}
    if other is not None:
        call["next_port" if leaving else "previous_port"] = {"code": other}
    if port is not None and (leaving or entering):
        movement = MovementKind.EXIT if leaving else MovementKind.ENTRY
        call["movement"] = Raw(movement.code, port.element, To("movement"))


def _take_flight(fields: Fields) -> None:
    """A waybill names the flight it is booked on: the first stands for the manifest."""
    for bill in fields.get("bills", ()):
        flight, eta = bill.pop("_flight", None), bill.pop("_eta", None)
        call = fields.setdefault("call", {})
        if flight is not None:
            call.setdefault("journey", flight)
        if eta is not None:
            call.setdefault("eta", eta)


def _waybill(root: xmldoc.Element, taking: Taking) -> tuple[Manifest, str]:
    fields = taking.gather(WAYBILL, root)
    bills = fields.get("bills", [])
    kind, business = _text(fields.pop("_type", None)), fields.pop("_business", None)
    for bill in bills:
        if business is not None:
            bill.setdefault("number", business)
    _take_flight(fields)
    loading = bills[0].get("loading", {}).get("code") if bills else None
    unloading = bills[0].get("unloading", {}).get("code") if bills else None
    _at_airports(fields, loading, unloading)
    manifest: Manifest = taking.build(Manifest, fields)
    of_kind = BillKind.MASTER if kind == "741" else BillKind.SIMPLE
    return replace(manifest, bills=tuple(replace(bill, kind=of_kind) for bill in manifest.bills)), _version(
        fields
    )


def _houses(root: xmldoc.Element, taking: Taking) -> tuple[Manifest, str]:
    """House bills under one master: a house waybill has one, a house manifest all."""
    fields = taking.gather(HOUSES, root)
    business = fields.pop("_business", None)
    master = fields.pop("_master", None) or (business if xmldoc.local(root) == "HouseManifest" else None)
    for bill in fields.get("bills", []):
        if business is not None and xmldoc.local(root) == "HouseWaybill":
            bill.setdefault("number", business)
        if master is not None:
            bill["master_number"] = master
    totals = fields.setdefault("totals", {})
    for name, target in (("_master_gross", "gross_kg"), ("_master_pieces", "packages")):
        raw = fields.pop(name, None)
        if raw is not None:
            totals[target] = raw._replace(to=Mass(target) if target == "gross_kg" else To(target))
    _take_flight(fields)
    _at_airports(fields, fields.pop("_origin", None), fields.pop("_final", None))
    manifest: Manifest = taking.build(Manifest, fields)
    houses = tuple(replace(bill, kind=BillKind.HOUSE) for bill in manifest.bills)
    return replace(manifest, bills=houses), _version(fields)


def _version(fields: Fields) -> str:
    return _text(fields.get("_version"))


def _flight(root: xmldoc.Element, taking: Taking) -> tuple[Manifest, str]:
    """A flight: its cargo by unit load device. A waybill in several devices is one bill with several uses."""
    fields = taking.gather(FLIGHT, root)
    arrivals = fields.pop("_arrivals", [])
    start = fields.pop("_from", None)
    here = next(
        (one for one in arrivals if _text(one.get("_to")).upper() in AIRPORTS),
        arrivals[0] if arrivals else {},
    )
    _at_airports(fields, start, here.get("_to"))
    if here.get("_at") is not None:
        fields["call"]["eta"] = here["_at"]
    manifest: Manifest = taking.build(Manifest, fields)
    bills: dict[str, Bill] = {}
    devices: dict[str, Equipment] = {}
    for arrival in arrivals:
        for cargo in arrival.get("_cargo", ()):
            _load(cargo, arrival.get("_to"), taking, bills, devices)
    for loose in fields.get("_loose", ()):
        _add(taking.build(Bill, loose, f"bills[{len(bills)}]"), "", bills)
    return replace(manifest, bills=tuple(bills.values()), equipment=tuple(devices.values())), _version(fields)


def _load(
    cargo: Fields, airport: Any, taking: Taking, bills: dict[str, Bill], devices: dict[str, Equipment]
) -> None:
    number = "".join(_text(cargo.get(name)) for name in ("_uld_kind", "_uld", "_uld_owner"))[:17]
    if number:
        kind = _text(cargo.get("_uld_kind"))[:10]
        devices.setdefault(number, Equipment(number=number, kind=EquipmentKind.PALLET, size_type=kind))
    for one in cargo.get("_bills", ()):
        if isinstance(airport, Raw):
            one.setdefault("unloading", {}).setdefault("code", airport)
        _add(taking.build(Bill, one, f"bills[{len(bills)}]"), number, bills)


def _add(bill: Bill, device: str, bills: dict[str, Bill]) -> None:
    use = (EquipmentUse(equipment=device, packages=bill.packages, gross_kg=bill.gross_kg),) if device else ()
    before = bills.get(bill.number)
    if before is None:
        bills[bill.number] = replace(bill, uses=use)
        return
    packages = None if before.packages is None or bill.packages is None else before.packages + bill.packages
    gross = None if before.gross_kg is None or bill.gross_kg is None else before.gross_kg + bill.gross_kg
    bills[bill.number] = replace(before, packages=packages, gross_kg=gross, uses=(*before.uses, *use))


_KINDS: Final[dict[str, tuple[str, Callable[[xmldoc.Element, Taking], tuple[Manifest, str]]]]] = {
    "FlightManifest": ("XFFM", _flight),
    "Waybill": ("XFWB", _waybill),
    "HouseWaybill": ("XFZB", _houses),
    "HouseManifest": ("XFHL", _houses),
}
