"""`motcua procedures`: try a draft sheet on a period's dossiers before anyone signs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from motcua.config.cli import setup
from motcua.config.cli.output import (
    as_json,
    findings_json,
    format_option,
    language_option,
    one_line,
    print_table,
    say,
    show_findings,
)
from motcua.lib.errors import Invalid
from motcua.lib.vietnamese import number

if TYPE_CHECKING:
    from datetime import datetime

    from motcua.publication.whatif import Share, WhatIf

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.group()
def procedures() -> None:
    """Try a draft sheet on last year's dossiers; find copies that differ from the sheet in force."""


@procedures.command("whatif")
@click.argument("procedure")
@click.option(
    "--sheet", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The draft: a YAML sheet; a name such as 2021-01-01.yaml is the day it would take force.",
)  # fmt: skip
@click.option("--from", "start", required=True, type=_DAY, metavar="DATE", help="First day, counted.")
@click.option("--to", "end", required=True, type=_DAY, metavar="DATE", help="Last day, counted.")
@format_option
@language_option
def whatif(procedure: str, file: Path, start: datetime, end: datetime, form: str, language: str) -> None:
    """Replay the dossiers of PROCEDURE (`field/procedure`) received in a period under a draft sheet.

    Shares on time before and after, whose verdict changes, and what cannot be known. A broken draft: every fault by line.
    """
    setup()
    from django.utils import timezone

    from motcua.publication import whatif_rows

    now = timezone.now()
    try:
        sheet, findings = whatif_rows.draft(file, procedure, timezone.localdate(now))
    except Invalid as broken:
        if form == "json":
            as_json({"procedure": procedure, "draft": file.name, "findings": findings_json(broken.findings)})
        else:
            show_findings(broken.findings, language)
        raise SystemExit(1) from None
    found = whatif_rows.what_if(procedure, sheet, start.date(), end.date(), now)
    current = whatif_rows.current_sheet(procedure, end.date())
    answer = {
        "procedure": procedure,
        "draft": {"file": file.name, "since": sheet.since, "sha256": sheet.digest},
        "current": {"since": current.since, "sha256": current.digest},
        "from": start.date(), "to": end.date(), "as_of": now.isoformat(),
        **shown(found), "warnings": findings_json(findings),
    }  # fmt: skip
    if form == "json":
        as_json(answer)
        return
    _show(answer, found, language)
    show_findings(findings, language)


def shown(found: WhatIf) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "dossiers": found.dossiers,
        "before": _share(found.before),
        "after": _share(found.after),
        "after_steps": None if found.after_steps is None else _share(found.after_steps),
        "step_hours": {"before": found.steps.before, "after": found.steps.after},
        "supplements": {"dossiers": found.supplements, "only_for_papers_dropped": found.spared},
        "moves": [
            {"before": before, "after": after, "dossiers": count}
            for (before, after), count in sorted(found.moves.items())
        ],
        "changed": [
            {
                "reference": one.reference, "office": one.office, "channel": one.channel, "before": one.before,
                "after": one.after, "due_before": _iso(one.due_before), "due_after": _iso(one.due_after),
                "finished_at": _iso(one.finished_at),
            }
            for one in found.changed
        ],
        "cannot_know": [{"vi": note.vi, "en": note.en} for note in found.notes],
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _share(share: Share) -> dict[str, Any]:
    return {
        "settled": share.settled, "early": share.early, "on_time": share.on_time, "late": share.late,
        "in_time_percent": share.in_time_percent, "open_in_time": share.open_in_time,
        "open_overdue": share.open_overdue, "way_closed": share.way_closed,
    }  # fmt: skip


def _show(answer: dict[str, Any], found: WhatIf, language: str) -> None:
    from motcua.publication.whatif import VERDICTS

    spoken = "en" if language == "en" else "vi"
    lines = [
        ("Trước (thời hạn đang áp dụng)", "Before (limits in force)", found.before),
        ("Sau (thời hạn dự thảo, việc như thật)", "After (draft limits, work as it was)", found.after),
    ]
    if found.after_steps is not None:
        lines.append(("Sau, việc theo số giờ mới", "After, work in proportion", found.after_steps))
    table = Table(
        "", *(one_line(vi, en, language) for vi, en in (
            ("Đã xong", "Settled"), ("Trước hạn", "Early"), ("Đúng hạn", "On time"), ("Quá hạn", "Late"),
            ("Tỷ lệ đúng hạn", "In time"), ("Chưa xong", "Open"), ("Cách nộp đã bỏ", "Way closed"),
        )),
    )  # fmt: skip
    for vi, en, share in lines:
        in_time = "–" if share.in_time_percent is None else f"{number(share.in_time_percent, spoken)} %"
        table.add_row(
            one_line(vi, en, language), str(share.settled), str(share.early), str(share.on_time), str(share.late),
            in_time, str(share.open_in_time + share.open_overdue), str(share.way_closed),
        )  # fmt: skip
    say(
        f"{answer['procedure']}: {found.dossiers} hồ sơ tiếp nhận từ {answer['from']:%d/%m/%Y} đến {answer['to']:%d/%m/%Y}.",
        f"{answer['procedure']}: {found.dossiers} dossiers received from {answer['from']} to {answer['to']}.",
        language,
    )
    print_table(table)
    for (before, after), count in sorted(found.moves.items()):
        say(
            f"{count} hồ sơ: {VERDICTS[before].vi} → {VERDICTS[after].vi}.",
            f"{count} dossiers: {VERDICTS[before].en} → {VERDICTS[after].en}.",
            language,
        )
    for one in found.changed[:20]:
        click.echo(f"  {one.reference}  {one.office}  {one.before} → {one.after}")
    if len(found.changed) > 20:
        say(
            f"  … và {len(found.changed) - 20} hồ sơ nữa (--format json).",
            f"  … and {len(found.changed) - 20} more (--format json).",
            language,
        )
    for note in found.notes:
        say(f"- {note.vi}", f"- {note.en}", language)
