"""
Seals and receipts: what a department signs, in which shape.

A **seal** covers the events since the last seal, in the order of their ids. Its **head** names the first and
the last, the root of the Merkle tree over their digests, and the hash of the head before; it is signed. Who
holds one signed head can tell whether the ledger up to it was ever changed or cut.

A **receipt** tells an applicant what was filed and when; it is signed at once (`receipt`) and gains an
inclusion proof when its event has been sealed (`include`). Both are checked without any server by
`motcua.verifier.motcua_verify`.

The signature always covers the canonical JSON (`motcua.lib.digest`); "version" inside it keeps a head from
being taken for a receipt. Digests, hashes and signatures are written as lower-case hexadecimal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from motcua.lib.digest import GENESIS, canonical, event_fields, plain
from motcua.lib.errors import Malformed
from motcua.lib.merkle import verify_inclusion
from motcua.lib.signing import Signer

HEAD_VERSION = "motcua-head/1"
RECEIPT_VERSION = "motcua-receipt/1"

#: The most events one seal covers; a longer backlog is sealed in several steps.
MAX_LEAVES = 16_384

#: What a receipt carries besides its signed body.
UNSIGNED = ("signature", "inclusion")


def seal_head(
    *,
    number: int,
    size: int,
    first_event: int,
    last_event: int,
    root: bytes | str,
    previous_head: bytes | str | None,
    sealed_at: datetime,
    key_id: str,
) -> dict[str, Any]:
    """The statement to sign: seal `number` (from 1) covers `size` events, ids `first_event` to `last_event`.

    `previous_head` is `head_hash` of the seal before (None or `GENESIS` for the first). Raises `Malformed`
    for an empty or oversized seal and for a hash that is not 32 bytes.
    """
    if not 1 <= size <= MAX_LEAVES:
        raise Malformed(
            f"một lần niêm phong gồm 1 đến {MAX_LEAVES} sự kiện, ở đây là {size}; hãy chia nhỏ",
            f"a seal covers 1 to {MAX_LEAVES} events, here {size}; seal in several steps",
            place="size",
        )
    if number < 1 or last_event - first_event + 1 < size:
        raise Malformed(
            f"dấu niêm phong {number} từ sự kiện {first_event} đến {last_event} không thể có {size} sự kiện",
            f"seal {number} from event {first_event} to {last_event} cannot cover {size} events",
            place="number",
        )
    before = GENESIS if previous_head is None else previous_head
    if (number == 1) != (_hex(before, "previous_head") == GENESIS.hex()):
        raise Malformed(
            "chỉ dấu niêm phong số 1 mới không có dấu trước",
            "the first seal, and only the first, has no seal before it",
            place="previous_head",
        )
    head = {
        "version": HEAD_VERSION,
        "number": number,
        "size": size,
        "first_event": first_event,
        "last_event": last_event,
        "root": _hex(root, "root"),
        "previous_head": _hex(before, "previous_head"),
        "sealed_at": sealed_at,
        "key_id": key_id,
    }
    written: dict[str, Any] = plain(head)
    return written


def head_hash(head: Mapping[str, object]) -> bytes:
    """The 32 bytes by which the next seal names this head."""
    return sha256(canonical(head)).digest()


def sign_head(head: Mapping[str, object], signer: Signer) -> dict[str, Any]:
    """`{"head": {...}, "head_signature": hex}`: what is kept, published, and put into receipts."""
    _same_key(head["key_id"], signer)
    return {"head": plain(head), "head_signature": signer.sign(canonical(head)).hex()}


def receipt(
    *,
    department: str,
    reference: str,
    procedure: str,
    title: str,
    received_at: datetime,
    due_at: datetime | None,
    case: int,
    event: Mapping[str, object],
    content_sha256: bytes | str,
    signer: Signer,
) -> dict[str, Any]:
    """A signed filing receipt, not yet sealed, as plain JSON.

    `event` holds number, kind, happened_at, recorded_at, digest and previous (bytes or hexadecimal) of the
    event that recorded the filing; `content_sha256` is the hash of the exact bytes that were filed.
    """
    missing = {"number", "kind", "happened_at", "recorded_at", "digest", "previous"} ^ set(event)
    if missing:
        names = ", ".join(sorted(missing))
        raise Malformed(
            f"thiếu hoặc thừa trường: {names}", f"missing or unknown fields: {names}", place="event"
        )
    body = plain(
        {
            "version": RECEIPT_VERSION,
            "department": department,
            "reference": reference,
            "procedure": procedure,
            "title": title,
            "received_at": received_at,
            "due_at": due_at,
            "case": case,
            "event": {
                **event,
                "digest": _hex(event["digest"], "event.digest"),
                "previous": _hex(event["previous"], "event.previous"),
            },
            "content_sha256": _hex(content_sha256, "content_sha256"),
            "key_id": signer.key_id,
        }
    )
    return {**body, "signature": signer.sign(canonical(body)).hex(), "inclusion": None}


def include(
    issued: Mapping[str, Any], *, index: int, path: Sequence[bytes], signed_head: Mapping[str, Any]
) -> dict[str, Any]:
    """The receipt with its inclusion proof: leaf `index` (from 0) of the tree under `signed_head`.

    `signed_head` is what `sign_head` gave. Raises `Malformed` when the proof does not hold, so that no
    receipt leaves the house that its holder could not check.
    """
    head = signed_head["head"]
    leaf = bytes.fromhex(issued["event"]["digest"])
    if not verify_inclusion(leaf, index, head["size"], path, bytes.fromhex(head["root"])):
        raise Malformed(
            f"biên nhận {issued['reference']} không ở lá {index} của dấu niêm phong {head['number']}",
            f"the event of receipt {issued['reference']} is not leaf {index} of seal {head['number']}",
            place="inclusion",
        )
    proof = {"index": index, "size": head["size"], "path": [step.hex() for step in path], **signed_head}
    return {**issued, "inclusion": plain(proof)}


def signed_body(issued: Mapping[str, Any]) -> bytes:
    """The bytes a receipt's signature covers: everything but the signature and the proof."""
    return canonical({name: value for name, value in issued.items() if name not in UNSIGNED})


def event_line(
    event_id: int,
    digest: bytes | str,
    *,
    case: int,
    number: int,
    kind: str,
    happened_at: datetime,
    recorded_at: datetime,
    actor: str,
    channel: str,
    details: Mapping[str, object],
    voids: int | None,
    message: str | None,
) -> bytes:
    """One event as one line of an exported ledger (canonical JSON and a line feed), in the order of ids."""
    fields = event_fields(
        case=case,
        number=number,
        kind=kind,
        happened_at=happened_at,
        recorded_at=recorded_at,
        actor=actor,
        channel=channel,
        details=details,
        voids=voids,
        message=message,
    )
    return canonical({**fields, "type": "event", "id": event_id, "digest": _hex(digest, "digest")}) + b"\n"


def seal_line(signed_head: Mapping[str, object]) -> bytes:
    """One signed head as one line of an exported ledger; it stands right after the last event it covers."""
    return canonical({**signed_head, "type": "seal"}) + b"\n"


def _hex(value: object, place: str) -> str:
    raw = bytes(value) if isinstance(value, bytes | memoryview) else b""
    if isinstance(value, str):
        try:
            raw = bytes.fromhex(value)
        except ValueError:
            raw = b""
    if len(raw) != 32:
        raise Malformed(
            f"phải là mã băm SHA-256: 32 byte hoặc 64 chữ số thập lục phân, ở đây là {value!r}",
            f"must be a SHA-256 hash: 32 bytes or 64 hexadecimal digits, it is {value!r}",
            place=place,
        )
    return raw.hex()


def _same_key(named: object, signer: Signer) -> None:
    if named != signer.key_id:
        raise Malformed(
            f"đầu sổ ghi khóa {named} nhưng được ký bằng khóa {signer.key_id}",
            f"the head names key {named} but would be signed with key {signer.key_id}",
            place="key_id",
        )
