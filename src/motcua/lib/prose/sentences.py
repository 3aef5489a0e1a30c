"""A text cut into sentences with their figures; a list belongs to the sentence whose colon opens it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from motcua.lib.bilingual import Language
from motcua.lib.prose.figures import Kind, Number, figures, readable

BULLET = re.compile(r"[-*+•–][ \t]|\|")
ROW = re.compile(r"(?:\d{1,2}[.)]|[a-zđ]\))[ \t]")
MOST_FIGURES = 150
STOP = re.compile(r"[.!?…][\"”’*)\]]{0,4}$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The figures of one sentence in order, with offsets into the whole text."""

    text: str
    start: int
    end: int
    numbers: tuple[Number, ...]

    @property
    def words(self) -> str:
        """The sentence itself."""
        return self.text[self.start : self.end]

    def between(self, left: Number, right: Number) -> str:
        """The words between two figures."""
        return self.text[left.end : right.start]

    def before(self, number: Number, length: int = 40) -> str:
        """At most so many characters before a figure, not reaching into the figure or sentence before."""
        place = self._place(number)
        floor = self.numbers[place - 1].end if place else self.start
        return self.text[max(floor, number.start - length) : number.start]

    def after(self, number: Number, length: int = 40) -> str:
        """At most so many characters after a figure, not reaching into the next one."""
        place = self._place(number) + 1
        ceiling = self.numbers[place].start if place < len(self.numbers) else self.end
        return self.text[number.end : min(ceiling, number.end + length)]

    def earlier(self, number: Number) -> list[Number]:
        """Figures before this one, the nearest first."""
        return list(reversed(self.numbers[: self._place(number)]))

    def later(self, number: Number) -> list[Number]:
        """Figures after this one, in order."""
        return list(self.numbers[self._place(number) + 1 :])

    def _place(self, number: Number) -> int:
        return bisect_left(self.numbers, number.start, key=lambda other: other.start)


def sentences(text: str, language: Language | None = None) -> list[Sentence]:
    """Every sentence of a text in order, those without figures too."""
    page = readable(text)
    numbers = [number for number in figures(text, language) if number.kind is not Kind.MARKER]
    starts = [number.start for number in numbers]
    edges = [0, *_breaks(page), len(page)]
    found: list[Sentence] = []
    for start, end in pairwise(edges):
        here = numbers[bisect_left(starts, start) : bisect_left(starts, end)]
        found += _pieces(Sentence(page, start, end, tuple(here)))
    return found


def _pieces(sentence: Sentence) -> Iterator[Sentence]:
    """A sentence with hundreds of figures is a table without lines: it is read in pieces, or it would take hours."""
    start = sentence.start
    for place in range(0, max(1, len(sentence.numbers)), MOST_FIGURES):
        here, rest = sentence.numbers[place : place + MOST_FIGURES], sentence.numbers[place + MOST_FIGURES :]
        end = rest[0].start if rest else sentence.end
        yield Sentence(sentence.text, start, end, here)
        start = end


def _breaks(page: str) -> list[int]:
    """The offsets at which a new sentence begins."""
    return [gap.end() for gap in re.finditer(r"\s+", page) if _parts(page, gap.start(), gap.end())]


def _parts(page: str, start: int, end: int) -> bool:
    """True when the white space between two offsets ends a sentence."""
    lines = page.count("\n", start, end)
    before, follows = page[max(0, start - 6) : start], page[end : end + 4]
    if lines and BULLET.match(follows):
        return not before.rstrip("*").endswith((":", ";", ","))
    if lines > 1 or (lines and ROW.match(follows)):
        return True
    return bool(STOP.search(before)) and not follows[:1].islower()
