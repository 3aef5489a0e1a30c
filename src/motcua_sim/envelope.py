"""The envelope of the national single window, written by hand as a partner would; names as in public maritime systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from motcua.lib.worktime import VIETNAM


@dataclass(frozen=True)
class End:
    """One end of a message."""

    name: str
    identity: str
    ministry: str = ""


PORTAL = End("Cổng thông tin một cửa quốc gia", "NSW", "BTC")


def envelope(
    *, message_id: str, sender: End, at: datetime, document: str, type: str, function: str, reference: str,
    content: tuple[str, Mapping[str, object]], reason: str = "",
) -> bytes:  # fmt: skip
    """One message. `content` is the name of the element and its fields; empty fields are left out."""
    name, fields = content
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<Envelope>",
        " <Header>",
        f"  <Reference><version>1</version><messageId>{escape(message_id)}</messageId></Reference>",
        _end("From", sender),
        _end("To", PORTAL),
        "  <Subject>",
        *(
            f"   <{tag}>{escape(value)}</{tag}>"
            for tag, value in (
                ("documentType", document), ("type", type), ("function", function), ("reference", reference),
                ("documentYear", f"{at.astimezone(VIETNAM):%Y}"),
                ("sendDate", f"{at.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S}"),
            )
        ),
        "  </Subject>",
        " </Header>",
        " <Body>",
        f"  <Content><{name}>",
        *_fields(fields, "   "),
        f"  </{name}></Content>",
        *([f"  <Reason><name>{escape(reason)}</name></Reason>"] if reason else []),
        " </Body>",
        "</Envelope>",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _end(tag: str, end: End) -> str:
    ministry = f"<ministryCode>{escape(end.ministry)}</ministryCode>" if end.ministry else ""
    return (
        f"  <{tag}><name>{escape(end.name)}</name><identity>{escape(end.identity)}</identity>"
        f"<countryCode>VN</countryCode>{ministry}</{tag}>"
    )


def _fields(fields: Mapping[str, object], indent: str) -> list[str]:
    found = []
    for tag, value in fields.items():
        if isinstance(value, Mapping):
            found += [f"{indent}<{tag}>", *_fields(value, indent + " "), f"{indent}</{tag}>"]
        elif isinstance(value, list):
            for one in value:
                found += [f"{indent}<{tag}>", *_fields(one, indent + " "), f"{indent}</{tag}>"]
        elif value not in {None, ""}:
            found.append(f"{indent}<{tag}>{escape(str(value))}</{tag}>")
    return found
