"""`motcua migrate` and `motcua db`: the tables and the server under them."""

from __future__ import annotations

import os

import click

from motcua.config.cli import setup
from motcua.config.embedded import Embedded


@click.command()
def migrate() -> None:
    """Create or upgrade the tables as their owner, then grant the application what it needs and no more."""
    setup(owner=True)
    from django.core.management import call_command

    from motcua.config.grants import grant
    from motcua.people.offices import ensure_offices

    call_command("migrate", verbosity=0, interactive=False)
    grant()
    ensure_offices()
    click.echo("Tables are up to date; the application may add events and messages, not change them.")


@click.group()
def db() -> None:
    """The embedded PostgreSQL."""


@db.command()
def start() -> None:
    """Start the server and leave it running."""
    server = _embedded()
    server.start()
    click.echo(f"PostgreSQL runs. Socket: {server.socket}  Data: {server.data}")


@db.command()
def stop() -> None:
    """Stop the server cleanly."""
    _embedded().stop()
    click.echo("PostgreSQL is stopped.")


@db.command()
def analyze() -> None:
    """Give the planner fresh statistics, as after a bulk load; the server does so by itself within minutes."""
    setup(owner=True)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("analyze")


@db.command()
@click.option("--role", default="application", type=click.Choice(["application", "owner", "superuser"]))
def shell(role: str) -> None:
    """Open psql as the application (default), the owner or the superuser."""
    from motcua.config import embedded

    server = _embedded()
    server.start()
    name = {"application": embedded.APPLICATION, "owner": embedded.OWNER, "superuser": "postgres"}[role]
    psql = str(server.binaries() / "psql")
    os.execv(psql, [psql, server.url(name)])


def _embedded() -> Embedded:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    from django.conf import settings

    if settings.EMBEDDED is None:
        raise click.ClickException("DATABASE_URL names another server; this command is for the embedded one.")
    server: Embedded = settings.EMBEDDED
    return server
