"""How a measure says what it found: lines of figures, each with its limit from the same run and what was aimed at."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figure:
    """One figure. `beside` is the peer or limit measured in the same run; `aim` (text) and `met` judge the outcome."""

    name: str
    value: str
    beside: str = ""
    aim: str = ""
    met: bool | None = None

    def line(self) -> str:
        """The figure as one line for a person."""
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        parts = [f"  {self.name:<44} {self.value:<26}", self.beside]
        if self.aim:
            parts.append(f"[aim {self.aim}: {verdict}]" if verdict else f"[{self.aim}]")
        return " ".join(part for part in parts if part).rstrip()


@dataclass
class Report:
    """Everything one measure has to say; `notes` tell sizes, conditions and where the time goes."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, value: str, beside: str = "", aim: str = "", met: bool | None = None) -> None:
        """Add one figure."""
        self.figures.append(Figure(name, value, beside, aim, met))

    def text(self) -> str:
        """The whole as text."""
        return "\n".join(
            ["", self.title, *(one.line() for one in self.figures), *(f"  - {note}" for note in self.notes)]
        )


def spread(values: list[float]) -> str:
    """The lowest and highest of several runs, as the noise to read the median with."""
    return f"{min(values):,.2f} to {max(values):,.2f} in {len(values)} runs"


def middle(values: list[float]) -> float:
    """The median."""
    return float(median(values))
