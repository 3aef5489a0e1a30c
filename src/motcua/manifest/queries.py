"""What people ask about movements: my calls, who holds this ship, bills by number, what does not agree."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from motcua.manifest.models import Bill
from motcua.manifest.numbers import bill_key


def bills_by_number(number: str) -> QuerySet[Bill]:
    """Live bills with this number, however it is written."""
    return Bill.objects.filter(key=bill_key(number), live=True).select_related("movement__case")


def bills_of_consignee(tax_code: str) -> QuerySet[Bill]:
    """Live bills of one firm by its tax code."""
    return Bill.objects.filter(consignee_code=tax_code, live=True).select_related("movement__case")


def bills_in_container(number: str) -> QuerySet[Bill]:
    """Live bills with goods in a container."""
    return Bill.objects.filter(containers__contains=[number], live=True).select_related("movement__case")


def bills_by_keys(keys: Iterable[str]) -> QuerySet[Bill]:
    """Live bills by normalised numbers, for whoever matches many at once."""
    return Bill.objects.filter(key__in=list(keys), live=True).select_related("movement__case")
