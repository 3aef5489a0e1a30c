"""What only the register can know: a bill that another movement declared, a master that is not there yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from motcua.lib.bilingual import Text
from motcua.lib.findings import Severity
from motcua.manifest.documents import Bill, BillKind, Manifest
from motcua.manifest.numbers import bill_key
from motcua.manifest.rules.call import CIRCULAR
from motcua.manifest.rules.rule import Facts, Fault, Known, Rule


def _declared(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for index, bill in enumerate(manifest.bills):
        known = facts.bills.get(bill_key(bill.number, bill.carrier.code))
        if known is not None and not known.mine and not bill.split:
            yield Fault(
                f"bills[{index}].number",
                f"Vận đơn {bill.number} đã khai trong {known.movement}. Kiểm tra số, hoặc hủy bản khai kia trước.",
                f"Bill {bill.number} stands in {known.movement} already. Check the number, or cancel the other first.",
            )


def _masters(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    if facts.form != "house-bills":
        return
    for index, bill in enumerate(manifest.bills):
        master = facts.bills.get(bill_key(bill.master_number))
        if bill.master_number and (master is None or master.kind == "house"):
            yield Fault(
                f"bills[{index}].master_number",
                f"Chưa có vận đơn chủ {bill.master_number}: hãng tàu, đại lý phải khai trước; hãy gửi lại khi có.",
                f"Master bill {bill.master_number} is not declared yet: the carrier must file it first; send again then.",
            )


def _exceeded(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    if facts.form != "house-bills":
        return
    under: dict[str, list[tuple[int, Bill]]] = defaultdict(list)
    for index, bill in enumerate(manifest.bills):
        if bill.kind is BillKind.HOUSE:
            under[bill_key(bill.master_number)].append((index, bill))
    for key, houses in under.items():
        master: Known | None = facts.bills.get(key)
        if master is None:
            continue
        packages = sum(bill.all_packages or 0 for _, bill in houses)
        if master.packages is not None and packages > master.packages:
            yield Fault(
                f"bills[{houses[-1][0]}].packages",
                f"Các vận đơn thứ cấp cộng lại {packages} kiện, vận đơn chủ chỉ có {master.packages}.",
                f"The houses add up to {packages} packages, the master has only {master.packages}.",
            )
        gross = sum((bill.all_gross_kg or Decimal(0) for _, bill in houses), Decimal(0))
        if master.gross_kg is not None and gross > master.gross_kg * Decimal("1.05"):
            yield Fault(
                f"bills[{houses[-1][0]}].gross_kg",
                f"Các vận đơn thứ cấp cộng lại {gross:f} kg, vận đơn chủ {master.gross_kg:f} kg.",
                f"The houses add up to {gross:f} kg, the master weighs {master.gross_kg:f} kg.",
                Severity.WARNING,
            )


RULES = (
    Rule(
        "bill-declared",
        Text("Một vận đơn chỉ thuộc một lượt.", "A bill belongs to one movement."),
        CIRCULAR,
        Manifest,
        _declared,
    ),
    Rule(
        "bill-no-master",
        Text("Vận đơn thứ cấp cần vận đơn chủ đã khai.", "A house bill needs a master that is declared."),
        CIRCULAR,
        Manifest,
        _masters,
    ),
    Rule(
        "bill-over-master",
        Text("Vận đơn thứ cấp không vượt vận đơn chủ.", "Houses do not exceed their master."),
        CIRCULAR,
        Manifest,
        _exceeded,
    ),
)
