"""Partners and their messages. A message is kept before anybody thinks about it, and is never changed afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Partner(models.Model):
    """A system that sends us messages or takes ours: the customs core, a ministry, a port, a carrier."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Message(models.Model):
    """
    Exact bytes that came in or went out, with their digest and time; UPDATE and DELETE are refused by a trigger.

    `(partner, direction, reference)` is unique for ever: a repeated message gets the stored answer again.
    `received_at` is what our clock said (the replay's clock in a replay); `stored_at` is what the database's said.
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
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "direction", "reference"], name="message_is_known_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}/{self.reference}"


class Handling(models.Model):
    """What became of a message: the queue. One row a message; the worker claims it with SKIP LOCKED."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"
        STUCK = "stuck"

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
        ]
