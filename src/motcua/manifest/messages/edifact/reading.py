"""
An interchange into documents, one repetition at a time: `stream` for files of any size, `read` for the whole.

Rows go to the binding of their message in pieces: the head, each repetition, the tail. Of every piece only where it
lies in the file is kept, so that the place of a value can be found again when somebody asks (`places`).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from motcua.lib.edifact.envelope import Closed, Opened
from motcua.lib.edifact.interchange import Interchange, Level, Message
from motcua.lib.edifact.runs import Row, Run, row_of, walk_runs
from motcua.lib.edifact.segment import Segment
from motcua.lib.findings import Finding
from motcua.manifest.documents import Sheet
from motcua.manifest.messages.edifact.binding import Binding
from motcua.manifest.messages.edifact.cuscar import Cuscar
from motcua.manifest.messages.edifact.cusrep import Cusrep
from motcua.manifest.messages.edifact.findings import of_slip, of_type, of_unread
from motcua.manifest.messages.edifact.paxlst import Paxlst
from motcua.manifest.messages.edifact.profile import Profile

# IFCSUM lists consignments and BERMAN announces a ship with the same segments; neither has a structure table here.
BINDINGS: dict[str, type[Binding]] = {
    "CUSCAR": Cuscar, "IFCSUM": Cuscar, "CUSREP": Cusrep, "BERMAN": Cusrep, "PAXLST": Paxlst,
}  # fmt: skip
# Answers of others to us: known, and without a document.
ANSWERS = frozenset({"CONTRL", "APERAK", "CUSRES"})
_DAY = re.compile(r"[0-9]{6}|[0-9]{8}")
# Findings kept of one message; the rest are counted.
MAX_FINDINGS = 999


@dataclass
class Span:
    """Where one piece lies: bytes of the file, and the numbers of its first segment."""

    byte: int
    end: int
    line: int
    number: int
    in_message: int


class Spans:
    """The spans of all repetitions of a message, five numbers each, and how much the document had before each."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self.before = array("q")

    def add(self, span: Span, before: int) -> None:
        self._numbers.extend((span.byte, span.end, span.line, span.number, span.in_message))
        self.before.append(before)

    def __len__(self) -> int:
        return len(self.before)

    def __getitem__(self, at: int) -> Span:
        return Span(*self._numbers[5 * at : 5 * at + 5])


@dataclass
class Given:
    """One message as it was read: its binding's document once it is over, its spans, what was odd in its values."""

    message: Message
    binding: Binding | None
    heads: list[Span] = field(default_factory=list)
    repeats: Spans = field(default_factory=Spans)
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    document: Sheet | None = None

    def add_head(self, span: Span) -> None:
        """Rows that do not repeat: pieces that follow each other are one span."""
        last = self.heads[-1] if self.heads else None
        if last is not None and not len(self.repeats):
            last.end = span.end
        else:
            self.heads.append(span)

    @property
    def accepted(self) -> bool:
        """Whether neither syntax nor values refuse it."""
        return not self.message.refused and not any(one.severity == "error" for one in self.findings)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one repetition of a message gave: bills of a CUSCAR, a person of a PAXLST."""

    given: Given
    parts: list[Any]


def stream(
    source: bytes | Iterable[bytes], profile: Profile, *, keep: bool = False
) -> Iterator[Piece | Given | Interchange]:
    """
    Pieces as they come, then each message when it is over, each interchange when it is over.

    Without `keep` nothing grows with the file but what the caller keeps; with it each `Given` has its whole document.
    """
    reader = _Reader(profile, keep)
    for event in walk_runs(source, profile.envelope):
        if isinstance(event, Run):
            piece = reader.run(event)
            if piece is not None:
                yield piece
        elif isinstance(event, Segment):
            piece = reader.segment(event)
            if piece is not None:
                yield piece
        elif isinstance(event, Opened):
            reader.open(event.level)
        elif isinstance(event, Closed):
            if isinstance(event.level, Message):
                piece, given = reader.close()
                if piece is not None:
                    yield piece
                yield given
            else:
                yield event.level


class _Reader:
    def __init__(self, profile: Profile, keep: bool) -> None:
        self.profile = profile
        self.keep = keep
        self.given: Given | None = None
        self.binding: Binding | None = None
        self.rows: list[Row] = []
        self.first: Segment | None = None
        self.end = 0
        self.repeating = False
        self.parts: list[Any] = []
        self.count = 0
        self.year = 2049

    def open(self, level: Level) -> None:
        if isinstance(level, Interchange):
            day = level.prepared[0]
            if _DAY.fullmatch(day):
                self.year = int(day[:4]) if len(day) == 8 else 2000 + int(day[:2])
            return
        assert isinstance(level, Message)
        kind = BINDINGS.get(level.type or self.profile.assume)
        self.binding = kind(self.profile, self.year) if kind else None
        self.given = Given(level, self.binding)
        self.rows, self.first, self.repeating, self.parts, self.count = [], None, False, [], 0

    def segment(self, segment: Segment) -> Piece | None:
        binding = self.binding
        if binding is None:
            return None
        row = row_of(segment)
        piece = None
        if segment.tag == binding.trigger and binding.begins(row):
            piece = self._flush()
            self.repeating = True
        elif self.repeating and segment.tag in binding.tail:
            piece = self._flush()
            self.repeating = False
        if self.first is None:
            self.first = segment
        self.rows.append(row)
        self.end = segment.byte + len(segment.raw)
        return piece

    def run(self, run: Run) -> Piece | None:
        binding, given = self.binding, self.given
        if binding is None or given is None:
            return None
        if run.rows[0][0] != binding.trigger or not binding.begins(run.rows[0]):
            # A repetition of something else, as boxes in the head of a CUSCAR.
            piece = self._flush()
            span = Span(run.byte, run.byte + run.size, run.line, run.number, run.in_message)
            given.add_head(span)
            binding.head(run.rows)
            self._slips(run.rows, span)
            return piece
        piece = self._flush()
        if piece is not None:
            self._bind(
                run.rows,
                Span(run.byte, run.byte + run.size, run.line, run.number, run.in_message),
                piece.parts,
            )
            return piece
        parts: list[Any] = []
        self.repeating = True
        self._bind(run.rows, Span(run.byte, run.byte + run.size, run.line, run.number, run.in_message), parts)
        return Piece(given, parts)

    def _bind(self, rows: list[Row], span: Span, parts: list[Any]) -> None:
        binding, given = self.binding, self.given
        assert binding is not None
        assert given is not None
        made = binding.repeat(rows)
        if self.keep:
            given.repeats.add(span, self.count)
            self.parts += made
        self.count += len(made)
        parts += made
        if binding.heard.slips or binding.heard.fresh:
            self._slips(rows, span)

    def _flush(self) -> Piece | None:
        """Give the rows that were gathered to the binding."""
        rows, first, given, binding = self.rows, self.first, self.given, self.binding
        if not rows or first is None or given is None or binding is None:
            return None
        self.rows, self.first = [], None
        span = Span(first.byte, self.end, first.line, first.number, first.in_message)
        if self.repeating:
            parts: list[Any] = []
            self._bind(rows, span, parts)
            return Piece(given, parts)
        given.add_head(span)
        binding.head(rows)
        self._slips(rows, span)
        return None

    def _slips(self, rows: list[Row], span: Span) -> None:
        """Turn what a binding could not read into findings while the rows are at hand."""
        given, binding = self.given, self.binding
        assert given is not None
        assert binding is not None
        at = {id(row): number for number, row in enumerate(rows)}
        for slip in binding.heard.slips:
            if len(given.findings) < MAX_FINDINGS:
                given.findings.append(of_slip(slip, span.number + at.get(id(slip.row), 0)))
            else:
                given.more += 1
        binding.heard.slips.clear()
        for known in binding.heard.fresh:
            known[1] = span.number + at.get(id(known[1]), 0)
        binding.heard.fresh.clear()

    def close(self) -> tuple[Piece | None, Given]:
        piece = self._flush()
        given, binding = self.given, self.binding
        assert given is not None
        if binding is None and given.message.type not in ANSWERS:
            given.findings.append(of_type(given.message, BINDINGS))
        if binding is not None:
            given.findings += of_unread(binding.heard.unread)
            if self.keep:
                given.document = binding.document(self.parts)
        self.given = self.binding = None
        self.parts = []
        return piece, given
