"""
Where a value of a document stands in the file, found when somebody asks.

Nothing is noted while reading. For a path the piece it came from is read once more, first up to the segment after
which the value is there, then with each of its elements blanked in turn: the one whose blanking changes the value is
its place. So the answer holds for every message and every profile without a word about either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

from motcua.lib.edifact.runs import COMPONENT, Row, row_of
from motcua.lib.edifact.segment import Segment, split_bytes
from motcua.lib.edifact.separators import Separators
from motcua.manifest.documents import slots, steps, walk
from motcua.manifest.messages.edifact.binding import Binding
from motcua.manifest.messages.edifact.profile import Profile
from motcua.manifest.messages.edifact.reading import Given, Span

_MISSING = object()
# Up to so many rows every one is tried.
_FEW = 64


class Places(Mapping[str, str]):
    """Paths of one document and where they stand; a path that is not declared has the place of what holds it."""

    def __init__(self, content: bytes, given: Given, profile: Profile, year: int) -> None:
        self._content = content
        self._given = given
        self._profile = profile
        self._year = year
        self._known: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return (path for path, _, _ in walk(self._given.document))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, path: object) -> bool:
        return (isinstance(path, str) and bool(self._known.get(path))) or any(path == one for one in self)

    # ---- finding ----

    def _find(self, path: str) -> str:
        try:
            way = steps(path)
        except LookupError as error:
            raise KeyError(path) from error
        given = self._given
        if not way or given.binding is None:
            return self._start()
        repeated = self._repeated()
        if way[0][0] == repeated and len(way) > 1 and not way[1][0]:
            index = way[1][1]
            at = bisect_right(given.repeats.before, index) - 1
            if at < 0 or index >= len(getattr(given.document, repeated)):
                return self._start()
            span = given.repeats[at]
            inner = index - given.repeats.before[at]
            return self._probe(span, [("", inner), *way[2:]], head=False)
        if way[0][0] == repeated:
            return (
                str(self._segments(given.repeats[0])[0].position()) if len(given.repeats) else self._start()
            )
        for span in reversed(given.heads):
            found = self._probe(span, way, head=True, strict=True)
            if found:
                return found
        return self._start()

    def _start(self) -> str:
        header = self._given.message.header
        return str(header.position()) if header else ""

    def _repeated(self) -> str:
        document = self._given.document
        return "persons" if hasattr(document, "persons") else "bills"

    def _segments(self, span: Span) -> list[Segment]:
        message = self._given.message
        first = message.header
        assert first is not None
        marks: Separators = first.separators
        found: list[Segment] = []
        byte, line = span.byte, span.line
        raws = split_bytes(
            self._content[span.byte : span.end], marks.terminator.encode(), marks.release.encode()
        )
        for raw in raws:
            bare = raw.lstrip(b" \t\r\n\x00\x1a")
            lead = raw[: len(raw) - len(bare)]
            line += lead.count(b"\n") + (lead.count(b"\r") - lead.count(b"\r\n"))
            if bare:
                at = len(found)
                tag = bare[:3].decode("ascii", "replace")
                segment = Segment(tag, bare, byte + len(lead), line, span.number + at, marks, first.codec)
                segment.in_message = span.in_message + at
                found.append(segment)
            line += bare.count(b"\n")
            byte += len(raw) + 1
        return found

    def _probe(self, span: Span, way: list[tuple[str, int]], *, head: bool, strict: bool = False) -> str:
        segments = self._segments(span)
        rows = [row_of(segment) for segment in segments]
        while way:
            want = self._value(rows, way, head)
            if want is not _MISSING and not _is_empty(want):
                return self._pin(segments, rows, way, want, head)
            if strict:
                return ""
            way = way[:-1]
        return str(segments[0].position()) if segments else ""

    def _pin(
        self, segments: list[Segment], rows: list[Row], way: list[tuple[str, int]], want: Any, head: bool
    ) -> str:
        first = self._segment(rows, way, want, head)
        if is_dataclass(want) or isinstance(want, tuple):
            return str(segments[first].position())
        # What comes later may say the same again and win.
        tried = reversed(range(len(rows))) if len(rows) <= _FEW else iter((first,))
        for at in tried:
            place = self._element(segments[at], rows, at, way, want, head)
            if place:
                return place
        return str(segments[first].position())

    def _element(
        self, segment: Segment, rows: list[Row], at: int, way: list[tuple[str, int]], want: Any, head: bool
    ) -> str:
        """The part of one segment that makes the value: another text there makes another value, not none."""
        row = rows[at]
        for element in range(1, len(row)):
            pieces = row[element].split(COMPONENT)
            for component, text in enumerate(pieces):
                for other in _others(text, want):
                    changed = COMPONENT.join([*pieces[:component], other, *pieces[component + 1 :]])
                    altered = [*row[:element], changed, *row[element + 1 :]]
                    value = self._value([*rows[:at], altered, *rows[at + 1 :]], way, head)
                    if value != want and (other == "" or not (value is _MISSING or _is_empty(value))):
                        return str(segment.position(element, component + 1 if len(pieces) > 1 else 0))
        return ""

    def _segment(self, rows: list[Row], way: list[tuple[str, int]], want: Any, head: bool) -> int:
        """The first row after which the value is there."""
        if len(rows) <= _FEW:
            found = (at for at in range(len(rows)) if self._value(rows[: at + 1], way, head) == want)
            return next(found, len(rows) - 1)
        low, high = 0, len(rows) - 1
        while low < high:
            middle = (low + high) // 2
            if self._value(rows[: middle + 1], way, head) == want:
                high = middle
            else:
                low = middle + 1
        return low

    def _value(self, rows: list[Row], way: list[tuple[str, int]], head: bool) -> Any:
        kind: Any = type(self._given.binding)
        if kind is type(None):
            return _MISSING
        binding: Binding = kind(self._profile, self._year)
        here: Any
        if head:
            binding.head(rows)
            here = binding.document([])
        else:
            here = tuple(binding.repeat(rows)) if rows else ()
        for name, index in way:
            if name:
                if not is_dataclass(here) or name not in {slot.name for slot in slots(type(here))}:
                    return _MISSING
                here = getattr(here, name)
            else:
                if not isinstance(here, tuple) or index >= len(here):
                    return _MISSING
                here = here[index]
        return here


def _is_empty(value: Any) -> bool:
    kind: Any = type(value)
    return value in ("", None, ()) or (is_dataclass(value) and value == kind())


def _others(text: str, want: Any) -> Iterator[str]:
    """What may stand there instead: a value that differs a little; nothing at all where it is the code itself."""
    if not text:
        return
    last = text[-1]
    if last.isdigit():
        yield text[:-1] + ("0" if last == "1" else str(int(last) - 1) if last != "0" else "1")
    else:
        yield text[:-1] + ("Y" if last == "X" else "X")
    if getattr(want, "code", None) == text or (isinstance(want, bool) and len(text) <= 3):
        yield ""
