"""Whatever is sent, the answer is an answer: never a fault of ours, never silence, and the bytes are kept."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.dossiers.api_examples import FILING
from motcua.exchange.models import Message
from motcua.exchange.problems import PROBLEMS
from tests.api.conftest import Post

pytestmark = pytest.mark.django_db

# What breaks parsers, databases and terminals: control characters, halves of pairs, accents in parts, signs of JSON and SQL.
NASTY = "aàẫđ0-_./~%'\"\\{}[]\x00\x01\x1f\x7f\u0301\u200f\ud800\udfff😀=+@\t\n"
TEXT = st.text(alphabet=NASTY, max_size=12)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats(allow_nan=False, width=32) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PLACES = st.sampled_from([
    ("procedure",), ("office",), ("applicant",), ("applicant", "name"), ("applicant", "tax_code"), ("principal",),
    ("answers",), ("answers", "copies"), ("answers", "purpose"), ("answers", "declaration"), ("files",),
    ("files", "request"), ("files", "request", "content"), ("files", "request", "name"), ("surprise",),
])  # fmt: skip
_numbers = itertools.count()
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def must_be_an_answer(post: Post, content: bytes) -> None:
    key = f"g{next(_numbers)}"
    answer = post(content, key=key)
    assert answer.status_code in {201, 400, 403, 422}, answer.content
    if answer.status_code != 201:
        problem = answer.json()
        assert problem["code"] in PROBLEMS
        assert problem["code"] != "internal"
        assert problem["detail"]
        assert problem["detail_vi"]
    assert bytes(Message.objects.get(direction="in", reference=key).content) == content


@QUICK
@given(place=PLACES, value=VALUE)
def test_a_filing_with_anything_anywhere_is_answered(place: tuple[str, ...], value: Any, post: Post) -> None:
    body: dict[str, Any] = copy.deepcopy(FILING)
    inside = body
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value
    must_be_an_answer(post, json.dumps(body).encode())


@QUICK
@given(content=st.binary(max_size=60) | VALUE.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_answered(content: bytes, post: Post) -> None:
    must_be_an_answer(post, content)


@QUICK
@given(cut=st.integers(0, 900), byte=st.integers(0, 255))
def test_a_filing_with_one_byte_changed_is_answered(cut: int, byte: int, post: Post) -> None:
    content = bytearray(json.dumps(FILING, ensure_ascii=False).encode())
    content[cut % len(content)] = byte
    must_be_an_answer(post, bytes(content))
