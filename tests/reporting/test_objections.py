"""A figure may be contested: the objection names its rows, somebody else rules, and both stay with the report."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from motcua.casework.batch import Filing, record_many
from motcua.casework.figures import Period
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import CLOCK, Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from motcua.reporting.issue import issue
from motcua.reporting.models import Issue, Objection, Ruling
from motcua.reporting.objections import object_to, references_in, rule_on
from tests.reporting.stories import START, new_case, step

JANUARY = Period(date(2020, 1, 1), date(2020, 1, 31))


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return ensure_cast()


@pytest.fixture
def issued(people: dict[str, User]) -> Issue:
    for reference, days in (("counted", 1), ("left-out", 60)):
        events = [
            step("lodged", START + timedelta(days=days)),
            step("accepted", START + timedelta(days=days, hours=1)),
        ]
        record_many([Filing(new_case(reference), events)])
    return issue("bulletin", JANUARY, CLOCK)


def actor(people: dict[str, User], name: str) -> Actor:
    return Actor.of(people[name], timezone.localdate())


def test_an_objection_says_which_rows_the_figure_counted(issued: Issue, people: dict[str, User]) -> None:
    tuan = actor(people, "tuan")
    made = object_to(
        issued, "dossiers.total", "Thiếu một hồ sơ", references_in("counted; left-out\ncounted"), office="20BB", actor=tuan,
        at=timezone.now(),
    )  # fmt: skip
    assert made.rows == [
        {"reference": "counted", "counted": True},
        {"reference": "left-out", "counted": False},
    ]
    with pytest.raises(NotAllowed, match="own objection"):
        rule_on(made, "dismissed", "không", actor=tuan, at=timezone.now())
    rule_on(made, "partly", "Hồ sơ thứ hai thuộc tháng 3.", actor=actor(people, "cuc"), at=timezone.now())
    with pytest.raises(NotAllowed, match="already"):
        rule_on(made, "upheld", "x", actor=actor(people, "vinh"), at=timezone.now())
    for model in (Objection, Ruling):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            model.objects.update(text="x")


@pytest.mark.parametrize(
    ("code", "text", "rows"),
    [("no.such", "x", []), ("dossiers.total", " ", []), ("dossiers.total", "x", ["nowhere"])],
)
def test_what_cannot_be_looked_up_is_refused(
    issued: Issue, people: dict[str, User], code: str, text: str, rows: list[str]
) -> None:
    with pytest.raises(Refused):
        object_to(issued, code, text, rows, office="20BB", actor=actor(people, "tuan"), at=timezone.now())
    assert not Objection.objects.exists()


def test_the_page_of_the_report_keeps_both(issued: Issue, people: dict[str, User]) -> None:
    unit, clerk = Client(), Client()
    unit.force_login(people["tuan"])
    clerk.force_login(people["cuc"])
    page = f"/figures/issued/{issued.pk}/"
    form = {"code": "dossiers.total", "text": "Đếm trùng", "rows": "counted"}
    assert unit.post(f"{page}object/", form).status_code == 302
    made = Objection.objects.get()
    assert made.office == "20BB"
    assert (
        unit.post(f"/figures/objections/{made.pk}/rule/", {"outcome": "upheld", "text": "x"}).status_code
        == 404
    )
    assert (
        clerk.post(
            f"/figures/objections/{made.pk}/rule/", {"outcome": "upheld", "text": "Đúng vậy."}
        ).status_code
        == 302
    )
    told = Client().get(page).content.decode()
    for word in ("Đếm trùng", "báo cáo đã đếm", "Chấp nhận, sẽ phát hành bản chỉnh sửa", "Đúng vậy."):
        assert word in told
