"""
Where an envelope of the national single window belongs: ships' papers to one app, inspections to another.

Both come under the type `nsw-envelope` and their numbers overlap; the document type tells them apart. Who acts on which
stands in ENVELOPES in registry.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.module_loading import import_string

from motcua.config.registry import ENVELOPES
from motcua.exchange.models import Message
from motcua.exchange.outbox import Reply
from motcua.lib import nsw_envelope
from motcua.lib.errors import Refused
from motcua.lib.nsw_envelope import Family, Header


def take(message: Message, now: datetime) -> object:
    """Hand a message to whoever acts on its family; Malformed when there is no header to be read."""
    header = nsw_envelope.read(bytes(message.content)).header
    path = ENVELOPES[header.family][0]
    if not path:
        vi, en = nsw_envelope.name_of(header)
        raise Refused(
            f"Chưa nhận bản tin tàu biển qua phong bì này ({vi}).",
            f"Ships' papers are not taken in this envelope yet ({en}).",
            place="documentType",
        )
    handle: Callable[[Message, datetime], object] = import_string(path)
    return handle(message, now)


def answer(message: Message, error: Refused | None, result: object) -> Reply | None:
    """The answer of the same family; none to what has no header."""
    header: Header | None = nsw_envelope.peek(bytes(message.content))
    path = ENVELOPES[header.family if header is not None else Family.INSPECTION][1]
    if not path:
        return None
    write: Callable[[Message, Refused | None, object], Reply | None] = import_string(path)
    return write(message, error, result)
