"""What was published by which decision, what hangs at which office, what the national database answered, and the alarms."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from motcua.casework.models import Attachment, Case


class Publication(models.Model):
    """A version of a procedure on its way into the public: decision, entry, check, public."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="publication")
    procedure = models.CharField(max_length=80)
    since = models.DateField()
    sha256 = models.CharField(max_length=64)
    decision = models.CharField(max_length=60)
    decided_on = models.DateField()
    national_id = models.CharField(max_length=40, blank=True)
    entered_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "since", "decision"], name="published_once")
        ]

    def __str__(self) -> str:
        return f"{self.procedure}@{self.since} {self.decision}"


class Posting(models.Model):
    """
    One version of one procedure on the wall of one office: when it was put up, its proof, who checked it, when it came
    down. One version of a procedure hangs at a time; every act is an event of the office's board as well.
    """

    class Form(models.TextChoices):
        BOARD = "board"
        SCREEN = "screen"
        BINDER = "binder"

    wall = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="postings")
    office = models.CharField(max_length=12)
    procedure = models.CharField(max_length=80)
    since = models.DateField()
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=8, choices=Form.choices, default=Form.BOARD)
    posted_on = models.DateField()
    posted_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    proof = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=60, blank=True)
    removed_on = models.DateField(null=True)
    removed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "procedure"], condition=Q(removed_on=None), name="one_version_on_the_wall"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.procedure}@{self.since}"


class NationalRecord(models.Model):
    """The last answer of the national database about one procedure, as it came."""

    procedure = models.CharField(max_length=80, unique=True)
    national_id = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    record: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    read_at = models.DateTimeField()
    trouble = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.procedure} {self.national_id} v{self.version}"


class Alarm(models.Model):
    """A difference that was seen: since when, until when. A cleared one stays as history."""

    place = models.CharField(max_length=8)
    code = models.CharField(max_length=40)
    procedure = models.CharField(max_length=80, blank=True)
    office = models.CharField(max_length=12, blank=True)
    vi = models.TextField()
    en = models.TextField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "code", "procedure", "office"],
                condition=Q(cleared_at=None),
                name="alarm_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.procedure} {self.office}"


class Watch(models.Model):
    """One round of comparing: when, what was found, and which place could not be asked."""

    at = models.DateTimeField()
    found = models.PositiveIntegerField()
    unasked = models.JSONField(default=list)

    class Meta:
        get_latest_by = "at"
