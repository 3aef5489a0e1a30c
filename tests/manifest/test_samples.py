"""Messages of our own with the outcome we owe beside each, and those of others where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.lib.errors import Malformed
from motcua.manifest.documents import to_data, value_at
from motcua.manifest.documents.boxes import Coded
from motcua.manifest.messages import read, schema_of

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "samples" / "manifest" / name for name in ("xml", "json", "edifact")]
OURS = sorted(
    path for folder in FOLDERS for path in folder.iterdir() if path.suffix in (".xml", ".json", ".edi")
)
SHARED = Path(os.environ.get("MOTCUA_SHARED", ROOT.parent / "shared")) / "samples"
OTHERS = sorted(path for suffix in ("xml", "json", "edi", "txt") for path in SHARED.rglob(f"*.{suffix}"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_a_sample_has_the_outcome_that_stands_beside_it(path: Path) -> None:
    expected = yaml.safe_load(path.with_suffix(".expected.yaml").read_text("utf-8"))
    if "malformed" in expected:
        with pytest.raises(Malformed) as caught:
            read(path.read_bytes())
        assert caught.value.place == expected["malformed"]["place"]
        assert expected["malformed"]["says"] in caught.value.text_en
        return
    got = read(path.read_bytes())
    assert [{"code": one.code, "place": one.place} for one in got.findings] == expected.get("findings", [])
    assert (got.standard, got.accepted) == (expected["standard"], expected["accepted"])
    assert [type(document).__name__ for document in got.documents] == expected["documents"]
    for where, value in expected.get("values", {}).items():
        assert plain(value_at(got.documents[0], where)) == value, where
    for where, place in expected.get("places", {}).items():
        assert got.places[0][where] == place


def plain(value: Any) -> Any:
    if isinstance(value, Coded):
        return value.value
    return (
        value
        if isinstance(value, str | int)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else f"{value:f}"
    )


@pytest.mark.skipif(not OTHERS, reason=f"no messages of others at {SHARED}")
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_a_message_of_others_is_accepted_or_refused_with_place_and_reason(path: Path) -> None:
    try:
        got = read(path.read_bytes())
    except Malformed as refused:
        place, said = refused.place, refused.text
        assert place
        assert said
        return
    if got.accepted:
        assert got.documents
        assert all(to_data(document) for document in got.documents)
    else:
        refusals = [one for one in got.findings if one.severity == "error"]
        assert refusals
        assert all(one.place and one.vi != one.en for one in refusals)


def test_the_schemas_are_those_of_the_tables() -> None:
    for name, made in schema_of.all_schemas().items():
        written = (schema_of.FOLDER / name).read_bytes()
        assert written == made, "run python -m motcua.manifest.messages.schema_of --write"
