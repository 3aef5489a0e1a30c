"""EDIFACT messages into documents: CUSCAR, CUSREP and PAXLST, by the profile of their sender."""

from __future__ import annotations

from typing import Any

from motcua.lib.edifact.interchange import Interchange
from motcua.lib.edifact.profile import LENIENT
from motcua.lib.edifact.tokens import Tokens
from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding
from motcua.manifest.messages import Part, Read
from motcua.manifest.messages.edifact import profile as profiles
from motcua.manifest.messages.edifact.places import Places
from motcua.manifest.messages.edifact.profile import Profile
from motcua.manifest.messages.edifact.reading import Given, Piece, stream


def read(content: bytes, profile: Any = None) -> Read:
    """
    Every message of a file. `profile` is a `Profile`, the name of one, or None: then UNB says who sends.

    A message without a binding (IFCSUM, COPRAR, CONTRL …) is checked as far as its table goes and gives no document.
    """
    chosen = _profile(content, profile)
    interchanges: list[Interchange] = []
    messages: list[Given] = []
    pending: list[Given] = []
    for event in stream(content, chosen, keep=True):
        if isinstance(event, Given):
            messages.append(event)
            pending.append(event)
        elif isinstance(event, Interchange):
            interchanges.append(event)
            event.messages += [given.message for given in pending]
            pending.clear()
    findings: list[Finding] = []
    for one in interchanges:
        findings += one.findings
        for group in one.groups:
            findings += group.findings
    for given in messages:
        findings += given.message.findings
        findings += given.findings
    withdocument = [given for given in messages if given.document is not None]
    first = messages[0].message if messages else None
    return Read(
        standard="edifact",
        version=first.name if first else "",
        documents=tuple(given.document for given in withdocument if given.document is not None),
        findings=tuple(findings),
        places=tuple(
            Places(content, given, chosen, given.binding.year) for given in withdocument if given.binding
        ),
        parts=tuple(_part(given) for given in messages),
        envelope=tuple(interchanges),
    )


def _part(given: Given) -> Part:
    message = given.message
    place = str(message.header.position()) if message.header else ""
    return Part(message.reference, message.name, given.accepted, place)


def _profile(content: bytes, profile: Any) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if isinstance(profile, str) and profile:
        return profiles.named(profile)
    return profiles.of_sender(_sender(content))


def _sender(content: bytes) -> str:
    """Who sends, by the first UNB; "" when there is none."""
    try:
        for segment in Tokens(content[:65_536], LENIENT):
            return segment.value(2) if segment.tag == "UNB" else ""
    except Malformed:
        pass
    return ""


__all__ = ["Piece", "Profile", "read", "stream"]
