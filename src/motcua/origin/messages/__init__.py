"""Bytes and documents of form D: one XML profile of our own, and the same document as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from motcua.lib import xmldoc
from motcua.lib.digest import canonical
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding, errors
from motcua.origin.documents import FormD, Notice, as_plain
from motcua.origin.messages.profile import (
    FORM,
    NAMESPACE,
    NOTICE,
    ROOTS,
    Places,
    Reading,
    from_plain,
    from_xml,
    to_xml,
)

SCHEMA = Path(__file__).with_name("form-d-1.xsd")


@dataclass(frozen=True)
class Read:
    """What was read, what is wrong with its form, and where in the source each field stands."""

    document: FormD | Notice
    findings: list[Finding]
    places: Places

    def whole(self) -> FormD | Notice:
        """The document, when nothing is wrong with its form; else Invalid with everything that is."""
        if wrong := errors(self.findings):
            raise Invalid(wrong)
        return self.document

    def placed(self, findings: list[Finding]) -> list[Finding]:
        """The findings with the place in the source in front of the path in the document."""
        return [
            replace(one, place=f"{one.place} ({near})") if (near := self.places.nearest(one.place)) else one
            for one in findings
        ]


def read(content: bytes) -> Read:
    """A certificate or a notice, in XML or JSON. Raises Malformed when the bytes are neither."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _read_json(content) if start in (b"{", b"[") else _read_xml(content)


def read_form(content: bytes) -> tuple[FormD, Read]:
    """A certificate; Malformed for anything else."""
    found = read(content)
    if not isinstance(found.document, FormD):
        raise Malformed(
            "Đây là thông báo, không phải C/O.", "This is a notice, not a certificate.", place="/"
        )
    return found.document, found


def _read_xml(content: bytes) -> Read:
    found = xmldoc.read(content, schema=xmldoc.Schema.load(SCHEMA))
    name = xmldoc.local(found.root)
    if name not in ROOTS or found.root.tag != f"{{{NAMESPACE}}}{name}":
        raise Malformed(
            f"Phần tử gốc '{name}' không phải C/O mẫu D ({', '.join(ROOTS)} trong {NAMESPACE}).",
            f"The root '{name}' is no form D ({', '.join(ROOTS)} in {NAMESPACE}).",
            place="/",
        )
    reading = Reading(list(found.findings))
    # A part without what it needs has been named by the schema; nothing of it can be built.
    if errors(found.findings):
        raise Invalid(errors(found.findings))
    return Read(from_xml(found.root, ROOTS[name], reading), reading.findings, reading.places)


def _read_json(content: bytes) -> Read:
    try:
        values: Any = json.loads(content.decode("utf-8-sig"), parse_float=str)
    except UnicodeDecodeError as error:
        raise Malformed(
            "JSON không phải UTF-8.", "The JSON is not UTF-8.", place=f"byte {error.start}"
        ) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        vi, en = f"Không đọc được JSON: {error.msg}.", f"The JSON cannot be read: {error.msg}."
        raise Malformed(vi, en, place=place) from None
    except (ValueError, RecursionError):
        raise Malformed("JSON lồng quá sâu.", "The JSON is nested too deep.") from None
    reading = Reading()
    group = NOTICE if isinstance(values, dict) and "kind" in values else FORM
    return Read(from_plain(values, group, reading), reading.findings, reading.places)


def write(document: FormD | Notice) -> bytes:
    """The document as XML, always the same bytes for the same document; not signed yet."""
    if isinstance(document, FormD):
        return xmldoc.write(to_xml(document, "FormD", FORM))
    return xmldoc.write(to_xml(document, "FormDNotice", NOTICE))


def write_json(document: FormD | Notice) -> bytes:
    """The document as canonical JSON, by the names of its dataclasses."""
    return canonical(as_plain(document))


def form_of(values: object) -> FormD:
    """A certificate kept as plain values; what was kept reads back as it was."""
    reading = Reading()
    form: FormD = from_plain(values, FORM, reading)
    return form
