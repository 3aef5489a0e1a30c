"""Documents to XML by the maps that read them: in the order of the table, the first path of each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from motcua.lib import xmldoc
from motcua.manifest.messages.mapping import Each, To
from motcua.manifest.messages.texts import text_of


def fill(
    table: Mapping[str, Any],
    part: Any,
    parent: xmldoc.Element,
    more: Mapping[str, Any] | None = None,
    namespace: str = "",
) -> xmldoc.Element:
    """Write a part of a document below an element by its map; `more` gives the values of its "_" names."""
    _write(table, part, more or {}, parent, f"{{{namespace}}}" if namespace else "")
    return parent


def _write(
    table: Mapping[str, Any], part: Any, more: Mapping[str, Any], parent: xmldoc.Element, prefix: str
) -> None:
    written: set[str] = set()
    for path, target in table.items():
        if target is None:
            continue
        if isinstance(target, Each):
            for one in _at(part, target.field) or ():
                extra = target.before(one) if target.before else {}
                element = _make(parent, path, prefix)
                _write(target.map, one, extra, element, prefix)
            continue
        to = To(target) if isinstance(target, str) else target
        if not to.write or to.field in written:
            continue
        value = more.get(to.field) if to.field.startswith("_") else _at(part, to.field)
        if value is None or value == "" or value == ():
            continue
        written.add(to.field)
        for one in value if isinstance(value, tuple) else (value,):
            _leaf(parent, path, to, one, prefix)


def _leaf(parent: xmldoc.Element, path: str, to: To, value: Any, prefix: str) -> None:
    text = text_of(value)
    if to.codes is not None:
        text = next((code for code, ours in to.codes.items() if ours == value), text)
    path, _, attribute = path.partition("@")
    if attribute:
        (_reach(parent, path, prefix) if path else parent).set(attribute, text)
        return
    element = _make(parent, path, prefix)
    element.text = xmldoc.make("x", text).text
    if to.written_unit:
        element.set(to.unit_at, to.written_unit)


def _make(parent: xmldoc.Element, path: str, prefix: str) -> xmldoc.Element:
    """A new element at a path; those on the way are shared with what was written before."""
    before, _, name = path.rpartition("/")
    element = xmldoc.make(prefix + name)
    (_reach(parent, before, prefix) if before else parent).append(element)
    return element


def _reach(parent: xmldoc.Element, path: str, prefix: str) -> xmldoc.Element:
    node = parent
    for step in path.split("/"):
        last = node[-1] if len(node) else None
        if last is None or last.tag != prefix + step:
            last = next((one for one in reversed(node) if one.tag == prefix + step), None)
        if last is None:
            last = xmldoc.make(prefix + step)
            node.append(last)
        node = last
    return node


def _at(part: Any, target: str) -> Any:
    """A value of a part by its path; `notify[].name` is that of the first."""
    here = part
    for step in target.split("."):
        if step.endswith("[]"):
            here = getattr(here, step[:-2])
            if target.endswith(step):
                return here
            if not here:
                return None
            here = here[0]
        else:
            here = getattr(here, step)
    return None if is_dataclass(here) else here
