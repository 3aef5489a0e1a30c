"""A port: berths, arrivals and departures, what was discharged, what passes the gate, and the port authority's word."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua_sim.base import Simulator
from motcua_sim.clock import moment
from motcua_sim.envelope import End, envelope
from motcua_sim.store import Incoming
from motcua_sim.things import Dice

# One box in so many is found short or over when a ship is discharged, as tally clerks know it.
SHORT, OVER = 0.02, 0.01
BERTHS = ("1", "2", "3", "5", "6", "7")


class Port(Simulator):
    """
    Tells when ships arrive, berth and leave (json-berthing), what they discharged (json-discharge), what passes the gate
    (json-gate), and what the port authority decides (NSW envelopes: movement order, confirmation).

    It knows the ships it was told of: by the order `expect`, or by a message of type json-expected from a carrier.
    """

    name = "port"
    title = Text("Cảng và cảng vụ (mô phỏng)", "A port and its authority, simulated")
    options = {"port": "VNHON", "authority": "CVQN"}

    # Of its own accord -------------------------------------------------------------------------------------------

    def act(self, now: datetime) -> str:
        """The next thing that is due at a ship."""
        due = [
            (moment(plan["at"]), key, plan)
            for key, plan in self.store.recall_all("plan").items()
            if moment(plan["at"]) <= now
        ]
        if not due:
            return ""
        at, key, plan = min(due, key=lambda one: (one[0], one[1]))
        self.store.run("delete from memory where kind = 'plan' and key = ?", key)
        return f"{plan['order']} {self.orders()[plan['order']]({**plan['body'], 'at': at.isoformat()})}"

    def took(self, message: Incoming, now: datetime) -> None:
        """A ship to expect; whatever else comes is kept and noted."""
        if message.type == "json-expected":
            try:
                self.expect(json.loads(message.content))
            except (ValueError, KeyError, TypeError) as error:
                raise Refused(
                    "Không đọc được.", f"This cannot be read: {error!r}.", place="byte 0"
                ) from error

    # Orders ------------------------------------------------------------------------------------------------------

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What it can be told."""
        return super().orders() | {
            "expect": self.expect, "arrive": self._arrive, "berth": self._berth, "discharge": self._discharge,
            "depart": self._depart, "gate": self._gate, "order-movement": self._order, "confirm": self._confirm,
        }  # fmt: skip

    def expect(self, body: dict[str, Any]) -> str:
        """
        {"voyage": N, "imo": …, "name": …, "call_sign": …, "eta": …, "etd": …, "bills": [{"number", "packages",
        "gross_kg", "boxes": [[number, packages]]}]}: a ship that will come, with what it brings.
        """
        number = str(body["voyage"])
        eta, etd = moment(body["eta"]), moment(body["etd"])
        if self.store.recall("ship", number) is not None:
            return number
        dice = Dice(self.seed, self.name, number)
        self.store.remember("ship", number, {**body, "berth": dice.one(BERTHS, "berth")})
        arrival = eta + timedelta(minutes=dice.number(-90, 240, "arrival"))
        berthed = arrival + timedelta(minutes=dice.number(40, 200, "berth"))
        discharged = berthed + timedelta(hours=dice.number(4, 20, "discharge"))
        for at, order in (
            (arrival - timedelta(hours=3), "order-movement"), (arrival, "arrive"), (arrival, "confirm"),
            (berthed, "berth"), (discharged, "discharge"), (max(etd, discharged + timedelta(hours=1)), "depart"),
        ):  # fmt: skip
            self._plan(at, order, voyage=number)
        return number

    def _arrive(self, body: dict[str, Any]) -> str:
        """{"voyage": N, "at": time}: the ship has arrived (ATA)."""
        return self._berthing(body, "arrived")

    def _berth(self, body: dict[str, Any]) -> str:
        """{"voyage": N, "at": time}: it lies at its berth."""
        return self._berthing(body, "berthed")

    def _depart(self, body: dict[str, Any]) -> str:
        """{"voyage": N, "at": time}: it has left (ATD)."""
        return self._berthing(body, "departed")

    def _berthing(self, body: dict[str, Any], event: str) -> str:
        ship = self._ship(body)
        return self._post("berthing", self._ship_head(ship) | {
            "event": event, "berth": ship["berth"], "at": self._at(body).isoformat(),
        })  # fmt: skip

    def _discharge(self, body: dict[str, Any]) -> str:
        """{"voyage": N, "at": time}: what came off the ship, with what is short and what is over."""
        ship, at = self._ship(body), self._at(body)
        dice = Dice(self.seed, self.name, ship["voyage"], "tally")
        lines, boxes = [], []
        for bill in ship["bills"]:
            packages, drawn = int(bill["packages"]), dice.chance(bill["number"])
            missing = drawn < SHORT
            found = max(packages - 1 - int(drawn * 100), 0) if missing else packages + (drawn > 1 - OVER)
            lines.append({
                "bill": bill["number"], "declared": packages, "packages": found, "gross_kg": str(bill["gross_kg"]),
            })  # fmt: skip
            boxes += [{"number": number, "full": True} for number, _ in bill.get("boxes", ())]
        for number in dict.fromkeys(box["number"] for box in boxes):
            minutes = Dice(self.seed, number).number(120, 4000, "gate")
            self._plan(at + timedelta(minutes=minutes), "gate", container=number, direction="out")
        return self._post("discharge", self._ship_head(ship) | {
            "completed_at": at.isoformat(), "bills": lines,
            "containers": list({box["number"]: box for box in boxes}.values()),
        })  # fmt: skip

    def _gate(self, body: dict[str, Any]) -> str:
        """{"container": C, "direction": "out" | "in", "at": time}: a lorry at the gate."""
        number, direction = str(body.get("container", "")), str(body.get("direction", "out"))
        if not number or direction not in {"out", "in"}:
            raise Refused(
                "Cần container và direction out hoặc in.", "It takes a container and a direction, out or in."
            )
        plate = f"14C-{Dice(self.seed, number).number(10000, 99999, 'plate')}"
        return self._post("gate", {
            "port": self.settings["port"], "container": number, "direction": direction, "vehicle": plate,
            "at": self._at(body).isoformat(),
        })  # fmt: skip

    def _order(self, body: dict[str, Any]) -> str:
        """{"voyage": N}: the port authority orders the ship to its berth (NSW 70, function 21)."""
        ship = self._ship(body)
        return self._nsw(ship, "70", "MovementOrder", {"Berth": ship["berth"], "ETA": ship["eta"]})

    def _confirm(self, body: dict[str, Any]) -> str:
        """{"voyage": N, "refused": ""}: the port authority confirms the arrival (NSW 40), or refuses it with a reason."""
        return self._nsw(
            self._ship(body),
            "40",
            "ArrivalConfirmation",
            {"ATA": self._at(body).isoformat()},
            str(body.get("refused", "")),
        )

    # Making -----------------------------------------------------------------------------------------------------

    def _nsw(
        self, ship: dict[str, Any], kind: str, name: str, fields: dict[str, object], refused: str = ""
    ) -> str:
        number = f"{self.settings['authority']}{self.store.next_number('nsw'):08d}"
        content = envelope(
            message_id=number, sender=End("Cảng vụ hàng hải (mô phỏng)", self.settings["authority"], "BGTVT"),
            at=self.clock.now(), document="1", type=kind, function="22" if refused else "21",
            reference=str(ship.get("dossier", "")), reason=refused,
            content=(name, {
                "NameOfShip": ship["name"], "IMONumber": ship["imo"], "CallSign": ship["call_sign"],
                "VoyageNumber": ship["voyage"], "PortCode": self.settings["port"], **fields,
            }),
        )  # fmt: skip
        return self.send(reference=number, type="nsw-envelope", content=content).reference

    def _post(self, kind: str, body: dict[str, object]) -> str:
        number = f"{self.settings['port']}-{self.store.next_number('message-of-port'):08d}"
        whole = {"kind": kind, "reference": number, **body}
        return self.send(
            reference=number, type=f"json-{kind}", content=json.dumps(whole, ensure_ascii=False, indent=1).encode()
        ).reference  # fmt: skip

    def _ship_head(self, ship: dict[str, Any]) -> dict[str, object]:
        return {
            "port": self.settings["port"],
            "voyage": ship["voyage"],
            "imo": ship["imo"],
            "ship": ship["name"],
        }

    def _ship(self, body: dict[str, Any]) -> dict[str, Any]:
        ship: dict[str, Any] | None = self.store.recall("ship", str(body.get("voyage")))
        if ship is None:
            raise Refused("Không chờ tàu này.", "No such ship is expected.", place="voyage")
        return ship

    def _at(self, body: dict[str, Any]) -> datetime:
        return moment(str(body["at"])) if body.get("at") else self.clock.now()

    def _plan(self, at: datetime, order: str, **body: object) -> None:
        key = f"{self.store.next_number('plan'):08d}"
        self.store.remember("plan", key, {"at": at.isoformat(), "order": order, "body": body})
