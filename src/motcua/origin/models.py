"""Certificates of origin form D that arrived through the ASEAN Single Window."""

from __future__ import annotations

from django.db import models

from motcua.casework.models import Case


class Certificate(models.Model):
    """
    One certificate, counted once however often its message is sent again.

    `number` is as printed; `compare_key` is without spaces, hyphens and slashes, which members write as they like.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=60)
    compare_key = models.CharField(max_length=60)
    issuing_country = models.CharField(max_length=2)
    issued_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuing_country", "compare_key"], name="certificate_known_once"),
        ]

    def __str__(self) -> str:
        return self.number
