"""
Whom we trust to sign certificates of origin, member by member, and the keys with which this country signs.

Trusted certificates are files: those of real members in `law/trust`, those made for simulators in the folder of keys. The
latter are marked `test: true` and count on sites for development only. No key of a real member is public, so the folder
of the law holds none.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from pydantic import Field, ValidationError

from motcua.law.nodes import explain, read
from motcua.law.parts import Line, Part
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.lib.xmlsign import SigningKey, TrustedKey, TrustList, make_key

FOLDER = "trust"
# The two who sign here: customs answers other members, the authority issues certificates.
CUSTOMS, AUTHORITY = "customs", "authority"
_OURS = ("VN", datetime(2010, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))


class _Key(Part):
    """One certificate of a member: PEM, from when to when it is trusted, when it was revoked."""

    certificate: str
    since: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(T\S+)?$")]
    until: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(T\S+)?$")]
    revoked_at: str | None = None
    test: bool = False
    source: Line


class _Member(Part):
    """A file of the trust list."""

    member: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    keys: tuple[_Key, ...] = ()


def trust_list() -> TrustList:
    """Everybody trusted on this site; read again when a file changes."""
    folders = (settings.LAW / FOLDER, settings.KEYS / FOLDER)
    state = tuple(
        (str(file), file.stat().st_mtime_ns)
        for folder in folders
        if folder.is_dir()
        for file in sorted(folder.glob("*.yaml"))
    )
    return _trust_list(state, settings.DEVELOPMENT)


@cache
def _trust_list(state: tuple[tuple[str, int], ...], with_tests: bool) -> TrustList:
    found: list[TrustedKey] = []
    findings: list[Finding] = []
    for name, _ in state:
        found += read_trust(Path(name), findings)
    if findings:
        raise Invalid(findings)
    return TrustList.of(key for key in found if with_tests or not key.for_tests)


def read_trust(file: Path, findings: list[Finding]) -> Iterator[TrustedKey]:
    """The keys of one file; what is wrong goes into `findings`."""
    place = f"{file.parent.name}/{file.name}"
    node, faults = read(file, place)
    findings += faults
    if node is None:
        return
    try:
        member = _Member.model_validate(_texts(node.plain))
    except ValidationError as error:
        findings += [explain(fault, node, place, _Member) for fault in error.errors()]
        return
    for number, key in enumerate(member.keys):
        try:
            certificate = x509.load_pem_x509_certificate(key.certificate.encode())
            moments = [_moment(text) for text in (key.since, key.until, key.revoked_at) if text is not None]
        except ValueError as error:
            findings.append(
                Finding(
                    "certificate", f"{place}:{node.line(('keys', number))}",
                    f"chứng thư hoặc thời điểm không đọc được: {error}", f"certificate or time not readable: {error}",
                )
            )  # fmt: skip
            continue
        yield TrustedKey(
            member.member, certificate.fingerprint(hashes.SHA256()).hex(), moments[0], moments[1],
            moments[2] if len(moments) > 2 else None, for_tests=key.test,
        )  # fmt: skip


def _texts(plain: Any) -> Any:
    """Dates as the text they were written as: a trust has a moment, not only a day."""
    if isinstance(plain, dict):
        return {name: _texts(value) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_texts(value) for value in plain]
    return plain.isoformat() if hasattr(plain, "isoformat") else plain


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def write_trust(
    folder: Path, member: str, certificate_pem: bytes, since: datetime, until: datetime, *, source: str
) -> Path:
    """Put a certificate made for tests on the trust list of a development site; one file a certificate."""
    fingerprint = x509.load_pem_x509_certificate(certificate_pem).fingerprint(hashes.SHA256()).hex()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{member}-{fingerprint[:12]}.yaml"
    pem = "".join(f"      {line}\n" for line in certificate_pem.decode().strip().splitlines())
    text = (
        f"member: {member}\nkeys:\n  - certificate: |\n{pem}    since: {since.isoformat()}\n"
        f'    until: {until.isoformat()}\n    test: true\n    source: "{source}"\n'
    )
    draft = file.with_suffix(f".{os.getpid()}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
    return file


def our_key(who: str) -> SigningKey:
    """The key with which customs or the issuing authority signs here; made at first use on a site for development."""
    file = settings.KEYS / f"form-d-{who}.pem"
    if not file.exists():
        if not settings.DEVELOPMENT:
            raise Refused(
                f"Chưa có khóa ký {file.name}: hãy đặt khóa và chứng thư do tổ chức chứng thực cấp vào đó.",
                f"The signing key {file.name} is missing: put the key and its certificate there.",
            )
        _make(file, who)
    return _read_key(file, file.stat().st_mtime_ns)


@cache
def _read_key(file: Path, changed: int) -> SigningKey:
    text = file.read_bytes()
    at = text.index(b"-----BEGIN CERTIFICATE")
    return SigningKey.read(text[:at], text[at:])


def _make(file: Path, who: str) -> None:
    """Key and certificate in one file that appears whole or not at all, so that two processes end up with one."""
    country, since, until = _OURS
    made = make_key(f"Mot Cua {who} (test)", country, since, until)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(made.key_pem() + made.certificate_pem())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        os.unlink(draft)
