"""The examples in docs/explanation/edifact.md are what the system really says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from motcua.lib.edifact.answer import contrl
from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.profile import load
from motcua.lib.edifact.write import write
from tests.lib.edifact.drafts import NOON

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "explanation" / "edifact.md").read_text(encoding="utf-8")
FOUND = read((ROOT / "samples" / "edifact" / "unreleased.edi").read_bytes())[0]


def example(name: str) -> list[str]:
    match = re.search(rf"<!-- example: {name} -->\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    return match[1].splitlines()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_findings_shown_are_those_reported(language: str) -> None:
    shown = [
        finding.in_language(language).removesuffix(" (ISO 9735)") for finding in FOUND.messages[0].findings
    ]
    assert example(f"unreleased {language}") == shown


def test_the_answer_shown_is_the_one_sent() -> None:
    segments = write(contrl(FOUND, reference="A1", at=NOON)).decode().split("'")
    assert example("unreleased contrl") == [one for one in segments if one.startswith("UC")]


def test_the_profile_shown_can_be_loaded() -> None:
    match = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    assert load(match[1]).sender == yaml.safe_load(match[1])["sender"]
