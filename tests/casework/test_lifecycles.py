"""The tables themselves: no loose ends, no dead ends, and the national mapping covers every status of a dossier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import Lifecycle, Past, Step
from motcua.casework.registry import lifecycle
from motcua.lib.bilingual import Text

FINAL = {
    "dossier": {"refused", "withdrawn", "returned"},
    "declaration": {"gone", "cancelled"},
    "inspection": {"refused", "recalled", "withdrawn"},
    "inspection-request": {"agreed", "declined", "taken_back"},
    "movement": {"cleared", "cancelled"},
    "certificate": {"given", "not_given", "cancelled", "replaced"},
    "export_certificate": {"refused", "withdrawn", "cancelled", "replaced"},
    "task": {"done", "dropped"},
    "publication": {"public"},
    "wall": {"kept"},
    "paper": {"merged", "set_aside"},
    "petition": {"answered", "refused"},
}
MOMENT = datetime(2020, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("kind", sorted(settings.LIFECYCLES))
def test_no_status_is_a_trap_or_out_of_reach(kind: str) -> None:
    table = lifecycle(kind)
    assert table.name == kind
    assert table.dead_ends(FINAL[kind]) == set()
    assert table.unreachable() == set()


@pytest.mark.parametrize("kind", sorted(settings.LIFECYCLES))
def test_every_step_and_status_speaks_both_languages(kind: str) -> None:
    table = lifecycle(kind)
    for text in [*table.statuses.values(), *(step.title for step in table.steps.values()), table.title]:
        assert text.vi.strip()
        assert text.en.strip()


@pytest.mark.parametrize("kind", sorted(settings.LIFECYCLES))
def test_every_pause_can_be_ended(kind: str) -> None:
    steps = lifecycle(kind).steps.values()
    assert {s.pauses for s in steps if s.pauses} == {s.resumes for s in steps if s.resumes}


def test_a_table_that_names_an_unknown_status_is_refused_at_once() -> None:
    text = Text("x", "x")
    with pytest.raises(ValueError, match="nowhere"):
        Lifecycle("broken", text, {"a": text}, Step("go", ("new",), "nowhere", text))


def test_overlapping_pauses_are_a_union_and_the_case_waits_for_the_one_still_open() -> None:
    table = lifecycle("dossier")
    kinds = ["lodged", "accepted", "supplement_requested", "payment_requested", "supplemented", "paid"]
    statuses = []
    for count in range(1, len(kinds) + 1):
        events = [Past(i + 1, kind, MOMENT + timedelta(hours=i)) for i, kind in enumerate(kinds[:count])]
        statuses.append(table.fold(events).status)
    assert statuses == [
        "lodged", "accepted", "awaiting_supplement", "awaiting_payment", "awaiting_payment", "processing",
    ]  # fmt: skip


def test_the_diagram_is_drawn_from_the_table() -> None:
    diagram = lifecycle("movement").mermaid()
    assert "[*] --> notified: notified" in diagram
    assert "complete --> cleared: cleared" in diagram


def test_only_receiving_starts_the_clock_and_only_finishing_stops_it() -> None:
    for kind in settings.LIFECYCLES:
        for step in lifecycle(kind).steps.values():
            assert step.receives == (step.effect is Effect.START), (kind, step.kind)
            assert step.finishes == (step.effect is Effect.STOP), (kind, step.kind)
