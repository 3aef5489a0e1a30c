"""PAXLST, D.98B to D.12B: a `PassengerList` or a `CrewList`, one person at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from motcua.lib.edifact.runs import COMPONENT, Row
from motcua.manifest.documents import CrewList, PassengerList, Person, Sex, Sheet
from motcua.manifest.messages.edifact.binding import Binding, Fields
from motcua.manifest.messages.edifact.profile import Profile
from motcua.manifest.messages.edifact.values import birthday, part

_CREW_LIST = "250"


class Paxlst(Binding):
    """Rows of a PAXLST into a list of persons."""

    trigger = "NAD"
    paper = PassengerList
    tail = frozenset({"CNT", "AUT", "UNT"})

    def __init__(self, profile: Profile, year: int) -> None:
        super().__init__(profile, year)
        self._head = self.head_table()
        self._table: dict[str, Callable[[Row], None]] = {
            "NAD": self.nad, "ATT": self.att, "DTM": self.dtm, "LOC": self.loc, "NAT": self.nat, "DOC": self.doc,
            "EMP": self.emp, "COM": self.skip,
        }  # fmt: skip
        self.places = profile.meanings("person", "places")
        self.roles = profile.meanings("person", "roles")
        self.visas = frozenset(profile.person["visas"])
        self.ignores = profile.ignores("person")
        self.person: Fields = {}
        self._visa = False
        self._crew = False

    def begins(self, row: Row) -> bool:
        """Whether a NAD names a person aboard rather than a sender."""
        return part(row, 1) in self.roles

    def head(self, rows: list[Row]) -> None:
        self.run(rows, self._head)

    def bgm(self, row: Row) -> None:
        super().bgm([*row[:3], *row[3:4]] if part(row, 3) else row[:3])
        self._crew = part(row, 1) == _CREW_LIST

    def repeat(self, rows: list[Row]) -> list[Person]:
        """One person."""
        self.person = {}
        self._visa = False
        self.run(rows, self._table)
        return [Person(**self.person)]

    def nad(self, row: Row) -> None:
        person = self.person
        role = self.roles.get(part(row, 1), "")
        names = row[4].split(COMPONENT) if len(row) > 4 else []
        if not any(names) and len(row) > 3:
            names = row[3].split(COMPONENT)
        if names:
            person["family_name"] = names[0]
            person["given_names"] = " ".join(name for name in names[1:3] if name)
        if role.endswith("in-transit"):
            person["in_transit"] = True
        if len(row) > 5:
            lines = ["".join(row[5].split(COMPONENT)), *(part(row, element) for element in range(6, 10))]
            address = ", ".join(line for line in lines if line)
            if address:
                person["residence"] = address

    def att(self, row: Row) -> None:
        code = part(row, 3) if part(row, 1) == "2" else ""
        if code in ("F", "M", "X"):
            self.person["sex"] = Sex.named(code)
        elif code in ("", "U"):
            self.pass_over(row, part(row, 1), self.ignores)
        else:
            self.slip("man.code", row, 3, 1)

    def dtm(self, row: Row) -> None:
        qualifier, text, form = part(row, 1), part(row, 1, 2), part(row, 1, 3)
        name = {"329": "born_on", "36": "document_expires"}.get(qualifier)
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
            return
        until = self.year if name == "born_on" else self.year + 50
        day = birthday(text, form, self.profile.zone, until)
        if day is None:
            self.slip("man.date", row, 1, 2)
        elif not self._visa:
            self.person[name] = day

    def loc(self, row: Row) -> None:
        qualifier = part(row, 1)
        place = self.place(row)
        if qualifier == "91" and ("document_number" in self.person or self._visa):
            if not self._visa:
                self.person["document_country"] = place.code or place.name
            return
        name = self.places.get(qualifier)
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
        elif name in ("born_at", "residence"):
            self.person.setdefault(name, place.name or place.code)
        else:
            self.person[name] = place

    def nat(self, row: Row) -> None:
        self.person["nationality"] = part(row, 2)

    def doc(self, row: Row) -> None:
        kind, number = part(row, 1), part(row, 2)
        self._visa = kind in self.visas
        if self._visa:
            self.person["visa"] = number
        elif "document_number" in self.person:
            self.heard.pass_over(row, kind)
        else:
            self.person["document_kind"], self.person["document_number"] = kind, number

    def emp(self, row: Row) -> None:
        rank = part(row, 2) or part(row, 2, 4)
        if rank:
            self.person["rank"] = rank

    def document(self, repeated: list[Any]) -> Sheet:
        """A list of crew when BGM says so, else of passengers."""
        return (CrewList if self._crew else PassengerList)(**self.sheet(), persons=tuple(repeated))
