"""
Results: taken, issued again, recalled, and bound to declaration lines with their quantities.

One declaration may need several results and one result may serve several declarations, so quantities are controlled twice:
what a result covers may not be more than what was applied for, and what all results cover of a declaration line is compared
with what was declared. Too much of the first is refused; the second is a discrepancy that somebody must look at, because a
declaration may still be amended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from motcua.casework.models import Case, Event, Link
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.lib.identifiers import declaration_number
from motcua.nsw.documents import Covered, Notice
from motcua.nsw.doing import Doing
from motcua.nsw.lifecycle import GOOD
from motcua.nsw.models import Alert, Cover, Goods, Inspection, Result, tidy
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date

# Goods taken to store wait for their result this long (by practice; unverified).
STORE_DAYS = 30
CLEARED = ("released", "gone")


@transaction.atomic
def give(inspection: Inspection, notice: Notice, doing: Doing) -> Result:
    """Take a result: the case is decided, the result is kept and bound to the declarations it names."""
    _refuse_too_much(inspection, notice.covers)
    details = {"outcome": notice.outcome, "number": notice.number}
    doing.record(inspection.case, "result_received", details, notice.text)
    return _keep(inspection, notice, 1, doing.now)


@transaction.atomic
def replace(inspection: Inspection, notice: Notice, doing: Doing) -> Result:
    """Take a result issued again: the former stays to be seen, and what it covered is covered by the new one alone."""
    former = in_force(inspection)
    if former is None:
        raise NotAllowed("Chưa có kết quả để cấp lại.", "There is no result to be issued again.")
    _refuse_too_much(inspection, notice.covers)
    details = {"outcome": notice.outcome, "number": notice.number}
    doing.record(inspection.case, "result_replaced", details, notice.text)
    Result.objects.filter(pk=former.pk).update(replaced_at=doing.now)
    return _keep(inspection, notice, former.version + 1, doing.now)


@transaction.atomic
def recall(inspection: Inspection, doing: Doing, *, text: str, code: str = "") -> Event:
    """
    The ministry takes its result back. Declarations that were cleared by it are told: an event on each, an alert to its branch.
    """
    event = doing.record(inspection.case, "recalled", {"code": code or "ministry"}, text)
    inspection.results.filter(replaced_at=None).update(recalled_at=doing.now)
    for declaration in declarations_of(inspection):
        doing.record(declaration, "inspection_recalled", {"code": inspection.file_code})
    alert(inspection, Alert.Kind.RECALLED, doing.now)
    return event


def alert(inspection: Inspection, kind: Alert.Kind, now: datetime) -> list[Alert]:
    """Tell the branch of each declaration that is cleared; where none is, the branch that waits for the goods is told."""
    declarations = declarations_of(inspection)
    cleared: list[Case | None] = [one for one in declarations if one.status in CLEARED]
    alerts = [
        Alert(
            inspection=inspection, declaration=one, kind=kind, office=one.office if one else inspection.case.office,
            raised_at=now,
        )
        for one in cleared or [None]
    ]  # fmt: skip
    return Alert.objects.bulk_create(alerts, ignore_conflicts=True)


def declarations_of(inspection: Inspection) -> list[Case]:
    """The declarations an inspection serves, oldest first."""
    return list(
        Case.objects.filter(kind="declaration", links_in__source=inspection.pk, links_in__kind="inspects").order_by("pk")
    )  # fmt: skip


def in_force(inspection: Inspection) -> Result | None:
    """The result as it stands now; None before there is one."""
    return inspection.results.filter(replaced_at=None).first()


def _keep(inspection: Inspection, notice: Notice, version: int, now: datetime) -> Result:
    result = Result.objects.create(
        inspection=inspection, number=notice.number[:60], version=version, outcome=notice.outcome, agency=notice.agency,
        issued_on=notice.issued_on, valid_until=notice.valid_until, text=notice.text, received_at=now,
    )  # fmt: skip
    Inspection.objects.filter(pk=inspection.pk).update(result_number=result.number)
    inspection.result_number = result.number
    _bind(inspection, result, notice.covers or _by_the_lines(inspection), now)
    if notice.outcome not in GOOD:
        alert(inspection, Alert.Kind.FAILED, now)
    return result


def _by_the_lines(inspection: Inspection) -> list[Covered]:
    """A result that names no declaration covers what was applied for."""
    lines = [
        Covered(one.declaration_key, one.declaration_line, one.number, one.quantity, one.unit)
        for one in inspection.lines.all()
        if one.declaration_key
    ]
    if lines:
        return lines
    return [Covered(one.reference) for one in declarations_of(inspection)]


def _bind(inspection: Inspection, result: Result, covers: Iterable[Covered], now: datetime) -> None:
    lines = {one.number: one for one in inspection.lines.all()}
    covers = list(covers)
    known = dict(
        Case.objects.filter(
            kind="declaration", reference__in={one.declaration_key for one in covers}
        ).values_list("reference", "pk")
    )
    Cover.objects.bulk_create(
        [
            Cover(
                result=result, goods=lines.get(one.goods_line or 0), declaration_key=one.declaration_key,
                declaration_line=one.declaration_line, quantity=one.quantity, unit=one.unit,
                bound_at=now if one.declaration_key in known else None,
            )
            for one in covers
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    Link.objects.bulk_create(
        [Link(source_id=inspection.pk, target_id=pk, kind="inspects", made_at=now) for pk in known.values()],
        ignore_conflicts=True,
    )


def _refuse_too_much(
    inspection: Inspection, covers: Sequence[Covered], *, besides: Sequence[Cover] = ()
) -> None:
    """Refuse a result that covers more of a line than was applied for, or a line that was not."""
    lines = {one.number: one for one in inspection.lines.all()}
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for cover in besides:
        if cover.goods is not None and cover.quantity is not None:
            sums[cover.goods.number] += cover.quantity
    findings = []
    for index, one in enumerate(covers):
        if one.goods_line is None:
            continue
        line = lines.get(one.goods_line)
        if line is None:
            findings.append(
                Finding(
                    "nsw-goods-line", f"covers[{index}]", f"Hồ sơ không có dòng hàng {one.goods_line}.",
                    f"The application has no line {one.goods_line}.",
                )
            )  # fmt: skip
        elif one.unit and one.unit != line.unit:
            findings.append(
                Finding(
                    "nsw-unit", f"covers[{index}]", f"Dòng {line.number} khai theo {line.unit}, kết quả ghi {one.unit}.",
                    f"Line {line.number} was applied for in {line.unit}, the result says {one.unit}.",
                )
            )  # fmt: skip
        elif one.quantity is not None:
            sums[line.number] += one.quantity
    for number, total in sums.items():
        line = lines[number]
        if total > line.quantity:
            findings.append(
                Finding(
                    "nsw-over-quantity", f"lines[{number}]",
                    f"Dòng {number}: kết quả dùng cho {total} {line.unit}, hồ sơ chỉ đăng ký {line.quantity} {line.unit}.",
                    f"Line {number}: the result would cover {total} {line.unit}, only {line.quantity} {line.unit} were "
                    "applied for.",
                )
            )  # fmt: skip
    if findings:
        raise Invalid(findings)


@transaction.atomic
def use(inspection: Inspection, covered: Covered, *, actor: Actor, at: datetime) -> Cover:
    """Use a result for one more declaration, as far as its quantity reaches; two who ask at once wait for each other."""
    Case.objects.select_for_update().get(pk=inspection.pk)
    result = in_force(inspection)
    if result is None or result.recalled_at is not None or result.outcome not in GOOD:
        raise NotAllowed(
            "Hồ sơ chưa có kết quả dùng được: chưa có, không đạt hoặc đã bị thu hồi.",
            "There is no result to be used: none yet, failed, or recalled.",
        )
    if result.valid_until is not None and result.valid_until < local_date(at):
        raise NotAllowed(
            f"Kết quả hết hiệu lực ngày {result.valid_until:%d/%m/%Y}.", f"The result ended on {result.valid_until:%d/%m/%Y}."
        )  # fmt: skip
    key = declaration_number(covered.declaration_key, place="declaration").key
    covered = Covered(key, covered.declaration_line, covered.goods_line, covered.quantity, covered.unit)
    besides = list(
        result.covers.select_related("goods").exclude(
            declaration_key=key, declaration_line=covered.declaration_line
        )
    )
    _refuse_too_much(inspection, [covered], besides=besides)
    if result.covers.filter(declaration_key=key, declaration_line=covered.declaration_line).exists():
        raise Refused(
            f"Kết quả đã dùng cho dòng này của tờ khai {key}.", f"The result serves this line of {key} already.",
            place="declaration",
        )  # fmt: skip
    _bind(inspection, result, [covered], at)
    found = result.covers.get(declaration_key=key, declaration_line=covered.declaration_line)
    Doing.here(actor, at).record(inspection.case, "noted")
    return found


def settle(now: datetime) -> bool:
    """
    Tie covers to declarations that came later than their result; True when some were tied. Run by the worker.
    """
    waiting = list(Cover.objects.filter(bound_at=None).select_related("result")[:2000])
    known = dict(
        Case.objects.filter(
            kind="declaration", reference__in={one.declaration_key for one in waiting}
        ).values_list("reference", "pk")
    )
    found = [one for one in waiting if one.declaration_key in known]
    if not found:
        return False
    with transaction.atomic():
        Link.objects.bulk_create(
            [
                Link(
                    source_id=one.result.inspection_id, target_id=known[one.declaration_key], kind="inspects", made_at=now
                )
                for one in found
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        Cover.objects.filter(pk__in=[one.pk for one in found], bound_at=None).update(bound_at=now)
    return True


# Quantity control -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineUse:
    """How much of one declaration line all valid results cover."""

    declaration_key: str
    line: int | None
    kind: str
    covered: Decimal
    unit: str

    @property
    def amount(self) -> Decimal | int | None:
        """The quantity, to be shown."""
        return tidy(self.covered)


def uses_of(declaration_key: str) -> list[LineUse]:
    """What valid results cover of a declaration, line by line and kind of inspection by kind."""
    rows = (
        Cover.objects.filter(
            declaration_key=declaration_key, result__replaced_at=None, result__recalled_at=None, result__outcome__in=GOOD,
        )
        .values("declaration_line", "result__inspection__kind", "unit")
        .annotate(total=Sum("quantity"))
        .order_by("declaration_line", "result__inspection__kind")
    )  # fmt: skip
    return [
        LineUse(
            declaration_key, row["declaration_line"], row["result__inspection__kind"], row["total"] or Decimal(0), row["unit"]
        )
        for row in rows
    ]  # fmt: skip


def left_of(inspection: Inspection) -> dict[int, Decimal]:
    """How much of each line of an application its result could still be used for."""
    result = in_force(inspection)
    used: dict[int, Decimal] = defaultdict(Decimal)
    if result is not None:
        for goods, total in (
            result.covers.exclude(goods=None).values_list("goods__number").annotate(total=Sum("quantity"))
        ):
            used[goods] = total or Decimal(0)
    return {
        one.number: one.quantity - used[one.number] for one in Goods.objects.filter(inspection=inspection)
    }


def result_by(stored_at: datetime) -> str:
    """The day by which the result of goods in store must reach customs."""
    return (local_date(stored_at) + timedelta(days=STORE_DAYS)).isoformat()
