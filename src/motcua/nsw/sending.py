"""
What goes to the ministries: every act of a firm becomes a message in the outbox, in the transaction of the act.

A ministry without a system of its own has no partner here: its officers work on our pages, and nothing is sent.
"""

from __future__ import annotations

from datetime import datetime

from motcua.casework.models import Event
from motcua.exchange import outbox
from motcua.exchange.models import Message, Partner
from motcua.law.inspections import Ministry
from motcua.lib import nsw_envelope
from motcua.lib.nsw_envelope import Envelope, Header, Party
from motcua.lib.xmldoc import Element, make
from motcua.nsw.documents import Application, GoodsLine
from motcua.nsw.messages import bodies
from motcua.nsw.models import Inspection, Request
from motcua.nsw.tables import inspections
from motcua.procedures.catalogue import local_date


def party_of(ministry: Ministry) -> Party:
    """A ministry as one end of a message."""
    return Party(ministry.title.vi, ministry.code, "VN", ministry.code, ministry.code, ministry.code)


def as_document(inspection: Inspection) -> Application:
    """An inspection as the document it was lodged as."""
    return Application(
        document_type=inspection.document_type, purpose=inspection.purpose, office=inspection.case.office,
        applicant=inspection.applicant, tax_code=inspection.tax_code, organisation=inspection.case.organisation,
        flow=inspection.flow, facts=dict(inspection.facts), file_code=inspection.file_code,
        channel=inspection.case.channel,
        lines=tuple(
            GoodsLine(
                one.number, one.description, one.hs_code, one.origin, one.quantity, one.unit, one.net_kg,
                one.declaration_key, one.declaration_line,
            )
            for one in inspection.lines.all()
        ),
    )  # fmt: skip


def application(inspection: Inspection, at: datetime) -> Message | None:
    """The application itself."""
    kind = bodies.APPLICATION
    return _send(inspection, kind, bodies.application_body(as_document(inspection)), "application", at)


def supplement(inspection: Inspection, event: Event, text: str, at: datetime) -> Message | None:
    """What was asked for; with it the application as it stands now."""
    kind = bodies.MORE_CONFORMITY if event.kind == "result_supplemented" else bodies.SUPPLEMENT
    body = make("Supplement", None, make("text", text), bodies.application_body(as_document(inspection)))
    return _send(inspection, kind, body, f"{event.number}", at)


def conformity(
    inspection: Inspection, event: Event, outcome: str, number: str, text: str, at: datetime
) -> Message | None:
    """What the designated body found."""
    pairs = (("outcome", {"passed": "1", "failed": "2"}[outcome]), ("number", number), ("text", text))
    body = make("Conformity", None, *nsw_envelope.filled(pairs))
    return _send(inspection, bodies.CONFORMITY, body, f"{event.number}", at)


def cancelled(inspection: Inspection, event: Event, reason: str, at: datetime) -> Message | None:
    """An application taken back before anybody accepted it."""
    body = make("Request", None, *nsw_envelope.filled((("kind", "cancel"), ("text", reason))))
    return _send(inspection, bodies.CANCEL, body, f"{event.number}", at)


def request(asked: Request, at: datetime) -> Message | None:
    """A request to edit, to cancel or to change a certificate."""
    kind = {"edit": bodies.EDIT, "cancel": bodies.CANCEL, "certificate": bodies.CERTIFICATE}[asked.kind]
    number = asked.case.reference.rpartition("/")[2]
    pairs = (("kind", asked.kind), ("number", number), ("text", asked.reason))
    changes = (
        make("Changes", None, *nsw_envelope.filled(sorted(asked.changes.items()))) if asked.changes else None
    )
    body = make("Request", None, *nsw_envelope.filled(pairs), changes)
    return _send(asked.inspection, kind, body, number, at)


def _send(
    inspection: Inspection, kind: tuple[str, str], body: Element, tail: str, at: datetime
) -> Message | None:
    name = inspections().ministry_on(inspection.ministry, local_date(at))
    ministry = inspections().vocabulary.ministries[name]
    partner = Partner.objects.filter(code=ministry.partner, active=True).first()
    if partner is None:
        return None
    reference = f"{inspection.file_code}/{kind[0]}-{kind[1]}/{tail}"
    header = Header(
        message_id=reference, sender=nsw_envelope.PORTAL, receiver=party_of(ministry),
        document_type=inspection.document_type, type=kind[0], function=kind[1], reference=inspection.file_code,
        year=f"{local_date(inspection.case.opened_at):%Y}", sent_at=at,
    )  # fmt: skip
    content = nsw_envelope.write(Envelope(header, body))
    return outbox.send(partner, reference=reference, type=nsw_envelope.TYPE, content=content, at=at)
