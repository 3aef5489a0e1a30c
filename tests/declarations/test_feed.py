"""The customs core's feed: what it opens, what it carries on, and every way it can be wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.casework.models import Case
from motcua.casework.recount import recount
from motcua.declarations.documents import parse
from motcua.declarations.feed import TYPE
from motcua.declarations.models import Declaration
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process_one
from motcua.lib.errors import Invalid, Malformed, Refused

NIGHT = datetime(2020, 3, 2, 16, 55, tzinfo=UTC)


def step(kind: str, clock: str, **details: Any) -> dict[str, Any]:
    return {"kind": kind, "at": f"2020-03-02T{clock}:00+07:00", **details}


def declaration(number: str = "102400000010", *steps: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": number, "flow": "import", "regime": "A11", "tax_code": "0100047516", "hs_code": "03061700",
        "events": list(steps) or [step("registered", "08:00"), step("channelled", "08:01", channel=2)],
    }  # fmt: skip


def body(*declarations: dict[str, Any]) -> bytes:
    return json.dumps({"office": "20BB", "day": "2020-03-02", "declarations": list(declarations)}).encode()


@pytest.fixture
def core(db: None) -> Partner:
    return Partner.objects.create(code="customs-core", name="Core")


def told(core: Partner, reference: str, content: bytes, at: datetime = NIGHT) -> Handling:
    message = receive(core, reference=reference, type=TYPE, content=content, at=at).message
    process_one(at)
    return Handling.objects.get(message=message)


def test_a_night_opens_declarations_as_cases_received_online(core: Partner) -> None:
    assert told(core, "1", body(declaration())).state == "done"
    case = Case.objects.get(reference="10240000001")
    assert (case.kind, case.channel, case.office, case.status) == (
        "declaration",
        "online",
        "20BB",
        "checking",
    )
    assert case.received_at == datetime(2020, 3, 2, 1, 0, tzinfo=UTC)
    assert case.due_at is not None
    assert Declaration.objects.get(case=case).first_channel == 2
    assert {event.recorded_at for event in case.events.all()} == {NIGHT}


def test_the_next_night_carries_it_on_whatever_the_amendment_digit(core: Partner) -> None:
    told(core, "1", body(declaration()))
    later = {"number": "102400000013", "events": [step("released", "16:00")]}
    assert told(core, "2", body(later)).state == "done"
    case = Case.objects.get()
    assert (case.status, case.outcome, case.verdict) == ("released", "released", "early")
    assert recount().wrong == 0


def test_the_same_night_sent_again_changes_nothing(core: Partner) -> None:
    content = body(declaration())
    told(core, "1", content)
    told(core, "1", content)
    assert Case.objects.count() == 1


def test_a_declaration_opened_twice_is_refused_by_number_and_nothing_of_the_night_stays(
    core: Partner,
) -> None:
    told(core, "1", body(declaration()))
    handling = told(core, "2", body(declaration("102400000999"), declaration()))
    assert handling.state == "refused"
    assert "10240000001" in handling.findings[0]["en"]
    assert Case.objects.count() == 1


def test_events_of_a_declaration_nobody_opened_are_refused_by_number(core: Partner) -> None:
    handling = told(core, "1", body({"number": "102400000555", "events": [step("released", "16:00")]}))
    assert handling.state == "refused"
    assert "10240000055" in handling.findings[0]["place"]


def test_an_event_that_does_not_fit_names_the_declaration(core: Partner) -> None:
    wrong = declaration("102400000010", step("registered", "08:00"), step("gone", "09:00"))
    handling = told(core, "1", body(wrong))
    assert handling.state == "refused"
    assert "10240000001" in handling.findings[0]["place"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"\xff\xfe", "byte 0"),
        (b'{"declarations": [', "line 1"),
        (b"[]", "declarations"),
        (b'{"office": "20BB"}', "declarations"),
    ],
)
def test_bytes_that_are_no_feed_say_where(content: bytes, where: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(content)
    assert where in refused.value.place


def test_every_fault_of_a_night_comes_at_once_with_its_place() -> None:
    content = body(
        declaration("12345"), declaration("102400000010", {"kind": "flown", "at": "2020-03-02T08:00:00+07:00"}),
        declaration("102400000020", {"kind": "registered", "at": "2020-03-02 08:00"}),
        {**declaration("102400000030"), "flow": "sideways"}, {"number": "102400000040", "events": []},
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        parse(content)
    places = [finding.place for finding in refused.value.findings]
    assert "declarations[0].number" in places
    assert "declarations[1].events[0]" in places
    assert "declarations[2].events[0].at" in places
    assert "declarations[3].flow" in places
    assert "declarations[4].events" in places
    assert all(finding.vi and finding.en for finding in refused.value.findings)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("aZ0{}:Đ é'", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["declarations", "number", "events", "kind", "at", "office", "day", "x"]), inner, max_size=5
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_whatever_break_the_reader(content: bytes) -> None:
    # Refused is an answer; anything else would be our fault.
    with suppress(Refused):
        parse(content)


def test_lines_and_papers_may_come_along_and_those_of_the_last_amendment_count(core: Partner) -> None:
    from motcua.declarations import queries

    rich = declaration() | {
        "lines": [
            {
                "number": 1,
                "hs_code": "0306.17.29",
                "origin": "IN",
                "quantity": 1000,
                "unit": "KGM",
                "value": "8200.5",
            }
        ],
        "references": [{"kind": "bill", "number": "HLCU 123-45"}],
    }
    assert told(core, "1", body(rich)).state == "done"
    found = queries.by_bill("hlcu12345")
    assert [one.key for one in found] == ["10240000001"]
    assert [line.quantity for line in queries.lines_of(found[0])] == [1000]
    later = {
        "number": "102400000011", "events": [step("amended", "09:00", digit=1)],
        "lines": [{"number": 1, "hs_code": "03061729", "origin": "IN", "quantity": 900, "unit": "KGM"}],
    }  # fmt: skip
    assert told(core, "2", body(later)).state == "done"
    assert [line.quantity for line in queries.lines_of(found[0])] == [900]
    assert queries.number_of(found[0]) == "102400000011"
    assert [one.channel for one in queries.channels_of(found[0].case)] == [2]
    assert queries.times_of(found[0].case).registered_at is not None


def test_lines_that_cannot_be_are_named_with_their_place() -> None:
    wrong = declaration() | {
        "lines": [{"number": 0}, {"hs_code": "03", "origin": "XX", "quantity": "much"}, 7],
        "references": [{"kind": "letter", "number": "1"}, {"kind": "bill"}],
    }
    with pytest.raises(Invalid) as caught:
        parse(body(wrong))
    assert [(one.code, one.place) for one in caught.value.findings] == [
        ("feed-line-number", "declarations[0].lines[0].number"),
        ("feed-code", "declarations[0].lines[1].hs_code"),
        ("feed-code", "declarations[0].lines[1].origin"),
        ("feed-number", "declarations[0].lines[1].quantity"),
        ("feed-lines", "declarations[0].lines[2]"),
        ("feed-reference", "declarations[0].references[0]"),
        ("feed-reference", "declarations[0].references[1]"),
    ]


def test_nobody_but_the_core_tells_of_declarations(db: None) -> None:
    carrier = Partner.objects.create(code="carrier-7", name="Carrier")
    handling = told(carrier, "1", body(declaration()))
    assert handling.state == "refused"
    assert "carrier-7" in handling.findings[0]["en"]
    assert not Case.objects.exists()
