"""What customs does with a certificate it received: query, give by line and quantity, refuse, take back, reassess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from motcua.casework.models import Case, Channel, Link
from motcua.casework.record import record
from motcua.exchange import outbox
from motcua.exchange.models import Message, Partner
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.identifiers import declaration_number
from motcua.lib.xmlsign import sign
from motcua.origin import trust
from motcua.origin.documents import Notice, NoticeKind, UsedLine
from motcua.origin.lifecycle import REASONS, tracking_of
from motcua.origin.messages import write
from motcua.origin.models import Certificate, CertificateItem, Transmission, Utilisation
from motcua.people.actor import Actor

GATEWAY = "asean-gateway"
OURS = "VN"


@dataclass(frozen=True)
class Use:
    """So much of an item, on one line of a declaration."""

    item: int
    declaration: str
    line: int
    quantity: Decimal


def gateway() -> Partner:
    """The ASEAN gateway as a partner of the exchange."""
    found, _ = Partner.objects.get_or_create(
        code=GATEWAY, defaults={"name": "Cổng Cơ chế một cửa ASEAN · ASEAN gateway"}
    )
    return found


@transaction.atomic
def query(certificate: Certificate, *, code: str, text: str, actor: Actor, at: datetime) -> Message:
    """Ask the issuing country; the clock stands still until it answers."""
    _known_reason(code)
    case = certificate.case
    record(case, "queried", at=at, actor=actor, details={"code": code})
    return tell(certificate, NoticeKind.QUERIED, at=at, code=code, text=text)


@transaction.atomic
def clarify(
    certificate: Certificate, *, actor: Actor, at: datetime, now: datetime, message: Message | None = None
) -> None:
    """The issuing country answered; the clock goes on."""
    record(
        certificate.case, "clarified", at=at, actor=actor, channel=Channel.MESSAGE, message=message, recorded_at=now
    )  # fmt: skip


@transaction.atomic
def use(
    certificate: Certificate,
    uses: Sequence[Use],
    *,
    actor: Actor,
    at: datetime,
    message: Message | None = None,
) -> Message:
    """
    Give the preference to declaration lines: the first use decides the certificate, later ones draw on what is left.

    Raises Refused when more would be used than is certified, whoever else draws on it at the same moment.
    """
    if not uses:
        raise Refused("Hãy chọn ít nhất một mặt hàng.", "Choose at least one item.", place="items")
    case = Case.objects.select_for_update().get(pk=certificate.pk)
    declaration = declaration_number(uses[0].declaration, place="declaration").key
    items = {one.number: one for one in CertificateItem.objects.filter(certificate=certificate)}
    for one in uses:
        _draw(items, one, declaration, actor, at)
    details = {"declaration": declaration, "items": sorted({one.item for one in uses})}
    kind = "used_again" if case.status == "given" else "given"
    record(case, kind, at=at, actor=actor, details=details, message=message)
    certificate.case = case
    _link(case, declaration, at)
    lines = tuple(UsedLine(one.item, True, declaration, one.line, one.quantity) for one in uses)
    return tell(certificate, NoticeKind.UTILISED, at=at, lines=lines)


def _draw(items: dict[int, CertificateItem], use: Use, declaration: str, actor: Actor, at: datetime) -> None:
    item = items.get(use.item)
    place = f"items[{use.item}]"
    if item is None:
        raise Refused(
            f"C/O không có mặt hàng số {use.item}.", f"The certificate has no item {use.item}.", place=place
        )
    if item.refused:
        raise Refused(
            f"Mặt hàng {use.item} đã bị từ chối ưu đãi.",
            f"Item {use.item} was refused preference.",
            place=place,
        )
    if use.quantity <= 0 or use.line < 1:
        raise Refused(
            f"Mặt hàng {use.item}: lượng và số dòng phải lớn hơn 0.",
            f"Item {use.item}: quantity and line must be above 0.",
            place=place,
        )
    if declaration_number(use.declaration, place="declaration").key != declaration:
        raise Refused(
            "Mỗi lần chỉ trừ lùi cho một tờ khai.", "One declaration at a time.", place="declaration"
        )
    try:
        with transaction.atomic():
            Utilisation.objects.create(
                item=item,
                declaration=declaration,
                line=use.line,
                quantity=use.quantity,
                at=at,
                actor=actor.key,
            )
    except IntegrityError as error:
        if "used_within_certified" not in str(error):
            raise
        left = CertificateItem.objects.get(pk=item.pk)
        rest = left.quantity - left.used
        raise Refused(
            f"Mặt hàng {use.item} chỉ còn {rest.normalize():f} {item.unit}, không đủ {use.quantity} {item.unit}.",
            f"Of item {use.item} only {rest.normalize():f} {item.unit} are left, not {use.quantity} {item.unit}.",
            place=place,
        ) from error


def _link(case: Case, declaration: str, at: datetime) -> None:
    """Tie the certificate to the declaration, where the register holds it."""
    target = Case.objects.filter(kind="declaration", reference=declaration).first()
    if target is not None:
        Link.objects.get_or_create(source=case, target=target, kind="used-by", defaults={"made_at": at})


@transaction.atomic
def take_back(certificate: Certificate, use_id: int, *, actor: Actor, at: datetime) -> Message:
    """Take a use back, for a declaration that was cancelled or changed; the quantity is free again."""
    case = Case.objects.select_for_update().get(pk=certificate.pk)
    found = (
        Utilisation.objects.filter(pk=use_id, item__certificate=certificate, reverses=None)
        .select_related("item")
        .first()
    )
    if found is None or Utilisation.objects.filter(reverses=found).exists():
        raise NotAllowed("Lần trừ lùi này đã được hoàn lại.", "This use was taken back already.")
    Utilisation.objects.create(
        item=found.item, declaration=found.declaration, line=found.line, quantity=-found.quantity, at=at, actor=actor.key,
        reverses=found,
    )  # fmt: skip
    record(
        case, "use_reversed", at=at, actor=actor,
        details={"declaration": found.declaration, "items": [found.item.number]},
    )  # fmt: skip
    certificate.case = case
    line = UsedLine(found.item.number, False, found.declaration, found.line, found.quantity, "taken-back")
    return tell(certificate, NoticeKind.UTILISED, at=at, lines=(line,))


@transaction.atomic
def refuse_item(certificate: Certificate, item: int, *, code: str, actor: Actor, at: datetime) -> Message:
    """Refuse one item; when none is left to be given, the certificate itself is refused."""
    _known_reason(code)
    case = Case.objects.select_for_update().get(pk=certificate.pk)
    found = CertificateItem.objects.filter(certificate=certificate, number=item).first()
    if found is None or found.refused or found.used:
        raise NotAllowed(
            f"Mặt hàng {item} đã được quyết định.", f"Item {item} was decided already.", place="items"
        )
    CertificateItem.objects.filter(pk=found.pk).update(refused=code)
    record(case, "item_refused", at=at, actor=actor, details={"item": item, "code": code})
    if (
        case.status == "received"
        and not CertificateItem.objects.filter(certificate=certificate, refused="").exists()
    ):
        record(case, "not_given", at=at, actor=actor, details={"code": code})
    certificate.case = case
    line = UsedLine(item, False, reason=code)
    return tell(certificate, NoticeKind.REJECTED, at=at, code=code, lines=(line,))


@transaction.atomic
def reject(certificate: Certificate, *, code: str, text: str, actor: Actor, at: datetime) -> Message:
    """Refuse the preference as a whole, with a reason, which goes to the issuing country within 60 days of receipt."""
    _known_reason(code)
    case = certificate.case
    record(case, "not_given", at=at, actor=actor, details={"code": code})
    CertificateItem.objects.filter(certificate=certificate, refused="").update(refused=code)
    return tell(certificate, NoticeKind.REJECTED, at=at, code=code, text=text)


@transaction.atomic
def reassess(certificate: Certificate, *, code: str, actor: Actor, at: datetime) -> None:
    """Look at a refused certificate again after a clarification (rule 30)."""
    _known_reason(code)
    record(certificate.case, "reassessed", at=at, actor=actor, details={"code": code})
    CertificateItem.objects.filter(certificate=certificate).update(refused="")


def _known_reason(code: str) -> None:
    if code not in REASONS:
        raise Refused("Hãy chọn lý do.", "Choose a reason.", place="code")


def tell(
    certificate: Certificate, kind: NoticeKind, *, at: datetime, code: str = "", text: str = "",
    lines: tuple[UsedLine, ...] = (),
) -> Message:  # fmt: skip
    """Queue a signed notice to the issuing country, in the caller's transaction."""
    case = certificate.case
    notice = Notice(
        kind, certificate.number, certificate.issuing_country, OURS, certificate.issuing_country, at,
        f"{OURS}-{case.pk}-{case.last_number}", code, text.strip()[:2000], tracking_of(case.status), lines,
    )  # fmt: skip
    return send_notice(notice, case, trust.CUSTOMS, at)


def send_notice(notice: Notice, case: Case, signer: str, at: datetime) -> Message:
    """Sign a notice, queue it for the gateway, and keep that it was sent."""
    content = sign(write(notice), trust.our_key(signer), at=at)
    message = outbox.send(
        gateway(),
        reference=notice.reference,
        type="xml-formdnotice",
        content=content,
        at=at,
    )
    key = "".join(letter for letter in notice.number.upper() if letter.isalnum() and letter.isascii())
    Transmission.objects.create(
        case=case, message=message, country=notice.issuing_country, compare_key=key, kind=notice.kind, outward=True,
        verdict="good", reason=notice.code, text=notice.text, at=at,
    )  # fmt: skip
    return message
