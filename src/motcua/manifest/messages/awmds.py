"""
ASYCUDA cargo manifests: `Awmds` (a manifest with its bills) and `Awbolds` (house bills added under a master).

There is no public canonical schema. What stands here follows descriptions of real files: gross mass and volume belong to
the bill, not to the box; a groupage box repeats in several bills and is one box; `Empty_weight` is the tare, and some
carriers write `Goods_weight` in the same place; `Type_of_container` may be `40` or `20G1`; a RoRo bill may have no
packages; an empty `Master_bol_ref_number` means a bill of its own; "." stands for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from motcua.lib import xmldoc
from motcua.lib.findings import Finding, Severity
from motcua.manifest.documents import Bill, BillKind, Fullness, Item, Manifest, MovementKind
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.equipment import Boxes, described
from motcua.manifest.messages.mapping import (
    Each,
    Fields,
    Mass,
    Places,
    Raw,
    Taking,
    To,
    Volume,
    beside,
    in_order,
    nothing_read,
)
from motcua.manifest.messages.texts import VIETNAM
from motcua.manifest.messages.writing import fill

SCHEMA = Path(__file__).parents[1] / "schemas" / "awmds.xsd"
HERE = "VN"

BILL_KINDS = {
    "MSB": BillKind.MASTER, "MAB": BillKind.MASTER, "MBL": BillKind.MASTER, "MWB": BillKind.MASTER,
    "HSB": BillKind.HOUSE, "HAB": BillKind.HOUSE, "HBL": BillKind.HOUSE, "HWB": BillKind.HOUSE,
    "BOL": BillKind.SIMPLE, "BL": BillKind.SIMPLE, "AWB": BillKind.SIMPLE, "SIM": BillKind.SIMPLE,
}  # fmt: skip
_FILLED = {
    "1/1": Fullness.FULL, "1/0": Fullness.FULL, "0/1": Fullness.FULL, "FCL": Fullness.FULL, "LCL": Fullness.FULL,
    "F": Fullness.FULL, "FULL": Fullness.FULL, "5": Fullness.FULL, "8": Fullness.FULL, "7": Fullness.FULL,
    "0/0": Fullness.EMPTY, "MTY": Fullness.EMPTY, "E": Fullness.EMPTY, "EMPTY": Fullness.EMPTY, "4": Fullness.EMPTY,
}  # fmt: skip
NOTHING = {".": "", "-": "", "N/A": ""}


def _party(path: str, tag: str, target: str, code: str = "code") -> dict[str, Any]:
    return {
        f"{path}{tag}/{tag}_code": To(f"{target}.{code}", codes=NOTHING),
        f"{path}{tag}/{tag}_name": To(f"{target}.name", codes=NOTHING),
        f"{path}{tag}/{tag}_address": To(f"{target}.address", codes=NOTHING),
    }


HEAD: dict[str, Any] = {
    "General_segment_id/Customs_office_code": "office",
    "General_segment_id/Voyage_number": "call.journey",
    "General_segment_id/Date_of_departure": "_departure_date",
    "General_segment_id/Time_of_departure": "_departure_time",
    "General_segment_id/Date_of_arrival": "_arrival_date",
    "General_segment_id/Time_of_arrival": "_arrival_time",
    "General_segment_id/Date_of_last_discharge": None,
    "Totals_segment/Total_number_of_bols": "totals.bills",
    "Totals_segment/Total_number_of_packages": "totals.packages",
    "Totals_segment/Total_number_of_containers": "totals.containers",
    "Totals_segment/Total_gross_mass": Mass("totals.gross_kg"),
    **_party("Transport_information/", "Carrier", "call.carrier"),
    **_party("Transport_information/", "Shipping_Agent", "call.agent", "tax_code"),
    "Transport_information/Mode_of_transport_code": "call.mode",
    "Transport_information/Identity_of_transporter": "call.conveyance.name",
    "Transport_information/Nationality_of_transporter_code": "call.conveyance.flag",
    "Transport_information/Registration_number_of_transport_code": "_registration",
    "Transport_information/Place_of_transporter": None,
    "Transport_information/Date_of_registration": None,
    "Transport_information/Master_information": "call.master",
    "Load_unload_place/Place_of_departure_code": "_departure.code",
    "Load_unload_place/Place_of_departure": "_departure.name",
    "Load_unload_place/Place_of_destination_code": "_destination.code",
    "Load_unload_place/Place_of_destination": "_destination.name",
    "Tonnage/Tonnage_net_weight": "call.conveyance.net_tonnage",
    "Tonnage/Tonnage_gross_weight": "call.conveyance.gross_tonnage",
}

BOX: dict[str, Any] = {
    "Ctn_reference": "equipment",
    "Number_of_packages": "packages",
    "Type_of_container": "_size_type",
    "Empty_Full": To("_fullness", codes=_FILLED),
    "Marks1": "_seal1",
    "Marks2": "_seal2",
    "Marks3": "_seal3",
    "Sealing_Party": None,
    "Empty_weight": "_tare_kg",
    "Goods_weight": Mass("gross_kg"),
}

GOODS: dict[str, Any] = {
    "Number_of_packages": "packages",
    "Package_type_code": "package_kind",
    "Gross_mass": Mass("gross_kg"),
    "Shipping_marks": To("marks", codes=NOTHING),
    "Goods_description": To("description", codes=NOTHING),
    "Volume_in_cubic_meters": Volume("volume_m3"),
    "Num_of_ctn_for_this_bol": "_boxes",
    "Information": None,
}

BOL: dict[str, Any] = {
    "Bol_id/Bol_reference": "number",
    "Bol_id/Line_number": "sequence",
    "Bol_id/Bol_nature": "nature",
    "Bol_id/Bol_type_code": To("_kind"),
    "Bol_id/Master_bol_ref_number": "master_number",
    "Bol_id/DG_status": None,
    "Consolidated_Cargo": "_consolidated",
    "Load_unload_place/Port_of_origin_code": "receipt.code",
    "Load_unload_place/Place_of_loading_code": "loading.code",
    "Load_unload_place/Place_of_loading": "loading.name",
    "Load_unload_place/Place_of_unloading_code": "unloading.code",
    "Load_unload_place/Place_of_unloading": "unloading.name",
    **_party("Traders_segment/", "Carrier", "carrier"),
    **_party("Traders_segment/", "Exporter", "shipper"),
    **_party("Traders_segment/", "Notify", "notify[]"),
    **_party("Traders_segment/", "Consignee", "consignee", "tax_code"),
    "ctn_segment": Each("uses", BOX),
    "Goods_segment": Each("items", GOODS),
    "Value_segment/Freight_segment/Freight_value": "freight.amount",
    "Value_segment/Freight_segment/Freight_currency": "freight.currency",
    "Value_segment/Freight_segment/P_C_indicator": To("prepaid", codes={"PP": True, "CC": False}),
    "Location/Location_code": "warehouse.code",
    "Location/Location_info": "warehouse.name",
    "Remarks": "remarks",
}

MASTER: dict[str, Any] = {
    "Customs_office_code": "office",
    "Voyage_number": "call.journey",
    "Date_of_departure": "_departure_date",
    "Reference_number": "_master",
    "Bol_reference": "_master",
}


def read(content: bytes, profile: Any = None) -> Read:
    """An `Awmds` or `Awbolds` file as one manifest."""
    taking = Taking()
    manifest, found = _taken(content, taking)
    findings = in_order([*found, *taking.findings, *taking.unread()])
    places = Places(lambda: _places(content))
    root = xmldoc.look(content).name
    part = Part(manifest.call.journey, root, accepted=True)
    return Read("asycuda", root, (manifest,), findings, (places,), (part,))


def _places(content: bytes) -> dict[str, str]:
    taking = Taking(places={})
    _taken(content, taking)
    assert taking.places is not None
    return taking.places


def _taken(content: bytes, taking: Taking) -> tuple[Manifest, list[Finding]]:
    stream = xmldoc.stream(
        content, "General_segment", "Master_bol", "Bol_segment", schema=xmldoc.Schema.load(SCHEMA)
    )
    head: Fields = {}
    bills: list[Bill] = []
    boxes = Boxes(taking)
    found: list[Finding] = []
    for element in stream:
        parent = element.getparent()
        trail = f"/{xmldoc.local(parent)}/{element.tag}" if parent is not None else f"/{element.tag}"
        if element.tag == "Bol_segment":
            fields = taking.gather(BOL, element, f"{trail}[{len(bills) + 1}]")
            bills.append(_bill(fields, head, taking, f"bills[{len(bills)}]", boxes, found))
        else:
            head = _call(taking.gather(MASTER if element.tag == "Master_bol" else HEAD, element, trail))
    if not head and not bills:
        raise nothing_read("Awmds")
    manifest: Manifest = taking.build(Manifest, head)
    faults = beside(stream.findings, taking.findings)
    return replace(manifest, bills=tuple(bills), equipment=boxes.all), [*faults, *found]


def _call(fields: Fields) -> Fields:
    """
    Times of two elements become one; the direction follows from where the voyage begins and ends. A registration of
    seven digits is an IMO number: this format has no other place for it.
    """
    call = fields.setdefault("call", {})
    registration = fields.pop("_registration", None)
    if registration is not None:
        number = registration.text.upper().removeprefix("IMO").strip()
        is_imo = len(number) == 7 and number.isdigit()
        call.setdefault("conveyance", {})["imo" if is_imo else "registration"] = (
            registration._replace(text=number) if is_imo else registration
        )
    for name, target in (("arrival", "eta"), ("departure", "etd")):
        day, hour = fields.pop(f"_{name}_date", None), fields.pop(f"_{name}_time", None)
        if day is not None:
            text = f"{day.text}T{hour.text}" if hour is not None else day.text
            call[target] = Raw(text, day.element, To(target))
    departure, destination = fields.pop("_departure", {}), fields.pop("_destination", {})
    leaving = _begins(departure, HERE) and not _begins(destination, HERE)
    port, other = (departure, destination) if leaving else (destination, departure)
    if port:
        call["port"] = port
        movement = MovementKind.EXIT if leaving else MovementKind.ENTRY
        some = next(one for one in port.values() if isinstance(one, Raw))
        call["movement"] = Raw(movement.code, some.element, To("movement"))
    if other:
        call["next_port" if leaving else "previous_port"] = other
    return fields


def _begins(place: Fields, country: str) -> bool:
    code = place.get("code")
    return isinstance(code, Raw) and code.text.upper().startswith(country)


def _bill(
    fields: Fields, head: Fields, taking: Taking, path: str, boxes: Boxes, found: list[Finding]
) -> Bill:
    kind, consolidated = fields.pop("_kind", None), fields.pop("_consolidated", None)
    master = head.get("_master")
    if master is not None:
        fields.setdefault("master_number", master)
    uses = fields.get("uses", [])
    declared = [item.pop("_boxes", None) for item in fields.get("items", ())]
    for use in uses:
        boxes.take(use)
    code = kind.text.upper() if kind is not None else ""
    of_its_own = BillKind.MASTER if consolidated is not None and consolidated.text == "1" else BillKind.SIMPLE

    def finish(values: dict[str, Any]) -> None:
        of_kind = BillKind.HOUSE if values.get("master_number") else of_its_own
        values["kind"] = BILL_KINDS.get(code, of_kind)
        for name in ("packages", "gross_kg", "volume_m3"):
            values[name] = _sum(values.get("items", ()), name)

    bill: Bill = taking.build(Bill, fields, path, finish)
    _count(declared, bill, fields[""], found)
    return bill


def _sum(items: tuple[Item, ...], name: str) -> Any:
    """Masses and packages stand in the goods of a bill; the bill has their sum."""
    known = [getattr(item, name) for item in items if getattr(item, name) is not None]
    return sum(known[1:], known[0]) if known else None


def _count(declared: list[Raw | None], bill: Bill, top: Any, found: list[Finding]) -> None:
    """The goods say how many boxes carry them: a difference from the list is told."""
    boxes = len({use.equipment for use in bill.uses})
    for raw in declared:
        if raw is not None and raw.text.isdigit() and int(raw.text) != boxes:
            found.append(
                Finding(
                    "awmds.boxes",
                    Taking().place(raw.element, *top),
                    f"Khai {raw.text} công-ten-nơ nhưng vận đơn liệt kê {boxes}. Hãy kiểm tra danh sách công-ten-nơ.",
                    f"{raw.text} containers are declared, the bill lists {boxes}. Check the list of containers.",
                    Severity.WARNING,
                )
            )


# ---- writing ----

_CODES = {BillKind.MASTER: "MSB", BillKind.HOUSE: "HSB", BillKind.SIMPLE: "BOL"}


def write(manifest: Manifest) -> bytes:
    """The manifest as `Awmds`; boxes that no bill uses and more than three seals have no place in this format."""
    root = xmldoc.make("Awmds", None, general := xmldoc.make("General_segment"))
    fill(HEAD, manifest, general, _ends(manifest))
    boxes = {box.number: box for box in manifest.equipment}
    table = {**BOL, "ctn_segment": Each("uses", BOX, before=lambda use: described(boxes.get(use.equipment)))}
    for bill in manifest.bills:
        root.append(fill(table, bill, xmldoc.make("Bol_segment"), {"_kind": _CODES[bill.kind]}))
    return xmldoc.write(root)


def _ends(manifest: Manifest) -> dict[str, Any]:
    """Where and when the voyage begins and ends."""
    call = manifest.call
    leaving = call.movement is MovementKind.EXIT
    start, end = (call.port, call.next_port) if leaving else (call.previous_port, call.port)
    return {
        "_registration": call.conveyance.imo or call.conveyance.registration,
        **_parted("departure", call.etd),
        **_parted("arrival", call.eta),
        "_departure.code": start.code,
        "_departure.name": start.name,
        "_destination.code": end.code,
        "_destination.name": end.name,
    }


def _parted(name: str, at: datetime | None) -> dict[str, Any]:
    if at is None:
        return {}
    local = at.astimezone(VIETNAM)
    return {f"_{name}_date": local.date(), f"_{name}_time": f"{local:%H:%M:%S}"}
