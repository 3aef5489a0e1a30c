"""Quantities are controlled: one result for several declarations, several results for one, and never more than there is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from motcua.casework.figures import Period
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.nsw import acts, customs_acts, results
from motcua.nsw.documents import Covered, Notice
from motcua.nsw.doing import Doing
from motcua.nsw.models import Alert, Inspection
from motcua.people.actor import Actor
from motcua.people.models import User
from motcua.reporting.gateways import NSW_DECLARATIONS
from tests.nsw.nsw_cast import HOUR, KEY, NOW, OTHER, declared, lodged, passed

OFFICER, CUSTOMS = Actor("user:0", "Nga"), Actor("user:1", "Dũng")


def decided(user: User, quantity: int = 400, **changes: object) -> Inspection:
    inspection = lodged(user)
    acts.accept(inspection, Doing.here(OFFICER, NOW + HOUR))
    notice = passed(covers=(Covered(KEY, 1, 1, Decimal(quantity), "KGM"),), **changes)
    results.give(inspection, notice, Doing.here(OFFICER, NOW + 2 * HOUR))
    return inspection


def use(inspection: Inspection, key: str, quantity: int, at: timedelta = 3 * HOUR) -> None:
    results.use(inspection, Covered(key, 1, 1, Decimal(quantity), "KGM"), actor=CUSTOMS, at=NOW + at)


def test_one_result_serves_several_declarations_as_far_as_it_reaches(cast: dict[str, User]) -> None:
    declared(KEY, OTHER)
    inspection = decided(cast["lan"])
    assert results.left_of(inspection) == {1: Decimal(600)}
    use(inspection, OTHER, 600)
    assert results.left_of(inspection) == {1: Decimal(0)}
    assert {one.reference for one in results.declarations_of(inspection)} == {KEY, OTHER}
    with pytest.raises(Refused):
        use(inspection, OTHER, 1)
    with pytest.raises(Invalid, match="600|1000"):
        use(inspection, "10240000003", 1)


def test_one_declaration_may_have_several_results_and_their_sum_is_seen(cast: dict[str, User]) -> None:
    declared(KEY)
    decided(cast["lan"], 400)
    decided(cast["lan"], 700, number="13/KQ")
    (found,) = results.uses_of(KEY)
    assert (found.line, found.kind, found.covered, found.unit) == (
        1,
        "aquatic-quarantine",
        Decimal(1100),
        "KGM",
    )


def test_what_failed_expired_or_was_recalled_serves_nothing(cast: dict[str, User]) -> None:
    declared(KEY, OTHER)
    failed = decided(cast["lan"], outcome="failed")
    with pytest.raises(NotAllowed):
        use(failed, OTHER, 1)
    expired = decided(cast["lan"], valid_until=date(2020, 5, 1))
    with pytest.raises(NotAllowed, match="ended"):
        use(expired, OTHER, 1)
    recalled = decided(cast["lan"])
    results.recall(recalled, Doing.here(OFFICER, NOW + 3 * HOUR), text="Nhầm")
    with pytest.raises(NotAllowed):
        use(recalled, OTHER, 1, 4 * HOUR)
    assert results.uses_of(KEY)[0].covered == Decimal(400)


def test_goods_in_store_wait_thirty_days_and_then_the_branch_is_told(cast: dict[str, User]) -> None:
    declared(KEY)
    inspection = lodged(cast["lan"])
    acts.accept(inspection, Doing.here(OFFICER, NOW + HOUR))
    event = customs_acts.store(
        inspection, declaration=f"{KEY}0", place="Kho lạnh Đảo Xanh", actor=CUSTOMS, at=NOW + 2 * HOUR
    )
    assert event.details == {"declaration": KEY, "result_by": "2020-07-01"}
    with pytest.raises(NotAllowed):
        customs_acts.store(inspection, declaration=KEY, place="Kho", actor=CUSTOMS, at=NOW + 3 * HOUR)
    assert not customs_acts.warn_of_stores(NOW + timedelta(days=30))
    assert customs_acts.warn_of_stores(NOW + timedelta(days=31))
    assert not customs_acts.warn_of_stores(NOW + timedelta(days=31))
    alert = Alert.objects.get()
    assert (alert.kind, alert.office) == ("overdue", "20BB")
    assert customs_acts.see(alert, actor=CUSTOMS, at=NOW + timedelta(days=32))
    assert not customs_acts.see(alert, actor=OFFICER, at=NOW + timedelta(days=33))


def test_goods_that_failed_are_dealt_with_by_order(cast: dict[str, User]) -> None:
    declared(KEY)
    good = decided(cast["lan"])
    with pytest.raises(NotAllowed):
        customs_acts.order_measure(good, measure="destroy", text="", actor=CUSTOMS, at=NOW + 3 * HOUR)
    bad = decided(cast["lan"], outcome="failed")
    with pytest.raises(NotAllowed):
        customs_acts.finish_measure(bad, text="", actor=CUSTOMS, at=NOW + 3 * HOUR)
    with pytest.raises(Refused):
        customs_acts.order_measure(bad, measure="eat", text="", actor=CUSTOMS, at=NOW + 3 * HOUR)
    customs_acts.order_measure(
        bad, measure="re-export", text="Trong 15 ngày", actor=CUSTOMS, at=NOW + 3 * HOUR
    )
    bad.case.refresh_from_db()
    assert bad.case.holder == "trader"
    customs_acts.finish_measure(bad, text="Đã tái xuất", actor=CUSTOMS, at=NOW + 4 * HOUR)
    assert bad.case.events.get(kind="measure_done").details == {"measure": "re-export"}


def test_a_sample_is_taken_tested_once_and_decided(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    acts.accept(inspection, Doing.here(OFFICER, NOW + HOUR))
    acts.assign(inspection, Doing.here(OFFICER, NOW + HOUR), officer="user:0")
    sample = acts.take_sample(
        inspection,
        Doing.here(OFFICER, NOW + 2 * HOUR),
        number="",
        laboratory=None,
        asked="Dư lượng kháng sinh",
    )
    assert sample.number == f"{inspection.file_code}/M1"
    assert inspection.case.status == "sampling"
    son = Doing.here(Actor("user:9", "Sơn"), NOW + 3 * HOUR)
    acts.report_test(
        inspection,
        son,
        sample=sample.number,
        outcome="passed",
        report_number="88/TN",
        found="Không phát hiện",
    )
    assert inspection.case.status == "accepted"
    with pytest.raises(NotAllowed):
        acts.report_test(inspection, son, sample=sample.number, outcome="failed", report_number="", found="")
    results.give(
        inspection, Notice("result", number="1/KQ", outcome="passed"), Doing.here(OFFICER, NOW + 4 * HOUR)
    )
    assert inspection.case.status == "decided"


def test_a_declaration_counts_once_when_its_last_needed_result_came(cast: dict[str, User]) -> None:
    declared(KEY)
    first, second = lodged(cast["lan"]), lodged(cast["lan"])
    period = Period(date(2020, 6, 1), date(2020, 6, 5))
    later = NOW + timedelta(days=6)

    def count() -> int:
        return NSW_DECLARATIONS.measure(period, later).value

    for inspection in (first, second):
        acts.accept(inspection, Doing.here(OFFICER, NOW + HOUR))
    results.give(first, passed(), Doing.here(OFFICER, NOW + 2 * HOUR))
    assert count() == 0
    results.give(second, passed(number="2/KQ"), Doing.here(OFFICER, NOW + 3 * HOUR))
    assert count() == 1
