"""
How much happens in the demo year. These numbers steer the generator only; every figure shown is counted from records.

The defaults are what the newspaper printed for the department's nine months of 2020 and for 2019 (Hải quan Online, 9/2020).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

SEED = 20_200_930


@dataclass(frozen=True)
class Sizes:
    """The parameters of the generator; `scaled` makes a smaller department for tests."""

    online: int = 119_910
    desk_or_post: int = 7_329
    carried_over: int = 19
    online_dossiers: int = 4_844
    december_2019: int = 600
    october_2020: int = 700
    inspected_2019: int = 1_540
    inspected_2020: int = 1_425
    inspected_last_quarter_2019: int = 430
    movements_2019: int = 3_001
    movements_2020: int = 3_661
    movements_last_quarter_2019: int = 980
    certificates_2019: int = 154
    certificates_2020: int = 130
    certificates_last_quarter_2019: int = 44
    firms: int = 1_300

    def scaled(self, scale: float) -> Sizes:
        """The same department, smaller; every size stays at least 1, the carried-over ones are kept."""
        if scale == 1:
            return self
        keep = {"carried_over"}
        return replace(
            self,
            **{name: max(1, round(value * scale)) for name, value in vars(self).items() if name not in keep},
        )


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


DECEMBER_2019 = Span(date(2019, 12, 2), date(2019, 12, 31))
NINE_MONTHS_2019 = Span(date(2019, 1, 1), date(2019, 9, 30))
LAST_QUARTER_2019 = Span(date(2019, 10, 1), date(2019, 12, 27))
NINE_MONTHS_2020 = Span(date(2020, 1, 1), date(2020, 9, 30))
OCTOBER_2020 = Span(date(2020, 10, 1), date(2020, 10, 9))
