"""
The customs core's daily feed, as a document: declarations opened that day and what happened to earlier ones.

JSON, UTF-8: {"feed": "customs-core", "office": "20BB", "day": "2020-03-02", "declarations": [{"number": "103…",
"flow": "import", "regime": "A11", "tax_code": "…", "hs_code": "…", "events": [{"kind", "at", …details}]}]}.
A declaration met before is repeated with `number` and its new `events` only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from motcua.lib.errors import Invalid, Malformed
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


class Entry(NamedTuple):
    """One declaration in a feed; the describing fields are empty when it was opened by an earlier feed."""

    number: str
    flow: str
    regime: str
    tax_code: str
    hs_code: str
    steps: list[Step]

    @property
    def key(self) -> str:
        """The eleven digits that identify; the twelfth counts amendments."""
        return self.number[:11]

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
    )
    if entry.is_new and entry.flow not in {"import", "export"}:
        findings.append(
            Finding("feed-flow", f"{place}.flow", "Phải là import hoặc export.", "Must be import or export.")
        )
    return entry


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
