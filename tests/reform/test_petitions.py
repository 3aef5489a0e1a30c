"""Anybody may say what is wrong with a procedure: a number and a date at once, an answer in public, the sender never."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.casework.models import Event
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import ANONYMOUS, Actor
from motcua.people.models import User
from motcua.reform import petitions
from motcua.reform.models import Act, Petition
from tests.reform.conftest import at

pytestmark = pytest.mark.django_db


def sent(**changes: str) -> Petition:
    given = {"kind": "complaint", "text": "Chờ lâu ở quầy", "name": "Vũ Thanh Bình", "contact": "0900000000"}
    return petitions.receive(**{**given, **changes}, actor=ANONYMOUS, at=at(3, 2))  # type: ignore[arg-type]


def test_a_petition_gets_its_number_and_its_date_at_once(people: dict[str, User]) -> None:
    first, second = sent(), sent()
    assert [one.case.reference for one in (first, second)] == ["PAKN-2020-00001", "PAKN-2020-00002"]
    assert first.case.due_at is not None
    assert first.case.due_at.astimezone().date().isoformat() == "2020-03-23"
    assert "Bình" not in str(list(Event.objects.values_list("details", flat=True))) + first.case.label


def test_an_answer_is_public_and_names_nobody(people: dict[str, User], actors: dict[str, Actor]) -> None:
    one = sent()
    for answer in ("Kính gửi ông Vũ Thanh Bình", "Gọi 0900000000"):
        with pytest.raises(Refused, match="names the sender"):
            petitions.answer(one, "Chờ lâu", answer, actor=actors["cuc"], at=at(3, 5))
    petitions.answer(one, "Thời gian chờ ở quầy", "Đã thêm một quầy.", actor=actors["cuc"], at=at(3, 5))
    with pytest.raises(NotAllowed):
        petitions.refuse(one, "unreadable", actor=actors["cuc"], at=at(3, 6))
    for page in ("/petitions/", f"/petitions/{one.case.reference}/"):
        text = Client().get(page).content.decode()
        assert "Đã thêm một quầy." in text
        assert "Bình" not in text
        assert "Chờ lâu ở quầy" not in text


@pytest.mark.parametrize("changes", [{"text": "  "}, {"text": "x" * 4001}, {"procedure": "no/such"}])
def test_what_cannot_be_answered_is_refused_at_the_door(
    people: dict[str, User], changes: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        sent(**changes)
    assert not Petition.objects.exists()


def test_a_flood_is_stopped_but_not_the_desk(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(petitions, "MOST_AN_HOUR", 2)
    sent()
    sent()
    with pytest.raises(Refused, match="Too many"):
        sent()
    desk = Actor("user:1", "Cúc", office="20ZZ")
    assert (
        petitions.receive(kind="proposal", text="x", channel="desk", actor=desk, at=at(3, 2)).case.channel
        == "desk"
    )


def test_a_review_takes_it_up(people: dict[str, User], actors: dict[str, Actor]) -> None:
    one = sent(procedure="tax/refund")
    with pytest.raises(Refused, match="no review"):
        petitions.link(one, "tax/refund", actor=actors["cuc"], at=at(3, 3))
    Act.objects.create(
        kind="review", reference="tax/refund", title="x", planned_on=at(5, 1).date(), recorded_at=at(1, 1)
    )
    petitions.link(one, "tax/refund", actor=actors["cuc"], at=at(3, 3))
    assert Petition.objects.get().review == "tax/refund"


def test_the_form_of_everybody_and_the_desk(people: dict[str, User]) -> None:
    public, clerk = Client(), Client()
    clerk.force_login(people["cuc"])
    assert public.post("/petitions/new/", {"kind": "complaint", "text": ""}).status_code == 422
    there = public.post("/petitions/new/", {"kind": "proposal", "text": "Bỏ bản sao hóa đơn"})
    assert there.status_code == 302
    address = there.headers["Location"]
    assert public.post(f"{address}answer/", {"summary": "x", "answer": "y"}).status_code == 302
    assert Petition.objects.get().case.status == "received"
    assert "Bỏ bản sao hóa đơn" in clerk.get("/petitions/desk/").content.decode()
    assert "Bỏ bản sao hóa đơn" not in public.get(address).content.decode()
    assert (
        clerk.post(f"{address}answer/", {"summary": "Bản sao hóa đơn", "answer": "Sẽ bỏ từ 1/7."}).status_code
        == 302
    )
    assert "Sẽ bỏ từ 1/7." in public.get(address).content.decode()
