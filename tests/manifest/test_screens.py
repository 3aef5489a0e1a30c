"""Screen forms: what is typed becomes data, what is not shown stays, and places are told in words."""

from __future__ import annotations

import pytest

from motcua.manifest import screens
from motcua.manifest.documents import Manifest, from_data, to_data
from tests.manifest.calls import bill, manifest


def test_what_is_typed_is_laid_over_what_is_there_and_empty_entries_go() -> None:
    data = to_data(manifest(bill("A1"), bill("A2", uses=())))
    typed = {
        "bills[0].gross_kg": "12.500,5",
        "bills[1].number": "",
        "bills[2].number": "a3",
        "call.eta": "2020-06-03T09:00",
    }
    found = screens.overlay("manifest", data, typed)
    assert found["bills"][0]["gross_kg"] == "12500.5"
    assert found["bills"][0]["items"] == data["bills"][0]["items"]
    assert found["bills"][2]["number"] == "a3"
    assert found["call"]["eta"].startswith("2020-06-03T09:00:00+07:")
    assert isinstance(from_data({"document": "manifest", **found}), Manifest)


def test_fields_that_the_screen_does_not_have_are_not_read() -> None:
    assert screens.overlay("stores", {}, {"bills[0].number": "X", "reference": "Y", "storage": "Kho"}) == {
        "storage": "Kho"
    }
    assert screens.overlay("manifest", {}, {"bills[99999].number": "X"}) == {}


def test_a_place_is_told_in_words() -> None:
    assert screens.label_at("manifest", "bills[2].items[0].hs").vi == "Vận đơn 3 · Hàng hóa 1 · Mã HS"
    assert (
        screens.label_at("manifest", "bills[A2|simple].gross_kg", named=True).en
        == "Bills A2 · Gross mass in all"
    )
    assert screens.label_at("manifest", "nowhere[1]").vi == "nowhere[1]"


@pytest.mark.parametrize(
    ("mode", "movement", "wanted"),
    [
        (None, None, {"imo", "journey", "eta"}),
        ("sea", "exit", {"imo", "journey", "etd"}),
        ("air", "entry", {"journey", "eta"}),
        ("road", "exit", {"etd"}),
    ],
)
def test_what_the_rules_will_ask_for_is_not_called_optional(
    mode: str | None, movement: str | None, wanted: set[str]
) -> None:
    data = {"call": {"mode": mode, "movement": movement}}
    drawn = screens.call_fields("general-declaration", data, {})
    needed = {one.path.rpartition(".")[2] for one in drawn if not one.optional}
    assert needed == wanted | {"mode", "movement", "code"}
