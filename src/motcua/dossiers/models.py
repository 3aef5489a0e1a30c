"""Dossiers: what was filed, its papers one by one, its letters, and the result."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from motcua.casework.models import Attachment, Case


class Dossier(models.Model):
    """
    A dossier of one procedure. Its sheet, limit and true channel are pinned on the case.

    `answers` is the version in force; every version filed is a `Version`. `typed_by` tells who keyed it in: the
    applicant, or an officer at the counter (a paper dossier keyed in later never looks online).
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="dossier")
    applicant_name = models.CharField(max_length=200)
    applicant_tax_code = models.CharField(max_length=14, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    typed_by = models.CharField(max_length=60)
    secret = models.CharField(max_length=12, blank=True)
    amount_due = models.DecimalField(max_digits=14, decimal_places=0, null=True)
    result_number = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.case.reference


class Version(models.Model):
    """What was filed at one moment, whole: the first lodging, a supplement, an amendment."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="version_number_in_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} v{self.number}"


class Item(models.Model):
    """One document the sheet asks for, and what became of it in this dossier."""

    class State(models.TextChoices):
        MISSING = "missing"
        PROVIDED = "provided"
        LACKING = "lacking"
        NOT_NEEDED = "not_needed"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="items")
    document = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=State.choices, default=State.MISSING)
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "document"], name="item_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.document}"


class Letter(models.Model):
    """
    A paper of the dossier (Circular 01/2018 forms 01-05): receipt, request, refusal, apology, control slip, result.

    The text is kept as issued: what stands on a paper in somebody's hand is never recomputed, not even when the calendar
    changes afterwards.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt"
        REQUEST = "request"
        REFUSAL = "refusal"
        APOLOGY = "apology"
        RESULT = "result"
        NOTE = "note"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    body: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class Draft(models.Model):
    """What an applicant has typed so far: kept on every step, theirs alone, filed or thrown away."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    procedure = models.CharField(max_length=80)
    organisation = models.BigIntegerField(null=True)
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "procedure", "organisation"], name="draft_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure} of {self.owner_id}"
