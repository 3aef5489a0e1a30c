"""A reform is a difference: nothing is missed, nothing is invented, everything can be read aloud."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from motcua.law.diff import Change, ChangeKind, diff
from motcua.law.sheets import Sheet
from tests.law.sample_law import content, sheet

Path = tuple[str | int, ...]

# Keys a sheet may leave out, at the place where the good sheet does.
LEFT_OUT: dict[Path, Any] = {
    ("until",): date(2022, 1, 1),
    ("replaced_by",): "clearance/other",
    ("channels", "online", "note"): {"vi": "Mới", "en": "New"},
    ("channels", "post", "limit"): {"value": 3, "unit": "calendar_days"},
    ("documents", 1, "form"): "05/XX",
    ("form", 2, "help"): {"vi": "Mới", "en": "New"},
    ("basis", 1, "title"): {"vi": "Mới", "en": "New"},
    ("channels", "desk", "limit", "on_supplement"): "restart",
    ("channels", "desk", "limit", "verified"): True,
}
OTHER_WORDS = [
    "branch",
    "general-department",
    "working_hours",
    "clock_hours",
    "restart",
    "customs-core",
    "handling",
    "leader",
    "text",
    "money",
]


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))


def _others(value: Any) -> Iterator[Any]:
    """Values that this one could become."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, str):
        yield value + "x"
        yield from OTHER_WORDS
    elif isinstance(value, list):
        yield list(reversed(value))
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        if value and isinstance(value[-1], dict):
            again = copy.deepcopy(value[-1])
            for key in ("id", "value", "url", "text"):
                if key in again:
                    again[key] += "-new"
                    break
            yield [*value, again]
        elif value:
            yield [*value, "new-fee"]
            yield [*value, "general-department"]
    elif isinstance(value, dict):
        yield None
        yield "always"
    elif value is None:
        yield {"value": 3, "unit": "calendar_days"}


def _placed(whole: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(whole)
    here: Any = changed
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return changed


def _mutants() -> list[tuple[Path, Sheet]]:
    """Every sheet that differs from the good one in a single place."""
    good, found = sheet(), []
    places = [(path, value, other) for path, value in _leaves(content()) if path for other in _others(value)]
    places += [(path, None, other) for path, other in LEFT_OUT.items()]
    for path, _value, other in places:
        try:
            mutant = sheet(_placed(content(), path, other))
        except ValidationError:
            continue
        if mutant != good:
            found.append((path, mutant))
    return found


MUTANTS = _mutants()


def _texts(changes: list[Change]) -> list[str]:
    return [change.vi for change in changes]


def test_there_are_mutants_of_every_part_of_the_sheet() -> None:
    assert {str(path[0]) for path, _ in MUTANTS} == set(Sheet.model_fields) - {"procedure", "since"}
    assert len(MUTANTS) > 150


def test_nothing_differs_from_itself() -> None:
    assert diff(sheet(), sheet()) == []
    assert diff(sheet(), sheet(since=date(2022, 1, 1))) == []
    for _, mutant in MUTANTS:
        assert diff(mutant, mutant) == []


def test_every_single_mutation_appears_with_its_place() -> None:
    for path, mutant in MUTANTS:
        changes = diff(sheet(), mutant)
        assert changes, path
        for change in changes:
            assert change.path.startswith(str(path[0])), (path, change)


def test_every_change_is_a_sentence_in_both_languages() -> None:
    for path, mutant in MUTANTS:
        for change in diff(sheet(), mutant) + diff(mutant, sheet()):
            for sentence in (change.vi, change.en):
                assert ":" in sentence, (path, change)
                assert not sentence.rstrip().endswith((":", "→")), (path, change)
                left, arrow, right = sentence.partition(" → ")
                assert not arrow or left.partition(": ")[2] != right, (path, change)


def test_there_and_back_name_the_same_places() -> None:
    for path, mutant in MUTANTS:
        there = {(change.path, change.kind) for change in diff(sheet(), mutant)}
        back = {(change.path, change.kind) for change in diff(mutant, sheet())}
        turned = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
        assert {(place, turned.get(kind, kind)) for place, kind in there} == back, path


@given(st.sampled_from(MUTANTS), st.sampled_from(MUTANTS))
@settings(max_examples=200)
def test_no_change_means_the_same_digest_and_the_other_way_round(
    one: tuple[Path, Sheet], other: tuple[Path, Sheet]
) -> None:
    assert (diff(one[1], other[1]) == []) == (one[1].digest == other[1].digest)


def test_a_dropped_paper_reads_like_a_reform() -> None:
    after = content()
    del after["documents"][1]
    (change,) = diff(sheet(), sheet(after))
    assert change.vi == "Giấy tờ 'Hoá đơn': 2 bản → bỏ"
    assert change.en == "Paper 'Invoice': 2 sheets → dropped"
    assert change.path == "documents[invoice]"
    assert (change.kind, change.after) == (ChangeKind.REMOVED, None)
    assert change.before["copies"] == 2


def test_a_shorter_limit_names_the_way_of_submitting() -> None:
    after = content()
    after["channels"]["online"]["limit"] = {"value": 4, "unit": "working_hours", "verified": True}
    (change,) = diff(sheet(), sheet(after))
    assert change.path == "channels.online.limit"
    assert change.vi == (
        "Cách nộp, trực tuyến, thời hạn: 8 giờ làm việc, tính tiếp sau khi bổ sung, chưa xác minh"
        " → 4 giờ làm việc, tính tiếp sau khi bổ sung"
    )
    assert change.en.endswith("unverified → 4 working hours, continues after a supplement")


def test_a_limit_that_the_law_no_longer_sets_is_said_so() -> None:
    after = content()
    after["channels"]["desk"]["limit"] = None
    (change,) = diff(sheet(), sheet(after))
    assert change.vi.endswith("→ không quy định")
    assert change.en.endswith("→ no limit in law")


def test_fewer_copies_name_the_paper() -> None:
    after = content()
    after["documents"][1]["copies"] = 1
    assert _texts(diff(sheet(), sheet(after))) == ["Giấy tờ 'Hoá đơn', bản chụp: 2 → 1"]


def test_a_new_order_of_steps_is_reported() -> None:
    after = content()
    after["steps"][0], after["steps"][1] = after["steps"][1], after["steps"][0]
    (change,) = diff(sheet(), sheet(after))
    assert change.kind is ChangeKind.MOVED
    assert (change.before, change.after) == (["intake", "check", "sign"], ["check", "intake", "sign"])
    assert change.vi == "Các bước: đổi thứ tự Tiếp nhận, Kiểm tra, Phê duyệt → Kiểm tra, Tiếp nhận, Phê duyệt"


def test_an_added_step_does_not_move_the_others() -> None:
    after = content()
    after["steps"].insert(
        1, {"id": "ask", "name": {"vi": "Hỏi", "en": "Ask"}, "unit": "other-agency", "hours": 1}
    )
    (change,) = diff(sheet(), sheet(after))
    assert (change.path, change.kind) == ("steps[ask]", ChangeKind.ADDED)
    assert change.vi == "Bước 'Hỏi': thêm 1 giờ"


def test_a_retold_title_in_one_language_is_seen_in_both_sentences() -> None:
    after = content()
    after["title"]["en"] = "Amendment of a declaration"
    (change,) = diff(sheet(), sheet(after))
    assert "Amendment of a declaration" in change.vi
    assert change.en == "Title: Supplementary declaration → Amendment of a declaration"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_change_speaks_the_language_asked_for(language: str) -> None:
    after = content()
    after["sets"] = 2
    (change,) = diff(sheet(), sheet(after))
    assert change.in_language(language) == getattr(change, language)


def test_a_level_that_falls_away_is_not_said_twice() -> None:
    after = content() | {"level": ["branch"]}
    (change,) = diff(sheet(), sheet(after))
    assert (change.vi, change.en) == ("Cấp giải quyết 'cục': bỏ", "Level 'department': dropped")


def test_new_sources_are_no_reform() -> None:
    after = content()
    after["sources"][0]["says"] = "Something else."
    after["sets"] = 2
    assert [(change.path, change.is_editorial) for change in diff(sheet(), sheet(after))] == [
        ("sources[https://example.test/38].says", True),
        ("sets", False),
    ]
