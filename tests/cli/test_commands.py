"""Every command explains itself, starts quickly, and stands in the reference as it is."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from motcua.config.cli import COMMANDS, cli
from motcua.config.cli.reference import PAGE, everything, page
from tests.cli.conftest import Run


def test_the_reference_is_written_from_the_commands() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m motcua.config.cli.reference --write"


@pytest.mark.parametrize(("name", "command"), [pytest.param(*one, id=one[0]) for one in everything()])
def test_a_command_says_what_it_does(name: str, command: click.Command) -> None:
    assert command.help, name


def test_every_command_of_the_table_can_be_loaded() -> None:
    context = click.Context(cli)
    assert all(cli.get_command(context, name) for name in COMMANDS)


def test_help_lists_all_commands_without_loading_django() -> None:
    code = "import sys; from motcua.config.cli import cli; cli(['--help'], standalone_mode=False); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("False")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_a_mistyped_command_gives_two_and_one_line(run: Run) -> None:
    ran = run("laww")
    assert (ran.code, "No such command" in ran.err, "Traceback" in ran.err) == (2, True, False)


def test_progress_is_silent_where_nobody_watches(run: Run) -> None:
    from motcua.config.cli.output import bar

    ran = run("law", "check")
    assert ran.err == ""
    with bar("x", 2) as progress:
        progress(1)
