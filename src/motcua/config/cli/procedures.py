"""`motcua procedures`: try a draft on a period's dossiers, enter sheets in the national database, find copies that differ."""

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


@procedures.command("drift")
@click.option("--site", metavar="URL", default="", help="A running site to ask; else MOTCUA_SITE_URL.")
@click.option(
    "--national", metavar="URL", default="", help="The database; else MOTCUA_NATIONAL_DATABASE_URL."
)
@click.option("--ring", is_flag=True, help="Also raise and clear the alarms, as the worker does once a day.")
@format_option
@language_option
def drift(site: str, national: str, ring: bool, form: str, language: str) -> None:
    """Compare the site, the walls of the offices and the national database with the sheets in force; exit 1 on differences."""
    setup()
    from django.conf import settings
    from django.utils import timezone

    from motcua.publication import watch
    from motcua.publication.national import National

    now = timezone.now()
    door = National(national) if national else watch.national()
    found = watch.compare(now, site=site or settings.SITE_URL, door=door)
    if ring:
        watch.ring(found, now)
    places = {
        place: sum(one.place == place for one in found.drifts) for place in ("site", "wall", "national")
    }
    if form == "json":
        as_json({
            "on": found.on, "as_of": now.isoformat(), "sheets_in_force": found.sheets, "asked": found.asked,
            "not_asked": found.unasked, "differences": places,
            "drifts": [
                {
                    "place": one.place, "code": one.code, "procedure": one.procedure, "office": one.office, "vi": one.vi,
                    "en": one.en,
                    "fields": [{"path": each.path, "sheet": each.ours, "copy": each.theirs} for each in one.fields],
                }
                for one in found.drifts
            ],
        })  # fmt: skip
    else:
        for one in found.drifts:
            where = f"{one.place} {one.office}".strip()
            say(f"{where}  {one.procedure}: {one.vi}", f"{where}  {one.procedure}: {one.en}", language)
            for each in one.fields:
                click.echo(f"    {each.path}: {each.ours!r} ≠ {each.theirs!r}")
        for place, why in found.unasked.items():
            say(f"Không hỏi được {place}: {why}", f"{place} was not asked: {why}", language)
        say(
            f"{found.sheets} thủ tục có hiệu lực ngày {found.on:%d/%m/%Y}; {len(found.drifts)} chỗ khác.",
            f"{found.sheets} procedures in force on {found.on}; {len(found.drifts)} differences.",
            language,
        )
    if found.drifts:
        raise SystemExit(1)


@procedures.command("enter")
@click.option(
    "--national", metavar="URL", default="", help="The database; else MOTCUA_NATIONAL_DATABASE_URL."
)
@click.option("--by", required=True, metavar="NAME", help="Who enters.")
@click.option(
    "--public-by",
    default="",
    metavar="NAME",
    help="Who makes it public; left out, entries wait to be checked.",
)
@language_option
def enter(national: str, by: str, public_by: str, language: str) -> None:
    """Enter every sheet in force that the national database has not, or has otherwise, as a first filling."""
    setup()
    from django.utils import timezone

    from motcua.lib.errors import Refused
    from motcua.procedures.catalogue import catalogue
    from motcua.publication import watch
    from motcua.publication.fields import record_of
    from motcua.publication.national import National

    door = National(national) if national else watch.national()
    if door is None:
        raise Refused(
            "Chưa đặt địa chỉ cơ sở dữ liệu quốc gia.", "No national database is set.", place="national"
        )
    known = {one.procedure: one for one in door.read_all()}
    entered = 0
    for sheet in catalogue().all_in_force(timezone.localdate()):
        there = known.get(sheet.procedure)
        if there is not None and there.state == "public" and dict(there.record) == record_of(sheet):
            continue
        national_id, version = door.enter(sheet.procedure, record_of(sheet), by)
        entered += 1
        if public_by:
            door.publish(national_id, version, public_by)
    say(f"Đã nhập {entered} thủ tục.", f"{entered} procedures entered.", language)


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
