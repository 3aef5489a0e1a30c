"""
What a form D must fulfil: every rule by name, with the rule of the Operational Certification Procedure it carries out.

Errors at an item concern that item only: one item never blocks the others (rule 16). Nothing here asks a database; what
must be known beside the form comes in as `Facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar

from motcua.lib.errors import Refused
from motcua.lib.findings import Finding, Severity
from motcua.lib.identifiers import country, hs_code
from motcua.origin.documents import MEMBERS, Flag, FormD, Function, Item
from motcua.origin.terms import Terms, months_after

OCP = "ATIGA, Annex 8, rule {}"


@dataclass(frozen=True)
class DeclaredLine:
    """One line of the import declaration that quotes the certificate."""

    line: int
    hs_code: str = ""
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Facts:
    """
    What is known beside the form. `on` is the day it reaches customs; `customs` the country that asks, '' when nobody does.

    `original` and `drawn` tell of the certificate a back-to-back one is drawn from: `drawn` is what others have drawn of
    each of its items. `used` is what was used of each item of this form.
    """

    on: date
    terms: Terms
    customs: str = "VN"
    imported_on: date | None = None
    force_majeure: bool = False
    original: FormD | None = None
    drawn: Mapping[int, Decimal] = field(default_factory=dict)
    used: Mapping[int, Decimal] = field(default_factory=dict)
    replaced_issued_on: date | None = None
    declared: tuple[DeclaredLine, ...] = ()


class Rule:
    """One rule: its docstring says it, `basis` where it stands, `code` how findings name it."""

    code: ClassVar[str]
    basis: ClassVar[str]

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        """What this form breaks of the rule."""
        raise NotImplementedError

    def find(self, place: str, vi: str, en: str, severity: Severity = Severity.ERROR) -> Finding:
        """A finding of this rule."""
        return Finding(self.code, place, vi, en, severity, self.basis)

    def warn(self, place: str, vi: str, en: str) -> Finding:
        """A finding that travels with the form."""
        return self.find(place, vi, en, Severity.WARNING)


class Identified(Rule):
    """A form has a reference number, a day of issue and at least one item."""

    code, basis = "identified", OCP.format(7)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        if not any(letter.isdigit() for letter in form.key):
            yield self.find("number", "Thiếu số tham chiếu. Hãy ghi như ở góc trên C/O.",
                            "The reference number is missing. Give it as in the top corner.")  # fmt: skip
        if form.issued_on is None:
            yield self.find("issued_on", "Thiếu ngày cấp (ô 12).", "The day of issue (box 12) is missing.")
        elif form.issued_on > facts.on:
            yield self.find(
                "issued_on",
                f"Ngày cấp {form.issued_on:%d/%m/%Y} sau ngày nhận {facts.on:%d/%m/%Y}.",
                f"It was issued on {form.issued_on:%d/%m/%Y}, after it was received on {facts.on:%d/%m/%Y}.",
            )
        if not form.items:
            yield self.find("items", "C/O không có mặt hàng nào.", "The form holds no item.")


class IssuedByMember(Rule):
    """A form D is issued by a member of ATIGA, for another member."""

    code, basis = "member", "ATIGA, article 38"

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        for place, code in (
            ("issuing_country", form.issuing_country),
            ("importing_country", form.importing_country),
        ):
            if code not in MEMBERS:
                yield self.find(place, f"'{code}' không phải nước thành viên ATIGA ({', '.join(MEMBERS)}).",
                                f"'{code}' is no member of ATIGA ({', '.join(MEMBERS)}).")  # fmt: skip
        if form.issuing_country == form.importing_country:
            yield self.find("importing_country", "Nước cấp và nước nhập khẩu trùng nhau.",
                            "The issuing and the importing country are the same.")  # fmt: skip


class ForThisCountry(Rule):
    """Customs takes the forms that name its own country as importing country."""

    code, basis = "country", OCP.format(13)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        if facts.customs and form.importing_country in MEMBERS and form.importing_country != facts.customs:
            yield self.find(
                "importing_country",
                f"C/O này cấp cho {form.importing_country}, không phải {facts.customs}. Hãy gửi đúng nước "
                "nhập khẩu.",
                f"This form is for {form.importing_country}, not for {facts.customs}. Send it to the "
                "importing country.",
            )


class IssuedInTime(Rule):
    """A form is issued at the latest three days after shipment, or retroactively within one year."""

    code, basis = "issued-in-time", OCP.format(10)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        issued, left = form.issued_on, form.transport.departed_on
        if left is None:
            yield self.warn(
                "transport.departed_on",
                "Thiếu ngày khởi hành (ô 3): không xét được có phải cấp sau hay không.",
                "The departure date (box 3) is missing: whether it was issued retroactively cannot be told.",
            )
        if issued is None or left is None:
            return
        late = issued > left + facts.terms.days("retroactive-after", issued)
        if issued > months_after(left, facts.terms.months("retroactive-within", issued)):
            yield self.find("issued_on", f"Cấp ngày {issued:%d/%m/%Y}, quá một năm sau ngày xếp hàng {left:%d/%m/%Y}.",
                            f"Issued on {issued:%d/%m/%Y}, more than a year after shipment on {left:%d/%m/%Y}.")  # fmt: skip
        elif late and not form.ticks(Flag.ISSUED_RETROACTIVELY):
            yield self.find(
                "flags",
                f"Cấp sau ngày xếp hàng {(issued - left).days} ngày mà chưa đánh dấu 'Issued "
                "Retroactively'. Hãy hỏi nước cấp.",
                f"Issued {(issued - left).days} days after shipment, and 'Issued Retroactively' is not "
                "ticked. Ask the issuing country.",
            )
        elif not late and form.ticks(Flag.ISSUED_RETROACTIVELY):
            yield self.warn(
                "flags",
                "Đánh dấu 'Issued Retroactively' nhưng C/O được cấp đúng hạn.",
                "'Issued Retroactively' is ticked although the form was issued in time.",
            )


class StillValid(Rule):
    """A form reaches customs within twelve months of issue; later only when the goods came in before, or by force majeure."""

    code, basis = "validity", OCP.format(14)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        if form.issued_on is None:
            return
        last = expires_on(form, facts.terms)
        if last is None or facts.on <= last:
            return
        if facts.imported_on is not None and facts.imported_on <= last:
            yield self.warn(
                "issued_on",
                f"Nộp sau ngày hết hạn {last:%d/%m/%Y}, nhưng hàng nhập khẩu ngày "
                f"{facts.imported_on:%d/%m/%Y} còn trong hạn: được chấp nhận.",
                f"Presented after {last:%d/%m/%Y}, but the goods came in on {facts.imported_on:%d/%m/%Y}, "
                "in time: accepted.",
            )
        elif facts.force_majeure:
            yield self.warn(
                "issued_on",
                f"Nộp sau ngày hết hạn {last:%d/%m/%Y} do bất khả kháng: được chấp nhận.",
                f"Presented after {last:%d/%m/%Y} by force majeure: accepted.",
            )
        else:
            yield self.find(
                "issued_on",
                f"Hết hiệu lực ngày {last:%d/%m/%Y} (12 tháng từ ngày cấp). Chỉ chấp nhận nếu hàng nhập "
                "khẩu trước ngày đó hoặc bất khả kháng.",
                f"Valid until {last:%d/%m/%Y} (12 months from issue). Accepted only when the goods came "
                "in before, or by force majeure.",
            )


class ItemsNumbered(Rule):
    """Items are numbered, each number once."""

    code, basis = "item-number", OCP.format(6)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        seen: set[int] = set()
        for index, item in enumerate(form.items):
            if item.number < 1 or item.number in seen:
                yield self.find(f"items[{index}].number", f"Số thứ tự {item.number} sai hoặc lặp lại (ô 5).",
                                f"Item number {item.number} is wrong or repeated (box 5).")  # fmt: skip
            seen.add(item.number)


class ItemRule(Rule):
    """A rule that is asked of every item by itself."""

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        for index, item in enumerate(form.items):
            yield from self.check_item(form, facts, item, f"items[{index}]")

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        """What this item breaks of the rule."""
        raise NotImplementedError


class ItemDescribed(ItemRule):
    """Every item qualifies in its own right, so each has a description, a quantity and a criterion."""

    code, basis = "item-complete", OCP.format(6)

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        if not item.description.strip():
            yield self.find(f"{place}.description", f"Mặt hàng {item.number}: thiếu mô tả (ô 7).",
                            f"Item {item.number}: the description (box 7) is missing.")  # fmt: skip
        if item.quantity is None or item.quantity <= 0:
            yield self.find(
                f"{place}.quantity",
                f"Mặt hàng {item.number}: lượng phải lớn hơn 0, nếu không thì không trừ lùi được (ô 9).",
                f"Item {item.number}: the quantity must be above 0, or nothing can be used of it (box 9).",
            )
        elif not item.unit:
            yield self.warn(
                f"{place}.unit",
                f"Mặt hàng {item.number}: lượng không có đơn vị.",
                f"Item {item.number}: the quantity has no unit.",
            )


class CriterionKnown(ItemRule):
    """Box 8 holds WO, a percentage, CC, CTH, CTSH, SP, PC with a percentage, or a combination; form D has no PE."""

    code, basis = "criterion", "ATIGA, Annex 7, box 8"

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        origin = item.origin
        if not origin.text:
            yield self.find(f"{place}.criterion", f"Mặt hàng {item.number}: thiếu tiêu chí xuất xứ (ô 8).",
                            f"Item {item.number}: the origin criterion (box 8) is missing.")  # fmt: skip
        for word in origin.strange:
            more_vi, more_en = (
                (" Tiêu chí 'PE' thuộc mẫu C/O khác; hàng thuần túy ghi 'WO'.",
                 " 'PE' belongs to other forms; goods wholly obtained are written 'WO'.") if word == "PE" else ("", "")
            )  # fmt: skip
            yield self.find(f"{place}.criterion", f"Mặt hàng {item.number}: '{word}' không phải tiêu chí của mẫu D.{more_vi}",
                            f"Item {item.number}: '{word}' is no criterion of form D.{more_en}")  # fmt: skip
        if "PC" in origin.codes and origin.percent is None:
            yield self.find(f"{place}.criterion", f"Mặt hàng {item.number}: 'PC' phải kèm tỷ lệ.",
                            f"Item {item.number}: 'PC' needs its percentage.")  # fmt: skip


class ValueContent(ItemRule):
    """A regional value content is at least 40 %, a whole number rounded down, never up."""

    code, basis = "rvc", "ATIGA, article 28"

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        origin, on = item.origin, form.issued_on or facts.on
        if origin.percent is None:
            return
        if origin.percent != int(origin.percent):
            yield self.warn(
                f"{place}.criterion",
                f"Mặt hàng {item.number}: tỷ lệ {origin.percent} ghi số nguyên làm tròn xuống "
                f"({int(origin.percent)}%).",
                f"Item {item.number}: {origin.percent} is written as a whole number rounded down "
                f"({int(origin.percent)}%).",
            )
        if origin.percent > 100:
            yield self.find(
                f"{place}.criterion",
                f"Mặt hàng {item.number}: tỷ lệ {origin.percent}% quá 100%.",
                f"Item {item.number}: {origin.percent} % is over 100 %.",
            )
        least = facts.terms.amount("rvc-least", on)
        # Beside a change of tariff heading a product rule may ask for less, such as CTSH+35%.
        if origin.codes == ("RVC",) and int(origin.percent) < least:
            yield self.find(f"{place}.criterion", f"Mặt hàng {item.number}: RVC {origin.percent}% dưới {least}%.",
                            f"Item {item.number}: an RVC of {origin.percent} % is below {least} %.")  # fmt: skip


class PartialCumulation(ItemRule):
    """Partial cumulation (PC) is from 20 % to below 40 %, and its box is ticked; such goods get no preference themselves."""

    code, basis = "partial-cumulation", "ATIGA, article 30"

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        origin, on = item.origin, form.issued_on or facts.on
        if "PC" not in origin.codes:
            return
        low, high = facts.terms.amount("partial-least", on), facts.terms.amount("rvc-least", on)
        if origin.percent is not None and not low <= origin.percent < high:
            yield self.find(
                f"{place}.criterion",
                f"Mặt hàng {item.number}: PC {origin.percent}% phải từ {low}% đến dưới {high}%.",
                f"Item {item.number}: PC {origin.percent} % must lie from {low} % to below {high} %.",
            )
        if not form.ticks(Flag.PARTIAL_CUMULATION):
            yield self.find("flags", "Có mặt hàng cộng gộp từng phần nhưng chưa đánh dấu 'Partial Cumulation'.",
                            "An item claims partial cumulation and 'Partial Cumulation' is not ticked.")  # fmt: skip


class FobOnlyWithValue(ItemRule):
    """The FOB value stands in box 9 where a regional value content is claimed, and only there (earlier: always)."""

    code, basis = "fob", OCP.format(25)

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        on = form.issued_on or facts.on
        always = facts.terms.amount("fob-always", on) == 1
        needed = always or item.origin.has_value_content or form.ticks(Flag.BACK_TO_BACK)
        if needed and item.fob is None:
            yield self.find(f"{place}.fob", f"Mặt hàng {item.number}: dùng RVC thì ô 9 phải có trị giá FOB.",
                            f"Item {item.number}: with an RVC, box 9 needs the FOB value.")  # fmt: skip
        elif not needed and item.fob is not None:
            yield self.find(f"{place}.fob", f"Mặt hàng {item.number}: không dùng RVC nên không cần trị giá FOB.",
                            f"Item {item.number}: without an RVC no FOB value is needed.", Severity.NOTE)  # fmt: skip
        if item.fob is not None and not item.currency:
            yield self.warn(f"{place}.currency", f"Mặt hàng {item.number}: FOB không có đồng tiền.",
                            f"Item {item.number}: the FOB value has no currency.")  # fmt: skip


class TariffOfImporter(ItemRule):
    """The HS code of box 7 is that of the importing country; a difference alone does not refuse the form."""

    code, basis = "hs-code", "ATIGA, Annex 8, rule 16; Annex 7, box 7"

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        try:
            code = hs_code(item.hs_code)
        except Refused as error:
            yield self.find(
                f"{place}.hs_code",
                f"Mặt hàng {item.number}: {error.text}",
                f"Item {item.number}: {error.text_en}",
            )
            return
        same = [one for one in facts.declared if one.hs_code[:6] == code[:6]]
        if facts.declared and not same:
            yield self.warn(
                f"{place}.hs_code",
                f"Mặt hàng {item.number}: mã HS {code} khác mọi dòng hàng của tờ khai. Cho thông quan "
                "theo thuế suất cao hơn, xử lý sau; không bác riêng vì lý do này.",
                f"Item {item.number}: HS {code} differs from every line declared. Release at the higher "
                "rate and settle later; it refuses nothing by itself.",
            )
        elif same and len(code) == 8 and all(one.hs_code != code for one in same):
            yield self.warn(
                f"{place}.hs_code",
                f"Mặt hàng {item.number}: mã {code} và mã khai chỉ giống nhau 6 số.",
                f"Item {item.number}: {code} and the code declared agree in six digits only.",
            )


class ThirdCountryInvoicing(Rule):
    """An invoice made out in a third country is ticked in box 13, and its maker and country are named."""

    code, basis = "third-country-invoicing", OCP.format(23)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        home = form.exporter.country or form.issuing_country
        foreign = [
            (index, one)
            for index, one in enumerate(form.invoices)
            if one.issuer_country and one.issuer_country != home
        ]
        ticked = form.ticks(Flag.THIRD_COUNTRY_INVOICING)
        for index, one in foreign:
            if not ticked:
                yield self.find(
                    "flags",
                    f"Hóa đơn {one.number} do bên ở {one.issuer_country} phát hành mà chưa đánh dấu 'Third "
                    "Country Invoicing'.",
                    f"Invoice {one.number} was made out in {one.issuer_country}, and 'Third Country "
                    "Invoicing' is not ticked.",
                )
            if not one.issuer.strip():
                yield self.find(
                    f"invoices[{index}].issuer",
                    f"Hóa đơn {one.number}: thiếu tên công ty phát hành ở nước thứ ba.",
                    f"Invoice {one.number}: the third-country company is not named.",
                )
        if ticked and not foreign:
            yield self.warn("flags", "Đánh dấu 'Third Country Invoicing' nhưng không hóa đơn nào của bên thứ ba.",
                            "'Third Country Invoicing' is ticked, and no invoice is a third country's.")  # fmt: skip


class InvoiceQuoted(Rule):
    """Box 10 holds the number and date of the invoice, not later than customs sees it."""

    code, basis = "invoice", "ATIGA, Annex 7, box 10"

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        known = {one.number for one in form.invoices}
        if not known:
            yield self.find(
                "invoices", "Thiếu số và ngày hóa đơn (ô 10).", "The invoice (box 10) is missing."
            )
        for index, one in enumerate(form.invoices):
            if one.on is None:
                yield self.warn(f"invoices[{index}].on", f"Hóa đơn {one.number} không có ngày.",
                                f"Invoice {one.number} has no date.")  # fmt: skip
        for index, item in enumerate(form.items):
            if item.invoice and item.invoice not in known:
                yield self.find(f"items[{index}].invoice", f"Mặt hàng {item.number}: hóa đơn {item.invoice} không có ở ô 10.",
                                f"Item {item.number}: invoice {item.invoice} is not in box 10.")  # fmt: skip


class BackToBack(Rule):
    """A back-to-back form names a valid original, and what is drawn from it never adds up to more than it certifies."""

    code, basis = "back-to-back", OCP.format(11)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        original = form.original
        if not form.ticks(Flag.BACK_TO_BACK):
            if original is not None:
                yield self.find("flags", "Nêu C/O gốc mà chưa đánh dấu 'Back-to-Back CO'.",
                                "It names an original, and 'Back-to-Back CO' is not ticked.")  # fmt: skip
            return
        if original is None or not original.number or original.issued_on is None:
            yield self.find("original", "C/O giáp lưng phải ghi số và ngày của C/O gốc (ô 7).",
                            "A back-to-back form names number and date of the original (box 7).")  # fmt: skip
            return
        if form.issued_on and form.issued_on > facts.terms.expires_on(original.issued_on):
            yield self.find("original.issued_on", "C/O gốc đã hết hiệu lực khi cấp C/O giáp lưng.",
                            "The original was no longer valid when this form was issued.")  # fmt: skip
        if facts.original is None:
            yield self.find(
                "original",
                f"Chưa có C/O gốc {original.number} trong hệ thống: chưa cộng được lượng.",
                f"The original {original.number} is not known here: quantities cannot be added up.",
                Severity.NOTE,
            )
            return
        yield from self._sums(form, facts, facts.original)

    def _sums(self, form: FormD, facts: Facts, original: FormD) -> Iterator[Finding]:
        drawn = dict(facts.drawn)
        for index, item in enumerate(form.items):
            number = item.original_item or item.number
            source = original.item(number)
            if source is None or source.quantity is None or item.quantity is None:
                yield self.warn(
                    f"items[{index}].original_item",
                    f"Mặt hàng {item.number}: không thấy mặt hàng {number} trong C/O gốc.",
                    f"Item {item.number}: the original has no item {number}.",
                )
                continue
            drawn[number] = drawn.get(number, Decimal(0)) + item.quantity
            if drawn[number] > source.quantity:
                yield self.find(
                    f"items[{index}].quantity",
                    f"Mặt hàng {item.number}: tổng các lần tái xuất {drawn[number]} vượt {source.quantity} "
                    f"{source.unit} của C/O gốc.",
                    f"Item {item.number}: re-exports add up to {drawn[number]}, above the original's "
                    f"{source.quantity} {source.unit}.",
                )


class Exhibition(Rule):
    """Goods sold from an exhibition name it and its place."""

    code, basis = "exhibition", OCP.format(22)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        if form.ticks(Flag.EXHIBITION) and not form.exhibition.strip():
            yield self.find("exhibition", "Đánh dấu 'Exhibition' nhưng thiếu tên và nơi tổ chức triển lãm (ô 2).",
                            "'Exhibition' is ticked, and name and place of the exhibition (box 2) are missing.")  # fmt: skip


class DeMinimis(Rule):
    """De minimis forgives a small share that does not change its tariff heading, so it goes with CC, CTH or CTSH."""

    code, basis = "de-minimis", "ATIGA, article 33"

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        if form.ticks(Flag.DE_MINIMIS) and not any(item.origin.changes_tariff for item in form.items):
            share = facts.terms.amount("de-minimis", form.issued_on or facts.on)
            yield self.find(
                "flags",
                f"Đánh dấu 'De Minimis' (tối đa {share}% FOB) nhưng không mặt hàng nào dùng tiêu chí "
                "chuyển đổi mã số.",
                f"'De Minimis' (at most {share} % of FOB) is ticked, and no item changes its tariff heading.",
            )


class DirectConsignment(Rule):
    """Goods that pass through a country outside ATIGA come with a through bill of lading."""

    code, basis = "direct-consignment", OCP.format(21)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        outside = [code for code in form.transport.transit if code not in MEMBERS]
        if outside and not form.transport.through_bill:
            names = ", ".join(outside)
            yield self.warn(
                "transport.transit",
                f"Hàng qua {names}: cần vận đơn chở suốt và chứng từ chứng minh chưa gia công.",
                f"The goods pass through {names}: ask for the through bill and proof that nothing was "
                "done to them.",
            )


class Replacement(Rule):
    """Any alteration is a new form that names the one it replaces, within a year of the first issue."""

    code, basis = "replacement", OCP.format(29)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        is_new = form.function == Function.REPLACEMENT
        if is_new and not form.replaces:
            yield self.find("replaces", "C/O cấp lại phải nêu số C/O bị thay thế.",
                            "A re-issued form names the number it replaces.")  # fmt: skip
        if form.replaces and form.replaces == form.number:
            yield self.find("replaces", "Sửa nội dung phải cấp số mới và hủy số cũ.",
                            "An alteration takes a new number and cancels the old one.")  # fmt: skip
        first = facts.replaced_issued_on
        if is_new and first and form.issued_on:
            last = months_after(first, facts.terms.months("reissue-within", first))
            if form.issued_on > last:
                yield self.find("issued_on", f"Cấp lại sau ngày {last:%d/%m/%Y}, quá một năm từ lần cấp đầu.",
                                f"Re-issued after {last:%d/%m/%Y}, more than a year after the first issue.")  # fmt: skip


class Waiver(Rule):
    """Goods of at most 200 US dollars FOB need no form."""

    code, basis = "waiver", OCP.format(15)

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        values = [item.fob for item in form.items]
        limit = facts.terms.amount("waiver", form.issued_on or facts.on)
        if (
            values
            and None not in values
            and all(item.currency == "USD" for item in form.items)
            and sum(value for value in values if value is not None) <= limit
        ):
            yield self.find("items", f"Tổng FOB không quá {limit} đô la Mỹ: được miễn nộp C/O.",
                            f"FOB is at most {limit} US dollars: no form is needed.", Severity.NOTE)  # fmt: skip


class PartiesNamed(Rule):
    """Exporter and consignee are named, the exporter in the issuing country."""

    code, basis = "parties", "ATIGA, Annex 7, boxes 1 and 2"

    def check(self, form: FormD, facts: Facts) -> Iterator[Finding]:
        for place, party in (("exporter", form.exporter), ("consignee", form.consignee)):
            if not party.name.strip():
                yield self.find(
                    f"{place}.name", "Thiếu tên (ô 1 hoặc ô 2).", "The name (box 1 or 2) is missing."
                )
            if party.country:
                try:
                    country(party.country)
                except Refused as error:
                    yield self.find(f"{place}.country", error.text, error.text_en)
        if form.exporter.country and form.exporter.country != form.issuing_country:
            yield self.warn(
                "exporter.country",
                f"Người xuất khẩu ở {form.exporter.country}, C/O do {form.issuing_country} cấp.",
                f"The exporter sits in {form.exporter.country}; {form.issuing_country} issued the form.",
            )


class WithinCertified(ItemRule):
    """What is used of an item never exceeds what the form certifies."""

    code, basis = "quantity", "ATIGA, Annex 8, rule 30"

    def check_item(self, form: FormD, facts: Facts, item: Item, place: str) -> Iterator[Finding]:
        used = facts.used.get(item.number, Decimal(0))
        if item.quantity is not None and used > item.quantity:
            yield self.find(
                f"{place}.quantity",
                f"Mặt hàng {item.number}: đã dùng {used}, quá lượng {item.quantity} {item.unit}.",
                f"Item {item.number}: {used} used, above the {item.quantity} {item.unit} certified.",
            )


RULES: tuple[Rule, ...] = (
    Identified(), IssuedByMember(), ForThisCountry(), IssuedInTime(), StillValid(), PartiesNamed(), ItemsNumbered(),
    ItemDescribed(), CriterionKnown(), ValueContent(), PartialCumulation(), FobOnlyWithValue(), TariffOfImporter(),
    InvoiceQuoted(), ThirdCountryInvoicing(), BackToBack(), Exhibition(), DeMinimis(), DirectConsignment(),
    Replacement(), Waiver(), WithinCertified(),
)  # fmt: skip

# What a message must fulfil to be received at all; everything else is looked at by an officer.
OF_RECEIPT: tuple[type[Rule], ...] = (Identified, IssuedByMember, ForThisCountry, ItemsNumbered)


def check(form: FormD, facts: Facts, rules: tuple[Rule, ...] = RULES) -> list[Finding]:
    """Everything that is wrong with the form, each thing once, in the order of the rules."""
    return list(dict.fromkeys(finding for rule in rules for finding in rule.check(form, facts)))


def check_receipt(form: FormD, facts: Facts) -> list[Finding]:
    """Only what keeps a message from being received."""
    return check(form, facts, tuple(rule for rule in RULES if isinstance(rule, OF_RECEIPT)))


def expires_on(form: FormD, terms: Terms) -> date | None:
    """The last day of validity; a back-to-back form lives no longer than its original."""
    if form.issued_on is None:
        return None
    own = terms.expires_on(form.issued_on)
    if form.ticks(Flag.BACK_TO_BACK) and form.original is not None and form.original.issued_on is not None:
        return min(own, terms.expires_on(form.original.issued_on))
    return own


def of_item(findings: list[Finding], form: FormD, number: int) -> list[Finding]:
    """The findings that concern one item."""
    at = [f"items[{index}]" for index, item in enumerate(form.items) if item.number == number]
    return [one for one in findings if any(one.place.startswith(place) for place in at)]


def of_form(findings: list[Finding]) -> list[Finding]:
    """The findings that concern the whole form."""
    return [one for one in findings if not one.place.startswith("items[")]


# The box of the form a place belongs to, for pages that lay the form out.
BOXES: tuple[tuple[str, int], ...] = (
    ("exporter", 1), ("consignee", 2), ("transport", 3), ("items[].number", 5), ("items[].marks", 6), ("items[].criterion", 8),
    ("items[].quantity", 9), ("items[].unit", 9), ("items[].fob", 9), ("items[].currency", 9), ("items[].invoice", 10),
    ("items", 7), ("original", 7), ("invoices", 10), ("production_country", 11), ("importing_country", 11),
    ("declared", 11), ("issued_on", 12), ("authority", 12), ("flags", 13), ("exhibition", 2),
)  # fmt: skip


def box_of(place: str) -> int:
    """The box a finding's place lies in; 0 is the head of the form."""
    plain = "items[]." + place.split("].", 1)[1] if place.startswith("items[") and "]." in place else place
    return next((box for start, box in BOXES if plain.startswith(start)), 0)


Lookup = Callable[[str, str], FormD | None]
