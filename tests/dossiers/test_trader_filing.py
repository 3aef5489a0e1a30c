"""Filing online as people do it: Lan for her firm, Minh for Lan's by mandate, Bình for nobody but himself."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.casework.models import Case
from motcua.dossiers.models import Dossier, Draft
from motcua.people.models import Mandate
from motcua.verifier import motcua_verify
from tests.dossiers.trader_cast import (
    ANSWERS,
    NEW,
    PROCEDURE,
    answered,
    browser,
    dossier,
    file_dossier,
    fill,
    firm,
    office,
    pdf,
    send,
    start,
    token,
    user,
)

pytestmark = pytest.mark.django_db


def test_lan_files_from_the_procedure_to_the_confirmation() -> None:
    lan = browser("lan")
    assert f'href="{NEW}"' in lan.get(f"/procedures/{PROCEDURE}/").content.decode()
    found = file_dossier(lan, firm("lan"))
    assert found.case.channel == "online"
    assert found.case.office == office()
    assert found.case.organisation == firm("lan")
    assert found.applicant_tax_code == "9900000016"
    assert found.answers["amount"] == "12500000"
    assert found.items.get(document="claim").attachment.name == "cong-van.pdf"
    page = lan.get(f"/dossiers/{found.case.reference}/lodged/").content.decode()
    assert found.case.reference in page
    assert found.secret in page
    assert not Draft.objects.exists()


def test_a_draft_is_kept_on_every_step_and_can_be_resumed_elsewhere() -> None:
    draft = start(browser("lan"), firm("lan"))
    browser("lan").post(
        f"/dossiers/drafts/{draft.pk}/answers/", answered({"bank": "Ngân hàng A", "amount": "mười"})
    )
    again = browser("lan")
    page = again.get(f"/dossiers/drafts/{draft.pk}/answers/").content.decode()
    assert "Ngân hàng A" in page
    assert 'value="mười"' in page, "what was typed wrongly is kept as well"
    assert f"/dossiers/drafts/{draft.pk}/answers/" in again.get("/dossiers/").content.decode()
    assert f"/dossiers/drafts/{draft.pk}/answers/" in again.get(NEW).content.decode()


def test_what_is_known_already_is_not_asked_again() -> None:
    draft = start(browser("lan"), firm("lan"))
    assert draft.answers["fields"]["tax_code"] == "9900000016"


def test_the_last_dossier_can_be_taken_over() -> None:
    lan = browser("lan")
    file_dossier(lan, firm("lan"))
    draft = start(lan, firm("lan"), copy="on")
    assert draft.answers["fields"]["bank"] == ANSWERS["bank"]
    assert draft.answers["fields"]["amount"] == "12500000"


def test_taking_over_never_writes_over_what_was_typed() -> None:
    lan = browser("lan")
    file_dossier(lan, firm("lan"))
    draft = start(lan, firm("lan"))
    lan.post(f"/dossiers/drafts/{draft.pk}/save/", answered({"bank": "Ngân hàng mới"}))
    start(lan, firm("lan"), copy="on")
    assert Draft.objects.get(pk=draft.pk).answers["fields"]["bank"] == "Ngân hàng mới"


def test_typing_is_kept_without_leaving_the_page() -> None:
    lan = browser("lan")
    draft = start(lan, firm("lan"))
    answer = lan.post(
        f"/dossiers/drafts/{draft.pk}/save/",
        answered({"bank": "Ngân hàng B"}),
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert Draft.objects.get(pk=draft.pk).answers["fields"]["bank"] == "Ngân hàng B"


def test_all_faults_come_at_once_each_with_a_link_to_its_field() -> None:
    lan = browser("lan")
    draft = start(lan, firm("lan"))
    answer = lan.post(
        f"/dossiers/drafts/{draft.pk}/answers/",
        answered({"tax_code": "123", "declaration": "0", "amount": "x"}),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("tax_code", "declaration", "amount", "bank", "bank_account"):
        assert f'href="#id_answer-{name}"' in page
        assert f'id="id_answer-{name}"' in page
    # A group of radio buttons is reached through its first one.
    assert 'href="#id_answer-tax_kind_0"' in page


def test_an_incomplete_draft_offers_no_filing_but_names_everything_that_lacks() -> None:
    lan = browser("lan")
    draft = start(lan, firm("lan"))
    page = lan.get(f"/dossiers/drafts/{draft.pk}/check/").content.decode()
    assert 'name="token"' not in page
    assert f'href="/dossiers/drafts/{draft.pk}/papers/#id_document-claim"' in page
    assert f'href="/dossiers/drafts/{draft.pk}/answers/#id_answer-bank"' in page


def test_good_files_are_kept_where_another_is_refused() -> None:
    lan = browser("lan")
    draft = start(lan, firm("lan"))
    answer = lan.post(
        f"/dossiers/drafts/{draft.pk}/papers/",
        {
            "document-claim": pdf(),
            "document-contract": pdf("hop-dong.exe"),
            "document-reason": pdf("x.pdf", b"not a pdf"),
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_document-contract"' in page
    assert 'href="#id_document-reason"' in page
    assert set(Draft.objects.get(pk=draft.pk).answers["files"]) == {"claim"}


def test_a_file_can_be_replaced_and_taken_out_again() -> None:
    lan = browser("lan")
    draft = fill(lan, firm("lan"))
    lan.post(f"/dossiers/drafts/{draft.pk}/papers/", {"document-claim": pdf("moi.pdf")})
    assert Draft.objects.get(pk=draft.pk).answers["files"]["claim"]["name"] == "moi.pdf"
    lan.post(f"/dossiers/drafts/{draft.pk}/papers/claim/drop/")
    assert Draft.objects.get(pk=draft.pk).answers["files"] == {}
    assert not (Path(settings.FILES) / "drafts" / str(draft.pk) / "claim").exists()


def test_a_double_click_files_once_and_shows_one_confirmation() -> None:
    lan = browser("lan")
    draft = fill(lan, firm("lan"))
    key = token(lan, draft)
    first, second, much_later = (send(lan, draft, key) for _ in range(3))
    assert {answer["Location"] for answer in (first, second, much_later)} == {first["Location"]}
    assert first.status_code == 302
    assert Case.objects.count() == 1


def test_an_old_page_files_nothing_that_was_not_looked_at() -> None:
    lan = browser("lan")
    draft = fill(lan, firm("lan"))
    answer = send(lan, draft, "made-up")
    assert answer["Location"] == f"/dossiers/drafts/{draft.pk}/check/"
    assert not Case.objects.exists()


def test_a_faulty_draft_that_is_sent_all_the_same_is_refused_and_mended_under_a_new_token() -> None:
    lan = browser("lan")
    draft = fill(lan, firm("lan"))
    key = token(lan, draft)
    lan.post(f"/dossiers/drafts/{draft.pk}/papers/claim/drop/")
    answer = send(lan, draft, key)
    assert answer.status_code == 422
    assert "còn thiếu" in answer.content.decode()
    assert not Case.objects.exists()
    lan.post(f"/dossiers/drafts/{draft.pk}/papers/", {"document-claim": pdf()})
    fresh = token(lan, draft)
    assert fresh != key
    assert send(lan, draft, fresh).status_code == 302
    assert Case.objects.count() == 1


def test_the_acknowledgement_of_filing_is_signed_and_verifies_without_a_server() -> None:
    lan = browser("lan")
    found = file_dossier(lan, firm("lan"))
    body = lan.get(f"/dossiers/{found.case.reference}/acknowledgement.json").content
    keys = motcua_verify.read_keys(lan.get("/verify/key.pem").content.decode())
    receipt, answers = motcua_verify.Checker(keys).receipt(body)
    assert receipt["reference"] == found.case.reference
    assert receipt["content_sha256"] == found.versions.get().content_sha256
    assert [answer.good for answer in answers] == [True, True, None]
    assert json.loads(body)["due_at"] is None, "the clock starts with acceptance, not with filing"


def test_minh_files_for_lans_firm_by_mandate_and_lan_sees_it() -> None:
    minh = browser("minh")
    draft = fill(minh, firm("lan"))
    page = minh.get(f"/dossiers/drafts/{draft.pk}/check/").content.decode()
    assert "Nộp hồ sơ cho Công ty TNHH Nông sản Đảo Xanh" in page, "the button names the firm"
    reference = send(minh, draft, token(minh, draft))["Location"].split("/")[2]
    found = dossier(reference)
    assert found.case.organisation == firm("lan")
    assert found.applicant_name == "Công ty TNHH Nông sản Đảo Xanh"
    assert found.typed_by == user("minh").key
    assert browser("lan").get(f"/dossiers/{reference}/").status_code == 200


def test_minh_cannot_file_for_a_firm_that_gave_no_mandate() -> None:
    minh = browser("minh")
    answer = minh.post(NEW, {"organisation": firm("binh"), "office": office()})
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_a_revoked_mandate_takes_the_draft_and_the_dossier_away() -> None:
    minh = browser("minh")
    draft = fill(minh, firm("lan"))
    filed = file_dossier(browser("lan"), firm("lan"))
    assert minh.get(f"/dossiers/{filed.case.reference}/").status_code == 200
    Mandate.objects.update(revoked_at=timezone.now() - timedelta(days=1), revoked_by="user:1")
    assert minh.get(f"/dossiers/drafts/{draft.pk}/check/").status_code == 404
    assert send(minh, draft, str(draft.answers["token"])).status_code == 404
    assert minh.get(f"/dossiers/{filed.case.reference}/").status_code == 404


def test_a_mandate_for_another_procedure_does_not_reach_this_one() -> None:
    lan, minh = browser("lan"), browser("minh")
    Mandate.objects.update(procedures=["clearance/import-declaration"])
    filed = file_dossier(lan, firm("lan"))
    assert minh.get(f"/dossiers/{filed.case.reference}/").status_code == 404
    assert minh.post(NEW, {"organisation": firm("lan"), "office": office()}).status_code == 422
    Mandate.objects.update(procedures=[PROCEDURE])
    assert minh.get(f"/dossiers/{filed.case.reference}/").status_code == 200


def test_binh_gets_404_for_lans_draft_on_every_address() -> None:
    lan, binh = browser("lan"), browser("binh")
    draft = fill(lan, firm("lan"))
    key = token(lan, draft)
    for page in ("answers", "papers", "check"):
        assert binh.get(f"/dossiers/drafts/{draft.pk}/{page}/").status_code == 404
    for act in ("answers", "save", "papers", "papers/claim/drop", "discard"):
        assert binh.post(f"/dossiers/drafts/{draft.pk}/{act}/").status_code == 404
    assert send(binh, draft, key).status_code == 404
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_a_colleague_does_not_see_my_draft_but_sees_the_dossier() -> None:
    lan = browser("lan")
    colleague = user("khanh")
    colleague.organisation_id = firm("lan")
    colleague.save()
    draft = fill(lan, firm("lan"))
    other = browser("khanh")
    assert other.get(f"/dossiers/drafts/{draft.pk}/check/").status_code == 404
    reference = send(lan, draft, token(lan, draft))["Location"].split("/")[2]
    assert other.get(f"/dossiers/{reference}/").status_code == 200


def test_an_officer_has_no_way_to_file_as_a_trader() -> None:
    assert browser("hoa").get(NEW).status_code == 404


def test_who_is_not_signed_in_is_asked_to_and_comes_back() -> None:
    browser("lan")
    answer = Client().get(NEW)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={NEW}"


@pytest.mark.parametrize(
    "procedure",
    ["tax/exemption-list-registration", "clearance/import-declaration", "tax/nothing", "nothing/at-all"],
)
def test_nothing_is_filed_that_is_abolished_unknown_or_declared_elsewhere(procedure: str) -> None:
    assert browser("lan").get(f"/dossiers/new/{procedure}/").status_code in {404, 422}


def test_a_draft_that_is_thrown_away_takes_its_files_along() -> None:
    lan = browser("lan")
    draft = fill(lan, firm("lan"))
    assert (Path(settings.FILES) / "drafts" / str(draft.pk)).exists()
    lan.post(f"/dossiers/drafts/{draft.pk}/discard/")
    assert not Draft.objects.exists()
    assert not (Path(settings.FILES) / "drafts" / str(draft.pk)).exists()


def test_the_list_asks_as_many_questions_for_thirty_dossiers_as_for_three(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lan = browser("lan")
    for _ in range(3):
        file_dossier(lan, firm("lan"))
    with django_assert_max_num_queries(20):
        lan.get("/dossiers/")
    assert Dossier.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_four_clicks_in_the_same_moment_file_one_dossier() -> None:
    lan = browser("lan")
    draft = fill(lan, firm("lan"))
    key = token(lan, draft)
    browsers = [browser("lan") for _ in range(4)]
    together = threading.Barrier(len(browsers))

    def click(client: Client) -> str:
        together.wait()
        try:
            return send(client, draft, key).headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = set(pool.map(click, browsers))
    assert answers == {f"/dossiers/{Case.objects.get().reference}/lodged/"}
