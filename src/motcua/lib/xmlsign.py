"""
Signed XML: XAdES signatures (XML-DSig with signed properties) inside the document they sign, and whom we trust.

The signature must cover the whole document and be the only one in it; what is handed back is the signed content itself,
never the bytes around it, so that nothing can be wrapped about a genuine signature. Trust is a list of certificates per
member and time: a key is known by its fingerprint, and neither a chain nor a name in it makes it trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESSigner, XAdESVerifier

from motcua.lib import xmldoc
from motcua.lib.bilingual import Text
from motcua.lib.errors import Malformed

DS = "http://www.w3.org/2000/09/xmldsig#"
_XADES = "http://uri.etsi.org/01903/v1.3.2#"
_SIGNATURE = f"{{{DS}}}Signature"
# Two machines' clocks may differ a little.
_CLOCKS = timedelta(minutes=5)

_CONFIG = XAdESSignatureConfiguration(
    location="./", expect_references=True,
    signature_methods=frozenset({
        SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512,
        SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512,
    }),
)  # fmt: skip

GOOD = "good"
REASONS: dict[str, Text] = {
    GOOD: Text("Chữ ký đúng, khóa được tin cậy.", "The signature is right and its key is trusted."),
    "unreadable": Text("Không đọc được XML.", "The XML cannot be read."),
    "unsigned": Text("Tài liệu không có chữ ký.", "The document bears no signature."),
    "wrapped": Text(
        "Chữ ký không bao trùm đúng một mình toàn bộ tài liệu (nghi gói chữ ký).",
        "The signature does not cover exactly the whole document (signature wrapping).",
    ),
    "no-certificate": Text(
        "Chữ ký không kèm chứng thư số đọc được.", "The signature carries no readable certificate."
    ),
    "unknown-key": Text(
        "Khóa ký không có trong danh sách tin cậy.", "The signing key is not on the trust list."
    ),
    "not-yet-trusted": Text(
        "Khóa ký chưa có hiệu lực vào thời điểm này.", "The signing key is not trusted yet at this time."
    ),
    "expired": Text("Khóa ký đã hết hiệu lực tin cậy.", "The trust in the signing key has expired."),
    "revoked": Text("Khóa ký đã bị thu hồi.", "The signing key was revoked."),
    "forged": Text(
        "Chữ ký sai: bị giả mạo hoặc tài liệu bị sửa sau khi ký.",
        "The signature is wrong: forged, or the document was altered after signing.",
    ),
    "time": Text(
        "Thời điểm ký nằm ngoài thời hạn của khóa hoặc ở tương lai.",
        "The signing time lies outside the key's validity, or in the future.",
    ),
}


@dataclass(frozen=True)
class TrustedKey:
    """One certificate we trust: whose it is, from when to when; `fingerprint` is the SHA-256 of its DER bytes."""

    owner: str
    fingerprint: str
    since: datetime
    until: datetime
    revoked_at: datetime | None = None
    for_tests: bool = False


@dataclass(frozen=True)
class TrustList:
    """Whom we trust, by fingerprint."""

    keys: Mapping[str, TrustedKey]

    @classmethod
    def of(cls, keys: Iterable[TrustedKey]) -> TrustList:
        """A list of these keys; a later one of the same fingerprint stands for an earlier one."""
        return cls({key.fingerprint: key for key in keys})

    def owners(self) -> frozenset[str]:
        """Everybody with at least one key, trusted now or not."""
        return frozenset(key.owner for key in self.keys.values())


@dataclass(frozen=True)
class Verification:
    """What came of checking a signature: `reason` is a key of REASONS; `content` only when it is good."""

    reason: str
    owner: str = ""
    fingerprint: str = ""
    signed_at: datetime | None = None
    content: bytes = b""

    @property
    def is_good(self) -> bool:
        """Whether the signature is right and its key trusted at that time."""
        return self.reason == GOOD

    @property
    def words(self) -> Text:
        """The reason in both languages."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class SigningKey:
    """A private key with its certificate, ready to sign."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def fingerprint(self) -> str:
        """The name by which trust lists know it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def key_pem(self) -> bytes:
        """The private key as PEM (PKCS #8, not encrypted): for development only."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def certificate_pem(self) -> bytes:
        """The certificate as PEM, to be published."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @classmethod
    def read(cls, key_pem: bytes, certificate_pem: bytes) -> SigningKey:
        """A key from its two PEM texts. Raises Malformed when they do not hold an EC key and its certificate."""
        try:
            key = serialization.load_pem_private_key(key_pem, password=None)
            certificate = x509.load_pem_x509_certificate(certificate_pem)
        except (ValueError, TypeError) as error:
            raise Malformed(
                "Không đọc được khóa hoặc chứng thư.", "The key or the certificate cannot be read."
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
            raise Malformed("Chứng thư không thuộc khóa này.", "The certificate does not belong to this key.")
        return cls(key, certificate)


def make_key(name: str, country: str, since: datetime, until: datetime) -> SigningKey:
    """A new EC P-256 key with a certificate signed by itself: for simulators and development."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    return SigningKey(key, certificate)


class _Signer(XAdESSigner):
    """Signs with the time it is given: time is an argument here."""

    at: datetime

    def add_signing_time(self, signed_signature_properties, sig_root, signing_settings) -> None:  # type: ignore[no-untyped-def]
        element = etree.SubElement(signed_signature_properties, f"{{{_XADES}}}SigningTime")
        element.text = self.at.astimezone(UTC).isoformat(timespec="seconds")


def sign(document: bytes, key: SigningKey, *, at: datetime) -> bytes:
    """The document with an enveloped XAdES signature over all of it, made at `at`."""
    signer = _Signer(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1,
    )
    signer.at = at
    signed = signer.sign(_parse(document), key=key.key, cert=[key.certificate])
    written: bytes = etree.tostring(signed, encoding="UTF-8", xml_declaration=True)
    return written


def verify(document: bytes, trust: TrustList, *, at: datetime) -> Verification:
    """Check the one signature of a document against a trust list at a moment; never raises for bad documents."""
    try:
        root = _parse(document)
    except Malformed:
        return Verification("unreadable")
    signatures = list(root.iter(_SIGNATURE))
    if not signatures:
        return Verification("unsigned")
    if len(signatures) > 1 or signatures[0].getparent() is not root:
        return Verification("wrapped")
    certificate = _certificate(signatures[0])
    if certificate is None:
        return Verification("no-certificate")
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    known = trust.keys.get(fingerprint)
    if known is None:
        return Verification("unknown-key", fingerprint=fingerprint)
    refusal = _trusted_at(known, at)
    if refusal:
        return Verification(refusal, known.owner, fingerprint)
    return _verify_trusted(root, certificate, known, at)


def _verify_trusted(
    root: etree._Element, certificate: x509.Certificate, known: TrustedKey, at: datetime
) -> Verification:
    try:
        results = XAdESVerifier().verify(
            root, x509_cert=certificate, expect_config=replace(_CONFIG, verification_time=at)
        )
    except (
        SignXMLException,
        WrongSignature,
        etree.LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
    ):
        # The library answers strange signatures with errors of many kinds; none of them is a good signature.
        return Verification("forged", known.owner, known.fingerprint)
    whole = [one for one in results if one.signed_xml is not None and one.signed_xml.tag == root.tag]
    references = root.findall(f"./{_SIGNATURE}/{{{DS}}}SignedInfo/{{{DS}}}Reference")
    if len(whole) != 1 or sum(1 for one in references if one.get("URI") == "") != 1:
        return Verification("wrapped", known.owner, known.fingerprint)
    signed_at = _signed_at(root)
    if signed_at is None or signed_at > at + _CLOCKS or _trusted_at(known, signed_at):
        return Verification("time", known.owner, known.fingerprint, signed_at)
    return Verification("good", known.owner, known.fingerprint, signed_at, bytes(whole[0].signed_data))


def _trusted_at(key: TrustedKey, at: datetime) -> str:
    """Why a key is not trusted at a moment; '' when it is."""
    if key.revoked_at is not None and at >= key.revoked_at:
        return "revoked"
    if at < key.since:
        return "not-yet-trusted"
    return "expired" if at >= key.until else ""


def _certificate(signature: etree._Element) -> x509.Certificate | None:
    found = signature.findall(f"./{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    if len(found) != 1 or not found[0].text:
        return None
    pem = f"-----BEGIN CERTIFICATE-----\n{found[0].text.strip()}\n-----END CERTIFICATE-----\n"
    try:
        return x509.load_pem_x509_certificate(pem.encode("ascii", "replace"))
    except ValueError:
        return None


def _signed_at(root: etree._Element) -> datetime | None:
    text = root.findtext(f"./{_SIGNATURE}//{{{_XADES}}}SigningTime")
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None


def digest(document: bytes) -> str:
    """SHA-256 of exact bytes, in lower-case hexadecimal."""
    return sha256(document).hexdigest()


def _parse(document: bytes) -> xmldoc.Element:
    """The root of a document, read as safely as every other; comments are not part of what is signed."""
    return xmldoc.read(document).root
