"""What crosses the border in the demo beside declarations: inspections of ministries, ships, certificates of origin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from motcua.casework.batch import Filing
from motcua.casework.models import Case, Link
from motcua.casework.record import NewCase, NewEvent
from motcua.demo.chance import chance
from motcua.demo.trade import Declared
from motcua.nsw.models import Inspection
from motcua.procedures.catalogue import catalogue, local_date

# (event kind, when, by whom, details)
Said = tuple[str, datetime, str, dict[str, Any]]

# Ministry, how its file codes begin, how much of the work it has, its goods.
_MINISTRIES = (
    (
        "MARD",
        "BNNPTNT25",
        0.55,
        ("Thức ăn chăn nuôi", "Thuỷ sản đông lạnh", "Hạt giống", "Phân bón", "Hoa quả tươi"),
    ),
    ("MOIT", "BCT07", 0.15, ("Tiền chất công nghiệp", "Bánh kẹo", "Sữa chế biến")),
    ("MOH", "BYT03", 0.15, ("Trang thiết bị y tế", "Thực phẩm chức năng")),
    ("MOST", "BKHCN01", 0.10, ("Thép xây dựng", "Mũ bảo hiểm")),
    ("MONRE", "BTNMT02", 0.05, ("Phế liệu nhựa", "Phế liệu giấy")),
)


def inspections(declared: list[Declared]) -> Iterator[tuple[Filing, str]]:
    """One application for each result a declaration waits for, with the declaration's key it belongs to."""
    random = chance("inspections")
    running = 10_000
    for one in declared:
        for result_at in one.inspected_at:
            assert one.applied_at is not None
            running += 1
            yield _inspection(one, one.applied_at, result_at, running, random), one.number[:11]


def _inspection(
    one: Declared, applied: datetime, result_at: datetime, running: int, random: Random
) -> Filing:
    ministry, prefix, _, goods = random.choices(_MINISTRIES, [m[2] for m in _MINISTRIES])[0]
    code = f"{prefix}{applied:%y}{running:07d}"
    actor = f"partner:{ministry}"
    steps: list[Said] = [
        ("applied", applied, "public", {}),
        ("accepted", applied + timedelta(minutes=random.randrange(20, 110)), actor, {}),
    ]
    gap = result_at - steps[-1][1]
    if random.random() < 0.08:
        steps.append(("supplement_requested", steps[1][1] + gap * 0.2, actor, {"code": "papers"}))
        steps.append(("supplemented", steps[1][1] + gap * 0.5, "public", {}))
    if random.random() < 0.3:
        steps.append(("sampled", steps[1][1] + gap * 0.6, actor, {}))
    outcome = random.choices(("passed", "reduced", "exempt", "failed"), (0.86, 0.08, 0.05, 0.01))[0]
    steps.append(
        ("result_received", result_at, actor, {"outcome": outcome, "number": f"{running}/KQ-{ministry}"})
    )
    sheet = catalogue().in_force("inspection/specialised-inspection-result", local_date(applied))
    events = [
        NewEvent(kind=kind, at=at, recorded_at=at, actor=who, channel="online", details=details)
        for kind, at, who, details in steps
    ]
    new = NewCase(
        kind="inspection", reference=code, office=one.office, channel="online", opened_at=applied,
        procedure=sheet.procedure, sheet_since=sheet.since, calendar="customs-offices", label=f"{random.choice(goods)}",
        search=one.tax_code,
    )  # fmt: skip
    subject = Inspection(
        file_code=code,
        ministry=ministry,
        goods=new.label,
        hs_code=one.hs_code,
        result_number=f"{running}/KQ-{ministry}",
    )
    return Filing(new, events, subject)


def link_inspections(pairs: list[tuple[str, str]], batch: int = 5000) -> int:
    """Tie inspections to the declarations they inspect; one result in twenty serves the next declaration of the day too."""
    wanted = {reference for pair in pairs for reference in pair}
    ids: dict[str, int] = {}
    opened: dict[str, datetime] = {}
    for reference, pk, at in Case.objects.filter(reference__in=wanted).values_list(
        "reference", "pk", "opened_at"
    ):
        ids[reference], opened[reference] = pk, at
    links = [
        Link(
            source_id=ids[inspection],
            target_id=ids[declaration],
            kind="inspects",
            made_at=opened[declaration],
        )
        for inspection, declaration in pairs
    ]
    Link.objects.bulk_create(links, batch_size=batch, ignore_conflicts=True)
    return len(links)
