"""Specialised inspections and the declarations their results serve."""

from __future__ import annotations

from django.db import models

from motcua.casework.models import Case


class Inspection(models.Model):
    """
    One application to a ministry. `file_code` is the portal's, of no fixed length.

    Which declarations it serves are `casework.Link`s of kind "inspects": one result may serve several declarations, one
    declaration may need several results.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="inspection")
    file_code = models.CharField(max_length=40, unique=True)
    ministry = models.CharField(max_length=20)
    goods = models.CharField(max_length=200)
    hs_code = models.CharField(max_length=8)
    result_number = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.file_code
