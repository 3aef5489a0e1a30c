"""The one door: what it writes, what it refuses, and that both sizes of it write the same."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.casework.batch import Continuation, Filing, record_many
from motcua.casework.models import Case, Event, Standing
from motcua.casework.record import NewCase, NewEvent, open_case, record, void
from motcua.casework.recount import recount
from motcua.lib.digest import event_digest
from motcua.lib.errors import Duplicate, NotAllowed, Refused
from motcua.lib.worktime import Limit, Unit
from motcua.people.actor import CLOCK, Actor

HOA = Actor("user:1", "Hoa")
MONDAY = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam

pytestmark = pytest.mark.django_db


def new_case(reference: str = "000.00.15.H49-200302-0001", **changes: Any) -> NewCase:
    values: dict[str, Any] = {
        "kind": "dossier", "reference": reference, "office": "20BB", "channel": "desk", "opened_at": MONDAY,
        "procedure": "clearance/import-declaration", "calendar": "customs-offices",
        "limit": Limit(8, Unit.WORKING_HOURS), "label": "Công ty Đông Á",
    }  # fmt: skip
    return NewCase(**{**values, **changes})


def opened(reference: str = "000.00.15.H49-200302-0001", *kinds: str) -> Case:
    case = open_case(new_case(reference))
    for index, kind in enumerate(("lodged", *kinds)):
        record(case, kind, at=MONDAY + timedelta(hours=index), actor=HOA, details=DETAILS.get(kind))
    return case


DETAILS: dict[str, dict[str, Any]] = {
    "decided": {"outcome": "approved"},
    "transferred": {"holder": "handling"},
    "handed_over": {"way": "desk"},
}


def test_an_event_brings_the_case_up_to_date() -> None:
    case = opened("A", "accepted", "transferred")
    assert (case.status, case.holder, case.last_number) == ("processing", "handling", 3)
    assert case.received_at == MONDAY + timedelta(hours=1)
    assert case.due_at is not None
    assert Case.objects.get(pk=case.pk).status == "processing"


def test_every_event_chains_to_the_one_before() -> None:
    case = opened("A", "accepted", "transferred")
    previous = bytes(32)
    for event in case.events.all():
        previous = event_digest(
            previous, case=case.pk, number=event.number, kind=event.kind, happened_at=event.happened_at,
            recorded_at=event.recorded_at, actor=event.actor, channel=event.channel, details=event.details,
            voids=event.voids, message=None,
        )  # fmt: skip
        assert bytes(event.digest) == previous
    assert bytes(Case.objects.get(pk=case.pk).head) == previous


def test_a_step_that_the_status_does_not_allow_is_refused_with_the_way_to_mend() -> None:
    case = opened("A", "accepted")
    with pytest.raises(NotAllowed, match="Reload the page") as refused:
        record(case, "handed_over", at=MONDAY + timedelta(days=1), actor=HOA, details={"way": "desk"})
    assert "Được tiếp nhận" in refused.value.in_language("vi")
    assert case.events.count() == 2


def test_a_decision_after_withdrawal_is_refused() -> None:
    case = opened("A", "accepted", "withdrawn")
    with pytest.raises(NotAllowed):
        record(case, "decided", at=MONDAY + timedelta(days=1), actor=HOA, details={"outcome": "approved"})


def test_an_event_out_of_order_is_refused_but_a_late_one_is_not() -> None:
    case = opened("A", "accepted")
    with pytest.raises(Refused, match="out of order"):
        record(case, "transferred", at=MONDAY, actor=HOA, details=DETAILS["transferred"])
    event = record(
        case, "transferred", at=MONDAY + timedelta(hours=2), actor=HOA, details=DETAILS["transferred"]
    )
    assert event.happened_at == MONDAY + timedelta(hours=2)
    assert event.recorded_at > event.happened_at


def test_an_observation_may_come_late() -> None:
    case = opened("A", "accepted", "transferred", "decided")
    event = record(case, "noted", at=MONDAY + timedelta(minutes=5), actor=HOA)
    assert event.number == 5
    assert case.status == "decided"


def test_what_lies_in_the_future_is_refused() -> None:
    case = opened("A")
    with pytest.raises(Refused, match="future"):
        record(case, "accepted", at=datetime.now(UTC) + timedelta(hours=1), actor=HOA)


def test_details_that_the_step_does_not_know_are_refused_by_name() -> None:
    case = opened("A", "accepted")
    with pytest.raises(Refused, match="colour"):
        record(
            case,
            "transferred",
            at=MONDAY + timedelta(hours=5),
            actor=HOA,
            details={"holder": "x", "colour": "red"},
        )
    with pytest.raises(Refused, match="holder"):
        record(case, "transferred", at=MONDAY + timedelta(hours=5), actor=HOA, details={})


def test_an_unknown_step_names_the_known_ones() -> None:
    with pytest.raises(Refused, match="handed_over"):
        record(opened("A"), "teleported", at=MONDAY, actor=HOA)


def test_a_clock_set_back_never_makes_a_later_event_look_earlier_known() -> None:
    case = opened("A")
    future = datetime.now(UTC) + timedelta(hours=3)
    first = record(case, "accepted", at=MONDAY + timedelta(hours=1), actor=HOA, recorded_at=future)
    second = record(
        case, "transferred", at=MONDAY + timedelta(hours=2), actor=HOA, details=DETAILS["transferred"]
    )
    assert second.recorded_at == first.recorded_at == future


def test_striking_out_takes_back_the_last_event_and_keeps_it_in_view() -> None:
    case = opened("A", "accepted", "transferred", "decided")
    assert case.finished_at is not None
    void(case, 4, at=datetime.now(UTC), actor=HOA, reason="wrong dossier")
    assert (case.status, case.finished_at, case.outcome, case.last_number) == ("processing", None, "", 5)
    assert case.events.count() == 5
    record(case, "decided", at=datetime.now(UTC), actor=HOA, details={"outcome": "rejected"})
    assert case.outcome == "rejected"


@pytest.mark.parametrize(
    ("number", "why"), [(3, "Only the last"), (9, "no event number 9"), (1, "Only the last")]
)
def test_only_the_last_event_that_counts_can_be_struck_out(number: int, why: str) -> None:
    case = opened("A", "accepted", "transferred", "decided")
    with pytest.raises(Refused, match=why):
        void(case, number, at=datetime.now(UTC), actor=HOA, reason="x")


def test_an_event_is_struck_out_once_and_the_opening_never() -> None:
    case = opened("A", "accepted")
    void(case, 2, at=datetime.now(UTC), actor=HOA, reason="x")
    with pytest.raises(NotAllowed, match="already"):
        void(case, 2, at=datetime.now(UTC), actor=HOA, reason="x")
    with pytest.raises(NotAllowed, match="itself|striking-out"):
        void(case, 3, at=datetime.now(UTC), actor=HOA, reason="x")
    with pytest.raises(NotAllowed, match="withdraw"):
        void(case, 1, at=datetime.now(UTC), actor=HOA, reason="x")


def test_a_reference_is_taken_once() -> None:
    first = opened("A")
    with pytest.raises(Duplicate) as twice:
        open_case(new_case("A"))
    assert twice.value.first == first


def test_the_database_refuses_to_change_an_event() -> None:
    event = opened("A").events.get()
    for statement in (
        "update casework_event set actor = 'x' where id = %s",
        "delete from casework_event where id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [event.pk])


STORY = [
    ("lodged", 0, 0, {}),
    ("accepted", 30, 30, {}),
    ("transferred", 60, 60, {"holder": "handling"}),
    ("supplement_requested", 90, 95, {"items": ["invoice"]}),
    ("noted", 80, 95, {}),
    ("supplemented", 3000, 3005, {}),
    ("decided", 3100, 4000, {"outcome": "approved"}),
    ("handed_over", 4400, 4400, {"way": "desk"}),
]


def stories() -> list[list[NewEvent]]:
    whole = [
        NewEvent(
            kind=kind, at=MONDAY + timedelta(minutes=at), recorded_at=MONDAY + timedelta(minutes=known),
            actor=HOA.key, channel="desk", details=details,
        )
        for kind, at, known, details in STORY
    ]  # fmt: skip
    struck = NewEvent(
        kind="voided", at=MONDAY + timedelta(minutes=4100), recorded_at=MONDAY + timedelta(minutes=4100),
        actor=HOA.key, channel="desk", details={"reason": "x"}, voids=7,
    )  # fmt: skip
    return [whole[:cut] for cut in range(1, len(whole) + 1)] + [[*whole[:7], struck]]


def rows(case: Case) -> dict[str, Any]:
    case.refresh_from_db()
    plain = {
        f.name: getattr(case, f.attname)
        for f in Case._meta.fields
        if f.name not in {"id", "head", "reference", "search"}
    }
    events = list(
        case.events.values_list(
            "number", "kind", "happened_at", "recorded_at", "actor", "channel", "details", "voids"
        )
    )
    standings = list(
        Standing.objects.filter(case=case)
        .order_by("known_from")
        .values_list(
            "kind",
            "office",
            "procedure",
            "channel",
            "received_at",
            "finished_at",
            "due_at",
            "verdict",
            "outcome",
            "known_from",
            "known_to",
        )
    )
    return {"case": plain, "events": events, "standings": standings}


@pytest.mark.parametrize("number", range(9))
def test_both_sizes_of_the_door_leave_the_same_rows(number: int) -> None:
    story = stories()[number]
    record_many([Filing(new_case("batch"), story)])
    single = open_case(new_case("single"))
    for event in story:
        record(
            single, event.kind, at=event.at, actor=HOA, channel=event.channel, details=event.details,
            recorded_at=event.recorded_at, voids=event.voids,
        )  # fmt: skip
    assert rows(Case.objects.get(reference="batch")) == rows(single)
    assert recount().wrong == 0


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_case_carried_on_by_a_later_batch_is_as_if_written_at_once(cut: int) -> None:
    story = stories()[7]
    record_many([Filing(new_case("whole"), story)])
    record_many([Filing(new_case("parts"), story[:cut])])
    record_many([], [Continuation("parts", story[cut:])])
    assert rows(Case.objects.get(reference="whole")) == rows(Case.objects.get(reference="parts"))
    assert recount().wrong == 0


def test_a_batch_stands_whole_or_not_at_all() -> None:
    good, bad = stories()[6], [*stories()[2], stories()[7][7]]
    with pytest.raises(NotAllowed) as refused:
        record_many([Filing(new_case("good"), good), Filing(new_case("bad"), bad)])
    assert "bad" in refused.value.place
    with pytest.raises(Duplicate, match="good"):
        record_many([Filing(new_case("good"), good), Filing(new_case("good"), good)])
    with pytest.raises(Refused, match="absent"):
        record_many([], [Continuation("absent", good)])
    assert not Case.objects.exists()
    assert not Event.objects.exists()


def test_recount_names_what_was_tampered_with_and_mends_it() -> None:
    case = opened("A", "accepted", "transferred")
    Case.objects.filter(pk=case.pk).update(status="decided", used=99)
    Standing.objects.filter(case=case).update(verdict="late")
    found = recount(repair=False)
    assert (found.cases, found.wrong) == (1, 1)
    assert set(found.differences[0].names) == {"status", "used", "standing"}


@pytest.mark.django_db(transaction=True)
def test_recount_repairs_from_events_alone() -> None:
    case = opened("A", "accepted", "transferred")
    Case.objects.filter(pk=case.pk).update(status="decided", due_at=None)
    Standing.objects.filter(case=case).delete()
    assert recount(repair=True).wrong == 1
    assert recount().wrong == 0
    assert Case.objects.get(pk=case.pk).status == "processing"


@pytest.mark.django_db(transaction=True)
def test_of_eight_officers_deciding_at_once_one_wins_and_the_others_are_told() -> None:
    case = opened("A", "accepted", "transferred")
    outcomes: list[str] = []

    def decide() -> None:
        try:
            record(
                Case(pk=case.pk),
                "decided",
                at=datetime.now(UTC),
                actor=CLOCK,
                details={"outcome": "approved"},
            )
            outcomes.append("won")
        except NotAllowed as refused:
            outcomes.append(refused.text_en)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1
    assert sum("'Decided'" in text for text in outcomes) == 7
    assert case.events.filter(kind="decided").count() == 1


def test_a_case_carried_on_at_the_moment_it_was_last_recorded_keeps_one_line_for_that_moment() -> None:
    night = MONDAY + timedelta(days=9)
    story = [
        NewEvent(
            kind=kind,
            at=MONDAY + timedelta(minutes=at),
            recorded_at=night,
            actor=HOA.key,
            channel="desk",
            details=details,
        )
        for kind, at, _, details in STORY
    ]
    record_many([Filing(new_case("whole"), story)])
    record_many([Filing(new_case("parts"), story[:3])])
    record_many([], [Continuation("parts", story[3:])])
    assert rows(Case.objects.get(reference="whole")) == rows(Case.objects.get(reference="parts"))
    assert recount().wrong == 0
