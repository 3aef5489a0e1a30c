"""CUSCAR, the cargo report: D.95B, D.96B, D.98B, D.99B and D.03B into a `Manifest`, one consignment at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from motcua.lib.edifact.runs import COMPONENT, Row
from motcua.manifest.documents import (
    Bill,
    BillKind,
    DangerousGoods,
    Equipment,
    EquipmentKind,
    EquipmentUse,
    Fullness,
    Item,
    Manifest,
    Money,
    Nature,
    Party,
    Totals,
)
from motcua.manifest.messages.edifact.binding import Binding, Fields
from motcua.manifest.messages.edifact.profile import Profile
from motcua.manifest.messages.edifact.values import decimal, joined, part


class Cuscar(Binding):
    """Rows of a CUSCAR into a manifest."""

    trigger = "CNI"
    paper = Manifest

    def __init__(self, profile: Profile, year: int) -> None:
        super().__init__(profile, year)
        means = profile.meanings
        self._head = self.head_table() | {"EQD": self.eqd}
        self._boxes = {
            "EQD": self.eqd, "MEA": self.box_mea, "SEL": self.sel, "NAD": self.box_nad, "TMP": self.tmp,
            "RNG": self.skip, "TSR": self.skip,
        }  # fmt: skip
        self._table: dict[str, Callable[[Row], None]] = {
            "CNI": self.cni, "CNT": self.bill_cnt, "RFF": self.rff, "LOC": self.loc, "GIS": self.gis, "GEI": self.gis,
            "NAD": self.nad, "CTA": self.contact, "COM": self.com, "MOA": self.moa, "CPI": self.cpi,
            "GID": self.gid, "PAC": self.pac, "FTX": self.ftx, "MEA": self.mea, "SGP": self.sgp, "DGS": self.dgs,
            "PCI": self.pci, "CST": self.cst, "CUX": self.cux,
        }  # fmt: skip
        self.references = means("bill", "references")
        self.starts = frozenset(profile.bill["starts"])
        self.places = means("bill", "places")
        self.parties = means("bill", "parties")
        self.natures = {code: Nature.named(name) for code, name in means("bill", "natures").items()}
        self.counts = means("bill", "counts")
        self.texts = means("bill", "texts")
        self.measures = means("bill", "measures")
        self.amounts = means("bill", "amounts")
        self.ignores = profile.ignores("bill")
        self.box_means = {kind: means("equipment", kind) for kind in ("kinds", "measures", "fullness")}
        self.box: Fields | None = None
        self.boxes: list[Fields] = []
        # Fields of the bill that is open; names with a stroke are notes of our own.
        self.bill: Fields = {}
        self.item: Fields | None = None
        self.bills: list[Bill] = []
        self._money: Fields | None = None
        self._party_name = ""

    # ---- head and boxes ----

    def head(self, rows: list[Row]) -> None:
        """The rows before the first consignment, and those after the last."""
        for row in rows:
            tag = row[0]
            inside = self.box is not None and tag in self._boxes
            act = (self._boxes if inside else self._head).get(tag)
            if act is None:
                self.heard.pass_over(row)
            else:
                act(row)

    def eqd(self, row: Row) -> None:
        self.box = {"number": part(row, 2), "seals": []}
        self.boxes.append(self.box)
        kind = self.box_means["kinds"].get(part(row, 1))
        if kind is None:
            self.slip("man.code", row, 1)
        else:
            self.box["kind"] = EquipmentKind.named(kind)
        if part(row, 3):
            self.box["size_type"] = part(row, 3)
        full = part(row, 6)
        if full:
            known = self.box_means["fullness"].get(full)
            if known is None:
                self.slip("man.code", row, 6)
            else:
                self.box["fullness"] = Fullness.named(known)

    def box_mea(self, row: Row) -> None:
        name = self.box_means["measures"].get(part(row, 2))
        if name is None or self.box is None:
            self.heard.pass_over(row, part(row, 2))
            return
        value = self.measure(row, 3, part(row, 3, 2), part(row, 3), name)
        if value is not None:
            self.box[name] = value

    def sel(self, row: Row) -> None:
        if self.box is not None and part(row, 1):
            self.box["seals"].append(part(row, 1))

    def box_nad(self, row: Row) -> None:
        if self.box is not None and part(row, 1) == "CF":
            self.box["operator"] = part(row, 2)
        else:
            self.heard.pass_over(row, part(row, 1))

    def tmp(self, row: Row) -> None:
        value = decimal(part(row, 2))
        if value is None:
            self.slip("man.number", row, 2, 1)
        elif part(row, 2, 2) not in ("", "CEL"):
            self.slip("man.unit", row, 2, 2)
        elif self.box is not None:
            self.box["temperature"] = value

    # ---- one consignment ----

    def repeat(self, rows: list[Row]) -> list[Bill]:
        """The bills of one consignment: one, or several where each RFF begins another."""
        self.bills = []
        self.bill = {}
        table = self._table
        for row in rows:
            act = table.get(row[0])
            if act is None:
                self.heard.pass_over(row)
            else:
                act(row)
        self._end()
        return self.bills

    def cni(self, row: Row) -> None:
        self.bill = {"_named": False, "items": [], "uses": []}
        self.item = None
        self._party = None
        number = self.count(row, 1)
        if number is not None:
            self.bill["sequence"] = number
        if len(row) > 2 and row[2]:
            self.bill["_cni"] = part(row, 2)

    def _end(self) -> None:
        """Close the bill that is open."""
        fields = self.bill
        if not fields:
            return
        self._close_item()
        named = fields.pop("_named", False)
        outer = fields.pop("_cni", "")
        master = fields.get("master_number", "")
        if not named:
            # Without a number of its own a bill has that of the consignment, or it is the master bill itself.
            fields["number"] = outer or master
            if master and master == fields["number"]:
                fields["kind"] = BillKind.MASTER
                del fields["master_number"]
                master = ""
        if master:
            fields["kind"] = BillKind.HOUSE
        for name in ("shipper", "consignee", "carrier"):
            given = fields.get(name)
            if given is not None:
                fields[name] = Party(**given)
        notify = fields.get("notify")
        if notify:
            fields["notify"] = tuple([Party(**one) for one in notify])
        money = fields.get("freight")
        if money:
            fields["freight"] = Money(**money)
        for held in ("_text", "_hs"):
            if held in fields:
                fields.setdefault("remarks", fields.pop(held))
        fields["items"] = tuple(fields["items"])
        fields["uses"] = tuple(fields["uses"])
        self.bills.append(Bill(**fields))
        self.bill = {}

    def _again(self) -> None:
        """Another bill under the same consignment number."""
        sequence, outer = self.bill.get("sequence"), self.bill.get("_cni", "")
        self._end()
        self.bill = {"_named": False, "items": [], "uses": [], "_cni": outer}
        if sequence is not None:
            self.bill["sequence"] = sequence

    def rff(self, row: Row) -> None:
        text = row[1] if len(row) > 1 else ""
        pieces = text.split(COMPONENT)
        qualifier = pieces[0]
        value = pieces[1] if len(pieces) > 1 else ""
        name = self.references.get(qualifier)
        bill = self.bill
        if qualifier in self.starts and (bill["items"] or self.item is not None or "loading" in bill):
            self._again()
            bill = self.bill
            self._party = None
        if self.item is not None:
            self._close_item()
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
        elif name in ("number", "house"):
            bill["_named"] = True
            bill["number"] = value
            if name == "house":
                bill["kind"] = BillKind.HOUSE
        elif name == "tax_code":
            if self._party is None:
                self.heard.pass_over(row, qualifier)
            else:
                self._party["tax_code"] = value
        elif name == "item.hs":
            bill["_hs"] = value
        elif name == "container":
            bill["uses"].append(EquipmentUse(equipment=value))
        else:
            bill[name] = value

    def loc(self, row: Row) -> None:
        qualifier = row[1] if len(row) > 1 else ""
        name = self.places.get(qualifier)
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
        elif name == "item.origin":
            if self.item is None:
                self.heard.pass_over(row, qualifier)
            else:
                self.item["origin"] = part(row, 2)
        else:
            place = self.place(row)
            if place.code or place.name:
                self.bill[name] = place

    def gis(self, row: Row) -> None:
        nature = self.natures.get(part(row, 1)) if self.item is None else None
        if nature is None:
            self.pass_over(row, part(row, 1), self.ignores)
        else:
            self.bill["nature"] = nature

    def nad(self, row: Row) -> None:
        qualifier = row[1] if len(row) > 1 else ""
        name = self.parties.get(qualifier)
        party = self._party = self.party(row)
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
        elif name == "notify[]":
            self.bill.setdefault("notify", []).append(party)
        else:
            self.bill[name] = party

    def moa(self, row: Row) -> None:
        name = self.amounts.get(part(row, 1))
        money: Fields = {}
        if name is None or (name == "value") != (self.item is not None):
            self.pass_over(row, part(row, 1), self.ignores)
            return
        text = part(row, 1, 2)
        amount = decimal(text)
        if amount is None:
            if text:
                self.slip("man.number", row, 1, 2)
        else:
            money["amount"] = amount
        if part(row, 1, 3):
            money["currency"] = part(row, 1, 3)
        if name == "value" and self.item is not None:
            self.item["value"] = Money(**money)
        else:
            self.bill["freight"] = money

    def cux(self, row: Row) -> None:
        money = self.bill.get("freight")
        if money is not None and "currency" not in money and part(row, 1, 2):
            money["currency"] = part(row, 1, 2)
        else:
            self.heard.pass_over(row)

    def cpi(self, row: Row) -> None:
        code = part(row, 3) or part(row, 2)
        if code in ("P", "PP"):
            self.bill["prepaid"] = True
        elif code in ("C", "CC"):
            self.bill["prepaid"] = False
        else:
            self.heard.pass_over(row, code)

    def bill_cnt(self, row: Row) -> None:
        qualifier = part(row, 1)
        name = self.counts.get(qualifier)
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
            return
        value: Any
        if name == "packages":
            value = self.count(row, 1, 2)
        else:
            value = self.measure(row, 1, part(row, 1, 2), part(row, 1, 3), name)
        if value is not None:
            self.bill[name] = value

    # ---- goods ----

    def gid(self, row: Row) -> None:
        if self.item is not None:
            self._close_item()
        self._party = None
        self.item = {}
        for held, name in (("_text", "description"), ("_hs", "hs")):
            if held in self.bill:
                self.item[name] = self.bill.pop(held)
        count = len(row)
        if count > 1 and row[1]:
            number = self.count(row, 1)
            if number is not None:
                self.item["number"] = number
        if count > 2 and row[2]:
            self._packages(row, 2)

    def _packages(self, row: Row, element: int) -> None:
        item = self.item
        assert item is not None
        packages = self.count(row, element)
        if packages is not None:
            item["packages"] = packages
        kind = part(row, element, 2)
        if kind:
            item["package_kind"] = kind

    def pac(self, row: Row) -> None:
        if self.item is None or "packages" in self.item:
            self.heard.pass_over(row)
            return
        packages = self.count(row, 1)
        if packages is not None:
            self.item["packages"] = packages
        if part(row, 3):
            self.item["package_kind"] = part(row, 3)

    def ftx(self, row: Row) -> None:
        qualifier = row[1] if len(row) > 1 else ""
        name = self.texts.get(qualifier)
        item = self.item
        if name is None:
            self.pass_over(row, qualifier, self.ignores)
        elif item is None and name == "description":
            # Some describe the goods before their GID.
            self.bill["_text"] = self.text(row)
        elif item is None and name != "remarks":
            self.pass_over(row, qualifier, self.ignores)
        elif name == "proper_name" and item is not None:
            # Names stand before the DGS they belong to, in the same order.
            item.setdefault("_names", []).append(self.text(row))
        else:
            target = self.bill if name == "remarks" or item is None else item
            text = self.text(row)
            target[name] = f"{target[name]} {text}" if name in target else text

    def mea(self, row: Row) -> None:
        kind = row[2] if len(row) > 2 else ""
        name = self.measures.get(kind) or self.measures.get(part(row, 1))
        if name is None or self.item is None:
            self.pass_over(row, kind, self.ignores)
            return
        text = row[3] if len(row) > 3 else ""
        unit, _, number = text.partition(COMPONENT)
        value = self.measure(row, 3, number.partition(COMPONENT)[0], unit, name)
        if value is not None:
            self.item[name] = value

    def sgp(self, row: Row) -> None:
        fields: Fields = {"equipment": part(row, 1)}
        if self.item is not None and "number" in self.item:
            fields["item"] = self.item["number"]
        if len(row) > 2:
            packages = self.count(row, 2)
            if packages is not None:
                fields["packages"] = packages
        self.bill["uses"].append(EquipmentUse(**fields))

    def dgs(self, row: Row) -> None:
        if self.item is None:
            self.heard.pass_over(row)
            return
        danger: Fields = {}
        for element, name in ((2, "hazard_class"), (3, "un_number"), (5, "packing_group"), (6, "ems")):
            text = part(row, element)
            if text:
                danger[name] = text
        risk = part(row, 10)
        if risk:
            danger["subsidiary_risk"] = risk
        flash = part(row, 4)
        if flash:
            value = decimal(flash)
            if value is None:
                self.slip("man.number", row, 4, 1)
            else:
                danger["flash_point"] = value
        self.item.setdefault("dangerous", []).append(danger)

    def pci(self, row: Row) -> None:
        if self.item is None:
            self.heard.pass_over(row)
            return
        text = row[2] if len(row) > 2 else ""
        marks = joined(text.split(COMPONENT), self.profile.lengths["marks"])
        if marks:
            known = self.item.get("marks")
            self.item["marks"] = f"{known} {marks}" if known else marks

    def cst(self, row: Row) -> None:
        code = part(row, 2)
        if self.item is not None and code:
            self.item["hs"] = code
        else:
            self.heard.pass_over(row)

    def _close_item(self) -> None:
        item = self.item
        if item is None:
            return
        dangerous = item.get("dangerous")
        names = item.pop("_names", [])
        if names and not dangerous:
            dangerous = [{} for _ in names]
        if dangerous:
            for danger, proper in zip(dangerous, names, strict=False):
                danger["proper_name"] = proper
            item["dangerous"] = tuple([DangerousGoods(**one) for one in dangerous])
        self.bill["items"].append(Item(**item))
        self.item = None

    # ---- the whole ----

    def document(self, repeated: list[Bill]) -> Manifest:
        """The manifest of everything that was read."""
        boxes = tuple([Equipment(**(box | {"seals": tuple(box["seals"])})) for box in self.boxes])
        return Manifest(**self.sheet(), bills=tuple(repeated), equipment=boxes, totals=Totals(**self.totals))
