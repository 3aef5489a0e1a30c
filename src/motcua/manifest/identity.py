"""Which movement a paper is about, which paper of the law it is, and what it says of the movement; no database."""

from __future__ import annotations

from typing import Any

from motcua.manifest.documents import BillKind, Call, Manifest, MovementKind, Sheet, name_of
from motcua.manifest.models import Movement

Said = tuple[str, dict[str, Any]]
_LONGEST = {"imo": 7, "ship": 80, "flag": 2, "voyage": 20, "registration": 35}


def direction_of(call: Call) -> str:
    """Entry or exit: transit and port calls follow the way they go."""
    if call.movement in {MovementKind.EXIT, MovementKind.PORT_DEPARTURE}:
        return "exit"
    if call.movement is MovementKind.TRANSIT and call.eta is None and call.ata is None:
        return "exit"
    return "entry"


def call_keys(call: Call) -> list[str]:
    """How a call is known: by IMO number, else call sign, registration; the first is the one to keep."""
    ship = call.conveyance
    mode = call.mode.value if call.mode else "sea"
    head = f"{mode}|{direction_of(call)}|{call.port.code}"
    journey = "".join(call.journey.split()).upper()
    names = [name for name in (ship.imo, ship.call_sign, ship.registration) if name] or [""]
    return [f"{head}|{name.upper()}|{journey}"[:120] for name in names]


def form_of(document: Sheet) -> str:
    """Which paper of the law a document is: a manifest of house bills alone is the forwarder's."""
    if isinstance(document, Manifest):
        kinds = {bill.kind for bill in document.bills}
        return "house-bills" if kinds == {BillKind.HOUSE} else "manifest"
    return name_of(document)


def new_movement(call: Call) -> Movement:
    """A movement as the first paper about it says."""
    movement = Movement(
        mode=call.mode.value if call.mode else "sea",
        kind=call.movement.value if call.movement else "entry",
        direction=direction_of(call),
        port=call.port.code[:5],
        call_key=call_keys(call)[0],
        live_key=call_keys(call)[0],
    )
    learn(movement, call)
    return movement


def learn(movement: Movement, call: Call) -> list[Said]:
    """Take over what a paper says about the call; changed expectations are told as events."""
    ship = call.conveyance
    told: list[Said] = []
    for name, value in (
        ("imo", ship.imo), ("ship", ship.name), ("flag", ship.flag), ("voyage", call.journey),
        ("registration", ship.registration or ship.call_sign),
    ):  # fmt: skip
        if value:
            setattr(movement, name, value[: _LONGEST[name]])
    other = call.previous_port if movement.direction == "entry" else call.next_port
    movement.other_port = other.code[:17] or movement.other_port
    for name in ("eta", "etd"):
        new, old = getattr(call, name), getattr(movement, name)
        if new is not None and new != old:
            if old is not None:
                told.append(("rescheduled", {"anchor": name, "was": old.isoformat(), "now": new.isoformat()}))
            setattr(movement, name, new)
    for name in ("crew", "passengers"):
        if getattr(call, name) is not None:
            setattr(movement, name, getattr(call, name))
    if call.voyage_days is not None:
        movement.voyage_hours = int(call.voyage_days * 24)
    if not movement.ship:
        movement.ship = movement.registration or movement.voyage or "?"
    return told
