"""Which bill a declaration means: pure, every rule with a case that ties and one that does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from motcua.consignment.comparing import Kind, Terms, Used, compare
from motcua.consignment.matching import Bill, BillId, Claim, How, Index, Match, match_all, parts, suggest

NOW = datetime(2020, 7, 20, 2, tzinfo=UTC)
LANDED = NOW - timedelta(days=10)
TERMS = Terms(Decimal("0.5"), Decimal(5), Decimal(5), timedelta(days=30))
FIRM = "9900000016"


def bill(number: str = "HLCU0001234", carrier: str = "HLCU", direction: str = "entry", **more: Any) -> Bill:
    key = parts(number, carrier)
    known: dict[str, Any] = {
        "consignee": FIRM, "packages": 40, "gross_kg": Decimal(12000), "arrived_at": LANDED, "office": "20CF",
    }  # fmt: skip
    return Bill(BillId(key.rest if carrier else key.key, carrier, direction), number, **{**known, **more})


def claim(written: str = "HLCU0001234", declaration: str = "10300000001", **more: Any) -> Claim:
    known: dict[str, Any] = {
        "direction": "entry", "tax_code": FIRM, "net_kg": Decimal(11000), "registered_at": NOW, "office": "20CF",
    }  # fmt: skip
    return Claim(declaration, written, **{**known, **more})


def one(written: str, *bills: Bill, **more: Any) -> Match:
    return Index.of(bills).match(claim(written, **more))


def kinds(claims: list[Claim], bills: list[Bill], used: dict[BillId, Used] | None = None) -> list[Kind]:
    matches = list(match_all(claims, bills))
    return [found.kind for found in compare(matches, bills, used or {}, TERMS, NOW)]


def test_blanks_dashes_and_small_letters_do_not_count() -> None:
    for written in ("HLCU0001234", "hlcu 0001234", "HLCU-000.1234", "HLCU/0001234"):
        assert one(written, bill()).how is How.EXACT


def test_the_carriers_code_may_be_left_out_on_either_side() -> None:
    assert one("0001234", bill()).how is How.CARRIER
    assert one("HLCU0001234", bill("0001234", "")).how is How.CARRIER
    assert one("HLCU0001234", bill("0001234", "HLCU")).how is How.EXACT


def test_leading_zeros_may_be_left_out_while_one_bill_fits() -> None:
    assert one("HLCU1234", bill()).how is How.ZEROS
    found = one("HLCU1234", bill("HLCU01234"), bill("HLCU001234"))
    assert found.how is How.AMBIGUOUS
    assert found.bill is None


def test_the_nearest_writing_wins_over_one_with_other_zeros() -> None:
    assert one("HLCU01234", bill("HLCU01234"), bill("HLCU001234")).bill == bill("HLCU01234")


def test_another_carriers_bill_of_the_same_number_is_not_taken() -> None:
    found = one("COSU0001234", bill())
    assert found.how is How.OTHER_CARRIER
    assert "HLCU" in found.why.en
    assert found.bill is None


def test_the_consignee_decides_between_two_carriers() -> None:
    mine, other = bill(), bill("COSU0001234", "COSU", consignee="9900000024")
    assert one("0001234", mine, other).how is How.CONSIGNEE
    assert one("0001234", mine, other).bill == mine
    assert one("0001234", mine, other, tax_code="").how is How.AMBIGUOUS


def test_a_master_bill_with_houses_is_not_what_is_declared() -> None:
    master = bill("HLCU77", kind="master", has_houses=True)
    found = one("HLCU77", master)
    assert found.how is How.MASTER_ONLY
    assert not found.is_tied
    assert one("HLCU77", bill("HLCU77", kind="master")).is_tied


def test_an_air_waybill_is_its_eleven_digits() -> None:
    assert one("057-51987552", bill("05751987552", "")).how is How.EXACT


def test_an_export_is_not_tied_to_goods_that_came_in() -> None:
    assert one("HLCU0001234", bill(), direction="exit").how is How.OTHER_WAY


def test_every_non_match_says_why_in_both_languages() -> None:
    for found in (
        one("X1", bill()),
        one("COSU0001234", bill()),
        one("HLCU1234", bill("HLCU01234"), bill("HLCU001234")),
    ):
        assert not found.is_tied
        assert found.why.vi
        assert found.why.vi != found.why.en


@given(st.from_regex(r"[A-Z]{4}[0-9]{4,10}", fullmatch=True), st.sampled_from([" ", "-", ".", "/", ""]))
def test_however_a_number_is_broken_up_it_is_the_same(number: str, mark: str) -> None:
    broken = mark.join((number[:4], number[4:6], number[6:])).lower()
    assert parts(broken) == parts(number)
    assert one(broken, bill(number, "")).is_tied


def test_look_alikes_of_the_same_consignee_are_told_and_not_tied() -> None:
    wrong = [
        claim("HLCU000I234"),
        claim("HLCU00O1234", "10300000002"),
        claim("HLCU001235", "10300000003"),
    ]
    known = [bill()]
    assert not any(found.is_tied for found in match_all(wrong, known))
    told = suggest(wrong, known)
    assert {key[0] for key in told} == {"10300000001", "10300000002", "10300000003"}
    assert suggest([claim("HLCU9988776")], known) == {}
    assert suggest([claim("HLCU00O1234", tax_code="9900000024")], known) == {}


def test_a_shared_container_is_a_suggestion() -> None:
    boxed = bill(containers=frozenset({"CSQU3054383"}))
    told = suggest([claim("ZZZ9", containers=frozenset({"CSQU3054383"}))], [boxed])
    assert "CSQU3054383" in told["10300000001", "ZZZ9"][0].why.en


# What does not agree ----------------------------------------------------------------------------------------------


def test_what_agrees_shows_nothing() -> None:
    assert kinds([claim()], [bill()]) == []


def test_a_bill_on_no_manifest_and_a_bill_nobody_declared() -> None:
    assert kinds([claim("ZZ1")], []) == [Kind.MISSING_BILL]
    assert kinds([], [bill()]) == [Kind.MISSING_DECLARATION]


def test_goods_in_transit_or_still_at_sea_or_under_houses_need_no_declaration_yet() -> None:
    at_sea = bill(arrived_at=None)
    under_houses = bill(kind="master", has_houses=True)
    assert (
        kinds([], [at_sea, under_houses, bill("HLCU2", is_declared=False), bill("HLCU3", direction="exit")])
        == []
    )


def test_the_missing_declaration_is_an_error_only_after_its_time() -> None:
    late = bill(arrived_at=NOW - timedelta(days=31))
    found = [one.severity for one in compare([], [bill("HLCU5"), late], {}, TERMS, NOW)]
    assert [str(one) for one in found] == ["note", "error"]


def test_a_declaration_after_thirty_days_is_late() -> None:
    on_the_day = claim(registered_at=LANDED + timedelta(days=30))
    assert kinds([on_the_day], [bill()]) == []
    assert kinds([claim(registered_at=LANDED + timedelta(days=30, seconds=1))], [bill()]) == [Kind.LATE]


def test_net_mass_above_gross_mass_is_told_beyond_the_tolerance() -> None:
    assert kinds([claim(net_kg=Decimal(12060))], [bill()]) == []
    assert kinds([claim(net_kg=Decimal(12061))], [bill()]) == [Kind.WEIGHT]


def test_two_declarations_of_one_bill_are_added_up() -> None:
    half = Decimal(6500)
    two = [claim(net_kg=half), claim(declaration="10300000002", net_kg=half)]
    assert kinds(two, [bill()]) == [Kind.WEIGHT]
    assert kinds([two[0]], [bill()]) == []


def test_one_declaration_of_two_bills_is_held_against_their_sum() -> None:
    bills = [bill("HLCU1", gross_kg=Decimal(5000)), bill("HLCU2", gross_kg=Decimal(5000))]
    both = [claim("HLCU1", net_kg=Decimal(9000)), claim("HLCU2", net_kg=Decimal(9000))]
    assert kinds(both, bills) == []
    heavy = [claim("HLCU1", net_kg=Decimal(11000)), claim("HLCU2", net_kg=Decimal(11000))]
    assert kinds(heavy, bills) == [Kind.WEIGHT]


def test_unknown_masses_are_not_guessed() -> None:
    assert kinds([claim(net_kg=None)], [bill()]) == []
    assert kinds([claim()], [bill(gross_kg=None)]) == []


def test_more_written_off_than_the_bill_holds() -> None:
    assert kinds([claim()], [bill()], {bill().id: Used(41, Decimal(100), 1)}) == [Kind.OVER_USE]
    assert kinds([claim()], [bill()], {bill().id: Used(40, Decimal(12000), 1, all_gone=True)}) == []


def test_packages_left_when_every_declaration_is_gone() -> None:
    assert kinds([claim()], [bill()], {bill().id: Used(39, Decimal(9000), 1, all_gone=True)}) == [
        Kind.PACKAGES
    ]
    assert kinds([claim()], [bill()], {bill().id: Used(39, Decimal(9000), 1)}) == []


def test_another_consignee_is_told_and_a_branch_is_not_another() -> None:
    assert kinds([claim(tax_code="9900000024")], [bill()]) == [Kind.CONSIGNEE]
    assert kinds([claim(tax_code=f"{FIRM}-001")], [bill()]) == []
