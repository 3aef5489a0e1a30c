"""
What a ministry and its laboratory do, whether their officer sits at our page or their system sends a message.

One function per intent: domain rows, then the one door, in one transaction.
"""

from __future__ import annotations

from django.db import transaction

from motcua.casework.models import Event
from motcua.lib.errors import NotAllowed, Refused
from motcua.nsw.doing import Doing
from motcua.nsw.models import Inspection, Sample


def accept(inspection: Inspection, doing: Doing) -> Event:
    """Accept the application; the ministry's clock begins."""
    return doing.record(inspection.case, "accepted")


@transaction.atomic
def refuse(inspection: Inspection, doing: Doing, *, text: str, code: str = "") -> Event:
    """Refuse the application, with the reason."""
    _words(text)
    return doing.record(inspection.case, "refused", {"code": code or "refused"}, text)


# By where the application stands: the event that asks for more.
ASKS = {
    "waiting": "completion_requested", "accepted": "supplement_requested", "sampling": "supplement_requested",
    "assessing": "result_supplement_requested",
}  # fmt: skip


@transaction.atomic
def ask_supplement(
    inspection: Inspection, doing: Doing, *, text: str, desk: str, code: str = "", kind: str = ""
) -> Event:
    """Ask for what is lacking, once and with everything: which desk asks, and in which phase, is kept."""
    _words(text)
    kind = kind or ASKS.get(inspection.case.status, "supplement_requested")
    return doing.record(inspection.case, kind, {"desk": desk, "code": code}, text)


@transaction.atomic
def assign(inspection: Inspection, doing: Doing, *, officer: str) -> Event:
    """Hand the application to an officer of the ministry."""
    event = doing.record(inspection.case, "assigned", {"officer": officer})
    Inspection.objects.filter(pk=inspection.pk).update(officer=officer)
    inspection.officer = officer
    return event


def confirm(inspection: Inspection, doing: Doing) -> Event:
    """Confirm the registration: goods may be cleared, the conformity result follows."""
    return doing.record(inspection.case, "registration_confirmed")


@transaction.atomic
def withdraw_registration(inspection: Inspection, doing: Doing, *, text: str) -> Event:
    """Take the confirmation back."""
    return doing.record(inspection.case, "registration_withdrawn", {"code": "withdrawn"}, text)


@transaction.atomic
def take_sample(
    inspection: Inspection, doing: Doing, *, number: str, laboratory: int | None, asked: str
) -> Sample:
    """Take a sample and hand it to a laboratory."""
    number = number.strip() or f"{inspection.file_code}/M{inspection.samples.count() + 1}"
    if inspection.samples.filter(number=number).exists():
        raise Refused(f"Đã có mẫu số {number}.", f"There is a sample {number} already.", place="sample")
    doing.record(inspection.case, "sampled", {"sample": number})
    return Sample.objects.create(
        inspection=inspection, number=number, laboratory=laboratory, taken_at=doing.at, taken_by=doing.actor.key,
        asked=asked[:500],
    )  # fmt: skip


@transaction.atomic
def report_test(
    inspection: Inspection, doing: Doing, *, sample: str, outcome: str, report_number: str, found: str
) -> Event:
    """The laboratory says what it found in a sample; it may say so once."""
    rows = Sample.objects.select_for_update().filter(inspection=inspection, reported_at=None)
    taken = rows.filter(number=sample).first() if sample else rows.first()
    if taken is None and sample:
        if Sample.objects.filter(inspection=inspection, number=sample).exists():
            raise NotAllowed(
                f"Mẫu {sample} đã có kết quả. Muốn sửa, hãy lấy mẫu lại.",
                f"Sample {sample} has its result. To change it, take another sample.",
            )
        raise Refused(f"Không có mẫu {sample}.", f"There is no sample {sample}.", place="sample")
    event = doing.record(
        inspection.case, "tested", {"sample": taken.number if taken else "", "outcome": outcome}
    )
    if taken is not None:
        taken.outcome, taken.report_number, taken.found = outcome, report_number[:60], found
        taken.reported_at, taken.reported_by = max(doing.at, taken.taken_at), doing.actor.key
        taken.save()
    return event


def _words(text: str) -> None:
    if not text.strip():
        raise Refused("Hãy ghi rõ lý do, đầy đủ trong một lần.", "Say why, all of it at once.", place="text")
