"""
The XSD of a map: what a document may hold, said in the language that other programs check before they send.

    python -m motcua.manifest.messages.schema_of          names the schemas that are out of date
    python -m motcua.manifest.messages.schema_of --write  brings them up to date

Schemas are ours, made from the same tables that read and write, so they cannot disagree with them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from motcua.lib import xmldoc
from motcua.manifest.documents import slots
from motcua.manifest.documents.boxes import Coded
from motcua.manifest.documents.plain import Slot
from motcua.manifest.messages.mapping import Each, To
from motcua.manifest.messages.texts import KEY_LENGTH

XS = "http://www.w3.org/2001/XMLSchema"
FOLDER = Path(__file__).parents[1] / "schemas"


@dataclass(frozen=True)
class Shape:
    """An element of the schema: its children in order, or the type of its text."""

    children: dict[str, Shape]
    many: bool = False
    slot: Slot | None = None
    to: To | None = None
    needed: bool = False


def shape_of(table: Mapping[str, Any], kind: Any) -> dict[str, Shape]:
    """The elements that a map of a document or a part of one names."""
    found: dict[str, Any] = {}
    for path, target in table.items():
        plain, _, attribute = path.partition("@")
        if attribute:
            continue
        here = found
        *before, name = plain.split("/")
        for step in before:
            here = here.setdefault(step, {})
        here[name] = _leaf(target, kind)
    return _closed(found)


def _closed(found: dict[str, Any]) -> dict[str, Shape]:
    return {
        name: one
        if isinstance(one, Shape)
        else Shape(inner := _closed(one), needed=any(each.needed for each in inner.values()))
        for name, one in found.items()
    }


def _leaf(target: Any, kind: Any) -> Shape:
    if target is None:
        return Shape({})
    if isinstance(target, Each):
        slot = _slot(kind, target.field)
        assert slot is not None
        return Shape(shape_of(target.map, slot.kind), many=True)
    to = To(target) if isinstance(target, str) else target
    slot = _slot(kind, to.field)
    return Shape({}, slot=slot, to=to, needed=to.needed or bool(slot and slot.box.needed))


def _slot(kind: Any, target: str) -> Slot | None:
    """The slot at a field path; None for what is carried to `after`."""
    slot = None
    for step in target.removesuffix("[]").replace("[].", ".").split("."):
        if not is_dataclass(kind):
            return None
        slot = next((one for one in slots(kind) if one.name == step), None)
        if slot is None:
            return None
        kind = slot.kind
    return slot


def schema(roots: Mapping[str, Mapping[str, Shape]], *, loose: bool) -> bytes:
    """
    The schema of some roots. Loose: the children come in any order and number, as carriers write them. Strict: each at
    most once in any order, and those that a paper is no use without must be there.
    """
    top = _el("schema", elementFormDefault="qualified")
    note = _el("annotation")
    note.append(_el("documentation"))
    names = ", ".join(roots)
    note[
        -1
    ].text = (
        f"{names} as Mot Cua reads and writes it. Made by motcua.manifest.messages.schema_of; do not edit."
    )
    top.append(note)
    measure = _el("complexType", name="measure")
    measure.append(_el("simpleContent"))
    measure[-1].append(_el("extension", base="xs:token"))
    measure[-1][-1].append(_el("anyAttribute", processContents="lax"))
    top.append(measure)
    for root, children in roots.items():
        element = _el("element", name=root)
        element.append(_complex(children, loose=loose))
        top.append(element)
    return xmldoc.write(top)


def _el(tag: str, /, **attributes: str) -> xmldoc.Element:
    return xmldoc.make(f"{{{XS}}}{tag}", attributes=attributes, nsmap={"xs": XS})


def _complex(children: Mapping[str, Shape], *, loose: bool) -> xmldoc.Element:
    kind = _el("complexType")
    repeats = any(one.many for one in children.values())
    if loose:
        model = _el("choice", minOccurs="0", maxOccurs="unbounded")
    else:
        model = _el("sequence" if repeats else "all")
    kind.append(model)
    for name, one in children.items():
        limits = {} if loose else {"minOccurs": "1" if one.needed else "0"}
        if one.many and not loose:
            limits["maxOccurs"] = "unbounded"
        element = _el("element", name=name, **limits)
        model.append(element)
        if one.children:
            element.append(_complex(one.children, loose=loose))
        else:
            _typed(element, one, loose=loose)
    return kind


# What may stand for a number or a time in our own papers. In those of carriers, the reader judges.
_NUMBER = r"([+-]?[0-9]+([.][0-9]+)?)?"
_TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})?)?)?"
_FLAG = "(true|false|0|1)?"


def _typed(element: xmldoc.Element, one: Shape, *, loose: bool) -> None:
    """
    The type of a text. Of carriers' files only keys are bounded: their numbers, times and long texts are judged by the
    reader, who understands more than one way of writing, and a schema that said less would only cost time.
    """
    slot, to = one.slot, one.to
    if to is not None and to.units is not None and not loose:
        element.append(_measured(to))
    elif to is not None and to.units is not None:
        element.set("type", "measure")
    elif slot is None or (to is not None and to.codes is not None):
        element.set("type", "xs:string")
    elif slot.kind is str and slot.box.longest and (not loose or slot.box.longest <= KEY_LENGTH):
        element.append(_restricted("maxLength", str(slot.box.longest)))
    elif loose:
        element.set("type", "xs:string")
    elif slot.kind in (Decimal, int):
        element.append(_restricted("pattern", _NUMBER))
    elif slot.kind in (date, datetime):
        element.append(_restricted("pattern", _TIME))
    elif slot.kind is bool:
        element.append(_restricted("pattern", _FLAG))
    elif issubclass(slot.kind, Coded):
        element.append(_restricted("pattern", f"({'|'.join(one.code or one.value for one in slot.kind)})?"))
    else:
        element.set("type", "xs:string")


def _measured(to: To) -> xmldoc.Element:
    """A number with its unit in an attribute."""
    kind = _el("complexType")
    kind.append(_el("simpleContent"))
    kind[-1].append(_el("restriction", base="measure"))
    kind[-1][-1].append(_el("pattern", value=_NUMBER))
    kind[-1][-1].append(_el("attribute", name=to.unit_at, type="xs:token"))
    return kind


def _restricted(facet: str, value: str) -> xmldoc.Element:
    simple = _el("simpleType")
    simple.append(_el("restriction", base="xs:token" if facet == "pattern" else "xs:string"))
    simple[-1].append(_el(facet, value=value))
    return simple


def all_schemas() -> dict[str, bytes]:
    """Every schema by file name."""
    from motcua.manifest.documents import Bill, Manifest
    from motcua.manifest.messages import awmds, nsw_maritime

    bill = Shape(shape_of(awmds.BOL, Bill), many=True)
    asycuda = {
        "Awmds": {"General_segment": Shape(shape_of(awmds.HEAD, Manifest)), "Bol_segment": bill},
        "Awbolds": {"Master_bol": Shape(shape_of(awmds.MASTER, Manifest)), "Bol_segment": bill},
    }
    papers = {
        f"nsw-{paper.root}.xsd": schema({paper.root: shape_of(paper.map, paper.document)}, loose=False)
        for paper in nsw_maritime.PAPERS
    }
    return {"awmds.xsd": schema(asycuda, loose=True), **papers}


def main() -> None:
    """Compare the files with what they must be."""
    stale = [
        name
        for name, made in all_schemas().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_bytes() != made
    ]
    if "--write" in sys.argv:
        FOLDER.mkdir(exist_ok=True)
        for name in stale:
            (FOLDER / name).write_bytes(all_schemas()[name])
        stale = []
    print("\n".join(stale) or "up to date")
    sys.exit(1 if stale else 0)


if __name__ == "__main__":
    main()
