"""A ship's call from its notice to its clearance, told from the outside: real messages in, pages, approvals, the figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.casework.figures import Period
from motcua.casework.models import Case
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process_one
from motcua.manifest.documents import Conveyance, EquipmentUse, Place, to_json
from motcua.manifest.messages.edifact.write import write as cuscar
from motcua.manifest.models import Movement
from motcua.people.cast import ensure_cast
from motcua.people.models import User
from motcua.reporting.gateways import movements
from tests.manifest.calls import bill, call, manifest, papers

pytestmark = pytest.mark.django_db
USE = EquipmentUse(equipment="CSQU3054383", item=1, packages=40)


@pytest.fixture
def people() -> dict[str, User]:
    return ensure_cast()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_call_is_watched_from_notice_to_clearance_and_counted(people: dict[str, User]) -> None:
    now = timezone.now()
    eta = (now + timedelta(hours=40)).replace(second=0, microsecond=0)
    ship = Conveyance(name="OCEAN GRACE", imo="9074729", flag="VN")
    one = call(eta=eta, journey="OG2611E", conveyance=ship, port=Place(code="VNHON"), voyage_days=None)
    partner = Partner.objects.create(code="line", name="Line", organisation=people["thuy"].organisation)

    # A real CUSCAR comes through the gateway, twice: the second time it is the same message.
    content = cuscar(
        manifest(bill("OGB1", uses=(USE,)), call=one),
        sender=("LINE",),
        recipient=("VNCUS",),
        reference="1",
        at=now,
    )
    for _ in range(2):
        receive(partner, reference="1", type="edifact", content=content, at=now)
    while process_one(timezone.now()):
        pass
    assert Handling.objects.get(message__reference="1").state == "done", Handling.objects.get().findings
    movement = Movement.objects.select_related("case").get()
    reference = movement.case.reference

    # The agent sees it, and what is still owed with its deadline.
    agent = browser(people["thuy"])
    page = agent.get(f"/calls/{reference}/").content.decode()
    assert "OCEAN GRACE" in page
    assert "Thiếu: Khai báo an ninh tàu biển" in page
    assert agent.get("/calls/").content.decode().count(reference) >= 1

    # A faulty file by upload: everything wrong is said with its place, nothing is kept.
    bad = manifest(bill("OGB1", gross_kg=None, items=()), call=replace(one, journey="X1"))
    answer = upload(agent, to_json(bad).encode())
    assert answer.status_code == 422
    assert "bills[0].gross_kg" in answer.content.decode()
    assert Movement.objects.count() == 1

    # The other papers: some by file, the last one by screen.
    *others, _ = papers(one)
    for document in others[:-1]:
        assert upload(agent, to_json(document).encode()).status_code == 302
    saved = agent.post(
        f"/calls/{reference}/papers/health-declaration/save/", {"death": "no"}, headers={"HX-Request": "true"}
    )
    assert "Bản nháp đã lưu" in saved.content.decode()
    filed = agent.post(f"/calls/{reference}/papers/health-declaration/", {"death": "no", "then": "file"})
    assert filed.status_code == 302, filed.content.decode()
    assert Case.objects.get(pk=movement.pk).status == "complete"

    # Customs may not clear before the agencies; each agency approves, one first objects.
    office = browser(people["handler-20cf"])
    assert office.post(f"/movements/{reference}/clear/").status_code == 409
    health = browser(people["nhan"])
    assert health.post(f"/movements/{reference}/object/", {"reason": ""}).status_code == 422
    assert health.post(f"/movements/{reference}/object/", {"reason": "Thiếu chứng nhận"}).status_code == 302
    assert "Thiếu chứng nhận" in agent.get(f"/calls/{reference}/").content.decode()
    for name in ("kiet", "bao", "mai", "nhan"):
        assert browser(people[name]).post(f"/movements/{reference}/approve/").status_code == 302
    assert browser(people["binh"]).get(f"/calls/{reference}/").status_code == 404
    assert office.post(f"/movements/{reference}/clear/").status_code == 302

    # It is counted, and nothing holds it any more.
    today = timezone.localdate()
    counted = movements(Period(today, today), timezone.now())
    assert counted.value == 1
    done = agent.get(f"/calls/{reference}/").content.decode()
    assert "Đã hoàn thành thủ tục" in done
    assert "Còn gì giữ" not in done
    assert Message.objects.filter(reference="1").count() == 1


def upload(client: Client, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/calls/upload/", {"file": SimpleUploadedFile("paper.json", content)})
