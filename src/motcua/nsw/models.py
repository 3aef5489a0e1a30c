"""Specialised inspections: what was applied for, what was found, and which declarations the results serve."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from motcua.casework.models import Case


def tidy(quantity: Decimal | None) -> Decimal | int | None:
    """A quantity as people write it: 1.000,000 would be read as a million."""
    if quantity is None:
        return None
    return int(quantity) if quantity == quantity.to_integral_value() else quantity.normalize()


class Inspection(models.Model):
    """
    One application to a ministry. `file_code` is the portal's, of no fixed length.

    Which declarations it serves are `casework.Link`s of kind "inspects": one result may serve several declarations, one
    declaration may need several results. `facts` holds what was told once and need not be asked again.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="inspection")
    file_code = models.CharField(max_length=40, unique=True)
    ministry = models.CharField(max_length=20)
    goods = models.CharField(max_length=200)
    hs_code = models.CharField(max_length=8)
    result_number = models.CharField(max_length=60, blank=True)
    document_type = models.CharField(max_length=20, blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="")
    rule = models.CharField(max_length=60, blank=True, default="")
    mode = models.CharField(max_length=10, blank=True, default="")
    purpose = models.CharField(max_length=40, blank=True, default="")
    flow = models.CharField(max_length=6, default="import")
    tax_code = models.CharField(max_length=14, blank=True, default="")
    applicant = models.CharField(max_length=200, blank=True, default="")
    officer = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["ministry", "case"], name="inspection_of_ministry")]

    def __str__(self) -> str:
        return self.file_code


class Goods(models.Model):
    """One line of an application: the goods, how many, and the declaration line they are on where it is known."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300)
    hs_code = models.CharField(max_length=8)
    origin = models.CharField(max_length=2)
    quantity = models.DecimalField(max_digits=18, decimal_places=3)
    unit = models.CharField(max_length=10)
    net_kg = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    declaration_key = models.CharField(max_length=11, blank=True)
    declaration_line = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name_plural = "goods"
        ordering = ["inspection_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="goods_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="goods_quantity_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.number}"

    @property
    def amount(self) -> Decimal | int | None:
        """The quantity, to be shown."""
        return tidy(self.quantity)


class Result(models.Model):
    """
    A ministry's result as it came. One issued again under the same number replaces the former, which stays to be seen.

    `recalled_at` says when the ministry took it back; what it served until then is not forgotten.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="results")
    number = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10)
    agency = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    text = models.TextField(blank=True)
    received_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["inspection_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "version"], name="result_version_once"),
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(replaced_at__isnull=True), name="result_one_in_force"
            ),
        ]
        indexes = [models.Index(fields=["number"], name="result_by_number")]

    def __str__(self) -> str:
        return f"{self.number}/{self.version}"


class Cover(models.Model):
    """How much of which declaration line a result covers. The key is kept also while nobody knows the declaration yet."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="covers")
    goods = models.ForeignKey(Goods, null=True, on_delete=models.PROTECT, related_name="covers")
    declaration_key = models.CharField(max_length=11)
    declaration_line = models.PositiveSmallIntegerField(null=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    unit = models.CharField(max_length=10, blank=True)
    bound_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result", "declaration_key", "declaration_line", "goods"], name="cover_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="cover_quantity_above_zero"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["declaration_key"], name="cover_by_declaration"),
            models.Index(fields=["id"], name="cover_unbound", condition=Q(bound_at__isnull=True)),
        ]

    @property
    def amount(self) -> Decimal | int | None:
        """The quantity, to be shown."""
        return tidy(self.quantity)


class Request(models.Model):
    """What a firm asks about its inspection: to edit it, to cancel it, to change its certificate. A case of its own."""

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.PROTECT, related_name="inspection_request"
    )
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=12)
    reason = models.TextField()
    changes = models.JSONField(default=dict)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.case.reference

    @property
    def number(self) -> str:
        """Its number beside the file code: Y1, Y2 …"""
        return self.case.reference.rpartition("/")[2]


class Sample(models.Model):
    """A sample taken from the goods, the laboratory that has it, and what it found."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="samples")
    number = models.CharField(max_length=40)
    laboratory = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=60)
    asked = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    report_number = models.CharField(max_length=60, blank=True)
    found = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["inspection_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="sample_number_once"),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("taken_at")),
                name="sample_reported_after_taken",
            ),
        ]
        indexes = [models.Index(fields=["laboratory", "reported_at"], name="sample_of_laboratory")]


class Remark(models.Model):
    """The words that go with an event: what is lacking, why it was refused. Events keep codes, words stand here."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remarks")
    number = models.PositiveIntegerField()
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["case_id", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="remark_once")]


class Alert(models.Model):
    """What a branch must be told: a result taken back after the goods were cleared, one that says the goods failed."""

    class Kind(models.TextChoices):
        RECALLED = "recalled"
        FAILED = "failed"
        OVERDUE = "overdue"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="alerts")
    declaration = models.ForeignKey(
        Case, null=True, on_delete=models.PROTECT, related_name="inspection_alerts"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    office = models.CharField(max_length=12)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "declaration", "kind"], name="alert_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "-raised_at"], name="alert_unseen", condition=Q(seen_at__isnull=True)
            )
        ]
