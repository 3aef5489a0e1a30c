"""The customs core's feed becomes cases: one handler, called by the worker for each message of type `customs-core-feed`."""

from __future__ import annotations

from datetime import date, datetime

from motcua.casework.batch import Continuation, Filing, Written, record_many
from motcua.casework.models import Channel
from motcua.casework.record import NewCase, NewEvent
from motcua.declarations.documents import Entry, parse
from motcua.declarations.models import Declaration
from motcua.exchange.models import Message
from motcua.law.sheets import Sheet
from motcua.people.models import Organisation
from motcua.procedures.catalogue import catalogue, local_date

TYPE = "customs-core-feed"

PROCEDURES = {"import": "clearance/import-declaration", "export": "clearance/export-declaration"}
_TITLES = {"import": "Tờ khai nhập khẩu", "export": "Tờ khai xuất khẩu"}


def take(message: Message, now: datetime) -> Written:
    """
    Open the new declarations of a feed and carry the earlier ones on, all or nothing. They are recorded `now`, not when
    the message came: a feed mended after a week must not change what a report of last week knew.

    Raises Duplicate when a declaration is opened that stands in the register already.
    """
    feed = parse(bytes(message.content))
    firms = dict(
        Organisation.objects.filter(
            tax_code__in={e.tax_code for e in feed.entries if e.tax_code}
        ).values_list("tax_code", "pk")
    )
    sheets: dict[tuple[str, date], Sheet] = {}
    for entry in feed.entries:
        key = (entry.flow, local_date(entry.steps[0].at))
        if entry.is_new and key not in sheets:
            sheets[key] = catalogue().in_force(PROCEDURES[entry.flow], key[1])
    filings = [
        _filing(entry, sheets[entry.flow, local_date(entry.steps[0].at)], feed.office, message, now, firms)
        for entry in feed.entries
        if entry.is_new
    ]
    continuations = [
        Continuation(entry.key, _events(entry, message, now)) for entry in feed.entries if not entry.is_new
    ]
    return record_many(filings, continuations, message=message)


def _events(entry: Entry, message: Message, now: datetime) -> list[NewEvent]:
    return [
        NewEvent(
            kind=step.kind, at=step.at, recorded_at=now, actor="partner:customs-core",
            channel=Channel.ONLINE, details=step.details, message=message.pk,
        )
        for step in entry.steps
    ]  # fmt: skip


def _filing(
    entry: Entry, sheet: Sheet, office: str, message: Message, now: datetime, firms: dict[str | None, int]
) -> Filing:
    registered = entry.steps[0].at
    first = next((step.details.get("channel") for step in entry.steps if step.kind == "channelled"), None)
    return Filing(
        NewCase(
            kind="declaration", reference=entry.key, office=office, channel=Channel.ONLINE,
            opened_at=registered, procedure=sheet.procedure, sheet_since=sheet.since, calendar=sheet.calendar,
            limit=sheet.limit_for("online"), organisation=firms.get(entry.tax_code),
            label=f"{_TITLES[entry.flow]} {entry.regime}", search=entry.tax_code,
        ),
        _events(entry, message, now),
        Declaration(
            key=entry.key, flow=entry.flow, regime=entry.regime, tax_code=entry.tax_code, hs_code=entry.hs_code,
            first_channel=first,
        ),
    )  # fmt: skip
