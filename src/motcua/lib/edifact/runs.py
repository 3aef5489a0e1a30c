"""
The quick way through long messages: whole repetitions of a group at once, when nothing about them is odd.

A manifest is ten thousand times the same group of segments. As long as the bytes up to its next beginning hold no
surprise, and a group with the very same tags was found sound before, that repetition is split in a few steps of C
instead of one step of Python a segment. At the first oddity, whatever it is, the quick way declines and `walk` reads
the same bytes segment by segment, so that both ways report the same; a property test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from motcua.lib.edifact.envelope import Event, _Walker
from motcua.lib.edifact.profile import STANDARD, Profile
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.source import count_lines
from motcua.lib.edifact.structure import Matcher, Part
from motcua.lib.edifact.tokens import Tokens

# What stands between elements and components of a row: control characters, which no sound file holds.
ELEMENT, COMPONENT, _SEGMENT = "\x1d", "\x1f", "\x1e"
# How far ahead the next repetition is looked for.
_AHEAD = 262_144
_PRINTABLE = bytes(range(0x20, 0x7F))
_HIGH = bytes(range(0x80, 0x100))
# Released separators wait under these while the bytes are cut.
_HELD = (b"\x01", b"\x02", b"\x03", b"\x04")

Row = list[str]


@dataclass(frozen=True, slots=True)
class Run:
    """
    One repetition of a group, known to be sound. A row is a segment: its tag, then its elements; the components of an
    element are joined by COMPONENT. `byte`, `line`, `number` and `in_message` are those of its first segment.
    """

    rows: list[Row]
    size: int
    byte: int
    line: int
    number: int
    in_message: int


def row_of(segment: Segment) -> Row:
    """A segment read the slow way as a row; of repeated elements only the first."""
    return [segment.tag, *(COMPONENT.join(map(_clean, element[0])) for element in segment.elements)]


def _clean(text: str) -> str:
    return text.translate(_CONTROLS) if not text.isprintable() else text


_CONTROLS = dict.fromkeys(range(0x1C, 0x20))


def walk_runs(source: bytes | Iterable[bytes], profile: Profile = STANDARD) -> Iterator[Event | Run]:
    """As `envelope.walk`, but the segments of sound repetitions of top-level groups come as one `Run` each."""
    walker = _Walker(Tokens(source, profile), profile, keep=False)
    quick = _Quick(walker)
    for segment in walker.tokens:
        yield from walker.step(segment)
        while walker.matcher is not None:
            run = quick.take()
            if run is None:
                break
            yield run
    yield from walker.end()


class _Quick:
    """Looks ahead of one walker."""

    def __init__(self, walker: _Walker) -> None:
        self.walker = walker
        self._settings: object = None
        self._sound: dict[int, dict[tuple[str, ...], bool]] = {}

    def take(self) -> Run | None:
        """The next repetition of the group that is open, or None: then it must be read segment by segment."""
        walker = self.walker
        matcher = walker.matcher
        if matcher is None or walker.tokens.defects:
            return None
        root = matcher._levels[0]
        group = root.part.parts[min(root.index, len(root.part.parts) - 1)]
        # The one repetition too many is reported, so it is read slowly; those after it are not.
        if not group.parts or not root.count or root.count == group.repeats:
            return None
        tokens = walker.tokens
        if self._settings is not tokens.separators or self._codec is not tokens.charset:
            self._prepare(tokens)
        if not self._usable:
            return None
        source = tokens._source
        trigger = group.trigger.encode() + self._element
        at = source.at
        buffer = source.buffer
        while buffer[at : at + 1] in (b"\r", b"\n") and at < len(buffer):
            at += 1
        if not buffer.startswith(trigger, at):
            return None
        end = buffer.find(trigger, at + 4)
        while end < 0:
            if len(source.buffer) - source.at > _AHEAD:
                return None
            scan = len(source.buffer) - source.at
            if not source.more():
                return None
            end = source.buffer.find(trigger, max(source.at + scan - 4, source.at + 4))
        chunk = source.buffer[source.at : end]
        rows = self._split(chunk, tokens)
        if rows is None or not self._is_sound(group, rows):
            return None
        return self._move(chunk, rows, matcher)

    def _prepare(self, tokens: Tokens) -> None:
        """What depends on separators and character set: the tables for cutting and checking."""
        marks, charset = tokens.separators, tokens.charset
        self._settings, self._codec = marks, charset
        special = [marks.release, marks.element, marks.component, marks.terminator]
        self._usable = (
            marks.terminator not in "\r\n"
            and all(len(mark) == 1 and mark.isascii() for mark in special if mark)
            and charset.codec in ("ascii", "utf-8", "iso8859-1")
        )
        if not self._usable:
            return
        self._element = marks.element.encode()
        self._terminator = marks.terminator.encode()
        self._release = marks.release.encode()
        self._repetition = marks.repetition.encode()
        self._loose = (
            (marks.element + marks.terminator).encode(),
            (marks.component + marks.terminator).encode(),
        )
        self._ended = ((marks.terminator + "\r\n").encode(), (marks.terminator + "\n").encode())
        allowed = set(range(0x20, 0x7F)) if charset.codec != "ascii" else set()
        if not allowed:
            allowed = {byte for byte in _PRINTABLE if charset.allows(chr(byte))}
        allowed |= {*marks.special.encode(), 0x0A, 0x0D}
        if charset.codec == "utf-8":
            allowed |= set(_HIGH)
        self._allowed = bytes(sorted(allowed))
        self._printable = bytes(sorted(allowed | set(_PRINTABLE)))
        self._decoder = "utf-8" if charset.codec == "utf-8" else "ascii"
        table = bytearray(range(256))
        for mark, stands in (
            (marks.element, ELEMENT),
            (marks.component, COMPONENT),
            (marks.terminator, _SEGMENT),
        ):
            table[ord(mark)] = ord(stands)
        for held, mark in zip(_HELD, special, strict=True):
            if mark:
                table[held[0]] = ord(mark)
        self._table = bytes(table)
        self._escapes = [
            (self._release + mark.encode(), held) for held, mark in zip(_HELD, special, strict=True)
        ]

    def _split(self, chunk: bytes, tokens: Tokens) -> list[Row] | None:
        # Letters outside a small set are reported once a message; after that they are no news.
        allowed = self._printable if "edi.charset.repertoire" in tokens._seen else self._allowed
        if len(chunk) > tokens.profile.max_segment or chunk.translate(None, allowed):
            return None
        if self._release and self._release in chunk:
            for escape, held in self._escapes:
                chunk = chunk.replace(escape, held)
            if self._release in chunk:
                return None
        if b"\n" in chunk or b"\r" in chunk:
            for ended in self._ended:
                chunk = chunk.replace(ended, self._terminator)
            chunk = chunk.lstrip(b"\r\n")
            if b"\n" in chunk or b"\r" in chunk:
                return None
        if not chunk.endswith(self._terminator) or (self._repetition and self._repetition in chunk):
            return None
        if (self._loose[0] in chunk or self._loose[1] in chunk) and "edi.trailing" not in tokens._seen:
            return None
        try:
            text = chunk.translate(self._table).decode(self._decoder)
        except UnicodeDecodeError:
            return None
        return [line.split(ELEMENT) for line in text.split(_SEGMENT)[:-1]]

    def _is_sound(self, group: Part, rows: list[Row]) -> bool:
        tags = tuple([row[0] for row in rows])
        known = self._sound.setdefault(id(group), {})
        sound = known.get(tags)
        if sound is None:
            sound = _sound(group, tags)
            if len(known) < 4096:
                known[tags] = sound
        return sound

    def _move(self, chunk: bytes, rows: list[Row], matcher: Matcher) -> Run:
        """Take the bytes of a run, and leave every counter as if its segments had come one by one."""
        walker = self.walker
        tokens = walker.tokens
        source = tokens._source
        message = walker.message
        assert message is not None
        lead = len(chunk) - len(chunk.lstrip(b"\r\n"))
        line = source._line + count_lines(chunk[:lead])
        run = Run(
            rows, len(chunk) - lead, source._base + source.at + lead, line, tokens._number + 1, message.count + 1
        )  # fmt: skip
        first = Segment(rows[0][0], b"", run.byte, line, run.number, tokens.separators, "ascii")
        first.in_message = run.in_message
        source.advance(source.at + len(chunk))
        tokens._number += len(rows)
        message.count += len(rows)
        matcher.repeat(first)
        return run


def _sound(group: Part, tags: tuple[str, ...]) -> bool:
    """Whether a repetition of a group with these tags is as its table has it, whatever came before."""
    if tags[:1] != (group.trigger,) or not all(tags) or list(group.tags()).count(group.trigger) != 1:
        return False
    faults: list[str] = []
    matcher = Matcher(group, lambda code, position, values: faults.append(code), build=False)
    for tag in tags:
        matcher.push(Segment.of(tag))
    matcher.finish(Segment.of("UNT").position())
    return not faults
