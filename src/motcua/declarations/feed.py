"""The customs core's feed becomes cases: one handler, called by the worker for each message of type `customs-core-feed`."""

from __future__ import annotations

from motcua.casework.batch import Continuation, Filing, Written, record_many
from motcua.casework.models import Channel
from motcua.casework.record import NewCase, NewEvent
from motcua.declarations.documents import Entry, parse
from motcua.declarations.models import Declaration
from motcua.exchange.models import Message
from motcua.people.models import Organisation
from motcua.procedures.catalogue import catalogue, local_date

TYPE = "customs-core-feed"

PROCEDURES = {"import": "clearance/import-declaration", "export": "clearance/export-declaration"}
_TITLES = {"import": "Tờ khai nhập khẩu", "export": "Tờ khai xuất khẩu"}


def take(message: Message) -> Written:
    """
    Open the new declarations of a feed and carry the earlier ones on, all or nothing.

    Raises Duplicate when a declaration is opened that stands in the register already.
    """
    feed = parse(bytes(message.content))
    firms = dict(
        Organisation.objects.filter(
            tax_code__in={e.tax_code for e in feed.entries if e.tax_code}
        ).values_list("tax_code", "pk")
    )
    filings = [_filing(entry, feed.office, message, firms) for entry in feed.entries if entry.is_new]
    continuations = [
        Continuation(entry.key, _events(entry, message)) for entry in feed.entries if not entry.is_new
    ]
    return record_many(filings, continuations, message=message)


def _events(entry: Entry, message: Message) -> list[NewEvent]:
    return [
        NewEvent(
            kind=step.kind, at=step.at, recorded_at=message.received_at, actor="partner:customs-core",
            channel=Channel.ONLINE, details=step.details, message=message.pk,
        )
        for step in entry.steps
    ]  # fmt: skip


def _filing(entry: Entry, office: str, message: Message, firms: dict[str | None, int]) -> Filing:
    registered = entry.steps[0].at
    sheet = catalogue().in_force(PROCEDURES[entry.flow], local_date(registered))
    first = next((step.details.get("channel") for step in entry.steps if step.kind == "channelled"), None)
    return Filing(
        NewCase(
            kind="declaration", reference=entry.key, office=office, channel=Channel.ONLINE,
            opened_at=registered, procedure=sheet.procedure, sheet_since=sheet.since, calendar=sheet.calendar,
            limit=sheet.limit_for("online"), organisation=firms.get(entry.tax_code),
            label=f"{_TITLES[entry.flow]} {entry.regime}", search=entry.tax_code,
        ),
        _events(entry, message),
        Declaration(
            key=entry.key, flow=entry.flow, regime=entry.regime, tax_code=entry.tax_code, hs_code=entry.hs_code,
            first_channel=first,
        ),
    )  # fmt: skip
