"""A profile is read from YAML; every mistake in it is named at once."""

from __future__ import annotations

from dataclasses import fields

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.edifact.profile import LENIENT, STANDARD, Profile, Taken, choose, load
from motcua.lib.edifact.separators import Separators
from motcua.lib.errors import Invalid, Malformed, Refused
from motcua.lib.findings import Severity

WHOLE = """
name: Carrier ABC
sender: ABCLINE
tolerate: [edi.unt.count]
refuse: [edi.charset.repertoire]
charset: cp1258
fallback: [utf-8, cp1258]
trust_utf8: true
separators: "UNA:+.? '"
max_segment: 4096
max_defects: 50
messages:
  - {type: CUSCAR, version: D, release: 98B}
  - {type: CUSCAR, version: D, release: 97B, structure: D98B}
  - {type: PAXLST}
"""


def test_every_field_is_read() -> None:
    assert load(WHOLE) == Profile(
        name="Carrier ABC",
        sender="ABCLINE",
        tolerate=frozenset({"edi.unt.count"}),
        refuse=frozenset({"edi.charset.repertoire"}),
        separators=Separators(),
        charset="cp1258",
        fallback=("utf-8", "cp1258"),
        trust_utf8=True,
        messages=(
            Taken("CUSCAR", "D", "98B"),
            Taken("CUSCAR", "D", "97B", "D98B"),
            Taken("PAXLST"),
        ),
        max_segment=4096,
        max_defects=50,
    )


def test_an_empty_mapping_is_the_standard() -> None:
    assert load("{}") == STANDARD


def test_the_profile_decides_what_a_defect_weighs() -> None:
    profile = load(WHOLE)
    assert profile.severity("edi.unt.count") is Severity.WARNING
    assert profile.severity("edi.charset.repertoire") is Severity.ERROR
    assert profile.severity("edi.unz.count") is Severity.ERROR
    assert LENIENT.severity("edi.unz.count") is Severity.WARNING


def test_messages_are_admitted_by_type_version_and_release() -> None:
    profile = load(WHOLE)
    assert profile.taken("CUSCAR", "D", "97B") == Taken("CUSCAR", "D", "97B", "D98B")
    assert profile.taken("PAXLST", "D", "12B") == Taken("PAXLST")
    assert profile.taken("CUSCAR", "D", "03B") is None
    assert STANDARD.taken("ANY", "X", "Y") is not None


def test_the_profile_of_a_sender_is_found_else_the_default() -> None:
    profile = load(WHOLE)
    assert choose([profile, STANDARD], "ABCLINE") is profile
    assert choose([profile, STANDARD], "OTHER") is STANDARD
    assert choose([STANDARD], "", LENIENT) is LENIENT


def test_all_mistakes_are_named_at_once() -> None:
    text = """
nmae: X
sender: 12
tolerate: [edi.unt.count, edi.nonsense, 5]
refuse: [edi.unt.count]
fallback: utf-8
charset: klingon
separators: "UNA:::::'"
trust_utf8: maybe
max_segment: 1
messages: [{version: D}, {type: X, release: 98}]
"""
    with pytest.raises(Invalid) as invalid:
        load(text)
    assert [finding.place for finding in invalid.value.findings] == [
        "nmae", "sender", "tolerate", "tolerate", "separators", "charset", "fallback", "trust_utf8",
        "messages, 1", "messages, 2", "max_segment", "tolerate",
    ]  # fmt: skip
    assert all(finding.vi and finding.en for finding in invalid.value.findings)


@pytest.mark.parametrize("text", ["a: [", "- 1", "just text", "", "[" * 1500, "x" * 70_000])
def test_what_is_no_mapping_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        load(text)


KEYS = st.sampled_from(
    [
        "name",
        "sender",
        "tolerate",
        "refuse",
        "separators",
        "charset",
        "fallback",
        "messages",
        "max_segment",
        "x",
    ]
)
KNOWN = {field.name for field in fields(Profile)}
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(alphabet="edi.untcoa:+'?", max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abtype"), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_yaml_is_a_profile_or_a_refusal(body: dict[str, object]) -> None:
    try:
        found = load(yaml.safe_dump(body, allow_unicode=True))
    except Refused:
        return
    assert set(body) <= KNOWN
    assert isinstance(found, Profile)
