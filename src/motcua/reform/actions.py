"""What people do with the plan: give tasks, claim, accept, send back, extend, move, drop. One function per intent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from motcua.casework import attachments
from motcua.casework.batch import Filing, record_many
from motcua.casework.models import Attachment, Event
from motcua.casework.record import NewCase, NewEvent, record
from motcua.lib.errors import Duplicate, NotAllowed, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import Actor
from motcua.people.models import Office
from motcua.reform.areas import areas_of
from motcua.reform.evidence import Given, prove
from motcua.reform.models import Acceptance, Evidence, Plan, Task


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """One line of a plan, as an office writes it."""

    code: str
    area: str
    title: str
    output: str
    lead: str
    due_on: date
    co_units: tuple[str, ...] = ()
    start_on: date | None = None
    regular: bool = False
    note: str = ""
    indicator: str = ""
    measure: str = Task.Measure.VALUE
    at_least: Decimal | None = None
    invented: bool = False


def reference_of(year: int, code: str) -> str:
    """The reference of a task: `CCHC-2020-III.4`."""
    return f"CCHC-{year}-{code}"


def filing(year: int, new: NewTask, *, at: datetime, actor: str, more: Sequence[NewEvent] = ()) -> Filing:
    """A task as a case to be opened, with its row; `more` are events that followed."""
    if areas_of(year).get(new.area) is None:
        raise Refused(
            f"Nhiệm vụ {new.code}: kế hoạch năm {year} không có nội dung '{new.area}'.",
            f"Task {new.code}: the plan of {year} has no area '{new.area}'.",
            place=new.code,
        )
    planned = NewEvent(kind="planned", at=at, recorded_at=at, actor=actor, channel="desk")
    case = NewCase(
        kind="task", reference=reference_of(year, new.code), office=new.lead, channel="desk", opened_at=at,
        calendar="customs-offices", label=new.title[:300],
    )  # fmt: skip
    row = Task(
        year=year, code=new.code, area=new.area, title=new.title, output=new.output, lead=new.lead,
        co_units=list(new.co_units), start_on=new.start_on, due_on=new.due_on, regular=new.regular, note=new.note,
        indicator=new.indicator, measure=new.measure, at_least=new.at_least, invented=new.invented,
    )  # fmt: skip
    return Filing(case, [planned, *more], row)


@transaction.atomic
def plan_tasks(plan: Plan, tasks: Iterable[NewTask], *, actor: Actor, at: datetime) -> int:
    """Give the tasks of a plan, all or none; those given after the day of adoption count as entered later."""
    offices = set(Office.objects.values_list("pk", flat=True))
    made = []
    for new in tasks:
        if unknown := ({new.lead, *new.co_units} - offices):
            raise Refused(
                f"Nhiệm vụ {new.code}: không có đơn vị {', '.join(sorted(unknown))}.",
                f"Task {new.code}: there is no office {', '.join(sorted(unknown))}.",
                place=new.code,
            )
        if new.lead in new.co_units:
            new = replace(new, co_units=tuple(unit for unit in new.co_units if unit != new.lead))
        made.append(filing(plan.year, new, at=at, actor=actor.key))
    return record_many(made).cases


def adopt(year: int, *, decision: str, adopted_on: date, regular_rule: str, source: str = "") -> Plan:
    """Enter the decision by which a year's plan was adopted; Duplicate when the year has one."""
    areas_of(year)
    values = {"decision": decision, "adopted_on": adopted_on, "regular_rule": regular_rule, "source": source}
    plan, made = Plan.objects.get_or_create(year=year, defaults=values)
    if not made:
        raise Duplicate(
            f"Năm {year} đã có kế hoạch theo {plan.decision}.",
            f"{year} has a plan already, by {plan.decision}.",
            place="year",
            first=plan,
        )
    return plan


def _is_of(actor: Actor, lead: str) -> bool:
    """Whether somebody belongs to the lead unit, by desk or by any role held there."""
    return actor.office == lead or any(office == lead for _, office in actor.posts or ())


@transaction.atomic
def claim(task: Task, kind: str, given: Given, *, actor: Actor, at: datetime) -> Evidence:
    """The lead unit says that the task is done and hands in evidence. Nobody has accepted it yet."""
    if not _is_of(actor, task.lead):
        raise NotAllowed(
            f"Chỉ đơn vị chủ trì ({task.lead}) báo hoàn thành nhiệm vụ này.",
            f"Only the lead unit ({task.lead}) claims that this task is done.",
            place="lead",
        )
    if kind == "indicator" or task.indicator:
        raise NotAllowed(
            "Nhiệm vụ theo chỉ tiêu do hệ thống tự kết thúc khi số liệu đạt ngưỡng; không báo bằng tay.",
            "A task with an indicator closes by itself when the figure reaches its threshold; nobody claims it.",
            place="kind",
        )
    _refuse_before_year_end(task, at)
    proof = prove(kind, task, given, at)
    stored = None
    if given.content:
        stored = attachments.attach(
            task.case, document="evidence", name=given.name, content=given.content, actor=actor, at=at
        )
    details = {"kind": kind, "mark": proof.mark, "sha256": proof.sha256}
    event = record(task.case, "claimed", at=at, actor=actor, channel="desk", details=details)
    return _evidence(task, event, kind, proof.dated_on, proof.title, stored, actor.key)


def _evidence(
    task: Task, event: Event, kind: str, dated_on: date, title: str, stored: Attachment | None, by: str
) -> Evidence:
    return Evidence.objects.create(
        case=task.case, event=event.number, kind=kind, mark=event.details["mark"], dated_on=dated_on, title=title,
        sha256=event.details["sha256"], attachment=stored, lead=task.lead, submitted_by=by,
        submitted_at=event.recorded_at,
    )  # fmt: skip


def _refuse_before_year_end(task: Task, at: datetime) -> None:
    plan = Plan.objects.filter(pk=task.year).first()
    last = date(task.year, 12, 31)
    if (
        task.regular
        and (plan is None or plan.regular_rule == Plan.Regular.YEAR_END)
        and at.astimezone(VIETNAM).date() < last
    ):
        raise NotAllowed(
            f"Theo quy tắc của kế hoạch, nhiệm vụ thường xuyên chỉ tính hoàn thành khi hết năm ({last:%d/%m/%Y}).",
            f"By the rule of this plan a regular task counts as done only at the end of the year ({last}).",
            place="regular",
        )


def latest_evidence(task: Task) -> Evidence | None:
    """The evidence of the last claim."""
    return Evidence.objects.filter(case=task.case_id).order_by("-event").first()


@transaction.atomic
def accept(task: Task, *, actor: Actor, at: datetime) -> Acceptance:
    """
    Accept the evidence of the last claim. Refused to the lead unit and to whoever handed it in, and when its file was changed
    since; of two who accept at once, one is told that somebody was faster.
    """
    evidence = latest_evidence(task)
    if evidence is None:
        raise NotAllowed(
            "Chưa có tài liệu kiểm chứng nào để công nhận.",
            "There is no evidence yet to accept.",
            place="evidence",
        )
    if _is_of(actor, task.lead) or _is_of(actor, evidence.lead) or actor.key == evidence.submitted_by:
        raise NotAllowed(
            "Đơn vị chủ trì không tự công nhận kết quả của mình; người của đơn vị khác phải công nhận.",
            "The lead unit does not accept its own result; somebody of another unit must.",
            place="accepted_by",
        )
    if evidence.attachment is not None:
        attachments.read(evidence.attachment)
    event = record(
        task.case, "accepted", at=at, actor=actor, channel="desk", details={"sha256": evidence.sha256}
    )
    return _acceptance(evidence, event, actor)


def _acceptance(evidence: Evidence, event: Event, actor: Actor) -> Acceptance:
    return Acceptance.objects.create(
        evidence=evidence, kind=evidence.kind, lead=evidence.lead, submitted_by=evidence.submitted_by,
        accepted_by=actor.key, accepted_office=actor.office, accepted_at=event.recorded_at,
    )  # fmt: skip


def send_back(task: Task, reason: str, *, actor: Actor, at: datetime) -> Event:
    """Hand a claim back to the lead unit, saying what is missing."""
    return record(
        task.case, "sent_back", at=at, actor=actor, channel="desk", details={"reason": _said(reason)}
    )


def _said(text: str, place: str = "reason") -> str:
    if not text.strip():
        raise Refused(
            "Hãy ghi lý do hoặc số văn bản: người đọc sau này cần biết vì sao.",
            "Give the reason or the paper: those who read it later need to know why.",
            place=place,
        )
    return text.strip()[:300]


@transaction.atomic
def extend(task: Task, due_on: date, paper: str, reason: str, *, actor: Actor, at: datetime) -> Event:
    """Give a later due date by a paper. The plan's own date stays, and one share is always counted by it."""
    before = due_now(task)
    if due_on <= before:
        raise Refused(
            f"Hạn mới {due_on:%d/%m/%Y} phải sau hạn hiện nay {before:%d/%m/%Y}.",
            f"The new due date {due_on} must be after the present one, {before}.",
            place="due_on",
        )
    details = {"due_on": due_on.isoformat(), "paper": _said(paper, "paper"), "reason": _said(reason)}
    return record(task.case, "extended", at=at, actor=actor, channel="desk", details=details)


def due_now(task: Task) -> date:
    """The due date after all extensions."""
    from motcua.reform.status import due_after

    return due_after(task.due_on, (event.past() for event in task.case.events.order_by("number")))


@transaction.atomic
def move(task: Task, what: str, to: str, paper: str, *, actor: Actor, at: datetime) -> Event:
    """Give a task to another lead unit, or put it into another area; both are told in the flows of the plan."""
    task = Task.objects.select_for_update(of=("self",)).select_related("case").get(pk=task.pk)
    if what not in {"lead", "area"}:
        raise Refused(
            "Chỉ chuyển đơn vị chủ trì hoặc nội dung.", "Only lead unit or area can be moved.", place="what"
        )
    known = (
        Office.objects.filter(pk=to).exists() if what == "lead" else areas_of(task.year).get(to) is not None
    )
    before = getattr(task, what)
    if not known or to == before:
        raise Refused(
            f"'{to}' không phải nơi chuyển đến hợp lệ.",
            f"'{to}' is no place to move the task to.",
            place="to",
        )
    details = {"what": what, "before": before, "after": to, "paper": _said(paper, "paper")}
    event = record(task.case, "moved", at=at, actor=actor, channel="desk", details=details)
    Task.objects.filter(pk=task.pk).update(**{what: to})
    return event


def drop(task: Task, paper: str, *, actor: Actor, at: datetime) -> Event:
    """Take a task out of the plan by a paper; it stays in view among those that left."""
    details = {"kind": "document", "mark": _said(paper, "paper")}
    return record(task.case, "dropped", at=at, actor=actor, channel="desk", details=details)


def reopen(task: Task, reason: str, *, actor: Actor, at: datetime) -> Event:
    """Take an acceptance back: what was shown does not hold."""
    return record(
        task.case, "reopened", at=at, actor=actor, channel="desk", details={"reason": _said(reason)}
    )
