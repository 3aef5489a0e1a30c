"""Seals chain to each other, and a receipt says exactly what was signed."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from motcua.lib.digest import GENESIS, canonical, event_digest
from motcua.lib.errors import Malformed
from motcua.lib.merkle import Tree
from motcua.lib.receipts import (
    MAX_LEAVES,
    event_line,
    head_hash,
    include,
    receipt,
    seal_head,
    seal_line,
    sign_head,
    signed_body,
)
from motcua.lib.signing import FileSigner

NOON = datetime(2026, 7, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return FileSigner.ensure(Path(tmp_path_factory.mktemp("key")) / "head.pem")


def a_head(signer: FileSigner, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "number": 1,
        "size": 4,
        "first_event": 10,
        "last_event": 15,
        "root": b"\x07" * 32,
        "previous_head": None,
        "sealed_at": NOON,
        "key_id": signer.key_id,
    }
    return seal_head(**{**fields, **changes})


def a_receipt(signer: FileSigner, **changes: Any) -> dict[str, Any]:
    event = {
        "number": 1,
        "kind": "lodged",
        "happened_at": NOON,
        "recorded_at": NOON,
        "digest": sha256(b"event").digest(),
        "previous": GENESIS,
    }
    fields: dict[str, Any] = {
        "department": "Hải quan khu vực",
        "reference": "34CE-26-000001",
        "procedure": "amend-manifest",
        "title": "Khai bổ sung bản lược khai",
        "received_at": NOON,
        "due_at": None,
        "case": 7,
        "event": event,
        "content_sha256": sha256(b"content").digest(),
        "signer": signer,
    }
    return receipt(**{**fields, **changes})


def test_a_head_is_plain_json_and_names_its_predecessor(signer: FileSigner) -> None:
    first = a_head(signer)
    assert first["previous_head"] == "00" * 32
    assert first["sealed_at"] == "2026-07-01T05:00:00.000000Z"
    second = a_head(signer, number=2, first_event=16, last_event=19, previous_head=head_hash(first))
    assert second["previous_head"] == sha256(canonical(first)).hexdigest()
    assert (
        a_head(signer, number=2, previous_head=head_hash(first).hex())["previous_head"]
        == second["previous_head"]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"size": 0},
        {"size": MAX_LEAVES + 1, "last_event": MAX_LEAVES + 20},
        {"size": 7},
        {"number": 0},
        {"number": 2},
        {"previous_head": b"\x01" * 32},
        {"number": 2, "previous_head": "not a hash"},
        {"root": b"short"},
        {"sealed_at": datetime(2026, 7, 1)},  # noqa: DTZ001
    ],
)
def test_a_head_that_makes_no_sense_is_refused(signer: FileSigner, changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        a_head(signer, **changes)


def test_a_signed_head_verifies_and_only_under_its_own_key(signer: FileSigner, tmp_path: Path) -> None:
    head = a_head(signer)
    signed = sign_head(head, signer)
    assert signed["head"] == head
    assert signer.verifier().verify(bytes.fromhex(signed["head_signature"]), canonical(head))
    with pytest.raises(Malformed, match="names key"):
        sign_head(head, FileSigner.ensure(tmp_path / "other.pem"))


def test_a_receipt_is_signed_at_once_and_says_what_was_filed(signer: FileSigner) -> None:
    issued = a_receipt(signer, title=normalize("NFD", "Khai bổ sung"))
    assert issued["inclusion"] is None
    assert issued["due_at"] is None
    assert issued["title"] == "Khai bổ sung"
    assert issued["key_id"] == signer.key_id
    assert issued["event"]["previous"] == "00" * 32
    assert issued["content_sha256"] == sha256(b"content").hexdigest()
    assert signer.verifier().verify(bytes.fromhex(issued["signature"]), signed_body(issued))


def test_a_receipt_of_an_event_with_other_fields_is_refused(signer: FileSigner) -> None:
    with pytest.raises(Malformed, match=r"happened_at, kind"):
        a_receipt(signer, event={"number": 1, "recorded_at": NOON, "digest": GENESIS, "previous": GENESIS})


def test_inclusion_leaves_the_signed_body_alone(signer: FileSigner) -> None:
    issued = a_receipt(signer)
    leaves = [sha256(bytes([number])).digest() for number in range(5)]
    leaves[3] = bytes.fromhex(issued["event"]["digest"])
    tree = Tree(leaves)
    signed = sign_head(a_head(signer, size=5, root=tree.root), signer)
    sealed = include(issued, index=3, path=tree.path(3), signed_head=signed)
    assert signed_body(sealed) == signed_body(issued)
    assert sealed["inclusion"]["size"] == 5
    assert set(sealed["inclusion"]) == {"index", "size", "path", "head", "head_signature"}


def test_a_proof_that_does_not_hold_is_never_issued(signer: FileSigner) -> None:
    issued = a_receipt(signer)
    leaves = [sha256(bytes([number])).digest() for number in range(4)]
    tree = Tree(leaves)
    signed = sign_head(a_head(signer, root=tree.root), signer)
    with pytest.raises(Malformed, match="is not leaf 2"):
        include(issued, index=2, path=tree.path(2), signed_head=signed)


def test_an_exported_line_holds_all_that_is_digested(signer: FileSigner) -> None:
    event: dict[str, Any] = {
        "case": 7,
        "number": 1,
        "kind": "lodged",
        "happened_at": NOON,
        "recorded_at": NOON,
        "actor": "person:1",
        "channel": "post",
        "details": {"ghi chú": "một\nhai"},
        "voids": None,
        "message": None,
    }
    digest = event_digest(GENESIS, **event)
    line = event_line(15, digest, **event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    added = {"id": 15, "digest": digest.hex(), "type": "event"}
    assert line == canonical({**event, **added}) + b"\n"
    assert seal_line(sign_head(a_head(signer), signer)).startswith(b'{"head":{')
