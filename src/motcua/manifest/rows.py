"""The bills and boxes of a manifest as rows of the register."""

from __future__ import annotations

from decimal import Decimal

from motcua.manifest.documents import Bill as BillPaper
from motcua.manifest.documents import Equipment, Manifest
from motcua.manifest.models import Bill, Container, Movement
from motcua.manifest.numbers import bill_key


def bill_rows(manifest: Manifest, movement: Movement) -> list[Bill]:
    """The bills of a manifest as rows; the movement and the version are filled in by whoever writes them."""
    return [
        _bill(position, bill, movement.direction, movement.mode)
        for position, bill in enumerate(manifest.bills)
    ]


def _bill(position: int, bill: BillPaper, direction: str, mode: str) -> Bill:
    # The consignee of what comes in and the shipper of what goes out are the firm at home.
    home = bill.consignee if direction == "entry" else bill.shipper
    first = bill.items[0] if bill.items else None
    gross = bill.all_gross_kg
    return Bill(
        position=position, number=bill.number, key=bill_key(bill.number, bill.carrier.code),
        carrier=bill.carrier.code[:17], kind=bill.kind.value,
        master_key=bill_key(bill.master_number) if bill.master_number else "",
        nature=bill.nature.value if bill.nature else "", direction=direction, shipper=bill.shipper.name,
        consignee=bill.consignee.name, consignee_code=home.tax_code, loading=bill.loading.code,
        unloading=bill.unloading.code, goods="; ".join(item.description for item in bill.items)[:200],
        hs=sorted({item.hs for item in bill.items if item.hs}), packages=bill.all_packages,
        package_kind=first.package_kind if first else "",
        gross_kg=gross.quantize(Decimal("0.001")) if gross is not None else None,
        containers=sorted({use.equipment for use in bill.uses}), split=bool(bill.split),
    )  # fmt: skip


def container_rows(manifest: Manifest) -> list[Container]:
    """The boxes of a manifest as rows."""
    return [_container(box) for box in manifest.equipment]


def _container(box: Equipment) -> Container:
    return Container(
        number=box.number, kind=box.kind.value, size_type=box.size_type,
        fullness=box.fullness.value if box.fullness else "", seals=list(box.seals), gross_kg=box.gross_kg,
    )  # fmt: skip
