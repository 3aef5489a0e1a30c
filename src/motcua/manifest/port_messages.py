"""
What a port sends: when a ship came, berthed and left (`json-berthing`), and what it counted (`json-discharge`).

A message names its ship by port, IMO number and journey. One about a call that nobody declared is refused with what is
known of that ship, so that the port can mend the number or wait for the carrier.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from motcua.exchange.models import Message
from motcua.lib.errors import Invalid, Malformed, NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.manifest import port
from motcua.manifest.models import Movement
from motcua.manifest.numbers import bill_key
from motcua.people.actor import Actor
from motcua.people.models import Organisation

# Those who declare what a ship carries do not count it.
_DECLARANTS = {Organisation.Kind.FIRM, Organisation.Kind.AGENT, Organisation.Kind.CARRIER}
_EVENTS = {"arrived": "entry", "berthed": "entry", "departed": "exit"}


@dataclass(frozen=True)
class Ship:
    """Which ship on which journey at which port."""

    port: str
    imo: str
    journey: str


@dataclass(frozen=True)
class Berthing:
    """A ship has arrived, berthed or departed."""

    ship: Ship
    event: str
    at: datetime


@dataclass(frozen=True)
class Landed:
    """One line of a count: a bill with its packages, or a box."""

    bill: str = ""
    container: str = ""
    packages: int | None = None
    gross_kg: Decimal | None = None


@dataclass(frozen=True)
class DischargeReport:
    """What came off a ship."""

    ship: Ship
    completed_at: datetime
    lines: tuple[Landed, ...]


# Reading --------------------------------------------------------------------------------------------------------


def read_berthing(content: bytes) -> Berthing:
    """A time of a ship; Invalid with every fault at its path."""
    reader = _Reader(content)
    event = reader.text("event")
    if event and event not in _EVENTS:
        reader.say(
            "/event",
            f"“{event}” không phải arrived, berthed hay departed.",
            f"“{event}” is not arrived, berthed or departed.",
        )
    found = Berthing(reader.ship(), event, reader.moment("at"))
    reader.done()
    return found


def read_discharge(content: bytes) -> DischargeReport:
    """A count of the port; Invalid with every fault at its path."""
    reader = _Reader(content)
    lines = [*reader.each("bills", reader.bill), *reader.each("containers", reader.box)]
    if not lines and not reader.findings:
        reader.say(
            "/bills",
            "Báo cáo không có vận đơn hay công-ten-nơ nào.",
            "The report names no bill and no container.",
        )
    found = DischargeReport(reader.ship(), reader.moment("completed_at"), tuple(lines))
    reader.done()
    return found


class _Reader:
    """A JSON object read member by member; what is wrong is collected."""

    def __init__(self, content: bytes) -> None:
        try:
            body = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise Malformed(
                f"JSON không đọc được: {error}", f"The JSON cannot be read: {error}", place="byte 0"
            ) from error
        if not isinstance(body, dict):
            raise Malformed("Cần một đối tượng JSON.", "One JSON object is expected.", place="/")
        self.body = body
        self.findings: list[Finding] = []

    def say(self, place: str, vi: str, en: str) -> None:
        self.findings.append(Finding("port-message", place, vi, en))

    def done(self) -> None:
        if self.findings:
            raise Invalid(self.findings)

    def text(self, name: str, of: dict[str, Any] | None = None, above: str = "") -> str:
        value = (self.body if of is None else of).get(name)
        if not isinstance(value, str) or not value.strip():
            self.say(f"{above}/{name}", f"Thiếu “{name}”.", f"“{name}” is missing.")
            return ""
        return value.strip()

    def ship(self) -> Ship:
        return Ship(self.text("port").upper(), self.text("imo"), self.text("voyage"))

    def moment(self, name: str) -> datetime:
        written = self.text(name)
        try:
            at = datetime.fromisoformat(written) if written else None
        except ValueError:
            at = None
        if at is not None and at.tzinfo is not None:
            return at
        if written:
            self.say(
                f"/{name}", f"“{written}” không phải thời điểm có múi giờ, như 2020-03-02T08:00:00+07:00.",
                f"“{written}” is no time with a zone, such as 2020-03-02T08:00:00+07:00.",
            )  # fmt: skip
        return datetime.max.replace(tzinfo=UTC)

    def each(self, name: str, one: Callable[[dict[str, Any], str], Landed]) -> list[Landed]:
        rows = self.body.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.say(f"/{name}", f"“{name}” phải là danh sách.", f"“{name}” must be a list of objects.")
            return []
        return [one(row, f"/{name}/{index}") for index, row in enumerate(rows)]

    def bill(self, row: dict[str, Any], above: str) -> Landed:
        packages, gross = row.get("packages"), None
        if packages is not None and (
            isinstance(packages, bool) or not isinstance(packages, int) or not 0 <= packages < 2**31
        ):
            self.say(
                f"{above}/packages",
                "Số kiện phải là số nguyên không âm.",
                "Packages must be a whole number, 0 or more.",
            )
            packages = None
        if row.get("gross_kg") is not None:
            try:
                gross = Decimal(str(row["gross_kg"]))
            except InvalidOperation:
                gross = None
            if gross is None or not gross.is_finite() or not 0 <= gross < Decimal(10) ** 12:
                self.say(f"{above}/gross_kg", "Khối lượng không đọc được.", "The mass cannot be read.")
                gross = None
        return Landed(bill=self.text("bill", row, above)[:35], packages=packages, gross_kg=gross)

    def box(self, row: dict[str, Any], above: str) -> Landed:
        return Landed(container=self.text("number", row, above).upper()[:17])


# Acting ---------------------------------------------------------------------------------------------------------


def take_berthing(message: Message, now: datetime) -> Movement:
    """Note when a ship came or left. A berth is kept with the message and changes nothing: no deadline hangs on it."""
    told = read_berthing(bytes(message.content))
    movement = _movement(told.ship, _EVENTS[told.event], message)
    name = {"arrived": "ata", "departed": "atd"}.get(told.event)
    if name is not None and getattr(movement, name) != told.at:
        port.note_time(
            movement, kind=told.event, moment=told.at, actor=_actor(message), at=now, message=message
        )
    return movement


def take_discharge(message: Message, now: datetime) -> Movement:
    """Keep what the port counted beside what was declared; a later count takes the place of an earlier one."""
    told = read_discharge(bytes(message.content))
    movement = _movement(told.ship, "entry", message)
    keys = {
        bill_key(number): key for number, key in movement.bills.filter(live=True).values_list("number", "key")
    }
    lines = [
        (one.container, keys.get(bill_key(one.bill), bill_key(one.bill)), one.packages, one.gross_kg) for one in told.lines
    ]  # fmt: skip
    port.note_discharge(movement, lines, at=told.completed_at, message=message)
    return movement


def _actor(message: Message) -> Actor:
    partner = message.partner
    return Actor.partner(partner.code, partner.name, organisation=partner.organisation_id)


def _movement(ship: Ship, direction: str, message: Message) -> Movement:
    """The movement a port speaks of; Refused where nobody declared it, or where the sender is no port."""
    sender = message.partner.organisation
    if sender is not None and sender.kind in _DECLARANTS:
        raise NotAllowed(
            f"{sender.name} là bên khai báo; giờ tàu và kết quả dỡ hàng do cảng báo.",
            f"{sender.name} declares; times and counts of a ship are the port's to report.",
            place="partner",
        )
    known = Movement.objects.select_related("case").exclude(case__status="cancelled")
    calls = list(known.filter(imo=ship.imo, port=ship.port, direction=direction).order_by("-pk")[:20])
    wanted = _journey(ship.journey)
    for movement in calls:
        if _journey(movement.voyage) == wanted:
            return movement
    heard = ", ".join(movement.voyage for movement in calls[:5]) or "–"
    way_vi, way_en = ("vào", "in") if direction == "entry" else ("ra", "out")
    raise Refused(
        f"Không có lượt {way_vi} nào của tàu IMO {ship.imo}, chuyến {ship.journey}, tại {ship.port}. Các chuyến đã khai: "
        f"{heard}. Hãy sửa số chuyến, hoặc gửi lại khi đại lý đã khai.",
        f"No movement {way_en} of IMO {ship.imo}, journey {ship.journey}, is declared at {ship.port}. Declared journeys: "
        f"{heard}. Mend the journey, or send it again when the agent has declared.",
        place="/voyage",
    )


def _journey(text: str) -> str:
    return "".join(text.split()).upper()
