"""Every EDIFACT file is answered: each message accepted or refused, what is refused with its place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from motcua.lib.edifact.envelope import read as read_answer
from motcua.lib.edifact.interchange import Message
from motcua.lib.errors import Invalid, Malformed, NotAllowed, Refused
from motcua.lib.findings import Finding
from motcua.manifest.answers import answers
from motcua.manifest.messages import placed, read
from tests.lib.edifact.test_fuzz import CHOPPED
from tests.lib.edifact.test_runs import hurt

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "manifest" / "edifact"
AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def answered(content: bytes, error: Refused | None = None) -> list[Message]:
    """The messages of our answer, each sound itself."""
    given = answers(read(content), content, error, number="77", at=AT)
    found = read_answer(given)
    assert all(one.accepted == one.found for one in found)
    return [message for one in found for message in one.messages]


def rows(message: Message, tag: str) -> list[str]:
    return [
        "+".join(":".join(part[0]) for part in one.elements) for one in message.segments if one.tag == tag
    ]


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.edi").read_bytes()


def test_a_sound_manifest_is_acknowledged_twice_syntax_and_content() -> None:
    contrl, cusres = answered(sample("cuscar-entry"))
    assert (contrl.type, cusres.name) == ("CONTRL", "CUSRES D.98B")
    assert rows(contrl, "UCI") == ["R1+MOTHANGTAU:ZZ+VNCUSTOMS:ZZ+7"]
    assert rows(cusres, "BGM")[0].endswith("+29")
    assert rows(cusres, "ERP") == []


def test_values_that_cannot_be_read_come_back_with_tag_and_number_of_their_segments() -> None:
    contrl, cusres = answered(sample("cuscar-wrong-values"))
    assert rows(contrl, "UCI")[0].endswith("+7")
    assert rows(cusres, "BGM")[0].endswith("+27")
    assert rows(cusres, "RFF") == ["ACW:M6"]
    assert rows(cusres, "ERP") == [
        "1+BGM:2",
        "1+DTM:3",
        "1+TDT:4",
        "1+EQD:5",
        "2+GID:8",
        "2+MEA:10",
        "2+MEA:11",
    ]
    assert len(rows(cusres, "ERC")) == 7


def test_wrong_syntax_is_for_contrl_alone() -> None:
    (contrl,) = answered(sample("cuscar-without-goods"))
    assert rows(contrl, "UCM") == ["8+CUSCAR:D:98B:UN+4"]
    assert rows(contrl, "UCS") == ["6+13"]


def test_what_a_rule_says_of_a_field_is_answered_at_its_segment() -> None:
    rule = Finding("M07", "bills[1].items[0].gross_kg", "Khối lượng sai; hãy sửa.", "Wrong mass; mend it.")
    found = read(sample("cuscar-entry"))
    assert [one.place for one in placed(found, [rule])] == ["segment 56, element 3, component 2, byte 1496"]
    cusres = answered(sample("cuscar-entry"), Invalid([rule]))[1]
    assert rows(cusres, "ERP") == ["2+MEA:55"]
    assert rows(cusres, "ERC") == ["M07"]
    assert any("Khối lượng sai" in text for text in rows(cusres, "FTX"))


def test_a_refusal_without_a_place_is_answered_too() -> None:
    refusal = NotAllowed("Chuyến này đã thông quan.", "This call is cleared.")
    cusres = answered(sample("cuscar-entry"), refusal)[1]
    assert rows(cusres, "BGM")[0].endswith("+27")
    assert rows(cusres, "ERP") == ["1"]


def test_a_list_of_persons_gets_aperak() -> None:
    _, aperak = answered(sample("paxlst-wrong-date"))
    assert aperak.type == "APERAK"
    assert rows(aperak, "RFF")[0] == "ACW:PL10"
    assert len(rows(aperak, "ERC")) == 2


def test_an_answer_is_not_answered() -> None:
    content = answers(read(sample("telex")), sample("telex"), None, number="1", at=AT)
    only = content[: content.index(b"UNB", 10)]
    assert answers(read(only), only, None, number="2", at=AT) == b""


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(hurt() | CHOPPED)
def test_whatever_comes_is_read_placed_and_answered(data: bytes) -> None:
    try:
        found = read(data)
    except Malformed:
        return
    interchanges = found.envelope
    assert len(found.parts) == sum(one.found for one in interchanges)
    assert all(one.place for one in found.findings)
    for at, document in enumerate(found.documents):
        places = found.places[at]
        assert all(places[path] for path in list(places)[:4])
        assert document
    given = answers(found, data, None, number="9", at=AT)
    if given:
        back = read_answer(given)
        assert all(one.accepted == one.found for one in back)
    refused = sum(not part.accepted for part in found.parts)
    assert (
        refused == len(found.parts)
        or found.accepted
        or any(one.severity == "error" for one in found.findings)
    )


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.edi")), ids=lambda path: path.stem)
def test_every_sample_is_answered(path: Path) -> None:
    assert answered(path.read_bytes())
