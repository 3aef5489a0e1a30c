"""The mapping file: every fault at once, by path and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.eventlog.mapping import read_mapping
from motcua.lib.errors import Invalid
from tests.eventlog.logs import MAPPING

EXAMPLES = Path(__file__).parents[2] / "examples" / "eventlog"


def written(folder: Path, **changes: Any) -> Path:
    file = folder / "m.yaml"
    file.write_text(yaml.safe_dump({**MAPPING, **changes}, allow_unicode=True), encoding="utf-8")
    return file


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.name)
def test_every_mapping_we_ship_can_be_read(file: Path) -> None:
    assert read_mapping(file).source


def test_names_of_the_log_are_composed(tmp_path: Path) -> None:
    found = read_mapping(written(tmp_path, channels={"Qua\u0302\u0300y": "desk"}))
    assert found.channels == {"Quầy": "desk"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"zone": "Asia/Hanoi"}, "no time zone 'Asia/Hanoi'"),
        ({"zone": "../etc"}, "no time zone"),
        ({"ofice": "x"}, "did you mean 'office'"),
        ({"channels": {"Web": "onlne"}}, "did you mean 'online'"),
        ({"activities": {"A": {"id": "x"}, "B": {"id": "x"}}}, "share the id x"),
        ({"activities": {}}, "activities"),
        ({"columns": {"case": "case", "activity": "activity", "time": "time"}}, "channel_otherwise"),
        ({"source": "Has Spaces"}, "source"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_mapping(written(tmp_path, **changes))
    assert any(
        says in finding.en and finding.place.startswith("m.yaml:") for finding in refused.value.findings
    )


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="does not exist"):
        read_mapping(tmp_path / "none.yaml")
