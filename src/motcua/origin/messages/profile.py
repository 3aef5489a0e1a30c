"""
The XML profile of form D, as one table: reader, writer and schema are all drawn from it.

The message guideline of the ASEAN Single Window is not public. The names here are our own choice after the WCO Data Model
and UN/CEFACT; an adapter that maps them to the guideline would stand beside this table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from motcua.lib import xmldoc
from motcua.lib.findings import Finding
from motcua.origin.documents import (
    FormD,
    Invoice,
    Item,
    Notice,
    Original,
    Party,
    Transport,
    UsedLine,
    as_plain,
)

NAMESPACE = "urn:motcua:form-d:1"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    DECIMAL = "decimal"
    WHOLE = "whole"
    TRUTH = "truth"
    WORDS = "words"
    PART = "part"
    PARTS = "parts"


@dataclass(frozen=True)
class Group:
    """An element with children: the dataclass it becomes, and its fields in the order of the schema."""

    cls: type
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Field:
    """One child: its name in XML, its name in the document, what it holds, whether it must be there."""

    tag: str
    name: str
    kind: Kind = Kind.TEXT
    group: Group | None = None
    needed: bool = False


T, K = Field, Kind

PARTY = Group(
    Party,
    (
        T("Name", "name"), T("AddressLine", "address"), T("CountryCode", "country"), T("TaxCode", "tax_code"),
    ),
)  # fmt: skip
TRANSPORT = Group(
    Transport,
    (
        T("DepartureDate", "departed_on", K.DATE), T("Name", "conveyance"), T("LoadingLocation", "loading_port"),
        T("UnloadingLocation", "discharge_port"), T("TransitCountryCode", "transit", K.WORDS),
        T("ThroughTransportContractDocument", "through_bill"),
    ),
)  # fmt: skip
INVOICE = Group(
    Invoice,
    (
        T("ID", "number", needed=True), T("IssueDate", "on", K.DATE), T("IssuerName", "issuer"),
        T("IssuerCountryCode", "issuer_country"),
    ),
)  # fmt: skip
ITEM = Group(
    Item,
    (
        T("SequenceNumeric", "number", K.WHOLE, needed=True), T("MarksNumbers", "marks"),
        T("PackageQuantity", "packages", K.WHOLE), T("PackageTypeCode", "package_kind"),
        T("CommodityDescription", "description"), T("ClassificationID", "hs_code"), T("OriginCriterion", "criterion"),
        T("Quantity", "quantity", K.DECIMAL), T("QuantityUnitCode", "unit"), T("GrossMassKilogram", "gross_kg", K.DECIMAL),
        T("FOBAmount", "fob", K.DECIMAL), T("FOBCurrencyCode", "currency"), T("InvoiceID", "invoice"),
        T("OriginCountryCode", "origin_country"), T("OriginalItemSequenceNumeric", "original_item", K.WHOLE),
    ),
)  # fmt: skip
ORIGINAL = Group(
    Original,
    (T("ID", "number", needed=True), T("IssuingCountryCode", "country"), T("IssueDate", "issued_on", K.DATE)),
)
FORM = Group(
    FormD,
    (
        T("ID", "number", needed=True), T("IssuingCountryCode", "issuing_country", needed=True),
        T("ImportingCountryCode", "importing_country", needed=True), T("FunctionCode", "function"),
        T("ReplacedID", "replaces"), T("Exporter", "exporter", K.PART, PARTY), T("Consignee", "consignee", K.PART, PARTY),
        T("BorderTransportMeans", "transport", K.PART, TRANSPORT), T("Invoice", "invoices", K.PARTS, INVOICE),
        T("GovernmentAgencyGoodsItem", "items", K.PARTS, ITEM), T("SpecialCondition", "flags", K.WORDS),
        T("OriginalCertificate", "original", K.PART, ORIGINAL), T("Exhibition", "exhibition"),
        T("ProductionCountryCode", "production_country"), T("DeclarationPlace", "declared_at"),
        T("DeclarationDate", "declared_on", K.DATE), T("IssuingAuthority", "authority"), T("IssuePlace", "issued_at"),
        T("IssueDate", "issued_on", K.DATE), T("Remarks", "remarks"),
    ),
)  # fmt: skip
USED = Group(
    UsedLine,
    (
        T("ItemSequenceNumeric", "item", K.WHOLE, needed=True), T("PreferenceGiven", "given", K.TRUTH, needed=True),
        T("DeclarationID", "declaration"), T("DeclarationLine", "line", K.WHOLE), T("Quantity", "quantity", K.DECIMAL),
        T("ReasonCode", "reason"),
    ),
)  # fmt: skip
NOTICE = Group(
    Notice,
    (
        T("TypeCode", "kind", needed=True), T("ID", "number", needed=True),
        T("IssuingCountryCode", "issuing_country", needed=True), T("SenderID", "sender", needed=True),
        T("ReceiverID", "receiver", needed=True), T("IssueDateTime", "at", K.MOMENT, needed=True),
        T("ReferencedMessageID", "reference"), T("ReasonCode", "code"), T("ReasonText", "text"), T("StatusCode", "status"),
        T("Utilisation", "lines", K.PARTS, USED),
    ),
)  # fmt: skip

ROOTS: dict[str, Group] = {"FormD": FORM, "FormDNotice": NOTICE}


class Places(Mapping[str, str]):
    """Where each field of a document stands in its source; a place is worked out when somebody asks for it."""

    def __init__(self) -> None:
        self._elements: dict[str, xmldoc.Element] = {}

    def keep(self, path: str, element: xmldoc.Element) -> None:
        """Remember the first element of a path."""
        self._elements.setdefault(path, element)

    def __getitem__(self, path: str) -> str:
        return xmldoc.place(self._elements[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._elements)

    def __len__(self) -> int:
        return len(self._elements)

    def nearest(self, path: str) -> str:
        """The place of a field, or of the nearest thing around it that was read; '' when nothing was."""
        while path and path not in self._elements:
            above, dot, last = path.rpartition(".")
            path = above if dot else path.partition("[")[0] if "[" in last else ""
        return self[path] if path else ""


@dataclass
class Reading:
    """A document being read: what is wrong so far, and where each field came from."""

    findings: list[Finding] = field(default_factory=list)
    places: Places = field(default_factory=Places)


# Values ---------------------------------------------------------------------------------------------------------

_WRONG = {
    Kind.DATE: ("ngày dạng 2020-05-31", "a date such as 2020-05-31"),
    Kind.MOMENT: (
        "thời điểm có múi giờ, dạng 2020-05-31T09:00:00+07:00",
        "a time with its zone, such as 2020-05-31T09:00:00+07:00",
    ),
    Kind.DECIMAL: ("số thập phân dạng 1250.5", "a decimal such as 1250.5"),
    Kind.WHOLE: ("số nguyên không âm", "a whole number, not below zero"),
    Kind.TRUTH: ("true hoặc false", "true or false"),
}


def _value(text: str, kind: Kind) -> Any:
    """The value of a text; ValueError when it is none of that kind."""
    if kind is Kind.DATE:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    if kind is Kind.MOMENT:
        moment = datetime.fromisoformat(text)
        if moment.utcoffset() is None:
            raise ValueError(text)
        return moment
    if kind is Kind.DECIMAL:
        if not re.fullmatch(r"\d{1,15}(\.\d{1,6})?", text):
            raise ValueError(text)
        return Decimal(text)
    if kind is Kind.WHOLE:
        if not re.fullmatch(r"\d{1,9}", text):
            raise ValueError(text)
        return int(text)
    if kind is Kind.TRUTH:
        return {"true": True, "false": False, "1": True, "0": False}[text]
    return text


def _read_value(text: str, kind: Kind, at: str, reading: Reading) -> Any:
    try:
        return _value(text, kind)
    except (ValueError, KeyError, InvalidOperation):
        vi, en = _WRONG[kind]
        reading.findings.append(
            Finding("value", reading.places.nearest(at) or at, f"'{text[:60]}' phải là {vi}.", f"'{text[:60]}' must be {en}.")
        )  # fmt: skip
        return None


# XML ------------------------------------------------------------------------------------------------------------


def from_xml(element: xmldoc.Element, group: Group, reading: Reading, path: str = "") -> Any:
    """The document of an element; what cannot be read is told in `reading` and left out."""
    by_tag = {one.tag: one for one in group.fields}
    values: dict[str, Any] = {}
    for child in element.iterchildren("*"):
        tag = xmldoc.local(child)
        one = by_tag.get(tag)
        if one is None:
            # The signature was looked at before; anything else is a leftover the schema has named already.
            continue
        _take(child, one, values, reading, path)
    return group.cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})


def _take(child: xmldoc.Element, one: Field, values: dict[str, Any], reading: Reading, path: str) -> None:
    at = f"{path}{one.name}"
    if one.kind is Kind.PARTS and one.group is not None:
        found = values.setdefault(one.name, [])
        at = f"{at}[{len(found)}]"
        reading.places.keep(at, child)
        found.append(from_xml(child, one.group, reading, f"{at}."))
        return
    reading.places.keep(at, child)
    if one.kind is Kind.PART and one.group is not None:
        values[one.name] = from_xml(child, one.group, reading, f"{at}.")
        return
    text = xmldoc.text_of(child)
    if one.kind is Kind.WORDS:
        known = values.get(one.name, ())
        values[one.name] = frozenset({*known, text}) if one.name == "flags" else (*known, text)
        return
    value = _read_value(text, one.kind, at, reading) if text else None
    if value is not None:
        values[one.name] = value


def to_xml(document: Any, tag: str, group: Group) -> xmldoc.Element:
    """The element of a document; what is empty is left out."""
    name = f"{{{NAMESPACE}}}{tag}"
    children = list(_children(document, group))
    return xmldoc.make(name, None, *children, nsmap={None: NAMESPACE} if tag in ROOTS else None)


def _children(document: Any, group: Group) -> Iterator[xmldoc.Element]:
    for one in group.fields:
        value = getattr(document, one.name)
        if one.kind is Kind.PARTS and one.group is not None:
            yield from (to_xml(part, one.tag, one.group) for part in value)
        elif one.kind is Kind.PART and one.group is not None:
            if value is not None and as_plain(value):
                yield to_xml(value, one.tag, one.group)
        elif one.kind is Kind.WORDS:
            words = sorted(value) if isinstance(value, frozenset) else value
            yield from (xmldoc.make(f"{{{NAMESPACE}}}{one.tag}", str(word)) for word in words)
        elif value not in (None, ""):
            yield xmldoc.make(f"{{{NAMESPACE}}}{one.tag}", _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


# JSON -----------------------------------------------------------------------------------------------------------


def from_plain(values: object, group: Group, reading: Reading, path: str = "") -> Any:
    """The document of plain JSON values, by the names of the dataclasses; what cannot be read is told and left out."""
    if not isinstance(values, Mapping):
        reading.findings.append(
            Finding("shape", path.rstrip("."), "Phải là một đối tượng JSON.", "A JSON object is needed.")
        )
        values = {}
    by_name = {one.name: one for one in group.fields}
    for name in sorted(set(map(str, values)) - by_name.keys()):
        reading.findings.append(
            Finding("unknown-field", f"{path}{name}", f"Không có mục '{name}'.", f"There is no field '{name}'.")
        )  # fmt: skip
    taken = {
        name: value
        for name, one in by_name.items()
        if name in values and (value := _plain(values[name], one, reading, f"{path}{name}")) is not None
    }
    for one in group.fields:
        if one.needed and one.name not in taken:
            at = f"{path}{one.name}"
            reading.findings.append(
                Finding("missing", at, f"Thiếu '{one.name}'.", f"'{one.name}' is missing.")
            )
            taken[one.name] = _EMPTY.get(one.kind, "")
    return group.cls(**taken)


_EMPTY: dict[Kind, Any] = {Kind.WHOLE: 0, Kind.TRUTH: False, Kind.MOMENT: None}


def _plain(value: object, one: Field, reading: Reading, at: str) -> Any:
    if value is None:
        return None
    if one.kind is Kind.PARTS and one.group is not None:
        parts = value if isinstance(value, list) else [value]
        return tuple(from_plain(v, one.group, reading, f"{at}[{i}].") for i, v in enumerate(parts))
    if one.kind is Kind.PART and one.group is not None:
        return from_plain(value, one.group, reading, f"{at}.")
    if one.kind is Kind.WORDS:
        words = [str(word) for word in value] if isinstance(value, list) else [str(value)]
        return frozenset(words) if one.name == "flags" else tuple(words)
    text = ("true" if value else "false") if isinstance(value, bool) else str(value).strip()
    return _read_value(text, one.kind, at, reading) if text else None


# The schema -----------------------------------------------------------------------------------------------------

_XS = {
    Kind.TEXT: "f:Text", Kind.DATE: "xs:date", Kind.MOMENT: "xs:dateTime", Kind.DECIMAL: "f:Amount",
    Kind.WHOLE: "f:Whole", Kind.TRUTH: "xs:boolean", Kind.WORDS: "f:Text",
}  # fmt: skip


def schema() -> str:
    """The XSD of both documents, written from the table; a test holds the file beside this one to it."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Written from motcua.origin.messages.profile; our own profile, not the ASEAN guideline. -->",
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:f="{NAMESPACE}"',
        f'    targetNamespace="{NAMESPACE}" elementFormDefault="qualified">',
        '  <xs:simpleType name="Text"><xs:restriction base="xs:string">'
        '<xs:maxLength value="2000"/></xs:restriction></xs:simpleType>',
        '  <xs:simpleType name="Whole"><xs:restriction base="xs:nonNegativeInteger">'
        '<xs:totalDigits value="9"/></xs:restriction></xs:simpleType>',
        '  <xs:simpleType name="Amount"><xs:restriction base="xs:decimal"><xs:minInclusive value="0"/>'
        '<xs:totalDigits value="21"/><xs:fractionDigits value="6"/></xs:restriction></xs:simpleType>',
    ]
    for tag, group in ROOTS.items():
        lines += _element(tag, group, "  ", "", signed=True)
    return "\n".join([*lines, "</xs:schema>", ""])


def _element(tag: str, group: Group, pad: str, occurs: str, *, signed: bool = False) -> list[str]:
    lines = [f'{pad}<xs:element name="{tag}"{occurs}><xs:complexType><xs:sequence>']
    for one in group.fields:
        many = one.kind in (Kind.PARTS, Kind.WORDS)
        times = ("" if one.needed else ' minOccurs="0"') + (' maxOccurs="unbounded"' if many else "")
        if one.group is not None:
            lines += _element(one.tag, one.group, pad + "  ", times)
        else:
            lines.append(f'{pad}  <xs:element name="{one.tag}" type="{_XS[one.kind]}"{times}/>')
    if signed:
        lines.append(
            f'{pad}  <xs:any namespace="http://www.w3.org/2000/09/xmldsig#" processContents="skip" minOccurs="0"/>'
        )
    return [*lines, f"{pad}</xs:sequence></xs:complexType></xs:element>"]
