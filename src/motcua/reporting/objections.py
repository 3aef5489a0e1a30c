"""A unit contests a figure of an issued report: the objection, its rows and what came of it stay with the report."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from motcua.casework.models import Case
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import Actor
from motcua.reporting.lists import count_of
from motcua.reporting.models import Issue, Objection, Ruling

MOST_ROWS = 500


def references_in(text: str) -> list[str]:
    """References as a person types them: one a line, or parted by semicolons."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;\n]", text) if part.strip()))


def object_to(
    issue: Issue, code: str, text: str, references: list[str], *, office: str, actor: Actor, at: datetime
) -> Objection:
    """
    Contest one figure of an issued report, naming the rows. Each reference must be in the register; whether the figure counted
    it, as known when the report was made, is looked up and kept.
    """
    if not office:
        raise NotAllowed(
            "Chỉ đơn vị mới phản biện số liệu.", "Only a unit contests a figure.", place="office"
        )
    if not text.strip():
        raise Refused("Hãy nói rõ con số sai ở đâu.", "Say what is wrong with the figure.", place="text")
    if len(references) > MOST_ROWS:
        raise Refused(
            f"Nhiều nhất {MOST_ROWS} dòng một lần.", f"At most {MOST_ROWS} rows at once.", place="rows"
        )  # fmt: skip
    # Refused with the nearest known codes where there is no such figure.
    counted = set(count_of(code, issue.period, issue.as_of).rows.references())
    known = set(Case.objects.filter(reference__in=references).values_list("reference", flat=True)) | counted
    if strange := [reference for reference in references if reference not in known]:
        raise Refused(
            f"Không có trong sổ: {', '.join(strange[:5])}.",
            f"Not in the register: {', '.join(strange[:5])}.",
            place="rows",
        )
    rows = [{"reference": reference, "counted": reference in counted} for reference in references]
    return Objection.objects.create(
        issue=issue, code=code, office=office, text=text.strip(), rows=rows, raised_by=actor.key, raised_at=at
    )


@transaction.atomic
def rule_on(objection: Objection, outcome: str, text: str, *, actor: Actor, at: datetime) -> Ruling:
    """Decide an objection with reasons; not by the unit that raised it, and once."""
    if actor.key == objection.raised_by or actor.office == objection.office:
        raise NotAllowed(
            "Đơn vị phản biện không tự kết luận phản biện của mình.",
            "The unit that objects does not rule on its own objection.",
            place="ruled_by",
        )
    if outcome not in Ruling.Outcome.values or not text.strip():
        raise Refused("Hãy chọn kết luận và nêu lý do.", "Choose an outcome and give reasons.", place="text")
    try:
        with transaction.atomic():
            return Ruling.objects.create(
                objection=objection, outcome=outcome, text=text.strip(), ruled_by=actor.key, ruled_at=at
            )
    except IntegrityError as error:
        raise NotAllowed(
            "Phản biện này đã có kết luận.", "This objection was ruled on already.", place="objection"
        ) from error
