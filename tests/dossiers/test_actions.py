"""What people do with dossiers: every intent, every refusal, and what it does to the clock, the papers and the letters."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from motcua.casework import registry
from motcua.casework.clock import Verdict
from motcua.casework.models import Event
from motcua.casework.record import void
from motcua.casework.recount import recount
from motcua.dossiers import actions
from motcua.dossiers.documents import Upload
from motcua.dossiers.models import Dossier, Item, Letter
from motcua.law.sheets import NotInForce
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.lib.worktime import OfficeHours, SpecialDay, Why
from tests.dossiers.officer_cast import (
    ANSWERS,
    PDF,
    accepted,
    actor,
    asked,
    case_of,
    decided,
    fresh,
    handled,
    lodged,
    user,
    vn,
)

pytestmark = pytest.mark.django_db


def kinds(dossier: Dossier) -> list[str]:
    return list(dossier.case.events.order_by("number").values_list("kind", flat=True))


def state_of(dossier: Dossier, document: str) -> str:
    return str(Item.objects.get(dossier=dossier, document=document).state)


# Lodging ----------------------------------------------------------------------------------------------------


def test_a_dossier_gets_the_code_of_its_office_and_day_and_waits_at_the_desk() -> None:
    dossier = lodged()
    case = case_of(dossier)
    assert case.reference.endswith("-200914-0001")
    assert (case.status, case.holder, case.received_at, case.due_at) == ("lodged", "one-stop", None, None)
    assert kinds(dossier) == ["lodged"]
    assert dossier.versions.get().answers == dossier.answers
    assert lodged().case.reference.endswith("-200914-0002")


def test_every_fault_of_a_filing_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        lodged(answers={**ANSWERS, "amount": "1,2,3", "bank": ""}, presented=frozenset(), applicant_name=" ")
    places = {finding.place for finding in refused.value.findings}
    assert {"amount", "bank", "document-claim", "applicant_name"} <= places


def test_a_refused_filing_leaves_nothing_behind() -> None:
    with pytest.raises(Invalid):
        lodged(presented=frozenset())
    assert not Dossier.objects.exists()
    assert not Event.objects.exists()
    assert lodged().case.reference.endswith("-0001"), "its number was given back"


def test_a_paper_the_sheet_does_not_ask_for_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        lodged(presented=frozenset({"claim", "horoscope"}))
    assert [finding.place for finding in refused.value.findings] == ["document-horoscope"]


def test_an_office_that_takes_no_dossiers_refuses() -> None:
    with pytest.raises(Refused, match="20ZZ-KS1"):
        lodged(office="20ZZ-KS1")


def test_a_procedure_not_yet_in_force_refuses() -> None:
    with pytest.raises(NotInForce):
        lodged(at=datetime(2014, 3, 3, 9, tzinfo=VIETNAM))


def test_a_way_that_is_not_open_refuses_and_names_the_open_ones() -> None:
    with pytest.raises(Refused, match="open ways"):
        lodged(channel="message")


def test_conditional_papers_are_not_needed_until_somebody_asks() -> None:
    dossier = lodged()
    states = dict(Item.objects.filter(dossier=dossier).values_list("document", "state"))
    assert states.pop("claim") == "provided"
    assert set(states.values()) == {"not_needed"}


def test_an_uploaded_file_is_kept_with_the_dossier() -> None:
    dossier = lodged("online")
    item = Item.objects.get(dossier=dossier, document="claim")
    assert item.attachment is not None
    assert item.attachment.size == len(PDF)


def test_a_late_postal_filing_keeps_its_real_date() -> None:
    dossier = accepted("post", at=vn(10, 15))
    case = case_of(dossier)
    first = case.events.get(number=1)
    assert (case.channel, case.opened_at, case.received_at) == ("post", vn(10, 15), vn(10, 15, 10))
    assert case.reference.split("-")[1] == "200910", (
        "the code carries the day it came, not the day it was typed"
    )
    assert first.happened_at == vn(10, 15)
    assert first.recorded_at > first.happened_at + timedelta(days=365)
    on_time = case_of(accepted("post", at=vn(10, 15)))
    assert case.due_at == on_time.due_at


# Taking in --------------------------------------------------------------------------------------------------


def test_acceptance_starts_the_clock_and_issues_a_signed_receipt() -> None:
    dossier = accepted()
    case = case_of(dossier)
    letter = Letter.objects.get(case=case)
    assert (case.status, case.received_at) == ("accepted", vn(14, 8, 10))
    assert case.due_at is not None
    assert letter.kind == "receipt"
    assert letter.body["reference"] == case.reference
    assert datetime.fromisoformat(letter.body["due_at"]) == case.due_at
    assert letter.body["signature"]


def test_a_dossier_is_accepted_once() -> None:
    dossier = accepted()
    with pytest.raises(NotAllowed, match="Reload the page"):
        actions.accept(dossier, actor=actor("hoa"), at=vn(14, 9))
    assert Letter.objects.filter(case=dossier.case).count() == 1


def test_a_refusal_closes_the_case_and_says_why() -> None:
    dossier = lodged()
    event = actions.refuse(
        dossier, reason="not-valid", text="Văn bản không có chữ ký.", actor=actor("hoa"), at=vn(14, 9)
    )
    case = case_of(dossier)
    letter = Letter.objects.get(case=case)
    assert (case.status, case.closed_at, case.received_at, case.finished_at) == (
        "refused",
        vn(14, 9),
        None,
        None,
    )
    assert letter.body == {"reason": "not-valid", "text": "Văn bản không có chữ ký."}
    assert event.details == {"code": "not-valid", "letter": letter.pk}, "words stay out of the log"


@pytest.mark.parametrize("text", ["", "   ", "Sai", "    no    "])
def test_a_refusal_without_words_is_refused(text: str) -> None:
    dossier = lodged()
    with pytest.raises(Refused, match="in words"):
        actions.refuse(dossier, reason="other", text=text, actor=actor("hoa"), at=vn(14, 9))
    assert kinds(dossier) == ["lodged"]
    assert not Letter.objects.exists()


def test_what_was_accepted_can_no_longer_be_refused() -> None:
    dossier = accepted()
    with pytest.raises(NotAllowed):
        actions.refuse(dossier, reason="other", text="Đổi ý sau khi nhận.", actor=actor("hoa"), at=vn(14, 9))
    assert not Letter.objects.filter(kind="refusal").exists(), "no letter without its event"


def test_a_second_before_acceptance_is_out_of_order() -> None:
    dossier = lodged()
    with pytest.raises(Refused, match="out of order"):
        actions.accept(dossier, actor=actor("hoa"), at=vn(14) - timedelta(seconds=1))


def test_what_is_still_to_come_cannot_have_happened() -> None:
    dossier = lodged()
    with pytest.raises(Refused, match="future"):
        actions.accept(dossier, actor=actor("hoa"), at=datetime.now(VIETNAM) + timedelta(days=1))


# Handling ---------------------------------------------------------------------------------------------------


def test_a_transfer_names_unit_and_officer() -> None:
    dossier = handled()
    case = case_of(dossier)
    assert (case.status, case.holder) == ("processing", "handling")
    event = case.events.get(kind="transferred")
    assert event.details == {"holder": "handling", "officer": user("dung").key}
    actions.transfer(dossier, actor=actor("dung"), at=vn(15), unit="leader")
    assert case_of(dossier).holder == "leader"


def test_only_steps_of_the_sheet_are_ticked_off() -> None:
    dossier = handled()
    actions.finish_step(dossier, step="intake", actor=actor("hoa"), at=vn(14, 10))
    assert case_of(dossier).status == "processing"
    with pytest.raises(Refused, match="intake, sort, sign, issue"):
        actions.finish_step(dossier, step="dance", actor=actor("dung"), at=vn(14, 11))


def test_a_lodged_dossier_cannot_be_transferred_before_it_is_accepted() -> None:
    with pytest.raises(NotAllowed):
        actions.transfer(lodged(), actor=actor("hoa"), at=vn(14, 9))


# Supplements ------------------------------------------------------------------------------------------------


def test_a_request_stops_the_clock_marks_the_paper_and_writes_a_letter() -> None:
    dossier = asked(handled())
    case = case_of(dossier)
    assert (case.status, case.holder, case.paused_for, case.due_at) == (
        "awaiting_supplement", "applicant", ["supplement"], None,
    )  # fmt: skip
    item = Item.objects.get(dossier=dossier, document="claim")
    assert (item.state, item.remark) == ("lacking", "Thiếu chữ ký ở trang 2.")
    assert Letter.objects.get(kind="request").body["items"] == {"claim": "Thiếu chữ ký ở trang 2."}


def test_an_empty_request_is_refused() -> None:
    with pytest.raises(Refused, match="what is lacking"):
        actions.request_supplement(handled(), items={}, actor=actor("dung"), at=vn(15))


def supplied(dossier: Dossier, at: datetime | None = None, **more: Any) -> Event:
    return actions.supplement(
        dossier, actor=actor("hoa"), at=at or vn(18), presented=["claim"], channel="desk", **more
    )


def test_a_supplement_keeps_the_code_adds_a_version_and_moves_the_deadline_by_the_pause() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    asked(dossier)
    supplied(dossier, answers={"amount": "11.000.000"})
    case = case_of(dossier)
    assert case.reference == dossier.case.reference
    assert (case.status, case.holder, case.paused_for) == ("processing", "handling", [])
    assert [version.answers["amount"] for version in dossier.versions.order_by("number")] == [
        "12500000",
        "11000000",
    ]
    assert fresh(dossier).answers["amount"] == "11000000"
    assert state_of(dossier, "claim") == "provided"
    assert case.due_at is not None
    assert due is not None
    # Tuesday to Thursday stood still, and Friday is the day on which counting begins again (Civil Code art. 147(2)).
    assert (due, case.due_at) == (vn(22, 17), vn(28, 17))


def test_a_second_request_by_the_officer_is_refused() -> None:
    dossier = asked(handled())
    supplied(dossier)
    with pytest.raises(NotAllowed, match="one request"):
        actions.request_supplement(dossier, items={"claim": "Vẫn mờ."}, actor=actor("dung"), at=vn(21))
    with pytest.raises(NotAllowed):
        actions.request_supplement(
            dossier, items={"claim": "Vẫn mờ."}, actor=actor("dung"), at=vn(21), exception="Tôi muốn"
        )
    assert kinds(dossier).count("supplement_requested") == 1


def test_a_leader_may_ask_again_but_not_without_a_reason() -> None:
    dossier = asked(handled())
    supplied(dossier)
    with pytest.raises(NotAllowed):
        actions.request_supplement(
            dossier, items={"claim": "Mờ."}, actor=actor("tuan"), at=vn(21), exception="  "
        )
    event = actions.request_supplement(
        dossier, items={"claim": "Mờ."}, actor=actor("tuan"), at=vn(21), exception="Chứng từ mới phát hiện"
    )
    assert event.details["exception"] == "Chứng từ mới phát hiện"
    assert case_of(dossier).status == "awaiting_supplement"


def test_a_request_that_was_struck_out_does_not_count_as_the_one_request() -> None:
    dossier = asked(handled())
    void(case_of(dossier), case_of(dossier).last_number, at=vn(15, 9), actor=actor("dung"), reason="typing")
    actions.request_supplement(dossier, items={"claim": "Thiếu dấu."}, actor=actor("dung"), at=vn(15, 10))
    assert case_of(dossier).status == "awaiting_supplement"


def test_a_supplement_that_leaves_something_out_is_told_what() -> None:
    dossier = asked(handled(), claim="Mờ.", contract="Chưa có hợp đồng.")
    with pytest.raises(Invalid) as refused:
        supplied(dossier)
    assert [finding.place for finding in refused.value.findings] == ["document-contract"]
    assert case_of(dossier).status == "awaiting_supplement"
    assert dossier.versions.count() == 1


def test_a_supplement_nobody_asked_for_is_refused_whole() -> None:
    dossier = handled()
    with pytest.raises(NotAllowed):
        supplied(dossier, at=vn(15), answers={"amount": "1.000"})
    assert dossier.versions.count() == 1
    assert fresh(dossier).answers["amount"] == "12500000"


def test_a_supplement_may_bring_a_file() -> None:
    dossier = asked(handled("online"))
    actions.supplement(
        dossier,
        actor=actor("lan"),
        at=vn(16),
        files={"claim": Upload("moi.pdf", PDF + b"2")},
        channel="online",
    )
    item = Item.objects.get(dossier=dossier, document="claim")
    assert item.attachment is not None
    assert (item.state, item.attachment.name) == ("provided", "moi.pdf")
    assert dossier.case.attachments.count() == 2, "the first file stays"


def test_answers_that_cannot_be_read_are_refused_and_nothing_changes() -> None:
    dossier = asked(handled())
    with pytest.raises(Invalid):
        supplied(dossier, answers={"amount": "mười hai"})
    assert state_of(dossier, "claim") == "lacking"
    assert case_of(dossier).status == "awaiting_supplement"


def test_amending_keeps_the_old_version_and_moves_no_clock() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    actions.amend(dossier, answers={"bank": "Ngân hàng khác"}, actor=actor("lan"), at=vn(15))
    assert case_of(dossier).due_at == due
    assert [version.answers["bank"] for version in dossier.versions.order_by("number")] == [
        ANSWERS["bank"], "Ngân hàng khác",
    ]  # fmt: skip


def test_a_decided_dossier_cannot_be_amended() -> None:
    dossier = decided(handled())
    with pytest.raises(NotAllowed):
        actions.amend(dossier, answers={"bank": "Muộn rồi"}, actor=actor("lan"), at=vn(17))
    assert dossier.versions.count() == 1


# Payments, pauses that overlap ------------------------------------------------------------------------------


def test_a_fee_stops_the_clock_until_it_is_paid() -> None:
    dossier = handled()
    actions.request_payment(dossier, amount=Decimal(40000), actor=actor("dung"), at=vn(15))
    assert (case_of(dossier).status, fresh(dossier).amount_due) == ("awaiting_payment", Decimal(40000))
    event = actions.confirm_payment(fresh(dossier), actor=actor("dung"), at=vn(16))
    assert event.details == {"amount": "40000"}
    assert case_of(dossier).status == "processing"


@pytest.mark.parametrize("amount", ["0", "-1", "0.5", "20000.4"])
def test_only_whole_dong_above_zero_are_asked_for(amount: str) -> None:
    with pytest.raises(Refused, match="whole đồng"):
        actions.request_payment(handled(), amount=Decimal(amount), actor=actor("dung"), at=vn(15))


def test_overlapping_pauses_stand_still_once_and_wait_for_the_last() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    asked(dossier, at=vn(15))
    actions.request_payment(dossier, amount=Decimal(40000), actor=actor("dung"), at=vn(15, 9))
    assert case_of(dossier).paused_for == ["payment", "supplement"]
    supplied(dossier, at=vn(17))
    assert (case_of(dossier).status, case_of(dossier).due_at) == ("awaiting_payment", None)
    actions.confirm_payment(fresh(dossier), actor=actor("dung"), at=vn(18))
    case = case_of(dossier)
    assert case.status == "processing"
    assert case.due_at is not None
    assert due is not None
    # One stretch from Tuesday to Friday as in the test above, not two stretches added up.
    assert (due, case.due_at) == (vn(22, 17), vn(28, 17))


def test_suspending_needs_a_reason_and_resuming_goes_on() -> None:
    dossier = handled()
    with pytest.raises(Refused):
        actions.suspend(dossier, reason="vì", actor=actor("tuan"), at=vn(15))
    actions.suspend(dossier, reason="Chờ ý kiến cơ quan công an.", actor=actor("tuan"), at=vn(15))
    assert (case_of(dossier).status, case_of(dossier).paused_for) == ("stopped", ["suspension"])
    with pytest.raises(NotAllowed):
        decided(dossier)
    actions.resume(dossier, actor=actor("tuan"), at=vn(16))
    assert (case_of(dossier).status, case_of(dossier).paused_for) == ("processing", [])


# Apologies --------------------------------------------------------------------------------------------------


def apology(dossier: Dossier, at: datetime, promised: datetime) -> Letter:
    return actions.apologise(
        dossier, reason="Hồ sơ phức tạp, cần xác minh thêm.", promised_at=promised, actor=actor("tuan"), at=at
    )


def test_an_apology_gives_one_new_date_and_leaves_the_legal_one() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    letter = apology(dossier, due - timedelta(days=2), due + timedelta(days=3))
    assert letter.body["in_time"] is True
    assert datetime.fromisoformat(letter.body["due_at"]) == due
    assert case_of(dossier).due_at == due


def test_an_apology_is_given_once_at_most() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    apology(dossier, due - timedelta(days=2), due + timedelta(days=3))
    with pytest.raises(NotAllowed, match="allows one"):
        apology(dossier, due - timedelta(days=1), due + timedelta(days=9))
    assert Letter.objects.filter(kind="apology").count() == 1


def test_an_apology_does_not_heal_lateness() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    promised = due + timedelta(days=5)
    apology(dossier, due - timedelta(days=2), promised)
    decided(dossier, at=promised - timedelta(hours=1))
    assert case_of(dossier).verdict == Verdict.LATE


def test_an_apology_on_the_last_day_says_that_it_comes_late() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    assert apology(dossier, due - timedelta(hours=1), due + timedelta(days=1)).body["in_time"] is False


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=-1)])
def test_the_new_date_lies_after_the_old_one(shift: timedelta) -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    with pytest.raises(Refused, match="after the old one"):
        apology(dossier, due - timedelta(days=2), due + shift)


def test_the_new_date_lies_after_now() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    with pytest.raises(Refused, match="after now"):
        apology(dossier, due + timedelta(days=4), due + timedelta(days=3))


def test_without_a_deadline_there_is_nothing_to_put_off() -> None:
    with pytest.raises(Refused):
        apology(asked(handled()), vn(16), vn(30))


# Results ----------------------------------------------------------------------------------------------------


def test_a_result_is_signed_and_lies_at_the_desk() -> None:
    dossier = decided(handled())
    case = case_of(dossier)
    letter = Letter.objects.get(kind="result")
    assert (case.status, case.holder, case.outcome, case.verdict) == (
        "decided",
        "one-stop",
        "approved",
        "early",
    )
    assert fresh(dossier).result_number == "12/QD-HQMC"
    assert case.events.get(kind="decided").details["content"] == letter.body["sha256"]
    assert len(letter.body["signature"]) == 128


@pytest.mark.parametrize(("outcome", "text"), [("maybe", "Chấp thuận."), ("approved", "ok")])
def test_a_result_is_yes_or_no_and_says_so_in_words(outcome: str, text: str) -> None:
    dossier = handled()
    with pytest.raises(Refused):
        actions.decide(dossier, outcome=outcome, number="1", text=text, actor=actor("tuan"), at=vn(16))
    assert case_of(dossier).status == "processing"
    assert not Letter.objects.filter(kind="result").exists()


def test_after_the_decision_nobody_withdraws() -> None:
    dossier = decided(handled())
    with pytest.raises(NotAllowed):
        actions.withdraw(dossier, reason="Không cần nữa.", actor=actor("lan"), at=vn(17))
    assert case_of(dossier).outcome == "approved"


@pytest.mark.parametrize("waits", [False, True])
def test_until_the_decision_the_applicant_may_withdraw(waits: bool) -> None:
    dossier = asked(handled()) if waits else handled()
    event = actions.withdraw(dossier, reason="Không cần hoàn thuế nữa.", actor=actor("lan"), at=vn(16))
    case = case_of(dossier)
    assert (case.status, case.outcome, case.closed_at) == ("withdrawn", "withdrawn", vn(16))
    assert "text" not in event.details
    with pytest.raises(NotAllowed):
        decided(dossier, at=vn(17))


def test_a_wrong_result_is_reopened_and_the_clock_runs_on() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    decided(dossier, at=vn(15, 8))
    actions.reopen(dossier, reason="Sai số tiền trong quyết định.", actor=actor("tuan"), at=vn(16, 8))
    case = case_of(dossier)
    assert (case.status, case.finished_at, case.outcome, case.holder) == ("processing", None, "", "handling")
    # Tuesday was nobody's, and Wednesday is the day on which counting begins again.
    assert (due, case.due_at) == (vn(22, 17), vn(24, 17))
    decided(dossier, at=vn(17))
    assert Letter.objects.filter(kind="result").count() == 2


def test_what_was_handed_over_is_not_reopened() -> None:
    dossier = decided(handled())
    actions.hand_over(dossier, way="desk", actor=actor("hoa"), at=vn(17))
    assert case_of(dossier).closed_at == vn(17)
    with pytest.raises(NotAllowed):
        actions.reopen(dossier, reason="Muộn quá rồi nhé.", actor=actor("tuan"), at=vn(18))


def test_only_a_result_is_handed_over() -> None:
    with pytest.raises(NotAllowed):
        actions.hand_over(handled(), way="desk", actor=actor("hoa"), at=vn(17))


def test_finished_counts_when_it_reaches_the_desk_not_when_it_is_fetched() -> None:
    dossier = handled()
    due = case_of(dossier).due_at
    assert due is not None
    decided(dossier, at=due - timedelta(minutes=1))
    actions.hand_over(dossier, way="post", actor=actor("hoa"), at=due + timedelta(days=30))
    assert case_of(dossier).verdict != Verdict.LATE


def test_an_applicant_rates_once_and_from_one_to_five() -> None:
    dossier = decided(handled())
    for score in (0, 6):
        with pytest.raises(Refused):
            actions.rate(dossier, score=score, actor=actor("lan"), at=vn(17))
    actions.rate(dossier, score=5, actor=actor("lan"), at=vn(17))
    with pytest.raises(NotAllowed):
        actions.rate(dossier, score=1, actor=actor("lan"), at=vn(18))


def test_the_whole_way_leaves_what_a_full_recount_finds() -> None:
    dossier = asked(handled())
    supplied(dossier)
    actions.request_payment(dossier, amount=Decimal(20000), actor=actor("dung"), at=vn(18, 9))
    actions.confirm_payment(fresh(dossier), actor=actor("dung"), at=vn(18, 15))
    decided(dossier, at=vn(21))
    actions.hand_over(dossier, way="desk", actor=actor("hoa"), at=vn(21, 10))
    actions.rate(dossier, score=4, actor=actor("lan"), at=vn(22))
    assert kinds(dossier) == [
        "lodged", "accepted", "transferred", "supplement_requested", "supplemented", "payment_requested", "paid",
        "decided", "handed_over", "rated",
    ]  # fmt: skip
    assert recount().wrong == 0


# The calendar changes afterwards ----------------------------------------------------------------------------


def test_a_day_off_announced_later_leaves_printed_receipts_and_moves_open_deadlines(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    dossier, done = handled(), decided(handled())
    printed = Letter.objects.get(case=dossier.case, kind="receipt").body["due_at"]
    due = case_of(dossier).due_at
    assert due is not None
    monkeypatch.setitem(
        registry.calendars(), dossier.case.calendar, _with_day_off(dossier, date(2020, 9, 17))
    )

    with django_capture_on_commit_callbacks(execute=True):
        found = recount(repair=True)

    assert found.wrong >= 1
    moved = case_of(dossier).due_at
    assert moved is not None
    assert (moved - due) == timedelta(days=1), "the last day was a weekday, and so is the next"
    assert Letter.objects.get(case=dossier.case, kind="receipt").body["due_at"] == printed
    assert datetime.fromisoformat(printed) == due
    assert case_of(done).finished_at == vn(16)
    assert recount().wrong == 0


def _with_day_off(dossier: Dossier, day: date) -> OfficeHours:
    old = registry.office_hours(dossier.case.calendar)
    off = SpecialDay((), Why("nghỉ đột xuất", "a day off announced late"))
    return OfficeHours(
        old.name, old.week, {**old.exceptions, day: off}, first_year=old.first_year, last_year=old.last_year,
        decided_until=old.decided_until, verified=old.verified,
    )  # fmt: skip


# Two at once ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_wins_and_the_other_is_told() -> None:
    dossier = lodged()
    leader, desk = actor("tuan"), actor("hoa")
    start = threading.Barrier(2)
    answers: list[str] = []

    def accept() -> None:
        try:
            start.wait()
            actions.accept(Dossier.objects.get(pk=dossier.pk), actor=desk, at=vn(14, 9))
            answers.append("accepted")
        except NotAllowed:
            answers.append("told")
        finally:
            connection.close()

    def refuse() -> None:
        try:
            start.wait()
            actions.refuse(
                Dossier.objects.get(pk=dossier.pk), reason="other", text="Không thuộc thẩm quyền.", actor=leader, at=vn(14, 9)
            )  # fmt: skip
            answers.append("refused")
        except NotAllowed:
            answers.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for one in (accept, refuse)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count("told") == 1
    assert len(kinds(dossier)) == 2
    assert Letter.objects.filter(case=dossier.pk).count() == 1, "the loser leaves no letter"


@pytest.mark.django_db(transaction=True)
def test_two_supplements_at_once_make_one_second_version() -> None:
    dossier = asked(handled())
    desk = actor("hoa")
    start = threading.Barrier(2)
    told: list[Refused] = []

    def bring() -> None:
        try:
            start.wait()
            actions.supplement(
                Dossier.objects.get(pk=dossier.pk),
                actor=desk,
                at=vn(18),
                presented=["claim"],
                answers={"amount": "5"},
            )
        except Refused as error:
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 1
    assert list(dossier.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
