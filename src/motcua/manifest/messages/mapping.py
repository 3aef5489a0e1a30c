"""
Documents from XML and back by one table for both directions.

A map names XML paths by local names and says which field each fills:

    BILL = {
        "Bol_id/Bol_reference": "number",
        "Traders_segment/Exporter/Exporter_name": "shipper.name",
        "Goods_segment": Each("items", {"Gross_mass": Mass("gross_kg"), ...}),
        "Remarks": None,                                   # known, and left out on purpose
    }

Reading walks an element once and looks each child up; what no map knows is told as a note, so nothing is dropped in
silence. Writing goes through the same table in its order; where two paths fill one field, the first is written. Fields
that begin with "_" are no fields: they are carried to the `after` of their map, which may make something of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from motcua.lib import xmldoc
from motcua.lib.errors import Malformed
from motcua.lib.findings import Finding, Severity
from motcua.manifest.documents.plain import Slot, slots
from motcua.manifest.messages.texts import Problem, number_of, quick, value_of

KILOGRAMS = {
    "KGM": Decimal(1), "KG": Decimal(1), "K": Decimal(1), "KGS": Decimal(1), "": Decimal(1),
    "TNE": Decimal(1000), "T": Decimal(1000), "MT": Decimal(1000), "GRM": Decimal("0.001"),
    "LBR": Decimal("0.45359237"), "LB": Decimal("0.45359237"), "L": Decimal("0.45359237"),
}  # fmt: skip
CUBIC_METRES = {
    "MTQ": Decimal(1), "M3": Decimal(1), "MC": Decimal(1), "CBM": Decimal(1), "": Decimal(1),
    "LTR": Decimal("0.001"), "CMQ": Decimal("0.000001"), "FTQ": Decimal("0.028316846592"),
}  # fmt: skip

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class To:
    """One value: its field, codes that differ from ours, the attribute that carries it instead of the text."""

    field: str
    codes: Mapping[str, Any] | None = None
    units: Mapping[str, Decimal] | None = None
    unit_at: str = "unitCode"
    written_unit: str = ""
    write: bool = True
    # The schema made from the map refuses a paper without it.
    needed: bool = False


def Mass(field: str, unit_at: str = "unitCode", written: str = "", *, write: bool = True) -> To:  # noqa: N802
    """A mass in kilograms, converted from the unit in an attribute."""
    return To(field, units=KILOGRAMS, unit_at=unit_at, written_unit=written, write=write)


def Volume(field: str, unit_at: str = "unitCode", written: str = "") -> To:  # noqa: N802
    """A volume in cubic metres."""
    return To(field, units=CUBIC_METRES, unit_at=unit_at, written_unit=written)


@dataclass(frozen=True, slots=True)
class Each:
    """A repeated element: each fills one part of the list in `field` by a map of its own."""

    field: str
    map: Mapping[str, Any]
    # After the fields of one element are gathered; may move and combine them.
    after: Callable[[Fields], None] | None = None
    # Before one part is written: more values by "_" names.
    before: Callable[[Any], Mapping[str, Any]] | None = None


Map = Mapping[str, "str | To | Each | None"]


class Raw(NamedTuple):
    """A text as found, where it stood, and what it is for."""

    text: str
    element: xmldoc.Element
    to: To


class _Node:
    """One element name of a compiled map: its children, its value with the field path taken apart, its repetition."""

    __slots__ = ("attributes", "children", "each", "plain", "seen", "to")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.attributes: dict[str, To] = {}
        self.to: To | None = None
        # The field when it is a bare name, which most are: no path to follow.
        self.plain = ""
        self.each: tuple[Each, _Node] | None = None
        self.seen: dict[Any, _Node] = {}

    def child(self, tag: Any) -> _Node | None:
        """The node of a tag with or without namespace; what was found once is remembered under the whole tag."""
        node = self.children.get(tag.rpartition("}")[2]) if isinstance(tag, str) else None
        if node is not None:
            self.seen[tag] = node
        return node


_TREES: dict[int, tuple[Map, _Node]] = {}


def _tree(table: Map) -> _Node:
    """The compiled form of a map, kept by identity: maps are constants of their modules."""
    known = _TREES.get(id(table))
    if known is not None:
        return known[1]
    root = _Node()
    for path, target in table.items():
        node = root
        path, _, attribute = path.partition("@")
        for step in path.split("/") if path else []:
            node = node.children.setdefault(step, _Node())
        to = To(target) if isinstance(target, str) else target
        if attribute:
            assert isinstance(to, To)
            node.attributes[attribute] = to
        elif isinstance(to, Each):
            node.each = (to, _tree(to.map))
        elif to is not None:
            node.to = to
            node.plain = "" if "." in to.field or "[" in to.field else to.field
    _TREES[id(table)] = (table, root)
    return root


@dataclass
class Taking:
    """One reading: what was found odd, and, when asked, where every value stood."""

    findings: list[Finding] = field(default_factory=list)
    places: dict[str, str] | None = None
    _unread: dict[str, tuple[int, str]] = field(default_factory=dict)

    # ---- gathering ----

    def gather(self, table: Map, element: xmldoc.Element, trail: str = "") -> Fields:
        """The raw values below an element, by field, in nested dicts; `trail` is the path of the element."""
        fields: Fields = {"": (element, trail or f"/{xmldoc.local(element)}")}
        self._gather(_tree(table), element, fields)
        return fields

    def _gather(self, node: _Node, element: xmldoc.Element, fields: Fields) -> None:
        if node.attributes:
            self._attributes(node, element, fields)
        seen = node.seen
        for child in element:
            below = seen.get(child.tag) or node.child(child.tag)
            if below is None:
                self._leave(child, fields)
                continue
            if below.each is not None:
                self._each(*below.each, child, fields)
                continue
            if below.children or below.attributes:
                self._gather(below, child, fields)
            to = below.to
            if to is not None and (text := child.text) and (text := text.strip()):
                if below.plain:
                    fields.setdefault(below.plain, Raw(text, child, to))
                else:
                    _put(fields, to.field, Raw(text, child, to))

    def _attributes(self, node: _Node, element: xmldoc.Element, fields: Fields) -> None:
        for name, to in node.attributes.items():
            text = (element.get(name) or "").strip()
            if text:
                _put(fields, to.field, Raw(text, element, to))

    def _each(self, each: Each, node: _Node, element: xmldoc.Element, fields: Fields) -> None:
        # Where the part stands is the element and where what holds it stands: spelt out only when it is asked for.
        inner: Fields = {"": (element, fields[""])}
        self._gather(node, element, inner)
        if each.after is not None:
            each.after(inner)
        _list(fields, each.field).append(inner)

    def _trail(self, element: xmldoc.Element, top: xmldoc.Element, above: Any) -> str:
        """The path of an element below another; `above` is the path of that, or what holds that in turn."""
        steps: list[str] = []
        node: xmldoc.Element | None = element
        while node is not None and node is not top:
            steps.append(_step(node))
            node = node.getparent()
        start = above if isinstance(above, str) else self._trail(top, *above)
        return "/".join([start, *reversed(steps)])

    def _leave(self, element: xmldoc.Element, fields: Fields) -> None:
        if not isinstance(element.tag, str):
            return
        top, trail = fields[""]
        name = xmldoc.local(element)
        if name not in self._unread and len(self._unread) < 200:
            self._unread[name] = (1, self.place(element, top, trail))
        elif name in self._unread:
            count, place = self._unread[name]
            self._unread[name] = (count + 1, place)

    def place(self, element: xmldoc.Element, top: xmldoc.Element, above: Any) -> str:
        """Where an element stands, by the path of an element above it."""
        line = element.sourceline if isinstance(element.sourceline, int) else 1
        return f"line {line}, {self._trail(element, top, above)}"

    # ---- building ----

    def build(
        self,
        kind: Any,
        fields: Fields,
        path: str = "",
        finish: Callable[[dict[str, Any]], None] | None = None,
    ) -> Any:
        """A document or a part of one from what was gathered; `finish` may complete its values before it is made."""
        top = fields.get("")
        known, defaults = _shape(kind)
        values: dict[str, Any] = {}
        for name, raw in fields.items():
            one = known.get(name)
            if one is None:
                continue
            slot, read = one
            if type(raw) is Raw:
                value = self._value(raw, slot, read, path, top)
                if value is not None:
                    values[name] = (value,) if slot.many else value
                continue
            here = f"{path}.{name}" if path else name
            if type(raw) is list:
                values[name] = tuple(
                    self._member(one, slot, read, f"{here}[{at}]", top) for at, one in enumerate(raw)
                )
            else:
                raw.setdefault("", top)
                values[name] = self.build(slot.kind, raw, here)
        if self.places is not None and top is not None and path.endswith("]"):
            self.places[path] = self.place(top[0], *top)
        if finish is not None:
            finish(values)
        return kind(**{**defaults, **values})

    def _member(self, one: Any, slot: Slot, read: Callable[[str], Any], path: str, top: Any) -> Any:
        if type(one) is Raw:
            head, _, name = path.rpartition(".")
            return self._value(one, slot, read, head, top, name) or ""
        return self.build(slot.kind, one, path)

    def _value(
        self, raw: Raw, slot: Slot, read: Callable[[str], Any], path: str, top: Any, name: str = ""
    ) -> Any:
        text, element, to = raw
        value, problem = None, None
        if to.codes is not None:
            value = to.codes.get(text, to.codes.get(text.upper()))
        elif to.units is not None and element.get(to.unit_at):
            value, problem = _measured(text, element, to, slot)
        if value is None and problem is None:
            value = read(text)
            if value is None:
                value, problem = value_of(text, slot)
        if problem is not None:
            where = self.place(element, *top)
            self.findings.append(Finding(problem.code, where, problem.vi, problem.en, problem.severity))
        if self.places is not None:
            name = name or slot.name
            self.places[f"{path}.{name}" if path else name] = self.place(element, *top)
        return value

    def unread(self) -> Iterator[Finding]:
        """A note for every name that no map knows, with where it stood first."""
        for name, (count, place) in self._unread.items():
            times_vi = f" ({count} lần)" if count > 1 else ""
            times_en = f" ({count} times)" if count > 1 else ""
            yield Finding(
                "xml.unread",
                place,
                f"<{name}> không được dùng{times_vi}: hệ thống không có ô tương ứng.",
                f"<{name}> was not used{times_en}: there is no field for it.",
                Severity.NOTE,
            )


def _step(node: xmldoc.Element) -> str:
    name = xmldoc.local(node)
    number = 1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))
    if number > 1 or next(node.itersiblings(node.tag), None) is not None:
        return f"{name}[{number}]"
    return name


def _put(fields: Fields, target: str, raw: Raw) -> None:
    """Set a raw value; where the field holds several, the first stands unless the field is a list."""
    here = fields
    while "." in target:
        head, _, target = target.partition(".")
        if head.endswith("[]"):
            bucket = _list(here, head[:-2])
            if not bucket:
                bucket.append({"": fields[""]})
            here = bucket[-1]
        else:
            here = here.setdefault(head, {})
    if target.endswith("[]"):
        _list(here, target[:-2]).append(raw)
    else:
        here.setdefault(target, raw)


def _list(fields: Fields, target: str) -> list[Any]:
    here = fields
    while "." in target:
        head, _, target = target.partition(".")
        here = here.setdefault(head, {})
    found: list[Any] = here.setdefault(target, [])
    return found


@cache
def _shape(kind: Any) -> tuple[dict[str, tuple[Slot, Callable[[str], Any]]], dict[str, Any]]:
    """The slots of a class by name with their quick readers, and its defaults: parts are frozen, so one serves all."""
    known = slots(kind)
    return {slot.name: (slot, quick(slot)) for slot in known}, {slot.name: slot.default for slot in known}


def _measured(
    text: str, element: xmldoc.Element, to: To, slot: Slot
) -> tuple[Decimal | None, Problem | None]:
    unit = (element.get(to.unit_at) or "").upper()
    assert to.units is not None
    factor = to.units.get(unit)
    if factor is None:
        known = ", ".join(name for name in to.units if name)
        return None, Problem(
            "value.unit",
            f"Đơn vị “{unit}” không dùng được ở đây; hãy dùng một trong: {known}.",
            f"The unit “{unit}” does not fit here; use one of: {known}.",
        )
    if factor == 1:
        value, problem = value_of(text, slot)
        return value, problem
    number, problem = number_of(text)
    if number is None:
        return None, problem
    value, fault = value_of(f"{(number * factor).quantize(Decimal('0.000001')).normalize():f}", slot)
    return value, fault or problem


class Places(Mapping[str, str]):
    """
    Where each path of a document stands in its file. Most files have nothing wrong, so the places are found when
    somebody asks: the file is read once more, writing down every place.
    """

    def __init__(self, again: Callable[[], dict[str, str]]) -> None:
        self._again = again
        self._known: dict[str, str] | None = None

    def _all(self) -> dict[str, str]:
        if self._known is None:
            self._known = self._again()
        return self._known

    def __getitem__(self, path: str) -> str:
        """The place of a path, or of what encloses it; of the whole document for a path that stands nowhere."""
        known = self._all()
        here = path
        while here and here not in known:
            here = here[: here.rfind("[")] if here.endswith("]") else here.rpartition(".")[0]
        return known.get(here, "line 1")

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


_LINE = re.compile(r"line (\d+)")


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of the file, each place and code once."""

    def line(one: Finding) -> int:
        match = _LINE.match(one.place)
        return int(match[1]) if match else 0

    return tuple(sorted(dict.fromkeys(findings), key=line))


def beside(schema: Iterable[Finding], taken: Iterable[Finding]) -> list[Finding]:
    """What a schema found, without what the reader itself said about the same place, or tells as not used."""
    said = {one.place for one in taken}
    return [one for one in schema if one.place not in said and one.code != "xml.schema.unexpected"]


def nothing_read(name: str) -> Malformed:
    """For a message in which the elements that matter are not there at all."""
    return Malformed(
        f"Không tìm thấy phần tử nào của {name}.", f"No element of {name} was found.", place="line 1"
    )
