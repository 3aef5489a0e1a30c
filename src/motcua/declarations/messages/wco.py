"""
The WCO Data Model's declaration (DEC), in XML and in JSON: one mapping over one tree, whatever the dress.

Read in version 3 as customs administrations profile it: function, number, office, importer, goods items with
classification, origin, measures and value, transport and supporting documents. National parts are passed over. Every fault
is named at its place, and a declaration without a number of its own is read too: it is not registered yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from motcua.declarations.documents import GoodsLine, Mention
from motcua.lib import xmldoc
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding, Severity, errors

# WCO 1225, as far as a register of declarations must tell them apart.
FUNCTIONS = {"9": "original", "5": "replace", "4": "change", "1": "cancel", "13": "request"}
# Types of additional messages: a correction, an invalidation.
CORRECTION, INVALIDATION = "COR", "INV"
# UN/EDIFACT 1001: bills and waybills; certificates of origin.
BILLS = frozenset(["703", "704", "705", "706", "710", "714", "720", "730", "740", "741"])
CERTIFICATES = frozenset(["861", "864", "865", "U110", "U111"])
INVOICES = frozenset(["325", "380", "935"])


@dataclass(frozen=True)
class Declared:
    """A declaration as its message states it."""

    function: str
    type: str
    number: str
    reference: str
    office: str
    flow: str
    importer: str
    exporter: str
    accepted_at: datetime | None
    lines: tuple[GoodsLine, ...]
    mentions: tuple[Mention, ...]
    gross_kg: Decimal | None = None
    packages: int | None = None
    reason: str = ""

    @property
    def act(self) -> str:
        """What the message wants of a register: register, amend or cancel."""
        if self.type == INVALIDATION or self.function == "cancel":
            return "cancel"
        if self.type == CORRECTION or self.function in {"change", "replace"}:
            return "amend"
        return "register"


@dataclass
class Read:
    """What was read, and what is wrong with it."""

    document: Declared
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Node:
    """One element, by its local name: text, attributes, children and the place it stands at."""

    name: str
    text: str
    place: str
    children: tuple[Node, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    def one(self, *path: str) -> Node | None:
        """The first element at a path."""
        found = next((child for child in self.children if child.name == path[0]), None)
        return found if found is None or len(path) == 1 else found.one(*path[1:])

    def all(self, name: str) -> list[Node]:
        """Every child of a name."""
        return [child for child in self.children if child.name == name]

    def value(self, *path: str) -> str:
        """The text at a path; "" when there is none."""
        found = self.one(*path)
        return found.text if found is not None else ""


def read(content: bytes) -> Read:
    """Read a DEC message. Malformed for what is none at all; all else is in the findings."""
    start = content.lstrip()[:1]
    root = _of_json(content) if start in (b"{", b"[") else _of_xml(content)
    declaration = _find(root, "Declaration")
    if declaration is None:
        raise Malformed(
            "Không có phần tử Declaration: đây không phải tờ khai theo Mô hình dữ liệu WCO.",
            "There is no element Declaration: this is no declaration of the WCO Data Model.",
            place=root.place,
        )
    reader = _Reader()
    return Read(reader.declared(declaration), reader.findings)


def require(found: Read) -> Declared:
    """The declaration, or Invalid with everything that is wrong with it."""
    if errors(found.findings):
        raise Invalid(found.findings)
    return found.document


# The tree ---------------------------------------------------------------------------------------------------


def _of_xml(content: bytes) -> Node:
    return _element(xmldoc.read(content).root)


def _element(element: xmldoc.Element) -> Node:
    return Node(
        xmldoc.local(element), xmldoc.text_of(element), xmldoc.place(element),
        tuple(_element(child) for child in element),
        {re.sub(r"^\{.*\}", "", str(name)): str(value) for name, value in element.attrib.items()},
    )  # fmt: skip


_DEEPEST = 40


def _of_json(content: bytes) -> Node:
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise Malformed(
            "JSON không phải UTF-8.", "The JSON is not UTF-8.", place=f"byte {error.start}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Malformed(
            f"JSON hỏng: {error}.", f"Broken JSON: {error}.", place=f"line {getattr(error, 'lineno', 1)}"
        ) from error
    if not isinstance(body, dict):
        raise Malformed("JSON phải là một đối tượng.", "The JSON must be an object.", place="$")
    return _member("$", body, "$", 0)


def _member(name: str, value: Any, place: str, depth: int) -> Node:
    """An object becomes an element; `@x` its attributes, `value` or `#text` its text; a list repeats the element."""
    if depth > _DEEPEST:
        raise Malformed("JSON lồng quá sâu.", "The JSON is nested too deep.", place=place)
    if not isinstance(value, dict):
        return Node(name, "" if value is None or isinstance(value, list) else _written(value), place)
    children: list[Node] = []
    attributes: dict[str, str] = {}
    text = ""
    for key, inner in value.items():
        if key.startswith("@"):
            attributes[key[1:]] = str(inner)
        elif key in {"value", "#text"} and not isinstance(inner, dict | list):
            text = _written(inner)
        elif isinstance(inner, list):
            children += [_member(key, one, f"{place}.{key}[{i}]", depth + 1) for i, one in enumerate(inner)]
        else:
            children.append(_member(key, inner, f"{place}.{key}", depth + 1))
    return Node(name, text, place, tuple(children), attributes)


def _written(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value).strip()


def _find(node: Node, name: str, depth: int = 0) -> Node | None:
    """The first element of a name, whatever it is wrapped in."""
    if node.name == name:
        return node
    if depth > 5:
        return None
    return next((found for child in node.children if (found := _find(child, name, depth + 1))), None)


# The mapping ------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def say(self, code: str, at: Node, vi: str, en: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(code, at.place, vi, en, severity))

    def declared(self, node: Node) -> Declared:
        function = node.value("FunctionCode")
        if function not in FUNCTIONS:
            self.say(
                "wco-function", node.one("FunctionCode") or node,
                f"FunctionCode '{function}' không có trong danh mục {', '.join(FUNCTIONS)}.",
                f"The FunctionCode '{function}' is not one of {', '.join(FUNCTIONS)}.",
            )  # fmt: skip
        shipment = node.one("GoodsShipment")
        type_ = node.value("TypeCode")
        additional = type_ in {CORRECTION, INVALIDATION}
        if shipment is None and not additional:
            self.say("wco-shipment", node, "Thiếu GoodsShipment.", "GoodsShipment is missing.")
        items = shipment.all("GovernmentAgencyGoodsItem") if shipment is not None else []
        lines = [] if additional else [self.line(item, index) for index, item in enumerate(items, 1)]
        stated = node.value("GoodsItemQuantity")
        if lines and stated.isdigit() and int(stated) != len(lines):
            self.say(
                "wco-item-count", node.one("GoodsItemQuantity") or node,
                f"Khai {stated} dòng hàng nhưng có {len(lines)} dòng.",
                f"{stated} goods items are stated, {len(lines)} are there.", Severity.WARNING,
            )  # fmt: skip
        return Declared(
            function=FUNCTIONS.get(function, ""), type=type_, number=node.value("ID"),
            reference=node.value("FunctionalReferenceID"),
            office=node.value("DeclarationOfficeID") or node.value("PresentationOffice", "ID"),
            flow="export" if type_[:2] in {"EX", "CO"} and not additional else "import",
            importer=shipment.value("Importer", "ID") if shipment is not None else "",
            exporter=node.value("Exporter", "ID"),
            accepted_at=self.moment(node.one("AcceptanceDateTime")) or self.moment(node.one("IssueDateTime")),
            lines=tuple(lines), mentions=tuple(self.mentions(node, shipment, items)),
            gross_kg=self.number(node, "TotalGrossMassMeasure"), packages=self.whole(node, "TotalPackageQuantity"),
            reason=node.value("AdditionalInformation", "StatementDescription"),
        )  # fmt: skip

    def line(self, item: Node, index: int) -> GoodsLine:
        commodity = item.one("Commodity")
        measure = commodity.one("GoodsMeasure") if commodity is not None else None
        quantity = measure.one("TariffQuantity") if measure is not None else None
        net = self.number(measure, "NetNetWeightMeasure")
        charge = commodity.one("InvoiceLine", "ItemChargeAmount") if commodity is not None else None
        value = charge or item.one("StatisticalValueAmount")
        return GoodsLine(
            number=self.whole(item, "SequenceNumeric") or index,
            description=commodity.value("Description")[:300] if commodity is not None else "",
            hs_code=self.hs_code(commodity, item), origin=self.origin(item),
            quantity=self.decimal(quantity) or net,
            unit=quantity.attributes.get("unitCode", "")[:10] if quantity is not None and quantity.text else "KGM" if net else "",
            net_kg=net, value=self.decimal(value), currency=(value.attributes.get("currencyID", "") if value else "")[:3],
        )  # fmt: skip

    def hs_code(self, commodity: Node | None, item: Node) -> str:
        """The tariff code: of several classifications the one of the tariff (TSP), else the first that looks like one."""
        found = commodity.all("Classification") if commodity is not None else []
        ordered = sorted(found, key=lambda one: one.value("IdentificationTypeCode") != "TSP")
        for one in ordered:
            code = one.value("ID")
            if code.isdigit() and 6 <= len(code) <= 10:
                return code[:8]
        if found:
            self.say(
                "wco-hs", found[0], f"Mã hàng '{found[0].value('ID')}' không phải mã HS 6 đến 10 chữ số.",
                f"The code '{found[0].value('ID')}' is no HS code of 6 to 10 digits.", Severity.WARNING,
            )  # fmt: skip
        else:
            self.say(
                "wco-hs", item, "Dòng hàng không có mã hàng (Classification).", "The item has no Classification.",
                Severity.WARNING,
            )  # fmt: skip
        return ""

    def origin(self, item: Node) -> str:
        """The non-preferential origin where several are given: type 1, else the first."""
        found = sorted(item.all("Origin"), key=lambda one: one.value("TypeCode") != "1")
        code = found[0].value("CountryCode") if found else ""
        return code[:2] if code.isalpha() else ""

    def mentions(self, node: Node, shipment: Node | None, items: list[Node]) -> Iterator[Mention]:
        seen = set()
        holders: list[tuple[Node, int | None]] = [(node, None)]
        if shipment is not None:
            holders.append((shipment, None))
            holders += [
                (item, self.whole(item, "SequenceNumeric") or index) for index, item in enumerate(items, 1)
            ]
            consignment = shipment.one("Consignment")
            if consignment is not None:
                for contract in consignment.all("TransportContractDocument"):
                    holders.append((Node("", "", contract.place, (contract,)), None))
                for box in consignment.all("TransportEquipment"):
                    if box.value("ID"):
                        yield Mention("container", box.value("ID")[:60])
        for holder, line in holders:
            for name in ("PreviousDocument", "AdditionalDocument", "TransportContractDocument"):
                for paper in holder.all(name):
                    kind = kind_of(name, paper.value("CategoryCode"), paper.value("TypeCode"))
                    number = paper.value("ID")[:60]
                    if kind and number and (kind, number, line) not in seen:
                        seen.add((kind, number, line))
                        yield Mention(kind, number, line)

    def moment(self, holder: Node | None) -> datetime | None:
        """A time of format 304 (with zone), 203 or 102; also ISO 8601 as JSON has it."""
        if holder is None:
            return None
        inner = holder.one("DateTimeString") or holder.one("DateTime") or holder
        written = inner.text
        if not written:
            return None
        at = moment(written)
        if at is None:
            self.say(
                "wco-time",
                inner,
                f"Thời điểm '{written}' không đọc được.",
                f"The time '{written}' cannot be read.",
            )
        return at

    def number(self, node: Node | None, name: str) -> Decimal | None:
        return self.decimal(node.one(name)) if node is not None else None

    def decimal(self, node: Node | None) -> Decimal | None:
        if node is None or not node.text:
            return None
        try:
            value = Decimal(node.text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value < 0 or value >= Decimal(10) ** 15:
            self.say(
                "wco-number",
                node,
                f"'{node.text}' không phải số hợp lệ.",
                f"'{node.text}' is no number of the right kind.",
            )
            return None
        return value

    def whole(self, node: Node, name: str) -> int | None:
        value = self.decimal(node.one(name))
        return int(value) if value is not None and value == value.to_integral_value() else None


def moment(written: str) -> datetime | None:
    """`20170810093030Z`, `20171001010000+01`, `20170810` or ISO 8601; a time without a zone is UTC. None for nonsense."""
    match = re.fullmatch(r"(\d{8})(\d{6}|\d{4})?(Z|[+-]\d{2}(?::?\d{2})?)?", written)
    if match is None:
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            return None
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    day, clock, zone = match.groups()
    try:
        at = datetime.strptime(day + (clock or "0000").ljust(6, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None
    if zone in (None, "Z"):
        return at.replace(tzinfo=UTC)
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (1 if zone[0] == "+" else -1)
    return at.replace(tzinfo=timezone(offset)) if abs(offset) < timedelta(hours=24) else None


def kind_of(element: str, category: str, code: str) -> str:
    """What a document is to us; "" for what a register need not know."""
    # The European profiles write N705 in two fields or in one.
    plain = code.removeprefix("N")
    if element == "TransportContractDocument" or plain in BILLS:
        return "bill"
    if plain in CERTIFICATES or f"{category}{code}" in CERTIFICATES:
        return "certificate"
    if plain in INVOICES:
        return "invoice"
    # Licences and permits of national lists: category L, or the C of certificates.
    return "permit" if element == "AdditionalDocument" and category in {"L", "C"} else ""
