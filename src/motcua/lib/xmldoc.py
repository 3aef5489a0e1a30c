"""
Safe XML in, deterministic XML out.

* `read(content)`            one document as a tree, or `Malformed` with line and column
* `stream(content, tag)`     its repeated elements one by one, in bounded memory
* `look(content)`            name, namespace and encoding of the root, without reading the rest
* `Schema.load(path)`        an XSD; what it finds comes as `Finding` with line and path, in both languages
* `write(root)`              the same bytes for the same tree, always

No document type, no entity, no network, no document larger, deeper or wider than `Limits` ever reaches a reader.
Characters are decoded here and not by the parser, so a wrong byte is named with its place.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, cast

from lxml import etree

from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding
from motcua.lib.xml_source import LIMITS, STREAMED, Limits, Root, checked, look
from motcua.lib.xml_wording import explain_schema, explain_syntax

__all__ = [
    "LIMITS", "STREAMED", "Document", "Element", "Limits", "Root", "Schema", "Stream",
    "local", "look", "make", "namespace_of", "path_of", "place", "read", "stream", "text_of", "write",
]  # fmt: skip

Element = etree._Element  # the one name for a node; lxml keeps its class private

# Error numbers of libxml2 (xmlerror.h) that have a sentence of their own.
_EXTRA_CONTENT, _SECOND_DECLARATION = 5, 64
_OPTIONS: dict[str, bool] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def _stopped(log: etree._ListErrorLog) -> Any:
    """The entry of the log that stopped the parser; None when only the schema complained."""
    entries = (entry for entry in cast("Iterable[Any]", log) if entry.level_name in ("ERROR", "FATAL"))
    return next((entry for entry in entries if entry.domain != etree.ErrorDomains.SCHEMASV), None)


def _malformed(entry: Any, body: bytes) -> Malformed:
    """What libxml2 could not read, in words, with the place where it stopped."""
    line, column = max(entry.line, 1), max(entry.column, 1)
    place = f"line {line}, column {column}"
    if entry.type == _SECOND_DECLARATION:
        return Malformed(
            "Giữa tệp lại có khai báo “<?xml …?>”: một tài liệu khác bắt đầu ở đây. Hãy gửi mỗi tài liệu trong một thông điệp.",
            "A declaration “<?xml …?>” stands inside the file: another one begins here. Send each in a message of its own.",
            place=f"line {line}, column {max(column - len('<?xml'), 1)}",
        )
    if entry.type == _EXTRA_CONTENT:
        rest = body.split(b"\n", line)[line - 1][column - 1 :]
        if rest.lstrip().startswith(b"<"):
            return Malformed(
                "Sau khi tài liệu thứ nhất kết thúc lại có một tài liệu nữa trong cùng tệp. "
                "Hãy gửi mỗi tài liệu trong một thông điệp.",
                "After the end of the first document another one begins in the same file. "
                "Send each document in a message of its own.",
                place=place,
            )
        return Malformed(
            "Sau khi tài liệu kết thúc vẫn còn chữ. Hãy xóa phần thừa.",
            "Text stands after the end of the document. Delete it.",
            place=place,
        )
    return Malformed(*explain_syntax(entry.message or ""), place=place)


def _parsed(body: bytes) -> Element:
    parser = etree.XMLParser(encoding="utf-8", **_OPTIONS)  # type: ignore[arg-type]
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise _malformed(_stopped(parser.error_log), body) from None


@dataclass(frozen=True)
class Document:
    """One document that was read: its root and whatever its schema finds."""

    root: Element
    encoding: str
    findings: list[Finding] = field(default_factory=list)


def read(content: bytes, *, schema: Schema | None = None, limits: Limits = LIMITS) -> Document:
    """One document as a tree without comments; raises `Malformed`. What a schema finds comes in `findings`."""
    source = checked(content, limits)
    root = _parsed(source.body)
    _bounded(root, limits)
    return Document(root, source.root.encoding, [*source.notes, *(schema.findings(root) if schema else [])])


@cache
def _too_deep(depth: int) -> etree.XPath:
    return etree.XPath("/*" * (depth + 1))


@cache
def _too_wide(attributes: int) -> etree.XPath:
    return etree.XPath(f"(//*[count(@*) > {attributes}])[1]")


def _bounded(root: Element, limits: Limits) -> None:
    """Refuse what is nested too deep or carries too many attributes."""
    _without_dtd(root)
    for deep in cast("list[Element]", _too_deep(limits.depth)(root.getroottree())):
        raise _deep(deep, limits)
    for wide in cast("list[Element]", _too_wide(limits.attributes)(root.getroottree())):
        raise Malformed(
            f"Một phần tử có quá {limits.attributes} thuộc tính.",
            f"An element carries more than {limits.attributes} attributes.",
            place=f"line {_line(wide)}",
        )


def _deep(element: Element, limits: Limits) -> Malformed:
    return Malformed(
        f"Các phần tử lồng nhau quá {limits.depth} tầng.",
        f"Elements are nested deeper than {limits.depth} levels.",
        place=f"line {_line(element)}",
    )


def _without_dtd(root: Element) -> None:
    """The prolog was looked at before; whatever deceived that look is refused here."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("Hệ thống không nhận DOCTYPE.", "No DOCTYPE is taken.", place="line 1")


class Stream:
    """
    The elements of some names, one by one in order of the file; each is cleared when the next is asked for.

    `findings` is complete when the iteration has ended: only then is the whole document known. Depth is bounded by the
    parser itself, at 256.
    """

    def __init__(
        self, content: bytes, *tags: str, schema: Schema | None = None, limits: Limits = STREAMED
    ) -> None:
        source = checked(content, limits)
        self._body = source.body
        self._schema = schema
        self.encoding = source.root.encoding
        self.findings: list[Finding] = list(source.notes)
        self._events = etree.iterparse(
            io.BytesIO(self._body),
            events=("end",),
            tag=tags,
            schema=schema.compiled if schema else None,
            encoding="utf-8",
            **_OPTIONS,
        )

    def __iter__(self) -> Iterator[Element]:
        first = True
        try:
            for _, element in self._events:
                if first:
                    _without_dtd(element)
                    first = False
                yield element
                _forget(element)
        except etree.XMLSyntaxError:
            entry = _stopped(self._events.error_log)
            if entry is not None or self._schema is None:
                raise _malformed(entry, self._body) from None
            # A stream knows no lines of what its schema found: read once more, as a tree, to name each place.
            self.findings += self._schema.findings(_parsed(self._body))


def _forget(element: Element) -> None:
    """Give back the memory of an element that was read, and of those before it under the same parent."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


def stream(content: bytes, *tags: str, schema: Schema | None = None, limits: Limits = STREAMED) -> Stream:
    """The elements named by `tags` (`name`, `{namespace}name`); raises `Malformed`, also while it is read."""
    return Stream(content, *tags, schema=schema, limits=limits)


@dataclass(frozen=True)
class Schema:
    """An XSD of ours, compiled once."""

    name: str
    compiled: etree.XMLSchema

    @classmethod
    def load(cls, path: Path) -> Schema:
        """Read and compile a schema file; schemas are ours and may include their neighbours."""
        return _compiled(path)

    def findings(self, root: Element, *, limit: int = 1000) -> list[Finding]:
        """All that the schema finds, in order of the file; `limit` keeps a hopeless file from a hopeless answer."""
        with _VALIDATING:
            if self.compiled.validate(root):
                return []
            entries = list(islice(cast("Iterable[Any]", self.compiled.error_log), limit))
        found = []
        for entry in entries:
            code, vi, en = explain_schema(entry.type_name, entry.message)
            found.append(
                Finding(code, _place(entry.line, _plain(entry.path or "/", root)), vi, en, basis=self.name)
            )
        return found


# A compiled schema keeps the log of its last validation: two threads may not validate with it at once.
_VALIDATING = Lock()


def _plain(path: str, root: Element) -> str:
    """The path of libxml2 by local names: it writes `/*/*[2]` where a namespace has no prefix."""
    if "*" not in path:
        return re.sub(r"[^/:\[\]]+:", "", path)
    node = root
    for step in path.split("/")[2:]:
        number = re.search(r"\[(\d+)\]$", step)
        same = [
            child
            for child in node.iterchildren("*")
            if step.startswith("*") or _prefixed(child) == step.split("[")[0]
        ]
        at = int(number[1]) - 1 if number else 0
        if at >= len(same):
            return path
        node = same[at]
    return path_of(node)


def _prefixed(element: Element) -> str:
    return f"{element.prefix}:{local(element)}" if element.prefix else local(element)


@cache
def _compiled(path: Path) -> Schema:
    return Schema(path.name, etree.XMLSchema(etree.parse(str(path))))


def _line(element: Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _place(line: int, path: str) -> str:
    return f"line {line}, {path}"


def place(element: Element) -> str:
    """Where an element stands: `line 12, /Awmds/Bol_segment[3]/Goods_segment`."""
    return _place(_line(element), path_of(element))


def path_of(element: Element) -> str:
    """The path of an element by local names, with numbers where names repeat."""
    steps = []
    node: Element | None = element
    while node is not None:
        parent = node.getparent()
        name = etree.QName(node).localname
        if parent is not None:
            twins = list(parent.iterchildren(node.tag))
            if len(twins) > 1:
                name = f"{name}[{twins.index(node) + 1}]"
        steps.append(name)
        node = parent
    return "/" + "/".join(reversed(steps))


def local(element: Element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname


def namespace_of(element: Element) -> str:
    """The namespace of a name; "" when it has none."""
    return etree.QName(element).namespace or ""


def text_of(element: Element | None) -> str:
    """The text of an element without blanks around it; "" when there is none."""
    return (element.text or "").strip() if element is not None else ""


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def make(
    name: str,
    text: str | None = None,
    *children: Element | None,
    attributes: Mapping[str, str] | None = None,
    nsmap: Mapping[str | None, str] | None = None,
) -> Element:
    """An element with text or children; children that are None are left out, attributes stand in alphabetical order.

    Characters that XML cannot carry become U+FFFD: an answer about garbage must itself be readable.
    """
    element = etree.Element(name, nsmap=dict(nsmap) if nsmap else None)  # type: ignore[arg-type]
    for key in sorted(attributes or {}):
        element.set(key, _ILLEGAL.sub("\ufffd", (attributes or {})[key]))
    if text is not None:
        element.text = _ILLEGAL.sub("\ufffd", text)
    for child in children:
        if child is not None:
            element.append(child)
    return element


def write(root: Element, *, indent: bool = True) -> bytes:
    """UTF-8 with declaration; the same tree always gives the same bytes."""
    if indent:
        etree.indent(root, space="  ")
    body: bytes = etree.tostring(root, encoding="UTF-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"
