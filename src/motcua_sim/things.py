"""
Invented firms, ships, boxes and goods, always the same for the same seed. Check digits are right; nothing else is true.

Tax codes begin with 99, which no province has; ships carry names no registry would take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from stdnum import imo, iso6346
from stdnum.vn import mst

from motcua_sim.dials import chance

T = TypeVar("T")


class Dice:
    """Chances of one thing: every question has a number of its own, so that adding one moves no other."""

    def __init__(self, seed: int, *words: object) -> None:
        self.seed, self.words = seed, words

    def chance(self, *question: object) -> float:
        """In [0, 1)."""
        return chance(self.seed, *self.words, *question)

    def falls(self, rate: float, *question: object) -> bool:
        """Whether something of this rate happens."""
        return self.chance(*question) < rate

    def number(self, low: int, high: int, *question: object) -> int:
        """From low to high, both included."""
        return low + int(self.chance(*question) * (high - low + 1))

    def one(self, choices: Sequence[T], *question: object) -> T:
        """One of several."""
        return choices[int(self.chance(*question) * len(choices))]


def tax_code(number: int) -> str:
    """The code of the so-manieth invented firm; numbers that have no check digit are passed over."""
    serial = number * 7 + 1
    while len(digit := mst.calc_check_digit(f"99{serial:07d}")) > 1:
        serial += 1
    return f"99{serial:07d}{digit}"


def container(number: int, owner: str = "MCV") -> str:
    """An ISO 6346 number of an owner that does not exist."""
    head = f"{owner}U{number % 1_000_000:06d}"
    return head + iso6346.calc_check_digit(head)


@dataclass(frozen=True)
class Ship:
    """A ship that does not exist; its IMO number has a right check digit."""

    imo: str
    call_sign: str
    name: str
    flag: str
    gross_tonnage: int
    net_tonnage: int
    length: int


_NAMES = (
    "SAO BIEN", "HAI AU XANH", "PAPER LANTERN", "MORNING HERON", "GIO MUA", "SILVER CARP", "BA MUOI", "QUIET HARBOUR",
    "TRANG RAM", "NORTH PLUM", "LONG CHIM", "COPPER REED",
)  # fmt: skip
_FLAGS = ("VN", "PA", "LR", "SG", "HK", "MH")


def ship(seed: int, number: int) -> Ship:
    """The so-manieth ship of a seed."""
    dice = Dice(seed, "ship", number)
    head = f"{90 + number % 10}{dice.number(0, 9999, 'imo'):04d}"
    tonnage = dice.number(2_800, 48_000, "tonnage")
    return Ship(
        head + imo.calc_check_digit(head), f"3X{dice.number(1000, 9999, 'call')}", f"{_NAMES[number % 12]} {number + 1}",
        dice.one(_FLAGS, "flag"), tonnage, tonnage * 6 // 10, 90 + tonnage // 300,
    )  # fmt: skip


# Text of the goods, HS heading of six digits, kind of package (UN/ECE Recommendation 21), kilograms a package.
Goods = tuple[str, str, str, int]
GOODS: tuple[Goods, ...] = (
    ("FROZEN SHRIMP", "030617", "CT", 12),
    ("STEAM COAL IN BULK", "270119", "VR", 1000),
    ("PVC RESIN IN BAGS", "390410", "BG", 25),
    ("HOT ROLLED STEEL COILS", "720838", "CL", 9_400),
    ("WHEAT FOR MILLING", "100199", "BG", 50),
    ("COTTON YARN", "520512", "CT", 45),
    ("SOYABEAN MEAL", "230400", "BG", 50),
    ("ELECTRIC MOTORS 3-PHASE", "850152", "PX", 180),
    ("CEMENT CLINKER", "252310", "VR", 1000),
    ("FISH MEAL, 60% PROTEIN + ASH", "230120", "BG", 50),
)

PORTS_ABROAD = ("CNQZH", "SGSIN", "HKHKG", "JPYOK", "KRPUS", "AUNTL", "IDBDJ", "THLCH")
