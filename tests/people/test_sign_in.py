"""Signing in: what opens, what does not, and what becomes of the session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from motcua.people import actions, signin
from motcua.people.actor import CLOCK
from motcua.people.cast import PASSWORD
from motcua.people.models import SignIn, SignInAttempt, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.people.urls")]


def enter(client: Client, username: str = "lan", password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post("/sign-in/", {"username": username, "password": password}, **more)


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_right_password_opens_in_any_case_of_the_user_name(
    client: Client, people: dict[str, User]
) -> None:
    answer = enter(client, " LAN ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)


@pytest.mark.parametrize(("username", "password"), [("lan", "sai"), ("khong-ai", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: Client, people: dict[str, User], username: str, password: str
) -> None:
    answer = enter(client, username, password)
    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in answer.content.decode()
    assert not signed_in(client)


def test_a_disabled_account_opens_with_no_password(client: Client, people: dict[str, User]) -> None:
    User.objects.filter(username="lan").update(is_active=False)
    assert enter(client).status_code == 422


def test_an_empty_form_says_what_is_missing_in_both_languages(client: Client) -> None:
    assert "Hãy nhập mật khẩu." in client.post("/sign-in/").content.decode()
    client.post("/language/", {"language": "en"})
    assert "Enter your password." in client.post("/sign-in/").content.decode()


def test_a_session_key_known_before_is_worth_nothing_after(client: Client, people: dict[str, User]) -> None:
    session = client.session
    session["something"] = "planted"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    enter(client)
    assert client.session.session_key != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert not signed_in(other)


def test_signing_in_again_changes_the_key_again(client: Client, people: dict[str, User]) -> None:
    enter(client)
    first = client.session.session_key
    enter(client)
    assert client.session.session_key != first
    other = Client()
    other.cookies["sessionid"] = first
    assert not signed_in(other)


def test_nothing_of_the_one_before_is_left_for_the_next_person(
    client: Client, people: dict[str, User]
) -> None:
    enter(client)
    session = client.session
    session["basket"] = "Lan's"
    session.save()
    enter(client, "binh")
    assert "basket" not in client.session
    assert client.get("/account/").context["person"].username == "binh"


def test_signing_out_ends_the_session_and_needs_a_post(client: Client, people: dict[str, User]) -> None:
    enter(client)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 405
    assert signed_in(client)
    client.post("/sign-out/")
    other = Client()
    other.cookies["sessionid"] = key
    assert not signed_in(other)
    assert not SignIn.objects.exists()


def test_a_disabled_person_loses_every_session_at_once(client: Client, people: dict[str, User]) -> None:
    second = Client()
    enter(client)
    enter(second)
    User.objects.filter(username="lan").update(is_active=False)
    assert not signed_in(client)
    assert not signed_in(second)


def test_closing_an_account_leaves_no_session_behind(client: Client, people: dict[str, User]) -> None:
    enter(client)
    key = client.session.session_key
    actions.close_account(people["lan"], actor=CLOCK)
    User.objects.filter(username="lan").update(is_active=True)
    other = Client()
    other.cookies["sessionid"] = key
    assert not signed_in(other)


def test_one_returns_to_the_page_one_came_from_and_never_to_another_site(
    client: Client, people: dict[str, User]
) -> None:
    asked = client.get("/account/")
    assert asked["Location"] == "/sign-in/?next=/account/"
    data = {"username": "lan", "password": PASSWORD}
    assert client.post("/sign-in/?next=/account/", data)["Location"] == "/account/"
    assert client.post("/sign-in/", {**data, "next": "https://evil.example/"})["Location"] == "/"
    assert client.post("/sign-in/", {**data, "next": "//evil.example/"})["Location"] == "/"


def test_a_signed_out_act_leads_to_sign_in_and_is_not_repeated_afterwards(client: Client) -> None:
    assert client.post("/mandates/grant/")["Location"] == "/sign-in/?next=/"


def test_htmx_is_told_to_go_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/account/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?next=/account/")


# The brake ---------------------------------------------------------------------------------------------------


def guess(client: Client, times: int, username: str = "lan", address: str = "203.0.113.9") -> list[int]:
    return [enter(client, username, f"sai-{n}", REMOTE_ADDR=address).status_code for n in range(times)]


def test_the_sixth_guess_is_braked_and_so_is_the_right_password(
    client: Client, people: dict[str, User]
) -> None:
    assert guess(client, 6) == [422] * 5 + [429]
    answer = enter(client, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 429
    assert "15 phút" in answer.content.decode()


def test_the_victim_still_gets_in_from_another_address(client: Client, people: dict[str, User]) -> None:
    guess(client, 20)
    assert enter(client, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_another_account_from_the_same_address_is_not_braked_at_once(
    client: Client, people: dict[str, User]
) -> None:
    guess(client, 6)
    assert enter(client, "binh", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_one_address_cannot_try_a_thousand_accounts(client: Client, people: dict[str, User]) -> None:
    answers = [guess(client, 1, f"nguoi-{n}")[0] for n in range(signin.TRIES_PER_ADDRESS + 1)]
    assert answers == [422] * signin.TRIES_PER_ADDRESS + [429]


def test_after_the_wait_the_right_password_opens(client: Client, people: dict[str, User]) -> None:
    guess(client, 8)
    SignInAttempt.objects.update(tried_at=timezone.now() - signin.WINDOW - timedelta(seconds=1))
    assert enter(client, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_braked_tries_do_not_lengthen_the_wait(client: Client, people: dict[str, User]) -> None:
    guess(client, 30)
    assert SignInAttempt.objects.count() == signin.TRIES_PER_ACCOUNT


def test_a_success_forgets_the_failures_before_it(client: Client, people: dict[str, User]) -> None:
    guess(client, 4)
    enter(client, REMOTE_ADDR="203.0.113.9")
    assert guess(client, 5) == [422] * 5


def test_what_was_typed_as_a_user_name_is_not_kept(client: Client, people: dict[str, User]) -> None:
    guess(client, 1, "mat-khau-bi-mat")
    assert "mat-khau" not in SignInAttempt.objects.get().account


def test_behind_a_trusted_proxy_the_brake_counts_the_caller(
    client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    for n in range(6):
        enter(client, "lan", "sai", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 203.0.113.9")
    assert enter(client, HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.9").status_code == 429
    assert enter(client, HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7").status_code == 302


# The place of a second factor ---------------------------------------------------------------------------------


def ask_for_a_code(request: HttpRequest, user: User) -> HttpResponse | None:
    return HttpResponse("code?") if user.username == "lan" else None


def test_a_second_step_comes_between_the_password_and_the_session(
    client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.SECOND_FACTOR = f"{__name__}.ask_for_a_code"
    import sys

    assert __name__ in sys.modules
    assert enter(client).content == b"code?"
    assert not signed_in(client)
    enter(client, "binh")
    assert signed_in(client)


# The cast on a development site -------------------------------------------------------------------------------


def test_a_development_site_lists_the_cast_with_role_and_office(
    client: Client, people: dict[str, User]
) -> None:
    page = client.get("/sign-in/").content.decode()
    for shown in (
        "Trần Ngọc Lan",
        "Lê Thị Hòa",
        "Công chức bộ phận một cửa",
        "20BB",
        'action="/sign-in/as/"',
    ):
        assert shown in page


def test_one_button_signs_in_as_one_of_the_cast(client: Client, people: dict[str, User]) -> None:
    assert client.get("/sign-in/as/").status_code == 405
    assert client.post("/sign-in/as/", {"as": "hoa"}).status_code == 302
    assert client.get("/account/").context["person"].username == "hoa"


def test_only_the_cast_can_be_entered_without_a_password(client: Client, people: dict[str, User]) -> None:
    User.objects.create_user("nguoi-that", full_name="Người Thật")
    assert client.post("/sign-in/as/", {"as": "nguoi-that"}).status_code == 404
    assert client.post("/sign-in/as/").status_code == 404


def test_outside_development_there_is_no_cast_to_enter_as(
    client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.DEVELOPMENT = False
    assert client.post("/sign-in/as/", {"as": "lan"}).status_code == 404
    page = client.get("/sign-in/").content.decode()
    assert "Trần Ngọc Lan" not in page
    assert not signed_in(client)


def test_acts_need_the_token_of_our_own_pages(people: dict[str, User]) -> None:
    strict = Client(enforce_csrf_checks=True)
    for url in ("/sign-in/", "/sign-in/as/", "/sign-out/", "/language/"):
        assert strict.post(url, {"as": "lan", "language": "en"}).status_code == 403
