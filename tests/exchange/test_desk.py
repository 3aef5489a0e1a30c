"""The message desk: exact counts, a page that marks the fault, acts that are kept, and nothing for strangers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from motcua.exchange import desk, outbox, queries, work
from motcua.exchange.gateway import take_in
from motcua.exchange.models import Delivery, DeskAct, Handling, Message, Partner
from motcua.exchange.queries import Filters, Tab
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from motcua.people.permissions import Reach
from tests.exchange.gateway_cast import CUSCAR, NOW, partner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handlers")]

DUNG = Actor("user:7", "Dũng")
ALL = Reach(everything=True)


@pytest.fixture
def people() -> dict[str, User]:
    return ensure_cast()


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def refused(acme: Partner, reference: str = "R1", content: bytes = b"bad") -> Message:
    message = take_in(acme, content, at=NOW, type="refusing", reference=reference).message
    while work.process_one(NOW):
        pass
    return Message.objects.get(pk=message.pk)


def state(message: Message) -> str:
    return str(Handling.objects.get(pk=message.pk).state)


def test_a_mended_message_is_a_new_one_and_the_old_one_stays_byte_for_byte() -> None:
    acme = partner()
    old = refused(acme)
    new = desk.repair(old, content=b"good", type="good", actor=DUNG, at=NOW, reason="Sửa số vận đơn")
    work.process_one(NOW)
    assert (state(old), state(new)) == ("repaired", "done")
    assert (new.repairs, new.reference, bytes(Message.objects.get(pk=old.pk).content)) == (
        old,
        "R1/r1",
        b"bad",
    )
    assert list(DeskAct.objects.values_list("message", "kind", "actor", "reason")) == [
        (old.pk, "repaired", "user:7", "Sửa số vận đơn")
    ]
    with pytest.raises(NotAllowed):
        desk.repair(old, content=b"other", actor=DUNG, at=NOW)


def test_mending_nothing_or_into_too_much_is_refused() -> None:
    acme = partner(largest_bytes=10)
    old = refused(acme)
    with pytest.raises(Refused, match="Nothing was changed"):
        desk.repair(old, content=b"bad", actor=DUNG, at=NOW)
    with pytest.raises(NotAllowed, match="Split"):
        desk.repair(old, content=b"x" * 11, actor=DUNG, at=NOW)
    assert state(old) == "refused"


def test_what_nobody_recognised_is_recognised_once_it_is_mended() -> None:
    old = take_in(partner(), b"no idea", at=NOW).message
    new = desk.repair(old, content=CUSCAR, actor=DUNG, at=NOW, reason="x")
    assert new.type == "edifact"


def test_a_stuck_message_is_processed_again_when_the_fault_is_mended() -> None:
    acme = partner()
    message = take_in(acme, b"x", at=NOW, type="badly-answered", reference="1").message
    work.process_one(NOW)
    assert state(message) == "stuck"
    work.answerer.cache_clear()
    from django.conf import settings

    settings.ANSWERS.pop("badly-answered")
    desk.replay(Message.objects.get(pk=message.pk), actor=DUNG, at=NOW)
    work.process_one(NOW)
    assert state(message) == "done"
    with pytest.raises(NotAllowed):
        desk.replay(Message.objects.get(pk=message.pk), actor=DUNG, at=NOW)


def test_what_was_refused_at_the_door_for_its_number_is_never_let_in_by_a_replay() -> None:
    acme = partner()
    take_in(acme, b"one", at=NOW, type="good", reference="1")
    contest = take_in(acme, b"two", at=NOW, type="good", reference="1").message
    with pytest.raises(NotAllowed, match="at the door"):
        desk.replay(Message.objects.get(pk=contest.pk), actor=DUNG, at=NOW)


def test_giving_up_needs_a_reason_which_the_sender_reads() -> None:
    message = refused(partner())
    with pytest.raises(Refused, match="reason"):
        desk.give_up(message, actor=DUNG, at=NOW, reason="  ")
    desk.give_up(message, actor=DUNG, at=NOW, reason="Đã nộp bản giấy")
    assert state(message) == "given_up"
    assert Handling.objects.get(pk=message.pk).findings[0]["vi"] == "Đã nộp bản giấy"


def test_a_dead_letter_gets_another_72_hours() -> None:
    acme = partner()
    letter = outbox.send(acme, reference="O", type="t", content=b"x", at=NOW)
    Delivery.objects.filter(message=letter).update(
        state="dead", finished_at=NOW + timedelta(hours=73), attempts=40
    )
    later = NOW + timedelta(days=5)
    desk.resend(letter, actor=DUNG, at=later)
    delivery = Delivery.objects.get(message=letter)
    assert (delivery.state, delivery.queued_at, delivery.attempts) == ("waiting", later, 0)


def test_what_was_done_cannot_be_changed() -> None:
    desk.give_up(refused(partner()), actor=DUNG, at=NOW, reason="x")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update exchange_deskact set reason = 'y'")


def test_the_counts_are_the_lists() -> None:
    acme, other = partner(), partner("other")
    for number in range(3):
        refused(acme, f"R{number}")
    refused(other, "R0")
    take_in(acme, b"x", at=NOW, type="good", reference="W")
    outbox.send(acme, reference="O", type="t", content=b"x", at=NOW)
    dead = outbox.send(acme, reference="D", type="t", content=b"x", at=NOW)
    Delivery.objects.filter(message=dead).update(state="dead", finished_at=NOW)
    for filters in (Filters(), Filters(partner="acme"), Filters(direction="out"), Filters(type="refusing")):
        counts = queries.counts(ALL, filters)
        assert counts == {tab: queries.messages(ALL, filters, tab).count() for tab in Tab}
    # The refused ones were answered, so four answers wait as well.
    assert queries.counts(ALL, Filters()) == {"stuck": 0, "dead": 1, "refused": 4, "waiting": 6, "all": 11}


def test_the_page_marks_the_segment_and_says_why_in_both_languages(people: dict[str, User]) -> None:
    acme = partner()
    message = take_in(acme, CUSCAR, at=NOW, type="refusing", reference="1").message
    work.process_one(NOW)
    client = browser(people["dung"])
    page = client.get(f"/exchange/desk/{message.pk}/").content.decode()
    assert "Sai ở đoạn 3." in page
    assert 'id="fault-1"' in page
    client.cookies["django_language"] = "en"
    page = client.get(f"/exchange/desk/{message.pk}/").content.decode()
    assert "Wrong in segment 3." in page
    answer = client.get(f"/exchange/desk/{message.pk}/content")
    assert answer.content == CUSCAR
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_message_is_mended_and_followed_on_the_pages(people: dict[str, User]) -> None:
    acme = partner()
    message = refused(acme, content=b"line one\r\nline two")
    client = browser(people["dung"])
    assert "line one" in client.get(f"/exchange/desk/{message.pk}/repair/").content.decode()
    assert client.post(f"/exchange/desk/{message.pk}/repair/", {"content": "x"}).status_code == 422
    answer = client.post(
        f"/exchange/desk/{message.pk}/repair/", {"content": "line 1\r\nline two", "reason": "gõ nhầm"}
    )
    assert answer.status_code == 302
    new = Message.objects.get(repairs=message)
    # Line ends stay those of the original, which a browser would change.
    assert bytes(new.content) == b"line 1\r\nline two"
    page = client.get(answer["Location"]).content.decode()
    assert message.reference in page
    assert "gõ nhầm" in client.get(f"/exchange/desk/{message.pk}/").content.decode()


def test_acts_on_the_pages_are_kept_under_the_persons_key(people: dict[str, User]) -> None:
    acme = partner()
    message = refused(acme)
    client = browser(people["dung"])
    assert client.post(f"/exchange/desk/{message.pk}/replay/").status_code == 302
    while work.process_one(timezone.now()):
        pass
    assert client.post(f"/exchange/desk/{message.pk}/give-up/", {"reason": ""}).status_code == 422
    assert client.post(f"/exchange/desk/{message.pk}/give-up/", {"reason": "thôi"}).status_code == 302
    assert list(DeskAct.objects.values_list("kind", "actor")) == [
        ("replayed", people["dung"].key), ("given_up", people["dung"].key)
    ]  # fmt: skip


def test_a_firm_sees_its_own_messages_and_nobody_elses(people: dict[str, User]) -> None:
    lans = Partner.objects.create(code="lan", name="Lan", organisation=people["lan"].organisation)
    binhs = Partner.objects.create(code="binh", name="Bình", organisation=people["binh"].organisation)
    mine, foreign = refused(lans), refused(binhs)
    client = browser(people["lan"])
    assert client.get(f"/exchange/desk/{mine.pk}/").status_code == 200
    for page in ("", "content", "repair/"):
        assert client.get(f"/exchange/desk/{foreign.pk}/{page}").status_code == 404
    assert client.post(f"/exchange/desk/{mine.pk}/replay/").status_code == 404
    listed = client.get("/exchange/desk/?tab=all").content.decode()
    assert f"/exchange/desk/{mine.pk}/" in listed
    assert f"/exchange/desk/{foreign.pk}/" not in listed


def test_a_trace_of_ours_is_shown_to_the_administrator_only(people: dict[str, User]) -> None:
    lans = Partner.objects.create(code="lan", name="Lan", organisation=people["lan"].organisation)
    message = take_in(lans, b"x", at=NOW, type="badly-answered", reference="1").message
    work.process_one(NOW)
    shown = {
        name: "ZeroDivisionError"
        in browser(people[name]).get(f"/exchange/desk/{message.pk}/").content.decode()
        for name in ("lan", "dung", "phuc")
    }
    assert shown == {"lan": False, "dung": False, "phuc": True}


def test_the_administrator_makes_a_partner_with_a_key_shown_once(people: dict[str, User]) -> None:
    client = browser(people["phuc"])
    firm = people["lan"].organisation
    assert firm
    given = {
        "code": "acme", "name": "Hãng ACME", "organisation": firm.tax_code, "transport": "https",
        "settings": json.dumps({"url": "ftp://x"}),
    }  # fmt: skip
    wrong = client.post("/exchange/partners/new/", given)
    assert wrong.status_code == 422
    assert "https://" in wrong.content.decode()
    given["settings"] = json.dumps({"url": "https://acme.example/in"})
    assert client.post("/exchange/partners/new/", given)["Location"] == "/exchange/partners/acme/"
    page = client.post("/exchange/partners/acme/keys/", {"label": "máy chủ"})
    key = page.content.decode().split("motcua_")[1].split("<")[0]
    assert key not in client.get("/exchange/partners/acme/").content.decode()
    sent = Client().post(
        "/exchange/v1/messages", CUSCAR, content_type="x/y", headers={"Authorization": f"Bearer motcua_{key}"}
    )
    assert sent.status_code == 202
    client.post("/exchange/partners/acme/switch/", {"active": "0"})
    again = Client().post(
        "/exchange/v1/messages", CUSCAR, content_type="x/y", headers={"Authorization": f"Bearer motcua_{key}"}
    )
    assert again.json()["code"] == "partner-off"
    acme = Partner.objects.get(code="acme")
    client.post(f"/exchange/partners/acme/keys/{acme.keys.get().pk}/end/")
    assert acme.keys.get().revoked_by == people["phuc"].key
    assert acme.changes.count() == 4
    assert browser(people["lan"]).get("/exchange/partners/").status_code == 404


def test_the_lists_ask_the_same_however_long_they_are(
    people: dict[str, User], django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    acme = partner()
    for number in range(30):
        refused(acme, f"R{number}")
    client = browser(people["dung"])
    client.get("/exchange/desk/")
    with django_assert_max_num_queries(14):
        client.get("/exchange/desk/?tab=refused")
    with django_assert_max_num_queries(24):
        client.get("/exchange/partners/")
