"""What is wrong with a document: every fault at once, each with its place, its reason and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the document, a warning travels with it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One fault: `code` names the rule, `place` the line, segment, cell or field; the texts say what, why and how to mend."""

    code: str
    place: str
    vi: str
    en: str
    severity: Severity = Severity.ERROR
    basis: str = ""

    def in_language(self, language: str) -> str:
        """One line for a person: place, text and, where there is one, the legal basis."""
        text = self.vi if language.startswith("vi") else self.en
        line = f"{self.place}: {text}" if self.place else text
        return f"{line} ({self.basis})" if self.basis else line


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that refuse the document."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
