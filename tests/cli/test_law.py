"""`motcua law` on the real law folder and on broken copies of it; nowhere a database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LAW = Path(__file__).parents[2] / "law"
AGENT = "enterprise/customs-agent-recognition"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAW, tmp_path / "law"))


def sheet(folder: Path, version: str = "2019-08-05") -> Path:
    return folder / "procedures" / AGENT / f"{version}.yaml"


def edit(file: Path, old: str, new: str) -> int:
    """Replace text that must be there; returns its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_law_of_this_repository_holds_and_is_locked(run: Run) -> None:
    ran = run("law", "check", "--folder", LAW)
    assert ran.code == 0, ran.out
    assert "0 lỗi, 0 cảnh báo" in ran.out


def test_check_needs_neither_a_database_nor_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", "from motcua.config.cli import main; main(['law', 'check'])"],
        env={
            "PATH": os.environ["PATH"],
            "MOTCUA_HOME": str(home),
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not home.exists()


def test_check_says_every_fault_of_every_file_with_path_and_line(run: Run, folder: Path) -> None:
    line = edit(sheet(folder), "counted_by:", "counted_bye:")
    fee = edit(folder / "parameters" / "fees.yaml", "since:", "sinse:")
    day = edit(folder / "calendars" / "customs-offices.yaml", "monday:", "mondy:")
    ran = run("law", "check", "--folder", folder)
    assert ran.code == 1
    assert f"law/procedures/{AGENT}/2019-08-05.yaml:{line}: lỗi: " in ran.out
    assert f"law/parameters/fees.yaml:{fee}: lỗi: " in ran.out
    assert f"customs-offices.yaml:{day}" in ran.out
    assert "    error: " in ran.out


def test_check_of_a_folder_without_calendars_or_parameters_names_both(run: Run, folder: Path) -> None:
    shutil.rmtree(folder / "calendars")
    shutil.rmtree(folder / "parameters")
    ran = run("law", "check", "--folder", folder)
    assert ran.code == 1
    assert "The calendar folder has no .yaml file" in ran.out
    assert "law/parameters/fees.yaml: " in ran.out


def test_check_in_one_language_and_for_programs(run: Run, folder: Path) -> None:
    edit(sheet(folder), "counted_by:", "counted_bye:")
    english = run("law", "check", "--folder", folder, "--language", "en")
    assert "error: " in english.out
    assert "lỗi" not in english.out
    found = json.loads(run("law", "check", "--folder", folder, "--format", "json").out)
    assert found["errors"] == len([f for f in found["findings"] if f["severity"] == "error"]) > 0
    assert all(f["vi"] and f["en"] and f["place"] for f in found["findings"])


def test_an_edited_sheet_in_force_is_refused_until_an_erratum_gives_its_reason(
    run: Run, folder: Path
) -> None:
    edit(sheet(folder), "minutes: 30", "minutes: 31")
    ran = run("law", "check", "--folder", folder)
    assert ran.code == 1
    assert "edited after it was locked" in ran.out
    path = f"law/procedures/{AGENT}/2019-08-05.yaml"
    # Locking again does not swallow the edit.
    assert run("law", "lock", "--folder", folder).code == 1
    without = run("law", "lock", "--folder", folder, "--erratum", path)
    assert without.code == 1
    assert "needs a reason" in without.err
    made = run("law", "lock", "--folder", folder, "--erratum", path, "--reason", "The source says 31.")
    assert (made.code, "1 errata" in made.out) == (0, True)
    assert run("law", "check", "--folder", folder).code == 0
    kept = json.loads((folder / "lock.json").read_text(encoding="utf-8"))["errata"]
    assert [(one["path"], one["reason"]) for one in kept] == [
        (path.removeprefix("law/"), "The source says 31.")
    ]


def test_a_broken_lock_is_one_finding_beside_the_others(run: Run, folder: Path) -> None:
    (folder / "lock.json").write_text("{", encoding="utf-8")
    edit(sheet(folder), "counted_by:", "counted_bye:")
    ran = run("law", "check", "--folder", folder)
    assert ran.code == 1
    assert "lock.json" in ran.out
    assert "counted_bye" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        (AGENT,),
        (f"{AGENT}@2018-01-01", f"{AGENT}@05/08/2019"),
        (sheet(LAW, "2015-03-15"), sheet(LAW)),
        (f"{AGENT}@2018-01-01", sheet(LAW)),
    ],
)
def test_diff_takes_names_with_dates_paths_or_the_last_two(run: Run, arguments: tuple[object, ...]) -> None:
    ran = run("law", "diff", *arguments)
    assert ran.code == 0, ran.err
    assert "Giấy tờ 'Giấy chứng nhận đăng ký doanh nghiệp" in ran.out
    assert "Paper 'Business registration" in ran.out


def test_diff_for_programs_and_in_one_language(run: Run) -> None:
    found = json.loads(run("law", "diff", AGENT, "--format", "json").out)
    dropped = [one for one in found["changes"] if one["path"] == "documents[registration]"]
    assert [(one["kind"], one["after"], one["editorial"]) for one in dropped] == [("removed", None, False)]
    vietnamese = run("law", "diff", AGENT, "--language", "vi").out
    assert "Giấy tờ" in vietnamese
    assert "Paper" not in vietnamese


def test_diff_of_a_sheet_with_itself_is_empty(run: Run) -> None:
    assert "The two are the same." in run("law", "diff", f"{AGENT}@2020-01-01", sheet(LAW)).out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("no/such",), "no procedure named"),
        (("confirmation/declaration-confirmation",), "one version only"),
        ((f"{AGENT}@2001-01-01", AGENT), "not in force on 01/01/2001"),
        ((f"{AGENT}@soon", AGENT), "not a date"),
        (("x.yaml", AGENT), "must be …/procedures/"),
        ((f"{AGENT}@2019-08-05",), "second sheet"),
    ],
)
def test_diff_says_what_it_cannot_compare(run: Run, arguments: tuple[str, ...], why: str) -> None:
    ran = run("law", "diff", *arguments)
    assert ran.code != 0
    assert why in ran.err
    assert "Traceback" not in ran.err


def test_a_fault_in_another_sheet_does_not_stand_in_the_way_of_a_comparison(run: Run, folder: Path) -> None:
    edit(
        folder / "procedures/confirmation/declaration-confirmation/2018-06-05.yaml",
        "counted_by:",
        "counted_bye:",
    )
    versions = (f"{AGENT}@2018-01-01", f"{AGENT}@2020-01-01")
    assert run("law", "diff", *versions, "--folder", folder).code == 0
    edit(sheet(folder), "counted_by:", "counted_bye:")
    assert "counted_bye" in run("law", "diff", *versions, "--folder", folder).err


def test_cost_shows_lines_sources_and_what_a_reform_saved(run: Run) -> None:
    arguments = ("law", "cost", AGENT, "--on", "2020-01-01", "--frequency", "2", "--subjects", "50")
    ran = run(*arguments, "--compare", "2018-01-01")
    assert ran.code == 0, ran.err
    assert "Thu nhập bình quân một giờ làm việc" in ran.out
    assert "documents[notice].minutes" in ran.out
    assert "Saved: " in ran.out
    found = json.loads(run(*arguments, "--compare", "2018-01-01", "--format", "json").out)
    once = {name: int(found[name]["once_vnd"]) for name in ("cost", "before")}
    assert int(found["cost"]["year_vnd"]) == 100 * once["cost"]
    assert int(found["benefit"]["once_vnd"]) == once["before"] - once["cost"] > 0
    assert sum(int(line["once_vnd"]) for line in found["cost"]["lines"] if line["counts"]) == once["cost"]


def test_cost_by_the_standard_cost_model_adds_overhead_and_says_so(run: Run) -> None:
    by = {
        method: json.loads(
            run("law", "cost", AGENT, "--on", "2020-01-01", "--method", method, "--format", "json").out
        )["cost"]
        for method in ("circular-02-2017", "scm")
    }
    names = {given["en"] for line in by["scm"]["lines"] for given in line["inputs"]}
    assert any("overhead" in name.lower() for name in names)
    assert by["scm"]["once_vnd"] != by["circular-02-2017"]["once_vnd"]


@pytest.mark.parametrize(
    "wrong", [("--frequency", "often"), ("--frequency", "nan"), ("--subjects", "-1"), ("--on", "x")]
)
def test_cost_refuses_what_is_no_number_or_date(run: Run, wrong: tuple[str, str]) -> None:
    ran = run("law", "cost", AGENT, *wrong)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_list_counts_versions_and_what_nobody_has_verified(run: Run) -> None:
    everything = json.loads(run("law", "list", "--format", "json").out)
    then = json.loads(run("law", "list", "--on", "2018-01-01", "--format", "json").out)
    assert len(everything) == len(list((LAW / "procedures").rglob("*.yaml")))
    assert {one["procedure"] for one in then} < {one["procedure"] for one in everything}
    assert any(one["unverified"] for one in everything)
    assert f"{len(everything)} versions" in run("law", "list").out
