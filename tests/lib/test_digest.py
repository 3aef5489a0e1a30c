"""Canonical bytes have one form for one meaning, and the quick digest is the slow one."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.digest import GENESIS, canonical, event_digest, event_fields, plain
from motcua.lib.errors import Malformed

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LETTERS = 'abĐđệộữẩ"\\/\n\r\t\b\f\x00\x01\x1f\x7f \u0301\u0323\u0300\u0340\u2028ﬁ漢😀é}{,:'
texts = st.text(alphabet=LETTERS, max_size=12)
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, VIETNAM, timezone(timedelta(hours=-3, minutes=-30))]),
)
values = st.recursive(
    scalars | st.decimals(allow_nan=False, allow_infinity=False) | st.dates() | moments,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


class Channel(StrEnum):
    ONLINE = "online"


def an_event(**changes: Any) -> dict[str, Any]:
    return {
        "case": 7,
        "number": 2,
        "kind": "accepted",
        "happened_at": datetime(2026, 7, 1, 8, 0, tzinfo=VIETNAM),
        "recorded_at": datetime(2026, 7, 1, 1, 0, 0, 5, tzinfo=UTC),
        "actor": "officer:12",
        "channel": "online",
        "details": {"office": "34CE", "copies": 1, "urgent": True, "note": None},
        "voids": None,
        "message": None,
        **changes,
    }


def slow_digest(previous: bytes, event: dict[str, Any]) -> bytes:
    return sha256(previous + canonical(event)).digest()


def test_canonical_json_is_sorted_tight_utf8() -> None:
    assert (
        canonical({"b": [1, True, None], "a": "Đệ\n\x01"})
        == '{"a":"Đệ\\n\\u0001","b":[1,true,null]}'.encode()
    )


def test_times_are_written_in_utc_to_the_microsecond_and_dates_as_iso() -> None:
    moment = datetime(2020, 1, 2, 10, 4, 5, tzinfo=VIETNAM)
    assert canonical([moment, date(2020, 1, 2)]) == b'["2020-01-02T03:04:05.000000Z","2020-01-02"]'


def test_the_two_moments_of_a_repeated_hour_stay_two() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2025, 10, 26, 2, 30, tzinfo=berlin)
    assert canonical([first, first.replace(fold=1)]) == (
        b'["2025-10-26T00:30:00.000000Z","2025-10-26T01:30:00.000000Z"]'
    )


def test_a_decimal_keeps_its_digits_as_text() -> None:
    assert canonical({"mass": Decimal("12.50")}) == b'{"mass":"12.50"}'


def test_letters_typed_in_two_ways_give_the_same_bytes() -> None:
    composed, apart = normalize("NFC", "Chi cục Hải quan Đệ"), normalize("NFD", "Chi cục Hải quan Đệ")
    assert composed != apart
    assert canonical({apart: apart}) == canonical({composed: composed})
    assert event_digest(GENESIS, **an_event(actor=apart)) == event_digest(GENESIS, **an_event(actor=composed))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"mass": 1.5}, "mass"),
        ({"a": [{"b": float("nan")}]}, "a[0].b"),
        ({"at": datetime(2020, 1, 2)}, "at"),  # noqa: DTZ001
        ({1: "x"}, ""),
        ({"k": {"ệ": 1, normalize("NFD", "ệ"): 2}}, "k"),
        ({"k": "\ud800"}, "k"),
        ({"k": b"bytes"}, "k"),
        ({"k": {1, 2}}, "k"),
        ({"k": Decimal("NaN")}, "k"),
        ({"k": Decimal("Infinity")}, "k"),
    ],
)
def test_what_has_no_single_form_is_refused_with_its_place_in_two_languages(
    value: object, place: str
) -> None:
    with pytest.raises(Malformed) as refusal:
        canonical(value)
    assert refusal.value.place == place
    assert refusal.value.text != refusal.value.text_en


@given(values)
@settings(max_examples=200, deadline=None)
def test_what_is_stored_as_json_keeps_its_bytes(value: object) -> None:
    try:
        written = canonical(value)
    except Malformed:
        return
    stored = json.loads(json.dumps(plain(value)))
    assert canonical(stored) == written
    assert json.loads(written) == stored


@given(
    st.fixed_dictionaries(
        {
            "case": st.integers(1, 2**63),
            "number": st.integers(1, 1000),
            "kind": texts,
            "happened_at": moments,
            "recorded_at": moments,
            "actor": texts,
            "channel": texts,
            "details": st.dictionaries(texts, scalars | st.lists(scalars, max_size=3) | values, max_size=4),
            "voids": st.none() | st.integers(1, 9),
            "message": st.none() | texts,
        }
    ),
    st.binary(min_size=32, max_size=32),
)
@settings(max_examples=500, deadline=None)
def test_the_quick_digest_is_the_hash_of_the_canonical_event(event: dict[str, Any], previous: bytes) -> None:
    try:
        expected = slow_digest(previous, event)
    except Malformed:
        with pytest.raises(Malformed):
            event_digest(previous, **event)
        return
    assert event_digest(previous, **event) == expected
    assert event_digest(previous, **as_stored(event)) == expected


def as_stored(event: dict[str, Any]) -> dict[str, Any]:
    """The event as it comes back from a store: details in plain JSON, times in UTC."""
    fields = event_fields(**event)
    times = {name: event[name].astimezone(UTC) for name in ("happened_at", "recorded_at")}
    return {**fields, **times}


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"office": "34CE"},
        {"b": 1, "a": 2, "B": 3},
        {"ghi chú": "Bổ sung hóa đơn"},
        {"missing": ["invoice", "bill"], "deep": {"z": [None, {"y": False}]}},
        {"channel": Channel.ONLINE},
        {"mass": Decimal("1.50"), "on": date(2026, 7, 1), "lines": (1, 2)},
        {"escape": "\n\u0301"},
    ],
)
def test_usual_and_unusual_details_take_either_way_to_the_same_digest(details: dict[str, Any]) -> None:
    event = an_event(details=details, channel=Channel.ONLINE)
    assert event_digest(GENESIS, **event) == slow_digest(GENESIS, event)


def test_every_field_and_the_previous_digest_change_the_digest() -> None:
    seen = {event_digest(GENESIS, **an_event()), event_digest(b"\x01" * 32, **an_event())}
    changes: dict[str, Any] = {
        "case": 8,
        "number": 3,
        "kind": "refused",
        "happened_at": datetime(2026, 7, 1, 8, 1, tzinfo=VIETNAM),
        "recorded_at": datetime(2026, 7, 1, 1, 0, 0, 6, tzinfo=UTC),
        "actor": "officer:13",
        "channel": "desk",
        "details": {},
        "voids": 1,
        "message": "m-1",
    }
    for name, value in changes.items():
        seen.add(event_digest(GENESIS, **an_event(**{name: value})))
    assert len(seen) == 2 + len(changes)


def test_a_known_event_has_a_known_digest() -> None:
    """Pins the format: a change here breaks every ledger ever written."""
    written = (
        b'{"actor":"officer:12","case":7,"channel":"online","details":{"copies":1,"note":null,"office":"34CE",'
        b'"urgent":true},"happened_at":"2026-07-01T01:00:00.000000Z","kind":"accepted","message":null,'
        b'"number":2,"recorded_at":"2026-07-01T01:00:00.000005Z","voids":null}'
    )
    assert event_digest(GENESIS, **an_event()) == sha256(bytes(32) + written).digest()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case", True),
        ("case", "7"),
        ("number", None),
        ("kind", None),
        ("actor", 12),
        ("message", 5),
        ("voids", "1"),
        ("happened_at", "2026-07-01T01:00:00.000000Z"),
        ("recorded_at", datetime(2026, 7, 1)),  # noqa: DTZ001
        ("details", ["a"]),
    ],
)
def test_an_event_of_the_wrong_types_is_refused(name: str, value: object) -> None:
    with pytest.raises(Malformed) as refusal:
        event_digest(GENESIS, **an_event(**{name: value}))
    assert refusal.value.place == name


def test_a_float_in_the_details_is_refused() -> None:
    with pytest.raises(Malformed, match="float"):
        event_digest(GENESIS, **an_event(details={"mass": 0.1}))


def test_a_previous_digest_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(Malformed, match="32 bytes"):
        event_digest(b"", **an_event())
