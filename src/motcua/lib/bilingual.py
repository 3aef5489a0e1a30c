"""A text for people: always Vietnamese and always English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]


def known_language(language: str) -> Language:
    """`vi` or `en` from a tag such as `vi`, `vi-vn`, `en` or `en-GB`; ValueError for any other language."""
    for known in ("vi", "en"):
        if language == known or language.lower().startswith((f"{known}-", f"{known}_")):
            return known
    raise ValueError(f"Mot Cua speaks 'vi' and 'en', not {language!r}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; neither may be blank, so a missing translation fails at once."""

    vi: str
    en: str

    def __post_init__(self) -> None:
        if not self.vi.strip() or not self.en.strip():
            raise ValueError(f"a text needs Vietnamese and English: vi={self.vi!r}, en={self.en!r}")

    def in_language(self, language: str) -> str:
        """The text in `vi` or `en`; ValueError for any other language."""
        return self.vi if known_language(language) == "vi" else self.en
