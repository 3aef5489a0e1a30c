"""The officers' acts through their pages: who may, what is shown before it is sent, who was faster, what is taken back."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape

from motcua.casework.models import Event
from motcua.casework.record import record
from motcua.casework.recount import recount
from motcua.dossiers import actions, officer_acts
from motcua.dossiers.models import Dossier, Item, Letter
from motcua.lib.errors import NotAllowed
from motcua.people.actor import CLOCK
from motcua.people.models import RoleGrant, User
from motcua.people.roles import Role
from tests.dossiers.officer_cast import (
    accepted,
    act,
    actor,
    asked,
    browser,
    case_of,
    decided,
    fresh,
    handled,
    lodged,
    url,
    user,
    vn,
)

pytestmark = pytest.mark.django_db

# Who may do what, in which state it may be done.
RIGHTS = {
    "accept": ({"hoa"}, lodged),
    "refuse": ({"hoa"}, lodged),
    "take-withdrawal": ({"hoa"}, lodged),
    "transfer": ({"hoa", "dung"}, accepted),
    "finish-step": ({"hoa", "dung", "tuan"}, handled),
    "request-supplement": ({"dung", "tuan"}, handled),
    "request-payment": ({"dung"}, handled),
    "suspend": ({"tuan"}, handled),
    "apologise": ({"tuan"}, handled),
    "decide": ({"tuan"}, handled),
    "reopen": ({"tuan"}, lambda: decided(handled())),
    "hand-over": ({"hoa"}, lambda: decided(handled())),
    "strike": ({"hoa", "dung", "tuan"}, handled),
    "take-supplement": ({"hoa"}, lambda: asked(handled())),
    "control-slip": ({"hoa", "dung", "tuan", "an", "vinh"}, handled),
}
EVERYBODY = (
    "hoa", "dung", "tuan", "an", "vinh", "cuc", "onestop-20cf", "handler-20cf", "leader-20cf", "lan", "binh", "phuc", "ha",
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_an_act_is_there_for_its_roles_at_its_office_and_for_nobody_else(name: str) -> None:
    allowed, make = RIGHTS[name]
    found = make()
    for username in EVERYBODY:
        expected = 200 if username in allowed else 404
        assert browser(username).get(url(found, name)).status_code == expected, username
        if expected == 404:
            assert act(browser(username), found, name).status_code in {404, 405}, username
    assert Client().get(url(found, name)).status_code == 302


def test_every_act_stands_in_the_table_above_or_needs_a_fee() -> None:
    assert {one.name for one in officer_acts.ACTS} - RIGHTS.keys() == {"confirm-payment", "resume"}


def offered(found: Dossier, username: str) -> set[str]:
    page = browser(username).get(url(found)).content.decode()
    return set(re.findall(rf'href="{re.escape(url(found))}([a-z-]+)/"', page)) - {"control-slip"}


def test_the_page_offers_what_the_status_allows_and_the_role_has() -> None:
    assert offered(lodged(), "hoa") == {"accept", "refuse", "take-withdrawal"}
    assert offered(lodged(), "dung") == set()
    assert offered(lodged(), "an") == set()
    assert offered(accepted(), "hoa") == {"transfer", "finish-step", "take-withdrawal", "strike"}
    assert offered(handled(), "dung") == {"transfer", "finish-step", "request-supplement", "request-payment"}
    assert offered(handled(), "tuan") == {
        "decide",
        "finish-step",
        "request-supplement",
        "apologise",
        "suspend",
        "strike",
    }
    assert offered(asked(handled()), "hoa") == {"take-supplement", "take-withdrawal"}
    assert offered(decided(handled()), "hoa") == {"hand-over"}


def test_whose_turn_it_is_is_told_to_whoever_reads() -> None:
    found = handled()
    assert "Đến lượt bạn" in browser("dung").get(url(found)).content.decode()
    assert "Đang chờ: Đơn vị thụ lý" in browser("hoa").get(url(found)).content.decode()


# The way of a dossier through its pages ---------------------------------------------------------------------


def seen(answer: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.content.decode())
    assert found, "no preview"
    return found[1]


def test_the_whole_way_is_gone_with_buttons() -> None:
    found = lodged()
    hoa, dung, tuan = browser("hoa"), browser("dung"), browser("tuan")
    assert act(hoa, found, "accept").status_code == 302
    assert act(hoa, found, "transfer", unit="handling", officer=user("dung").key).status_code == 302
    assert act(dung, found, "finish-step", step="intake").status_code == 302
    assert act(dung, found, "request-payment", amount="40.000").status_code == 302
    assert act(dung, found, "confirm-payment").status_code == 302
    assert act(tuan, found, "suspend", reason="Chờ ý kiến cơ quan công an.").status_code == 302
    assert act(tuan, found, "resume").status_code == 302
    assert act(dung, found, "transfer", unit="leader", officer=user("tuan").key).status_code == 302
    result = {"outcome": "approved", "number": "12/QD", "text": "Hoàn đủ số tiền."}
    preview = act(tuan, found, "decide", **result)
    assert case_of(found).status == "processing"
    assert act(tuan, found, "decide", **result, seen=seen(preview)).status_code == 302
    assert act(hoa, found, "hand-over", way="desk").status_code == 302
    case = case_of(found)
    assert (case.status, fresh(found).amount_due) == ("returned", Decimal(40000))
    keys = set(case.events.values_list("actor", flat=True))
    assert keys == {user(name).key for name in ("hoa", "dung", "tuan")}
    assert recount().wrong == 0


def test_what_the_applicant_will_read_is_shown_before_it_is_sent() -> None:
    found = lodged()
    hoa = browser("hoa")
    words = "Văn bản <b>không</b> có chữ ký.\r\nHãy ký rồi nộp lại."
    preview = act(hoa, found, "refuse", reason="not-valid", text=words)
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "Người nộp sẽ đọc đúng như sau" in page
    assert escape("<b>không</b>") in page
    assert case_of(found).status == "lodged"
    changed = act(hoa, found, "refuse", reason="not-valid", text=words + " Mới.", seen=seen(preview))
    assert changed.status_code == 200, "other words are shown once more"
    assert case_of(found).status == "lodged"
    assert act(hoa, found, "refuse", reason="not-valid", text=words, seen=seen(preview)).status_code == 302
    assert Letter.objects.get(kind="refusal").body["text"].splitlines() == words.splitlines()


def test_a_request_names_each_paper_and_field_with_its_remark() -> None:
    found = handled()
    dung = browser("dung")
    remarks = {"document-claim": "Thiếu chữ ký.", "field-amount": "Không khớp tờ khai."}
    preview = act(dung, found, "request-supplement", **remarks)
    assert "Thiếu chữ ký." in preview.content.decode()
    assert act(dung, found, "request-supplement", **remarks, seen=seen(preview)).status_code == 302
    assert Letter.objects.get(kind="request").body["items"] == {
        "claim": "Thiếu chữ ký.", "amount": "Không khớp tờ khai.",
    }  # fmt: skip
    page = browser("hoa").get(url(found)).content.decode()
    assert "Không khớp tờ khai." in page


def test_a_request_for_nothing_is_sent_back() -> None:
    found = handled()
    answer = act(browser("dung"), found, "request-supplement")
    assert answer.status_code == 422
    assert "ít nhất một giấy tờ" in answer.content.decode()


def test_a_second_request_is_refused_to_the_officer_and_asks_the_leader_for_a_reason() -> None:
    found = asked(handled())
    actions.supplement(found, actor=actor("hoa"), at=vn(16), presented=["claim"], channel="desk")
    remarks = {"document-claim": "Vẫn thiếu."}
    assert (
        "Yêu cầu lần nữa cần lãnh đạo"
        in browser("dung").get(url(found, "request-supplement")).content.decode()
    )
    preview = act(browser("dung"), found, "request-supplement", **remarks, exception="Tôi cần thêm.")
    refused = act(
        browser("dung"), found, "request-supplement", **remarks, exception="Tôi cần thêm.", seen=seen(preview)
    )
    assert refused.status_code == 409
    assert "Vẫn thiếu." in refused.content.decode()
    tuan = browser("tuan")
    assert act(tuan, found, "request-supplement", **remarks).status_code == 422
    preview = act(tuan, found, "request-supplement", **remarks, exception="Có chứng từ mới.")
    done = act(tuan, found, "request-supplement", **remarks, exception="Có chứng từ mới.", seen=seen(preview))
    assert done.status_code == 302


def test_the_apology_is_drafted_in_both_languages_and_sent_as_shown() -> None:
    found = handled()
    tuan = browser("tuan")
    given = {"cause": "opinion", "promised_at": "30/09/2020 17:00", "at": "16/09/2020 09:00"}
    preview = act(tuan, found, "apologise", **given)
    page = preview.content.decode()
    assert "Chúng tôi xin lỗi" in page
    assert "We apologise" in page
    assert "the opinion of another agency" in page
    reason = officer_acts.draft_apology(fresh(found), "opinion", vn(30, 17))
    sent = act(tuan, found, "apologise", **given, reason=reason, seen=seen(preview))
    assert sent.status_code == 302, sent.content.decode()
    letter = Letter.objects.get(kind="apology")
    assert letter.body["reason"] == reason
    assert letter.body["in_time"] is True
    assert "apologise" not in offered(found, "tuan"), "once at most"


# Somebody was faster ----------------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_who_did_what_and_keeps_every_word() -> None:
    found = lodged()
    number = case_of(found).last_number
    actions.accept(found, actor=actor("hoa"), at=vn(14, 9))
    answer = act(
        browser("hoa"), found, "refuse", last_number=number, reason="other", text="Chữ tôi vừa gõ rất lâu."
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Có người vừa xử lý hồ sơ này" in page
    assert "Tiếp nhận" in page
    assert "Lê Thị Hòa" in page
    assert "Chữ tôi vừa gõ rất lâu." in page
    assert "không còn làm được nữa" in page
    assert 'type="submit">' not in page.split('<form method="post" novalidate>')[1].split("</form>")[0]
    assert case_of(found).status == "accepted"


def test_what_is_still_possible_may_be_sent_again_knowingly() -> None:
    found = accepted()
    number = case_of(found).last_number
    actions.finish_step(found, step="intake", actor=actor("hoa"), at=vn(14, 9))
    dung = browser("dung")
    answer = act(dung, found, "transfer", last_number=number, unit="handling", officer=user("dung").key)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'name="last_number" value="{case_of(found).last_number}"' in page
    assert case_of(found).status == "accepted"
    assert act(dung, found, "transfer", unit="handling", officer=user("dung").key).status_code == 302


def test_a_warning_by_the_clock_overruns_nobody() -> None:
    found = handled()
    number = case_of(found).last_number
    record(case_of(found), "warned", at=vn(15), actor=CLOCK, details={"code": "due-soon"})
    assert act(browser("dung"), found, "finish-step", last_number=number, step="intake").status_code == 302


@pytest.mark.parametrize("number", ["", "0", "-3", "abc", "9" * 30])
def test_a_form_without_its_number_is_sent_back(number: str) -> None:
    found = lodged()
    answer = browser("hoa").post(url(found, "accept"), {"last_number": number})
    assert answer.status_code == 422
    assert case_of(found).status == "lodged"


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_at_once_one_acts_and_the_other_is_told_who_was_faster() -> None:
    found = lodged()
    number = case_of(found).last_number
    clients = [browser("hoa"), browser("hoa")]
    start = threading.Barrier(2)
    answers: list[HttpResponse] = []

    def press(client: Client) -> None:
        try:
            start.wait()
            answers.append(act(client, found, "accept", last_number=number))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    told = next(answer for answer in answers if answer.status_code == 409).content.decode()
    assert "Lê Thị Hòa" in told
    assert Letter.objects.filter(kind="receipt").count() == 1


def test_a_branch_head_reads_and_does_nothing() -> None:
    found = handled()
    head = User.objects.create(username="head", full_name="Người Chỉ Xem", office="20BB")
    RoleGrant.objects.create(user=head, role=Role.BRANCH_HEAD, office="20BB", valid_from=vn(1).date())
    client = browser("head")
    assert client.get("/work/").status_code == 200
    assert client.get(url(found)).status_code == 200
    assert offered(found, "head") == set()
    assert client.get(url(found, "control-slip")).status_code == 200
    for name in officer_acts.BY_NAME:
        assert act(client, found, name).status_code == 404


# When it truly happened -------------------------------------------------------------------------------------


def test_what_happened_earlier_is_entered_with_its_true_time() -> None:
    found = lodged()
    assert act(browser("hoa"), found, "accept", at="14/09/2020 09:30").status_code == 302
    assert case_of(found).received_at == vn(14, 9, 30)


@pytest.mark.parametrize(
    "at", ["14/09/2099 08:00", "32/13/2020 08:00", "09/14/2020 08:00", "hôm qua", "13/09/2020 08:00"]
)
def test_a_time_that_cannot_be_is_sent_back_with_the_words_kept(at: str) -> None:
    found = lodged()
    answer = act(browser("hoa"), found, "accept", at=at)
    assert answer.status_code == 422
    assert escape(at) in answer.content.decode()
    assert case_of(found).status == "lodged"


# Striking out -----------------------------------------------------------------------------------------------


def struck(found: Dossier, username: str) -> Any:
    return act(browser(username), found, "strike", slip="typing", reason="Bấm nhầm nút.")


def test_the_last_entry_is_struck_out_in_view_and_its_effects_are_taken_back() -> None:
    found = asked(handled())
    assert struck(found, "dung").status_code == 302
    case = case_of(found)
    assert (case.status, case.paused_for, case.holder) == ("processing", [], "handling")
    item = Item.objects.get(dossier=found, document="claim")
    assert (item.state, item.remark) == ("provided", "")
    page = browser("hoa").get(url(found)).content.decode()
    assert "Ghi nhầm, đã gạch bỏ" in page
    assert "Bấm nhầm nút." in page
    assert "Đã gạch bỏ" in page, "its letter is marked"
    assert "Bấm nhầm" not in str(Event.objects.filter(case=case).values_list("details", flat=True))


def test_a_struck_result_is_marked_and_its_number_taken_back() -> None:
    found = decided(handled())
    assert struck(found, "tuan").status_code == 302
    assert (case_of(found).status, fresh(found).result_number) == ("processing", "")
    assert Letter.objects.filter(kind="result").exists()
    assert officer_acts.last_entry(fresh(found)) is not None


def test_a_struck_fee_is_owed_no_more() -> None:
    found = handled()
    actions.request_payment(found, amount=Decimal(20000), actor=actor("dung"), at=vn(15))
    assert struck(found, "dung").status_code == 302
    assert fresh(found).amount_due is None


def test_only_the_author_or_the_leader_strikes_out() -> None:
    found = asked(handled())
    assert struck(found, "hoa").status_code == 409
    assert case_of(found).status == "awaiting_supplement"
    assert struck(found, "tuan").status_code == 302


def test_what_the_applicant_did_is_not_struck_out() -> None:
    found = handled()
    actions.withdraw(found, reason="Không cần nữa ạ.", actor=actor("lan"), at=vn(15))
    with pytest.raises(NotAllowed):
        officer_acts.strike_out(found, slip="typing", reason="Bấm nhầm.", actor=actor("tuan"), at=vn(16))
    assert case_of(found).status == "withdrawn"


def test_the_lodging_itself_is_not_struck_out() -> None:
    found = lodged()
    assert officer_acts.last_entry(found) is None
    assert "strike" not in offered(found, "hoa")


def test_entries_are_undone_one_by_one_down_to_the_lodging() -> None:
    found = decided(handled())
    for username in ("tuan", "hoa", "hoa"):
        assert struck(found, username).status_code == 302
    assert case_of(found).status == "lodged"
    assert officer_acts.last_entry(fresh(found)) is None
    assert recount().wrong == 0


# The page ---------------------------------------------------------------------------------------------------


def test_answers_that_changed_are_marked_with_what_they_were() -> None:
    found = asked(handled())
    actions.supplement(
        found,
        actor=actor("hoa"),
        at=vn(18),
        presented=["claim"],
        answers={"amount": "11.000.000"},
        channel="desk",
    )
    page = browser("dung").get(url(found)).content.decode()
    assert re.search(
        r'<del class="change">12\.500\.000 đồng</del>\s*<ins class="change">11\.000\.000 đồng</ins>', page
    )
    assert page.count('<del class="change">') == 1


def test_letters_are_read_as_pdf_by_the_office_and_the_auditor() -> None:
    found = accepted()
    letter = Letter.objects.get()
    for username, status in (("hoa", 200), ("an", 200), ("lan", 404), ("onestop-20cf", 404), ("cuc", 404)):
        answer = browser(username).get(f"{url(found)}letters/{letter.pk}.pdf")
        assert answer.status_code == status, username
        if status == 200:
            assert answer.content.startswith(b"%PDF-")


def test_an_internal_note_is_no_letter() -> None:
    found = handled()
    actions.suspend(found, reason="Nghi ngờ gian lận, chờ xác minh.", actor=actor("tuan"), at=vn(15))
    note = Letter.objects.get(kind="note")
    assert browser("hoa").get(f"{url(found)}letters/{note.pk}.pdf").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_an_act_is_whole_in_both_languages(language: str) -> None:
    makers = {name: make for name, (_, make) in RIGHTS.items()}
    for name, make in makers.items():
        username = sorted(RIGHTS[name][0] & {"hoa", "dung", "tuan"})[0]
        found = make()
        client = browser(username)
        client.post("/language/", {"language": language, "next": "/"})
        for address in (url(found), url(found, name)):
            page = client.get(address).content.decode()
            assert f'lang="{language}"' in page
            assert "Text(" not in page
            assert "vi=" not in page
