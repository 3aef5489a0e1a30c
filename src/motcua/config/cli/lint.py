"""`motcua lint-report`: the arithmetic of an article or a draft report, recomputed from its own text."""

from __future__ import annotations

from pathlib import Path

import click

from motcua.reporting.lint import run


@click.command("lint-report")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["vi", "en"]),
    default=None,
    help="The language of the answer; the language of the text when left out.",
)
def lint_report(file: Path, language: str | None) -> None:
    """Recompute every sum, share and change in the text FILE.

    Needs no database. Exit code 0: nothing wrong; 1: an arithmetic fault; 2: the file cannot be read.
    """
    raise SystemExit(run(file, language=language))
