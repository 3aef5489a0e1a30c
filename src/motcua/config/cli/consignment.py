"""`motcua consignment`: what holds some goods, and the matching of bills with declarations."""

from __future__ import annotations

from typing import Any

import click

from motcua.config.cli.output import as_json, format_option, language_option, one_line, say


@click.group()
def consignment() -> None:
    """Consignments: bills, declarations, inspections and certificates of the same goods."""


@consignment.command()
@click.argument("number")
@language_option
@format_option
def show(number: str, language: str, form: str) -> None:
    """What is known of the goods that NUMBER names, and what still holds them: what, since when, whose move, by when.

    NUMBER is that of a bill, container, declaration, certificate or inspection.
    """
    from motcua.config.cli import setup

    setup()
    from django.utils import timezone

    from motcua.consignment.gather import gather
    from motcua.consignment.holds import holds
    from motcua.consignment.run import terms
    from motcua.lib.errors import Refused

    found = gather(number)
    if found.is_empty:
        raise Refused(
            f"Không có lô hàng nào mang số {number}.",
            f"No consignment bears the number {number}.",
            place="number",
        )
    now = timezone.now()
    listed = holds(found, terms(now).declare_within)
    if form == "json":
        as_json(plain(found, listed))
        return
    blocking = [one for one in listed if one.blocks]
    for kind, numbers in _numbers(found).items():
        click.echo(f"{kind}: {', '.join(numbers) or '–'}")
    if not blocking:
        say("Không còn gì giữ lô hàng này.", "Nothing holds these goods.", language)
    for one in blocking:
        since = f"{one.since:%Y-%m-%d %H:%M}" if one.since else "–"
        due = f"{one.due:%Y-%m-%d %H:%M}" if one.due else "–"
        click.echo(
            f"{one_line(one.what.vi, one.what.en, language)} ({one.number}); "
            f"{one_line(one.who.vi, one.who.en, language)}; {since} → {due}"
        )


def _numbers(found: Any) -> dict[str, list[str]]:
    return {
        "bills": [one.number for one in found.bills],
        "declarations": [one.key for one in found.declarations],
        "inspections": [one.file_code for one in found.inspections],
        "certificates": [one.number for one in found.certificates],
    }


def plain(found: Any, listed: Any) -> dict[str, Any]:
    """A consignment for programs: its parts with their states, what holds it, what else is open."""
    return {
        "number": found.number,
        "bills": [
            {
                "number": one.number, "ship": one.movement.ship, "voyage": one.movement.voyage,
                "arrived_at": one.movement.ata.isoformat() if one.movement.ata else None, "packages": one.packages,
                "gross_kg": one.gross_kg, "containers": list(one.containers),
            }
            for one in found.bills
        ],
        "declarations": [
            {"number": one.key, "status": one.case.status, "channel": one.first_channel} for one in found.declarations
        ],
        "inspections": [
            {"number": one.file_code, "ministry": one.ministry, "status": one.case.status} for one in found.inspections
        ],
        "certificates": [
            {"number": one.number, "country": one.issuing_country, "status": one.case.status} for one in found.certificates
        ],
        "holds": [one.as_plain() for one in listed if one.blocks],
        "open": [one.as_plain() for one in listed if not one.blocks],
    }  # fmt: skip


@consignment.command()
@format_option
def match(form: str) -> None:
    """Match all bills with all declarations now, and list what does not agree; the worker does it once an hour."""
    from motcua.config.cli import setup

    setup()
    from django.utils import timezone

    from motcua.consignment.run import match_register

    run = match_register(timezone.now())
    figures = {
        "bills": run.bills, "declared": run.claims, "tied": run.tied, "discrepancies": run.discrepancies,
    }  # fmt: skip
    if form == "json":
        as_json(figures)
        return
    say(
        f"{run.bills} vận đơn, {run.claims} vận đơn ghi trên tờ khai, {run.tied} đã khớp, {run.discrepancies} điểm không khớp.",
        f"{run.bills} bills, {run.claims} declared, {run.tied} tied, {run.discrepancies} discrepancies.",
    )
