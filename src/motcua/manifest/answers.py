"""
What goes back for a message: CONTRL for its syntax, CUSRES or APERAK for what it says.

Every message that was found is named once as accepted or refused, and what is refused has its place: a rule speaks of
`bills[3].items[1].gross_kg`, the answer of a segment and its element.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from motcua.exchange.models import Message
from motcua.exchange.outbox import Reply
from motcua.lib.edifact.answer import answerable, back, contrl
from motcua.lib.edifact.envelope import walk
from motcua.lib.edifact.interchange import Message as Received
from motcua.lib.edifact.reply import About, aperak, cusres
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.write import MessageDraft, write
from motcua.lib.errors import Invalid, Malformed, Refused
from motcua.lib.findings import Finding, Severity
from motcua.manifest.messages import Read, placed, read

OURS = ("VNCUSTOMS", "ZZ")
# Customs answers customs messages; other messages get APERAK. Lists of persons have no answer of their own.
CUSTOMS_MESSAGES = frozenset({"CUSCAR", "CUSREP"})
RELEASES = {"D95B": "98B", "D96B": "98B", "D98B": "98B", "D99B": "99B", "D03B": "03B"}
_SEGMENT = re.compile(r"segment (\d+)")


def edifact(message: Message, error: Refused | None, result: Any) -> Reply | None:
    """The answer to a received EDIFACT file; None when it holds nothing that could be answered."""
    content = bytes(message.content)
    try:
        found = read(content, message.partner.profile or None)
    except Malformed:
        return None
    answer = answers(found, content, error, number=str(message.pk), at=message.received_at)
    return Reply("edifact", answer) if answer else None


def answers(found: Read, content: bytes, error: Refused | None, *, number: str, at: datetime) -> bytes:
    """
    The interchanges that go back, for each one received: CONTRL, then the answers to its sound messages.

    `error` is why the document was refused after reading, with places in the document or in the file.
    """
    parts = []
    given = _findings(found, error)
    for count, interchange in enumerate(found.envelope, start=1):
        if not answerable(interchange):
            continue
        own = f"{number}-{count}" if len(found.envelope) > 1 else number
        parts.append(write(contrl(interchange, reference=f"C{own}"[:14], at=at, ours=OURS)))
        drafts = [
            _content(one, given, content, number=f"{own}.{place}", at=at, charset=interchange.charset)
            for place, one in enumerate(interchange.messages, start=1)
            if not one.refused and one.type in {*CUSTOMS_MESSAGES, "PAXLST"}
        ]
        if drafts:
            parts.append(write(back(interchange, drafts, reference=f"A{own}"[:14], at=at, ours=OURS)))
    return b"".join(parts)


def _findings(found: Read, error: Refused | None) -> list[Finding]:
    """Everything said about content, at its place in the file."""
    listed = [
        one for one in found.findings if one.code.startswith("man.") and one.severity is not Severity.NOTE
    ]
    if isinstance(error, Invalid):
        known = set(listed)
        listed += [one for one in placed(found, error.findings) if one not in known]
    elif error is not None:
        listed.append(Finding("refused", error.place, error.text, error.text_en))
    return listed


def _content(
    message: Received, findings: Sequence[Finding], content: bytes, *, number: str, at: datetime, charset: str
) -> MessageDraft:
    own = [one for one in findings if _belongs(one, message)]
    if own:
        message.segments = _named(content, own, message)
    document = next((segment.value(2) for segment in message.segments if segment.tag == "BGM"), "")
    about = About(message, document)
    release = RELEASES.get(message.directory, "99B")
    carrier = "UNOY" if charset not in ("UNOA", "UNOB", "UNOC", "UNOY") else charset
    if message.type in CUSTOMS_MESSAGES:
        return cusres(own, about, number=number, at=at, release=release, charset=carrier)
    return aperak(own, about, number=number, at=at, release=release, charset=carrier)


def _belongs(finding: Finding, message: Received) -> bool:
    """Whether a finding is about this message; one without a place is about all."""
    match = _SEGMENT.search(finding.place)
    header, trailer = message.header, message.trailer
    if match is None or header is None or trailer is None:
        return True
    return header.number <= int(match[1]) <= trailer.number


def _named(content: bytes, findings: Iterable[Finding], message: Received) -> list[Segment]:
    """The segments of a message that an answer speaks of, with the first consignment, which parts head and detail."""
    wanted = {int(match[1]) for one in findings if (match := _SEGMENT.search(one.place))}
    first = message.header.number if message.header else 0
    last = message.trailer.number if message.trailer else 0
    kept: list[Segment] = []
    detail = False
    for event in walk(content):
        if not isinstance(event, Segment) or not first <= event.number <= last:
            continue
        if event.number in wanted or event.tag == "BGM" or (event.tag == "CNI" and not detail):
            kept.append(event)
            detail = detail or event.tag == "CNI"
    return kept
