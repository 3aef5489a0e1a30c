"""Logs as people export them: every row is used or counted under one reason, in CSV and in XES alike."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.lib.errors import Invalid, Malformed
from motcua.timerelease.logs import Columns, Table, read_log
from motcua.timerelease.spans import between, whole
from motcua.timerelease.statistics import HOUR

COLUMNS = Columns("id", "act", "at")


def table(folder: Path, text: str, columns: Columns = COLUMNS, name: str = "log.csv") -> Table:
    file = folder / name
    file.write_bytes(text.encode())
    return read_log(file, columns)


def moments(read: Table) -> list[datetime]:
    return read.events["at"].to_list()


@pytest.mark.parametrize(
    ("stamp", "utc", "doubt"),
    [
        ("2020-05-01 08:00:00+07:00", "2020-05-01T01:00", ""),
        ("2020-05-01T08:00:00.250+0700", "2020-05-01T01:00:00.250", ""),
        ("2020-05-01T01:00:00Z", "2020-05-01T01:00", ""),
        ("2020-05-01 01:00:00,5Z", "2020-05-01T01:00:00.500", ""),
        ("2020-05-01 08:00", "2020-05-01T01:00", "no-zone"),
        ("01/05/2020 08:00", "2020-05-01T01:00", "no-zone"),
        ("2020-05-01", "2020-04-30T17:00", "date-only"),
        ("01/05/2020", "2020-04-30T17:00", "date-only"),
        ("20200501", "2020-04-30T17:00", "date-only"),
    ],
)
def test_stamps_in_every_common_form(tmp_path: Path, stamp: str, utc: str, doubt: str) -> None:
    # A clean row stands beside, so that the quick form has been tried first.
    read = table(tmp_path, f'id,act,at\n1,a,2020-01-01 00:00:00+00:00\n1,b,"{stamp}"\n')
    assert moments(read)[1] == datetime.fromisoformat(f"{utc}+00:00")
    assert dict(read.defects) == ({doubt: 1} if doubt else {})


def test_every_row_is_used_or_stays_out_for_one_reason(tmp_path: Path) -> None:
    read = table(
        tmp_path,
        "\ufeffid,act,at,org:resource\n"
        "1,a,2020-05-01 08:00:00+07:00,x\n"
        "1,a,2020-05-01 08:00:00+07:00,x\n"  # the same once more
        "1,a,2020-05-01 08:00:00+07:00,y\n"  # somebody else at the same moment
        ",a,2020-05-01 08:00:00+07:00,x\n"
        "1, ,2020-05-01 08:00:00+07:00,x\n"
        "1,b,,x\n"
        "1,b,soon,x\n"
        "1,b,2020-02-30 08:00:00+07:00,x\n"
        "1,c,2020-04-30 08:00:00+07:00,x\n",
    )
    assert (read.rows, read.used, read.left_out) == (9, 3, 6)
    assert dict(read.defects) == {
        "duplicate": 1, "missing-case": 1, "missing-activity": 1, "missing-time": 1, "bad-time": 2, "out-of-order": 1,
    }  # fmt: skip
    assert read.events["line"].to_list() == [2, 4, 10]


def test_rows_of_another_width_are_read_and_counted(tmp_path: Path) -> None:
    read = table(tmp_path, "id,act,at\n1,a,2020-05-01\n1,b,2020-05-02,what,is,this\n1,c\n")
    assert (read.rows, read.used) == (3, 2)
    assert dict(read.defects) == {"extra-cells": 1, "missing-time": 1, "date-only": 2}


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        table(tmp_path, "case,act,when\n1,a,2020-05-01\n")
    assert [finding.place for finding in caught.value.findings] == ["--case", "--time"]
    assert all("case, act, when" in finding.en for finding in caught.value.findings)


def test_a_log_in_another_encoding_is_refused_at_its_byte(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes("id,act,at\n1,Hải quan,2020".encode("utf-16"))
    with pytest.raises(Malformed) as caught:
        read_log(tmp_path / "log.csv", COLUMNS)
    assert caught.value.place == "byte 0"


def test_a_header_alone_is_an_empty_log(tmp_path: Path) -> None:
    read = table(tmp_path, "id,act,at\n")
    assert (read.rows, read.used, len(whole(read).cases)) == (0, 0, 0)


XES = """<log><trace><string key="concept:name" value="1"/>{}</trace></log>"""
EVENT = (
    '<event><string key="concept:name" value="{}"/><string key="lifecycle:transition" value="{}"/>'
    '<date key="time:timestamp" value="2020-05-01T{}:00:00+07:00"/></event>'
)


def test_starts_and_ends_of_an_activity_are_paired(tmp_path: Path) -> None:
    rows = (
        ("check", "START", "08"),
        ("check", "COMPLETE", "10"),
        ("check", "START", "11"),
        ("release", "complete", "12"),
    )
    read = table(
        tmp_path,
        XES.format("".join(EVENT.format(*row) for row in rows)),
        Columns("case:concept:name", "concept:name", "time:timestamp"),
        "log.xes",
    )
    assert dict(read.defects) == {"unpaired-start": 1}
    assert read.events["line"].to_list() == [1, 1, 1, 1]
    # An end is a completed check, a begin the first time it was started.
    assert between(read, "check", "check").micros.tolist() == [2 * HOUR]


def test_cases_without_an_end_are_open_until_the_log_ends(tmp_path: Path) -> None:
    read = table(
        tmp_path,
        "id,act,at\n"
        "early,release,2020-05-01 06:00:00Z\nearly,arrive,2020-05-01 09:00:00Z\n"
        "open,arrive,2020-05-01 08:00:00Z\n"
        "unknown,release,2020-05-01 08:00:00Z\n"
        "last,arrive,2020-05-01 10:00:00Z\nlast,release,2020-05-01 20:00:00Z\n",
    )
    spans = between(read, "arrive", "release")
    # Released before it arrived: three hours below zero, and legal.
    assert dict(zip(spans.cases, (spans.micros / HOUR).tolist(), strict=True)) == {
        "early": -3, "last": 10, "open": 12,
    }  # fmt: skip
    assert spans.finished.tolist() == [True, True, False]
    assert spans.left_out == {"no-begin": 1}


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters='\x00\r\n"', exclude_categories=["Cs"]), max_size=12
)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=30))
def test_no_row_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    text = "id,act,at\n" + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    read = table(folder, text)
    assert read.rows == len(rows) == read.used + read.left_out
