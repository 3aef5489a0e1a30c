"""Goods: what they are, how many, how heavy, and whether it all adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from motcua.lib.bilingual import Text
from motcua.lib.findings import Severity
from motcua.lib.identifiers import COUNTRIES
from motcua.manifest.documents import BillKind, Manifest
from motcua.manifest.rules.call import CIRCULAR
from motcua.manifest.rules.cargo import each
from motcua.manifest.rules.rule import Facts, Fault, Rule, apart

_HS = re.compile(r"\d{4}|\d{6}|\d{8}")
_UN = re.compile(r"(UN)?\d{4}")


def _goods(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        if not bill.items and bill.kind is not BillKind.MASTER:
            yield Fault(
                f"{path}.items",
                f"Vận đơn {bill.number} chưa có dòng hàng nào.",
                f"Bill {bill.number} has no goods.",
                Severity.WARNING,
            )
        for index, item in enumerate(bill.items):
            where = f"{path}.items[{index}]"
            if not item.description:
                yield Fault(
                    f"{where}.description",
                    f"Vận đơn {bill.number}: chưa mô tả hàng hóa.",
                    f"Bill {bill.number}: the goods are not described.",
                )
            if item.origin and item.origin not in COUNTRIES:
                yield Fault(
                    f"{where}.origin",
                    f"“{item.origin}” không phải mã nước ISO 3166.",
                    f"“{item.origin}” is no ISO 3166 country.",
                )


def _hs(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        for index, item in enumerate(bill.items):
            digits = item.hs.replace(".", "").replace(" ", "")
            if digits and (not _HS.fullmatch(digits) or digits[:2] in {"00", "77"}):
                yield Fault(
                    f"{path}.items[{index}].hs",
                    f"Mã HS “{item.hs}” phải có 4, 6 hoặc 8 chữ số của một chương có thật.",
                    f"The HS code “{item.hs}” must have 4, 6 or 8 digits of a chapter that exists.",
                )


def _packages(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    kinds = facts.codes.packages
    for path, bill in each(manifest):
        for index, item in enumerate(bill.items):
            if item.package_kind and item.package_kind not in kinds:
                yield Fault(
                    f"{path}.items[{index}].package_kind",
                    f"Loại kiện “{item.package_kind}” không có trong Khuyến nghị 21 của UN/CEFACT.",
                    f"The kind of packages “{item.package_kind}” is not in UN/CEFACT Recommendation 21.",
                )
            if item.packages is not None and item.packages < 0:
                yield Fault(
                    f"{path}.items[{index}].packages", "Số kiện không thể âm.", "Packages cannot be negative."
                )
        known = [item.packages for item in bill.items if item.packages is not None]
        if (
            bill.packages is not None
            and known
            and len(known) == len(bill.items)
            and sum(known) != bill.packages
        ):
            yield Fault(
                f"{path}.packages",
                f"Vận đơn {bill.number} khai {bill.packages} kiện, các dòng hàng cộng lại {sum(known)}.",
                f"Bill {bill.number} declares {bill.packages} packages, its goods add up to {sum(known)}.",
            )


def _weights(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        if bill.all_gross_kg is None or bill.all_gross_kg <= 0:
            yield Fault(
                f"{path}.gross_kg",
                f"Vận đơn {bill.number} chưa ghi khối lượng cả bì.",
                f"Bill {bill.number} has no gross mass.",
            )
        total = Decimal(0)
        for index, item in enumerate(bill.items):
            total += item.gross_kg or 0
            if item.net_kg is not None and item.gross_kg is not None and item.net_kg > item.gross_kg:
                yield Fault(
                    f"{path}.items[{index}].net_kg",
                    f"Khối lượng tịnh {item.net_kg:f} kg lớn hơn cả bì {item.gross_kg:f} kg.",
                    f"The net mass of {item.net_kg:f} kg is more than the gross mass of {item.gross_kg:f} kg.",
                )
        complete = bill.items and all(item.gross_kg is not None for item in bill.items)
        if complete and bill.gross_kg is not None and apart(total, bill.gross_kg, facts):
            yield Fault(
                f"{path}.gross_kg",
                f"Vận đơn {bill.number} khai {bill.gross_kg:f} kg, các dòng hàng cộng lại {total:f} kg.",
                f"Bill {bill.number} declares {bill.gross_kg:f} kg, its goods add up to {total:f} kg.",
            )


def _dangerous(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        for index, item in enumerate(bill.items):
            for order, one in enumerate(item.dangerous):
                where = f"{path}.items[{index}].dangerous[{order}]"
                if not _UN.fullmatch(one.un_number):
                    yield Fault(
                        f"{where}.un_number",
                        f"Số UN “{one.un_number}” phải có 4 chữ số.",
                        f"The UN number “{one.un_number}” must have 4 digits.",
                    )
                if not one.hazard_class:
                    yield Fault(
                        f"{where}.hazard_class",
                        "Chưa ghi loại hàng nguy hiểm (IMDG).",
                        "The hazard class (IMDG) is missing.",
                    )


def _totals(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    """Houses stand inside their masters, so they are counted by neither packages nor mass."""
    said = manifest.totals
    counted = [bill for bill in manifest.bills if bill.kind is not BillKind.HOUSE]
    packages = sum(bill.all_packages or 0 for bill in counted)
    gross = sum((bill.all_gross_kg or Decimal(0) for bill in counted), Decimal(0))
    if said.packages is not None and said.packages != packages:
        yield Fault(
            "totals.packages",
            f"Tổng ghi {said.packages} kiện, các vận đơn (không tính thứ cấp) cộng lại {packages}.",
            f"The total says {said.packages} packages, the bills (houses left out) add up to {packages}.",
        )
    if said.gross_kg is not None and apart(gross, said.gross_kg, facts):
        yield Fault(
            "totals.gross_kg",
            f"Tổng ghi {said.gross_kg:f} kg, các vận đơn (không tính thứ cấp) cộng lại {gross:f} kg.",
            f"The total says {said.gross_kg:f} kg, the bills (houses left out) add up to {gross:f} kg.",
        )
    boxes = len({one.number for one in manifest.equipment})
    if said.containers is not None and said.containers != boxes:
        yield Fault(
            "totals.containers",
            f"Tổng ghi {said.containers} công-ten-nơ, bản khai có {boxes} số khác nhau.",
            f"The total says {said.containers} containers, the manifest has {boxes} different numbers.",
        )
    # Whether houses count as bills differs between senders: either is taken.
    if said.bills is not None and said.bills not in {len(counted), len(manifest.bills)}:
        yield Fault(
            "totals.bills",
            f"Tổng ghi {said.bills} vận đơn, bản khai có {len(manifest.bills)} (không tính thứ cấp: {len(counted)}).",
            f"The total says {said.bills} bills, the manifest has {len(manifest.bills)} (houses left out: {len(counted)}).",
        )


def _empty(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    if not manifest.bills and not manifest.equipment and facts.form == "manifest":
        yield Fault(
            "bills",
            "Bản khai không có vận đơn, không có công-ten-nơ: được hiểu là phương tiện không chở hàng.",
            "No bill and no container: read as a conveyance without cargo.",
        )


_W = Severity.WARNING
RULES = (
    Rule("bill-goods", Text("Hàng hóa được mô tả.", "Goods are described."), CIRCULAR, Manifest, _goods),
    Rule(
        "bill-hs",
        Text("Mã HS có 4, 6 hoặc 8 chữ số.", "An HS code has 4, 6 or 8 digits."),
        CIRCULAR,
        Manifest,
        _hs,
    ),
    Rule(
        "bill-packages",
        Text(
            "Số kiện là số nguyên, loại kiện có trong danh mục, tổng khớp.",
            "Packages are whole numbers of a known kind, and add up.",
        ),
        CIRCULAR,
        Manifest,
        _packages,
    ),
    Rule(
        "bill-weight",
        Text(
            "Khối lượng cả bì có ghi, không nhỏ hơn tịnh, tổng khớp.",
            "The gross mass is there, not below the net, and adds up.",
        ),
        CIRCULAR,
        Manifest,
        _weights,
    ),
    Rule(
        "bill-dangerous",
        Text("Hàng nguy hiểm có số UN và loại.", "Dangerous goods have a UN number and a class."),
        CIRCULAR,
        Manifest,
        _dangerous,
    ),
    Rule(
        "manifest-totals",
        Text("Tổng số khớp với các vận đơn.", "The totals agree with the bills."),
        CIRCULAR,
        Manifest,
        _totals,
    ),
    Rule(
        "manifest-empty",
        Text("Không chở hàng cũng phải khai.", "A conveyance without cargo says so."),
        CIRCULAR,
        Manifest,
        _empty,
        Severity.NOTE,
    ),
)
