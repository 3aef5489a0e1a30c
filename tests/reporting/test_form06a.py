"""Form II.06a: every cell is its list, the identities hold, and plain Python over the events counts the same."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection

from motcua.casework.batch import Continuation, record_many
from motcua.casework.figures import Period
from motcua.casework.models import Standing
from motcua.lib.errors import Invalid, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.lib.worktime import Limit, Unit
from motcua.reporting import populations
from motcua.reporting.apart import NAMES, apart
from motcua.reporting.form06a import By, cell, form_06a
from motcua.reporting.identities import COLUMNS, residuals
from motcua.reporting.indicators import indicator
from motcua.reporting.lists import count_of
from motcua.reporting.render import form_json, form_text
from tests.reporting.stories import by_hand, new_case, random_register, retold, step, write

pytestmark = pytest.mark.django_db

MARCH = Period(date(2020, 3, 1), date(2020, 3, 31))
LATER = datetime(2021, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def random_period(chance: Random) -> Period:
    start = date(2020, 1, 1) + timedelta(days=chance.randrange(200))
    return Period(start, start + timedelta(days=chance.randrange(90)))


@pytest.mark.parametrize("seed", range(4))
def test_the_form_counts_what_plain_python_counts_over_the_events(seed: int) -> None:
    random_register(seed)
    chance = Random(seed)
    # The very instants at which something became known are where a version could be counted twice or not at all.
    instants = sorted({*Standing.objects.values_list("known_from", flat=True)})
    for turn in range(8):
        period = random_period(chance)
        as_of = period.begins + timedelta(minutes=chance.randrange(1, 300_000))
        if turn % 2:
            as_of = chance.choice([moment for moment in instants if moment > period.begins] or [as_of])
        expected = by_hand(period, as_of)
        bys: tuple[By, ...] = ("office", "field", "procedure")
        for by in bys:
            form = form_06a(period, as_of, by)
            counted = {
                (line.key, column): line.cells[column]
                for line in [*form.lines, form.total]
                for column in COLUMNS
            }
            wanted = {key: len(expected.get(key, [])) for key in counted}
            assert counted == wanted
            assert form.findings == []
            assert sum(count for (line, _), count in counted.items() if line == "total") == sum(
                len(references) for (line, _), references in expected.items() if line == "total"
            )
            for line, column in chance.sample(sorted(counted), min(12, len(counted))):
                listed = cell(f"06a:{line}:{column}", period, as_of)
                assert listed.rows.references() == expected.get((line, column), [])
                assert listed.value == counted[line, column]


def test_the_random_register_reaches_every_column() -> None:
    random_register(1, cases=150)
    form = form_06a(Period(date(2020, 2, 1), date(2020, 5, 31)), LATER)
    assert {column for column in COLUMNS if form.total.cells[column]} == set(COLUMNS)


@pytest.mark.parametrize("seed", range(3))
def test_the_closing_of_a_period_is_the_opening_of_the_next_and_months_add_up(seed: int) -> None:
    random_register(seed, cases=60)
    months = [
        Period(date(2020, month, 1), date(2020, month + 1, 1) - timedelta(days=1)) for month in range(1, 7)
    ]
    forms = [form_06a(month, LATER) for month in months]
    for before, after in itertools.pairwise(forms):
        assert before.total.cells[11] == after.total.cells[6]
        assert (
            cell("06a:total:11", before.period, LATER).rows.references()
            == cell("06a:total:6", after.period, LATER).rows.references()
        )
    half = form_06a(Period(date(2020, 1, 1), date(2020, 6, 30)), LATER)
    for column in (4, 5, 7, 8, 9, 10):
        assert sum(form.total.cells[column] for form in forms) == half.total.cells[column]
    assert half.total.cells[6] == forms[0].total.cells[6]
    assert (half.total.cells[11], half.total.cells[13]) == (
        forms[-1].total.cells[11],
        forms[-1].total.cells[13],
    )


def test_indicators_are_columns_of_the_form() -> None:
    random_register(7)
    form = form_06a(MARCH, LATER)
    for code, column in {
        "total": 3, "online": 4, "desk_or_post": 5, "carried_over": 6, "settled": 7, "early": 8, "on_time": 9,
        "late": 10, "open": 11, "open_in_time": 12, "open_overdue": 13,
    }.items():  # fmt: skip
        found = indicator(f"dossiers.{code}").measure(MARCH, LATER)
        assert (found.value, len(found.rows.references())) == (form.total.cells[column],) * 2, code
    desk, post = (indicator(f"dossiers.{name}").measure(MARCH, LATER).value for name in ("desk", "post"))
    assert desk + post == form.total.cells[5]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_under_the_form_has_its_lists(seed: int) -> None:
    random_register(seed, cases=120)
    period = Period(date(2020, 2, 10), date(2020, 4, 20))
    form = form_06a(period, LATER)
    told = {one.reference: one for one in retold(LATER, period.ends)}
    open_now = cell("06a:total:11", period, LATER).rows.references()
    assert count_of("06a:waiting", period, LATER).rows.references() == [
        reference for reference in open_now if told[reference].paused
    ]
    for code, _, value in form.apart.items():
        assert (
            apart(code, period, LATER).value
            == value
            == len(count_of(f"06a:{code}", period, LATER).rows.references())
        )
    settled = cell("06a:total:7", period, LATER).rows.references()
    assert form.apart.withdrawn == sum(told[reference].outcome == "withdrawn" for reference in settled)
    assert form.mapping == "06a-states/1"
    text = form_text(form)
    assert "06a-states/1" in text
    assert all(name.vi in text for name in NAMES.values())


def test_the_form_of_one_office_is_its_line_by_procedure() -> None:
    random_register(11)
    whole = {line.key: line for line in form_06a(MARCH, LATER, "office").lines}
    one = form_06a(MARCH, LATER, "procedure", office="20BB")
    assert one.total.cells == whole["20BB"].cells
    for line in one.lines:
        assert cell(f"06a:20BB+{line.key}:3", MARCH, LATER).value == line.cells[3]


def test_received_at_midnight_of_the_first_day_is_new_and_on_the_day_before_is_carried_over() -> None:
    midnight = at("2020-03-01T00:00")
    write(
        (new_case("new"), [step("lodged", midnight), step("accepted", midnight)]),
        (new_case("old"), [step("lodged", midnight - HOUR), step("accepted", midnight - timedelta(microseconds=1))]),
    )  # fmt: skip
    assert cell("06a:total:4", MARCH, LATER).rows.references() == ["new"]
    assert cell("06a:total:6", MARCH, LATER).rows.references() == ["old"]


def test_settled_at_the_very_end_of_a_period_belongs_to_the_next() -> None:
    end = MARCH.ends
    write((new_case("a"), [step("lodged", end - HOUR), step("accepted", end - HOUR), step("decided", end)]))
    april = Period(date(2020, 4, 1), date(2020, 4, 30))
    assert (form_06a(MARCH, LATER).total.cells[7], form_06a(MARCH, LATER).total.cells[11]) == (0, 1)
    assert (form_06a(april, LATER).total.cells[6], form_06a(april, LATER).total.cells[7]) == (1, 1)


def test_received_and_settled_in_the_same_instant_is_counted_in_both_columns() -> None:
    noon = at("2020-03-10T10:00")
    write((new_case("a"), [step("lodged", noon), step("accepted", noon), step("decided", noon)]))
    form = form_06a(MARCH, LATER)
    assert (form.total.cells[3], form.total.cells[7], form.total.cells[11]) == (1, 1, 0)


def test_nothing_released_is_not_applicable_and_never_zero_or_hundred_per_cent() -> None:
    form = form_06a(MARCH, LATER)
    assert form.lines == []
    assert form.total.in_time_share is None
    assert form_json(form)["total"]["in_time_share"] is None
    assert "không phát sinh" in form_text(form, "vi")
    assert "n/a" in form_text(form, "en")
    assert "%" not in form_text(form, "en")


def test_later_events_do_not_change_a_report_as_of_the_past() -> None:
    start = at("2020-03-10T09:00")
    write(
        (new_case("a"), [step("lodged", start), step("accepted", start)]),
        (new_case("b"), [step("lodged", start), step("accepted", start), step("decided", start + HOUR)]),
    )
    as_of = at("2020-04-02T00:00")
    before = form_json(form_06a(MARCH, as_of))
    # The first was decided in March and keyed in only in May; the second was decided in error.
    may = at("2020-05-05T09:00")
    record_many(
        [],
        [
            Continuation("a", [step("decided", start + 2 * HOUR, may)]),
            Continuation("b", [step("voided", may, may, reason="x", voids=3)]),
        ],
    )
    assert form_json(form_06a(MARCH, as_of)) == before
    now = form_06a(MARCH, LATER)
    assert cell("06a:total:7", MARCH, LATER).rows.references() == ["a"]
    assert now.total.cells[11] == 1


def test_what_happens_after_the_period_does_not_change_its_state() -> None:
    start = at("2020-03-31T16:00")
    write(
        (
            new_case("a"),
            [step("lodged", start), step("accepted", start), step("decided", at("2020-04-01T09:00"))],
        )
    )
    form = form_06a(MARCH, LATER)
    assert (form.total.cells[7], form.total.cells[11], form.total.cells[12]) == (0, 1, 1)


def test_a_case_cancelled_after_it_was_overdue_is_late_and_one_withdrawn_in_time_is_not_early() -> None:
    monday = at("2020-03-02T08:00")
    write(
        (
            new_case("gone", kind="declaration", procedure="clearance/import-declaration"),
            [
                step("registered", monday), step("channelled", monday + HOUR),
                step("cancelled", monday + timedelta(days=5)),
            ],
        ),
        (new_case("back"), [step("lodged", monday), step("accepted", monday), step("withdrawn", monday + HOUR)]),
    )  # fmt: skip
    assert cell("06a:total:10", MARCH, LATER).rows.references() == ["gone"]
    assert cell("06a:total:9", MARCH, LATER).rows.references() == ["back"]
    form = form_06a(MARCH, LATER)
    assert (form.apart.cancelled, form.apart.withdrawn) == (1, 1)


def test_overdue_is_told_at_the_end_of_the_period_and_not_today() -> None:
    last = at("2020-03-31T15:00")
    write((new_case("a"), [step("lodged", last), step("accepted", last)]))
    assert form_06a(MARCH, LATER).total.cells[12] == 1
    april = Period(date(2020, 4, 1), date(2020, 4, 30))
    assert form_06a(april, LATER).total.cells[13] == 1


def test_a_limit_that_runs_out_at_the_very_end_of_a_period_is_still_in_time() -> None:
    late = at("2020-03-31T22:00")
    new = new_case("a", calendar="clock-24x7", limit=Limit(2, Unit.HOURS))
    write((new, [step("lodged", late), step("accepted", late)]))
    assert Standing.objects.get().due_at == MARCH.ends
    assert form_06a(MARCH, LATER).total.cells[12] == 1
    assert form_06a(Period(date(2020, 4, 1), date(2020, 4, 1)), LATER).total.cells[13] == 1


def test_a_procedure_that_changes_its_counting_system_is_counted_by_each_in_its_time() -> None:
    sheets = [
        SimpleNamespace(since=date(2020, 1, 1), counted_by="one-stop"),
        SimpleNamespace(since=date(2020, 3, 16), counted_by="customs-core"),
    ]
    changed = SimpleNamespace(procedures=lambda: ["tax/refund"], versions=lambda _: sheets)
    before, after = at("2020-03-15T23:00"), at("2020-03-16T00:00")
    for reference, moment in (("before", before), ("after", after)):
        write(
            (new_case(f"dossier-{reference}"), [step("lodged", moment), step("accepted", moment)]),
            (new_case(f"declaration-{reference}", kind="declaration"), [step("registered", moment)]),
        )
    with patch.object(populations, "catalogue", lambda: changed):
        listed = populations.received(MARCH, LATER).references()
    assert listed == ["declaration-after", "dossier-before"]


def test_a_dossier_of_a_procedure_that_the_customs_core_counts_is_not_counted_twice() -> None:
    monday = at("2020-03-02T08:00")
    write(
        (
            new_case("10123456789", kind="declaration", procedure="clearance/import-declaration"),
            [step("registered", monday)],
        ),
        (
            new_case("paper", procedure="clearance/import-declaration"),
            [step("lodged", monday), step("accepted", monday)],
        ),
    )
    assert cell("06a:total:3", MARCH, LATER).rows.references() == ["10123456789"]


def test_a_refused_dossier_stands_outside_the_form_and_is_told_under_it() -> None:
    monday = at("2020-03-02T08:00")
    write((new_case("a"), [step("lodged", monday), step("refused", monday + HOUR)]))
    form = form_06a(MARCH, LATER)
    assert form.total.cells[3] == 0
    assert form.apart.refused == 1
    assert count_of("06a:refused", MARCH, LATER).rows.references() == ["a"]
    assert count_of("06a:refused", MARCH, at("2020-03-02T08:30")).rows.references() == []


def test_a_report_of_a_period_that_still_runs_sees_up_to_its_moment() -> None:
    write((new_case("a"), [step("lodged", at("2020-03-20T09:00")), step("accepted", at("2020-03-20T09:00"))]))
    assert form_06a(MARCH, at("2020-03-10T00:00")).total.cells[3] == 0
    assert form_06a(MARCH, at("2020-03-21T00:00")).total.cells[12] == 1
    with pytest.raises(Refused, match="had not begun"):
        form_06a(MARCH, at("2020-02-10T00:00"))


def test_a_form_whose_identities_fail_names_the_residual_and_is_not_issued() -> None:
    monday = at("2020-03-02T08:00")
    write((new_case("a"), [step("lodged", monday), step("accepted", monday), step("decided", monday + HOUR)]))
    # What no door of ours can write: a result without a verdict.
    Standing.objects.filter(finished_at__isnull=False).update(verdict="")
    form = form_06a(MARCH, LATER)
    assert [finding.place for finding in form.findings] == ["06a:20BB", "06a:total"]
    assert "(7) = (8) + (9) + (10): lệch 1" in form_text(form)
    with pytest.raises(Invalid, match="off by 1"):
        form.require_identities()


def test_an_unknown_channel_is_a_residual_and_not_spread_over_other_columns() -> None:
    monday = at("2020-03-02T08:00")
    write((new_case("a"), [step("lodged", monday), step("accepted", monday)]))
    Standing.objects.update(channel="pigeon")
    (finding, _) = form_06a(MARCH, LATER).findings
    assert finding.code == "06a-identity"
    assert "(3) = (4) + (5) + (6)" in finding.vi


def test_the_newspaper_figures_leave_nineteen_which_the_form_calls_carried_over() -> None:
    (residual,) = residuals({3: 127_258, 4: 119_910, 5: 7_329})
    assert (residual.amount, residual.missing) == (19, 6)
    assert "19" in residual.text().vi
    assert "Từ kỳ trước" in residual.text().vi
    assert "inferred" in residual.text().en


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("06a:20BB", "LINE:COLUMN"), ("06a:20BB:2", "no column"), ("06a:nowhere:8", "no line"),
        ("06a:20BB+20BC:8", "two of a kind"), ("06a:tax/nothing:8", "no line"), ("06a:20BB:08", "no column"),
    ],
)  # fmt: skip
def test_an_unknown_cell_is_refused_with_what_there_is(code: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        count_of(code, MARCH, LATER)


def test_the_form_takes_four_queries_and_a_few_for_what_stands_under_it(
    django_assert_max_num_queries: object,
) -> None:
    random_register(3, cases=30)
    with django_assert_max_num_queries(8, connection=connection):  # type: ignore[operator]
        form_06a(MARCH, LATER, "procedure")
