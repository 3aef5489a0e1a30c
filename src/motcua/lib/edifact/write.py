"""
Writing: segments to bytes with correct escapes, interchanges with correct counts.

What is written reads back as the same data, character for character. What cannot be written in the chosen
character set is refused with the character and its place; nothing is replaced silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from motcua.lib.edifact.charsets import CHARSETS, Charset
from motcua.lib.edifact.segment import SERVICE, Element, Segment
from motcua.lib.edifact.separators import DEFAULT, DEFAULT_SYNTAX_4, Separators
from motcua.lib.errors import Refused

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True)
class MessageDraft:
    """A message to be written: `body` are the segments between UNH and UNT."""

    type: str
    version: str
    release: str
    body: tuple[Segment, ...]
    reference: str = ""
    agency: str = "UN"
    association: str = ""


@dataclass(frozen=True)
class Draft:
    """An interchange to be written. `sender` and `recipient` are the components of S002 and S003.

    `at` is an aware time; UNB carries it as local time of Vietnam. Without `separators` the defaults are used.
    """

    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    at: datetime
    reference: str
    messages: tuple[MessageDraft, ...]
    syntax: str = "3"
    charset: str = "UNOC"
    separators: Separators | None = None
    test: bool = False


def write(draft: Draft) -> bytes:
    """The bytes of an interchange, UNA only when the separators are not the defaults.

    Raises `Refused` for a character, a separator or a reference that cannot be written.
    """
    charset = CHARSETS.get(draft.charset)
    if charset is None or draft.syntax not in ("1", "2", "3", "4"):
        raise Refused(
            f"Không viết được {draft.charset} theo cú pháp {draft.syntax}.",
            f"Cannot write {draft.charset} in syntax {draft.syntax}.",
            place="UNB",
        )
    usual = DEFAULT_SYNTAX_4 if draft.syntax == "4" else DEFAULT
    marks = draft.separators or usual
    if not marks.usable or (marks.repetition and draft.syntax != "4"):
        raise Refused("Dấu phân cách không dùng được.", "These separators cannot be used.", place="UNA")
    lead = b"" if marks == usual else marks.una.encode("ascii")
    return lead + render(_segments(draft), marks, charset)


def _segments(draft: Draft) -> list[Segment]:
    local = draft.at.astimezone(LOCAL)
    date = f"{local:%Y%m%d}" if draft.syntax == "4" else f"{local:%y%m%d}"
    header: list[str | Sequence[str]] = [
        (draft.charset, draft.syntax), draft.sender, draft.recipient, (date, f"{local:%H%M}"), draft.reference,
    ]  # fmt: skip
    if draft.test:
        header += ["", "", "", "", "", "1"]
    found = [Segment.of("UNB", *header)]
    for number, message in enumerate(draft.messages, start=1):
        reference = message.reference or str(number)
        kind = (message.type, message.version, message.release, message.agency, message.association)
        found.append(Segment.of("UNH", reference, kind))
        found += message.body
        found.append(Segment.of("UNT", str(len(message.body) + 2), reference))
    found.append(Segment.of("UNZ", str(len(draft.messages)), draft.reference))
    return found


def render(segments: Iterable[Segment], marks: Separators, charset: Charset) -> bytes:
    """The bytes of some segments; empty elements and components at ends are left out (ISO 9735-1, clause 8)."""
    parts: list[bytes] = []
    escape = _Escape(marks)
    odd = charset.odd
    for number, segment in enumerate(segments, start=1):
        place = f"segment {number} {segment.tag}"
        if not _TAG.fullmatch(segment.tag):
            raise Refused("Mã đoạn không hợp lệ.", "This is no segment tag.", place=place)
        data = segment.trimmed
        text = marks.element.join([segment.tag, *(escape.element(one, segment.tag, place) for one in data)])
        # Separators belong to every repertoire they are announced in; only the data is checked.
        for at, one in enumerate(data, start=1):
            for components in one:
                for position, value in enumerate(components, start=1):
                    if odd(value):
                        charset.encode(value, f"{place}, element {at}, component {position}")
        parts.append((text + marks.terminator).encode(charset.codec))
    return b"".join(parts)


class _Escape:
    def __init__(self, marks: Separators) -> None:
        self.marks = marks
        self.table = {ord(mark): marks.release + mark for mark in marks.special} if marks.release else {}
        self.special = frozenset(marks.special)

    def element(self, element: Element, tag: str, place: str) -> str:
        marks = self.marks
        if len(element) > 1 and (not marks.repetition or tag in SERVICE):
            raise Refused(
                "Phần tử lặp chỉ viết được theo cú pháp 4, ngoài các đoạn dịch vụ.",
                "Repeated elements can be written in syntax 4 only, outside service segments.",
                place=place,
            )
        return marks.repetition.join(
            marks.component.join(self.text(value, place) for value in components) for components in element
        )

    def text(self, value: str, place: str) -> str:
        if self.table:
            return value.translate(self.table)
        if self.special.intersection(value):
            raise Refused(
                "Dữ liệu chứa dấu phân cách mà không có ký tự thoát; hãy dùng ký tự thoát.",
                "The data holds a separator and there is no release character; use one.",
                place=place,
            )
        return value
