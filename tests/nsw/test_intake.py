"""What ministries send, in any order, once or five times, right or wrong: a clear answer, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from motcua.casework.models import Link
from motcua.exchange.models import Handling, Message
from motcua.lib.nsw_envelope import Party
from motcua.nsw.documents import Covered, Notice
from motcua.nsw.models import Alert, Cover, Inspection, Result
from motcua.nsw.results import settle
from motcua.people.models import User
from tests.nsw.nsw_cast import (
    HOUR,
    KEY,
    NOW,
    OTHER,
    answers,
    codes,
    declared,
    envelope,
    lodged,
    passed,
    released,
    say,
    sent,
    work,
)

ACCEPT, ASK, RESULT, AGAIN, RECALL = ("12", "21"), ("12", "25"), ("19", "04"), ("19", "06"), ("20", "05")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def accepted(cast: dict[str, User]) -> Inspection:
    declared(KEY)
    inspection = lodged(cast["lan"])
    assert say(inspection.file_code, ACCEPT, at=NOW + MINUTE).state == "done"
    inspection.case.refresh_from_db()
    return inspection


def again(inspection: Inspection) -> Inspection:
    return Inspection.objects.select_related("case").get(pk=inspection.pk)


def test_an_acceptance_starts_the_ministrys_clock_and_is_answered_received(accepted: Inspection) -> None:
    assert (accepted.case.status, accepted.case.holder) == ("accepted", "ministry")
    assert accepted.case.due_at is not None
    event = accepted.case.events.get(kind="accepted")
    assert (event.actor, event.happened_at) == ("partner:MARD", NOW + MINUTE)
    assert event.message is not None
    (answer,) = answers(Handling.objects.get(message=event.message))
    assert (answer.header.function, answer.header.previous) == ("99", f"M-{accepted.file_code}-1221-0201")


def test_a_result_decides_and_is_bound_to_the_lines_and_quantities_it_names(accepted: Inspection) -> None:
    handling = say(accepted.file_code, RESULT, passed(valid_until=date(2020, 12, 1)), at=NOW + HOUR)
    assert handling.state == "done", handling.findings
    result = Result.objects.get()
    assert (result.number, result.outcome, result.valid_until) == ("12/KQ-TS", "passed", date(2020, 12, 1))
    cover = Cover.objects.get()
    assert (cover.declaration_key, cover.declaration_line, cover.quantity) == (KEY, 1, Decimal(1000))
    assert cover.bound_at is not None
    assert cover.goods is not None
    assert again(accepted).case.status == "decided"
    assert again(accepted).result_number == "12/KQ-TS"


def test_a_result_that_names_nothing_covers_what_was_applied_for(accepted: Inspection) -> None:
    say(accepted.file_code, RESULT, passed(covers=()), at=NOW + HOUR)
    assert list(Cover.objects.values_list("declaration_key", "quantity")) == [(KEY, Decimal(1000))]


def test_a_result_before_its_application_waits_and_is_taken_when_the_application_is_there(
    cast: dict[str, User],
) -> None:
    code = "BNNPTNT25205000001"
    early = [say(code, RESULT, passed(covers=())), say(code, ACCEPT)]
    assert {one.state for one in early} == {"waiting"}
    assert lodged(cast["lan"]).file_code == code
    # The result overtook the acceptance as well: it waits once more, and nothing is lost.
    for minutes in (3, 20, 60):
        work(NOW + timedelta(minutes=minutes))
    states = set(Handling.objects.values_list("state", flat=True))
    assert states == {"done"}
    assert Inspection.objects.get().case.status == "decided"


def test_after_three_days_an_unknown_file_is_refused_with_a_reason_and_kept(db: None) -> None:
    handling = say("BNNPTNT25209999999", RESULT, passed())
    work(NOW + timedelta(hours=71))
    handling.refresh_from_db()
    assert handling.state == "waiting"
    work(NOW + timedelta(hours=90))
    handling.refresh_from_db()
    assert handling.state == "refused"
    assert codes(handling) == {"nsw-unknown-file"}
    (answer,) = answers(handling)
    assert answer.header.function == "22"
    assert bytes(handling.message.content)


def test_a_result_for_an_unknown_declaration_is_taken_and_tied_when_the_declaration_comes(
    accepted: Inspection,
) -> None:
    notice = passed(
        covers=(Covered(OTHER, 1, 1, Decimal(400), "KGM"), Covered(KEY, 1, 1, Decimal(600), "KGM"))
    )
    assert say(accepted.file_code, RESULT, notice, at=NOW + HOUR).state == "done"
    assert Cover.objects.get(declaration_key=OTHER).bound_at is None
    assert not settle(NOW + HOUR)
    declared(OTHER)
    assert settle(NOW + 2 * HOUR)
    assert not settle(NOW + 2 * HOUR)
    linked = Link.objects.filter(source=accepted.case, kind="inspects").values_list(
        "target__reference", flat=True
    )
    assert set(linked) == {KEY, OTHER}


def test_the_same_message_again_changes_nothing(accepted: Inspection) -> None:
    content = envelope(accepted.file_code, RESULT, passed(), at=NOW + HOUR)
    first, second = sent(content, at=NOW + HOUR), sent(content, at=NOW + 2 * HOUR)
    assert first.pk == second.pk
    # And the same news under another number neither.
    third = say(accepted.file_code, RESULT, passed(), at=NOW + 3 * HOUR, number="another")
    fourth = say(accepted.file_code, ACCEPT, at=NOW + 3 * HOUR, number="yet-another")
    assert (third.state, fourth.state) == ("done", "done")
    assert Result.objects.count() == 1
    assert accepted.case.events.filter(kind__in=["accepted", "result_received"]).count() == 2


def test_the_same_supplement_twice_is_asked_once(accepted: Inspection) -> None:
    ask = Notice("supplement", text="Thiếu giấy chứng nhận", desk="specialist")
    for number in ("a", "b"):
        assert say(accepted.file_code, ASK, ask, at=NOW + HOUR, number=number).state == "done"
    assert accepted.case.events.filter(kind="supplement_requested").count() == 1
    assert again(accepted).case.events.get(kind="supplement_requested").details["desk"] == "specialist"


def test_another_result_without_saying_so_is_refused_and_one_that_replaces_is_taken(
    accepted: Inspection,
) -> None:
    say(accepted.file_code, RESULT, passed(), at=NOW + HOUR)
    other = passed(number="13/KQ-TS", outcome="failed")
    refused = say(accepted.file_code, RESULT, other, at=NOW + 2 * HOUR)
    assert codes(refused) == {"nsw-result-differs"}
    taken = say(accepted.file_code, AGAIN, replace(other, act="replace"), at=NOW + 3 * HOUR)
    assert taken.state == "done"
    former, now = Result.objects.order_by("version")
    assert former.replaced_at is not None
    assert (now.version, now.outcome, now.number) == (2, "failed", "13/KQ-TS")
    # When the last needed result came in does not change by its being issued again.
    assert again(accepted).case.finished_at == NOW + HOUR


def test_a_result_taken_back_after_clearance_alerts_the_branch(accepted: Inspection) -> None:
    say(accepted.file_code, RESULT, passed(), at=NOW + HOUR)
    released(KEY, NOW + 2 * HOUR)
    recall = Notice("recall", text="Phát hiện dịch bệnh tại vùng nuôi", code="disease")
    assert say(accepted.file_code, RECALL, recall, at=NOW + 3 * HOUR).state == "done"
    alert = Alert.objects.get()
    assert (alert.kind, alert.office, alert.declaration.reference) == ("recalled", "20BB", KEY)  # type: ignore[union-attr]
    told = alert.declaration.events.get(kind="inspection_recalled")  # type: ignore[union-attr]
    assert told.details == {"code": accepted.file_code}
    assert again(accepted).case.status == "recalled"
    assert Result.objects.get().recalled_at == NOW + 3 * HOUR


def test_a_recall_that_overtakes_its_result_waits_for_it(accepted: Inspection) -> None:
    early = say(accepted.file_code, RECALL, Notice("recall", text="Nhầm"), at=NOW + HOUR)
    assert early.state == "waiting"
    say(accepted.file_code, RESULT, passed(), at=NOW + HOUR, number="late")
    work(NOW + 2 * HOUR)
    early.refresh_from_db()
    assert early.state == "done"
    assert again(accepted).case.status == "recalled"


def test_another_ministry_may_not_speak_of_it(accepted: Inspection) -> None:
    wrong_partner = say(accepted.file_code, RESULT, passed(), at=NOW + HOUR, partner="MOH", number="x1")
    assert codes(wrong_partner) == {"nsw-wrong-ministry"}
    health = Party("Bộ Y tế", "BYT", "VN", "BYT", "BYT", "BYT")
    wrong_header = say(accepted.file_code, RESULT, passed(), at=NOW + HOUR, sender=health, number="x2")
    assert codes(wrong_header) == {"nsw-wrong-ministry"}
    wrong_procedure = say(
        accepted.file_code, RESULT, passed(), at=NOW + HOUR, document_type="BNNPTNT0700025", number="x3"
    )
    assert codes(wrong_procedure) == {"nsw-wrong-procedure"}
    assert again(accepted).case.status == "accepted"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("<type>19</type>", "<type>77</type>", "envelope-type"),
        ("<function>04</function>", "<function>77</function>", "envelope-function"),
        ("<outcome>1</outcome>", "<outcome>9</outcome>", "nsw-outcome"),
        ("<outcome>1</outcome>", "", "body-missing"),
        ("<number>12/KQ-TS</number>", "", "body-missing"),
        ("<quantity>1000</quantity>", "<quantity>a lot</quantity>", "body-number"),
        ("<quantity>1000</quantity>", "<quantity>1001</quantity>", "nsw-over-quantity"),
        ("<goodsLine>1</goodsLine>", "<goodsLine>7</goodsLine>", "nsw-goods-line"),
        ("<unit>KGM</unit>", "<unit>TNE</unit>", "nsw-unit"),
        (f"<declarationNo>{KEY}</declarationNo>", "<declarationNo>5</declarationNo>", "nsw-declaration"),
        ("<type>19</type>", "<type>10</type>", "nsw-act"),
        ("<desk>one-stop</desk>", "<desk>kitchen</desk>", "nsw-desk"),
    ],
)
def test_unknown_codes_and_wrong_amounts_are_named_and_answered(
    accepted: Inspection, before: str, after: str, code: str
) -> None:
    text = envelope(accepted.file_code, RESULT, passed(), at=NOW + HOUR).decode()
    assert before in text
    handling = sent(text.replace(before, after, 1).encode(), at=NOW + HOUR)
    assert handling.state == "refused"
    assert code in codes(handling)
    (answer,) = answers(handling)
    assert answer.header.function == "22"
    assert again(accepted).case.status == "accepted"
    assert not Result.objects.exists()


def test_junk_is_refused_with_its_place_and_has_nobody_to_answer(db: None) -> None:
    handling = sent(b"<Envelope><Header></Envelope>")
    assert handling.state == "refused"
    assert handling.findings[0]["place"].startswith("line 1")
    assert answers(handling) == []


def test_ships_papers_are_not_taken_for_inspections(accepted: Inspection) -> None:
    handling = say(accepted.file_code, ("50", "01"), document_type="1", number="ship-1")
    assert handling.state in {"refused", "done"}
    assert again(accepted).case.last_number == accepted.case.last_number


def test_an_answer_is_noted_and_not_answered(accepted: Inspection) -> None:
    before = Message.objects.filter(direction="out").count()
    fine = say(accepted.file_code, ("10", "99"), at=NOW + HOUR, previous="ours-1")
    faulty = say(accepted.file_code, ("10", "22"), at=NOW + HOUR, previous="ours-1", number="f-1")
    assert (fine.state, faulty.state) == ("done", "done")
    assert answers(fine) == answers(faulty) == []
    assert Message.objects.filter(direction="out").count() == before
    noted = accepted.case.events.filter(kind="answered").order_by("number")
    assert [event.details["faults"] for event in noted] == [0, 1]


def test_an_exemption_is_acknowledged_and_counts_as_a_result(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    handling = say(inspection.file_code, ("22", "21"), Notice("exempt", number="5/MG"), at=NOW + HOUR)
    assert handling.state == "done", handling.findings
    assert Result.objects.get().outcome == "exempt"
    assert again(inspection).case.outcome == "exempt"


def test_a_failure_alerts_the_branch(accepted: Inspection) -> None:
    say(accepted.file_code, RESULT, passed(outcome="failed"), at=NOW + HOUR)
    assert Alert.objects.get().kind == "failed"


def test_a_moment_before_what_happened_or_after_now_is_not_believed(accepted: Inspection) -> None:
    notice = replace(passed(), at=NOW - timedelta(days=400))
    assert say(accepted.file_code, RESULT, notice, at=NOW + HOUR).state == "done"
    assert accepted.case.events.get(kind="result_received").happened_at == NOW + HOUR
