"""Findings about what a message says become APERAK and CUSRES, valid by their own tables, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.edifact.answer import back
from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.interchange import Message
from motcua.lib.edifact.reply import About, aperak, cusres, fit
from motcua.lib.edifact.write import MessageDraft, write
from motcua.lib.findings import Finding, Severity
from tests.lib.edifact.drafts import NOON, cargo, interchange

FOUND = read(interchange(cargo(2)))[0]
ABOUT = About(FOUND.messages[0], "MAN1")
MEA = FOUND.messages[0].segments[-2]
HEAVY = Finding(
    "R-0012",
    str(MEA.position(3, 2)),
    "Khối lượng cả bì nhỏ hơn khối lượng tịnh.",
    "Gross mass is less than net mass.",
)
LATE = Finding("S-LATE-FILING", "UNB", "Nộp muộn.", "Filed late.", Severity.WARNING)


def sent(draft: MessageDraft) -> tuple[list[str], Message]:
    raw = write(back(FOUND, (draft,), reference="A2", at=NOON))
    one = read(raw)[0]
    assert (one.accepted, one.errors, one.messages[0].errors) == (1, 0, 0)
    assert one.messages[0].tree is not None
    return raw.decode("utf-8", "replace").split("'"), one.messages[0]


@pytest.mark.parametrize("release", ["96A", "98B", "99B", "03B"])
def test_aperak_carries_code_text_and_place(release: str) -> None:
    lines, message = sent(aperak([HEAVY], ABOUT, number="N1", at=NOON, release=release))
    byte = MEA.position(3, 2).byte
    assert message.directory == f"D{release}"
    assert lines[2:9] == [
        "BGM++N1+27",
        "DTM+137:202601021200:203",
        "RFF+ACW:MAN1",
        "ERC+R0012",
        "FTX+AAO+++R-0012?: Khối lượng cả bì nhỏ hơn khối lượng tịnh.",
        f"RFF+ZZZ:segment {MEA.number}, element 3, component 2"
        + (f", byte {byte}" if release == "03B" else ""),
        "FTX+AAO+++R-0012?: Gross mass is less than net mass.",
    ]


@pytest.mark.parametrize("release", ["98B", "99B", "03B"])
def test_cusres_points_at_the_segment(release: str) -> None:
    lines, _ = sent(cusres([HEAVY, LATE], ABOUT, number="N1", at=NOON, release=release))
    assert lines[5:14] == [
        f"ERP+2+MEA:{MEA.in_message}",
        "ERC+R0012",
        "FTX+AAO+++R-0012?: Khối lượng cả bì nhỏ hơn khối lượng tịnh.",
        "FTX+AAO+++R-0012?: Gross mass is less than net mass.",
        "ERP+1",
        "ERC+SLTFLNG",
        "FTX+AAO+++S-LATE-FILING?: Nộp muộn.",
        "FTX+AAO+++S-LATE-FILING?: Filed late.",
        "UNT+13+N1",
    ]


def test_nothing_but_warnings_is_accepted() -> None:
    for build in (aperak, cusres):
        assert build([LATE], ABOUT, number="N1", at=NOON).body[0].value(3) == "29"
        assert build([], ABOUT, number="N1", at=NOON).body[0].value(3) == "29"
        assert build([HEAVY, LATE], ABOUT, number="N1", at=NOON).body[0].value(3) == "27"


def test_english_alone_is_sent_where_vietnamese_cannot_be_written() -> None:
    body = aperak([HEAVY], ABOUT, number="N1", at=NOON, charset="UNOA").body
    assert [segment.value(4) for segment in body if segment.tag == "FTX"] == [
        "R-0012: GROSS MASS IS LESS THAN NET MASS."
    ]


def test_sentences_are_fitted_and_never_lost() -> None:
    assert fit("Đơn “hàng” thiếu…", "UNOB") == 'Don "hang" thieu.'
    assert fit("Đơn", "UNOA") == "DON"
    assert fit("Đơn", "UNOY") == "Đơn"
    assert fit("漢", "UNOC") == " "


def test_six_thousand_findings_still_make_a_valid_answer() -> None:
    many = [
        Finding(f"R-{number}", f"segment {number % 200}, byte 1", "Sai.", "Wrong.") for number in range(6_000)
    ]
    _, message = sent(cusres(many, ABOUT, number="N1", at=NOON))
    texts = [segment.value(4) for segment in message.segments if segment.tag == "FTX"]
    shown = sum(segment.tag == "ERC" for segment in message.segments)
    left = sum(int(text.split()[0][1:]) for text in texts if text.startswith("+"))
    assert shown + left == 6_000
    _, message = sent(aperak(many, ABOUT, number="N1", at=NOON, release="98B"))
    assert sum(segment.tag == "ERC" for segment in message.segments) == 6_000


PROSE = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=120)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(Finding, PROSE, PROSE, PROSE, PROSE), max_size=4),
    st.sampled_from(["UNOA", "UNOC", "UNOY"]),
)
def test_any_finding_makes_a_valid_answer(findings: list[Finding], charset: str) -> None:
    sent(aperak(findings, ABOUT, number="N1", at=NOON, charset=charset))
    sent(cusres(findings, ABOUT, number="N1", at=NOON, charset=charset))
