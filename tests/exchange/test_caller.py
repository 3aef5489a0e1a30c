"""A certificate is believed from the proxy that checked it, and from nobody else."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.test import Client
from pytest_django import Settings

from motcua.exchange.caller import CERTIFICATE_HEADER, fingerprint
from motcua.exchange.models import Partner
from tests.exchange.gateway_cast import NOW, partner

pytestmark = pytest.mark.django_db


def pem(name: str = "acme") -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def ask(*, key: str = "", certificate: str = "", address: str = "10.0.0.5") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    if certificate:
        headers[CERTIFICATE_HEADER] = quote(certificate)
    return Client(REMOTE_ADDR=address).get("/exchange/v1/outbox", headers=headers).status_code


@pytest.fixture
def certificate(settings: Settings) -> str:
    settings.CERTIFICATE_PROXIES = ["10.0.0.0/24"]
    made = pem()
    acme = partner()
    Partner.objects.filter(pk=acme.pk).update(certificates=[fingerprint(made)])
    return made


def test_a_certificate_from_a_trusted_proxy_is_as_good_as_a_key(certificate: str) -> None:
    assert ask(certificate=certificate) == 200
    assert ask(key="key-acme", certificate=certificate) == 200


def test_a_key_alone_does_not_open_where_a_certificate_is_registered(certificate: str) -> None:
    assert ask(key="key-acme") == 403
    assert ask(key="key-acme", certificate=pem("other")) == 403
    assert ask(certificate=pem("other")) == 401


def test_nobody_else_is_believed_about_a_certificate(certificate: str, settings: Settings) -> None:
    assert ask(certificate=certificate, address="192.0.2.1") == 401
    assert ask(certificate=certificate, address="") == 401
    settings.CERTIFICATE_PROXIES = []
    assert ask(certificate=certificate) == 401
    settings.CERTIFICATE_PROXIES = ["unix"]
    assert ask(certificate=certificate, address="") == 200


@pytest.mark.parametrize("nonsense", ["x", "-----BEGIN CERTIFICATE-----", "%00", "A" * 5000])
def test_what_is_no_certificate_is_none(certificate: str, nonsense: str) -> None:
    assert ask(certificate=nonsense) == 401


def test_two_certificates_serve_while_one_replaces_the_other(certificate: str) -> None:
    new = pem("new")
    Partner.objects.update(certificates=[fingerprint(certificate), fingerprint(new)])
    assert ask(certificate=certificate) == ask(certificate=new) == 200
