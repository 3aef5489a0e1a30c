"""
What bytes say about themselves: the type of a message and the number its sender gave it. Pure.

The name of a file and the word of a sender are hints; the content decides. Only the beginning is read.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from motcua.lib.edifact.envelope import Opened, walk
from motcua.lib.edifact.interchange import Interchange
from motcua.lib.errors import Malformed

# How much is looked at for a number; a header stands at the beginning.
HEAD = 64 * 2**10
LONGEST_REFERENCE = 100
UNKNOWN = "unknown"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Detected(NamedTuple):
    """A type and a reference; `answers` is the reference answered, where the content says so."""

    type: str
    reference: str
    answers: str = ""


class Root(NamedTuple):
    """What the root element of an XML message means: its type, and the path of local names to its number."""

    type: str
    reference: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


def detect(content: bytes, roots: Mapping[str, Root] | None = None) -> Detected:
    """The type and reference of a message; Malformed when it is nothing we know."""
    if not content.strip():
        raise Malformed("Thông điệp rỗng.", "The message is empty.", place="byte 0")
    head = content[:HEAD]
    if head.startswith(b"PK\x03\x04"):
        return _workbook(content)
    start = _unmarked(head).lstrip()
    if start.startswith((b"<", b"\x00<")):
        return _xml(content, roots or {})
    if start[:1] in (b"{", b"["):
        return _json(content)
    return _edifact(content)


def by_digest(content: bytes) -> str:
    """The reference of a message that carries no number: the same bytes are the same message."""
    return f"sha256-{hashlib.sha256(content).hexdigest()[:40]}"


def _unmarked(head: bytes) -> bytes:
    for bom in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :]
    return head


def _workbook(content: bytes) -> Detected:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile as error:
        raise _unreadable("tệp zip", "zip file", str(error)) from error
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return Detected("xlsx", by_digest(content))
    raise Malformed(
        "Tệp nén này không phải bảng tính Excel (.xlsx).", "This archive is no Excel workbook (.xlsx).", place="byte 0"
    )  # fmt: skip


class _Enough(Exception):
    """The parser has seen what it was asked for."""


def _xml(content: bytes, roots: Mapping[str, Root]) -> Detected:
    parser = expat.ParserCreate(namespace_separator="}")
    path: list[str] = []
    found: dict[str, str] = {}
    root = Root("")

    def local(name: str) -> str:
        return name.rpartition("}")[2]

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal root
        path.append(local(name))
        if len(path) == 1:
            root = roots.get(path[0]) or Root(f"xml-{path[0].lower()}"[:60])
            if not root.reference:
                raise _Enough

    def text(data: str) -> None:
        inside = tuple(path[1:])
        for key, wanted in (("reference", root.reference), ("answers", root.answers)):
            if wanted and inside == wanted:
                found[key] = found.get(key, "") + data

    def end(name: str) -> None:
        path.pop()
        if {"reference", *(["answers"] if root.answers else [])} <= found.keys():
            raise _Enough

    def refuse(*parts: Any) -> None:
        raise Malformed(
            "XML không được có khai báo kiểu tài liệu (DOCTYPE) hay thực thể.",
            "XML with a document type declaration or entities is not taken.",
            place=f"line {parser.CurrentLineNumber}",
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content[:HEAD], len(content) <= HEAD)
    except _Enough:
        pass
    except expat.ExpatError as error:
        if not root.type:
            raise Malformed(
                f"XML không đọc được: {expat.ErrorString(error.code)}.",
                f"The XML cannot be read: {expat.ErrorString(error.code)}.",
                place=f"line {error.lineno}",
            ) from error
    if not root.type:
        raise Malformed("XML không có phần tử gốc.", "The XML has no root element.", place="line 1")
    return Detected(
        root.type, _short(found.get("reference", "")) or by_digest(content), _short(found.get("answers", ""))
    )


def _json(content: bytes) -> Detected:
    try:
        body = json.loads(_unmarked(content))
    except (ValueError, RecursionError) as error:
        raise _unreadable("JSON", "JSON", str(error)) from error
    # The papers of a call name themselves "document".
    kind = (body.get("kind") or body.get("document")) if isinstance(body, dict) else None
    if not isinstance(kind, str) or not kind:
        raise Malformed(
            'JSON phải là một đối tượng có mục "kind" cho biết loại thông điệp.',
            'The JSON must be one object with a member "kind" that names the type of message.',
            place="/kind",
        )
    reference = body.get("reference")
    answers = body.get("answers")
    return Detected(
        f"json-{kind.lower()}"[:60],
        _short(reference) if isinstance(reference, str) and reference.strip() else by_digest(content),
        _short(answers) if isinstance(answers, str) else "",
    )


def _edifact(content: bytes) -> Detected:
    """The first interchange; one without UNB has no number of its own."""
    try:
        interchange = next(
            event.level
            for event in walk(content[:HEAD])
            if isinstance(event, Opened) and isinstance(event.level, Interchange)
        )
    except (Malformed, StopIteration) as error:
        raise Malformed(
            "Nội dung không phải EDIFACT, XML, JSON hay Excel.",
            "The content is neither EDIFACT nor XML, JSON or Excel.",
            place="byte 0",
        ) from error
    sender = interchange.sender[0].strip() if interchange.sender else ""
    number = interchange.reference.strip()
    if not number:
        return Detected("edifact", by_digest(content))
    return Detected("edifact", _short(f"{sender}/{number}" if sender else number))


def _short(text: str) -> str:
    """A number as a reference: tidied, and within the length of the column."""
    tidy = " ".join(text.split())
    if len(tidy) <= LONGEST_REFERENCE:
        return tidy
    return f"{tidy[:59]}~{hashlib.sha256(tidy.encode()).hexdigest()[:40]}"


def _unreadable(vi: str, en: str, why: str) -> Malformed:
    return Malformed(f"Không đọc được {vi}: {why}", f"The {en} cannot be read: {why}", place="byte 0")
