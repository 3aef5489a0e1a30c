"""
JSON as the common reader gives it: our own documents, ONE Record waybills, and others that are known but belong elsewhere.

The JSON of the API is that of `motcua.manifest.documents`; a value has its path as its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding
from motcua.manifest.documents import from_json, name_of, walk
from motcua.manifest.messages import Part, Read, one_record


def read(content: bytes, profile: Any = None) -> Read:
    """One document; its faults are findings with the path as place. Malformed when the JSON itself is broken."""
    known = _known(content)
    if isinstance(known, Mapping) and "document" not in known:
        if one_record.is_waybill(known):
            return one_record.read(known)
        foreign = _foreign(known)
        if foreign is not None:
            standard, version, finding = foreign
            return Read(
                standard, version, findings=(finding,), parts=(Part("", standard, False, finding.place),)
            )
    try:
        document = from_json(content)
    except Invalid as error:
        return Read("json", "1", findings=tuple(error.findings), parts=(Part("", "json", accepted=False),))
    kind = name_of(document)
    places = {path: path for path, _, _ in walk(document)}
    part = Part(document.reference, kind, accepted=True)
    return Read(f"json-{kind}", "1", (document,), places=(places,), parts=(part,))


def _known(content: bytes) -> Any:
    """The plain values, or None when the JSON is broken: then the strict reader says where."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


_TRADE_TRUST: Final = (
    "Chứng từ điện tử OpenAttestation/TradeTrust (C/O, vận đơn điện tử) không phải bản khai của phương tiện. "
    "C/O gửi qua cơ chế C/O; vận đơn khai trong bản lược khai.",
    "An OpenAttestation/TradeTrust document (certificate of origin, electronic bill) is no paper of a call. "
    "Certificates go to the certificates of origin; bills are declared in a manifest.",
)
_FORM: Final = (
    "Đây là biểu mẫu (JSON Schema) của một hệ thống khác, không có dữ liệu. Hãy gửi dữ liệu theo biểu mẫu của hệ thống này.",
    "This is a form (JSON Schema) of another system and holds no data. Send data by the documents of this system.",
)
_TEMPLATE: Final = (
    "Đây là mẫu trống ONE Record bản 2019, mọi ô còn ghi “xxxxxxxx”. Hãy gửi vận đơn có dữ liệu theo ONE Record hiện hành.",
    "This is a blank ONE Record template of 2019: its fields still say “xxxxxxxx”. Send a filled waybill of today's model.",
)


def _foreign(data: Mapping[str, Any]) -> tuple[str, str, Finding] | None:
    """What the file is known to be, and why it is not taken."""
    context = json.dumps(data.get("@context", ""), default=str)
    version = data.get("version")
    if "openattestation" in str(version).lower() or "openAttestationMetadata" in data or "$template" in data:
        found = "2.0" if "signature" in data or "$template" in data else "3.0"
        place = "version" if "version" in data else "$template"
        return "open-attestation", found, Finding("json.elsewhere", place, *_TRADE_TRUST)
    if isinstance(data.get("schema"), Mapping):
        return "json-schema", "form", Finding("json.elsewhere", "schema", *_FORM)
    if "cargo.iata.org" in context:
        inner = next((key for key in data if key != "@context"), "@context")
        return "one-record", "2019-03", Finding("json.elsewhere", inner, *_TEMPLATE)
    return None
