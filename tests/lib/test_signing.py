"""Keys stay with their owner, and signatures hold for exactly what was signed."""

from __future__ import annotations

import logging
import multiprocessing
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.lib.errors import Malformed, Refused
from motcua.lib.signing import FileSigner, Verifier, key_id


def test_a_missing_key_is_made_for_its_owner_only_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "head.pem"
    first = FileSigner.ensure(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert FileSigner.ensure(path).key_id == first.key_id
    assert [entry.name for entry in path.parent.iterdir()] == ["head.pem"]


def test_a_signature_holds_for_the_signed_bytes_only(tmp_path: Path) -> None:
    signer = FileSigner.ensure(tmp_path / "head.pem")
    verifier = Verifier(signer.public_pem())
    signature = signer.sign(b"seal")
    assert verifier.key_id == signer.key_id == signer.verifier().key_id
    assert verifier.verify(signature, b"seal")
    assert not verifier.verify(signature, b"seals")
    assert not verifier.verify(signature[:-1], b"seal")
    assert not FileSigner.ensure(tmp_path / "other.pem").verifier().verify(signature, b"seal")


def test_a_key_has_the_name_of_its_public_half() -> None:
    public = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert key_id(raw) == "ed25519-139e3940e64b5491722088d9a0d741628fc826e09475d341a780acde3c4b8070"[:40]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o777])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "head.pem"
    FileSigner.ensure(path)
    path.chmod(mode)
    with pytest.raises(Refused, match="chmod 600"):
        FileSigner.ensure(path)


def test_a_file_key_says_that_it_is_for_development(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="motcua.lib.signing"):
        signer = FileSigner.ensure(tmp_path / "head.pem")
    assert signer.for_development
    assert "development" in caplog.text
    assert "phát triển" in caplog.text


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    wrong = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"", b"no key", wrong):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(Malformed, match="Ed25519"):
            FileSigner(path)
    for content in (b"", b"no key", wrong):
        with pytest.raises(Malformed, match="Ed25519"):
            Verifier(content)


def test_processes_that_start_together_end_up_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    with multiprocessing.get_context("fork").Pool(4) as pool:
        names = pool.map(_key_name, [path] * 16)
    assert len(set(names)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["head.pem"]


def _key_name(path: Path) -> str:
    return FileSigner.ensure(path).key_id
