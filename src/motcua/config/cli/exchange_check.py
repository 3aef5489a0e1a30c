"""`motcua exchange check`: what would become of a file, before it is sent; needs no database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click


@click.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--profile", default=None, help="A profile of a sender; by default the file says who sends.")
@click.option(
    "--language",
    type=click.Choice(["vi", "en"]),
    default=lambda: os.environ.get("MOTCUA_LANGUAGE", "en"),
    help="The language of the reasons; English when left out.",
)
def check(files: tuple[Path, ...], profile: str | None, language: str) -> int:
    """
    Read each of FILES as it would be read on arrival and print one JSON line about it.

    Works for EDIFACT, XML, JSON and Excel and needs no database. Exit code 0: all are accepted; 1: one is refused.
    """
    refused = 0
    for path in files:
        told = checked(path, profile, language)
        refused += not told["accepted"]
        click.echo(json.dumps(told, ensure_ascii=False))
    return 1 if refused else 0


def checked(path: Path, profile: str | None, language: str) -> dict[str, Any]:
    """What there is to say about one file."""
    from motcua.lib.errors import Invalid, Refused
    from motcua.lib.findings import Finding
    from motcua.manifest.messages import detect, read

    content = path.read_bytes()
    told: dict[str, Any] = {"file": str(path), "standard": detect(content), "version": "", "accepted": False}
    try:
        found = read(content, profile)
    except Invalid as error:
        return told | {"messages": [], "findings": [_plain(one, language) for one in error.findings]}
    except Refused as error:
        whole = Finding("malformed", error.place, error.text, error.text_en)
        return told | {"messages": [], "findings": [_plain(whole, language)]}
    messages = [
        {"reference": one.reference, "type": one.type, "accepted": one.accepted, "place": one.place}
        for one in found.parts
    ]
    return told | {
        "standard": found.standard,
        "version": found.version,
        "accepted": found.accepted,
        "messages": messages,
        "findings": [_plain(one, language) for one in found.findings],
    }


def _plain(finding: Any, language: str) -> dict[str, str]:
    """A finding for programs: why it is one, and how to mend it, which stands after the last semicolon."""
    text = finding.vi if language == "vi" else finding.en
    # A note asks for nothing.
    why, mark, mend = text.rpartition("; ") if finding.severity != "note" else ("", "", "")
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "place": finding.place,
        "why": f"{why}." if mark else text,
        "mend": mend[:1].upper() + mend[1:] if mark else "",
    }
