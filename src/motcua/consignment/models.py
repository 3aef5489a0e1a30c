"""
Bills tied to declarations, what was written off them, what does not agree, and what was taken on paper during an outage.

Bills are known by number, carrier and way, not by their row: a correction of a manifest writes its bills anew.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.casework.models import Case
from motcua.declarations.models import Declaration
from motcua.lib.bilingual import Text


class MatchRun(models.Model):
    """One comparison of everything: when, over how much, and what it found."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    bills = models.PositiveIntegerField()
    claims = models.PositiveIntegerField()
    tied = models.PositiveIntegerField()
    discrepancies = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="matchrun_newest")]


class Match(models.Model):
    """A bill that a declaration names, and which bill of a manifest that is; derived, and written anew when it changes."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="matches")
    written = models.CharField(max_length=60)
    how = models.CharField(max_length=14)
    bill_key = models.CharField(max_length=35, blank=True)
    carrier = models.CharField(max_length=17, blank=True)
    direction = models.CharField(max_length=5, blank=True)
    why_vi = models.TextField()
    why_en = models.TextField()
    found_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "matches"
        constraints = [models.UniqueConstraint(fields=["declaration", "written"], name="claim_matched_once")]
        indexes = [models.Index(fields=["bill_key"], name="match_by_bill", condition=~Q(bill_key=""))]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.written} → {self.bill_key or self.how}"

    @property
    def why(self) -> Text:
        """The sentence in both languages."""
        return Text(self.why_vi, self.why_en)


class WriteOff(models.Model):
    """
    One line of a bill's ledger: packages and mass taken off for a declaration, or, below zero, put back. Append-only.

    `declared` is the digit of the amendment it was written off for.
    """

    bill_key = models.CharField(max_length=35)
    carrier = models.CharField(max_length=17, blank=True)
    direction = models.CharField(max_length=5)
    declaration = models.CharField(max_length=11)
    declared = models.PositiveSmallIntegerField(default=0)
    packages = models.IntegerField()
    gross_kg = models.DecimalField(max_digits=16, decimal_places=3)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, packages__gte=0, gross_kg__gte=0)
                | Q(reverses__isnull=False, packages__lte=0, gross_kg__lte=0),
                name="writeoff_or_its_reversal",
            ),
        ]
        indexes = [
            models.Index(fields=["bill_key", "carrier", "direction"], name="writeoff_by_bill"),
            models.Index(fields=["declaration"], name="writeoff_by_declaration"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_key}: {self.packages} → {self.declaration}"


class Discrepancy(models.Model):
    """
    Something that does not agree. It goes by itself when it is mended (`gone_at`), or an officer settles it with a reason.
    """

    kind = models.CharField(max_length=20)
    severity = models.CharField(max_length=8)
    bill_key = models.CharField(max_length=35, blank=True)
    carrier = models.CharField(max_length=17, blank=True)
    direction = models.CharField(max_length=5, blank=True)
    declaration = models.CharField(max_length=11, blank=True)
    office = models.CharField(max_length=12, blank=True)
    declared = models.CharField(max_length=60, blank=True)
    found = models.CharField(max_length=60, blank=True)
    why_vi = models.TextField()
    why_en = models.TextField()
    since = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "discrepancies"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "bill_key", "carrier", "direction", "declaration", "declared"],
                condition=Q(gone_at__isnull=True), name="discrepancy_open_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(reason=""), name="settled_with_a_reason"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["office", "kind"], name="discrepancy_open",
                condition=Q(gone_at__isnull=True, settled_at__isnull=True),
            ),
            models.Index(fields=["bill_key"], name="discrepancy_by_bill", condition=~Q(bill_key="")),
            models.Index(fields=["declaration"], name="discrepancy_by_declaration", condition=~Q(declaration="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.bill_key} {self.declaration}"

    @property
    def why(self) -> Text:
        """The sentence in both languages."""
        return Text(self.why_vi, self.why_en)


class Outage(models.Model):
    """A time in which a system does not work, ours or a partner's, as somebody answerable declared it; shown on the site."""

    system = models.CharField(max_length=40)
    vi = models.CharField(max_length=300)
    en = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=60)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=models.F("began_at")),
                name="outage_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["system"], condition=Q(ended_at__isnull=True), name="one_open_outage_of_a_system"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.began_at:%Y-%m-%d %H:%M}"


class FormSheet(models.Model):
    """A numbered form printed beforehand for a counter; a number is given out once, ever."""

    number = models.CharField(max_length=24, primary_key=True)
    office = models.CharField(max_length=12)
    printed_at = models.DateTimeField()
    printed_by = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.number


class Paper(models.Model):
    """
    What was taken on paper while a system did not work: under which form number, what kind of paper, and its own number.

    `case.opened_at` is when it truly came. `copy` is above 1 where somebody used a form number again: that is a conflict.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="paper")
    form = models.CharField(max_length=24)
    copy = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=60)
    compare_key = models.CharField(max_length=60)
    tax_code = models.CharField(max_length=14, blank=True)
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    outage = models.ForeignKey(Outage, null=True, on_delete=models.PROTECT, related_name="papers")
    source = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "copy"], name="form_number_once"),
            models.UniqueConstraint(fields=["form", "digest"], name="paper_entered_once"),
        ]
        indexes = [models.Index(fields=["kind", "compare_key"], name="paper_by_number")]

    def __str__(self) -> str:
        return f"{self.form} {self.kind} {self.number}"
