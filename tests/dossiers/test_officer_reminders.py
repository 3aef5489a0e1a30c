"""The clock warns of dossiers that will be late: two working days ahead, once for each due moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from motcua.casework.recount import recount
from motcua.config.registry import TIMED_JOBS
from motcua.dossiers import actions, reminders
from motcua.dossiers.models import Dossier
from motcua.law.parts import FieldType
from motcua.procedures.catalogue import catalogue
from tests.dossiers.officer_cast import actor, asked, case_of, decided, handled, lodged, vn

pytestmark = pytest.mark.django_db


def warnings(dossier: Dossier) -> list[datetime]:
    return list(
        dossier.case.events.filter(kind="warned").order_by("number").values_list("happened_at", flat=True)
    )


def test_the_worker_knows_the_job() -> None:
    assert "motcua.dossiers.reminders.warn" in TIMED_JOBS


def test_a_warning_comes_two_working_days_ahead_and_once() -> None:
    dossier = handled()
    assert case_of(dossier).due_at == vn(22, 17)
    # Sixteen working hours before Tuesday five o'clock lies the end of Friday.
    reminders.warn(vn(18, 16, 59))
    assert warnings(dossier) == []
    reminders.warn(vn(18, 17))
    assert warnings(dossier) == [vn(18, 17)]
    reminders.warn(vn(18, 17))
    reminders.warn(vn(22, 16))
    assert len(warnings(dossier)) == 1
    event = dossier.case.events.get(kind="warned")
    assert (event.actor, event.details["code"]) == ("clock", "due-soon:2020-09-22T10:00:00+0000")


def test_a_warning_moves_neither_status_nor_clock() -> None:
    dossier = handled()
    before = case_of(dossier)
    reminders.warn(vn(21))
    after = case_of(dossier)
    assert (after.status, after.holder, after.due_at) == (before.status, before.holder, before.due_at)
    assert recount().wrong == 0


def test_a_due_moment_that_moved_is_warned_of_anew() -> None:
    dossier = handled()
    reminders.warn(vn(21))
    asked(dossier, at=vn(21, 9))
    actions.supplement(dossier, actor=actor("hoa"), at=vn(24, 9), presented=["claim"], channel="desk")
    assert case_of(dossier).due_at == vn(28, 17)
    reminders.warn(vn(24, 10))
    assert len(warnings(dossier)) == 1
    reminders.warn(vn(25, 10))
    assert len(warnings(dossier)) == 2


def test_nobody_is_warned_of_what_is_paused_late_finished_or_not_taken_in() -> None:
    paused, done, new, late = asked(handled()), decided(handled()), lodged(), handled()
    reminders.warn(vn(22, 17))
    assert warnings(late) == [], "at its due moment it is no longer a matter of warning"
    reminders.warn(vn(21))
    for dossier in (paused, done, new):
        assert warnings(dossier) == []


def test_a_short_limit_is_warned_of_at_half() -> None:
    dossier = handled(
        procedure="clearance/supplementary-declaration", answers=_short_answers(), presented=_short_papers()
    )
    due, received = case_of(dossier).due_at, case_of(dossier).received_at
    assert due is not None
    assert received is not None
    reminders.warn(received + timedelta(minutes=5))
    assert warnings(dossier) == []
    reminders.warn(due - timedelta(minutes=5))
    assert len(warnings(dossier)) == 1


def _short_answers() -> dict[str, str]:

    sheet = catalogue().in_force("clearance/supplementary-declaration", vn(14).date())
    samples = {
        FieldType.TAX_CODE: "9900000016", FieldType.DECLARATION: "103456789010", FieldType.MONEY: "1000",
        FieldType.DATE: "2020-09-01", FieldType.YES_NO: "yes", FieldType.EMAIL: "lan@example.vn", FieldType.INTEGER: "1",
        FieldType.HS_CODE: "08011200", FieldType.DATETIME: "2020-09-01T08:00",
    }  # fmt: skip
    return {
        field.id: field.choices[0].value
        if field.choices
        else samples.get(field.type, "Nội dung khai bổ sung")
        for field in sheet.form
    }


def _short_papers() -> frozenset[str]:

    sheet = catalogue().in_force("clearance/supplementary-declaration", vn(14).date())
    return frozenset(document.id for document in sheet.documents if document.required == "always")


def test_many_are_warned_of_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    dossiers = [handled() for _ in range(3)]
    assert reminders.warn(vn(21)) is True
    assert reminders.warn(vn(21)) is False
    assert [len(warnings(dossier)) for dossier in dossiers] == [1, 1, 1]
