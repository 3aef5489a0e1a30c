"""Issued reports: frozen, signed, append-only. Reading one is reading one row."""

from __future__ import annotations

from typing import Any

from django.db import models

from motcua.casework.figures import Period
from motcua.lib.bilingual import Text


class Issue(models.Model):
    """
    One issue of a report for a period; UPDATE and DELETE are refused by a trigger. A correction is another issue.

    `sha256` is over the canonical JSON of `content`; `signature` (Ed25519) is over the canonical JSON of `statement()`, which
    names the issue before by its digest, so that a series of revisions cannot be rewritten.
    """

    class Status(models.TextChoices):
        PROVISIONAL = "provisional"
        REVISED = "revised"
        FINAL = "final"

    class Reason(models.TextChoices):
        LATE_ROW = "late_row"
        CORRECTED_ROW = "corrected_row"
        DEFINITION = "changed_definition"
        ERROR = "error"

    report = models.CharField(max_length=40)
    period_start = models.DateField()
    period_end = models.DateField()
    as_of = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status.choices)
    revision = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    explanation = models.TextField(blank=True)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    changes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    code_version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=60)
    signature = models.BinaryField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["report", "period_start", "period_end", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "period_start", "period_end", "revision"], name="issue_revision_once"
            ),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="issue_revision_from_one"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="issue_period_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How people cite it: `bulletin 2020-01-01..2020-09-30 no. 2`."""
        return f"{self.report} {self.period_start}..{self.period_end} no. {self.revision}"

    @property
    def period(self) -> Period:
        """The period it reports on."""
        return Period(self.period_start, self.period_end)

    @property
    def status_title(self) -> Text:
        """Its status for people."""
        return {
            "provisional": Text("Tạm thời", "Provisional"),
            "revised": Text("Đã chỉnh sửa (R)", "Revised (R)"),
            "final": Text("Chính thức", "Final"),
        }[self.status]

    def statement(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "report": self.report,
            "period_start": self.period_start,
            "period_end": self.period_end,
            "as_of": self.as_of,
            "status": self.status,
            "revision": self.revision,
            "reason": self.reason,
            "explanation": self.explanation,
            "changes": self.changes,
            "code_version": self.code_version,
            "sha256": self.sha256,
            "previous_sha256": self.previous_sha256,
            "issued_at": self.issued_at,
            "issued_by": self.issued_by,
        }


class Coverage(models.Model):
    """
    From which day on the records behind some figures are complete; `figures` is the beginning of their codes.

    A base period that begins earlier is not compared with: half a year of records is no base for a whole one. Where
    nothing is said, records are taken to be complete.
    """

    figures = models.CharField(max_length=60, unique=True)
    complete_from = models.DateField()
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.figures} from {self.complete_from}"


class Objection(models.Model):
    """
    A unit contests a figure of an issued report; added, never changed. `rows` names what it says was wrongly counted or left
    out, each with whether the figure counted it: `[{"reference": …, "counted": true}]`.
    """

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="objections", db_index=False)
    code = models.CharField(max_length=80)
    office = models.CharField(max_length=12)
    text = models.TextField()
    rows: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    raised_by = models.CharField(max_length=60)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["raised_at", "pk"]

    def __str__(self) -> str:
        return f"objection of {self.office} to {self.code}"


class Ruling(models.Model):
    """What came of an objection, by somebody of another office; added, never changed. Upheld leads to a revision."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld"
        PARTLY = "partly"
        DISMISSED = "dismissed"

    objection = models.OneToOneField(Objection, primary_key=True, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    text = models.TextField()
    ruled_by = models.CharField(max_length=60)
    ruled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.outcome}: {self.objection}"
