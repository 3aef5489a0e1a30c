"""Containers and what is in them, and how much a message may hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.findings import Severity
from motcua.lib.identifiers import container_number
from motcua.manifest.documents import BillKind, EquipmentKind, Fullness, Manifest
from motcua.manifest.numbers import bill_key
from motcua.manifest.rules.call import CIRCULAR
from motcua.manifest.rules.rule import Facts, Fault, Rule

_ISO = re.compile(r"[A-Z]{3}[UJZR][0-9]{7}")


def _numbers(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for index, box in enumerate(manifest.equipment):
        if box.kind is not EquipmentKind.CONTAINER:
            continue
        path = f"equipment[{index}].number"
        try:
            container_number(box.number, place="")
        except Refused as error:
            # A shipper's own box has a number of its own making; one in the form of ISO 6346 must keep its check digit.
            own = not _ISO.fullmatch(box.number)
            yield Fault(path, error.text, error.text_en, Severity.WARNING if own else Severity.ERROR)


def _twice(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    counts = Counter(box.number for box in manifest.equipment)
    seen: set[str] = set()
    for index, box in enumerate(manifest.equipment):
        if box.number in seen:
            yield Fault(
                f"equipment[{index}].number",
                f"Công-ten-nơ {box.number} khai {counts[box.number]} lần.",
                f"Container {box.number} is declared {counts[box.number]} times.",
            )
        seen.add(box.number)


def _uses(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    if facts.form == "house-bills":
        return
    aboard = {box.number for box in manifest.equipment}
    used: set[str] = set()
    for index, bill in enumerate(manifest.bills):
        for order, use in enumerate(bill.uses):
            used.add(use.equipment)
            if use.equipment not in aboard:
                yield Fault(
                    f"bills[{index}].uses[{order}].equipment",
                    f"Vận đơn {bill.number} ghi công-ten-nơ {use.equipment} không có trong danh sách.",
                    f"Bill {bill.number} names container {use.equipment}, which is not in the list.",
                )
    for index, box in enumerate(manifest.equipment):
        if box.fullness is Fullness.FULL and box.number not in used:
            yield Fault(
                f"equipment[{index}].number",
                f"Công-ten-nơ {box.number} có hàng nhưng không thuộc vận đơn nào.",
                f"Container {box.number} is full but belongs to no bill.",
            )
        if box.fullness is Fullness.EMPTY and box.number in used:
            yield Fault(
                f"equipment[{index}].fullness",
                f"Công-ten-nơ {box.number} ghi rỗng nhưng có vận đơn.",
                f"Container {box.number} is said to be empty but has a bill.",
            )


def _shares(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for index, bill in enumerate(manifest.bills):
        known = [use.packages for use in bill.uses if use.packages is not None]
        if known and len(known) == len(bill.uses) and bill.all_packages not in {None, sum(known)}:
            yield Fault(
                f"bills[{index}].uses",
                f"Vận đơn {bill.number} có {bill.all_packages} kiện, trong các công-ten-nơ cộng lại {sum(known)}.",
                f"Bill {bill.number} has {bill.all_packages} packages, in its containers they add up to {sum(known)}.",
            )


def _sealed(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    for index, box in enumerate(manifest.equipment):
        if box.kind is EquipmentKind.CONTAINER and box.fullness is Fullness.FULL and not box.seals:
            yield Fault(
                f"equipment[{index}].seals",
                f"Công-ten-nơ {box.number} có hàng nhưng chưa ghi số niêm phong.",
                f"Container {box.number} is full but has no seal number.",
            )


def _limits(manifest: Manifest, facts: Facts) -> Iterator[Fault]:
    most = {one.id: one for one in facts.law.limits.limits if facts.mode in one.modes}
    shared = Counter(use.equipment for bill in manifest.bills for use in bill.uses)
    houses = Counter(bill_key(bill.master_number) for bill in manifest.bills if bill.kind is BillKind.HOUSE)
    counted = [
        ("bills-per-manifest", "bills", len(manifest.bills)),
        ("bills-per-flight", "bills", len(manifest.bills)),
        ("containers-per-manifest", "equipment", len(manifest.equipment)),
        *(("bills-per-container", f"equipment:{number}", count) for number, count in shared.items()),
        *(("houses-per-master", f"master:{number}", count) for number, count in houses.items()),
        *(("houses-per-master-air", f"master:{number}", count) for number, count in houses.items()),
        ("corrections-per-manifest", "function", facts.corrections),
    ]
    for index, bill in enumerate(manifest.bills):
        counted.append(("items-per-bill", f"bills[{index}].items", len(bill.items)))
        counted.append(
            ("containers-per-bill", f"bills[{index}].uses", len({use.equipment for use in bill.uses}))
        )
    for name, path, count in counted:
        limit = most.get(name)
        if limit is not None and count > limit.most:
            yield Fault(
                path,
                f"Có {count} {limit.of.vi}, VNACCS nhận tối đa {limit.most}.",
                f"There are {count} {limit.of.en}, VNACCS takes at most {limit.most}.",
            )


_W = Severity.WARNING
RULES = (
    Rule(
        "box-number",
        Text(
            "Số công-ten-nơ theo ISO 6346; vỏ của chủ hàng chỉ được nhắc.",
            "Container numbers follow ISO 6346; a shipper's own box is only remarked on.",
        ),
        "ISO 6346",
        Manifest,
        _numbers,
    ),
    Rule(
        "box-twice",
        Text("Một công-ten-nơ khai một lần.", "A container is declared once."),
        CIRCULAR,
        Manifest,
        _twice,
    ),
    Rule(
        "box-use",
        Text(
            "Công-ten-nơ có hàng phải thuộc vận đơn, vỏ rỗng thì không.",
            "A full container belongs to a bill, an empty one to none.",
        ),
        CIRCULAR,
        Manifest,
        _uses,
    ),
    Rule(
        "box-share",
        Text(
            "Số kiện trong các công-ten-nơ bằng số kiện của vận đơn.",
            "Packages in containers add up to the bill.",
        ),
        CIRCULAR,
        Manifest,
        _shares,
        _W,
    ),
    Rule(
        "box-seal",
        Text("Công-ten-nơ có hàng ghi số niêm phong.", "A full container has a seal."),
        CIRCULAR,
        Manifest,
        _sealed,
        _W,
    ),
    # A note and not an error: the limit is VNACCS's, and whoever sends more takes the message apart there.
    Rule(
        "manifest-limit",
        Text("Không vượt giới hạn của VNACCS.", "The limits of VNACCS are kept."),
        CIRCULAR,
        Manifest,
        _limits,
        _W,
    ),
)
