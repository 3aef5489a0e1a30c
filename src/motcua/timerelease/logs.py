"""
An event log as a table of columns: one row an event, every defect counted, nothing dropped unseen. Pure.

A row that cannot be used stays out and is counted under one reason; a row that can be used with a doubt stays in and is
counted beside. `table.rows == table.used + table.left_out` always holds.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding

# Why a row stays out, in the order in which it is asked; and what is only counted.
REFUSING = ("missing-case", "missing-activity", "missing-time", "bad-time", "duplicate")
NOTED = ("date-only", "no-zone", "out-of-order", "unpaired-start", "unpaired-complete", "extra-cells")

# Columns that, where a log has them, tell two rows apart that look alike.
APART = ("org:resource", "concept:instance", "org:group", "resource")
LIFECYCLE = "lifecycle:transition"
OPENING = frozenset({"schedule", "assign", "reassign", "start", "resume", "suspend"})

_WITH_ZONE = ("%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%d %H:%M%:z", "%Y/%m/%d %H:%M:%S%.f%:z")
_WITHOUT_ZONE = (
    "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S%.f", "%d/%m/%Y %H:%M:%S%.f", "%d/%m/%Y %H:%M",
)  # fmt: skip
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%Y%m%d")


@dataclass(frozen=True)
class Columns:
    """The names of the columns of a log; `lifecycle` is used only where the log has it, `group` only where it is named."""

    case: str
    activity: str
    time: str
    group: str = ""
    lifecycle: str = LIFECYCLE


@dataclass
class Table:
    """
    The usable events: `events` has `line` (of the source, the header is 1), `case`, `activity`, `at` (UTC, microseconds),
    `transition` (lower case) and `group`, both '' where the log says none, in the order of the source.
    """

    events: pl.DataFrame
    rows: int
    defects: Counter[str] = field(default_factory=Counter)

    @property
    def used(self) -> int:
        """Rows that became events."""
        return self.events.height

    @property
    def left_out(self) -> int:
        """Rows that stay out."""
        return sum(self.defects[code] for code in REFUSING)


def read_log(file: Path, columns: Columns, zone: str = "Asia/Ho_Chi_Minh") -> Table:
    """
    Read a CSV, XES or gzipped XES log; `zone` is that of stamps which carry none, and each such stamp is counted.

    Malformed for what cannot be read at all, with its place; Invalid when a column is not in the header.
    """
    name = file.name.lower()
    raw = (
        _from_xes(file, columns)
        if name.endswith((".xes", ".xes.gz", ".xml", ".xml.gz"))
        else _from_csv(file, columns)
    )
    return _judged(*raw, columns, zone)


def _from_csv(file: Path, columns: Columns) -> tuple[pl.DataFrame, Counter[str]]:
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(
            f"Nhật ký không phải UTF-8 (byte {error.start}). Hãy xuất lại ở mã UTF-8.",
            f"The log is not UTF-8 (byte {error.start}). Export it again as UTF-8.",
            place=f"byte {error.start}",
        ) from error
    header = next(csv.reader(io.StringIO(text)), [])
    _require(header, columns)
    # A stray NUL or a row of another width: the slow reader tells them one by one.
    try:
        frame = pl.read_csv(content, infer_schema=False, encoding="utf8", null_values=None)
        frame = frame.rename(dict(zip(frame.columns, _named(header), strict=True)))
        return frame.with_row_index("__line", 2), Counter()
    except (pl.exceptions.PolarsError, ValueError):
        return _from_ragged(text, header)


def _named(header: list[str]) -> list[str]:
    """The header with names that are missing or repeated made different, so that no column hides another."""
    seen: Counter[str] = Counter()
    names = []
    for at, name in enumerate(header):
        seen[name] += 1
        names.append(name if name and seen[name] == 1 else f"{name}#{at}")
    return names


def _from_ragged(text: str, header: list[str]) -> tuple[pl.DataFrame, Counter[str]]:
    """Row by row: cells too many are counted and cut off, cells too few are empty."""
    width, noted = len(header), Counter[str]()
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    next(reader, None)
    lines: list[int] = []
    rows: list[list[str | None]] = []
    try:
        line = reader.line_num + 1
        for cells in reader:
            here, line = line, reader.line_num + 1
            if not cells:
                continue
            if len(cells) > width:
                noted["extra-cells"] += 1
            lines.append(here)
            rows.append([*cells[:width], *[None] * (width - len(cells))])
    except csv.Error as error:
        raise Malformed(
            f"CSV hỏng: {error}. Hãy xuất lại nhật ký.", f"Broken CSV: {error}. Export the log again.",
            place=f"line {reader.line_num}",
        ) from error  # fmt: skip
    names = _named(header)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_columns(pl.Series("__line", lines, dtype=pl.UInt32)), noted


def _from_xes(file: Path, columns: Columns) -> tuple[pl.DataFrame, Counter[str]]:
    from motcua.lib.xes import read_xes

    wanted = [columns.case, columns.activity, columns.time, columns.lifecycle, columns.group, *APART]
    lines, found = read_xes(file, [name for name in dict.fromkeys(wanted) if name])
    _require([name for name, values in found.items() if any(v is not None for v in values)], columns)
    frame = pl.DataFrame(found, schema=dict.fromkeys(found, pl.String))
    return frame.with_columns(pl.Series("__line", lines, dtype=pl.UInt32)), Counter()


def _require(header: Iterable[str], columns: Columns) -> None:
    known = [name for name in header if name]
    findings = [
        Finding(
            "column", option,
            f"nhật ký không có cột {name!r}; các cột: {', '.join(known)}",
            f"the log has no column {name!r}; its columns: {', '.join(known)}",
        )
        for option, name in (
            ("--case", columns.case), ("--activity", columns.activity), ("--time", columns.time),
            ("--by", columns.group),
        )
        if name and name not in known
    ]  # fmt: skip
    if findings:
        raise Invalid(findings)


def _judged(raw: pl.DataFrame, noted: Counter[str], columns: Columns, zone: str) -> Table:
    """Sort every row into used or one reason for staying out."""
    has_lifecycle = columns.lifecycle in raw.columns
    apart = [name for name in APART if name in raw.columns]
    frame = raw.select(
        pl.col("__line").alias("line"),
        _clean(columns.case).alias("case"),
        _clean(columns.activity).alias("activity"),
        _clean(columns.time).alias("text"),
        (_clean(columns.lifecycle).fill_null("") if has_lifecycle else pl.lit("")).alias("transition"),
        (_clean(columns.group).fill_null("") if columns.group else pl.lit("")).alias("group"),
        *(pl.col(name).alias(f"apart:{name}") for name in apart),
    )
    stamped = _stamped(frame, zone)
    reason = (
        pl.when(pl.col("case").is_null()).then(pl.lit("missing-case"))
        .when(pl.col("activity").is_null()).then(pl.lit("missing-activity"))
        .when(pl.col("text").is_null()).then(pl.lit("missing-time"))
        .when(pl.col("at").is_null()).then(pl.lit("bad-time"))
    )  # fmt: skip
    stamped = stamped.with_columns(reason.alias("reason"))
    good = stamped.filter(pl.col("reason").is_null())
    defects = Counter(noted)
    for code, count in stamped.drop_nulls("reason")["reason"].value_counts().iter_rows():
        defects[code] += count
    key = ["case", "activity", "at", "transition", *(f"apart:{name}" for name in apart)]
    events = good.unique(subset=key, keep="first", maintain_order=True)
    defects["duplicate"] += good.height - events.height
    for code in ("date-only", "no-zone"):
        defects[code] += events.filter(pl.col("doubt") == code).height
    events = events.select("line", "case", "activity", "at", pl.col("transition").str.to_lowercase(), "group")
    _note_order(events, defects)
    if has_lifecycle:
        _note_pairs(events, defects)
    return Table(events, raw.height, +defects)


def _clean(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text)


def _stamped(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """`at` in UTC and `doubt`, trying the quickest form first and every other only on what is left."""
    at = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    first = pl.col("text").str.replace("T", " ", literal=True)
    whole = frame.with_columns(first.alias("plain"), at.alias("at"))
    # Most logs are written in one form; the patterns below cost more than reading and are for what is not.
    whole = whole.with_columns(_parsed(_WITH_ZONE[0], "", zone).alias("at"))
    text = pl.when(pl.col("at").is_null()).then(pl.col("plain")).str.replace(r"\s*[Zz]$", "+00:00")
    text = text.str.replace(r"\s*([+-]\d\d):?(\d\d)$", "$1:$2").str.replace(r"(:\d\d),(\d+)", "$1.$2")
    doubt = pl.lit(None, dtype=pl.String)
    whole = whole.with_columns(text.alias("plain"), doubt.alias("doubt"))
    for forms, code in ((_WITH_ZONE, ""), (_WITHOUT_ZONE, "no-zone"), (_DAYS, "date-only")):
        for form in forms:
            left = pl.col("at").is_null() & pl.col("plain").is_not_null()
            if whole.select(left.any()).item() is not True:
                return whole
            whole = whole.with_columns(_parsed(form, code, zone).alias("tried")).with_columns(
                pl.coalesce("at", "tried").alias("at"),
                pl.when(left & pl.col("tried").is_not_null() & pl.lit(bool(code)))
                .then(pl.lit(code))
                .otherwise(pl.col("doubt"))
                .alias("doubt"),
            )
    return whole


def _parsed(form: str, code: str, zone: str) -> pl.Expr:
    # Only what no form has read yet: on a clean log every form after the first sees nothing.
    text = pl.when(pl.col("at").is_null()).then(pl.col("plain"))
    if not code:
        return text.str.to_datetime(form, strict=False, time_unit="us").dt.convert_time_zone("UTC")
    local = (
        text.str.to_date(form, strict=False).cast(pl.Datetime("us"))
        if code == "date-only"
        else text.str.to_datetime(form, strict=False, time_unit="us")
    )
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone(
        "UTC"
    )


def _note_order(events: pl.DataFrame, defects: Counter[str]) -> None:
    """Rows that come in the file after a later row of their own case."""
    late = events.select((pl.col("at") < pl.col("at").cum_max().over("case")).sum()).item()
    defects["out-of-order"] += int(late or 0)


def _note_pairs(events: pl.DataFrame, defects: Counter[str]) -> None:
    """Starts without an end and ends without a start, where a log writes both for an activity."""
    counts = events.group_by("case", "activity").agg(
        (pl.col("transition") == "start").sum().alias("starts"),
        (pl.col("transition") == "complete").sum().alias("ends"),
    )
    paired = counts.group_by("activity").agg(pl.col("starts").sum()).filter(pl.col("starts") > 0)["activity"]
    counts = counts.filter(pl.col("activity").is_in(paired.implode()))
    for code, more, fewer in (("unpaired-start", "starts", "ends"), ("unpaired-complete", "ends", "starts")):
        difference = (pl.col(more).cast(pl.Int64) - pl.col(fewer).cast(pl.Int64)).clip(lower_bound=0)
        defects[code] += int(counts.select(difference.sum()).item() or 0)
