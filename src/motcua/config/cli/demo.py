"""`motcua demo`: the main job. An embedded PostgreSQL, nine months through the doors, the bulletin, the site."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from motcua.config.cli import setup


@click.command()
@click.option(
    "--serve", "serving", default="1", help="1 serves the site afterwards, 0 stops after the bulletin"
)
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--scale",
    default=1.0,
    show_default=True,
    help="1 is the article's department; 0.01 a small one for a quick look",
)
@click.option("--jobs", default=2, show_default=True, help="processes that share the customs core's feeds")
def demo(serving: str, port: int, scale: float, jobs: int) -> None:
    """Replay nine months of 2020 through the real doors, print the article's figures from records, serve the site."""
    console = Console(stderr=True)
    # The tables belong to their owner; this process is the application and may not change what it has written.
    _as_owner("migrate")
    setup()
    from motcua.casework.models import Case

    if Case.objects.exists():
        console.print("The demo year is loaded already; 'make clean' removes it.")
    else:
        _load(console, scale, jobs)
        # The first page of figures would otherwise be planned as if the tables were empty.
        _as_owner("db", "analyze")
    _bulletin()
    if serving not in {"0", "no", "false"}:
        from motcua.config.cli.serve import serve

        serve.main(args=[f"--port={port}"], standalone_mode=False)


def _as_owner(*command: str) -> None:
    environment = {**os.environ, "MOTCUA_KEEP_SERVER": "1"}
    command = (sys.executable, "-m", "motcua", *command)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def _load(console: Console, scale: float, jobs: int) -> None:
    from motcua.casework.models import Case, Event
    from motcua.demo.replay import finish, replay
    from motcua.demo.sizes import SEED, Sizes

    console.print(f"Replaying the demo year (seed {SEED}, scale {scale:g}) ...")
    began = time.monotonic()
    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as bars:
        known: dict[str, object] = {}

        def progress(part: str, done: int, total: int) -> None:
            if part not in known:
                known[part] = bars.add_task(part, total=total)
            bars.update(known[part], completed=done, total=total)  # type: ignore[arg-type]

        replay(Sizes().scaled(scale), progress=progress, jobs=jobs)
        loaded = time.monotonic() - began
        finish(progress)
    cases, events = Case.objects.count(), Event.objects.count()
    console.print(
        f"{cases:,} cases and {events:,} events recorded in {loaded:.1f} s ({events / loaded:,.0f} events/s), "
        f"sealed and signed in {time.monotonic() - began - loaded:.1f} s."
    )


def _bulletin() -> None:
    from motcua.config.cli.report import report

    report.main(
        args=["bulletin", "--from", "2020-01-01", "--to", "2020-09-30"],
        prog_name="motcua report",
        standalone_mode=False,
    )
