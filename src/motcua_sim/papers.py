"""The papers of a call that carriers send as JSON and as XML, written by hand as an integrator would."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from motcua_sim.cuscar import CANCEL, ORIGINAL, Habits
from motcua_sim.envelope import End, envelope
from motcua_sim.voyages import Bill, Person, Voyage

# BGM 1225 of EDIFACT, as the JSON of the gateway says the same.
FUNCTIONS = {ORIGINAL: "original", "5": "replace", CANCEL: "cancel"}

Body = dict[str, Any]


def json_paper(
    paper: str, voyage: Voyage, habits: Habits, *, reference: str, document: str, function: str
) -> bytes:
    """One paper as JSON; `paper` is a key of PAPERS."""
    agent = {"name": f"AGENT OF {habits.name}", "tax_code": voyage.agent_tax_code}
    body = {
        "document": DOCUMENTS[paper], "reference": reference, "number": document, "function": FUNCTIONS[function],
        "office": voyage.office, "declarant": agent, "call": _call(voyage, habits, agent), **PAPERS[paper](voyage),
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _call(voyage: Voyage, habits: Habits, agent: Body) -> Body:
    ship = voyage.ship
    return {
        "mode": "sea", "movement": "entry", "journey": voyage.number,
        "conveyance": {
            "name": ship.name, "imo": ship.imo, "call_sign": ship.call_sign, "flag": ship.flag,
            "gross_tonnage": str(ship.gross_tonnage), "net_tonnage": str(ship.net_tonnage), "length": str(ship.length),
        },
        "carrier": {"name": habits.name, "code": habits.code}, "agent": agent,
        "port": {"code": voyage.port}, "previous_port": {"code": voyage.previous},
        "eta": voyage.eta.isoformat(), "etd": voyage.etd.isoformat(), "voyage_days": str(voyage.days),
        "master": f"{voyage.crew[0].family} {voyage.crew[0].given}",
        "crew": len(voyage.crew), "passengers": len(voyage.passengers),
    }  # fmt: skip


def _general(voyage: Voyage) -> Body:
    return {
        "position": f"At anchor off {voyage.port}", "cargo": f"{len(voyage.bills)} bills, {voyage.packages} packages",
        "cargo_declarations": 1, "crew_lists": 1, "stores_declarations": 1, "effects_declarations": 1,
        "health_declarations": 1, "passenger_lists": int(bool(voyage.passengers)),
    }  # fmt: skip


def _security(voyage: Voyage) -> Body:
    return {
        "certificate": f"ISSC-{voyage.ship.imo}", "certificate_issuer": "A SOCIETY THAT DOES NOT EXIST",
        "certificate_expires": f"{voyage.eta.year + 2}-06-30", "plan_aboard": True, "level": 1,
        "officer": "SHORE OFFICER", "officer_phone": "+84 0000 0000",
        "ports": [{"port": {"code": voyage.previous}, "security_level": 1}],
    }  # fmt: skip


def _effects(voyage: Voyage) -> Body:
    master = voyage.crew[0]
    return {
        "effects": [
            {
                "family_name": master.family, "given_names": master.given, "rank": master.rank,
                "articles": "1 camera", "quantity": "1",
            }
        ]
    }  # fmt: skip


def _stores(voyage: Voyage) -> Body:
    people = len(voyage.crew) + len(voyage.passengers)
    return {
        "persons_aboard": people, "days_of_stay": "2",
        "stores": [
            {"article": "Rice", "quantity": str(people * 12), "unit": "KGM", "location": "Dry store"},
            {"article": "Fuel oil", "quantity": "410", "unit": "TNE", "location": "Tanks"},
        ],
    }  # fmt: skip


def _health(voyage: Voyage) -> Body:
    asked = (
        "death", "suspected_infection", "more_ill_than_usual", "ill_now", "doctor_consulted", "risk_known", "stowaways",
        "sick_animal",
    )  # fmt: skip
    left = voyage.eta - timedelta(days=voyage.days)
    return {
        **dict.fromkeys(asked, False), "reinspection": False,
        "sanitation_certificate": f"SSCC-{voyage.ship.imo}", "sanitation_port": {"code": voyage.previous},
        "sanitation_date": f"{left - timedelta(days=40):%Y-%m-%d}",
        "ports": [{"port": {"code": voyage.previous}, "departed_on": f"{left:%Y-%m-%d}"}],
    }  # fmt: skip


def _people(people: tuple[Person, ...]) -> Body:
    return {
        "persons": [
            {
                "family_name": one.family, "given_names": one.given, "rank": one.rank, "nationality": one.nationality,
                "born_on": one.born.isoformat(), "sex": one.sex, "document_kind": "P",
                "document_number": one.passport, "document_country": one.nationality,
            }
            for one in people
        ]
    }  # fmt: skip


def _cargo(voyage: Voyage) -> Body:
    return {
        "bills": [_bill(number, bill, voyage) for number, bill in enumerate(voyage.bills, start=1)],
        "equipment": [
            {"number": box, "size_type": "22G1", "fullness": "full", "seals": [f"S{box[4:]}"]} for box in voyage.boxes
        ],
        "totals": {
            "bills": len(voyage.bills), "packages": voyage.packages, "gross_kg": str(voyage.gross_kg),
            "containers": len(voyage.boxes),
        },
    }  # fmt: skip


def _bill(number: int, bill: Bill, voyage: Voyage) -> Body:
    return {
        "number": bill.number, "sequence": number, "nature": "import", "shipper": {"name": bill.shipper},
        "consignee": {"name": bill.consignee, "tax_code": bill.consignee_tax_code},
        "notify": [{"name": bill.consignee}],
        "loading": {"code": bill.loading}, "unloading": {"code": voyage.port},
        "packages": bill.packages, "gross_kg": str(bill.gross_kg),
        "items": [
            {
                "number": at, "description": item.description, "hs": item.hs, "packages": item.packages,
                "package_kind": item.kind, "marks": item.marks, "gross_kg": str(item.gross_kg),
            }
            for at, item in enumerate(bill.items, start=1)
        ],
        "uses": [{"equipment": box, "packages": packages} for box, packages in bill.boxes],
    }  # fmt: skip


PAPERS: dict[str, Callable[[Voyage], Body]] = {
    "security": _security,
    "general": _general,
    "crew": lambda voyage: _people(voyage.crew),
    "passengers": lambda voyage: _people(voyage.passengers),
    "effects": _effects,
    "stores": _stores,
    "health": _health,
    "cargo": _cargo,
}
# What each is called in JSON and in the type of its message, `json-<document>`.
DOCUMENTS = {
    "security": "security-notice", "general": "general-declaration", "crew": "crew-list", "passengers": "passenger-list",
    "effects": "crew-effects", "stores": "stores", "health": "health-declaration", "cargo": "manifest",
}  # fmt: skip
# What an entry by sea must file, in the order in which agents do it.
ENTRY = ("security", "general", "crew", "effects", "stores", "health", "cargo")


def nsw_general_declaration(
    voyage: Voyage, habits: Habits, *, message_id: str, at: datetime, function: str
) -> bytes:
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
