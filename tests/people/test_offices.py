"""Offices have a time and a successor, and the file that names them is checked before anybody believes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from motcua.lib.errors import Invalid
from motcua.people import queries
from motcua.people.models import Office
from motcua.people.offices import ensure_offices, existed, read_offices

FILE = Path(settings.LAW) / "offices.yaml"
SIX_BRANCHES = {"20BB", "20BC", "20BD", "20CE", "20CF", "20CG"}


def fault(tmp_path: Path, old: str, new: str) -> list[str]:
    """The codes of the findings after one change to the real file."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "offices.yaml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_offices(changed)
    assert all(finding.place.startswith("offices.yaml:") for finding in refused.value.findings)
    return [finding.code for finding in refused.value.findings]


def test_nine_offices_took_dossiers_in_2020(db: None) -> None:
    ensure_offices()
    nine = {office.code for office in queries.receiving_offices(date(2020, 9, 30))}
    assert len(nine) == 9
    assert nine > SIX_BRANCHES


def test_cai_lan_was_a_branch_before_2020_and_then_no_more(db: None) -> None:
    ensure_offices()
    branches = {office.code for office in queries.offices_on(date(2019, 6, 1)).filter(kind="branch")}
    assert branches == SIX_BRANCHES | {"20CD"}
    assert {o.code for o in queries.offices_on(date(2020, 6, 1)).filter(kind="branch")} == SIX_BRANCHES
    assert Office.objects.get(pk="20CD").successor == "20CF"


def test_every_office_of_2020_has_a_successor_of_2025(db: None) -> None:
    ensure_offices()
    for office in queries.offices_on(date(2020, 9, 30)):
        successor = Office.objects.get(pk=office.successor)
        assert successor.valid_from == date(2025, 3, 15)
        assert successor.name_vi != office.name_vi


def test_what_was_guessed_says_so() -> None:
    for row in read_offices(FILE):
        assert not row.dossier_unit.verified
        if not row.verified:
            assert any(word in row.source.lower() for word in ("guess", "ours", "not read", "likely"))


def test_loading_twice_leaves_the_same_rows_and_forgets_what_left_the_file(db: None) -> None:
    count = ensure_offices()
    office = Office.objects.get(pk="20BB")
    office.name_vi = "Tên sai"
    office.save()
    office.pk = "20XX"
    office.save()
    assert ensure_offices() == count == Office.objects.count()
    assert Office.objects.get(pk="20BB").name_vi != "Tên sai"


def test_two_offices_of_one_time_never_share_a_dossier_unit() -> None:
    rows = [row for row in read_offices(FILE) if existed(row, date(2020, 1, 2))]
    assert len({row.dossier_unit.code for row in rows}) == len(rows)


def test_a_repeated_code_is_found(tmp_path: Path) -> None:
    assert "office-repeated" in fault(tmp_path, "code: 20BC\n", "code: 20BB\n")


def test_a_successor_that_is_not_there_is_found(tmp_path: Path) -> None:
    assert fault(tmp_path, "successor: 20CF\n", "successor: 20QQ\n") == ["office-successor"]


def test_an_office_that_ends_before_it_begins_is_found(tmp_path: Path) -> None:
    assert "office-ends-early" in fault(tmp_path, "valid_to: 2019-12-31", "valid_to: 2009-12-31")


def test_two_offices_with_one_unit_are_found(tmp_path: Path) -> None:
    assert fault(tmp_path, '{code: "002.20.00.G12"', '{code: "001.20.00.G12"') == ["office-shares-unit"]


def test_an_unknown_key_is_found_with_its_line(tmp_path: Path) -> None:
    assert fault(tmp_path, "    kind: branch\n", "    kind: branch\n    colour: green\n") == ["unknown-key"]
