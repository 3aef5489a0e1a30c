"""What all commands share towards the terminal: two languages on stdout, progress on stderr, exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from motcua.lib.findings import Finding, Severity

BOTH = "both"
# Wide enough that no line of a table breaks when the output goes into a file.
WIDTH_OF_A_FILE = 180

_WORDS = {
    Severity.ERROR: ("lỗi", "error"),
    Severity.WARNING: ("cảnh báo", "warning"),
    Severity.NOTE: ("lưu ý", "note"),
}

language_option = click.option(
    "--language",
    type=click.Choice(["vi", "en", BOTH]),
    default=BOTH,
    show_default=True,
    help="The language of the answer.",
)
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def say(vi: str, en: str, language: str = BOTH, *, err: bool = False) -> None:
    """One statement for people: Vietnamese first, English second, or only the language asked for."""
    for name, text in (("vi", vi), ("en", en)):
        if language in {name, BOTH}:
            click.echo(text, err=err)


def one_line(vi: str, en: str, language: str) -> str:
    """Both languages on one line, for cells and headings."""
    return f"{vi} · {en}" if language == BOTH else vi if language == "vi" else en


def as_json(value: Any) -> None:
    """JSON for programs: UTF-8 as it is, two spaces."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_findings(findings: Iterable[Finding], language: str) -> None:
    """Findings as `path:line: error: …`, which editors make into a link; the second language indented below."""
    for finding in findings:
        vi, en = _WORDS[finding.severity]
        basis = f" ({finding.basis})" if finding.basis else ""
        lines = {"vi": f"{vi}: {finding.vi}{basis}", "en": f"{en}: {finding.en}{basis}"}
        first = "en" if language == "en" else "vi"
        click.echo(f"{finding.place}: {lines[first]}")
        if language == BOTH:
            click.echo(f"    {lines['en']}")


def findings_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings for programs."""
    return [
        {"code": f.code, "severity": str(f.severity), "place": f.place, "vi": f.vi, "en": f.en}
        for f in findings
    ]


def print_table(table: Table) -> None:
    """A table on stdout, as wide as the terminal, or wide enough when there is none."""
    terminal = sys.stdout.isatty()
    Console(file=sys.stdout, width=None if terminal else WIDTH_OF_A_FILE, highlight=False).print(table)


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr for work that may take over two seconds; silent when stderr is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(title, total=total)
        yield lambda done: bars.advance(task, done)
