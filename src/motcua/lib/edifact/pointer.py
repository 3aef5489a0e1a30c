"""
One address for errors in every format: the WCO pointer, and its place in an EDIFACT message.

A pointer is a path of document sections with sequence numbers and, at the end, a data element:
`42A/28A[3]/29A[2]#126` is the gross mass of the second goods item of the third consignment. The ids are those of
the WCO Data Model (class ids such as 28A, element ids such as 126), as printed in the public annotated schemas
of version 3.6. A binding says where each stands in one message; the bindings below are ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcua.lib.edifact.faults import Position
from motcua.lib.edifact.interchange import Message
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.structure import Node, address
from motcua.lib.errors import Malformed

_STEP = re.compile(r"(\d{2}[A-Z])(?:\[(\d{1,6})\])?")
_PLACE = re.compile(r"([A-Z][A-Z0-9]{2}|SG\d+)(?:\[(=?[A-Z0-9{}]+)\])?")


@dataclass(frozen=True, slots=True)
class Pointer:
    """`steps` are (class id, sequence number from 1); `element` is the data element id or ""."""

    steps: tuple[tuple[str, int], ...]
    element: str = ""

    @classmethod
    def parse(cls, text: str) -> Pointer:
        """Read `42A/28A[3]/29A[2]#126`; raises `Malformed`."""
        path, mark, element = text.partition("#")
        steps = []
        for part in path.split("/"):
            match = _STEP.fullmatch(part)
            if match is None or (mark and not re.fullmatch(r"[A-Z]?\d{3}", element)):
                raise Malformed(
                    f"“{text}” không phải con trỏ WCO.", f"“{text}” is no WCO pointer.", place=part or element
                )
            steps.append((match[1], int(match[2] or 1)))
        return cls(tuple(steps), element)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.steps)

    def __str__(self) -> str:
        path = "/".join(name if number == 1 else f"{name}[{number}]" for name, number in self.steps)
        return f"{path}#{self.element}" if self.element else path


@dataclass(frozen=True, slots=True)
class Binding:
    """Where one data element stands: a path with `{28A}` for a sequence number, element and component from 1.

    `NAD[=CZ]` takes the segment or group whose first element is CZ.
    """

    classes: tuple[str, ...]
    element: str
    path: str
    at: int = 0
    component: int = 0


_ITEM = "SG7[{28A}]/SG8[1]/SG14[{29A}]"
_BILL = "SG7[{28A}]/SG8[1]"

# CUSCAR from D.96B on; D.95B numbers its groups otherwise and is not bound.
CUSCAR = (
    Binding(("42A",), "D014", "BGM[1]", 2, 1),
    Binding(("42A",), "017", "BGM[1]", 3),
    Binding(("42A", "15A"), "T006", "SG4[{15A}]/TDT[1]", 8, 1),
    Binding(("42A", "15A"), "T005", "SG4[{15A}]/TDT[1]", 8, 4),
    Binding(("42A", "31B"), "159", "SG5[{31B}]/EQD[1]", 2, 1),
    Binding(("42A", "31B", "44B"), "165", "SG5[{31B}]/SEL[{44B}]", 1),
    Binding(("42A", "28A"), "006", "SG7[{28A}]/CNI[1]", 1),
    Binding(("42A", "28A", "83A"), "L010", f"{_BILL}/LOC[=9]", 2, 1),
    Binding(("42A", "28A", "30A"), "R020", f"{_BILL}/SG11[=CZ]/NAD[1]", 4, 1),
    Binding(("42A", "28A", "27A"), "R014", f"{_BILL}/SG11[=CN]/NAD[1]", 4, 1),
    Binding(("42A", "28A", "29A"), "006", f"{_ITEM}/GID[1]", 1),
    Binding(("42A", "28A", "29A", "93A"), "144", f"{_ITEM}/GID[1]", 2, 1),
    Binding(("42A", "28A", "29A", "93A"), "141", f"{_ITEM}/GID[1]", 2, 2),
    Binding(("42A", "28A", "29A", "93A"), "142", f"{_ITEM}/PCI[1]", 2, 1),
    Binding(("42A", "28A", "29A", "23A"), "137", f"{_ITEM}/FTX[=AAA]", 4, 1),
    Binding(("42A", "28A", "29A", "65A"), "126", f"{_ITEM}/MEA[=AAE]", 3, 2),
)

BINDINGS: dict[str, tuple[Binding, ...]] = {"CUSCAR": CUSCAR}


def locate(pointer: Pointer, message: Message) -> Position | None:
    """The place a pointer means in this message; None when the message has no binding or no tree.

    When the very segment is missing, the place is that of the nearest group above it that is there.
    """
    if message.tree is None or message.directory == "D95B":
        return None
    for binding in BINDINGS.get(message.type, ()):
        if binding.classes == pointer.classes and binding.element == pointer.element:
            numbers = {name: str(number) for name, number in pointer.steps}
            segment, exact = _follow(message.tree, binding.path.format_map(numbers))
            if segment is None:
                return None
            return segment.position(binding.at, binding.component) if exact else segment.position()
    return None


def pointer_at(message: Message, segment: Segment, element: int = 0, component: int = 0) -> Pointer | None:
    """The pointer of a place in a message, where a binding names it: the inverse of `locate`."""
    if message.tree is None or message.directory == "D95B":
        return None
    path = address(message.tree, segment)
    for binding in BINDINGS.get(message.type, ()):
        if (binding.at, binding.component or component) != (element, component):
            continue
        numbers = _numbers(binding, path, message.tree)
        if numbers is not None:
            return Pointer(tuple((name, numbers.get(name, 1)) for name in binding.classes), binding.element)
    return None


def _follow(root: Node, path: str) -> tuple[Segment | None, bool]:
    """(the segment at a path, True), or (the first segment of the nearest group above it, False)."""
    node = root
    for step in path.split("/"):
        match = _PLACE.fullmatch(step)
        assert match is not None, path
        found = _pick(node, match[1], match[2] or "1")
        if isinstance(found, Segment):
            return found, True
        if found is None:
            break
        node = found
    return next(node.walk(), None), False


def _pick(node: Node, name: str, which: str) -> Segment | Node | None:
    choices: list[Segment] | list[Node] = node.groups(name) if name.startswith("SG") else node.segments(name)
    if which.startswith("="):
        return next((one for one in choices if _qualifier(one) == which[1:]), None)
    number = int(which)
    return choices[number - 1] if number <= len(choices) else None


def _qualifier(item: Segment | Node) -> str:
    segment = item if isinstance(item, Segment) else next(item.walk(), None)
    return segment.value(1) if segment else ""


def _numbers(binding: Binding, path: str, root: Node) -> dict[str, int] | None:
    """The sequence numbers a real path gives to the classes of a binding, or None when it is not that path."""
    pattern, real = binding.path.split("/"), path.split("/")
    if len(pattern) != len(real):
        return None
    numbers: dict[str, int] = {}
    node = root
    for expected, step in zip(pattern, real, strict=True):
        wanted, actual = _PLACE.fullmatch(expected), _PLACE.fullmatch(step)
        assert wanted is not None
        assert actual is not None
        found = _pick(node, actual[1], actual[2]) if wanted[1] == actual[1] else None
        if found is None:
            return None
        which = wanted[2]
        if which.startswith("="):
            if _qualifier(found) != which[1:]:
                return None
        elif which.startswith("{"):
            numbers[which[1:-1]] = int(actual[2])
        elif which != actual[2]:
            return None
        if isinstance(found, Node):
            node = found
    return numbers
