"""`motcua import`: records written by others, brought in once, with every defect told one by one."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from motcua.config.cli import setup
from motcua.config.cli.output import as_json, bar, format_option, language_option, one_line, print_table, say
from motcua.eventlog.durations import Durations, by_group
from motcua.eventlog.mapping import Mapping, read_mapping
from motcua.eventlog.read import Defect, Log, read_log
from motcua.lib.errors import Refused
from motcua.lib.rounding import half_up
from motcua.lib.vietnamese import number

if TYPE_CHECKING:
    from motcua.eventlog.take import Standing

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
mapping_option = click.option("--mapping", "mapping_file", type=FILE, help="What the columns mean (YAML).")
DEFECT_COLUMNS = ("line", "case", "code", "refused", "vi", "en", "row")


@click.group("import")
def import_() -> None:
    """Bring in records written by others."""


@import_.command("eventlog")
@click.argument("file", type=FILE)
@mapping_option
@click.option("--dry-run", is_flag=True, help="Read and judge only; write no record. Needs no database.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path),
    help="Write every defect to this CSV file, refused rows with all their cells.",
)  # fmt: skip
@language_option
def eventlog(
    file: Path, mapping_file: Path | None, dry_run: bool, report: Path | None, language: str
) -> None:
    """Bring the event log FILE (CSV, one row an event) in as dossiers; the same log is never brought in twice."""
    mapping = read_mapping(_needed(mapping_file))
    content = file.read_bytes()
    now = datetime.now(UTC)
    with bar("Đọc nhật ký · Reading", 1) as progress:
        log = _read(content, mapping, now, file.name)
        progress(1)
    # The defects are on disk before anything is written: what is refused must not depend on what is accepted.
    if report:
        _write_report(report, log.defects)
    _show_log(log, mapping, report, language)
    if log.refused and not report:
        say(
            "Có dòng bị từ chối: thêm --report defects.csv để giữ lại từng dòng.",
            "Rows were refused: add --report defects.csv to keep every one of them.",
            language,
        )
    if dry_run:
        say("Chạy thử: không ghi gì.", "Dry run: nothing was written.", language)
        return
    setup()
    from motcua.eventlog.take import standing, take

    with bar("Ghi hồ sơ · Recording", len(log.cases)) as progress:
        written = take(content, mapping, log, now=now)
        progress(len(log.cases))
    say(
        f"Đã ghi {written.cases} hồ sơ, {written.events} sự kiện.",
        f"{written.cases} cases and {written.events} events recorded.",
        language,
    )
    _show_standing(standing(mapping.source, now=now), _late_by_the_log(log), language)


@import_.command("durations")
@click.argument("source")
@mapping_option
@language_option
@format_option
def durations_command(source: str, mapping_file: Path | None, language: str, form: str) -> None:
    """How long cases took from their first to their last event, by channel.

    SOURCE is the name of an imported log (the mapping's `source`), read from the ledger; or a CSV file with --mapping,
    read without any database.
    """
    if mapping_file is not None:
        mapping = read_mapping(mapping_file)
        file = Path(source)
        if not file.is_file():
            raise click.BadParameter(f"there is no file {source}", param_hint="SOURCE")
        log = _read(file.read_bytes(), mapping, datetime.now(UTC), file.name)
        if not log.cases:
            raise Refused(
                "Nhật ký không có hồ sơ nào dùng được.", "The log has no usable case.", place=source
            )
        groups = by_group((case.logged_channel or case.channel, case.span) for case in log.cases)
    else:
        setup()
        from motcua.eventlog.take import durations_of

        groups = durations_of(source)
    _show_durations(groups, language, form)


@import_.command("feed")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=FILE)
@language_option
def feed(name: str, files: tuple[Path, ...], language: str) -> None:
    """Hand in FILES of a feed as messages and act on them; a file handed in before is found again and not doubled.

    NAME is a feed of the registry, such as customs-core; each file's name is its reference.
    """
    setup()
    from django.conf import settings
    from django.utils import timezone

    from motcua.exchange.models import Partner
    from motcua.exchange.receive import receive

    if name not in settings.FEEDS:
        known = ", ".join(settings.FEEDS)
        raise Refused(
            f"Không có nguồn {name!r}; hiện có: {known}.", f"There is no feed {name!r}; known: {known}."
        )
    partner, _ = Partner.objects.get_or_create(code=name, defaults={"name": name})
    wrong = 0
    for file in files:
        now = timezone.now()
        kept = receive(
            partner, reference=file.name, type=settings.FEEDS[name], content=file.read_bytes(), at=now
        )
        state, findings = _act(kept.message.pk, now)
        wrong += state != "done"
        click.echo(f"{file.name}: {state}")
        for finding in findings:
            say(f"  {finding['place']}: {finding['vi']}", f"  {finding['place']}: {finding['en']}", language)
    if wrong:
        raise SystemExit(1)


def _act(message: int, now: datetime) -> tuple[str, list[dict[str, str]]]:
    """Act on one kept message now, unless a worker has done so or is doing so."""
    from django.db import transaction

    from motcua.exchange.models import Handling
    from motcua.exchange.work import process

    with transaction.atomic():
        handling = Handling.objects.select_for_update().get(message=message)
        if handling.state == Handling.State.WAITING:
            process(handling, now)
        return str(handling.state), list(handling.findings)


def _needed(mapping_file: Path | None) -> Path:
    if mapping_file is None:
        raise click.UsageError("--mapping FILE is needed: it says what the columns mean")
    return mapping_file


def _read(content: bytes, mapping: Mapping, now: datetime, name: str) -> Log:
    try:
        return read_log(content, mapping, now=now)
    except Refused as error:
        error.place = f"{name}, {error.place}" if error.place else name
        raise


def _write_report(file: Path, defects: list[Defect]) -> None:
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(DEFECT_COLUMNS)
    for one in defects:
        # A spreadsheet would take a case called =1+1 for a formula.
        case = f"'{one.case}" if one.case[:1] in {"=", "+", "-", "@"} else one.case
        row = json.dumps(one.row, ensure_ascii=False) if one.refuses else ""
        rows.writerow((one.line, case, one.code, "yes" if one.refuses else "no", one.vi, one.en, row))
    # The mark at the front makes spreadsheets read Vietnamese as UTF-8.
    file.write_text(written.getvalue(), encoding="utf-8-sig", newline="")


def _show_log(log: Log, mapping: Mapping, report: Path | None, language: str) -> None:
    if not report:
        for one in log.defects:
            mark = (
                one_line("từ chối", "refused", language)
                if one.refuses
                else one_line("lưu ý", "flagged", language)
            )
            click.echo(f"{one.line}: {one.case}: {one.code} ({mark}): {one_line(one.vi, one.en, language)}")
    counts = log.counts()
    refusing = {defect.code for defect in log.defects if defect.refuses}
    for code, count in sorted(counts.items()):
        mark = (
            one_line("từ chối", "refused", language)
            if code in refusing
            else one_line("lưu ý", "flagged", language)
        )
        click.echo(f"{code:24} {count:>8}  {mark}")
    say(
        f"{mapping.source}: {log.rows} dòng vào = {log.imported} dòng nhập + {log.refused} dòng từ chối; "
        f"{len(log.cases)} hồ sơ, {len(log.defects)} ghi nhận.",
        f"{mapping.source}: {log.rows} rows in = {log.imported} imported + {log.refused} refused; "
        f"{len(log.cases)} cases, {len(log.defects)} defects.",
        language,
    )


def _late_by_the_log(log: Log) -> int:
    """Cases that ended after the log's own deadline, to the instant."""
    return sum(case.end > case.deadline for case in log.cases if case.end and case.deadline)


def _show_standing(now: Standing, late_by_the_log: int, language: str) -> None:
    settled = now.early + now.on_time + now.late
    say(
        f"II.06a: tiếp nhận {now.received} = đã giải quyết {settled} (trước hạn {now.early}, đúng hạn {now.on_time}, "
        f"quá hạn {now.late}) + đang giải quyết {now.in_time + now.overdue} (trong hạn {now.in_time}, quá hạn {now.overdue}).",
        f"II.06a: received {now.received} = settled {settled} (early {now.early}, on time {now.on_time}, late {now.late}) "
        f"+ in hand {now.in_time + now.overdue} (in time {now.in_time}, overdue {now.overdue}).",
        language,
    )
    say(
        f"Theo chính nhật ký, {late_by_the_log} hồ sơ kết thúc sau hạn tính đến từng giây; Một Cửa tính hạn đến hết ngày.",
        f"By the log itself {late_by_the_log} cases ended after their deadline to the second; Một Cửa counts to the end of "
        "the day.",
        language,
    )


def _show_durations(groups: list[Durations], language: str, form: str) -> None:
    if form == "json":
        as_json(
            [
                {
                    "channel": one.group, "n": one.n, "zeros": one.zeros, "mean_hours": _hours(one.mean, "en"),
                    "p50_hours": _hours(one.median, "en"), "p90_hours": _hours(one.p90, "en"),
                    "max_hours": _hours(one.longest, "en"),
                }
                for one in groups
            ]
        )  # fmt: skip
        return
    spoken = "en" if language == "en" else "vi"
    table = Table(
        one_line("Cách nộp", "Channel", language), "n", one_line("Bằng 0", "Zero", language),
        one_line("Trung bình (giờ)", "Mean (hours)", language), one_line("Trung vị", "Median", language),
        "p90", one_line("Lớn nhất", "Longest", language),
    )  # fmt: skip
    for column in table.columns[1:]:
        column.justify = "right"
    for one in groups:
        name = one.group or one_line("Tất cả", "All", language)
        figures = (_hours(value, spoken) for value in (one.mean, one.median, one.p90, one.longest))
        table.add_row(name, str(one.n), str(one.zeros), *figures)
    print_table(table)
    say(
        "Từ sự kiện đầu đến sự kiện cuối của mỗi hồ sơ; phân vị theo quy tắc HF7 (Hyndman–Fan 7).",
        "From the first to the last event of each case; quantiles by rule HF7 (Hyndman–Fan 7).",
        language,
    )


def _hours(value: Fraction, language: str) -> str:
    figure = half_up(value, 6)
    return str(figure) if language == "en" else number(figure, "vi")
