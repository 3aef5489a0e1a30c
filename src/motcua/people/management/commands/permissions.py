"""`permissions`: prints the page of permissions, or writes it to docs/reference/permissions.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from motcua.people.permissions_page import permissions_page


def page_file() -> Path:
    """Where the page lies in a checkout."""
    return Path(settings.CHECKOUT) / "docs" / "reference" / "permissions.md"


class Command(BaseCommand):
    """Print or write the page of permissions."""

    help = "Print the page of permissions; with --write put it into docs/reference/permissions.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one choice."""
        parser.add_argument("--write", action="store_true", help="write the file instead of printing it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if not options["write"]:
            self.stdout.write(permissions_page())
            return
        page_file().parent.mkdir(parents=True, exist_ok=True)
        page_file().write_text(permissions_page(), encoding="utf-8")
        self.stdout.write(f"Wrote {page_file()}")
