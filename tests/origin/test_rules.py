"""Every rule of the procedure: what it lets through and what it finds, and that an item never blocks another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.lib.findings import Severity, errors
from motcua.origin.documents import Flag, FormD, Invoice, Original, Party, Transport, read_criterion
from motcua.origin.rules import (
    RULES,
    DeclaredLine,
    Facts,
    box_of,
    check,
    check_receipt,
    expires_on,
    of_form,
    of_item,
)
from motcua.origin.terms import months_after
from tests.origin.forms import ITEM, SECOND, TERMS, facts, form

LEFT = date(2020, 5, 4)


def one(**changes: Any) -> FormD:
    """A form of one item, spoilt."""
    return form(items=(replace(ITEM, **changes),))


def codes(document: FormD, **known: Any) -> list[tuple[str, str]]:
    return [(found.code, str(found.severity)) for found in check(document, facts(**known))]


def test_a_right_form_has_no_finding() -> None:
    assert check(form(), facts()) == []


E, W, N = str(Severity.ERROR), str(Severity.WARNING), str(Severity.NOTE)
TICKED = frozenset({Flag.ISSUED_RETROACTIVELY})
BACK = frozenset({Flag.BACK_TO_BACK})
ORIGINAL = Original("SG2020-7", "SG", date(2020, 3, 2))
WITH_FOB = replace(ITEM, fob=Decimal("9000"), currency="USD", original_item=1)

CASES: list[tuple[FormD, dict[str, Any], list[tuple[str, str]]]] = [
    (form(number="none"), {}, [("identified", E)]),
    (form(issued_on=None), {}, [("identified", E)]),
    (form(issued_on=date(2020, 5, 20), flags=TICKED), {}, [("identified", E)]),
    (form(items=()), {}, [("identified", E)]),
    (form(issuing_country="CN", exporter=Party("A", "", "CN"), invoices=(Invoice("INV-2020-77", LEFT, "", "CN"),)), {},
     [("member", E)]),
    (form(importing_country="TH"), {"customs": "TH"}, [("member", E)]),
    (form(importing_country="LA"), {}, [("country", E)]),
    (form(importing_country="LA"), {"customs": ""}, []),
    # Rule 10: three days, then the tick, then never.
    (form(issued_on=date(2020, 5, 7)), {}, []),
    (form(issued_on=date(2020, 5, 8)), {}, [("issued-in-time", E)]),
    (form(issued_on=date(2020, 5, 8), flags=TICKED), {}, []),
    (form(flags=TICKED), {}, [("issued-in-time", W)]),
    (form(transport=Transport(date(2019, 5, 3), "X", "", "VNHPH"), flags=TICKED), {}, [("issued-in-time", E)]),
    (form(transport=Transport(date(2019, 5, 4), "X", "", "VNHPH"), flags=TICKED), {}, []),
    (form(transport=Transport(None, "X", "", "VNHPH")), {}, [("issued-in-time", W)]),
    # Rule 14: twelve months, with its two exceptions.
    (form(), {"on": date(2021, 5, 4)}, []),
    (form(), {"on": date(2021, 5, 5)}, [("validity", E)]),
    (form(), {"on": date(2021, 5, 5), "imported_on": date(2021, 5, 4)}, [("validity", W)]),
    (form(), {"on": date(2021, 6, 5), "force_majeure": True}, [("validity", W)]),
    (form(items=(ITEM, replace(SECOND, number=1))), {}, [("item-number", E)]),
    (one(description=" "), {}, [("item-complete", E)]),
    (one(quantity=None), {}, [("item-complete", E)]),
    (one(unit=""), {}, [("item-complete", W)]),
    (one(criterion=""), {}, [("criterion", E)]),
    (one(criterion="PE"), {}, [("criterion", E)]),
    (one(criterion="PSR"), {}, [("criterion", E)]),
    (one(criterion="CTH"), {}, []),
    (one(criterion="SP"), {}, []),
    (one(criterion="CTSH+35%", fob=Decimal(900), currency="USD"), {}, []),
    # RVC at least 40, never rounded up.
    (one(criterion="39%", fob=Decimal(900), currency="USD"), {}, [("rvc", E)]),
    (one(criterion="39.9%", fob=Decimal(900), currency="USD"), {}, [("rvc", W), ("rvc", E)]),
    (one(criterion="40.6%", fob=Decimal(900), currency="USD"), {}, [("rvc", W)]),
    (one(criterion="RVC 140%", fob=Decimal(900), currency="USD"), {}, [("rvc", E)]),
    # PC from 20 to below 40, ticked.
    (one(criterion="PC 40%"), {}, [("partial-cumulation", E), ("partial-cumulation", E)]),
    (form(items=(replace(ITEM, criterion="PC 20%"),), flags=frozenset({Flag.PARTIAL_CUMULATION})), {}, []),
    (form(items=(replace(ITEM, criterion="PC 39%"),), flags=frozenset({Flag.PARTIAL_CUMULATION})), {}, []),
    (form(items=(replace(ITEM, criterion="PC 19%"),), flags=frozenset({Flag.PARTIAL_CUMULATION})), {},
     [("partial-cumulation", E)]),
    (form(items=(replace(ITEM, criterion="PC"),), flags=frozenset({Flag.PARTIAL_CUMULATION})), {}, [("criterion", E)]),
    # Rule 25: FOB only with RVC, and before 2014 always.
    (one(criterion="45%"), {}, [("fob", E)]),
    (one(fob=Decimal(9000), currency="USD"), {}, [("fob", N)]),
    (one(criterion="45%", fob=Decimal(900)), {}, [("fob", W)]),
    (form(items=(ITEM,), issued_on=date(2013, 5, 4), transport=Transport(date(2013, 5, 4), "X")), {"on": date(2013, 6, 1)},
     [("fob", E)]),
    (one(hs_code="1006"), {}, [("hs-code", E)]),
    (one(), {"declared": (DeclaredLine(1, "10063040"),)}, []),
    (one(), {"declared": (DeclaredLine(1, "10063099"),)}, [("hs-code", W)]),
    (one(), {"declared": (DeclaredLine(1, "11010011"),)}, [("hs-code", W)]),
    (form(invoices=()), {}, [("invoice", E), ("invoice", E), ("invoice", E)]),
    (form(invoices=(Invoice("INV-2020-77", None, "", "TH"),)), {}, [("invoice", W)]),
    # Rule 23.
    (form(invoices=(Invoice("INV-2020-77", LEFT, "Trading Pte", "SG"),)), {}, [("third-country-invoicing", E)]),
    (form(invoices=(Invoice("INV-2020-77", LEFT, "", "SG"),), flags=frozenset({Flag.THIRD_COUNTRY_INVOICING})), {},
     [("third-country-invoicing", E)]),
    (form(invoices=(Invoice("INV-2020-77", LEFT, "Trading Pte", "SG"),), flags=frozenset({Flag.THIRD_COUNTRY_INVOICING})),
     {}, []),
    (form(flags=frozenset({Flag.THIRD_COUNTRY_INVOICING})), {}, [("third-country-invoicing", W)]),
    # Rule 11.
    (form(items=(WITH_FOB,), flags=BACK), {}, [("back-to-back", E)]),
    (form(items=(WITH_FOB,), original=ORIGINAL), {}, [("fob", N), ("back-to-back", E)]),
    (form(items=(WITH_FOB,), flags=BACK, original=ORIGINAL), {}, [("back-to-back", N)]),
    (form(items=(WITH_FOB,), flags=BACK, original=replace(ORIGINAL, issued_on=date(2019, 5, 3))), {},
     [("validity", E), ("back-to-back", E), ("back-to-back", N)]),
    (form(items=(WITH_FOB,), flags=BACK, original=ORIGINAL), {"original": form(), "drawn": {}}, []),
    (form(items=(WITH_FOB,), flags=BACK, original=ORIGINAL), {"original": form(), "drawn": {1: Decimal("0.5")}},
     [("back-to-back", E)]),
    (form(items=(replace(WITH_FOB, original_item=9),), flags=BACK, original=ORIGINAL), {"original": form()},
     [("back-to-back", W)]),
    (form(flags=frozenset({Flag.EXHIBITION})), {}, [("exhibition", E)]),
    (form(flags=frozenset({Flag.EXHIBITION}), exhibition="THAIFEX, Bangkok"), {}, []),
    (form(flags=frozenset({Flag.DE_MINIMIS})), {}, [("de-minimis", E)]),
    (form(items=(replace(ITEM, criterion="CTH"),), flags=frozenset({Flag.DE_MINIMIS})), {}, []),
    (form(transport=Transport(LEFT, "X", "THLCH", "VNHPH", ("HK",))), {}, [("direct-consignment", W)]),
    (form(transport=Transport(LEFT, "X", "THLCH", "VNHPH", ("LA",))), {}, []),
    (form(transport=Transport(LEFT, "X", "THLCH", "VNHPH", ("HK",), "THBL77")), {}, []),
    # Rule 29.
    (form(function="replacement"), {}, [("replacement", E)]),
    (form(function="replacement", replaces="D2020-0000001"), {"replaced_issued_on": date(2020, 1, 1)}, []),
    (form(function="replacement", replaces="D2020-0000001"), {"replaced_issued_on": date(2019, 5, 3)}, [("replacement", E)]),
    (form(function="replacement", replaces="D2020-0123456"), {}, [("replacement", E)]),
    (one(criterion="45%", fob=Decimal(200), currency="USD"), {}, [("waiver", N)]),
    (one(criterion="45%", fob=Decimal("200.01"), currency="USD"), {}, []),
    (form(exporter=Party("", "", "TH")), {}, [("parties", E)]),
    (form(exporter=Party("A", "", "XX"), invoices=(Invoice("INV-2020-77", LEFT),)), {}, [("parties", E), ("parties", W)]),
    (form(), {"used": {1: Decimal("100.1")}}, [("quantity", E)]),
    (form(), {"used": {1: Decimal("100")}}, []),
]  # fmt: skip


@pytest.mark.parametrize(("document", "known", "expected"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_a_rule_finds_what_it_should_and_nothing_else(
    document: FormD, known: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert codes(document, **known) == expected


def test_every_rule_is_broken_by_a_case_and_names_where_it_stands() -> None:
    broken = {code for _, _, expected in CASES for code, _ in expected}
    assert {rule.code for rule in RULES} == broken
    for rule in RULES:
        assert rule.basis.startswith("ATIGA"), rule
        assert (rule.__doc__ or "").strip().endswith("."), rule


def test_one_bad_item_leaves_the_others_alone() -> None:
    document = form(items=(ITEM, replace(SECOND, criterion="PE")))
    found = check(document, facts())
    assert errors(of_item(found, document, 2))
    assert of_item(found, document, 1) == of_form(found) == []


def test_only_what_makes_a_message_useless_keeps_it_from_being_received() -> None:
    late = form(issued_on=date(2020, 5, 8), items=(replace(ITEM, criterion="PE"),))
    assert errors(check(late, facts()))
    assert check_receipt(late, facts()) == []
    assert check_receipt(form(importing_country="LA"), facts())


@pytest.mark.parametrize(
    ("text", "written", "percent", "strange"),
    [
        ("WO", ("WO",), None, ()),
        ("40%", ("RVC",), Decimal(40), ()),
        ("RVC 40 %", ("RVC",), Decimal(40), ()),
        ("CTSH+35%", ("CTSH", "RVC"), Decimal(35), ()),
        ("PC 25%", ("PC",), Decimal(25), ()),
        ("pe", (), None, ("PE",)),
        ("", (), None, ()),
    ],
)
def test_box_eight_is_taken_apart(
    text: str, written: tuple[str, ...], percent: Decimal | None, strange: tuple[str, ...]
) -> None:
    found = read_criterion(text)
    assert (found.codes, found.percent, found.strange) == (written, percent, strange)


@given(st.dates(date(2012, 1, 1), date(2040, 1, 1)))
def test_twelve_months_are_the_same_day_next_year(day: date) -> None:
    later = months_after(day, 12)
    assert (later.year, later.month) == (day.year + 1, day.month)
    assert later.day == day.day or (day.month, day.day, later.day) == (2, 29, 28)


def test_the_days_that_follow_from_the_procedure() -> None:
    assert TERMS.reject_by(date(2020, 5, 18)) == date(2020, 7, 17)
    assert TERMS.answer_by(date(2020, 5, 18)) == date(2020, 8, 16)
    assert TERMS.check_ends_on(date(2020, 5, 18)) == date(2020, 11, 14)
    assert expires_on(form(), TERMS) == date(2021, 5, 4)


def test_a_place_is_told_by_its_box() -> None:
    assert [box_of(place) for place in ("exporter.name", "items[0].criterion", "items[2].fob", "flags", "number")] == [
        1, 8, 9, 13, 0,
    ]  # fmt: skip


@given(st.text(max_size=30), st.text(alphabet="0123456789%+. PCRVTHSWO", max_size=12))
def test_whatever_stands_in_a_form_is_judged_and_never_breaks_the_judge(number: str, criterion: str) -> None:
    document = form(number=number, items=(replace(ITEM, criterion=criterion),))
    assert isinstance(check(document, Facts(on=LEFT, terms=TERMS)), list)
