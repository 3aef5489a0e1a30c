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
from motcua.lib import nsw_envelope, xmldoc
from motcua.lib.errors import Refused
from motcua.lib.nsw_envelope import Family, Header
from motcua.manifest.messages import wco_cargo


def take(message: Message, now: datetime) -> object:
    """Hand a message to whoever acts on its family; Malformed when there is no header to be read."""
    header = nsw_envelope.read(bytes(message.content)).header
    handle: Callable[[Message, datetime], object] = import_string(ENVELOPES[header.family][0])
    return handle(message, now)


def take_wco(message: Message, now: datetime) -> object:
    """Hand a message of the WCO Data Model to its app: reports of cargo and conveyances, or declarations of goods."""
    root = xmldoc.read(bytes(message.content), limits=xmldoc.STREAMED).root
    name = xmldoc.text_of(next(root.iter("{*}WCOTypeName"), None)).upper()
    take_report = name in wco_cargo.REPORTS
    handle: Callable[[Message, datetime], object] = import_string(
        "motcua.manifest.intake.take" if take_report else "motcua.declarations.wco_intake.take"
    )
    return handle(message, now)


def answer(message: Message, error: Refused | None, result: object) -> Reply | None:
    """The answer of the same family; none to what has no header."""
    header: Header | None = nsw_envelope.peek(bytes(message.content))
    path = ENVELOPES[header.family if header is not None else Family.INSPECTION][1]
    write: Callable[[Message, Refused | None, object], Reply | None] = import_string(path)
    return write(message, error, result)
