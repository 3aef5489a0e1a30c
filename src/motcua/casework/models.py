"""The spine: cases, their events, what is derived from them, and how cases are tied together."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now

from motcua.casework.lifecycle import Lifecycle, Past
from motcua.exchange.models import Message
from motcua.lib.worktime import Limit


class Channel(models.TextChoices):
    """How a case truly came to us; direct and postal are one column in form II.06a and two in Decision 766."""

    ONLINE = "online"
    DESK = "desk"
    POST = "post"
    MESSAGE = "message"


class Case(models.Model):
    """
    Anything with a life worth following: a dossier, a declaration, a ship's movement, a certificate, a task.

    What stands above the line is fixed when the case is opened, from the sheet then in force. What stands below is
    derived from the events by `derive`, rebuilt by `recount`, and written by nobody else.
    """

    kind = models.CharField(max_length=24)
    reference = models.CharField(max_length=64)
    office = models.CharField(max_length=12)
    procedure = models.CharField(max_length=80, blank=True)
    sheet_since = models.DateField(null=True)
    calendar = models.CharField(max_length=40, blank=True)
    limit_text = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    organisation = models.BigIntegerField(null=True)
    label = models.CharField(max_length=300, blank=True)
    search = models.CharField(max_length=400, blank=True)
    opened_at = models.DateTimeField()

    status = models.CharField(max_length=24, default="new")
    paused_for = ArrayField(models.CharField(max_length=24), default=list)
    holder = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True)
    due_at = models.DateTimeField(null=True)
    used = models.BigIntegerField(default=0)
    verdict = models.CharField(max_length=8, blank=True)
    last_number = models.PositiveIntegerField(default=0)
    last_recorded_at = models.DateTimeField(null=True)
    head = models.BinaryField(default=bytes(32))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="reference_is_unique"),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True)
                | models.Q(received_at__isnull=True)
                | models.Q(finished_at__gte=models.F("received_at")),
                name="finished_not_before_received",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-opened_at"], name="case_newest"),
            models.Index(fields=["organisation", "-opened_at"], name="case_of_organisation"),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="case_search"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def limit(self) -> Limit | None:
        """The limit pinned when the case was opened; None where the law sets none."""
        return Limit.from_text(self.limit_text) if self.limit_text else None

    @property
    def lifecycle(self) -> Lifecycle:
        """The table this kind of case lives by."""
        from motcua.casework.registry import lifecycle

        return lifecycle(self.kind)


class Event(models.Model):
    """
    One thing that happened to a case; UPDATE and DELETE are refused by a trigger, and the application's role has no such right.

    `happened_at` in the world, `recorded_at` in the system; `stored_at` is the database's own clock, so that a replay
    (whose clock runs through past years) can always be told from live work. `digest` chains the events of the case.
    Nothing personal stands in `details`: an append-only log cannot forget.
    """

    # The index of `event_number_in_case` begins with the case; a second one would be written for nothing.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    details: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, db_index=False)
    voids = models.PositiveIntegerField(null=True)
    digest = models.BinaryField()
    stored_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["case_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="event_number_in_case"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="event_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number} {self.kind}"

    def past(self) -> Past:
        """The event as the fold sees it."""
        return Past(self.number, self.kind, self.happened_at, self.voids, self.details)


def details_of_row(text: str) -> dict[str, Any]:
    """The details of an event read by a bare cursor: Django leaves jsonb as text there. Most are empty."""
    return {} if text == "{}" else dict(json.loads(text))


class Standing(models.Model):
    """
    What the reports knew about a case, and when they knew it: a bitemporal cache over the events.

    A row holds from `known_from` until `known_to` (null: until now) in *recorded* time. A report as of a past moment reads
    the rows known then, so later events cannot change it. `recount` rebuilds all rows from events alone.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="standings")
    kind = models.CharField(max_length=24)
    office = models.CharField(max_length=12)
    procedure = models.CharField(max_length=80)
    channel = models.CharField(max_length=8)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8)
    outcome = models.CharField(max_length=24)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="standing_received"),
            models.Index(
                fields=["finished_at"],
                name="standing_finished",
                condition=models.Q(finished_at__isnull=False),
            ),
        ]


class Seal(models.Model):
    """A signed Merkle head over the events since the seal before; append-only like the events themselves."""

    number = models.PositiveIntegerField(primary_key=True)
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField(unique=True)
    size = models.PositiveIntegerField()
    head = models.JSONField()
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()


class Link(models.Model):
    """Two cases that concern the same thing: an inspection of a declaration, a certificate used by it."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out", db_index=False)
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="link_not_to_itself"),
        ]


class Attachment(models.Model):
    """A file of a case, named by the SHA-256 of its bytes; the bytes lie in the files folder, once however often used."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments", db_index=False)
    document = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "document", "sha256"], name="attachment_once"),
        ]


class Counter(models.Model):
    """The last number given in a series, such as one office's dossiers of one day."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveIntegerField()
