"""
What ministries send: one envelope, or a bundle of envelopes after an outage, becomes acts on inspections.

Whose fault, and is it worth trying again? A result that comes before its application, or before the acceptance, waits and is
tried again for three days: messages do overtake each other. What is still out of place then, comes from the wrong ministry or
says what no list knows is refused with every finding, kept, and shown on the message desk. What was said before changes
nothing. Nothing is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from motcua.exchange.models import Message
from motcua.exchange.outbox import Reply
from motcua.lib import nsw_envelope
from motcua.lib.errors import Invalid, NotAllowed, Refused, Unavailable
from motcua.lib.findings import Finding, errors
from motcua.lib.nsw_envelope import Envelope, Family
from motcua.nsw import acts, requests, results
from motcua.nsw.documents import Notice
from motcua.nsw.doing import Doing
from motcua.nsw.lifecycle import INSPECTION
from motcua.nsw.messages.bodies import read_notice
from motcua.nsw.models import Inspection, Request
from motcua.nsw.tables import inspections
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date

# How long a message waits for the one it overtook.
PATIENCE = timedelta(hours=72)
# How far along an inspection is; an act that needs a later stage came too early, one that needs an earlier came too late.
STAGE = {
    "waiting": 0, "incomplete": 0, "accepted": 1, "awaiting_supplement": 1, "awaiting_conformity": 1, "assessing": 1,
    "awaiting_result_papers": 1, "sampling": 1, "decided": 2, "recalled": 3, "withdrawn": 3, "refused": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What became of an envelope: the inspection, what was done, and whether it had been done before."""

    file_code: str
    act: str
    repeated: bool = False


def take(message: Message, now: datetime) -> Taken:
    """Act on one envelope of a ministry; called by the dispatcher for messages of inspections."""
    envelope = nsw_envelope.read(bytes(message.content))
    notice, findings = read_notice(envelope)
    every = [*envelope.findings, *findings]
    if errors(every):
        raise Invalid(every)
    inspection = _inspection(envelope, message, now)
    _refuse_others(envelope, inspection, message)
    actor = Actor.partner(message.partner.code, message.partner.name)
    return act(inspection, notice, actor=actor, message=message, now=now)


def act(inspection: Inspection, notice: Notice, *, actor: Actor, message: Message, now: datetime) -> Taken:
    """Do what a notice says, or find that it was done, or wait for what must come first."""
    taken = Taken(inspection.file_code, notice.act)
    if notice.act in {"received", "faulty"}:
        _answered(inspection, notice, Doing(actor, now, now, message))
        return taken
    if _said_before(inspection, notice):
        return Taken(inspection.file_code, notice.act, repeated=True)
    at = _moment(inspection, notice, now)
    try:
        _ACTS[notice.act](inspection, notice, Doing(actor, at, now, message))
    except NotAllowed as error:
        if _too_early(inspection, notice.act) and now - message.received_at < PATIENCE:
            raise Unavailable(
                f"{inspection.file_code}: '{notice.act}' waits for what must come before it ({inspection.case.status})"
            ) from error
        raise
    return taken


def _inspection(envelope: Envelope, message: Message, now: datetime) -> Inspection:
    code = envelope.header.reference
    found = Inspection.objects.select_related("case").filter(file_code=code).first()
    if found is not None:
        return found
    if code and now - message.received_at < PATIENCE:
        raise Unavailable(
            f"no application {code} yet; tried again until {message.received_at + PATIENCE:%Y-%m-%d %H:%M} UTC"
        )
    raise Invalid([
        Finding(
            "nsw-unknown-file", "/Envelope/Header/Subject/reference",
            f"Không có hồ sơ {code or '(trống)'} sau 72 giờ chờ. Hãy kiểm tra mã hồ sơ rồi gửi lại với số bản tin mới.",
            f"There is no application {code or '(empty)'} after 72 hours. Check the file code and send it under a new number.",
        )
    ])  # fmt: skip


def _refuse_others(envelope: Envelope, inspection: Inspection, message: Message) -> None:
    """A ministry may speak of its own inspections alone, whoever carries the message."""
    tables = inspections()
    own = tables.ministry_on(inspection.ministry, local_date(message.received_at))
    ministry = tables.vocabulary.ministries[own]
    former = tables.vocabulary.ministries[inspection.ministry]
    sender = envelope.header.sender
    findings = []
    if message.partner.code not in {ministry.partner, former.partner}:
        findings.append(
            Finding(
                "nsw-wrong-ministry", "partner",
                f"Hồ sơ {inspection.file_code} thuộc {ministry.title.vi}; bản tin do {message.partner.code} gửi.",
                f"{inspection.file_code} belongs to the {ministry.title.en}; the message came from {message.partner.code}.",
            )
        )  # fmt: skip
    if sender.ministry and sender.ministry not in {ministry.code, former.code, own, inspection.ministry}:
        findings.append(
            Finding(
                "nsw-wrong-ministry", "/Envelope/Header/From/ministryCode",
                f"Hồ sơ {inspection.file_code} thuộc {ministry.code}; bản tin ghi {sender.ministry}.",
                f"{inspection.file_code} belongs to {ministry.code}; the message says {sender.ministry}.",
            )
        )  # fmt: skip
    if envelope.header.family is not Family.INSPECTION or (
        inspection.document_type and envelope.header.document_type != inspection.document_type
    ):
        findings.append(
            Finding(
                "nsw-wrong-procedure", "/Envelope/Header/Subject/documentType",
                f"Hồ sơ {inspection.file_code} theo thủ tục {inspection.document_type}; bản tin ghi "
                f"{envelope.header.document_type}.",
                f"{inspection.file_code} follows the procedure {inspection.document_type}; the message says "
                f"{envelope.header.document_type}.",
            )
        )  # fmt: skip
    if findings:
        raise Invalid(findings)


def _moment(inspection: Inspection, notice: Notice, now: datetime) -> datetime:
    """When it happened by the ministry's clock, where that fits between what happened before and now."""
    moving = INSPECTION.moving
    last = (
        inspection.case.events.filter(kind__in=moving)
        .order_by("-number")
        .values_list("happened_at", flat=True)
        .first()
    )
    at = notice.at or now
    return at if (last is None or last <= at) and at <= now else now


_ONCE = {
    "accept": "accepted", "refuse": "refused", "confirm": "registration_confirmed",
    "withdraw-registration": "registration_withdrawn", "recall": "recalled", "exempt": "result_received",
}  # fmt: skip


def _said_before(inspection: Inspection, notice: Notice) -> bool:
    """Whether the same was said already: a message sent again under another number changes nothing."""
    case = inspection.case
    if notice.act in {"result", "replace"}:
        former = results.in_force(inspection)
        return (
            former is not None
            and (former.number, former.outcome, former.issued_on)
            == (notice.number, notice.outcome, notice.issued_on)
            and former.recalled_at is None
        )
    if notice.act == "sample":
        return bool(notice.sample) and inspection.samples.filter(number=notice.sample).exists()
    if notice.act == "tested":
        same = inspection.samples.filter(number=notice.sample, outcome=notice.outcome).exclude(
            reported_at=None
        )
        return bool(notice.sample) and same.exists()
    if notice.act in {"supplement", "result-supplement"}:
        last = case.remarks.order_by("-number").first()
        return case.holder == "trader" and last is not None and last.text == notice.text.strip()
    kind = _ONCE.get(notice.act)
    return (
        kind is not None
        and not INSPECTION.allows(case.status, kind)
        and case.events.filter(kind=kind).exists()
    )


def _too_early(inspection: Inspection, act_name: str) -> bool:
    needed = 2 if act_name in {"recall", "replace"} else 1
    return STAGE.get(inspection.case.status, 3) < needed


Act = Callable[[Inspection, Notice, Doing], object]
_NO_REASON = "(cơ quan kiểm tra không ghi lý do)"


def _result(inspection: Inspection, notice: Notice, doing: Doing) -> object:
    if (former := results.in_force(inspection)) is not None and former.recalled_at is None:
        code = inspection.file_code
        raise Invalid([
            Finding(
                "nsw-result-differs", "/Envelope/Body/Content",
                f"Hồ sơ {code} đã có kết quả {former.number} khác với kết quả này. Muốn thay, hãy gửi chức năng 06.",
                f"{code} has the result {former.number}, which differs from this one. To replace it use function 06.",
            )
        ])  # fmt: skip
    return results.give(inspection, notice, doing)


def _exempt(inspection: Inspection, notice: Notice, doing: Doing) -> object:
    if inspection.case.status == "waiting":
        acts.accept(inspection, doing)
    number = notice.number or inspection.file_code
    return results.give(inspection, replace(notice, act="result", number=number, outcome="exempt"), doing)


def _ask(kind: str) -> Act:
    def ask(inspection: Inspection, notice: Notice, doing: Doing) -> object:
        text = notice.text or _NO_REASON
        return acts.ask_supplement(
            inspection, doing, text=text, desk=notice.desk, code=notice.code, kind=kind
        )

    return ask


def _asked(inspection: Inspection, notice: Notice) -> Request:
    """The request a ministry answers: by its number, else the only one that waits."""
    every = inspection.requests.select_related("case", "inspection__case")
    found = every.filter(case__reference=f"{inspection.file_code}/{notice.request}").first()
    found = found or every.filter(case__closed_at=None).order_by("pk").first()
    if found is None:
        raise Refused(
            f"Hồ sơ {inspection.file_code} không có yêu cầu nào đang chờ trả lời.",
            f"No request about {inspection.file_code} waits for an answer.",
            place="request",
        )
    return found


_ACTS: dict[str, Act] = {
    "accept": lambda i, n, doing: acts.accept(i, doing),
    "refuse": lambda i, n, doing: acts.refuse(i, doing, text=n.text or _NO_REASON, code=n.code),
    "supplement": _ask(""),
    "result-supplement": _ask("result_supplement_requested"),
    "assign": lambda i, n, doing: acts.assign(i, doing, officer=n.officer),
    "sample": lambda i, n, doing: acts.take_sample(i, doing, number=n.sample, laboratory=None, asked=n.text),
    "confirm": lambda i, n, doing: acts.confirm(i, doing),
    "withdraw-registration": lambda i, n, doing: acts.withdraw_registration(i, doing, text=n.text),
    "tested": lambda i, n, doing: acts.report_test(
        i, doing, sample=n.sample, outcome=n.outcome, report_number=n.number, found=n.text
    ),
    "result": _result,
    "replace": results.replace,
    "recall": lambda i, n, doing: results.recall(i, doing, text=n.text, code=n.code),
    "exempt": _exempt,
    "agree": lambda i, n, doing: requests.agree(_asked(i, n), doing, text=n.text),
    "decline": lambda i, n, doing: requests.decline(_asked(i, n), doing, text=n.text or _NO_REASON),
    "take-up": lambda i, n, doing: requests.take_up(_asked(i, n), doing),
}


def _answered(inspection: Inspection, notice: Notice, doing: Doing) -> None:
    """The ministry's system says it has a message of ours, or what is wrong with it."""
    faults = len(notice.faults) or int(notice.act == "faulty")
    details = {"message": notice.answers[:100], "faults": faults}
    doing.record(inspection.case, "answered", details, "\n".join(notice.faults))


# Answers ----------------------------------------------------------------------------------------------------


def answer(message: Message, error: Refused | None, result: object) -> Reply | None:
    """
    What the sender is told: 99, received; or 22 with every finding. An answer is not answered, and what cannot be read
    at all has no sender to write to: its state is told by the gateway.
    """
    try:
        envelope = nsw_envelope.read(bytes(message.content))
    except Refused:
        return None
    if envelope.header.is_answer or not envelope.header.message_id:
        return None
    findings = error.findings if isinstance(error, Invalid) else []
    if error is not None and not findings:
        findings = [Finding(type(error).__name__.lower(), error.place, error.text, error.text_en)]
    number = f"re/{envelope.header.message_id}"[:100]
    said = nsw_envelope.answer(envelope, findings, message_id=number, at=message.received_at)
    return Reply(nsw_envelope.TYPE, nsw_envelope.write(said), number)
