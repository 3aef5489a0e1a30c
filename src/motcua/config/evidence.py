"""Evidence of the reform plan that other apps hold: a task is shown to be done by what hangs on the walls."""

from __future__ import annotations

import hashlib
from datetime import datetime

from motcua.law.sheets import NotInForce
from motcua.lib.errors import Refused
from motcua.people.queries import receiving_offices
from motcua.procedures.catalogue import catalogue, local_date
from motcua.publication.models import Posting
from motcua.publication.watch import due_on_walls
from motcua.reform.evidence import Given, Proof
from motcua.reform.models import Task


def posting(task: Task, given: Given, at: datetime) -> Proof:
    """
    A procedure hangs, in the version in force and checked by somebody else, at every office where it must; `mark` names the
    procedure. The digest is over the proofs of all offices together.
    """
    procedure, today = given.words.get("mark", "").strip(), local_date(at)
    try:
        sheet = catalogue().in_force(procedure, today)
    except NotInForce as error:
        raise Refused(error.text, error.text_en, place="mark") from error
    due = {
        office
        for office, sheets in due_on_walls(catalogue(), today).items()
        if procedure in {one.procedure for one in sheets}
    }
    hung = Posting.objects.filter(
        procedure=procedure, removed_on=None, sha256=sheet.digest, checked_at__isnull=False
    ).select_related("proof")  # fmt: skip
    proofs = {one.office: one for one in hung}
    lacking = sorted(due - proofs.keys())
    if not due or lacking:
        names = {office.code: office.name_vi for office in receiving_offices(today)}
        raise Refused(
            f"Chưa niêm yết và kiểm tra đủ; còn thiếu: {', '.join(names.get(code, code) for code in lacking) or 'mọi đơn vị'}.",
            f"It does not hang, checked, everywhere; lacking: {', '.join(lacking) or 'every office'}.",
            place="mark",
        )
    told = "\n".join(
        f"{office} {one.sha256} {one.proof.sha256 if one.proof else ''}"
        for office, one in sorted(proofs.items())
    )
    last = max(one.posted_on for one in proofs.values())
    return Proof(
        f"{procedure} {sheet.since}"[:120], last, hashlib.sha256(told.encode()).hexdigest(),
        f"{len(due)} đơn vị · {len(due)} offices",
    )  # fmt: skip
