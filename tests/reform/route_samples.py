"""Samples for the pages of the plan: a task led by Móng Cái, one led by Hòn Gai, each with evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime

from motcua.casework.attachments import attach
from motcua.people.actor import CLOCK
from motcua.reform.actions import NewTask, plan_tasks, reference_of
from motcua.reform.models import Evidence, Plan, Task
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
    "reform-claim": a_units_task,
    "reform-evidence": a_file,
}
