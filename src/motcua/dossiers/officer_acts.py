"""
What officers may do with a dossier: one line for each intent, with its address, its right, its form and what it calls.

The page offers the lines that the status allows and the reader's role has; each line is an address of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction

from motcua.casework.lifecycle import VOIDED
from motcua.casework.models import Case, Event
from motcua.casework.page import holder_text
from motcua.casework.record import record
from motcua.dossiers import actions, letters, officer_forms, queries
from motcua.dossiers.actions import sheet_of
from motcua.dossiers.models import Dossier, Item, Letter
from motcua.dossiers.officer_forms import ActForm
from motcua.law.parts import FieldType
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed
from motcua.lib.vietnamese import datetime_text
from motcua.people.actor import Actor
from motcua.people.models import User
from motcua.people.permissions import reach
from motcua.people.queries import holders, names_of
from motcua.people.roles import Role

Run = Callable[[Dossier, ActForm, Actor, datetime], object]


@dataclass(frozen=True)
class Act:
    """
    One intent. `kind` is the event it records; `weight` says whether its button is the main one.

    `preview` names the field whose words the applicant will read: they are shown as they will stand before they are sent.
    """

    name: str
    kind: str
    title: Text
    done: Text
    form: type[ActForm]
    run: Run
    weight: Literal["main", "plain", "danger"] = "plain"
    preview: str = ""
    icon: str = ""

    @property
    def permission(self) -> str:
        """The right it asks for."""
        return f"dossiers.{self.name}"


def _accept(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.accept(dossier, actor=actor, at=at)


def _refuse(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    given = form.cleaned_data
    return actions.refuse(dossier, reason=given["reason"], text=given["text"], actor=actor, at=at)


def _transfer(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    given = form.cleaned_data
    return actions.transfer(dossier, unit=given["unit"], officer=given["officer"], actor=actor, at=at)


def _finish_step(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.finish_step(dossier, step=form.cleaned_data["step"], actor=actor, at=at)


def _request_supplement(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    assert isinstance(form, officer_forms.SupplementForm)
    exception = form.cleaned_data.get("exception", "")
    return actions.request_supplement(dossier, items=form.items(), exception=exception, actor=actor, at=at)


def _request_payment(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.request_payment(dossier, amount=form.cleaned_data["amount"], actor=actor, at=at)


def _confirm_payment(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.confirm_payment(dossier, actor=actor, at=at)


def _suspend(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.suspend(dossier, reason=form.cleaned_data["reason"], actor=actor, at=at)


def _resume(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.resume(dossier, actor=actor, at=at)


def _apologise(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    given = form.cleaned_data
    return actions.apologise(
        dossier, reason=given["reason"], promised_at=given["promised_at"], actor=actor, at=at
    )


def _decide(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    given = form.cleaned_data
    return actions.decide(
        dossier, outcome=given["outcome"], number=given["number"], text=given["text"], actor=actor, at=at
    )


def _reopen(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.reopen(dossier, reason=form.cleaned_data["reason"], actor=actor, at=at)


def _hand_over(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.hand_over(dossier, way=form.cleaned_data["way"], actor=actor, at=at)


def _withdraw(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    return actions.withdraw(dossier, reason=form.cleaned_data["reason"], actor=actor, at=at)


def _strike(dossier: Dossier, form: ActForm, actor: Actor, at: datetime) -> object:
    given = form.cleaned_data
    return strike_out(dossier, slip=given["slip"], reason=given["reason"], actor=actor, at=at)


# In the order in which the page shows them.
ACTS: tuple[Act, ...] = (
    Act(
        "accept", "accepted", Text("Tiếp nhận", "Accept"),
        Text("Đã tiếp nhận; giấy tiếp nhận và hẹn trả đã lập.", "Accepted; the receipt with its appointment is issued."),
        officer_forms.AcceptForm, _accept, "main", icon="stamp",
    ),
    Act(
        "decide", "decided", Text("Ký kết quả", "Sign the result"),
        Text("Đã ký kết quả.", "The result is signed."), officer_forms.DecideForm, _decide, "main", "text", "certificate",
    ),
    Act(
        "confirm-payment", "paid", Text("Xác nhận đã nộp phí", "Confirm the payment"),
        Text("Đã ghi nhận nộp phí; đồng hồ chạy tiếp.", "The payment is noted; the clock runs on."),
        officer_forms.AcceptForm, _confirm_payment, "main", icon="check",
    ),
    Act(
        "resume", "resumed", Text("Xử lý tiếp", "Take up again"),
        Text("Hồ sơ được xử lý tiếp; đồng hồ chạy tiếp.", "The work goes on, and so does the clock."),
        officer_forms.AcceptForm, _resume, "main", icon="right",
    ),
    Act(
        "hand-over", "handed_over", Text("Trả kết quả", "Hand over the result"),
        Text("Đã trả kết quả.", "The result is handed over."), officer_forms.HandOverForm, _hand_over, "main", icon="send",
    ),
    Act(
        "transfer", "transferred", Text("Chuyển xử lý, trình ký", "Transfer, submit for signature"),
        Text("Đã chuyển hồ sơ.", "The dossier is transferred."), officer_forms.TransferForm, _transfer, "main", icon="right",
    ),
    Act(
        "finish-step", "step_done", Text("Xong một bước", "Finish a step"),
        Text("Đã ghi xong bước.", "The step is ticked off."), officer_forms.StepForm, _finish_step, icon="check",
    ),
    Act(
        "request-supplement", "supplement_requested", Text("Yêu cầu bổ sung", "Ask for a supplement"),
        Text("Đã gửi yêu cầu bổ sung; đồng hồ dừng.", "The request is sent; the clock stands still."),
        officer_forms.SupplementForm, _request_supplement, preview="items", icon="pause",
    ),
    Act(
        "request-payment", "payment_requested", Text("Yêu cầu nộp phí", "Ask for a fee"),
        Text("Đã yêu cầu nộp phí; đồng hồ dừng.", "The fee is asked for; the clock stands still."),
        officer_forms.AmountForm, _request_payment, icon="pause",
    ),
    Act(
        "apologise", "rescheduled", Text("Xin lỗi và hẹn lại", "Apologise, give a new date"),
        Text("Đã gửi thư xin lỗi và hẹn lại.", "The apology with the new date is sent."),
        officer_forms.ApologyForm, _apologise, preview="reason", icon="mail",
    ),
    Act(
        "suspend", "suspended", Text("Dừng xử lý", "Suspend"),
        Text("Đã dừng xử lý; đồng hồ dừng.", "The work is suspended; the clock stands still."),
        officer_forms.ReasonForm, _suspend, icon="stop",
    ),
    Act(
        "reopen", "reopened", Text("Sửa kết quả sai", "Reopen a wrong result"),
        Text("Đã mở lại hồ sơ.", "The dossier is open again."), officer_forms.ReasonForm, _reopen, icon="undo",
    ),
    Act(
        "refuse", "refused", Text("Từ chối tiếp nhận", "Refuse"),
        Text("Đã từ chối tiếp nhận.", "The dossier is refused."), officer_forms.RefuseForm, _refuse, "danger", "text",
        "cross-circle",
    ),
    Act(
        "take-withdrawal", "withdrawn", Text("Người nộp rút hồ sơ", "The applicant withdraws"),
        Text("Đã ghi nhận rút hồ sơ.", "The withdrawal is noted."), officer_forms.ReasonForm, _withdraw, "danger", icon="undo",
    ),
    Act(
        "strike", VOIDED, Text("Gạch bỏ việc ghi nhầm", "Strike out the last entry"),
        Text("Đã gạch bỏ; cả hai dòng còn trong lịch sử.", "Struck out; both lines stay in the history."),
        officer_forms.StrikeForm, _strike, "danger", icon="cross",
    ),
)  # fmt: skip

BY_NAME = {act.name: act for act in ACTS}


def offered(dossier: Dossier, actor: Actor, on: date) -> list[Act]:
    """The acts that the status allows, the actor's role has at this office, and the circumstances leave open."""
    case = dossier.case
    allowed = {step.kind for step in case.lifecycle.choices(case.status)}
    within = [act for act in ACTS if reach(actor, act.permission, on).covers(office=case.office)]
    return [
        act
        for act in within
        if (
            may_strike(dossier, actor)
            if act.kind == VOIDED
            else act.kind in allowed and not _pointless(act, dossier, actor)
        )
    ]


# At which desk the holder of a dossier sits.
DESKS = {"one-stop": Role.ONE_STOP, "handling": Role.HANDLER, "leader": Role.LEADER}


def is_mine(case: Case, actor: Actor) -> bool:
    """Whether the dossier lies at a desk where the actor sits, so that it is their turn."""
    role = DESKS.get(case.holder)
    return role is not None and bool(actor.offices(role) & {case.office, ""})


def _pointless(act: Act, dossier: Dossier, actor: Actor) -> bool:
    """What the table allows and the case gives no ground for."""
    case = dossier.case
    if act.kind == "transferred":
        # The desk passes on what lies with it; whoever handles it may hand it on from anywhere.
        return not actor.has(Role.HANDLER) and not is_mine(case, actor)
    if act.kind == "paid":
        return "payment" not in case.paused_for
    if act.kind == "payment_requested":
        return "payment" in case.paused_for
    if act.kind == "supplement_requested":
        return "supplement" in case.paused_for
    if act.kind == "rescheduled":
        return case.due_at is None or _happened(case, "rescheduled")
    if act.kind == "step_done":
        return not steps_left(dossier)
    return False


def steps_left(dossier: Dossier) -> list[tuple[str, Text]]:
    """The internal steps of the sheet that nobody has ticked off yet."""
    sheet = queries.sheet_or_none(dossier.case)
    if sheet is None:
        return []
    ticked = {event.details.get("step") for event in counting(dossier.case) if event.kind == "step_done"}
    return [
        (
            step.id,
            Text(
                f"{step.name.vi} ({holder_text(step.unit).vi})",
                f"{step.name.en} ({holder_text(step.unit).en})",
            ),
        )
        for step in sheet.steps
        if step.id not in ticked
    ]


def counting(case: Case) -> list[Event]:
    """The events that count, in order: neither struck out nor striking out."""
    events = list(case.events.order_by("number"))
    struck = {event.voids for event in events if event.voids is not None}
    return [event for event in events if event.number not in struck and event.voids is None]


def _happened(case: Case, kind: str) -> bool:
    return any(event.kind == kind for event in counting(case))


def last_entry(dossier: Dossier) -> Event | None:
    """The entry that could be struck out: the last one an officer made; what applicants did and what opened the case stays."""
    events = [event for event in counting(dossier.case) if event.kind not in {"warned", "rated"}]
    if len(events) < 2:
        return None
    last = events[-1]
    kind, _, number = last.actor.partition(":")
    by_officer = (
        kind == "user" and number.isdecimal() and User.objects.filter(pk=number).exclude(office="").exists()
    )
    return last if by_officer else None


def may_strike(dossier: Dossier, actor: Actor) -> bool:
    """Whoever made the entry may take it back, and so may a leader of the office."""
    last = last_entry(dossier)
    if last is None:
        return False
    leads = actor.offices(Role.LEADER) & {dossier.case.office, ""}
    return last.actor == actor.key or bool(leads)


@transaction.atomic
def strike_out(dossier: Dossier, *, slip: str, reason: str, actor: Actor, at: datetime) -> Event:
    """
    Strike out the last entry of an officer: it stays in view, and counts no more. What it had changed is taken back.

    NotAllowed for anybody but its author and the leader, and where the last entry is the applicant's.
    """
    last = last_entry(dossier)
    if last is None or not may_strike(dossier, actor):
        raise NotAllowed(
            "Chỉ người đã ghi hoặc lãnh đạo được gạch bỏ, và chỉ việc cuối cùng do công chức ghi.",
            "Only its author or the leader may strike out an entry, and only the last one an officer made.",
            place="strike",
        )
    letter = letters.plain(dossier, Letter.Kind.NOTE, {"text": reason.strip()}, actor=actor, at=at)
    event = record(
        dossier.case, VOIDED, at=at, actor=actor, channel=dossier.case.channel,
        details={"reason": slip, "letter": letter.pk}, voids=last.number,
    )  # fmt: skip
    _take_back(dossier, last)
    return event


def _take_back(dossier: Dossier, event: Event) -> None:
    """Undo on the dossier's own rows what the entry had written there."""
    if event.kind == "supplement_requested":
        on_paper = dossier.case.channel != "online"
        lacking = Item.objects.filter(dossier=dossier, state=Item.State.LACKING)
        absent = Item.State.PROVIDED if on_paper else Item.State.MISSING
        lacking.filter(attachment=None).update(state=absent, remark="")
        lacking.update(state=Item.State.PROVIDED, remark="")
    elif event.kind == "payment_requested":
        dossier.amount_due = None
    elif event.kind == "decided":
        dossier.result_number = ""
    elif event.kind in {"supplemented", "amended"}:
        number = event.details.get("version", 1)
        before = dossier.versions.filter(number__lt=number).order_by("-number").first()
        if before is not None:
            dossier.answers = before.answers
    dossier.save(update_fields=["amount_due", "result_number", "answers"])


# What the forms need to know ------------------------------------------------------------------------------------


def form_options(act: Act, dossier: Dossier, on: date) -> dict[str, Any]:
    """What the form of an act is made with: officers, steps, papers."""
    case = dossier.case
    if act.form is officer_forms.TransferForm:
        found = [*holders(Role.HANDLER, case.office, on), *holders(Role.LEADER, case.office, on)]
        return {"officers": found}
    if act.form is officer_forms.StepForm:
        return {
            "steps": [(name, officer_forms.in_reader_language(text)) for name, text in steps_left(dossier)]
        }
    if act.form is officer_forms.SupplementForm:
        sheet = sheet_of(case)
        return {
            "documents": [(one.id, one.name) for one in sheet.documents],
            "fields": [(one.id, one.label) for one in sheet.form if one.type is not FieldType.FILE],
            "exceptional": _happened(case, "supplement_requested"),
        }
    return {}


def initial(act: Act, dossier: Dossier, actor: Actor) -> dict[str, Any]:
    """What stands in a form when it is opened."""
    case = dossier.case
    first: dict[str, Any] = {"last_number": case.last_number}
    if act.name == "transfer":
        first["unit"] = "leader" if case.holder == "handling" and actor.has(Role.HANDLER) else "handling"
    elif act.name == "hand-over":
        first["way"] = case.channel if case.channel in officer_forms.WAYS else "desk"
    elif act.name == "apologise":
        first["cause"] = "complex"
    elif act.name == "finish-step":
        left = steps_left(dossier)
        first["step"] = left[0][0] if left else ""
    return first


def draft_apology(dossier: Dossier, cause: str, promised_at: datetime) -> str:
    """The apology as the system drafts it, in both languages; the officer may change every word before it is sent."""
    case = dossier.case
    vi, en = officer_forms.DELAYS.get(cause, officer_forms.DELAYS["other"])
    title = queries.title_of(case)
    due = case.due_at
    was_vi = f", hẹn trả lúc {datetime_text(due, 'vi')}" if due else ""
    was_en = f", due at {datetime_text(due, 'en')}" if due else ""
    return (
        f"Kính gửi {dossier.applicant_name}: hồ sơ {case.reference}, {title.vi}{was_vi}, chưa giải quyết xong vì {vi}. "
        f"Chúng tôi xin lỗi và hẹn trả kết quả lúc {datetime_text(promised_at, 'vi')}.\n\n"
        f"Dear {dossier.applicant_name}: the dossier {case.reference}, {title.en}{was_en}, is not settled yet because {en}. "
        f"We apologise and will give you the result at {datetime_text(promised_at, 'en')}."
    )


def since(case: Case, number: int) -> list[dict[str, Any]]:
    """What happened after event `number`, oldest first, with names: what somebody who was faster has done."""
    events = list(
        case.events.filter(number__gt=number).exclude(kind__in=["warned", "rated"]).order_by("number")
    )
    names = names_of(event.actor for event in events)
    return [
        {
            "what": Text("Gạch bỏ việc ghi nhầm", "Struck out an entry")
            if event.kind == VOIDED
            else case.lifecycle.step(event.kind).title,
            "who": names[event.actor],
            "when": event.recorded_at,
        }
        for event in events
    ]
