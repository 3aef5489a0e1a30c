"""
Bundles: many envelopes in one message, as a system sends them that was away or writes once a day.

A bundle is worked off set-based: all of it stands, or nothing. It carries what is plain (acceptances, supplements, samples,
tests, results); an envelope that needs a person, or one whose inspection is not there, refuses the whole bundle with its
place, and the sender sends its envelopes one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from motcua.casework.batch import Continuation, Written, record_many
from motcua.casework.models import Channel
from motcua.casework.record import NewEvent
from motcua.exchange.models import Message
from motcua.lib import nsw_envelope, xmldoc
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding, errors
from motcua.lib.nsw_envelope import Envelope
from motcua.nsw.documents import Notice
from motcua.nsw.messages.bodies import read_notice
from motcua.nsw.models import Cover, Inspection, Result
from motcua.nsw.tables import inspections

TYPE = "nsw-bundle"
LIMITS = xmldoc.STREAMED
EVENTS = {
    "accept": "accepted", "supplement": "supplement_requested", "sample": "sampled", "tested": "tested",
    "result": "result_received",
}  # fmt: skip


def write(envelopes: Iterable[Envelope]) -> bytes:
    """Several envelopes as one document."""
    return xmldoc.write(
        xmldoc.make("Envelopes", None, *(nsw_envelope.as_element(one) for one in envelopes)), indent=False
    )


def read(content: bytes) -> list[Envelope]:
    """The envelopes of a bundle, each with what is wrong with it."""
    document = xmldoc.read(content, limits=LIMITS)
    if xmldoc.local(document.root) != "Envelopes":
        raise Malformed(
            f"Phần tử gốc là <{xmldoc.local(document.root)}>; một gói bản tin bắt đầu bằng <Envelopes>.",
            f"The root is <{xmldoc.local(document.root)}>; a bundle begins with <Envelopes>.",
            place=xmldoc.place(document.root),
        )
    return [nsw_envelope.of_element(one, document.findings) for one in document.root]


def take(message: Message, now: datetime) -> Written:
    """Work off one bundle, recorded `now`."""
    return take_together([(message, now)])


def take_together(waiting: Sequence[tuple[Message, datetime]]) -> Written:
    """Several bundles in their order, each with the moment its events are recorded: all of it stands, or nothing."""
    notices = [(message, now, *_read(message)) for message, now in waiting]
    codes = {envelope.header.reference for _, _, found in notices for envelope, _ in found}
    known = {one.file_code: one for one in Inspection.objects.filter(file_code__in=codes)}
    events: dict[str, list[NewEvent]] = defaultdict(list)
    given: list[tuple[Inspection, Notice, datetime]] = []
    findings: list[Finding] = []
    for message, now, found in notices:
        for envelope, notice in found:
            inspection = known.get(envelope.header.reference)
            findings += _refusals(envelope, notice, inspection, message)
            if findings or inspection is None:
                continue
            events[inspection.file_code].append(_event(notice, message, now))
            if notice.act == "result":
                given.append((inspection, notice, now))
    if findings:
        raise Invalid(findings)
    digests = {message.pk: message.sha256 for message, _ in waiting}
    done = record_many(
        [], [Continuation(code, list(steps)) for code, steps in events.items()], digests=digests
    )
    _keep(given)
    return done


def _read(message: Message) -> tuple[list[tuple[Envelope, Notice]]]:
    found, findings = [], []
    for envelope in read(bytes(message.content)):
        notice, faults = read_notice(envelope)
        findings += [*envelope.findings, *faults]
        found.append((envelope, notice))
    if errors(findings):
        raise Invalid(findings)
    return (found,)


def _refusals(
    envelope: Envelope, notice: Notice, inspection: Inspection | None, message: Message
) -> Iterable[Finding]:
    place = envelope.header.message_id
    if notice.act not in EVENTS:
        yield Finding(
            "nsw-alone", place, f"Bản tin '{notice.act}' phải gửi riêng, không gửi trong gói.",
            f"A message that says '{notice.act}' is sent by itself, not in a bundle.",
        )  # fmt: skip
    if inspection is None:
        yield Finding(
            "nsw-unknown-file", place, f"Không có hồ sơ {envelope.header.reference}.",
            f"There is no application {envelope.header.reference}.",
        )  # fmt: skip
    elif inspections().vocabulary.ministries[inspection.ministry].partner != message.partner.code:
        yield Finding(
            "nsw-wrong-ministry", place, f"Hồ sơ {inspection.file_code} không thuộc {message.partner.code}.",
            f"{inspection.file_code} does not belong to {message.partner.code}.",
        )  # fmt: skip


def _event(notice: Notice, message: Message, now: datetime) -> NewEvent:
    details: dict[str, str] = {}
    if notice.act == "supplement":
        details = {"code": notice.code, "desk": notice.desk}
    elif notice.act == "sample":
        details = {"sample": notice.sample}
    elif notice.act == "tested":
        details = {"sample": notice.sample, "outcome": notice.outcome}
    elif notice.act == "result":
        details = {"outcome": notice.outcome, "number": notice.number}
    return NewEvent(
        kind=EVENTS[notice.act], at=notice.at or now, recorded_at=now, actor=f"partner:{message.partner.code}",
        channel=Channel.ONLINE, details=details, message=message.pk,
    )  # fmt: skip


def _keep(given: Sequence[tuple[Inspection, Notice, datetime]]) -> None:
    """The results and what they cover; covers are tied to their declarations by `settle`."""
    rows = [
        Result(
            inspection=inspection, number=notice.number, outcome=notice.outcome, agency=notice.agency,
            issued_on=notice.issued_on, valid_until=notice.valid_until, text=notice.text, received_at=now,
        )
        for inspection, notice, now in given
    ]  # fmt: skip
    results = Result.objects.bulk_create(rows, batch_size=2000)
    Cover.objects.bulk_create(
        [
            Cover(
                result=result, declaration_key=one.declaration_key, declaration_line=one.declaration_line,
                quantity=one.quantity, unit=one.unit,
            )
            for result, (_, notice, _) in zip(results, given, strict=True)
            for one in notice.covers
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )  # fmt: skip
    for inspection, notice, _ in given:
        inspection.result_number = notice.number
    Inspection.objects.bulk_update([one for one, _, _ in given], ["result_number"], batch_size=1000)
