"""
XML before it is parsed: size, encoding, prolog and shape, refused with line and column.

Characters are decoded here and not by the parser, so that a wrong byte is named with its place and a partner's
declared encoding is believed only where it can be true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still a message and no attack. `text` bounds one text, and one tag with its attributes, in bytes."""

    bytes: int = 16 * 1024 * 1024
    elements: int = 500_000
    depth: int = 64
    attributes: int = 64
    text: int = 256 * 1024


LIMITS = Limits()
# A manifest of ten thousand bills is 14 MB and 600,000 elements; streamed, no more than one bill is held.
STREAMED = Limits(bytes=64 * 1024 * 1024, elements=5_000_000, text=64 * 1024)


@dataclass(frozen=True, slots=True)
class Root:
    """What a file says it is: local name, namespace, encoding and the line its root begins on."""

    name: str
    namespace: str
    encoding: str
    line: int


# Encodings that partners really use; the second word is how Python calls them.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-16-be": "utf-16-be",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "windows-1258": "cp1258",
}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION = re.compile(rb"<\?xml\s+version\s*=\s*[\"']([^\"']*)[\"']([^?]*)\?>")
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that is safe to parse: UTF-8 bytes, what the root says, what is odd but readable."""

    body: bytes
    root: Root
    notes: tuple[Finding, ...]


def _refuse(content: bytes, at: int, vi: str, en: str) -> NoReturn:
    """Refuse at a byte, named by line and column as an editor counts them."""
    line = content.count(b"\n", 0, at) + 1
    column = at - (content.rfind(b"\n", 0, at) + 1) + 1
    raise Malformed(vi, en, place=f"line {line}, column {column}")


def _decoded(content: bytes, limits: Limits) -> tuple[bytes, str, tuple[Finding, ...]]:
    """The document as UTF-8 without a byte order mark, the encoding it came in, and what is odd about it."""
    if not content.strip(_BLANK + b"\x00"):
        raise Malformed(
            "Tệp rỗng: không có tài liệu XML nào.", "The file is empty: no XML document.", place="line 1"
        )
    if len(content) > limits.bytes:
        raise Malformed(
            f"Tệp có {len(content)} byte, quá giới hạn {limits.bytes} byte. Hãy chia thành nhiều thông điệp.",
            f"The file has {len(content)} bytes, the limit is {limits.bytes}. Split it into several messages.",
            place=f"byte {limits.bytes}",
        )
    body, name = content, ""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            body, name = content[len(mark) :], encoding
    declaration = _DECLARATION.match(body[:1000])
    if not name:
        declared = _DECLARED.search(declaration[2]) if declaration else None
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
    notes: tuple[Finding, ...] = ()
    if name.startswith("utf-16") and body is content:
        # Programs that build XML in memory write the encoding of their memory, and save the file as UTF-8.
        notes, name = (_not_utf16(name),), "utf-8"
    if name not in _ENCODINGS:
        _refuse(
            content,
            0,
            f"Bảng mã “{name}” không được nhận. Hãy lưu tệp bằng UTF-8.",
            f"The encoding “{name}” is not taken. Save the file as UTF-8.",
        )
    codec = _ENCODINGS[name]
    if codec in ("utf-8", "ascii") and body.isascii():
        return body, name, notes
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as fault:
        _refuse(
            body,
            fault.start,
            f"Byte 0x{body[fault.start]:02X} không thuộc bảng mã {name.upper()}. "
            "Hãy ghi đúng bảng mã ở dòng đầu tệp hoặc lưu tệp bằng UTF-8.",
            f"Byte 0x{body[fault.start]:02X} is not {name.upper()}. "
            "Name the right encoding in the first line of the file, or save it as UTF-8.",
        )
    return (body if codec in ("utf-8", "ascii") else text.encode("utf-8")), name, notes


def _not_utf16(name: str) -> Finding:
    return Finding(
        "xml.encoding.declared",
        "line 1",
        f"Dòng đầu ghi bảng mã {name.upper()} nhưng tệp được lưu theo byte đơn; đã đọc như UTF-8. Hãy ghi UTF-8.",
        f"The first line says {name.upper()}, but the file is stored byte by byte; it was read as UTF-8. Declare UTF-8.",
        Severity.WARNING,
    )


def _prolog(content: bytes) -> int:
    """Where the root begins. Refuses what may not stand before it: text, blanks before the declaration, a DOCTYPE."""
    at = 0
    if not content.startswith(b"<?xml") and content.lstrip(_BLANK).startswith(b"<?xml"):
        _refuse(
            content,
            content.index(b"<?xml"),
            "Trước khai báo “<?xml …?>” có khoảng trắng hoặc dòng trống. Hãy xóa để tệp bắt đầu bằng “<?xml”.",
            "Blanks stand before the declaration “<?xml …?>”. Delete them, so that the file begins with “<?xml”.",
        )
    while True:
        while content[at : at + 1] and content[at : at + 1] in _BLANK:
            at += 1
        if content.startswith(b"<?", at) or content.startswith(b"<!--", at):
            end = b"?>" if content.startswith(b"<?", at) else b"-->"
            close = content.find(end, at + 4 if end == b"-->" else at)
            if close < 0:
                _refuse(
                    content,
                    at,
                    f"Phần mở ở đây không được đóng bằng “{end.decode()}”.",
                    f"What begins here is not closed by “{end.decode()}”.",
                )
            at = close + len(end)
        elif content.startswith(b"<!", at):
            _refuse(
                content,
                at,
                "Tệp có khai báo kiểu tài liệu (DOCTYPE) hoặc thực thể. Để an toàn, hệ thống không nhận; hãy bỏ phần này.",
                "The file declares a document type (DOCTYPE) or entities. For safety none is taken; leave it out.",
            )
        elif content.startswith(b"<", at):
            return at
        elif at >= len(content):
            _refuse(
                content,
                len(content),
                "Tệp không có phần tử gốc nào.",
                "The file has no root element.",
            )
        else:
            word = content[at : at + 20].decode("utf-8", "replace").split("\n")[0]
            _refuse(
                content,
                at,
                f"Trước phần tử gốc có chữ “{word}”. Hãy xóa: XML chỉ được bắt đầu bằng “<”.",
                f"Text stands before the root element: “{word}”. Delete it: XML begins with “<”.",
            )


def checked(content: bytes, limits: Limits) -> Checked:
    """UTF-8 bytes that are safe to parse, and what the root is said to be; raises `Malformed`."""
    body, encoding, notes = _decoded(content, limits)
    start = _prolog(body)
    marks = np.flatnonzero(np.frombuffer(body, dtype=np.uint8) == ord("<"))
    if len(marks) > 2 * limits.elements:
        _refuse(
            body,
            int(marks[2 * limits.elements]),
            f"Tài liệu có quá {limits.elements} phần tử. Hãy chia thành nhiều thông điệp.",
            f"The document has more than {limits.elements} elements. Split it into several messages.",
        )
    # Whatever stands between two “<” is at most one tag with its attributes and one text.
    gaps = np.diff(marks, append=len(body))
    widest = int(gaps.argmax())
    if int(gaps[widest]) > limits.text:
        _refuse(
            body,
            int(marks[widest]),
            f"Một thẻ hoặc một đoạn chữ dài {int(gaps[widest])} byte, quá giới hạn {limits.text} byte.",
            f"One tag or text is {int(gaps[widest])} bytes long, the limit is {limits.text}.",
        )
    name = re.match(rb"<([^\s/>]+)", body[start : start + 1000])
    if name is None:
        _refuse(body, start, "Thẻ gốc không có tên.", "The root tag has no name.")
    prefix, _, local = name[1].decode("utf-8", "replace").rpartition(":")
    about = Root(local, _namespace(body, start, prefix), encoding, body.count(b"\n", 0, start) + 1)
    return Checked(body, about, notes)


def _namespace(body: bytes, start: int, prefix: str) -> str:
    end = body.find(b">", start)
    tag = body[start : end if end > 0 else len(body)]
    key = rb"xmlns:" + re.escape(prefix.encode()) if prefix else rb"xmlns"
    found = re.search(rb"\s" + key + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""


def look(content: bytes, limits: Limits = STREAMED) -> Root:
    """What a file says it is, without reading beyond its first tag; raises `Malformed` when it is no XML."""
    return checked(content, limits).root
