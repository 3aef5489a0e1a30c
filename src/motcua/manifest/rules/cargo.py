"""Bills: their numbers, parties and ports, masters and houses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from motcua.lib.bilingual import Text
from motcua.lib.findings import Severity
from motcua.lib.identifiers import COUNTRIES, tax_code
from motcua.manifest.documents import Bill, BillKind, Manifest, Nature
from motcua.manifest.numbers import awb_fault, bill_key
from motcua.manifest.rules.call import CIRCULAR, unknown_place
from motcua.manifest.rules.rule import Facts, Fault, Rule, apart, refused


def each(manifest: Manifest) -> Iterator[tuple[str, Bill]]:
    """The bills with their paths."""
    for index, bill in enumerate(manifest.bills):
        yield f"bills[{index}]", bill


def _numbers(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        if not bill.number:
            yield Fault(f"{path}.number", "Chưa ghi số vận đơn.", "The bill number is missing.")
        elif "," in bill.number or len(bill.number) > 35:
            yield Fault(
                f"{path}.number",
                f"Số vận đơn “{bill.number[:40]}” không được có dấu phẩy và dài quá 35 ký tự.",
                f"The bill number “{bill.number[:40]}” may not hold a comma nor more than 35 characters.",
            )
        elif facts.mode == "air" and (fault := awb_fault(bill.number)) and bill.kind is not BillKind.HOUSE:
            yield Fault(f"{path}.number", fault.vi, fault.en, Severity.WARNING)


def _twice(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    first: dict[tuple[str, bool], str] = {}
    for path, bill in each(manifest):
        key = (bill_key(bill.number, bill.carrier.code), bill.kind is BillKind.HOUSE)
        if bill.number and first.setdefault(key, path) != path:
            yield Fault(
                f"{path}.number",
                f"Vận đơn {bill.number} đã có ở {first[key]}; hãy bỏ một dòng hoặc sửa số.",
                f"Bill {bill.number} stands at {first[key]} already; drop one or correct its number.",
            )


def _houses(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        if bill.kind is BillKind.HOUSE and not bill.master_number:
            yield Fault(
                f"{path}.master_number",
                f"Vận đơn thứ cấp {bill.number} chưa ghi số vận đơn chủ.",
                f"House bill {bill.number} names no master bill.",
            )
        if bill.master_number and bill_key(bill.master_number) == bill_key(bill.number):
            yield Fault(
                f"{path}.master_number",
                f"Vận đơn {bill.number} không thể là chủ của chính nó.",
                f"Bill {bill.number} cannot be its own master.",
            )
        if facts.form == "house-bills" and bill.kind is not BillKind.HOUSE:
            yield Fault(
                f"{path}.kind",
                f"Bản khai này chỉ nhận vận đơn thứ cấp; {bill.number} không phải.",
                f"Only house bills are taken here; {bill.number} is none.",
            )


def _house_sums(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    houses: dict[str, list[Bill]] = defaultdict(list)
    for bill in manifest.bills:
        if bill.kind is BillKind.HOUSE and bill.master_number:
            houses[bill_key(bill.master_number)].append(bill)
    for path, bill in each(manifest):
        under = houses.get(bill_key(bill.number, bill.carrier.code)) or houses.get(bill_key(bill.number))
        if bill.kind is BillKind.HOUSE or not under:
            continue
        packages = sum(one.all_packages or 0 for one in under)
        if bill.all_packages is not None and packages != bill.all_packages:
            yield Fault(
                f"{path}.packages",
                f"Vận đơn chủ {bill.number} có {bill.all_packages} kiện, các vận đơn thứ cấp cộng lại {packages}.",
                f"Master {bill.number} has {bill.all_packages} packages, its houses add up to {packages}.",
            )
        gross = sum((one.all_gross_kg or Decimal(0) for one in under), Decimal(0))
        if bill.all_gross_kg is not None and apart(gross, bill.all_gross_kg, facts):
            yield Fault(
                f"{path}.gross_kg",
                f"Vận đơn chủ {bill.number} nặng {bill.all_gross_kg:f} kg, các vận đơn thứ cấp cộng lại {gross:f} kg.",
                f"Master {bill.number} weighs {bill.all_gross_kg:f} kg, its houses add up to {gross:f} kg.",
            )


def _parties(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        for name in ("shipper", "consignee"):
            party = getattr(bill, name)
            where = f"{path}.{name}"
            if not (party.name or party.code or party.tax_code):
                vi = "người gửi hàng" if name == "shipper" else "người nhận hàng"
                yield Fault(
                    f"{where}.name",
                    f"Vận đơn {bill.number} chưa ghi {vi}.",
                    f"Bill {bill.number} names no {name}.",
                    Severity.WARNING,
                )
            if party.country and party.country not in COUNTRIES:
                yield Fault(
                    f"{where}.country",
                    f"“{party.country}” không phải mã nước ISO 3166.",
                    f"“{party.country}” is no ISO 3166 country.",
                )


def _tax_codes(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        side = "consignee" if bill.nature is not Nature.EXPORT else "shipper"
        party = getattr(bill, side)
        if party.tax_code:
            yield from refused(tax_code, party.tax_code, f"{path}.{side}.tax_code")
        elif bill.nature in {Nature.IMPORT, Nature.EXPORT} and bill.kind is not BillKind.MASTER:
            yield Fault(
                f"{path}.{side}.tax_code",
                f"Vận đơn {bill.number} chưa có mã số thuế; hải quan không nối được với tờ khai.",
                f"Bill {bill.number} has no tax code; customs cannot tie it to a declaration.",
                Severity.WARNING,
            )


_PORTS = {
    Nature.IMPORT: ("unloading", "Hàng nhập khẩu phải dỡ tại Việt Nam", "Imports are unloaded in Viet Nam"),
    Nature.EXPORT: ("loading", "Hàng xuất khẩu phải xếp tại Việt Nam", "Exports are loaded in Viet Nam"),
}


def _natures(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        if bill.nature is None:
            yield Fault(
                f"{path}.nature",
                f"Vận đơn {bill.number} chưa ghi tính chất lô hàng (nhập, xuất, quá cảnh, trung chuyển).",
                f"Bill {bill.number} does not say whether it is import, export, transit or transhipment.",
            )
            continue
        wrong = Nature.EXPORT if facts.entry else Nature.IMPORT
        if bill.nature is wrong:
            vi, en = ("vào", "comes in") if facts.entry else ("ra", "leaves")
            yield Fault(
                f"{path}.nature",
                f"Vận đơn {bill.number} ghi {wrong.label.vi.lower()} nhưng phương tiện đang làm thủ tục {vi}.",
                f"Bill {bill.number} says {wrong.label.en.lower()} while the conveyance {en}.",
            )
        if bill.nature in _PORTS:
            name, vi, en = _PORTS[bill.nature]
            code = getattr(bill, name).code
            if code and not code.startswith("VN"):
                yield Fault(
                    f"{path}.{name}.code",
                    f"{vi}; vận đơn {bill.number} ghi {code}.",
                    f"{en}; bill {bill.number} says {code}.",
                )
        if bill.nature is Nature.TRANSHIPMENT and not bill.remarks:
            yield Fault(
                f"{path}.remarks",
                f"Vận đơn {bill.number} trung chuyển: hãy ghi lý do và thời gian lưu tại cảng.",
                f"Bill {bill.number} is transhipped: give the reason and how long it stays.",
                Severity.WARNING,
            )


def _places(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for path, bill in each(manifest):
        for name in ("loading", "unloading", "destination", "transhipment"):
            yield from unknown_place(f"{path}.{name}.code", getattr(bill, name).code, facts)
        if not bill.loading.code and not bill.loading.name:
            yield Fault(
                f"{path}.loading.code",
                f"Vận đơn {bill.number} chưa ghi cảng xếp.",
                f"Bill {bill.number} names no port of loading.",
            )
        if not bill.unloading.code and not bill.unloading.name:
            yield Fault(
                f"{path}.unloading.code",
                f"Vận đơn {bill.number} chưa ghi cảng dỡ.",
                f"Bill {bill.number} names no port of unloading.",
            )


def _sequences(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    counts = Counter(bill.sequence for bill in manifest.bills if bill.sequence is not None)
    for index, bill in enumerate(manifest.bills):
        if bill.sequence is not None and counts[bill.sequence] > 1 and bill.kind is not BillKind.HOUSE:
            yield Fault(
                f"bills[{index}].sequence",
                f"Số thứ tự {bill.sequence} dùng {counts[bill.sequence]} lần.",
                f"The sequence number {bill.sequence} is used {counts[bill.sequence]} times.",
            )


_W = Severity.WARNING
RULES = (
    Rule(
        "bill-number",
        Text("Mỗi vận đơn có số, không có dấu phẩy.", "Every bill has a number, without commas."),
        CIRCULAR,
        Manifest,
        _numbers,
    ),
    Rule(
        "bill-twice",
        Text("Một số vận đơn chỉ khai một lần.", "A bill number is declared once."),
        CIRCULAR,
        Manifest,
        _twice,
    ),
    Rule(
        "bill-house",
        Text("Vận đơn thứ cấp phải có vận đơn chủ khác nó.", "A house bill has a master other than itself."),
        CIRCULAR,
        Manifest,
        _houses,
    ),
    Rule(
        "bill-house-sums",
        Text("Các vận đơn thứ cấp cộng lại bằng vận đơn chủ.", "Houses add up to their master."),
        CIRCULAR,
        Manifest,
        _house_sums,
        _W,
    ),
    Rule(
        "bill-parties",
        Text("Vận đơn ghi rõ người gửi, người nhận.", "A bill names shipper and consignee."),
        CIRCULAR,
        Manifest,
        _parties,
    ),
    Rule(
        "bill-tax-code",
        Text("Mã số thuế phải có thật.", "A tax code exists."),
        "105/2020/TT-BTC",
        Manifest,
        _tax_codes,
    ),
    Rule(
        "bill-nature",
        Text("Tính chất lô hàng khớp chiều đi và cảng.", "The nature of goods fits direction and ports."),
        CIRCULAR,
        Manifest,
        _natures,
    ),
    Rule(
        "bill-place",
        Text("Cảng xếp, cảng dỡ có trong danh mục.", "Ports of loading and unloading exist."),
        CIRCULAR,
        Manifest,
        _places,
    ),
    Rule(
        "bill-sequence",
        Text("Số thứ tự vận đơn không lặp.", "Sequence numbers of bills do not repeat."),
        CIRCULAR,
        Manifest,
        _sequences,
        _W,
    ),
)
