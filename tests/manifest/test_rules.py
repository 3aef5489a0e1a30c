"""Each named rule by itself: a good document, one change, and exactly that finding at its path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from motcua.lib.findings import Severity
from motcua.manifest import codes, provisions
from motcua.manifest.deadlines import Moments, due_of, dues
from motcua.manifest.difference import diff
from motcua.manifest.documents import (
    CrewList,
    DangerousGoods,
    DangerousGoodsManifest,
    Equipment,
    Fullness,
    HealthDeclaration,
    Manifest,
    MovementKind,
    Nature,
    PassengerList,
    Place,
    SecurityNotice,
    Sheet,
    Store,
    Stores,
    to_data,
)
from motcua.manifest.rules import RULES, Facts, check
from motcua.manifest.rules.rule import Known
from tests.manifest.calls import BOX, ETA, NOW, SAILORS, bill, call, house, manifest, with_totals

LAW, CODES = provisions.load(settings.LAW), codes.load(settings.CODES)
E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE
ITEM = bill().items[0]
UNVERIFIED = min(code for code in CODES.unverified_places if code.startswith("VN"))
TWENTY_ONE = tuple(
    replace(ITEM, number=n, packages=1 if n > 1 else 20, gross_kg=Decimal(571 if n > 1 else 580))
    for n in range(1, 22)
)
CREW = CrewList(call=call(), persons=SAILORS)


@dataclass(frozen=True)
class Case:
    """A document with one thing wrong: which rule says so, where, how strongly, and what is known besides."""

    rule: str
    path: str
    document: Sheet
    severity: Severity = E
    known: dict[str, Any] = field(default_factory=dict)


def called(**changes: Any) -> Manifest:
    return manifest(call=call(**changes))


def billed(**changes: Any) -> Manifest:
    return manifest(bill(**changes))


def item(**changes: Any) -> Manifest:
    return billed(items=(replace(ITEM, **changes),))


def boxed(**changes: Any) -> Manifest:
    return manifest(equipment=(replace(BOX, **changes),))


def renamed(number: str) -> Manifest:
    """The box under another number, in the bill as well."""
    uses = (replace(bill().uses[0], equipment=number),)
    return manifest(bill(uses=uses), equipment=(replace(BOX, number=number),))


def sailor(**changes: Any) -> CrewList:
    return replace(CREW, persons=(SAILORS[0], replace(SAILORS[1], **changes)))


def ship(**changes: Any) -> Manifest:
    return called(conveyance=replace(call().conveyance, **changes))


def late() -> dict[str, Any]:
    moments = Moments(mode="sea", movement="entry", on=NOW.date(), eta=ETA, voyage_hours=72)
    due = due_of("manifest", dues(LAW, moments))
    assert due is not None
    return {"at": ETA, "due": due, "due_why": due.why(moments)}


HOUSES = {"form": "house-bills"}
MASTER = {"HLS0001": Known("EM-1", False, "direct", 40, Decimal(12000))}


def master(**changes: Any) -> dict[str, Any]:
    return {"bills": {"HLS0001": MASTER["HLS0001"]._replace(**changes)}}


# A house of its whole master, with the same place in the list; only the master is remarked on.
WHOLE = replace(house("H1", sequence=1), packages=40, gross_kg=Decimal(12000), items=(ITEM,))
CASES = (
    Case("call-named", "call.mode", called(mode=None)),
    Case("call-named", "call.journey", called(journey="")),
    Case("call-named", "call.conveyance.imo", ship(imo="", call_sign="")),
    Case("call-imo", "call.conveyance.imo", ship(imo="9074720")),
    Case("call-flag", "call.conveyance.flag", ship(flag="QZ")),
    Case("call-port", "call.port.code", called(port=Place(code=""))),
    Case("call-port", "call.port.code", called(port=Place(code="SGSIN"))),
    Case("call-place", "call.previous_port.code", called(previous_port=Place(code="C1"))),
    Case("call-place-unverified", "call.port.code", called(port=Place(code=UNVERIFIED)), N),
    Case("call-times", "call.eta", called(eta=None)),
    Case("call-times", "call.etd", called(etd=ETA - timedelta(hours=1))),
    Case("call-window", "call.eta", called(eta=NOW + timedelta(days=31)), W),
    Case("call-route", "call.previous_port.code", called(previous_port=Place(code="VNHPH"))),
    Case("call-late", "call.eta", manifest(), W, late()),
    Case("bill-number", "bills[0].number", billed(number="")),
    Case("bill-number", "bills[0].number", billed(number="A,B")),
    Case("bill-number", "bills[0].number", billed(number="057-51987550"), W, {"mode": "air"}),
    Case("bill-twice", "bills[1].number", manifest(bill("A-1"), bill("A1"))),
    Case("bill-house", "bills[0].master_number", manifest(house("H1", master=""), equipment=())),
    Case("bill-house", "bills[0].kind", billed(), E, HOUSES),
    Case("bill-house-sums", "bills[0].packages",
         manifest(bill(), replace(house("H1"), packages=39, gross_kg=Decimal(12000), items=(replace(ITEM, packages=39),))), W),
    Case("bill-parties", "bills[0].shipper.name", billed(shipper=replace(bill().shipper, name="")), W),
    Case("bill-parties", "bills[0].consignee.country", billed(consignee=replace(bill().consignee, country="QZ"))),
    Case("bill-tax-code", "bills[0].consignee.tax_code", billed(consignee=replace(bill().consignee, tax_code="9900000017"))),
    Case("bill-tax-code", "bills[0].consignee.tax_code", billed(consignee=replace(bill().consignee, tax_code="")), W),
    Case("bill-nature", "bills[0].nature", billed(nature=None)),
    Case("bill-nature", "bills[0].unloading.code", billed(unloading=Place(code="SGSIN"))),
    Case("bill-nature", "bills[0].remarks", billed(nature=Nature.TRANSHIPMENT), W),
    Case("bill-place", "bills[0].loading.code", billed(loading=Place())),
    Case("bill-sequence", "bills[0].sequence", manifest(bill(sequence=1), WHOLE), W),
    Case("bill-goods", "bills[0].items", billed(items=()), W),
    Case("bill-goods", "bills[0].items[0].description", item(description="")),
    Case("bill-goods", "bills[0].items[0].origin", item(origin="QZ")),
    Case("bill-hs", "bills[0].items[0].hs", item(hs="84137")),
    Case("bill-packages", "bills[0].items[0].package_kind", item(package_kind="??")),
    Case("bill-packages", "bills[0].packages", item(packages=39)),
    Case("bill-weight", "bills[0].gross_kg", billed(gross_kg=None, items=(replace(ITEM, gross_kg=None),))),
    Case("bill-weight", "bills[0].items[0].net_kg", item(net_kg=Decimal(12001))),
    Case("bill-weight", "bills[0].gross_kg", item(gross_kg=Decimal(11000))),
    Case("bill-dangerous", "bills[0].items[0].dangerous[0].un_number",
         item(dangerous=(DangerousGoods(un_number="12", hazard_class="3"),))),
    Case("manifest-totals", "totals.packages", with_totals(manifest(), packages=41)),
    Case("manifest-totals", "totals.gross_kg", with_totals(manifest(), gross_kg=Decimal(13000))),
    Case("manifest-totals", "totals.containers", with_totals(manifest(), containers=2)),
    Case("manifest-totals", "totals.bills", with_totals(manifest(), bills=3)),
    Case("manifest-empty", "bills", replace(manifest(), bills=(), equipment=()), N),
    Case("box-number", "equipment[0].number", renamed("CSQU3054384")),
    Case("box-number", "equipment[0].number", renamed("TANK7"), W),
    Case("box-twice", "equipment[1].number", manifest(equipment=(BOX, BOX))),
    Case("box-use", "bills[0].uses[0].equipment", manifest(equipment=())),
    Case("box-use", "equipment[1].number",
         manifest(equipment=(BOX, Equipment(number="MSCU6639870", fullness=Fullness.FULL, seals=("S2",))))),
    Case("box-use", "equipment[0].fullness", boxed(fullness=Fullness.EMPTY)),
    Case("box-share", "bills[0].uses", billed(uses=(replace(bill().uses[0], packages=39),)), W),
    Case("box-seal", "equipment[0].seals", boxed(seals=()), W),
    Case("manifest-limit", "bills[0].items", billed(items=TWENTY_ONE), W),
    Case("manifest-limit", "function", manifest(), W, {"corrections": 10}),
    Case("person-known", "persons[1].family_name", sailor(family_name="")),
    Case("person-known", "persons[1].nationality", sailor(nationality="QZ")),
    Case("person-known", "persons[1].born_on", sailor(born_on=None)),
    Case("person-known", "persons[1].born_on", sailor(born_on=date(2030, 1, 1))),
    Case("person-known", "persons[1].document_number", sailor(document_number="")),
    Case("person-expired", "persons[1].document_expires", sailor(document_expires=date(2020, 5, 31)), W),
    Case("person-twice", "persons[1].document_number", sailor(document_number=SAILORS[0].document_number)),
    Case("person-count", "call.crew", replace(CREW, call=call(crew=3))),
    Case("person-count", "call.passengers", PassengerList(call=call(passengers=1))),
    Case("stores-line", "stores[0].quantity", Stores(call=call(), stores=(Store(article="Rum"),))),
    Case("health-yes", "death", HealthDeclaration(call=call(), death=True), N),
    Case("security-level", "level", SecurityNotice(call=call(), level=4)),
    Case("dangerous-line", "goods[0].hazard_class",
         DangerousGoodsManifest(call=call(), goods=(DangerousGoods(un_number="UN1203"),))),
    Case("bill-declared", "bills[0].number", manifest(), E, {"bills": MASTER}),
    Case("bill-no-master", "bills[0].master_number", manifest(house("H1"), equipment=()), E, HOUSES),
    Case("bill-over-master", "bills[0].packages", manifest(house("H1"), equipment=()), E, HOUSES | master(packages=19)),
    Case("bill-over-master", "bills[0].gross_kg",
         manifest(house("H1"), equipment=()), W, HOUSES | master(gross_kg=Decimal(5000))),
)  # fmt: skip


def facts(**known: Any) -> Facts:
    return Facts(**{"law": LAW, "codes": CODES, "form": "manifest", "at": NOW, **known})


@pytest.mark.parametrize("case", CASES, ids=[f"{one.rule}:{one.path}" for one in CASES])
def test_one_change_gives_one_finding_of_the_rule_at_its_path(case: Case) -> None:
    found = check(case.document, facts(**case.known))
    assert [(one.code, one.place, one.severity) for one in found] == [(case.rule, case.path, case.severity)]
    assert found[0].vi != found[0].en
    assert found[0].basis


def test_the_good_documents_have_no_finding() -> None:
    for document in (
        manifest(),
        CREW,
        Stores(call=call()),
        HealthDeclaration(call=call()),
        SecurityNotice(call=call(), level=1),
    ):
        assert check(document, facts()) == []
    assert check(manifest(house("H1"), equipment=()), facts(form="house-bills", bills=MASTER)) == []
    leaving = call(
        movement=MovementKind.EXIT, eta=None, etd=ETA, previous_port=Place(), next_port=Place(code="SGSIN")
    )
    assert check(CrewList(call=leaving, persons=SAILORS), facts(entry=False)) == []


def test_every_rule_is_proved_here() -> None:
    assert {rule.code for rule in RULES} == {case.rule for case in CASES}
    assert len({rule.code for rule in RULES}) == len(RULES)


# Broken law data -------------------------------------------------------------------------------------------------


def broken(folder: Path, **changes: Callable[[str], str]) -> Path:
    """A copy of the law on movements with some files changed."""
    (folder / "manifest").mkdir()
    for file in sorted((settings.LAW / "manifest").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        change = changes.get(file.stem)
        (folder / "manifest" / file.name).write_text(change(text) if change else text, encoding="utf-8")
    return folder


def test_all_faults_of_broken_provisions_are_said_at_once_with_their_lines(tmp_path: Path) -> None:
    from motcua.lib.errors import Invalid

    folder = broken(
        tmp_path,
        forms=lambda text: text.replace("modes: [sea, river]", "modes: [sea, canal]", 1),
        deadlines=lambda text: text.replace("anchor: eta", "anchor: soon", 1).replace("verified: false", "verified: perhaps", 1),
        limits=lambda text: text.replace("most: 20,", "most: 0,", 1),
        notices=lambda text: text.replace('function: "21"', "function: [21]", 1),
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        provisions.load(folder)
    places = [one.place for one in refused.value.findings]
    for stem, phrase in (
        ("forms", "canal"), ("deadlines", "anchor: soon"), ("deadlines", "perhaps"), ("limits", "most: 0"),
        ("notices", "function: [21]"),
    ):  # fmt: skip
        lines = (folder / "manifest" / f"{stem}.yaml").read_text(encoding="utf-8").splitlines()
        line = next(number for number, text in enumerate(lines, 1) if phrase in text)
        near = [one for one in places if f"{stem}.yaml" in one and str(line) in one]
        assert near, (stem, phrase, line, places)


def test_a_form_that_does_not_exist_and_a_missing_file_are_named(tmp_path: Path) -> None:
    from motcua.lib.errors import Invalid

    folder = broken(tmp_path, deadlines=lambda text: text.replace("forms: [manifest", "forms: [manifesto", 1))
    with pytest.raises(Invalid, match="manifesto"):
        provisions.load(folder)
    (folder / "manifest" / "notices.yaml").unlink()
    with pytest.raises(Invalid, match="notices"):
        provisions.load(folder)


# The difference of versions --------------------------------------------------------------------------------------

NUMBERS = st.lists(st.sampled_from([f"B{n}" for n in range(8)]), unique=True, max_size=8)


def declared(numbers: list[str], heavier: set[str]) -> dict[str, Any]:
    bills = tuple(bill(number, gross_kg=Decimal(12001 if number in heavier else 12000)) for number in numbers)
    return to_data(replace(manifest(), bills=bills))


@given(NUMBERS, NUMBERS, st.sets(st.sampled_from([f"B{n}" for n in range(8)])))
@runs(max_examples=60, deadline=None)
def test_the_difference_names_exactly_the_bills_that_came_went_or_changed(
    before: list[str], after: list[str], heavier: set[str]
) -> None:
    old, new = declared(before, set()), declared(after, heavier)
    found = diff(old, new)
    text = str(found)
    changed = heavier & set(before) & set(after)
    touched = set(before) ^ set(after) | changed
    assert {number for number in (f"B{n}" for n in range(8)) if number in text} == touched
    assert diff(new, new) == {} or not any(diff(new, new).values())
