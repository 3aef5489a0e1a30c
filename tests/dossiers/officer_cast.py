"""The office's side for tests: Hoa at the desk, Dũng handling, Tuấn leading, at Móng Cái in September 2020."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from motcua.casework.models import Case
from motcua.dossiers import actions
from motcua.dossiers.documents import Application, Upload
from motcua.dossiers.models import Dossier
from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import User

PROCEDURE = "tax/refund"
OFFICE = "20BB"
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


def vn(day: int, hour: int = 8, minute: int = 0, month: int = 9) -> datetime:
    """A moment of 2020 on the Vietnamese clock; 14 September was a Monday."""
    return datetime(2020, month, day, hour, minute, tzinfo=VIETNAM)


def user(username: str) -> User:
    """One of the cast."""
    return User.objects.get(username=username)


def actor(username: str) -> Actor:
    """One of the cast as an actor of today."""
    return Actor.of(user(username), timezone.localdate())


def browser(username: str) -> Client:
    """A browser in which one of the cast is signed in."""
    ensure_cast()
    client = Client()
    client.force_login(user(username))
    return client


def lodged(channel: str = "desk", at: datetime | None = None, **changes: Any) -> Dossier:
    """Lan's claim for a refund, lodged at Móng Cái."""
    ensure_cast()
    lan = user("lan").organisation
    assert lan is not None
    values: dict[str, Any] = {
        "procedure": PROCEDURE, "office": OFFICE, "channel": channel, "applicant_name": lan.name,
        "applicant_tax_code": lan.tax_code, "organisation": lan.pk, "received_at": at or vn(14), "answers": ANSWERS,
        "files": {"claim": Upload("claim.pdf", PDF)} if channel == "online" else {},
        "presented": frozenset() if channel == "online" else frozenset({"claim"}),
    }  # fmt: skip
    application = Application(**{**values, **changes})
    return actions.lodge(application, actor=actor("hoa"), at=timezone.now())


def accepted(channel: str = "desk", at: datetime | None = None, **changes: Any) -> Dossier:
    """The same, taken in ten minutes later."""
    found = lodged(channel, at, **changes)
    actions.accept(found, actor=actor("hoa"), at=(at or vn(14)) + timedelta(minutes=10))
    return found


def handled(channel: str = "desk", at: datetime | None = None, **changes: Any) -> Dossier:
    """The same, with Dũng an hour after it came."""
    found = accepted(channel, at, **changes)
    when = (at or vn(14)) + timedelta(hours=1)
    actions.transfer(found, actor=actor("hoa"), at=when, officer=user("dung").key)
    return found


def asked(found: Dossier, at: datetime | None = None, **items: str) -> Dossier:
    """The same after Dũng asked for something; the claim, unless it is said what."""
    items = items or {"claim": "Thiếu chữ ký ở trang 2."}
    actions.request_supplement(found, items=items, actor=actor("dung"), at=at or vn(15))
    return found


def decided(found: Dossier, at: datetime | None = None) -> Dossier:
    """The same with its result signed by Tuấn."""
    actions.decide(
        found, outcome="approved", number="12/QD-HQMC", text="Hoàn 12.500.000 đồng.", actor=actor("tuan"), at=at or vn(16)
    )  # fmt: skip
    return found


def fresh(found: Dossier) -> Dossier:
    """The dossier as it stands in the database now."""
    return Dossier.objects.select_related("case").get(pk=found.pk)


def case_of(found: Dossier) -> Case:
    """Its case as it stands in the database now."""
    return Case.objects.get(pk=found.pk)


def act(client: Client, found: Dossier, name: str, **data: Any) -> HttpResponse:
    """Send the form of an act as the browser would, knowing the last event."""
    number = data.pop("last_number", None) or case_of(found).last_number
    return client.post(url(found, name), {"last_number": number, **data})


def url(found: Dossier, name: str = "") -> str:
    """The address of the dossier's page, or of an act on it."""
    return f"/work/{found.case.reference}/" + (f"{name}/" if name else "")
