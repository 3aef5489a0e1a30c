"""The consignment page: one screen of what holds the goods, and nothing for those it does not concern."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from motcua.consignment.gather import gather
from motcua.consignment.holds import Hold, holds
from motcua.consignment.models import Discrepancy
from motcua.consignment.run import match_register, terms
from motcua.manifest.models import Movement
from motcua.nsw import results
from motcua.nsw.documents import Covered, GoodsLine, Notice
from motcua.nsw.doing import Doing
from motcua.nsw.models import Inspection
from motcua.people.actor import CLOCK
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from tests.consignment.world import DAY, HOUR, KEY, LANDED, LATER, declaration, happens, ship, with_code
from tests.nsw.nsw_cast import lodged


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return ensure_cast()


@pytest.fixture
def goods(people: dict[str, User]) -> Inspection:
    """A bill that has come, its declaration, and an inspection of it."""
    ship(with_code("HLCU0001234"))
    declaration(KEY, "HLCU 1234")
    line = GoodsLine(1, "Tôm đông lạnh", "03061729", "IN", Decimal(40), "UNT", None, KEY, 1)
    inspection = lodged(people["lan"], LATER + HOUR, lines=(line,), office="20CF")
    happens(KEY, "awaiting_inspection", LATER + 2 * HOUR)
    match_register(LATER + 3 * HOUR)
    return inspection


def held(number: str) -> list[Hold]:
    return [one for one in holds(gather(number), terms(LATER).declare_within) if one.blocks]


def browser(people: dict[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def test_any_number_leads_to_the_same_goods(goods: Inspection) -> None:
    for number in ("hlcu-0001234", "0001234", "CSQU3054383", KEY, f"{KEY}3", goods.file_code):
        found = gather(number)
        assert [one.number for one in found.bills] == ["HLCU0001234"], number
        assert [one.key for one in found.declarations] == [KEY], number
        assert list(found.inspections) == [goods], number
    assert gather("COSU0001234").is_empty
    assert gather("XX").is_empty


def test_a_hold_says_what_since_when_whose_move_and_by_when(goods: Inspection) -> None:
    (hold,) = held(KEY)
    assert (hold.part, hold.party, hold.since) == ("inspection", "ministry", LATER + HOUR)
    assert hold.what.en == f"{goods.ministry}: Waiting to be accepted"


def test_a_bill_nobody_declared_waits_for_its_trader_from_arrival_for_thirty_days(
    people: dict[str, User],
) -> None:
    ship(with_code("HLCU77"))
    (hold,) = held("HLCU77")
    assert (hold.party, hold.since, hold.due) == ("trader", LANDED, LANDED + 30 * DAY)
    assert hold.is_late(LANDED + 31 * DAY)
    Movement.objects.update(ata=None)
    assert [one.party for one in held("HLCU77")] == ["agent", "trader"]


def test_when_all_is_done_nothing_holds_the_goods(goods: Inspection) -> None:
    doing = Doing(CLOCK, LATER + 3 * HOUR, LATER + 3 * HOUR)
    doing.record(goods.case, "accepted", {}, "")
    notice = Notice(
        "result", number="12/KQ", outcome="passed", covers=(Covered(KEY, 1, 1, Decimal(40), "UNT"),)
    )
    results.give(goods, notice, doing)
    happens(KEY, "inspection_received", LATER + 4 * HOUR)
    assert [one.part for one in held(KEY)] == ["declaration"]
    happens(KEY, "released", LATER + 5 * HOUR)
    assert held(KEY) == []


@pytest.mark.parametrize("name", ["lan", "minh"])
def test_the_trader_and_her_agent_see_it_all(goods: Inspection, people: dict[str, User], name: str) -> None:
    answer = browser(people, name).get("/consignments/", {"q": "HLCU 0001234"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/consignments/HLCU0001234/"
    for part in ("HLCU0001234", KEY, goods.file_code):
        assert part in page


def test_a_stranger_gets_nothing_and_the_search_does_not_tell(
    goods: Inspection, people: dict[str, User]
) -> None:
    client = browser(people, "binh")
    assert client.get(f"/consignments/{KEY}/").status_code == 404
    answer = client.get("/consignments/", {"q": KEY})
    assert answer.status_code == 200
    assert goods.file_code not in answer.content.decode()


def test_the_carrier_sees_the_bill_and_not_the_declaration(
    goods: Inspection, people: dict[str, User]
) -> None:
    page = browser(people, "thuy").get("/consignments/HLCU0001234/").content.decode()
    assert "HLCU0001234" in page
    assert KEY not in page
    assert goods.file_code not in page


def test_a_ministry_sees_its_inspection_only(goods: Inspection, people: dict[str, User]) -> None:
    page = browser(people, "nga").get(f"/consignments/{goods.file_code}/")
    assert page.status_code == 200
    assert KEY not in page.content.decode()
    assert browser(people, "yen").get(f"/consignments/{goods.file_code}/").status_code == 404


def test_the_command_tells_programs_the_holds(goods: Inspection, capsys: pytest.CaptureFixture[str]) -> None:
    from motcua.config.cli import main

    main(["consignment", "show", "HLCU0001234", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    (hold,) = told["holds"]
    assert set(hold) == {"what", "since", "whose_move", "due", "part", "number"}
    assert hold["whose_move"]["code"] == "ministry"
    assert told["declarations"][0]["number"] == KEY
    with pytest.raises(SystemExit) as stop:
        main(["consignment", "show", "NOTHING404"])
    assert stop.value.code == 1


def test_a_discrepancy_is_settled_with_a_reason_and_leaves_the_list(people: dict[str, User]) -> None:
    found = Discrepancy.objects.create(
        kind="missing-bill", severity="warning", office="20BB", declared="ZZ1", why_vi="Không có", why_en="None",
        since=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    client = browser(people, "dung")
    url = f"/consignments/discrepancies/{found.pk}/settle/"
    assert "Không có" in client.get("/consignments/discrepancies/").content.decode()
    assert client.get(f"/consignments/discrepancies/{found.pk}/").status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 400
    assert client.post(url, {"reason": "Vận đơn giấy đã nộp"}).status_code == 302
    found.refresh_from_db()
    assert found.reason == "Vận đơn giấy đã nộp"
    assert client.post(url, {"reason": "Lần nữa"}).status_code == 404
