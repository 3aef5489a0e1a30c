"""What others ask of the register of declarations: by number, by bill, by certificate; lines, channels, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from motcua.casework.models import Case
from motcua.declarations.feed import compare_key
from motcua.declarations.models import Declaration, Line


@dataclass(frozen=True)
class ChannelChange:
    """A channel given to a declaration, and why when it was changed."""

    channel: int
    at: datetime
    reason: str


@dataclass(frozen=True)
class Times:
    """When a declaration was registered, released and left the supervised area; None while it has not."""

    registered_at: datetime | None
    released_at: datetime | None
    gone_at: datetime | None


def by_key(key: str) -> Declaration | None:
    """A declaration by its number; only the first eleven digits count."""
    return Declaration.objects.select_related("case").filter(key=key[:11]).first()


def by_bill(number: str) -> list[Declaration]:
    """The declarations that name a bill of lading, whatever its spaces and dashes."""
    return _by_reference("bill", number)


def by_certificate(number: str) -> list[Declaration]:
    """The declarations that name a certificate of origin."""
    return _by_reference("certificate", number)


def by_permit(number: str) -> list[Declaration]:
    """The declarations that name a permit or the result of an inspection."""
    return _by_reference("permit", number)


def _by_reference(kind: str, number: str) -> list[Declaration]:
    return list(
        Declaration.objects.filter(references__kind=kind, references__compare_key=compare_key(number))
        .select_related("case").distinct().order_by("pk")
    )  # fmt: skip


def lines_of(declaration: Declaration) -> list[Line]:
    """The lines as last stated."""
    version = declaration.lines.aggregate(last=Max("version"))["last"]
    return [] if version is None else list(declaration.lines.filter(version=version).order_by("number"))


def number_of(declaration: Declaration) -> str:
    """The number with its amendment digit as it stands now."""
    digits = [
        int(digit)
        for digit in declaration.case.events.filter(kind="amended").values_list("details__digit", flat=True)
        if digit is not None
    ]
    return f"{declaration.key}{max(digits, default=0)}"


def channels_of(case: Case) -> list[ChannelChange]:
    """Every channel a declaration was given, in order."""
    return [
        ChannelChange(int(event.details["channel"]), event.happened_at, str(event.details.get("reason", "")))
        for event in case.events.filter(kind="channelled").order_by("number")
    ]


def times_of(case: Case) -> Times:
    """The three moments everybody asks for."""
    found = dict(
        case.events.filter(kind__in=("registered", "released", "gone")).values_list("kind", "happened_at")
    )
    return Times(found.get("registered"), found.get("released"), found.get("gone"))


def known_facts(key: str, organisation: int | None) -> dict[str, Any] | None:
    """
    What a declaration says that an application for inspection would ask again; None for a declaration that is not there or
    belongs to another firm.
    """
    declaration = by_key(key)
    if declaration is None or organisation is None or declaration.case.organisation != organisation:
        return None
    mentions = dict(declaration.references.filter(line=None).order_by("-pk").values_list("kind", "number"))
    return {
        "office": declaration.case.office,
        "facts": {
            "bill": mentions.get("bill", ""), "invoice": mentions.get("invoice", ""),
            "contract": mentions.get("contract", ""),
        },
        "lines": [
            {
                "number": line.number, "description": line.description, "hs_code": line.hs_code, "origin": line.origin,
                "quantity": line.quantity, "unit": line.unit, "net_kg": line.net_kg,
                "declaration_key": declaration.key, "declaration_line": line.number,
            }
            for line in lines_of(declaration)
            if line.quantity
        ],
    }  # fmt: skip
