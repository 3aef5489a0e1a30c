"""The steering committee: who sits on it, who came in whose place, and conclusions that become tasks of the plan."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import Actor
from motcua.reform.actions import NewTask, plan_tasks
from motcua.reform.models import Assignment, Committee, Meeting, Member, Task
from motcua.reform.status import plan_of

# Conclusions of the committee stand under direction and steering.
AREA = "I"


def seat(committee: Committee, name: str, post: str, office: str, since: date) -> Member:
    """Put somebody on the committee; NotAllowed where its head is there already."""
    try:
        with transaction.atomic():
            return Member.objects.create(
                committee=committee, name=name, post=post, office=office, since=since
            )
    except IntegrityError as error:
        if "committee_has_one_head" not in str(error):
            raise
        raise NotAllowed(
            "Ban chỉ đạo đang có Trưởng ban; hãy thay người, không thêm người.",
            "The committee has a head; replace them instead of adding another.",
            place="post",
        ) from error


@transaction.atomic
def replace(member: Member, name: str, office: str, on: date) -> Member:
    """Somebody takes the place of a member from a day on; both stay in view."""
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if locked.until is not None:
        raise NotAllowed("Người này đã được thay.", "They were replaced already.", place="member")
    if on < locked.since:
        raise Refused("Ngày thay trước ngày vào Ban.", "That is before they joined.", place="on")
    Member.objects.filter(pk=locked.pk).update(until=on)
    new = seat(locked.committee, name, locked.post, office, on)
    Member.objects.filter(pk=locked.pk).update(replaced_by=new)
    return new


@transaction.atomic
def assign(
    meeting: Meeting, text: str, output: str, lead: str, due_on: date, *, actor: Actor, at: datetime
) -> Task:
    """Make a conclusion a task of the plan of its year, with its own code; it counts there like any other, as entered later."""
    plan = plan_of(due_on.year)
    if due_on < meeting.held_on:
        raise Refused("Hạn trước ngày họp.", "The due date is before the meeting.", place="due_on")
    # One conclusion at a time gets the next number.
    type(plan).objects.select_for_update().get(pk=plan.pk)
    codes = Task.objects.filter(year=plan.year, code__startswith=f"{AREA}.").values_list("code", flat=True)
    number = max((int(code.rpartition(".")[2]) for code in codes), default=0) + 1
    new = NewTask(
        code=f"{AREA}.{number}", area=AREA, title=text, output=output, lead=lead, due_on=due_on,
        note=f"Thông báo kết luận {meeting.notice}",
    )  # fmt: skip
    plan_tasks(plan, [new], actor=actor, at=at)
    task = Task.objects.get(year=plan.year, code=new.code)
    Assignment.objects.create(meeting=meeting, task=task)
    return task
