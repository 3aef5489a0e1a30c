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
        try:
            value = _at(self._given.document, steps(path)) if isinstance(path, str) and path else _MISSING
        except LookupError:
            return False
        return value is not _MISSING and not _is_empty(value)

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
        while way:
            want = _at(given.document, way)
            for span in given.heads:
                rows_of_span = self._segments(span)
                rows = [row_of(segment) for segment in rows_of_span]
                if want is not _MISSING and not _is_empty(want) and self._value(rows, way, True) == want:
                    return self._pin(rows_of_span, rows, way, want, True)
            way = way[:-1]
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

    def _probe(self, span: Span, way: list[tuple[str, int]], *, head: bool) -> str:
        segments = self._segments(span)
        rows = [row_of(segment) for segment in segments]
        while way:
            want = self._value(rows, way, head)
            if want is not _MISSING and not _is_empty(want):
                return self._pin(segments, rows, way, want, head)
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
        candidates = list(tried)
        # What is said twice is the same without either; then the last that may change it is the place.
        for twice in (False, True):
            for at in candidates:
                place = self._element(segments[at], rows, at, way, want, head, twice=twice)
                if place:
                    return place
        return str(segments[first].position())

    def _element(
        self, segment: Segment, rows: list[Row], at: int, way: list[tuple[str, int]], want: Any, head: bool,
        *, twice: bool,
    ) -> str:  # fmt: skip
        """
        The part of one segment that makes the value: with an empty segment there is another value or none, and with
        another text in this place another value, not none. Texts like the value are tried first.
        """
        row = rows[at]
        if not twice and self._value([*rows[:at], row[:1], *rows[at + 1 :]], way, head) == want:
            return ""
        pieces = [
            (element, component, text)
            for element in range(1, len(row))
            for component, text in enumerate(row[element].split(COMPONENT))
            if text
        ]
        pieces.sort(key=lambda piece: not _alike(piece[2], want))
        if twice:
            pieces = [piece for piece in pieces if _alike(piece[2], want)]
        for element, component, text in pieces:
            parts = row[element].split(COMPONENT)
            for other in _others(text, want):
                changed = COMPONENT.join([*parts[:component], other, *parts[component + 1 :]])
                altered = [*row[:element], changed, *row[element + 1 :]]
                value = self._value([*rows[:at], altered, *rows[at + 1 :]], way, head)
                if value != want and (other == "" or not (value is _MISSING or _is_empty(value))):
                    return str(segment.position(element, component + 1 if len(parts) > 1 else 0))
        return ""

    def _segment(self, rows: list[Row], way: list[tuple[str, int]], want: Any, head: bool) -> int:
        """The first row after which the value is there; of a part, after which there is any of it."""
        whole = is_dataclass(want) or isinstance(want, tuple)

        def there(upto: int) -> bool:
            value = self._value(rows[: upto + 1], way, head)
            return value not in (_MISSING, ()) if whole else value == want

        if len(rows) <= _FEW:
            return next((at for at in range(len(rows)) if there(at)), len(rows) - 1)
        low, high = 0, len(rows) - 1
        while low < high:
            middle = (low + high) // 2
            if there(middle):
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
        return _at(here, way)


def _at(here: Any, way: list[tuple[str, int]]) -> Any:
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


def _alike(text: str, want: Any) -> bool:
    """Whether a text may be how a value was written."""
    if isinstance(want, str):
        return text == want or getattr(want, "code", None) == text or (len(text) > 3 and text in want)
    return len(text) > 3 and text[-1].isdigit()


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
