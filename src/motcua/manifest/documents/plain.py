"""
Documents as JSON and back, and a walk over their fields: one path for every value.

A path names fields and counts lists from 0, as `bills[3].items[1].gross_kg`. Empty fields are left out when writing
and take their default when reading. Masses and amounts are exact: written as text, read as text or number. Reading is
strict and says everything that is wrong at once.
"""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.manifest.documents.boxes import Box, Coded, box_of
from motcua.manifest.documents.call import Sheet
from motcua.manifest.documents.cargo import Manifest
from motcua.manifest.documents.sheets import (
    CallNotice,
    CrewEffects,
    CrewList,
    DangerousGoodsManifest,
    GeneralDeclaration,
    HealthDeclaration,
    PassengerList,
    SecurityNotice,
    Stores,
    Waste,
)

# The name of each document in JSON ("document": "manifest") and in message types ("json-manifest").
DOCUMENTS: dict[str, type[Sheet]] = {
    "manifest": Manifest,
    "general-declaration": GeneralDeclaration,
    "call-notice": CallNotice,
    "crew-list": CrewList,
    "passenger-list": PassengerList,
    "crew-effects": CrewEffects,
    "stores": Stores,
    "dangerous-goods": DangerousGoodsManifest,
    "health-declaration": HealthDeclaration,
    "security-notice": SecurityNotice,
    "waste": Waste,
}
_NAMES = {kind: name for name, kind in DOCUMENTS.items()}
# No database keeps these, and no person can see them: control characters and halves of pairs.
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_STEP = re.compile(r"([a-z][a-z0-9_]*)|\[(\d{1,7})\]|\.")


def name_of(document: Sheet) -> str:
    """The name of a document in JSON."""
    return _NAMES[type(document)]


# ---- the shape of a class ----


def slots(kind: Any) -> tuple[Slot, ...]:
    """The fields of a document or of a part of one, in the order of the form."""
    return _slots(kind)


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a class, its annotation taken apart: `kind` is what one value is, `many` says there are several."""

    name: str
    kind: type
    many: bool
    box: Box
    default: Any
    field: Field[Any]


@cache
def _slots(kind: Any) -> tuple[Slot, ...]:
    hints = typing.get_type_hints(kind)
    return tuple(_slot(one, hints[one.name]) for one in fields(kind))


def _slot(one: Field[Any], hint: Any) -> Slot:
    many = typing.get_origin(hint) is tuple
    inner = typing.get_args(hint)[0] if many else hint
    if typing.get_origin(inner) in (typing.Union, types.UnionType):
        inner = next(arm for arm in typing.get_args(inner) if arm is not type(None))
    return Slot(one.name, inner, many, box_of(one), one.default, one)


# ---- walking ----


def walk(part: Any, path: str = "") -> Iterator[tuple[str, Field[Any], Any]]:
    """(path, field, value) of every value that is declared, in the order of the form; parts are walked into."""
    for slot in slots(type(part)):
        value = getattr(part, slot.name)
        if value == slot.default:
            continue
        here = f"{path}.{slot.name}" if path else slot.name
        members = [(f"{here}[{at}]", one) for at, one in enumerate(value)] if slot.many else [(here, value)]
        for place, one in members:
            if is_dataclass(one):
                yield from walk(one, place)
            else:
                yield place, slot.field, one


def value_at(document: Any, path: str) -> Any:
    """The value at a path; LookupError when the path leads nowhere."""
    here = document
    for name, index in steps(path):
        if name:
            if not is_dataclass(here) or name not in {slot.name for slot in slots(type(here))}:
                raise LookupError(path)
            here = getattr(here, name)
        else:
            if not isinstance(here, tuple):
                raise LookupError(path)
            here = here[index]
    return here


def steps(path: str) -> list[tuple[str, int]]:
    """A path taken apart: (field name, 0) or ("", index); LookupError when it is none."""
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise LookupError(path)
        if match[1]:
            found.append((match[1], 0))
        elif match[2]:
            found.append(("", int(match[2])))
        at = match.end()
    return found


# ---- writing ----


def to_data(part: Any) -> dict[str, Any]:
    """A document or a part of one as plain JSON values."""
    data: dict[str, Any] = {"document": _NAMES[type(part)]} if type(part) in _NAMES else {}
    for slot in slots(type(part)):
        value = getattr(part, slot.name)
        if value == slot.default:
            continue
        data[slot.name] = [_plain(one) for one in value] if slot.many else _plain(value)
    return data


def to_json(document: Sheet) -> str:
    """A document as JSON, UTF-8 as it is."""
    return json.dumps(to_data(document), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_data(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Coded) else value


# ---- reading ----


def from_json(content: bytes | str) -> Sheet:
    """
    Read a document; "document" says which. Malformed names line and column of broken JSON; Invalid lists every
    unknown name, wrong type, overlong text and unknown code at once, each with its path.
    """
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        place = f"byte {error.start}"
        raise Malformed("Tệp không phải UTF-8.", "The file is not UTF-8.", place=place) from error
    except (ValueError, RecursionError) as error:
        place = f"line {getattr(error, 'lineno', 1)} column {getattr(error, 'colno', 1)}"
        raise Malformed(
            f"JSON hỏng: {error}. Hãy sửa rồi gửi lại.", f"Broken JSON: {error}. Mend it.", place=place
        ) from error
    return from_data(data)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice: the second would silently win."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"“{next(name for name in names if names.count(name) > 1)}” stands twice in one object"
        )
    return found


def from_data(data: Any) -> Sheet:
    """Read a document from plain JSON values; Invalid with every fault."""
    name = data.get("document") if isinstance(data, Mapping) else None
    if not isinstance(name, str) or name not in DOCUMENTS:
        known = ", ".join(DOCUMENTS)
        raise Malformed(
            f"Thiếu hoặc lạ “document”; hãy ghi một trong: {known}.",
            f"“document” is missing or unknown; it is one of: {known}.",
            place="document",
        )
    findings: list[Finding] = []
    body = {key: value for key, value in data.items() if key != "document"}
    document = _part(body, DOCUMENTS[name], "", findings)
    if findings:
        raise Invalid(findings)
    return typing.cast(Sheet, document)


def _part(data: Any, kind: type, path: str, findings: list[Finding]) -> Any:
    if not isinstance(data, Mapping):
        findings.append(_fault("type", path, "Phải là một đối tượng.", "Must be an object."))
        return kind()
    known = {slot.name: slot for slot in slots(kind)}
    values: dict[str, Any] = {}
    for name, raw in data.items():
        here = f"{path}.{name}" if path else str(name)
        slot = known.get(name)
        if slot is None:
            findings.append(
                _fault("unknown", here, "Không có ô này; hãy bỏ.", "There is no such field; remove it.")
            )
        elif slot.many:
            values[name] = _several(raw, slot, here, findings)
        elif raw is not None:
            values[name] = _value(raw, slot, here, findings)
    return kind(**values)


def _several(raw: Any, slot: Slot, path: str, findings: list[Finding]) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        findings.append(_fault("type", path, "Phải là danh sách.", "Must be a list."))
        return ()
    return tuple(_value(one, slot, f"{path}[{at}]", findings) for at, one in enumerate(raw))


def _value(raw: Any, slot: Slot, path: str, findings: list[Finding]) -> Any:
    if is_dataclass(slot.kind):
        return _part(raw, slot.kind, path, findings)
    value, problem = _READ[_family(slot.kind)](raw, slot)
    if problem is not None:
        findings.append(_fault(problem[0], path, problem[1], problem[2]))
        return slot.default
    return value


def _fault(code: str, path: str, vi: str, en: str) -> Finding:
    return Finding(f"json.{code}", path, vi, en)


Problem = tuple[str, str, str] | None


def _family(kind: type) -> type:
    return Coded if issubclass(kind, Coded) else kind


def _text(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    if not isinstance(raw, str):
        return None, ("type", "Phải là chữ; hãy đặt trong ngoặc kép.", "Must be text; put it in quotes.")
    odd = _UNKEEPABLE.search(raw)
    if odd:
        return None, (
            "character",
            f"Có ký tự điều khiển U+{ord(odd[0]):04X}; hãy bỏ đi.",
            f"Holds the control character U+{ord(odd[0]):04X}; remove it.",
        )
    longest = slot.box.longest
    if longest and len(raw) > longest:
        return None, (
            "long",
            f"Dài {len(raw)} ký tự, quá {longest}; hãy rút ngắn.",
            f"Has {len(raw)} characters, more than {longest}; shorten it.",
        )
    return raw, None


def _code(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    try:
        return slot.kind(raw), None
    except ValueError:
        known = ", ".join(one.value for one in slot.kind)  # type: ignore[attr-defined]
        return None, (
            "code",
            f"“{raw}” không có trong danh mục: {known}.",
            f"“{raw}” is not one of: {known}.",
        )


def _decimal(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    wrong = (
        "number",
        f"“{raw}” không phải số; hãy ghi như 1250.5.",
        f"“{raw}” is no number; write it as 1250.5.",
    )
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return None, wrong
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None, wrong
    digits, decimals = slot.box.digits
    if not value.is_finite():
        return None, wrong
    exponent = int(value.as_tuple().exponent)
    if digits and (-exponent > decimals or value.adjusted() + 1 > digits - decimals):
        return None, (
            "number",
            f"Quá lớn hoặc quá nhiều số lẻ: tối đa {digits - decimals} chữ số và {decimals} số lẻ.",
            f"Too large or too fine: at most {digits - decimals} digits and {decimals} decimals.",
        )
    return value, None


def _whole(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    if isinstance(raw, bool) or not isinstance(raw, int):
        return None, ("number", "Phải là số nguyên.", "Must be a whole number.")
    digits, _ = slot.box.digits
    if digits and abs(raw) >= 10**digits:
        return None, ("number", f"Tối đa {digits} chữ số.", f"At most {digits} digits.")
    return raw, None


def _flag(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    return (
        (raw, None)
        if isinstance(raw, bool)
        else (None, ("type", "Phải là true hoặc false.", "Must be true or false."))
    )


def _time(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    try:
        value = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        value = None
    if value is None or value.tzinfo is None:
        return None, (
            "time",
            f"Thời điểm “{raw}” phải ghi cả múi giờ, như 2020-03-02T08:00:00+07:00.",
            f"The time “{raw}” must carry its zone, as in 2020-03-02T08:00:00+07:00.",
        )
    return value, None


def _date(raw: Any, slot: Slot) -> tuple[Any, Problem]:
    try:
        return date.fromisoformat(raw), None
    except (TypeError, ValueError):
        return None, (
            "date",
            f"Ngày “{raw}” phải ghi như 2020-03-02.",
            f"The date “{raw}” is written as 2020-03-02.",
        )


_READ: dict[type, Any] = {
    str: _text, Coded: _code, Decimal: _decimal, int: _whole, bool: _flag, datetime: _time, date: _date,
}  # fmt: skip
