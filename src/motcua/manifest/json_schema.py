"""The documents as JSON Schema, made from their boxes: what the interface's description tells programs."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from motcua.manifest.documents import DOCUMENTS, slots
from motcua.manifest.documents.boxes import Coded
from motcua.manifest.documents.plain import Slot

REF = "#/components/schemas/"


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Every document and every part of one, by the name of its class; `Paper` is any of the documents."""
    found: dict[str, dict[str, Any]] = {}
    for name, kind in DOCUMENTS.items():
        _add(kind, found)
        body = found[kind.__name__]
        body["properties"] = {"document": {"const": name}, **body["properties"]}
        body["required"] = ["document", *body.get("required", ())]
    found["Paper"] = {
        "oneOf": [{"$ref": REF + kind.__name__} for kind in DOCUMENTS.values()],
        "discriminator": {
            "propertyName": "document",
            "mapping": {name: REF + kind.__name__ for name, kind in DOCUMENTS.items()},
        },
    }
    return found


def _add(kind: Any, found: dict[str, dict[str, Any]]) -> None:
    if kind.__name__ in found:
        return
    body: dict[str, Any] = {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "additionalProperties": False,
        "properties": {},
    }
    found[kind.__name__] = body
    for slot in slots(kind):
        if is_dataclass(slot.kind):
            _add(slot.kind, found)
        body["properties"][slot.name] = _property(slot)
    needed = [slot.name for slot in slots(kind) if slot.box.needed and slot.default in (None, "", ())]
    if needed:
        body["required"] = needed


def _property(slot: Slot) -> dict[str, Any]:
    one = {"$ref": REF + slot.kind.__name__} if is_dataclass(slot.kind) else _value(slot)
    box = slot.box
    body: dict[str, Any] = {"type": "array", "items": one} if slot.many else dict(one)
    body["title"] = f"{box.label.vi} · {box.label.en}"
    notes = [f"WCO {box.wco}" if box.wco else "", box.codes, f"in {box.unit}" if box.unit else ""]
    told = ", ".join(note for note in notes if note)
    return {**body, "description": told} if told else body


def _value(slot: Slot) -> dict[str, Any]:
    kind, box = slot.kind, slot.box
    if issubclass(kind, Coded):
        return {"type": "string", "enum": [one.value for one in kind]}
    if kind is Decimal:
        return {"anyOf": [{"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}, {"type": "number"}]}
    plain: dict[type, dict[str, Any]] = {
        int: {"type": "integer"},
        bool: {"type": "boolean"},
        datetime: {"type": "string", "format": "date-time"},
        date: {"type": "string", "format": "date"},
    }
    if kind in plain:
        return plain[kind]
    return {"type": "string", "maxLength": box.longest} if box.longest else {"type": "string"}
