"""
What filing a paper does to a movement, thought out before anything is written: rows and events, no database.

`actions.lodge` (one paper) and `bulk.lodge_many` (a year of them) both ask here, so a message, a workbook, a screen and a
replay file by the same rules and record the same events.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.errors import Duplicate, Invalid, NotAllowed, Refused
from motcua.lib.findings import Finding, errors
from motcua.lib.vietnamese import VIETNAM
from motcua.manifest.codes import Codes
from motcua.manifest.deadlines import Due, Moments, due_of, dues, is_late
from motcua.manifest.difference import diff
from motcua.manifest.documents import Function, Manifest, Sheet, to_data
from motcua.manifest.identity import Said, form_of, learn
from motcua.manifest.models import Bill, Container, Movement, Persons, Version
from motcua.manifest.numbers import bill_key
from motcua.manifest.provisions import Form, Provisions
from motcua.manifest.rows import bill_rows, container_rows
from motcua.manifest.rules import Facts, check
from motcua.manifest.rules.rule import Known


@dataclass
class Filed:
    """The paper in force: its last number, its content and what is counted of it."""

    number: int
    content: dict[str, Any] = field(default_factory=dict)
    corrections: int = 0


@dataclass
class Papers:
    """A movement and its papers as far as filing must know them; `status` as the lifecycle has it."""

    movement: Movement
    reference: str
    status: str = "new"
    declared_at: datetime | None = None
    in_force: dict[tuple[str, int | None], Filed] = field(default_factory=dict)

    @property
    def forms(self) -> set[str]:
        """The papers that are there."""
        return {form for form, _ in self.in_force}


@dataclass
class Taken:
    """What one paper comes to: rows to be added and events to be recorded, in order."""

    version: Version
    persons: Persons | None
    bills: list[Bill]
    containers: list[Container]
    events: list[Said]
    findings: list[Finding]
    arrived: datetime | None = None
    departed: datetime | None = None


@dataclass(frozen=True)
class Lodging:
    """A paper about to be filed: by whom, when, how; `movement` fixes it where the screen knows which one."""

    document: Sheet
    at: datetime
    by: str
    filer: int | None = None
    channel: str = "message"
    reason: str = ""
    message: int | None = None
    form: str = ""


# What is needed and when -----------------------------------------------------------------------------------------


def moments(movement: Movement, declared_at: datetime | None, opened: datetime) -> Moments:
    """What the deadlines of a movement hang on."""
    return Moments(
        mode=movement.mode,
        movement=movement.direction,
        on=opened.astimezone(VIETNAM).date(),
        eta=movement.eta,
        etd=movement.etd,
        declared=declared_at,
        voyage_hours=movement.voyage_hours,
    )


def needed(law: Provisions, movement: Movement, opened: datetime) -> list[Form]:
    """The papers this movement must have: conditions weighed with what is known of it."""
    holds = {
        "always": True,
        "passengers": bool(movement.passengers),
        "dangerous": movement.dangerous,
    }
    rows = law.needed(
        mode=movement.mode, movement=movement.direction, port_call=movement.is_port_call,
        on=opened.astimezone(VIETNAM).date(),
    )  # fmt: skip
    return [form for form, when in rows if holds[when]]


def owe(law: Provisions, papers: Papers, opened: datetime) -> list[Form]:
    """The papers still owed."""
    return [form for form in needed(law, papers.movement, opened) if form.id not in papers.forms]


def next_due(law: Provisions, papers: Papers, opened: datetime) -> tuple[datetime | None, str]:
    """The earliest deadline of a paper still owed, and which; (None, '') when nothing is owed or no time is known."""
    known = dues(law, moments(papers.movement, papers.declared_at, opened))
    owed: list[tuple[datetime, str]] = []
    for form in owe(law, papers, opened):
        due = due_of(form.id, known)
        if due is not None:
            owed.append((due.at, form.id))
    return min(owed) if owed else (None, "")


# Filing ---------------------------------------------------------------------------------------------------------


def take_paper(
    law: Provisions, codes: Codes, papers: Papers, lodging: Lodging, bills: Mapping[str, Known], opened: datetime
) -> Taken:  # fmt: skip
    """
    File one paper: Invalid with every finding, Duplicate when it is there already, NotAllowed when it may not be filed now.

    `papers` is carried on: the movement knows what the paper said, and the paper is in force unless it must wait.
    """
    form = lodging.form or form_of(lodging.document)
    key = (form, lodging.filer if form == "house-bills" else None)
    before = papers.in_force.get(key)
    _allow(papers, form, lodging, before)
    document = _merged(lodging.document, before)
    # A paper that is refused must leave nothing behind, so it is tried on a copy.
    trial = replace(papers, movement=copy(papers.movement), in_force=dict(papers.in_force))
    movement = trial.movement
    events = learn(movement, document.call) if form != "house-bills" else []
    due = due_of(form, dues(law, moments(movement, trial.declared_at, opened)))
    late = before is None and is_late(due, lodging.at)
    findings = _checked(law, codes, trial, lodging, document, form, due if late else None, bills, opened)
    version, persons = _version(law, lodging, document, form, before, due, findings)
    version.late = late
    version.waits = before is not None and movement.ata is not None
    movement.late += int(late)
    if trial.status == "new":
        events.insert(0, ("notified", {"version": 1, "content": version.sha256}))
        trial.status = "notified"
    events.append(("filed", _details(version)))
    if not version.waits:
        trial.in_force[key] = Filed(version.number, version.content, before.corrections + 1 if before else 0)
    if isinstance(document, Manifest) and form == "manifest":
        movement.dangerous = any(item.dangerous for bill in document.bills for item in bill.items)
    events += _moves(law, trial, version, opened)
    movement.next_due_at, movement.next_due = next_due(law, trial, opened)
    cargo = document if isinstance(document, Manifest) and not version.waits else Manifest()
    taken = Taken(
        version, persons, bill_rows(cargo, movement), container_rows(cargo), events, findings,
        arrived=_first(movement, "ata", document.call.ata), departed=_first(movement, "atd", document.call.atd),
    )  # fmt: skip
    papers.__dict__.update(trial.__dict__)
    return taken


def _details(version: Version) -> dict[str, Any]:
    """What the event says of a version: only what differs from the plain case."""
    details: dict[str, Any] = {"form": version.form, "version": version.number, "content": version.sha256}
    if version.late:
        details |= {"late": True, "due": version.due_at.isoformat() if version.due_at else ""}
    if version.number > 1:
        details["code"] = "replaced"
    if version.waits:
        details["waits"] = True
    return details


def _first(movement: Movement, name: str, value: datetime | None) -> datetime | None:
    """An actual time is noted once; a later paper that repeats it changes nothing."""
    if value is None or getattr(movement, name) is not None:
        return None
    setattr(movement, name, value)
    return value


def _moves(law: Provisions, papers: Papers, version: Version, opened: datetime) -> list[Said]:
    """Whether the dossier is complete now, or a correction that was asked for is here."""
    if papers.status == "amending" and not version.waits:
        papers.status = "complete"
        return [("amended", {"version": version.number, "content": version.sha256})]
    if papers.status == "notified" and not owe(law, papers, opened):
        papers.status, papers.declared_at = "complete", version.filed_at
        return [("declared", {"version": version.number, "content": version.sha256})]
    return []


def _allow(papers: Papers, form: str, lodging: Lodging, before: Filed | None) -> None:
    if papers.status == "cancelled":
        raise NotAllowed(
            f"Lượt {papers.reference} đã huỷ; hãy thông báo chuyến mới.",
            f"Movement {papers.reference} is cancelled; notify a new call.",
            place="call",
        )
    function = lodging.document.function
    if before is not None and function is Function.ORIGINAL:
        raise Duplicate(
            f"Bản khai này đã gửi (phiên bản {before.number}). Muốn sửa, gửi lại với chức năng thay thế (5) hoặc sửa đổi (4).",
            f"This paper is filed already (version {before.number}). To correct it, send it as a replacement (5) or change (4).",
            place="function", first=papers.reference,
        )  # fmt: skip
    if before is None and function in {Function.CHANGE, Function.ADD}:
        raise Refused(
            "Chưa có bản khai để sửa; hãy gửi khai mới (9).",
            "There is no paper to change yet; send it as an original (9).",
            place="function",
        )


def _merged(document: Sheet, before: Filed | None) -> Sheet:
    """A change or an addition names some bills; what it does not name stays as it was."""
    if before is None or document.function not in {Function.CHANGE, Function.ADD}:
        return document
    if not isinstance(document, Manifest):
        return document
    from motcua.manifest.documents import from_data

    old = from_data({"document": "manifest", **before.content})
    assert isinstance(old, Manifest)
    new = {(bill_key(bill.number), bill.kind): bill for bill in document.bills}
    kept = [new.pop((bill_key(bill.number), bill.kind), bill) for bill in old.bills]
    boxes = {box.number: box for box in (*old.equipment, *document.equipment)}
    said = document.totals if document.totals != Manifest().totals else Manifest().totals
    return replace(document, bills=(*kept, *new.values()), equipment=tuple(boxes.values()), totals=said)


def _checked(
    law: Provisions, codes: Codes, papers: Papers, lodging: Lodging, document: Sheet, form: str, late: Due | None,
    bills: Mapping[str, Known], opened: datetime,
) -> list[Finding]:  # fmt: skip
    movement = papers.movement
    why: Text | None = late.why(moments(movement, papers.declared_at, opened)) if late else None
    before = papers.in_force.get((form, lodging.filer if form == "house-bills" else None))
    found = check(
        document,
        Facts(
            law=law, codes=codes, form=form, at=lodging.at, entry=movement.direction == "entry",
            port_call=movement.is_port_call, mode=movement.mode, due=late, due_why=why,
            corrections=before.corrections + 1 if before else 0, bills=bills,
        ),
    )  # fmt: skip
    if errors(found):
        raise Invalid(found)
    return found


def _version(
    law: Provisions, lodging: Lodging, document: Sheet, form: str, before: Filed | None,
    due: Due | None, findings: list[Finding],
) -> tuple[Version, Persons | None]:  # fmt: skip
    content = to_data(document)
    digest = digest_of(content)
    name = content.pop("document")
    personal = law.papers.personal
    rows = content.pop(personal.documents[name], []) if name in personal.documents else None
    version = Version(
        movement=None, form=form, filer=lodging.filer if form == "house-bills" else None,
        number=before.number + 1 if before else 1, function=document.function.value, reference=document.reference[:70],
        content=content, sha256=digest, reason=lodging.reason, diff=diff(before.content, content) if before else {},
        findings=[as_kept(one) for one in findings], due_at=due.at if due else None, channel=lodging.channel,
        message_id=lodging.message, filed_at=lodging.at, filed_by=lodging.by,
    )  # fmt: skip
    if rows is None:
        return version, None
    keep = (lodging.at + timedelta(days=personal.keep_days)).astimezone(VIETNAM).date()
    return version, Persons(rows=rows, count=len(rows), keep_until=keep)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a document's data, written one way: names in order, no blanks."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_kept(finding: Finding) -> dict[str, str]:
    """A finding as the version keeps it."""
    return {
        "code": finding.code, "place": finding.place, "vi": finding.vi, "en": finding.en,
        "severity": str(finding.severity), "basis": finding.basis,
    }  # fmt: skip
