"""
Legal time limits: a value, a unit and what a supplement does to them.

Basis: Civil Code 91/2015/QH13, article 144(2): a limit is set in minutes, hours, days and longer units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from motcua.lib.bilingual import known_language
from motcua.lib.errors import Refused

_MINUTE = 60_000_000  # in microseconds


class Unit(StrEnum):
    """What a limit is counted in; the difference is the law's, not a matter of taste.

    Sheets write `clock_hours` and `calendar_days` so that nobody takes them for working time; both are read.
    """

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    DAYS = "days"

    @classmethod
    def _missing_(cls, value: object) -> Unit | None:
        return {"clock_hours": cls.HOURS, "calendar_days": cls.DAYS}.get(str(value))

    @property
    def is_days(self) -> bool:
        """Whether whole days are counted."""
        return self is Unit.WORKING_DAYS or self is Unit.DAYS


_UNIT_VI = {
    Unit.WORKING_HOURS: "giờ làm việc",
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.HOURS: "giờ",
    Unit.DAYS: "ngày",
}
_UNIT_EN = {
    Unit.WORKING_HOURS: "working hour",
    Unit.WORKING_DAYS: "working day",
    Unit.HOURS: "hour",
    Unit.DAYS: "day",
}


class OnSupplement(StrEnum):
    """What a supplement does to the limit: go on counting, or count anew from the full dossier."""

    CONTINUE = "continue"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Limit:
    """A legal time limit, for example eight working hours.

    `value` is a whole number of days, or of hours down to the minute (`Decimal("0.5")` is half an hour).
    Raises `Refused` for a negative value, a fraction of a day or of a minute, or a float.
    """

    value: int | Decimal
    unit: Unit
    on_supplement: OnSupplement = OnSupplement.CONTINUE
    amount: int = field(init=False, repr=False, compare=False)
    """Whole days for day units, microseconds for hour units."""

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "unit", Unit(self.unit))
            object.__setattr__(self, "on_supplement", OnSupplement(self.on_supplement))
        except ValueError:
            raise _bad_limit(f"{self.value} {self.unit} {self.on_supplement}") from None
        value = self.value
        if not isinstance(value, int | Decimal) or isinstance(value, bool) or not Decimal(value).is_finite():
            raise _bad_limit(f"{value} {self.unit.value}")
        if value < 0 or value * (1 if self.unit.is_days else 60) % 1:
            raise _bad_limit(f"{value} {self.unit.value}")
        if value == int(value):
            object.__setattr__(self, "value", int(value))
        amount = int(value) if self.unit.is_days else int(value * 60) * _MINUTE
        object.__setattr__(self, "amount", amount)

    def to_text(self) -> str:
        """The one-line form kept in sheets and tables: `8 working_hours continue`."""
        return f"{self.value} {self.unit.value} {self.on_supplement.value}"

    @classmethod
    def from_text(cls, text: str) -> Limit:
        """Read `8 working_hours continue`; the last word may be left out and then means `continue`."""
        words = text.split()
        if len(words) not in (2, 3):
            raise _bad_limit(text)
        try:
            on_supplement = OnSupplement(words[2]) if len(words) == 3 else OnSupplement.CONTINUE
            value = Decimal(words[0])
            unit = Unit(words[1])
        except (ValueError, InvalidOperation):
            raise _bad_limit(text) from None
        return cls(value, unit, on_supplement)

    def in_words(self, language: str) -> str:
        """`8 giờ làm việc` or `8 working hours`; half an hour is `0,5 giờ` in Vietnamese."""
        if known_language(language) == "vi":
            return f"{str(self.value).replace('.', ',')} {_UNIT_VI[self.unit]}"
        return f"{self.value} {_UNIT_EN[self.unit]}{'' if self.value == 1 else 's'}"


def _bad_limit(text: str) -> Refused:
    return Refused(
        f"Thời hạn «{text}» không đọc được: viết số, đơn vị (working_hours, working_days, hours, days) "
        "và, nếu cần, continue hoặc restart, ví dụ «8 working_hours continue»; ngày là số nguyên, "
        "giờ lẻ đến phút",
        f"The limit '{text}' cannot be read: write a number, a unit (working_hours, working_days, hours, "
        "days) and, where needed, continue or restart, as in '8 working_hours continue'; days are whole, "
        "hours go down to minutes",
    )
