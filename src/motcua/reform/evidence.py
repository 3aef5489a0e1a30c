"""
What may show that a task is done. Each kind turns what was handed in into a proof that can be checked again, or refuses it.

The kinds stand in `EVIDENCE` of config/registry.py, by dotted path: `(task, given, at) -> Proof`; other apps add theirs there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.casework import attachments
from motcua.law.diff import diff
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.procedures.catalogue import catalogue
from motcua.reform.models import Evidence, Task

KINDS = {
    "document": Text("Văn bản", "Document"),
    "sheet-diff": Text("Thay đổi của thủ tục", "Change of a procedure"),
    "publication": Text("Minh chứng niêm yết", "Proof of posting"),
    "indicator": Text("Chỉ tiêu đếm từ sổ", "Indicator counted from records"),
}


@dataclass(frozen=True)
class Proof:
    """What is shown: its mark, its date, the digest it is known by, and what it is called."""

    mark: str
    dated_on: date
    sha256: str
    title: str = ""


@dataclass(frozen=True)
class Given:
    """What the lead unit hands in: the words of a form, and a file where there is one."""

    words: Mapping[str, str]
    name: str = ""
    content: bytes = b""


class Prove(Protocol):
    """A kind of evidence."""

    def __call__(self, task: Task, given: Given, at: datetime) -> Proof:
        """The proof, or Refused."""


def kinds() -> list[tuple[str, Text]]:
    """The kinds a lead unit may hand in, with their names."""
    return [(kind, KINDS.get(kind, Text(kind, kind))) for kind in settings.EVIDENCE]


def prove(kind: str, task: Task, given: Given, at: datetime) -> Proof:
    """Ask the kind for its proof; Refused for a kind nobody registered."""
    path = settings.EVIDENCE.get(kind)
    if path is None:
        known = ", ".join(settings.EVIDENCE)
        raise Refused(
            f"Không có loại tài liệu kiểm chứng '{kind}'; các loại: {known}.",
            f"There is no kind of evidence '{kind}'; the kinds are: {known}.",
            place="kind",
        )
    found: Callable[..., Proof] = import_string(path)
    return found(task, given, at)


def document(task: Task, given: Given, at: datetime) -> Proof:
    """A document: its number and symbol, its date, and its file, known by the SHA-256 of its bytes."""
    mark = given.words.get("mark", "").strip()
    if not mark:
        raise Refused(
            "Hãy ghi số, ký hiệu của văn bản, ví dụ 215/HQQN-VP.",
            "Give the number and symbol of the document, such as 215/HQQN-VP.",
            place="mark",
        )
    dated = _day(given.words.get("dated_on", ""), at)
    attachments.check(given.name or "-", given.content, "file")
    return Proof(
        mark[:120], dated, hashlib.sha256(given.content).hexdigest(), given.words.get("title", "")[:300]
    )


def _day(text: str, at: datetime) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            f"Không đọc được ngày văn bản '{text}'; hãy viết 2020-09-28.",
            f"The date of the document '{text}' cannot be read; write 2020-09-28.",
            place="dated_on",
        ) from None
    if day > at.astimezone(VIETNAM).date():
        raise Refused(
            f"Văn bản đề ngày {day:%d/%m/%Y} còn ở tương lai; hãy sửa ngày.",
            f"The document is dated {day}, which lies in the future; correct the date.",
            place="dated_on",
        )
    return day


def sheet_diff(task: Task, given: Given, at: datetime) -> Proof:
    """A version of a procedure in force that differs from the one before: the digest is of both sheets together."""
    procedure = given.words.get("mark", "").strip()
    today = at.astimezone(VIETNAM).date()
    versions = [sheet for sheet in catalogue().versions(procedure) if sheet.since <= today]
    if len(versions) < 2:
        raise Refused(
            f"Thủ tục '{procedure}' chưa có hai phiên bản đã có hiệu lực để so sánh.",
            f"The procedure '{procedure}' has no two versions in force by now that could be compared.",
            place="mark",
        )
    before, after = versions[-2:]
    changes = [change for change in diff(before, after) if not change.is_editorial]
    if not changes:
        raise Refused(
            f"Hai phiên bản của '{procedure}' chỉ khác cách viết, không có gì được cải cách.",
            f"The two versions of '{procedure}' differ in wording only: nothing was reformed.",
            place="mark",
        )
    digest = hashlib.sha256(f"{before.digest}\n{after.digest}".encode()).hexdigest()
    return Proof(
        f"{procedure} {before.since} → {after.since}"[:120], after.since, digest,
        f"{len(changes)} thay đổi · {len(changes)} changes",
    )  # fmt: skip


@dataclass(frozen=True)
class Broken:
    """Evidence whose file is no longer what was accepted, or gone."""

    reference: str
    mark: str
    finding: Text


def broken(year: int) -> Iterator[Broken]:
    """Read every file of a plan's evidence back against its digest; what was changed afterwards is said."""
    rows = Evidence.objects.filter(case__task__year=year, attachment__isnull=False)
    for row in rows.select_related("attachment", "case").order_by("case__reference", "event"):
        assert row.attachment is not None
        try:
            content = attachments.read(row.attachment)
        except Refused as refused:
            yield Broken(row.case.reference, row.mark, Text(refused.text, refused.text_en))
            continue
        if hashlib.sha256(content).hexdigest() != row.sha256:
            yield Broken(
                row.case.reference, row.mark,
                Text("Tệp khác với tệp đã công nhận.", "The file is not the one that was accepted."),
            )  # fmt: skip
