"""The command `motcua`: every line a person types. Commands live in files beside this one and load only when asked for."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from motcua import __version__

# command -> "module:function"; modules are imported on use, so that `motcua --help` stays quick.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "motcua.config.cli.demo:demo",
        "Replay nine months of a customs department and print the bulletin",
    ),
    "serve": ("motcua.config.cli.serve:serve", "Serve the site"),
    "work": ("motcua.config.cli.serve:work", "Run the worker: messages, reminders, seals"),
    "migrate": ("motcua.config.cli.database:migrate", "Create or upgrade the tables, as their owner"),
    "db": ("motcua.config.cli.database:db", "Start, stop or enter the embedded PostgreSQL"),
    "report": ("motcua.config.cli.report:report", "Figures, forms, bulletins and the rows behind them"),
    "lint-report": (
        "motcua.config.cli.lint:lint_report",
        "Check the arithmetic of an article or a draft report",
    ),
    "recount": ("motcua.config.cli.ledger:recount", "Rebuild everything derived from events and compare"),
    "ledger": ("motcua.config.cli.ledger:ledger", "Seal, verify and export the ledger"),
    "law": ("motcua.config.cli.law:law", "Check, compare and cost the law sheets"),
    "procedures": (
        "motcua.config.cli.procedures:procedures",
        "Try a draft sheet on last year's dossiers; find copies that differ from the sheet in force",
    ),
    "nsw": ("motcua.config.cli.nsw:nsw", "Ask which specialised inspections goods need"),
    "origin": ("motcua.config.cli.origin:origin", "Check certificates of origin form D"),
    "consignment": (
        "motcua.config.cli.consignment:consignment",
        "Show what holds a consignment, match bills with declarations",
    ),
    "contingency": (
        "motcua.config.cli.contingency:contingency",
        "Declare an outage, take papers, merge them afterwards",
    ),
    "exchange": (
        "motcua.config.cli.exchange:exchange",
        "Send messages, look at the message desk, manage partners",
    ),
    "import": ("motcua.config.cli.imports:import_", "Bring in records written by others"),
    "reform": (
        "motcua.config.cli.reform:reform",
        "Where the reform plan stands, and whether its evidence holds",
    ),
    "timerelease": (
        "motcua.config.cli.timerelease:timerelease",
        "Describe how long things take, from an event log",
    ),
    "surveys": ("motcua.config.cli.surveys:surveys", "Score surveys and say which ranks are sure"),
    "health": ("motcua.config.cli.serve:health", "Say what is stuck"),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="motcua")
def cli() -> None:
    """Một Cửa: a customs single window that measures its own reform."""


def setup(*, owner: bool = False) -> None:
    """Make Django ready and the embedded server run; called first by every command that needs the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    if owner:
        os.environ["MOTCUA_ROLE"] = "owner"
    import django
    from django.conf import settings

    if settings.EMBEDDED is not None:
        from motcua.config.server import ensure_running

        ensure_running(settings.EMBEDDED)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    django.setup()


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. What was refused becomes one line and exit code 1; our own faults keep their traceback."""
    from motcua.config.embedded import ServerTrouble
    from motcua.lib.errors import Refused, Unavailable

    try:
        # Without its own mode of leaving, click hands the exit code back instead of raising it.
        code = cli.main(args=arguments, prog_name="motcua", standalone_mode=False)
        if isinstance(code, int) and code:
            sys.exit(code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Refused as error:
        click.echo(f"motcua: {error.in_language(os.environ.get('MOTCUA_LANGUAGE', 'en'))}", err=True)
        sys.exit(1)
    except (Unavailable, ServerTrouble) as error:
        click.echo(f"motcua: {error}", err=True)
        sys.exit(3)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing to say to nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if not _tables_are_missing(error):
            raise
        click.echo(
            "motcua: the tables are not there yet, or not up to date: run 'motcua migrate' first.", err=True
        )
        sys.exit(3)


def _tables_are_missing(error: BaseException) -> bool:
    """Whether PostgreSQL does not know a table or column that we do: nobody has migrated."""
    from psycopg.errors import UndefinedColumn, UndefinedTable

    return isinstance(error, UndefinedTable | UndefinedColumn) or (
        error.__cause__ is not None and _tables_are_missing(error.__cause__)
    )
