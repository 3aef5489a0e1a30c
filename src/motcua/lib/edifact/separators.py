"""
The service characters: those of UNA, the defaults, and what the file itself shows when neither is true.

UNA is nine bytes: the tag and six characters: component separator, element separator, decimal mark, release
character, repetition separator (a reserved blank before syntax 4), segment terminator (ISO 9735-1, clause 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Separators:
    """The service characters of one interchange; `release` and `repetition` are "" where there is none."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"

    @property
    def special(self) -> str:
        """The characters that must be released inside data."""
        return self.component + self.element + self.release + self.repetition + self.terminator

    @property
    def una(self) -> str:
        """The service string advice that announces these characters."""
        shown = (self.component, self.element, self.decimal, self.release or " ", self.repetition or " ")
        return "UNA" + "".join(shown) + self.terminator

    @property
    def usable(self) -> bool:
        """Whether text can be split by them: different ASCII characters, no letters, digits or blanks."""
        special = self.special
        return len(set(special)) == len(special) and all(
            ord(mark) < 0x7F and not mark.isalnum() and mark != " " for mark in special
        )


DEFAULT = Separators()
DEFAULT_SYNTAX_4 = Separators(repetition="*")

_TAG = rb"UN[BGH]"
# An interchange begins with UNA before UNB (or a bare group or message), or with one of those three.
START = re.compile(
    rb"(?<![A-Za-z0-9])(?:UNA(?=[\x00-\x7f]{5,6}\s{0,64}"
    + _TAG
    + rb")|"
    + _TAG
    + rb"(?= ?[^A-Za-z0-9\s\x80-\xff]))"
)
_UNA_FULL = re.compile(rb"UNA([\x00-\x7f]{6})\s*(?=" + _TAG + rb")")
_UNA_SHORT = re.compile(rb"UNA([\x00-\x7f]{5})\s*(?=" + _TAG + rb")")
_HEADER = re.compile(rb"UN[BGH] ?([^A-Za-z0-9\s])")
_SYNTAX = re.compile(rb"UNB ?(.)[A-Za-z]{4}([^A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Advice:
    """What the head of an interchange says: its separators, the length of UNA, and what was wrong with it.

    `faults` are pairs of a fault code and the values of its sentences.
    """

    separators: Separators
    length: int
    faults: tuple[tuple[str, dict[str, object]], ...] = ()
    has_una: bool = False


def advise(head: bytes) -> Advice:
    """Read the separators from `head`, which begins where `START` matched and holds the first segments."""
    faults: list[tuple[str, dict[str, object]]] = []
    found, length, short = _read_una(head)
    shown = head[3:9].decode("ascii", "replace")
    if short:
        faults.append(("edi.una.short", {"una": shown[:5]}))
    if found is not None and not found.usable:
        found_after_all = _from_evidence(head[length:], DEFAULT)
        faults.append(("edi.una", {"una": shown, "used": found_after_all.special}))
        separators = found_after_all
    else:
        separators = _from_evidence(head[length:], found or DEFAULT)
        if separators != (found or DEFAULT):
            faults.append(("edi.separators", {"used": separators.special}))
    if _ends_with_lines(head[length:], separators):
        separators = replace(separators, terminator="\n")
        faults.append(("edi.terminator.newline", {}))
    return Advice(separators, length, tuple(faults), found is not None)


def _read_una(head: bytes) -> tuple[Separators | None, int, bool]:
    """(separators of UNA or None, bytes up to the next tag, whether the reserved blank was missing)."""
    if not head.startswith(b"UNA"):
        return None, 0, False
    full = _UNA_FULL.match(head)
    # `UNA:+.?'` and a line break looks like six characters whose terminator is the break.
    if full and not (full[1][5:6] in b"\r\n" and full[1][4:5] not in b" *"):
        mark = full[1].decode("ascii")
        return _of(mark[0], mark[1], mark[2], mark[3], mark[4], mark[5]), full.end(), False
    brief = _UNA_SHORT.match(head)
    if brief:
        mark = brief[1].decode("ascii")
        return _of(mark[0], mark[1], mark[2], mark[3], " ", mark[4]), brief.end(), True
    return None, 3, False


def _of(
    component: str, element: str, decimal: str, release: str, repetition: str, terminator: str
) -> Separators:
    return Separators(
        component,
        element,
        decimal,
        release.strip(" "),
        repetition.strip(" "),
        "\n" if terminator == "\r" else terminator,
    )


def _from_evidence(head: bytes, declared: Separators) -> Separators:
    """The declared separators, or those the first segments really use when they differ."""
    first = _HEADER.match(head)
    if first is None or first[1] == declared.element.encode():
        return declared
    element = first[1].decode("latin-1")
    syntax = _SYNTAX.match(head)
    component = syntax[2].decode("latin-1") if syntax else declared.component
    closing = re.search(rb"([^\sA-Za-z0-9])\s*UN[GH] ?" + re.escape(first[1]), head[3:2048])
    terminator = closing[1].decode("latin-1") if closing else declared.terminator
    release = declared.release if declared.release not in (element, component, terminator) else ""
    guess = Separators(component, element, declared.decimal, release, "", terminator)
    return guess if guess.usable else declared


def _ends_with_lines(head: bytes, separators: Separators) -> bool:
    """Whether segments end with line breaks: two lines, both like segments, neither with a terminator."""
    if separators.terminator in "\r\n":
        return False
    lines = [line for line in re.split(rb"[\r\n]+", head[:4096]) if line.strip()][:2]
    like = re.compile(rb"\s*[A-Z][A-Z0-9]{2}" + re.escape(separators.element.encode()))
    terminator = separators.terminator.encode()
    return len(lines) == 2 and all(like.match(line) and terminator not in line for line in lines)
