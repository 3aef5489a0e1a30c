"""The committee and the strategies: who sits in whose place, conclusions as tasks, degrees reached with their sources."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import Actor
from motcua.people.models import User
from motcua.reform import strategies
from motcua.reform.committee import assign, replace, seat
from motcua.reform.models import Committee, Meeting, Member, Objective, Plan, Strategy, YearValue
from motcua.reform.strategies import count, enter, evaluate, evaluation_pdf
from tests.reform.conftest import at, stood

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee(people: dict[str, User]) -> Committee:
    return Committee.objects.create(name="Ban chỉ đạo", decision="9/QĐ-HQQN", decided_on=date(2020, 3, 2))


@pytest.fixture
def strategy(people: dict[str, User]) -> Strategy:
    made = Strategy.objects.create(
        code="chien-luoc-2020", title="Chiến lược", decision="448/QĐ-TTg", first_year=2011, last_year=2020
    )
    values = {"strategy": made, "title": "x", "unit": "giờ"}
    Objective.objects.create(code="1", baseline=20, target=10, **values)
    Objective.objects.create(
        code="2", baseline=0, target=90, indicator="dossiers.online", measure="share", **values
    )
    Objective.objects.create(code="3", baseline=5, target=5, **values)
    return made


def test_a_role_is_followed_back_through_those_who_held_it(committee: Committee) -> None:
    first = seat(committee, "Lý Văn Một", "head", "20ZZ", date(2020, 3, 2))
    with pytest.raises(NotAllowed, match="has a head"):
        seat(committee, "Lý Văn Hai", "head", "20ZZ", date(2020, 3, 2))
    with pytest.raises(Refused, match="before they joined"):
        replace(first, "Lý Văn Hai", "20ZZ", date(2020, 1, 1))
    second = replace(first, "Lý Văn Hai", "20ZZ", date(2020, 6, 1))
    with pytest.raises(NotAllowed, match="already"):
        replace(first, "Lý Văn Ba", "20ZZ", date(2020, 7, 1))
    assert Member.objects.get(pk=first.pk).replaced_by == second
    assert second.post == "head"


def test_a_conclusion_is_a_task_of_the_plan(
    committee: Committee, plan: Plan, actors: dict[str, Actor]
) -> None:
    meeting = Meeting.objects.create(
        committee=committee, held_on=date(2020, 5, 4), notice="7/TB-HQQN", subject="Quý I"
    )
    with pytest.raises(Refused, match="before the meeting"):
        assign(meeting, "x", "y", "20BB", date(2020, 5, 1), actor=actors["cuc"], at=at(5, 5))
    task = assign(
        meeting, "Rà soát lại", "Báo cáo", "20BB", date(2020, 6, 30), actor=actors["cuc"], at=at(5, 5)
    )
    assert (task.code, task.assignment.meeting) == ("I.1", meeting)
    found = stood(plan, at(8, 1))
    assert [flow.reference for flow in found.flows if flow.kind == "entered"] == ["CCHC-2020-I.1"]
    assert "CCHC-2020-I.1" in [one.reference for one in found.tasks if one.state == "open_overdue"]


def test_degrees_work_downwards_and_say_when_there_is_nothing_to_say(
    strategy: Strategy, actors: dict[str, Actor]
) -> None:
    time, online, still = strategy.objectives.all()
    for year, value in ((2019, 15), (2020, "12.5")):
        enter(time, year, Decimal(value), "Báo cáo TRS", actor=actors["cuc"], at=timezone.now())
    enter(still, 2020, Decimal(5), "Báo cáo", actor=actors["cuc"], at=timezone.now())
    degrees = [one.degree for one in evaluate(strategy)]
    assert degrees == [Decimal("75.0"), None, None]
    with pytest.raises(Refused, match="counted from records"):
        enter(online, 2020, Decimal(99), "lời kể", actor=actors["cuc"], at=timezone.now())
    with pytest.raises(Refused, match="no share"):
        count(online, 2020, actor=actors["cuc"], at=timezone.now())
    for year, source in ((2021, "x"), (2020, " ")):
        with pytest.raises(Refused):
            enter(time, year, Decimal(1), source, actor=actors["cuc"], at=timezone.now())
    with pytest.raises(IntegrityError, match="value_has_source_or_rows"), transaction.atomic():
        YearValue.objects.create(
            objective=time, year=2018, value=1, entered_by="x", entered_at=timezone.now()
        )


def test_the_evaluation_is_a_paper_with_causes_and_proposals(strategy: Strategy) -> None:
    Objective.objects.filter(code="1").update(cause="Cảng quá tải", proposal="Mở rộng kho")
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(evaluation_pdf(strategy, date(2020, 9, 30), "vi"))).pages
    )
    for words in ("448/QĐ-TTg", "Cảng quá tải", "Mở rộng kho", "Độc lập"):
        assert words in text
    assert strategies.evaluate(strategy)[0].verdict[1] == "mute"


def test_the_clerk_keeps_committee_and_values(
    strategy: Strategy, plan: Plan, people: dict[str, User]
) -> None:
    clerk, ha = Client(), Client()
    clerk.force_login(people["cuc"])
    ha.force_login(people["ha"])
    given = {"name": "Ban chỉ đạo 2020", "decision": "9/QĐ", "decided_on": "2020-03-02"}
    assert clerk.post("/reform/committee/new/", given).status_code == 302
    made = Committee.objects.get()
    assert ha.post(f"/reform/committee/{made.pk}/members/", {}).status_code == 404
    member = {"name": "Lý Văn Một", "post": "head", "office": "20ZZ-2025", "since": "2020-03-02"}
    assert clerk.post(f"/reform/committee/{made.pk}/members/", member).status_code == 302
    meeting = {"held_on": "2020-05-04", "notice": "7/TB", "subject": "Quý I"}
    assert clerk.post(f"/reform/committee/{made.pk}/meetings/", meeting).status_code == 302
    page = ha.get("/reform/committee/").content.decode()
    for words in ("Lý Văn Một", "Trưởng ban", "7/TB"):
        assert words in page
    objective = strategy.objectives.get(code="1")
    value = {"year": "2020", "value": "12,5", "source": "TRS"}
    assert clerk.post(f"/reform/objectives/{objective.pk}/", value).status_code == 302
    assert "75,0%" in Client().get("/reform/strategies/chien-luoc-2020/").content.decode()
