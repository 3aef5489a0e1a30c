"""
The common reader: bytes of any kind in, documents out, with everything odd in a list and the place of every value.

Pure: no database, no clock, no network. What a message is, its bytes say (`detect`); who reads it, `READERS`.
A file that holds nothing readable raises `Malformed`; everything less comes back as findings.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, errors
from motcua.manifest.documents.call import Sheet

# Message type -> the function (content, profile) that reads it. The longest name that begins the type wins, so that
# "xml" takes whatever XML nobody else takes.
READERS: dict[str, str] = {
    "edifact": "motcua.manifest.messages.edifact.read",
    "json": "motcua.manifest.messages.jsondoc.read",
    "xml": "motcua.manifest.messages.xml.read",
    "xlsx": "motcua.manifest.messages.workbook.read",
}

_EDIFACT = re.compile(rb"UN[ABH][^A-Za-z0-9]|UNB|UNH")
_X12 = re.compile(rb"(ISA|ST)[^A-Za-z0-9\s]")
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_DOCUMENT = re.compile(rb'"document"\s*:\s*"([a-z-]{1,40})"')


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a file: its number in the file, and whether it is accepted."""

    reference: str
    type: str
    accepted: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """
    What a file says. `places` holds, for each document, where a path of it stands in the source, such as
    `bills[3].items[1].gross_kg` -> `segment 91, element 3, component 2, byte 4711`; a path that stands nowhere has
    the place of what encloses it. `parts` counts every message found, also those that gave no document.
    """

    standard: str
    version: str
    documents: tuple[Sheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    places: tuple[Mapping[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    # The envelope as its own library gives it, for the answer: EDIFACT interchanges.
    envelope: Any = field(default=None, repr=False, compare=False)

    @property
    def accepted(self) -> bool:
        """Whether nothing in it refuses: content is for the rules of each document."""
        return not errors(self.findings) and all(part.accepted for part in self.parts)


def placed(found: Read, findings: Iterable[Finding], document: int = 0) -> list[Finding]:
    """Findings of rules, which speak of paths of a document, with the places of the source instead."""
    if document >= len(found.places):
        return list(findings)
    places = found.places[document]
    moved = []
    for finding in findings:
        try:
            place = places[finding.place] if finding.place else ""
        except KeyError:
            # It already is a place of the source.
            place = finding.place
        moved.append(replace(finding, place=place or finding.place))
    return moved


def read(content: bytes, profile: Any = None) -> Read:
    """Read a message of any kind; `profile` is what is agreed with its sender, as its reader understands it."""
    kind = detect(content)
    reader = _reader(kind)
    if kind == "unknown":
        raise Malformed(
            "Nội dung không phải EDIFACT, XML, JSON hay Excel; hãy kiểm tra lại tệp đã gửi.",
            "The content is neither EDIFACT nor XML, JSON or Excel; check which file was sent.",
            place="byte 0",
        )
    if reader is None:
        raise Malformed(
            f"Không có bộ đọc cho “{kind}”; hãy gửi EDIFACT, XML, JSON hoặc Excel theo hướng dẫn.",
            f"There is no reader for “{kind}”; send EDIFACT, XML, JSON or Excel as described.",
            place="byte 0",
        )
    return reader(content, profile)


def detect(content: bytes) -> str:
    """The message type by its bytes: `edifact`, `xml-<root>`, `json-<document>`, `xlsx`, `x12`, or `unknown`."""
    head = content[:4096]
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    plain = head.replace(b"\x00", b"")
    plain = plain.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if plain.startswith(b"<"):
        root = _ROOT.search(plain)
        return f"xml-{root[1].decode('ascii', 'replace').lower()}" if root else "xml"
    if plain.startswith((b"{", b"[")):
        named = _DOCUMENT.search(content, 0, 65_536)
        return f"json-{named[1].decode()}" if named else "json"
    if _X12.match(plain):
        return "x12"
    return "edifact" if _EDIFACT.search(content) or _EDIFACT.search(plain) else "unknown"


def _reader(kind: str) -> Callable[[bytes, Any], Read] | None:
    name = kind
    while name not in READERS:
        name, dash, _ = name.rpartition("-")
        if not dash:
            return None
    module, _, function = READERS[name].rpartition(".")
    found: Callable[[bytes, Any], Read] = getattr(importlib.import_module(module), function)
    return found
