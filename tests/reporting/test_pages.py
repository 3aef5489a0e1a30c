"""The pages of figures: every figure leads to exactly its rows, the public sees no reference, an issue is checked as it opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.casework.figures import Figure, Period
from motcua.casework.models import Case
from motcua.lib.vietnamese import VIETNAM
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from motcua.reporting import periods
from motcua.reporting.asked import Asked
from motcua.reporting.identities import COLUMNS
from motcua.reporting.issue import issue
from motcua.reporting.list_views import csv_text
from motcua.reporting.listing import mask
from motcua.reporting.lists import count_of
from motcua.reporting.measure import BULLETIN
from motcua.reporting.models import Issue
from motcua.reporting.pages import card
from tests.reporting.stories import new_case, random_register, step, write

pytestmark = pytest.mark.django_db

SPRING = Period(date(2020, 2, 1), date(2020, 5, 31))
AS_OF = datetime(2021, 6, 1, tzinfo=VIETNAM)
ASK = "?from=2020-02-01&to=2020-05-31&as_of=" + quote("2021-06-01T00:00:00+07:00")
MONDAY = datetime(2020, 3, 2, 8, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def no_kept_answers() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def people() -> dict[str, User]:
    return ensure_cast()


def browser(people: dict[str, User], name: str = "", language: str = "vi") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if name:
        client.force_login(people[name])
    return client


def text_of(answer: Any) -> str:
    return answer.content.decode()


def listed(client: Client, url: str) -> tuple[int, list[str]]:
    """(the figure the list page gives, the references on all its pages)."""
    first = client.get(url)
    assert first.status_code == 200, url
    found: list[str] = []
    for number in range(1, first.context["page"].paginator.num_pages + 1):
        page = client.get(url + ("&" if "?" in url else "?") + f"page={number}").context["page"]
        found += [row.reference for row in page]
    return first.context["value"], found


# Lists ------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_bulletin_leads_to_exactly_its_rows(people: dict[str, User]) -> None:
    random_register(3, cases=100)
    auditor = browser(people, "an")
    cards = auditor.get("/figures/bulletin/" + ASK).context["cards"]
    assert [one["figure"].code for one in cards] == list(BULLETIN)
    assert sum(one["figure"].value for one in cards) > 50
    for one in cards:
        value, references = listed(auditor, one["rows_url"])
        assert value == len(references) == one["figure"].value
        assert references == count_of(one["figure"].code, SPRING, AS_OF).rows.references()


@pytest.mark.parametrize("by", ["office", "field", "procedure"])
def test_every_cell_of_the_form_that_is_not_0_is_a_link_to_that_many_rows(
    people: dict[str, User], by: str
) -> None:
    random_register(4, cases=60)
    auditor = browser(people, "an")
    page = auditor.get(f"/figures/06a/{ASK}&by={by}")
    html = text_of(page)
    for row in [*page.context["lines"], page.context["total"]]:
        for column, value, url in row["cells"]:
            assert row["line"].cells[column] == value
            if value:
                assert f'<a href="{url.replace("&", "&amp;")}">' in html
                assert listed(auditor, url)[0] == value
    for _, _, value, url in page.context["apart"]:
        assert len(listed(auditor, url)[1]) == value


def test_the_form_of_one_office_links_to_the_lists_of_that_office(people: dict[str, User]) -> None:
    random_register(4, cases=60)
    auditor = browser(people, "an")
    page = auditor.get(f"/figures/06a/{ASK}&by=field&office=20BB")
    linked = [(value, url) for row in page.context["lines"] for _, value, url in row["cells"] if value]
    assert linked
    assert all(listed(auditor, url)[0] == value for value, url in linked)
    for _, _, value, url in page.context["apart"]:
        found = listed(auditor, url)[1]
        assert len(found) == value
        assert set(Case.objects.filter(reference__in=found).values_list("office", flat=True)) <= {"20BB"}


def test_a_list_longer_than_a_page_shows_every_row_once_in_order(people: dict[str, User]) -> None:
    random_register(5, cases=150)
    value, references = listed(browser(people, "an"), "/figures/rows/dossiers.total/" + ASK)
    assert value > 50
    assert references == sorted(set(references))
    assert len(references) == value


def test_the_public_counts_the_rows_but_sees_no_reference_and_no_firm(people: dict[str, User]) -> None:
    write(
        (
            new_case("G12.00.20.001-200302-0001", label="Công ty Bí Mật"),
            [step("lodged", MONDAY), step("accepted", MONDAY)],
        )
    )
    for client in (browser(people), browser(people, "lan"), browser(people, "phuc"), browser(people, "ha")):
        html = text_of(client.get("/figures/rows/dossiers.total/" + ASK))
        assert "G12.00.20.001-200302-0001" not in html
        assert "Bí Mật" not in html
        assert "G12.••.••.•••-••••••-••01" in html
        assert "/work/" not in html


def test_an_officer_sees_the_rows_of_his_own_office_and_the_others_masked(people: dict[str, User]) -> None:
    here, there = "G12.00.20.001-200302-0001", "G12.00.20.005-200302-0002"
    write(
        (new_case(here, office="20BB"), [step("lodged", MONDAY), step("accepted", MONDAY)]),
        (new_case(there, office="20CF"), [step("lodged", MONDAY), step("accepted", MONDAY)]),
    )
    hoa = browser(people, "hoa").get("/figures/rows/dossiers.total/" + ASK)
    assert [row.reference for row in hoa.context["page"]] == [here, mask(there)]
    assert there not in text_of(hoa)
    auditor = browser(people, "an").get("/figures/rows/dossiers.total/" + ASK)
    assert [row.reference for row in auditor.context["page"]] == [here, there]
    assert auditor.context["page"][0].received_at == MONDAY
    assert f'href="/work/{here}/"' in text_of(auditor)
    assert f'href="/work/{there}/"' not in text_of(hoa)


def test_a_row_has_one_mark_in_every_list_and_no_two_rows_share_one(people: dict[str, User]) -> None:
    random_register(6, cases=60)
    client = browser(people)
    total = client.get("/figures/rows/dossiers.total/" + ASK).context["page"]
    marks = {row.mark for row in total}
    assert len(marks) == len(total)
    online = client.get("/figures/rows/dossiers.online/" + ASK).context["page"]
    settled = client.get("/figures/rows/dossiers.settled/" + ASK).context["page"]
    assert {row.mark for row in [*online, *settled]} <= marks


@pytest.mark.parametrize(
    "reference",
    ["", "a", "abcde", "abcdef", "10240000070", "G12.00.20.001-200302-0001", "COD ID2020-VN-0000476"],
)
def test_a_mask_keeps_the_length_and_hides_the_middle(reference: str) -> None:
    masked = mask(reference)
    assert len(masked) == len(reference)
    if len(reference) > 5:
        assert not any(letter.isalnum() for letter in masked[3:-2])
    else:
        assert not any(letter.isalnum() for letter in masked)


def test_a_list_is_downloaded_by_the_officers_of_its_office_only(people: dict[str, User]) -> None:
    write((new_case("G12.00.20.001-200302-0001"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    url = "/figures/rows/06a:20BB:3.csv" + ASK
    for name, status in (
        ("", 302),
        ("lan", 404),
        ("handler-20cf", 404),
        ("hoa", 200),
        ("an", 200),
        ("vinh", 200),
    ):
        answer = browser(people, name).get(url)
        assert answer.status_code == status, name
        if status == 200:
            lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
            assert len(lines) == 2
            assert lines[1].startswith("1,G12.00.20.001-200302-0001,")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\x00"])
def test_no_text_of_a_csv_begins_like_a_formula(begin: str) -> None:
    assert csv_text(begin + "1+1").startswith("'")
    assert csv_text("1+1") == "1+1"
    assert csv_text(-5) == "-5"


# The question -----------------------------------------------------------------------------------------------


def test_two_openings_give_the_same_page_whatever_is_recorded_in_between(people: dict[str, User]) -> None:
    random_register(7)
    client = browser(people)
    first = client.get("/figures/" + ASK)
    late = AS_OF + timedelta(days=1)
    write((new_case("late-one"), [step("lodged", MONDAY, late), step("accepted", MONDAY, late)]))
    cache.clear()
    second = client.get("/figures/" + ASK)
    assert first.context["digest"] == second.context["digest"]
    assert first.context["digest"] in text_of(second)
    after = client.get("/figures/?from=2020-02-01&to=2020-05-31&as_of=2021-06-03")
    assert after.context["digest"] != first.context["digest"]
    count = {page.context["balances"][0]["figure"].value for page in (first, second)}
    assert {after.context["balances"][0]["figure"].value - 1} == count


def test_the_links_of_a_page_keep_its_moment(people: dict[str, User]) -> None:
    write((new_case("a"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    page = browser(people).get("/figures/?from=2020-02-01&to=2020-05-31")
    moment = page.context["question"].moment
    links = re.findall(r'href="(/figures/rows/[^"]+)"', text_of(page))
    assert len(links) > 15
    assert all(f"as_of={moment}" in unquote(link) for link in links)


def test_a_page_without_a_period_shows_the_last_named_one_that_has_dossiers(people: dict[str, User]) -> None:
    client = browser(people)
    assert client.get("/figures/").context["question"].name.startswith("calendar-year-")
    write((new_case("a"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    page = client.get("/figures/")
    assert page.context["question"].name == "nine-months-2020"
    assert page.context["question"].period == periods.period("nine-months-2020")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?period=nine-moons-2020", "nine-moons-2020"),
        ("?from=2020-02-30&to=2020-03-01", "2020-02-30"),
        ("?from=2020-02-01", "không phải một ngày"),
        ("?from=2020-03-01&to=2020-02-01", "trước khi bắt đầu"),
        ("?as_of=2999-01-01", "tương lai"),
        ("?as_of=soon", "soon"),
        ("?from=2020-02-01&to=2020-02-02&as_of=2019-01-01", "chưa bắt đầu"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_usual_figures_are_shown(
    people: dict[str, User], query: str, words: str
) -> None:
    for page in ("/figures/", "/figures/06a/", "/figures/bulletin/", "/figures/rows/dossiers.total/"):
        answer = browser(people).get(page + query)
        assert answer.status_code == 422
        assert words in text_of(answer)


def test_a_figure_that_does_not_exist_is_not_found(people: dict[str, User]) -> None:
    for url in ("/figures/rows/dossiers.lost/", "/figures/rows/06a:20BB:2/", "/figures/rows/06a:20BB+20CF:3/",
                "/figures/rows/06a:nowhere:3/", "/figures/indicators/dossiers.lost/"):  # fmt: skip
        assert browser(people).get(url).status_code == 404


# What is shown ----------------------------------------------------------------------------------------------


def a_figure(**changes: Any) -> Figure:
    base = Period(date(2019, 1, 1), date(2019, 9, 30))
    period = Period(date(2020, 1, 1), date(2020, 9, 30))
    values: dict[str, Any] = {
        "code": "nsw.declarations", "version": 1, "value": 1425, "of": None, "period": period, "as_of": AS_OF,
        "rows": 1425, "digest": "0" * 64, "base": 1540, "base_period": base, "base_source": "rows",
        "change_raw": "-7.467532", "change_printed": "-7.5", "direction": "down",
    }  # fmt: skip
    return Figure(**{**values, **changes})


def test_a_card_gives_the_printed_change_the_raw_one_and_the_base() -> None:
    from django.template.loader import render_to_string
    from django.utils.translation import override

    question = Asked(Period(date(2020, 1, 1), date(2020, 9, 30)), AS_OF, "same-period", "nine-months-2020")
    shown = card(a_figure(), question)
    assert (shown["printed"], shown["raw"], shown["way"]) == (Decimal("7.5"), Decimal("-7.467532"), "down")
    with override("vi"):
        html = " ".join(render_to_string("reporting/parts/card.html", {"card": shown}).split())
    for words in ("1.425", "Giảm", "7,5%", "so với 1.540", "tờ khai", "−7,467532%", "Xem 1.425 tờ khai"):
        assert words in html
    with override("en"):
        html = " ".join(render_to_string("reporting/parts/card.html", {"card": shown}).split())
    for words in ("1,425", "Down", "7.5%", "on 1,540", "−7.467532%", "See 1,425 declarations"):
        assert words in html


def test_more_of_what_should_be_less_is_not_shown_as_good() -> None:
    question = Asked(SPRING, AS_OF, "same-period")
    assert card(a_figure(code="dossiers.late", direction="up"), question)["tone"] == "bad"
    assert card(a_figure(code="dossiers.late"), question)["tone"] == "ok"
    assert card(a_figure(), question)["tone"] == ""


def test_the_identities_stand_under_the_form_with_their_numbers(people: dict[str, User]) -> None:
    random_register(8, cases=100)
    page = browser(people).get("/figures/06a/" + ASK)
    assert [one["off"] for one in page.context["identities"]] == [0, 0, 0, 0]
    total = page.context["form"].total.cells
    assert page.context["identities"][0]["parts"] == [(4, total[4]), (5, total[5]), (6, total[6])]
    assert "proof--bad" not in text_of(page)
    assert text_of(page).count("#check-circle") >= 4
    assert set(total) == set(COLUMNS)


def test_months_of_a_flow_add_up_to_the_figure_of_the_page(people: dict[str, User]) -> None:
    random_register(9, cases=150)
    client = browser(people)
    for code in ("dossiers.online", "dossiers.settled"):
        page = client.get(f"/figures/indicators/{code}/{ASK}")
        months = [month for month, _ in page.context["months"]]
        assert len(months) == 4
        assert page.context["adds_up"]
        assert sum(month.value for month in months) == page.context["card"]["figure"].value > 0
        for month, url in page.context["months"]:
            assert listed(client, url)[0] == month.value


def test_every_page_speaks_both_languages_and_needs_no_script(people: dict[str, User]) -> None:
    random_register(10)
    for path in (
        "",
        "bulletin/",
        "06a/",
        "indicators/",
        "indicators/dossiers.total/",
        "rows/dossiers.total/",
        "issued/",
    ):
        for language, word in (("vi", "Số liệu"), ("en", "Figures")):
            answer = browser(people, language=language).get(f"/figures/{path}{ASK}")
            html = text_of(answer)
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in html
            assert word in html
            assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*src)", html)


def test_the_machine_readable_files_are_those_of_the_page(people: dict[str, User]) -> None:
    random_register(11)
    client = browser(people)
    rows = client.get("/figures/bulletin.json" + ASK).json()["figures"]
    page = client.get("/figures/bulletin/" + ASK)
    assert [(row["code"], row["value"], row["digest"]) for row in rows] == [
        (one["figure"].code, one["figure"].value, one["figure"].digest) for one in page.context["cards"]
    ]
    form = client.get("/figures/06a.json" + ASK).json()
    shown = client.get("/figures/06a/" + ASK).context["form"]
    assert form["total"]["cells"] == {str(column): value for column, value in shown.total.cells.items()}


# Issued reports ---------------------------------------------------------------------------------------------

DESK = "/figures/issue/?from=2020-02-01&to=2020-05-31"
ORDER = {"report": "06a", "period": "2020-02-01..2020-05-31", "as_of": "2021-06-01", "status": "provisional"}


def test_only_the_reform_clerk_and_the_leader_of_the_department_issue(people: dict[str, User]) -> None:
    random_register(12)
    for name, status in (
        ("", 302),
        ("lan", 404),
        ("hoa", 404),
        ("tuan", 404),
        ("an", 404),
        ("phuc", 404),
        ("ha", 404),
    ):
        assert browser(people, name).post(DESK, ORDER).status_code == status
    assert not Issue.objects.exists()
    for name, report in (("cuc", "06a"), ("vinh", "bulletin")):
        answer = browser(people, name).post(DESK, {**ORDER, "report": report})
        made = Issue.objects.get(report=report)
        assert answer.headers["Location"] == f"/figures/issued/{made.pk}/"
        assert made.issued_by == people[name].key


def test_an_issued_report_is_one_row_checked_as_it_opens(people: dict[str, User]) -> None:
    random_register(13, cases=100)
    browser(people, "cuc").post(DESK, ORDER)
    browser(people, "cuc").post(DESK, {**ORDER, "report": "bulletin"})
    for made in Issue.objects.all():
        client = browser(people)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/figures/issued/{made.pk}/")
        asked = " ".join(query["sql"] for query in queries.captured_queries)
        assert "casework_standing" not in asked
        assert "casework_event" not in asked
        assert page.context["holds"]
        for words in (
            made.sha256,
            bytes(made.signature).hex(),
            made.code_version,
            "Chữ ký đúng",
            "Ngô Kim Cúc",
        ):
            assert words in text_of(page)


def test_a_report_that_is_not_what_was_signed_says_so_on_its_page(people: dict[str, User]) -> None:
    write((new_case("a"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    made = issue("06a", SPRING, ensure_actor(people), as_of=AS_OF)
    content = {
        **made.content,
        "total": {**made.content["total"], "cells": {**made.content["total"]["cells"], "3": 99}},
    }
    forged = Issue.objects.create(**{
        field.name: getattr(made, field.name) for field in Issue._meta.fields if field.name != "id"
    } | {"content": content, "revision": 2})  # fmt: skip
    page = browser(people).get(f"/figures/issued/{forged.pk}/")
    assert not page.context["holds"]
    assert "Chữ ký không khớp" in text_of(page)
    assert "Chữ ký đúng" not in text_of(page)


def ensure_actor(people: dict[str, User]) -> Any:
    from motcua.people.actor import Actor

    return Actor.of(people["cuc"], date(2021, 6, 2))


def test_a_period_already_issued_is_said_clearly_and_names_no_option_of_the_command_line(
    people: dict[str, User],
) -> None:
    write((new_case("a"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    clerk = browser(people, "cuc")
    clerk.post(DESK, ORDER)
    made = Issue.objects.get()
    for language, words in (("vi", "Kỳ này đã phát hành"), ("en", "This period is issued already")):
        answer = browser(people, "cuc", language).post(DESK, ORDER)
        html = text_of(answer)
        assert answer.status_code == 422
        assert words in html
        assert made.name in html
        assert f"/figures/issued/{made.pk}/" in html
        assert "--reason" not in html
        assert "--why" not in html
    assert Issue.objects.count() == 1


def test_a_revision_shows_what_changed_and_why_and_the_old_one_points_to_it(people: dict[str, User]) -> None:
    write((new_case("a"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    clerk = browser(people, "cuc")
    clerk.post(DESK, ORDER)
    late = AS_OF + timedelta(days=1)
    write((new_case("b"), [step("lodged", MONDAY, late), step("accepted", MONDAY, late)]))
    again = {**ORDER, "as_of": "2021-06-03", "reason": "late_row"}
    wanting = clerk.post(DESK, again)
    assert wanting.status_code == 422
    assert "giải thích" in text_of(wanting)
    assert "--why" not in text_of(wanting)
    clerk.post(DESK, {**again, "explanation": "Một hồ sơ ghi nhận muộn."})
    first, second = Issue.objects.order_by("revision")
    page = text_of(browser(people).get(f"/figures/issued/{second.pk}/"))
    assert "Một hồ sơ ghi nhận muộn." in page
    assert "06a:20BB:3" in page
    assert first.sha256 in page
    assert f"/figures/issued/{second.pk}/" in text_of(browser(people).get(f"/figures/issued/{first.pk}/"))
    shelf = browser(people).get("/figures/issued/")
    assert [row["issue"].revision for row in shelf.context["rows"]] == [2, 1]


def test_the_signed_content_can_be_checked_by_anybody(people: dict[str, User]) -> None:
    from base64 import b64decode
    from hashlib import sha256

    from motcua.casework.seal import signer
    from motcua.lib.digest import canonical
    from motcua.lib.signing import Verifier

    random_register(14)
    browser(people, "cuc").post(DESK, ORDER)
    signed = browser(people).get(f"/figures/issued/{Issue.objects.get().pk}.json").json()
    assert sha256(canonical(signed["content"])).hexdigest() == signed["statement"]["sha256"]
    assert Verifier(signer().public_pem()).verify(
        b64decode(signed["signature"]), canonical(signed["statement"])
    )
