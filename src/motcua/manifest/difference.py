"""
What changed between two versions of a paper: bills and boxes that came or went, and every field that differs.

Pure, over documents as plain data. Entries of lists are told apart by their own number, not by their place in the list,
so that a bill put in between does not make all that follow look changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# By what an entry of a list is known; a list that is not named here goes by place.
NAMED_BY: dict[str, tuple[str, ...]] = {
    "bills": ("number", "kind"),
    "equipment": ("number",),
    "items": ("number",),
    "uses": ("equipment", "item"),
    "stores": ("article", "location"),
    "goods": ("un_number", "bill", "equipment"),
    "lines": ("kind",),
}
# What says how and when it was filed, not what was declared.
_ENVELOPE = frozenset({"document", "function", "reference", "number", "issued_at", "signed_at"})

Change = dict[str, Any]


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """
    `{"bills": {"added", "removed", "changed"}, "fields": [{"path", "before", "after"}]}`; {} when nothing differs.

    `bills` gives numbers, `fields` every value that came, went or differs, bills that came or went whole left out.
    """
    old, new = dict(_flat(_content(before))), dict(_flat(_content(after)))
    fields = [
        {"path": path, "before": old.get(path), "after": new.get(path)}
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]
    if not fields:
        return {}
    added, removed = _numbers(after) - _numbers(before), _numbers(before) - _numbers(after)
    gone = tuple(f"bills[{number}" for number in (*added, *removed))
    fields = [one for one in fields if not (gone and str(one["path"]).startswith(gone))]
    changed = {
        path.split("[", 1)[1].split("]", 1)[0].split("|")[0]
        for path in (str(one["path"]) for one in fields)
        if path.startswith("bills[")
    }
    return {
        "bills": {"added": sorted(added), "removed": sorted(removed), "changed": sorted(changed)},
        "fields": fields[:500],
    }


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in _ENVELOPE}


def _numbers(data: Mapping[str, Any]) -> set[str]:
    return {str(bill.get("number", "")) for bill in data.get("bills", ())}


def _flat(data: Any, path: str = "", name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _flat(value, f"{path}.{key}" if path else key, key)
    elif isinstance(data, list):
        seen: dict[str, int] = {}
        for index, value in enumerate(data):
            known = _name(name, value, index)
            # Two entries of one name are told apart by their order.
            seen[known] = seen.get(known, 0) + 1
            again = f"#{seen[known]}" if seen[known] > 1 else ""
            yield from _flat(value, f"{path}[{known}{again}]", "")
    else:
        yield path, data


def _name(listing: str, entry: Any, index: int) -> str:
    keys = NAMED_BY.get(listing)
    if keys is None or not isinstance(entry, Mapping):
        return str(index)
    parts = [str(entry[key]) for key in keys if entry.get(key) not in (None, "")]
    return "|".join(parts) or str(index)
