"""A sheet in force does not change in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from motcua.law import lock
from motcua.law.load import load
from motcua.lib.errors import Malformed, Refused
from motcua.lib.findings import Severity
from tests.law.sample_law import SHEET, law_folder

NOW = date(2020, 9, 14)
ONE = "a/one/2018-06-05.yaml"
COMING = "a/one/2021-01-01.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = law_folder(tmp_path, {ONE: SHEET, COMING: SHEET.replace("copies: 2", "copies: 1")})
    lock.write(made, lock.locked(load(made), lock.read(made), NOW))
    return made


def _edit(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / "procedures" / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_locked_folder_has_no_finding(folder: Path) -> None:
    assert lock.check(folder, NOW) == []
    assert list(lock.read(folder).sheets) == [f"procedures/{ONE}"]


def test_a_sheet_edited_in_force_is_named_with_the_mend(folder: Path) -> None:
    _edit(folder, ONE, "copies: 2", "copies: 1")
    (finding,) = lock.check(folder, NOW)
    assert finding.place == f"law/procedures/{ONE}"
    assert (finding.code, finding.severity) == ("edited-in-force", Severity.ERROR)
    for text in (finding.vi, finding.en):
        assert "motcua law lock --erratum" in text
    assert "add a new one named by the new in-force date" in finding.en


def test_comments_and_layout_are_free(folder: Path) -> None:
    _edit(folder, ONE, "sets: 1", "# one set is enough\nsets:    1")
    assert lock.check(folder, NOW) == []


def test_a_sheet_still_to_come_may_be_edited(folder: Path) -> None:
    _edit(folder, COMING, "copies: 1", "copies: 3")
    assert lock.check(folder, NOW) == []


def test_a_sheet_that_took_force_meanwhile_asks_to_be_locked(folder: Path) -> None:
    (finding,) = lock.check(folder, date(2021, 1, 1))
    assert (finding.code, finding.severity) == ("not-locked", Severity.WARNING)
    assert finding.place == f"law/procedures/{COMING}"


def test_a_sheet_taken_away_is_noticed(folder: Path) -> None:
    (folder / "procedures" / ONE).unlink()
    (finding,) = lock.check(folder, NOW)
    assert finding.code == "taken-away"


def test_locking_again_never_accepts_an_edit(folder: Path) -> None:
    _edit(folder, ONE, "copies: 2", "copies: 1")
    lock.write(folder, lock.locked(load(folder), lock.read(folder), NOW))
    assert [finding.code for finding in lock.check(folder, NOW)] == ["edited-in-force"]


def test_an_erratum_accepts_the_edit_and_stays_on_record(folder: Path) -> None:
    before = lock.read(folder)
    _edit(folder, ONE, "copies: 2", "copies: 1")
    path = f"procedures/{ONE}"
    lock.write(folder, lock.with_erratum(load(folder), before, path, on=NOW, reason="Chép nhầm số bản"))
    assert lock.check(folder, NOW) == []
    (erratum,) = lock.read(folder).errata
    assert (erratum.was, erratum.on, erratum.reason) == (before.sheets[path], NOW, "Chép nhầm số bản")
    assert erratum.now == load(folder).versions("a/one")[0].digest


def test_an_erratum_needs_a_change_a_lock_and_a_reason(folder: Path) -> None:
    kept, path = lock.read(folder), f"procedures/{ONE}"
    with pytest.raises(Refused, match="has not changed"):
        lock.with_erratum(load(folder), kept, path, on=NOW, reason="x")
    _edit(folder, ONE, "copies: 2", "copies: 1")
    with pytest.raises(Refused, match="needs a reason"):
        lock.with_erratum(load(folder), kept, path, on=NOW, reason=" ")
    with pytest.raises(Refused, match="not locked"):
        lock.with_erratum(load(folder), kept, f"procedures/{COMING}", on=NOW, reason="x")


@pytest.mark.parametrize("text", ["", "[]", '{"sheets": {}}', '{"sheets": {"a": "b"}, "errata": []}'])
def test_a_damaged_lock_is_not_taken_for_an_empty_one(folder: Path, text: str) -> None:
    (folder / "lock.json").write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match="restore it from git"):
        lock.check(folder, NOW)


def test_without_a_lock_everything_in_force_asks_to_be_locked(folder: Path) -> None:
    (folder / "lock.json").unlink()
    assert [finding.code for finding in lock.check(folder, NOW)] == ["not-locked"]
