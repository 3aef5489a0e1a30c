"""
The geometry of drawings, in whole units of their view box; the templates turn it into SVG.

Pure: figures in, rectangles out. A drawing never carries a meaning that colour alone tells: parts differ by pattern, and every
bar has its figure beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.lib.bilingual import Text

# What is not nothing is drawn at least this wide, or 19 of 127 258 could not be seen.
THINNEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole: where it begins and how wide it is."""

    start: int
    width: int
    value: int


def parts(values: Sequence[int], width: int) -> list[Part]:
    """Values side by side over the whole width, in proportion; every part that is not 0 is at least `THINNEST` wide.

    ValueError for a negative value, or where even the thinnest parts do not fit. All zeros: every width is 0.
    """
    if any(value < 0 for value in values):
        raise ValueError(f"a part cannot be negative: {list(values)}")
    shown = [index for index, value in enumerate(values) if value]
    if len(shown) * THINNEST > width:
        raise ValueError(f"{len(shown)} parts do not fit into a width of {width}")
    widths = [0] * len(values)
    # The thinnest first: what they take beyond their share is taken from the wide ones, which do not miss it.
    rest, total = width, sum(values)
    for index in sorted(shown, key=lambda index: (values[index], index)):
        widths[index] = max(THINNEST, rest * values[index] // total)
        rest -= widths[index]
        total -= values[index]
    starts = [sum(widths[:index]) for index in range(len(widths))]
    return [Part(start, wide, value) for start, wide, value in zip(starts, widths, values, strict=True)]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `x` and `y` are its upper left corner."""

    x: int
    y: int
    width: int
    height: int
    value: int
    label: Text

    @property
    def end(self) -> int:
        """The x of its right edge, after which a lying bar has its figure."""
        return self.x + self.width


def columns(
    series: Sequence[tuple[Text, int]], *, width: int, height: int, gap: int = 4, top: int = 0
) -> list[Bar]:
    """Upright bars from left to right on a ground line at `height`; the highest reaches `top`. Nothing has height 0."""
    if not series:
        return []
    highest = max(value for _, value in series) or 1
    step = width // len(series)
    found = []
    for index, (label, value) in enumerate(series):
        tall = _length(value, highest, height - top)
        found.append(Bar(index * step + gap // 2, height - tall, step - gap, tall, value, label))
    return found


def lanes(series: Sequence[tuple[Text, int]], *, left: int, width: int, lane: int, thick: int) -> list[Bar]:
    """Lying bars from top to bottom, one a lane, from `left` to at most `left + width`. Nothing has width 0."""
    highest = max((value for _, value in series), default=0) or 1
    return [
        Bar(left, index * lane + (lane - thick) // 2, _length(value, highest, width), thick, value, label)
        for index, (label, value) in enumerate(series)
    ]


def _length(value: int, highest: int, room: int) -> int:
    return max(THINNEST, room * value // highest) if value else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of a grid: a thing of a plan, done or not."""

    x: int
    y: int
    done: bool


def cells(done: int, total: int, *, across: int, step: int) -> list[Cell]:
    """`total` squares in rows of `across`, the first `done` of them done."""
    return [Cell(index % across * step, index // across * step, index < done) for index in range(total)]
