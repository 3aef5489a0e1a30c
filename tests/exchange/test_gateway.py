"""What comes in over HTTP is kept byte for byte, told once and for ever, and never silently dropped."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from motcua.exchange import outbox, work
from motcua.exchange.models import Delivery, Handling, Message, Partner
from motcua.people.actor import CLOCK
from motcua.people.api_keys import make_key
from tests.exchange.gateway_cast import CUSCAR, NOW, get, partner, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handlers")]


def test_a_message_is_kept_and_told_with_its_digest() -> None:
    partner()
    answer = post(CUSCAR)
    assert answer.status_code == 202
    body = answer.json()
    message = Message.objects.get()
    assert bytes(message.content) == CUSCAR
    assert (body["message"], body["reference"], body["type"]) == (message.pk, "ACME/REF77", "edifact")
    assert body["sha256"] == hashlib.sha256(CUSCAR).hexdigest()
    assert body["state_url"] == answer["Location"] == f"/exchange/v1/messages/{message.pk}"
    assert bytes(message.acknowledgement) == answer.content
    assert get(body["state_url"]).json()["state"] == "waiting"
    assert get(body["state_url"] + "/content").content == CUSCAR


def test_the_same_bytes_get_the_stored_answer_byte_for_byte_whatever_came_between() -> None:
    partner()
    first = post(CUSCAR)
    while work.process_one(timezone.now()):
        pass
    again = post(CUSCAR)
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Motcua-Repeated"] == "true"
    assert Message.objects.filter(direction="in").count() == 1


def test_other_bytes_under_a_used_reference_are_refused_and_kept_and_shown() -> None:
    partner()
    first = post(CUSCAR)
    other = post(CUSCAR.replace(b"MAN1", b"MAN2"))
    assert other.status_code == 409
    assert other.json()["code"] == "reference-reused"
    kept = Message.objects.get(pk=other.json()["message"])
    assert bytes(kept.content) == CUSCAR.replace(b"MAN1", b"MAN2")
    assert kept.contests_id == first.json()["message"]
    assert kept.handling.state == "refused"
    assert kept.handling.findings[0]["code"] == "reference-reused"
    # The same again is the same refusal, and is kept once.
    again = post(CUSCAR.replace(b"MAN1", b"MAN2"))
    assert (again.status_code, again.content) == (409, other.content)
    assert Message.objects.count() == 2


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\xff\x00", b"PK\x03\x04junk", b"<a", b"[1]", b"{}"])
def test_what_nobody_recognises_is_kept_and_refused_with_a_reason(content: bytes) -> None:
    partner()
    answer = post(content)
    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "unrecognised"
    message = Message.objects.get(pk=body["message"])
    assert bytes(message.content) == content
    assert (message.type, message.handling.state) == ("unknown", "refused")
    state = get(body["state_url"]).json()
    assert state["state"] == "refused"
    assert state["findings"][0]["vi"]


def test_a_sender_may_say_what_it_is_and_its_own_number() -> None:
    partner()
    body = post(b"anything", Motcua_Type="good", Motcua_Reference="N 1").json()
    assert (body["type"], body["reference"]) == ("good", "N 1")
    assert post(b"x", Motcua_Type="BAD TYPE").status_code == 400
    assert post(b"x", Motcua_Reference="r" * 101).status_code == 400
    assert post(CUSCAR, Motcua_Sha256="0" * 64).json()["code"] == "digest-wrong"
    assert Message.objects.count() == 1


def test_the_answer_is_written_with_the_outcome_and_can_be_fetched() -> None:
    partner()
    done = post(b"x", Motcua_Type="good", Motcua_Reference="1").json()
    refused = post(b"x", Motcua_Type="refusing", Motcua_Reference="2").json()
    while work.process_one(timezone.now()):
        pass
    state = get(done["state_url"]).json()
    assert state["state"] == "done"
    (answer,) = state["answers"]
    assert get(answer["url"]).content == b"fine"
    state = get(refused["state_url"]).json()
    assert (state["state"], state["findings"][0]["place"]) == ("refused", "segment 3, element 2, byte 60")
    assert get(state["answers"][0]["url"]).content == b"Wrong in segment 3."
    assert not Partner.objects.filter(code="half-done").exists()


def test_an_answer_that_cannot_be_written_undoes_the_act_and_the_sender_is_not_shown_our_trace() -> None:
    partner()
    told = post(b"x", Motcua_Type="badly-answered", Motcua_Reference="1").json()
    work.process_one(timezone.now())
    handling = Handling.objects.get(pk=told["message"])
    assert handling.state == "stuck"
    assert "ZeroDivisionError" in handling.findings[0]["en"]
    assert not Partner.objects.filter(code__startswith="made-").exists()
    assert not Delivery.objects.exists()
    shown = json.dumps(get(told["state_url"]).json())
    assert "stuck" in shown
    assert "ZeroDivisionError" not in shown


def test_a_polling_partner_takes_what_waits_and_may_say_so_twice() -> None:
    acme, other = partner(), partner("other")
    mine = outbox.send(acme, reference="OUT-1", type="notice", content=b"n1", at=NOW)
    outbox.send(other, reference="OUT-1", type="notice", content=b"n2", at=NOW)
    (line,) = get("/exchange/v1/outbox").json()["messages"]
    assert (line["message"], line["reference"], line["answers"]) == (mine.pk, "OUT-1", None)
    assert get(line["url"]).content == b"n1"
    for _ in range(2):
        assert get(line["taken_url"], method="post").json()["state"] == "delivered"
    assert get("/exchange/v1/outbox").json()["messages"] == []
    assert Delivery.objects.get(message=mine).state == "delivered"


def test_a_stranger_gets_404_and_somebody_without_a_key_401() -> None:
    partner()
    partner("other")
    told = post(CUSCAR).json()
    for address in (told["state_url"], told["state_url"] + "/content"):
        assert get(address, by="other").status_code == 404
        assert get(address, by="nobody").status_code == 401
    assert get(f"/exchange/v1/outbox/{told['message']}/taken", method="post").status_code == 404


def test_an_answer_is_tied_to_what_was_sent_to_this_partner_only() -> None:
    acme, other = partner(), partner("other")
    asked = outbox.send(acme, reference="ASK-1", type="notice", content=b"?", at=NOW)
    wrong = post(b"x", by="other", Motcua_Type="good", Motcua_Reference="1", Motcua_Answers="ASK-1")
    never = post(b"x", Motcua_Type="good", Motcua_Reference="2", Motcua_Answers="ASK-9")
    assert {wrong.status_code, never.status_code} == {422}
    # The sender is not told whether the number is somebody else's; the desk is.
    assert wrong.json()["code"] == never.json()["code"] == "wrong-answer"
    assert Handling.objects.get(pk=wrong.json()["message"]).findings[0]["code"] == "wrong-partner"
    assert Handling.objects.get(pk=never.json()["message"]).findings[0]["code"] == "wrong-answer"
    assert not work.process_one(timezone.now())
    right = post(b"x", Motcua_Type="good", Motcua_Reference="3", Motcua_Answers="ASK-1").json()
    assert Message.objects.get(pk=right["message"]).answers == asked
    # Whoever answers has it, whether or not our own worker ever noted that.
    assert Delivery.objects.get(message=asked).state == "delivered"
    assert other.pk != acme.pk


def test_an_answer_that_comes_twice_acts_once_and_one_that_comes_late_still_counts() -> None:
    acme = partner()
    outbox.send(acme, reference="ASK-1", type="notice", content=b"?", at=NOW - timedelta(days=400))
    for _ in range(2):
        post(b"yes", Motcua_Type="good", Motcua_Reference="A", Motcua_Answers="ASK-1")
    while work.process_one(timezone.now()):
        pass
    assert Partner.objects.filter(code__startswith="made-").count() == 1


def test_who_is_switched_off_or_too_large_or_too_fast_is_told_and_nothing_is_kept() -> None:
    acme = partner(per_minute=2, closed_types=["xml-secret"], largest_bytes=50)
    assert post(b"x" * 51).status_code == 413
    closed = post(b"<secret/>")
    assert (closed.status_code, closed.json()["code"]) == (403, "type-off")
    busy = post(b"<a/>")
    assert (busy.status_code, busy.json()["code"]) == (429, "too-many")
    assert 1 <= int(busy["Retry-After"]) <= 60
    Partner.objects.filter(pk=acme.pk).update(active=False, per_minute=None)
    assert post(b"<a/>").json()["code"] == "partner-off"
    assert not Message.objects.exists()


def test_a_daily_quota_ends_with_the_day() -> None:
    partner(per_day=1)
    assert post(b"<a/>").status_code == 202
    busy = post(b"<b/>")
    assert busy.status_code == 429
    assert 60 <= int(busy["Retry-After"]) <= 86_400


def test_a_firm_sends_messages_with_the_key_it_files_dossiers_with() -> None:
    acme = partner()
    assert acme.organisation_id
    _, text = make_key(acme.organisation_id, "Phần mềm", actor=CLOCK, at=NOW)
    answer = post(CUSCAR, Authorization=f"Bearer {text}")
    assert answer.status_code == 202
    assert Message.objects.get().partner.code == f"org-{acme.organisation_id}"


def test_a_reference_goes_out_once() -> None:
    acme = partner()
    first = outbox.send(acme, reference="R", type="t", content=b"1", at=NOW)
    assert outbox.send(acme, reference="R", type="t", content=b"1", at=NOW).pk == first.pk
    with pytest.raises(outbox.Duplicate):
        outbox.send(acme, reference="R", type="t", content=b"2", at=NOW)
    assert Delivery.objects.count() == 1
