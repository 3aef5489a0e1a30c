"""The applicant's side for tests: browsers of the cast, a draft filled in page by page, a dossier in any state."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from motcua.dossiers import actions
from motcua.dossiers.models import Dossier, Draft
from motcua.dossiers.queries import receiving_offices
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from motcua.procedures.catalogue import catalogue

# In force since 2016 and open to every day on which these tests may run.
PROCEDURE = "tax/refund"
NEW = f"/dossiers/new/{PROCEDURE}/"
PDF = b"%PDF-1.4\n%claim\n"
ANSWERS = {
    "tax_code": "9900000016",
    "declaration": "103456789010",
    "tax_kind": "import",
    "amount": "12.500.000",
    "case": "reexport",
    "bank_account": "0123 456 789",
    "bank": "Ngân hàng thử nghiệm, chi nhánh Móng Cái",
}


def browser(username: str) -> Client:
    """A browser in which one of the cast is signed in."""
    ensure_cast()
    client = Client()
    answer = client.post("/sign-in/as/", {"as": username})
    assert answer.status_code == 302
    return client


def user(username: str) -> User:
    """One of the cast."""
    return User.objects.get(username=username)


def actor(username: str) -> Actor:
    """One of the cast as an actor of today."""
    return Actor.of(user(username), timezone.localdate())


def officer() -> Actor:
    """Hoa, at whatever office the dossier is: actions take whoever acts, the pages decide who may."""
    return actor("hoa")


def firm(username: str) -> int:
    """The id of somebody's organisation."""
    organisation: int | None = user(username).organisation_id
    assert organisation is not None
    return organisation


def office() -> str:
    """A code of an office that takes this procedure today."""
    today = timezone.localdate()
    return receiving_offices(catalogue().in_force(PROCEDURE, today), today)[0].code


def pdf(name: str = "cong-van.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A small file that passes for a PDF."""
    return SimpleUploadedFile(name, content, "application/pdf")


def answered(answers: dict[str, str]) -> dict[str, str]:
    """Answers under the names of the form's boxes."""
    return {f"answer-{name}": text for name, text in answers.items()}


def start(client: Client, organisation: int, **more: Any) -> Draft:
    """Begin a draft on the first page."""
    answer = client.post(
        NEW, {"organisation": organisation, "office": office(), "contact": "0203 3000 111", **more}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Draft.objects.get(pk=int(answer["Location"].split("/")[3]))


def fill(client: Client, organisation: int) -> Draft:
    """A draft with all its answers and the one paper that is always required."""
    draft = start(client, organisation)
    assert client.post(f"/dossiers/drafts/{draft.pk}/answers/", answered(ANSWERS)).status_code == 302
    answer = client.post(f"/dossiers/drafts/{draft.pk}/papers/", {"document-claim": pdf()})
    assert answer.status_code == 302
    return Draft.objects.get(pk=draft.pk)


def token(client: Client, draft: Draft) -> str:
    """The token that stands on the page on which one checks the draft."""
    page = client.get(f"/dossiers/drafts/{draft.pk}/check/").content.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, "the page offers no filing"
    return found[1]


def send(client: Client, draft: Draft, with_token: str) -> HttpResponse:
    """Press the button that files."""
    return client.post(f"/dossiers/drafts/{draft.pk}/lodge/", {"token": with_token})


def file_dossier(client: Client, organisation: int) -> Dossier:
    """File a whole dossier as a person does, and fetch what came of it."""
    draft = fill(client, organisation)
    answer = send(client, draft, token(client, draft))
    assert answer.status_code == 302, answer.content.decode()
    return dossier(answer["Location"].split("/")[2])


def dossier(reference: str) -> Dossier:
    """A dossier by its code, as it stands in the database now."""
    return Dossier.objects.select_related("case").get(case__reference=reference)


def accepted(client: Client, organisation: int) -> Dossier:
    """A dossier that was filed and taken in."""
    found = file_dossier(client, organisation)
    actions.accept(found, actor=officer(), at=now())
    return dossier(found.case.reference)


def asked(found: Dossier, **items: str) -> Dossier:
    """The same dossier after the office asked for something."""
    actions.request_supplement(found, items=items, actor=officer(), at=now())
    return dossier(found.case.reference)


def decided(found: Dossier, outcome: str = "approved") -> Dossier:
    """The same dossier with its result signed."""
    actions.decide(
        found, outcome=outcome, number="12/QD-HQMC", text="Hoàn 12.500.000 đồng.", actor=officer(), at=now()
    )
    return dossier(found.case.reference)


def now() -> datetime:
    """The moment, as the views know it."""
    return timezone.now()
