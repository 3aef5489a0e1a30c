"""
Which partner's system speaks: known by a key, by its client certificate, or by both.

A partner that registered certificates must come with one of them. The certificate is told by the reverse proxy that
ended the TLS connection; the header is believed from the addresses in MOTCUA_CERTIFICATE_PROXIES and from nobody else.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.http import HttpRequest

from motcua.exchange.idempotency import Sender
from motcua.exchange.models import Partner
from motcua.exchange.problems import Problem
from motcua.people.actor import Actor
from motcua.people.api_keys import digest, holder

CERTIFICATE_HEADER = "Motcua-Client-Certificate"


def by_partner(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a partner's system in as `request.partner` and `request.actor`; a browser's session opens nothing here."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        partner = caller(request)
        if partner is not None:
            request.partner = partner  # type: ignore[attr-defined]
            request.actor = Actor.partner(partner.code, partner.name, partner.organisation_id)  # type: ignore[attr-defined]
        elif request.actor.is_anonymous:  # type: ignore[attr-defined]
            raise Problem("no-key", headers={"WWW-Authenticate": "Bearer"})
        return view(request, *args, **kwargs)

    return asked


def caller(request: HttpRequest) -> Partner | None:
    """The partner behind a request; None when it names nobody. Problem when it names somebody wrongly."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    certificate = certificate_of(request)
    if scheme.lower() == "bearer":
        partner = by_key(text.strip())
        if partner is None:
            raise Problem("bad-key", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    elif certificate:
        partner = Partner.objects.filter(certificates__contains=[certificate]).first()
        if partner is None:
            raise Problem("bad-key")
    else:
        return None
    if partner.certificates and certificate not in partner.certificates:
        raise Problem("certificate-missing")
    return partner


def by_key(text: str) -> Partner | None:
    """
    The partner a key belongs to. An organisation's own access key speaks for the partner under which its dossiers over
    JSON are kept, so that a firm needs one key for both.
    """
    if len(text) > 100:
        return None
    partner = Partner.objects.filter(keys__key_sha256=digest(text), keys__revoked_at=None).first()
    if partner is not None:
        return partner
    actor = holder(text)
    if actor is None or actor.organisation is None:
        return None
    sender = Sender(actor.organisation, actor.name)
    return Partner.objects.get_or_create(code=sender.code, defaults=sender.as_partner())[0]


def certificate_of(request: HttpRequest) -> str:
    """The SHA-256 of the client's certificate as a trusted proxy tells it; '' when there is none to believe."""
    told = request.headers.get(CERTIFICATE_HEADER, "")
    if not told or not _is_trusted(request.META.get("REMOTE_ADDR", "")):
        return ""
    return fingerprint(unquote(told))


def fingerprint(pem: str) -> str:
    """The SHA-256 of a certificate in PEM, in lower-case hexadecimal; '' when it is none."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return ""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _is_trusted(address: str) -> bool:
    try:
        # A proxy on a unix socket has no address: it is on this machine, and allowed as `unix`.
        if not address:
            return "unix" in settings.CERTIFICATE_PROXIES
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(one in network for network in _networks(tuple(settings.CERTIFICATE_PROXIES)))


@lru_cache(maxsize=4)
def _networks(names: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(name, strict=False) for name in names if name != "unix")
