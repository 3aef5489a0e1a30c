"""JSON documents as the common reader gives them; the JSON of the API is that of `motcua.manifest.documents`."""

from __future__ import annotations

from typing import Any

from motcua.lib.errors import Invalid
from motcua.manifest.documents import from_json, name_of, walk
from motcua.manifest.messages import Part, Read


def read(content: bytes, profile: Any = None) -> Read:
    """One document; its faults are findings with the path as place."""
    try:
        document = from_json(content)
    except Invalid as error:
        return Read("json", "1", findings=tuple(error.findings), parts=(Part("", "json", accepted=False),))
    kind = name_of(document)
    places = {path: path for path, _, _ in walk(document)}
    part = Part(document.reference, kind, accepted=True)
    return Read(f"json-{kind}", "1", (document,), places=(places,), parts=(part,))
