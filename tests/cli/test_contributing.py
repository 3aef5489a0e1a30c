"""The recipe 'add a procedure' of CONTRIBUTING.md, followed step by step: no Python, under ten steps."""

from __future__ import annotations

import re
import shlex
import shutil
import textwrap
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.casework import registry
from motcua.casework.clock import read, verdict
from motcua.dossiers import actions
from motcua.dossiers.documents import Application
from motcua.lib.worktime import VIETNAM
from motcua.people.actor import Actor
from motcua.people.offices import ensure_offices
from motcua.procedures import catalogue
from tests.cli.conftest import Run
from tests.law.test_scenarios import moment, scenario

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("· Add a procedure\n")[2]
FILE = re.compile(r"^ *<!-- file: (?P<path>\S+) -->\n(?P<indent> *)```yaml\n(?P<text>.*?)^ *```", re.M | re.S)
COMMAND = re.compile(r"^ *(motcua .+)$", re.M)


@pytest.fixture
def law(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A copy of the law folder in force, with the files of the recipe written into it."""
    shutil.copytree(ROOT / "law", tmp_path / "law")
    for found in FILE.finditer(RECIPE):
        file = tmp_path / found["path"]
        assert not file.exists(), f"{file} is there already: the recipe is not about something new"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(found["text"]), encoding="utf-8")
    settings.LAW = tmp_path / "law"
    _forget()
    yield tmp_path / "law"
    _forget()


def _forget() -> None:
    catalogue.catalogue.cache_clear()
    registry.calendars.cache_clear()


def paths() -> list[str]:
    return [found["path"] for found in FILE.finditer(RECIPE)]


def test_the_recipe_has_one_sheet_one_example_no_python_and_under_ten_steps() -> None:
    assert [path.split("/")[1] for path in paths()] == ["procedures", "scenarios"]
    assert "```python" not in RECIPE
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", RECIPE, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 3 <= len(numbers) < 10


def test_every_command_of_the_recipe_succeeds_in_its_order(run: Run, law: Path) -> None:
    commands = COMMAND.findall(RECIPE)
    assert [shlex.split(command)[1:3] for command in commands] == [
        ["law", "check"], ["law", "cost"], ["law", "list"], ["law", "lock"],
    ]  # fmt: skip
    said = {}
    for command in commands:
        ran = run(*shlex.split(command)[1:], "--folder", law)
        assert ran.code == 0, f"{command}\n{ran.out}{ran.err}"
        said[shlex.split(command)[2]] = ran.out
    assert "not locked" in said["check"]
    assert "1 versions locked" in said["lock"]
    assert "confirmation/receipt-copy" in said["list"]
    assert "0 errors, 0 warnings" in run("law", "check", "--folder", law).out


def test_the_worked_example_comes_out_as_written(law: Path) -> None:
    (path,) = (path for path in paths() if "scenarios" in path)
    (text,) = yaml.load((law.parent / path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    example = scenario(text)
    reading = read(example.ticks, example.limit, registry.office_hours(text["calendar"]), now=example.now)
    assert reading.finished_at is not None
    assert reading.due_at == moment(text["expect"]["due"])
    assert (str(reading.used), str(verdict(reading, reading.finished_at))) == (
        text["expect"]["used"], text["expect"]["verdict"],
    )  # fmt: skip


@pytest.mark.django_db
def test_a_dossier_of_the_new_procedure_is_lodged_and_due_as_in_the_example(law: Path) -> None:
    ensure_offices()
    friday = datetime(2020, 3, 6, 15, tzinfo=VIETNAM)
    hoa = Actor("user:1", "Lê Thị Hòa")
    dossier = actions.lodge(
        Application(
            procedure="confirmation/receipt-copy", office="20BB", channel="desk", applicant_name="Trần Ngọc Lan",
            received_at=friday, answers={"dossier_code": "000.00.15.H49-200306-0001"},
            presented=frozenset({"request"}),
        ),
        actor=hoa, at=friday,
    )  # fmt: skip
    actions.accept(dossier, actor=hoa, at=friday)
    dossier.case.refresh_from_db()
    assert dossier.case.due_at == datetime(2020, 3, 9, 10, tzinfo=VIETNAM)
