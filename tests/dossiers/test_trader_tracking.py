"""The public door: a code and its secret, for those who filed online, at the desk and by post alike."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from motcua.dossiers import actions
from motcua.dossiers.documents import Application
from motcua.dossiers.models import Dossier
from tests.dossiers.trader_cast import (
    ANSWERS,
    PROCEDURE,
    accepted,
    asked,
    browser,
    dossier,
    file_dossier,
    firm,
    now,
    office,
    officer,
)

pytestmark = pytest.mark.django_db


def at_the_counter(channel: str) -> Dossier:
    """A dossier on paper, keyed in by Hoa; its applicant has no account."""
    found = actions.lodge(
        Application(
            procedure=PROCEDURE, office=office(), channel=channel, applicant_name="Bà Nguyễn Thị Sim",
            received_at=timezone.now(), answers=ANSWERS, presented=frozenset({"claim"}),
        ),
        actor=officer(), at=now(),
    )  # fmt: skip
    actions.accept(found, actor=officer(), at=now())
    return dossier(found.case.reference)


@pytest.mark.parametrize("channel", ["online", "desk", "post"])
def test_every_channel_is_tracked_alike_and_nothing_personal_is_told(channel: str) -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan")) if channel == "online" else at_the_counter(channel)
    page = Client().get("/track/", {"code": found.case.reference, "secret": found.secret})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Được tiếp nhận" in text
    assert "Hẹn trả" in text
    for personal in (found.applicant_name, "9900000016", ANSWERS["bank"], "Lê Thị Hòa"):
        assert personal not in text


def test_the_secret_may_be_typed_in_small_letters_with_spaces() -> None:
    found = file_dossier(browser("lan"), firm("lan"))
    typed = " ".join((found.secret[:4], found.secret[4:])).lower()
    assert (
        Client().get("/track/", {"code": f" {found.case.reference.lower()} ", "secret": typed}).status_code
        == 200
    )


def test_every_wrong_pair_gets_one_and_the_same_answer() -> None:
    found = file_dossier(browser("lan"), firm("lan"))
    other = file_dossier(browser("binh"), firm("binh"))
    unknown = found.case.reference[:-4] + "9999"
    pairs = [
        (found.case.reference, "AAAAAAAA"), (found.case.reference, ""), (found.case.reference, other.secret),
        (unknown, found.secret), ("nonsense", found.secret), ("", found.secret), ("' or 1=1 --", "ĐĂNG"),
    ]  # fmt: skip
    answers = []
    for code, secret in pairs:
        answer = Client().get("/track/", {"code": code, "secret": secret})
        assert answer.status_code == 404
        text = answer.content.decode()
        start, end = text.index('<section class="notice'), text.index("</section>")
        answers.append(text[start:end])
        assert found.applicant_name not in text
    assert len(set(answers)) == 1


def test_a_dossier_without_a_secret_cannot_be_tracked_at_all() -> None:
    found = file_dossier(browser("lan"), firm("lan"))
    Dossier.objects.filter(pk=found.pk).update(secret="")
    assert Client().get("/track/", {"code": found.case.reference, "secret": ""}).status_code == 404


def test_a_request_is_told_without_its_words() -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Công văn thiếu chữ ký của ông Tám.")
    text = Client().get("/track/", {"code": found.case.reference, "secret": found.secret}).content.decode()
    assert "Đang chờ người nộp" in text
    assert "ông Tám" not in text


def test_the_address_in_the_qr_code_opens_the_dossier() -> None:
    from motcua.dossiers.paper import track_url

    found = file_dossier(browser("lan"), firm("lan"))
    address = track_url(found, "https://example.test")
    assert Client().get(address.removeprefix("https://example.test")).status_code == 200
