"""Signed XML: what is genuine, and every way in which it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from motcua.lib.errors import Malformed
from motcua.lib.xmlsign import REASONS, SigningKey, TrustedKey, TrustList, make_key, sign, verify

SINCE, UNTIL = datetime(2019, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)
AT = datetime(2020, 5, 4, tzinfo=UTC)
KEY = make_key("Test", "TH", SINCE, UNTIL)
OTHER = make_key("Test", "TH", SINCE, UNTIL)
TRUSTED = TrustedKey("TH", KEY.fingerprint, SINCE, UNTIL)
TRUST = TrustList.of([TRUSTED])
DOCUMENT = (
    '<?xml version="1.0"?>\n<Form xmlns="urn:test"><Name>Gạo</Name>\n<Amount>1</Amount></Form>'.encode()
)
SIGNED = sign(DOCUMENT, KEY, at=AT)
BODY = SIGNED.partition(b"?>")[2].strip()


def reason(document: bytes, trust: TrustList = TRUST, at: datetime = AT) -> str:
    return verify(document, trust, at=at).reason


def test_a_genuine_document_tells_who_signed_it_and_when() -> None:
    found = verify(SIGNED, TRUST, at=AT + timedelta(days=3))
    assert (found.reason, found.owner, found.signed_at) == ("good", "TH", AT)
    assert b"Signature" not in found.content
    assert "Gạo".encode() in found.content


SIGNATURE = SIGNED[
    SIGNED.index(b"<ds:Signature") : SIGNED.index(b"</ds:Signature>") + len(b"</ds:Signature>")
]
FALSE = [
    ("unreadable", b"<Form"),
    ("unreadable", b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + BODY),
    ("unsigned", DOCUMENT),
    ("forged", SIGNED.replace(b"<Amount>1<", b"<Amount>9<")),
    ("forged", SIGNED.replace(b"2020-05-04T00", b"2020-05-03T00")),
    ("forged", SIGNED.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA")),
    ("unknown-key", sign(DOCUMENT, OTHER, at=AT)),
    # Wrapping: the genuine document inside another one, twice, or its signature moved into a child.
    ("wrapped", b'<Form xmlns="urn:test"><Amount>9</Amount>' + BODY + b"</Form>"),
    ("wrapped", SIGNED.replace(b"</Form>", SIGNATURE + b"</Form>")),
    ("wrapped", SIGNED.replace(SIGNATURE, b"<Name>" + SIGNATURE + b"</Name>")),
    # A reference to a part of the document, or to nothing, covers not the whole.
    ("forged", SIGNED.replace(b'URI=""', b'URI="#part"')),
    ("no-certificate", SIGNED.replace(b"ds:X509Certificate>", b"ds:X509CRL>")),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "document"), FALSE, ids=[f"{n}-{r}" for n, (r, _) in enumerate(FALSE)])
def test_what_is_not_genuine_is_told_with_its_reason(expected: str, document: bytes) -> None:
    found = verify(document, TRUST, at=AT)
    assert found.reason == expected
    assert found.content == b""
    assert REASONS[found.reason].vi


def test_a_key_swapped_under_a_genuine_certificate_is_forged() -> None:
    mixed = SigningKey(OTHER.key, KEY.certificate)
    with pytest.raises(Malformed):
        SigningKey.read(mixed.key_pem(), mixed.certificate_pem())
    assert reason(sign(DOCUMENT, mixed, at=AT)) == "forged"


def test_trust_has_its_time() -> None:
    for expected, at in (
        ("not-yet-trusted", SINCE - timedelta(1)),
        ("expired", UNTIL),
        ("good", UNTIL - timedelta(1)),
    ):
        assert reason(SIGNED, at=at) == expected
    revoked = TrustList.of([replace(TRUSTED, revoked_at=AT - timedelta(1))])
    assert reason(SIGNED, revoked) == "revoked"
    assert reason(sign(DOCUMENT, KEY, at=AT + timedelta(days=1))) == "time"
    assert reason(SIGNED, TrustList.of([])) == "unknown-key"


def test_every_byte_of_what_is_signed_counts() -> None:
    start, end = SIGNED.index(b"<Name>"), SIGNED.index(b"<ds:Signature")
    for place in range(start, end):
        changed = bytearray(SIGNED)
        changed[place] ^= 1
        assert reason(bytes(changed)) != "good", place


def test_a_key_is_kept_and_read_again() -> None:
    again = SigningKey.read(KEY.key_pem(), KEY.certificate_pem())
    assert again.fingerprint == KEY.fingerprint
    assert TRUST.owners() == {"TH"}
    with pytest.raises(Malformed):
        SigningKey.read(b"x", b"y")
