"""Paper dossiers at the counter: on one page, checked whole, filed and accepted in one go."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.html import escape

from motcua.casework.models import Case
from motcua.dossiers.models import Dossier, Letter
from motcua.people.models import Organisation
from tests.dossiers.officer_cast import ANSWERS, asked, browser, case_of, fresh, handled, url, user, vn

pytestmark = pytest.mark.django_db

PAGE = "/counter/new/tax/refund/"


def filled(**changes: Any) -> dict[str, Any]:
    """A whole form, as Hoa types it."""
    given: dict[str, Any] = {
        "token": "one-form", "find": "", "organisation": "", "applicant_name": "Bà Vũ Thị Sáu", "applicant_tax_code": "",
        "contact": "0203 3825 001", "channel": "desk", "received_at": "14/09/2020 08:05", "presented": ["claim"],
        **{f"answer-{name}": value for name, value in ANSWERS.items()},
    }  # fmt: skip
    return {**given, **changes}


def test_the_counter_lists_what_is_taken_on_paper_today() -> None:
    hoa = browser("hoa")
    page = hoa.get("/counter/new/").content.decode()
    assert 'href="/counter/new/tax/refund/"' in page
    assert "single-window-account" not in page, "taken online only"
    found = hoa.get("/counter/new/?q=hoan+thue").content.decode()
    assert 'href="/counter/new/tax/refund/"' in found
    assert "complaints" not in found


@pytest.mark.parametrize("username", ["dung", "tuan", "an", "lan", "phuc", "cuc"])
def test_the_counter_is_for_the_one_stop_desk(username: str) -> None:
    client = browser(username)
    assert client.get("/counter/new/").status_code == 404
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, filled()).status_code == 404
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("path", ["tax/nothing", "enterprise/single-window-account"])
def test_what_is_not_taken_on_paper_has_no_page(path: str) -> None:
    assert browser("hoa").get(f"/counter/new/{path}/").status_code == 404


def test_a_whole_form_files_and_accepts_in_one_go_and_offers_the_receipt() -> None:
    hoa = browser("hoa")
    answer = hoa.post(PAGE, filled())
    assert answer.status_code == 302, answer.content.decode()
    dossier = Dossier.objects.select_related("case").get()
    case = dossier.case
    assert (case.status, case.channel, case.office) == ("accepted", "desk", "20BB")
    assert case.opened_at == case.received_at == vn(14, 8, 5)
    assert (dossier.applicant_name, dossier.typed_by) == ("Bà Vũ Thị Sáu", user("hoa").key)
    page = hoa.get(answer["Location"]).content.decode()
    letter = Letter.objects.get(kind="receipt")
    assert f"/letters/{letter.pk}.pdf" in page
    assert "In và trao cho người nộp" in page


def test_a_letter_opened_two_days_later_keeps_the_day_it_came() -> None:
    browser("hoa").post(PAGE, filled(channel="post", received_at="10/09/2020 15:00"))
    case = Case.objects.get()
    assert (case.channel, case.received_at) == ("post", vn(10, 15))
    assert "-200910-" in case.reference
    event = case.events.get(kind="accepted")
    assert event.recorded_at > event.happened_at


def test_a_firm_is_found_by_name_or_tax_code_and_its_data_are_taken_over() -> None:
    hoa = browser("hoa")
    lan = Organisation.objects.get(tax_code="9900000016")
    for question in ("dao xanh", "9900000016", "ĐẢO XANH"):
        part = hoa.get("/counter/firms/", {"find": question, "procedure": "tax/refund"}).content.decode()
        assert lan.name in part
        assert "<html" not in part
    assert hoa.get("/counter/firms/", {"find": "x", "procedure": "no/thing"}).status_code == 404
    looked = hoa.post(PAGE, filled(find="dao xanh", look="1", **{"answer-bank": "Ngân hàng tôi vừa gõ"}))
    page = looked.content.decode()
    assert lan.name in page
    assert "Ngân hàng tôi vừa gõ" in page
    assert "Cần sửa trước khi gửi" not in page
    assert not Dossier.objects.exists()
    assert hoa.post(PAGE, filled(organisation=str(lan.pk), applicant_name="")).status_code == 302
    dossier = Dossier.objects.select_related("case").get()
    assert (dossier.applicant_name, dossier.applicant_tax_code) == (lan.name, "9900000016")
    assert dossier.case.organisation == lan.pk


def test_a_known_tax_code_is_tied_to_its_firm() -> None:
    assert (
        browser("hoa").post(PAGE, filled(applicant_name="", applicant_tax_code=" 9900000016 ")).status_code
        == 302
    )
    assert Case.objects.get().organisation == Organisation.objects.get(tax_code="9900000016").pk


def test_everything_that_is_lacking_stands_on_one_page_and_nothing_typed_is_lost() -> None:
    answer = browser("hoa").post(
        PAGE,
        filled(presented=[], applicant_name="", applicant_tax_code="9900000017", **{"answer-amount": "1,2,3", "answer-bank": ""}),
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('id="error-summary"') == 1
    for words in (
        "Thiếu 'Công văn yêu cầu hoàn thuế'.",
        "Số tiền đề nghị",
        "Ngân hàng",
        "0203 3825 001",
        "14/09/2020 08:05",
    ):
        assert escape(words) in page, words
    assert 'value="1,2,3"' in page
    assert not Dossier.objects.exists()


def test_what_only_filing_finds_is_shown_beside_its_box_too() -> None:
    answer = browser("hoa").post(PAGE, filled(applicant_tax_code="9900000017"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_applicant_tax_code-error"' in page
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("received_at", ["", "14/09/2099 08:00", "hôm qua", "03/03/2014 09:00"])
def test_a_day_on_which_it_cannot_have_come_is_sent_back(received_at: str) -> None:
    answer = browser("hoa").post(PAGE, filled(received_at=received_at))
    assert answer.status_code == 422
    assert "Bà Vũ Thị Sáu" in answer.content.decode()
    assert not Dossier.objects.exists()


def test_a_form_sent_twice_files_once() -> None:
    hoa = browser("hoa")
    first, second = hoa.post(PAGE, filled()), hoa.post(PAGE, filled())
    assert first["Location"] == second["Location"]
    assert Dossier.objects.count() == 1
    third = hoa.post(PAGE, filled(token="another-form"))
    assert third["Location"] != first["Location"]
    assert Dossier.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_files_once() -> None:
    key = browser("hoa").cookies["sessionid"].value
    start = threading.Barrier(2)
    answers: list[str] = []

    def click() -> None:
        client = Client()
        client.cookies["sessionid"] = key
        try:
            start.wait()
            answers.append(client.post(PAGE, filled())["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert Dossier.objects.count() == 1


def test_each_page_has_a_form_of_its_own() -> None:
    hoa = browser("hoa")
    tokens = {re.search(r'name="token" value="(\w+)"', hoa.get(PAGE).content.decode())[1] for _ in range(3)}  # type: ignore[index]
    assert len(tokens) == 3


def test_the_form_is_walked_with_the_keyboard_from_the_first_box_on() -> None:
    page = browser("hoa").get(PAGE).content.decode()
    assert re.search(r'<input id="id_find"[^>]*autofocus', page)
    assert 'tabindex="1"' not in page
    assert "onclick" not in page


# What is brought later --------------------------------------------------------------------------------------


def brought(found: Dossier, **data: Any) -> Any:
    given = {"last_number": case_of(found).last_number, "channel": "desk", "presented": ["claim"], **data}
    return browser("hoa").post(url(found, "take-supplement"), given)


def test_a_paper_brought_to_the_desk_makes_the_clock_go_on() -> None:
    found = asked(handled("online"))
    assert brought(found, at="18/09/2020 08:00").status_code == 302
    case = case_of(found)
    event = case.events.get(kind="supplemented")
    assert (case.status, event.channel, event.happened_at) == ("processing", "desk", vn(18))
    assert case.channel == "online", "how the dossier came does not change"


def test_a_field_that_was_asked_for_is_corrected_at_the_desk() -> None:
    found = asked(handled(), claim="Mờ.", amount="Không khớp.")
    page = browser("hoa").get(url(found, "take-supplement")).content.decode()
    assert 'name="answer-amount"' in page
    assert 'name="answer-bank"' not in page
    assert brought(found, **{"answer-amount": "11.000.000"}).status_code == 302
    assert fresh(found).answers["amount"] == "11000000"


def test_what_is_still_missing_is_named_and_the_clock_stands() -> None:
    found = asked(handled(), claim="Mờ.", contract="Chưa có.")
    answer = brought(found)
    assert answer.status_code == 422
    assert "Còn thiếu" in answer.content.decode()
    assert case_of(found).status == "awaiting_supplement"


def test_two_desks_cannot_take_the_same_supplement() -> None:
    found = asked(handled())
    number = case_of(found).last_number
    assert brought(found).status_code == 302
    late = brought(found, last_number=number)
    assert late.status_code == 409
    assert "Lê Thị Hòa" in late.content.decode()
    assert found.versions.count() == 2
