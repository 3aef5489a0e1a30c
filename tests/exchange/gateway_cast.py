"""Partners for the tests of the gateway: Lan's carrier with a key, Bình's, and handlers that do what their name says."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from motcua.exchange.models import Message, Partner, PartnerKey
from motcua.exchange.outbox import Reply
from motcua.lib.errors import Refused, Unavailable
from motcua.people.api_keys import digest
from motcua.people.models import Organisation

NOW = datetime(2020, 11, 2, 5, 0, tzinfo=UTC)
HERE = "tests.exchange.gateway_cast"
POST = "/exchange/v1/messages"

CUSCAR = b"UNA:+.? 'UNB+UNOA:2+ACME+CUSTOMS+201102:0900+REF77'UNH+1+CUSCAR:D:98B:UN'BGM+85+MAN1'UNT+3+1'UNZ+1+REF77'"


def partner(code: str = "acme", **more: object) -> Partner:
    """A partner with an organisation of its own and the key `key-CODE`."""
    organisation = Organisation.objects.create(kind="carrier", name=f"Hãng tàu {code}", code=f"X-{code}")
    made = Partner.objects.create(code=code, name=f"Hãng {code}", organisation=organisation, **more)
    PartnerKey.objects.create(
        partner=made, label="test", key_sha256=digest(f"key-{code}"), created_at=NOW, created_by="clock"
    )
    return made


def post(content: bytes, by: str = "acme", **headers: str):  # type: ignore[no-untyped-def]
    """Send bytes over HTTP; `Motcua_Type="x"` becomes a header."""
    sent = {"Authorization": f"Bearer key-{by}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Client().post(POST, content, content_type="application/octet-stream", headers=sent)


def get(path: str, by: str = "acme", method: str = "get"):  # type: ignore[no-untyped-def]
    """Ask an address of the gateway."""
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer key-{by}"})


def good(message: Message, now: datetime) -> str:
    """Acts: what it did is a partner named after the message."""
    Partner.objects.create(code=f"made-{message.pk}", name="x")
    return "fine"


def refusing(message: Message, now: datetime) -> None:
    """Refuses, after it did half."""
    Partner.objects.create(code="half-done", name="x")
    raise Refused("Sai ở đoạn 3.", "Wrong in segment 3.", place="segment 3, element 2, byte 60")


def away(message: Message, now: datetime) -> None:
    """Waits for somebody."""
    raise Unavailable("the ministry does not answer")


def reply(message: Message, refusal: Refused | None, result: object) -> Reply:
    """Answers with what became of it."""
    return Reply("text-answer", f"{refusal.text_en if refusal else result}".encode())


def no_reply(message: Message, refusal: Refused | None, result: object) -> Reply | None:
    """Fails at answering."""
    raise ZeroDivisionError


HANDLERS = {name: f"{HERE}.{name}" for name in ("good", "refusing", "away")} | {
    "edifact": f"{HERE}.good",
    "badly-answered": f"{HERE}.good",
}
ANSWERS = {"good": f"{HERE}.reply", "refusing": f"{HERE}.reply", "badly-answered": f"{HERE}.no_reply"}
