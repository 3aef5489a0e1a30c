"""
Waybills of IATA ONE Record (JSON-LD, ontology `https://onerecord.iata.org/ns/cargo`): a subset of the open model.

Read as plain JSON in the compact or the prefixed form (`cargo:waybillNumber`); links to other servers are not followed,
since a reader knows no network: what stands behind them is told as missing by the rules of the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from motcua.lib.findings import Finding, Severity
from motcua.manifest.documents import Bill, BillKind, Call, Item, Manifest, Mode, Party, Place, slots
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.texts import value_of

_KINDS = {"MASTER": BillKind.MASTER, "HOUSE": BillKind.HOUSE, "DIRECT": BillKind.SIMPLE}
_ROLES = {"SHP": "shipper", "CNE": "consignee", "AGT": "carrier", "FFW": "carrier"}
_MASSES = {
    "KGM": Decimal(1),
    "KG": Decimal(1),
    "": Decimal(1),
    "TNE": Decimal(1000),
    "LBR": Decimal("0.45359237"),
}


def is_waybill(data: Mapping[str, Any]) -> bool:
    """Whether a JSON-LD object says that it is a waybill."""
    kinds = data.get("@type", ())
    return any(_bare(str(kind)) == "Waybill" for kind in ([kinds] if isinstance(kinds, str) else kinds))


def read(data: Mapping[str, Any]) -> Read:
    """The waybill and the houses that stand inside it, as one manifest."""
    taking = _Taking()
    bills = tuple(taking.bills(data, ""))
    first = bills[0]
    call = Call(mode=Mode.AIR, port=first.unloading, previous_port=first.loading)
    manifest = Manifest(
        call=call, bills=bills, reference=taking.text(Manifest, "reference", data.get("@id"), "@id")[-35:]
    )
    part = Part(first.number, "Waybill", accepted=True)
    return Read("one-record", "3", (manifest,), tuple(taking.findings), (taking.places,), (part,))


def _bare(name: str) -> str:
    """The last part of a name: `cargo:waybillNumber`, `https://…#waybillNumber` and `waybillNumber` are one."""
    return name.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def _get(data: Any, name: str) -> Any:
    if not isinstance(data, Mapping):
        return None
    value = next((one for key, one in data.items() if _bare(key) == name), None)
    if isinstance(value, Mapping) and "@value" in value:
        return value["@value"]
    return value


def _code(value: Any) -> str:
    """A code as text, as an object with a code, or as a link to one."""
    if isinstance(value, Mapping):
        value = _get(value, "code") or value.get("@id") or ""
    return _bare(str(value or "")).upper()


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class _Taking:
    """Collects what is odd and where each value stood."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.places: dict[str, str] = {}

    def value(self, kind: type, name: str, raw: Any, place: str) -> Any:
        slot = next(one for one in slots(kind) if one.name == name)
        if raw is None or isinstance(raw, Mapping | list) or not str(raw).strip():
            return slot.default
        value, problem = value_of(str(raw).strip(), slot)
        if problem is not None:
            self.findings.append(Finding(problem.code, place, problem.vi, problem.en, problem.severity))
        return value

    def text(self, kind: type, name: str, raw: Any, place: str) -> str:
        if name == "reference" and isinstance(raw, str):
            return raw
        return str(self.value(kind, name, raw, place))

    def bills(self, data: Mapping[str, Any], path: str) -> Iterator[Bill]:
        """The waybill, then its houses."""
        master = self.bill(data, path)
        yield master
        for at, house in enumerate(_all(_get(data, "houseWaybills"))):
            if isinstance(house, Mapping):
                inner = self.bill(house, f"{path}houseWaybills[{at}].")
                yield replace(inner, kind=BillKind.HOUSE, master_number=master.number)

    def bill(self, data: Mapping[str, Any], path: str) -> Bill:
        shipment = _first(_get(data, "shipment")) or {}
        number = "-".join(
            str(part) for part in (_get(data, "waybillPrefix"), _get(data, "waybillNumber")) if part
        )
        kind = _code(_get(data, "waybillType"))
        description = _get(shipment, "goodsDescription")
        packages = self.value(
            Bill, "packages", _get(shipment, "totalPieceCount"), f"{path}shipment.totalPieceCount"
        )
        pieces = _all(_get(shipment, "pieces"))
        gross = self.mass(_get(shipment, "totalGrossWeight"), f"{path}shipment.totalGrossWeight")
        item = Item(
            description=self.text(Item, "description", description, f"{path}shipment.goodsDescription"),
            packages=packages if packages is not None else len(pieces) or None,
            gross_kg=gross,
        )
        bill = Bill(
            number=self.text(Bill, "number", number, f"{path}waybillNumber"),
            kind=_KINDS.get(kind, BillKind.SIMPLE),
            loading=self.place(_get(data, "departureLocation")),
            unloading=self.place(_get(data, "arrivalLocation")),
            packages=item.packages,
            gross_kg=gross,
            items=(item,) if description else (),
        )
        parties = self.parties(data, path)
        return replace(
            bill,
            shipper=parties.get("shipper", bill.shipper),
            consignee=parties.get("consignee", bill.consignee),
            carrier=parties.get("carrier", bill.carrier),
        )

    def mass(self, value: Any, place: str) -> Decimal | None:
        unit = _code(_get(value, "unit"))
        number: Decimal | None = self.value(Bill, "gross_kg", _get(value, "numericalValue"), place)
        factor = _MASSES.get(unit)
        if number is None or factor is None:
            if number is not None:
                vi, en = f"Đơn vị “{unit}” không dùng được.", f"The unit “{unit}” does not fit here."
                self.findings.append(Finding("value.unit", place, vi, en))
            return None
        return number if factor == 1 else (number * factor).quantize(Decimal("0.000001")).normalize() + 0

    def place(self, value: Any) -> Place:
        code = _get(_first(_get(value, "locationCodes")), "code") or _get(value, "code")
        name = _get(value, "locationName")
        return Place(code=str(code or "")[:17], name=str(name or "")[:256])

    def parties(self, data: Mapping[str, Any], path: str) -> dict[str, Party]:
        found: dict[str, Party] = {}
        for at, involved in enumerate(_all(_get(data, "involvedParties"))):
            role = _ROLES.get(_code(_get(involved, "partyRole")))
            details = _get(involved, "partyDetails") or {}
            if role is None:
                note = f"{path}involvedParties[{at}]"
                vi, en = "Vai trò của bên này không được dùng.", "The role of this party is not used."
                self.findings.append(Finding("one-record.role", note, vi, en, Severity.NOTE))
                continue
            address = _get(_first(_get(details, "basedAtLocation")), "address")
            lines = [
                str(line)
                for line in _all(_get(address, "streetAddressLines"))
                if not isinstance(line, Mapping)
            ]
            found[role] = Party(name=str(_get(details, "name") or "")[:70], address=", ".join(lines)[:256])
        return found
