"""The description of the interface: it fits what is served, and its page of errors fits the tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from motcua.casework.models import Case
from motcua.config.errors_page import FINDINGS, errors_page
from motcua.exchange.problems import PROBLEMS, Problem, pointer
from motcua.law.parts import FieldType
from motcua.lib.findings import Finding

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.md"


@pytest.fixture
def description() -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_every_address_is_described(description: dict[str, Any]) -> None:
    assert set(description["paths"]) == {
        "/api/v1/dossiers", "/api/v1/dossiers/{reference}", "/api/v1/dossiers/{reference}/receipt",
        "/api/v1/procedures", "/api/v1/procedures/{field}/{name}", "/api/v1/problems", "/api/v1/health",
        "/api/v1/manifests", "/api/v1/papers", "/api/v1/movements", "/api/v1/movements/{reference}",
        "/api/v1/movements/{reference}/papers/{form}",
    }  # fmt: skip


def test_every_reference_inside_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    known = set(description["components"]["schemas"])
    named = {part.partition('"')[0] for part in json.dumps(description).split('"#/components/schemas/')[1:]}
    assert named <= known
    assert {"Filing", "Filed", "Problem", "FileShape"} <= known


def test_filing_says_that_it_wants_a_key_of_each_kind(description: dict[str, Any]) -> None:
    act = description["paths"]["/api/v1/dossiers"]["post"]
    assert act["security"] == [{"apiKey": []}]
    assert [one["name"] for one in act["parameters"] if one["required"]] == ["Idempotency-Key"]
    assert set(act["responses"]) >= {"201", "400", "401", "403", "413", "422", "503"}


def test_the_page_of_errors_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == errors_page(), "run: python -m motcua.config.errors_page"


def test_every_problem_is_listed_where_its_type_leads() -> None:
    listed = Client().get("/api/v1/problems").json()
    assert set(listed) == set(PROBLEMS)
    assert Problem("invalid").body()["type"] == "/api/v1/problems#invalid"


def test_every_kind_of_field_has_a_finding_of_its_own() -> None:
    assert {f"bad-{kind}" for kind in FieldType} <= set(FINDINGS)


def test_pointers_escape_what_rfc_6901_escapes() -> None:
    assert pointer("a/b", "c~d", 0) == "/a~1b/c~0d/0"
    assert pointer() == ""


def test_a_problem_speaks_both_languages_and_keeps_its_findings() -> None:
    finding = Finding("missing", "copies", "Chưa điền.", "It is empty.", basis="54/2014/QH13")
    body = Problem("invalid", "Có 1 chỗ.", "1 fault.", findings=[("/answers/copies", finding)]).body()
    assert (body["detail"], body["detail_vi"], body["status"]) == ("1 fault.", "Có 1 chỗ.", 422)
    assert body["findings"] == [
        {"code": "missing", "pointer": "/answers/copies", "en": "It is empty.", "vi": "Chưa điền.", "basis": "54/2014/QH13"}
    ]  # fmt: skip


# The page that shows how --------------------------------------------------------------------------------------

HOW_TO = PAGE.parents[1] / "how-to" / "use-the-api.md"


def shown(mark: str) -> str:
    """The block of code behind a mark of the page."""
    text = HOW_TO.read_text(encoding="utf-8")
    block = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)\n```", text, re.S)
    assert block is not None
    return block[1]


def test_the_filing_that_is_shown_is_the_example_of_the_description(description: dict[str, Any]) -> None:
    examples = description["paths"]["/api/v1/dossiers"]["post"]["requestBody"]["content"]["application/json"][
        "examples"
    ]
    assert json.loads(shown("filing")) == examples["filed"]["value"]


@pytest.mark.django_db(transaction=True)
def test_the_program_that_is_shown_files_once_however_often_it_runs(
    live_server: Any, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_SITE", live_server.url)
    monkeypatch.setenv("MOTCUA_KEY", keys["lan"])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ho-so.json").write_text(shown("filing"), encoding="utf-8")
    program = compile(shown("program"), str(HOW_TO), "exec")
    exec(program, {"__name__": "example"})
    first = (tmp_path / "ho-so.answer.json").read_bytes()
    exec(program, {"__name__": "example"})
    assert (tmp_path / "ho-so.answer.json").read_bytes() == first
    assert Case.objects.get().reference == json.loads(first)["reference"]


@pytest.mark.django_db(transaction=True)
def test_the_program_that_is_shown_says_what_to_mend(
    live_server: Any, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_SITE", live_server.url)
    monkeypatch.setenv("MOTCUA_KEY", keys["lan"])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ho-so.json").write_text(
        json.dumps({**json.loads(shown("filing")), "files": {}}), encoding="utf-8"
    )
    with pytest.raises(SystemExit, match="paper-missing"):
        exec(compile(shown("program"), str(HOW_TO), "exec"), {"__name__": "example"})
