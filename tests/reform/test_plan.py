"""Done is shown, not said: evidence, who may accept it, and what a plan says of itself at a moment."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.casework.figures import Count, Indicator, Period, Rows
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import CLOCK, Actor
from motcua.reform import actions
from motcua.reform.evidence import Given, broken
from motcua.reform.models import Acceptance, Evidence, Plan, Reading
from motcua.reform.settle import read_one, settle
from motcua.reform.status import State, status, trend
from motcua.reporting.indicators import indicator
from tests.reform.conftest import PDF, at, line, paper, stood, task

Cast = dict[str, Actor]


def show(code: str, actors: Cast, month: int, day: int, leader: str = "tuan", **given: Any) -> Evidence:
    return actions.claim(task(code), "document", paper(**given), actor=actors[leader], at=at(month, day))


def test_a_claim_alone_is_not_done(plan: Plan, actors: Cast) -> None:
    show("III.1", actors, 6, 1)
    found = stood(plan, at(7, 1))
    assert [one.reference for one in found.of_state(State.OPEN_OVERDUE)] == [
        "CCHC-2020-III.1",
        "CCHC-2020-VIII.1",
    ]
    assert next(one for one in found.tasks if one.task.code == "III.1").claimed


def test_the_lead_unit_cannot_accept_its_own_evidence(plan: Plan, actors: Cast) -> None:
    show("III.1", actors, 6, 1)
    for name in ("tuan", "dung"):
        with pytest.raises(NotAllowed, match="lead unit does not accept"):
            actions.accept(task("III.1"), actor=actors[name], at=at(6, 2))
    assert task("III.1").case.status == "claimed"


def test_who_handed_the_evidence_in_cannot_accept_it_from_another_desk(plan: Plan, actors: Cast) -> None:
    show("III.1", actors, 6, 1)
    elsewhere = Actor(actors["tuan"].key, "Tuấn", actors["tuan"].roles, office="20ZZ")
    with pytest.raises(NotAllowed):
        actions.accept(task("III.1"), actor=elsewhere, at=at(6, 2))


@pytest.mark.parametrize(
    ("by", "office", "lead", "constraint"),
    [
        ("tuan", "20ZZ", "20BB", "nobody_accepts_own_evidence"),
        ("cuc", "20BB", "20BB", "lead_unit_accepts_nothing"),
        ("cuc", "20BB", "20CF", "acceptance_repeats_evidence"),
    ],
)
def test_the_database_refuses_what_the_door_was_not_asked(
    plan: Plan, actors: Cast, by: str, office: str, lead: str, constraint: str
) -> None:
    shown = show("III.1", actors, 6, 1)

    def accept() -> None:
        Acceptance.objects.create(
            evidence=shown, kind="document", lead=lead, submitted_by=shown.submitted_by,
            accepted_by=actors[by].key, accepted_office=office, accepted_at=at(6, 2),
        )  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        accept()


def test_evidence_is_never_changed_or_removed(plan: Plan, actors: Cast) -> None:
    shown = show("III.1", actors, 6, 1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Evidence.objects.filter(pk=shown.pk).update(sha256="0" * 64)


def test_a_file_changed_after_the_claim_is_not_accepted_and_one_changed_later_is_found(
    plan: Plan, actors: Cast
) -> None:
    # Contents of this test alone: files are shared by their digest.
    mine = PDF + b"changed later"
    shown = show("III.1", actors, 6, 1, content=mine)
    file = Path(settings.FILES) / shown.sha256[:2] / shown.sha256[2:]
    file.write_bytes(mine + b"!")
    try:
        with pytest.raises(Refused, match="changed"):
            actions.accept(task("III.1"), actor=actors["cuc"], at=at(6, 2))
        file.write_bytes(mine)
        actions.accept(task("III.1"), actor=actors["cuc"], at=at(6, 2))
        assert list(broken(2020)) == []
        file.write_bytes(b"%PDF-1.4 another")
        (found,) = broken(2020)
        assert (found.reference, found.mark) == ("CCHC-2020-III.1", "215/HQQN-VP")
    finally:
        file.unlink()


def test_only_the_lead_unit_claims_and_not_without_number_date_and_file(plan: Plan, actors: Cast) -> None:
    with pytest.raises(NotAllowed, match="lead unit"):
        show("III.1", actors, 6, 1, leader="leader-20cf")
    for given in (
        paper(mark=" "),
        paper(on="20/5"),
        paper(on="2021-01-01"),
        paper(content=b""),
        paper(content=b"MZ"),
    ):
        with pytest.raises(Refused):
            actions.claim(task("III.1"), "document", given, actor=actors["tuan"], at=at(6, 1))
    with pytest.raises(Refused, match="no kind of evidence"):
        actions.claim(task("III.1"), "rumour", paper(), actor=actors["tuan"], at=at(6, 1))
    assert not Evidence.objects.exists()


def test_a_changed_procedure_is_evidence_and_an_unchanged_one_is_not(plan: Plan, actors: Cast) -> None:
    given = Given({"mark": "warehousing/cfs-recognition"})
    shown = actions.claim(task("III.1"), "sheet-diff", given, actor=actors["tuan"], at=at(6, 1))
    assert shown.mark == "warehousing/cfs-recognition 2015-04-01 → 2016-07-01"
    assert len(shown.sha256) == 64
    with pytest.raises(Refused, match="no two versions"):
        actions.claim(
            task("III.2"), "sheet-diff", Given({"mark": "tax/refund"}), actor=actors["tuan"], at=at(6, 1)
        )


def test_the_four_shares_tell_lateness_and_extensions_apart(plan: Plan, actors: Cast) -> None:
    cuc = actors["cuc"]
    # In time; extended and in time by the new date only; late; not yet due.
    show("VIII.1", actors, 5, 20, leader="leader-20cf", on="2020-05-19")
    actions.accept(task("VIII.1"), actor=cuc, at=at(6, 20))
    actions.extend(task("III.1"), date(2020, 7, 31), "88/HQQN", "dịch bệnh", actor=cuc, at=at(6, 1))
    show("III.1", actors, 7, 20)
    actions.accept(task("III.1"), actor=cuc, at=at(7, 21))
    show("III.2", actors, 9, 2)
    actions.accept(task("III.2"), actor=cuc, at=at(9, 3))
    found = stood(plan, at(10, 1, 0))
    assert {name: (len(share.value), share.of) for name, share in found.shares().items()} == {
        "done_of_all": (3, 4), "done_of_due": (3, 3), "on_time_of_due": (2, 3), "on_time_by_original_date": (1, 3),
    }  # fmt: skip
    assert found.shares()["on_time_of_due"].percent == Decimal("66.67")
    assert [one.task.code for one in found.of_state(State.DONE_LATE)] == ["III.2"]
    assert task("III.1").due_on == date(2020, 6, 28)
    assert [flow.reference for flow in found.flows if flow.kind == "extended"] == ["CCHC-2020-III.1"]
    # What stood in July is not what stands now; and what was entered years later nobody knew then.
    assert not status(plan, at(7, 1, 0)).shares()["done_of_all"].value
    july = stood(plan, at(7, 1, 0))
    assert len(july.shares()["done_of_all"].value) == 1
    assert [done for _, done, _ in trend(plan, at(10, 1, 0), timezone.now())] == [0, 0, 0, 0, 0, 1, 2, 2, 3]
    nine = Period(date(2020, 1, 1), date(2020, 9, 30))
    assert indicator("reform.tasks_done").measure(nine, timezone.now()).value == 3


def test_a_task_that_is_taken_out_stays_in_view(plan: Plan, actors: Cast) -> None:
    show("III.1", actors, 6, 1)
    actions.accept(task("III.1"), actor=actors["cuc"], at=at(6, 2))
    before = stood(plan, at(6, 3)).shares()["done_of_all"]
    for code in ("III.2", "III.3"):
        actions.drop(task(code), "90/HQQN", actor=actors["cuc"], at=at(6, 4))
    found = stood(plan, at(6, 5))
    assert (before.percent, found.shares()["done_of_all"].percent) == (Decimal("25.00"), Decimal("50.00"))
    assert found.with_those_that_left().percent == before.percent
    assert [(flow.kind, flow.paper) for flow in found.flows] == [("left", "90/HQQN")] * 2


def test_entering_later_and_moving_are_told_and_undone_for_the_past(plan: Plan, actors: Cast) -> None:
    actions.plan_tasks(plan, [line("III.9")], actor=actors["cuc"], at=at(3, 2))
    actions.move(task("III.9"), "lead", "20CF", "61/HQQN", actor=actors["cuc"], at=at(4, 1))
    assert [flow.kind for flow in stood(plan, at(5, 1)).flows] == ["entered", "moved"]
    lead = {at(3, 15): "20BB", at(5, 1): "20CF"}
    for moment, unit in lead.items():
        assert next(one for one in stood(plan, moment).tasks if one.task.code == "III.9").lead == unit
    assert len(stood(plan, at(2, 1)).tasks) == 4
    with pytest.raises(NotAllowed):
        actions.claim(task("III.9"), "document", paper(), actor=actors["tuan"], at=at(5, 21))


def test_a_regular_task_counts_by_the_rule_of_its_plan(plan: Plan, actors: Cast) -> None:
    actions.plan_tasks(plan, [line("I.1", 12, regular=True)], actor=actors["cuc"], at=at(1, 15))
    with pytest.raises(NotAllowed, match="regular task"):
        show("I.1", actors, 9, 1)
    Plan.objects.update(regular_rule=Plan.Regular.WHEN_SHOWN)
    assert show("I.1", actors, 9, 1).lead == "20BB"


def test_an_indicator_closes_its_task_and_reopens_it(
    plan: Plan, actors: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = line("VII.1", 12, indicator="dossiers.online", measure="share", at_least=Decimal(90))
    actions.plan_tasks(plan, [new], actor=actors["cuc"], at=at(1, 15))
    said = {"value": 95}

    def measure(period: Period, as_of: object) -> Count:
        some = "select generate_series(1, %s)::text as counted"
        return Count(Rows(some, (said["value"],), of="name"), Rows(some, (100,), of="name"))

    fake = indicator("dossiers.online")
    swapped = Indicator(
        **{**{name: getattr(fake, name) for name in fake.__dataclass_fields__}, "measure": measure}
    )
    monkeypatch.setattr("motcua.reporting.dossiers.ONLINE", swapped)
    with pytest.raises(NotAllowed, match="closes by itself"):
        show("VII.1", actors, 5, 30)
    assert settle(at(6, 1))
    assert task("VII.1").case.status == "done"
    assert not settle(at(6, 1, 15))
    shown = Evidence.objects.get(case=task("VII.1").case)
    assert "95/100 ≥ 90" in shown.mark
    said["value"] = 80
    assert settle(at(6, 2))
    assert task("VII.1").case.status == "open"
    said["value"] = 90
    read_one(task("VII.1"), at(6, 3))
    assert task("VII.1").case.status == "done"
    assert list(Reading.objects.order_by("on").values_list("value", "met")) == [
        (95, True),
        (80, False),
        (90, True),
    ]
    assert set(Acceptance.objects.values_list("accepted_by", flat=True)) == {CLOCK.key}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_is_told(transactional_db: None) -> None:
    # Built here: fixtures that roll back cannot be seen by the other threads.
    from motcua.people.cast import ensure_cast

    people = ensure_cast()
    cast = {name: Actor.of(people[name], date(2020, 6, 1)) for name in ("cuc", "vinh", "tuan")}
    made = actions.adopt(2020, decision="x", adopted_on=date(2020, 1, 15), regular_rule="year_end")
    actions.plan_tasks(made, [line("III.1")], actor=cast["cuc"], at=at(1, 15))
    actions.claim(task("III.1"), "document", paper(), actor=cast["tuan"], at=at(6, 1))
    start, told = threading.Barrier(2), []

    def accept(name: str) -> None:
        try:
            mine = task("III.1")
            start.wait()
            actions.accept(mine, actor=cast[name], at=at(6, 2))
            told.append("done")
        except NotAllowed:
            told.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("cuc", "vinh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "too late"]
    assert Acceptance.objects.count() == 1


def test_the_status_for_programs_names_every_task_of_every_share(plan: Plan, actors: Cast) -> None:
    show("III.1", actors, 6, 1)
    actions.accept(task("III.1"), actor=actors["ha"], at=at(6, 2))
    told = json.loads(json.dumps(stood(plan, at(10, 1, 0)).as_json()))
    assert told["shares"]["done_of_all"] == {
        "value": 1, "of": 4, "percent": "25.00", "tasks": ["CCHC-2020-III.1"],
        "others": ["CCHC-2020-III.2", "CCHC-2020-III.3", "CCHC-2020-VIII.1"],
    }  # fmt: skip
    assert sum(area["shares"]["done_of_all"]["of"] for area in told["areas"]) == 4
    assert sum(unit["shares"]["done_of_all"]["of"] for unit in told["units"]) == 4
    assert told["done_without_accepted_evidence"] == []
    assert (
        next(area for area in told["areas"] if area["code"] == "I")["shares"]["done_of_all"]["percent"]
        is None
    )
