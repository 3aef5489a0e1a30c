"""A firm's requests have a life of their own: what is declined leaves the inspection where it stood."""

from __future__ import annotations

import pytest

from motcua.exchange.models import Message
from motcua.lib import nsw_envelope
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.nsw import requests
from motcua.nsw.documents import Notice
from motcua.nsw.doing import Doing
from motcua.nsw.models import Inspection, Request
from motcua.people.actor import Actor
from motcua.people.models import User
from tests.nsw.nsw_cast import HOUR, NOW, actor_of, lodged, ministry, passed, say

OFFICER = Actor("user:0", "Nga")


def ask(inspection: Inspection, user: User, kind: str = "edit", **changes: str) -> Request:
    return requests.ask(
        inspection, kind, reason="Khai nhầm vận đơn", changes=changes, actor=actor_of(user), at=NOW + HOUR
    )


def test_an_edit_that_is_agreed_changes_the_facts_and_one_that_is_declined_does_not(
    cast: dict[str, User],
) -> None:
    inspection = lodged(cast["lan"])
    first = ask(inspection, cast["lan"], bill="MAEU9")
    requests.decline(first, Doing.here(OFFICER, NOW + 2 * HOUR), text="Vận đơn đã đúng")
    inspection.refresh_from_db()
    assert (first.case.status, inspection.facts["bill"], inspection.case.status) == (
        "declined",
        "HLCU123",
        "waiting",
    )
    second = ask(inspection, cast["lan"], bill="MAEU9")
    assert second.case.reference == f"{inspection.file_code}/Y2"
    requests.take_up(second, Doing.here(OFFICER, NOW + 3 * HOUR))
    requests.agree(second, Doing.here(OFFICER, NOW + 4 * HOUR))
    inspection.refresh_from_db()
    assert (second.case.status, inspection.facts["bill"]) == ("agreed", "MAEU9")


def test_a_cancellation_that_is_agreed_withdraws_the_inspection(cast: dict[str, User]) -> None:
    ministry()
    inspection = lodged(cast["lan"])
    request = ask(inspection, cast["lan"], "cancel")
    sent = nsw_envelope.read(bytes(Message.objects.filter(direction="out").order_by("-pk")[0].content))
    assert (sent.header.type, sent.header.function) == ("11", "03")
    answer = say(inspection.file_code, ("11", "21"), Notice("agree", request="Y1"), at=NOW + 2 * HOUR)
    assert answer.state == "done", answer.findings
    request.case.refresh_from_db()
    assert request.case.status == "agreed"
    assert Inspection.objects.get(pk=inspection.pk).case.status == "withdrawn"


def test_a_certificate_is_changed_only_once_there_is_one(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    with pytest.raises(NotAllowed):
        ask(inspection, cast["lan"], "certificate")
    say(inspection.file_code, ("12", "21"), at=NOW + HOUR)
    say(inspection.file_code, ("19", "04"), passed(covers=()), at=NOW + HOUR)
    inspection.case.refresh_from_db()
    request = requests.ask(
        inspection,
        "certificate",
        reason="Sai tên",
        changes={},
        actor=actor_of(cast["lan"]),
        at=NOW + 2 * HOUR,
    )
    refused = say(inspection.file_code, ("11", "26"), Notice("decline", text="Không sai"), at=NOW + 3 * HOUR)
    assert refused.state == "done", refused.findings
    request.refresh_from_db()
    assert (request.case.status, request.answer) == ("declined", "Không sai")


def test_one_asks_once_at_a_time_and_with_a_reason(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    request = ask(inspection, cast["lan"], bill="X")
    with pytest.raises(NotAllowed):
        ask(inspection, cast["lan"], bill="Y")
    requests.take_back(request, actor=actor_of(cast["lan"]), at=NOW + 2 * HOUR)
    assert request.case.status == "taken_back"
    with pytest.raises(Invalid):
        ask(inspection, cast["lan"], colour="red")
    with pytest.raises(Refused):
        ask(inspection, cast["lan"])


def test_an_answer_to_no_request_is_refused(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    handling = say(inspection.file_code, ("11", "21"), Notice("agree"), at=NOW + HOUR)
    assert handling.state == "refused"
