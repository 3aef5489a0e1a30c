"""Filing papers: a movement opens with the first, is complete with the last, and remembers every version."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from motcua.casework.models import Case
from motcua.lib.errors import Duplicate, Invalid, NotAllowed
from motcua.manifest import actions, approvals, persons, port, queries, register
from motcua.manifest.actions import lodge
from motcua.manifest.documents import CrewList, Function, GeneralDeclaration, Manifest, Place, Sheet, to_data
from motcua.manifest.models import Bill, Container, Movement, Persons, Version
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation
from tests.manifest.calls import BOX, ETA, NOW, SAILORS, bill, call, house, manifest, papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Actor:
    ensure_cast()
    firm = Organisation.objects.get(tax_code="9900000048")
    return Actor("user:thuy", "Thủy", organisation=firm.pk)


@pytest.fixture
def forwarder(agent: Actor) -> Actor:
    firm = Organisation.objects.get(tax_code="9900000055")
    return Actor("user:khanh", "Khánh", organisation=firm.pk)


def filed(actor: Actor, *documents: Sheet) -> Movement:
    for document in documents:
        found = lodge(document, actor=actor, at=NOW, recorded_at=NOW)
    return Movement.objects.select_related("case").get(pk=found.movement.pk)


def test_the_first_paper_opens_a_movement_and_the_last_one_needed_completes_it(agent: Actor) -> None:
    *most, last = papers()
    movement = filed(agent, *most)
    assert movement.case.status == "notified"
    assert movement.next_due == "manifest"
    assert movement.next_due_at == ETA - timedelta(hours=12)
    assert movement.case.office == "20CF"
    movement = filed(agent, last)
    assert Movement.objects.count() == 1
    assert movement.case.status == "complete"
    assert movement.case.received_at == NOW
    assert movement.next_due_at is None
    kinds = list(movement.case.events.values_list("kind", flat=True))
    assert kinds == ["notified", *["filed"] * 7, "declared"]


def test_bills_and_containers_can_be_found_by_their_numbers(agent: Actor) -> None:
    filed(agent, manifest(bill("COSU-12/3 4")))
    row = Bill.objects.get()
    assert (row.key, row.consignee_code, row.containers) == ("COSU1234", "9900000016", ["CSQU3054383"])
    assert [one.movement_id for one in queries.bills_by_number("cosu 1234")] == [row.movement_id]
    assert Container.objects.get().number == "CSQU3054383"


def test_what_is_personal_stands_apart_with_the_day_it_is_erased(agent: Actor) -> None:
    filed(agent, CrewList(call=call(), persons=SAILORS))
    version = Version.objects.get()
    assert "persons" not in version.content
    assert "DEMO" not in str(version.content)
    kept = Persons.objects.get()
    assert kept.count == 2
    assert kept.keep_until.year == 2025
    assert persons.erase_persons(NOW + timedelta(days=2000)) is False
    assert not Persons.objects.exists()
    assert Version.objects.get().sha256 == version.sha256


def test_the_same_paper_again_is_refused_and_a_replacement_is_a_new_version_with_its_difference(
    agent: Actor,
) -> None:
    filed(agent, manifest(bill("A1"), bill("A2", uses=())))
    with pytest.raises(Duplicate, match="version 1"):
        filed(agent, manifest())
    heavier = bill("A2", uses=(), gross_kg=Decimal(12100), items=())
    filed(agent, manifest(bill("A1"), heavier, bill("A3", uses=()), function=Function.REPLACE))
    first, second = Version.objects.filter(form="manifest").order_by("number")
    assert second.number == 2
    assert second.diff["bills"] == {"added": ["A3"], "removed": [], "changed": ["A2"]}
    assert {"path": "bills[A2|simple].gross_kg", "before": "12000", "after": "12100"} not in first.diff.get(
        "fields", []
    )
    assert sorted(Bill.objects.filter(live=True).values_list("number", flat=True)) == ["A1", "A2", "A3"]


def test_a_change_names_some_bills_and_leaves_the_others(agent: Actor) -> None:
    filed(agent, manifest(bill("A1"), bill("A2", uses=())))
    one = manifest(bill("A2", uses=(), packages=41, items=()), equipment=(), function=Function.CHANGE)
    filed(agent, one)
    rows = dict(Bill.objects.values_list("number", "packages"))
    assert rows == {"A1": 40, "A2": 41}
    assert Container.objects.count() == 1


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(agent: Actor) -> None:
    bad = manifest(
        bill("B1", gross_kg=None, items=()), bill("B1", nature=None), equipment=(replace(BOX, number="CSQU3054384"),),
        call=call(port=Place(code="VNXXX")),
    )  # fmt: skip
    with pytest.raises(Invalid) as error:
        filed(agent, bad)
    codes = {finding.code for finding in error.value.findings}
    assert {"bill-weight", "bill-twice", "bill-nature", "box-number", "box-use", "call-place"} <= codes
    assert not Case.objects.exists()
    assert not Version.objects.exists()


def test_a_late_paper_is_taken_warned_about_and_flagged(agent: Actor) -> None:
    found = lodge(manifest(call=call(eta=NOW + timedelta(hours=11))), actor=agent, at=NOW, recorded_at=NOW)
    assert found.version is not None
    assert found.version.late
    assert [one.code for one in found.findings] == ["call-late"]
    assert "12 giờ" in found.findings[0].vi
    assert found.movement.late == 1
    event = found.movement.case.events.get(kind="filed")
    assert event.details["late"] is True


def test_a_voyage_of_five_days_or_of_unknown_length_has_twenty_four_hours(agent: Actor) -> None:
    soon = NOW + timedelta(hours=20)
    for days, late in ((4, False), (5, True), (None, True)):
        found = lodge(
            manifest(bill(f"V{days}"), call=call(eta=soon, voyage_days=days, journey=f"V{days}")),
            actor=agent, at=NOW, recorded_at=NOW,
        )  # fmt: skip
        assert found.version is not None
        assert found.version.late is late, days


def test_a_changed_arrival_is_logged_and_moves_what_is_still_owed(agent: Actor) -> None:
    movement = filed(agent, manifest())
    before = movement.next_due_at
    later = ETA + timedelta(hours=6)
    movement = filed(agent, GeneralDeclaration(call=call(eta=later)))
    event = movement.case.events.get(kind="rescheduled")
    assert event.details == {"anchor": "eta", "was": ETA.isoformat(), "now": later.isoformat()}
    assert movement.eta == later
    assert before is not None
    assert movement.next_due_at == before + timedelta(hours=6)


def test_after_arrival_a_correction_waits_for_an_officer(agent: Actor) -> None:
    movement = filed(agent, *papers())
    officer = Actor("user:9", "")
    port.note_time(movement, kind="arrived", moment=NOW, actor=officer, at=NOW)
    filed(agent, manifest(bill("NEW", uses=()), equipment=(), function=Function.REPLACE))
    version = Version.objects.get(form="manifest", number=2)
    assert version.waits
    assert list(Bill.objects.values_list("number", flat=True)) == ["HLS0001"]
    _approve_all(movement, officer)
    with pytest.raises(NotAllowed, match="amendment"):
        approvals.clear(movement, actor=officer, at=NOW)
    approvals.decide(version, accepted=True, reason="", actor=officer, at=NOW)
    assert list(Bill.objects.values_list("number", flat=True)) == ["NEW"]
    with pytest.raises(NotAllowed):
        approvals.decide(version, accepted=False, reason="x", actor=officer, at=NOW)


def _approve_all(movement: Movement, actor: Actor) -> None:
    for agency in ("port-authority", "border-guard", "quarantine", "health"):
        approvals.say(movement, agency=agency, approves=True, reason="", actor=actor, at=NOW)


def test_a_bill_belongs_to_one_movement_until_that_one_is_cancelled(agent: Actor) -> None:
    first = filed(agent, manifest())
    other = manifest(call=call(journey="OTHER"))
    with pytest.raises(Invalid, match="EM-2020-000001"):
        filed(agent, other)
    actions.cancel(first, reason="voyage", actor=agent, at=NOW, recorded_at=NOW)
    assert filed(agent, other).pk != first.pk


def test_a_forwarder_adds_house_bills_under_a_declared_master_and_nothing_else(
    agent: Actor, forwarder: Actor
) -> None:
    houses = manifest(house("H1"), house("H2"), equipment=())
    with pytest.raises(Invalid, match="not declared yet"):
        filed(forwarder, houses)
    movement = filed(agent, manifest())
    assert filed(forwarder, houses).pk == movement.pk
    version = Version.objects.get(form="house-bills")
    assert version.filer == forwarder.organisation
    assert Bill.objects.filter(kind="house", master_key="HLS0001").count() == 2
    with pytest.raises(NotAllowed, match="forwarder"):
        filed(forwarder, manifest(function=Function.REPLACE))
    too_many = manifest(house("H3"), house("H4"), house("H5"), equipment=(), function=Function.REPLACE)
    with pytest.raises(Invalid, match="only 40|has only"):
        filed(forwarder, too_many)


def test_clearing_needs_every_agency_and_a_cancelled_clearance_is_no_longer_counted(agent: Actor) -> None:
    movement = filed(agent, *papers())
    officer = Actor("user:9", "")
    approvals.say(movement, agency="health", approves=False, reason="Thiếu chứng nhận", actor=officer, at=NOW)
    with pytest.raises(NotAllowed, match="Health quarantine"):
        approvals.clear(movement, actor=officer, at=NOW)
    _approve_all(movement, officer)
    paper = approvals.clear(movement, actor=officer, at=NOW)
    case = Case.objects.get(pk=movement.pk)
    assert (case.status, case.outcome) == ("cleared", "cleared")
    assert paper.number == "EM-2020-000001-1"
    again = approvals.reissue(movement, reason="Sai tên tàu", actor=officer, at=NOW)
    assert again.replaces == paper
    approvals.cancel_clearance(movement, reason="Nhầm", actor=officer, at=NOW)
    case.refresh_from_db()
    assert (case.status, case.outcome, case.finished_at) == ("complete", "", None)


def test_a_move_between_two_ports_is_cleared_but_is_no_entry_or_exit(agent: Actor) -> None:
    from motcua.manifest.documents import MovementKind

    inside = call(movement=MovementKind.PORT_ARRIVAL, previous_port=Place(code="VNHPH"))
    movement = filed(agent, GeneralDeclaration(call=inside), manifest(call=inside))
    officer = Actor("user:9", "")
    assert movement.case.status == "complete"
    approvals.say(movement, agency="port-authority", approves=True, reason="", actor=officer, at=NOW)
    approvals.clear(movement, actor=officer, at=NOW)
    assert Case.objects.get().outcome == "port-cleared"


def test_another_agent_cannot_touch_the_call(agent: Actor, forwarder: Actor) -> None:
    filed(agent, manifest())
    with pytest.raises(NotAllowed):
        filed(forwarder, GeneralDeclaration(call=call()))


def test_what_is_kept_can_be_read_back_as_the_same_document(agent: Actor) -> None:
    from motcua.manifest.documents import from_data

    document = manifest()
    filed(agent, document)
    version = Version.objects.get()
    assert from_data({"document": "manifest", **version.content}) == document
    assert isinstance(document, Manifest)
    assert register.in_force(version.movement)["manifest", None].content == {
        key: value for key, value in to_data(document).items() if key != "document"
    }
