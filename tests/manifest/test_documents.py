"""Documents: their boxes are complete, JSON keeps every value, a walk names each by a path that leads back to it."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from motcua.lib.errors import Invalid, Malformed
from motcua.manifest.documents import (
    DOCUMENTS,
    Bill,
    Call,
    Coded,
    Item,
    Manifest,
    MovementKind,
    Nature,
    Sheet,
    boxes,
    from_json,
    slots,
    to_data,
    to_json,
    value_at,
    walk,
)
from tests.manifest.papers import papers

ANY = st.sampled_from(sorted(DOCUMENTS)).flatmap(lambda name: papers(DOCUMENTS[name], many=1))


def parts(kind: type, seen: set[type]) -> set[type]:
    """A document and everything it is made of."""
    if kind not in seen:
        seen.add(kind)
        for slot in slots(kind):
            if is_dataclass(slot.kind):
                parts(slot.kind, seen)
    return seen


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_field_has_a_label_in_both_languages(name: str) -> None:
    for part in parts(DOCUMENTS[name], set()):
        for field, box in boxes(part).items():
            assert box.label.vi, f"{part.__name__}.{field}"
            assert box.label.en != box.label.vi or box.label.en.isupper()


def test_every_text_but_free_ones_has_a_longest_value() -> None:
    for kind in DOCUMENTS.values():
        for part in parts(kind, set()):
            for slot in slots(part):
                if slot.kind is str:
                    assert slot.box.longest or slot.box.digits[0], f"{part.__name__}.{slot.name}"


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(ANY)
def test_json_keeps_every_value(document: Sheet) -> None:
    assert from_json(to_json(document)) == document
    assert from_json(to_json(document).encode()) == document


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(ANY)
def test_each_path_of_a_walk_leads_back_to_its_value(document: Sheet) -> None:
    for path, field, value in walk(document):
        assert value_at(document, path) == value
        assert path.rpartition(".")[2].partition("[")[0] == field.name


def test_a_path_counts_lists_from_zero() -> None:
    items = (Item(description="A"), Item(description="B", gross_kg=Decimal("12.5")))
    document = Manifest(bills=(Bill(number="1"), Bill(number="2", items=items)))
    assert value_at(document, "bills[1].items[1].gross_kg") == Decimal("12.5")
    assert [path for path, _, _ in walk(document)] == [
        "bills[0].number", "bills[1].number", "bills[1].items[0].description", "bills[1].items[1].description",
        "bills[1].items[1].gross_kg",
    ]  # fmt: skip
    for nowhere in ("bills[9].number", "bills.number", "bill", "bills[0].numbers", "bills[0]..x", "!"):
        with pytest.raises(LookupError):
            value_at(document, nowhere)


def test_everything_wrong_is_said_at_once_with_its_path() -> None:
    wrong = {
        "document": "manifest",
        "vessel": "X",
        "call": {"movement": "sideways", "eta": "2020-03-02T08:00:00", "conveyance": {"flag": "VNM"}},
        "bills": [
            {"number": "1", "gross_kg": "heavy"},
            {"number": 2, "packages": 1.5, "items": [{"gross_kg": "1.1234567", "dangerous": {}}]},
        ],
        "totals": [],
    }
    with pytest.raises(Invalid) as refused:
        from_json(json.dumps(wrong))
    assert {(one.code, one.place) for one in refused.value.findings} == {
        ("json.unknown", "vessel"), ("json.code", "call.movement"), ("json.time", "call.eta"),
        ("json.long", "call.conveyance.flag"), ("json.number", "bills[0].gross_kg"), ("json.type", "bills[1].number"),
        ("json.number", "bills[1].packages"), ("json.number", "bills[1].items[0].gross_kg"),
        ("json.type", "bills[1].items[0].dangerous"), ("json.type", "totals"),
    }  # fmt: skip


BROKEN = [
    b"",
    b"[]",
    b"{}",
    b'{"document": "letter"}',
    b'{"document": ["manifest"]}',
    b"\xff",
    b"{" * 100_000,
    b'{"document": NaN}',
    b'{"document": "waste", "number": "1", "number": "2"}',
]


@pytest.mark.parametrize("content", BROKEN)
def test_what_is_no_document_is_refused_with_a_place(content: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        from_json(content)
    assert refused.value.place


def test_mass_and_amount_stay_exact_whether_text_or_number() -> None:
    for raw in ('"1000.10"', "1000.10"):
        read = from_json('{"document": "manifest", "totals": {"gross_kg": ' + raw + "}}")
        assert isinstance(read, Manifest)
        assert str(read.totals.gross_kg) == "1000.10"


def test_lists_carry_labels_and_outside_codes() -> None:
    assert Nature.of("23") is Nature.IMPORT
    assert Nature.of("99") is None
    assert Nature.of("") is None
    assert MovementKind("entry").label.vi == "Nhập cảnh"
    assert to_data(Call(movement=MovementKind.EXIT)) == {"movement": "exit"}
    assert issubclass(Nature, Coded)


def test_the_mass_of_a_bill_is_declared_or_summed() -> None:
    items = (Item(gross_kg=Decimal(5), packages=1), Item(gross_kg=Decimal("2.5"), packages=2))
    assert (Bill(items=items).all_gross_kg, Bill(items=items).all_packages) == (Decimal("7.5"), 3)
    assert Bill(items=items, gross_kg=Decimal(9), packages=9).all_gross_kg == Decimal(9)
    assert Bill().all_gross_kg is None
