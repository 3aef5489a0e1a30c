"""Every worked example under law/scenarios is read by the clock and must come out as written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.casework.clock import Effect, Tick, as_text, explain, read, verdict
from motcua.casework.explain import LineKind
from motcua.law.calendars import load_calendars
from motcua.lib.worktime import VIETNAM, Limit, Unit

LAW = Path(__file__).parents[2] / "law"
CALENDARS = load_calendars(LAW / "calendars")

EFFECTS = {
    "started": Effect.START,
    "paused": Effect.PAUSE,
    "resumed": Effect.RESUME,
    "extended": Effect.EXTEND,
    "stopped": Effect.STOP,
}
KEYS = {"name", "basis", "calendar", "limit", "ticks", "now", "expect"}
EXPECTED = {"due", "used", "late", "verdict", "provisional"}


@dataclass(frozen=True)
class Scenario:
    """One example as written, with its ticks read."""

    text: dict[str, Any]
    limit: Limit | None
    ticks: list[Tick]
    now: datetime


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=VIETNAM)


def tick(text: dict[str, Any], number: int) -> Tick:
    (kind,) = set(text) - {"at"}
    effect, detail = EFFECTS[kind], text[kind]
    if effect is Effect.EXTEND:
        return Tick(moment(text["at"]), effect, number=number, extra=Limit.from_text(detail))
    return Tick(moment(text["at"]), effect, detail or "", number)


def scenario(text: dict[str, Any]) -> Scenario:
    assert set(text) <= KEYS, f"unknown keys {set(text) - KEYS}"
    assert set(text["expect"]) <= EXPECTED, f"unknown expectations {set(text['expect']) - EXPECTED}"
    limit = None if text["limit"] == "none" else Limit.from_text(text["limit"])
    ticks = [tick(it, number) for number, it in enumerate(text["ticks"], 1)]
    return Scenario(text, limit, ticks, moment(text["now"]) if "now" in text else ticks[-1].at)


def written() -> list[Any]:
    found = []
    for path in sorted((LAW / "scenarios").glob("*.yaml")):
        # Dates stay text, so that a time of day with seconds and one without are read alike.
        for text in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):
            found.append(pytest.param(scenario(text), id=f"{path.stem}: {text['name']['en']}"))
    return found


@pytest.mark.parametrize("example", written())
def test_the_example_comes_out_as_written(example: Scenario) -> None:
    hours = CALENDARS[example.text["calendar"]]
    expect = example.text["expect"]
    reading = read(example.ticks, example.limit, hours, now=example.now)
    found: dict[str, object] = {
        "due": "none" if reading.due_at is None else reading.due_at,
        "used": str(reading.used),
        "late": str(reading.is_late(example.now)).lower(),
        "provisional": str(reading.provisional).lower(),
        "verdict": str(verdict(reading, reading.finished_at)) if reading.finished_at else "",
    }
    wanted = {key: value for key, value in expect.items() if key != "due"}
    if "due" in expect:
        wanted["due"] = "none" if expect["due"] == "none" else moment(expect["due"])
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("example", written())
def test_the_account_of_the_example_adds_up_and_ends_in_the_due_moment(example: Scenario) -> None:
    hours = CALENDARS[example.text["calendar"]]
    reading = read(example.ticks, example.limit, hours, now=example.now)
    lines = explain(example.ticks, example.limit, hours, example.now)
    counted = [line for line in lines if line.kind is LineKind.COUNTED]
    assert (counted[-1].total_time, counted[-1].total_days) == (reading.used_time, reading.used_days)
    assert lines[-1].kind is LineKind.DUE
    if reading.due_at is not None:
        assert f"{reading.due_at:%d/%m/%Y}" in lines[-1].vi


def test_there_are_examples_and_every_one_is_named_in_both_languages() -> None:
    examples = [param.values[0] for param in written()]
    assert len(examples) >= 30
    names = [example.text["name"] for example in examples]
    assert all(name["vi"] and name["en"] for name in names)
    assert len({name["en"] for name in names}) == len(names)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("name", "limit"), [("hours", Limit(8, Unit.WORKING_HOURS)), ("days", Limit(3, Unit.WORKING_DAYS))]
)
def test_the_example_in_the_explanation_is_what_the_code_says(name: str, limit: Limit, language: str) -> None:
    ticks = [
        Tick(moment("2026-04-29 14:00"), Effect.START, number=1),
        Tick(moment("2026-05-04 09:00"), Effect.PAUSE, "supplement", 2),
        Tick(moment("2026-05-05 10:00"), Effect.RESUME, "supplement", 3),
    ]
    lines = explain(ticks, limit, CALENDARS["customs-offices"], moment("2026-05-05 10:30"))
    told = f"<!-- example: {name} {language} -->\n```text\n{as_text(lines, language)}\n```\n<!-- end -->"
    page = (LAW.parent / "docs" / "explanation" / "clock.md").read_text(encoding="utf-8")
    assert told in page, f"docs/explanation/clock.md should hold:\n{told}"
