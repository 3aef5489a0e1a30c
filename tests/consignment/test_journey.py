"""The journey: a ship, a bill, a declaration, an inspection, a certificate, release; in the end nothing holds the goods."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from motcua.consignment import ledger
from motcua.consignment.gather import gather
from motcua.consignment.holds import Hold, holds
from motcua.consignment.matching import BillId
from motcua.consignment.models import Discrepancy
from motcua.consignment.run import match_register, terms
from motcua.nsw import results
from motcua.nsw.documents import Covered, GoodsLine, Notice
from motcua.nsw.doing import Doing
from motcua.origin.models import Certificate
from motcua.people.actor import CLOCK
from motcua.people.cast import ensure_cast
from tests.consignment.world import DAY, HOUR, KEY, LATER, declaration, happens, ship, with_code
from tests.nsw.nsw_cast import lodged
from tests.origin import world as asean
from tests.origin.forms import form

BILL = "HLCU0001234"


def held(number: str = BILL) -> list[Hold]:
    return [one for one in holds(gather(number), terms(LATER).declare_within) if one.blocks]


def parts() -> list[str]:
    return [one.part for one in held()]


@pytest.mark.django_db
def test_from_the_ship_to_release_and_nothing_holds_the_goods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ensure_cast()
    # The ship has come; nobody has declared the goods.
    ship(with_code(BILL))
    assert [(one.part, one.party) for one in held()] == [("bill", "trader")]
    # A certificate comes through ASEAN, signed; the declaration names bill and certificate.
    monkeypatch.setattr(settings, "KEYS", tmp_path, raising=False)
    asean.publish(tmp_path)
    asean.Asean().send(form(), at=LATER - DAY)
    certificate = Certificate.objects.get()
    declaration(KEY, "hlcu 1234", extra=({"kind": "certificate", "number": certificate.number},))
    match_register(LATER + HOUR)
    assert parts() == ["declaration"]
    assert list(gather(certificate.number).certificates) == [certificate]
    # The ministry must see the goods first.
    line = GoodsLine(1, "Tôm đông lạnh", "03061729", "IN", Decimal(40), "UNT", None, KEY, 1)
    inspection = lodged(people["lan"], LATER + 2 * HOUR, lines=(line,), office="20CF")
    happens(KEY, "awaiting_inspection", LATER + 2 * HOUR)
    assert [(one.part, one.party) for one in held()] == [("inspection", "ministry")]
    doing = Doing(CLOCK, LATER + 3 * HOUR, LATER + 3 * HOUR)
    doing.record(inspection.case, "accepted", {}, "")
    notice = Notice(
        "result", number="12/KQ", outcome="passed", covers=(Covered(KEY, 1, 1, Decimal(40), "UNT"),)
    )
    results.give(inspection, notice, doing)
    # Customs releases, the bill is written off, the goods leave.
    happens(KEY, "inspection_received", LATER + 4 * HOUR)
    assert [(one.part, one.party) for one in held()] == [("declaration", "customs")]
    for hours, kind in ((5, "duty_paid"), (6, "released"), (7, "gone")):
        happens(KEY, kind, LATER + timedelta(hours=hours))
    ledger.write_off(
        BillId("0001234", "HLCU", "entry"),
        KEY,
        packages=40,
        gross_kg=Decimal(12000),
        actor=CLOCK,
        at=LATER + 7 * HOUR,
    )
    match_register(LATER + 8 * HOUR)
    assert held() == []
    assert not Discrepancy.objects.filter(gone_at=None).exists()
    lan = Client()
    lan.force_login(people["lan"])
    page = lan.get(f"/consignments/{BILL}/").content.decode()
    assert "Không còn gì giữ lô hàng này" in page
    for number in (KEY, inspection.file_code):
        assert number in page
