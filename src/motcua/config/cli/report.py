"""`motcua report`: figures, forms and bulletins, and the rows behind every one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from motcua.config.cli import setup
from motcua.config.cli.report_files import FILES, is_file, output_option, write_bulletin, write_form

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from motcua.casework.figures import Period
    from motcua.people.actor import Actor

_AS_OF = """What the system knew at this moment: a day means its END (24:00 in Vietnam), so 2020-10-05 is 2020-10-06T00:00+07:00;
a time without a zone is Vietnam's. Default: the latest moment that running work can no longer change. Later than now is
refused."""


def _period_options(command: Any) -> Any:
    for option in (
        click.option("--as-of", "as_of", metavar="DATE|TIME", help=_AS_OF),
        click.option(
            "--period", "name", metavar="NAME", help="A period by name: see `motcua report period`."
        ),
        click.option(
            "--to", "end", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day, counted."
        ),
        click.option(
            "--from", "start", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="First day, counted."
        ),
    ):
        command = option(command)
    return command


def _period(start: datetime | None, end: datetime | None, name: str | None) -> Period:
    from motcua.reporting import periods

    if name and not start and not end:
        return periods.period(name)
    if start and end and not name:
        return periods.between(start.date(), end.date())
    raise click.UsageError("Give --from and --to, or --period NAME, and not both.")


def _moment(text: str | None) -> datetime:
    from motcua.reporting.asof import parse_as_of

    return parse_as_of(text)


def _issuer(name: str) -> Actor:
    from django.utils import timezone

    from motcua.lib.errors import Refused
    from motcua.people.actor import CLOCK, Actor
    from motcua.people.models import User

    if not name:
        return CLOCK
    user = User.objects.filter(username=name.lower(), is_active=True).first()
    if user is None:
        raise Refused(
            f"Không có tài khoản '{name}' đang hoạt động.", f"There is no active account '{name}'.", place="user"
        )  # fmt: skip
    return Actor.of(user, timezone.localdate())


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2))


_language = click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)


@click.group()
def report() -> None:
    """Figures, forms and bulletins, and the rows behind every one of them."""


@report.command()
@_period_options
@click.option(
    "--base",
    type=click.Choice(["same-period", "previous", "full-last-year", "none"]),
    default="same-period",
    show_default=True,
    help="What the figures are compared with.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "markdown", *FILES]),
    default="text",
    show_default=True,
)
@output_option
@_language
def bulletin(
    start: datetime | None,
    end: datetime | None,
    name: str | None,
    as_of: str | None,
    base: Any,
    shape: str,
    output: Path | None,
    language: str,
) -> None:
    """The periodic bulletin: figures with base and change, as prose, JSON, official paper or workbook."""
    as_file = is_file(shape, output)
    setup()
    from motcua.reporting.asof import snapshot
    from motcua.reporting.bulletin import bulletin as written
    from motcua.reporting.measure import as_json, figures

    period, moment = _period(start, end, name), _moment(as_of)
    with snapshot():
        found = figures(period, moment, base)
    if as_file:
        write_bulletin(found, shape, output, language)
    elif shape == "json":
        _print_json(as_json(found))
    elif shape == "markdown":
        click.echo(f"## {period.title.in_language(language)}\n\n{written(found, language)}")
    else:
        click.echo(written(found, language))


@report.command(name="06a")
@_period_options
@click.option(
    "--by",
    type=click.Choice(["office", "field", "procedure"]),
    default="office",
    show_default=True,
    help="One line an office, a field of work, or a procedure.",
)
@click.option("--office", default="", metavar="CODE", help="Only one office, such as 20BB.")
@click.option(
    "--format", "shape", type=click.Choice(["table", "json", *FILES]), default="table", show_default=True
)
@output_option
@_language
def form(
    start: datetime | None,
    end: datetime | None,
    name: str | None,
    as_of: str | None,
    by: Any,
    office: str,
    shape: str,
    output: Path | None,
    language: str,
) -> None:
    """Form II.06a: dossiers received, settled and in hand. Exit code 1 when its columns do not add up."""
    as_file = is_file(shape, output)
    setup()
    from motcua.reporting.asof import snapshot
    from motcua.reporting.form06a import form_06a
    from motcua.reporting.render import form_json, form_text

    period, moment = _period(start, end, name), _moment(as_of)
    with snapshot():
        filled = form_06a(period, moment, by, office=office)
    if as_file:
        write_form(filled, shape, output, language)
    elif shape == "json":
        _print_json(form_json(filled))
    else:
        click.echo(form_text(filled, language))
    filled.require_identities()


@report.command()
@click.argument("code")
@_period_options
def rows(
    code: str, start: datetime | None, end: datetime | None, name: str | None, as_of: str | None
) -> None:
    """The references behind a figure, one a line: exactly as many as the figure says.

    CODE is an indicator (`nsw.declarations`), a cell of the form (`06a:20BB:8`, `06a:clearance:8`, `06a:total:3`), or what is
    told under the form (`06a:waiting`, `06a:withdrawn`, `06a:cancelled`, `06a:refused`).
    """
    setup()
    from motcua.reporting.asof import snapshot
    from motcua.reporting.lists import count_of

    period, moment = _period(start, end, name), _moment(as_of)
    with snapshot():
        for reference in count_of(code, period, moment).rows.references():
            click.echo(reference)


@report.command()
@click.option(
    "--format", "shape", type=click.Choice(["table", "markdown"]), default="table", show_default=True
)
@_language
def indicators(shape: str, language: str) -> None:
    """Every figure by code, with its title; `--format markdown` writes the reference page."""
    setup()
    from motcua.reporting.indicators import as_markdown
    from motcua.reporting.indicators import indicators as known

    if shape == "markdown":
        click.echo(as_markdown(), nl=False)
        return
    for found in known():
        click.echo(f"{found.code:30} {found.title.in_language(language)}")


@report.command()
@click.option("--year", type=int, default=2020, show_default=True)
@_language
def period(year: int, language: str) -> None:
    """The periods of a year by name."""
    setup()
    from motcua.reporting import periods

    for known in periods.names(year):
        found = periods.period(known)
        click.echo(f"{known:28} {found.start}..{found.end}  {found.title.in_language(language)}")


@report.command()
@click.argument("name_of_report", metavar="NAME")
@_period_options
@click.option(
    "--status", type=click.Choice(["provisional", "final"]), default="provisional", show_default=True
)
@click.option(
    "--reason", default="", help="late_row, corrected_row, changed_definition or error: makes it a revision."
)
@click.option("--why", default="", help="One sentence for readers: why the figures changed.")
@click.option("--user", default="", metavar="NAME", help="Whose issue it is; left out, the system's own.")
@_language
def issue(
    name_of_report: str,
    start: datetime | None,
    end: datetime | None,
    name: str | None,
    as_of: str | None,
    status: str,
    reason: str,
    why: str,
    user: str,
    language: str,
) -> None:
    """Freeze, sign and keep a report: NAME is bulletin, 06a, 06a-field or 06a-procedure."""
    setup()
    from motcua.reporting.issue import issue as issue_report

    made = issue_report(
        name_of_report, _period(start, end, name), _issuer(user), status=status, as_of=_moment(as_of), reason=reason,
        explanation=why,
    )  # fmt: skip
    click.echo(f"{made.name}  {made.status_title.in_language(language)}")
    click.echo(f"sha256 {made.sha256}")
    for change in made.changes:
        click.echo(
            f"  {change['code']}: {change['before']} -> {change['after']} "
            f"(late {change['late']['count']}, corrected {change['corrected']['count']}, "
            f"definition {'changed' if change['definition'] else 'same'})"
        )
