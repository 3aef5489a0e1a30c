"""Ships' movements: entries and exits declared on E-Manifest."""

from __future__ import annotations

from django.db import models

from motcua.casework.models import Case


class Movement(models.Model):
    """One entry or one exit of one ship, the unit ("lượt") the figures count."""

    class Direction(models.TextChoices):
        ENTRY = "entry"
        EXIT = "exit"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="movement")
    direction = models.CharField(max_length=5, choices=Direction.choices)
    imo = models.CharField(max_length=7)
    ship = models.CharField(max_length=80)
    flag = models.CharField(max_length=2)
    voyage = models.CharField(max_length=20)
    port = models.CharField(max_length=5)

    def __str__(self) -> str:
        return f"{self.ship} {self.voyage}"
