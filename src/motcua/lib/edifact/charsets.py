"""
The character repertoires of ISO 9735 (data element 0001) and what to do when a file breaks its own.

UNOA and UNOB are subsets of ASCII, UNOC to UNOK parts of ISO 8859, UNOW and UNOY ISO 10646, which in every file
seen is UTF-8. UNOX (ISO 2022) switches meanings in mid-text and is not read: say so, do not guess.
Source: service code list 0001 (UN/CEFACT). UNOL = ISO 8859-15 and UNOW = UTF-8 are taken from later releases of
that list and were not checked against ISO 9735-10 itself (verified: false).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.lib.errors import Refused

# ISO 9735 level A: capitals, digits and these marks; the service characters ' + : ? * belong to it too.
LEVEL_A = rb"A-Z0-9 .,\-()/=!\"%&*;<>'+:?"
LEVEL_B = LEVEL_A + rb"a-z"


@dataclass(frozen=True)
class Charset:
    """One repertoire: its name in UNB, the Python codec, and the ASCII bytes it admits (a regex class)."""

    name: str
    codec: str
    admits: bytes = rb"\x20-\x7e"

    def suspects(self, separators: bytes = b"") -> re.Pattern[bytes]:
        """A pattern that finds the bytes needing a closer look: not admitted, not a separator, no line break."""
        return re.compile(rb"[^" + self.admits + re.escape(separators) + rb"\r\n]")

    def odd(self, text: str) -> bool:
        """Whether a text needs to be looked at character by character."""
        return _ODD[self.admits].search(text) is not None

    def allows(self, character: str) -> bool:
        """Whether this one character may be sent in this repertoire; control characters never may."""
        number = ord(character)
        if number < 0x20 or 0x7F <= number < 0xA0 or 0xD800 <= number <= 0xDFFF:
            return False
        if self.codec == "ascii":
            return character in _LEVELS[self.name]
        try:
            character.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return True

    def encode(self, text: str, place: str = "") -> bytes:
        """The bytes of `text`; raises `Refused` naming the first character that cannot be sent, and its place."""
        for at, character in enumerate(text):
            if not self.allows(character):
                code = f"U+{ord(character):04X}"
                shown = f"“{character}” ({code})" if character.isprintable() else code
                raise Refused(
                    f"Ký tự {shown} không viết được bằng {self.name}; hãy đổi ký tự hoặc dùng UNOY.",
                    f"Character {shown} cannot be written in {self.name}; change it or use UNOY.",
                    place=f"{place}, character {at + 1}" if place else f"character {at + 1}",
                )
        return text.encode(self.codec)


_ODD = {admits: re.compile(f"[^{admits.decode()}]") for admits in (LEVEL_A, LEVEL_B, rb"\x20-\x7e")}
_LEVELS = {
    name: frozenset(chr(n) for n in range(128) if re.match(rb"[" + admits + rb"]", bytes([n])))
    for name, admits in (("UNOA", LEVEL_A), ("UNOB", LEVEL_B))
}

CHARSETS: dict[str, Charset] = {
    name: Charset(name, codec)
    for name, codec in (
        ("UNOC", "iso8859-1"),
        ("UNOD", "iso8859-2"),
        ("UNOE", "iso8859-5"),
        ("UNOF", "iso8859-7"),
        ("UNOG", "iso8859-3"),
        ("UNOH", "iso8859-4"),
        ("UNOI", "iso8859-6"),
        ("UNOJ", "iso8859-8"),
        ("UNOK", "iso8859-9"),
        ("UNOL", "iso8859-15"),
        ("UNOW", "utf-8"),
        ("UNOY", "utf-8"),
    )
} | {"UNOA": Charset("UNOA", "ascii", LEVEL_A), "UNOB": Charset("UNOB", "ascii", LEVEL_B)}

# What a file without UNB, or with an unknown set, is read as: nothing is lost, and UTF-8 is by far the likeliest.
UNDECLARED = CHARSETS["UNOY"]

# Codecs that a profile may name, in `charset` or among its fallbacks; Vietnamese senders still use cp1258.
FALLBACKS = frozenset({"utf-8", "cp1252", "cp1258", *(charset.codec for charset in CHARSETS.values())})


def charset_of(name: str) -> Charset | None:
    """The repertoire named in UNB ("UNOC"), or None when it is not known here."""
    return CHARSETS.get(name.strip().upper())


def decode(
    raw: bytes, charset: Charset, fallbacks: Sequence[str], *, trust_utf8: bool = False
) -> tuple[str, int]:
    """(codec to read `raw` with, offset of the first byte that is not as declared, or -1).

    Never fails: after the declared codec the fallbacks are tried in turn; when none fits, the declared codec is
    returned and every bad byte becomes U+FFFD. A text under an ISO 8859 name that is valid UTF-8 is read as
    UTF-8 when it holds C1 controls, which no such text has, or when `trust_utf8` says that this sender does so;
    else the name is believed. Either way the offset is given, so that it can be reported.
    """
    bad = -1
    if charset.codec.startswith("iso8859"):
        bad = _first_c1(raw)
        if "utf-8" in fallbacks and _is_utf8(raw):
            return ("utf-8" if bad >= 0 or trust_utf8 else charset.codec), _first_high(raw)
    try:
        raw.decode(charset.codec)
        if bad < 0:
            return charset.codec, -1
    except UnicodeDecodeError as error:
        bad = error.start
    for codec in fallbacks:
        try:
            raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec, bad
    return charset.codec, bad


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _first_high(raw: bytes) -> int:
    return next((at for at, byte in enumerate(raw) if byte > 0x7F), -1)


def _first_c1(raw: bytes) -> int:
    """The first C1 control in an ISO 8859 text: almost always a Windows file under a false name."""
    return next((at for at, byte in enumerate(raw) if 0x80 <= byte < 0xA0), -1)
