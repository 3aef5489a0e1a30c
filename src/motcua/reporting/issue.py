"""
Issuing reports: frozen figures, a signature, and revisions that say what changed and why.

A report that is final stays as it was issued. Correcting it is a new issue with a reason, which lists, figure by figure, the
late rows, the corrected rows, and whether the definition changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua.casework.figures import Period
from motcua.casework.seal import signer
from motcua.lib.digest import canonical, plain
from motcua.lib.errors import Refused
from motcua.lib.signing import Signer, Verifier
from motcua.people.actor import Actor
from motcua.reporting.asof import checked, safe_as_of, snapshot
from motcua.reporting.changes import changes_since
from motcua.reporting.form06a import form_06a
from motcua.reporting.measure import as_json, figures
from motcua.reporting.models import Issue
from motcua.reporting.render import form_json

Contents = Callable[[Period, datetime], dict[str, Any]]


def _bulletin(period: Period, as_of: datetime) -> dict[str, Any]:
    found = figures(period, as_of)
    return {"kind": "bulletin", **as_json(found)}


def _form(by: str) -> Contents:
    def contents(period: Period, as_of: datetime) -> dict[str, Any]:
        form = form_06a(period, as_of, by)  # type: ignore[arg-type]
        form.require_identities()
        return {"kind": "06a", **form_json(form), "opening": _opening(by, period, form.total.cells[6])}

    return contents


REPORTS: dict[str, Contents] = {
    "bulletin": _bulletin,
    "06a": _form("office"),
    "06a-field": _form("field"),
    "06a-procedure": _form("procedure"),
}


def _opening(by: str, period: Period, now: int) -> dict[str, Any] | None:
    """The closing of the period before as it was issued, beside today's opening: a late correction shows here."""
    report = {"office": "06a"}.get(by, f"06a-{by}")
    before = Issue.objects.filter(report=report, period_end__lt=period.start).order_by(
        "-period_end", "-revision"
    ).first()  # fmt: skip
    if before is None or (period.start - before.period_end).days != 1:
        return None
    closing = int(before.content["total"]["cells"]["11"])
    return {"issue": before.name, "closing_issued": closing, "opening_now": now, "difference": now - closing}


def issue(
    report: str,
    period: Period,
    actor: Actor,
    *,
    status: str = Issue.Status.PROVISIONAL,
    as_of: datetime | None = None,
    reason: str = "",
    explanation: str = "",
    by: Signer | None = None,
) -> Issue:
    """
    Freeze, sign and keep a report of a period; the first issue, or with a `reason` a revision of the one before.

    Raises Refused where the period is already issued (naming the issue and how to mend), where a revision changes nothing,
    where a final report comes before the end of its period; Invalid where the form's identities do not hold.
    """
    contents = _contents(report)
    moment = checked(as_of) if as_of else safe_as_of()
    before = latest(report, period)
    _require_order(before, period, moment, status, reason, explanation)
    with snapshot():
        content = plain(contents(period, moment))
        changes = plain(changes_since(before, content, period, moment)) if before else []
    if before is not None:
        status = _status_after(before, status, reason, changes)
    signer_ = by or signer()
    new = Issue(
        report=report, period_start=period.start, period_end=period.end, as_of=moment, status=status,
        revision=before.revision + 1 if before else 1, reason=reason, explanation=explanation, content=content,
        changes=changes, code_version=settings.VERSION, sha256=sha256(canonical(content)).hexdigest(),
        previous_sha256=before.sha256 if before else "", key_id=signer_.key_id, issued_at=timezone.now(),
        issued_by=actor.key,
    )  # fmt: skip
    new.signature = signer_.sign(canonical(new.statement()))
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as error:
        if "issue_revision_once" not in str(error):
            raise
        raise _already(latest(report, period) or new) from error
    return new


def latest(report: str, period: Period) -> Issue | None:
    """The issue in force for a period; None when nothing was issued."""
    return Issue.objects.filter(
        report=report, period_start=period.start, period_end=period.end
    ).order_by("-revision").first()  # fmt: skip


def holds(issued: Issue, public_pem: bytes) -> bool:
    """Whether an issue is as it was signed: its content has its digest, and the signature is the department's."""
    if sha256(canonical(issued.content)).hexdigest() != issued.sha256:
        return False
    return Verifier(public_pem).verify(bytes(issued.signature), canonical(issued.statement()))


def _contents(report: str) -> Contents:
    if report not in REPORTS:
        known = ", ".join(REPORTS)
        raise Refused(
            f"Không có báo cáo '{report}'; các báo cáo: {known}.",
            f"There is no report '{report}'; reports: {known}.",
            place="name",
        )
    return REPORTS[report]


def _require_order(
    before: Issue | None, period: Period, as_of: datetime, status: str, reason: str, explanation: str
) -> None:
    if status == Issue.Status.FINAL and as_of < period.ends:
        raise Refused(
            f"Kỳ {period.title.vi} chưa kết thúc vào thời điểm chốt: chỉ phát hành tạm thời được.",
            f"The period {period.title.en} had not ended at the moment asked for: it can only be issued as provisional.",
            place="status",
        )
    if reason and reason not in Issue.Reason.values:
        raise Refused(
            f"Không có lý do '{reason}'; các lý do: {', '.join(Issue.Reason.values)}.",
            f"There is no reason '{reason}'; reasons: {', '.join(Issue.Reason.values)}.",
            place="reason",
        )
    if before is None:
        if reason:
            raise Refused(
                "Kỳ này chưa phát hành lần nào nên không có gì để chỉnh sửa; hãy bỏ --reason.",
                "This period was never issued, so there is nothing to revise; leave --reason out.",
                place="reason",
            )
        return
    if not reason and (before.status != Issue.Status.PROVISIONAL or status != Issue.Status.FINAL):
        raise _already(before)
    if reason and not explanation.strip():
        raise Refused(
            "Chỉnh sửa cần một câu giải thích (--why) để người đọc biết vì sao số liệu thay đổi.",
            "A revision needs a sentence (--why) that tells readers why the figures changed.",
            place="explanation",
        )
    if as_of < before.as_of:
        raise Refused(
            f"Bản chỉnh sửa phải chốt không sớm hơn bản trước ({before.as_of:%Y-%m-%d %H:%M} UTC).",
            f"A revision cannot be as of a moment before the issue it revises ({before.as_of:%Y-%m-%d %H:%M} UTC).",
            place="as-of",
        )


def _status_after(before: Issue, status: str, reason: str, changes: list[dict[str, Any]]) -> str:
    """The status of an issue that follows another; confirming as final needs the same figures, revising needs others."""
    if not reason:
        if changes:
            raise Refused(
                f"Số liệu đã khác bản {before.name} ({len(changes)} chỗ), nên không thể xác nhận là chính thức; "
                "hãy phát hành bản chỉnh sửa với --reason và --why.",
                f"The figures differ from {before.name} in {len(changes)} places, so it cannot be confirmed as final; "
                "issue a revision with --reason and --why.",
                place="status",
            )
        return status
    if not changes:
        raise Refused(
            f"Không có gì thay đổi so với bản {before.name}; không cần chỉnh sửa.",
            f"Nothing changed since {before.name}; there is nothing to revise.",
            place="reason",
        )
    return Issue.Status.FINAL if status == Issue.Status.FINAL else Issue.Status.REVISED


def _already(before: Issue) -> Refused:
    local = timezone.localtime(before.issued_at)
    return Refused(
        f"Kỳ này đã phát hành: {before.name}, {before.status_title.vi.lower()}, ngày {local:%d/%m/%Y}. Muốn sửa, hãy phát hành "
        "bản chỉnh sửa với --reason (late_row, corrected_row, changed_definition, error) và --why.",
        f"This period is issued already: {before.name}, {before.status_title.en.lower()}, on "
        f"{local:%Y-%m-%d}. To correct it, issue "
        "a revision with --reason (late_row, corrected_row, changed_definition, error) and --why.",
        place="period",
    )
