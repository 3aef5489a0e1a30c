"""
Messages of the ASEAN Single Window: signed certificates and signed notices, and our answers to them.

Nothing is believed before its signature is: what is read is the signed content, and the member whose key signed it must
be the one it speaks for. What is refused here leaves only its reason, on the message and in the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from motcua.casework.models import Channel
from motcua.casework.record import record
from motcua.exchange.models import Message
from motcua.exchange.outbox import Reply
from motcua.lib.errors import Invalid, Malformed, NotAllowed, Refused
from motcua.lib.findings import Finding, errors
from motcua.lib.xmlsign import TrustList, Verification, sign, verify
from motcua.origin import actions, receiving, trust
from motcua.origin.documents import FormD, Notice, NoticeKind
from motcua.origin.lifecycle import REASONS, TRACKING
from motcua.origin.messages import read
from motcua.origin.models import Certificate, ExportCertificate, Transmission
from motcua.origin.rules import Facts, check_receipt
from motcua.origin.terms import load_terms
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date

NOTICE_TYPE = "xml-formdnotice"


def _verified(message: Message, trusted: TrustList) -> Verification:
    """The signature of a message, checked when it came; Invalid with the reason when it is not good."""
    found = verify(bytes(message.content), trusted, at=message.received_at)
    if not found.is_good:
        more = f" ({found.owner})" if found.owner else ""
        raise Invalid(
            [Finding(f"signature-{found.reason}", "Signature", found.words.vi + more, found.words.en + more)]
        )
    return found


def _speaks_for(verification: Verification, country: str, place: str) -> None:
    if verification.owner != country:
        raise Invalid([
            Finding(
                "wrong-country", place,
                f"Ký bằng khóa của {verification.owner} nhưng nói thay {country}.",
                f"Signed with a key of {verification.owner}, and it speaks for {country}.",
            )
        ])  # fmt: skip


def take_form(message: Message, now: datetime) -> receiving.Received:
    """Receive a certificate, or say why it cannot be."""
    return admit(message, now, trust.trust_list())


def admit(message: Message, now: datetime, trusted: TrustList) -> receiving.Received:
    """Receive a certificate signed by one of those trusted; Invalid with every reason why it cannot be."""
    verification = _verified(message, trusted)
    found = read(verification.content)
    form = found.whole()
    if not isinstance(form, FormD):
        raise Malformed("Đây không phải C/O.", "This is no certificate.", place="/")
    _speaks_for(verification, form.issuing_country, "issuing_country")
    terms = load_terms(settings.LAW)
    facts = Facts(on=local_date(message.received_at), terms=terms, customs=actions.OURS)
    if wrong := errors(check_receipt(form, facts)):
        raise Invalid(found.placed(wrong))
    return receiving.receive(
        form, verification=verification, terms=terms, actor=Actor.partner(message.partner.code), at=message.received_at,
        now=now, message=message,
    )  # fmt: skip


def answer_form(message: Message, error: Refused | None, result: object) -> Reply | None:
    """Our signed answer to a certificate: customs has it (RES-REC), or not, and why (RES-NOT)."""
    number, country = _of(message)
    at = message.received_at
    kind = NoticeKind.NOT_ACKNOWLEDGED if error else NoticeKind.ACKNOWLEDGED
    text = error.text_en[:2000] if error else ""
    code = error.findings[0].code if isinstance(error, Invalid) else "malformed" if error else ""
    notice = Notice(
        kind, number, country, actions.OURS, country, at, message.reference, code, text,
        "AS4 (RES-NOT)" if error else "AS4 (RES-REC)",
    )  # fmt: skip
    from motcua.origin.messages import write

    return Reply(NOTICE_TYPE, sign(write(notice), trust.our_key(trust.CUSTOMS), at=at))


def _of(message: Message) -> tuple[str, str]:
    """Number and country of a certificate that may not even be readable."""
    try:
        form = read(bytes(message.content)).document
    except Refused:
        return "-", "-"
    return form.number or "-", form.issuing_country or "-"


# Notices --------------------------------------------------------------------------------------------------------


def take_notice(message: Message, now: datetime) -> None:
    """A word about a certificate: of ours abroad, or of another member's here."""
    verification = _verified(message, trust.trust_list())
    found = read(verification.content)
    notice = found.whole()
    if not isinstance(notice, Notice):
        raise Malformed("Đây không phải thông báo.", "This is no notice.", place="/")
    _speaks_for(verification, notice.sender, "sender")
    if notice.receiver != actions.OURS:
        raise Refused(
            f"Thông báo gửi cho {notice.receiver}.",
            f"The notice is for {notice.receiver}.",
            place="receiver",
        )
    table = _ABROAD if notice.issuing_country == actions.OURS else _HERE
    act = table.get(notice.kind)
    if act is None:
        raise Refused(
            f"Không nhận loại thông báo '{notice.kind}' ở đây.",
            f"Notices of the kind '{notice.kind}' are not taken here.",
            place="kind",
        )
    act(notice, verification, message, now)


def _keep(notice: Notice, verification: Verification, message: Message, case_id: int | None) -> None:
    Transmission.objects.create(
        case_id=case_id, message=message, country=notice.issuing_country, compare_key=_key(notice.number), kind=notice.kind,
        verdict=verification.reason, signed_by=verification.fingerprint, reason=notice.code[:40], text=notice.text[:2000],
        at=message.received_at,
    )  # fmt: skip


def _key(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum() and letter.isascii())[:60]


def _reason(code: str) -> str:
    return code if code in REASONS else "other"


def _certificate(notice: Notice) -> Certificate | None:
    return (
        Certificate.objects.select_related("case")
        .filter(issuing_country=notice.issuing_country, compare_key=_key(notice.number))
        .first()
    )


def _by_issuer(notice: Notice) -> None:
    if notice.sender != notice.issuing_country:
        raise Invalid([
            Finding(
                "wrong-country", "sender", f"Chỉ {notice.issuing_country} được nói thay C/O của mình.",
                f"Only {notice.issuing_country} may speak for its certificate.",
            )
        ])  # fmt: skip


def _cancelled(notice: Notice, verification: Verification, message: Message, now: datetime) -> None:
    """The issuer takes a certificate back; a cancellation that came first waits for its certificate."""
    _by_issuer(notice)
    certificate = _certificate(notice)
    if certificate is not None:
        if certificate.case.status in ("cancelled", "replaced"):
            # Said before: nothing to do, and nothing wrong with saying it again.
            _keep(notice, verification, message, certificate.pk)
            return
        receiving.cancel(
            certificate, code=_reason(notice.code), actor=Actor.partner(message.partner.code), at=message.received_at,
            now=now, message=message,
        )  # fmt: skip
    _keep(notice, verification, message, certificate.pk if certificate else None)


def _clarified(notice: Notice, verification: Verification, message: Message, now: datetime) -> None:
    """The issuer answers our question."""
    _by_issuer(notice)
    certificate = _certificate(notice)
    if certificate is None:
        raise Refused(
            f"Không có C/O {notice.number} của {notice.issuing_country}.",
            f"There is no certificate {notice.number} of {notice.issuing_country}.",
            place="number",
        )
    if certificate.case.status == "querying":
        actions.clarify(
            certificate, actor=Actor.partner(message.partner.code), at=message.received_at, now=now, message=message
        )  # fmt: skip
    _keep(notice, verification, message, certificate.pk)


def _told_abroad(notice: Notice, verification: Verification, message: Message, now: datetime) -> None:
    """What another member's gateway or customs says of a certificate issued here."""
    found = (
        ExportCertificate.objects.select_related("case")
        .filter(compare_key=_key(notice.number))
        .exclude(compare_key="")
        .first()
    )
    if found is None:
        raise Refused(
            f"Việt Nam không cấp C/O số {notice.number}.",
            f"Viet Nam issued no certificate {notice.number}.",
            place="number",
        )
    if notice.sender != found.importing_country:
        raise Invalid([
            Finding(
                "wrong-country", "sender", f"C/O này cấp cho {found.importing_country}.",
                f"This certificate is for {found.importing_country}.",
            )
        ])  # fmt: skip
    case, at = found.case, message.received_at
    _keep(notice, verification, message, case.pk)
    if case.status != "issued":
        if notice.kind in (NoticeKind.UTILISED, NoticeKind.REJECTED):
            raise NotAllowed(
                f"C/O {found.number} không còn hiệu lực.",
                f"The certificate {found.number} is no longer in force.",
                place="number",
            )
        return
    actor = Actor.partner(message.partner.code)
    for kind, details in _events(notice):
        record(
            case, kind, at=at, actor=actor, channel=Channel.MESSAGE, details=details, message=message, recorded_at=now
        )  # fmt: skip


def _events(notice: Notice) -> list[tuple[str, dict[str, str]]]:
    tracked = [("tracked", {"code": notice.status})] if notice.status in TRACKING else []
    if notice.kind == NoticeKind.UTILISED:
        return [("used", {}), *tracked]
    if notice.kind == NoticeKind.REJECTED:
        return [("rejected", {"code": _reason(notice.code)}), *tracked]
    if notice.kind == NoticeKind.QUERIED:
        return [("queried", {"code": _reason(notice.code)})]
    return tracked


_Act = Callable[[Notice, Verification, Message, datetime], None]

_HERE: dict[str, _Act] = {NoticeKind.CANCELLED: _cancelled, NoticeKind.CLARIFIED: _clarified}
_ABROAD: dict[str, _Act] = dict.fromkeys(
    (
        NoticeKind.ACKNOWLEDGED, NoticeKind.NOT_ACKNOWLEDGED, NoticeKind.TRACKED, NoticeKind.QUERIED, NoticeKind.UTILISED,
        NoticeKind.REJECTED,
    ),
    _told_abroad,
)  # fmt: skip
