"""What was read becomes dossiers: once, whole, with the log's own times and deadline, and the file kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from motcua.casework.models import Case, Event
from motcua.casework.recount import recount
from motcua.eventlog.mapping import Mapping
from motcua.eventlog.read import read_log
from motcua.eventlog.take import Standing, cases_of, durations_of, message_of, standing, take
from motcua.exchange.models import Handling, Message
from motcua.lib.errors import Duplicate, Refused
from motcua.lib.worktime import VIETNAM
from tests.eventlog.logs import NOW, content, mapping, row

pytestmark = pytest.mark.django_db


def taken(*rows: tuple[str, ...], **changes: Any) -> Mapping:
    how = mapping(**changes)
    raw = content(*rows)
    take(raw, how, read_log(raw, how, now=NOW), now=NOW)
    return how


def story(case: Case) -> list[tuple[str, dict[str, Any], str]]:
    return [(event.kind, event.details, event.actor) for event in case.events.order_by("number")]


def test_a_case_runs_from_its_start_to_its_end_with_the_times_of_the_log() -> None:
    taken(row(), row(activity="Ghi chú", time="2020-03-03 09:00:00+07:00"))
    case = Case.objects.get(reference="small:c1")
    assert story(case) == [
        ("lodged", {}, "import:small"),
        ("accepted", {}, "import:small"),
        ("step_done", {"step": "check"}, "import:small-1"),
        ("noted", {"code": "note"}, "import:small-1"),
        ("decided", {"outcome": "approved"}, "import:small"),
    ]
    assert all(event.happened_at == event.recorded_at for event in case.events.all())
    assert (case.status, case.channel, case.office, case.opened_at) == (
        "decided", "online", "ELSE", datetime(2020, 3, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    assert case.finished_at == datetime(2020, 3, 4, 3, tzinfo=UTC)
    assert recount().wrong == 0


def test_resources_keep_their_names_only_where_the_mapping_says_that_they_are_none() -> None:
    taken(row(who="Nguyễn Văn A"), row(case="c2", who="B"), row(case="c3", who=""))
    assert not Event.objects.filter(actor__contains="Nguy").exists()
    actors = (
        Event.objects.filter(kind="step_done").order_by("case__reference").values_list("actor", flat=True)
    )
    assert list(actors) == ["import:small-1", "import:small-2", "import:small"]
    taken(row(who="R7"), source="other", people="as-written")
    assert Event.objects.filter(actor="import:R7").count() == 1


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        # The deadline's day in Vietnam, to its end.
        ("2020-03-05 08:00:00+07:00", "2020-03-05"),
        ("2020-03-05 20:00:00+00:00", "2020-03-06"),
        ("2020-03-07 00:00:00+07:00", "2020-03-07"),
        ("2020-03-07", "2020-03-07"),
    ],
)
def test_a_case_is_due_at_the_end_of_the_day_of_its_own_deadline(due: str, expected: str) -> None:
    taken(row(due=due, end=""))
    case = Case.objects.get()
    assert case.due_at is not None
    local = case.due_at.astimezone(VIETNAM)
    assert local.date().isoformat() == expected
    assert (local + timedelta(microseconds=1)).time().isoformat() == "00:00:00"


def test_a_deadline_on_the_first_day_is_met_to_the_hour() -> None:
    taken(row(due="2020-03-02 10:30:00+07:00", end="2020-03-02 11:00:01+07:00"))
    case = Case.objects.get()
    assert case.due_at is not None
    # Two and a half hours become three: never less than the log allowed.
    assert timedelta(0) <= case.due_at - datetime(2020, 3, 2, 4, tzinfo=UTC) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        ("2020-03-04 23:59:00+07:00", "early"),
        ("2020-03-05 23:59:00+07:00", "on_time"),
        ("2020-03-06 00:00:00+07:00", "late"),
    ],
)
def test_early_on_time_and_late_are_told_by_the_day(end: str, verdict: str) -> None:
    taken(row(end=end))
    assert Case.objects.get().verdict == verdict


def test_a_case_without_an_end_stays_open_and_one_without_a_deadline_has_no_limit() -> None:
    taken(row(end=""), row(case="c2", due=""))
    first, second = Case.objects.order_by("reference")
    assert (first.status, first.finished_at) == ("accepted", None)
    assert (second.limit_text, second.due_at, second.verdict) == ("", None, "on_time")


def test_events_after_the_end_become_notes_after_the_result() -> None:
    taken(row(), row(time="2020-03-09 09:00:00+07:00"))
    assert [kind for kind, _, _ in story(Case.objects.get())][2:] == ["step_done", "decided", "noted"]
    assert recount().wrong == 0


def test_an_event_before_the_start_keeps_its_time_and_is_known_at_the_start() -> None:
    taken(row(time="2020-02-20 09:00:00+07:00"))
    event = Event.objects.get(kind="step_done")
    assert event.happened_at == datetime(2020, 2, 20, 2, tzinfo=UTC)
    assert event.recorded_at == datetime(2020, 3, 2, 1, tzinfo=UTC)


def test_the_file_and_its_mapping_are_kept_as_messages_that_wait_for_nobody() -> None:
    how = taken(row(), row(case="c2", end=""))
    kept = Message.objects.get(type="event-log")
    assert bytes(kept.content) == content(row(), row(case="c2", end=""))
    assert Mapping.model_validate_json(bytes(Message.objects.get(type="event-log-mapping").content)) == how
    assert set(Handling.objects.values_list("state", flat=True)) == {"done"}
    assert Handling.objects.get(message=kept).findings == [
        {"code": "missing-end", "place": "small", "vi": "1 lần", "en": "1 times"}
    ]
    assert set(Event.objects.values_list("message_id", flat=True)) == {kept.pk}


@pytest.mark.parametrize("again", [row(), row(case="c2")])
def test_a_source_is_taken_once_with_the_same_bytes_or_with_others(again: tuple[str, ...]) -> None:
    taken(row())
    before = (Case.objects.count(), Event.objects.count(), Message.objects.count())
    with pytest.raises(Duplicate):
        taken(again)
    assert (Case.objects.count(), Event.objects.count(), Message.objects.count()) == before


def test_what_does_not_exist_is_refused_before_anything_is_kept() -> None:
    for changes, why in (
        ({"office": "99XX", "office_is_ours": True}, "no office '99XX'"),
        ({"calendar": "moon"}, "no calendar 'moon'"),
        ({"procedure": "no/such"}, "no procedure named"),
        ({"procedure": "confirmation/declaration-confirmation"}, ""),
    ):
        if why:
            with pytest.raises(Refused, match=why):
                taken(row(), **changes)
    with pytest.raises(Refused, match="not in force"):
        taken(row(start="2010-03-02 08:00:00+07:00"), procedure="confirmation/declaration-confirmation")
    assert not Message.objects.exists()
    assert not Case.objects.exists()


def test_the_sheet_in_force_is_pinned_and_gives_the_limit_where_the_log_has_no_deadline() -> None:
    columns = mapping().columns.model_dump() | {"deadline": None}
    taken(
        row(), procedure="confirmation/declaration-confirmation", calendar="customs-offices", columns=columns
    )
    case = Case.objects.get()
    assert (case.procedure, str(case.sheet_since)) == ("confirmation/declaration-confirmation", "2018-06-05")
    assert case.limit_text.startswith("2 working_days")


def test_the_form_adds_up_and_durations_come_from_the_ledger() -> None:
    taken(
        row(), row(time="2020-03-02 11:00:00+07:00"), row(case="c2", end="", due="2021-06-01"),
        row(case="c3", way="Desk", end="2020-03-06 08:00:00+07:00"), row(case="c4", end=""),
    )  # fmt: skip
    assert standing("small", now=NOW) == Standing(4, early=1, on_time=0, late=1, in_time=1, overdue=1)
    found = durations_of("small")
    assert [(one.group, one.n, one.zeros, one.mean) for one in found] == [
        ("", 4, 3, found[0].mean), ("Web", 3, 2, found[1].mean), ("Desk", 1, 1, 0),
    ]  # fmt: skip
    assert (found[0].mean, found[0].longest) == (found[0].longest / 4, 2)


def test_an_unknown_source_names_those_that_are_known() -> None:
    taken(row())
    with pytest.raises(Refused, match="known: small"):
        message_of("large")
    assert cases_of(message_of("small")).count() == 1
