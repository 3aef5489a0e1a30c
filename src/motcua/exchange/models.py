"""
Partners and their messages. A message is kept before anybody thinks about it, and is never changed afterwards.

What became of a message stands beside it: `Handling` for what came in, `Delivery` for what goes out. What people did
about it on the message desk is a `DeskAct`, which can only be added.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Partner(models.Model):
    """
    A system that sends us messages or takes ours: the customs core, a ministry, a port, a carrier.

    `profile` names the reading profile of its messages; `transport` with its `settings` (see `transports`) is the way
    ours go to it. Its keys and certificates speak for `organisation`. Empty limits mean the gateway's own.
    """

    class Transport(models.TextChoices):
        POLL = "poll"
        HTTPS = "https"
        SFTP = "sftp"
        FOLDER = "folder"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True, db_default=True)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="partners"
    )
    profile = models.CharField(max_length=60, blank=True, default="", db_default="")
    contact = models.CharField(max_length=200, blank=True, default="", db_default="")
    transport = models.CharField(
        max_length=10, choices=Transport.choices, default=Transport.POLL, db_default=Transport.POLL
    )
    settings = models.JSONField(default=dict, blank=True, db_default={})
    closed_types = ArrayField(models.CharField(max_length=60), default=list, blank=True, db_default=[])
    per_minute = models.PositiveIntegerField(null=True, blank=True)
    per_day = models.PositiveIntegerField(null=True, blank=True)
    largest_bytes = models.PositiveIntegerField(null=True, blank=True)
    certificates = ArrayField(models.CharField(max_length=64), default=list, blank=True, db_default=[])

    def __str__(self) -> str:
        return self.code


class PartnerKey(models.Model):
    """A key with which a partner's system speaks to us; shown once, kept only as a digest."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    label = models.CharField(max_length=100)
    key_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label} ({self.partner_id})"


class Line(models.Model):
    """How the line to a partner stands: how often in a row it failed, since when, and when it is tried again."""

    partner = models.OneToOneField(Partner, primary_key=True, on_delete=models.CASCADE, related_name="line")
    failures = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    looked_in_at = models.DateTimeField(null=True)
    last_fault = models.TextField(blank=True)


class Tally(models.Model):
    """How much a partner sent in the minute or on the day; not logged, because a crash may forget it."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE)
    span = models.CharField(max_length=6, choices=[("minute", "minute"), ("day", "day")])
    begins_at = models.DateTimeField()
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "span"], name="tally_one_a_span")]


class Message(models.Model):
    """
    Exact bytes that came in or went out, with their digest and time; UPDATE and DELETE are refused by a trigger.

    `(partner, direction, reference)` is unique for ever: a repeated message gets the stored answer again, and
    `acknowledgement` with `acknowledged_as` (an HTTP status) is that answer. `received_at` is what our clock said (the
    replay's clock in a replay); `stored_at` is what the database's said.

    `answers` is the message answered, `repairs` the one this is a mended version of, `contests` the one whose reference
    this one came under with other bytes.
    """

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    reference = models.CharField(max_length=100)
    type = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField(db_default=Now(), editable=False)
    acknowledgement = models.BinaryField(null=True)
    acknowledged_as = models.PositiveSmallIntegerField(null=True)
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    repairs = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="repaired_by")
    contests = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="contested_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "direction", "reference"], name="message_is_known_once"
            ),
        ]
        indexes = [models.Index(fields=["partner", "direction", "-received_at"], name="message_by_partner")]

    def __str__(self) -> str:
        return f"{self.partner_id}/{self.reference}"


class Handling(models.Model):
    """What became of a message that came in: the queue. One row a message; the worker claims it with SKIP LOCKED."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"
        STUCK = "stuck"
        REPAIRED = "repaired"
        GIVEN_UP = "given_up"

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.PROTECT, related_name="handling"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], name="handling_waiting", condition=models.Q(state__in=["waiting"])
            ),
            models.Index(
                fields=["state", "message"],
                name="handling_on_the_desk",
                condition=models.Q(state__in=["waiting", "refused", "stuck"]),
            ),
        ]


class Delivery(models.Model):
    """
    What became of a message that goes out. `next_try_at` is also the claim: a worker that takes it moves it on before it
    sends, so that one killed between send and mark leaves it to be sent again under the same reference.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        REFUSED = "refused"
        DEAD = "dead"
        GIVEN_UP = "given_up"

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.PROTECT, related_name="delivery"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | ~Q(state="waiting"), name="delivery_waits_or_is_over"
            ),
            models.CheckConstraint(
                condition=Q(next_try_at__gte=F("queued_at")), name="delivery_is_tried_after_it_is_queued"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_waiting", condition=Q(state__in=["waiting"])),
            models.Index(
                fields=["state", "message"],
                name="delivery_on_the_desk",
                condition=Q(state__in=["waiting", "refused", "dead"]),
            ),
            models.Index(fields=["partner", "-finished_at"], name="delivery_by_partner"),
        ]


class DeskAct(models.Model):
    """What somebody did about a message on the desk, or with a partner; only added, never changed."""

    class Kind(models.TextChoices):
        REPAIRED = "repaired"
        REPLAYED = "replayed"
        RESENT = "resent"
        GIVEN_UP = "given_up"
        TAKEN = "taken"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="desk_acts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    stored_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]


class PartnerChange(models.Model):
    """What somebody changed about a partner: the fields with their values before and after; only added."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="changes")
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    what = models.JSONField()
    stored_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
