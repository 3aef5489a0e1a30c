"""
Messages become papers: one handler for every type, called by the worker. All documents of a message stand, or none does.

Reading is the work of `messages`; what a paper does to a movement, that of `actions.lodge`. Here the two meet: the sender
becomes the actor, and every finding gets the place in the sender's own bytes beside its place in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from motcua.casework.batch import Written
from motcua.exchange.models import Message
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding, errors
from motcua.manifest.actions import Lodged, lodge
from motcua.manifest.bulk import Also, Item, is_known, lodge_many
from motcua.manifest.documents import DOCUMENTS, Function, Sheet, name_of
from motcua.manifest.messages import Read, read
from motcua.people.actor import Actor

_ORDER = {name: place for place, name in enumerate(("call-notice", "general-declaration", *DOCUMENTS))}


@dataclass
class Taken:
    """What became of a message: how it was read, and each document with the movement it went to."""

    read: Read
    lodged: list[Lodged] = field(default_factory=list)


def take(message: Message, now: datetime) -> Taken:
    """
    File every document of a message. It counts as filed when it came, and is recorded now.

    Raises Invalid with the findings of all documents at once, or what the one document raised.
    """
    found = read(bytes(message.content), message.partner.profile or None)
    if not found.accepted:
        raise Invalid(errors(found.findings) or [_unread(found)])
    if not found.documents:
        raise Refused("Thông điệp không chứa bản khai nào.", "The message holds no paper.", place="message")
    partner = message.partner
    actor = Actor.partner(partner.code, partner.name, organisation=partner.organisation_id)
    taken, refusals = Taken(found), list[Finding]()
    for index, document in in_order(found.documents):
        places = found.places[index] if index < len(found.places) else {}
        try:
            taken.lodged.append(
                lodge(document, actor=actor, at=message.received_at, message=message, recorded_at=now)
            )
        except Refused as error:
            refusals += placed(error, places, _which(found.documents, index))
    if refusals:
        raise Invalid(refusals)
    return taken


def take_together(waiting: Sequence[tuple[Message, datetime]], also: Also = lambda key: ()) -> Written:
    """
    Many messages at once, each with the moment at which it is recorded: all of it stands, or nothing.

    Raises Refused where one of them needs to be looked at alone: a fault, a cancellation, a call that is known already.
    """
    items: list[Item] = []
    for message, now in waiting:
        found = read(bytes(message.content), message.partner.profile or None)
        if not found.accepted:
            raise Invalid(errors(found.findings) or [_unread(found)])
        for _, document in in_order(found.documents):
            if document.function is Function.CANCEL:
                raise Refused("Huỷ được xử lý riêng.", "A cancellation is acted on alone.", place="function")
            items.append(
                Item(
                    document, f"partner:{message.partner.code}", message.partner.organisation_id, message.received_at,
                    now, message=message.pk,
                )
            )  # fmt: skip
    if is_known(item.document for item in items):
        raise Refused("Có chuyến đã ở trong sổ.", "A call is in the register already.", place="call")
    return lodge_many(items, also=also, digests={message.pk: message.sha256 for message, _ in waiting})


def in_order(documents: Sequence[Sheet]) -> list[tuple[int, Sheet]]:
    """The call first, then what hangs on it, however the sender put them."""
    return sorted(enumerate(documents), key=lambda pair: (_ORDER[name_of(pair[1])], pair[0]))


def placed(error: Refused, places: Mapping[str, str], which: str = "") -> Iterable[Finding]:
    """The findings of a refusal with the place in the source beside the path in the document."""
    if isinstance(error, Invalid):
        for finding in error.findings:
            yield replace(finding, place=_place(finding.place, places, which))
        return
    name = type(error).__name__.lower()
    yield Finding(name, _place(error.place, places, which), error.text, error.text_en)


def _place(path: str, places: Mapping[str, str], which: str) -> str:
    source = source_of(path, places)
    head = f"{which}.{path}" if which and path else which or path
    return f"{head} ({source})" if source and source != path else head


def source_of(path: str, places: Mapping[str, str]) -> str:
    """Where a path stands in the source; the place of what encloses it when it stands nowhere itself."""
    here = path
    while here:
        if here in places:
            return places[here]
        dot, bracket = here.rfind("."), here.rfind("[")
        here = here[: max(dot, bracket, 0)]
    return places.get("", "")


def _which(documents: Sequence[Sheet], index: int) -> str:
    """Which document of several is meant."""
    return f"{name_of(documents[index])}[{index}]" if len(documents) > 1 else ""


def _unread(found: Read) -> Finding:
    refused = next((part for part in found.parts if not part.accepted), None)
    place = refused.place or refused.reference if refused else ""
    return Finding(
        "message-refused",
        place,
        "Một phần của thông điệp không đọc được; hãy xem các dòng trên.",
        "A part of the message cannot be read.",
    )
