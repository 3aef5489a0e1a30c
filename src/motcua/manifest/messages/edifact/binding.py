"""
What all messages have in common: segments as rows, each given to the one function that knows its tag.

A binding fills plain dicts, field by field, and makes documents of them at the end; it knows nothing of places. A
qualifier that the profile of the sender does not name is counted, so that no segment is dropped in silence; a value
that cannot be read is a slip with its element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from motcua.lib.edifact.runs import COMPONENT, Row
from motcua.manifest.documents import (
    Call,
    Conveyance,
    Function,
    Mode,
    MovementKind,
    Party,
    Place,
    Sheet,
    boxes,
)
from motcua.manifest.messages.edifact.profile import Profile
from motcua.manifest.messages.edifact.values import (
    CUBIC_METRES,
    KILOGRAMS,
    decimal,
    joined,
    moment,
    part,
    whole,
)

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slip:
    """A value that cannot be read: in which row, where in it, and why."""

    code: str
    row: Row
    element: int
    component: int
    value: str


@dataclass
class Heard:
    """What a binding has to say besides the document: slips, and the rows it did not read, by tag and qualifier."""

    slips: list[Slip] = field(default_factory=list)
    unread: dict[str, list[Any]] = field(default_factory=dict)
    # Rows passed over whose number in the file is still to be noted.
    fresh: list[list[Any]] = field(default_factory=list)

    def pass_over(self, row: Row, qualifier: str = "") -> None:
        """Note a row that is not read: the first of its kind is kept, the rest counted."""
        key = f"{row[0]}+{qualifier}" if qualifier else row[0]
        known = self.unread.get(key)
        if known is None:
            self.unread[key] = known = [1, row]
            self.fresh.append(known)
        else:
            known[0] += 1


class Binding:
    """One message being read. Subclasses name what each tag does in `head` and in their repeated part."""

    # The tag that begins each repetition of the part that repeats; rows before it are the head.
    trigger = ""
    # The document it makes; a value the document has no field for is passed over.
    paper: type[Sheet] = Sheet
    # Tags that stand after the last repetition.
    tail = frozenset({"AUT", "UNT"})

    def __init__(self, profile: Profile, year: int) -> None:
        self.profile = profile
        self.year = year
        self.heard = Heard()
        self.text_width = profile.lengths["text"]
        self.name_width = profile.lengths["name"]
        self.street_width = profile.lengths["street"]
        self.call: Fields = {}
        self.top: Fields = {}
        self.totals: Fields = {}
        self._party: Fields | None = None
        self._parties: dict[str, Fields] = {}
        self._day: dict[str, datetime] = {}
        self.head_means = {
            kind: profile.meanings("head", kind)
            for kind in (
                "references",
                "dates",
                "places",
                "parties",
                "counts",
                "texts",
                "movements",
                "measures",
            )
        }
        self._head_ignores = profile.ignores("head")

    # ---- running ----

    def begins(self, row: Row) -> bool:
        """Whether a row with the tag of the trigger truly begins a repetition."""
        return True

    def head(self, rows: list[Row]) -> None:
        """Read rows before or after what repeats."""
        raise NotImplementedError

    def repeat(self, rows: list[Row]) -> list[Any]:
        """Read one repetition: what it adds to the document."""
        raise NotImplementedError

    def document(self, repeated: list[Any]) -> Sheet:
        """The document of everything that was read."""
        raise NotImplementedError

    def run(self, rows: list[Row], table: Mapping[str, Callable[[Row], None]]) -> None:
        """Give each row to the function of its tag."""
        for row in rows:
            act = table.get(row[0])
            if act is None:
                self.heard.pass_over(row)
            else:
                act(row)

    def skip(self, row: Row) -> None:
        """Known and without anything to keep."""

    def pass_over(self, row: Row, qualifier: str, ignores: frozenset[str]) -> None:
        if f"{row[0]}+{qualifier}" not in ignores:
            self.heard.pass_over(row, qualifier)

    def slip(self, code: str, row: Row, element: int, component: int = 0) -> None:
        value = part(row, element, component or 1)
        self.heard.slips.append(Slip(code, row, element, component, value))

    # ---- the head, which all messages share ----

    def head_table(self) -> dict[str, Callable[[Row], None]]:
        return {
            "UNH": self.skip, "UNT": self.skip, "BGM": self.bgm, "RFF": self.head_rff, "DTM": self.head_dtm,
            "LOC": self.head_loc, "NAD": self.head_nad, "CTA": self.contact, "COM": self.com, "FTX": self.head_ftx,
            "TDT": self.head_tdt, "GIS": self.head_gis, "GEI": self.head_gis, "CNT": self.head_cnt,
            "QTY": self.head_cnt, "MEA": self.head_mea, "AUT": self.skip,
        }  # fmt: skip

    def bgm(self, row: Row) -> None:
        self._keep(self.top, "number", part(row, 2), row, 2)
        code = part(row, 3)
        if code:
            function = Function.of(code)
            if function is None:
                self.slip("man.code", row, 3)
            else:
                self.top["function"] = function

    def takes(self, path: str) -> bool:
        """Whether the document has this field."""
        return path.partition(".")[0] in boxes(self.paper)

    def put(self, path: str, value: Any) -> None:
        """Keep a value of the head at its path: of the call, of the totals, or of the paper itself."""
        first, _, rest = path.partition(".")
        if first == "call":
            name, _, inner = rest.partition(".")
            if inner:
                self.call.setdefault(name, {})[inner] = value
            elif name.endswith("[]"):
                self.call.setdefault(name[:-2], []).append(value)
            else:
                self.call[name] = value
        elif first == "totals":
            self.totals[rest] = value
        else:
            self.top[first] = value

    def head_rff(self, row: Row) -> None:
        qualifier = part(row, 1)
        if self._party is not None and qualifier in ("AHP", "VA"):
            self._party["tax_code"] = part(row, 1, 2)
            return
        path = self.head_means["references"].get(qualifier)
        if path is None:
            self.pass_over(row, qualifier, self._head_ignores)
        else:
            self.put(path, part(row, 1, 2))

    def head_dtm(self, row: Row) -> None:
        qualifier = part(row, 1)
        path = self.head_means["dates"].get(qualifier)
        if path is None:
            self.pass_over(row, qualifier, self._head_ignores)
            return
        at = self.time(row, qualifier)
        if at is not None:
            self.put(path, at)

    def time(self, row: Row, qualifier: str) -> datetime | None:
        """The time of a DTM; a date and a time of day under one qualifier (formats 102 and 401) are put together."""
        text, form = part(row, 1, 2), part(row, 1, 3)
        if form == "401" and qualifier in self._day:
            if len(text) == 4 and text.isdigit() and int(text[:2]) < 24 and int(text[2:]) < 60:
                return self._day[qualifier].replace(hour=int(text[:2]), minute=int(text[2:]))
            self.slip("man.date", row, 1, 2)
            return None
        read = moment(text, form, self.profile.zone)
        if read is None:
            self.slip("man.date", row, 1, 2)
            return None
        self._day[qualifier] = read[0]
        return read[0]

    def head_loc(self, row: Row) -> None:
        self._party = None
        qualifier = part(row, 1)
        path = self.head_means["places"].get(qualifier)
        if path is None:
            self.pass_over(row, qualifier, self._head_ignores)
            return
        place = self.place(row)
        self.put(path, (place.code or place.name) if path in ("office", "signed_at") else place)
        berth = part(row, 3, 1) or part(row, 3, 4)
        if berth and path == "call.port":
            self.call["berth"] = berth

    def place(self, row: Row) -> Place:
        text = row[2] if len(row) > 2 else ""
        if COMPONENT not in text:
            return Place(code=text)
        pieces = text.split(COMPONENT)
        return _place(pieces[0], pieces[3] if len(pieces) > 3 else "")

    def head_nad(self, row: Row) -> None:
        qualifier = part(row, 1)
        path = self.head_means["parties"].get(qualifier)
        self._party = self.party(row)
        if path is None:
            self.pass_over(row, qualifier, self._head_ignores)
        else:
            self._parties[path] = self._party

    def party(self, row: Row) -> Fields:
        """Who a NAD names: structured, or as up to five lines of which the first is the name."""
        found: Fields = {}
        count = len(row)
        if count > 2 and row[2]:
            code, _, rest = row[2].partition(COMPONENT)
            found["tax_code" if rest.startswith(("167", "TAX")) else "code"] = code
        address = ""
        if count > 4 and row[4]:
            found["name"] = self._line(row[4], self.name_width)
        elif count > 3 and row[3]:
            lines = [line for line in row[3].split(COMPONENT) if line]
            found["name"] = lines[0].strip() if lines else ""
            address = ", ".join(lines[1:])
        if count > 5:
            if row[5]:
                street = self._line(row[5], self.street_width)
                address = f"{address}, {street}" if address else street
            for element in (6, 7, 8):
                if element < count and row[element]:
                    more = part(row, element)
                    address = f"{address}, {more}" if address else more
            if count > 9 and row[9]:
                found["country"] = part(row, 9)
        if address:
            found["address"] = address
        return found

    def _line(self, text: str, width: int) -> str:
        return joined(text.split(COMPONENT), width) if COMPONENT in text else text.strip()

    def contact(self, row: Row) -> None:
        """A contact of the party above; its numbers follow in COM."""

    def com(self, row: Row) -> None:
        if self._party is None:
            self.heard.pass_over(row)
            return
        for at in range(1, len(row)):
            kind, number = part(row, at, 2), part(row, at)
            name = {"TE": "phone", "EM": "email", "AL": "phone"}.get(kind)
            if name is None:
                self.heard.pass_over(row, kind)
            elif name not in self._party:
                self._party[name] = number

    def head_ftx(self, row: Row) -> None:
        path = self.head_means["texts"].get(part(row, 1))
        if path is None:
            self.pass_over(row, part(row, 1), self._head_ignores)
            return
        text = self.text(row)
        known = self.top.get(path, "")
        self.put(path, f"{known} {text}" if known else text)

    def text(self, row: Row) -> str:
        """The free text of FTX."""
        return joined(row[4].split(COMPONENT), self.text_width) if len(row) > 4 else ""

    def head_tdt(self, row: Row) -> None:
        self._party = None
        if part(row, 1) not in ("20", ""):
            self.pass_over(row, part(row, 1), self._head_ignores)
            return
        call = self.call
        self._keep(call, "journey", part(row, 2), row, 2)
        mode = part(row, 3)
        if mode:
            known = Mode.of(mode[:1])
            if known is None:
                self.slip("man.code", row, 3, 1)
            else:
                call["mode"] = known
        kind = part(row, 4)
        ship: Fields = call.setdefault("conveyance", {})
        if kind:
            ship["kind"] = kind
        carrier = {"code": part(row, 5), "name": part(row, 5, 4)}
        if any(carrier.values()):
            self._parties["call.carrier"] = {
                **self._parties.get("call.carrier", {}),
                **{k: v for k, v in carrier.items() if v},
            }
        identity, codes = part(row, 8), part(row, 8, 2)
        if identity:
            ship[self._identity(identity, codes, call.get("mode"))] = identity
        for component, name in ((4, "name"), (5, "flag")):
            text = part(row, 8, component)
            if text:
                ship[name] = text

    def _identity(self, identity: str, codes: str, mode: Mode | None) -> str:
        """Which number of a conveyance this is: seven digits are an IMO number, whatever the qualifier says."""
        if len(identity) == 7 and identity.isdigit():
            return "imo"
        if mode not in (None, Mode.SEA, Mode.RIVER):
            return "registration"
        means: Mapping[str, str] = self.profile.head.get("identities", {})
        return means.get(codes, "call_sign")

    def head_gis(self, row: Row) -> None:
        path = self.head_means["movements"].get(part(row, 1))
        if path is None:
            self.pass_over(row, part(row, 1), self._head_ignores)
        else:
            self.call["movement"] = MovementKind.named(path)

    def head_cnt(self, row: Row) -> None:
        qualifier = part(row, 1)
        path = self.head_means["counts"].get(qualifier)
        if path is None or not self.takes(path):
            self.pass_over(row, qualifier, self._head_ignores)
            return
        if path.endswith(("_kg", "_m3")):
            value: Any = self.measure(row, 1, part(row, 1, 2), part(row, 1, 3), path)
        else:
            value = self.count(row, 1, 2)
        if value is not None:
            self.put(path, value)

    def head_mea(self, row: Row) -> None:
        name = self.head_means["measures"].get(part(row, 2))
        if name is None or not self.takes(name):
            self.pass_over(row, part(row, 2), self._head_ignores)
            return
        value = self.measure(row, 3, part(row, 3, 2), part(row, 3), name)
        if value is not None:
            self.top[name] = value

    # ---- values ----

    def count(self, row: Row, element: int, component: int = 1) -> int | None:
        text = part(row, element, component)
        if not text:
            return None
        number = whole(text)
        if number is None:
            self.slip("man.number", row, element, component)
        return number

    def measure(self, row: Row, element: int, text: str, unit: str, name: str) -> Decimal | None:
        """A mass in kilograms or a volume in cubic metres, whatever unit it came in."""
        if not text:
            return None
        number = decimal(text)
        if number is None:
            self.slip("man.number", row, element)
            return None
        if unit in ("", "KGM", "MTQ"):
            return number
        factor = (CUBIC_METRES if name.endswith("_m3") else KILOGRAMS).get(unit)
        if factor is None:
            self.slip("man.unit", row, element)
            return None
        return number * factor

    def _keep(self, fields: Fields, name: str, value: str, row: Row, element: int) -> None:
        if value:
            fields[name] = value

    # ---- documents ----

    def sheet(self) -> Fields:
        """What every paper has, from the head."""
        fields = dict(self.top)
        call = dict(self.call)
        ship = call.pop("conveyance", None)
        if ship:
            call["conveyance"] = Conveyance(**ship)
        for path, given in self._parties.items():
            first, _, name = path.partition(".")
            if given:
                (call if first == "call" else fields)[name or first] = Party(**given)
        if "ports_before" in call:
            call["ports_before"] = tuple(_once(call["ports_before"]))
        fields["call"] = Call(**call)
        return fields


def _once(places: list[Place]) -> list[Place]:
    """A route without ports named twice in a row, as legs do."""
    return [place for at, place in enumerate(places) if not at or places[at - 1] != place]


@cache
def _place(code: str, name: str) -> Place:
    return Place(code=code, name=name)
