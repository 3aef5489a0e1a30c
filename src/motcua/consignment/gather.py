"""
One consignment from any of its numbers: the bills, the declarations that name them, their inspections and certificates.

From what the number names one goes one step along each tie: bill to declarations, declaration to its other bills, to its
inspections, to its certificates. Whoever asks gets only the parts that concern them; `Sight` says which those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from motcua.casework.models import Case, Link
from motcua.consignment import models
from motcua.consignment.matching import parts
from motcua.declarations.feed import compare_key
from motcua.declarations.models import Declaration, Reference
from motcua.lib.identifiers import certificate_key
from motcua.manifest.models import Bill
from motcua.nsw.models import Inspection
from motcua.nsw.tables import inspections
from motcua.origin.models import Certificate
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from motcua.people.permissions import Reach, reach
from motcua.people.roles import Role

PERMISSION = "consignments.see"


@dataclass(frozen=True)
class Sight:
    """What somebody may see: offices, own organisations and their tax codes, and for a ministry its own inspections."""

    reach: Reach
    tax_codes: frozenset[str] = frozenset()
    certificates: bool = False
    ministries: frozenset[str] = frozenset()

    def bill(self, bill: Bill) -> bool:
        """A bill concerns its office, the carrier that declared it, and its consignee."""
        case = bill.movement.case
        return (
            self.reach.covers(office=case.office, organisation=case.organisation)
            or bill.consignee_code in self.tax_codes
        )

    def case(self, case: Case, tax_code: str = "") -> bool:
        """A declaration or dossier concerns its office and its firm."""
        return (
            self.reach.covers(office=case.office, organisation=case.organisation)
            or tax_code in self.tax_codes
        )

    def inspection(self, inspection: Inspection) -> bool:
        """An inspection concerns its ministry too."""
        return inspection.ministry in self.ministries or self.case(inspection.case, inspection.tax_code)

    def certificate(self, certificate: Certificate) -> bool:
        """A certificate names no branch: whoever handles certificates may see any, its importer their own."""
        return (
            self.certificates
            or self.reach.everything
            or certificate.importer in self.tax_codes
            or certificate.case.organisation in self.reach.organisations
        )


EVERYTHING = Sight(Reach(everything=True), certificates=True)


def sight_of(actor: Actor, on: date) -> Sight:
    """What an actor may see on a day."""
    found = reach(actor, PERMISSION, on)
    own = Organisation.objects.filter(pk__in=found.organisations).values_list("tax_code", "code")
    rows = list(own) if found.organisations else []
    officer = reach(actor, "origin.see", on)
    return Sight(
        found,
        frozenset(tax_code for tax_code, _ in rows if tax_code),
        certificates=officer.everything,
        ministries=_ministries({code for _, code in rows if code}, on) if actor.has(Role.MINISTRY_OFFICER) else frozenset(),
    )  # fmt: skip


def _ministries(codes: set[str], on: date) -> frozenset[str]:
    """The ministries with these codes, and those they took over."""
    tables = inspections()
    known = tables.vocabulary.ministries
    return frozenset(
        name for name, one in known.items()
        if one.code in codes or known[tables.ministry_on(name, on)].code in codes
    )  # fmt: skip


@dataclass(frozen=True)
class Consignment:
    """Everything known of some goods, as far as the one who asks may see it."""

    number: str
    bills: tuple[Bill, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    dossiers: tuple[Case, ...] = ()
    matches: tuple[models.Match, ...] = ()
    discrepancies: tuple[models.Discrepancy, ...] = ()
    references: tuple[Reference, ...] = field(default=(), repr=False)
    # Bills that somebody declared, whether or not the one who asks may see the declaration.
    declared: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.bills or self.declarations or self.inspections or self.certificates)

    @property
    def cases(self) -> list[Case]:
        """The cases of all parts, each once."""
        found = {bill.movement_id: bill.movement.case for bill in self.bills}
        found |= {one.case_id: one.case for one in self.declarations}
        found |= {one.case_id: one.case for one in self.inspections}
        found |= {one.case_id: one.case for one in self.certificates}
        return [*found.values(), *self.dossiers]


def normalised(number: str) -> str:
    """A number as it stands in an address: capitals and digits only."""
    return compare_key(number)


def gather(number: str, sight: Sight = EVERYTHING) -> Consignment:
    """The consignment that a bill, container, declaration, certificate or inspection number names; empty when there is none."""
    key = normalised(number)
    if len(key) < 3:
        return Consignment(number)
    bills = _bills_named(key)
    declarations = _declarations_named(key)
    checks = _inspections_named(key)
    certificates = list(
        Certificate.objects.select_related("case").filter(compare_key=certificate_key(key))[:20]
    )
    declarations += _declarations_of(bills, checks, certificates, declarations)
    references = list(
        Reference.objects.filter(declaration__in=[one.pk for one in declarations]).order_by("pk")
    )
    matches = list(models.Match.objects.filter(declaration__in=[one.pk for one in declarations]))
    bills += _bills_of(matches, references, bills)
    checks += _inspections_of(declarations, checks)
    certificates += _certificates_of(declarations, references, certificates)
    whole = Consignment(
        number, tuple(bills), tuple(declarations), tuple(checks), tuple(certificates),
        matches=tuple(matches), references=tuple(references), declared=_declared(bills, matches, references),
    )  # fmt: skip
    return _seen(replace(whole, dossiers=tuple(_dossiers_of(whole))), sight)


def _seen(whole: Consignment, sight: Sight) -> Consignment:
    """Without what does not concern the one who asks; a tie to a part that is not shown is not told either."""
    bills = tuple(bill for bill in whole.bills if sight.bill(bill))
    declarations = tuple(one for one in whole.declarations if sight.case(one.case, one.tax_code))
    rows, keys = {one.pk for one in declarations}, {one.key for one in declarations}
    numbers = {bill.key for bill in bills}
    open_ones = models.Discrepancy.objects.filter(
        Q(bill_key__in=numbers) | Q(declaration__in=keys), gone_at=None, settled_at=None
    )
    return replace(
        whole, bills=bills, declarations=declarations,
        inspections=tuple(one for one in whole.inspections if sight.inspection(one)),
        certificates=tuple(one for one in whole.certificates if sight.certificate(one)),
        dossiers=tuple(case for case in whole.dossiers if sight.case(case)),
        matches=tuple(one for one in whole.matches if one.declaration_id in rows),
        references=tuple(one for one in whole.references if one.declaration_id in rows),
        discrepancies=tuple(
            one for one in open_ones
            if (not one.bill_key or one.bill_key in numbers) and (not one.declaration or one.declaration in keys)
        ) if bills or declarations else (),
    )  # fmt: skip


def _bills_named(key: str) -> list[Bill]:
    taken = parts(key)
    found = Bill.objects.filter(live=True).filter(
        Q(key__in={key, taken.rest}) | Q(containers__contains=[key])
    )
    bills = list(found.select_related("movement__case").order_by("pk")[:50])
    # A number with another carrier's code in front is another bill.
    return [
        bill
        for bill in bills
        if key in bill.containers or not taken.code or not bill.carrier
        or bill.carrier.upper() == taken.code or bill.key == key
    ]  # fmt: skip


def _declarations_named(key: str) -> list[Declaration]:
    condition = Q(references__kind__in=("bill", "container", "permit"), references__compare_key=key)
    if key.isdigit() and len(key) in (11, 12):
        condition |= Q(key=key[:11])
    return list(Declaration.objects.filter(condition).select_related("case").distinct().order_by("pk")[:50])


def _inspections_named(key: str) -> list[Inspection]:
    found = Inspection.objects.select_related("case").filter(Q(file_code=key) | Q(case__reference=key))
    return list(found[:20])


def _declarations_of(
    bills: Sequence[Bill],
    checks: Sequence[Inspection],
    certificates: Sequence[Certificate],
    known: Iterable[Declaration],
) -> list[Declaration]:
    ties = [
        Q(matches__bill_key=bill.key, matches__carrier=bill.carrier, matches__direction=bill.direction)
        | Q(references__kind="bill", references__compare_key__in=_writings(bill))
        for bill in bills
    ]
    if checks:
        ties.append(
            Q(
                case__links_in__source__in=[one.pk for one in checks],
                case__links_in__kind="inspects",
            )
        )
    if certificates:
        used = [
            key
            for one in certificates
            for key in one.items.values_list("uses__declaration", flat=True)
            if key
        ]
        named = Q(
            references__kind="certificate", references__compare_key__in=[c.compare_key for c in certificates]
        )
        ties.append(Q(key__in=used) | named)
    if not ties:
        return []
    found = Declaration.objects.filter(reduce(or_, ties)).exclude(pk__in=[one.pk for one in known])
    return list(found.select_related("case").distinct().order_by("pk")[:200])


def _writings(bill: Bill) -> set[str]:
    """How a declaration may write a bill, short of other zeros, which the matching knows."""
    number = compare_key(bill.number)
    return {number, f"{compare_key(bill.carrier)}{bill.key}"} | ({bill.key} if not bill.carrier else set())


def _bills_of(
    matches: Iterable[models.Match], references: Iterable[Reference], known: Iterable[Bill]
) -> list[Bill]:
    ids = {(one.bill_key, one.carrier, one.direction) for one in matches if one.bill_key}
    for one in references:
        if one.kind == "bill":
            taken = parts(one.compare_key)
            ids |= {(taken.rest, taken.code, "entry"), (taken.rest, taken.code, "exit")}
    if not ids:
        return []
    condition = reduce(or_, (Q(key=key, carrier=carrier, direction=way) for key, carrier, way in sorted(ids)))
    found = Bill.objects.filter(condition, live=True).exclude(pk__in=[one.pk for one in known])
    return list(found.select_related("movement__case").order_by("pk")[:200])


def _declared(
    bills: Iterable[Bill], matches: Iterable[models.Match], references: Iterable[Reference]
) -> frozenset[int]:
    tied = {(one.bill_key, one.carrier, one.direction) for one in matches if one.bill_key}
    written = {one.compare_key for one in references if one.kind == "bill"}
    return frozenset(
        bill.pk
        for bill in bills
        if (bill.key, bill.carrier, bill.direction) in tied or written & _writings(bill)
    )


def _inspections_of(declarations: Sequence[Declaration], known: Iterable[Inspection]) -> list[Inspection]:
    found = Inspection.objects.filter(
        case__links_out__kind="inspects", case__links_out__target__in=[one.pk for one in declarations]
    ).exclude(pk__in=[one.pk for one in known])
    return list(found.select_related("case").distinct().order_by("pk")[:200])


def _certificates_of(
    declarations: Sequence[Declaration], references: Iterable[Reference], known: Iterable[Certificate]
) -> list[Certificate]:
    named = [one.compare_key for one in references if one.kind == "certificate"]
    keys = [one.key for one in declarations]
    found = Certificate.objects.filter(
        Q(compare_key__in=named) | Q(items__uses__declaration__in=keys)
    ).exclude(pk__in=[one.pk for one in known])
    return list(found.select_related("case").distinct().order_by("pk")[:200])


def _dossiers_of(whole: Consignment) -> list[Case]:
    """Dossiers tied to any part, such as one whose fee is still to be paid."""
    ids = [case.pk for case in whole.cases]
    ties = Link.objects.filter(Q(source__in=ids) | Q(target__in=ids)).values_list("source", "target")
    others = {pk for pair in ties for pk in pair} - set(ids)
    return list(Case.objects.filter(pk__in=others, kind="dossier").order_by("pk"))
