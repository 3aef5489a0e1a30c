"""`motcua report … --format pdf|xlsx --output FILE`: the papers and workbooks of the pages, without the site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motcua.lib.bilingual import known_language

if TYPE_CHECKING:
    from motcua.casework.figures import Figure
    from motcua.reporting.form06a import Form

FILES = ("pdf", "xlsx")

output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where --format pdf or xlsx writes to; a file that is there already is replaced.",
)


def is_file(shape: str, output: Path | None) -> bool:
    """Whether a format is a file. UsageError when a file has no name, or text is given one."""
    if shape in FILES and output is None:
        raise click.UsageError(f"--format {shape} needs --output FILE, such as --output report.{shape}.")
    if shape not in FILES and output is not None:
        raise click.UsageError("--output goes with --format pdf or xlsx; other formats are printed.")
    return shape in FILES


def write_bulletin(found: list[Figure], shape: str, output: Path | None, language: str) -> None:
    """The bulletin as a file."""
    from motcua.reporting import paper, spreadsheet

    makers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: paper.bulletin_pdf(found, known_language(language)),
        "xlsx": lambda: spreadsheet.bulletin_workbook(found),
    }
    _write(makers[shape](), output)


def write_form(filled: Form, shape: str, output: Path | None, language: str) -> None:
    """Form II.06a as a file."""
    from motcua.reporting import paper, spreadsheet

    makers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: paper.form_pdf(filled, known_language(language)),
        "xlsx": lambda: spreadsheet.form_workbook(filled),
    }
    _write(makers[shape](), output)


def _write(body: bytes, output: Any) -> None:
    try:
        output.write_bytes(body)
    except OSError as error:
        raise click.ClickException(
            f"Không ghi được tệp {output}: {error.strerror}. / {output} cannot be written: {error.strerror}."
        ) from None
    click.echo(f"{output}  {len(body):,} bytes", err=True)
