"""
Certificates of origin in the demo: signed messages of ten members, taken in as the gateway takes them.

The members sign with keys made for this one replay, which are then forgotten; no site trusts them afterwards. What customs
decided is recorded at the time of the replay's clock, with the quantities used in the ledger.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction

from motcua.casework.batch import Continuation, record_many
from motcua.casework.models import Case, Link
from motcua.casework.record import NewEvent
from motcua.casework.registry import office_hours
from motcua.demo.chance import OFFSET, chance, moments
from motcua.demo.sizes import LAST_QUARTER_2019, NINE_MONTHS_2019, NINE_MONTHS_2020, Sizes
from motcua.demo.trade import Declared
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.lib.worktime import OfficeHours
from motcua.lib.xmlsign import SigningKey, TrustedKey, TrustList, make_key, sign
from motcua.origin import exchange
from motcua.origin.actions import gateway
from motcua.origin.documents import MEMBERS, FormD, Invoice, Item, Party, Transport
from motcua.origin.messages import write
from motcua.origin.models import Certificate, CertificateItem, Utilisation

_SENDERS = {
    "TH": 0.34,
    "ID": 0.2,
    "MY": 0.2,
    "SG": 0.1,
    "PH": 0.06,
    "LA": 0.04,
    "KH": 0.03,
    "MM": 0.02,
    "BN": 0.01,
}
_PORTS = ("VNMOC", "VNHON", "VNCPH")
_GOODS = ("Hạt nhựa", "Gạo", "Linh kiện điện tử", "Giấy bìa", "Cao su", "Đường tinh luyện", "Hoa quả sấy")
_SINCE, _UNTIL = datetime(2015, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
_BATCH = 50


def replay(sizes: Sizes, declared: list[Declared], told: Callable[[int], None]) -> int:
    """Every certificate of the year and of the year before, in batches of one transaction each."""
    keys = {code: make_key(f"{code} (demo)", code, _SINCE, _UNTIL) for code in MEMBERS}
    trusted = TrustList.of(
        TrustedKey(code, key.fingerprint, _SINCE, _UNTIL, for_tests=True) for code, key in keys.items()
    )
    hours, partner = office_hours("customs-offices"), gateway()
    random, imports = (
        chance("certificates"),
        sorted((one for one in declared if one.flow == "import"), key=lambda d: d.at),
    )
    times = [one.at for one in imports]
    count, plan = 0, list(_plan(sizes, hours, random))
    for begin in range(0, len(plan), _BATCH):
        with transaction.atomic():
            for serial, at in plan[begin : begin + _BATCH]:
                place = bisect_left(times, at)
                goods = imports[min(place, len(imports) - 1)] if imports else None
                _take_one(serial, at, goods, random, hours, keys, trusted, partner)
        count = min(begin + _BATCH, len(plan))
        told(count)
    return count


def _plan(sizes: Sizes, hours: OfficeHours, random: Random) -> Iterator[tuple[int, datetime]]:
    """Serial number and moment of each."""
    serial = 400
    for span, count in (
        (NINE_MONTHS_2019, sizes.certificates_2019),
        (LAST_QUARTER_2019, sizes.certificates_last_quarter_2019),
        (NINE_MONTHS_2020, sizes.certificates_2020),
    ):
        for at in moments(random, span, hours, count, weekend=0.2):
            serial += random.randrange(1, 9)
            yield serial, at


def _take_one(
    serial: int, at: datetime, goods: Declared | None, random: Random, hours: OfficeHours, keys: dict[str, SigningKey],
    trusted: TrustList, partner: Partner,
) -> None:  # fmt: skip
    country = random.choices(list(_SENDERS), list(_SENDERS.values()))[0]
    form = _form(f"{country}{at + OFFSET:%Y}-VN-{serial:07d}", country, at, goods, random)
    content = sign(write(form), keys[country], at=at - timedelta(minutes=random.randrange(2, 90)))
    message = receive(partner, reference=form.number, type="xml-formd", content=content, at=at).message
    certificate = exchange.admit(message, at, trusted).certificate
    Handling.objects.filter(message=message).update(state=Handling.State.DONE, attempts=1, finished_at=at)
    _decide(certificate, form, at, goods, random, hours, message)


def _form(number: str, country: str, at: datetime, goods: Declared | None, random: Random) -> FormD:
    issued = (at + OFFSET - timedelta(days=random.randrange(1, 20))).date()
    left = issued - timedelta(days=random.randrange(0, 3))
    criterion = random.choice(("WO", "CTH", "CTSH", "40%", "45%"))
    item = Item(
        number=1, description=random.choice(_GOODS), hs_code=(goods.hs_code if goods else "") or "39041010",
        criterion=criterion, quantity=Decimal(random.randrange(20, 4000)) / 2, unit="TNE", marks="N/M",
        packages=random.randrange(1, 400), package_kind="CT", invoice=f"INV-{number[-5:]}",
        fob=Decimal(random.randrange(900, 90_000)) if criterion.endswith("%") else None,
        currency="USD" if criterion.endswith("%") else "",
    )  # fmt: skip
    return FormD(
        number=number, issuing_country=country, importing_country="VN", issued_on=issued,
        authority=f"Issuing authority of {country} (demo)", exporter=Party(f"{country} Exporter (demo)", "", country),
        consignee=Party("Doanh nghiệp nhập khẩu (demo)", "Quảng Ninh", "VN", goods.tax_code if goods else ""),
        transport=Transport(left, "MV DEMO", "", random.choice(_PORTS)), items=(item,),
        invoices=(Invoice(item.invoice, left, "", country),), production_country=country,
    )  # fmt: skip


def _decide(
    certificate: Certificate, form: FormD, at: datetime, goods: Declared | None, random: Random, hours: OfficeHours,
    message: Message,
) -> None:  # fmt: skip
    """What customs did: mostly given within the hour, one in sixteen after a question, a few refused."""
    events: list[NewEvent] = []

    def happened(kind: str, when: datetime, actor: str, **details: object) -> None:
        events.append(
            NewEvent(kind=kind, at=when, recorded_at=when, actor=actor, channel="online", details=details)
        )

    done = hours.after(at, timedelta(minutes=random.randrange(15, 500)))
    if random.random() < 0.06:
        happened("queried", done, "clock", code="stamp")
        done += timedelta(days=random.randrange(3, 20))
        happened("clarified", done, f"partner:{message.partner.code}")
        done += timedelta(minutes=50)
    key = goods.number[:11] if goods else ""
    if key and random.random() < 0.97:
        happened("given", done, "clock", declaration=key, items=[1])
        item = CertificateItem.objects.get(certificate=certificate, number=1)
        Utilisation.objects.create(
            item=item, declaration=key, line=1, quantity=item.quantity, at=done, actor="clock"
        )
    else:
        happened("not_given", done, "clock", code="hs-mismatch")
    record_many([], [Continuation(certificate.case.reference, events)])


def link() -> int:
    """Tie each certificate to the declaration it was used on; to be called when both are in the register."""
    uses = Utilisation.objects.values_list("item__certificate_id", "declaration", "at")
    known = dict(
        Case.objects.filter(kind="declaration", reference__in={key for _, key, _ in uses}).values_list(
            "reference", "pk"
        )
    )
    links = [
        Link(source_id=case, target_id=known[key], kind="used-by", made_at=at)
        for case, key, at in uses
        if key in known
    ]
    Link.objects.bulk_create(links, ignore_conflicts=True)
    return len(links)
