"""What a rule is, what it is told, and how its faults become findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding, Severity
from motcua.manifest.codes import Codes
from motcua.manifest.deadlines import Due
from motcua.manifest.documents import Sheet
from motcua.manifest.provisions import Provisions


class Known(NamedTuple):
    """A bill in the register: which movement declared it, of what kind, with how much."""

    movement: str
    mine: bool
    kind: str
    packages: int | None
    gross_kg: Any


@dataclass(frozen=True)
class Facts:
    """
    What a rule may know beside the document. `form` is which paper it is filed as; `entry` says which way the movement
    goes; `bills` and `masters` hold what the register knows of the numbers in the document, by normalised number.
    """

    law: Provisions
    codes: Codes
    form: str
    at: datetime
    entry: bool = True
    port_call: bool = False
    mode: str = "sea"
    due: Due | None = None
    due_why: Text | None = None
    corrections: int = 0
    bills: Mapping[str, Known] = field(default_factory=dict)


class Fault(NamedTuple):
    """Where, and the sentence in both languages; `severity` only where it differs from the rule's own."""

    path: str
    vi: str
    en: str
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """A rule: its code, the sentence it stands for, the legal basis, the papers it reads and how it reads them."""

    code: str
    says: Text
    basis: str
    of: type[Sheet] | tuple[type[Sheet], ...]
    faults: Callable[[Any, Facts], Iterator[Fault]]
    severity: Severity = Severity.ERROR


def examine(rule: Rule, document: Sheet, facts: Facts) -> Iterator[Finding]:
    """The findings of one rule."""
    for fault in rule.faults(document, facts):
        yield Finding(rule.code, fault.path, fault.vi, fault.en, fault.severity or rule.severity, rule.basis)


def refused(read: Callable[..., Any], text: str, path: str) -> Iterator[Fault]:
    """The fault of a number that its reader refuses; nothing when it is right or empty."""
    if not text:
        return
    try:
        read(text)
    except Refused as error:
        yield Fault(path, error.text, error.text_en)


def apart(one: Decimal, other: Decimal, facts: Facts) -> bool:
    """Whether two masses differ by more than the tolerance of the law data."""
    known = facts.law.limits.tolerances
    percent, least = Decimal(str(known["gross_percent"].value)), Decimal(str(known["gross_kg"].value))
    return abs(one - other) > max(other * percent / 100, least)
