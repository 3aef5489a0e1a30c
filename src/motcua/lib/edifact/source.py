"""The bytes of a file as they come in: one block in memory, with the byte and line of every place known."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from motcua.lib.edifact.faults import Position

BLOCK = 65_536
BLANK = b" \t\r\n\x00\x1a"
_BLANKS = frozenset({b"", *(bytes([byte]) for byte in BLANK)})
_BREAKS = frozenset({b"\r", b"\n"})

Fault = tuple[str, dict[str, object]]


def count_lines(raw: bytes) -> int:
    """Line breaks: LF, CR, or CR LF counted once."""
    breaks = raw.count(b"\n")
    return breaks + raw.count(b"\r") - raw.count(b"\r\n") if b"\r" in raw else breaks


class Source:
    """A buffer over blocks. `at` is the place of the reader in `buffer`; everything before it is done with."""

    def __init__(self, source: bytes | Iterable[bytes]) -> None:
        self._blocks: Iterator[bytes] = _slices(source) if isinstance(source, bytes) else iter(source)
        self.buffer = b""
        self.at = 0
        self._base = 0
        self._line = 1
        self._ended = False
        self._before = (0, 1)
        self._overrun = 0

    def prime(self) -> list[Fault]:
        """Deal with a byte order mark; UTF-16 is turned into UTF-8 on the way in."""
        while len(self.buffer) < 4 and self.more():
            pass
        for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
            if self.buffer.startswith(mark):
                self._blocks = _recode(self.buffer[2:], self._blocks, name)
                self.buffer, self._ended = b"", False
                self.more()
                return [("edi.utf16", {})]
        if self.buffer.startswith(codecs.BOM_UTF8):
            self.advance(3)
            return [("edi.bom", {"name": "UTF-8"})]
        return []

    def more(self) -> bool:
        """Read on; at least one block unless the file ends. False when nothing was added."""
        if self._ended:
            return False
        parts, size = [], 0
        for block in self._blocks:
            parts.append(block)
            size += len(block)
            if size >= BLOCK:
                break
        else:
            self._ended = True
        if not size:
            return False
        self._base += self.at
        self.buffer = b"".join([self.buffer[self.at :], *parts])
        self.at = 0
        return True

    def need(self, count: int) -> None:
        """Have at least `count` bytes ahead, unless the file ends before."""
        while len(self.buffer) - self.at < count and self.more():
            pass

    @property
    def ended(self) -> bool:
        """Whether the last block has been read."""
        return self._ended

    def lead(self) -> int:
        """How many blanks stand before the next segment."""
        ahead = self.buffer[self.at : self.at + BLOCK]
        return len(ahead) - len(ahead.lstrip(BLANK))

    def position(self, at: int | None = None) -> Position:
        """Byte and line of a place in the buffer, by default of the reader's."""
        place = self.at if at is None else at
        return Position(self._base + place, self._line + count_lines(self.buffer[self.at : place]))

    def advance(self, to: int) -> None:
        """Move the reader on to a place in the buffer."""
        self._line += count_lines(self.buffer[self.at : to])
        self.at = to

    def safe_end(self) -> int:
        """How far the buffer can be given up while something that begins near its end may still grow."""
        end = max(self.at, len(self.buffer) - 128)
        # A CR LF must not be cut in two, or it would count as two lines.
        while end > self.at and self.buffer[end - 1 : end] == b"\r":
            end -= 1
        return end

    def find_terminator(self, terminator: bytes, release: bytes, limit: int) -> int | None:
        """The place of the next terminator that is not released; -1 beyond `limit` bytes; None at the end."""
        scan = self.at
        while True:
            end = self.buffer.find(terminator, scan)
            if end < 0:
                if len(self.buffer) - self.at > limit + 2 * BLOCK:
                    self._overrun = 0
                    return -1
                scan = len(self.buffer) - self.at
                if not self.more():
                    return None
                continue
            before = self.buffer[end - 1 : end]
            if (
                release
                and (before == release or before in _BREAKS)
                and self._released(end, release, terminator)
            ):
                scan = end + 1
                continue
            self._overrun = end + 1
            return end if end - self.at <= limit else -1

    def _released(self, end: int, release: bytes, terminator: bytes) -> bool:
        last = end
        if terminator != b"\n":
            while last > self.at and self.buffer[last - 1 : last] in _BREAKS:
                last -= 1
        run = last
        while run > self.at and self.buffer[run - 1 : run] == release:
            run -= 1
        return (last - run) % 2 == 1

    def take_segment(self, end: int, terminator: str) -> tuple[bytes, int, int]:
        """(bytes without leading blanks, byte, line) of the segment that ends at `end`; moves past it."""
        self._before = (self.at, self._line)
        piece = self.buffer[self.at : end]
        raw = piece.lstrip(BLANK) if piece[:1] in _BLANKS else piece
        lead = len(piece) - len(raw)
        if lead:
            self._line += count_lines(piece[:lead])
        byte, line = self._base + self.at + lead, self._line
        if terminator == "\n":
            raw = raw.rstrip(b"\r")
            self._line += 1
        elif b"\n" in raw or b"\r" in raw:
            self._line += count_lines(raw)
        self.at = min(end + 1, len(self.buffer))
        return raw, byte, line

    def step_back(self) -> None:
        """Undo the last `take_segment`; nothing may have been read in between."""
        self.at, self._line = self._before

    def take_rest(self) -> tuple[bytes, int, int]:
        """(bytes without leading blanks, byte, line) of all that is left."""
        return self.take_segment(len(self.buffer), "'")

    def skip_long(self, terminator: bytes) -> None:
        """Drop the segment that `find_terminator` found too long, up to and with its terminator."""
        if self._overrun:
            self.advance(self._overrun)
            return
        # What is in the buffer was searched already; only what comes after it is looked at.
        self.advance(len(self.buffer))
        self.more()
        while True:
            end = self.buffer.find(terminator, self.at)
            if end >= 0:
                self.advance(end + 1)
                return
            self.advance(len(self.buffer))
            if not self.more():
                return


def _slices(source: bytes) -> Iterator[bytes]:
    for start in range(0, len(source), BLOCK):
        yield source[start : start + BLOCK]


def _recode(first: bytes, blocks: Iterator[bytes], codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    yield decoder.decode(first).encode("utf-8", "replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
