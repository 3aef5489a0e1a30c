"""
One tolerant tokenizer: bytes in, segments and defects out, in bounded memory.

Nothing in a file makes it raise, except a file in which there is nothing at all to read. Whatever is odd is
reported with its place: text around the interchange, other separators than declared, wrapped lines, broken
encodings. It holds one segment and one block of the file, never the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from motcua.lib.edifact.charsets import CHARSETS, UNDECLARED, Charset, charset_of, decode
from motcua.lib.edifact.faults import Defect, Position
from motcua.lib.edifact.profile import STANDARD, Profile
from motcua.lib.edifact.segment import Segment, split_bytes
from motcua.lib.edifact.separators import DEFAULT, DEFAULT_SYNTAX_4, START, Separators, advise
from motcua.lib.edifact.source import BLANK, Source
from motcua.lib.errors import Malformed

_TAG = re.compile(rb"[A-Z][A-Z0-9]{2}")
# Defects held until somebody takes them; whoever reads on without taking wants the segments only.
MAX_HELD = 10_000
# What stands once per message in a report, however often it occurs.
_HEADERS = frozenset({"UNB", "UNH"})
_ONCE = frozenset(
    {
        "edi.charset.repertoire",
        "edi.charset.other",
        "edi.trailing",
        "edi.release.needless",
        "edi.break",
        "edi.tag.blank",
        "edi.segment.empty",
    }
)


class Tokens:
    """An iterator over the segments of a file, from bytes or from blocks of bytes.

    While it runs, `separators`, `charset` and `syntax` are those of the interchange being read. Defects gather
    in `defects` until somebody takes them with `take`; `interchanges` counts the beginnings found so far.
    """

    def __init__(self, source: bytes | Iterable[bytes], profile: Profile = STANDARD) -> None:
        self.profile = profile
        self.separators: Separators = profile.separators or DEFAULT
        self.charset: Charset = UNDECLARED
        self.syntax = "3"
        self.interchanges = 0
        self.defects: list[Defect] = []
        self._source = Source(source)
        self._number = 0
        self._seen: set[str] = set()
        self._has_una = False
        self._tags: dict[bytes, str] = {}
        self._segments: Iterator[Segment] = self._run()
        self._set_charset(self._override() or UNDECLARED)

    def __iter__(self) -> Iterator[Segment]:
        return self

    def __next__(self) -> Segment:
        return next(self._segments)

    def take(self) -> list[Defect]:
        """The defects found since the last call."""
        taken, self.defects = self.defects, []
        return taken

    def report(self, code: str, position: Position, values: Mapping[str, object] | None = None) -> None:
        """Add a defect, weighed by the profile; kinds that would flood a report come once per message."""
        if code in _ONCE:
            if code in self._seen:
                return
            self._seen.add(code)
        if len(self.defects) >= MAX_HELD:
            return
        self.defects.append(Defect(code, position, self.profile.severity(code), values or {}))

    # ---- interchanges ----

    def _run(self) -> Iterator[Segment]:
        source = self._source
        for code, values in source.prime():
            self.report(code, Position(), values)
        while self._find_start():
            self.interchanges += 1
            self._open()
            yield from self._body()
        if not self.interchanges:
            raise Malformed(
                "Không tìm thấy bản trao đổi EDIFACT nào (UNA, UNB, UNG hoặc UNH); hãy kiểm tra lại tệp đã gửi.",
                "No EDIFACT interchange was found (UNA, UNB, UNG or UNH); check which file was sent.",
                place="byte 0",
            )

    def _find_start(self) -> bool:
        """Go to the next beginning of an interchange; what lies before it is reported, never dropped silently."""
        source = self._source
        count, first, sample = 0, source.position(), b""
        while True:
            source.need(2048)
            match = START.search(source.buffer, source.at)
            if match and len(source.buffer) - match.start() < 1024 and source.more():
                continue
            end = match.start() if match else len(source.buffer)
            if not match and not source.ended:
                end = source.safe_end()
            stray = source.buffer[source.at : end]
            solid = len(stray.translate(None, BLANK))
            if solid and not count:
                lead = len(stray) - len(stray.lstrip(BLANK))
                first = source.position(source.at + lead)
                sample = stray[lead : lead + 40]
            count += solid
            source.advance(end)
            if match or (not source.more() and source.at == len(source.buffer)):
                break
        if count and (self.interchanges or match):
            code = "edi.text.after" if self.interchanges else "edi.text.before"
            shown = " ".join(sample.decode("utf-8", "replace").split())
            self.report(code, first, {"count": count, "sample": shown})
        return match is not None

    def _open(self) -> None:
        """Read the separators at the head of an interchange and set everything back to their defaults."""
        source = self._source
        here = source.position()
        advice = advise(source.buffer[source.at : source.at + 4096])
        self._seen.clear()
        self.syntax = "3"
        self._has_una = advice.has_una
        self.separators = self.profile.separators or advice.separators
        if self.profile.separators is None:
            for code, values in advice.faults:
                self.report(code, here, values)
        source.advance(source.at + advice.length)
        self._set_charset(self._override() or UNDECLARED)

    def _override(self) -> Charset | None:
        name = self.profile.charset
        if not name:
            return None
        return CHARSETS.get(name) or Charset(name, name)

    def _set_charset(self, charset: Charset) -> None:
        marks = self.separators
        self.charset = charset
        self._tags.clear()
        self._suspects = charset.suspects(marks.special.encode("ascii", "ignore"))
        self._terminator = marks.terminator.encode()
        self._release = release = marks.release.encode()
        self._ends = (marks.element + marks.component).encode()
        special = re.escape(marks.special.encode("ascii", "ignore"))
        self._needless = re.compile(re.escape(release) + rb"([^" + special + rb"\r\n])") if release else None

    def _header(self, segment: Segment) -> None:
        """Take syntax and character set from UNB."""
        name, version = segment.value(1), segment.value(1, 2)
        self.syntax = version
        if version not in ("1", "2", "3", "4"):
            self.report("edi.syntax", segment.position(1, 2), {"version": version})
        elif version == "4" and not self._has_una and self.profile.separators is None:
            if self.separators == DEFAULT:
                self.separators = DEFAULT_SYNTAX_4
        elif version != "4" and self.profile.separators is None:
            # Before syntax 4 that place in UNA is reserved and means nothing.
            self.separators = replace(self.separators, repetition="")
        segment.separators = self.separators
        declared = charset_of(name)
        if declared is None and not self.profile.charset:
            self.report("edi.charset.unknown", segment.position(1, 1), {"charset": name})
        self._set_charset(self._override() or declared or UNDECLARED)
        repetition = self.separators.repetition.encode()
        pieces = split_bytes(segment.raw, repetition, self._release) if repetition else []
        if len(pieces) > 1:
            values = {"tag": "UNB", "character": self.separators.repetition}
            self.report("edi.repetition.service", segment.place_of(len(pieces[0])), values)

    # ---- segments ----

    def _body(self) -> Iterator[Segment]:
        """The segments up to UNZ, the next UNA or UNB, or the end of the file."""
        source = self._source
        first = True
        while True:
            marks = self.separators
            end = source.find_terminator(self._terminator, self._release, self.profile.max_segment)
            if (end is None or end < 0) and not first and self._begins():
                return
            if end is None:
                yield from self._tail()
                return
            if end < 0:
                self._number += 1
                here = replace(source.position(), segment=self._number)
                self.report("edi.segment.long", here, {"limit": self.profile.max_segment})
                source.skip_long(self._terminator)
                first = False
                continue
            raw, byte, line = source.take_segment(end, marks.terminator)
            if not raw:
                if marks.terminator != "\n":
                    self.report("edi.segment.empty", Position(byte, line))
                continue
            if not first and raw.startswith((b"UNA", b"UNB")):
                source.step_back()
                if self._begins():
                    return
                # Not a beginning after all: read it again, as any other segment.
                first = True
                continue
            first = False
            segment = self._segment(raw, byte, line)
            yield segment
            if segment.tag == "UNZ":
                return

    def _begins(self) -> bool:
        """Whether another interchange begins here, perhaps with other separators."""
        source = self._source
        source.need(256)
        place = source.at + source.lead()
        return (
            source.buffer[place : place + 3] in (b"UNA", b"UNB")
            and START.match(source.buffer, place) is not None
        )

    def _tail(self) -> Iterator[Segment]:
        """What follows the last terminator: a segment that was cut, or stray text."""
        raw, byte, line = self._source.take_rest()
        raw = raw.rstrip(BLANK)
        if not raw:
            return
        if _TAG.match(raw) and raw[3:4] in (b"", self.separators.element.encode()):
            values = {"tag": raw[:3].decode()}
            if self.separators.terminator != "\n":
                self.report(
                    "edi.terminator.missing", Position(byte + len(raw), line, self._number + 1), values
                )
            yield self._segment(raw, byte, line)
            return
        shown = " ".join(raw[:40].decode("utf-8", "replace").split())
        self.report(
            "edi.text.after",
            Position(byte, line),
            {"count": len(raw.translate(None, BLANK)), "sample": shown},
        )

    def _segment(self, raw: bytes, byte: int, line: int) -> Segment:
        marks = self.separators
        self._number += 1
        tag = self._tags.get(raw[:4])
        if tag is None:
            raw, tag = self._read_tag(raw, byte, line)
        segment = Segment(tag, raw, byte, line, self._number, marks, self.charset.codec)
        if tag in _HEADERS:
            self._seen.clear()
            if tag == "UNB":
                self._header(segment)
        if self._suspects.search(raw):
            self._inspect(segment)
        if b"\n" in raw or b"\r" in raw:
            at = min(found for found in (raw.find(b"\n"), raw.find(b"\r")) if found >= 0)
            self.report("edi.break", segment.place_of(at), {"tag": tag})
        if self._release and self._release in raw:
            self._check_release(segment)
        elif raw[-1] in self._ends:
            self.report("edi.trailing", segment.place_of(len(raw) - 1), {"tag": tag})
        return segment

    def _read_tag(self, raw: bytes, byte: int, line: int) -> tuple[bytes, str]:
        """(bytes of the segment, tag); a tag that cannot be one is "" and reported."""
        element = self.separators.element.encode()
        head = raw.partition(element)[0]
        name, colon, nesting = head.partition(self.separators.component.encode())
        tag = name.translate(None, BLANK)
        here = Position(byte, line, self._number, tag=tag.decode("ascii", "replace"))
        if not _TAG.fullmatch(tag):
            shown = name[:20].decode("utf-8", "replace")
            self.report("edi.tag", here, {"tag": shown})
            return raw, ""
        text = tag.decode()
        if colon:
            values = {"tag": text, "nesting": nesting.decode("ascii", "replace")}
            self.report("edi.tag.nesting", here, values)
        elif tag != name:
            self.report("edi.tag.blank", here, {"tag": text})
        elif len(self._tags) < 512:
            self._tags[raw[:4]] = text
        return raw, text

    def _inspect(self, segment: Segment) -> None:
        """Look closer at a segment with bytes outside the declared repertoire."""
        raw = segment.raw
        control = next((at for at in _controls(raw) if raw[at] not in self.separators.special.encode()), -1)
        if control >= 0:
            values: dict[str, object] = {"hex": f"0x{raw[control]:02X}", "tag": segment.tag}
            self.report("edi.charset.control", segment.place_of(control), values)
        if raw.isascii():
            found = self._suspects.search(raw)
            if found and control < 0:
                values = {"character": found[0].decode(), "charset": self.charset.name}
                self.report("edi.charset.repertoire", segment.place_of(found.start()), values)
            return
        profile = self.profile
        segment.codec, bad = decode(raw, self.charset, profile.fallback, trust_utf8=profile.trust_utf8)
        if bad < 0:
            return
        values = {"charset": self.charset.name, "used": segment.codec}
        if self.charset.codec.startswith("iso8859") and segment.codec in ("utf-8", self.charset.codec):
            self.report("edi.charset.other", segment.place_of(bad), values)
            return
        self.report("edi.charset.bytes", segment.place_of(bad), values | {"hex": f"0x{raw[bad]:02X}"})

    def _check_release(self, segment: Segment) -> None:
        raw, release = segment.raw, self._release
        bare = raw.rstrip(release)
        if (len(raw) - len(bare)) % 2:
            self.report("edi.release.end", segment.place_of(len(raw) - 1), {"tag": segment.tag})
        pairs = split_bytes(raw, release + release, b"") if release * 2 in raw else [raw]
        at = 0
        for part in pairs:
            found = self._needless.search(part) if self._needless else None
            if found:
                values = {"tag": segment.tag, "character": found[1].decode("latin-1")}
                self.report("edi.release.needless", segment.place_of(at + found.start()), values)
                return
            at += len(part) + 2


def _controls(raw: bytes) -> Iterator[int]:
    return (at for at, byte in enumerate(raw) if (byte < 0x20 and byte not in b"\r\n") or byte == 0x7F)
