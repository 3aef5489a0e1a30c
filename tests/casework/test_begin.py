"""Opening a case with its first event at once writes what opening and recording one after the other write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.transaction import TransactionManagementError

from motcua.casework.begin import begin
from motcua.casework.lifecycle import NEW
from motcua.casework.models import Case, Event, Standing
from motcua.casework.record import NewCase, open_case, record
from motcua.casework.recount import recount
from motcua.casework.registry import lifecycle
from motcua.exchange.models import Partner
from motcua.exchange.receive import receive
from motcua.lib.errors import Duplicate, NotAllowed, Refused
from motcua.lib.worktime import Limit, Unit
from motcua.people.actor import CLOCK

MONDAY = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(minutes=3)

pytestmark = pytest.mark.django_db


def new_case(kind: str, reference: str) -> NewCase:
    return NewCase(
        kind=kind, reference=reference, office="20BB", channel="online", opened_at=MONDAY, procedure="a/b",
        calendar="customs-offices", limit=Limit(8, Unit.WORKING_HOURS), label="Công ty Đông Á", organisation=7,
    )  # fmt: skip


def rows(reference: str) -> list[dict[str, Any]]:
    """All that is known of a case, without what differs between two cases: ids, digests, the database's clock."""
    case = Case.objects.get(reference=reference)
    apart = {"id", "case_id", "reference", "search", "head", "digest", "stored_at"}
    found = [
        Case.objects.filter(pk=case.pk).values().get(),
        *Event.objects.filter(case=case).values(),
        *Standing.objects.filter(case=case).values(),
    ]
    return [{name: value for name, value in row.items() if name not in apart} for row in found]


def first_step(kind: str) -> str:
    return next(name for name, step in lifecycle(kind).steps.items() if NEW in step.come_from)


@pytest.mark.parametrize("kind", ["dossier", "declaration", "inspection", "movement", "certificate", "task"])
def test_one_call_writes_the_rows_of_two(kind: str) -> None:
    step = first_step(kind)
    partner = Partner.objects.create(code="p", name="p")
    message = receive(partner, reference="r", type="t", content=b"x", at=MONDAY).message
    details: dict[str, Any] = {}
    case = open_case(new_case(kind, "two"))
    record(
        case,
        step,
        at=MONDAY,
        actor=CLOCK,
        channel="online",
        details=details,
        message=message,
        recorded_at=LATER,
    )
    opened, event = begin(
        new_case(kind, "one"),
        step,
        at=MONDAY,
        actor=CLOCK,
        details=details,
        message=message,
        recorded_at=LATER,
    )
    assert rows("one") == rows("two")
    assert opened.pk == event.case_id
    assert Case.objects.get(pk=opened.pk).head == bytes(Event.objects.get(pk=event.pk).digest)
    assert recount().wrong == 0


def test_the_case_can_go_on_at_once() -> None:
    case, _ = begin(new_case("dossier", "A"), "lodged", at=MONDAY, actor=CLOCK)
    record(case, "accepted", at=MONDAY, actor=CLOCK)
    assert (case.status, case.last_number) == ("accepted", 2)
    assert recount().wrong == 0


def test_a_known_reference_is_refused_and_named_and_the_transaction_lives_on() -> None:
    first, _ = begin(new_case("dossier", "A"), "lodged", at=MONDAY, actor=CLOCK)
    with pytest.raises(Duplicate) as refused:
        begin(new_case("dossier", "A"), "lodged", at=MONDAY, actor=CLOCK)
    assert refused.value.first == first
    assert Event.objects.count() == 1


def test_a_first_event_must_be_a_first_event() -> None:
    with pytest.raises(NotAllowed):
        begin(new_case("dossier", "A"), "accepted", at=MONDAY, actor=CLOCK)
    with pytest.raises(Refused, match="future"):
        begin(
            new_case("dossier", "A"),
            "lodged",
            at=MONDAY,
            actor=CLOCK,
            recorded_at=MONDAY - timedelta(hours=1),
        )
    with pytest.raises(Refused, match="colour"):
        begin(new_case("dossier", "A"), "lodged", at=MONDAY, actor=CLOCK, details={"colour": "red"})
    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_begun() -> None:
    with pytest.raises(TransactionManagementError):
        begin(new_case("dossier", "A"), "lodged", at=MONDAY, actor=CLOCK)
    assert not Case.objects.exists()
