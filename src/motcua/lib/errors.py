"""
Everything that may go wrong on purpose.

* MotCuaError
  x Refused             the other side can mend it; we say how
    - Malformed         the bytes cannot be read; carries the place
    - Invalid           the document breaks rules; carries all findings
    - NotAllowed        not in this status, or not by this person
    - Duplicate         seen before; carries the first answer
  x Unavailable         somebody else is down; try again later

Anything else is our own bug: it is not caught here, it is kept as "stuck", and it wakes someone.
No class here knows an HTTP status: each door translates in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motcua.lib.findings import Finding


class MotCuaError(Exception):
    """The root of everything that may go wrong on purpose."""


class Refused(MotCuaError):
    """The request cannot be carried out as it stands; the message says what, where, why and how to mend it.

    `text` is Vietnamese, `text_en` English; `place` names a line, segment, cell or field.
    """

    def __init__(self, text: str, text_en: str = "", *, place: str = "") -> None:
        self.text = text
        self.text_en = text_en or text
        self.place = place
        super().__init__(f"{place}: {self.text_en}" if place else self.text_en)

    def in_language(self, language: str) -> str:
        """The message in `vi` or `en`, with its place in front."""
        text = self.text if language.startswith("vi") else self.text_en
        return f"{self.place}: {text}" if self.place else text


class Malformed(Refused):
    """The bytes cannot be read; `place` says where."""


class Invalid(Refused):
    """The document breaks rules; `findings` holds every one of them, not only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(
            "\n".join(finding.in_language("vi") for finding in self.findings),
            "\n".join(finding.in_language("en") for finding in self.findings),
        )


class NotAllowed(Refused):
    """Not in this status, or not by this person."""


class Duplicate(Refused):
    """Seen before; `first` is what was answered then."""

    def __init__(self, text: str, text_en: str = "", *, place: str = "", first: object = None) -> None:
        super().__init__(text, text_en, place=place)
        self.first = first


class Unavailable(MotCuaError):
    """Somebody else is down; the same request may go through later."""
