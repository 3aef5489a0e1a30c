"""A ship that calls at Hòn Gai, with all its papers: what the tests of movements are made of. Everything is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from motcua.manifest.documents import (
    Bill,
    BillKind,
    Call,
    Conveyance,
    CrewEffects,
    CrewList,
    Equipment,
    EquipmentUse,
    Fullness,
    GeneralDeclaration,
    HealthDeclaration,
    Item,
    Manifest,
    Mode,
    MovementKind,
    Nature,
    Party,
    Person,
    Place,
    SecurityNotice,
    Sheet,
    Stores,
    Totals,
)

# Two days before the ship comes.
NOW = datetime(2020, 6, 1, 2, 0, tzinfo=UTC)
ETA = NOW + timedelta(hours=48)


def call(**changes: Any) -> Call:
    """The entry of the ship."""
    known: dict[str, Any] = {
        "mode": Mode.SEA, "movement": MovementKind.ENTRY, "journey": "HL2006E", "eta": ETA, "voyage_days": Decimal(3),
        "conveyance": Conveyance(name="HA LONG STAR", imo="9074729", call_sign="3WHL", flag="VN"),
        "port": Place(code="VNHON"), "previous_port": Place(code="CNXMN"), "crew": 2, "passengers": 0,
    }  # fmt: skip
    return Call(**{**known, **changes})


def bill(number: str = "HLS0001", **changes: Any) -> Bill:
    """One bill of imports in one container."""
    known: dict[str, Any] = {
        "number": number, "nature": Nature.IMPORT, "shipper": Party(name="Nanhai Trading"),
        "consignee": Party(name="Công ty TNHH Nông sản Đảo Xanh", tax_code="9900000016"),
        "loading": Place(code="CNXMN"), "unloading": Place(code="VNHON"), "packages": 40, "gross_kg": Decimal(12000),
        "items": (
            Item(number=1, description="Máy bơm nước", hs="841370", packages=40, package_kind="CT", gross_kg=Decimal(12000)),
        ),
        "uses": (EquipmentUse(equipment="CSQU3054383", packages=40),),
    }  # fmt: skip
    return Bill(**{**known, **changes})


BOX = Equipment(number="CSQU3054383", size_type="22G1", fullness=Fullness.FULL, seals=("S1",))


def manifest(*bills: Bill, **changes: Any) -> Manifest:
    """The cargo declaration of the ship."""
    listed = bills or (bill(),)
    known: dict[str, Any] = {"call": call(), "bills": listed, "equipment": (BOX,), "reference": "M1"}
    return Manifest(**{**known, **changes})


def house(number: str, master: str = "HLS0001", **changes: Any) -> Bill:
    """A house bill under a master."""
    return bill(
        number, kind=BillKind.HOUSE, master_number=master, packages=20, gross_kg=Decimal(6000),
        items=(Item(number=1, description="Máy bơm nước", hs="8413", packages=20, package_kind="CT", gross_kg=Decimal(6000)),),
        uses=(), **changes,
    )  # fmt: skip


SAILORS = tuple(
    Person(
        family_name=name, given_names="VAN A", rank=rank, nationality="VN", born_on=date(1980, 1, 2),
        document_number=f"B{index}123456", document_country="VN",
    )
    for index, (name, rank) in enumerate((("DEMO", "MASTER"), ("THU", "OS")))
)  # fmt: skip


def papers(one: Call | None = None) -> list[Sheet]:
    """All that an entry by sea must file, the cargo declaration last."""
    known = one or call()
    return [
        SecurityNotice(call=known, level=1),
        GeneralDeclaration(call=known, position="Hòn Gai"),
        CrewList(call=known, persons=SAILORS),
        CrewEffects(call=known),
        Stores(call=known, persons_aboard=2),
        HealthDeclaration(call=known),
        manifest(call=known),
    ]


def with_totals(document: Manifest, **said: Any) -> Manifest:
    """The same with totals."""
    return replace(document, totals=Totals(**said))
