"""What people ask of certificates: lists, one of them, what is left of it, by when, and where one of ours is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from motcua.lib.identifiers import certificate_key
from motcua.lib.vietnamese import VIETNAM
from motcua.origin.documents import FormD
from motcua.origin.messages import form_of
from motcua.origin.models import Certificate, CertificateItem, ExportCertificate, Utilisation
from motcua.origin.rules import DeclaredLine, Facts
from motcua.origin.terms import Terms
from motcua.people.permissions import Reach


def by_number(number: str, country: str = "") -> Certificate | None:
    """A received certificate by its number, however it is written."""
    found = Certificate.objects.select_related("case").filter(compare_key=certificate_key(number))
    return (found.filter(issuing_country=country) if country else found).first()


def by_declaration(key: str) -> QuerySet[Certificate]:
    """The certificates that were used on a declaration, by its eleven digits."""
    return (
        Certificate.objects.select_related("case")
        .filter(items__uses__declaration=key[:11])
        .distinct()
        .order_by("pk")
    )


def tidy(quantity: Decimal) -> Decimal:
    """A quantity without the noughts that the database keeps behind it."""
    return Decimal(format(quantity.normalize(), "f"))


@dataclass(frozen=True)
class Balance:
    """One item of a certificate: what it certifies, what was used, what is left."""

    item: CertificateItem
    certified: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be used."""
        return tidy(self.certified - self.used)

    @property
    def is_spent(self) -> bool:
        """Nothing is left of it."""
        return self.left <= 0


def balances(certificate: Certificate) -> list[Balance]:
    """All items with what is left of each."""
    return [Balance(item, tidy(item.quantity), tidy(item.used)) for item in certificate.items.all()]


def uses(certificate: Certificate) -> list[Utilisation]:
    """Every line of the ledger of a certificate, the newest first."""
    found = Utilisation.objects.filter(item__certificate=certificate).select_related("item", "reversed_by")
    return list(found.order_by("-pk"))


def drawn_of(number: str, country: str, *, without: int | None = None) -> dict[int, Decimal]:
    """What back-to-back certificates have drawn of each item of an original; the cancelled ones count no more."""
    drawn: dict[int, Decimal] = {}
    key = certificate_key(number)
    others = Certificate.objects.filter(
        document__original__country=country, case__status__in=("received", "querying", "given")
    ).exclude(pk=without)
    for other in others:
        form = form_of(other.document)
        if form.original is None or certificate_key(form.original.number) != key:
            continue
        for item in form.items:
            number_there = item.original_item or item.number
            drawn[number_there] = drawn.get(number_there, Decimal(0)) + (item.quantity or 0)
    return drawn


def facts_of(
    certificate: Certificate, form: FormD, terms: Terms, on: date, declared: Sequence[DeclaredLine] = ()
) -> Facts:  # fmt: skip
    """What the register knows beside a received form."""
    original, drawn = None, {}
    if form.original is not None:
        found = by_number(form.original.number, form.original.country)
        original = form_of(found.document) if found else None
        drawn = drawn_of(form.original.number, form.original.country, without=certificate.pk)
    older = Certificate.objects.filter(replaced_by=certificate).first()
    return Facts(
        on=on, terms=terms, original=original, drawn=drawn,
        used={item.number: item.used for item in certificate.items.all()},
        replaced_issued_on=older.issued_on if older else None, declared=tuple(declared),
    )  # fmt: skip


@dataclass(frozen=True)
class Deadlines:
    """The days that matter for a received certificate."""

    valid_until: date | None
    reject_by: date
    answer_by: date | None = None
    check_ends_on: date | None = None


def deadlines(certificate: Certificate, terms: Terms) -> Deadlines:
    """By when to use it, to refuse it, and by when the issuing country answers a question."""
    case = certificate.case
    received = (case.received_at or case.opened_at).astimezone(VIETNAM).date()
    asked = (
        case.events.filter(kind="queried").order_by("-number").values_list("happened_at", flat=True).first()
    )
    asked_on = asked.astimezone(VIETNAM).date() if asked else None
    return Deadlines(
        certificate.expires_on, terms.reject_by(received),
        terms.answer_by(asked_on) if asked_on else None, terms.check_ends_on(asked_on) if asked_on else None,
    )  # fmt: skip


TABS: dict[str, Q] = {
    "open": Q(case__status="received"),
    "querying": Q(case__status="querying"),
    "given": Q(case__status="given"),
    "refused": Q(case__status="not_given"),
    "gone": Q(case__status__in=("cancelled", "replaced")),
}


def received(tab: str, text: str = "") -> QuerySet[Certificate]:
    """The certificates of a tab, those to be decided first by when they are due, the others newest first."""
    found = Certificate.objects.select_related("case").filter(TABS[tab])
    if text:
        key = "".join(letter for letter in text.upper() if letter.isalnum())
        found = found.filter(
            Q(compare_key__contains=key) | Q(importer=text.strip()) | Q(issuing_country=text.strip().upper())
        )
    return (
        found.order_by("case__due_at", "pk") if tab == "open" else found.order_by("-case__opened_at", "-pk")
    )


def exports(reach: Reach) -> QuerySet[ExportCertificate]:
    """The applications and certificates of the organisations within reach, newest first."""
    found = ExportCertificate.objects.select_related("case", "replaces")
    if not reach.everything:
        found = found.filter(case__organisation__in=reach.organisations)
    return found.order_by("-pk")


def tracking(export: ExportCertificate) -> str:
    """Where a certificate of ours is, by the last word that came about it."""
    last = (
        export.case.events.filter(kind="tracked")
        .order_by("-number")
        .values_list("details", flat=True)
        .first()
    )
    return str(last["code"]) if last else ""
