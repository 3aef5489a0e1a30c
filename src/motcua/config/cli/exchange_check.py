"""`motcua exchange check`: what would become of a file, before it is sent; needs no database."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding, errors

if TYPE_CHECKING:
    from motcua.manifest.messages import Read


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
@click.option(
    "--rules", is_flag=True, help="Also ask the rules of this house, as far as they need no register."
)
def check(files: tuple[Path, ...], profile: str | None, language: str, *, rules: bool) -> int:
    """
    Read each of FILES as it would be read on arrival and print one JSON line about it.

    Works for EDIFACT, XML, JSON and Excel and needs no database. Exit code 0: all are accepted; 1: one is refused.
    """
    refused = 0
    for path in files:
        told = checked(path, profile, language, rules=rules)
        refused += not told["accepted"]
        click.echo(json.dumps(told, ensure_ascii=False))
    return 1 if refused else 0


def checked(path: Path, profile: str | None, language: str, *, rules: bool = False) -> dict[str, Any]:
    """What there is to say about one file; with `rules`, what those of the papers say beside what its form says."""
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
    more = _ruled(found) if rules else []
    return told | {
        "standard": found.standard,
        "version": found.version,
        "accepted": found.accepted and not errors(more),
        "messages": messages,
        "findings": [_plain(one, language) for one in [*found.findings, *more]],
    }


def _ruled(found: Read) -> list[Finding]:
    """What the rules find in each document, at its place in the file; the register is not asked."""
    from motcua.config.cli.law import law_folder
    from motcua.manifest import codes, provisions
    from motcua.manifest.documents import MovementKind, name_of
    from motcua.manifest.messages import placed
    from motcua.manifest.rules import Facts
    from motcua.manifest.rules import check as by_rules

    folder = law_folder()
    law, lists = provisions.load(folder), codes.load(folder.parent / "codes")
    findings: list[Finding] = []
    for index, document in enumerate(found.documents):
        call = document.call
        facts = Facts(
            law=law, codes=lists, form=name_of(document), at=datetime.now(UTC), mode=str(call.mode or "sea"),
            entry=call.movement is not MovementKind.EXIT,
        )  # fmt: skip
        findings += placed(found, by_rules(document, facts), index)
    return findings


def _plain(finding: Finding, language: str) -> dict[str, str]:
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
