"""A ship's call as its carrier knows it: voyage, crew, bills, boxes. Invented, and the same for the same seed and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from motcua.lib.errors import Refused
from motcua_sim.things import GOODS, PORTS_ABROAD, Dice, Goods, Ship, container, ship, tax_code

# How many bills a manifest has.
SIZES = {"tiny": 2, "small": 6, "medium": 60, "large": 600}
# Port of the call and its customs office.
PORTS = {"VNHON": "20CF", "VNCPH": "20CG", "VNCLN": "20CF"}

_FAMILY = ("NGUYEN", "TRAN", "LE", "PHAM", "SANTOS", "REYES", "WANG", "LI", "KUMAR", "O'BRIEN")
_GIVEN = ("VAN AN", "DUC BINH", "THI HOA", "MINH", "JOSE", "MARIA", "WEI", "FANG", "RAJ", "SEAN")
_RANKS = ("MASTER", "CHIEF OFFICER", "CHIEF ENGINEER", "BOSUN", "COOK", "OILER", "ABLE SEAMAN")


@dataclass(frozen=True)
class Item:
    """One line of goods."""

    description: str
    hs: str
    packages: int
    kind: str
    gross_kg: Decimal
    marks: str


@dataclass(frozen=True)
class Bill:
    """One bill of lading; `boxes` are container numbers with the packages in each."""

    number: str
    shipper: str
    consignee: str
    consignee_tax_code: str
    loading: str
    items: tuple[Item, ...]
    boxes: tuple[tuple[str, int], ...] = ()

    @property
    def packages(self) -> int:
        """In all."""
        return sum(one.packages for one in self.items)

    @property
    def gross_kg(self) -> Decimal:
        """In all."""
        return sum((one.gross_kg for one in self.items), Decimal(0))


@dataclass(frozen=True)
class Person:
    """One of the crew or of the passengers."""

    family: str
    given: str
    sex: str
    born: date
    nationality: str
    passport: str
    rank: str = ""


@dataclass(frozen=True)
class Voyage:
    """One arrival at one port; `number` is the carrier's own number of the voyage."""

    number: str
    ship: Ship
    port: str
    previous: str
    eta: datetime
    etd: datetime
    days: int
    agent_tax_code: str
    bills: tuple[Bill, ...]
    crew: tuple[Person, ...]
    passengers: tuple[Person, ...] = ()

    @property
    def office(self) -> str:
        """The customs office of the port."""
        return PORTS[self.port]

    @property
    def boxes(self) -> tuple[str, ...]:
        """Every container once."""
        return tuple(dict.fromkeys(number for bill in self.bills for number, _ in bill.boxes))

    @property
    def packages(self) -> int:
        """Of the whole manifest."""
        return sum(bill.packages for bill in self.bills)

    @property
    def gross_kg(self) -> Decimal:
        """Of the whole manifest."""
        return sum((bill.gross_kg for bill in self.bills), Decimal(0))


def voyage(
    seed: int, carrier: str, number: int, *, size: str, port: str, now: datetime, passengers: int = 0
) -> Voyage:  # fmt: skip
    """The so-manieth voyage of a carrier; it arrives in one to three days from `now`."""
    if size not in SIZES or port not in PORTS:
        raise Refused(
            f"Cỡ là một trong {', '.join(SIZES)}; cảng là một trong {', '.join(PORTS)}.",
            f"The size is one of {', '.join(SIZES)}, the port one of {', '.join(PORTS)}.",
        )
    dice = Dice(seed, "voyage", carrier, number)
    boxed = dice.falls(0.7, "boxed")
    eta = (now + timedelta(hours=dice.number(26, 70, "eta"))).replace(minute=0, second=0, microsecond=0)
    previous = dice.one(PORTS_ABROAD, "previous")
    bills = tuple(
        _bill(Dice(seed, "bill", carrier, number, n), carrier, number, n, boxed) for n in range(SIZES[size])
    )
    return Voyage(
        f"{carrier[:3]}{number:04d}N", ship(seed, number % 24), port, previous, eta,
        eta + timedelta(hours=dice.number(10, 40, "stay")), dice.number(1, 9, "days"), tax_code(900 + number % 5),
        bills,
        tuple(_person(Dice(seed, "crew", carrier, number, n), _RANKS[min(n, 6)]) for n in range(dice.number(12, 24, "crew"))),
        tuple(_person(Dice(seed, "passenger", carrier, number, n), "") for n in range(passengers)),
    )  # fmt: skip


def _bill(dice: Dice, carrier: str, voyage: int, number: int, boxed: bool) -> Bill:
    goods = [one for one in GOODS if one[2] not in {"VR", "CL"}] if boxed else list(GOODS)
    items = tuple(_item(dice, n, goods) for n in range(dice.number(1, 3, "items")))
    packages = sum(one.packages for one in items)
    boxes: tuple[tuple[str, int], ...] = ()
    if boxed:
        # No box carries more than twenty tonnes of them.
        count = min(max(-(-int(sum(one.gross_kg for one in items)) // 20_000), 1), packages)
        each, over = divmod(packages, count)
        first = int(Dice(dice.seed, carrier).chance("boxes") * 1000) * 1000 + voyage * 7 + number * 12
        boxes = tuple((container(first + n), each + (n < over)) for n in range(count))
    firm = dice.number(1, 400, "consignee")
    return Bill(
        f"{carrier[:4]}{voyage:04d}{number + 1:05d}", f"SHIPPER {dice.number(1, 99, 'shipper')} CO., LTD",
        f"CONSIGNEE {firm} JSC", tax_code(firm), dice.one(PORTS_ABROAD, "loading"), items, boxes,
    )  # fmt: skip


def _item(dice: Dice, number: int, goods: Sequence[Goods]) -> Item:
    description, hs, kind, weight = dice.one(goods, "goods", number)
    packages = dice.number(2, 400, "packages", number)
    return Item(
        description, hs, packages, kind, Decimal(packages * weight) + Decimal(dice.number(0, 9, "grams", number)) / 10,
        f"LOT {dice.number(100, 999, 'marks', number)}/A",
    )  # fmt: skip


def _person(dice: Dice, rank: str) -> Person:
    return Person(
        dice.one(_FAMILY, "family"), dice.one(_GIVEN, "given"), dice.one("MF", "sex"),
        date(dice.number(1962, 1999, "year"), dice.number(1, 12, "month"), dice.number(1, 28, "day")),
        dice.one(("VN", "PH", "CN", "IN", "IE"), "nation"), f"P{dice.number(1_000_000, 9_999_999, 'passport')}", rank,
    )  # fmt: skip


def amended(one: Voyage, seed: int, version: int) -> Voyage:
    """A later state of the same voyage: a weight corrected, a bill more, or a ship that is late."""
    dice = Dice(seed, "amendment", one.number, version)
    how = dice.number(0, 2, "how")
    if how == 0:
        return replace(one, eta=one.eta + timedelta(hours=dice.number(1, 9, "late")))
    at = dice.number(0, len(one.bills) - 1, "which")
    bill = one.bills[at]
    first = replace(bill.items[0], gross_kg=bill.items[0].gross_kg + dice.number(1, 40, "more"))
    changed = replace(bill, items=(first, *bill.items[1:]))
    bills = (*one.bills[:at], changed, *one.bills[at + 1 :])
    if how == 2:
        bills = (*bills, replace(changed, number=f"{bill.number}A", boxes=()))
    return replace(one, bills=bills)
