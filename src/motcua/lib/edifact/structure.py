"""
Message structures as data, and a matcher that turns a list of segments into a tree of groups.

The matcher follows ISO 9735-1: segments stand in the order of the table; a group begins with its trigger, the
first segment of the group; at every segment the nearest place at or after the last one is taken, first in the
same group, then a repetition of the group, then in the groups around it. It never stops at a fault: a segment
with no place is reported and hung where it stands, and the next one is matched from the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from motcua.lib.edifact.faults import Position
from motcua.lib.edifact.segment import Segment

Report = Callable[[str, Position, dict[str, object]], None]

_ENTRY = re.compile(r"\s*(?:(SG\d+|[A-Z][A-Z0-9]{2}) ([MC])(\d+)(\s*\()?|(\)))")


@dataclass(frozen=True)
class Part:
    """One line of a segment table: a segment, or a group when it has parts of its own."""

    name: str
    mandatory: bool
    repeats: int
    parts: tuple[Part, ...] = ()

    @property
    def trigger(self) -> str:
        """The tag that begins it."""
        return self.parts[0].name if self.parts else self.name

    def tags(self) -> Iterator[str]:
        """Every tag that may occur in it."""
        if not self.parts:
            yield self.name
        for part in self.parts:
            yield from part.tags()


def table(name: str, text: str) -> Part:
    """Read a segment table written as `UNH M1, BGM M1, SG1 C9 (RFF M1, DTM C9), UNT M1`.

    M or C is the status of the directory, the number the repetitions. Raises ValueError on a slip in our data.
    """
    stack: list[tuple[str, bool, int, list[Part]]] = [(name, True, 1, [])]
    at = 0
    flat = text.replace(",", " ")
    while flat[at:].strip():
        match = _ENTRY.match(flat, at)
        if match is None:
            raise ValueError(f"{name}: cannot read the table at “{flat[at : at + 20]}”")
        at = match.end()
        if match[5]:
            group, mandatory, repeats, parts = stack.pop()
            stack[-1][3].append(Part(group, mandatory, repeats, tuple(parts)))
        elif match[4]:
            stack.append((match[1], match[2] == "M", int(match[3]), []))
        else:
            stack[-1][3].append(Part(match[1], match[2] == "M", int(match[3])))
    if len(stack) != 1:
        raise ValueError(f"{name}: a group is not closed")
    return Part(name, True, 1, tuple(stack[0][3]))


@dataclass(eq=False)
class Node:
    """One occurrence of a group: `repetition` counts from 1; `items` are its segments and groups in file order."""

    part: Part
    repetition: int = 1
    items: list[Segment | Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.part.name

    def segments(self, tag: str) -> list[Segment]:
        """The segments of this tag that stand directly in this group."""
        return [item for item in self.items if isinstance(item, Segment) and item.tag == tag]

    def first(self, tag: str) -> Segment | None:
        """The first segment of this tag directly in this group."""
        return next((item for item in self.items if isinstance(item, Segment) and item.tag == tag), None)

    def groups(self, name: str) -> list[Node]:
        """The occurrences of a group directly in this one, e.g. `groups("SG7")`."""
        return [item for item in self.items if isinstance(item, Node) and item.name == name]

    def walk(self) -> Iterator[Segment]:
        """All segments below, in file order."""
        for item in self.items:
            if isinstance(item, Segment):
                yield item
            else:
                yield from item.walk()


class _Level:
    """Where the matcher stands in one group."""

    __slots__ = ("count", "index", "node", "part", "places", "repetition")

    def __init__(self, part: Part, repetition: int, node: Node | None) -> None:
        self.part = part
        self.repetition = repetition
        self.node = node
        self.index = 0
        self.count = 0
        self.places = _places(part)


def _places(part: Part) -> dict[str, tuple[int, ...]]:
    found = _PLACES.get(id(part))
    if found is None or found[0] is not part:
        places: dict[str, tuple[int, ...]] = {}
        for at, child in enumerate(part.parts):
            places[child.trigger] = (*places.get(child.trigger, ()), at)
        found = _PLACES[id(part)] = (part, places)
    return found[1]


_PLACES: dict[int, tuple[Part, dict[str, tuple[int, ...]]]] = {}


class Matcher:
    """Takes segments one by one; `root` is the tree when `build` is true, else only faults are reported."""

    def __init__(self, structure: Part, report: Report, *, build: bool = True) -> None:
        self.structure = structure
        self.root: Node | None = Node(structure) if build else None
        self._report = report
        self._known = frozenset(structure.tags())
        self._levels = [_Level(structure, 1, self.root)]

    def push(self, segment: Segment) -> None:
        """Find the place of the next segment."""
        tag = segment.tag
        level = self._levels[-1]
        # By far the commonest case: one more of what came last.
        if level.count and level.index < len(level.part.parts):
            part = level.part.parts[level.index]
            if part.name == tag and level.count < part.repeats and not part.parts:
                level.count += 1
                if level.node is not None:
                    level.node.items.append(segment)
                return
        if not tag:
            self._hang(segment)
        elif not (self._place(segment, strict=True) or self._place(segment, strict=False)):
            self._hang(segment)
            code = "edi.structure.unexpected" if tag in self._known else "edi.structure.foreign"
            values: dict[str, object] = {"tag": tag, "path": self.path(), "message": self.structure.name}
            self._report(code, segment.position(), values)

    def repeat(self, first: Segment) -> None:
        """One more sound repetition of the top-level group that is open came, from `first` on, and is over."""
        self._close_to(0, first)
        self._levels[0].count += 1

    def finish(self, position: Position) -> None:
        """The message is over: report what is still missing; `position` is that of its end."""
        while self._levels:
            self._missing(self._levels[-1], len(self._levels[-1].part.parts), None, position)
            self._levels.pop()

    def path(self) -> str:
        """Where the matcher stands, e.g. `SG7[3]/SG8[1]`."""
        steps = [f"{level.part.name}[{level.repetition}]" for level in self._levels[1:]]
        return "/".join(steps) or self.structure.name

    def _place(self, segment: Segment, *, strict: bool) -> bool:
        """Look in the open groups, innermost first; with `strict`, only where repetitions are left."""
        for depth in range(len(self._levels) - 1, -1, -1):
            level = self._levels[depth]
            at = self._find(level, segment.tag, strict)
            if at is not None:
                self._close_to(depth, segment)
                self._enter(level, at, segment)
                return True
        return False

    def _find(self, level: _Level, tag: str, strict: bool) -> int | None:
        for at in level.places.get(tag, ()):
            if at > level.index or (at == level.index and not level.count):
                return at
            if at == level.index and (not strict or level.count < level.part.parts[at].repeats):
                return at
        return None

    def _enter(self, level: _Level, at: int, segment: Segment) -> None:
        part = level.part.parts[at]
        if at > level.index:
            if at > level.index + 1 or not level.count:
                self._missing(level, at, segment)
            level.index, level.count = at, 0
        level.count += 1
        if level.count == part.repeats + 1:
            values: dict[str, object] = {"limit": part.repeats, "path": self.path(), "tag": segment.tag}
            if part.parts:
                self._report("edi.structure.groups", segment.position(), values | {"group": part.name})
            else:
                self._report("edi.structure.many", segment.position(), values)
        if not part.parts:
            if level.node is not None:
                level.node.items.append(segment)
            return
        node = None
        if level.node is not None:
            node = Node(part, level.count)
            level.node.items.append(node)
        inner = _Level(part, level.count, node)
        self._levels.append(inner)
        self._enter(inner, 0, segment)

    def _close_to(self, depth: int, segment: Segment) -> None:
        levels = self._levels
        while len(levels) - 1 > depth:
            inner = levels[-1]
            if inner.index + 1 < len(inner.part.parts):
                self._missing(inner, len(inner.part.parts), segment)
            levels.pop()

    def _missing(
        self, level: _Level, until: int, segment: Segment | None, end: Position | None = None
    ) -> None:
        """Report the mandatory parts between the place of this level and `until` that did not come."""
        start = level.index + 1 if level.count else level.index
        for at in range(start, until):
            part = level.part.parts[at]
            if part.mandatory:
                shown = f"{part.name} ({part.trigger})" if part.parts else part.name
                tag = segment.tag if segment else "UNT"
                values: dict[str, object] = {"missing": shown, "tag": tag, "path": self.path()}
                place = segment.position() if segment else end or Position()
                self._report("edi.structure.missing", place, values)

    def _hang(self, segment: Segment) -> None:
        node = self._levels[-1].node
        if node is not None:
            node.items.append(segment)


def match(structure: Part, segments: Iterable[Segment], report: Report) -> Node:
    """The tree of a whole message, UNH to UNT; faults go to `report`."""
    matcher = Matcher(structure, report)
    root = matcher.root
    assert root is not None
    last = Position()
    for segment in segments:
        matcher.push(segment)
        last = segment.position()
    matcher.finish(last)
    return root


def address(root: Node, segment: Segment) -> str:
    """Where a segment stands in the tree, e.g. `SG7[3]/SG8[1]/LOC[2]`; "" when it is not in it."""
    return next((path for path, found in addresses(root) if found is segment), "")


def addresses(node: Node, above: str = "") -> Iterator[tuple[str, Segment]]:
    """Every segment of the tree with its address, in file order."""
    seen: dict[str, int] = {}
    for item in node.items:
        if isinstance(item, Segment):
            seen[item.tag] = seen.get(item.tag, 0) + 1
            yield f"{above}{item.tag}[{seen[item.tag]}]", item
        else:
            yield from addresses(item, f"{above}{item.name}[{item.repetition}]/")
