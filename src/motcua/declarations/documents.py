"""
The customs core's daily feed, as a document: declarations opened that day and what happened to earlier ones.

JSON, UTF-8: {"feed": "customs-core", "office": "20BB", "day": "2020-03-02", "declarations": [{"number": "103…",
"flow": "import", "regime": "A11", "tax_code": "…", "hs_code": "…", "events": [{"kind", "at", …details}],
"lines": [{"number", "description", "hs_code", "origin", "quantity", "unit", "net_kg", "value", "currency"}],
"references": [{"kind": "bill", "number": "…"}]}]}.
A declaration met before is repeated with `number` and its new `events` only; an amendment may bring its lines again.
`lines` and `references` may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from motcua.lib import identifiers
from motcua.lib.errors import Invalid, Malformed, Refused
from motcua.lib.findings import Finding

KINDS = frozenset({
    "registered", "channelled", "documents_checked", "goods_checked", "duty_paid", "awaiting_inspection",
    "inspection_received", "amended", "released", "gone", "cancelled",
})  # fmt: skip


class Step(NamedTuple):
    """One thing the core says happened: `at` aware, in UTC."""

    kind: str
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One line of a declaration: what, from where, how much, of which value."""

    number: int
    description: str
    hs_code: str
    origin: str
    quantity: Decimal | None
    unit: str
    net_kg: Decimal | None = None
    value: Decimal | None = None
    currency: str = ""


# What a declaration may refer to, by kind.
REFERENCES = {
    "bill": ("Vận đơn", "Bill of lading"),
    "certificate": ("C/O", "Certificate of origin"),
    "permit": ("Giấy phép, kết quả kiểm tra", "Permit or inspection result"),
    "invoice": ("Hóa đơn", "Invoice"),
    "contract": ("Hợp đồng", "Contract"),
    "container": ("Container", "Container"),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper or a container that a declaration names; `line` where it belongs to one line."""

    kind: str
    number: str
    line: int | None = None


class Entry(NamedTuple):
    """One declaration in a feed; the describing fields are empty when it was opened by an earlier feed."""

    number: str
    flow: str
    regime: str
    tax_code: str
    hs_code: str
    steps: list[Step]
    lines: tuple[GoodsLine, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def key(self) -> str:
        """The eleven digits that identify; the twelfth counts amendments."""
        return self.number[:11]

    @property
    def amendment(self) -> int:
        """The twelfth digit: how often it was amended; 0 where only eleven are given."""
        return int(self.number[11:] or 0)

    @property
    def is_new(self) -> bool:
        """Whether this feed opens the declaration."""
        return bool(self.steps) and self.steps[0].kind == "registered"


@dataclass(frozen=True)
class Feed:
    """One office's day."""

    office: str
    day: str
    entries: list[Entry]


def parse(content: bytes) -> Feed:
    """
    Read a feed. Malformed names line and column of broken JSON; Invalid lists every bad declaration at once with its
    place in the list.
    """
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Malformed(
            f"Bản tin không phải UTF-8 (byte {error.start}).", f"The feed is not UTF-8 (byte {error.start}).",
            place=f"byte {error.start}",
        ) from error  # fmt: skip
    except ValueError as error:
        place = f"line {getattr(error, 'lineno', 1)} column {getattr(error, 'colno', 1)}"
        raise Malformed(
            f"JSON hỏng: {error}. Hãy xuất lại bản tin.",
            f"Broken JSON: {error}. Export the feed again.",
            place=place,
        ) from error
    if not isinstance(body, dict) or not isinstance(body.get("declarations"), list):
        raise Malformed(
            'Thiếu danh sách "declarations".', 'The list "declarations" is missing.', place="declarations"
        )
    findings: list[Finding] = []
    entries = []
    for index, raw in enumerate(body["declarations"]):
        entry = _entry(raw, f"declarations[{index}]", findings)
        if entry is not None:
            entries.append(entry)
    for name in ("office", "day"):
        if not isinstance(body.get(name), str) or not body[name]:
            findings.append(Finding("feed-head", name, f"Thiếu '{name}'.", f"'{name}' is missing."))
    if findings:
        raise Invalid(findings)
    return Feed(body["office"], body["day"], entries)


def _entry(raw: Any, place: str, findings: list[Finding]) -> Entry | None:
    if not isinstance(raw, dict):
        findings.append(Finding("feed-entry", place, "Phải là một đối tượng.", "Must be an object."))
        return None
    number = raw.get("number")
    if not isinstance(number, str) or not number.isdigit() or len(number) not in {11, 12}:
        findings.append(
            Finding(
                "declaration-number", f"{place}.number",
                f"Số tờ khai '{number}' phải gồm 12 chữ số (11 chữ số định danh và 1 chữ số lần sửa).",
                f"The number '{number}' must have 12 digits (11 that identify, 1 that counts amendments).",
            )
        )  # fmt: skip
        return None
    steps = [
        step
        for i, one in enumerate(raw.get("events") or ())
        if (step := _step(one, f"{place}.events[{i}]", findings))
    ]
    if not steps:
        findings.append(
            Finding("feed-events", f"{place}.events", "Không có sự kiện nào.", "There are no events.")
        )
        return None
    entry = Entry(
        number,
        raw.get("flow", ""),
        raw.get("regime", ""),
        raw.get("tax_code", ""),
        raw.get("hs_code", ""),
        steps,
        tuple(_lines(raw["lines"], place, findings)) if "lines" in raw else (),
        tuple(_mentions(raw["references"], place, findings)) if "references" in raw else (),
    )
    if entry.is_new and entry.flow not in {"import", "export"}:
        findings.append(
            Finding("feed-flow", f"{place}.flow", "Phải là import hoặc export.", "Must be import or export.")
        )
    return entry


def _lines(raw: Any, place: str, findings: list[Finding]) -> Iterator[GoodsLine]:
    """The lines of a declaration; a feed without any is as good as before."""
    if raw is None:
        return
    if not isinstance(raw, list):
        findings.append(Finding("feed-lines", f"{place}.lines", "Phải là một danh sách.", "Must be a list."))
        return
    for index, one in enumerate(raw):
        at = f"{place}.lines[{index}]"
        if not isinstance(one, dict):
            findings.append(Finding("feed-lines", at, "Phải là một đối tượng.", "Must be an object."))
            continue
        number = one.get("number", index + 1)
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 1000:
            findings.append(
                Finding(
                    "feed-line-number", f"{at}.number", f"Số dòng '{number}' phải từ 1 đến 999.",
                    f"The line number '{number}' must be 1 to 999.",
                )
            )  # fmt: skip
            continue
        yield GoodsLine(
            number=number, description=str(one.get("description", ""))[:300],
            hs_code=_formed(identifiers.hs_code, one.get("hs_code"), f"{at}.hs_code", findings),
            origin=_formed(identifiers.country, one.get("origin"), f"{at}.origin", findings),
            quantity=_number(one.get("quantity"), f"{at}.quantity", findings), unit=str(one.get("unit", ""))[:10],
            net_kg=_number(one.get("net_kg"), f"{at}.net_kg", findings),
            value=_number(one.get("value"), f"{at}.value", findings), currency=str(one.get("currency", ""))[:3],
        )  # fmt: skip


def _mentions(raw: Any, place: str, findings: list[Finding]) -> Iterator[Mention]:
    for index, one in enumerate(raw or ()) if isinstance(raw, list | None) else ():
        kind = one.get("kind") if isinstance(one, dict) else None
        if kind not in REFERENCES or not str(one.get("number", "")).strip():
            findings.append(
                Finding(
                    "feed-reference", f"{place}.references[{index}]",
                    f"Cần số và loại giấy tờ ({', '.join(REFERENCES)}).",
                    f"A number and a kind of paper are needed ({', '.join(REFERENCES)}).",
                )
            )  # fmt: skip
            continue
        yield Mention(kind, str(one["number"]).strip()[:60], one.get("line"))


def _formed(read: Callable[..., Any], value: Any, place: str, findings: list[Finding]) -> str:
    if value in (None, ""):
        return ""
    try:
        return str(read(str(value), place=place))
    except Refused as error:
        findings.append(Finding("feed-code", place, error.text, error.text_en))
        return ""


def _number(value: Any, place: str, findings: list[Finding]) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number >= Decimal(10) ** 15:
        findings.append(
            Finding(
                "feed-number", place, f"'{value}' không phải số hợp lệ (dấu chấm cho phần thập phân).",
                f"'{value}' is not a number of the right kind (a point for decimals).",
            )
        )  # fmt: skip
        return None
    return number


def _step(raw: Any, place: str, findings: list[Finding]) -> Step | None:
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if kind not in KINDS:
        findings.append(
            Finding(
                "feed-kind",
                place,
                f"Loại sự kiện lạ '{kind}'.",
                f"Unknown kind of event '{kind}'. Known: {', '.join(sorted(KINDS))}.",
            )
        )
        return None
    try:
        read = datetime.fromisoformat(raw["at"])
        at = None if read.tzinfo is None else read.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        at = None
    if at is None:
        findings.append(
            Finding(
                "feed-time", f"{place}.at", f"Thời điểm '{raw.get('at')}' phải ghi cả múi giờ, như 2020-03-02T08:00:00+07:00.",
                f"The time '{raw.get('at')}' must carry its zone, as in 2020-03-02T08:00:00+07:00.",
            )
        )  # fmt: skip
        return None
    return Step(
        kind, at.astimezone(UTC), {name: value for name, value in raw.items() if name not in {"kind", "at"}}
    )
