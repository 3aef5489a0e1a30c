"""A reform is a difference: two sheets in, every change out, each as a sentence in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from motcua.law.sheets import Sheet
from motcua.law.wording import NOWHERE, Words, describe, label_of, of_item, spoken
from motcua.lib.bilingual import known_language
from motcua.lib.digest import canonical


class ChangeKind(StrEnum):
    """What happened to a place of the sheet."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """One difference between two sheets.

    `path` names the place with item ids: `documents[invoice].copies`. `before` and `after` are JSON values;
    None where the place did not or does not exist. `vi` and `en` are sentences for people.
    """

    path: str
    before: Any
    after: Any
    kind: ChangeKind
    vi: str
    en: str

    @property
    def is_editorial(self) -> bool:
        """Only the record changed (sources, code, publication), nothing for applicants or officers."""
        return self.path.partition(".")[0].partition("[")[0] in ("sources", "national_code", "published")

    def in_language(self, language: str) -> str:
        """The sentence in `vi` or `en`; ValueError for any other language."""
        return self.vi if known_language(language) == "vi" else self.en


# How an entry of a list is recognised in the other version; the rest are recognised by their whole content.
_NAMED_BY: Final[dict[str, tuple[str, ...]]] = {
    "documents": ("id",),
    "steps": ("id",),
    "form": ("id",),
    "choices": ("value",),
    "basis": ("text", "article"),
    "sources": ("url",),
}
# Places told in one sentence, however many of their parts changed.
_WHOLE: Final = frozenset({"limit", "national_code", "required"})


def diff(a: Sheet, b: Sheet) -> list[Change]:
    """Every change from `a` to `b`, in the order of the sheet; [] exactly when their digests are equal.

    The day a version takes force is not a change of the procedure and is not listed.
    """
    exclude = {"procedure", "since"}
    before = a.model_dump(mode="json", exclude=exclude)
    after = b.model_dump(mode="json", exclude=exclude)
    return list(_mappings(before, after, _Place()))


@dataclass(frozen=True)
class _Place:
    """Where we are: the path, and what to call it in a sentence."""

    path: str = ""
    words: Words = NOWHERE

    def key(self, name: str) -> _Place:
        path = f"{self.path}.{name}" if self.path else name
        return _Place(path, self.words.then(label_of(name, inside=bool(self.path))))

    def item(self, listing: str, name: str, entry: Any) -> _Place:
        # The label of the list gives way to the label of the entry: "Paper 'Invoice'", not "Papers Paper".
        outer = self.words.without_last()
        return _Place(f"{self.path}[{name}]", outer.then(of_item(listing, name, entry)))

    def change(self, before: Any, after: Any, kind: ChangeKind, name: str) -> Change:
        vi, en = describe(self.words, before, after, kind.value, name)
        return Change(self.path, before, after, kind, vi, en)


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], place: _Place) -> Iterator[Change]:
    names = [*before, *(name for name in after if name not in before)]
    for name in names:
        yield from _values(before.get(name), after.get(name), place.key(name), name)


def _values(before: Any, after: Any, place: _Place, name: str) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, list) or isinstance(after, list):
        yield from _lists(before or [], after or [], place, name)
    elif isinstance(before, Mapping) and isinstance(after, Mapping) and not _in_one(name, before, after):
        yield from _mappings(before, after, place)
    elif before is None and name not in _WHOLE:
        yield place.change(None, after, ChangeKind.ADDED, name)
    elif after is None and name not in _WHOLE:
        yield place.change(before, None, ChangeKind.REMOVED, name)
    else:
        yield place.change(before, after, ChangeKind.CHANGED, name)


def _in_one(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return name in _WHOLE or set(before) == {"vi", "en"} or set(after) == {"vi", "en"}


def _lists(before: Sequence[Any], after: Sequence[Any], place: _Place, name: str) -> Iterator[Change]:
    old, new = _by_name(before, name), _by_name(after, name)
    for key, entry in old.items():
        if key not in new:
            yield place.item(name, key, entry).change(entry, None, ChangeKind.REMOVED, name)
    for key, entry in new.items():
        here = place.item(name, key, old.get(key, entry))
        if key not in old:
            yield here.change(None, entry, ChangeKind.ADDED, name)
        elif isinstance(entry, Mapping) and old[key] != entry:
            yield from _mappings(old[key], entry, here)
    stayed_before = [key for key in old if key in new]
    stayed_after = [key for key in new if key in old]
    if stayed_before != stayed_after:
        vi, en = spoken(
            place.words, name, [old[key] for key in stayed_before], [old[key] for key in stayed_after]
        )
        yield Change(place.path, stayed_before, stayed_after, ChangeKind.MOVED, vi, en)


def _by_name(entries: Sequence[Any], listing: str) -> dict[str, Any]:
    """The entries by what recognises them; a second one of the same name gets `#2`."""
    named: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Mapping):
            keys = _NAMED_BY.get(listing)
            parts = [entry.get(key) for key in keys] if keys else [canonical(entry).decode()]
            name = " ".join(str(part) for part in parts if part is not None)
        else:
            name = str(entry)
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name}#{seen[name]}"] = entry
    return named
