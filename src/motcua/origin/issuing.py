"""Certificates issued here for export: applied for by the exporter, issued by the authority, signed, sent, followed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from motcua.casework.models import Case, Channel
from motcua.casework.record import NewCase, open_case, record
from motcua.casework.seal import signer
from motcua.exchange import outbox
from motcua.exchange.models import Message
from motcua.lib.digest import canonical, plain
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.findings import Finding, errors
from motcua.lib.xmlsign import sign
from motcua.origin import trust
from motcua.origin.actions import OURS, gateway, send_notice
from motcua.origin.documents import Flag, FormD, Function, Notice, NoticeKind, as_plain
from motcua.origin.lifecycle import REASONS
from motcua.origin.messages import form_of, write
from motcua.origin.models import ExportCertificate, Transmission
from motcua.origin.rules import Facts, Identified, check, expires_on
from motcua.origin.terms import Terms, load_terms
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from motcua.procedures.catalogue import local_date

VERSION = "motcua-certificate/1"
AUTHORITY_OFFICE = "20"
AUTHORITY_NAME = "Phòng Quản lý xuất nhập khẩu khu vực Ba Vàng (minh họa)"
# Letters and digits that nobody confuses on paper.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def terms() -> Terms:
    """The dated numbers of the law folder."""
    return load_terms(settings.LAW)


def judge(form: FormD, on: date) -> list[Finding]:
    """What is wrong with an application; it has no number and no day of issue yet."""
    given = replace(form, number="VN-0", issued_on=on, flags=_flags(form, on))
    found = check(given, Facts(on=on, terms=terms(), customs=""))
    return [one for one in found if one.code != Identified.code or one.place == "items"]


def _flags(form: FormD, on: date) -> frozenset[str]:
    """The tick 'Issued Retroactively' follows from the days, whatever was ticked."""
    left = form.transport.departed_on
    late = left is not None and on > left + terms().days("retroactive-after", on)
    others = form.flags - {Flag.ISSUED_RETROACTIVELY}
    return others | {Flag.ISSUED_RETROACTIVELY} if late else others


@transaction.atomic
def apply(
    form: FormD, *, firm: Organisation, office: str, actor: Actor, at: datetime, replaces: ExportCertificate | None = None
) -> ExportCertificate:  # fmt: skip
    """Apply for a certificate. Raises Invalid with everything that would keep it from being issued."""
    form = replace(
        form, issuing_country=OURS, exporter=replace(form.exporter, country=OURS, tax_code=firm.tax_code or ""),
        function=Function.REPLACEMENT if replaces else Function.ORIGINAL, replaces=replaces.number if replaces else "",
    )  # fmt: skip
    if wrong := errors(judge(form, local_date(at))):
        raise Invalid(wrong)
    case = open_case(
        NewCase(
            kind="export_certificate", reference=_reference(at), office=office, channel=Channel.ONLINE, opened_at=at,
            calendar="customs-offices", organisation=firm.pk, label=f"C/O mẫu D đi {form.importing_country}: {firm.name}",
            search=firm.tax_code or "",
        )
    )  # fmt: skip
    made = ExportCertificate.objects.create(
        case=case, importing_country=form.importing_country, document=as_plain(form), replaces=replaces
    )
    record(case, "applied", at=at, actor=actor)
    return made


def _next(series: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into casework_counter (series, last) values (%s, 1) "
            "on conflict (series) do update set last = casework_counter.last + 1 returning last",
            [series],
        )
        row = cursor.fetchone()
    return int(row[0])


def _reference(at: datetime) -> str:
    return f"DCO-{at:%y}-{_next(f'form-d application {at:%Y}'):06d}"


@transaction.atomic
def return_to_exporter(export: ExportCertificate, *, code: str, actor: Actor, at: datetime) -> None:
    """Ask the exporter to complete the application."""
    _known(code)
    record(export.case, "returned", at=at, actor=actor, details={"code": code})


@transaction.atomic
def complete(export: ExportCertificate, form: FormD, *, actor: Actor, at: datetime) -> None:
    """The exporter hands in the completed application."""
    if wrong := errors(judge(form, local_date(at))):
        raise Invalid(wrong)
    record(export.case, "supplemented", at=at, actor=actor)
    export.document = as_plain(form)
    export.importing_country = form.importing_country
    export.save(update_fields=["document", "importing_country"])


@transaction.atomic
def refuse(export: ExportCertificate, *, code: str, actor: Actor, at: datetime) -> None:
    """Issue nothing, with a reason."""
    _known(code)
    record(export.case, "refused", at=at, actor=actor, details={"code": code})


@transaction.atomic
def withdraw(export: ExportCertificate, *, actor: Actor, at: datetime) -> None:
    """The exporter takes the application back."""
    record(export.case, "withdrawn", at=at, actor=actor)


@transaction.atomic
def issue(export: ExportCertificate, *, actor: Actor, at: datetime) -> Message:
    """
    Issue the certificate: number it, sign it, send it, and cancel the one it replaces.

    Raises Invalid when a rule of the procedure speaks against it on the day of issue.
    """
    # Locked first: two officers who press at once must not give one application two numbers.
    case = Case.objects.select_for_update().get(pk=export.pk)
    on = local_date(at)
    draft = form_of(export.document)
    if wrong := errors(judge(draft, on)):
        raise Invalid(wrong)
    serial = _next(f"form-d {OURS}-{draft.importing_country} {on:%y} {AUTHORITY_OFFICE}")
    number = f"{OURS}-{draft.importing_country} {on:%y}/{AUTHORITY_OFFICE}/{serial:05d}"
    form = replace(
        draft, number=number, issued_on=on, authority=AUTHORITY_NAME, issued_at="Quảng Ninh", flags=_flags(draft, on),
        production_country=draft.production_country or OURS,
    )  # fmt: skip
    record(case, "issued", at=at, actor=actor, details={"number": number})
    export.case = case
    export.number, export.compare_key, export.issued_on = number, form.key, on
    export.expires_on = expires_on(form, terms())
    export.document, export.code = as_plain(form), _code()
    export.signed = signed_body(export, form, at)
    export.save()
    message = _send(export, form, f"{form.key}-1", at)
    record(case, "tracked", at=at, actor=actor, details={"code": "5,32"})
    if export.replaces is not None:
        _replaced(export.replaces, export, actor, at)
    return message


def _code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))


def _send(export: ExportCertificate, form: FormD, reference: str, at: datetime) -> Message:
    content = sign(write(form), trust.our_key(trust.AUTHORITY), at=at)
    message = outbox.send(gateway(), reference=reference, type="xml-formd", content=content, at=at)
    Transmission.objects.create(
        case=export.case, message=message, country=OURS, compare_key=form.key, kind=form.function, outward=True,
        verdict="good", at=at,
    )  # fmt: skip
    return message


def signed_body(export: ExportCertificate, form: FormD, at: datetime) -> dict[str, Any]:
    """What the paper carries so that anybody can check it: the whole form, under the department's own signature."""
    by = signer()
    body = plain(
        {
            "version": VERSION, "number": form.number, "code": export.code, "issuer": form.authority,
            "issuing_country": form.issuing_country, "importing_country": form.importing_country, "issued_at": at,
            "valid_until": export.expires_on, "document": as_plain(form), "key_id": by.key_id,
        }
    )  # fmt: skip
    return {**body, "signature": by.sign(canonical(body)).hex()}


def _replaced(older: ExportCertificate, newer: ExportCertificate, actor: Actor, at: datetime) -> None:
    """The certificate that was replaced ends, and the importing country is told."""
    record(older.case, "replaced", at=at, actor=actor, details={"number": newer.number})
    _tell_cancelled(older, "replaced", at)


@transaction.atomic
def cancel(export: ExportCertificate, *, code: str, actor: Actor, at: datetime) -> Message:
    """Take an issued certificate back. NotAllowed once customs abroad has used it: then only a word to them helps."""
    _known(code)
    case = Case.objects.select_for_update().get(pk=export.pk)
    if case.events.filter(kind="used").exists():
        raise NotAllowed(
            "Nước nhập khẩu đã cho hưởng ưu đãi theo C/O này, không hủy được nữa; hãy trao đổi với hải quan nước đó.",
            "Customs abroad has given preference on this certificate; it can no longer be cancelled. Write to them.",
        )
    record(case, "cancelled", at=at, actor=actor, details={"code": code})
    export.case = case
    return _tell_cancelled(export, code, at)


def _tell_cancelled(export: ExportCertificate, code: str, at: datetime) -> Message:
    notice = Notice(
        NoticeKind.CANCELLED, export.number, OURS, OURS, export.importing_country, at,
        f"{export.compare_key}-cancelled", code,
    )  # fmt: skip
    return send_notice(notice, export.case, trust.AUTHORITY, at)


@transaction.atomic
def clarify(export: ExportCertificate, *, text: str, actor: Actor, at: datetime) -> Message:
    """Answer a question of customs abroad."""
    if not text.strip():
        raise Refused("Hãy ghi nội dung trả lời.", "Write the answer.", place="text")
    case = export.case
    record(case, "clarified", at=at, actor=actor)
    notice = Notice(
        NoticeKind.CLARIFIED, export.number, OURS, OURS, export.importing_country, at,
        f"{export.compare_key}-{case.last_number}", "", text.strip()[:2000],
    )  # fmt: skip
    return send_notice(notice, case, trust.AUTHORITY, at)


@transaction.atomic
def retransmit(export: ExportCertificate, *, actor: Actor, at: datetime) -> Message:
    """Send an issued certificate once more, after a technical failure on the way (rule 29)."""
    case = export.case
    if case.status != "issued":
        raise NotAllowed(
            "Chỉ gửi lại C/O đang có hiệu lực.", "Only a certificate in force is sent again."
        )  # fmt: skip
    form = replace(form_of(export.document), function=Function.RETRANSMISSION)
    record(case, "tracked", at=at, actor=actor, details={"code": "5,32"})
    return _send(export, form, f"{form.key}-{case.last_number}", at)


def _known(code: str) -> None:
    if code not in REASONS:
        raise Refused("Hãy chọn lý do.", "Choose a reason.", place="code")
