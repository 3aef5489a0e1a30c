"""
The screen forms of papers, made from the boxes of the documents: which fields each shows, what was typed, which data it is.

What a screen does not show of a paper (the second line of goods of a bill that came by message) stays as it was: typed
fields are laid over the data that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import VIETNAM
from motcua.manifest.documents import DOCUMENTS, Coded, slots, steps
from motcua.manifest.documents.plain import Slot

CALL = (
    "call.mode",
    "call.movement",
    "call.conveyance.name",
    "call.conveyance.imo",
    "call.conveyance.call_sign",
    "call.conveyance.registration",
    "call.conveyance.flag",
    "call.journey",
    "call.port.code",
    "call.berth",
    "call.previous_port.code",
    "call.next_port.code",
    "call.eta",
    "call.etd",
    "call.voyage_days",
    "call.crew",
    "call.passengers",
)

# Which fields of its own each paper shows, and which list with which fields of an entry.
FIELDS: dict[str, tuple[str, ...]] = {
    "call-notice": ("cargo", "gross_kg", "containers", "others_aboard", "remarks"),
    "general-declaration": ("position", "voyage", "cargo", "waste_requirements", "remarks"),
    "manifest": ("totals.bills", "totals.packages", "totals.gross_kg", "totals.containers", "remarks"),
    "house-bills": (),
    "crew-list": (),
    "passenger-list": (),
    "crew-effects": (),
    "stores": ("persons_aboard", "days_of_stay", "storage"),
    "dangerous-goods": (),
    "health-declaration": (
        "sanitation_certificate",
        "sanitation_port.code",
        "sanitation_date",
        "affected_area",
        "death",
        "suspected_infection",
        "more_ill_than_usual",
        "ill_now",
        "doctor_consulted",
        "risk_known",
        "measures_taken",
        "stowaways",
        "sick_animal",
    ),
    "security-notice": (
        "level",
        "certificate",
        "certificate_issuer",
        "certificate_expires",
        "officer",
        "officer_phone",
        "matters",
    ),
    "waste": ("delivery", "last_port.code"),
}
_BILL = (
    "number",
    "kind",
    "master_number",
    "nature",
    "shipper.name",
    "consignee.name",
    "consignee.tax_code",
    "loading.code",
    "unloading.code",
    "packages",
    "gross_kg",
    "items[0].description",
    "items[0].hs",
    "items[0].package_kind",
    "uses[0].equipment",
)
_PERSON = (
    "family_name",
    "given_names",
    "rank",
    "nationality",
    "born_on",
    "document_number",
    "document_expires",
)
LISTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "manifest": (("bills", _BILL), ("equipment", ("number", "size_type", "fullness", "seals[0]"))),
    "house-bills": (("bills", _BILL),),
    "crew-list": (("persons", _PERSON),),
    "passenger-list": (("persons", tuple(name for name in _PERSON if name != "rank")),),
    "crew-effects": (("effects", ("family_name", "given_names", "rank", "articles", "quantity")),),
    "stores": (("stores", ("article", "quantity", "unit", "location")),),
    "dangerous-goods": (
        (
            "goods",
            (
                "un_number",
                "hazard_class",
                "proper_name",
                "packing_group",
                "packages",
                "gross_kg",
                "equipment",
                "bill",
            ),
        ),
    ),
    "health-declaration": (("sick", ("name", "rank", "age", "illness", "since", "outcome")),),
    "security-notice": (("ports", ("port.code", "arrived_on", "departed_on", "security_level")),),
    "waste": (("lines", ("kind", "delivered_m3", "capacity_m3", "kept_m3")),),
}
# Entries drawn at once; a longer list is filed by message or workbook and shown as a table.
MOST = 60
BLANK = 2
_INDEX = re.compile(r"\[\d+\]")
_STEP = re.compile(r"([a-z_]+)|\[([^\]]*)\]")


@dataclass
class Field:
    """One field ready to be drawn."""

    name: str
    path: str
    label: Text
    kind: str
    value: str
    options: Sequence[tuple[str, Text]] = ()
    error: Text | None = None
    optional: bool = True
    width: str = ""
    inputmode: str = ""


@dataclass
class Listing:
    """A list of a paper: its title, its entries, and the fields of each."""

    name: str
    title: Text
    entries: list[list[Field]] = field(default_factory=list)
    count: int = 0
    too_long: bool = False


def document_of(form: str) -> str:
    """The document a paper is made of."""
    return "manifest" if form == "house-bills" else form


def slot_at(form: str, path: str) -> Slot:
    """The box behind a path."""
    kind: Any = DOCUMENTS[document_of(form)]
    found: Slot | None = None
    for name, _ in steps(path):
        if name:
            found = next(slot for slot in slots(kind) if slot.name == name)
            kind = found.kind
    assert found is not None, path
    return found


# Drawing --------------------------------------------------------------------------------------------------------


def fields(
    form: str, paths: Iterable[str], data: Mapping[str, Any], errors: Mapping[str, Text], prefix: str = ""
) -> list[Field]:
    """Fields for some paths with what stands in the data and what is wrong with it."""
    return [_field(form, f"{prefix}{path}", data, errors) for path in paths]


def call_fields(form: str, data: Mapping[str, Any], errors: Mapping[str, Text]) -> list[Field]:
    """The fields of the call; what the rules will ask for by mode and movement is not called optional."""
    drawn = fields(form, CALL, data, errors)
    needed = needed_of_call(value_in(data, "call.mode"), value_in(data, "call.movement"))
    for one in drawn:
        one.optional = one.optional and one.path not in needed
    return drawn


def needed_of_call(mode: str | None, movement: str | None) -> frozenset[str]:
    """What `call-named`, `call-port` and `call-times` ask for; a call without mode or movement is taken for a ship's entry."""
    needed = {"call.mode", "call.movement", "call.port.code"}
    needed.add("call.etd" if movement in {"exit", "port-departure"} else "call.eta")
    if mode in {None, "", "sea"}:
        needed.add("call.conveyance.imo")
    if mode in {None, "", "sea", "air", "rail"}:
        needed.add("call.journey")
    return frozenset(needed)


def _field(form: str, path: str, data: Mapping[str, Any], errors: Mapping[str, Text]) -> Field:
    slot = slot_at(form, path)
    kind, options = _control(slot)
    label = slot.box.label
    # "Code of the place" says little: the port is what is meant.
    if path.endswith((".code", ".name", ".tax_code")):
        owner = slot_at(form, path.rpartition(".")[0]).box.label
        short = "" if path.endswith(".code") else f": {label.vi.lower()}"
        label = Text(f"{owner.vi}{short}", f"{owner.en}{short and ': ' + label.en.lower()}")
    box = slot.box
    return Field(
        name=path,
        path=path,
        label=label,
        kind=kind,
        value=_shown(value_in(data, path), kind),
        options=options,
        error=errors.get(path),
        optional=not box.needed,
        width="short"
        if kind in {"number", "date"} or 0 < box.longest <= 17
        else "medium"
        if box.longest <= 70
        else "",
        inputmode="decimal" if slot.kind in {int, Decimal} else "",
    )


def _control(slot: Slot) -> tuple[str, Sequence[tuple[str, Text]]]:
    if isinstance(slot.kind, type) and issubclass(slot.kind, Coded):
        return "choice", [(one.value, one.label) for one in slot.kind]
    if slot.kind is bool:
        return "choice", [("yes", Text("Có", "Yes")), ("no", Text("Không", "No"))]
    if slot.kind is datetime:
        return "datetime-local", ()
    return ("date", ()) if slot.kind is date else ("text", ())


def _shown(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "datetime-local":
        try:
            return datetime.fromisoformat(str(value)).astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")
        except ValueError:
            return str(value)
    return str(value)


def listings(
    form: str, data: Mapping[str, Any], errors: Mapping[str, Text], *, more: int = 0
) -> list[Listing]:
    """The lists of a paper, with some empty entries to type into."""
    found = []
    for name, paths in LISTS.get(form, ()):
        entries = list(data.get(name) or ())
        listing = Listing(
            name, slot_at(form, name).box.label, count=len(entries), too_long=len(entries) > MOST
        )
        if not listing.too_long:
            for index in range(len(entries) + (more or BLANK)):
                listing.entries.append(fields(form, paths, data, errors, prefix=f"{name}[{index}]."))
        found.append(listing)
    return found


def value_in(data: Any, path: str) -> Any:
    """The value at a path of plain data; None where nothing stands."""
    here = data
    for name, index in steps(path):
        if name:
            here = here.get(name) if isinstance(here, Mapping) else None
        else:
            here = here[index] if isinstance(here, list) and index < len(here) else None
        if here is None:
            return None
    return here


# Reading what was typed -----------------------------------------------------------------------------------------


def overlay(form: str, data: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The data with what was typed laid over it; empty fields go, and entries of lists with nothing in them."""
    new = deepcopy(dict(data))
    for path, text in typed.items():
        if path in known_paths(form, path):
            _put(new, path, _value(slot_at(form, path), text))
    for name, _ in LISTS.get(form, ()):
        if isinstance(new.get(name), list):
            new[name] = [entry for entry in (_pruned(one) for one in new[name]) if entry]
    return dict(_pruned(new).items())


def known_paths(form: str, path: str) -> Iterator[str]:
    """The path itself when the screen of this paper has it; what else is posted is not read."""
    plain = _INDEX.sub("[0]", path)
    for own in (*CALL, *FIELDS[form]):
        if path == own:
            yield path
            return
    for name, paths in LISTS.get(form, ()):
        for inner in paths:
            if plain == f"{name}[0].{inner}":
                index = int(path[len(name) + 1 : path.index("]")])
                if index < 2 * MOST:
                    yield path
                return


def _value(slot: Slot, text: str) -> Any:
    text = " ".join(text.split())
    if not text:
        return None
    if slot.kind is bool:
        return {"yes": True, "no": False}.get(text, text)
    if slot.kind is int:
        digits = text.replace(".", "").replace(" ", "")
        return int(digits) if digits.isascii() and digits.isdigit() else text
    if slot.kind is Decimal:
        # On the screen people write 1.250,5; in the data it is 1250.5.
        return text.replace(".", "").replace(",", ".") if "," in text else text.replace(" ", "")
    if slot.kind is datetime:
        try:
            return datetime.fromisoformat(text).replace(tzinfo=VIETNAM).isoformat()
        except ValueError:
            return text
    upper = slot.box.codes in {"ISO 3166-1", "UN/LOCODE", "UN/ECE 21", "ISO 6346"} or slot.name in {
        "imo",
        "equipment",
    }
    return text.upper() if upper else text


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    here: Any = data
    parts = steps(path)
    for place, (name, index) in enumerate(parts):
        last = place == len(parts) - 1
        if name:
            following = None if last else parts[place + 1]
            if last:
                here[name] = value
            else:
                empty: Any = {} if following and following[0] else []
                if not isinstance(here.get(name), type(empty)):
                    here[name] = empty
                here = here[name]
        else:
            while len(here) <= index:
                here.append({})
            if last:
                here[index] = value
            else:
                if not isinstance(here[index], dict):
                    here[index] = {}
                here = here[index]


def _pruned(data: Any) -> Any:
    if isinstance(data, dict):
        kept = {key: _pruned(value) for key, value in data.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", {}, [])}
    if isinstance(data, list):
        return [one for one in (_pruned(one) for one in data) if one not in (None, "", {}, [])]
    return data


# What is wrong --------------------------------------------------------------------------------------------------


def at_fields(findings: Iterable[Finding | Mapping[str, str]]) -> dict[str, Text]:
    """What is wrong by the path of its field."""
    found: dict[str, Text] = {}
    for one in findings:
        place, vi, en = (
            (one.place, one.vi, one.en) if isinstance(one, Finding) else (one["place"], one["vi"], one["en"])
        )
        found.setdefault(place.split(" (", 1)[0], Text(vi, en))
    return found


def label_at(form: str, path: str, *, named: bool = False) -> Text:
    """
    A path in words: "Bills 3 · HS code"; with `named`, as differences write them, "Bills HLS0001 · …". The path itself
    where the form has no such field.
    """
    words: list[Text] = []
    kind: Any = DOCUMENTS[document_of(form)]
    for name, entry in _STEP.findall(path):
        if entry and words:
            known = str(int(entry) + 1) if entry.isdigit() and not named else entry.split("|", 1)[0]
            words[-1] = Text(f"{words[-1].vi} {known}", f"{words[-1].en} {known}")
            continue
        slot = next((one for one in slots(kind) if one.name == name), None) if is_dataclass(kind) else None
        if slot is None:
            return Text(path or "–", path or "–")
        words.append(slot.box.label)
        kind = slot.kind
    if not words:
        return Text(path or "–", path or "–")
    return Text(" · ".join(one.vi for one in words), " · ".join(one.en for one in words))
