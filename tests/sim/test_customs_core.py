"""The customs core, simulated: its feeds are what the register reads, and can follow one another."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from motcua.casework.lifecycle import NEW, SAME
from motcua.declarations.documents import parse
from motcua.declarations.lifecycle import DECLARATION
from motcua_sim.customs_core import CustomsCore

DAYS = [date(2020, 3, 2) + timedelta(days=n) for n in range(6)]


@pytest.fixture
def core(tmp_path: Path) -> CustomsCore:
    core = CustomsCore(tmp_path, seed=3, settings={"declarations": "60"})
    core.turn_clock({"set": "2020-03-02T08:00:00+07:00", "speed": 0})
    return core


def test_every_feed_can_be_read_and_every_life_follows_the_lifecycle(core: CustomsCore) -> None:
    for day in DAYS:
        core.do("day", {"day": day.isoformat()})
    statuses: dict[str, str] = {}
    kinds = set()
    for message in core.store.outgoing():
        feed = parse(message.content)
        assert feed.day == message.reference[-10:]
        for entry in feed.entries:
            assert entry.is_new == (entry.key not in statuses)
            for step in entry.steps:
                DECLARATION.check_details(step.kind, step.details)
                rule = DECLARATION.steps[step.kind]
                before = statuses.get(entry.key, NEW)
                assert before in rule.come_from, (entry.key, step.kind)
                statuses[entry.key] = before if rule.to == SAME else rule.to
                kinds.add(step.kind)
    assert len(statuses) == 60 * len(DAYS)
    assert kinds >= {"channelled", "amended", "cancelled", "awaiting_inspection", "released", "gone"}


def test_the_same_seed_makes_the_same_bytes(core: CustomsCore, tmp_path: Path) -> None:
    other = CustomsCore(tmp_path / "other", seed=3, settings={"declarations": "60"})
    third = CustomsCore(tmp_path / "third", seed=4, settings={"declarations": "60"})
    made = []
    for one in (core, other, third):
        one.do("day", {"day": "2020-03-02"})
        made.append(one.store.outgoing()[0].content)
    assert made[0] == made[1] != made[2]


def test_it_sends_by_itself_when_the_day_is_over_and_days_out_of_order_when_told(core: CustomsCore) -> None:
    assert core.steps(5) == []
    core.turn_clock({"advance": "11h"})
    assert core.steps(5) == ["feed of 2020-03-02: 20BB-2020-03-02"]
    names = core.do("days", {"from": "2020-03-03", "count": 5, "shuffled": True})["result"]
    assert sorted(names) != names
    assert len(set(names)) == 5
    assert json.loads(core.store.outgoing()[1].content)["office"] == "20BB"
