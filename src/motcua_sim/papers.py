"""The papers of a call that carriers send as JSON and as XML, written by hand as an integrator would."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from motcua_sim.cuscar import CANCEL, ORIGINAL, Habits
from motcua_sim.envelope import End, envelope
from motcua_sim.voyages import Voyage


def general_declaration(voyage: Voyage, habits: Habits, *, reference: str, document: str) -> bytes:
    """IMO FAL form 1."""
    ship = voyage.ship
    body = {
        "document": "general-declaration",
        "reference": reference,
        "number": document,
        "office": voyage.office,
        "declarant": {"name": f"AGENT OF {habits.name}", "tax_code": voyage.agent_tax_code},
        "call": {
            "mode": "sea", "movement": "entry", "journey": voyage.number,
            "conveyance": {
                "name": ship.name, "imo": ship.imo, "call_sign": ship.call_sign, "flag": ship.flag,
                "gross_tonnage": str(ship.gross_tonnage), "net_tonnage": str(ship.net_tonnage), "length": str(ship.length),
            },
            "carrier": {"name": habits.name, "code": habits.code},
            "agent": {"name": f"AGENT OF {habits.name}", "tax_code": voyage.agent_tax_code},
            "port": {"code": voyage.port}, "previous_port": {"code": voyage.previous},
            "eta": voyage.eta.isoformat(), "etd": voyage.etd.isoformat(), "voyage_days": str(voyage.days),
            "master": f"{voyage.crew[0].family} {voyage.crew[0].given}",
            "crew": len(voyage.crew), "passengers": len(voyage.passengers),
        },
        "cargo": f"{len(voyage.bills)} bills, {voyage.packages} packages",
        "cargo_declarations": 1, "crew_lists": 1,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def nsw_general_declaration(
    voyage: Voyage, habits: Habits, *, message_id: str, at: datetime, function: str
) -> bytes:  # fmt: skip
    """The same as a message of the national single window: type 50, function 01 declare, 02 amend, 03 cancel."""
    ship = voyage.ship
    fields = {
        "NameOfShip": ship.name, "IMONumber": ship.imo, "CallSign": ship.call_sign, "FlagStateOfShip": ship.flag,
        "VoyageNumber": voyage.number, "IsArrival": "1", "PortOfArrivalCode": voyage.port,
        "DateOfArrival": voyage.eta.isoformat(), "LastPortOfCallCode": voyage.previous,
        "NameOfMaster": f"{voyage.crew[0].family} {voyage.crew[0].given}",
        "GrossTonnage": ship.gross_tonnage, "NetTonnage": ship.net_tonnage,
        "TaxCodeOfShipAgent": voyage.agent_tax_code, "NameOfShipAgent": f"AGENT OF {habits.name}",
        "NumberOfCrew": len(voyage.crew), "NumberOfPassengers": len(voyage.passengers),
        "BriefDescriptionOfTheCargo": f"{len(voyage.bills)} bills, {voyage.packages} packages",
    }  # fmt: skip
    return envelope(
        message_id=message_id, sender=End(f"AGENT OF {habits.name}", voyage.agent_tax_code), at=at, document="1",
        type="50", function={ORIGINAL: "01", CANCEL: "03"}.get(function, "02"), reference="",
        content=("GeneralDeclaration", fields),
    )  # fmt: skip


def expected(voyage: Voyage) -> dict[str, Any]:
    """A voyage as a port wants to hear of it."""
    return {
        "voyage": voyage.number, "imo": voyage.ship.imo, "name": voyage.ship.name, "call_sign": voyage.ship.call_sign,
        "eta": voyage.eta.isoformat(), "etd": voyage.etd.isoformat(),
        "bills": [
            {
                "number": bill.number, "packages": bill.packages, "gross_kg": str(bill.gross_kg),
                "boxes": [list(one) for one in bill.boxes],
            }
            for bill in voyage.bills
        ],
    }  # fmt: skip
