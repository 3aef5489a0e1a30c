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
