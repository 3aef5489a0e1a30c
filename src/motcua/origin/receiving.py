"""Certificates that come in: opened as cases, sent again, replaced, cancelled, in whatever order they come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Model

from motcua.casework.begin import begin
from motcua.casework.models import Case, Channel
from motcua.casework.record import NewCase, record
from motcua.casework.rows import Row, row_of
from motcua.exchange.models import Message
from motcua.exchange.prepared import ask
from motcua.law.sheets import Sheet
from motcua.lib.digest import canonical
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding
from motcua.lib.xmlsign import Verification
from motcua.origin.documents import FormD, Function, as_plain
from motcua.origin.models import Certificate, CertificateItem, Transmission
from motcua.origin.rules import OCP, expires_on
from motcua.origin.terms import Terms
from motcua.people.actor import Actor
from motcua.procedures.catalogue import catalogue, local_date

PROCEDURE = "origin/form-d-receipt"
# Where goods are discharged says which branch looks first; elsewhere it is the department. Practice, not law.
OFFICES = {
    "VNHON": "20CF",
    "VNHLG": "20CF",
    "VNCLN": "20CF",
    "VNCPH": "20CG",
    "VNVGA": "20CE",
    "VNMOC": "20BB",
}
DEPARTMENT = "20BB"


@dataclass(frozen=True)
class Received:
    """What became of a certificate that came in; `is_new` unless it was here before."""

    certificate: Certificate
    is_new: bool


def receive(
    form: FormD,
    *,
    verification: Verification,
    terms: Terms,
    actor: Actor,
    at: datetime,
    now: datetime,
    message: Message | None = None,
) -> Received:
    """
    Keep a certificate that passed the rules of receipt. To be called inside a transaction.

    The same number with the same content is a retransmission; with other content it is refused: any alteration is a new
    form and the cancellation of the old one (rule 29).
    """
    digest, seen = digest_of(form), _look(form)
    if seen.known is not None:
        return _again(form, digest, seen.known, verification, actor, at, now, message)
    certificate = _open(form, digest, seen.firm, verification, terms, actor, at, now, message)
    _replace_older(form, certificate, actor, at, now, message)
    if seen.newer is not None:
        newer = Certificate.objects.get(pk=seen.newer)
        _mark_replaced(certificate, newer, actor, at, now, None)
    if seen.cancelled is not None:
        _cancelled_already(seen.cancelled, certificate, actor, at, now)
    return Received(certificate, True)


class _Seen(NamedTuple):
    """What the register holds before a certificate is opened: ids of rows, or None."""

    known: int | None
    newer: int | None
    cancelled: int | None
    firm: int | None


# One question instead of four: a certificate costs mostly its ways to the database and back.
_LOOK = """
select
  (select case_id from origin_certificate where issuing_country = %(country)s and compare_key = %(key)s),
  (select case_id from origin_certificate
    where issuing_country = %(country)s and replaces_key = %(key)s and replaces_key <> '' limit 1),
  (select id from origin_transmission
    where country = %(country)s and compare_key = %(key)s and case_id is null and kind = 'cancelled' and not outward limit 1),
  (select id from people_organisation where tax_code = %(tax_code)s limit 1)
"""


def _look(form: FormD) -> _Seen:
    values = {"country": form.issuing_country, "key": form.key, "tax_code": form.consignee.tax_code or None}
    row = ask(_LOOK, values)
    assert row is not None
    return _Seen(*row)


def _again(
    form: FormD, digest: str, known: int, verification: Verification, actor: Actor, at: datetime, now: datetime,
    message: Message | None,
) -> Received:  # fmt: skip
    """The number is known: the same content is a retransmission, other content is refused."""
    found = Certificate.objects.select_related("case").get(pk=known)
    if found.sha256 and found.sha256 != digest:
        raise Invalid([_altered(form, found)])
    record(
        found.case,
        "retransmitted",
        at=at,
        actor=actor,
        channel=Channel.MESSAGE,
        message=message,
        recorded_at=now,
    )
    _trace(form, verification, message, at, "retransmission", found.pk).save(force_insert=True)
    return Received(found, False)


def digest_of(form: FormD) -> str:
    """The digest of what a form says; why it is sent is no part of it."""
    plain = as_plain(form)
    if form.function == Function.RETRANSMISSION:
        plain["function"] = Function.REPLACEMENT if form.replaces else Function.ORIGINAL
    return hashlib.sha256(canonical(plain)).hexdigest()


def _altered(form: FormD, known: Certificate) -> Finding:
    return Finding(
        "altered", "number",
        f"C/O {known.number} đã nhận với nội dung khác. Sửa nội dung phải cấp số mới và hủy số cũ.",
        f"The certificate {known.number} was received with other content. An alteration takes a new number and cancels "
        "the old one.",
        basis=OCP.format(29),
    )  # fmt: skip


def _sheet(on: date) -> Sheet:
    return catalogue().in_force(PROCEDURE, on)


def _open(
    form: FormD,
    digest: str,
    firm: int | None,
    verification: Verification,
    terms: Terms,
    actor: Actor,
    at: datetime,
    now: datetime,
    message: Message | None,
) -> Certificate:
    assert form.issued_on is not None, "the rules of receipt ask for it"
    sheet = _sheet(local_date(at))
    tax_code = form.consignee.tax_code
    certificate = Certificate(
        number=form.number, compare_key=form.key, issuing_country=form.issuing_country, issued_on=form.issued_on,
        expires_on=expires_on(form, terms), document=as_plain(form), sha256=digest, importer=tax_code[:14],
        verified=verification.reason, signed_by=verification.fingerprint, signed_at=verification.signed_at,
        replaces_key=_key(form.replaces),
    )  # fmt: skip
    new = NewCase(
        kind="certificate", reference=f"COD {form.issuing_country} {form.number}",
        office=OFFICES.get(form.transport.discharge_port, DEPARTMENT), channel=Channel.MESSAGE, opened_at=at,
        procedure=sheet.procedure, sheet_since=sheet.since, calendar=sheet.calendar, limit=sheet.limit_for("online"),
        organisation=firm, label=f"C/O mẫu D {form.number}: {form.exporter.name}",
        search=f"{form.key} {tax_code} {form.consignee.name}",
    )  # fmt: skip

    def others(case: Case, event: object) -> list[Row]:
        certificate.case = case
        rows = [
            CertificateItem(
                certificate=certificate, number=item.number, hs_code=item.hs_code[:12], description=item.description[:512],
                criterion=item.criterion[:40], quantity=item.quantity or Decimal(0), unit=item.unit[:10],
            )
            for item in form.items
        ]  # fmt: skip
        trace = _trace(form, verification, message, at, "received", case.pk)
        # What came of the signature is kept with its reason, in the same statement as the case itself.
        return [row_of(certificate), *map(_numbered, (*rows, trace))]

    case, _ = begin(new, "received", at=at, actor=actor, message=message, recorded_at=now, others=others)
    certificate.case = case
    certificate._state.adding = False
    return certificate


def _numbered(instance: Model) -> Row:
    """The row of something whose number the database gives."""
    made = row_of(instance)
    return Row(made.model, {name: value for name, value in made.values.items() if name != "id"})


def _trace(
    form: FormD, verification: Verification, message: Message | None, at: datetime, kind: str, case: int
) -> Transmission:
    return Transmission(
        case_id=case, message=message, country=form.issuing_country, compare_key=form.key, kind=kind,
        verdict=verification.reason, signed_by=verification.fingerprint, at=at,
    )  # fmt: skip


def _key(number: str) -> str:
    """A number as it is compared: capitals and digits."""
    return "".join(letter for letter in number.upper() if letter.isalnum() and letter.isascii())[:60]


def _replace_older(
    form: FormD, new: Certificate, actor: Actor, at: datetime, now: datetime, message: Message | None
) -> None:
    """The certificate that this one takes the place of is closed; where it was decided already, that is told."""
    if not form.replaces:
        return
    key = _key(form.replaces)
    older = (
        Certificate.objects.select_related("case")
        .filter(issuing_country=form.issuing_country, compare_key=key)
        .first()
    )
    if older is None:
        return
    _mark_replaced(older, new, actor, at, now, message)


def _mark_replaced(
    older: Certificate, newer: Certificate, actor: Actor, at: datetime, now: datetime, message: Message | None
) -> None:
    Certificate.objects.filter(pk=older.pk, replaced_by=None).update(replaced_by=newer)
    case = older.case
    if case.status in ("received", "querying"):
        record(
            case, "replaced", at=at, actor=actor, channel=Channel.MESSAGE, details={"number": newer.number}, message=message,
            recorded_at=now,
        )  # fmt: skip
    elif case.status in ("given", "not_given"):
        record(
            case, "cancelled_after_decision", at=at, actor=actor, channel=Channel.MESSAGE, details={"code": "replaced"},
            message=message, recorded_at=now,
        )  # fmt: skip


def _cancelled_already(
    early: int, certificate: Certificate, actor: Actor, at: datetime, now: datetime
) -> None:
    """A cancellation that overtook the certificate on the way holds as soon as it is here."""
    said = Transmission.objects.select_related("message").get(pk=early)
    if certificate.case.status == "received":
        cancel(certificate, code=said.reason or "other", actor=actor, at=at, now=now, message=said.message)


@transaction.atomic
def cancel(
    certificate: Certificate, *, code: str, actor: Actor, at: datetime, now: datetime, message: Message | None = None
) -> None:  # fmt: skip
    """The issuing country takes a certificate back; once decided the decision stands, and customs is told."""
    case = certificate.case
    kind = "cancelled_after_decision" if case.status in ("given", "not_given") else "cancelled"
    record(
        case, kind, at=at, actor=actor, channel=Channel.MESSAGE, details={"code": code}, message=message, recorded_at=now,
    )  # fmt: skip
