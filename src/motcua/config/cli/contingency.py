"""`motcua contingency`: what is done while a system is down, and what is merged when it is back."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path

import click

from motcua.config.cli.output import as_json, format_option, say
from motcua.lib.vietnamese import VIETNAM

SYSTEMS = ("portal", "customs-core", "nsw", "asean", "port", "payment")
TIME = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@click.group()
def contingency() -> None:
    """When a partner or we are down: outages, numbered forms, papers taken by hand, and their merging."""


def _now() -> datetime:
    from motcua.config.cli import setup

    setup()
    from django.utils import timezone

    return timezone.now()


@contingency.command()
@click.argument("system", type=click.Choice(SYSTEMS))
@click.option("--vi", required=True, help="What does not work and what to do, in Vietnamese.")
@click.option("--en", required=True, help="The same in English.")
@click.option("--since", type=TIME, default=None, help="Since when, Vietnam time; now by default.")
def declare(system: str, vi: str, en: str, since: datetime | None) -> None:
    """Declare that SYSTEM does not work; every page of the site says so until it is ended."""
    now = _now()
    from motcua.consignment import contingency as acts
    from motcua.people.actor import CLOCK

    began = since.replace(tzinfo=VIETNAM) if since else now
    acts.declare(system, vi=vi, en=en, began_at=began, actor=CLOCK, at=now)
    say(f"Đã công bố sự cố: {system}.", f"Declared: {system} does not work.")


@contingency.command()
@click.argument("system", type=click.Choice(SYSTEMS))
def end(system: str) -> None:
    """Say that SYSTEM works again."""
    now = _now()
    from motcua.consignment import contingency as acts
    from motcua.people.actor import CLOCK

    acts.end(system, actor=CLOCK, at=now)
    say(f"{system} đã hoạt động trở lại.", f"{system} works again.")


@contingency.command()
@click.option("--office", required=True, help="Code of the office, such as 20BB.")
@click.option("--count", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Write the forms there to be printed.",
)
def forms(office: str, count: int, pdf: Path | None) -> None:
    """Give out numbered forms before they are needed: a CSV file on standard output, and a PDF to be printed."""
    now = _now()
    from motcua.consignment import contingency as acts
    from motcua.consignment.offline import COLUMNS
    from motcua.people.actor import CLOCK

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    sheets = acts.print_forms(office, count, actor=CLOCK, at=now)
    for sheet in sheets:
        writer.writerow([sheet.number] + [""] * (len(COLUMNS) - 1))
    if pdf is not None:
        from motcua.consignment.paper_forms import pdf_of

        pdf.write_bytes(pdf_of([sheet.number for sheet in sheets], office))


@contingency.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help="Code of the office that took the papers.")
@format_option
def take(file: Path, office: str, form: str) -> None:
    """Take FILE (CSV or Excel), one line for each form, with the time at which each truly came."""
    now = _now()
    from motcua.consignment import contingency as acts
    from motcua.consignment.offline import read
    from motcua.people.actor import CLOCK

    done = acts.take(read(file.read_bytes()), office=office, source=file.name, actor=CLOCK, at=now)
    if form == "json":
        as_json(
            {"lines": done.lines, "taken": done.taken, "repeated": done.repeated, "disputed": done.disputed}
        )
        return
    say(
        f"{done.lines} dòng: {done.taken} nhận mới, {len(done.repeated)} đã nhận trước đó, {len(done.disputed)} mâu thuẫn.",
        f"{done.lines} lines: {done.taken} taken, {len(done.repeated)} taken before, {len(done.disputed)} in conflict.",
    )


@contingency.command()
@format_option
def merge(form: str) -> None:
    """Tie every waiting paper to its electronic twin; conflicts are listed for a person."""
    now = _now()
    from motcua.consignment import contingency as acts
    from motcua.consignment.lifecycle import CONFLICTS
    from motcua.people.actor import CLOCK

    done = acts.merge(actor=CLOCK, at=now)
    open_ones = [(one, acts.reason_of(one.case)) for one in acts.conflicts()]
    if form == "json":
        as_json(
            {
                "merged": done.merged, "disputed": done.disputed, "waiting": done.waiting,
                "conflicts": [
                    {"form": one.case.reference, "kind": one.kind, "number": one.number, "why": why} for one, why in open_ones
                ],
            }
        )  # fmt: skip
        return
    say(
        f"{done.merged} đã nhập, {done.disputed} mâu thuẫn mới, {done.waiting} còn chờ bản điện tử.",
        f"{done.merged} merged, {done.disputed} new conflicts, {done.waiting} still waiting.",
    )
    for one, why in open_ones:
        reason = CONFLICTS[why]
        click.echo(f"{one.case.reference}: {one.kind} {one.number}: {reason.vi} · {reason.en}")


@contingency.command()
@click.argument("form")
@click.option("--keep/--set-aside", default=True, show_default=True, help="Whether it is the right one.")
def decide(form: str, keep: bool) -> None:
    """Decide on the paper FORM that is in conflict."""
    now = _now()
    from motcua.consignment import contingency as acts
    from motcua.lib.errors import Refused
    from motcua.people.actor import CLOCK

    found = acts.conflicts().filter(case__reference=form).first()
    if found is None:
        raise Refused(f"{form} không mâu thuẫn.", f"{form} is not in conflict.", place="form")
    acts.decide(found, keep=keep, actor=CLOCK, at=now)
    say("Đã ghi quyết định.", "Decided.")
