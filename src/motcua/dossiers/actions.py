"""
What people do with dossiers: one function per intent. Each writes its domain rows and calls the one door, in one
transaction; whoever reads a function sees all that happens.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from motcua.casework.attachments import attach, described, keep
from motcua.casework.begin import begin
from motcua.casework.models import Attachment, Case, Event
from motcua.casework.record import NewCase, record
from motcua.casework.rows import Row, row_of, written
from motcua.dossiers import letters
from motcua.dossiers.code import give_code
from motcua.dossiers.documents import Application, Upload
from motcua.dossiers.lifecycle import HANDLING
from motcua.dossiers.models import Dossier, Item, Letter, Version
from motcua.dossiers.rules import check
from motcua.exchange.models import Message
from motcua.law.fields import as_typed, check_answers
from motcua.law.sheets import Sheet
from motcua.lib.digest import canonical
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.people.actor import Actor
from motcua.people.roles import Role
from motcua.procedures.catalogue import catalogue, local_date

# No letters that are mistaken for others when read aloud or typed from paper.
_SECRET_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Filed:
    """What lodging wrote: the dossier, its first event, and the SHA-256 of what was filed."""

    dossier: Dossier
    event: Event
    content_sha256: str


@transaction.atomic
def lodge(application: Application, *, actor: Actor, at: datetime) -> Dossier:
    """
    File a dossier: check it whole, give it its legal code, keep every paper, record the event.

    `at` is now; the event carries the true time it came (`application.received_at`) and the true channel, whoever
    typed it. Raises Invalid with all findings, NotInForce for an abolished or future procedure.
    """
    return file(application, actor=actor, at=at).dossier


def file(
    application: Application, *, actor: Actor, at: datetime, message: Message | None = None,
    also: Callable[[Filed], Sequence[Row]] = lambda filed: (),
) -> Filed:  # fmt: skip
    """
    The same for software, inside the caller's transaction: `message` is the one it came in, `also` gives rows to be
    written with it (the answer).

    The code is asked for last, and everything is written in one statement after it: the day's counter of the office stays
    locked until COMMIT, and whoever files there next waits for it.
    """
    day = local_date(application.received_at)
    sheet = catalogue().in_force(application.procedure, day)
    limit = sheet.limit_for(application.channel)
    answers, findings = check(application, sheet)
    if findings:
        raise Invalid(findings)
    digest = _content_digest(answers, application.files)
    for upload in application.files.values():
        keep(upload.content)
    given = give_code(application.office, day, files=len(application.files))
    dossier = Dossier(
        case_id=given.case, applicant_name=application.applicant_name,
        applicant_tax_code=application.applicant_tax_code, contact=application.contact, answers=answers,
        typed_by=actor.key, secret="".join(secrets.choice(_SECRET_LETTERS) for _ in range(8)),
    )  # fmt: skip

    def rows(case: Case, event: Event) -> list[Row]:
        dossier.case = case
        return [
            row_of(dossier),
            _first_version(dossier, digest, at),
            *_papers(dossier, sheet, application, given.files, at),
            *also(Filed(dossier, event, digest)),
        ]

    _, event = begin(
        NewCase(
            kind="dossier", reference=str(given.code), office=application.office, channel=application.channel,
            opened_at=application.received_at, procedure=sheet.procedure, sheet_since=sheet.since,
            calendar=sheet.calendar if sheet.calendar != "customs-offices" else given.calendar, limit=limit,
            organisation=application.organisation, label=application.applicant_name,
            search=f"{application.applicant_tax_code} {sheet.title.vi}",
        ),
        "lodged", at=application.received_at, actor=actor, details={"version": 1, "content": digest}, message=message,
        number=given.case, others=rows,
    )  # fmt: skip
    written([dossier])
    return Filed(dossier, event, digest)


def _content_digest(answers: Mapping[str, Any], files: Mapping[str, Upload]) -> str:
    """SHA-256 of what is filed: the canonical answers and the digests of the files."""
    digests = {name: hashlib.sha256(upload.content).hexdigest() for name, upload in files.items()}
    return hashlib.sha256(canonical({"answers": answers, "files": digests})).hexdigest()


def _keep_version(
    dossier: Dossier, number: int, answers: dict[str, Any], digest: str, actor: Actor, at: datetime
) -> None:
    Version.objects.create(
        dossier=dossier,
        number=number,
        answers=answers,
        content_sha256=digest,
        filed_at=at,
        filed_by=actor.key,
    )


def _first_version(dossier: Dossier, digest: str, at: datetime) -> Row:
    return Row(Version, {
        "dossier_id": dossier.pk, "number": 1, "answers": dossier.answers, "content_sha256": digest, "filed_at": at,
        "filed_by": dossier.typed_by,
    })  # fmt: skip


def _papers(
    dossier: Dossier, sheet: Sheet, application: Application, numbers: Sequence[int], at: datetime
) -> list[Row]:
    """The uploaded files under these ids, and one line for every document of the sheet: whether it is there."""
    attachments = dict(zip(application.files, numbers, strict=True))
    rows = [
        Row(Attachment, {
            "id": attachments[name], "case_id": dossier.pk, "document": name, "added_at": at,
            "added_by": dossier.typed_by, **described(upload.name, upload.content, place=name),
        })
        for name, upload in application.files.items()
    ]  # fmt: skip
    for document in sheet.documents:
        attachment = attachments.get(document.id)
        there = attachment is not None or document.id in application.presented
        absent = Item.State.NOT_NEEDED if document.is_conditional else Item.State.MISSING
        rows.append(
            Row(Item, {
                "dossier_id": dossier.pk, "document": document.id, "attachment_id": attachment,
                "state": Item.State.PROVIDED if there else absent,
            })
        )  # fmt: skip
    return rows


@transaction.atomic
def accept(dossier: Dossier, *, actor: Actor, at: datetime, recorded_at: datetime | None = None) -> Letter:
    """Take a dossier in: the clock starts, and the receipt with its appointment is issued and frozen (form 01)."""
    event = record(
        dossier.case, "accepted", at=at, actor=actor, channel=dossier.case.channel, recorded_at=recorded_at
    )
    return letters.receipt(dossier, event, actor=actor, at=at)


@transaction.atomic
def refuse(dossier: Dossier, *, reason: str, text: str, actor: Actor, at: datetime) -> Event:
    """Refuse to take a dossier in, with a reason from the list and its words (form 03)."""
    _words(text, "text")
    letter = letters.plain(dossier, Letter.Kind.REFUSAL, {"reason": reason, "text": text}, actor=actor, at=at)
    return record(
        dossier.case, "refused", at=at, actor=actor, channel=dossier.case.channel,
        details={"code": reason, "letter": letter.pk},
    )  # fmt: skip


@transaction.atomic
def transfer(
    dossier: Dossier, *, actor: Actor, at: datetime, unit: str = HANDLING, officer: str = ""
) -> Event:
    """Hand a dossier to the unit, and once known the officer, that handles it."""
    return record(
        dossier.case, "transferred", at=at, actor=actor, channel=dossier.case.channel,
        details={"holder": unit, "officer": officer},
    )  # fmt: skip


@transaction.atomic
def finish_step(dossier: Dossier, *, step: str, actor: Actor, at: datetime) -> Event:
    """Tick off one internal step of the sheet; the control slip measures against its hours."""
    sheet = sheet_of(dossier.case)
    if step not in {one.id for one in sheet.steps}:
        known = ", ".join(one.id for one in sheet.steps)
        raise Refused(
            f"Quy trình không có bước '{step}'. Các bước: {known}.",
            f"No step '{step}'. The steps: {known}.",
            place="step",
        )
    return record(
        dossier.case, "step_done", at=at, actor=actor, channel=dossier.case.channel, details={"step": step}
    )


@transaction.atomic
def request_supplement(
    dossier: Dossier, *, items: Mapping[str, str], actor: Actor, at: datetime, exception: str = ""
) -> Event:
    """
    Ask for everything that is lacking, once (form 02): `items` maps document or field ids to what is wrong with each.

    A second request needs a leader and a reason: the law grants one.
    """
    if not items:
        raise Refused("Hãy nêu giấy tờ cần bổ sung.", "Say what is lacking.", place="items")
    asked = _counted(dossier.case, "supplement_requested")
    if asked and not (exception.strip() and actor.has(Role.LEADER)):
        raise NotAllowed(
            "Đã yêu cầu bổ sung một lần; luật chỉ cho một lần. Lãnh đạo có thể yêu cầu lại, kèm lý do.",
            "A supplement was asked for once already, and the law grants one request. A leader may ask again, with a reason.",
            place="items",
        )
    letter = letters.plain(
        dossier, Letter.Kind.REQUEST, {"items": dict(items), "exception": exception}, actor=actor, at=at
    )
    Item.objects.filter(dossier=dossier, document__in=items).update(state=Item.State.LACKING)
    for name, remark in items.items():
        Item.objects.filter(dossier=dossier, document=name).update(remark=remark[:500])
    return record(
        dossier.case, "supplement_requested", at=at, actor=actor, channel=dossier.case.channel,
        details={"items": sorted(items), "letter": letter.pk, "exception": exception},
    )  # fmt: skip


@transaction.atomic
def supplement(
    dossier: Dossier, *, actor: Actor, at: datetime, answers: Mapping[str, Any] | None = None,
    files: Mapping[str, Upload] | None = None, presented: Sequence[str] = (), channel: str = "",
) -> Event:  # fmt: skip
    """Bring what was lacking. The code stays, the versions grow; the clock goes on, or begins anew where the sheet says so."""
    lacking = set(
        Item.objects.filter(dossier=dossier, state=Item.State.LACKING).values_list("document", flat=True)
    )
    brought = set(files or {}) | set(presented)
    if lacking - brought and not answers:
        raise Invalid(_still_lacking(dossier, lacking - brought))
    number, digest = _file_again(dossier, answers or {}, files or {}, presented, actor, at)
    return record(
        dossier.case, "supplemented", at=at, actor=actor, channel=channel or dossier.case.channel,
        details={"version": number, "content": digest},
    )  # fmt: skip


def _still_lacking(dossier: Dossier, names: set[str]) -> list[Finding]:
    titles = {document.id: document.name for document in sheet_of(dossier.case).documents}
    return [
        Finding(
            "paper-missing", f"document-{name}",
            f"Còn thiếu '{titles[name].vi if name in titles else name}' như đã yêu cầu.",
            f"'{titles[name].en if name in titles else name}' is still missing, as asked for.",
        )
        for name in sorted(names)
    ]  # fmt: skip


@transaction.atomic
def amend(dossier: Dossier, *, answers: Mapping[str, Any], actor: Actor, at: datetime) -> Event:
    """Correct what was filed, before it is decided: a new version, the old one kept."""
    number, digest = _file_again(dossier, answers, {}, (), actor, at)
    return record(
        dossier.case, "amended", at=at, actor=actor, channel=dossier.case.channel,
        details={"version": number, "content": digest},
    )  # fmt: skip


def _file_again(
    dossier: Dossier, answers: Mapping[str, Any], files: Mapping[str, Upload], presented: Sequence[str], actor: Actor,
    at: datetime,
) -> tuple[int, str]:  # fmt: skip
    sheet = sheet_of(dossier.case)
    checked: dict[str, Any] = dossier.answers
    if answers:
        # What is kept is canonical; it is read again as a person would have typed it.
        kept = {
            field.id: as_typed(field, dossier.answers[field.id])
            for field in sheet.form
            if field.id in dossier.answers
        }
        checked, findings = check_answers(sheet, {**kept, **answers})
        if findings:
            raise Invalid(findings)
    for name, upload in files.items():
        attachment = attach(
            dossier.case, document=name, name=upload.name, content=upload.content, actor=actor, at=at
        )
        Item.objects.update_or_create(
            dossier=dossier, document=name, defaults={"state": Item.State.PROVIDED, "attachment": attachment}
        )
    Item.objects.filter(dossier=dossier, document__in=presented).update(state=Item.State.PROVIDED)
    digest = _content_digest(checked, files)
    # The case row is the lock of the dossier: two filings at once cannot both be version 2.
    Case.objects.select_for_update().get(pk=dossier.case_id)
    number = dossier.versions.count() + 1
    _keep_version(dossier, number, checked, digest, actor, at)
    dossier.answers = checked
    dossier.save(update_fields=["answers"])
    return number, digest


@transaction.atomic
def request_payment(dossier: Dossier, *, amount: Decimal, actor: Actor, at: datetime) -> Event:
    """Ask for a fee in đồng; the clock stands still until it is paid."""
    if amount <= 0 or amount != amount.to_integral_value():
        raise Refused(
            "Số tiền phải là số đồng nguyên, lớn hơn 0.",
            "The amount must be whole đồng above 0.",
            place="amount",
        )
    dossier.amount_due = amount
    dossier.save(update_fields=["amount_due"])
    return record(
        dossier.case,
        "payment_requested",
        at=at,
        actor=actor,
        channel=dossier.case.channel,
        details={"amount": str(amount)},
    )


@transaction.atomic
def confirm_payment(dossier: Dossier, *, actor: Actor, at: datetime) -> Event:
    """Note that the fee was paid."""
    amount = dossier.amount_due or Decimal(0)
    return record(
        dossier.case,
        "paid",
        at=at,
        actor=actor,
        channel=dossier.case.channel,
        details={"amount": str(amount)},
    )


@transaction.atomic
def suspend(dossier: Dossier, *, reason: str, actor: Actor, at: datetime) -> Event:
    """Stop the work for a reason that is not the applicant's (an opinion of another body, a dispute)."""
    return record(
        dossier.case,
        "suspended",
        at=at,
        actor=actor,
        channel=dossier.case.channel,
        details=_reason(dossier, reason, actor, at),
    )


@transaction.atomic
def resume(dossier: Dossier, *, actor: Actor, at: datetime) -> Event:
    """Take the work up again."""
    return record(dossier.case, "resumed", at=at, actor=actor, channel=dossier.case.channel)


@transaction.atomic
def apologise(dossier: Dossier, *, reason: str, promised_at: datetime, actor: Actor, at: datetime) -> Letter:
    """
    Apologise and give one new date (form 04; Decree 61/2018 art. 19). The legal deadline stays: late remains late.

    The letter says so itself when it comes later than one day before the deadline, as the decree asks.
    """
    if _counted(dossier.case, "rescheduled"):
        raise NotAllowed(
            "Đã hẹn lại một lần; Nghị định 61/2018 chỉ cho hẹn lại một lần.",
            "A new date was given once already; Decree 61/2018 allows one.",
            place="promised_at",
        )
    due = dossier.case.due_at
    if due is None or promised_at <= max(due, at):
        raise Refused(
            "Ngày hẹn mới phải sau hạn cũ và sau thời điểm này.", "The new date must lie after the old one and after now.",
            place="promised_at",
        )  # fmt: skip
    in_time = at <= due - timedelta(days=1)
    letter = letters.plain(
        dossier, Letter.Kind.APOLOGY,
        {
            "reason": _words(reason, "reason"), "due_at": due.isoformat(),
            "promised_at": promised_at.isoformat(), "in_time": in_time,
        },
        actor=actor, at=at,
    )  # fmt: skip
    record(
        dossier.case, "rescheduled", at=at, actor=actor, channel=dossier.case.channel,
        details={"promised_at": promised_at.isoformat(), "code": "apology", "letter": letter.pk},
    )  # fmt: skip
    return letter


@transaction.atomic
def decide(dossier: Dossier, *, outcome: str, number: str, text: str, actor: Actor, at: datetime) -> Letter:
    """Sign the result: approved or rejected, with its number and words, under the department's electronic signature."""
    letter = letters.result(
        dossier, outcome=outcome, number=number, text=_words(text, "text"), actor=actor, at=at
    )
    dossier.result_number = number
    dossier.save(update_fields=["result_number"])
    record(
        dossier.case, "decided", at=at, actor=actor, channel=dossier.case.channel,
        details={"outcome": outcome, "number": number, "content": letter.body["sha256"]},
    )  # fmt: skip
    return letter


@transaction.atomic
def reopen(dossier: Dossier, *, reason: str, actor: Actor, at: datetime) -> Event:
    """Take back a wrong result before it is handed over; the office mends it at its own cost (Decree 61/2018 art. 21)."""
    return record(
        dossier.case,
        "reopened",
        at=at,
        actor=actor,
        channel=dossier.case.channel,
        details=_reason(dossier, reason, actor, at),
    )


@transaction.atomic
def hand_over(dossier: Dossier, *, way: str, actor: Actor, at: datetime) -> Event:
    """The result is in the applicant's hand: online, at the desk, by post."""
    return record(dossier.case, "handed_over", at=at, actor=actor, channel=way, details={"way": way})


@transaction.atomic
def withdraw(dossier: Dossier, *, reason: str, actor: Actor, at: datetime) -> Event:
    """The applicant takes the dossier back; possible until it is decided."""
    return record(
        dossier.case,
        "withdrawn",
        at=at,
        actor=actor,
        channel=dossier.case.channel,
        details=_reason(dossier, reason, actor, at),
    )


@transaction.atomic
def rate(dossier: Dossier, *, score: int, actor: Actor, at: datetime) -> Event:
    """The applicant's rating, once."""
    if _counted(dossier.case, "rated"):
        raise NotAllowed("Hồ sơ này đã được đánh giá.", "This dossier was rated already.", place="score")
    return record(dossier.case, "rated", at=at, actor=actor, channel="online", details={"score": score})


def sheet_of(case: Case) -> Sheet:
    """The sheet a case was lodged under."""
    if case.sheet_since is None:
        raise Refused("Hồ sơ không gắn với thủ tục nào.", "The case is tied to no procedure.")
    return catalogue().get(case.procedure, case.sheet_since)


def _counted(case: Case, kind: str) -> bool:
    """Whether an event of this kind counts: it happened and was not struck out."""
    numbers = set(case.events.filter(kind=kind).values_list("number", flat=True))
    return bool(numbers - set(case.events.filter(voids__in=numbers).values_list("voids", flat=True)))


def _reason(dossier: Dossier, reason: str, actor: Actor, at: datetime) -> dict[str, Any]:
    """A reason in words is kept as a letter, never in the event: people write names, and a log cannot forget."""
    letter = letters.plain(dossier, Letter.Kind.NOTE, {"text": _words(reason, "reason")}, actor=actor, at=at)
    return {"letter": letter.pk}


def _words(text: str, place: str) -> str:
    """A text that says something."""
    if len(text.strip()) < 5:
        raise Refused(
            "Hãy ghi rõ lý do bằng lời (ít nhất 5 ký tự): người nộp sẽ đọc đúng câu này.",
            "Give the reason in words (5 characters at least): the applicant will read this very sentence.",
            place=place,
        )
    return text.strip()
