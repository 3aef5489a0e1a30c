"""Site, walls and national copy against the sheets in force: the simulated database over the wire, offices with real walls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from motcua.casework.models import Event
from motcua.law.load import load
from motcua.lib.errors import NotAllowed, Refused, Unavailable
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.procedures.catalogue import catalogue
from motcua.publication import actions, drift, watch
from motcua.publication.drift import Hung
from motcua.publication.fields import differences, record_of
from motcua.publication.models import Alarm, NationalRecord, Posting
from motcua.publication.national import National
from motcua_sim.national_database import NationalDatabase
from tests.cli.conftest import Run, run

__all__ = ["run"]

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2020, 9, 14, 3, 0, tzinfo=UTC)
TODAY = date(2020, 9, 14)
REFUND = "tax/refund"
OLD = "enterprise/customs-agent-recognition"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Database:
    """The simulator behind its door."""

    def __init__(self, home: Path) -> None:
        self.simulator = NationalDatabase(home, accept="key")
        self.door = self.simulator.open()
        self.national = National(self.door.url, "key")

    def fill(self, on: date = TODAY) -> None:
        for sheet in catalogue().all_in_force(on):
            national_id, version = self.national.enter(sheet.procedure, record_of(sheet), "one")
            self.national.publish(national_id, version, "two")

    def order(self, name: str, **body: Any) -> None:
        self.simulator.do(name, body)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "national")
    yield found
    found.door.shutdown()
    found.simulator.close()


@pytest.fixture
def people() -> dict[str, Actor]:
    return {name: Actor.of(user, TODAY) for name, user in ensure_cast().items()}


def national_drifts(door: National) -> dict[str, drift.Drift]:
    found = watch.compare(NOW, door=door)
    return {one.procedure: one for one in found.drifts if one.place == "national"}


def test_a_full_copy_agrees_and_one_field_changed_by_hand_is_named(database: Database) -> None:
    database.fill()
    assert national_drifts(database.national) == {}
    database.order("edit", local_id=REFUND, field="sets", value=7)
    [one] = national_drifts(database.national).values()
    assert (one.procedure, one.code) == (REFUND, "national-differs")
    assert [(each.path, each.ours, each.theirs) for each in one.fields] == [("sets", 1, 7)]
    record = NationalRecord.objects.get(procedure=REFUND)
    assert [each["how"] for each in database.national.history(record.national_id)] == [
        "entered",
        "edited by hand",
    ]


def test_an_answer_of_another_version_is_not_believed(database: Database) -> None:
    database.fill()
    database.order("edit", local_id=REFUND, field="sets", value=7)
    database.order("stale", local_id=REFUND, version=1)
    [one] = national_drifts(database.national).values()
    assert (one.code, "version 2" in one.en, "version 1" in one.en) == ("national-trouble", True, True)


def test_what_is_missing_and_what_should_be_gone(database: Database) -> None:
    database.fill(date(2018, 1, 1))
    found = national_drifts(database.national)
    codes = {one.code for one in found.values()}
    gone = {sheet.procedure for sheet in catalogue().all_in_force(date(2018, 1, 1))} - {
        sheet.procedure for sheet in catalogue().all_in_force(TODAY)
    }
    assert gone
    assert {name for name, one in found.items() if one.code == "national-abolished"} == gone
    assert "national-differs" in codes
    database.order("abolish", local_id=REFUND)
    assert national_drifts(database.national)[REFUND].code == "national-missing"


def test_a_database_that_is_down_is_told_and_its_last_answer_still_counts(database: Database) -> None:
    database.fill()
    database.order("edit", local_id=REFUND, field="sets", value=7)
    assert list(national_drifts(database.national)) == [REFUND]
    database.simulator.misbehave({"down": True})
    found = watch.compare(NOW, door=database.national)
    assert "national" in found.unasked
    assert [one.procedure for one in found.drifts if one.place == "national"] == [REFUND]
    with pytest.raises(Unavailable):
        list(database.national.read_all())


def test_an_alarm_opens_stays_and_clears(database: Database, settings: Any) -> None:
    settings.NATIONAL_DATABASE_URL = database.door.url
    database.simulator.accept = ""
    database.fill()
    database.order("edit", local_id=REFUND, field="title", value="Khác")
    assert watch.watch(NOW) is False
    alarm = Alarm.objects.get(place="national")
    assert (alarm.procedure, alarm.first_seen, alarm.cleared_at) == (REFUND, NOW, None)
    # Not again within a day, then the same alarm, seen later.
    watch.watch(NOW + timedelta(hours=2))
    later = NOW + timedelta(hours=25)
    watch.watch(later)
    alarm.refresh_from_db()
    assert (alarm.first_seen, alarm.last_seen) == (NOW, later)
    database.simulator.misbehave({"down": True})
    watch.watch(NOW + timedelta(hours=50))
    assert Alarm.objects.get(code="unavailable", cleared_at=None).place == "national"
    database.simulator.behave()
    sheet = catalogue().in_force(REFUND, TODAY)
    national_id, version = database.national.enter(REFUND, record_of(sheet), "one")
    database.national.publish(national_id, version, "two")
    # An hour after a silent round it asks again, not only after a day.
    watch.watch(NOW + timedelta(hours=51, minutes=1))
    assert not Alarm.objects.filter(place="national", cleared_at=None).exists()


def test_from_decision_to_public_with_four_eyes(database: Database, people: dict[str, Actor]) -> None:
    hoa, tuan = people["hoa"], people["tuan"]
    sheet = catalogue().in_force(REFUND, TODAY)
    made = actions.decide(
        REFUND, sheet.since, decision="671/QD-BTC", decided_on=date(2020, 4, 24), actor=hoa, at=NOW
    )
    made = actions.enter(made, database.national, actor=hoa, at=NOW)
    with pytest.raises(NotAllowed, match="does not check"):
        actions.check(made, database.national, actor=hoa, at=NOW)
    database.order("edit", local_id=REFUND, field="sets", value=7)
    assert actions.check(made, database.national, actor=tuan, at=NOW) == ["sets"]
    made = actions.enter(made, database.national, actor=hoa, at=NOW)
    assert actions.check(made, database.national, actor=tuan, at=NOW) == []
    actions.make_public(made, database.national, actor=tuan, at=NOW)
    made.case.refresh_from_db()
    assert made.case.status == "public"
    kinds = list(Event.objects.filter(case=made.case).order_by("number").values_list("kind", flat=True))
    assert kinds == ["decided", "entered", "returned", "entered", "checked", "made_public"]
    assert [one.state for one in database.national.read_all()] == ["public"]


def test_the_database_refuses_one_pair_of_eyes_and_a_record_without_a_title(database: Database) -> None:
    sheet = catalogue().in_force(REFUND, TODAY)
    national_id, version = database.national.enter(REFUND, record_of(sheet), "one")
    with pytest.raises(Refused, match="four-eyes"):
        database.national.publish(national_id, version, "one")
    with pytest.raises(Refused, match="incomplete"):
        database.national.enter(REFUND, {"title": ""}, "one")
    with pytest.raises(Unavailable, match="401"):
        list(National(database.door.url, "wrong").read_all())


class TestWalls:
    def test_missing_unchecked_checked(self, people: dict[str, Actor]) -> None:
        hoa, tuan = people["hoa"], people["tuan"]
        due = watch.due_on_walls(catalogue(), TODAY)
        assert len(due) == 9
        assert REFUND in {sheet.procedure for sheet in due["20BB"]}
        sheet = catalogue().in_force(REFUND, TODAY)

        def here() -> list[str]:
            found = drift.of_walls(due, watch.hanging())
            return [one.code for one in found if (one.office, one.procedure) == ("20BB", REFUND)]

        assert here() == ["wall-missing"]
        posting = actions.post(
            "20BB", REFUND, sheet.since, posted_on=TODAY, actor=hoa, at=NOW, photo=("wall.png", PNG)
        )
        assert here() == ["wall-unchecked"]
        with pytest.raises(NotAllowed, match="does not check"):
            actions.check_posting(posting, actor=hoa, at=NOW)
        actions.check_posting(posting, actor=tuan, at=NOW)
        assert here() == []
        assert posting.proof is not None
        events = Event.objects.filter(case=posting.wall).order_by("number")
        assert [one.kind for one in events] == ["opened", "posted", "posting_checked"]
        assert events[1].details["proof"] == posting.proof.sha256
        with pytest.raises(Refused, match="hangs at the office already"):
            actions.post("20BB", REFUND, sheet.since, posted_on=TODAY, actor=hoa, at=NOW)

    def test_an_old_version_is_refused_and_one_that_became_old_is_an_alarm(
        self, people: dict[str, Actor]
    ) -> None:
        before, after = catalogue().versions(OLD)
        with pytest.raises(Refused, match="print the poster of 2019-08-05"):
            actions.post("20BB", OLD, before.since, posted_on=TODAY, actor=people["hoa"], at=NOW)
        actions.post("20BB", OLD, before.since, posted_on=date(2019, 8, 1), actor=people["hoa"], at=NOW)
        due = {"20BB": [after]}
        assert [one.code for one in drift.of_walls(due, watch.hanging())] == ["wall-old"]
        actions.post("20BB", OLD, after.since, posted_on=TODAY, actor=people["hoa"], at=NOW)
        old = Posting.objects.get(since=before.since)
        assert (old.removed_on, old.removed_by) == (TODAY, people["hoa"].key)
        assert [one.code for one in drift.of_walls(due, watch.hanging())] == ["wall-unchecked"]

    def test_an_abolished_procedure_is_not_put_up_and_must_come_down(self, people: dict[str, Actor]) -> None:
        gone = next(s for s in catalogue() if s.until is not None and s.until <= TODAY)
        assert gone.until is not None
        with pytest.raises(Refused, match="abolished"):
            actions.post("20BB", gone.procedure, gone.since, posted_on=TODAY, actor=people["hoa"], at=NOW)
        last = gone.until - timedelta(days=1)
        posting = actions.post(
            "20BB", gone.procedure, gone.since, posted_on=last, actor=people["hoa"], at=NOW
        )
        assert [one.code for one in drift.of_walls({"20BB": []}, watch.hanging())] == ["wall-abolished"]
        actions.take_down(posting, removed_on=TODAY, actor=people["hoa"], at=NOW)
        assert watch.hanging() == []

    def test_a_posting_without_proof_is_not_confirmed_and_tomorrow_is_not_today(
        self, people: dict[str, Actor]
    ) -> None:
        sheet = catalogue().in_force(REFUND, TODAY)
        posting = actions.post("20BB", REFUND, sheet.since, posted_on=TODAY, actor=people["hoa"], at=NOW)
        with pytest.raises(Refused, match="no photograph"):
            actions.check_posting(posting, actor=people["tuan"], at=NOW)
        with pytest.raises(Refused, match="lies ahead"):
            actions.post(
                "20BC", REFUND, sheet.since, posted_on=TODAY + timedelta(days=1), actor=people["hoa"], at=NOW
            )


def test_the_command_asks_site_walls_and_database(live_server: Any, database: Database, run: Run) -> None:
    ensure_cast()
    database.simulator.accept = ""
    ran = run("procedures", "enter", "--national", database.door.url, "--by", "one", "--public-by", "two")
    assert ran.code == 0
    ran = run(
        "procedures", "drift", "--site", live_server.url, "--national", database.door.url, "--format", "json"
    )
    told = json.loads(ran.out)
    assert ran.code == 1
    assert (told["differences"]["site"], told["differences"]["national"]) == (0, 0)
    assert told["differences"]["wall"] == len(told["drifts"]) > 0
    assert set(told["asked"]) == {"site", "wall", "national"}
    database.order("edit", local_id=REFUND, field="sets", value=7)
    ran = run("procedures", "drift", "--site", live_server.url, "--national", database.door.url, "--ring")
    assert "sets: 1 ≠ 7" in ran.out
    assert Alarm.objects.filter(place="national", cleared_at=None).count() == 1


def test_a_site_that_shows_another_sheet_or_an_abolished_one() -> None:
    sheets = load(settings.LAW).all_in_force(TODAY)
    shown = {sheet.procedure: sheet.digest for sheet in sheets}
    assert list(drift.of_site(sheets, shown)) == []
    shown[REFUND] = "0" * 64
    del shown[OLD]
    shown["tax/gone"] = "1" * 64
    assert {one.procedure: one.code for one in drift.of_site(sheets, shown)} == {
        REFUND: "site-differs", OLD: "site-missing", "tax/gone": "site-abolished",
    }  # fmt: skip


def test_differences_go_into_lists_and_maps() -> None:
    found = differences({"a": [1, {"b": 2}], "c": 3}, {"a": [1, {"b": 4}, 5], "d": 6})
    assert [(one.path, one.ours, one.theirs) for one in found] == [
        ("a[1].b", 2, 4), ("a[2]", None, 5), ("c", 3, None), ("d", None, 6),
    ]  # fmt: skip


def test_what_hangs_is_compared_by_content_and_not_by_date() -> None:
    sheet = catalogue().in_force(REFUND, TODAY)
    hung = [Hung("20BB", REFUND, sheet.since, "0" * 64, checked=True)]
    assert [one.code for one in drift.of_walls({"20BB": [sheet]}, hung)] == ["wall-old"]
