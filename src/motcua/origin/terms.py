"""The dated numbers of form D, from `law/parameters/origin.yaml`, and the days that follow from them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from motcua.law.parameters import Parameters, load_parameters


def months_after(day: date, months: int) -> date:
    """The same day some months later, the last of that month where it has no such day: twelve months are no 365 days."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Terms:
    """What the agreement says in numbers, asked by name and day."""

    parameters: Parameters

    def amount(self, name: str, on: date) -> Decimal:
        """The number in force on a day; before the first one known, the first."""
        return self.parameters.value(f"form-d-{name}", max(on, _FIRST)).amount

    def days(self, name: str, on: date) -> timedelta:
        """A number of days."""
        return timedelta(days=int(self.amount(name, on)))

    def months(self, name: str, on: date) -> int:
        """A number of months."""
        return int(self.amount(name, on))

    def expires_on(self, issued_on: date) -> date:
        """The last day of validity (rule 14)."""
        return months_after(issued_on, self.months("valid-for", issued_on))

    def reject_by(self, received_on: date) -> date:
        """The last day on which a rejection with its reasons may be sent (rule 30)."""
        return received_on + self.days("reject-within", received_on)

    def answer_by(self, asked_on: date) -> date:
        """The last day on which the issuing country answers a retroactive check (rule 18)."""
        return asked_on + self.days("check-answer", asked_on)

    def check_ends_on(self, asked_on: date) -> date:
        """The last day of the whole retroactive check (rule 18)."""
        return asked_on + self.days("check-whole", asked_on)


# ATIGA took force on this day.
_FIRST = date(2010, 5, 17)


@cache
def load_terms(law: Path) -> Terms:
    """The terms of a law folder."""
    return Terms(load_parameters(law, ("origin",)))
