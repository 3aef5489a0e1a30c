"""Form D as XML and JSON: it reads back as it was, every fault has its place, and garbage is refused in words."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from motcua.config.cli import cli
from motcua.lib.errors import Invalid, Malformed
from motcua.origin.documents import Flag, FormD, Notice, NoticeKind, Original, Transport, UsedLine
from motcua.origin.messages import SCHEMA, form_of, read, read_form, write, write_json
from motcua.origin.messages.profile import schema
from tests.origin.forms import ITEM, SECOND, form

FULL = form(
    flags=frozenset(Flag),
    exhibition="THAIFEX, Bangkok",
    remarks="Bản thử",
    function="replacement",
    replaces="D2019-1",
    original=Original("SG-1", "SG", date(2020, 1, 1)),
    transport=Transport(date(2020, 5, 4), "A", "B", "C", ("LA", "HK"), "BL1"),
)
NOTICE = Notice(
    NoticeKind.UTILISED, "D2020-0123456", "TH", "VN", "TH", datetime(2020, 6, 1, 3, 4, tzinfo=UTC), "M-1", "", "", "AS4",
    (UsedLine(1, True, "10345678901", 2, Decimal("40.5")), UsedLine(2, False, reason="criterion")),
)  # fmt: skip

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    max_size=40,
)


@pytest.mark.parametrize("document", [form(), FULL, NOTICE])
def test_what_is_written_reads_back_as_it_was(document: FormD | Notice) -> None:
    for content in (write(document), write_json(document)):
        found = read(content)
        assert found.findings == []
        assert found.document == document
    assert write(document) == write(document)


@given(
    TEXT.map(str.strip),
    st.decimals(0, 10**9, places=3, allow_nan=False),
    st.sets(st.sampled_from(sorted(Flag))),
)
def test_any_form_reads_back_as_it_was(name: str, amount: Decimal, flags: set[str]) -> None:
    items = (replace(ITEM, description=name, quantity=amount), SECOND)
    document = form(items=items, flags=frozenset(flags))
    assert read(write(document)).document == document
    assert form_of(json.loads(write_json(document))) == document


def test_the_schema_beside_the_reader_is_the_one_it_draws() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(), "write profile.schema() to form-d-1.xsd"


def test_a_place_in_the_document_leads_to_the_line_and_path_of_the_source() -> None:
    content = write(form())
    place = read(content).places["items[1].criterion"]
    line = int(place.split()[1].rstrip(","))
    assert b"<OriginCriterion>40%" in content.splitlines()[line - 1]
    assert place.endswith("/FormD/GovernmentAgencyGoodsItem[2]/OriginCriterion")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ""),
        (b"<a/>", "FormD"),
        (b'<FormD xmlns="urn:x"/>', "FormD"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><FormD>&b;</FormD>", ""),
        (b"{", "JSON"),
        (b"\xff\xfe", ""),
    ],
)
def test_what_is_no_form_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(content)
    assert words in refused.value.text_en
    assert refused.value.text


def test_every_fault_of_the_schema_is_named_with_its_line() -> None:
    wrong = (
        write(form())
        .replace(b"<IssueDate>2020-05-04<", b"<IssueDate>2020-25-04<")
        .replace(b">TNE<", b">TNE<")
    )
    wrong = wrong.replace(b"<PackageQuantity>2000<", b"<PackageQuantity>many<")
    with pytest.raises(Invalid) as refused:
        read(wrong)
    assert len(refused.value.findings) >= 2
    assert all(one.place.startswith("line ") for one in refused.value.findings)


def test_json_names_what_is_missing_strange_and_wrong() -> None:
    found = read(
        b'{"number": "1", "issuing_country": "TH", "colour": 1, "issued_on": "4/5/2020", "items": [{}]}'
    )
    assert [(one.code, one.place) for one in found.findings] == [
        ("unknown-field", "colour"), ("missing", "items[0].number"), ("value", "issued_on"), ("missing", "importing_country"),
    ]  # fmt: skip


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_breaks_the_reader(content: bytes) -> None:
    with contextlib.suppress(Malformed, Invalid):
        read(content)


def test_the_command_answers_without_a_database(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.json"
    good.write_bytes(write(form()))
    bad.write_bytes(write_json(form(items=(replace(ITEM, criterion="PE"), SECOND))))
    run = CliRunner().invoke(cli, ["origin", "check", str(good), "--on", "2020-05-18", "--format", "json"])
    answer = json.loads(run.stdout)
    assert (run.exit_code, answer["accepted"], answer["findings"]) == (0, True, [])
    assert (answer["valid_until"], answer["reject_by"]) == ("2021-05-04", "2020-07-17")
    run = CliRunner().invoke(cli, ["origin", "check", str(bad), "--on", "2020-05-18", "--format", "json"])
    answer = json.loads(run.stdout)
    assert (run.exit_code, answer["accepted"]) == (1, False)
    assert [one["accepted"] for one in answer["items"]] == [False, True]
    assert answer["findings"][0]["basis"] == "ATIGA, Annex 7, box 8"
    assert read_form(good.read_bytes())[0] == form()
