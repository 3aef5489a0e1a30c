"""The worklist and the search, compared with what a person would count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.casework import queries, search
from motcua.casework.batch import Filing, record_many
from motcua.casework.models import Case
from motcua.casework.queries import Filters, Tab
from motcua.casework.record import NewCase, NewEvent, open_case, record, void
from motcua.casework.registry import lifecycle
from motcua.lib.vietnamese import fold
from motcua.lib.worktime import Limit, Unit
from motcua.people.actor import Actor
from motcua.people.permissions import Reach

HOA = Actor("user:1", "Hoa")
MONDAY = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam
NOW = MONDAY + timedelta(days=2)
ALL = Reach(everything=True)
MONG_CAI = Reach(offices=frozenset({"20BB"}))

pytestmark = pytest.mark.django_db

WAYS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "lodged": [],
    "accepted": [("accepted", {})],
    "handled": [("accepted", {}), ("transferred", {"holder": "handling", "officer": "user:7"})],
    "signing": [("accepted", {}), ("transferred", {"holder": "leader", "officer": "user:8"})],
    "asked": [("accepted", {}), ("supplement_requested", {})],
    "stopped": [("accepted", {}), ("suspended", {})],
    "decided": [("accepted", {}), ("decided", {"outcome": "approved"})],
    "returned": [("accepted", {}), ("decided", {"outcome": "approved"}), ("handed_over", {"way": "desk"})],
    "refused": [("refused", {})],
    "withdrawn": [("accepted", {}), ("withdrawn", {})],
}
TABS = {
    "lodged": Tab.ACCEPT, "accepted": Tab.PROGRESS, "handled": Tab.PROGRESS, "signing": Tab.SIGN, "asked": Tab.WAITING,
    "stopped": Tab.WAITING, "decided": Tab.HAND_OVER,
}  # fmt: skip


def opened(
    reference: str, way: str = "lodged", at: datetime = MONDAY, hours: int = 8, **changes: Any
) -> Case:
    values: dict[str, Any] = {
        "kind": "dossier", "reference": reference, "office": "20BB", "channel": "desk", "opened_at": at,
        "procedure": "tax/refund", "calendar": "customs-offices", "limit": Limit(hours, Unit.WORKING_HOURS),
        "label": "Công ty Đông Á",
    }  # fmt: skip
    case = open_case(NewCase(**{**values, **changes}))
    record(case, "lodged", at=at, actor=HOA)
    for number, (kind, details) in enumerate(WAYS[way], 1):
        record(case, kind, at=at + timedelta(minutes=number), actor=HOA, details=details)
    return case


def references(reach: Reach, tab: Tab, filters: Filters | None = None, size: int = 50) -> list[str]:
    """Every reference of a tab, page after page."""
    filters = filters or Filters()
    held = queries.shares(reach, filters, NOW)
    found: list[str] = []
    after = ""
    while True:
        page = queries.page(reach, filters, tab, held, NOW, after, size)
        assert page.before == len(found)
        found += [case.reference for case in page.rows]
        after = page.after
        if not after:
            return found


# The worklist -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", list(WAYS))
def test_each_open_dossier_stands_in_its_one_tab(way: str) -> None:
    opened("A", way)
    counts = queries.shares(ALL, Filters(), NOW).counts
    expected = TABS.get(way)
    for tab in (Tab.ACCEPT, Tab.PROGRESS, Tab.WAITING, Tab.SIGN, Tab.HAND_OVER):
        assert counts[tab] == (tab is expected), tab
        assert references(ALL, tab) == (["A"] if tab is expected else [])
    assert counts[Tab.ALL] == (expected is not None), "what is closed leaves the list"


@pytest.mark.parametrize("kind", ["dossier", "declaration", "inspection", "movement", "certificate", "task"])
def test_every_status_of_every_kind_has_a_tab_and_a_colour(kind: str) -> None:
    table = lifecycle(kind)
    for status in table.statuses:
        for holder in ("customs", "trader", "one-stop", "leader", ""):
            assert queries.tab_of(kind, status, holder) in Tab
        colour, icon = queries.tone(table, status)
        assert colour in {"mute", "info", "wait", "ok", "bad"}
        assert icon


def test_what_will_be_late_first_stands_on_top_and_what_stands_still_at_the_end() -> None:
    opened("three", "handled", hours=24)
    opened("paused", "asked", hours=1)
    opened("one", "handled", hours=8)
    opened("new", "lodged")
    opened("two", "handled", hours=16)
    assert references(ALL, Tab.ALL) == ["one", "two", "three", "paused", "new"]


def test_late_is_what_is_past_its_due_moment_and_not_finished() -> None:
    opened("late", "handled", hours=1)
    opened("late and ready", "decided", hours=1)
    opened("in time", "handled", hours=80)
    opened("paused", "asked", hours=1)
    assert queries.shares(ALL, Filters(), NOW).counts[Tab.LATE] == 1
    assert references(ALL, Tab.LATE) == ["late"]


def test_one_that_ran_out_before_its_pause_is_late_although_it_waits() -> None:
    case = opened("A", "accepted", hours=1)
    record(case, "supplement_requested", at=MONDAY + timedelta(hours=5), actor=HOA)
    assert references(ALL, Tab.LATE) == ["A"]
    assert references(ALL, Tab.WAITING) == ["A"]


def test_pages_meet_without_gap_or_overlap_across_offices_and_pauses() -> None:
    for number in range(23):
        way = ("handled", "asked", "lodged", "decided", "signing")[number % 5]
        office = ("20BB", "20CF", "20CG")[number % 3]
        opened(f"R{number:02}", way, MONDAY + timedelta(minutes=number % 4), office=office)
    every = {case.reference for case in Case.objects.all()}
    for size in (1, 2, 5, 23, 50):
        found = references(ALL, Tab.ALL, size=size)
        assert len(found) == 23
        assert set(found) == every
        assert found == references(ALL, Tab.ALL)


def test_two_due_at_the_same_moment_are_both_shown() -> None:
    for reference in "ABC":
        opened(reference, "handled")
    assert references(ALL, Tab.ALL, size=1) == ["A", "B", "C"]


@pytest.mark.parametrize(
    "key", ["x", "~", "-~~", "20200101T000000~1~1", "-~-5~0", "-~²~1", "9" * 99, "-~1~0~7"]
)
def test_a_key_nobody_gave_out_begins_at_the_top(key: str) -> None:
    opened("A", "handled")
    held = queries.shares(ALL, Filters(), NOW)
    page = queries.page(ALL, Filters(), Tab.ALL, held, NOW, key)
    assert [case.reference for case in page.rows] == ["A"]


def test_officers_of_another_office_see_nothing() -> None:
    opened("A", "handled")
    elsewhere = Reach(offices=frozenset({"20CF"}))
    assert queries.shares(elsewhere, Filters(), NOW).counts[Tab.ALL] == 0
    assert references(elsewhere, Tab.ALL) == []
    assert queries.find_case(elsewhere, "A") is None
    assert queries.shares(Reach(), Filters(), NOW).counts[Tab.ALL] == 0


def test_filters_narrow_lists_and_counts_alike() -> None:
    opened("A", "handled", channel="online", procedure="tax/refund")
    opened("B", "handled", channel="post", procedure="tax/refund")
    opened("C", "lodged", channel="post", procedure="tax/reduction", office="20CF")
    for filters, expected in (
        (Filters(channel="post"), {"B", "C"}),
        (Filters(procedure="tax/refund"), {"A", "B"}),
        (Filters(channel="post", procedure="tax/refund"), {"B"}),
        (Filters(office="20CF"), {"C"}),
        (Filters(kind="movement"), set()),
    ):
        assert set(references(ALL, Tab.ALL, filters)) == expected
        assert queries.shares(ALL, filters, NOW).counts[Tab.ALL] == len(expected)


def test_the_officer_is_the_one_of_the_last_transfer_that_counts() -> None:
    case = opened("A", "handled")
    opened("B", "signing")
    assert references(ALL, Tab.ALL, Filters(officer="user:7")) == ["A"]
    record(
        case,
        "transferred",
        at=MONDAY + timedelta(hours=1),
        actor=HOA,
        details={"holder": "handling", "officer": "user:8"},
    )
    assert references(ALL, Tab.ALL, Filters(officer="user:7")) == []
    assert set(references(ALL, Tab.ALL, Filters(officer="user:8"))) == {"A", "B"}
    void(case, case.last_number, at=MONDAY + timedelta(hours=2), actor=HOA, reason="typing")
    assert references(ALL, Tab.ALL, Filters(officer="user:7")) == ["A"]
    assert references(ALL, Tab.ALL, Filters(officer="")) != []


def test_the_counts_and_each_office_are_asked_for_once(django_assert_num_queries: Any) -> None:
    for number in range(6):
        opened(f"R{number}", "handled", office=("20BB", "20CF")[number % 2])
    with django_assert_num_queries(1):
        held = queries.shares(ALL, Filters(), NOW)
    with django_assert_num_queries(3):
        queries.page(ALL, Filters(), Tab.ALL, held, NOW, size=3)


# Search -----------------------------------------------------------------------------------------------------

LABELS = [
    "Công ty TNHH Nông sản Đảo Xanh",
    "Công ty Cổ phần Gốm sứ Sông Đá",
    "Mỏ than 790",
    "Doanh nghiệp 19-5",
    "Ánh Á",
]
TITLES = ["5700000016 Hoàn thuế", "5700000023 Huỷ tờ khai A11", "0100109106-001 Gia hạn", "x_y 100%"]


@pytest.fixture
def register() -> None:
    """Sixty cases at three offices."""
    for number in range(60):
        open_case(
            NewCase(
                kind=("dossier", "declaration")[number % 2], reference=f"001.20.00.G12-2009{number % 28 + 1:02}-{number:04}",
                office=("20BB", "20CF", "20CG")[number % 3], channel="desk", opened_at=MONDAY,
                label=LABELS[number % 5], search=TITLES[number % 4],
            )
        )  # fmt: skip


def by_hand(question: str, office: str = "") -> set[str]:
    """The same search, read word by word over every case."""
    return {
        case.reference
        for case in Case.objects.all()
        if (not office or case.office == office)
        and all(_found(word, case.search) for word in fold(question).split())
    }


def _found(word: str, text: str) -> bool:
    longest = max((len(run) for run in _runs(word)), default=0)
    if longest >= 4 or "#" in word:
        return word in text
    starts = [part for part in text.split(" ") if part.startswith(word)]
    if word[-1].isdigit():
        return any(not part[len(word) :][:1].isdigit() for part in starts)
    return bool(starts)


def _runs(word: str) -> Iterator[str]:
    run = ""
    for letter in f"{word} ":
        if letter.isdigit():
            run += letter
        elif run:
            yield run
            run = ""


QUESTIONS = [
    "công ty", "cong ty", "CÔNG TY tnhh", "đảo xanh", "dao xanh nong", "a", "mỏ 790", "79", "19-5", "5700000016",
    "200903-0002", "g12", "hoan thue", "anh a", "than g", "khong co gi", "100%", "x_y", "%", "_", "a11", "a1", "cong 5700000016",
    "ty cong", "0100109106-001", "001.20.00.g12", "001.20.00.g12-", "\\", "#", "(790", "790)", "à",
]  # fmt: skip


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("office", ["", "20BB"])
def test_the_count_is_exact_and_every_hit_is_shown(question: str, office: str) -> None:
    reach = Reach(offices=frozenset({office})) if office else ALL
    expected = by_hand(question, office)
    hits = search.search(question, reach, size=100)
    assert hits.total == len(expected)
    assert {case.reference for case in hits.rows} == expected
    for kind, number in hits.counts.items():
        assert number == len(search.search(question, reach, kind=kind, size=100).rows)


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(
        st.text(st.sampled_from("aáàcdđghnotuy0157-.%_# "), min_size=1, max_size=6), min_size=1, max_size=3
    )
)
def test_whatever_is_typed_the_count_is_that_of_the_rows(words: list[str]) -> None:
    with transaction.atomic():
        for number, label in enumerate(LABELS):
            open_case(
                NewCase(
                    kind="dossier", reference=f"H{number}-1", office="20BB", channel="desk", opened_at=MONDAY, label=label,
                    search=TITLES[number % 4],
                )
            )  # fmt: skip
        question = " ".join(words)
        hits = search.search(question, ALL)
        if fold(question):
            assert {case.reference for case in hits.rows} == by_hand(question)
        assert hits.total == len(hits.rows)
        transaction.set_rollback(True)


@pytest.mark.usefixtures("register")
def test_pages_of_hits_meet_newest_first() -> None:
    found: list[int] = []
    after = ""
    while True:
        hits = search.search("cong ty", ALL, after=after, size=7)
        assert hits.before == len(found)
        found += [case.pk for case in hits.rows]
        after = hits.after
        if not after:
            break
    assert found == sorted(found, reverse=True)
    assert len(found) == search.search("cong ty", ALL).total


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("common", [0, 10_000])
@pytest.mark.parametrize("window", [1, 10_000])
def test_common_and_rare_words_are_read_in_other_ways_with_the_same_rows(
    monkeypatch: pytest.MonkeyPatch, common: int, window: int
) -> None:
    monkeypatch.setattr(search, "COMMON", common)
    monkeypatch.setattr(search, "WINDOW", window)
    for question in ("cong ty", "5700000016", "than 790"):
        assert {case.reference for case in search.search(question, ALL, size=100).rows} == by_hand(question)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "\n"])
def test_an_empty_question_finds_nothing(text: str) -> None:
    opened("A")
    assert search.search(text, ALL).total == 0
    assert search.exact(text, ALL) == []


def test_a_question_without_end_is_cut_and_answered() -> None:
    opened("A")
    assert search.search("công " * 5000, ALL).total == 1
    assert search.search("9" * 100_000, ALL).total == 0


def test_a_code_is_found_in_either_national_order() -> None:
    opened("001.20.00.G12-200914-0001")
    opened("G12.00.20.001-200915-0002")
    for text in ("001.20.00.G12-200914-0001", "g12.00.20.001-200914-0001", " G12.00.20.001-200914-0001 "):
        assert [case.reference for case in search.exact(text, ALL)] == ["001.20.00.G12-200914-0001"]
    for text in ("001.20.00.G12-200915-0002", "G12.00.20.001-200915-0002"):
        assert [case.reference for case in search.exact(text, ALL)] == ["G12.00.20.001-200915-0002"]
    assert search.exact("001.20.00.G12-200914-0001", Reach(offices=frozenset({"20CF"}))) == []


def test_a_declaration_is_found_with_and_without_the_digit_that_counts_amendments() -> None:
    opened("10312345678")
    for text in ("10312345678", "103123456780", "103123456783", "103 123 456 78"):
        assert [case.reference for case in search.exact(text, ALL)] == ["10312345678"], text
    assert search.exact("1031234567", ALL) == []


def test_a_firm_leads_to_all_its_cases_also_those_without_its_name() -> None:
    opened("A", organisation=7)
    opened("B", organisation=7, label="Tờ khai nhập khẩu", office="20CF")
    opened("C", organisation=8)
    assert {case.reference for case in search.of_firm(7, ALL).rows} == {"A", "B"}
    assert search.of_firm(7, MONG_CAI).counts == {"dossier": 1}


# The count of words -----------------------------------------------------------------------------------------


def counted(question: str) -> int:
    return search.search(question, ALL).total


def test_both_doors_are_counted() -> None:
    opened("A")
    filings = [
        Filing(
            NewCase(
                kind="dossier", reference=f"B{number}", office="20BB", channel="desk", opened_at=MONDAY,
                calendar="customs-offices", label="Công ty Đông Á",
            ),
            [NewEvent(kind="lodged", at=MONDAY, recorded_at=MONDAY, actor="user:1", channel="desk")],
        )
        for number in range(5)
    ]  # fmt: skip
    record_many(filings)
    assert counted("dong a") == 6


def test_adding_up_the_lines_changes_no_count() -> None:
    for number in range(9):
        opened(f"R-{number:05}", label=LABELS[number % 2])
    before = [counted(question) for question in QUESTIONS]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from casework_searchtext")
        lines = cursor.fetchone()[0]
        cursor.execute("select motcua_tidy_search()")
        cursor.execute("select count(*) from casework_searchtext")
        assert cursor.fetchone()[0] < lines
        cursor.execute("select motcua_tidy_search()")
        assert cursor.fetchone()[0] == 0, "nothing is left to add up"
    assert [counted(question) for question in QUESTIONS] == before


def test_a_case_that_is_rewritten_or_removed_is_counted_as_it_is() -> None:
    case = open_case(
        NewCase(
            kind="dossier", reference="A", office="20BB", channel="desk", opened_at=MONDAY, label="Đông Á"
        )
    )
    Case.objects.filter(pk=case.pk).update(search="a bien tay")
    assert (counted("dong"), counted("bien tay")) == (0, 1)
    Case.objects.filter(pk=case.pk).update(status="lodged")
    assert counted("bien tay") == 1
    Case.objects.filter(pk=case.pk).delete()
    assert counted("bien tay") == 0


@pytest.mark.django_db(transaction=True)
def test_a_filing_that_is_rolled_back_is_not_counted() -> None:
    with transaction.atomic():
        opened("A")
        assert counted("dong a") == 1
        transaction.set_rollback(True)
    assert counted("dong a") == 0


def test_the_tidying_job_runs_at_most_once_an_hour(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(search, "_tidied_at", None)
    with django_assert_num_queries(1):
        assert search.tidy(NOW) is False
    with django_assert_num_queries(0):
        search.tidy(NOW + timedelta(minutes=59))
    with django_assert_num_queries(1):
        search.tidy(NOW + timedelta(minutes=60))


def test_the_application_can_ask_for_counts_and_not_change_them() -> None:
    opened("A")
    with connection.cursor() as cursor:
        cursor.execute("select exists(select from pg_roles where rolname = 'motcua_app')")
        if not cursor.fetchone()[0]:
            pytest.skip("this server has no role motcua_app")
        cursor.execute("set local role motcua_app")
        for attack in ("select * from casework_searchtext", "delete from casework_searchtext"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(attack)
        cursor.execute("select cases from motcua_search_counts(null, array[' dong'], array[]::text[])")
        assert cursor.fetchone()[0] == 1
        cursor.execute("reset role")
