"""
Interchanges, groups and messages: every header, trailer, count and reference checked, nothing lost.

`walk` streams a file of any size as events; `read` keeps everything. Both promise the same: each message found
is either accepted or refused with a place, each byte outside messages is reported, and the file does not raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from motcua.lib.edifact.faults import Defect, Position
from motcua.lib.edifact.interchange import Group, Interchange, Level, Message
from motcua.lib.edifact.profile import STANDARD, Profile
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.structure import Matcher
from motcua.lib.edifact.tables import structure_of
from motcua.lib.edifact.tokens import Tokens

# References kept for finding repeats; beyond them a repeat goes unseen rather than memory without bound.
MAX_REFERENCES = 200_000


@dataclass(frozen=True)
class Opened:
    """An interchange or a message begins."""

    level: Interchange | Message


@dataclass(frozen=True)
class Closed:
    """An interchange or a message is over; its own counts and defects are final.

    A message may still be refused with its group or interchange, whose trailers come later.
    """

    level: Interchange | Message


Event = Opened | Closed | Segment


def read(source: bytes | Iterable[bytes], profile: Profile = STANDARD) -> list[Interchange]:
    """All interchanges of a file with their messages, segments and trees; raises `Malformed` if there are none."""
    found: list[Interchange] = []
    message: Message | None = None
    for event in walk(source, profile, keep=True):
        if isinstance(event, Segment):
            if message is not None:
                message.segments.append(event)
        elif isinstance(event, Opened):
            if isinstance(event.level, Message):
                message = event.level
                event.level.interchange.messages.append(message)  # type: ignore[union-attr]
            else:
                found.append(event.level)
        elif isinstance(event.level, Message):
            message = None
    return found


def walk(
    source: bytes | Iterable[bytes], profile: Profile = STANDARD, *, keep: bool = False
) -> Iterator[Event]:
    """Events in file order; inside a message its segments, UNH and UNT among them.

    Memory does not grow with the file: defects are kept up to `profile.max_defects` a level, the rest counted.
    With `keep`, trees are built too. Raises `Malformed` when the file holds no interchange at all.
    """
    walker = _Walker(Tokens(source, profile), profile, keep)
    for segment in walker.tokens:
        yield from walker.step(segment)
    yield from walker.end()


class _Walker:
    def __init__(self, tokens: Tokens, profile: Profile, keep: bool) -> None:
        self.tokens = tokens
        self.profile = profile
        self.keep = keep
        self.interchange: Interchange | None = None
        self.over = False
        self.group: Group | None = None
        self.message: Message | None = None
        self.matcher: Matcher | None = None
        self.references: set[str] = set()
        self.astray = False
        self.last: Segment | None = None

    # ---- one segment ----

    def step(self, segment: Segment) -> Iterator[Event]:
        defects = self.tokens.take() if self.tokens.defects else []
        tag = segment.tag
        if self.message is not None and tag not in _ENVELOPE:
            self._body(segment, defects)
            self.last = segment
            yield segment
            return
        if tag == "UNB" or self.interchange is None or self.over:
            yield from self._begin(segment, defects)
        yield from self._service(segment, defects)
        self.last = segment

    def _body(self, segment: Segment, defects: list[Defect]) -> None:
        message = self.message
        assert message is not None
        message.count += 1
        segment.in_message = message.count
        if defects:
            for defect in defects:
                self._file(defect, segment)
        if self.matcher is not None:
            self.matcher.push(segment)

    def _file(self, defect: Defect, segment: Segment) -> None:
        """Put a defect of the tokenizer where it belongs: to the message whose segment it names, else above."""
        level: Level | None = self.interchange
        place = defect.position
        if self.message is not None and place.segment == segment.number:
            level = self.message
            place = replace(place, in_message=segment.in_message, tag=segment.tag)
        if level is not None:
            level.add(replace(defect, position=place), self.profile.max_defects)

    def _service(self, segment: Segment, defects: list[Defect]) -> Iterator[Event]:
        tag = segment.tag
        if tag in ("UNH", "UNG", "UNE", "UNZ"):
            yield from self._end_message(None)
        if tag == "UNH":
            yield from self._open_message(segment)
        for defect in defects:
            if tag == "UNT" and self.message is not None:
                segment.in_message = self.message.count + 1
            self._file(defect, segment)
        if tag == "UNH":
            yield segment
        elif tag == "UNT":
            yield from self._unt(segment)
        elif tag == "UNG":
            self._end_group(None)
            self._ung(segment)
        elif tag == "UNE":
            self._une(segment)
        elif tag == "UNZ":
            self._end_group(None)
            self._unz(segment)
        elif tag != "UNB" and not self.astray:
            # One report for a run of segments that stand outside: the rest follow from the first.
            self.astray = True
            if tag:
                self._fault("edi.outside", segment.position(), tag=tag)
        if tag in _ENVELOPE:
            self.astray = False

    def _fault(self, code: str, position: Position, level: Level | None = None, **values: object) -> None:
        target = level or self.interchange
        if target is not None:
            target.add(Defect(code, position, self.profile.severity(code), values), self.profile.max_defects)

    def _end(self) -> Position:
        """The place of what came last: where something missing was expected."""
        return self.last.position() if self.last else Position()

    # ---- interchange ----

    def _begin(self, segment: Segment, defects: list[Defect]) -> Iterator[Event]:
        late = [defect for defect in defects if defect.code == "edi.text.after"]
        for defect in late:
            defects.remove(defect)
        yield from self._end_interchange(late)
        tokens = self.tokens
        one = Interchange(separators=tokens.separators, syntax=tokens.syntax, charset=tokens.charset.name)
        self.interchange, self.over, self.group = one, False, None
        self.references = set()
        if segment.tag != "UNB":
            self._fault("edi.unb.missing", segment.position())
            yield Opened(one)
            return
        one.header = segment
        one.sender, one.recipient = segment.components(2), segment.components(3)
        one.prepared = (segment.value(4, 1), segment.value(4, 2))
        one.reference = segment.value(5)
        for element, component, limit, name_vi, name_en in _UNB:
            text = segment.value(element, component)
            place = segment.position(element, component if len(segment.components(element)) > 1 else 0)
            if not text.strip():
                self._fault("edi.unb.element", place, name_vi=name_vi, name_en=name_en)
            elif len(text) > limit:
                values: dict[str, Any] = {"name_vi": name_vi.capitalize(), "name_en": name_en.capitalize()}
                self._fault("edi.unb.long", place, length=len(text), limit=limit, **values)
        yield Opened(one)

    def _unz(self, segment: Segment) -> None:
        one = self.interchange
        assert one is not None
        if self.over:
            self._fault("edi.trailer.alone", segment.position(), tag="UNZ")
            return
        one.trailer = segment
        grouped = bool(one.groups)
        counted = len(one.groups) if grouped else one.found
        if _number(segment.value(1)) != counted:
            unit_vi, unit_en = ("nhóm", "groups") if grouped else ("bản tin", "messages")
            values: dict[str, Any] = {
                "stated": segment.value(1) or "–",
                "unit_vi": unit_vi,
                "unit_en": unit_en,
            }
            self._fault("edi.unz.count", segment.position(1), counted=counted, **values)
        if one.header is not None and segment.value(2) != one.reference:
            values = {"stated": segment.value(2) or "–", "expected": one.reference or "–"}
            self._fault("edi.unz.reference", segment.position(2), **values)
        self.over = True

    def _end_interchange(self, late: list[Defect]) -> Iterator[Event]:
        one = self.interchange
        if one is None:
            return
        yield from self._end_message(None)
        self._end_group(None)
        if one.trailer is None and one.header is not None:
            self._fault("edi.unz.missing", self._end(), reference=one.reference or "–")
        if not one.found:
            place = one.header.position() if one.header else self._end()
            self._fault("edi.interchange.empty", place)
        for defect in late:
            one.add(defect, self.profile.max_defects)
        self.interchange = None
        yield Closed(one)

    def end(self) -> Iterator[Event]:
        """The file is over."""
        yield from self._end_interchange(self.tokens.take())

    # ---- groups ----

    def _ung(self, segment: Segment) -> None:
        one = self.interchange
        assert one is not None
        group = Group(header=segment, reference=segment.value(5), type=segment.value(1))
        if not one.groups and one.found:
            self._fault("edi.interchange.mixed", segment.position(), reference="–")
        self.group = group
        one.groups.append(group)
        if not group.reference.strip():
            values: dict[str, Any] = {"name_vi": "số tham chiếu nhóm", "name_en": "the group reference"}
            self._fault("edi.ung.element", segment.position(5), group, **values)

    def _une(self, segment: Segment) -> None:
        group = self.group
        if group is None:
            self._fault("edi.trailer.alone", segment.position(), tag="UNE")
            return
        if _number(segment.value(1)) != group.messages:
            stated = segment.value(1) or "–"
            self._fault("edi.une.count", segment.position(1), group, stated=stated, counted=group.messages)
        if segment.value(2) != group.reference:
            values: dict[str, Any] = {"stated": segment.value(2) or "–", "expected": group.reference or "–"}
            self._fault("edi.une.reference", segment.position(2), group, **values)
        self._end_group(segment)

    def _end_group(self, trailer: Segment | None) -> None:
        if self.group is not None:
            self.group.trailer = trailer
            if trailer is None:
                self._fault("edi.une.missing", self._end(), self.group, reference=self.group.reference or "–")
        self.group = None

    # ---- messages ----

    def _open_message(self, segment: Segment) -> Iterator[Event]:
        one = self.interchange
        assert one is not None
        kind = [segment.value(2, component) for component in range(1, 6)]
        message = Message(
            header=segment, reference=segment.value(1), type=kind[0], version=kind[1], release=kind[2],
            agency=kind[3], association=kind[4], group=self.group, count=1,
        )  # fmt: skip
        message.interchange = one
        self.message = message
        segment.in_message = 1
        one.found += 1
        self._check_unh(segment, message)
        if self.group is not None:
            self.group.messages += 1
            if self.group.type and message.type and self.group.type != message.type:
                values: dict[str, Any] = {"type": message.type, "expected": self.group.type}
                self._fault("edi.ung.type", segment.position(2, 1), message, **values)
        elif one.groups:
            self._fault("edi.interchange.mixed", segment.position(), message, reference=message.reference)
        self._choose_structure(segment, message)
        yield Opened(message)

    def _check_unh(self, segment: Segment, message: Message) -> None:
        for element, component, name_vi, name_en in _UNH:
            if not segment.value(element, component).strip():
                place = segment.position(element, component if element == 2 else 0)
                self._fault("edi.unh.element", place, message, name_vi=name_vi, name_en=name_en)
        if message.reference in self.references:
            self._fault("edi.unh.repeat", segment.position(1), message, reference=message.reference)
        elif len(self.references) < MAX_REFERENCES:
            self.references.add(message.reference)

    def _choose_structure(self, segment: Segment, message: Message) -> None:
        taken = self.profile.taken(message.type, message.version, message.release)
        self.matcher = None
        if taken is None:
            names = ", ".join(str(one) for one in self.profile.messages)
            self._fault(
                "edi.message.version", segment.position(2), message, message=message.name, taken=names
            )
            return
        table = structure_of(message.type, taken.structure or message.directory)
        if table is None:
            self._fault("edi.structure.unknown", segment.position(2), message, message=message.name)
            return

        def report(code: str, position: Position, values: dict[str, object]) -> None:
            self._fault(code, position, message, **values)

        self.matcher = Matcher(table, report, build=self.keep)
        self.matcher.push(segment)

    def _unt(self, segment: Segment) -> Iterator[Event]:
        message = self.message
        if message is None:
            self._fault("edi.trailer.alone", segment.position(), tag="UNT")
            return
        message.count += 1
        segment.in_message = message.count
        message.trailer = segment
        if message.count == 2:
            self._fault("edi.message.empty", segment.position(), message, reference=message.reference)
        elif self.matcher is not None:
            self.matcher.push(segment)
        if _number(segment.value(1)) != message.count:
            stated = segment.value(1) or "–"
            self._fault("edi.unt.count", segment.position(1), message, stated=stated, counted=message.count)
        if segment.value(2) != message.reference:
            values: dict[str, Any] = {"stated": segment.value(2) or "–", "expected": message.reference or "–"}
            self._fault("edi.unt.reference", segment.position(2), message, **values)
        yield segment
        yield from self._end_message(segment)

    def _end_message(self, trailer: Segment | None) -> Iterator[Event]:
        message = self.message
        if message is None:
            return
        if trailer is None:
            self._fault("edi.unt.missing", self._end(), message, reference=message.reference or "–")
        if self.matcher is not None:
            message.tree = self.matcher.root
        self.message = self.matcher = None
        if message.errors:
            one = self.interchange
            assert one is not None
            one.refused_alone += 1
            if message.group is not None:
                message.group.refused_alone += 1
        yield Closed(message)


_ENVELOPE = frozenset({"UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"})

# Element, component, longest value, names: the mandatory parts of UNB (ISO 9735-10).
_UNB = (
    (1, 1, 4, "mã bộ ký tự", "the syntax identifier"),
    (2, 1, 35, "mã người gửi", "the sender"),
    (3, 1, 35, "mã người nhận", "the recipient"),
    (4, 1, 8, "ngày lập", "the date of preparation"),
    (4, 2, 4, "giờ lập", "the time of preparation"),
    (5, 1, 14, "số tham chiếu", "the interchange reference"),
)
_UNH = (
    (1, 1, "số tham chiếu bản tin", "the message reference"),
    (2, 1, "loại bản tin", "the message type"),
    (2, 2, "phiên bản", "the version"),
    (2, 3, "lần ban hành", "the release"),
    (2, 4, "cơ quan quản lý", "the controlling agency"),
)


def _number(text: str) -> int | None:
    """A count as written; None when it is none. Leading zeros are allowed, signs and blanks are not."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
