"""Who is aboard and what they bring: crew, passengers, stores, health, security."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from motcua.lib.bilingual import Text
from motcua.lib.findings import Severity
from motcua.lib.identifiers import COUNTRIES
from motcua.lib.vietnamese import VIETNAM
from motcua.manifest.documents import (
    CrewList,
    DangerousGoodsManifest,
    HealthDeclaration,
    PassengerList,
    SecurityNotice,
    Stores,
)
from motcua.manifest.rules.call import CIRCULAR
from motcua.manifest.rules.rule import Facts, Fault, Rule

Listing = CrewList | PassengerList


def _persons(listing: Listing, facts: Facts) -> Iterator[Fault]:
    today = facts.at.astimezone(VIETNAM).date()
    for index, person in enumerate(listing.persons):
        path = f"persons[{index}]"
        if not person.family_name:
            yield Fault(f"{path}.family_name", "Chưa ghi họ.", "The family name is missing.")
        if person.nationality not in COUNTRIES:
            yield Fault(
                f"{path}.nationality",
                f"Quốc tịch “{person.nationality}” không phải mã nước ISO 3166.",
                f"The nationality “{person.nationality}” is no ISO 3166 country.",
            )
        if person.born_on is None:
            yield Fault(f"{path}.born_on", "Chưa ghi ngày sinh.", "The date of birth is missing.")
        elif not date(1900, 1, 1) <= person.born_on <= today:
            yield Fault(f"{path}.born_on", "Ngày sinh không thể có.", "The date of birth is impossible.")
        if not person.document_number:
            yield Fault(f"{path}.document_number", "Chưa ghi số giấy tờ.", "The document number is missing.")


def _expired(listing: Listing, facts: Facts) -> Iterator[Fault]:
    today = facts.at.astimezone(VIETNAM).date()
    for index, person in enumerate(listing.persons):
        if person.document_expires and person.document_expires < today:
            yield Fault(
                f"persons[{index}].document_expires", "Giấy tờ đã hết hạn.", "The document has expired."
            )


def _twice(listing: Listing, facts: Facts) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for index, person in enumerate(listing.persons):
        key = (person.document_country or person.nationality, person.document_number)
        if person.document_number and seen.setdefault(key, index) != index:
            yield Fault(
                f"persons[{index}].document_number",
                f"Giấy tờ này đã có ở dòng {seen[key] + 1}.",
                f"This document stands in line {seen[key] + 1} already.",
            )


def _count(listing: Listing, facts: Facts) -> Iterator[Fault]:
    name = "crew" if isinstance(listing, CrewList) else "passengers"
    said = getattr(listing.call, name)
    if said is not None and said != len(listing.persons):
        yield Fault(
            f"call.{name}",
            f"Bản khai ghi {said} người, danh sách có {len(listing.persons)}.",
            f"{said} persons are declared, the list has {len(listing.persons)}.",
        )
    if isinstance(listing, CrewList) and not listing.persons:
        yield Fault("persons", "Danh sách thuyền viên trống.", "The crew list is empty.")


def _stores(stores: Stores, facts: Facts) -> Iterator[Fault]:
    for index, store in enumerate(stores.stores):
        if not store.article or store.quantity is None or store.quantity < 0:
            yield Fault(
                f"stores[{index}].quantity",
                "Mỗi dòng dự trữ có tên và số lượng không âm.",
                "Every line of stores has a name and a quantity not below zero.",
            )


_QUESTIONS = ("death", "suspected_infection", "more_ill_than_usual", "ill_now", "risk_known", "sick_animal")


def _health(health: HealthDeclaration, facts: Facts) -> Iterator[Fault]:
    for name in _QUESTIONS:
        if getattr(health, name):
            yield Fault(
                name,
                "Trả lời “có”: kiểm dịch y tế phải xem trước khi chấp thuận.",
                "Answered “yes”: the health office must look before it approves.",
            )


def _security(notice: SecurityNotice, facts: Facts) -> Iterator[Fault]:
    if notice.level is not None and notice.level not in {1, 2, 3}:
        yield Fault("level", "Cấp độ an ninh là 1, 2 hoặc 3.", "The security level is 1, 2 or 3.")


def _goods(manifest: DangerousGoodsManifest, facts: Facts) -> Iterator[Fault]:
    for index, one in enumerate(manifest.goods):
        digits = one.un_number.removeprefix("UN")
        if not (digits.isdigit() and len(digits) == 4):
            yield Fault(
                f"goods[{index}].un_number",
                f"Số UN “{one.un_number}” phải có 4 chữ số.",
                f"The UN number “{one.un_number}” must have 4 digits.",
            )
        if not one.hazard_class:
            yield Fault(
                f"goods[{index}].hazard_class",
                "Chưa ghi loại hàng nguy hiểm (IMDG).",
                "The hazard class (IMDG) is missing.",
            )


LISTS = (CrewList, PassengerList)
RULES = (
    Rule(
        "person-known",
        Text(
            "Mỗi người có họ, quốc tịch, ngày sinh, giấy tờ.",
            "Everybody has a name, a nationality, a birth date, a document.",
        ),
        CIRCULAR,
        LISTS,
        _persons,
    ),
    Rule(
        "person-expired",
        Text("Giấy tờ còn hạn.", "Documents are valid."),
        CIRCULAR,
        LISTS,
        _expired,
        Severity.WARNING,
    ),
    Rule(
        "person-twice", Text("Một người khai một lần.", "Nobody is declared twice."), CIRCULAR, LISTS, _twice
    ),
    Rule(
        "person-count",
        Text("Số người khớp với danh sách.", "The number of persons agrees with the list."),
        CIRCULAR,
        LISTS,
        _count,
    ),
    Rule(
        "stores-line",
        Text("Dự trữ có tên và số lượng.", "Stores have a name and a quantity."),
        CIRCULAR,
        Stores,
        _stores,
    ),
    Rule(
        "health-yes",
        Text("Câu trả lời “có” được báo cho kiểm dịch y tế.", "A “yes” is shown to the health office."),
        "IHR 2005",
        HealthDeclaration,
        _health,
        Severity.NOTE,
    ),
    Rule(
        "security-level",
        Text("Cấp độ an ninh từ 1 đến 3.", "The security level is 1 to 3."),
        "SOLAS XI-2/9",
        SecurityNotice,
        _security,
    ),
    Rule(
        "dangerous-line",
        Text("Hàng nguy hiểm có số UN và loại.", "Dangerous goods have a UN number and a class."),
        CIRCULAR,
        DangerousGoodsManifest,
        _goods,
    ),
)
