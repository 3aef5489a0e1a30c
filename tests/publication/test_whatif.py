"""What-if: a draft with a shorter limit, replayed on dossiers written through the door."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from motcua.casework.batch import Filing, record_many
from motcua.casework.clock import Effect, Tick, spans
from motcua.casework.models import Case
from motcua.casework.record import NewCase, NewEvent
from motcua.casework.registry import office_hours
from motcua.lib.limit import Limit
from motcua.publication.whatif import scaled
from tests.cli.conftest import Run, run

__all__ = ["run"]

PROCEDURE = "confirmation/tax-obligation-confirmation"
SHEET = settings.LAW / f"procedures/{PROCEDURE}/2015-04-01.yaml"
MONDAY = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)  # 8:00 in Vietnam


def dossier(number: int, days: int | None, items: list[str] | None = None) -> Filing:
    """A dossier under five working days, settled after so many calendar days from a Monday, or still open."""

    def event(kind: str, at: datetime, **details: Any) -> NewEvent:
        return NewEvent(kind=kind, at=at, recorded_at=at, actor="user:1", channel="desk", details=details)

    events = [event("lodged", MONDAY), event("accepted", MONDAY)]
    if items:
        events += [
            event("supplement_requested", MONDAY + timedelta(hours=1), items=items),
            event("supplemented", MONDAY + timedelta(days=1, hours=1), version=2),
        ]
    if days is not None:
        events.append(event("decided", MONDAY + timedelta(days=days, hours=2), outcome="approved"))
    return Filing(
        NewCase(
            kind="dossier", reference=f"W {number}", office="20BB", channel="desk", opened_at=MONDAY, procedure=PROCEDURE,
            sheet_since=date(2015, 4, 1), calendar="customs-offices", limit=Limit.from_text("5 working_days"),
        ),
        events,
    )  # fmt: skip


def draft(folder: Path, days: int = 2, **changes: Any) -> Path:
    content = yaml.safe_load(SHEET.read_text(encoding="utf-8"))
    for way in content["channels"].values():
        way["limit"]["value"] = days
    content.update(changes)
    file = folder / "draft.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return file


def ask(run: Run, file: Path, *more: str) -> tuple[int, dict[str, Any]]:
    ran = run(
        "procedures", "whatif", PROCEDURE, "--sheet", file, "--from", "2020-03-01", "--to", "2020-03-31",
        "--format", "json", *more,
    )  # fmt: skip
    return ran.code, json.loads(ran.out)


@pytest.mark.django_db(transaction=True)
class TestOnDossiers:
    @pytest.fixture(autouse=True)
    def written(self, transactional_db: None) -> None:
        record_many([dossier(1, 1), dossier(2, 2), dossier(3, 4), dossier(4, 9), dossier(5, None)])

    def test_shares_before_and_after_and_whose_verdict_changes(self, run: Run, tmp_path: Path) -> None:
        code, answer = ask(run, draft(tmp_path))
        assert code == 0
        assert answer["dossiers"] == 5
        # Before: what the register itself says, recounted; five working days from Monday end next Monday.
        stored = list(Case.objects.exclude(verdict="").values_list("verdict", flat=True))
        before = answer["before"]
        assert (
            {name: before[name] for name in ("early", "on_time", "late")}
            == {name: stored.count(name) for name in ("early", "on_time", "late")}
            == {"early": 3, "on_time": 0, "late": 1}
        )
        assert (before["in_time_percent"], answer["after"]["in_time_percent"]) == ("75.00", "50.00")
        # Two working days from Monday end on Wednesday: two days later is on time, four days later is late.
        assert {one["reference"]: (one["before"], one["after"]) for one in answer["changed"]} == {
            "W 2": ("early", "on_time"), "W 3": ("early", "late"),
        }  # fmt: skip
        assert sum(move["dossiers"] for move in answer["moves"]) == 2
        assert (before["open_overdue"], answer["after"]["open_overdue"]) == (1, 1)

    def test_a_way_that_the_draft_closes_is_told(self, run: Run, tmp_path: Path) -> None:
        content = yaml.safe_load(SHEET.read_text(encoding="utf-8"))
        _, answer = ask(run, draft(tmp_path, channels={"online": content["channels"]["online"]}))
        assert answer["after"]["way_closed"] == 5
        assert answer["after"]["in_time_percent"] is None

    def test_work_in_proportion_to_the_hours_of_the_steps(self, run: Run, tmp_path: Path) -> None:
        steps = yaml.safe_load(SHEET.read_text(encoding="utf-8"))["steps"]
        for step in steps:
            step["hours"] = step["hours"] / 4
        _, answer = ask(run, draft(tmp_path, steps=steps))
        assert answer["step_hours"] == {"before": "40", "after": "10.0"}
        # Nine days of work shrink to a quarter: nobody is late by the draft's two days any more.
        assert (answer["after_steps"]["late"], answer["after"]["late"]) == (0, 2)
        assert any("assumes" in note["en"] for note in answer["cannot_know"])

    def test_supplements_for_papers_that_the_draft_drops(self, run: Run, tmp_path: Path) -> None:
        record_many([dossier(6, 5, ["proof"]), dossier(7, 5, ["request"])])
        papers = yaml.safe_load(SHEET.read_text(encoding="utf-8"))["documents"]
        _, answer = ask(run, draft(tmp_path, documents=papers[:1]))
        assert answer["supplements"] == {"dossiers": 2, "only_for_papers_dropped": 1}

    def test_outside_the_period_nothing_is_replayed(self, run: Run, tmp_path: Path) -> None:
        ran = run(
            "procedures", "whatif", PROCEDURE, "--sheet", draft(tmp_path), "--from", "2019-01-01", "--to", "2019-12-31",
            "--format", "json",
        )  # fmt: skip
        answer = json.loads(ran.out)
        assert (answer["dossiers"], answer["before"]["in_time_percent"]) == (0, None)


def test_a_broken_draft_is_refused_with_every_fault_and_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "draft.yaml"
    broken = SHEET.read_text(encoding="utf-8").replace(
        "calendar: customs-offices", "calendar: customs-ofices"
    )
    broken = broken.replace("sets: 1", "sets: none").replace(
        "counted_by: one-stop", "counted_by: one-stop\nlimits: 3"
    )
    file.write_text(broken, encoding="utf-8")
    code, answer = ask(run, file)
    assert code == 1
    lines = broken.splitlines()
    at = {lines[int(one["place"].rpartition(":")[2]) - 1].split(":")[0] for one in answer["findings"]}
    assert at >= {"calendar", "sets", "limits"}


def test_a_draft_of_the_day_of_a_version_overlaps_with_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "2026-02-01.yaml"
    file.write_text(SHEET.read_text(encoding="utf-8"), encoding="utf-8")
    code, answer = ask(run, file)
    assert (code, [one["code"] for one in answer["findings"] if one["severity"] == "error"]) == (
        1,
        ["overlap"],
    )


def test_an_unknown_procedure_and_a_period_turned_round_are_refused(run: Run, tmp_path: Path) -> None:
    file = draft(tmp_path)
    ran = run(
        "procedures", "whatif", "tax/nothing", "--sheet", file, "--from", "2020-01-01", "--to", "2020-02-01"
    )
    assert (ran.code, "There is no procedure" in ran.err) == (1, True)
    ran = run(
        "procedures", "whatif", PROCEDURE, "--sheet", file, "--from", "2020-02-01", "--to", "2020-01-01"
    )
    assert (ran.code, "before the first" in ran.err) == (1, True)


def test_pauses_keep_their_moments_when_work_is_scaled() -> None:
    hours = office_hours("customs-offices")
    pause, resume, end = (MONDAY + timedelta(hours=h) for h in (2, 24, 26))
    ticks = [
        Tick(MONDAY, Effect.START, "", 1), Tick(pause, Effect.PAUSE, "supplement", 2),
        Tick(resume, Effect.RESUME, "supplement", 3), Tick(end, Effect.STOP, "", 4),
    ]  # fmt: skip
    shorter, finished = scaled(ticks, end, hours, Decimal("0.75"))
    assert finished == resume + timedelta(hours=1)
    assert spans(shorter) == [(MONDAY, pause), (resume, finished)]
    _, within = scaled(ticks, end, hours, Decimal("0.25"))
    assert within == MONDAY + timedelta(hours=1)
