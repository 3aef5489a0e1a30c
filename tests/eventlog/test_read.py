"""Reading a log: every defect is named by case, line and reason, and no row is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.eventlog.read import read_log
from motcua.lib.errors import Invalid, Malformed
from tests.eventlog.logs import COLUMNS, NOW, content, log, mapping, row


def test_a_good_row_is_one_event_of_one_case() -> None:
    found = log(row())
    (case,) = found.cases
    assert found.defects == []
    assert (case.id, case.channel, case.logged_channel, case.line) == ("c1", "online", "Web", 2)
    assert case.start == datetime(2020, 3, 2, 1, tzinfo=UTC)
    assert case.end == datetime(2020, 3, 4, 3, tzinfo=UTC)
    assert [(e.activity, e.kind, e.resource, e.line) for e in case.events] == [
        ("check", "step_done", "R1", 2)
    ]


@pytest.mark.parametrize(
    ("code", "cells", "says"),
    [
        ("no-case", {"case": " "}, "names no case"),
        ("no-time", {"time": ""}, "time is missing"),
        ("bad-time", {"time": "yesterday"}, "'yesterday' is not a time"),
        ("bad-time", {"time": "2020-02-30 08:00:00+07:00"}, "not a time"),
        ("bad-time", {"time": "0202-03-02 08:00:00+07:00"}, "not a time"),
        ("bad-time", {"time": "9999-12-31"}, "not a time"),
        ("future", {"time": "2021-03-02 08:00:00+07:00"}, "lies in the future"),
        ("unknown-activity", {"activity": "Chek"}, "'Chek' is not in the mapping"),
        ("unknown-channel", {"way": "Pigeon"}, "'Pigeon' is not in the mapping (Web, Desk)"),
        ("resource-too-long", {"who": "R" * 60}, "too long"),
        ("case-id-too-long", {"case": "c" * 59}, "over 58 characters"),
        ("end-before-start", {"end": "2020-03-01 10:00:00+07:00"}, "before the day it starts"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_alone(code: str, cells: dict[str, str], says: str) -> None:
    found = log(row(case="other"), row(**cells))
    (defect,) = (defect for defect in found.defects if defect.refuses)
    assert (defect.code, defect.line, defect.row) == (code, 3, row(**cells))
    assert defect.case == cells.get("case", "c1").strip()
    assert says in defect.en
    assert defect.vi != defect.en
    assert [case.id for case in found.cases] == ["other"]
    assert (found.rows, found.imported, found.refused) == (2, 1, 1)


@pytest.mark.parametrize(
    ("code", "cells", "says"),
    [
        ("missing-end", {"end": ""}, "stays open"),
        ("missing-start", {"start": ""}, "first event is taken"),
        ("missing-deadline", {"due": ""}, "no limit"),
        ("bad-end", {"end": "soon"}, "'soon' is not a time"),
        ("bad-start", {"start": "31/12"}, "not a time"),
        ("bad-deadline", {"due": "never"}, "not a time"),
        ("bad-end", {"end": "2021-03-02 08:00:00+07:00"}, "future"),
        ("event-after-end", {"time": "2020-03-04 10:00:01+07:00"}, "1 events after the end"),
        ("event-before-start", {"time": "2020-03-02 07:59:59+07:00"}, "1 events before the start"),
        (
            "end-at-start",
            {"end": "2020-03-02 07:00:00+07:00", "time": "2020-03-02 07:00:00+07:00"},
            "same day",
        ),
        ("deadline-not-after-start", {"due": "2020-03-01 08:00:00+07:00"}, "not after the start"),
        ("date-only", {"time": "2020-03-03"}, "a day without a time"),
        ("date-only", {"end": "2020-03-03"}, "a day without a time"),
    ],
)
def test_a_case_with_a_defect_that_can_be_lived_with_is_imported_and_flagged(
    code: str, cells: dict[str, str], says: str
) -> None:
    found = log(row(**cells))
    defect = next(defect for defect in found.defects if defect.code == code)
    assert (defect.case, defect.line, defect.refuses) == ("c1", 2, False)
    assert says in defect.en
    assert (len(found.cases), found.imported, found.refused) == (1, 1, 0)


def test_a_future_deadline_is_no_defect() -> None:
    assert log(row(due="2021-06-01 08:00:00+07:00", end="")).counts() == {"missing-end": 1}


def test_a_duplicate_is_refused_and_names_the_first_line() -> None:
    found = log(row(), row(), row(time="2020-03-02 09:00:01+07:00"))
    (defect,) = found.defects
    assert (defect.code, defect.line, defect.en) == ("duplicate", 3, "the same as line 2")
    assert (found.rows, found.imported, found.refused) == (3, 2, 1)


def test_what_an_instance_tells_apart_is_no_duplicate() -> None:
    header = (*COLUMNS, "id")
    text = "\n".join(",".join(cells) for cells in (header, (*row(), "t1"), (*row(), "t2"))).encode()
    columns = mapping().columns.model_dump() | {"instance": "id"}
    assert read_log(text, mapping(columns=columns), now=NOW).imported == 2


def test_every_row_of_a_refused_case_is_kept_with_the_reason_and_counts_as_one_case() -> None:
    found = log(row(way="Pigeon"), row(way="Pigeon", time="2020-03-02 09:00:01+07:00"))
    assert [(d.line, d.refuses) for d in found.defects] == [(2, True), (3, True)]
    assert found.counts() == {"unknown-channel": 1}
    assert (found.rows, found.imported, found.refused) == (2, 0, 2)


def test_an_unknown_channel_goes_where_the_mapping_says() -> None:
    (case,) = log(row(way="Pigeon"), channel_otherwise="post").cases
    assert (case.channel, case.logged_channel) == ("post", "Pigeon")


def test_rows_of_a_case_that_disagree_are_told_and_the_first_counts() -> None:
    found = log(row(), row(time="2020-03-02 09:30:00+07:00", due="2020-04-01", way="Desk"))
    (defect,) = found.defects
    assert (defect.code, defect.line) == ("attribute-differs", 3)
    assert "channel, deadline differs from line 2" in defect.en
    assert found.cases[0].channel == "online"


def test_a_row_of_another_width_is_refused() -> None:
    found = log(row(), (*row(), "surplus"), ("c1", "Check"))
    assert [(d.code, d.line) for d in found.defects] == [("row-width", 3), ("row-width", 4)]
    assert (found.rows, found.imported, found.refused) == (3, 1, 2)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    quoted = row(who='"R\n1"')
    found = log(quoted, row(time=""))
    assert [defect.line for defect in found.defects] == [4]


def test_stamps_without_a_zone_are_read_in_the_zone_of_the_mapping() -> None:
    cells = {
        "time": "2020-03-29 03:30:00", "start": "2020-03-29 01:30:00", "due": "2020-04-29 00:00:00", "end": "",
    }  # fmt: skip
    (case,) = log(row(**cells), zone="Europe/Amsterdam").cases
    # The clocks went forward between the two: one hour passed, not two.
    assert case.events[0].at - case.start == timedelta(hours=1)


@pytest.mark.parametrize("text", ["2020-10-25 02:30:00", "2020-03-29 02:30:00"])
def test_a_local_time_met_twice_or_never_is_flagged(text: str) -> None:
    found = log(row(time=text, start="2020-01-02", due="", end=""), zone="Europe/Amsterdam")
    assert "ambiguous-time" in found.counts()


def test_days_alone_begin_early_and_end_late() -> None:
    (case,) = log(row(time="2020-03-02", start="2020-03-02", due="2020-03-04", end="2020-03-03")).cases
    assert case.start == datetime(2020, 3, 1, 17, tzinfo=UTC)
    assert case.end == datetime(2020, 3, 3, 17, tzinfo=UTC) - timedelta(microseconds=1)
    assert case.deadline == datetime(2020, 3, 4, 17, tzinfo=UTC) - timedelta(microseconds=1)


def test_days_alone_are_refused_where_the_mapping_says_so() -> None:
    found = log(row(time="2020-03-02"), date_only="refuse")
    assert [(d.code, d.refuses) for d in found.defects] == [("date-only", True)]


def test_stamps_of_another_format_are_read_by_it() -> None:
    cells = {"time": "02/03/2020 09:00", "start": "02/03/2020 08:00", "due": "", "end": ""}
    (case,) = log(row(**cells), time_format="%d/%m/%Y %H:%M").cases
    assert case.events[0].at == datetime(2020, 3, 2, 2, tzinfo=UTC)


def test_names_are_compared_in_one_unicode_form() -> None:
    decomposed = "Ghi chu\u0301"
    assert log(row(activity=decomposed)).cases[0].events[0].activity == "note"


def test_missing_columns_are_all_named_at_once_with_the_nearest() -> None:
    columns = mapping().columns.model_dump() | {"time": "tme", "end": "zzz"}
    with pytest.raises(Invalid) as refused:
        read_log(content(row()), mapping(columns=columns), now=NOW)
    assert [finding.place for finding in refused.value.findings] == ["columns.time", "columns.end"]
    assert "did you mean 'time'?" in refused.value.findings[0].en


@pytest.mark.parametrize(
    ("bytes_", "place"),
    [
        (content(row()) + b"\n\xff", "line 3"),
        (content(row()) + b"\n\x00", "line 3"),
        (content(row()) + b'\n"open', "line 3"),
        (content(row()) + b'\nc"x"y,"a"b', "line 3"),
    ],
)
def test_what_is_no_csv_is_refused_with_its_line(bytes_: bytes, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_log(bytes_, mapping(), now=NOW)
    assert refused.value.place == place


def test_a_header_alone_is_a_log_of_nothing() -> None:
    assert (log().rows, log().cases, log().defects) == (0, [], [])


def test_an_empty_file_lacks_every_column() -> None:
    with pytest.raises(Invalid) as refused:
        read_log(b"", mapping(), now=NOW)
    assert len(refused.value.findings) == 8


CELL = st.text(st.characters(codec="utf-8", exclude_characters='\x00"\r\n,'), max_size=12)
CELLS = {
    "case": st.sampled_from(["c1", "c2", ""]) | CELL,
    "activity": st.sampled_from(["Check", "Ghi chú", ""]) | CELL,
    "time": st.sampled_from(["2020-03-02 09:00:00+07:00", "2020-03-02", ""]) | CELL,
    "way": st.sampled_from(["Web", "Desk", ""]) | CELL,
    "start": st.sampled_from(["2020-03-02 09:00:00+07:00", "2020-05-02", ""]) | CELL,
    "due": st.sampled_from(["2020-04-02", ""]) | CELL,
    "end": st.sampled_from(["2020-03-02 08:00:00+07:00", "2020-03-01", ""]) | CELL,
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries(CELLS), max_size=8))
def test_no_row_is_ever_lost(rows: list[dict[str, str]]) -> None:
    found = log(*(row(**cells) for cells in rows))
    assert found.rows == len(rows) == found.imported + found.refused
    lines = [d.line for d in found.defects if d.refuses] + [e.line for c in found.cases for e in c.events]
    assert sorted(lines) == list(range(2, len(rows) + 2))
    assert all(defect.vi and defect.en for defect in found.defects)
