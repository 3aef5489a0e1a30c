"""Ten members with a key each, on the trust list, and a way to send what they say."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process_one
from motcua.lib.xmlsign import SigningKey, make_key, sign
from motcua.origin.actions import GATEWAY
from motcua.origin.documents import MEMBERS, FormD, Notice
from motcua.origin.messages import read, write
from motcua.origin.models import Certificate
from motcua.origin.trust import FOLDER, write_trust

SINCE, UNTIL = datetime(2019, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
AT = datetime(2020, 5, 18, 2, 0, tzinfo=UTC)
KEYS = {code: make_key(f"{code} test", code, SINCE, UNTIL) for code in MEMBERS}
_numbers = itertools.count(1)


def publish(folder: Path) -> None:
    """Put the test members on a site's trust list."""
    for code, key in KEYS.items():
        write_trust(folder / FOLDER, code, key.certificate_pem(), SINCE, UNTIL, source="made for a test")


@dataclass
class Asean:
    """The gateway's side: sends signed messages, and reads our answers."""

    partner: Partner = field(
        default_factory=lambda: Partner.objects.get_or_create(code=GATEWAY, defaults={"name": "ASEAN"})[0]
    )

    def send(
        self, document: FormD | Notice, *, key: SigningKey | None = None, at: datetime = AT, content: bytes | None = None
    ) -> Handling:  # fmt: skip
        """Sign, send and have it handled."""
        by = key or KEYS[document.issuing_country if isinstance(document, FormD) else document.sender]
        content = content or sign(write(document), by, at=at)
        kind = "xml-formd" if isinstance(document, FormD) else "xml-formdnotice"
        message = receive(
            self.partner, reference=f"M{next(_numbers)}", type=kind, content=content, at=at
        ).message
        process_one(at)
        return Handling.objects.get(message=message)

    def answers(self) -> list[Notice]:
        """Our notices to the gateway, in order."""
        found = Message.objects.filter(
            partner=self.partner, direction="out", type="xml-formdnotice"
        ).order_by("pk")
        notices = [read(bytes(one.content)).document for one in found]
        return [one for one in notices if isinstance(one, Notice)]


def codes(handling: Handling) -> list[str]:
    """What a refused message was refused for."""
    return [one["code"] for one in handling.findings]


def only() -> Certificate:
    """The one certificate there is."""
    return Certificate.objects.select_related("case").get()
