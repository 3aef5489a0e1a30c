"""
Drafts: what an applicant has typed and uploaded so far, kept on every step until it is filed or thrown away.

A draft's files lie in a folder of their own and never among those of cases: what was not filed can be thrown away whole.
The token of a draft makes filing it happen once, however often the button is pressed or the line drops.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from motcua.casework import attachments
from motcua.dossiers import rules
from motcua.dossiers.acknowledgement import acknowledgement
from motcua.dossiers.actions import file
from motcua.dossiers.documents import Application, Upload
from motcua.dossiers.models import Draft
from motcua.exchange.idempotency import Answer, KeyReused, Sender, answer_once
from motcua.exchange.models import Message
from motcua.law.parts import FieldType
from motcua.law.sheets import Sheet
from motcua.lib.digest import canonical
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.people.actor import Actor
from motcua.people.models import Organisation, User

MESSAGE_TYPE = "dossier-form"


@dataclass(frozen=True)
class Kept:
    """A file of a draft."""

    name: str
    size: int
    sha256: str


def begin(user: User, procedure: str, organisation: int, *, office: str, contact: str) -> Draft:
    """The draft of a person for a procedure and an organisation: the one there is, or a new one."""
    draft, _ = Draft.objects.get_or_create(owner=user, procedure=procedure, organisation=organisation)
    draft.answers = {"token": _token(), "fields": {}, "files": {}, **draft.answers}
    draft.answers |= {"office": office, "contact": contact}
    draft.save()
    return draft


def _token() -> str:
    return secrets.token_urlsafe(24)


def fields(draft: Draft) -> dict[str, str]:
    """What was typed, by field id, exactly as it was typed."""
    return dict(draft.answers.get("fields", {}))


def save_fields(draft: Draft, typed: Mapping[str, str]) -> None:
    """Keep what was typed, right or wrong: nothing is lost because it has a fault."""
    draft.answers = {**draft.answers, "fields": {**fields(draft), **typed}}
    draft.save()


def files(draft: Draft) -> dict[str, Kept]:
    """The files uploaded so far, by document or field id."""
    return {name: Kept(**kept) for name, kept in draft.answers.get("files", {}).items()}


def keep_file(draft: Draft, name: str, upload: Upload) -> None:
    """Keep a file of a draft; Refused when its type, size or content is not taken. A newer one takes its place."""
    attachments.check(upload.name, upload.content, place=f"document-{name}")
    folder = _folder(draft)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as new:
        new.write(upload.content)
        new.flush()
        os.fsync(new.fileno())
    os.replace(new.name, folder / name)
    kept = {
        "name": upload.name,
        "size": len(upload.content),
        "sha256": hashlib.sha256(upload.content).hexdigest(),
    }
    draft.answers = {**draft.answers, "files": {**draft.answers.get("files", {}), name: kept}}
    draft.save()


def drop_file(draft: Draft, name: str) -> None:
    """Take a file out of a draft; nothing happens when it is not there."""
    kept = {other: one for other, one in draft.answers.get("files", {}).items() if other != name}
    if kept != draft.answers.get("files", {}):
        draft.answers = {**draft.answers, "files": kept}
        draft.save()
        (_folder(draft) / name).unlink(missing_ok=True)


def discard(draft: Draft) -> None:
    """Throw a draft away with its files."""
    folder = _folder(draft)
    draft.delete()
    shutil.rmtree(folder, ignore_errors=True)


def _folder(draft: Draft) -> Path:
    return Path(settings.FILES) / "drafts" / str(draft.pk)


def file_names(sheet: Sheet) -> list[str]:
    """What may be uploaded for a procedure: its papers, and the fields of its form that are files."""
    papers = [document.id for document in sheet.documents]
    return papers + [
        field.id for field in sheet.form if field.type is FieldType.FILE and field.id not in papers
    ]


def application(draft: Draft, sheet: Sheet, organisation: Organisation, at: datetime) -> Application:
    """The filing a draft stands for at this moment; a file that is gone from the disk is left out, and so found missing."""
    uploads = {name: upload for name in file_names(sheet) if (upload := _upload(draft, name))}
    known = {field.id: field for field in sheet.form}
    answers = {name: text for name, text in fields(draft).items() if name in known}
    answers |= {
        name: uploads[name].name
        for name, field in known.items()
        if field.type is FieldType.FILE and name in uploads
    }
    return Application(
        procedure=draft.procedure, office=str(draft.answers.get("office", "")), channel="online",
        applicant_name=organisation.name, applicant_tax_code=organisation.tax_code or "",
        contact=str(draft.answers.get("contact", ""))[:200], organisation=organisation.pk, received_at=at,
        answers=answers, files=uploads,
    )  # fmt: skip


def _upload(draft: Draft, name: str) -> Upload | None:
    kept = files(draft).get(name)
    if kept is None:
        return None
    try:
        return Upload(kept.name, (_folder(draft) / name).read_bytes())
    except FileNotFoundError:
        return None


def faults(draft: Draft, sheet: Sheet, organisation: Organisation, at: datetime) -> list[Finding]:
    """Everything that keeps the draft from being filed, all at once."""
    return rules.check(application(draft, sheet, organisation, at), sheet)[1]


def file_draft(draft: Draft, sheet: Sheet, organisation: Organisation, *, actor: Actor, at: datetime) -> str:
    """
    File a draft once and throw it away; returns the code of the dossier.

    Sent twice, also at the same moment, it is filed once and the first code comes back. Raises Invalid or another Refused
    when it cannot be filed; then nothing is written, and the mended draft is a new filing.
    """
    filing = application(draft, sheet, organisation, at)
    refusals: list[Refused] = []

    def act(message: Message) -> Answer:
        filed = file(filing, actor=actor, at=at, message=message)
        return Answer(201, canonical(acknowledgement(filed)))

    def refuse(refusal: Refused) -> Answer:
        refusals.append(refusal)
        return Answer(422, canonical({"title": refusal.text_en}))

    sender = Sender(organisation.pk, organisation.name)
    token = str(draft.answers["token"])
    try:
        answer = answer_once(
            sender, key=_key(token), type=MESSAGE_TYPE, content=_content(draft, filing), at=at, act=act, refuse=refuse,
        )  # fmt: skip
    except KeyReused:
        # Somebody filed this draft a moment ago, and its files went away while we were reading them.
        if (reference := already_filed(frozenset({organisation.pk}), token)) is None:
            raise
        return reference
    if answer.status == 201:
        discard(draft)
        return str(json.loads(answer.content)["reference"])
    with transaction.atomic():
        # A refusal stands for ever under its key; what is mended is filed under a new one.
        draft.answers = {**draft.answers, "token": _token()}
        draft.save()
    raise refusals[0] if refusals else Invalid(faults(draft, sheet, organisation, at))


def _key(token: str) -> str:
    return f"web-{token}"


def _content(draft: Draft, filing: Application) -> bytes:
    """What stands for the form in the register of messages: digests alone, for the words are kept with the dossier."""
    words: dict[str, Any] = {
        "answers": dict(filing.answers),
        "contact": filing.contact,
        "office": filing.office,
    }
    return canonical(
        {
            "procedure": draft.procedure,
            "sha256": hashlib.sha256(canonical(words)).hexdigest(),
            "files": {name: hashlib.sha256(one.content).hexdigest() for name, one in filing.files.items()},
        }
    )


def already_filed(organisations: frozenset[int], token: str) -> str | None:
    """The code of the dossier that was filed with this token by one of these organisations, if it was."""
    codes = [Sender(organisation, "").code for organisation in organisations]
    sent = Message.objects.filter(
        partner__code__in=codes,
        direction=Message.Direction.OUT,
        reference=_key(token[:100]),
        type=f"{MESSAGE_TYPE}/201",
    ).first()
    return str(json.loads(bytes(sent.content))["reference"]) if sent else None


def acknowledgement_of(first_event_message: Message | None) -> dict[str, Any] | None:
    """The signed acknowledgement given when a dossier was filed; None for one that came another way."""
    if first_event_message is None:
        return None
    sent = first_event_message.answered_by.filter(type__endswith="/201").order_by("pk").first()
    if sent is None:
        return None
    body: dict[str, Any] = json.loads(bytes(sent.content))
    return body if "event" in body else None
