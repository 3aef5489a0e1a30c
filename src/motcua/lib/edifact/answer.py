"""
CONTRL: the syntax answer to an interchange (ISO 9735-4; service message D.3 for syntax 1 to 3, 4.1 for syntax 4).

UCI speaks of the interchange, UCF of a group, UCM of a message, UCS of a segment, UCD of a data element. There
is no "accepted with errors": action 7 accepts a level and all below it that are not refused by name, action 4
refuses a level and all below it. Positions in UCD count the tag as 1. A missing segment is reported at the
segment before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from motcua.lib.edifact.charsets import CHARSETS
from motcua.lib.edifact.faults import Defect
from motcua.lib.edifact.interchange import Group, Interchange, Level, Message
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.write import Draft, MessageDraft

ACCEPTED, REFUSED = "7", "4"
# What stands for a mandatory value that the sender left out, so that the answer itself is valid.
UNKNOWN = "UNKNOWN"
MAX_SEGMENT_ERRORS, MAX_ELEMENT_ERRORS = 999, 99

Part = str | tuple[str, ...]


def answerable(interchange: Interchange) -> bool:
    """Whether a CONTRL is due: not for an interchange that itself holds CONTRL only (ISO 9735-4)."""
    types = {message.type for message in interchange.messages}
    return types != {"CONTRL"}


def contrl(interchange: Interchange, *, reference: str, at: datetime, ours: tuple[str, ...] = ()) -> Draft:
    """The CONTRL for an interchange as `envelope.read` gave it.

    `reference` is the number of our answer, `at` an aware time, `ours` who we are when the sender named nobody.
    Each refused message is named with its first fault and, for faults in its body, every segment and element.
    """
    body = [_uci(interchange)]
    for message in interchange.messages:
        if message.group is None and message.errors:
            body += _message(message, interchange.syntax)
    for group in interchange.groups:
        members = [message for message in interchange.messages if message.group is group and message.errors]
        if group.errors or members:
            body.append(_ucf(group))
            for message in members:
                body += _message(message, interchange.syntax)
    syntax = "4" if interchange.syntax == "4" else "3"
    version = ("4", "1") if syntax == "4" else ("D", "3")
    draft = MessageDraft("CONTRL", version[0], version[1], tuple(body), reference="1")
    return back(interchange, (draft,), reference=reference, at=at, ours=ours)


def back(
    interchange: Interchange,
    messages: Sequence[MessageDraft],
    *,
    reference: str,
    at: datetime,
    ours: tuple[str, ...] = (),
) -> Draft:
    """An interchange that goes back to the sender of another: sides swapped, same syntax, a set that holds it."""
    sender = _party(interchange.recipient) if any(interchange.recipient) else ours or (UNKNOWN,)
    recipient = _party(interchange.sender)
    texts = [*sender, *recipient, reference]
    texts += [
        value for draft in messages for segment in draft.body for element in segment.trimmed
        for components in element for value in components
    ]  # fmt: skip
    charset = fitting(interchange.charset, texts)
    # UNOY came with syntax 4, but readers of older syntax are known to take it; a wrong letter is worse.
    syntax = "4" if interchange.syntax == "4" else "3"
    return Draft(sender, recipient, at, reference, tuple(messages), syntax=syntax, charset=charset)


def fitting(declared: str, texts: Iterable[str]) -> str:
    """The smallest set that can carry the texts: the declared one, else UNOB, UNOC, else UNOY."""
    letters = set().union(*map(set, texts))
    for name in (declared, "UNOB", "UNOC"):
        if name in CHARSETS and all(CHARSETS[name].allows(letter) for letter in letters):
            return name
    return "UNOY"


def _uci(interchange: Interchange) -> Segment:
    head: list[Part] = [
        _copy(interchange.reference, 14), _party(interchange.sender), _party(interchange.recipient),
    ]  # fmt: skip
    return Segment.of("UCI", *head, *_verdict(interchange, ("UNA", "UNB", "UNZ")))


def _ucf(group: Group) -> Segment:
    header = group.header
    sender = _party(header.components(2)) if header else (UNKNOWN,)
    recipient = _party(header.components(3)) if header else (UNKNOWN,)
    head: list[Part] = [_copy(group.reference, 14), sender[:2], recipient[:2]]
    return Segment.of("UCF", *head, *_verdict(group, ("UNG", "UNE")))


def _message(message: Message, syntax: str) -> list[Segment]:
    kind = (message.type, message.version, message.release, message.agency, message.association)
    limits = (6, 3, 3, 3 if syntax == "4" else 2, 6)
    copies = tuple(_copy(text, limit) for text, limit in zip(kind[:4], limits, strict=False))
    if message.association:
        copies = (*copies, _copy(message.association, 6))
    found = [Segment.of("UCM", _copy(message.reference, 14), copies, *_verdict(message, ("UNH", "UNT")))]
    inside: dict[int, list[Defect]] = {}
    for defect in message.defects:
        place = defect.position
        if not defect.refuses or not place.in_message:
            continue
        missing = defect.code == "edi.structure.missing"
        if place.tag in ("UNH", "UNT") and not missing:
            continue
        at = place.in_message - 1 if missing else place.in_message
        inside.setdefault(max(at, 1), []).append(defect)
    for at in sorted(inside)[:MAX_SEGMENT_ERRORS]:
        found += _segment(at, inside[at])
    return found


def _segment(at: int, defects: list[Defect]) -> list[Segment]:
    whole = [defect for defect in defects if not defect.position.element]
    parts = [defect for defect in defects if defect.position.element]
    found = [Segment.of("UCS", str(at), str(whole[0].syntax_code) if whole else "")]
    found += [Segment.of("UCD", str(one.syntax_code), _place(one)) for one in parts[:MAX_ELEMENT_ERRORS]]
    return found


def _verdict(level: Level, tags: tuple[str, ...]) -> list[Part]:
    """Action, error, service segment and place: what UCI, UCF and UCM have in common."""
    if not level.errors:
        return [ACCEPTED]
    own = [one for one in level.defects if one.refuses and one.code != "edi.structure.missing"]
    named = [one for one in own if one.position.tag in tags]
    if isinstance(level, Message) and not named:
        # The fault is inside: UCS says which; the message as a whole has no error of its own.
        return [REFUSED]
    first = (named or own)[0]
    verdict: list[Part] = [REFUSED, str(first.syntax_code)]
    if named:
        verdict.append(first.position.tag)
        if first.position.element:
            verdict.append(_place(first))
    return verdict


def _place(defect: Defect) -> tuple[str, ...]:
    position = defect.position
    element = str(min(position.element + 1, 999))
    return (element, str(min(position.component, 999))) if position.component else (element,)


def _party(components: Sequence[str]) -> tuple[str, ...]:
    limits = (35, 4, 14)
    copies = tuple(_clean(text)[:limit] for text, limit in zip(components, limits, strict=False))
    return (copies[0] or UNKNOWN, *copies[1:]) if copies else (UNKNOWN,)


def _copy(text: str, limit: int) -> str:
    """A value taken over from the sender: cut to what may be sent, never empty."""
    return _clean(text)[:limit] or UNKNOWN[:limit]


def _clean(text: str) -> str:
    return "".join(letter for letter in text if CHARSETS["UNOY"].allows(letter)).strip()
