"""Declarations that come one by one as WCO messages, in XML or JSON, become the same cases as those of the core's feed."""

from __future__ import annotations

from datetime import datetime

from motcua.casework.batch import Written
from motcua.casework.models import Case
from motcua.declarations.documents import Entry, Feed, Mention, Step
from motcua.declarations.feed import only_from_the_core, take_feeds
from motcua.declarations.messages.wco import Declared, read, require
from motcua.declarations.models import Declaration
from motcua.exchange.models import Message
from motcua.lib.errors import Invalid, Refused, Unavailable
from motcua.lib.findings import Finding
from motcua.lib.identifiers import DeclarationNumber, declaration_number
from motcua.procedures.catalogue import local_date


def take(message: Message, now: datetime) -> Written:
    """
    Register, amend or cancel the declaration a message tells of, recorded `now`.

    Refused when it does not come from the customs core, or carries no number of a registered declaration; Unavailable when
    an amendment came before its declaration.
    """
    only_from_the_core([message.partner.code])
    document = require(read(bytes(message.content)))
    number = _number(document)
    entry = _entry(document, number, now)
    if not entry.is_new and not Case.objects.filter(reference=number.key).exists():
        raise Unavailable(f"declaration {number.key} is not registered yet")
    office = (
        document.office
        or Case.objects.filter(reference=number.key).values_list("office", flat=True).first()
        or ""
    )
    return take_feeds([(Feed(office[:12], local_date(now).isoformat(), [entry]), message, now)])


def _number(document: Declared) -> DeclarationNumber:
    try:
        return declaration_number(document.number, place="Declaration/ID")
    except Refused as error:
        raise Invalid([Finding("wco-number-vn", "Declaration/ID", error.text, error.text_en)]) from error


def _entry(document: Declared, number: DeclarationNumber, now: datetime) -> Entry:
    at = min(document.accepted_at or now, now)
    mentions = tuple(Mention(one.kind, one.number, one.line) for one in document.mentions)
    if document.act == "cancel":
        return Entry(number.number, "", "", "", "", [Step("cancelled", at, {"code": "core"})])
    if document.act == "amend":
        digit = number.amendment if number.amendment else _next_digit(number.key)
        return Entry(
            number.number, "", "", "", "", [Step("amended", at, {"digit": digit})], document.lines, mentions
        )
    # Every declaration of this country says by its first digit which way the goods go.
    flow = number.flow.value if number.flow is not None else document.flow
    firm = document.importer if flow == "import" else document.exporter
    hs = document.lines[0].hs_code if document.lines else ""
    return Entry(
        number.number,
        flow,
        document.type[:3],
        firm[:14],
        hs,
        [Step("registered", at, {})],
        document.lines,
        mentions,
    )


def _next_digit(key: str) -> int:
    declaration = Declaration.objects.filter(key=key).first()
    if declaration is None:
        return 1
    return min(9, declaration.case.events.filter(kind="amended").count() + 1)
