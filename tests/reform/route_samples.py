"""Samples for the pages of the plan: a task led by Móng Cái, one led by Hòn Gai, each with evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime

from motcua.casework.attachments import attach
from motcua.people.actor import CLOCK
from motcua.reform.actions import NewTask, plan_tasks, reference_of
from motcua.reform.models import Committee, Evidence, Meeting, Member, Objective, Plan, Strategy, Task
from motcua.reform.petitions import receive
from tests.people.matrix import Factory, Sample, Thing, World

MOMENT = datetime(2020, 6, 1, 2, tzinfo=UTC)
LEADS = {"III.1": "20BB", "III.2": "20CF"}


def _plan() -> dict[str, Evidence]:
    plan, made = Plan.objects.get_or_create(
        year=2020, defaults={"decision": "1/QĐ", "adopted_on": date(2020, 1, 15)}
    )
    if made:
        lines = [
            NewTask(code=code, area="III", title=code, output="x", lead=lead, due_on=date(2020, 6, 28))
            for code, lead in LEADS.items()
        ]
        plan_tasks(plan, lines, actor=CLOCK, at=MOMENT)
        for code, lead in LEADS.items():
            case = Task.objects.get(year=2020, code=code).case
            file = attach(
                case, document="evidence", name="a.pdf", content=b"%PDF-1.4 x", actor=CLOCK, at=MOMENT
            )
            Evidence.objects.create(
                case=case, event=9, kind="document", mark="1", dated_on=date(2020, 6, 1), sha256=file.sha256,
                attachment=file, lead=lead, submitted_by="user:0", submitted_at=MOMENT,
            )  # fmt: skip
    return {one.case.task.code: one for one in Evidence.objects.filter(case__task__year=2020, event=9)}


def a_plan(world: World) -> Sample:
    """The plan of 2020, open to everybody."""
    _plan()
    return Sample(Thing({"year": 2020}), None, {"year": 1999})


def a_task(world: World) -> Sample:
    """A task: everybody may see it, those of the reform office of any unit may act on it."""
    _plan()
    return Sample(Thing({"reference": reference_of(2020, "III.1")}), None, {"reference": "CCHC-1999-I.1"})


def a_units_task(world: World) -> Sample:
    """A task of Móng Cái and one of Hòn Gai: each may be claimed by its own unit only."""
    _plan()
    mine, other = (
        Thing({"reference": reference_of(2020, code)}, office=lead) for code, lead in LEADS.items()
    )
    return Sample(mine, other, {"reference": "CCHC-1999-I.1"})


def a_file(world: World) -> Sample:
    """Evidence of each unit."""
    rows = _plan()
    mine, other = (
        Thing({"reference": reference_of(2020, code), "pk": rows[code].pk}, office=lead)
        for code, lead in LEADS.items()
    )
    return Sample(mine, other, {"reference": reference_of(2020, "III.1"), "pk": 987654321})


def a_petition(world: World) -> Sample:
    """A petition: everybody may follow it by its number, the reform office answers it."""
    made = receive(kind="complaint", text="x", actor=CLOCK, at=MOMENT)
    return Sample(Thing({"reference": made.case.reference}), None, {"reference": "PAKN-1999-1"})


def a_committee(world: World) -> Sample:
    """A committee; the reform office keeps it."""
    made, _ = Committee.objects.get_or_create(
        decision="9", defaults={"name": "x", "decided_on": date(2020, 3, 2)}
    )
    return Sample(Thing({"pk": made.pk}), None, {"pk": 987654321})


def a_member(world: World) -> Sample:
    """Somebody on it."""
    pk = a_committee(world).mine.kwargs["pk"]
    made = Member.objects.create(
        committee_id=pk, name="x", post="member", office="20ZZ", since=date(2020, 3, 2)
    )
    return Sample(Thing({"pk": made.pk}), None, {"pk": 987654321})


def a_meeting(world: World) -> Sample:
    """A meeting of it."""
    pk = a_committee(world).mine.kwargs["pk"]
    made = Meeting.objects.create(committee_id=pk, held_on=date(2020, 5, 4), notice="7", subject="x")
    return Sample(Thing({"pk": made.pk}), None, {"pk": 987654321})


def _strategy() -> Strategy:
    values = {"title": "x", "decision": "1", "first_year": 2011, "last_year": 2020}
    return Strategy.objects.get_or_create(code="sample", defaults=values)[0]


def a_strategy(world: World) -> Sample:
    """A strategy, open to everybody."""
    return Sample(Thing({"code": _strategy().code}), None, {"code": "no-such"})


def an_objective(world: World) -> Sample:
    """An objective of it; the reform office enters its values."""
    made = Objective.objects.get_or_create(
        strategy=_strategy(), code="1", defaults={"title": "x", "unit": "x", "baseline": 0, "target": 1}
    )[0]
    return Sample(Thing({"pk": made.pk}), None, {"pk": 987654321})


SAMPLES: dict[str, Factory] = {
    **dict.fromkeys(("reform-plan", "reform-tasks", "reform-report", "reform-xlsx"), a_plan),
    **dict.fromkeys(
        (
            "reform-task",
            "reform-accept",
            "reform-send-back",
            "reform-extend",
            "reform-move",
            "reform-drop",
            "reform-reopen",
        ),
        a_task,
    ),
    **dict.fromkeys(("petition", "petition-answer", "petition-refuse", "petition-link"), a_petition),
    **dict.fromkeys(("reform-member", "reform-meeting"), a_committee),
    "reform-member-replace": a_member,
    "reform-assign": a_meeting,
    **dict.fromkeys(("reform-strategy", "reform-strategy-pdf"), a_strategy),
    "reform-strategy-value": an_objective,
    "reform-claim": a_units_task,
    "reform-evidence": a_file,
}
