"""The cast, and a small plan of 2020 whose tasks the tests work through."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from motcua.reform.actions import NewTask, adopt, plan_tasks
from motcua.reform.evidence import Given
from motcua.reform.models import Plan, Task
from motcua.reform.status import Status, status

PDF = b"%PDF-1.4\nan invented paper\n%%EOF\n"


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=VIETNAM)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return ensure_cast()


@pytest.fixture
def actors(people: dict[str, User]) -> dict[str, Actor]:
    names = ("cuc", "ha", "vinh", "tuan", "leader-20cf", "leader-20bc", "dung")
    return {name: Actor.of(people[name], date(2020, 6, 1)) for name in names}


def line(code: str, month: int = 6, lead: str = "20BB", **changes: object) -> NewTask:
    values: dict[str, object] = {
        "code": code, "area": code.partition(".")[0], "title": f"Nhiệm vụ {code}", "output": "Báo cáo",
        "lead": lead, "due_on": date(2020, month, 28),
    }  # fmt: skip
    return NewTask(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def plan(actors: dict[str, Actor]) -> Plan:
    made = adopt(
        2020, decision="25/QĐ-HQQN", adopted_on=date(2020, 1, 15), regular_rule=Plan.Regular.YEAR_END
    )
    lines = [line("III.1"), line("III.2", 8), line("III.3", 11, "20CF"), line("VIII.1", 5, "20CF")]
    plan_tasks(made, lines, actor=actors["cuc"], at=at(1, 15))
    return made


def task(code: str) -> Task:
    return Task.objects.select_related("case").get(year=2020, code=code)


def paper(mark: str = "215/HQQN-VP", content: bytes = PDF, on: str = "2020-05-20") -> Given:
    return Given({"mark": mark, "dated_on": on}, "bao-cao.pdf", content)


def stood(plan: Plan, moment: datetime) -> Status:
    """Where the plan stood, by all that was entered until now."""
    return status(plan, moment, timezone.now())
