"""An application is lodged once: checked whole, numbered, tied to its declaration, sent, and never asked for twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from motcua.casework.models import Link
from motcua.casework.recount import recount
from motcua.exchange.models import Message
from motcua.lib import nsw_envelope
from motcua.lib.errors import Invalid, NotAllowed
from motcua.nsw import acts, applications
from motcua.nsw.doing import Doing
from motcua.nsw.messages.bodies import read_application
from motcua.people.actor import Actor
from motcua.people.models import User
from tests.nsw.nsw_cast import (
    KEY,
    NOW,
    SHRIMP,
    actor_of,
    application,
    declared,
    lodged,
    ministry,
    passed,
    say,
)

OFFICER = Actor("user:0", "Nga")


def test_an_application_becomes_a_case_with_its_file_code_and_its_declaration(cast: dict[str, User]) -> None:
    declared(KEY)
    inspection = lodged(cast["lan"])
    assert inspection.file_code == "BNNPTNT25205000001"
    assert (inspection.ministry, inspection.mode, inspection.rule) == ("MARD", "normal", "aquatic-products")
    assert inspection.case.status == "waiting"
    assert inspection.case.limit_text
    assert Link.objects.filter(source=inspection.case, target__reference=KEY, kind="inspects").count() == 1
    assert lodged(cast["lan"]).file_code == "BNNPTNT25205000002"
    assert recount().wrong == 0


def test_the_ministry_gets_it_over_the_wire_as_it_was_lodged(cast: dict[str, User]) -> None:
    ministry()
    inspection = lodged(cast["lan"])
    message = Message.objects.get(direction="out")
    envelope = nsw_envelope.require(nsw_envelope.read(bytes(message.content)))
    assert (envelope.header.type, envelope.header.function, envelope.header.reference) == (
        "10",
        "01",
        inspection.file_code,
    )
    assert envelope.header.receiver.ministry == "BNNPTNT"
    assert envelope.content is not None
    got, findings = read_application(envelope.content)
    assert findings == []
    assert got.lines == (SHRIMP,)
    assert got.facts == application().facts
    assert (got.purpose, got.tax_code, got.file_code) == ("food", "9900000016", inspection.file_code)


def test_a_ministry_without_a_system_gets_no_message_and_still_has_its_worklist(
    cast: dict[str, User],
) -> None:
    assert lodged(cast["lan"]).case.holder == "ministry"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_type": "XYZ25"}, "nsw-document-type"),
        ({"purpose": "eating"}, "nsw-purpose"),
        ({"applicant": " "}, "nsw-applicant"),
        ({"tax_code": "123"}, "nsw-tax-code"),
        ({"lines": ()}, "nsw-lines"),
        ({"lines": (replace(SHRIMP, hs_code="03"),)}, "nsw-hs"),
        ({"lines": (replace(SHRIMP, origin="XX"),)}, "nsw-origin"),
        ({"lines": (replace(SHRIMP, quantity=Decimal(0)),)}, "nsw-quantity"),
        ({"lines": (replace(SHRIMP, unit=""),)}, "nsw-unit"),
        ({"lines": (replace(SHRIMP, declaration_key="12"),)}, "nsw-declaration"),
        ({"lines": (SHRIMP, SHRIMP)}, "nsw-line-repeated"),
        ({"facts": {"port": "X"}}, "nsw-port"),
        ({"facts": {"arrives_on": "soon"}}, "nsw-date"),
        ({"facts": {"colour": "red"}}, "nsw-fact"),
        ({"lines": (replace(SHRIMP, hs_code="44219900"),)}, "nsw-not-needed"),
        ({"document_type": "BYT0300005"}, "nsw-not-needed"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    cast: dict[str, User], changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        lodged(cast["lan"], **changes)
    assert code in {finding.code for finding in caught.value.findings}
    assert not Message.objects.exists()


def test_all_faults_come_at_once(cast: dict[str, User]) -> None:
    with pytest.raises(Invalid) as caught:
        lodged(cast["lan"], tax_code="1", lines=(replace(SHRIMP, origin="XX", unit=""),))
    assert {"nsw-tax-code", "nsw-origin", "nsw-unit"} <= {finding.code for finding in caught.value.findings}


def test_exempt_goods_need_no_application(cast: dict[str, User]) -> None:
    line = replace(SHRIMP, hs_code="21069090", origin="CN")
    with pytest.raises(NotAllowed, match="exempt"):
        lodged(cast["lan"], document_type="BYT0300005", purpose="export-processing", lines=(line,))


def test_the_next_application_is_filled_in_from_the_last_and_from_the_declaration(
    cast: dict[str, User],
) -> None:
    declared(KEY)
    lodged(cast["lan"])
    lan = cast["lan"]
    filled = applications.prefill(lan.organisation_id, "9900000016", "BNNPTNT2500009", declaration=f"{KEY}0")
    assert filled.facts["exporter"] == "Ocean Foods Pvt"
    assert filled.facts["bill"] == "HLCU 123"
    assert filled.purpose == "food"
    assert filled.office == "20BB"
    (line,) = filled.lines
    assert (line.hs_code, line.origin, line.quantity, line.declaration_key) == (
        "03061729",
        "IN",
        Decimal(1000),
        KEY,
    )


def test_another_firm_is_told_nothing_of_it(cast: dict[str, User]) -> None:
    declared(KEY)
    lodged(cast["lan"])
    filled = applications.prefill(
        cast["binh"].organisation_id, "9900000030", "BNNPTNT2500009", declaration=KEY
    )
    assert filled.lines == ()
    assert filled.facts == {}


def test_five_lots_that_passed_make_the_sixth_reduced_and_one_that_failed_makes_it_strict(
    cast: dict[str, User],
) -> None:
    def settle(number: int, outcome: str) -> str:
        at = NOW + timedelta(days=number)
        inspection = lodged(cast["lan"], at)
        say(inspection.file_code, ("12", "21"), at=at + timedelta(minutes=1))
        say(
            inspection.file_code, ("19", "04"), passed(number=f"{number}/KQ", outcome=outcome, covers=()),
            at=at + timedelta(minutes=2),
        )  # fmt: skip
        return inspection.mode

    modes = [settle(number, "passed") for number in range(6)]
    assert modes == ["normal"] * 5 + ["reduced"]
    assert settle(6, "failed") == "reduced"
    assert settle(7, "passed") == "strict"


def test_four_kinds_of_supplement_are_told_apart_and_each_goes_back_where_it_came_from(
    cast: dict[str, User],
) -> None:
    ministry()
    inspection = lodged(cast["lan"])
    case, lan = inspection.case, actor_of(cast["lan"])
    at = NOW

    def later() -> Doing:
        nonlocal at
        at += timedelta(minutes=10)
        return Doing.here(OFFICER, at)

    def ask(desk: str) -> tuple[str, str]:
        event = acts.ask_supplement(inspection, later(), text="Thiếu giấy kiểm dịch", desk=desk)
        return event.kind, event.details["desk"]

    def give() -> str:
        later()
        applications.supplement(inspection, text="Đã bổ sung", actor=lan, at=at)
        return str(case.status)

    assert ask("one-stop") == ("completion_requested", "one-stop")
    assert case.status == "incomplete"
    assert give() == "waiting"
    acts.accept(inspection, later())
    for desk in ("one-stop", "specialist"):
        assert ask(desk) == ("supplement_requested", desk)
        assert case.paused_for == ["supplement"]
        assert give() == "accepted"
    acts.confirm(inspection, later())
    assert case.status == "awaiting_conformity"
    later()
    applications.submit_conformity(inspection, outcome="passed", number="77/VN", text="", actor=lan, at=at)
    assert case.status == "assessing"
    assert ask("specialist") == ("result_supplement_requested", "specialist")
    assert give() == "assessing"
    sent = [
        nsw_envelope.read(bytes(one.content)).header
        for one in Message.objects.filter(direction="out").order_by("pk")
    ]
    assert [(one.type, one.function) for one in sent] == [
        ("10", "01"), ("10", "02"), ("10", "02"), ("10", "02"), ("17", "01"), ("17", "02"),
    ]  # fmt: skip
    assert {remark.text for remark in case.remarks.all()} == {"Thiếu giấy kiểm dịch", "Đã bổ sung"}


def test_nobody_can_supplement_what_was_not_asked_for(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    with pytest.raises(NotAllowed):
        applications.supplement(inspection, text="x", actor=actor_of(cast["lan"]), at=NOW)


def test_before_acceptance_one_withdraws_and_afterwards_one_asks(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    applications.withdraw(
        inspection, reason="Hàng không về", actor=actor_of(cast["lan"]), at=NOW + timedelta(minutes=1)
    )
    assert inspection.case.status == "withdrawn"
    other = lodged(cast["lan"])
    acts.accept(other, Doing.here(OFFICER, NOW + timedelta(minutes=1)))
    with pytest.raises(NotAllowed, match="cancel"):
        applications.withdraw(other, reason="x", actor=actor_of(cast["lan"]), at=NOW + timedelta(minutes=2))
