"""
What is agreed with one sender: which defects pass with a warning, which refuse, which messages are taken.

A profile is data. Every defect is always reported; the profile only decides what it weighs. Example:

    name: Carrier ABC, cargo reports
    sender: ABCLINE
    tolerate: [edi.unt.count, edi.text.after]
    refuse: [edi.charset.repertoire]
    charset: cp1258
    fallback: [utf-8, cp1258]
    separators: "UNA:+.? '"
    messages:
      - {type: CUSCAR, version: D, release: 98B}
      - {type: CUSCAR, version: D, release: 97B, structure: D98B}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from motcua.lib.edifact.charsets import CHARSETS, FALLBACKS
from motcua.lib.edifact.faults import FAULTS
from motcua.lib.edifact.separators import Separators
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding, Severity

MAX_TEXT = 65_536


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that is taken. "" admits any version or release; `structure` names another table ("D98B")."""

    type: str
    version: str = ""
    release: str = ""
    structure: str = ""

    def admits(self, type: str, version: str, release: str) -> bool:
        return self.type == type and self.version in ("", version) and self.release in ("", release)

    def __str__(self) -> str:
        return " ".join(part for part in (self.type, f"{self.version or '*'}.{self.release or '*'}") if part)


@dataclass(frozen=True, slots=True)
class Profile:
    """The agreement with one sender. The default is ISO 9735 with the tolerances named in the fault table."""

    name: str = "ISO 9735"
    sender: str = ""
    tolerate: frozenset[str] = frozenset()
    refuse: frozenset[str] = frozenset()
    separators: Separators | None = None
    charset: str = ""
    fallback: tuple[str, ...] = ("utf-8", "cp1252")
    trust_utf8: bool = False
    messages: tuple[Taken, ...] = ()
    max_segment: int = 65_536
    max_defects: int = 999

    def severity(self, code: str) -> Severity:
        """What a defect weighs for this sender."""
        if code in self.tolerate:
            return Severity.WARNING
        if code in self.refuse:
            return Severity.ERROR
        return FAULTS[code].severity

    def taken(self, type: str, version: str, release: str) -> Taken | None:
        """The entry that admits this message; a profile without entries admits all."""
        if not self.messages:
            return Taken(type, version, release)
        return next((one for one in self.messages if one.admits(type, version, release)), None)


STANDARD = Profile()

# For finding out what a sender really sends: everything that can be read is read, nothing refuses.
LENIENT = Profile(name="Lenient", tolerate=frozenset(FAULTS))


def choose(profiles: Iterable[Profile], sender: str, default: Profile = STANDARD) -> Profile:
    """The profile of this sender (data element 0004), else `default`."""
    return next((profile for profile in profiles if profile.sender and profile.sender == sender), default)


def load(text: str) -> Profile:
    """Read a profile from YAML; raises `Malformed` when it is no YAML mapping, `Invalid` with every mistake."""
    if len(text) > MAX_TEXT:
        raise Malformed("Tệp hồ sơ người gửi quá lớn.", "The profile is too large.", place="line 1")
    try:
        body = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "line 1"
        raise Malformed(
            "Không phải YAML hợp lệ; hãy sửa.", "This is no valid YAML; mend it.", place=place
        ) from error
    if not isinstance(body, Mapping):
        raise Malformed(
            "Hồ sơ phải là một bảng tên: giá trị.",
            "A profile is a mapping of names to values.",
            place="line 1",
        )
    return _Reading(body).profile()


class _Reading:
    """Collects every mistake of one file before refusing it."""

    def __init__(self, body: Mapping[Any, Any]) -> None:
        self.body = body
        self.findings: list[Finding] = []

    def profile(self) -> Profile:
        known = {
            "name", "sender", "tolerate", "refuse", "separators", "charset", "fallback", "trust_utf8",
            "messages", "max_segment", "max_defects",
        }  # fmt: skip
        for name in self.body:
            if name not in known:
                self.wrong(
                    str(name), "Tên không có trong hồ sơ; hãy bỏ.", "No such field in a profile; remove it."
                )
        default = Profile()
        profile = Profile(
            name=self.text("name", default.name),
            sender=self.text("sender", ""),
            tolerate=frozenset(self.codes("tolerate")),
            refuse=frozenset(self.codes("refuse")),
            separators=self.separators(),
            charset=self.codec(),
            fallback=self.fallbacks(default.fallback),
            trust_utf8=self.flag("trust_utf8"),
            messages=tuple(self.messages()),
            max_segment=self.number("max_segment", default.max_segment, 1_024, 16_777_216),
            max_defects=self.number("max_defects", default.max_defects, 1, 999),
        )
        for code in sorted(profile.tolerate & profile.refuse):
            self.wrong(
                "tolerate",
                f"{code} vừa được chấp nhận vừa bị từ chối.",
                f"{code} is both tolerated and refused.",
            )
        if self.findings:
            raise Invalid(self.findings)
        return profile

    def wrong(self, place: str, vi: str, en: str) -> None:
        self.findings.append(Finding("edi.profile", place, vi, en))

    def text(self, name: str, default: str) -> str:
        value = self.body.get(name, default)
        if not isinstance(value, str):
            self.wrong(name, "Phải là chữ; hãy đặt trong ngoặc kép.", "Must be text; put it in quotes.")
            return default
        return value

    def flag(self, name: str) -> bool:
        value = self.body.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "Phải là true hoặc false.", "Must be true or false.")
            return False
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.body.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(name, f"Phải là số từ {low} đến {high}.", f"Must be a number from {low} to {high}.")
            return default
        return value

    def items(self, name: str) -> list[Any]:
        value = self.body.get(name, [])
        if not isinstance(value, list):
            self.wrong(name, "Phải là danh sách.", "Must be a list.")
            return []
        return value

    def codes(self, name: str) -> list[str]:
        found = []
        for code in self.items(name):
            if code not in FAULTS if isinstance(code, str) else True:
                self.wrong(name, f"Không có mã lỗi “{code}”.", f"There is no fault “{code}”.")
            else:
                found.append(code)
        return found

    def separators(self) -> Separators | None:
        text = self.text("separators", "")
        if not text:
            return None
        if len(text) != 9 or not text.startswith("UNA"):
            self.wrong(
                "separators", "Phải là chuỗi UNA gồm chín ký tự.", "Must be a UNA string of nine characters."
            )
            return None
        mark = text[3:]
        marks = Separators(mark[0], mark[1], mark[2], mark[3].strip(), mark[4].strip(), mark[5])
        if not marks.usable:
            self.wrong(
                "separators",
                "Các dấu phải khác nhau, không phải chữ số.",
                "Marks must differ, no letters or digits.",
            )
            return None
        return marks

    def codec(self) -> str:
        name = self.text("charset", "")
        if name and name not in FALLBACKS and name not in CHARSETS:
            self.wrong("charset", f"Không có bộ ký tự “{name}”.", f"There is no character set “{name}”.")
            return ""
        return name

    def fallbacks(self, default: tuple[str, ...]) -> tuple[str, ...]:
        if "fallback" not in self.body:
            return default
        found = []
        for name in self.items("fallback"):
            if not isinstance(name, str) or name not in FALLBACKS:
                self.wrong("fallback", f"Không có bộ ký tự “{name}”.", f"There is no character set “{name}”.")
            else:
                found.append(name)
        return tuple(found)

    def messages(self) -> list[Taken]:
        found = []
        for number, entry in enumerate(self.items("messages"), start=1):
            place = f"messages, {number}"
            fields = {"type", "version", "release", "structure"}
            if not isinstance(entry, Mapping) or set(entry) - fields or "type" not in entry:
                self.wrong(
                    place,
                    "Phải có type, version, release, structure.",
                    "Needs type, version, release, structure.",
                )
            elif not all(isinstance(value, str) for value in entry.values()):
                self.wrong(
                    place,
                    "Mọi giá trị phải là chữ; hãy đặt trong ngoặc kép.",
                    "All values are text; use quotes.",
                )
            else:
                found.append(Taken(**{str(name): value for name, value in entry.items()}))
        return found
