"""Boxes out of bills: where a format describes a container in every bill that uses it, a manifest has it once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from motcua.lib.findings import Finding, Severity
from motcua.manifest.documents import Equipment
from motcua.manifest.messages.mapping import Fields, Raw, Taking

# Names that a map of a use gives to what belongs to the box: "_size_type", "_fullness", "_tare_kg", "_seal1" to "_seal3".
_OF_THE_BOX = ("size_type", "fullness", "tare_kg", "kind", "operator", "stowage")
_SEALS = ("_seal1", "_seal2", "_seal3")


class Boxes:
    """Collects the boxes of a manifest, each once, in the order of their first use."""

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._known: dict[str, Equipment] = {}

    def take(self, use: Fields) -> None:
        """Take out of a use what it says about its box."""
        number = use.get("equipment")
        said = {name: raw for name in _OF_THE_BOX if (raw := use.pop(f"_{name}", None)) is not None}
        seals = [use.pop(name, None) for name in _SEALS] + use.pop("_seals", [])
        if not isinstance(number, Raw):
            return
        fields: Fields = {"": use[""], "number": number, **said}
        before = self._known.get(number.text)
        path = f"equipment[{len(self._known)}]" if before is None else ""
        box: Equipment = self._taking.build(Equipment, fields, path)
        texts = tuple(raw.text[:35] for raw in seals if raw is not None and raw.text not in (".", "-"))
        box = replace(box, seals=texts)
        if before is None:
            self._known[number.text] = box
        else:
            self._known[number.text] = self._merged(before, box, number, use[""])

    def _merged(self, before: Equipment, box: Equipment, number: Raw, top: Any) -> Equipment:
        if before.size_type and box.size_type and before.size_type != box.size_type:
            self._taking.findings.append(
                Finding(
                    "equipment.differs",
                    self._taking.place(number.element, *top),
                    f"Công-ten-nơ {box.number} có hai kích cỡ trong hai vận đơn: {before.size_type} và {box.size_type}.",
                    f"Container {box.number} has two sizes in two bills: {before.size_type} and {box.size_type}.",
                    Severity.WARNING,
                )
            )
        return replace(
            before,
            size_type=before.size_type or box.size_type,
            fullness=before.fullness or box.fullness,
            tare_kg=before.tare_kg if before.tare_kg is not None else box.tare_kg,
            operator=before.operator or box.operator,
            seals=before.seals or box.seals,
        )

    @property
    def all(self) -> tuple[Equipment, ...]:
        """The boxes found."""
        return tuple(self._known.values())


def described(box: Equipment | None) -> dict[str, Any]:
    """The inverse: what a use says about its box, by the names that maps use."""
    if box is None:
        return {}
    seals = dict(zip(_SEALS, box.seals, strict=False))
    return {"_size_type": box.size_type, "_fullness": box.fullness, "_tare_kg": box.tare_kg, **seals}
