"""
What goes out about a movement to the systems that filed its papers: clearance, objections, what must be mended.

Each gets it in the way in which it wrote: an envelope of the maritime exchange, CUSRES, or JSON. A notice is queued in the
transaction of what it tells; its number is the movement's with the number of the event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from motcua.casework.models import Event
from motcua.exchange import outbox
from motcua.exchange.models import Message
from motcua.lib import nsw_envelope, xmldoc
from motcua.lib.bilingual import Text
from motcua.lib.edifact.answer import back
from motcua.lib.edifact.reply import About, cusres
from motcua.lib.edifact.write import write as write_edifact
from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity
from motcua.lib.nsw_envelope import Envelope, Header, Party, Reason
from motcua.manifest import register
from motcua.manifest.answers import CUSTOMS_MESSAGES, OURS, RELEASES
from motcua.manifest.documents import MovementKind
from motcua.manifest.messages import read
from motcua.manifest.models import Approval, ClearancePaper, Movement, Version
from motcua.manifest.provisions import Notice

FLAGS = {0: Text("luồng xanh", "green"), 1: Text("luồng đỏ", "red")}
# What tells the sender that something is not accepted, or no more.
_BAD = frozenset({"objected", "amendment-asked", "amendment-refused", "clearance-cancelled", "cancelled"})


@dataclass(frozen=True)
class _Told:
    """One thing that happened, as it is told: which notice, under which type, what more is known of it."""

    movement: Movement
    event: Event
    notice: Notice
    type: str
    function: str
    reason: str = ""
    agency: Text | None = None
    agency_id: str = ""
    clearance: ClearancePaper | None = None
    form: str = ""

    @property
    def number(self) -> str:
        return f"{self.movement.case.reference}/{self.event.number}"

    @property
    def text(self) -> Text:
        """One sentence for people."""
        title = self.notice.title
        vi, en = title.vi, title.en
        if self.agency is not None:
            vi, en = f"{vi}: {self.agency.vi}", f"{en}: {self.agency.en}"
        if self.clearance is not None:
            flag = FLAGS[1 if self.clearance.channel else 0]
            vi, en = f"{vi} {self.clearance.number}, {flag.vi}", f"{en} {self.clearance.number}, {flag.en}"
        if self.reason:
            vi, en = f"{vi}. Lý do: {self.reason}", f"{en}. Reason: {self.reason}"
        return Text(vi, en)


# What is told ---------------------------------------------------------------------------------------------------


def tell(movement: Movement, event: Event, notice: str, *, reason: str = "") -> None:
    """Tell the systems of the call's agent, and of forwarders where the whole movement ends with it."""
    row = register.law().notices.of(notice)
    _send(_Told(movement, event, row, row.type, row.function, reason), everybody=notice == "cancelled")


def tell_clearance(
    movement: Movement, event: Event, notice: str, paper: ClearancePaper | None, *, reason: str = ""
) -> None:
    """Tell everybody who filed that customs has cleared, has issued the clearance anew or has taken it back."""
    row = register.law().notices.of(notice)
    _send(_Told(movement, event, row, row.type, row.function, reason, clearance=paper), everybody=True)


def tell_word(movement: Movement, event: Event, approval: Approval, before: list[bool]) -> None:
    """Tell the agent what an agency said; `before` is what it had said until then, oldest first."""
    law = register.law()
    row = law.notices.of("approved" if approval.approves else "objected")
    kind, function = row.type, row.function
    if approval.agency == "port-authority":
        kind, function = _port_word(movement.kind, approval.approves, before, row)
    agency = next(one for one in law.agencies if one.id == approval.agency)
    _send(
        _Told(movement, event, row, kind, function, approval.reason, agency.title.text, agency.id), everybody=False
    )  # fmt: skip


def tell_decision(version: Version, movement: Movement, event: Event, *, accepted: bool, reason: str) -> None:
    """Tell whoever filed a correction after arrival what came of it, under the type of the paper."""
    law = register.law()
    row = law.notices.of("amendment-accepted" if accepted else "amendment-refused")
    kind = law.forms[version.form].nsw or row.type
    told = _Told(movement, event, row, kind, row.function, reason, form=version.form)
    for message in _senders(movement, everybody=True):
        if version.filer in {None, message.partner.organisation_id}:
            _queue(told, message)


def _port_word(kind: str, approves: bool, before: list[bool], row: Notice) -> tuple[str, str]:
    words = register.law().notices.port_authority
    had = True in before
    if not approves:
        if had and kind in words.taken_back:
            return words.taken_back[kind], register.law().notices.of("clearance-cancelled").function
        return words.given[kind], row.function
    if had and not before[-1] and kind in words.given_again:
        return words.given_again[kind], register.law().notices.of("reissued").function
    return words.given[kind], row.function


# To whom --------------------------------------------------------------------------------------------------------


def _send(told: _Told, *, everybody: bool) -> None:
    for message in _senders(told.movement, everybody=everybody):
        _queue(told, message)


def _senders(movement: Movement, *, everybody: bool) -> Iterator[Message]:
    """The last message of each system that filed papers of a movement."""
    filed = Version.objects.filter(movement=movement).exclude(message=None)
    if not everybody:
        filed = filed.exclude(form="house-bills")
    seen: set[int] = set()
    for version in (
        filed.select_related("message__partner").defer("content", "message__content").order_by("-pk")
    ):
        assert version.message is not None
        if version.message.partner_id not in seen:
            seen.add(version.message.partner_id)
            yield version.message


def _queue(told: _Told, message: Message) -> None:
    kind, content = _WRITERS.get(message.type, _json)(told, message)
    outbox.send(
        message.partner, reference=told.number, type=kind, content=content, at=told.event.recorded_at, answers=message
    )  # fmt: skip


# How ------------------------------------------------------------------------------------------------------------


def _envelope(told: _Told, message: Message) -> tuple[str, bytes]:
    was = nsw_envelope.peek(bytes(message.content))
    movement, event = told.movement, told.event
    agency = told.agency.vi if told.agency is not None else ""
    header = Header(
        message_id=told.number, sender=nsw_envelope.PORTAL,
        receiver=was.sender if was else Party(message.partner.name, message.partner.code),
        document_type=next(one.code for one in MovementKind if one.value == movement.kind), type=told.type,
        function=told.function,
        reference=(was.reference if was else "") or movement.case.reference,
        previous=was.message_id if was else message.reference,
        year=f"{event.recorded_at.astimezone(nsw_envelope.VIETNAM):%Y}", sent_at=event.recorded_at,
    )  # fmt: skip
    paper = told.clearance
    pairs = (
        ("DossierNumber", movement.case.reference), ("NameOfShip", movement.ship), ("IMONumber", movement.imo),
        ("VoyageNumber", movement.voyage), ("PortCode", movement.port), ("Agency", agency), ("Paper", told.form),
        ("ClearanceNumber", paper.number if paper else ""),
        ("Replaces", paper.replaces.number if paper and paper.replaces else ""),
        ("Flag", str(int(bool(paper.channel))) if paper else ""),
    )  # fmt: skip
    root = "CustomsClearance" if told.type == "91" else "Decision"
    content = xmldoc.make(root, None, *nsw_envelope.filled(pairs))
    reason = Reason(told.reason, organisation=agency) if told.reason else None
    return nsw_envelope.TYPE, nsw_envelope.write(Envelope(header, content, reason))


def _edifact(told: _Told, message: Message) -> tuple[str, bytes]:
    """CUSRES about the first customs message of what was sent; JSON where there is none to be answered."""
    try:
        found = read(bytes(message.content), message.partner.profile or None)
    except Malformed:
        return _json(told, message)
    bad = told.notice.id in _BAD
    said = Finding(told.notice.id, "", told.text.vi, told.text.en, Severity.ERROR if bad else Severity.NOTE)
    for interchange in found.envelope or ():
        for one in interchange.messages:
            if one.type in CUSTOMS_MESSAGES and not one.refused:
                document = found.documents[0].reference if found.documents else ""
                draft = cusres(
                    [said], About(one, document), number=told.number, at=told.event.recorded_at,
                    release=RELEASES.get(one.directory, "99B"), charset=interchange.charset,
                )  # fmt: skip
                return "edifact", write_edifact(
                    back(interchange, [draft], reference=f"N{told.event.pk}"[:14], at=told.event.recorded_at, ours=OURS)
                )  # fmt: skip
    return _json(told, message)


def _json(told: _Told, message: Message) -> tuple[str, bytes]:
    movement, paper = told.movement, told.clearance
    body: dict[str, Any] = {
        "kind": "movement-notice", "reference": told.number, "answers": message.reference,
        "movement": movement.case.reference, "notice": told.notice.id, "status": movement.case.status,
        "at": told.event.happened_at.astimezone(nsw_envelope.VIETNAM).isoformat(),
        "call": {
            "mode": movement.mode, "movement": movement.kind, "port": movement.port, "journey": movement.voyage,
            "imo": movement.imo, "conveyance": movement.ship,
        },
        "text": {"vi": told.text.vi, "en": told.text.en},
    }  # fmt: skip
    if paper is not None:
        body["clearance"] = {"number": paper.number, "flag": int(bool(paper.channel))}
        if paper.replaces is not None:
            body["clearance"]["replaces"] = paper.replaces.number
    for name, value in (("agency", told.agency_id), ("paper", told.form), ("reason", told.reason)):
        if value:
            body[name] = value
    return "json-movement-notice", json.dumps(body, ensure_ascii=False, indent=1).encode()


_WRITERS = {nsw_envelope.TYPE: _envelope, "edifact": _edifact}
