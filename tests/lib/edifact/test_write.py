"""What is written reads back the same, character for character; what cannot be written is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.edifact.charsets import CHARSETS
from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.separators import DEFAULT, DEFAULT_SYNTAX_4, Separators
from motcua.lib.edifact.write import Draft, MessageDraft, write
from motcua.lib.errors import Refused
from tests.lib.edifact.drafts import NOON, cargo, interchange

# Text of all planes, the service characters far more often than chance would have them.
TEXT = st.text(
    st.one_of(
        st.sampled_from("'+:?*#|~ \"'+:?"),
        st.characters(exclude_categories=("Cc", "Cs"), max_codepoint=0x2FF),
        st.characters(exclude_categories=("Cc", "Cs")),
    ),
    max_size=12,
)
TAGS = st.sampled_from(["FTX", "NAD", "RFF", "PCI", "LOC"])


def elements(repetitions: int) -> st.SearchStrategy[tuple[object, ...]]:
    one = st.lists(TEXT, min_size=1, max_size=4).map(tuple)
    return st.lists(st.lists(one, min_size=1, max_size=repetitions).map(tuple), max_size=4).map(tuple)


def segments(repetitions: int) -> st.SearchStrategy[list[Segment]]:
    return st.lists(
        st.builds(lambda tag, data: Segment.of(tag, *data), TAGS, elements(repetitions)),
        min_size=1,
        max_size=6,
    )


def there_and_back(body: list[Segment], charset: str, syntax: str, marks: Separators | None) -> list[Segment]:
    message = MessageDraft("ZZZMSG", "D", "98B", tuple(body))
    draft = Draft(("A",), ("B",), NOON, "1", (message,), syntax=syntax, charset=charset, separators=marks)
    found = read(write(draft))
    assert [one.found for one in found] == [1]
    assert found[0].errors == found[0].messages[0].errors == 0
    return found[0].messages[0].segments[1:-1]


@settings(max_examples=400, deadline=None)
@given(segments(repetitions=3))
def test_any_text_comes_back_from_syntax_4(body: list[Segment]) -> None:
    assert there_and_back(body, "UNOY", "4", None) == body


@settings(max_examples=300, deadline=None)
@given(segments(repetitions=1), st.sampled_from(sorted(set(CHARSETS))))
def test_text_comes_back_from_every_character_set_or_is_refused_with_its_place(
    body: list[Segment], name: str
) -> None:
    carrier = CHARSETS[name]
    letters = {
        letter for one in body for data in one.trimmed for part in data for value in part for letter in value
    }
    if all(carrier.allows(letter) for letter in letters):
        assert there_and_back(body, name, "3", None) == body
        return
    with pytest.raises(Refused) as refused:
        there_and_back(body, name, "3", None)
    assert refused.value.place.startswith("segment ")
    assert any(
        f"U+{ord(letter):04X}" in refused.value.text_en for letter in letters if not carrier.allows(letter)
    )


MARKS = st.lists(
    st.sampled_from("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\x1c\x1d\x1e\x1f"), min_size=5, max_size=5, unique=True
)


@settings(max_examples=200, deadline=None)
@given(segments(repetitions=2), MARKS)
def test_text_comes_back_through_any_separators(body: list[Segment], marks: list[str]) -> None:
    component, element, release, repetition, terminator = marks
    chosen = Separators(component, element, ".", release, repetition, terminator)
    assert there_and_back(body, "UNOY", "4", chosen) == body


def test_counts_and_references_are_written() -> None:
    found = read(interchange(cargo(3), cargo(1, reference="2")))
    assert [(one.accepted, one.refused, one.defects) for one in found] == [(2, 0, [])]
    assert [message.trailer.value(1) for message in found[0].messages if message.trailer] == ["29", "13"]


def test_una_is_written_only_for_other_separators() -> None:
    assert interchange(cargo()).startswith(b"UNB+")
    assert interchange(cargo(), syntax="4").startswith(b"UNB+")
    other = Separators(":", "*", ".", "?", "", "$")
    draft = Draft(("A",), ("B",), NOON, "1", (cargo(),), separators=other)
    assert write(draft).startswith(b"UNA:*.? $UNB*UNOC:3*A*B*260102:1200*1$")


def test_the_time_of_preparation_is_local_and_its_year_has_four_digits_in_syntax_4() -> None:
    assert b"+260102:1200+" in interchange(cargo())
    assert b"+20260102:1200+" in interchange(cargo(), syntax="4")


def test_empty_ends_are_left_out() -> None:
    segment = Segment.of("NAD", "CZ", ("", ""), "", ("A", "", "B", ""), "", "")
    assert interchange(MessageDraft("X", "D", "1", (segment,))).count(b"NAD+CZ+++A::B'") == 1


def test_a_forged_segment_in_a_text_stays_text() -> None:
    evil = "X'UNT+3+1'UNZ+1+R1'UNA:*.? &UNB*UNOC:3"
    message = MessageDraft("ZZZ", "D", "98B", (Segment.of("FTX", "AAA", "", "", evil),))
    found = read(interchange(message))
    assert [one.found for one in found] == [1]
    assert found[0].messages[0].segments[1].value(4) == evil
    assert len(found[0].messages[0].segments) == 3


@pytest.mark.parametrize(
    ("charset", "text", "shown"),
    [
        ("UNOA", "Steel", "U+0074"),
        ("UNOB", "THÉP", "U+00C9"),
        ("UNOC", "Việt", "U+1EC7"),
        ("UNOY", "a\nb", "U+000A"),
        ("UNOC", "a\x85b", "U+0085"),
        ("UNOY", "a\x80b", "U+0080"),
    ],
)
def test_what_cannot_be_written_is_refused_with_character_and_place(
    charset: str, text: str, shown: str
) -> None:
    message = MessageDraft("ZZZ", "D", "98B", (Segment.of("FTX", "AAA", "", "", ("OK", text)),))
    with pytest.raises(Refused) as refused:
        interchange(message, charset=charset)
    assert shown in refused.value.text_en
    assert shown in refused.value.text
    assert refused.value.place.startswith("segment 3 FTX, element 4, component 2, character ")


@pytest.mark.parametrize(
    "draft",
    [
        Draft(("A",), ("B",), NOON, "1", (), charset="UNOX"),
        Draft(("A",), ("B",), NOON, "1", (), syntax="5"),
        Draft(("A",), ("B",), NOON, "1", (), separators=Separators(element=":")),
        Draft(("A",), ("B",), NOON, "1", (), separators=DEFAULT_SYNTAX_4),
        Draft(("A",), ("B",), NOON, "1", (MessageDraft("X", "D", "1", (Segment.of("toolong"),)),)),
        Draft(
            ("A",), ("B",), NOON, "1", (MessageDraft("X", "D", "1", (Segment.of("FTX", [["A"], ["B"]]),)),)
        ),
        Draft(("A+B",), ("B",), NOON, "1", (), separators=Separators(release="", terminator="~")),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(draft: Draft) -> None:
    with pytest.raises(Refused):
        write(draft)


def test_no_release_character_is_fine_while_none_is_needed() -> None:
    marks = Separators(release="")
    assert there_and_back([Segment.of("FTX", "A?B")], "UNOC", "3", marks) == [Segment.of("FTX", "A?B")]
    assert DEFAULT.release == "?"
