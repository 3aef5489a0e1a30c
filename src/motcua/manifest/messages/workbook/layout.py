"""
How a paper lies in a workbook: one sheet of single fields, and one sheet for each list, made from the boxes of the document.

A list inside a list (the goods of a bill) has its own sheet too; its first columns say which line above it belongs to.
The template shows the fields that are usual; whoever adds the column of another field, by its path, is understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any

from motcua.lib.bilingual import Text
from motcua.manifest.documents import DOCUMENTS, slots
from motcua.manifest.documents.plain import Slot

HEAD_TITLE = Text("Thông tin chung", "General")
# The papers that are about the ship itself show all of her; the others only what names her call.
_ABOUT_THE_SHIP = {"general-declaration", "call-notice"}
_CALL_FIELDS = frozenset(
    {
        "call.mode", "call.movement", "call.conveyance.name", "call.conveyance.imo", "call.conveyance.call_sign",
        "call.conveyance.registration", "call.conveyance.flag", "call.journey", "call.port.code",
        "call.previous_port.code", "call.next_port.code", "call.eta", "call.etd", "call.voyage_days",
        "call.carrier.name", "call.agent.name", "call.agent.tax_code", "call.crew", "call.passengers",
    }
)  # fmt: skip
# Fields of parts that a template leaves out; their columns are understood all the same.
_SELDOM = frozenset({"email", "phone", "ucr", "mmsi", "trailer", "journey_date", "signed_at"})


@dataclass(frozen=True)
class Column:
    """One field: its path below the line, its label, its slot; `usual` says whether the template shows it."""

    path: str
    label: Text
    slot: Slot
    usual: bool = True

    @property
    def needed(self) -> bool:
        return self.slot.box.needed


@dataclass(frozen=True)
class Table:
    """One list: `path` leads to it from the document; `keys` name the lines above it, outermost first."""

    path: str
    title: Text
    kind: Any
    columns: tuple[Column, ...]
    keys: tuple[Column, ...] = ()

    @property
    def field(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition(".")[0]


@dataclass(frozen=True)
class Layout:
    """A whole paper: its name in JSON, its class, its single fields, its lists with parents before children."""

    name: str
    document: Any
    head: tuple[Column, ...]
    tables: tuple[Table, ...]

    def usual(self) -> tuple[Table, ...]:
        """The lists a template has sheets for."""
        return tuple(table for table in self.tables if table.path not in _RARE_TABLES)


# What identifies a line for those below it.
_KEYS = {"bills": "number", "bills.items": "number", "equipment": "number"}
_RARE_TABLES = frozenset({"call.ports_before", "call.ports_after"})


@cache
def layout_of(name: str) -> Layout:
    """The layout of a document by its name in JSON."""
    kind = DOCUMENTS[name]
    head = tuple(_columns(kind, "", (), name))
    return Layout(name, kind, head, tuple(_tables(kind, "", ())))


def _columns(kind: Any, prefix: str, above: tuple[Text, ...], name: str = "") -> Iterator[Column]:
    """The single fields of a class and of the parts inside it."""
    for slot in slots(kind):
        path = f"{prefix}{slot.name}"
        if is_dataclass(slot.kind):
            if not slot.many:
                yield from _columns(slot.kind, f"{path}.", (*above, slot.box.label), name)
            continue
        label = _joined((*above, slot.box.label))
        yield Column(path, label, slot, _is_usual(path, slot, name))


def _is_usual(path: str, slot: Slot, name: str) -> bool:
    if slot.box.needed:
        return True
    if path.startswith("call.") and name and name not in _ABOUT_THE_SHIP:
        return path in _CALL_FIELDS
    whole, _, last = path.rpartition(".")
    holder = whole.rpartition(".")[2]
    if last in _SELDOM:
        return False
    if holder in _PLACES:
        return last == "code"
    return not (holder in _PARTIES and last == "code")


_PLACES = frozenset(
    {
        "receipt", "loading", "transhipment", "unloading", "delivery", "destination", "warehouse", "port", "embarked",
        "leaves", "previous_port", "next_port", "next_delivery", "last_port", "sanitation_port",
    }
)  # fmt: skip
_PARTIES = frozenset({"shipper", "consignee", "carrier", "declarant", "agent", "company"})


def _joined(labels: tuple[Text, ...]) -> Text:
    """`Người nhận hàng: Tên`; the call itself needs no naming."""
    told = [label for label in labels if label.vi != "Lượt phương tiện"]
    return Text(": ".join(one.vi for one in told), ": ".join(one.en for one in told))


def _tables(kind: Any, prefix: str, keys: tuple[Column, ...]) -> Iterator[Table]:
    for slot in slots(kind):
        path = f"{prefix}{slot.name}"
        if not is_dataclass(slot.kind):
            continue
        if not slot.many:
            yield from _tables(slot.kind, f"{path}.", keys)
            continue
        columns = tuple(_columns(slot.kind, "", ()))
        yield Table(path, _title(path, slot), slot.kind, columns, keys)
        key = next((one for one in columns if one.path == _KEYS.get(path)), None)
        if key is not None:
            label = Text(f"{slot.box.label.vi}: {key.label.vi}", f"{slot.box.label.en}: {key.label.en}")
            yield from _tables(slot.kind, f"{path}.", (*keys, Column(f"^{path}", label, key.slot)))


_TITLES = {"bills.items.dangerous": Text("Hàng nguy hiểm", "Dangerous goods")}


def _title(path: str, slot: Slot) -> Text:
    label = _TITLES.get(path, slot.box.label)
    return Text(_sheet_name(label.vi), _sheet_name(label.en))


def _sheet_name(text: str) -> str:
    """At most 31 characters, none of those Excel forbids."""
    return "".join(letter for letter in text if letter not in "[]:*?/\\")[:31].strip()
