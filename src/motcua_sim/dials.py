"""
How a simulator misbehaves: dials that are turned for a while, and chances that fall the same way for the same seed.

A chance depends on the seed, the dial and the message, never on threads or on the wall's clock: a run repeats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from motcua.lib.errors import Refused
from motcua_sim.clock import moment, span


@dataclass(frozen=True)
class Dials:
    """
    Everything at rest: a simulator that behaves. Rates are between 0 and 1.

    At its own door: `down` closes every connection without a byte and sends nothing; `delay` waits so many seconds of
    the wall before it answers; `fail` answers 500, `busy` 429; `lose` drops the connection before the message is kept,
    `drop` after it is kept and in the middle of the answer.

    What it sends: `duplicate` sends every message so many times more; `reorder` waits until so many are ready and
    shuffles them; `corrupt` damages a byte on the way; `wrong_reference` answers in the name of another message;
    `answer_late` holds answers back so many seconds of its own clock; `answer_twice` answers again under another number.
    """

    down: bool = False
    delay: float = 0
    fail: float = 0
    busy: float = 0
    lose: float = 0
    drop: float = 0
    duplicate: int = 0
    reorder: int = 0
    corrupt: float = 0
    wrong_reference: float = 0
    answer_late: float = 0
    answer_twice: float = 0


_NAMES = {one.name for one in fields(Dials)}
_RATES = {"fail", "busy", "lose", "drop", "corrupt", "wrong_reference", "answer_twice"}
_TIMES = {"delay", "answer_late"}


@dataclass(frozen=True)
class Spell:
    """Some dials turned from `since` until `until`, by the simulator's own clock; None is for ever."""

    dials: dict[str, Any]
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, now: datetime) -> bool:
        """Whether it is in force."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)

    def shown(self) -> dict[str, Any]:
        """As it was written."""
        times = {"since": self.since, "until": self.until}
        return self.dials | {name: at.isoformat() for name, at in times.items() if at}


def spell(raw: Mapping[str, Any], now: datetime) -> Spell:
    """
    Read `{"down": true, "for": "72h"}`; `since`, `until` and `for` are optional. Raises Refused for an unknown dial.
    """
    if not isinstance(raw, Mapping):
        raise Refused("Núm chỉnh phải là một đối tượng.", "Dials are written as one object.")
    left = dict(raw)
    since, until, length = (left.pop(name, None) for name in ("since", "until", "for"))
    start = moment(str(since)) if since else None
    end = moment(str(until)) if until else None
    if length is not None:
        end = (start or now) + span(length)
    return Spell({name: _value(name, value) for name, value in left.items()}, start, end)


def _value(name: str, value: Any) -> bool | int | float:
    if name not in _NAMES:
        raise Refused(
            f"Không có núm '{name}'. Các núm: {', '.join(sorted(_NAMES))}.",
            f"There is no dial '{name}'. Dials: {', '.join(sorted(_NAMES))}.",
            place=name,
        )
    if name == "down":
        if not isinstance(value, bool):
            raise Refused("down là true hoặc false.", "down is true or false.", place=name)
        return value
    if name in _TIMES:
        return span(value).total_seconds()
    number = float(value) if isinstance(value, int | float) else -1.0
    if number < 0 or (name in _RATES and number > 1):
        raise Refused(
            f"Giá trị {value!r} của núm '{name}' không hợp lệ.", f"{value!r} is no setting of the dial '{name}'.",
            place=name,
        )  # fmt: skip
    return int(number) if name in {"duplicate", "reorder"} else number


def in_force(spells: Iterable[Spell], now: datetime) -> Dials:
    """The dials as they stand: later spells go over earlier ones."""
    dials = Dials()
    for one in spells:
        if one.covers(now):
            dials = replace(dials, **one.dials)
    return dials


def shown(dials: Dials) -> dict[str, Any]:
    """Every dial with its setting."""
    return asdict(dials)


def from_file(path: Path, now: datetime) -> list[Spell]:
    """A YAML file: one spell, or a list of them."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return [spell(one, now) for one in (raw if isinstance(raw, list) else [raw])]


def chance(seed: int, *words: object) -> float:
    """A number in [0, 1) that is always the same for the same seed and words."""
    text = "\x1f".join(map(str, (seed, *words)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") / (1 << 56)
