"""Figures of the gateways and of reform, their bases and changes, and the bulletin written from them."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings

from motcua.casework.batch import Filing, record_many
from motcua.casework.figures import Figure, Period, root_of
from motcua.casework.models import Case, Link
from motcua.casework.record import record
from motcua.lib.errors import Refused
from motcua.lib.merkle import root
from motcua.lib.vietnamese import VIETNAM
from motcua.origin.models import Certificate
from motcua.people.actor import CLOCK
from motcua.reform.models import Act, Task
from motcua.reporting import measure
from motcua.reporting.bulletin import bulletin
from motcua.reporting.indicators import as_markdown, indicator, indicators
from motcua.reporting.lists import count_of
from motcua.reporting.published import Published
from tests.reporting.stories import new_case, random_register, step, write

pytestmark = pytest.mark.django_db

NINE = Period(date(2021, 1, 1), date(2021, 9, 30))
MARCH = Period(date(2021, 3, 1), date(2021, 3, 31))
LATER = datetime(2022, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MONDAY = datetime(2021, 3, 1, 9, tzinfo=VIETNAM)


def inspection(reference: str, *kinds: str, start: datetime = MONDAY, gap: timedelta = HOUR) -> Case:
    events = [step(kind, start + index * gap) for index, kind in enumerate(("applied", *kinds))]
    write((new_case(reference, kind="inspection", procedure="", limit=None), events))
    return Case.objects.get(reference=reference)


def declaration(key: str, at: datetime = MONDAY) -> Case:
    write(
        (
            new_case(key, kind="declaration", procedure="clearance/import-declaration"),
            [step("registered", at)],
        )
    )
    return Case.objects.get(reference=key)


def link(source: Case, target: Case, at: datetime = MONDAY) -> None:
    Link.objects.create(source=source, target=target, kind="inspects", made_at=at)


def nsw(period: Period = MARCH, as_of: datetime = LATER) -> list[str]:
    count = indicator("nsw.declarations").measure(period, as_of)
    references = count.rows.references()
    assert count.value == len(references)
    return references


def test_a_declaration_counts_when_its_last_needed_result_is_in() -> None:
    first, second = declaration("10000000001"), declaration("10000000002")
    passed = inspection("I1", "accepted", "result_received")
    april = inspection("I2", "accepted", "result_received", start=MONDAY + timedelta(days=40))
    link(passed, first)
    link(passed, second)
    link(april, second)
    assert nsw() == ["10000000001"]
    assert nsw(Period(date(2021, 4, 1), date(2021, 4, 30))) == ["10000000002"]
    # Known only up to the middle of March, the April inspection did not exist; its link did.
    assert nsw(as_of=MONDAY + timedelta(days=10)) == ["10000000001"]


def test_results_are_many_and_the_declaration_is_one() -> None:
    one = declaration("10000000001")
    for number in range(3):
        link(inspection(f"I{number}", "accepted", "result_received"), one)
    assert nsw() == ["10000000001"]


def test_a_pending_inspection_keeps_the_declaration_out_and_a_withdrawn_or_refused_one_does_not() -> None:
    one, two, three, four = (declaration(f"1000000000{n}") for n in range(1, 5))
    for case in (one, two, three, four):
        link(inspection(f"P{case.reference}", "accepted", "result_received"), case)
    link(inspection("waiting"), one)
    link(inspection("refused", "refused"), two)
    link(inspection("withdrawn", "accepted", "withdrawn"), three)
    link(inspection("withdrawn-early", "withdrawn"), four)
    assert nsw() == ["10000000002", "10000000003", "10000000004"]
    # Before the refusal was known it still was a pending inspection.
    assert "10000000002" not in nsw(as_of=MONDAY + HOUR - timedelta(minutes=1))


def test_a_withdrawn_inspection_alone_is_no_result() -> None:
    one = declaration("10000000001")
    link(inspection("I1", "accepted", "withdrawn"), one)
    assert nsw() == []


def test_a_link_made_later_is_not_known_before() -> None:
    one = declaration("10000000001")
    link(inspection("I1", "accepted", "result_received"), one, at=MONDAY + timedelta(days=60))
    assert nsw(as_of=MONDAY + timedelta(days=50)) == []
    assert nsw() == ["10000000001"]


def test_a_result_struck_out_no_longer_counts_and_still_did_before() -> None:
    one = declaration("10000000001")
    case = inspection("I1", "accepted", "result_received")
    link(case, one)
    april = MONDAY + timedelta(days=40)
    record(case, "voided", at=april, actor=CLOCK, details={"reason": "x"}, voids=3, recorded_at=april)
    assert nsw() == []
    assert nsw(as_of=april - HOUR) == ["10000000001"]


def test_movements_are_entries_and_exits_and_only_cleared_ones() -> None:
    for reference, last in (
        ("in", "cleared"),
        ("out", "cleared"),
        ("gone", "cancelled"),
        ("open", "declared"),
    ):
        kinds = ["notified", "declared"] if last == "declared" else ["notified", "declared", last]
        events = [step(kind, MONDAY + index * HOUR) for index, kind in enumerate(kinds)]
        write((new_case(reference, kind="movement", procedure="", limit=None), events))
    assert count_of("manifest.movements", MARCH, LATER).rows.references() == ["in", "out"]


def test_a_certificate_counts_once_however_often_it_is_sent() -> None:
    new = new_case("VN-TH 21/02/1", kind="certificate", procedure="", limit=None)
    subject = Certificate(
        number="VN-TH 21/02/1", compare_key="VNTH21021", issuing_country="TH", issued_on=date(2021, 2, 1)
    )
    record_many([Filing(new, [step("received", MONDAY), step("noted", MONDAY + HOUR)], subject)])
    assert count_of("origin.form_d", MARCH, LATER).value == 1


def task(code: str, *kinds: str, year: int = 2021) -> None:
    planned = datetime(year, 1, 4, 9, tzinfo=VIETNAM)
    events = [
        step(kind, planned + timedelta(days=30 * index)) for index, kind in enumerate(("planned", *kinds))
    ]
    subject = Task(year=year, code=code, area="0", title=code, lead="20BB", due_on=date(year, 12, 1))
    record_many(
        [Filing(new_case(f"task-{year}-{code}", kind="task", procedure="", limit=None), events, subject)]
    )


def test_a_task_is_done_when_somebody_else_accepted_it() -> None:
    task("1", "claimed", "accepted")
    task("2", "claimed")
    task("3", "claimed", "sent_back")
    task("4", "dropped")
    task("1", "claimed", "accepted", year=2020)
    done = indicator("reform.tasks_done").measure(NINE, LATER)
    assert (done.value, done.of) == (1, 3)
    assert done.rows.references() == ["task-2021-1"]
    assert count_of("reform.tasks_dropped", NINE, LATER).value == 1
    january = Period(date(2021, 1, 1), date(2021, 1, 31))
    first = indicator("reform.tasks_done").measure(january, LATER)
    assert (first.value, first.of) == (0, 4)


def test_acts_count_as_done_of_planned() -> None:
    recorded = datetime(2021, 1, 5, tzinfo=UTC)
    acts = [
        ("review", "R1", "", date(2021, 6, 1), date(2021, 5, 20)),
        ("review", "R2", "", date(2021, 6, 1), None),
        ("review", "old", "", date(2020, 6, 1), date(2020, 6, 1)),
        ("proposal", "P1", "", date(2021, 6, 1), date(2021, 10, 2)),
        ("posting", "N1", "20BB", date(2021, 3, 1), date(2021, 3, 1)),
        ("posting", "N2", "20BB", date(2021, 3, 1), date(2021, 3, 2)),
        ("survey_branch", "S1", "20BC", date(2021, 8, 1), date(2021, 8, 1)),
        ("release_round", "1", "", date(2021, 5, 11), date(2021, 5, 30)),
        ("release_round", "2", "", date(2021, 10, 19), None),
    ]
    for kind, reference, office, planned, done in acts:
        Act.objects.create(
            kind=kind, reference=reference, title=reference, office=office, planned_on=planned, done_on=done,
            recorded_at=recorded,
        )  # fmt: skip
    found = {}
    for code in ("procedures.reviewed", "procedures.proposed", "procedures.posting_offices", "surveys.cdci_branches",
                 "timerelease.rounds_done"):  # fmt: skip
        count = indicator(code).measure(NINE, LATER)
        assert len(count.rows.references()) == count.value
        found[code] = (count.value, count.of)
    assert found == {
        "procedures.reviewed": (1, 2), "procedures.proposed": (0, 1), "procedures.posting_offices": (1, 1),
        "surveys.cdci_branches": (1, 1), "timerelease.rounds_done": (1, 2),
    }  # fmt: skip
    assert count_of("procedures.posting_offices", NINE, LATER).rows.references() == ["20BB"]


def test_every_indicator_lists_exactly_what_it_counts() -> None:
    random_register(5)
    period = Period(date(2020, 2, 1), date(2020, 6, 30))
    for found in indicators():
        count = found.measure(period, LATER)
        assert count.value == len(found.rows(period, LATER)) == len(set(found.rows(period, LATER)))


@pytest.mark.parametrize(
    ("code", "near"), [("dossiers.lat", "dossiers.late"), ("nsw.declaration", "nsw.declarations"), ("x", "dossiers")]
)  # fmt: skip
def test_an_unknown_code_is_refused_with_the_nearest_known(code: str, near: str) -> None:
    with pytest.raises(Refused, match=near):
        indicator(code)


def test_the_reference_page_is_current() -> None:
    page = Path(settings.LAW).parent / "docs/reference/indicators.md"
    assert page.read_text(encoding="utf-8") == as_markdown()


def movements(period: Period, number: int, name: str) -> None:
    """So many movements cleared on days spread over a period."""
    filings = []
    for index in range(number):
        when = period.begins + timedelta(hours=9, days=index % period.days)
        events = [step(kind, when) for kind in ("notified", "declared", "cleared")]
        filings.append((new_case(f"{name}-{index}", kind="movement", procedure="", limit=None), events))
    write(*filings)


def one(period: Period, base: measure.Base = "same-period") -> Figure:
    return measure.figure(indicator("manifest.movements"), period, LATER, base)


def test_a_change_is_exact_printed_once_and_held_against_a_named_base() -> None:
    movements(MARCH, 130, "now")
    movements(MARCH.same_last_year(), 154, "then")
    figure = one(MARCH)
    assert (figure.value, figure.base, figure.rows) == (130, 154, 130)
    assert (figure.change_raw, figure.change_printed, figure.direction) == ("-15.584416", "-16", "down")
    assert figure.base_period == Period(date(2020, 3, 1), date(2020, 3, 31))
    assert figure.base_source == "rows"
    assert figure.note is not None
    assert "không phân biệt được với dao động ngẫu nhiên" in figure.note.vi
    assert Fraction(figure.change_raw).limit_denominator(154) == Fraction(130 - 154, 154) * 100


def test_no_base_gives_no_percentage() -> None:
    movements(MARCH, 3, "now")
    figure = one(MARCH)
    assert (figure.base, figure.change_raw, figure.change_printed, figure.direction) == (
        0,
        None,
        None,
        "none",
    )
    assert "không có tỷ lệ" in bulletin([figure], "vi")
    assert one(MARCH, "none").base is None


def test_a_base_as_published_is_used_where_there_are_no_rows_and_shown_where_there_are() -> None:
    base = MARCH.same_last_year()
    said = Published(
        code="manifest.movements", value=10, said="2020", start=base.start, end=base.end, source="x", verified=False
    )  # fmt: skip
    movements(MARCH, 12, "now")
    with patch.object(measure, "published", lambda code, period: said if period == base else None):
        figure = one(MARCH)
        assert (figure.base, figure.base_source, figure.change_printed) == (10, "published", "20")
        assert "as published" in figure.note.en if figure.note else False
        movements(base, 11, "then")
        figure = one(MARCH)
    assert (figure.base, figure.base_source) == (11, "rows")
    assert figure.note is not None
    assert "was published as 10; counted from rows it is 11" in figure.note.en


def test_periods_of_different_length_are_compared_by_the_day() -> None:
    march_2020 = Period(date(2020, 2, 1), date(2020, 2, 29))
    movements(march_2020, 58, "now")
    movements(march_2020.same_last_year(), 56, "then")
    figure = one(march_2020)
    assert figure.change_raw == "3.571429"
    assert figure.per_day == ("2.0000", "2.0000", "0.000000")
    year = one(march_2020, "full-last-year")
    assert year.note is not None
    assert "29 and 365 days" in year.note.en


def test_previous_is_another_base() -> None:
    movements(MARCH, 6, "now")
    movements(MARCH.previous(), 4, "before")
    assert one(MARCH, "previous").base == 4


def text_of(as_of: datetime) -> str:
    figures = measure.figures(Period(date(2020, 1, 1), date(2020, 9, 30)), as_of)
    return json.dumps(measure.as_json(figures), sort_keys=True, ensure_ascii=False)


def test_two_runs_as_of_the_same_moment_give_the_same_bytes_also_after_later_events() -> None:
    random_register(9)
    as_of = datetime(2020, 5, 1, tzinfo=UTC)
    before = text_of(as_of)
    assert text_of(as_of) == before
    moved = 0
    for case in Case.objects.filter(finished_at=None, last_recorded_at__gte=as_of)[:20]:
        with suppress(Refused):
            record(case, "withdrawn", at=LATER - HOUR, actor=CLOCK, recorded_at=LATER)
            moved += 1
    movements(MARCH, 3, "more")
    assert moved
    assert text_of(as_of) == before
    assert text_of(LATER) != before


def test_the_digest_is_the_merkle_root_of_the_references() -> None:
    movements(MARCH, 3, "m")
    assert one(MARCH).digest == root([b"m-0", b"m-1", b"m-2"]).hex() == root_of(["m-2", "m-0", "m-1"])


def test_json_has_the_keys_readers_rely_on() -> None:
    movements(MARCH, 3, "m")
    (row,) = measure.as_json([one(MARCH)])["figures"]
    assert {"code", "value", "base", "change_raw", "change_printed", "as_of", "rows"} <= row.keys()
    assert (row["value"], row["rows"], row["as_of"]) == (3, 3, "2022-06-01T07:00:00+07:00")


@pytest.fixture
def register() -> list[Figure]:
    random_register(2, cases=100)
    return measure.figures(Period(date(2020, 3, 1), date(2020, 5, 31)), LATER)


def test_the_bulletin_names_what_was_carried_over_by_its_column(register: list[Figure]) -> None:
    known = {figure.code: figure for figure in register}
    carried = known["dossiers.carried_over"].value
    assert carried
    assert f"{carried} từ kỳ trước chuyển qua (cột 6 'Từ kỳ trước')" in bulletin(register, "vi")
    assert f"{carried} carried over (column 6" in bulletin(register, "en")


def test_the_bulletin_speaks_two_languages_and_says_when_the_figures_were_known(
    register: list[Figure],
) -> None:
    assert "07:00 ngày 01/06/2022 (giờ Việt Nam)" in bulletin(register, "vi")
    assert "07:00 on 01/06/2022 (Vietnam time)" in bulletin(register, "en")
    with pytest.raises(ValueError, match="vi"):
        bulletin(register, "fr")


def test_the_bulletin_of_an_empty_register_claims_nothing() -> None:
    text = bulletin(measure.figures(MARCH, LATER), "vi")
    assert "không phát sinh" in text
    assert "100%" not in text
    assert "0%" not in text


def test_the_direction_word_follows_the_raw_change() -> None:
    movements(MARCH, 122, "now")
    movements(MARCH.same_last_year(), 100, "then")
    assert "122 lượt phương tiện" in (text := bulletin([one(MARCH)], "vi"))
    assert "tăng 22% so với cùng kỳ năm 2020 (100 lượt)" in text
    assert "kỳ gốc từ ngày 01/03/2020 đến ngày 31/03/2020, thay đổi chưa làm tròn 22,000000%" in text
    assert "up 22% on the same period of 2020 (100 movements)" in bulletin([one(MARCH)], "en")
    assert "the period before" in bulletin([one(MARCH, "previous")], "en")
    assert "cả năm 2020 (100 lượt)" in bulletin([one(MARCH, "full-last-year")], "vi")


def test_the_same_number_is_unchanged() -> None:
    movements(MARCH, 5, "now")
    movements(MARCH.same_last_year(), 5, "then")
    assert "không đổi so với" in bulletin([one(MARCH)], "vi")
    assert one(MARCH).direction == "same"
