"""Manifests and papers over JSON: kept, filed by the worker, read back; what is misshapen is told at once, field by field."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from motcua.exchange.models import Message
from motcua.exchange.work import process_one
from motcua.manifest import api_examples as examples
from motcua.manifest.json_schema import schemas
from motcua.manifest.models import Bill, Movement
from tests.api.conftest import Post

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = datetime(2020, 6, 1, tzinfo=UTC)


@pytest.fixture
def send(keys: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., HttpResponse]:
    """`send(body, to="manifests")` as Lan's software, two days before the ship of the examples comes."""
    monkeypatch.setattr(timezone, "now", lambda: BEFORE)
    client = Client(raise_request_exception=False)

    def post(body: Any, *, to: str = "manifests", by: str = "lan", **headers: str) -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {keys[by]}", **headers} if by else headers
        return client.post(f"/api/v1/{to}", content, content_type="application/json", headers=sent)

    return post


def worked_off() -> None:
    while process_one(BEFORE):
        pass


@pytest.mark.parametrize(
    ("to", "name", "body", "status", "code"),
    [
        (to, name, body, status, code)
        for to, table in (("manifests", examples.MANIFESTS), ("papers", examples.PAPERS))
        for name, (body, status, code) in table.items()
    ],
)
def test_every_example_of_the_description_is_answered_as_it_says(
    to: str, name: str, body: dict[str, Any], status: int, code: str, send: Callable[..., HttpResponse]
) -> None:
    answer = send(body, to=to)
    assert answer.status_code == status, answer.content
    assert answer.json().get("code", "") == code


def test_a_manifest_is_kept_filed_and_read_back(send: Callable[..., HttpResponse], get: Post) -> None:
    answer = send(examples.MANIFEST)
    told = answer.json()
    assert (told["reference"], told["type"]) == ("HL2006E-M1", "json-manifest")
    assert not Movement.objects.exists()
    worked_off()
    assert get(told["state_url"]).json()["state"] == "done"
    assert Bill.objects.get().key == "HLS0001"
    (line,) = get("/api/v1/movements").json()["movements"]
    assert (line["ship"], line["status"]) == ("HA LONG STAR", "notified")
    whole = get(f"/api/v1/movements/{line['reference']}").json()
    assert [paper["form"] for paper in whole["papers"]] == ["manifest"]
    paper = get(f"/api/v1/movements/{line['reference']}/papers/manifest").json()
    assert paper["content"]["bills"][0]["number"] == "HLS0001"
    assert get(f"/api/v1/movements/{line['reference']}", by="binh").status_code == 404
    assert get("/api/v1/movements", by="binh").json() == {"movements": []}


def test_the_same_bytes_get_the_same_answer_and_other_bytes_a_conflict(
    send: Callable[..., HttpResponse],
) -> None:
    first = send(examples.MANIFEST)
    again = send(examples.MANIFEST)
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotent-Replayed"] == "true"
    other = send({**examples.MANIFEST, "remarks": "changed"})
    assert (other.status_code, other.json()["code"]) == (409, "reference-reused")
    assert (
        send({**examples.MANIFEST, "remarks": "changed"}, **{"Idempotency-Key": "another"}).status_code == 202
    )


def test_every_fault_of_the_shape_is_told_with_its_pointer_and_nothing_is_kept(
    send: Callable[..., HttpResponse],
) -> None:
    body = send(examples.MISSHAPEN).json()
    assert {one["pointer"] for one in body["findings"]} == {"/bills/0/gross_kg", "/bills/0/weight"}
    assert all(one["vi"] != one["en"] for one in body["findings"])
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"document": "manifest", "document": "manifest"}', b"\xff", b"[" * 9999],
)
def test_what_is_no_json_is_answered_as_such(content: bytes, send: Callable[..., HttpResponse]) -> None:
    answer = send(content)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail_vi"]


def test_control_characters_are_named_not_stored(send: Callable[..., HttpResponse]) -> None:
    body = send({**examples.MANIFEST, "remarks": "a\x00b"}).json()
    assert [one["pointer"] for one in body["findings"]] == ["/remarks"]


def test_without_a_key_nothing_is_told(send: Callable[..., HttpResponse]) -> None:
    assert send(examples.MANIFEST, by="").status_code == 401


def test_every_field_of_every_document_is_described() -> None:
    known = schemas()
    assert set(known["Manifest"]["properties"]) >= {"document", "call", "bills", "equipment", "totals"}
    assert known["Bill"]["properties"]["gross_kg"]["description"] == "WCO 131, in KGM"
    assert known["Call"]["required"] == ["mode", "movement"]
    assert "enum" in known["Call"]["properties"]["mode"]
