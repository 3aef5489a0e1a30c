"""
One segment: a tag and its data elements, split only when somebody looks.

Shape of the data: a segment has elements, an element has repetitions (one, before syntax 4), a repetition has
components, a component is text. Positions count from 1, as ISO 9735 and CONTRL do; the tag is not counted here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from motcua.lib.edifact.faults import Position
from motcua.lib.edifact.separators import DEFAULT, Separators

Components = tuple[str, ...]
Element = tuple[Components, ...]
# What callers may hand in for an element: text, components, or repetitions of components.
Given = str | Sequence[str] | Sequence[Sequence[str]]

T = TypeVar("T", str, bytes)

# The service segments are made of plain elements: no repetition, whatever the syntax.
SERVICE = frozenset({"UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"})


class Segment:
    """A segment as read (`raw` holds its bytes) or as built with `Segment.of`.

    `byte` and `line` say where its tag stands, `number` counts segments through the file from 1, `in_message`
    from 1 at UNH (0 outside a message). Two segments are equal when tag and data are, empty ends left aside.
    """

    __slots__ = (
        "_elements", "_trimmed", "byte", "codec", "in_message", "line", "number", "raw", "separators", "tag",
    )  # fmt: skip

    def __init__(
        self, tag: str, raw: bytes, byte: int, line: int, number: int, separators: Separators, codec: str
    ) -> None:
        self.tag = tag
        self.raw = raw
        self.byte = byte
        self.line = line
        self.number = number
        self.separators = separators
        self.codec = codec
        self.in_message = 0
        self._elements: tuple[Element, ...] | None = None
        self._trimmed: tuple[Element, ...] | None = None

    @classmethod
    def of(cls, tag: str, *elements: Given) -> Segment:
        """A segment to be written: `Segment.of("NAD", "CZ", ("12", "", "9"))`; empty ends are cut."""
        segment = cls(tag, b"", 0, 1, 0, DEFAULT, "utf-8")
        segment._elements = segment._trimmed = _trim(tuple(_element(given) for given in elements))
        return segment

    @property
    def elements(self) -> tuple[Element, ...]:
        """All data elements, exactly as they stand in the file."""
        if self._elements is None:
            self._elements = self._split()
        return self._elements

    @property
    def trimmed(self) -> tuple[Element, ...]:
        """The data without empty elements, repetitions and components at the ends: what carries meaning."""
        if self._trimmed is None:
            self._trimmed = _trim(self.elements)
        return self._trimmed

    def value(self, element: int, component: int = 1) -> str:
        """The text at a position counted from 1, of the first repetition; "" where there is none."""
        try:
            return self.elements[element - 1][0][component - 1]
        except IndexError:
            return ""

    def components(self, element: int) -> Components:
        """The components of one element, of its first repetition."""
        try:
            return self.elements[element - 1][0]
        except IndexError:
            return ()

    def position(self, element: int = 0, component: int = 0) -> Position:
        """Where the segment, or one part of it, stands in the file."""
        byte = self.byte + (self._offset(element, component) if element else 0)
        return Position(byte, self.line, self.number, element, component, self.in_message, self.tag)

    def place_of(self, offset: int) -> Position:
        """The position of the byte `offset` of `raw`, with the element and component that hold it."""
        before = self.raw[: offset + 1]
        release = self.separators.release.encode()
        parts = split_bytes(before, self.separators.element.encode(), release)
        element = len(parts) - 1
        component = len(split_bytes(parts[-1], self.separators.component.encode(), release)) if element else 0
        composite = len(self.components(element)) > 1 if element else False
        return Position(
            self.byte + offset,
            self.line,
            self.number,
            element,
            component if composite else 0,
            self.in_message,
            self.tag,
        )

    def _split(self) -> tuple[Element, ...]:
        raw = self.raw
        if b"\n" in raw or b"\r" in raw:
            raw = raw.replace(b"\r", b"").replace(b"\n", b"")
        text = raw.decode(self.codec, "replace")
        marks = self.separators
        repeats = "" if self.tag in SERVICE else marks.repetition
        if marks.release and marks.release in text:
            return self._split_released(text, repeats)
        component = marks.component
        parts = text.split(marks.element)[1:]
        if repeats and repeats in text:
            return tuple(tuple(tuple(one.split(component)) for one in part.split(repeats)) for part in parts)
        return tuple([(tuple(part.split(component)),) for part in parts])

    def _split_released(self, text: str, repeats: str) -> tuple[Element, ...]:
        marks = self.separators
        release = marks.release
        bare = _unescape(release)
        found: list[Element] = []
        for part in split(text, marks.element, release)[1:]:
            repetitions = split(part, repeats, release) if repeats else [part]
            found.append(
                tuple(
                    tuple(bare.sub(r"\1", piece) for piece in split(one, marks.component, release))
                    for one in repetitions
                )
            )
        return tuple(found)

    def _offset(self, element: int, component: int) -> int:
        """Bytes from the tag to the element or component; to the end of the segment when there is none."""
        release = self.separators.release.encode()
        parts = split_bytes(self.raw, self.separators.element.encode(), release)
        if element >= len(parts):
            return len(self.raw)
        offset = sum(len(part) + 1 for part in parts[:element])
        if component > 1:
            pieces = split_bytes(parts[element], self.separators.component.encode(), release)
            offset += sum(len(piece) + 1 for piece in pieces[: component - 1])
        return min(offset, len(self.raw))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Segment):
            return NotImplemented
        return self.tag == other.tag and self.trimmed == other.trimmed

    def __hash__(self) -> int:
        return hash((self.tag, self.trimmed))

    def __repr__(self) -> str:
        shown = "+".join("*".join(":".join(one) for one in element) for element in self.elements)
        return f"<{self.tag}+{shown}>" if shown else f"<{self.tag}>"


def split(text: str, separator: str, release: str) -> list[str]:
    """Split at separators that are not released; the releases stay in the pieces."""
    parts = text.split(separator)
    if len(parts) == 1 or not release or release not in text:
        return parts
    return [separator.join(run) for run in _runs(parts, release)]


def split_bytes(raw: bytes, separator: bytes, release: bytes) -> list[bytes]:
    """`split` for bytes."""
    parts = raw.split(separator)
    if len(parts) == 1 or not release or release not in raw:
        return parts
    return [separator.join(run) for run in _runs(parts, release)]


def _runs(parts: list[T], release: T) -> list[list[T]]:
    """Pieces that belong together because the separator between them is released.

    A separator is released when an odd number of release characters stands right before it; line breaks
    between them were put there by a telex and do not count.
    """
    runs: list[list[T]] = []
    held: list[T] = []
    for part in parts:
        held.append(part)
        tail = part.rstrip("\r\n") if isinstance(part, str) else part.rstrip(b"\r\n")
        if (len(tail) - len(tail.rstrip(release))) % 2:
            continue
        runs.append(held)
        held = []
    if held:
        runs.append(held)
    return runs


@lru_cache(maxsize=16)
def _unescape(release: str) -> re.Pattern[str]:
    return re.compile(re.escape(release) + r"(.)", re.DOTALL)


def _element(given: Given) -> Element:
    if isinstance(given, str):
        return ((given,),)
    if all(isinstance(part, str) for part in given):
        return (tuple(str(part) for part in given) or ("",),)
    return tuple((part,) if isinstance(part, str) else tuple(part) or ("",) for part in given)


def _trim(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    kept = [tuple(_cut(one) or ("",) for one in element) for element in elements]
    whole = [_cut_empty(element) for element in kept]
    while whole and whole[-1] == (("",),):
        whole.pop()
    return tuple(whole)


def _cut(components: Components) -> Components:
    end = len(components)
    while end and not components[end - 1]:
        end -= 1
    return components[:end]


def _cut_empty(element: Element) -> Element:
    end = len(element)
    while end > 1 and element[end - 1] == ("",):
        end -= 1
    return element[:end]
