"""The envelope of the national single window: what is written can be read, and everything wrong is named at its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.lib import xmldoc
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.lib.nsw_envelope import (
    INSPECTION_FUNCTIONS,
    INSPECTION_TYPES,
    PORTAL,
    SHIP_FUNCTIONS,
    SHIP_TYPES,
    VIETNAM,
    Envelope,
    Family,
    Header,
    Party,
    Reason,
    answer,
    name_of,
    peek,
    read,
    require,
    write,
)

AT = datetime(2020, 3, 2, 8, 0, tzinfo=VIETNAM)
MARD = Party("Bộ Nông nghiệp và Phát triển nông thôn", "BNN", "VN", "BNNPTNT", "BNN", "BNN")
HEADER = Header(
    "MARD-2020-000123", MARD, PORTAL, "BNNPTNT2500009", "19", "04", "BNNPTNT25200010180", "", "2020", AT
)

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x1EF9, exclude_categories=["Cs", "Cc"]), min_size=1).map(
    lambda words: words.strip()
).filter(bool)  # fmt: skip


def sample(**changes: object) -> Envelope:
    content = xmldoc.make("Certificate", None, xmldoc.make("number", "12/KQ"))
    return Envelope(replace(HEADER, **changes), content)  # type: ignore[arg-type]


def codes(content: bytes) -> set[str]:
    return {finding.code for finding in read(content).findings}


@given(
    WORDS,
    WORDS,
    st.sampled_from(sorted(INSPECTION_TYPES)),
    st.sampled_from(sorted(INSPECTION_FUNCTIONS)),
    WORDS,
)
def test_what_is_written_is_read_again(
    name: str, reference: str, type_: str, function: str, why: str
) -> None:
    sent = sample(sender=replace(MARD, name=name), reference=reference, type=type_, function=function)
    sent.reason = Reason(why, "papers")
    got = read(write(sent))
    assert got.findings == []
    assert got.header == sent.header
    assert got.reason == sent.reason
    assert got.content is not None
    assert xmldoc.write(got.content) == xmldoc.write(sent.content)  # type: ignore[arg-type]


def test_the_same_envelope_gives_the_same_bytes() -> None:
    assert write(sample()) == write(sample())


@pytest.mark.parametrize("spelling", [str.lower, lambda name: name[0].upper() + name[1:]])
def test_names_are_read_whatever_their_case(spelling: object) -> None:
    text = write(sample()).decode()
    for name in ("ministryCode", "organizationCode", "messageId", "documentType", "countryCode"):
        text = text.replace(name, spelling(name))  # type: ignore[operator]
    got = read(text.encode())
    assert got.findings == []
    assert got.header == HEADER


def test_a_namespace_does_not_matter() -> None:
    text = write(sample()).decode().replace("<Envelope>", '<Envelope xmlns="urn:example:nsw">')
    assert read(text.encode()).header == HEADER


def test_ships_and_inspections_are_told_apart_by_the_document_type() -> None:
    assert replace(HEADER, document_type="1").family is Family.SHIP
    assert replace(HEADER, document_type="BGTVT0100004").family is Family.SHIP
    assert HEADER.family is Family.INSPECTION
    # The same two numbers mean different things in the two families.
    assert name_of(replace(HEADER, document_type="1", type="20"))[1].startswith("Cargo declaration")
    assert name_of(replace(HEADER, type="20"))[1].startswith("Withdrawal of the certificate")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"message_id": ""}, "envelope-missing"),
        ({"message_id": "x" * 101}, "envelope-length"),
        ({"document_type": ""}, "envelope-missing"),
        ({"document_type": "7"}, "envelope-document-type"),
        ({"type": "77"}, "envelope-type"),
        ({"function": "77"}, "envelope-function"),
        ({"type": ""}, "envelope-missing"),
        ({"year": "20"}, "envelope-year"),
        ({"sender": Party()}, "envelope-identity"),
    ],
)
def test_what_is_missing_or_unknown_is_named(change: dict[str, object], code: str) -> None:
    content = write(sample(**change))
    assert code in codes(content)
    with pytest.raises(Invalid):
        require(read(content))


def test_all_faults_come_at_once_and_each_with_line_and_path() -> None:
    content = write(sample(message_id="", type="77", function="88"))
    findings = read(content).findings
    assert {finding.code for finding in findings} == {
        "envelope-missing",
        "envelope-type",
        "envelope-function",
    }
    for finding in findings:
        assert finding.place.startswith("line ")
        assert "/Envelope/Header/" in finding.place


def test_codes_of_ships_are_not_codes_of_inspections() -> None:
    assert "envelope-type" in codes(write(sample(type="50")))
    assert codes(write(sample(document_type="1", type="50", function="01"))) == set()


def test_a_part_that_is_missing_or_comes_twice_is_named() -> None:
    text = write(sample()).decode()
    assert "envelope-part" in codes(text.replace("<To>", "<Whom>").replace("</To>", "</Whom>").encode())
    twice = text.replace("</Header>", "<From><identity>X</identity></From></Header>")
    assert "envelope-part" in codes(twice.encode())
    two = text.replace("</Content>", "<Other/></Content>")
    assert "envelope-content" in codes(two.encode())


@pytest.mark.parametrize(
    "junk", [b"", b"<Envelope", b"{}", b"<Manifest/>", b"\xff\xfe\x00", b"<!DOCTYPE x><Envelope/>"]
)
def test_what_is_no_envelope_is_malformed_with_its_place(junk: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read(junk)
    assert caught.value.place or not junk
    assert peek(junk) is None


def test_a_time_without_a_zone_is_vietnams_and_nonsense_is_named() -> None:
    text = write(sample()).decode()
    bare = text.replace("2020-03-02T08:00:00+07:00", "2020-03-02T08:00:00")
    assert read(bare.encode()).header.sent_at == AT
    assert (
        read(text.replace("2020-03-02T08:00:00+07:00", "02/03/2020 08:00:00").encode()).header.sent_at == AT
    )
    assert "envelope-time" in codes(text.replace("2020-03-02T08:00:00+07:00", "yesterday").encode())


def test_an_answer_says_received_or_lists_every_fault() -> None:
    got = read(write(sample()))
    said = answer(got, message_id="A-1", at=AT)
    assert (said.header.function, said.header.sender, said.header.receiver) == ("99", PORTAL, MARD)
    assert said.header.previous == HEADER.message_id
    assert said.header.is_answer
    faulty = answer(got, [Finding("nsw-x", "line 3", "Sai.", "Wrong.")], message_id="A-2", at=AT)
    text = write(faulty).decode()
    assert faulty.header.function == "22"
    assert "<text>Sai.</text>" in text
    assert read(text.encode()).findings == []


def test_a_rejection_of_a_ship_is_business_and_no_mere_answer() -> None:
    assert not replace(HEADER, document_type="1", type="50", function="22").is_answer
    assert replace(HEADER, function="22").is_answer


def test_every_code_has_a_name_in_both_languages() -> None:
    for table in (SHIP_TYPES, SHIP_FUNCTIONS, INSPECTION_TYPES, INSPECTION_FUNCTIONS):
        assert all(code.isdigit() and len(code) == 2 and vi and en for code, (vi, en) in table.items())
