#!/usr/bin/env python3
# ruff: noqa: B905, UP017
# (zip(strict=) and datetime.UTC are newer than Python 3.9, which this file promises to run on.)
"""
Kiểm tra biên nhận và sổ sự kiện của Một Cửa, không cần máy chủ, không cần cài gì thêm.
Checks receipts and ledgers of Một Cửa with no server and nothing to install: Python 3.9 or later is enough.

    python3 motcua_verify.py receipt.json --key head-key.pem          một biên nhận / one receipt
    python3 motcua_verify.py *.json --key head-key.pem                nhiều biên nhận / many receipts
    python3 motcua_verify.py form-d.pdf --key head-key.pem            C/O mẫu D (PDF hoặc JSON) / a certificate
    python3 motcua_verify.py --ledger export.jsonl --key head-key.pem --head head.json   cả sổ / a ledger

Three answers for a receipt: (1) untampered? (2) issued by whom, with which key? (3) in the sealed ledger,
under which head? For a ledger: every case's chain, every seal's root and signature, the chain of the heads,
and the first bad place. Exit code 0: all good; 1: something is wrong; 2: the command itself is wrong.

The public key must come from the department itself (its site, the gazette), never along with the receipt.
Signatures are Ed25519 (RFC 8032), trees are those of RFC 9162, hashes SHA-256. The `cryptography` package is
used when it is there, for speed; otherwise, or with --pure, the arithmetic below does the same work.
"""

from __future__ import annotations

import argparse
import base64
import glob
import json
import os
import re
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha256, sha512
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

ZEROS = "00" * 32
HASH = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"[0-9a-f]{128}")
HEAD_VERSION, RECEIPT_VERSION = "motcua-head/1", "motcua-receipt/1"
CERTIFICATE_VERSION = "motcua-certificate/1"
HEAD_FIELDS = {"number": int, "size": int, "first_event": int, "last_event": int, "root": str}
HEAD_FIELDS.update({"version": str, "previous_head": str, "sealed_at": str, "key_id": str})
EVENT_FIELDS = {"actor": str, "case": int, "channel": str, "details": dict, "happened_at": str, "kind": str}
EVENT_FIELDS.update({"number": int, "recorded_at": str, "id": int, "digest": str, "type": str})
EVENT_NAMES = {*EVENT_FIELDS, "message", "voids"}
BODY_FIELDS = {"version": str, "department": str, "reference": str, "received_at": str, "event": dict}
BODY_FIELDS.update({"content_sha256": str, "key_id": str})
SHOWN = {
    "reference": "số hồ sơ / reference",
    "procedure": "thủ tục / procedure",
    "title": "tên / title",
    "received_at": "tiếp nhận / received",
    "due_at": "hẹn trả / due",
    "content_sha256": "SHA-256 nội dung / of the content",
}
CERTIFICATE_FIELDS = {
    "version": str,
    "number": str,
    "issuer": str,
    "valid_until": str,
    "document": dict,
    "key_id": str,
}
SHOWN_OF_CERTIFICATE = {
    "number": "số C/O / number",
    "issuing_country": "nước cấp / issued in",
    "importing_country": "nước nhập khẩu / importing country",
    "issuer": "tổ chức cấp / authority",
    "valid_until": "hết hiệu lực / valid until",
    "code": "mã kiểm tra / check code",
}
LARGEST_FILE_INSIDE = 1 << 22
PROOF_NAMES = {"index", "size", "path", "head", "head_signature"}


class Problem(Exception):
    """What is wrong, in Vietnamese and in English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


class BadPlace(Problem):
    """The first bad place of a ledger: line of the file, then event id, case and number, or seal."""

    def __init__(self, line: int, place: str, problem: Problem) -> None:
        super().__init__(problem.vi, problem.en)
        self.line, self.place = line, place


# ------------------------------------------------------------------ JSON


def read_json(data: bytes) -> Any:
    """Strict JSON: UTF-8, no field twice, no fractions; raises `Problem` with the place."""
    try:
        return json.loads(data.decode("utf-8-sig"), **_STRICT)
    except UnicodeDecodeError as error:
        raise Problem(f"không phải UTF-8 ở byte {error.start}", f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise Problem(f"không phải JSON, chỗ {place}", f"not JSON at {place}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise Problem("JSON quá lớn hoặc lồng quá sâu", "JSON with huge numbers or nested too deep") from None


def canonical(value: object) -> bytes:
    """The bytes that are signed and digested: sorted keys, no spaces, UTF-8, text exactly as it stands."""
    try:
        return _encoder.encode(value).encode()
    except (UnicodeEncodeError, RecursionError):
        raise Problem("văn bản không ghi được thành UTF-8", "text that UTF-8 cannot hold") from None


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("một trường có hai lần", "a field stands twice")
    return found


def _no_fraction(text: str) -> None:
    raise Problem(f"số không nguyên: {text}", f"a number that is not whole: {text}")


_STRICT: dict[str, Any] = {
    "object_pairs_hook": _fields,
    "parse_float": _no_fraction,
    "parse_constant": _no_fraction,
}
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shaped(value: Any, kinds: Mapping[str, type], what: str) -> dict[str, Any]:
    """The value, when it is an object holding at least these fields of these exact types."""
    if type(value) is not dict:
        raise Problem(f"{what}: không phải đối tượng JSON", f"{what}: not a JSON object")
    for name, kind in kinds.items():
        if type(value.get(name)) is not kind:
            raise Problem(f"{what}: thiếu hoặc sai trường {name}", f"{what}: field {name} missing or wrong")
    return value


def from_hex(text: object, pattern: re.Pattern[str], what: str) -> bytes:
    """The bytes of lower-case hexadecimal of the right length."""
    if type(text) is not str or not pattern.fullmatch(text):
        raise Problem(
            f"{what}: không phải mã thập lục phân đúng dạng", f"{what}: not well-formed hexadecimal"
        )
    return bytes.fromhex(text)


# ------------------------------------------------------------------ PDF


def file_inside(data: bytes) -> bytes:
    """The signed data a paper carries inside, where the bytes are a PDF; any other bytes as they are."""
    if not data.startswith(b"%PDF-"):
        return data
    for found in re.finditer(rb"/Type\s*/EmbeddedFile", data):
        start, end = data.find(b"stream", found.end()), data.find(b"endstream", found.end())
        if start < 0 or end < start:
            continue
        body = data[start + 6 : end].lstrip(b"\r\n")
        head = data[max(0, data.rfind(b" obj", 0, found.start())) : start]
        try:
            inside = (
                zlib.decompressobj().decompress(body, LARGEST_FILE_INSIDE)
                if b"/FlateDecode" in head
                else body
            )
        except zlib.error:
            continue
        if inside.lstrip().startswith(b"{"):
            return inside.rstrip(b"\r\n")
    raise Problem("tệp PDF không chứa dữ liệu đã ký", "the PDF carries no signed data")


# ------------------------------------------------------------------ Ed25519 (RFC 8032)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates (RFC 8032, 5.1.4)."""
    u = (a[1] - a[0]) * (b[1] - b[0]) % P
    v = (a[1] + a[0]) * (b[1] + b[0]) % P
    w = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def decompress(raw: bytes) -> Point | None:
    """The point of 32 bytes, or None when they name none (RFC 8032, 5.1.3)."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(raw) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def compress(point: Point) -> bytes:
    """The 32 bytes of a point."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def table(point: Point) -> list[list[Point]]:
    """Sixteen multiples of the point for each of the 64 hexadecimal digits of a factor."""
    rows = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(16):
            row.append(add(row[-1], point))
        point = row.pop()
        rows.append(row)
    return rows


def times(factor: int, rows: list[list[Point]], start: Point = NEUTRAL) -> Point:
    """`start` plus the point of the table times the factor (below 2**256)."""
    for row in rows:
        start = add(start, row[factor & 15])
        factor >>= 4
    return start


def small_order(point: Point) -> bool:
    """Whether the point is one of the eight under which a signature proves nothing."""
    for _ in range(3):
        point = add(point, point)
    return point[0] == 0 and point[1] == point[2]


_base_table: list[list[Point]] = []


class Key:
    """One public key; `verify` uses `cryptography` when it may and can, with the same answers."""

    def __init__(self, raw: bytes, *, pure: bool = False) -> None:
        point = decompress(raw)
        if point is None or small_order(point):
            raise Problem("không phải khóa công khai Ed25519", "not an Ed25519 public key")
        self.raw = raw
        self.key_id = f"ed25519-{sha256(raw).hexdigest()[:32]}"
        self.fast = None if pure or Ed25519PublicKey is None else Ed25519PublicKey.from_public_bytes(raw)
        self._minus: Point = (P - point[0], point[1], 1, P - point[3])
        self._table: list[list[Point]] = []

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether this is the key's signature of the data."""
        if self.fast is None:
            return self.verify_pure(signature, data)
        try:
            self.fast.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def verify_pure(self, signature: bytes, data: bytes) -> bool:
        """The same in plain arithmetic: R = sB - kA, compared byte by byte (RFC 8032, 5.1.7)."""
        s = int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or s >= ORDER:
            return False
        if not _base_table:
            y = 4 * pow(5, P - 2, P) % P
            _base_table.extend(table(decompress(y.to_bytes(32, "little")) or NEUTRAL))
        self._table = self._table or table(self._minus)
        k = int.from_bytes(sha512(signature[:32] + self.raw + data).digest(), "little") % ORDER
        return compress(times(k, self._table, times(s, _base_table))) == signature[:32]


def read_keys(text: str, *, pure: bool = False) -> list[Key]:
    """All public keys of a PEM text (RFC 8410)."""
    if "PRIVATE KEY" in text:
        raise Problem(
            "tệp chứa khóa RIÊNG, không được đưa cho ai; cần khóa công khai",
            "the file holds a PRIVATE key, which nobody may hand out; the public key is needed",
        )
    keys = []
    for block in re.findall("-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", text, re.DOTALL):
        try:
            der = base64.b64decode("".join(block.split()), validate=True)
        except ValueError:
            der = b""
        if len(der) != 44 or not der.startswith(bytes.fromhex("302a300506032b6570032100")):
            raise Problem("không phải khóa công khai Ed25519", "not an Ed25519 public key")
        keys.append(Key(der[12:], pure=pure))
    if not keys:
        raise Problem("tệp không có khóa công khai PEM nào", "the file holds no PEM public key")
    return keys


# ------------------------------------------------------------------ Merkle trees (RFC 9162)


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over the leaves; an odd node at the end of a level rises unchanged."""
    level = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2])] + odd
    return level[0] if level else sha256().digest()


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the path leads to, or None when its length does not fit (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    last = size - 1
    known = sha256(b"\0" + leaf).digest()
    for sibling in path:
        if not last:
            return None
        if index & 1 or index == last:
            known = sha256(b"\1" + sibling + known).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            known = sha256(b"\1" + known + sibling).digest()
        index, last = index >> 1, last >> 1
    return None if last else known


# ------------------------------------------------------------------ receipts and ledgers


class Answer(NamedTuple):
    """`good` is True, False, or None where there is nothing to say yet."""

    good: bool | None
    vi: str
    en: str


class LedgerReport(NamedTuple):
    """What a sound ledger holds; `last_head` is None when nothing is sealed yet."""

    events: int
    cases: int
    seals: int
    unsealed: int
    last_head: dict[str, Any] | None


class Checker:
    """Checks any number of receipts and ledgers with one set of keys; each head's signature only once."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = {key.key_id: key for key in keys}
        self._checked: dict[tuple[bytes, bytes], dict[str, Any]] = {}
        self._heads: dict[tuple[str, str, int], bytes] = {}

    def receipt(self, data: bytes) -> tuple[dict[str, Any], list[Answer]]:
        """The receipt and the three answers; raises `Problem` when the bytes are not a readable receipt."""
        found = shaped(read_json(data), BODY_FIELDS, "biên nhận / receipt")
        if found["version"] != RECEIPT_VERSION or "inclusion" not in found:
            raise Problem("không phải biên nhận phiên bản 1", "not a receipt of version 1")
        body = {name: value for name, value in found.items() if name not in ("signature", "inclusion")}
        signature = from_hex(found.get("signature"), SIGNATURE, "signature")
        name, key = found["key_id"], self.keys.get(found["key_id"])
        if key is None:
            return found, [
                Answer(False, "không kiểm được: không có khóa này", "cannot tell: no such key at hand"),
                Answer(False, f"khóa lạ {name}", f"unknown key {name}: not one of those given"),
                Answer(False, "chưa kiểm", "not checked"),
            ]
        if not key.verify(signature, canonical(body)):
            return found, [
                Answer(False, "ĐÃ BỊ SỬA hoặc không do khóa này ký", "ALTERED, or not signed with this key"),
                Answer(False, "không rõ nơi cấp", "the issuer is unknown"),
                Answer(False, "chưa kiểm", "not checked"),
            ]
        return found, [
            Answer(True, "nguyên vẹn", "untampered"),
            Answer(True, f"{found['department']}, khóa {name}", f"{found['department']}, key {name}"),
            self._sealed(found),
        ]

    def certificate(self, data: bytes, today: str) -> tuple[dict[str, Any], list[Answer]]:
        """A certificate of origin and the three answers; `today` (2020-05-31) decides whether it is still valid."""
        found = shaped(read_json(data), CERTIFICATE_FIELDS, "C/O / certificate")
        if found["version"] != CERTIFICATE_VERSION:
            raise Problem("không phải C/O phiên bản 1", "not a certificate of version 1")
        body = {name: value for name, value in found.items() if name != "signature"}
        signature = from_hex(found.get("signature"), SIGNATURE, "signature")
        name, key = found["key_id"], self.keys.get(found["key_id"])
        if key is None or not key.verify(signature, canonical(body)):
            unknown = key is None
            return found, [
                Answer(False, "không kiểm được: không có khóa này", "cannot tell: no such key at hand")
                if unknown
                else Answer(
                    False, "ĐÃ BỊ SỬA hoặc không do khóa này ký", "ALTERED, or not signed with this key"
                ),
                Answer(False, f"khóa lạ {name}", f"unknown key {name}: not one of those given")
                if unknown
                else Answer(False, "không rõ nơi cấp", "the issuer is unknown"),
                Answer(False, "chưa kiểm", "not checked"),
            ]
        until = found["valid_until"]
        over = re.fullmatch(r"\d{4}-\d{2}-\d{2}", until) is None or until < today
        valid = (
            Answer(False, f"hết hiệu lực từ sau ngày {until}", f"no longer valid after {until}")
            if over
            else Answer(
                None,
                f"còn trong hạn đến {until}; đã hủy hay chưa thì chỉ trang kiểm tra biết",
                f"within its time until {until}; whether it was cancelled only the check page can tell",
            )
        )
        return found, [
            Answer(True, "nguyên vẹn", "untampered"),
            Answer(True, f"{found['issuer']}, khóa {name}", f"{found['issuer']}, key {name}"),
            valid,
        ]

    def paper(self, data: bytes, today: str) -> tuple[dict[str, Any], list[Answer]]:
        """A receipt or a certificate, alone or inside a PDF."""
        inside = file_inside(data)
        if f'"{CERTIFICATE_VERSION}"'.encode() in inside:
            return self.certificate(inside, today)
        return self.receipt(inside)

    def _sealed(self, found: dict[str, Any]) -> Answer:
        if found["inclusion"] is None:
            return Answer(None, "chưa niêm phong khi cấp bản này", "not yet sealed when this copy was issued")
        try:
            return self._proven(found, shaped(found["inclusion"], {"index": int, "size": int}, "inclusion"))
        except Problem as problem:
            return Answer(False, f"chứng minh SAI: {problem.vi}", f"the proof is WRONG: {problem.en}")

    def _proven(self, found: dict[str, Any], proof: dict[str, Any]) -> Answer:
        if set(proof) != PROOF_NAMES or type(proof["path"]) is not list:
            raise Problem("thiếu hoặc thừa trường", "fields missing or unknown")
        head = self.signed_head(proof)
        number, index, size = head["number"], proof["index"], proof["size"]
        leaf = from_hex(found["event"].get("digest"), HASH, "event.digest")
        path = [from_hex(step, HASH, "path") for step in proof["path"]]
        reached = root_from(leaf, index, size, path)
        if size != head["size"] or reached is None or reached.hex() != head["root"]:
            raise Problem(
                f"sự kiện không nằm dưới đầu sổ {number}", f"the event does not stand under head {number}"
            )
        here = (found["department"], head["key_id"], number)
        head_hash = sha256(canonical(head)).digest()
        if self._heads.setdefault(here, head_hash) != head_hash:
            raise Problem(
                f"có hai đầu sổ khác nhau cùng số {number}: sổ đã bị rẽ nhánh",
                f"two different heads both numbered {number}: the ledger was forked",
            )
        when = local_time(head["sealed_at"])
        return Answer(
            True,
            f"có trong sổ: đầu sổ {number}, niêm phong {when}, lá {index + 1}/{size}, khóa {head['key_id']}",
            f"in the ledger: head {number}, sealed {when}, leaf {index + 1} of {size}, key {head['key_id']}",
        )

    def signed_head(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        """The head in {"head", "head_signature"}, its shape and signature checked; raises `Problem`."""
        signed = canonical(holder.get("head"))
        signature = from_hex(holder.get("head_signature"), SIGNATURE, "head_signature")
        if (signed, signature) in self._checked:
            return self._checked[signed, signature]
        head = shaped(holder.get("head"), HEAD_FIELDS, "đầu sổ / head")
        if head["version"] != HEAD_VERSION or len(head) != len(HEAD_FIELDS):
            raise Problem("không phải đầu sổ phiên bản 1", "not a head of version 1")
        key = self.keys.get(head["key_id"])
        if key is None:
            raise Problem(f"đầu sổ ký bằng khóa lạ {head['key_id']}", f"head of unknown key {head['key_id']}")
        if not key.verify(signature, signed):
            raise Problem(
                "chữ ký đầu sổ sai: đầu sổ đã bị sửa", "the head's signature is wrong: it was altered"
            )
        self._checked[signed, signature] = head
        return head

    def known_head(self, data: bytes) -> dict[str, Any]:
        """A head somebody kept: a signed head, a sealed receipt, or a bare head; signatures are checked."""
        found = shaped(read_json(data), {}, "đầu sổ / head")
        holder = found["inclusion"] if type(found.get("inclusion")) is dict else found
        if "head" not in holder:
            return shaped(holder, HEAD_FIELDS, "đầu sổ / head")
        return self.signed_head(holder) if self.keys else shaped(holder["head"], HEAD_FIELDS, "head")

    def ledger(self, lines: Iterable[bytes], known: Iterable[Mapping[str, Any]] = ()) -> LedgerReport:
        """Recompute an exported ledger; raises `BadPlace` at the first place that does not hold.

        Without keys the signatures of the seals are not checked; without known heads a cut tail cannot be
        seen.
        """
        walk = _Walk(self, known)
        line = 0
        for line, text in enumerate(lines, 1):
            walk.place = ""
            try:
                walk.take(shaped(read_json(text), {"type": str}, "dòng / line"))
            except Problem as problem:
                raise BadPlace(line, walk.place, problem) from None
        try:
            return walk.end()
        except Problem as problem:
            raise BadPlace(line + 1, walk.place, problem) from None


class _Walk:
    """One pass over a ledger, in the order of the file."""

    def __init__(self, checker: Checker, known: Iterable[Mapping[str, Any]]) -> None:
        self.checker = checker
        self.known = sorted(known, key=lambda head: head["number"])
        self.place = ""
        self.events = self.seals = self.last_id = 0
        self.chains: dict[int, tuple[int, bytes]] = {}
        self.waiting: list[tuple[int, bytes]] = []
        self.head: dict[str, Any] | None = None
        self.head_hash = ZEROS

    def take(self, entry: dict[str, Any]) -> None:
        if entry["type"] == "event":
            self._event(entry)
        elif entry["type"] == "seal":
            self._seal(entry)
        else:
            raise Problem("loại dòng lạ", "a line of unknown type")

    def _event(self, entry: dict[str, Any]) -> None:
        shaped(entry, EVENT_FIELDS, "sự kiện / event")
        event, case, number = entry["id"], entry["case"], entry["number"]
        self.place = f"sự kiện/event {event}, hồ sơ/case {case}, số/number {number}"
        if set(entry) != EVENT_NAMES:
            raise Problem("thiếu hoặc thừa trường", "fields missing or unknown")
        digest = from_hex(entry["digest"], HASH, "digest")
        if event <= self.last_id:
            raise Problem(
                f"đứng sau sự kiện {self.last_id}: sai thứ tự hoặc lặp lại",
                f"it stands after event {self.last_id}: out of order or repeated",
            )
        before, previous = self.chains.get(case, (0, bytes(32)))
        if number != before + 1:
            raise Problem(
                f"trước nó là số {before}: thiếu, lặp hoặc chèn sự kiện",
                f"number {before} stands before it: an event is missing, repeated or inserted",
            )
        written = {name: value for name, value in entry.items() if name not in ("id", "digest", "type")}
        if sha256(previous + canonical(written)).digest() != digest:
            raise Problem("mã băm không khớp: nội dung đã bị sửa", "the digest does not fit: it was changed")
        self.chains[case] = number, digest
        self.waiting.append((event, digest))
        self.last_id = event
        self.events += 1

    def _seal(self, entry: dict[str, Any]) -> None:
        head = shaped(entry.get("head"), HEAD_FIELDS, "đầu sổ / head")
        number, size = head["number"], head["size"]
        first, last = head["first_event"], head["last_event"]
        span = f"{first}–{last}"
        self.place = f"dấu niêm phong/seal {number}, sự kiện/events {span}"
        if set(entry) != {"type", "head", "head_signature"}:
            raise Problem("thiếu hoặc thừa trường", "fields missing or unknown")
        if number != self.seals + 1:
            raise Problem(
                f"chờ dấu số {self.seals + 1}: thiếu, lặp hoặc chèn dấu niêm phong",
                f"seal {self.seals + 1} was due: a seal is missing, repeated or inserted",
            )
        if self.checker.keys:
            self.checker.signed_head(entry)
        if head["previous_head"] != self.head_hash:
            raise Problem("không nối với đầu sổ trước", "it does not continue the head before it")
        ids = [event for event, _ in self.waiting]
        for event in (first, last):
            if event not in ids:
                self.place += f"; sự kiện/event {event}"
                raise Problem("sự kiện này bị thiếu", "this event is missing")
        for event in ids:
            if not first <= event <= last:
                self.place += f"; sự kiện/event {event}"
                raise Problem("sự kiện này bị chèn vào", "this event was inserted")
        if size != len(ids):
            raise Problem(
                f"niêm phong {size} sự kiện {span}, ở đây có {len(ids)}: thiếu hoặc chèn sự kiện",
                f"it sealed {size} events {span}, here are {len(ids)}: some are missing or inserted",
            )
        if tree_root([digest for _, digest in self.waiting]).hex() != head["root"]:
            raise Problem(
                f"gốc cây không khớp: trong các sự kiện {span} có cái bị sửa, đổi chỗ hoặc thay thế",
                f"the root does not fit: among events {span} one was changed, moved or replaced",
            )
        self.head, self.head_hash = head, sha256(canonical(head)).hexdigest()
        for kept in self.known:
            if kept["number"] == number and sha256(canonical(kept)).hexdigest() != self.head_hash:
                raise Problem(
                    "khác với đầu sổ đã biết cùng số: lịch sử đã bị viết lại hoặc quay lui",
                    "it differs from the known head of this number: history was rewritten or rolled back",
                )
        self.waiting.clear()
        self.seals = number

    def end(self) -> LedgerReport:
        if self.known and self.known[-1]["number"] > self.seals:
            kept = self.known[-1]
            self.place = f"cuối sổ/end of ledger: sự kiện/event {self.last_id}, dấu/seal {self.seals}"
            raise Problem(
                f"bị cắt đuôi hoặc quay lui: đã biết dấu {kept['number']}, đến sự kiện {kept['last_event']}",
                f"tail cut or rolled back: head {kept['number']} is known, up to event {kept['last_event']}",
            )
        return LedgerReport(self.events, len(self.chains), self.seals, len(self.waiting), self.head)


# ------------------------------------------------------------------ the command


def printable(text: object) -> str:
    """Text for a terminal: control characters of a forged file must not reach it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(text))


def local_time(text: object) -> str:
    """A canonical time in Vietnam's (UTC+7 all year), to the second; anything else as it stands."""
    try:
        moment = datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone(timedelta(hours=7))).strftime("%d/%m/%Y %H:%M:%S (giờ VN)")
    except (ValueError, OverflowError):
        return str(text)


def show_goods(document: Mapping[str, Any]) -> None:
    """What the signed form says, to be compared with the paper in one's hand."""
    for name, label in (("exporter", "người xuất khẩu / exporter"), ("consignee", "người nhận / consignee")):
        party = document.get(name)
        print(f"   {label}: {printable(party.get('name', '–') if isinstance(party, dict) else '–')}")
    items = document.get("items")
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            words = [
                str(item.get(name, "–"))
                for name in ("number", "description", "hs_code", "criterion", "quantity", "unit")
            ]
            print(f"   hàng / item: {printable(' · '.join(words))}")


def show_receipt(name: str, found: Mapping[str, Any], answers: Sequence[Answer], *, brief: bool) -> bool:
    """Print the answers (in brief only when one is bad); whether all is well."""
    good = all(answer.good is not False for answer in answers)
    if good and brief:
        return True
    print(f"{printable(name)}: {'HỢP LỆ / VALID' if good else 'KHÔNG HỢP LỆ / NOT VALID'}")
    certificate = found["version"] == CERTIFICATE_VERSION
    for field, label in (SHOWN_OF_CERTIFICATE if certificate else SHOWN).items():
        value = found.get(field)
        shown = "–" if value is None else local_time(value) if field.endswith("_at") else value
        print(f"   {label}: {printable(shown)}")
    if certificate:
        show_goods(found["document"])
    words = (
        "Nguyên vẹn? / Untampered?",
        "Ai cấp? / Issued by?",
        "Còn hiệu lực? / Still valid?" if certificate else "Trong sổ? / In the ledger?",
        "Nội dung / Content",
    )
    for place, (word, answer) in enumerate(zip(words, answers), 1):
        mark = {True: "✓", False: "✗", None: "–"}[answer.good]
        print(f"{mark} {place}. {word}\n     {printable(answer.vi)}\n     {printable(answer.en)}")
    return good


def check_receipts(checker: Checker, names: Sequence[str], options: argparse.Namespace) -> bool:
    """Check each file and print what is found; whether all are good."""
    good = unsealed = 0
    brief = len(names) > 1 and not options.verbose
    for name in names:
        try:
            with open(name, "rb") as file:
                found, answers = checker.paper(file.read(), datetime.now().astimezone().strftime("%Y-%m-%d"))
        except (OSError, Problem) as error:
            vi, en = (error.vi, error.en) if isinstance(error, Problem) else (error.strerror, error.strerror)
            print(
                f"{printable(name)}: KHÔNG ĐỌC ĐƯỢC / UNREADABLE\n     {printable(vi)}\n     {printable(en)}"
            )
            continue
        unsealed += answers[2].good is None and found["version"] == RECEIPT_VERSION
        if options.sealed and answers[2].good is None and found["version"] == RECEIPT_VERSION:
            answers[2] = answers[2]._replace(good=False)
        if options.content and found["version"] == RECEIPT_VERSION:
            answers.append(content_answer(options.content, found["content_sha256"]))
        good += show_receipt(name, found, answers, brief=brief)
    if len(names) > 1:
        print(f"{good}/{len(names)} biên nhận hợp lệ, {unsealed} chưa niêm phong")
        print(f"{good} of {len(names)} receipts valid, {unsealed} not yet sealed")
    return good == len(names)


def content_answer(name: str, expected: str) -> Answer:
    """Whether the file is the one the receipt was given for."""
    digest = sha256()
    with open(name, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    if digest.hexdigest() == expected:
        return Answer(True, f"{name} đúng là tệp đã nộp", f"{name} is the file that was filed")
    return Answer(False, f"{name} KHÔNG phải tệp đã nộp", f"{name} is NOT the file that was filed")


def check_ledger(checker: Checker, options: argparse.Namespace) -> bool:
    """Check the exported ledger and print what is found; whether it holds."""
    known = []
    for name in options.head:
        with open(name, "rb") as file:
            known.append(checker.known_head(file.read()))
    try:
        with open(options.ledger, "rb") as file:
            report = checker.ledger(file, known)
    except BadPlace as bad:
        print(f"{printable(options.ledger)}: SỔ BỊ SAI / LEDGER BROKEN")
        print(f"✗ Chỗ sai đầu tiên / First bad place: dòng/line {bad.line}; {bad.place or '–'}")
        print(f"     {printable(bad.vi)}\n     {printable(bad.en)}")
        return False
    print(f"{printable(options.ledger)}: SỔ NGUYÊN VẸN / LEDGER INTACT")
    print(
        f"   {report.events} sự kiện/events, {report.cases} hồ sơ/cases, {report.seals} dấu/seals, "
        f"{report.unsealed} chưa niêm phong/not yet sealed"
    )
    if report.last_head:
        digest = sha256(canonical(report.last_head)).hexdigest()
        when = printable(local_time(report.last_head["sealed_at"]))
        print(f"   đầu sổ cuối/last head: {report.last_head['number']}, {when}, sha256 {digest}")
    if not checker.keys:
        print("– Chữ ký chưa được kiểm: hãy thêm --key.\n  Signatures were not checked: add --key.")
    if not known:
        print("– Không có đầu sổ đã biết (--head) thì không thấy được sổ bị cắt đuôi.")
        print("  Without a known head (--head) a cut tail cannot be seen.")
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("receipts", nargs="*", help="tệp biên nhận / receipt files")
    parser.add_argument(
        "--key", action="append", default=[], help="khóa công khai PEM / public key (repeatable)"
    )
    parser.add_argument("--ledger", help="sổ đã xuất, mỗi dòng một JSON / exported ledger, one JSON a line")
    parser.add_argument(
        "--head", action="append", default=[], help="đầu sổ đã biết / known head, for --ledger"
    )
    parser.add_argument("--content", help="tệp đã nộp, so với biên nhận / the filed bytes, for one receipt")
    parser.add_argument("--sealed", action="store_true", help="đòi đã niêm phong / refuse unsealed receipts")
    parser.add_argument("--pure", action="store_true", help="không dùng/do without cryptography")
    parser.add_argument("--verbose", action="store_true", help="in đủ từng biên nhận / print every receipt")
    options = parser.parse_args(arguments)
    # Where the shell does not spell out *.json (Windows), we do.
    names = []
    for given in options.receipts:
        names += [given] if os.path.exists(given) else sorted(glob.glob(given)) or [given]
    if bool(names) == bool(options.ledger):
        parser.error("cần biên nhận hoặc --ledger, không cả hai / give receipts or --ledger, not both")
    if names and not options.key:
        parser.error("cần --key: khóa công khai do cơ quan công bố / --key is needed: the published key")
    if (options.head and not options.ledger) or (options.content and len(names) != 1):
        parser.error(
            "--head đi với --ledger, --content với một biên nhận / "
            "--head goes with --ledger, --content with one receipt"
        )
    try:
        keys = []
        for name in options.key:
            with open(name, encoding="utf-8", errors="replace") as file:
                keys += read_keys(file.read(), pure=options.pure)
        checker = Checker(keys)
        good = check_ledger(checker, options) if options.ledger else check_receipts(checker, names, options)
    except OSError as error:
        print(f"{error.filename}: không mở được / cannot be opened: {error.strerror}", file=sys.stderr)
        return 1
    except Problem as problem:
        print(f"{printable(problem.vi)}\n{printable(problem.en)}", file=sys.stderr)
        return 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
