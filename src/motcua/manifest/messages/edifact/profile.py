"""What the qualifiers of one sender mean: small files under `profiles/`, each stating only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from motcua.lib.edifact.profile import Profile as Envelope
from motcua.lib.edifact.profile import load as load_envelope
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.manifest.documents import (
    Bill,
    CallNotice,
    Conveyance,
    DangerousGoods,
    Equipment,
    Item,
    Manifest,
    Person,
    slots,
)

FOLDER = Path(__file__).parent / "profiles"
_KEYS = frozenset({
    "name", "sender", "timezone", "envelope", "assume", "lengths", "head", "bill", "equipment", "person",
})  # fmt: skip

Meanings = Mapping[str, Any]


@dataclass(frozen=True)
class Profile:
    """How one sender fills messages; `envelope` weighs the defects of syntax."""

    name: str
    sender: str = ""
    assume: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    envelope: Envelope = field(default_factory=Envelope)
    lengths: Mapping[str, int] = field(default_factory=dict)
    head: Meanings = field(default_factory=dict)
    bill: Meanings = field(default_factory=dict)
    equipment: Meanings = field(default_factory=dict)
    person: Meanings = field(default_factory=dict)

    def meanings(self, part: str, kind: str) -> Mapping[str, str]:
        """Qualifier -> field, e.g. of `places` in a `bill`."""
        found: Mapping[str, str] = getattr(self, part).get(kind, {})
        return found

    def ignores(self, part: str) -> frozenset[str]:
        """Qualifiers this sender writes that nobody wants."""
        return frozenset(getattr(self, part).get("ignore", ()))


@cache
def named(name: str) -> Profile:
    """A profile of the folder by its file name; "standard" for a sender who follows the directories."""
    path = FOLDER / f"{name}.yaml"
    if not name.replace("-", "").isalnum() or not path.is_file():
        known = ", ".join(sorted(one.stem for one in FOLDER.glob("*.yaml")))
        raise Malformed(
            f"Không có hồ sơ người gửi “{name}”; có: {known}.",
            f"There is no profile “{name}”; there are: {known}.",
            place="profile",
        )
    return load(path.read_text(encoding="utf-8"))


@cache
def _senders() -> dict[str, str]:
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        sender = yaml.safe_load(path.read_text(encoding="utf-8")).get("sender")
        if sender:
            found[str(sender)] = path.stem
    return found


def of_sender(sender: str) -> Profile:
    """The profile of a sender named in UNB, else the standard one."""
    return named(_senders().get(sender, "standard"))


def load(text: str) -> Profile:
    """Read a profile from YAML over the standard one; Malformed or Invalid name every slip."""
    body = yaml.safe_load(text)
    if not isinstance(body, Mapping):
        raise Malformed("Hồ sơ phải là một bảng.", "A profile is a mapping.", place="line 1")
    unknown = sorted(set(map(str, body)) - _KEYS)
    if unknown:
        raise Malformed(
            f"Không có mục {', '.join(unknown)} trong hồ sơ.",
            f"A profile has no {', '.join(unknown)}.",
            place=unknown[0],
        )
    merged = _over(_standard(), body)
    _check(merged)
    envelope = dict(merged.get("envelope", {}))
    envelope |= {"name": merged["name"], "sender": str(merged.get("sender", ""))}
    return Profile(
        name=str(merged["name"]),
        sender=str(merged.get("sender", "")),
        assume=str(merged.get("assume", "")),
        zone=ZoneInfo(str(merged["timezone"])),
        envelope=load_envelope(yaml.safe_dump(envelope, allow_unicode=True)),
        lengths=merged["lengths"],
        head=merged["head"],
        bill=merged["bill"],
        equipment=merged["equipment"],
        person=merged["person"],
    )


# What a profile may name beside the fields of a part.
_OWN = frozenset({"house", "container", "tax_code", "item.hs", "item.origin", "remarks"})


def _check(merged: Mapping[str, Any]) -> None:
    """Every field a profile names must exist; Invalid with all that do not."""
    findings = [
        Finding(
            "profile.field", place, f"Không có ô “{path}”; hãy sửa.", f"There is no field “{path}”; mend it."
        )
        for part, kind, roots in _PLACES
        for place, path in _paths(merged, part, kind)
        if path not in _OWN and not any(_leads(root, path) for root in roots)
    ]
    if findings:
        raise Invalid(findings)


def _paths(merged: Mapping[str, Any], part: str, kind: str) -> list[tuple[str, str]]:
    return [(f"{part}.{kind}.{code}", str(path)) for code, path in merged[part].get(kind, {}).items()]


def _leads(root: type, path: str) -> bool:
    """Whether a path leads to a field below this part of a document."""
    here: Any = root
    for name in path.split("."):
        slot = (
            next((one for one in slots(here) if one.name == name.removesuffix("[]")), None)
            if is_dataclass(here)
            else None
        )
        if slot is None or slot.many != name.endswith("[]"):
            return False
        here = slot.kind
    return True


_PLACES: tuple[tuple[str, str, tuple[type, ...]], ...] = (
    *(("head", kind, (Manifest, CallNotice)) for kind in ("references", "dates", "places", "parties")),
    *(("head", kind, (Manifest, CallNotice)) for kind in ("counts", "texts", "measures")),
    ("head", "identities", (Conveyance,)),
    *(("bill", kind, (Bill,)) for kind in ("references", "parties", "counts")),
    ("bill", "places", (Bill,)),
    ("bill", "texts", (Item, DangerousGoods)),
    ("bill", "measures", (Item,)),
    ("bill", "amounts", (Bill, Item)),
    ("equipment", "measures", (Equipment,)),
    ("person", "places", (Person,)),
)  # fmt: skip


@cache
def _standard() -> Mapping[str, Any]:
    body: Mapping[str, Any] = yaml.safe_load((FOLDER / "standard.yaml").read_text(encoding="utf-8"))
    return body


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings are laid over each other; lists and values replace."""
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        found[key] = _over(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return found
