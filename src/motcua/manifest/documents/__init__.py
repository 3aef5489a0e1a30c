"""
The papers of a call, in the words of the trade: one set of documents for every message, workbook and screen form.

* `call`     who and what comes or goes: `Call`, `Conveyance`, `Party`, `Place`, and `Sheet`, which every paper is
* `cargo`    `Manifest` with `Bill`, `Item`, `DangerousGoods`, `Equipment`, `EquipmentUse`, `Totals`
* `sheets`   IMO FAL forms 1 and 3 to 7, health, security, waste, and the notice of a call
* `boxes`    what a field is: label, WCO id, format, code list
* `plain`    JSON, and a walk over the fields: `bills[3].items[1].gross_kg`
"""

from motcua.manifest.documents.boxes import Box, Coded, box_of, boxes
from motcua.manifest.documents.call import Call, Conveyance, Function, Mode, MovementKind, Party, Place, Sheet
from motcua.manifest.documents.cargo import (
    Bill,
    BillKind,
    DangerousGoods,
    Equipment,
    EquipmentKind,
    EquipmentUse,
    Fullness,
    Item,
    Manifest,
    Money,
    Nature,
    Totals,
)
from motcua.manifest.documents.plain import (
    DOCUMENTS,
    from_data,
    from_json,
    name_of,
    slots,
    steps,
    to_data,
    to_json,
    value_at,
    walk,
)
from motcua.manifest.documents.sheets import (
    CallNotice,
    CrewEffects,
    CrewList,
    DangerousGoodsManifest,
    Delivery,
    Effects,
    GeneralDeclaration,
    HealthDeclaration,
    PassengerList,
    Person,
    PortVisit,
    SecurityNotice,
    Sex,
    Sickness,
    Store,
    Stores,
    Waste,
    WasteLine,
)

__all__ = [
    "DOCUMENTS", "Bill", "BillKind", "Box", "Call", "CallNotice", "Coded", "Conveyance", "CrewEffects", "CrewList",
    "DangerousGoods", "DangerousGoodsManifest", "Delivery", "Effects", "Equipment", "EquipmentKind", "EquipmentUse",
    "Fullness", "Function", "GeneralDeclaration", "HealthDeclaration", "Item", "Manifest", "Mode", "Money",
    "MovementKind", "Nature", "Party", "PassengerList", "Person", "Place", "PortVisit", "SecurityNotice", "Sex",
    "Sheet", "Sickness", "Store", "Stores", "Totals", "Waste", "WasteLine", "box_of", "boxes", "from_data",
    "from_json", "name_of", "slots", "steps", "to_data", "to_json", "value_at", "walk",
]  # fmt: skip
