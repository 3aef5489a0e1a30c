"""
The papers of a dossier (Circular 01/2018/TT-VPCP, forms 01-05), kept as issued: a paper in somebody's hand never changes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from motcua.casework.models import Event
from motcua.casework.seal import signer, with_proof
from motcua.dossiers.models import Dossier, Letter
from motcua.lib import receipts
from motcua.lib.digest import canonical
from motcua.lib.digest import plain as as_json
from motcua.people.actor import Actor
from motcua.procedures.catalogue import catalogue


def plain(dossier: Dossier, kind: Letter.Kind, body: dict[str, Any], *, actor: Actor, at: datetime) -> Letter:
    """Keep a letter with its words."""
    return Letter.objects.create(case=dossier.case, kind=kind, body=body, issued_at=at, issued_by=actor.key)


def receipt(dossier: Dossier, event: Event, *, actor: Actor, at: datetime) -> Letter:
    """The receipt with appointment (form 01), signed at once; the proof of inclusion joins it once the event is sealed."""
    case = dossier.case
    sheet = catalogue().get(case.procedure, case.sheet_since) if case.sheet_since else None
    previous = case.events.filter(number=event.number - 1).values_list("digest", flat=True).first()
    version = dossier.versions.order_by("-number").first()
    signed = receipts.receipt(
        department=case.office, reference=case.reference, procedure=case.procedure,
        title=sheet.title.vi if sheet else "", received_at=event.happened_at, due_at=case.due_at, case=case.pk,
        event={
            "number": event.number, "kind": event.kind, "happened_at": event.happened_at,
            "recorded_at": event.recorded_at, "digest": bytes(event.digest), "previous": bytes(previous or bytes(32)),
        },
        content_sha256=version.content_sha256 if version else hashlib.sha256(b"").hexdigest(), signer=signer(),
    )  # fmt: skip
    return Letter.objects.create(
        case=case, kind=Letter.Kind.RECEIPT, body=signed, issued_at=at, issued_by=actor.key
    )


def receipt_file(dossier: Dossier) -> dict[str, Any] | None:
    """The latest receipt as the applicant takes it away, with its proof when there is one; None before acceptance."""
    letter = dossier.case.letters.filter(kind=Letter.Kind.RECEIPT).order_by("-pk").first()
    if letter is None:
        return None
    event = dossier.case.events.get(number=letter.body["event"]["number"])
    return with_proof(letter.body, event)


def result(dossier: Dossier, *, outcome: str, number: str, text: str, actor: Actor, at: datetime) -> Letter:
    """The decision, signed over its canonical content."""
    key = signer()
    body = as_json(
        {
            "reference": dossier.case.reference, "procedure": dossier.case.procedure, "outcome": outcome,
            "number": number, "text": text, "signed_at": at, "signed_by": actor.key, "key_id": key.key_id,
        }
    )  # fmt: skip
    content = canonical(body)
    body |= {"sha256": hashlib.sha256(content).hexdigest(), "signature": key.sign(content).hex()}
    return Letter.objects.create(
        case=dossier.case, kind=Letter.Kind.RESULT, body=body, issued_at=at, issued_by=actor.key
    )
