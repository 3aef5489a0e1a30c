"""The control slip (form 05): who held the dossier, and each step against the hours of the sheet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.casework.record import void
from motcua.dossiers import actions, control_slip
from motcua.dossiers.control_slip import Measured, slip
from tests.dossiers.officer_cast import (
    actor,
    asked,
    browser,
    case_of,
    decided,
    handled,
    lodged,
    url,
    user,
    vn,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def step(steps: list[Measured], name: str) -> Measured:
    return next(one for one in steps if one.id == name)


def test_every_holder_is_named_from_when_to_when_without_gap() -> None:
    found = asked(handled())
    actions.supplement(found, actor=actor("hoa"), at=vn(16, 10), presented=["claim"], channel="desk")
    actions.transfer(found, actor=actor("dung"), at=vn(17, 10), unit="leader", officer=user("tuan").key)
    decided(found, at=vn(17, 15))
    actions.hand_over(found, way="desk", actor=actor("hoa"), at=vn(18, 9))
    made = slip(case_of(found), vn(21))
    assert [(one.holder, one.since, one.until) for one in made.holdings] == [
        ("one-stop", vn(14), vn(14, 9)),
        ("handling", vn(14, 9), vn(15)),
        ("applicant", vn(15), vn(16, 10)),
        ("handling", vn(16, 10), vn(17, 10)),
        ("leader", vn(17, 10), vn(17, 15)),
        ("one-stop", vn(17, 15), vn(18, 9)),
        ("applicant", vn(18, 9), vn(18, 9)),
    ]
    dung = user("dung").key
    assert [one.officer for one in made.holdings] == ["", dung, "", dung, user("tuan").key, "", ""]
    assert [one.by for one in made.holdings][:3] == [user("hoa").key, user("hoa").key, dung]


def test_the_time_with_the_applicant_is_shown_and_not_counted() -> None:
    found = asked(handled())
    actions.supplement(found, actor=actor("hoa"), at=vn(16, 8), presented=["claim"], channel="desk")
    made = slip(case_of(found), vn(16, 17))
    # Monday from ten past eight: 7 h 50; Wednesday: 8 h; Tuesday stood still.
    assert made.took == timedelta(hours=15, minutes=50)
    assert made.stood_still == 8 * HOUR
    assert [one.worked for one in made.holdings if one.holder == "applicant"] == [timedelta()]


def test_a_step_is_early_on_time_or_late_by_the_hours_of_the_sheet() -> None:
    found = handled()
    actions.finish_step(found, step="intake", actor=actor("hoa"), at=vn(14, 10, 10))
    actions.finish_step(found, step="sort", actor=actor("dung"), at=vn(15, 9))
    actions.finish_step(found, step="sign", actor=actor("tuan"), at=vn(21, 9))
    steps = slip(case_of(found), vn(21, 10)).steps
    assert (step(steps, "intake").took, step(steps, "intake").verdict) == (2 * HOUR, "on_time")
    assert step(steps, "sort").verdict == "early"
    assert step(steps, "sort").since == vn(14, 10, 10)
    assert step(steps, "sign").verdict == "late"
    assert step(steps, "sign").differs_by == step(steps, "sign").took - 10 * HOUR  # type: ignore[operator]


def test_a_step_nobody_ticked_ends_with_what_cannot_come_before_its_end() -> None:
    found = decided(handled(), at=vn(16))
    steps = slip(case_of(found), vn(16, 9)).steps
    assert (step(steps, "intake").until, step(steps, "intake").implied) == (vn(14, 9), True)
    assert (step(steps, "sign").until, step(steps, "sign").implied) == (vn(16), True)
    assert step(steps, "issue").until is None
    assert step(steps, "issue").since == vn(16)


def test_an_open_step_that_has_used_its_hours_is_late_already() -> None:
    found = lodged()
    actions.accept(found, actor=actor("hoa"), at=vn(14, 8, 10))
    assert step(slip(case_of(found), vn(14, 9)).steps, "intake").verdict == ""
    assert step(slip(case_of(found), vn(14, 16)).steps, "intake").verdict == "late"
    assert step(slip(case_of(found), vn(14, 16)).steps, "sort").since is None


def test_a_struck_out_transfer_never_held_anything() -> None:
    found = handled()
    actions.transfer(found, actor=actor("dung"), at=vn(15), unit="leader")
    void(case_of(found), case_of(found).last_number, at=vn(15, 9), actor=actor("dung"), reason="typing")
    assert [one.holder for one in slip(case_of(found), vn(16)).holdings] == ["one-stop", "handling"]


def test_before_acceptance_nothing_is_measured() -> None:
    made = slip(case_of(lodged()), vn(15))
    assert (made.steps, made.took, made.verdict) == ([], timedelta(), "")
    assert [(one.holder, one.until) for one in made.holdings] == [("one-stop", None)]


def test_the_slip_is_a_paper_that_says_what_the_hours_say() -> None:
    found = decided(handled(), at=vn(16))
    page = browser("an").get(url(found, "control-slip")).content.decode()
    assert "Phiếu kiểm soát quá trình giải quyết hồ sơ" in page
    assert "Mẫu số 05" in page
    assert 'class="paper"' in page
    assert "Hoàng Anh Dũng" in page
    assert "Trước hạn" in page


@settings(max_examples=40, deadline=None)
@given(minutes=st.integers(0, 6000), given_minutes=st.integers(1, 6000))
def test_a_verdict_is_what_a_clerk_would_write(minutes: int, given_minutes: int) -> None:
    verdict = control_slip._verdict(timedelta(minutes=minutes), timedelta(minutes=given_minutes))
    difference = minutes - given_minutes
    assert verdict == ("late" if difference > 1 else "early" if difference < -1 else "on_time")
    assert control_slip._verdict(timedelta(minutes=minutes), None) == ""
