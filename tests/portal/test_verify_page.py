"""Home, and the page where anybody verifies a paper: three answers, about the true, the forged and the withdrawn."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.casework.record import void
from motcua.casework.seal import seal_events
from motcua.dossiers import actions, paper
from motcua.dossiers.models import Dossier, Letter
from motcua.portal import verify
from tests.dossiers.trader_cast import accepted, browser, decided, dossier, firm, now, officer

pytestmark = pytest.mark.django_db


def letter_of(found: Dossier, kind: str) -> Letter:
    return found.case.letters.filter(kind=kind).latest("pk")


def downloaded(client: Client, found: Dossier, kind: str) -> str:
    letter = letter_of(found, kind)
    return client.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.json").content.decode()


def answers(text: str) -> list[bool | None]:
    return [answer.good for answer in verify.verify(text.encode()).answers]


def test_a_receipt_that_is_pasted_gets_three_good_answers_and_no_name() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    page = Client().post("/verify/", {"text": f"\ufeff  {downloaded(lan, found, 'receipt')}\n"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Giấy này là thật" in text
    assert found.case.reference in text
    assert "Được tiếp nhận" in text
    for personal in (found.applicant_name, found.applicant_tax_code, found.secret):
        assert personal not in text


def test_a_receipt_may_be_uploaded_with_its_proof() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    seal_events(now())
    file = SimpleUploadedFile("receipt.json", downloaded(lan, found, "receipt").encode(), "application/json")
    text = Client().post("/verify/", {"file": file}).content.decode()
    assert "Giấy này là thật" in text
    assert "đầu sổ 1" in text


@pytest.mark.parametrize(
    ("name", "value"),
    [("due_at", "2030-01-01T00:00:00Z"), ("reference", "G12.00.20.001-201012-0001"), ("title", "x")],
)
def test_one_changed_word_in_a_receipt_is_seen(name: str, value: str) -> None:
    lan = browser("lan")
    body = json.loads(downloaded(lan, accepted(lan, firm("lan")), "receipt"))
    assert answers(json.dumps(body | {name: value})) == [False, False, None]


def test_a_receipt_of_a_struck_out_acceptance_holds_no_longer() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    text = downloaded(lan, found, "receipt")
    assert answers(text) == [True, True, True]
    void(found.case, found.case.last_number, at=now(), actor=officer(), reason="slip")
    assert answers(text) == [True, True, False]


def test_a_result_gets_three_good_answers_until_it_is_taken_back() -> None:
    lan = browser("lan")
    found = decided(accepted(lan, firm("lan")))
    text = downloaded(lan, found, "result")
    assert answers(text) == [True, True, True]
    page = Client().post("/verify/", {"text": text}).content.decode()
    assert "Chấp thuận" in page
    assert "12/QD-HQMC" in page
    assert "Hoàn 12.500.000" not in page, "the words of a decision are not for the public"
    actions.reopen(found, reason="Ghi sai số tiền.", actor=officer(), at=now())
    assert answers(text) == [True, True, False]
    decided(dossier(found.case.reference), "rejected")
    assert answers(text) == [True, True, False]
    assert answers(downloaded(lan, found, "result")) == [True, True, True]


@pytest.mark.parametrize(
    ("name", "value"), [("outcome", "rejected"), ("number", "13"), ("text", "Hoàn gấp đôi.")]
)
def test_one_changed_word_in_a_result_is_seen(name: str, value: str) -> None:
    lan = browser("lan")
    body = json.loads(downloaded(lan, decided(accepted(lan, firm("lan"))), "result"))
    assert answers(json.dumps(body | {name: value})) == [False, False, None]


def test_the_qr_code_of_a_result_leads_to_its_three_answers() -> None:
    lan = browser("lan")
    found = decided(accepted(lan, firm("lan")))
    address = paper.verify_url(letter_of(found, "result"), "https://example.test")
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    page = Client().get("/verify/", query)
    assert page.status_code == 200
    assert "Giấy này là thật" in page.content.decode()
    for name in ("reference", "sha256", "signature"):
        forged = Client().get("/verify/", query | {name: "0" * len(query[name])})
        assert forged.status_code == 404
        assert "Không phải giấy của chúng tôi" in forged.content.decode()


@pytest.mark.parametrize(
    "text", ["", "   ", "không phải JSON", "[]", "{}", '{"version": 1}', '{"version":"motcua-receipt/1"}', "null", "1e999",
             '{"a":1,"a":2}', "[" * 3000, '{"reference":"x","outcome":"approved"}', "\x00", '{"version":"motcua-head/1"}'],
)  # fmt: skip
def test_what_is_no_paper_is_refused_with_a_word_on_how_to_mend_it(text: str) -> None:
    page = Client().post("/verify/", {"text": text})
    assert page.status_code == 422
    assert "JSON" in page.content.decode()


def test_strange_codes_are_unknown_papers() -> None:
    for asked in (
        "?reference=x&sha256=%00",
        "?reference=%00&signature=1",
        "?reference=x&sha256=y&signature=ĐĂNG",
    ):
        assert Client().get(f"/verify/{asked}").status_code == 404, asked


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    page = Client().post("/verify/", {"file": SimpleUploadedFile("x.json", b"{" + b" " * 2**22)})
    assert page.status_code == 422
    assert "4 MB" in page.content.decode()


def test_the_verifier_and_the_key_can_be_taken_away() -> None:
    verifier = Client().get("/verify/motcua_verify.py")
    assert verifier.content.startswith(b"#!/usr/bin/env python3")
    key = Client().get("/verify/key.pem").content
    assert b"BEGIN PUBLIC KEY" in key
    assert b"PRIVATE" not in key


def test_the_public_home_says_what_one_can_do_here() -> None:
    page = Client().get("/").content.decode()
    for address in ("/procedures/", "/track/", "/verify/"):
        assert f'href="{address}"' in page
    assert 'action="/procedures/"' in page


def test_a_trader_lands_on_what_waits_for_them_and_others_on_the_public_page() -> None:
    assert "Không có hồ sơ nào chờ bạn." in browser("lan").get("/").content.decode()
    assert "Bạn cần làm thủ tục gì?" in browser("nga").get("/").content.decode()
