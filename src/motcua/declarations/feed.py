"""The customs core's feed becomes cases: one handler, called by the worker for each message of type `customs-core-feed`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from motcua.casework.batch import Continuation, Filing, Written, record_many
from motcua.casework.models import Channel
from motcua.casework.record import NewCase, NewEvent
from motcua.casework.rows import Row
from motcua.declarations.documents import Entry, Feed, parse
from motcua.declarations.models import Declaration, Line, Reference
from motcua.exchange.models import Message
from motcua.law.sheets import Sheet
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.worktime import Limit
from motcua.people.models import Organisation
from motcua.procedures.catalogue import catalogue, local_date

TYPE = "customs-core-feed"
# Who may tell what is declared: the core, under whatever number of its own systems.
SENDERS = "customs-core"

PROCEDURES = {"import": "clearance/import-declaration", "export": "clearance/export-declaration"}
_TITLES = {"import": "Tờ khai nhập khẩu", "export": "Tờ khai xuất khẩu"}


def take(message: Message, now: datetime) -> Written:
    """
    Open the new declarations of a feed and carry the earlier ones on, all or nothing. They are recorded `now`, not when
    the message came: a feed mended after a week must not change what a report of last week knew.

    Raises Duplicate when a declaration is opened that stands in the register already.
    """
    return take_together([(message, now)])


def take_together(waiting: Sequence[tuple[Message, datetime]]) -> Written:
    """Several feeds in their order, each with the moment its events are recorded: all of it stands, or nothing."""
    return take_feeds([(parse(bytes(message.content)), message, now) for message, now in waiting])


def take_feeds(feeds: Sequence[tuple[Feed, Message, datetime]]) -> Written:
    """
    The same for feeds that are read already, whatever they were written in. NotAllowed when one of them does not come
    from the core.
    """
    only_from_the_core(message.partner.code for _, message, _ in feeds)
    tax_codes = {entry.tax_code for feed, _, _ in feeds for entry in feed.entries if entry.tax_code}
    firms = dict(Organisation.objects.filter(tax_code__in=tax_codes).values_list("tax_code", "pk"))
    sheets: dict[tuple[str, date], tuple[Sheet, Limit | None]] = {}
    filings: list[Filing] = []
    continuations: list[Continuation] = []
    carried_on: set[str] = set()
    for feed, message, now in feeds:
        for entry in feed.entries:
            events = _events(entry, message, now)
            if not entry.is_new:
                carried_on.add(entry.key)
                continuations.append(Continuation(entry.key, events))
                continue
            if entry.key in carried_on:
                raise Refused(
                    f"Tờ khai {entry.key} có sự kiện trước khi được đăng ký.",
                    f"Declaration {entry.key} has events before it is registered.",
                    place=entry.key,
                )
            key = (entry.flow, local_date(entry.steps[0].at))
            if key not in sheets:
                sheet = catalogue().in_force(PROCEDURES[entry.flow], key[1])
                sheets[key] = sheet, sheet.limit_for("online")
            filings.append(_filing(entry, events, *sheets[key], feed.office, firms))
    digests = {message.pk: message.sha256 for _, message, _ in feeds}
    done = record_many(filings, continuations, digests=digests)
    keep_details(entry for feed, _, _ in feeds for entry in feed.entries)
    return done


def keep_details(entries: Iterable[Entry]) -> None:
    """Keep lines and references of those entries that bring some; most of a core's day brings none."""
    rich = [entry for entry in entries if entry.lines or entry.mentions]
    if not rich:
        return
    pks = dict(Declaration.objects.filter(key__in={entry.key for entry in rich}).values_list("key", "pk"))
    Line.objects.bulk_create(
        [
            Line(
                declaration_id=pks[entry.key], version=_version(entry), number=line.number, description=line.description,
                hs_code=line.hs_code, origin=line.origin, quantity=line.quantity, unit=line.unit, net_kg=line.net_kg,
                value=line.value, currency=line.currency,
            )
            for entry in rich
            for line in entry.lines
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    Reference.objects.bulk_create(
        [
            Reference(
                declaration_id=pks[entry.key], kind=one.kind, number=one.number, compare_key=compare_key(one.number),
                line=one.line,
            )
            for entry in rich
            for one in entry.mentions
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _version(entry: Entry) -> int:
    """The amendment that states these lines: the digit of the amendment told with them, else that of the number."""
    digits = [int(step.details.get("digit") or 0) for step in entry.steps if step.kind == "amended"]
    return max([entry.amendment, *digits])


def compare_key(number: str) -> str:
    """Capitals and digits only: `HLCU 123-45` and `hlcu12345` are one bill."""
    return re.sub(r"[^A-Z0-9]", "", number.upper())[:60]


def only_from_the_core(senders: Iterable[str]) -> None:
    """A partner's key opens the door of the gateway, not the register of declarations: NotAllowed for anybody else."""
    for sender in set(senders):
        if not sender.startswith(SENDERS):
            raise NotAllowed(
                f"Chỉ hệ thống thông quan mới báo tờ khai; bản tin do {sender} gửi.",
                f"Only the customs core tells of declarations; this came from {sender}.",
            )


def _events(entry: Entry, message: Message, now: datetime) -> list[NewEvent]:
    return [
        NewEvent(
            kind=step.kind, at=step.at, recorded_at=now, actor="partner:customs-core",
            channel=Channel.ONLINE, details=step.details, message=message.pk,
        )
        for step in entry.steps
    ]  # fmt: skip


def _filing(
    entry: Entry,
    events: list[NewEvent],
    sheet: Sheet,
    limit: Limit | None,
    office: str,
    firms: dict[str | None, int],
) -> Filing:
    registered = entry.steps[0].at
    first = next((step.details.get("channel") for step in entry.steps if step.kind == "channelled"), None)
    return Filing(
        NewCase(
            kind="declaration", reference=entry.key, office=office, channel=Channel.ONLINE,
            opened_at=registered, procedure=sheet.procedure, sheet_since=sheet.since, calendar=sheet.calendar,
            limit=limit, organisation=firms.get(entry.tax_code),
            label=f"{_TITLES[entry.flow]} {entry.regime}", search=entry.tax_code,
        ),
        events,
        Row(
            Declaration,
            {
                "key": entry.key, "flow": entry.flow, "regime": entry.regime, "tax_code": entry.tax_code,
                "hs_code": entry.hs_code, "first_channel": first,
            },
        ),
    )  # fmt: skip
