"""Files of a case: type told by the bytes and not by the name, size bounded, stored once under their own SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings

from motcua.casework.models import Attachment, Case
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import nfc
from motcua.people.actor import Actor

LARGEST = 10 * 2**20
_TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".xml": ("application/xml", (b"<?xml", b"\xef\xbb\xbf<?xml")),
}
_ZIP_MEMBER = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}


def check(name: str, content: bytes, place: str = "file") -> str:
    """The media type of an allowed file; Refused says what is wrong with it and what is taken."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _TYPES:
        raise Refused(
            f"Tệp '{name}' có đuôi '{suffix or 'không rõ'}'. Chỉ nhận: {', '.join(_TYPES)}.",
            f"The file '{name}' ends in '{suffix or 'nothing'}'. Taken are: {', '.join(_TYPES)}.",
            place=place,
        )
    if not content:
        raise Refused(
            f"Tệp '{name}' rỗng (0 byte). Hãy mở tệp kiểm tra rồi tải lại.",
            f"The file '{name}' is empty (0 bytes). Open it, check it, and upload it again.",
            place=place,
        )
    if len(content) > LARGEST:
        raise Refused(
            f"Tệp '{name}' lớn {len(content) / 2**20:.1f} MB, tối đa {LARGEST // 2**20} MB. "
            "Hãy nén hoặc quét ở độ phân giải thấp hơn.",
            f"The file '{name}' has {len(content) / 2**20:.1f} MB, at most {LARGEST // 2**20} MB are taken. "
            "Scan it at a lower resolution.",
            place=place,
        )
    media_type, marks = _TYPES[suffix]
    if not content.startswith(marks) or not _is_whole_zip(suffix, content):
        raise Refused(
            f"Nội dung tệp '{name}' không phải {suffix}: đuôi tệp đã bị đổi hoặc tệp hỏng.",
            f"The content of '{name}' is not {suffix}: the name was changed or the file is damaged.",
            place=place,
        )
    return media_type


def _is_whole_zip(suffix: str, content: bytes) -> bool:
    member = _ZIP_MEMBER.get(suffix)
    if member is None:
        return True
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile:
        return False
    unpacked = sum(info.file_size for info in infos)
    # A bomb is seen from the directory alone, without unpacking anything.
    if unpacked > 100 * 2**20 or unpacked > 100 * max(len(content), 1):
        return False
    return any(info.filename == member for info in infos)


def attach(case: Case, *, document: str, name: str, content: bytes, actor: Actor, at: datetime) -> Attachment:
    """Store a checked file of a case; the same file again finds the first."""
    facts = described(name, content, place=document)
    keep(content)
    attachment, _ = Attachment.objects.get_or_create(
        case=case, document=document, sha256=facts.pop("sha256"),
        defaults={**facts, "added_at": at, "added_by": actor.key},
    )  # fmt: skip
    return attachment


def described(name: str, content: bytes, place: str = "file") -> dict[str, Any]:
    """What the row of a file says of its bytes: name, media type, size, SHA-256; Refused when it is none we take."""
    return {
        "media_type": check(name, content, place),
        "name": nfc(PurePath(name).name)[:200],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _path(digest: str) -> Path:
    return Path(settings.FILES) / digest[:2] / digest[2:]


def keep(content: bytes) -> None:
    """
    Store bytes under their SHA-256: written aside, flushed to the disk and renamed, so that a file is there whole or not
    at all, also after a power cut. Best called before anything is locked: a disk takes its time.
    """
    path = _path(hashlib.sha256(content).hexdigest())
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(attachment: Attachment) -> bytes:
    """The bytes, checked against their name; Refused when the file is gone or was changed on the disk."""
    try:
        content = _path(attachment.sha256).read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Refused(
            f"Tệp '{attachment.name}' trên đĩa bị mất hoặc bị sửa; hãy khôi phục từ bản sao lưu.",
            f"The file '{attachment.name}' is gone from the disk or was changed; restore it from a backup.",
            place=attachment.document,
        )
    return content
