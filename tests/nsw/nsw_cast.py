"""An inspection of Lan's shrimp by the Ministry of Agriculture, and the messages both sides would write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from motcua.casework.batch import Continuation, record_many
from motcua.casework.record import NewEvent
from motcua.declarations.documents import parse
from motcua.declarations.feed import take_feeds
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process_one
from motcua.lib import nsw_envelope
from motcua.lib.nsw_envelope import Envelope, Header, Party
from motcua.nsw import applications
from motcua.nsw.documents import Application, Covered, GoodsLine, Notice
from motcua.nsw.messages.bodies import notice_body
from motcua.nsw.models import Inspection
from motcua.people.actor import Actor
from motcua.people.models import User
from motcua.people.roles import Role

NOW = datetime(2020, 6, 1, 2, tzinfo=UTC)  # nine o'clock in the morning in Vietnam
KEY, OTHER = "10240000001", "10240000002"
HOUR = timedelta(hours=1)
MARD = Party("Bộ NN&PTNT", "BNNPTNT", "VN", "BNNPTNT", "BNNPTNT", "BNNPTNT")
SHRIMP = GoodsLine(1, "Tôm đông lạnh", "03061729", "IN", Decimal(1000), "KGM", Decimal(1000), KEY, 1)


def actor_of(user: User) -> Actor:
    return Actor(user.key, user.full_name, frozenset({Role.DECLARANT}), organisation=user.organisation_id)


def application(user: User | None = None, **changes: Any) -> Application:
    values: dict[str, Any] = {
        "document_type": "BNNPTNT2500009", "purpose": "food", "office": "20BB", "applicant": "Công ty Nông sản Đảo Xanh",
        "tax_code": "9900000016", "lines": (SHRIMP,), "organisation": user.organisation_id if user else None,
        "facts": {"exporter": "Ocean Foods Pvt", "bill": "HLCU123", "port": "VNHPH", "exporter_country": "IN"},
    }  # fmt: skip
    return Application(**{**values, **changes})


def lodged(user: User, at: datetime = NOW, **changes: Any) -> Inspection:
    return applications.lodge(application(user, **changes), actor=actor_of(user), at=at)


def declared(*keys: str, released: bool = False, quantity: int = 1000, at: datetime = NOW - HOUR) -> None:
    """Declarations in the register, each with one line of shrimp."""
    core, _ = Partner.objects.get_or_create(code="customs-core", defaults={"name": "Core"})
    steps = [
        {"kind": "registered", "at": at.isoformat()},
        {"kind": "channelled", "at": at.isoformat(), "channel": 2},
    ]
    if released:
        steps.append({"kind": "released", "at": (at + timedelta(minutes=5)).isoformat()})
    line = {
        "number": 1,
        "description": "Tôm",
        "hs_code": "03061729",
        "origin": "IN",
        "quantity": quantity,
        "unit": "KGM",
    }
    body = {
        "office": "20BB", "day": "2020-06-01",
        "declarations": [
            {
                "number": f"{key}0", "flow": "import", "regime": "A11", "tax_code": "9900000016", "hs_code": "03061729",
                "events": steps, "lines": [line], "references": [{"kind": "bill", "number": "HLCU 123"}],
            }
            for key in keys
        ],
    }  # fmt: skip
    import json

    content = json.dumps(body).encode()
    message = receive(
        core, reference=f"D-{keys[0]}", type="customs-core-feed", content=content, at=at + HOUR
    ).message
    Handling.objects.filter(message=message).delete()
    take_feeds([(parse(content), message, at + HOUR)])


def released(key: str, at: datetime) -> None:
    record_many(
        [],
        [
            Continuation(
                key,
                [
                    NewEvent(
                        kind="released", at=at, recorded_at=at, actor="partner:customs-core", channel="online"
                    )
                ],
            )
        ],
    )


def ministry(code: str = "MARD") -> Partner:
    return Partner.objects.get_or_create(code=code, defaults={"name": code})[0]


def envelope(
    file_code: str, kind: tuple[str, str], notice: Notice | None = None, *, number: str = "", sender: Party = MARD,
    document_type: str = "BNNPTNT2500009", at: datetime = NOW, previous: str = "",
) -> bytes:  # fmt: skip
    header = Header(
        number or f"M-{file_code}-{kind[0]}{kind[1]}-{at:%H%M}", sender, nsw_envelope.PORTAL, document_type, kind[0],
        kind[1], file_code, previous, "2020", at,
    )  # fmt: skip
    return nsw_envelope.write(Envelope(header, notice_body(notice) if notice is not None else None))


def say(
    file_code: str, kind: tuple[str, str], notice: Notice | None = None, *, at: datetime = NOW, partner: str = "MARD",
    process: bool = True, **more: Any,
) -> Handling:  # fmt: skip
    """A ministry's message through the gateway's own functions; what became of it."""
    content = envelope(file_code, kind, notice, at=at, **more)
    return sent(content, at=at, partner=partner, process=process)


def sent(content: bytes, *, at: datetime = NOW, partner: str = "MARD", process: bool = True) -> Handling:
    header = nsw_envelope.peek(content)
    reference = header.message_id if header is not None and header.message_id else f"junk-{len(content)}"
    message = receive(
        ministry(partner), reference=reference, type=nsw_envelope.TYPE, content=content, at=at
    ).message
    if process:
        work(at)
    return Handling.objects.get(message=message)


def work(now: datetime) -> None:
    while process_one(now):
        pass


def passed(**changes: Any) -> Notice:
    values: dict[str, Any] = {
        "number": "12/KQ-TS", "outcome": "passed", "agency": "Chi cục Thú y vùng II",
        "covers": (Covered(KEY, 1, 1, Decimal(1000), "KGM"),),
    }  # fmt: skip
    return Notice("result", **{**values, **changes})


def answers(handling: Handling) -> list[nsw_envelope.Envelope]:
    out = Message.objects.filter(answers=handling.message, direction="out").order_by("pk")
    return [nsw_envelope.read(bytes(one.content)) for one in out]


def codes(handling: Handling) -> set[str]:
    return {finding["code"] for finding in handling.findings}
