"""Petitions on procedures: received from anybody, answered by the law's clock, answered in public, taken into reviews."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

from django.db import connection, transaction
from django.utils import timezone
from pydantic import Field

from motcua.casework.begin import begin
from motcua.casework.models import Case, Channel, Event
from motcua.casework.record import NewCase, record
from motcua.casework.rows import Row, row_of
from motcua.law.sheets import UnknownProcedure
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM, nfc
from motcua.lib.worktime import Limit, Unit
from motcua.people.actor import Actor
from motcua.procedures.catalogue import catalogue
from motcua.reform.areas import Shape, read_law
from motcua.reform.models import Act, Petition

LONGEST = 4000
# More than this from the street within an hour is no longer people; the desk and the post stay open.
MOST_AN_HOUR = 60

REFUSALS = {
    "outside-competence": Text("Không thuộc thẩm quyền của Cục", "Outside the department's competence"),
    "not-about-procedures": Text(
        "Không phải về quy định, thủ tục hành chính", "Not about rules or procedures"
    ),
    "unreadable": Text("Không rõ nội dung", "Its content is not clear"),
    "answered-before": Text("Đã được trả lời công khai", "Answered in public already"),
}
KINDS = {
    Petition.Kind.COMPLAINT: Text("Phản ánh", "Complaint"),
    Petition.Kind.PROPOSAL: Text("Kiến nghị", "Proposal"),
}


class PetitionLimit(Shape):
    """How long an answer may take, from a day on."""

    from_: date = Field(alias="from")
    value: int
    unit: Unit
    basis: str
    verified: bool
    source: str


class PetitionsFile(Shape):
    """The whole file."""

    limits: tuple[PetitionLimit, ...]


@cache
def _limits() -> tuple[PetitionLimit, ...]:
    return read_law("petitions.yaml", PetitionsFile).limits


def limit_on(day: date) -> PetitionLimit:
    """The limit for petitions that come on a day."""
    known = [one for one in _limits() if one.from_ <= day]
    if not known:
        raise Refused(
            f"Chưa có thời hạn cho ngày {day}.", f"There is no limit for {day}.", place="received_at"
        )
    return max(known, key=lambda one: one.from_)


def receive(
    *, kind: str, text: str, procedure: str = "", name: str = "", contact: str = "", channel: str = Channel.ONLINE,
    office: str = "20ZZ", actor: Actor, at: datetime,
) -> Petition:  # fmt: skip
    """Take a petition in: it gets its number and its clock at once, whoever sent it and however it came."""
    if not text.strip():
        raise Refused(
            "Hãy viết nội dung phản ánh, kiến nghị.", "Write what the petition is about.", place="text"
        )
    if len(text) > LONGEST:
        raise Refused(
            f"Nội dung dài quá {LONGEST} ký tự.", f"The text is over {LONGEST} characters.", place="text"
        )
    day = at.astimezone(VIETNAM).date()
    if procedure and procedure not in catalogue():
        raise UnknownProcedure(
            f"Không có thủ tục '{procedure}'.", f"There is no procedure '{procedure}'.", place="procedure"
        )
    limit = limit_on(day)
    with transaction.atomic():
        if actor.is_anonymous:
            _refuse_a_flood(at)
        title = KINDS[Petition.Kind(kind)]
        new = NewCase(
            kind="petition", reference=f"PAKN-{day.year}-{_next(day.year):05d}", office=office, channel=channel, opened_at=at,
            calendar="customs-offices", limit=Limit(limit.value, limit.unit), label=f"{title.vi} {procedure}".strip(),
        )  # fmt: skip
        petition = Petition(
            kind=kind, procedure=procedure, text=nfc(text.strip()), name=name[:120], contact=contact[:120]
        )

        def rows(case: Case, event: Event) -> list[Row]:
            petition.case = case
            return [row_of(petition)]

        begin(new, "received", at=at, actor=actor, details={"kind": kind}, others=rows)
    return Petition.objects.select_related("case").get(pk=petition.case_id)


def _refuse_a_flood(at: datetime) -> None:
    since = at - timedelta(hours=1)
    if (
        Case.objects.filter(kind="petition", channel=Channel.ONLINE, opened_at__gt=since).count()
        >= MOST_AN_HOUR
    ):
        raise Refused(
            "Đang có quá nhiều phản ánh gửi đến cùng lúc; hãy gửi lại sau một giờ, hoặc gửi tại quầy, qua bưu chính.",
            "Too many petitions are coming in at once; send it again in an hour, or bring it to the desk or by post.",
            place="text",
        )


def _next(year: int) -> int:
    """The next number of the year; two who ask at once get two numbers."""
    sql = (
        "insert into casework_counter (series, last) values (%s, 1) "
        "on conflict (series) do update set last = casework_counter.last + 1 returning last"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"petition {year}"])
        (number,) = cursor.fetchone()
    return int(number)


@transaction.atomic
def answer(petition: Petition, summary: str, text: str, *, actor: Actor, at: datetime) -> Event:
    """Answer in public: the summary is the office's own, so that nobody's name is published by accident."""
    if not summary.strip() or not text.strip():
        raise Refused(
            "Cần cả tóm tắt (để công khai, không nêu tên) và nội dung trả lời.",
            "Both a summary (for the public, without names) and the answer are needed.",
            place="answer",
        )
    for private in (petition.name, petition.contact):
        if private and private.casefold() in f"{summary} {text}".casefold():
            raise Refused(
                "Trả lời công khai đang nêu tên hoặc liên hệ của người gửi; hãy bỏ đi.",
                "The public answer names the sender or their contact; leave it out.",
                place="answer",
            )
    event = record(petition.case, "answered", at=at, actor=actor, channel="desk")
    Petition.objects.filter(pk=petition.pk).update(
        summary=nfc(summary.strip())[:300], answer=nfc(text.strip())
    )
    return event


def refuse(petition: Petition, code: str, *, actor: Actor, at: datetime) -> Event:
    """Not take it, by one of the known reasons."""
    if code not in REFUSALS:
        raise Refused("Hãy chọn lý do.", "Choose a reason.", place="code")
    return record(petition.case, "refused", at=at, actor=actor, channel="desk", details={"code": code})


@transaction.atomic
def link(petition: Petition, review: str, *, actor: Actor, at: datetime) -> Event:
    """Say which review of a procedure takes it up."""
    if not Act.objects.filter(kind=Act.Kind.REVIEW, reference=review).exists():
        raise Refused(f"Không có cuộc rà soát '{review}'.", f"There is no review '{review}'.", place="review")
    event = record(petition.case, "linked", at=at, actor=actor, channel="desk", details={"review": review})
    Petition.objects.filter(pk=petition.pk).update(review=review)
    return event


def in_time(year: int) -> tuple[int, int]:
    """(answered in time, all that were to be answered by now) of a year: answered, or overdue and still open."""
    cases = Case.objects.filter(kind="petition", received_at__year=year).exclude(outcome="refused")
    answered = cases.filter(outcome="answered")
    overdue = cases.filter(finished_at=None, due_at__lt=timezone.now()).count()
    return answered.exclude(verdict="late").count(), answered.count() + overdue
