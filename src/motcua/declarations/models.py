"""Customs declarations as the customs core tells them: references, not copies."""

from __future__ import annotations

from django.db import models

from motcua.casework.models import Case


class Declaration(models.Model):
    """
    One declaration, known by the first eleven digits of its number; the twelfth counts amendments.

    `tax_code` is text: leading zeros count.
    """

    class Flow(models.TextChoices):
        IMPORT = "import"
        EXPORT = "export"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="declaration")
    key = models.CharField(max_length=11)
    flow = models.CharField(max_length=6, choices=Flow.choices)
    regime = models.CharField(max_length=3)
    tax_code = models.CharField(max_length=14)
    hs_code = models.CharField(max_length=8, blank=True)
    first_channel = models.PositiveSmallIntegerField(null=True)

    class Meta:
        # A constraint and not `unique=True`, which would add a second index for LIKE that nobody asks.
        constraints = [models.UniqueConstraint(fields=["key"], name="declaration_is_known_once")]

    def __str__(self) -> str:
        return self.key


class Line(models.Model):
    """
    One line of a declaration as it was stated at an amendment; `version` is the amendment digit. Lines are added, never
    changed: those of the highest version count.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="lines")
    version = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300, blank=True)
    hs_code = models.CharField(max_length=8, blank=True)
    origin = models.CharField(max_length=2, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    unit = models.CharField(max_length=10, blank=True)
    net_kg = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["declaration_id", "version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "version", "number"], name="declaration_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}/{self.number}"


class Reference(models.Model):
    """A paper or container that a declaration names; `compare_key` is the number in capitals and digits only."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="references")
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=60)
    compare_key = models.CharField(max_length=60)
    line = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "kind", "compare_key", "line"], name="declaration_names_once",
                nulls_distinct=False,
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "compare_key"], name="declaration_by_reference")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
