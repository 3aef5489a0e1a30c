"""A real permit log of 1,434 cases against figures worked out independently; skipped where the log is not at hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from motcua.casework.models import Case, Event
from motcua.casework.recount import recount
from motcua.eventlog.durations import by_group
from motcua.eventlog.mapping import Mapping, read_mapping
from motcua.eventlog.read import Log, read_log
from motcua.eventlog.take import durations_of, standing, take
from motcua.lib.rounding import half_up
from motcua.lib.worktime import VIETNAM

ROOT = Path(__file__).parents[2]
FILE = ROOT.parent / "shared" / "eventlogs" / "receipt_wabo.csv"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the WABO log does not lie beside this repository")


@pytest.fixture(scope="module")
def how() -> Mapping:
    return read_mapping(ROOT / "examples" / "eventlog" / "receipt_wabo.mapping.yaml")


@pytest.fixture(scope="module")
def wabo(how: Mapping) -> Log:
    return read_log(FILE.read_bytes(), how, now=NOW)


def test_every_row_comes_in_and_every_defect_is_told(wabo: Log) -> None:
    assert (wabo.rows, wabo.imported, wabo.refused, len(wabo.cases)) == (8577, 8577, 0, 1434)
    assert wabo.counts() == {
        "missing-end": 105, "event-after-end": 145, "event-before-start": 2, "end-at-start": 2,
    }  # fmt: skip
    assert len({(d.case, d.code) for d in wabo.defects}) == len(wabo.defects) == 254
    assert all(d.line > 1 and d.vi and d.en for d in wabo.defects)


def test_activities_resources_and_lateness_are_those_of_the_log(wabo: Log) -> None:
    events = [event for case in wabo.cases for event in case.events]
    assert len({event.activity for event in events}) == 27
    assert len({event.resource for event in events}) == 48
    assert sum(1 for c in wabo.cases if c.end and c.deadline and c.end > c.deadline) == 377
    assert sum(case.span for case in wabo.cases) // 1_000_000 == 670_056_454


def test_durations_of_the_file_are_the_known_ones(wabo: Log) -> None:
    groups = {one.group: one for one in by_group((case.logged_channel, case.span) for case in wabo.cases)}
    everything = groups[""]
    shown = [half_up(v, 6) for v in (everything.mean, everything.median, everything.p90, everything.longest)]
    assert shown == [Decimal(text) for text in ("129.795532", "0.796829", "338.283833", "6620.150423")]
    assert (everything.n, everything.zeros) == (1434, 116)
    assert {
        name: (one.n, half_up(one.median, 2), half_up(one.p90, 2))
        for name, one in groups.items()
        if one.n > 1 and name
    } == {
        "Internet": (1250, Decimal("0.52"), Decimal("333.62")),
        "Desk": (109, Decimal("18.76"), Decimal("319.71")),
        "Post": (53, Decimal("97.36"), Decimal("480.45")),
        "e-mail": (21, Decimal("0.58"), Decimal("314.62")),
    }
    assert groups["Intern"].n == 1


@pytest.mark.django_db
def test_the_dossiers_of_the_log_report_its_lateness_and_durations(wabo: Log, how: Mapping) -> None:
    written = take(FILE.read_bytes(), how, wabo, now=NOW)
    ended = [case for case in wabo.cases if case.end is not None]
    # Lodged, accepted and each row; decided where the log has an end.
    assert (written.cases, written.events) == (1434, 2 * 1434 + 8577 + len(ended))
    now = standing("receipt-wabo", now=NOW)
    assert now.received == 1434 == now.early + now.on_time + now.late + now.in_time + now.overdue
    by_day = [
        (case.end.astimezone(VIETNAM).date() - case.deadline.astimezone(VIETNAM).date()).days
        for case in ended
        if case.end and case.deadline
    ]
    assert (now.early, now.on_time, now.late) == (
        sum(d < 0 for d in by_day), sum(d == 0 for d in by_day), sum(d > 0 for d in by_day),
    )  # fmt: skip
    assert (now.in_time, now.overdue) == (0, 105)
    assert durations_of("receipt-wabo") == by_group((case.logged_channel, case.span) for case in wabo.cases)
    assert recount().wrong == 0
    assert (
        not Event.objects.exclude(kind="step_done")
        .exclude(details={})
        .filter(details__has_key="step")
        .exists()
    )
    assert Case.objects.filter(channel="online").count() == 1250 + 21
