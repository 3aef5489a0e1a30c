"""The ledger of a bill: what declarations take off it, by packages and mass, never more than it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Sum

from motcua.consignment.matching import BillId
from motcua.consignment.models import WriteOff
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.identifiers import declaration_number
from motcua.manifest.models import Bill
from motcua.people.actor import Actor


@dataclass(frozen=True)
class Balance:
    """What a bill holds and what was taken off; None where the manifest does not say."""

    packages: int | None
    gross_kg: Decimal | None
    used_packages: int
    used_kg: Decimal

    @property
    def left_packages(self) -> int | None:
        """What is left."""
        return None if self.packages is None else self.packages - self.used_packages

    @property
    def left_kg(self) -> Decimal | None:
        """What is left."""
        return None if self.gross_kg is None else self.gross_kg - self.used_kg


def balance(bill: BillId) -> Balance:
    """How a bill stands; parts of a split bill count together."""
    held = Bill.objects.filter(
        key=bill.key, carrier=bill.carrier, direction=bill.direction, live=True
    ).aggregate(packages=Sum("packages"), gross=Sum("gross_kg"))
    used = _lines(bill).aggregate(packages=Sum("packages"), gross=Sum("gross_kg"))
    return Balance(held["packages"], held["gross"], used["packages"] or 0, used["gross"] or Decimal(0))


def _lines(bill: BillId):  # type: ignore[no-untyped-def]
    return WriteOff.objects.filter(bill_key=bill.key, carrier=bill.carrier, direction=bill.direction)


@transaction.atomic
def write_off(
    bill: BillId, declaration: str, *, packages: int, gross_kg: Decimal, actor: Actor, at: datetime, reason: str = ""
) -> WriteOff:  # fmt: skip
    """
    Take packages and mass off a bill for a declaration. Refused when the bill is not known or does not hold so much: two people
    at once wait for each other.
    """
    number = declaration_number(declaration, place="declaration")
    if packages < 0 or gross_kg < 0 or (packages == 0 and gross_kg == 0):
        raise Refused(
            "Hãy ghi số kiện hoặc khối lượng lớn hơn 0.",
            "Give packages or a mass above zero.",
            place="packages",
        )
    _wait_in_line(bill)
    if not Bill.objects.filter(
        key=bill.key, carrier=bill.carrier, direction=bill.direction, live=True
    ).exists():
        raise Refused(
            f"Không có vận đơn {bill.key} trong bản lược khai còn hiệu lực.",
            f"There is no bill {bill.key} on a manifest in force.",
            place="bill",
        )
    stands = balance(bill)
    if stands.left_packages is not None and packages > stands.left_packages:
        raise NotAllowed(
            f"Vận đơn {bill.key} còn {stands.left_packages} kiện, không trừ được {packages} kiện. "
            "Hãy xem các dòng đã trừ, hoặc chờ bản lược khai được sửa.",
            f"Bill {bill.key} has {stands.left_packages} packages left; {packages} cannot be taken. "
            "See what was written off, or wait until the manifest is corrected.",
            place="packages",
        )
    if stands.left_kg is not None and gross_kg > stands.left_kg:
        raise NotAllowed(
            f"Vận đơn {bill.key} còn {stands.left_kg:f} kg, không trừ được {gross_kg:f} kg.",
            f"Bill {bill.key} has {stands.left_kg:f} kg left; {gross_kg:f} kg cannot be taken.",
            place="gross_kg",
        )
    return WriteOff.objects.create(
        bill_key=bill.key, carrier=bill.carrier, direction=bill.direction, declaration=number.key,
        declared=number.amendment or 0, packages=packages, gross_kg=gross_kg, reason=reason, at=at, actor=actor.key,
    )  # fmt: skip


@transaction.atomic
def put_back(line: WriteOff, *, actor: Actor, at: datetime, reason: str) -> WriteOff:
    """Put a line back: the declaration was cancelled or amended. A line is put back once."""
    if not reason.strip():
        raise Refused("Hãy ghi lý do.", "Give the reason.", place="reason")
    bill = BillId(line.bill_key, line.carrier, line.direction)
    _wait_in_line(bill)
    if line.reverses_id or WriteOff.objects.filter(reverses=line).exists():
        raise NotAllowed("Dòng này đã được hoàn lại.", "This line has been put back.", place="line")
    return WriteOff.objects.create(
        bill_key=line.bill_key, carrier=line.carrier, direction=line.direction, declaration=line.declaration,
        declared=line.declared, packages=-line.packages, gross_kg=-line.gross_kg, reason=reason, at=at, actor=actor.key,
        reverses=line,
    )  # fmt: skip


def _wait_in_line(bill: BillId) -> None:
    """One writer at a time for a bill, until COMMIT."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", ["writeoff|" + "|".join(bill)]
        )
