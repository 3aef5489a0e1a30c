"""A firm says who acts for it, and nobody else does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from motcua.lib.errors import NotAllowed
from motcua.people import actions
from motcua.people.actor import Actor
from motcua.people.models import Mandate, RoleGrant, User
from motcua.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.people.urls")]
KHANH, BINH, MINH, LABORATORY = "9900000055", "9900000030", "9900000023", "9900000062"


def today() -> date:
    return timezone.localdate()


def give(client: Client, tax_code: str, **more: str) -> object:
    return client.post("/mandates/grant/", {"tax_code": tax_code, "valid_from": today().isoformat(), **more})


def page_says(answer: object, text: str) -> bool:
    return answer.status_code == 422 and text in answer.content.decode()  # type: ignore[attr-defined]


def test_a_mandate_opens_and_revoking_it_closes_at_once(lan: Client, people: dict[str, User]) -> None:
    khanh = Actor.of(people["khanh"], today())
    lans = people["lan"].organisation_id
    assert lans not in khanh.acts_for(today())
    assert give(lan, KHANH).status_code == 302  # type: ignore[attr-defined]
    assert lans in khanh.acts_for(today())
    mandate = Mandate.objects.get(agent=people["khanh"].organisation)
    assert (mandate.granted_by, mandate.principal_id) == (people["lan"].key, lans)
    lan.post(f"/mandates/{mandate.pk}/revoke/")
    assert lans not in khanh.acts_for(today())
    mandate.refresh_from_db()
    assert mandate.revoked_by == people["lan"].key


def test_revoking_twice_keeps_the_first_moment(lan: Client, people: dict[str, User]) -> None:
    mandate = Mandate.objects.get()
    lan.post(f"/mandates/{mandate.pk}/revoke/")
    first = Mandate.objects.get().revoked_at
    answer = lan.post(f"/mandates/{mandate.pk}/revoke/", follow=True)
    assert "đã được thu hồi trước đó" in answer.content.decode()
    assert Mandate.objects.get().revoked_at == first


def test_the_same_mandate_is_not_given_twice(lan: Client) -> None:
    assert page_says(give(lan, MINH), "đã được ủy quyền")
    assert Mandate.objects.count() == 1


def test_a_mandate_may_be_narrowed_to_procedures_that_exist(lan: Client) -> None:
    assert page_says(give(lan, KHANH, procedures="clearance/fly-to-the-moon"), "Không có thủ tục")
    assert page_says(give(lan, KHANH, procedures="../../etc"), "Không có thủ tục")
    give(lan, KHANH, procedures="clearance/import-declaration\nclearance/export-declaration")
    assert Mandate.objects.first().procedures == [
        "clearance/export-declaration",
        "clearance/import-declaration",
    ]  # type: ignore[union-attr]


def test_a_narrow_mandate_may_be_widened_but_not_repeated(lan: Client) -> None:
    give(lan, KHANH, procedures="clearance/import-declaration")
    assert page_says(give(lan, KHANH, procedures="clearance/import-declaration"), "đã được ủy quyền")
    assert give(lan, KHANH).status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tax_code", "dates", "message"),
    [
        ("9900000017", {}, "chữ số kiểm tra"),
        ("9900000087", {}, "Chưa có tổ chức nào"),
        ("9900000016", {}, "không cần ủy quyền cho chính mình"),
        (LABORATORY, {}, "không thể nhận ủy quyền"),
        (KHANH, {"valid_from": "2020-01-01"}, "không có hiệu lực về trước"),
        (KHANH, {"valid_from": "2999-01-02", "valid_to": "2999-01-01"}, "bằng hoặc sau ngày bắt đầu"),
        (KHANH, {"valid_from": "2999-02-31"}, "ngày có thật"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    lan: Client, tax_code: str, dates: dict[str, str], message: str
) -> None:
    assert page_says(give(lan, tax_code, **dates), message)
    assert Mandate.objects.count() == 1


def test_an_empty_form_comes_back_with_its_faults(lan: Client) -> None:
    assert page_says(lan.post("/mandates/grant/"), "Hãy nhập mã số thuế.")


def test_the_broker_sees_the_mandate_but_cannot_revoke_it_nor_give_it_on(people: dict[str, User]) -> None:
    minh = Client()
    minh.post("/sign-in/as/", {"as": "minh"})
    mandate = Mandate.objects.get()
    page = minh.get("/mandates/").content.decode()
    assert "Công ty TNHH Nông sản Đảo Xanh" in page
    assert f"/mandates/{mandate.pk}/revoke/" not in page
    assert minh.post(f"/mandates/{mandate.pk}/revoke/").status_code == 404
    lans = people["lan"].organisation_id
    with pytest.raises(NotAllowed):
        actions.grant_mandate(
            lans,
            people["khanh"].organisation,  # type: ignore[arg-type]
            valid_from=today(),
            actor=Actor.of(people["minh"], today()),
            at=timezone.now(),
        )
    with pytest.raises(NotAllowed):
        actions.revoke_mandate(mandate, actor=Actor.of(people["minh"], today()), at=timezone.now())


def test_a_stranger_sees_nothing_of_it(people: dict[str, User]) -> None:
    binh = Client()
    binh.post("/sign-in/as/", {"as": "binh"})
    page = binh.get("/mandates/").content.decode()
    assert "Đảo Xanh" not in page
    assert "Hải Âu" not in page
    assert binh.post(f"/mandates/{Mandate.objects.get().pk}/revoke/").status_code == 404
    assert Mandate.objects.get().revoked_at is None


def test_a_declarant_who_does_not_manage_the_account_sees_but_does_not_change(
    people: dict[str, User],
) -> None:
    RoleGrant.objects.filter(user=people["lan"], role=Role.FIRM_ADMIN).update(
        valid_to=today() - timedelta(days=1)
    )
    lan = Client()
    lan.post("/sign-in/as/", {"as": "lan"})
    assert lan.get("/mandates/").status_code == 200
    assert "revoke" not in lan.get("/mandates/").content.decode()
    assert give(lan, BINH).status_code == 404  # type: ignore[attr-defined]
    assert lan.post(f"/mandates/{Mandate.objects.get().pk}/revoke/").status_code == 404


def test_nobody_closes_their_own_account(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        actions.close_account(people["phuc"], actor=Actor.of(people["phuc"], today()))
