"""A ship with bills at Hòn Gai, declarations of Lan's firm that name them, and what ministries and ASEAN say about them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from motcua.casework.batch import Continuation, record_many
from motcua.casework.record import NewEvent
from motcua.declarations.documents import parse
from motcua.declarations.feed import take_feeds
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.manifest import port
from motcua.manifest.actions import lodge
from motcua.manifest.documents import Bill, Party
from motcua.manifest.models import Movement
from motcua.people.actor import CLOCK, Actor
from motcua.people.models import Organisation
from tests.manifest.calls import ETA, NOW, bill, call, manifest

__all__ = ["ETA", "NOW"]

FIRM = "9900000016"
KEY, OTHER = "10300000001", "10300000002"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LANDED = ETA
LATER = datetime(2020, 6, 20, 2, tzinfo=UTC)


def carrier() -> Actor:
    """Thủy's ship agency."""
    firm = Organisation.objects.get(tax_code="9900000048")
    return Actor("user:thuy", "Thủy", organisation=firm.pk)


def with_code(number: str, code: str = "HLCU", **more: Any) -> Bill:
    """A bill whose carrier's code is known."""
    return bill(number, carrier=Party(name=code, code=code), **more)


def ship(*bills: Bill, arrived: datetime | None = LANDED, reference: str = "M1") -> Movement:
    """A ship with these bills; it has come unless told otherwise."""
    taken = lodge(
        manifest(*bills, call=call(), reference=reference), actor=carrier(), at=NOW, recorded_at=NOW
    )
    movement = Movement.objects.select_related("case").get(pk=taken.movement.pk)
    if arrived is not None:
        port.note_time(movement, kind="arrived", moment=arrived, actor=CLOCK, at=arrived)
    return movement


def declaration(
    key: str = KEY, *bills: str, at: datetime = LATER, tax_code: str = FIRM, net: str = "11000", office: str = "20CF",
    extra: tuple[dict[str, Any], ...] = (), steps: tuple[str, ...] = ("registered", "channelled"), amendment: str = "0",
) -> None:  # fmt: skip
    """A declaration in the register, with one line and the bills it names."""
    core, _ = Partner.objects.get_or_create(code="customs-core", defaults={"name": "Core"})
    said: list[dict[str, Any]] = [
        {"kind": kind, "at": (at + timedelta(minutes=place)).isoformat()} for place, kind in enumerate(steps)
    ]
    for one in said:
        if one["kind"] == "channelled":
            one["channel"] = 2
    body = {
        "office": office, "day": "2020-06-20",
        "declarations": [
            {
                "number": f"{key}{amendment}", "flow": "import", "regime": "A11", "tax_code": tax_code,
                "hs_code": "84137000", "events": said,
                "lines": [
                    {
                        "number": 1, "description": "Máy bơm nước", "hs_code": "84137000", "origin": "TH",
                        "quantity": 40, "unit": "UNT", "net_kg": net,
                    }
                ],
                "references": [*({"kind": "bill", "number": one} for one in bills), *extra],
            }
        ],
    }  # fmt: skip
    content = json.dumps(body).encode()
    message = receive(
        core, reference=f"F-{key}", type="customs-core-feed", content=content, at=at + HOUR
    ).message
    Handling.objects.filter(message=message).delete()
    take_feeds([(parse(content), message, at + HOUR)])


def happens(key: str, kind: str, at: datetime, **details: Any) -> None:
    """The customs core says more about a declaration."""
    event = NewEvent(
        kind=kind, at=at, recorded_at=at, actor="partner:customs-core", channel="online", details=details
    )
    record_many([], [Continuation(key, [event])])


def kg(text: str) -> Decimal:
    """A mass."""
    return Decimal(text)
