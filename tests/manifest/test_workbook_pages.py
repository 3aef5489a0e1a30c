"""The agent downloads a template, sends it faulty, and gets it back marked; filled well, it is filed."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.manifest.messages.workbook import template
from motcua.manifest.models import Movement, Version
from motcua.people.cast import ensure_cast
from tests.manifest.calls import bill, call, manifest

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Client:
    client = Client()
    client.force_login(ensure_cast()["thuy"])
    return client


def upload(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("ban-khai.xlsx", content)
    return client.post(reverse("call-upload"), {"file": file})


def workbook(**changes: Any) -> bytes:
    one = call(eta=timezone.now() + timedelta(days=2))
    return template.filled(manifest(bill(**changes), call=one), "manifest")


def test_a_workbook_that_is_filled_well_is_filed(agent: Client) -> None:
    answer = upload(agent, workbook())
    assert answer.status_code == 302
    assert Version.objects.get().movement.ship == "HA LONG STAR"


def test_a_faulty_workbook_comes_back_marked_at_its_cells(agent: Client) -> None:
    content = workbook()
    book = load_workbook(io.BytesIO(content))
    book["Hàng hóa"]["H4"] = "=SUM(1,2)"
    out = io.BytesIO()
    book.save(out)
    page = upload(agent, out.getvalue())
    assert page.status_code == 422
    assert not Movement.objects.exists()
    link = next(part for part in page.content.decode().split('"') if part.startswith("/calls/marked/"))
    marked = load_workbook(io.BytesIO(agent.get(link).content))
    assert marked["Hàng hóa"]["H4"].comment is not None
    stranger = Client()
    stranger.force_login(ensure_cast()["binh"])
    assert stranger.get(link).status_code == 404


def test_a_rule_that_is_broken_is_marked_at_its_cell_too(agent: Client) -> None:
    page = upload(agent, workbook(unloading=manifest().call.previous_port, packages=41))
    assert page.status_code == 422
    link = next(part for part in page.content.decode().split('"') if part.startswith("/calls/marked/"))
    marked = load_workbook(io.BytesIO(agent.get(link).content))
    comments = [cell.coordinate for row in marked["Vận đơn"].iter_rows() for cell in row if cell.comment]
    assert comments


def test_the_page_offers_every_template(agent: Client) -> None:
    page = agent.get(reverse("call-upload")).content.decode()
    for name in template.TITLES:
        address = reverse("call-template", args=[name])
        assert address in page
        assert agent.get(address).content[:2] == b"PK"
