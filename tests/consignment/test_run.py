"""Matching over the register: what is kept, what is left alone, what goes when it is mended; and the ledger of a bill."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.consignment import ledger
from motcua.consignment.matching import BillId
from motcua.consignment.models import Discrepancy, Match, MatchRun, WriteOff
from motcua.consignment.run import match_register, match_when_due
from motcua.lib.errors import NotAllowed, Refused
from motcua.manifest.actions import lodge
from motcua.manifest.approvals import decide
from motcua.manifest.documents import Function
from motcua.manifest.models import Bill
from motcua.people.actor import CLOCK
from motcua.people.cast import ensure_cast
from tests.consignment.world import (
    DAY,
    HOUR,
    KEY,
    LANDED,
    LATER,
    OTHER,
    carrier,
    declaration,
    happens,
    kg,
    ship,
    with_code,
)
from tests.manifest.calls import NOW, call, manifest

BILL = BillId("0001234", "HLCU", "entry")


@pytest.fixture
def cast(db: None) -> None:
    ensure_cast()


def kinds() -> set[str]:
    return set(Discrepancy.objects.filter(gone_at=None).values_list("kind", flat=True))


@pytest.mark.usefixtures("cast")
def test_bills_are_tied_and_what_does_not_agree_is_listed() -> None:
    ship(with_code("HLCU0001234"), with_code("HLCU0009999"))
    declaration(KEY, "hlcu 1234", "ZZ-404")
    run = match_register(LATER + DAY)
    assert (run.bills, run.claims, run.tied) == (2, 2, 1)
    tied = Match.objects.exclude(bill_key="").get()
    assert (tied.how, tied.bill_key, tied.carrier) == ("zeros", "0001234", "HLCU")
    assert kinds() == {"missing-bill", "missing-declaration"}
    lost = Discrepancy.objects.get(kind="missing-bill")
    assert (lost.declaration, lost.declared, lost.office) == (KEY, "ZZ-404", "20CF")


@pytest.mark.usefixtures("cast")
def test_a_second_run_writes_nothing_again_and_a_mended_thing_goes() -> None:
    movement = ship(with_code("HLCU0001234"))
    declaration(KEY, "HLCU0005678")
    match_register(LATER)
    first = set(Match.objects.values_list("pk", flat=True))
    match_register(LATER + HOUR)
    assert set(Match.objects.values_list("pk", flat=True)) == first
    assert kinds() == {"missing-bill", "missing-declaration"}
    document = manifest(with_code("HLCU0005678"), call=call(), function=Function.REPLACE, reference="M2")
    lodge(document, actor=carrier(), at=NOW + HOUR, recorded_at=LATER)
    correction = movement.versions.get(waits=True)
    decide(correction, accepted=True, reason="Sai số vận đơn", actor=CLOCK, at=LATER)
    match_register(LATER + 2 * HOUR)
    assert kinds() == set()
    assert Discrepancy.objects.filter(gone_at=LATER + 2 * HOUR).count() == 2


@pytest.mark.usefixtures("cast")
def test_a_cancelled_declaration_claims_nothing() -> None:
    ship(with_code("HLCU0001234"))
    declaration(KEY, "HLCU0001234")
    match_register(LATER)
    assert kinds() == set()
    happens(KEY, "cancelled", LATER + HOUR)
    match_register(LATER + DAY)
    assert not Match.objects.exists()
    assert kinds() == {"missing-declaration"}


@pytest.mark.usefixtures("cast")
def test_the_worker_compares_once_an_hour() -> None:
    for minutes in (0, 20, 59, 60, 61):
        assert match_when_due(LATER + timedelta(minutes=minutes)) is False
    assert MatchRun.objects.count() == 2


# The ledger -------------------------------------------------------------------------------------------------------


def take(packages: int = 10, mass: str = "100", key: str = KEY, **more: Any) -> WriteOff:
    return ledger.write_off(BILL, key, packages=packages, gross_kg=kg(mass), actor=CLOCK, at=LATER, **more)


@pytest.mark.usefixtures("cast")
def test_a_bill_is_written_off_in_parts_and_never_beyond_what_it_holds() -> None:
    ship(with_code("HLCU0001234"))
    take(30, "9000")
    take(10, "3000", f"{OTHER}2")
    assert ledger.balance(BILL).left_packages == 0
    assert WriteOff.objects.get(declaration=OTHER).declared == 2
    with pytest.raises(NotAllowed, match="0 packages left"):
        take(1, "0")
    with pytest.raises(NotAllowed, match="kg left"):
        take(0, "0.001")


@pytest.mark.usefixtures("cast")
def test_what_was_taken_is_put_back_once_and_with_a_reason() -> None:
    ship(with_code("HLCU0001234"))
    line = take(40, "12000")
    with pytest.raises(Refused, match="reason"):
        ledger.put_back(line, actor=CLOCK, at=LATER, reason=" ")
    back = ledger.put_back(line, actor=CLOCK, at=LATER, reason="Tờ khai huỷ")
    assert (back.packages, back.gross_kg) == (-40, Decimal(-12000))
    assert ledger.balance(BILL).left_packages == 40
    for again in (line, back):
        with pytest.raises(NotAllowed):
            ledger.put_back(again, actor=CLOCK, at=LATER, reason="Lần nữa")


@pytest.mark.usefixtures("cast")
def test_the_ledger_cannot_be_changed() -> None:
    ship(with_code("HLCU0001234"))
    take()
    with pytest.raises(DatabaseError), transaction.atomic():
        WriteOff.objects.update(packages=1)


@pytest.mark.usefixtures("cast")
def test_an_unknown_bill_and_nothing_at_all_cannot_be_written_off() -> None:
    with pytest.raises(Refused, match="no bill"):
        take()
    ship(with_code("HLCU0001234"))
    with pytest.raises(Refused, match="above zero"):
        take(0, "0")


@pytest.mark.usefixtures("cast")
def test_a_bill_corrected_below_what_was_taken_is_listed() -> None:
    ship(with_code("HLCU0001234"))
    declaration(KEY, "HLCU0001234")
    take(40, "12000")
    Bill.objects.filter(key="0001234").update(packages=30)
    match_register(LATER)
    assert kinds() == {"over-use"}


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_take_the_same_packages() -> None:
    ensure_cast()
    ship(with_code("HLCU0001234"))

    def one(number: int) -> bool:
        try:
            take(10, "3000", f"1030000001{number}")
        except NotAllowed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(one, range(8)))
    assert won == 4
    assert ledger.balance(BILL).left_packages == 0


def test_landing_is_not_after_the_declaration_of_this_world() -> None:
    assert LANDED < LATER
