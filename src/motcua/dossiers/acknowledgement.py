"""
The receipt of lodging: what was filed, when it came and how it is chained, signed in the same moment.

It says that the dossier came in, not that it was accepted: it holds no deadline, because the clock starts with acceptance,
when the receipt with its appointment (form 01) is issued.
"""

from __future__ import annotations

from typing import Any

from motcua.casework.seal import signer
from motcua.dossiers.actions import Filed
from motcua.lib import receipts
from motcua.procedures.catalogue import catalogue


def acknowledgement(filed: Filed) -> dict[str, Any]:
    """The signed receipt as plain JSON; its proof of inclusion joins it once the event is sealed."""
    case, event = filed.event.case, filed.event
    assert case.sheet_since is not None
    return receipts.receipt(
        department=case.office, reference=case.reference, procedure=case.procedure,
        title=catalogue().get(case.procedure, case.sheet_since).title.vi, received_at=event.happened_at, due_at=None,
        case=case.pk,
        event={
            "number": event.number, "kind": event.kind, "happened_at": event.happened_at,
            "recorded_at": event.recorded_at, "digest": bytes(event.digest), "previous": bytes(32),
        },
        content_sha256=filed.content_sha256, signer=signer(),
    )  # fmt: skip
