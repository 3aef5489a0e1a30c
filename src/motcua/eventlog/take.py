"""A log that was read becomes dossiers: the file is kept as a message, then every case is written through the one door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min, QuerySet

from motcua.casework.batch import Filing, Written, record_many
from motcua.casework.models import Case, Event
from motcua.casework.record import NewCase, NewEvent
from motcua.casework.registry import office_hours
from motcua.dossiers.models import Dossier
from motcua.eventlog import read
from motcua.eventlog.durations import Durations, by_group
from motcua.eventlog.mapping import Mapping
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.law.sheets import Sheet
from motcua.lib.digest import canonical
from motcua.lib.errors import Duplicate, Refused
from motcua.lib.limit import Limit, Unit
from motcua.people.models import Office
from motcua.procedures.catalogue import catalogue, local_date

PARTNER = "event-log"
TYPE = "event-log"
MAPPING_TYPE = "event-log-mapping"
# Kinds that stand for rows of the log; all others are ours.
OBSERVED = ("noted", "step_done")
_HOUR = timedelta(hours=1)


@transaction.atomic
def take(content: bytes, mapping: Mapping, log: read.Log, *, now: datetime) -> Written:
    """
    Keep the file and its mapping as messages and write every case, all or nothing; `log` is `content` already read.

    Duplicate when this source was brought in before, with the same file or another. Refused for an office, procedure
    or calendar that does not exist.
    """
    _check_names(mapping)
    partner, _ = Partner.objects.get_or_create(code=PARTNER, defaults={"name": "Event logs of other systems"})
    message, is_new = receive(partner, reference=mapping.source, type=TYPE, content=content, at=now)
    if not is_new:
        raise Duplicate(
            f"Nhật ký {mapping.source} đã nhập lúc {message.received_at:%Y-%m-%d %H:%M} UTC; không ghi gì thêm.",
            f"The log {mapping.source} was imported at {message.received_at:%Y-%m-%d %H:%M} UTC; nothing was added.",
            place="source",
            first=message,
        )
    shape = canonical(mapping.model_dump(mode="json"))
    second, _ = receive(
        partner, reference=f"{mapping.source}:mapping", type=MAPPING_TYPE, content=shape, at=now
    )
    written = record_many(_filings(log, mapping, message))
    summary = [
        {"code": code, "place": mapping.source, "vi": f"{count} lần", "en": f"{count} times"}
        for code, count in sorted(log.counts().items())
    ]
    # They were acted on right here, so nothing waits for the worker.
    for one, findings in ((message, summary), (second, [])):
        Handling.objects.filter(message=one).update(
            state=Handling.State.DONE, attempts=1, finished_at=now, findings=findings
        )
    return written


def _check_names(mapping: Mapping) -> None:
    if mapping.office_is_ours and not Office.objects.filter(code=mapping.office).exists():
        raise Refused(
            f"Không có đơn vị {mapping.office!r}. Nếu là đơn vị của hệ thống khác, hãy ghi office_is_ours: false.",
            f"There is no office {mapping.office!r}. If it belongs to another system, write office_is_ours: false.",
            place="office",
        )
    if mapping.procedure is not None:
        catalogue().versions(mapping.procedure)
    try:
        office_hours(mapping.calendar)
    except KeyError:
        raise Refused(
            f"Không có lịch {mapping.calendar!r} trong law/calendars.",
            f"There is no calendar {mapping.calendar!r} in law/calendars.",
            place="calendar",
        ) from None


def _filings(log: read.Log, mapping: Mapping, message: Message) -> Iterator[Filing]:
    actors = _Actors(mapping)
    for case in log.cases:
        sheet = _sheet(mapping, case)
        yield Filing(
            NewCase(
                kind="dossier", reference=mapping.reference(case.id), office=mapping.office, channel=case.channel,
                opened_at=case.start, procedure=sheet.procedure if sheet else "",
                sheet_since=sheet.since if sheet else None, calendar=mapping.calendar,
                limit=_limit(mapping, case, sheet), label=f"{mapping.title.vi}: {case.id}", search=case.department,
            ),
            list(_events(case, mapping, message, actors)),
            Dossier(applicant_name="Không rõ (nhập từ nhật ký)", typed_by=actors.system),
        )  # fmt: skip


def _sheet(mapping: Mapping, case: read.Case) -> Sheet | None:
    if mapping.procedure is None:
        return None
    return catalogue().in_force(mapping.procedure, local_date(case.start))


def _limit(mapping: Mapping, case: read.Case, sheet: Sheet | None) -> Limit | None:
    """
    The log's own deadline as a limit of this case: whole days by our calendar, so that it is due at the end of that day.

    A deadline on the first day becomes whole hours, rounded up: the limit never ends before the log's deadline.
    """
    if "deadline" not in mapping.columns.named():
        return sheet.limit_for(case.channel) if sheet else None
    if case.deadline is None:
        return None
    days = (local_date(case.deadline) - local_date(case.start)).days
    if days >= 1:
        return Limit(days, Unit.DAYS)
    return Limit(-((case.start - case.deadline) // _HOUR), Unit.HOURS)


def _events(case: read.Case, mapping: Mapping, message: Message, actors: _Actors) -> Iterator[NewEvent]:
    def event(kind: str, at: datetime, actor: str, **details: object) -> NewEvent:
        # Inside a case what is known never runs backwards, also where the log has events before its own start.
        return NewEvent(
            kind=kind, at=at, recorded_at=max(at, case.start), actor=actor, channel=case.channel,
            details=details, message=message.pk,
        )  # fmt: skip

    yield event("lodged", case.start, actors.system)
    yield event("accepted", case.start, actors.system)
    decided = case.end is None
    for row in case.events:
        if case.end is not None and not decided and row.at > case.end:
            yield event("decided", case.end, actors.system, outcome=mapping.outcome)
            decided = True
        actor = actors.of(row.resource)
        if row.kind == "step_done" and (case.end is None or not decided):
            yield event("step_done", row.at, actor, step=row.activity)
        else:
            yield event("noted", row.at, actor, code=row.activity)
    if case.end is not None and not decided:
        yield event("decided", case.end, actors.system, outcome=mapping.outcome)


class _Actors:
    """Keys of those who acted in the log: never a person's name unless the mapping says that these are no names."""

    def __init__(self, mapping: Mapping) -> None:
        self.system = f"import:{mapping.source}"
        self.numbered = mapping.people == "numbered"
        self._numbers: dict[str, int] = {}

    def of(self, resource: str) -> str:
        """`import:Resource21` as written, `import:receipt-wabo-7` when numbered in the order of the file."""
        if not resource:
            return self.system
        if not self.numbered:
            return f"import:{resource}"
        return f"{self.system}-{self._numbers.setdefault(resource, len(self._numbers) + 1)}"


# What the register says of an imported log


@dataclass(frozen=True)
class Standing:
    """The columns of form II.06a over one imported log: received = settled (early, on time, late) + in hand."""

    received: int
    early: int
    on_time: int
    late: int
    in_time: int
    overdue: int


def standing(source: str, *, now: datetime) -> Standing:
    """Count the cases of an imported log as the register has them now."""
    message = message_of(source)
    verdicts: Counter[str] = Counter()
    for finished, due, verdict in cases_of(message).values_list("finished_at", "due_at", "verdict"):
        if finished is not None:
            verdicts[verdict] += 1
        else:
            verdicts["overdue" if due is not None and due < now else "in_time"] += 1
    return Standing(
        sum(verdicts.values()),
        *(verdicts[name] for name in ("early", "on_time", "late", "in_time", "overdue")),
    )


def durations_of(source: str) -> list[Durations]:
    """First to last logged event of every case in the ledger, by the log's own channel names."""
    message = message_of(source)
    channels = _logged_channels(message)
    spans = (
        Event.objects.filter(case__in=cases_of(message), message=message, kind__in=OBSERVED)
        .values("case__reference")
        .annotate(first=Min("happened_at"), last=Max("happened_at"))
        .values_list("case__reference", "first", "last")
    )
    return by_group(
        (channels[reference], _micros(first, last))
        for reference, first, last in spans.order_by("case__reference")
    )


def message_of(source: str) -> Message:
    """The message a source was imported as; Refused with the sources known when there is none."""
    known = Message.objects.filter(partner__code=PARTNER, type=TYPE)
    message = known.filter(reference=source).first()
    if message is None:
        names = ", ".join(known.values_list("reference", flat=True)) or "–"
        raise Refused(
            f"Chưa nhập nhật ký nào tên {source!r}; đã nhập: {names}.",
            f"No log named {source!r} was imported; known: {names}.",
            place="source",
        )
    return message


def cases_of(message: Message) -> QuerySet[Case]:
    """The cases opened from a log."""
    return Case.objects.filter(reference__startswith=f"{message.reference}:", kind="dossier")


def _logged_channels(message: Message) -> dict[str, str]:
    kept = Message.objects.get(
        partner=message.partner, reference=f"{message.reference}:mapping", type=MAPPING_TYPE
    )
    mapping = Mapping.model_validate_json(bytes(kept.content))
    log = read.read_log(bytes(message.content), mapping, now=message.received_at)
    return {mapping.reference(case.id): case.logged_channel or case.channel for case in log.cases}


def _micros(first: datetime, last: datetime) -> int:
    span = last - first
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
