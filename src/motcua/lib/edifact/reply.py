"""
APERAK and CUSRES: the answers to what a message says, built from findings.

CONTRL speaks of syntax; these speak of content. One finding becomes an error code (ERC), its sentence (FTX AAO)
in Vietnamese and English as far as the character set carries them, and its place: RFF in APERAK, ERP in CUSRES.
BGM carries no document name code: the lists differ by country and none is agreed yet. The function codes 27 (not
accepted) and 29 (accepted without amendment) of list 1225 were not checked against the directory
(verified: false).
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.lib.edifact.charsets import CHARSETS
from motcua.lib.edifact.interchange import Message
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.write import LOCAL, MessageDraft
from motcua.lib.findings import Finding, errors

NOT_ACCEPTED, ACCEPTED = "27", "29"
_WHERE = re.compile(r"segment (\d+)")
# Lengths of C108 (five texts each) and of 1154 by directory release.
_TEXT = {"96A": 70, "98B": 70, "99B": 70, "03B": 512}
_REFERENCE = {"96A": 35, "98B": 35, "99B": 35, "03B": 70}


@dataclass(frozen=True)
class About:
    """What is answered: the message, and the number of the document in it (BGM 1004)."""

    message: Message
    document: str


def aperak(
    findings: Sequence[Finding],
    about: About,
    *,
    number: str,
    at: datetime,
    release: str = "96A",
    charset: str = "UNOY",
) -> MessageDraft:
    """APERAK D.96A, D.98B, D.99B or D.03B: one ERC group a finding; none means that all is accepted."""
    body = _head(findings, about, number, at)
    limit = 999 if release == "96A" else 99_999
    for finding in findings[:limit]:
        texts = _texts(finding, charset, _TEXT[release])
        body.append(Segment.of("ERC", _code(finding)))
        body.append(Segment.of("FTX", "AAO", "", "", texts[0]))
        place = fit(_short(finding.place, _REFERENCE[release]), charset)
        if place or len(texts) > 1:
            body.append(Segment.of("RFF", ("ZZZ", place)))
            body += [Segment.of("FTX", "AAO", "", "", text) for text in texts[1:]]
    return MessageDraft("APERAK", "D", release, tuple(body), reference=number[:14])


def cusres(
    findings: Sequence[Finding],
    about: About,
    *,
    number: str,
    at: datetime,
    release: str = "99B",
    charset: str = "UNOY",
) -> MessageDraft:
    """CUSRES D.98B, D.99B or D.03B: one ERP group a place, with the codes and sentences of its findings.

    The table holds 99 places and 99 findings each; what lies beyond is counted in a last sentence.
    """
    body = _head(findings, about, number, at)
    places: dict[str, list[Finding]] = {}
    for finding in findings:
        key = finding.place if finding.place in places or len(places) < 98 else "…"
        places.setdefault(key, []).append(finding)
    for place, members in places.items():
        body.append(_erp(place, about.message))
        # Each finding has up to two sentences, and 99 are allowed.
        shown, left = members[:48], len(members) - 48
        body += [Segment.of("ERC", _code(finding)) for finding in shown]
        for finding in shown:
            body += [
                Segment.of("FTX", "AAO", "", "", text) for text in _texts(finding, charset, _TEXT[release])
            ]
        if left > 0:
            body.append(
                Segment.of("FTX", "AAO", "", "", fit(f"+{left} lỗi khác / +{left} more errors", charset))
            )
    return MessageDraft("CUSRES", "D", release, tuple(body), reference=number[:14])


def fit(text: str, charset: str) -> str:
    """The text as far as a character set can carry it: accents are dropped, capitals used, else a blank.

    Only for sentences meant for people; data is never changed but refused (`write`).
    """
    carrier = CHARSETS[charset]
    return "".join(_nearest(letter, carrier.allows) for letter in text)


def _nearest(letter: str, allows: Callable[[str], bool]) -> str:
    plain = unicodedata.normalize("NFD", letter)[0].replace("đ", "d").replace("Đ", "D")
    quotes = plain.replace("“", '"').replace("”", '"').replace("…", ".").replace("–", "-")
    for candidate in (letter, plain, quotes, quotes.upper()):
        if all(map(allows, candidate)):
            return candidate
    return " "


def _head(findings: Sequence[Finding], about: About, number: str, at: datetime) -> list[Segment]:
    verdict = NOT_ACCEPTED if errors(findings) else ACCEPTED
    return [
        Segment.of("BGM", "", number[:35], verdict),
        Segment.of("DTM", ("137", f"{at.astimezone(LOCAL):%Y%m%d%H%M}", "203")),
        Segment.of("RFF", ("ACW", about.document[:35] or about.message.reference[:35])),
    ]


def _short(place: str, limit: int) -> str:
    """A place within a reference: the byte goes first, then the words are shortened, then the end."""
    if len(place) > limit:
        place = re.sub(r", byte \d+$", "", place)
    if len(place) > limit:
        place = place.replace("segment", "seg").replace("element", "el").replace("component", "comp")
    return place[:limit]


def _erp(place: str, message: Message) -> Segment:
    """The place in a message: section 1 heading or 2 detail, then tag and number of the segment."""
    match = _WHERE.search(place)
    number = int(match[1]) if match else 0
    segment = next((one for one in message.segments if one.number == number), None)
    if segment is None:
        return Segment.of("ERP", "1")
    section = "2" if _detail(segment, message) else "1"
    return Segment.of("ERP", section, (segment.tag, str(segment.in_message)))


def _detail(segment: Segment, message: Message) -> bool:
    """Whether a segment stands at or after the first consignment (CNI) of its message."""
    first = next((one for one in message.segments if one.tag == "CNI"), None)
    return first is not None and segment.number >= first.number


def _texts(finding: Finding, charset: str, width: int) -> list[tuple[str, ...]]:
    """Up to five lines each in Vietnamese and English; English alone where Vietnamese cannot be written."""
    carrier = CHARSETS[charset]
    texts = []
    if all(carrier.allows(letter) for letter in finding.vi):
        texts.append(finding.vi)
    texts.append(fit(finding.en, charset))
    if _code(finding) != finding.code:
        # What ERC had to shorten stands in full before the sentence.
        texts = [f"{fit(finding.code, charset)}: {text}" for text in texts]
    lines = [tuple(textwrap.wrap(text, width, max_lines=5, placeholder=" ...")) for text in texts]
    return [one or ("-",) for one in lines]


def _code(finding: Finding) -> str:
    """Data element 9321 takes eight characters: a longer code loses its vowels, then its end."""
    code = re.sub(r"[^A-Z0-9]", "", finding.code.upper())
    if len(code) > 8:
        code = code[0] + re.sub(r"[AEIOU]", "", code[1:])
    return code[:8] or "ERROR"
