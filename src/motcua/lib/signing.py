"""
Ed25519 signatures (RFC 8032): who signs, and with which key.

A key is named by `key_id`: "ed25519-" and the first 32 hexadecimal digits of SHA-256 over the 32 bytes of the
public key. The name is for people and for finding the right key among several; trust comes only from the
public key itself, which a department publishes away from this system (its site, the official gazette).
"""

from __future__ import annotations

import logging
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from motcua.lib.errors import Malformed, Refused

log = logging.getLogger(__name__)


class Signer(Protocol):
    """Whatever can sign for the department: a file in development, a hardware module in service."""

    @property
    def key_id(self) -> str:
        """The name of the key, as `key_id(public key)` gives it."""

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of `data`, 64 bytes."""

    def public_pem(self) -> bytes:
        """The public key as PEM (SubjectPublicKeyInfo, RFC 8410), to be published."""


class FileSigner:
    """Signs with a private key kept in a PEM file (PKCS #8, not encrypted), readable by its owner only.

    For development and trials: whoever reads the file can sign in the department's name.
    """

    for_development = True
    notice_vi = (
        "Khóa ký nằm trong tệp: chỉ dùng khi phát triển và chạy thử; khi vận hành hãy dùng thiết bị HSM."
    )
    notice_en = (
        "The signing key lies in a file: for development and trials only; use a hardware module in service."
    )

    def __init__(self, path: Path | str) -> None:
        """Load the key; raises `Refused` when others may read the file, `Malformed` when it holds none."""
        self.path = Path(path)
        self._key = _load_private(self.path)
        self._public = self._key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.key_id = key_id(self._public)
        # Every process that signs or checks would say it again; `motcua health` says it to the one who can act.
        log.info("%s %s (%s)", self.notice_vi, self.notice_en, self.path)

    @classmethod
    def ensure(cls, path: Path | str) -> FileSigner:
        """The signer of this file; the key is made first (mode 0600) when there is none.

        Two processes that start at once end up with one key: the file appears whole or not at all.
        """
        path = Path(path)
        if not path.exists():
            _create_private(path)
        return cls(path)

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of `data`, 64 bytes."""
        return self._key.sign(data)

    def public_pem(self) -> bytes:
        """The public key as PEM, to be published."""
        return self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def verifier(self) -> Verifier:
        """Checks what this key signed."""
        return Verifier(self.public_pem())


class Verifier:
    """Checks signatures with one published public key."""

    def __init__(self, public_pem: bytes) -> None:
        """Raises `Malformed` when the bytes are not the PEM of an Ed25519 public key."""
        try:
            key = serialization.load_pem_public_key(public_pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise _not_a_key("khóa công khai", "public key", "") from error
        if not isinstance(key, Ed25519PublicKey):
            raise _not_a_key("khóa công khai", "public key", "")
        self._key = key
        self.key_id = key_id(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether `signature` is this key's signature of `data`; never raises."""
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


def key_id(public_key: bytes) -> str:
    """The name of a public key of 32 bytes: "ed25519-" and 32 hexadecimal digits."""
    return f"ed25519-{sha256(public_key).hexdigest()[:32]}"


def _load_private(path: Path) -> Ed25519PrivateKey:
    # The mode is asked of the opened file, so that nobody can swap it between the look and the reading.
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & 0o077:
            raise Refused(
                f"người khác đọc hay ghi được khóa (quyền {mode & 0o777:04o}); hãy chạy: chmod 600 {path}",
                f"others may read or write the key file (mode {mode & 0o777:04o}); run: chmod 600 {path}",
                place=str(path),
            )
        data = file.read()
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _not_a_key("khóa riêng không mã hóa", "unencrypted private key", str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _not_a_key("khóa riêng không mã hóa", "unencrypted private key", str(path))
    return key


def _create_private(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives mode 0600; a hard link fails when the name is taken, so the first process wins.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        log.info("%s: another process made the key first; using that one", path)
    finally:
        os.unlink(draft)


def _not_a_key(vi: str, en: str, place: str) -> Malformed:
    return Malformed(
        f"không phải là {vi} Ed25519 dạng PEM; hãy kiểm tra lại tệp",
        f"not an Ed25519 {en} in PEM form; check the file",
        place=place,
    )
