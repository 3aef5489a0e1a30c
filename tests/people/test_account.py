"""My account, my sessions, my language."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.people.models import SignIn, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.people.urls")]


def test_the_page_shows_who_one_is_and_what_one_may_be(lan: Client) -> None:
    page = lan.get("/account/").content.decode()
    for shown in (
        "Trần Ngọc Lan",
        "Công ty TNHH Nông sản Đảo Xanh",
        "9900000016",
        "Người khai của doanh nghiệp",
    ):
        assert shown in page


def test_the_page_is_the_same_in_english(lan: Client) -> None:
    lan.post("/language/", {"language": "en"})
    page = lan.get("/account/").content.decode()
    assert "My account" in page
    assert "Declarant of a firm" in page


def test_a_session_ended_from_elsewhere_is_dead(lan: Client, people: dict[str, User]) -> None:
    stolen = Client()
    stolen.post("/sign-in/as/", {"as": "lan"})
    theirs = SignIn.objects.get(session_key=stolen.session.session_key)
    assert lan.post(f"/account/sessions/{theirs.pk}/end/").status_code == 302
    assert stolen.get("/account/").status_code == 302
    assert lan.get("/account/").status_code == 200


def test_all_other_sessions_can_be_ended_at_once(lan: Client) -> None:
    others = [Client() for _ in range(3)]
    for other in others:
        other.post("/sign-in/as/", {"as": "lan"})
    lan.post("/account/sessions/end-others/")
    assert [other.get("/account/").status_code for other in others] == [302] * 3
    assert lan.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_another(lan: Client) -> None:
    binh = Client()
    binh.post("/sign-in/as/", {"as": "binh"})
    theirs = SignIn.objects.get(session_key=binh.session.session_key)
    assert lan.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert binh.get("/account/").status_code == 200


def test_dead_sessions_are_not_listed_and_are_forgotten_at_the_next_sign_in(
    lan: Client, people: dict[str, User]
) -> None:
    SignIn.objects.create(
        user=people["lan"],
        session_key="gone",
        started_at=SignIn.objects.get().started_at,
        address="",
        browser="",
    )
    assert [one.session_key for one in lan.get("/account/").context["sessions"]] == [lan.session.session_key]
    Client().post("/sign-in/as/", {"as": "lan"})
    assert not SignIn.objects.filter(session_key="gone").exists()


def test_the_language_is_remembered_for_the_person(lan: Client) -> None:
    answer = lan.post("/language/", {"language": "en", "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert User.objects.get(username="lan").language == "en"
    elsewhere = Client()
    elsewhere.post("/sign-in/as/", {"as": "lan"})
    assert "My account" in elsewhere.get("/account/").content.decode()


def test_a_language_we_do_not_speak_is_refused(client: Client) -> None:
    assert client.post("/language/", {"language": "fr"}).status_code == 400
    assert client.post("/language/").status_code == 400


def test_switching_the_language_never_leads_off_the_site(client: Client) -> None:
    assert client.post("/language/", {"language": "en", "next": "https://evil.example"})["Location"] == "/"


def test_somebody_without_any_role_still_has_an_account_and_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(User.objects.create_user("moi", full_name="Người Mới"))
    page = client.get("/account/")
    assert page.status_code == 200
    assert "Bạn chưa được giao vai trò nào" in page.content.decode()
    assert client.get("/mandates/").status_code == 404
