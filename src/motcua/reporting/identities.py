"""
The identities of form II.06a. What does not add up is named and shown; it is never spread over other columns.

    (3) = (4) + (5) + (6)     (7) = (8) + (9) + (10)     (11) = (12) + (13)     (3) = (7) + (11)

Pure: cells in, residuals out. Works on a form of ours and on figures of a newspaper alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from motcua.lib.bilingual import Text
from motcua.lib.findings import Finding, Severity
from motcua.lib.vietnamese import number

COLUMNS = tuple(range(3, 14))

HEADINGS = {
    3: Text("Tổng số tiếp nhận", "Received, total"),
    4: Text("Trực tuyến", "Online"),
    5: Text("Trực tiếp, dịch vụ bưu chính", "Desk, post"),
    6: Text("Từ kỳ trước", "Carried over"),
    7: Text("Đã giải quyết", "Settled"),
    8: Text("Trước hạn", "Early"),
    9: Text("Đúng hạn", "On time"),
    10: Text("Quá hạn", "Late"),
    11: Text("Đang giải quyết", "In hand"),
    12: Text("Trong hạn", "In time"),
    13: Text("Quá hạn", "Overdue"),
}

# The whole, and its parts.
IDENTITIES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (3, (4, 5, 6)),
    (7, (8, 9, 10)),
    (11, (12, 13)),
    (3, (7, 11)),
)


@dataclass(frozen=True, slots=True)
class Residual:
    """What is left of an identity: whole less parts. `missing` is the one part nobody gave, which then is the residual's name."""

    whole: int
    parts: tuple[int, ...]
    amount: int
    missing: int | None = None

    @property
    def formula(self) -> str:
        """`(3) = (4) + (5) + (6)`."""
        return f"({self.whole}) = " + " + ".join(f"({part})" for part in self.parts)

    def text(self) -> Text:
        """What is left, and what to call it."""
        vi, en = number(self.amount, "vi"), number(self.amount, "en")
        if self.missing is not None:
            name = HEADINGS[self.missing]
            return Text(
                f"{self.formula}: còn {vi} chưa nêu; theo biểu, phần còn lại là cột {self.missing} '{name.vi}' (suy ra)",
                f"{self.formula}: {en} unexplained; by the form what remains is column {self.missing} '{name.en}' (inferred)",
            )
        return Text(f"{self.formula}: lệch {vi}", f"{self.formula}: off by {en}")

    def finding(self, place: str) -> Finding:
        """The same as a finding: an error where all columns are known, a warning where one was not given."""
        text = self.text()
        return Finding(
            "06a-identity", place, text.vi, text.en,
            Severity.WARNING if self.missing is not None else Severity.ERROR,
            "II.06a/VPCP/KSTT",
        )  # fmt: skip


def residuals(cells: Mapping[int, int]) -> list[Residual]:
    """
    Every identity that does not hold, in the order of the form.

    An identity with one column missing is taken as its residual (0 then says nothing); with more missing it is left out.
    """
    found = []
    for whole, parts in IDENTITIES:
        if whole not in cells:
            continue
        missing = [part for part in parts if part not in cells]
        if len(missing) > 1:
            continue
        amount = cells[whole] - sum(cells.get(part, 0) for part in parts)
        if amount:
            found.append(Residual(whole, parts, amount, missing[0] if missing else None))
    return found
