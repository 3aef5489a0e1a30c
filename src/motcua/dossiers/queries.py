"""What people ask of dossiers: whose they are, whose move it is, what was asked for, what stands on the papers."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from motcua.casework.lifecycle import Lifecycle
from motcua.casework.models import Attachment, Case
from motcua.dossiers.actions import sheet_of
from motcua.dossiers.code import parse
from motcua.dossiers.lifecycle import APPLICANT, DOSSIER
from motcua.dossiers.models import Dossier, Draft, Item, Letter
from motcua.law.parts import Document, FormField
from motcua.law.sheets import NotInForce, Sheet, UnknownProcedure
from motcua.lib.bilingual import Text
from motcua.lib.errors import Malformed
from motcua.lib.vietnamese import fold
from motcua.people.actor import Actor
from motcua.people.models import Mandate, Office, Organisation, User
from motcua.people.permissions import Scope, scope_of
from motcua.procedures.catalogue import catalogue

AWAITS_APPLICANT = ("awaiting_supplement", "awaiting_payment")


def own_cases(actor: Actor, permission: str, on: date) -> QuerySet[Case]:
    """
    The dossiers within an actor's reach: of its own organisation, and of those that gave it a mandate for the procedure.

    A mandate narrowed to some procedures reaches dossiers of these alone.
    """
    cases = Case.objects.filter(kind="dossier")
    if actor.organisation is None or scope_of(actor, permission) is not Scope.OWN:
        return cases.none()
    condition = Q(organisation=actor.organisation)
    held = Mandate.objects.filter(Mandate.in_force(on), agent_id=actor.organisation)
    for principal, procedures in held.values_list("principal_id", "procedures"):
        of_principal = Q(organisation=principal)
        condition |= of_principal & Q(procedure__in=procedures) if procedures else of_principal
    return cases.filter(condition)


def own_dossier(actor: Actor, permission: str, on: date, reference: str) -> Dossier | None:
    """A dossier within reach, by its code; None for a stranger, as if there were none."""
    if not reference.isprintable():
        # The database takes no NUL, and no code ever held a character that cannot be printed.
        return None
    case = own_cases(actor, permission, on).filter(reference=reference)
    return Dossier.objects.select_related("case").filter(case__in=case).first()


def principals(actor: Actor, on: date, procedure: str = "") -> list[Organisation]:
    """The organisations an actor may act for, its own first."""
    found = Organisation.objects.filter(pk__in=actor.acts_for(on, procedure)).order_by("name_sort")
    return sorted(found, key=lambda one: one.pk != actor.organisation)


@dataclass(frozen=True)
class Tab:
    """One part of a list: its name in the address, its label, its condition, its order."""

    name: str
    label: Text
    condition: Q
    order: tuple[str, ...]


_WAITS = Q(closed_at=None, status__in=AWAITS_APPLICANT)
TABS = (
    Tab("mine", Text("Đến lượt bạn", "Your turn"), _WAITS, ("-opened_at",)),
    Tab(
        "open",
        Text("Cơ quan đang giải quyết", "With the office"),
        Q(closed_at=None, finished_at=None) & ~_WAITS,
        ("due_at", "-opened_at"),
    ),
    Tab("ready", Text("Có kết quả, chờ nhận", "Ready to fetch"), Q(status="decided"), ("-finished_at",)),
    Tab("done", Text("Đã xong", "Done"), Q(closed_at__isnull=False), ("-closed_at",)),
)


def matching(cases: QuerySet[Case], text: str, organisation: int | None) -> QuerySet[Case]:
    """Those whose code, applicant or procedure holds all the words, whatever their accents, of one organisation if named."""
    for word in fold(text.replace("\0", " ")).split()[:8]:
        cases = cases.filter(search__contains=word)
    return cases.filter(organisation=organisation) if organisation is not None else cases


def title_of(case: Case) -> Text:
    """What the procedure of a case was called when it was lodged; its code for a sheet that is gone."""
    if case.sheet_since is None:
        return Text(case.procedure or case.reference, case.procedure or case.reference)
    try:
        title = catalogue().get(case.procedure, case.sheet_since).title
    except (UnknownProcedure, NotInForce):
        return Text(case.procedure, case.procedure)
    return Text(title.vi, title.en)


def sheet_or_none(case: Case) -> Sheet | None:
    """The sheet a case was lodged under; None where the folder no longer holds it."""
    try:
        return sheet_of(case)
    except (UnknownProcedure, NotInForce):
        return None


def status_text(case: Case, table: Lifecycle = DOSSIER) -> Text:
    """The status in words."""
    return table.statuses.get(case.status) or Text(case.status, case.status)


def is_applicants_move(case: Case) -> bool:
    """Whether the work waits for the applicant."""
    return case.closed_at is None and (case.holder == APPLICANT or case.status in AWAITS_APPLICANT)


def office_of(case: Case) -> Text:
    """The office that has the case, as it was called when the case came."""
    office = Office.objects.filter(pk=case.office).first()
    return office.name if office else Text(case.office, case.office)


# What is asked for --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One thing the office asked for: a paper or a field of the form, with the officer's own words."""

    name: str
    title: Text
    remark: str
    document: Document | None = None
    field: FormField | None = None


def asked_for(dossier: Dossier) -> list[Asked]:
    """What the last request for a supplement asks, in the order of the sheet; empty when nothing is being waited for."""
    if "supplement" not in dossier.case.paused_for:
        return []
    letter = dossier.case.letters.filter(kind=Letter.Kind.REQUEST).order_by("-pk").first()
    items: Mapping[str, str] = letter.body.get("items", {}) if letter else _named_in_the_event(dossier.case)
    sheet = sheet_or_none(dossier.case)
    if sheet is None:
        return [Asked(name, Text(name, name), remark) for name, remark in items.items()]
    found: list[Asked] = []
    for document in sheet.documents:
        if document.id in items:
            found.append(Asked(document.id, _text(document.name), items[document.id], document=document))
    named = {one.name for one in found}
    for field in sheet.form:
        if field.id in items and field.id not in named:
            found.append(Asked(field.id, _text(field.label), items[field.id], field=field))
    named = {one.name for one in found}
    # An officer may ask for something the sheet does not name: it is shown, and answered with a file.
    found += [Asked(name, Text(name, name), remark) for name, remark in items.items() if name not in named]
    return found


def _named_in_the_event(case: Case) -> dict[str, str]:
    """What a request without a letter names, as one that came from another system: the ids without words."""
    event = case.events.filter(kind="supplement_requested").order_by("-number").first()
    return dict.fromkeys(event.details.get("items", ()), "") if event else {}


def _text(value: Any) -> Text:
    return Text(value.vi, value.en)


@dataclass(frozen=True)
class PaperState:
    """One paper of the dossier and what became of it; `document` is its id in the sheet."""

    document: str
    title: Text
    state: str
    remark: str
    attachment: Attachment | None


def papers(dossier: Dossier) -> list[PaperState]:
    """The papers of a dossier in the order of its sheet, those outside the sheet last; with the file in force of each."""
    sheet = sheet_or_none(dossier.case)
    items = {item.document: item for item in dossier.items.select_related("attachment")}
    order = [document.id for document in sheet.documents] if sheet else []
    titles = {document.id: _text(document.name) for document in sheet.documents} if sheet else {}
    titles |= {field.id: _text(field.label) for field in sheet.form if field.type == "file"} if sheet else {}
    found = [
        PaperState(
            name,
            titles.get(name) or Text(name, name),
            items[name].state,
            items[name].remark,
            items[name].attachment,
        )
        for name in [
            *(name for name in order if name in items),
            *(name for name in items if name not in order),
        ]
    ]
    shown = {one.attachment.pk for one in found if one.attachment}
    others = Attachment.objects.filter(case=dossier.case).exclude(pk__in=shown).order_by("pk")
    named = {item.document for item in items.values()}
    found += [
        PaperState(
            one.document,
            titles.get(one.document) or Text(one.document, one.document),
            Item.State.PROVIDED,
            "",
            one,
        )
        for one in others
        if one.document not in named
    ]
    return found


LETTERS: dict[str, Text] = {
    Letter.Kind.RECEIPT: Text("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Receipt with appointment"),
    Letter.Kind.REQUEST: Text("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "Request for a supplement"),
    Letter.Kind.REFUSAL: Text("Phiếu từ chối tiếp nhận giải quyết hồ sơ", "Refusal to accept the dossier"),
    Letter.Kind.APOLOGY: Text("Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Apology with a new date"),
    Letter.Kind.RESULT: Text("Kết quả giải quyết thủ tục", "Result"),
}


def letters_of(dossier: Dossier) -> list[Letter]:
    """The papers the office issued to the applicant, newest first; internal notes are none."""
    return list(dossier.case.letters.filter(kind__in=list(LETTERS)).order_by("-pk"))


# Drafts ---------------------------------------------------------------------------------------------------------


def drafts_of(user: User, organisations: Iterable[int]) -> list[Draft]:
    """A person's drafts for the organisations they may act for today, the last touched first."""
    return list(
        Draft.objects.filter(owner=user, organisation__in=list(organisations)).order_by("-changed_at")
    )


def last_filed(actor_cases: QuerySet[Case], procedure: str, organisation: int) -> Dossier | None:
    """The last dossier of this procedure an organisation filed, whose answers can be taken over."""
    case = actor_cases.filter(procedure=procedure, organisation=organisation).order_by("-opened_at").first()
    return Dossier.objects.filter(case=case).select_related("case").first() if case else None


def receiving_offices(sheet: Sheet, on: date) -> list[Office]:
    """The offices that take dossiers of this procedure on a day: branches, or the department's own units, by its level."""
    levels = {str(level) for level in sheet.level}
    kinds = ["branch"] if "branch" in levels else []
    kinds += ["unit", "audit", "department"] if "department" in levels else []
    offices = Office.objects.filter(receives_dossiers=True, kind__in=kinds, valid_from__lte=on)
    return list(offices.exclude(valid_to__lt=on).order_by("code"))


# The public door ------------------------------------------------------------------------------------------------


def tracked(code: str, secret: str) -> Dossier | None:
    """
    The dossier with this code and this secret; None for every wrong pair, whichever half is wrong.

    The code is read in either national order, the secret without regard to case and spaces.
    """
    given = "".join(secret.split()).upper()
    try:
        reference = str(parse(code))
    except Malformed:
        return None
    dossier = Dossier.objects.select_related("case").filter(case__reference=reference).first()
    known = dossier.secret if dossier else ""
    same = hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))
    return dossier if same and known else None


def promised_at(case: Case) -> datetime | None:
    """The one new date an apology gave, if there was one that counts."""
    letter = case.letters.filter(kind=Letter.Kind.APOLOGY).order_by("-pk").first()
    return datetime.fromisoformat(letter.body["promised_at"]) if letter else None


def procedure_title(procedure: str) -> Text:
    """What a procedure is called in its newest version; its code when there is none."""
    if procedure not in catalogue():
        return Text(procedure, procedure)
    title = catalogue().versions(procedure)[-1].title
    return Text(title.vi, title.en)
