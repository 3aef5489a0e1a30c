"""
A workbook from a stranger, before anything reads it: an archive that is what it seems, of a size that fits, without programs.

An .xlsx is a zip of XML. Refused, with the reason: what is no such archive, what would swell (many entries, large ones, high
ratios), what hides (encrypted or doubled entries), what runs (macros) and what fetches (links to other workbooks).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from motcua.lib.errors import Malformed

MOST_ENTRIES = 500
MOST_BYTES = 64 * 1024 * 1024
MOST_ENTRY = 48 * 1024 * 1024
# Text of sheets shrinks ten to thirty times; two hundred is a bomb. Small entries may do as they like.
MOST_RATIO, SMALL = 200, 256 * 1024

# What reading an entry may raise when its bytes are not what they say.
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError, ValueError)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive, checked; Malformed with the place and the way to mend."""
    if content.startswith(_OLD):
        raise _refused(
            "byte 0",
            "Tệp là bản Excel cũ (.xls) hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu lại dạng .xlsx.",
            "The file is an old workbook (.xls) or has a password. Remove it and save as .xlsx.",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _refused(
            "byte 0", "Tệp không mở được như .xlsx.", "The file does not open as .xlsx."
        ) from error
    _bounded(entries)
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise _refused(
            "byte 0", "Tệp nén này không phải bảng tính Excel.", "This archive is no Excel workbook."
        )
    _harmless(names)
    _plain(archive, entries)
    return archive


def _bounded(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _refused(
            "zip",
            f"Tệp có {len(entries)} phần bên trong, quá {MOST_ENTRIES}. Hãy dùng tệp mẫu.",
            f"The file holds {len(entries)} parts, more than {MOST_ENTRIES}. Use the template.",
        )
    if len({entry.filename for entry in entries}) != len(entries):
        raise _refused("zip", "Tệp có hai phần trùng tên.", "Two parts of the file have the same name.")
    for entry in entries:
        swollen = entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        if entry.file_size > MOST_ENTRY or swollen:
            raise _refused(
                entry.filename[:100],
                f"Phần này nở ra {entry.file_size} byte từ {entry.compress_size} byte: tệp bị từ chối để an toàn.",
                f"This part swells to {entry.file_size} bytes from {entry.compress_size}: refused for safety.",
            )
        if entry.flag_bits & 0x1:
            raise _refused(
                entry.filename[:100],
                "Tệp có mật khẩu. Hãy bỏ mật khẩu.",
                "The file has a password. Remove it.",
            )
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise _refused(
            "zip",
            f"Tệp nở ra {total} byte, quá {MOST_BYTES}. Hãy chia thành nhiều tệp.",
            f"The file swells to {total} bytes, more than {MOST_BYTES}. Split it.",
        )


def _harmless(names: set[str]) -> None:
    for name in sorted(names):
        lower = name.lower()
        if lower.endswith("vbaproject.bin") or "/macrosheets/" in lower or "/activex/" in lower:
            raise _refused(
                name[:100],
                "Tệp có macro. Hãy lưu lại dạng .xlsx không macro.",
                "The file has macros. Save it without.",
            )
        if "/externallinks/" in lower or lower.endswith("connections.xml"):
            raise _refused(
                name[:100],
                "Tệp có liên kết tới tệp hoặc nguồn dữ liệu khác. Hãy dán giá trị thay cho liên kết.",
                "The file links to other files or data. Paste values in place of links.",
            )


def _plain(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """No part declares a document type: nothing in a workbook needs one."""
    for entry in entries:
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(entry) as part:
                start = part.read(4096)
        except BROKEN as error:
            raise _refused(
                entry.filename[:100], "Phần này của tệp bị hỏng.", "This part of the file is broken."
            ) from error

        if _DOCTYPE.search(start.replace(b"\x00", b"")):
            raise _refused(
                entry.filename[:100], "Phần này có DOCTYPE.", "This part declares a document type."
            )


def _refused(place: str, vi: str, en: str) -> Malformed:
    return Malformed(vi, en, place=place)
